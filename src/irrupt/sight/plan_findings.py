"""What stands out in schedules, as sentences with intervals, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from irrupt.i18n import gettext as _
from irrupt.ledgers import instability
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.model import Measure
from irrupt.ledgers.parties import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.ledgers.plans import Step
from irrupt.sight import terms, words
from irrupt.sight.announced import Ahead, Rates
from irrupt.sight.model import Entry, Finding
from irrupt.sight.terms import Value

MOST = 4
"""Clients that findings are told of, the others together among them."""
Weighed = tuple[float, Finding]


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
    found: list[Weighed] = []
    parties = [party for party in curves if party != ALL_CLIENTS] or list(curves)
    for rank, party in enumerate(parties[:MOST]):
        values = {e.measure: (e.value, e.low, e.high) for e in ledger if e.party == party}
        told = _Told(party=party, name=_name(party), step=step, values=values, curve=curves[party])
        each = [
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
        found += [(weight - 0.01 * rank, finding) for weight, finding in each]
    if not found:
        text = _("There are too few plans to tell anything with an interval: at least eight periods must have come.")
        return (Finding(text=text, kind="too few"),)
    return tuple(finding for _weight, finding in sorted(found, key=lambda one: -one[0]))


def _name(party: str) -> str:
    return _("the other clients together") if party == OTHER_CLIENTS else party


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _at(told: _Told, lead: int) -> Ahead | None:
    return next((one for one in told.curve if one.lead == lead and one.counted), None)


def _finding(told: _Told, kind: str, text: str, **numbers: object) -> Finding:
    said = text if text.startswith(told.name) else _sentence(text)
    return Finding(text=said, kind=kind, numbers={"party": told.party, **numbers})


def _reference(told: _Told) -> Ahead | None:
    known = [one for one in told.curve if one.counted and one.lead <= instability.REFERENCE]
    return known[-1] if known else None


def _error(told: _Told) -> Iterator[Weighed]:
    far, near = _reference(told), _at(told, 1)
    if far is None or not terms.known(far.error):
        return
    text = _("what is announced by {client} {ahead} is off by {error} of what is bought")
    said = text.format(client=told.name, ahead=terms.ahead(far.lead, told.step), error=terms.share(far.error))
    if near is not None and near.lead < far.lead and terms.known(near.error) and near.error[0] > 0:
        said += _(", {ahead} still by {error}").format(ahead=terms.ahead(1, told.step), error=terms.share(near.error))
    yield 0.6 + min(far.error[0], 1.0) * 0.4, _finding(told, "error", said + ".", lead=far.lead, error=list(far.error))


def _bias(told: _Told, matters: float) -> Iterator[Weighed]:
    """Whether he announces more or less than he buys; a difference within *matters* is none."""
    far = _reference(told)
    if far is None or not terms.known(far.bias):
        return
    value, low, high = far.bias
    ahead = terms.ahead(far.lead, told.step)
    measured = low > 0 or high < 0
    if -matters <= low and high <= matters:
        text = _("{ahead}, as much is announced by {client} as is bought: the difference is {low} to {high}").format(
            client=told.name, ahead=ahead, low=words.percent(low), high=words.percent(high)
        )
        measured = False
    elif low > 0:
        inflation = told.get(measure.INFLATION)
        text = _("{ahead}, {bias} more is announced by {client} than is bought").format(
            ahead=ahead, client=told.name, bias=terms.share(far.bias)
        )
        if inflation is not None:
            text += _("; {inflation} of what he announces is never bought").format(inflation=terms.share(inflation))
    elif high < 0:
        less = (-value, -high, -low)
        text = _("{ahead}, {bias} less is announced by {client} than is bought").format(
            ahead=ahead, client=told.name, bias=terms.share(less)
        )
    else:
        text = _(
            "whether more is announced by {client} than is bought, {ahead}, cannot be told: {low} to {high}"
        ).format(client=told.name, ahead=ahead, low=words.percent(low), high=words.percent(high))
    yield (0.7 + min(abs(value), 0.5) if measured else 0.2), _finding(told, "bias", text + ".", bias=list(far.bias))


def _nervousness(told: _Told) -> Iterator[Weighed]:
    value = told.get(measure.NERVOUSNESS)
    if value is None:
        return
    text = _(
        "from one plan to the next, {share} of what had been announced by {client} changes, near periods weighing more"
    )
    said = text.format(client=told.name, share=terms.share(value))
    yield 0.5 + min(value[0], 0.5), _finding(told, "nervousness", said + ".", nervousness=list(value))


def _frozen(told: _Told, tolerance: float) -> Iterator[Weighed]:
    effective, announced = told.get(measure.EFFECTIVE_FROZEN), told.values.get(measure.ANNOUNCED_FROZEN.name)
    if effective is None:
        return
    stays = terms.periods(effective[0], told.step)
    stays += " " + _("({low} to {high})").format(low=words.count(effective[1]), high=words.count(effective[2]))
    share = terms.round_share(tolerance)
    if announced is not None and announced[0] == announced[0]:
        marked = terms.periods(announced[0], told.step)
        text = _(
            "marked as firm by {client}: the nearest {marked}; in effect, what is announced stays within {share} "
            "for {stays}"
        ).format(client=told.name, marked=marked, share=share, stays=stays)
        broken = announced[0] > effective[2]
    else:
        text = _(
            "what is announced by {client} stays within {share} for the nearest {stays}; no plan marks what is firm"
        )
        text, broken = text.format(client=told.name, share=share, stays=stays), False
    weight = 0.95 if broken else 0.5
    numbers = {"effective": list(effective), "announced": list(announced) if announced else None}
    yield weight, _finding(told, "frozen horizon", text + ".", **numbers)


def _notice(told: _Told) -> Iterator[Weighed]:
    value = told.get(measure.NOTICE)
    if value is None:
        return
    text = _("half of the quantity that is moved by {client} comes with less than {days} days' notice")
    said = text.format(client=told.name, days=terms.number(value, 0))
    yield 0.45, _finding(told, "notice", said + ".", notice=list(value))


def _breaches(told: _Told, band: float) -> Iterator[Weighed]:
    far, value = _reference(told), told.get(measure.BREACHES)
    if far is None or value is None:
        return
    text = _(
        "in {share} of parts and periods, what is bought by {client} leaves the band of ±{band} around "
        "what had been announced {ahead}"
    )
    said = text.format(
        share=terms.share(value), client=told.name, band=terms.round_share(band), ahead=terms.ahead(far.lead, told.step)
    )
    yield 0.4 + 0.3 * value[0], _finding(told, "band", said + ".", breaches=list(value), band=band)


def _waves(told: _Told) -> Iterator[Weighed]:
    value = told.get(measure.AMPLIFICATION)
    if value is None:
        return
    if value[1] > 1:
        text = _("what is bought by {client} varies {ratio} times as much as what is announced: the plan hides waves")
    elif value[2] < 1:
        text = _(
            "what is bought by {client} varies {ratio} times as much as what is announced: the plan makes waves "
            "that never come"
        )
    else:
        return
    said = text.format(client=told.name, ratio=terms.number(value, 2))
    yield 0.35, _finding(told, "waves", said + ".", ratio=list(value))


def _bullwhip(told: _Told) -> Iterator[Weighed]:
    value = told.get(measure.BULLWHIP)
    if value is None:
        return
    text = _("what is called off by {client} varies {ratio} times as much as what is delivered (bullwhip)")
    yield (
        0.4,
        _finding(
            told, "bullwhip", text.format(client=told.name, ratio=terms.number(value, 2)) + ".", ratio=list(value)
        ),
    )


def _in_period(told: _Told) -> Iterator[Weighed]:
    value = told.get(measure.IN_PERIOD)
    if value is None:
        return
    text = {
        "day": _("of what is called off by {client} for a day, {share} is delivered on it"),
        "week": _("of what is called off by {client} for a week, {share} is delivered in it"),
        "month": _("of what is called off by {client} for a month, {share} is delivered in it"),
    }[told.step]
    said = text.format(client=told.name, share=terms.share(value)) + "."
    yield 0.6 - 0.3 * value[0], _finding(told, "service", said, share=list(value))


def _hours(told: _Told, rates: Rates | None) -> Iterator[Weighed]:
    value = told.get(measure.HOURS_MOVED)
    if rates is None or value is None or value[0] == 0:
        return
    text = _("within {notice} of the date, {hours} hours of work a week are moved in or out by {client}")
    said = text.format(notice=terms.periods(rates.short_notice, told.step), client=told.name, hours=terms.number(value))
    yield 0.9, _finding(told, "hours", said + ".", hours=list(value))
