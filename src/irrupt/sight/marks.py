"""The footprint of clients as findings: only what differs from all others' cases, all comparisons taken together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from irrupt.groups import ALL_TEAMS, party_name
from irrupt.i18n import gettext as _
from irrupt.sight import intervals, words
from irrupt.sight.apart import far
from irrupt.sight.echoes import Compared, told_once, without_echoes
from irrupt.sight.footprint import AT_NIGHT, CANCELS, COMPLETES, ESCALATES, REOPENS, REPAIRS, REQUALIFIES
from irrupt.sight.model import Apart, Finding, Footprint, Passing

_MATTERS = 0.05
_SHOWN = 4


def of_footprints(footprints: tuple[Footprint, ...]) -> Iterator[tuple[float, Finding]]:
    """Deeds that happen more or less often in the cases of a client than in all others': what he does differently comes
    before how much he asks for, and when."""
    tested = [one for one in footprints if one.p == one.p]
    real = intervals.of_clients([one.p for one in tested])
    kept = [one for one, found in zip(tested, real, strict=True) if found and abs(one.share - one.others) >= _MATTERS]
    for deed in dict.fromkeys(one.deed for one in kept):
        mine = sorted((one for one in kept if one.deed == deed), key=lambda one: -abs(one.share - one.others))
        values = {one.party: one.share for one in tested if one.deed == deed}
        shares = [Compared(one.party, one.share, one.others, one.difference) for one in mine]
        told = without_echoes(shares, values, _MATTERS)
        mine = [one for one in mine if one.party in told]
        if not mine:
            continue
        listed = [
            _("in {share} of cases of {client} (all others {others}, difference {ends})").format(
                client=one.party,
                share=words.percent(one.share),
                others=words.percent(one.others),
                ends=words.points(*one.difference),
            )
            for one in mine[:_SHOWN]
        ]
        text = _deeds()[deed].format(list=words.clients_listed(listed, len(mine)))
        numbers = {"deed": deed, "clients": {one.party: [one.share, one.others, *one.difference] for one in mine}}
        weight = (0.45 if deed == AT_NIGHT else 0.6) + 0.4 * abs(mine[0].share - mine[0].others)
        yield weight, Finding(text=text, kind="footprint", numbers=numbers)


def _deeds() -> dict[str, str]:
    return {
        REPAIRS: _("After an act of the client, work is done again: {list}."),
        COMPLETES: _("We wait for the client to complete something: {list}."),
        REQUALIFIES: _("What was asked for changes on the way (class, priority, date or quantity): {list}."),
        REOPENS: _("What was over is taken up again: {list}."),
        CANCELS: _("Something is cancelled or withdrawn: {list}."),
        ESCALATES: _("Cases are escalated: {list}."),
        AT_NIGHT: _("Cases arrive outside Monday to Friday, 09:00 to 17:00: {list}."),
    }


def of_passings(passings: tuple[Passing, ...]) -> Iterator[tuple[float, Finding]]:
    """Clients whose cases pass others more often, or less, than the others pass: with what it costs."""
    real = intervals.of_clients([one.p for one in passings])
    kept = [one for one, found in zip(passings, real, strict=True) if found and abs(one.share - one.others) >= _MATTERS]
    kept = _without_echoes(sorted(kept, key=lambda one: -abs(one.share - one.others)), passings)
    for one in kept[:_SHOWN]:
        text = _("Cases of {client} pass {share} of those who wait at {team} (all others {others}, difference {ends})")
        if one.team == ALL_TEAMS:  # the records name no team
            text = _("Cases of {client} pass {share} of those who wait (all others {others}, difference {ends})")
        said = text.format(
            client=one.client,
            team=party_name(one.team),
            share=words.percent(one.share),
            others=words.percent(one.others),
            ends=words.points(*one.difference),
        )
        moved = one.gained[1] > 0 or one.gained[2] < 0
        if moved:
            sooner = _("they begin {time} sooner than in the order of arrival")
            later = _("they begin {time} later than in the order of arrival")
            text, cost = (sooner, _("the others wait {time} longer"))
            if one.gained[0] < 0:
                text, cost = later, _("the others wait {time} less")
            said += _("; ") + text.format(time=_size(one.gained)) + _("; ") + cost.format(time=_size(one.cost))
        numbers = {
            "client": one.client,
            "team": one.team,
            "share": one.share,
            "others": one.others,
            "difference": list(one.difference),
            "gained": list(one.gained),
            "cost": list(one.cost),
        }
        weight = 0.55 + 0.4 * abs(one.share - one.others)
        yield weight, Finding(text=said + ".", kind="overtaking", numbers=numbers)


def _without_echoes(kept: Sequence[Passing], passings: Sequence[Passing]) -> list[Passing]:
    """*kept*, the largest difference first, without those who differ only since somebody at their team differs the
    other way: beside him they fare as everybody does."""

    def usual(first: Passing) -> tuple[dict[str, float], float]:
        return {one.client: one.share for one in passings if one.team == first.team}, _MATTERS

    def compared(one: Passing) -> Compared:
        return Compared(one.client, one.share, one.others, one.difference)

    return told_once(kept, lambda one: one.team, compared, usual)


def _size(value: tuple[float, float, float]) -> str:
    """Hours and their interval, without the sign."""
    mean, low, high = value
    return words.duration(abs(mean), *((low, high) if mean > 0 else (-high, -low)))


def of_distances(apart: tuple[Apart, ...]) -> Iterator[tuple[float, Finding]]:
    """Clients whose cases follow another procedure."""
    kept = [apart[at] for at in far(apart)]
    if not kept:
        return
    each = [
        {"client": one.client, "distance": words.percent(one.distance), "chance": words.percent(one.chance)}
        for one in kept[:_SHOWN]
    ]
    if len(kept) == 1:
        said = _(
            "Cases of {client} follow another procedure than all others': {distance} of the steps lead elsewhere (by "
            "chance {chance})."
        ).format(**each[0])
    else:
        listed = [_("{client} {distance} (by chance {chance})").format(**told) for told in each]
        said = _(
            "Cases of some clients follow another procedure than all others', by the share of steps elsewhere: {list}."
        ).format(list=words.clients_listed(listed, len(kept)))
    numbers = {one.client: [one.distance, one.chance, one.p] for one in kept}
    yield (
        0.45 + 0.4 * (kept[0].distance - kept[0].chance),
        Finding(text=said, kind="another procedure", numbers=numbers),
    )
