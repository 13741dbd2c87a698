"""What stands out in schedules, as sentences with intervals, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from irrupt.chronicle.schedules.steps import Step
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import sentence
from irrupt.ledgers import instability
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.model import Measure
from irrupt.ledgers.orders import UNKNOWN
from irrupt.sight import terms, words
from irrupt.sight.announced import Ahead, Rates
from irrupt.sight.model import Entry, Finding
from irrupt.sight.terms import Value

MOST = 4
"""Clients that findings are told of, the others together among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """All that is known of one party."""

    party: str
    name: str
    step: Step
    values: Mapping[str, Value]
    curve: Sequence[Ahead]

    def get(self, of: Measure) -> Value | None:
        """The value of a measure with its interval; None where either is missing."""
        value = self.values.get(of.name)
        return value if value is not None and terms.known(value) else None


@dataclass(frozen=True, slots=True)
class _Said:
    """What is told of one party, and how it is told beside the same of others."""

    told: _Told
    kind: str
    weight: float
    alone: str
    """The whole sentence, without its end."""
    together: str
    """What heads the values of several parties: those with the same head are told together."""
    value: str
    numbers: Mapping[str, object]


def findings(
    step: Step,
    ledger: Sequence[Entry],
    curves: Mapping[str, Sequence[Ahead]],
    *,
    band: float,
    tolerance: float,
    rates: Rates | None,
) -> tuple[Finding, ...]:
    """All findings, the most important first. None is told without an interval."""
    found: list[_Said] = []
    parties = [party for party in curves if party != ALL_CLIENTS] or list(curves)
    for rank, party in enumerate(parties[:MOST]):
        values = {e.measure: (e.value, e.low, e.high) for e in ledger if e.party == party}
        told = _Told(party=party, name=_name(party), step=step, values=values, curve=curves[party])
        each: list[_Said] = [
            *_error(told),
            *_bias(told, tolerance),
            *_nervousness(told),
            *_frozen(told, tolerance),
            *_notice(told),
            *_breaches(told, band),
            *_waves(told),
            *_bullwhip(told),
            *_in_period(told),
            *_hours(told, rates),
        ]
        found += [replace(one, weight=one.weight - 1e-4 * rank) for one in each]
    if not found:
        text = _("There are too few plans to tell anything with an interval: at least eight periods must have come.")
        return (Finding(text=text, kind="too few"),)
    groups: dict[tuple[str, str], list[_Said]] = {}
    for one in sorted(found, key=lambda one: -one.weight):
        groups.setdefault((one.kind, one.together), []).append(one)
    return tuple(map(_finding, groups.values()))


def _finding(several: Sequence[_Said]) -> Finding:
    """One thing that is so for one party or for *several*, those first for whom it weighs most."""
    first = several[0]
    numbers = {"parties": [{"party": one.told.party, **one.numbers} for one in several]}
    if len(several) == 1:
        text = first.alone if first.alone.startswith(first.told.name) else sentence(first.alone)
    else:
        for_each = [_("{value} for {client}").format(value=one.value, client=one.told.name) for one in several]
        text = _("{what}: {values}").format(what=sentence(first.together), values=_("; ").join(for_each))
    return Finding(text=text + ".", kind=first.kind, numbers=numbers)


def _name(party: str) -> str:
    """*party* as a sentence calls it: those whom the records do not name are the client."""
    said = {OTHER_CLIENTS: _("the other clients together"), UNKNOWN: _("the client"), ALL_CLIENTS: _("all clients")}
    return said.get(party, party)


def _at(told: _Told, lead: int) -> Ahead | None:
    return next((one for one in told.curve if one.lead == lead and one.counted), None)


def _reference(told: _Told) -> Ahead | None:
    known = [one for one in told.curve if one.counted and one.lead <= instability.REFERENCE]
    return known[-1] if known else None


def _error(told: _Told) -> Iterator[_Said]:
    far, near = _reference(told), _at(told, 1)
    if far is None or not terms.known(far.error):
        return
    ahead, error = terms.ahead(far.lead, told.step), terms.share(far.error)
    text = _("what is announced by {client} {ahead} is off by {error} of what is bought")
    said = text.format(client=told.name, ahead=ahead, error=error)
    if near is not None and near.lead < far.lead and terms.known(near.error) and near.error[0] > 0:
        still = _(", {ahead} still by {error}").format(ahead=terms.ahead(1, told.step), error=terms.share(near.error))
        said += still
    yield _Said(
        told,
        "error",
        0.6 + min(far.error[0], 1.0) * 0.4,
        alone=said,
        together=_("what is announced {ahead} is off by so much of what is bought").format(ahead=ahead),
        value=error,
        numbers={"lead": far.lead, "error": list(far.error)},
    )


def _bias(told: _Told, matters: float) -> Iterator[_Said]:
    """Whether he announces more or less than he buys; a difference within *matters* is none."""
    far = _reference(told)
    if far is None or not terms.known(far.bias):
        return
    value, low, high = far.bias
    ahead, weight = terms.ahead(far.lead, told.step), 0.7 + min(abs(value), 0.5)
    shown = terms.share((-value, -high, -low) if high < 0 else far.bias)
    if -matters <= low and high <= matters:
        weight, shown = 0.2, _("{low} to {high}").format(low=words.percent(low), high=words.percent(high))
        text = _("{ahead}, as much is announced by {client} as is bought: the difference is {bias}")
        together = _("{ahead}, about as much is announced as is bought, with a difference of")
    elif low > 0:
        text = _("{ahead}, {bias} more is announced by {client} than is bought")
        together = _("{ahead}, more is announced than is bought")
    elif high < 0:
        text = _("{ahead}, {bias} less is announced by {client} than is bought")
        together = _("{ahead}, less is announced than is bought")
    else:
        weight, shown = 0.2, _("{low} to {high}").format(low=words.percent(low), high=words.percent(high))
        text = _("whether more is announced by {client} than is bought, {ahead}, cannot be told: {bias}")
        together = _("{ahead}, it cannot be told whether more is announced than is bought")
    alone = text.format(ahead=ahead, client=told.name, bias=shown)
    inflation = told.get(measure.INFLATION)
    if low > matters and inflation is not None:
        alone += _("; {inflation} of what he announces is never bought").format(inflation=terms.share(inflation))
    yield _Said(
        told,
        "bias",
        weight,
        alone=alone,
        together=together.format(ahead=ahead),
        value=shown,
        numbers={"bias": list(far.bias)},
    )


def _nervousness(told: _Told) -> Iterator[_Said]:
    value = told.get(measure.NERVOUSNESS)
    if value is None:
        return
    text = _(
        "from one plan to the next, {share} of what had been announced by {client} changes, near periods weighing more"
    )
    yield _Said(
        told,
        "nervousness",
        0.5 + min(value[0], 0.5),
        alone=text.format(client=told.name, share=terms.share(value)),
        together=_("from one plan to the next, so much of what had been announced changes, near periods weighing more"),
        value=terms.share(value),
        numbers={"nervousness": list(value)},
    )


def _frozen(told: _Told, tolerance: float) -> Iterator[_Said]:
    effective, announced = told.get(measure.EFFECTIVE_FROZEN), told.values.get(measure.ANNOUNCED_FROZEN.name)
    if effective is None:
        return
    stays = terms.periods(effective[0], told.step)
    stays += " " + _("({low} to {high})").format(low=words.count(effective[1]), high=words.count(effective[2]))
    share, broken, marked = terms.round_share(tolerance), False, ""
    if announced is not None and announced[0] == announced[0]:
        marked, broken = terms.periods(announced[0], told.step), announced[0] > effective[2]
        text = _(
            "marked as firm by {client}: the nearest {marked}; in effect, what is announced stays within {share} "
            "for {stays}"
        )
        together = _("in effect, what is announced stays within {share} for so many periods, beside those marked firm")
        value = _("{stays} (marked: {marked})").format(stays=stays, marked=marked)
    else:
        text = _(
            "what is announced by {client} stays within {share} for the nearest {stays}; no plan marks what is firm"
        )
        together = _("what is announced stays within {share} for the nearest periods, none of which is marked firm")
        value = stays
    yield _Said(
        told,
        "frozen horizon",
        0.95 if broken else 0.5,
        alone=text.format(client=told.name, marked=marked, share=share, stays=stays),
        together=together.format(share=share),
        value=value,
        numbers={"effective": list(effective), "announced": list(announced) if announced else None},
    )


def _notice(told: _Told) -> Iterator[_Said]:
    value = told.get(measure.NOTICE)
    if value is None:
        return
    text = _("half of the quantity that is moved by {client} comes with less than {days} days' notice")
    yield _Said(
        told,
        "notice",
        0.45,
        alone=text.format(client=told.name, days=terms.number(value, 0)),
        together=_("half of the quantity that is moved comes with less notice than so many days"),
        value=terms.number(value, 0),
        numbers={"notice": list(value)},
    )


def _breaches(told: _Told, band: float) -> Iterator[_Said]:
    far, value = _reference(told), told.get(measure.BREACHES)
    if far is None or value is None:
        return
    text = _(
        "in {share} of parts and periods, what is bought by {client} leaves the band of ±{band} around "
        "what had been announced {ahead}"
    )
    together = _(
        "what is bought leaves the band of ±{band} around what had been announced {ahead} in so many parts and periods"
    )
    asked = {"band": terms.round_share(band), "ahead": terms.ahead(far.lead, told.step)}
    yield _Said(
        told,
        "band",
        0.4 + 0.3 * value[0],
        alone=text.format(share=terms.share(value), client=told.name, **asked),
        together=together.format(**asked),
        value=terms.share(value),
        numbers={"breaches": list(value), "band": band},
    )


def _waves(told: _Told) -> Iterator[_Said]:
    value = told.get(measure.AMPLIFICATION)
    if value is None:
        return
    if value[1] > 1:
        text = _("what is bought by {client} varies {ratio} times as much as what is announced: the plan hides waves")
        together = _("the plan hides waves: what is bought varies so many times as much as what is announced")
    elif value[2] < 1:
        text = _(
            "what is bought by {client} varies {ratio} times as much as what is announced: the plan makes waves "
            "that never come"
        )
        together = _(
            "the plan makes waves that never come: what is bought varies so many times as much as what is announced"
        )
    else:
        return
    ratio = terms.number(value, 2)
    alone = text.format(client=told.name, ratio=ratio)
    yield _Said(told, "waves", 0.35, alone, together, ratio, {"ratio": list(value)})


def _bullwhip(told: _Told) -> Iterator[_Said]:
    value = told.get(measure.BULLWHIP)
    if value is None:
        return
    text = _("what is called off by {client} varies {ratio} times as much as what is delivered (bullwhip)")
    ratio = terms.number(value, 2)
    yield _Said(
        told,
        "bullwhip",
        0.4,
        alone=text.format(client=told.name, ratio=ratio),
        together=_("what is called off varies so many times as much as what is delivered (bullwhip)"),
        value=ratio,
        numbers={"ratio": list(value)},
    )


def _in_period(told: _Told) -> Iterator[_Said]:
    value = told.get(measure.IN_PERIOD)
    if value is None:
        return
    text, together = {
        "day": (
            _("of what is called off by {client} for a day, {share} is delivered on it"),
            _("of what is called off for a day, so much is delivered on it"),
        ),
        "week": (
            _("of what is called off by {client} for a week, {share} is delivered in it"),
            _("of what is called off for a week, so much is delivered in it"),
        ),
        "month": (
            _("of what is called off by {client} for a month, {share} is delivered in it"),
            _("of what is called off for a month, so much is delivered in it"),
        ),
    }[told.step]
    share = terms.share(value)
    yield _Said(
        told,
        "service",
        0.6 - 0.3 * value[0],
        alone=text.format(client=told.name, share=share),
        together=together,
        value=share,
        numbers={"share": list(value)},
    )


def _hours(told: _Told, rates: Rates | None) -> Iterator[_Said]:
    value = told.get(measure.HOURS_MOVED)
    if rates is None or value is None or value[0] == 0:
        return
    notice, hours = terms.periods(rates.short_notice, told.step), terms.number(value)
    text = _("within {notice} of the date, {hours} hours of work a week are moved in or out by {client}")
    together = _("within {notice} of the date, so many hours of work a week are moved in or out")
    yield _Said(
        told,
        "hours",
        0.9,
        alone=text.format(notice=notice, hours=hours, client=told.name),
        together=together.format(notice=notice),
        value=hours,
        numbers={"hours": list(value)},
    )
