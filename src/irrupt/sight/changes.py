"""Organising work found in the past: rules that seem to have changed, when, for whose cases, and who led.

What is found is inferred: a share that changed for good, which a changed rule would explain. The user confirms or
refutes it in the file beside the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.groups import ALL_CLIENTS, party_name
from irrupt.i18n import gettext as _
from irrupt.sight import words
from irrupt.sight.dating import Date
from irrupt.sight.drift import LEVEL, Drift, all_sudden, drifts, of_itself, own_date, sudden
from irrupt.sight.intervals import of_shares
from irrupt.sight.leading import Lead, leading
from irrupt.sight.linked import Beside, Seen, appears, change_of, dies, follows, linked, whole_step
from irrupt.sight.model import FoundChange, PartyChange
from irrupt.sight.scene import Scene
from irrupt.sight.series import WEEKEND, Series, beside_others, followed
from irrupt.sight.shifts import hours_moved, moved_by_clocks, new_day
from irrupt.sight.views import OF_CASES, View, views

_MATTERS = 0.05
"""Smallest change of a share that is told."""
_MOST = 12
_OF_DAYS = LEVEL / 5
"""How often a log is said to have a new day of work by chance, at most."""
_OF_NOBODY = ("priority", "class priority", "hours")
"""Kinds that say themselves whose they are: nobody's cases lead them."""
_OF_WHO_IS_THERE = ("hours", "team")
"""Kinds that also change with the shifts of a week, and with leave:"""
_WEEKS_OF_THEM = 2
"""weeks of each side that tell that it is more than this."""
_SLOWEST = 0.95
"""Part of the cases that come to a step within the time that cases are taken to need to come to it."""
_VAGUE = 0.5
"""Part of all weeks over which the interval of a date may reach, at most: beyond that there is no date to tell."""


def changes(scene: Scene, shown: Sequence[Series]) -> tuple[FoundChange, ...]:
    """The changes that all series of *scene* that are *shown* together show, at a false alarm in twenty logs; the
    plainest first."""
    paths = {one.what for one in shown if one.kind == "path"}
    found = _found(scene, shown)
    known_too = Beside(paths, found, followed(scene))
    told: list[list[Seen]] = []
    for one in sorted(found, key=lambda one: (not whole_step(one), follows(one, found))):
        known = next((known for known in told if any(linked(of, one, known_too) for of in _roots(known))), None)
        if known is None:
            told.append([one])
        else:
            known.append(one)
    return tuple(_change(scene, known) for known in told[:_MOST])


def _roots(known: Sequence[Seen]) -> list[Seen]:
    """What others may follow from, of what is *known* of one change: what is told of it, other steps that it changes,
    and of steps that change places each of their orders."""
    return [known[0], *(one for one in known[1:] if one.series.kind in ("activity", "order"))]


def _others(scene: Scene, known: Sequence[Seen]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What follows from what is told of a change, in words, each once; where clients change apart, with whose cases:
    other steps, and the same at other teams; and all of it, these first."""
    apart = any(one.lead is not None for one in known)

    def said(some: Sequence[Seen]) -> tuple[str, ...]:
        rest = [one for one in some if one.series is not known[0].series]
        return tuple(dict.fromkeys(_whose(scene, one) if apart else _sentence(one.series, one.drift) for one in rest))

    also = said([one for at, one in enumerate(known) if _of_another(one, known[:at])])
    return also, tuple(dict.fromkeys((*also, *said(known))))


def _of_another(one: Seen, before: Sequence[Seen]) -> bool:
    """Whether *one* is of another step, or another team, than all that stand *before* it."""
    kind, what = one.series.kind, one.series.what
    place = {"activity": 0, "priority": 1, "class priority": 2}.get(kind)
    same = [other.series.what for other in before if other.series.kind == kind]
    return place is not None and bool(same) and what[place] not in {other[place] for other in same}


def _whose(scene: Scene, one: Seen) -> str:
    """What changes, and in whose cases."""
    what = _sentence(one.series, _of_who_leads(scene, one))
    if one.lead is not None:
        return _("among cases of {client}, {what}").format(client=party_name(one.leads), what=what)
    return what if one.series.kind in _OF_NOBODY else _("among all cases together, {what}").format(what=what)


def _of_who_leads(scene: Scene, one: Seen) -> Drift:
    """The shares before and after, of the cases of the client who leads where one does."""
    if one.lead is None:
        return one.drift
    return _as_seen(one.drift._replace(week=one.date.week), one.series, scene.parties.clients[one.leads])


def _found(scene: Scene, shown: Sequence[Series]) -> list[Seen]:
    """The series that change. Priorities are looked at anew beside those whose own does not change, until these are the
    same: a client to whom others give way is hidden by one to whom they do later."""
    favoured: set[tuple[str, ...]] = set()
    while looked_at := list(views(scene, beside_others(shown, favoured))):
        each = (_seen(scene, looked_at[drift.series], drift) for drift in _drifts(looked_at))
        found = [one for one in each if one is not None]
        passing = {one.series.what for one in found if one.series.kind == "priority"}
        if passing <= favoured:
            return found
        favoured |= passing
    return []


def _drifts(looked_at: Sequence[View]) -> list[Drift]:
    """The changes of all series together, and new days of work: of those, all are held to a part of what is allowed."""
    found = drifts(*(np.stack(side) for side in zip(*(one.weekly for one in looked_at), strict=True)))
    known = {drift.series for drift in found}
    days = [(at, new_day(view.series)) for at, view in enumerate(looked_at) if not view.client]
    tried = max(sum(view.series.kind == "hours" and view.series.what[1] in WEEKEND for view in looked_at), 1)
    for at, p in days:
        if at not in known and p * tried <= _OF_DAYS:
            found.append(of_itself(at, *looked_at[at].weekly, p * tried))
    return found


def _seen(scene: Scene, view: View, drift: Drift) -> Seen | None:
    """A drift as what it tells of; nothing where it is no change from one week to the next, in all cases together or in
    those of the client who leads, where it is too small, or its date too open."""
    one = view.series
    seen = _as_seen(drift, one)
    by_party = _by_party(scene, one)
    names, lead = _leads(scene, one, by_party)
    leads = names[lead.at] if lead is not None else one.what[0] if one.kind == "priority" else ""
    then = () if lead is None else tuple((names[at], date) for at, date in lead.then)
    trends = scene.periods.trends
    his = lead is not None and _sudden_for(*by_party, lead, trends)
    if view.client:
        if view.client not in (leads, *(name for name, _date in then)) or not his or lead is None:
            return None
        seen = _as_seen(drift._replace(week=lead.his.week), one, scene.parties.clients[leads])
    elif not (appears(seen) or dies(seen) or his or sudden(*view.weekly, drift.week, trends)):
        return None
    date = Date(drift.week, drift.first, drift.last) if lead is None else lead.his
    new = one.kind == "hours" and new_day(one) <= _OF_DAYS and not moved_by_clocks(scene, one, drift.week)
    if change_of(seen) < _MATTERS and not (appears(seen) or dies(seen) or new):
        return None
    if date.last - date.first > _VAGUE * one.hits.shape[1] or not _lasts(scene, one, drift.week):
        return None
    if one.kind == "hours" and not new and not hours_moved(scene, one.what[0], drift.week):
        return None
    return Seen(seen, one, leads, lead, date, then)


def _lasts(scene: Scene, one: Series, week: int) -> bool:
    """Whether what changes in *week* was so for long enough before, and is since; a day's error of the date is none."""
    least = _WEEKS_OF_THEM * scene.periods.in_a_week - 1 if one.kind in _OF_WHO_IS_THERE else 0
    return min(week, scene.periods.count - week) >= least


def _sudden_for(hits: Floats, chances: Floats, lead: Lead, trends: Sequence[Floats]) -> bool:
    """Whether the cases of the client who leads change from one week to the next; and all others', each when they
    follow."""
    if not sudden(hits[lead.at], chances[lead.at], lead.his.week, trends):
        return False
    steps = [(hits[at], chances[at], date.week) for at, date in lead.then]
    if lead.others is not None:
        known = [lead.at, *(at for at, _date in lead.then)]
        rest = [np.delete(side, known, axis=0).sum(axis=0) for side in (hits, chances)]
        steps.append((rest[0], rest[1], lead.others.week))
    return not steps or all_sudden(steps, trends)


def _by_party(scene: Scene, one: Series) -> tuple[Floats, Floats]:
    """Hits and chances of a series, of shape (parties, weeks)."""
    parties = [list(numbers) for name, numbers in scene.parties.clients.items() if name != ALL_CLIENTS]
    return np.array([one.hits[numbers].sum(axis=0) for numbers in parties]), np.array(
        [one.chances[numbers].sum(axis=0) for numbers in parties]
    )


def _as_seen(drift: Drift, one: Series, clients: Sequence[int] | None = None) -> Drift:
    """*drift* with the shares of all cases that came, whoever they were of; or of those of some *clients*."""
    hits, chances = _of(one, slice(None) if clients is None else clients)
    sides = slice(drift.week), slice(drift.week, None)
    before, after = (float(hits[side].sum() / max(chances[side].sum(), 1.0)) for side in sides)
    return drift._replace(before=before, after=after)


def _of(one: Series, clients: slice | Sequence[int]) -> tuple[Floats, Floats]:
    """Hits and chances of the cases of these *clients* together, week by week."""
    which = clients if isinstance(clients, slice) else list(clients)
    return one.hits[which].sum(axis=0), one.chances[which].sum(axis=0)


def _change(scene: Scene, known: Sequence[Seen]) -> FoundChange:
    _drift, one, leads, lead, date, then = known[0]
    drift, (also, others) = _of_who_leads(scene, known[0]), _others(scene, known)
    name = ": ".join((one.kind, *one.what))
    followed = None if lead is None else lead.others
    whole = _of(one, slice(None))
    mine = whole if lead is None else _of(one, scene.parties.clients[leads])
    return FoundChange(
        name=name,
        kind=one.kind,
        what=one.what,
        text=_sentence(one, drift),
        begin=_moment(scene, date.week),
        first=_moment(scene, date.first),
        last=_moment(scene, date.last + _passage(scene, one, 0.5)),
        before=drift.before,
        after=drift.after,
        p=drift.p,
        parties=tuple(_of_parties(scene, drift, one)),
        leads=leads,
        followed=None if followed is None else _moment(scene, followed.week),
        then=tuple((party, _moment(scene, week.week)) for party, week in then),
        others=others,
        also=also,
        weekly=_weekly(*mine),
        days=tuple(_moment(scene, at) for at in range(scene.periods.count if scene.periods.daily else 0)),
        weekly_others=() if lead is None else _weekly(whole[0] - mine[0], whole[1] - mine[1]),
        verdict=scene.chronicle.said_of_changes.get(name, ""),
    )


def _passage(scene: Scene, one: Series, part: float) -> int:
    """Weeks within which a *part* of the cases come from their arrival, by which weeks are counted, to what they go
    through; 0 where they are counted by something else."""
    if one.kind not in OF_CASES:
        return 0
    mine = scene.rows.activity == scene.legend.activities.index(one.what[-1])
    passed = scene.rows.end[mine] - scene.arrivals[scene.rows.case[mine]]
    return int(np.ceil(np.nanquantile(passed, part) / scene.periods.length))


def _weekly(hits: Floats, chances: Floats) -> tuple[float, ...]:
    with np.errstate(invalid="ignore"):
        return tuple(np.where(chances > 0, hits / chances, np.nan).tolist())


def _moment(scene: Scene, week: int) -> datetime:
    return scene.legend.moment(scene.periods.begin(week))


def _of_parties(scene: Scene, drift: Drift, one: Series) -> Iterator[PartyChange]:
    """The same series, party by party: before, after, the difference with its interval, and its own date, around which
    its shares are where it is plain."""
    for party, numbers in scene.parties.clients.items():
        if party == ALL_CLIENTS and len(scene.parties.clients) > 1:
            continue
        hits, chances = _of(one, numbers)
        date = own_date(hits, chances)
        week = drift.week if date is None else date.week
        sides = (slice(week, None), slice(0, week))
        told = tuple(round(hits[side].sum()) for side in sides), tuple(round(chances[side].sum()) for side in sides)
        if min(told[1]) < 10:
            continue
        difference = of_shares((told[0][0], told[0][1]), (told[1][0], told[1][1]))
        yield PartyChange(
            party=party,
            before=told[0][1] / told[1][1],
            after=told[0][0] / told[1][0],
            low=difference.low,
            high=difference.high,
            begin=None if date is None else _moment(scene, date[0]),
            first=None if date is None else _moment(scene, date[1]),
            last=None if date is None else _moment(scene, date[2]),
        )


def _leads(scene: Scene, one: Series, by_party: tuple[Floats, Floats]) -> tuple[list[str], Lead | None]:
    """The parties, and which of them leads the change of a series, since when. Hours are those of a team, whoever's
    cases it works on, and a priority is one client's, or that of a class: nobody leads them."""
    names = [name for name in scene.parties.clients if name != ALL_CLIENTS]
    if one.kind in _OF_NOBODY:
        return names, None
    named = [at for at, name in enumerate(names) if name in scene.named]
    return names, leading(*by_party, named, _passage(scene, one, _SLOWEST))


def _sentence(one: Series, drift: Drift) -> str:
    """What changed, in words."""
    shares = {"before": words.percent(drift.before), "after": words.percent(drift.after)}
    text = {
        "activity": _("“{what}” in {after} of cases, until then in {before}"),
        "path": _("“{what}” is followed at once by “{then}” {after} of the time, until then {before}"),
        "order": _("“{what}” comes before “{then}” in {after} of cases, until then in {before}"),
        "hours": _("{what} ends {after} of its steps {then}, until then {before}"),
        "priority": _("cases of {what} pass {after} of those who wait at {then}, until then {before}"),
        "class priority": _(
            "cases in which “{what}” is “{value}” pass {after} of those who wait at {then}, until then {before}"
        ),
        "team": _("“{what}” is done by {then} {after} of the time, until then {before}"),
    }[one.kind]
    if one.kind == "activity" and appears(drift):
        text = _("a new step, “{what}”, in {after} of cases, until then in {before}")
    if one.kind in ("activity", "path") and dies(drift):
        text = {
            "activity": _("“{what}” is given up: in {after} of cases, until then in {before}"),
            "path": _("“{what}” is no longer followed at once by “{then}”: {after}, until then {before}"),
        }[one.kind]
    what = one.what[0] or _("the organisation")
    then = one.what[-1]
    if one.kind == "hours":
        then = _part_of_week(then)
    value = one.what[1] if one.kind == "class priority" else ""
    return text.format(what=what, value=value, then=then or _("the organisation"), **shares)


def _part_of_week(part: str) -> str:
    if part in ("Sat", "Sun"):
        return {"Sat": _("on Saturdays"), "Sun": _("on Sundays")}[part]
    begin, end = part.split("-")
    return _("between {begin}:00 and {end}:00 on weekdays").format(begin=begin, end=end)


def told(change: FoundChange, timezone: str = "UTC") -> str:
    """A change as a sentence of a finding, with its date on the organisation's clock and for whom."""
    first, last = (words.day(moment, timezone) for moment in (change.first, change.last))
    when = words.when(change.begin, timezone, daily=bool(change.days))
    if first != last:
        when = _("{when} (interval {first} to {last})").format(when=when, first=first, last=last)
    text = _("A rule seems to have changed {when}: {what}.")
    if change.verdict == "confirmed":
        text = _("A rule changed {when}, as you confirmed: {what}.")
    said = text.format(what=what_changed(change), when=when)
    if change.leads and change.kind != "priority":
        said += " " + _followed(change, timezone)
    elif len(change.parties) > 1:
        moved = [one for one in change.parties if not one.low <= 0 <= one.high]
        if len(moved) == len(change.parties):
            said += " " + _("It is seen in the cases of every party.")
        elif moved:
            names = ", ".join(party_name(one.party) for one in moved)
            said += " " + _("It is plain in cases of {parties}; in others it cannot be told.").format(parties=names)
    if change.also:
        said += " " + _("With it came: {list}.").format(list=_("; ").join(change.also))
    return said


def what_changed(change: FoundChange) -> str:
    """What is another one since, and in whose cases where a client leads."""
    if not change.leads or change.kind == "priority":
        return change.text
    return _("among cases of {client}, {what}").format(client=party_name(change.leads), what=change.text)


def _followed(change: FoundChange, timezone: str) -> str:
    """Whether the others follow a client who leads, one by one or together."""
    daily = bool(change.days)
    rest = _("In all others no such change is seen.")
    if change.followed is not None:
        rest = _("All others followed {when}.").format(when=words.when(change.followed, timezone, daily=daily))
    if not change.then:
        return rest
    one_by_one = [
        _("{client} {when}").format(client=party_name(who), when=words.when(begin, timezone, daily=daily))
        for who, begin in change.then
    ]
    return _("Then came, one by one: {clients}.").format(clients=", ".join(one_by_one)) + " " + rest
