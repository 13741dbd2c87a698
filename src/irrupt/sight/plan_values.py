"""The measures of schedules for one party, each with its interval."""

from __future__ import annotations

import math

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.ledgers import instability
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.bullwhip import bullwhip
from irrupt.ledgers.instability import Sums, ratio
from irrupt.ledgers.model import Measure
from irrupt.ledgers.plans import Plans
from irrupt.sight import serial
from irrupt.sight.announced import Ahead, Rates
from irrupt.sight.intervals import wilson
from irrupt.sight.model import Entry

Value = tuple[float, float, float]
UNKNOWN: Value = (math.nan, math.nan, math.nan)


def share(above: Floats, below: Floats, lags: int = 0, least: float = 0.0) -> Value:
    """A ratio with its interval; *least*: what it cannot be below."""
    low, high = serial.of_serial_ratio(above, below, lags)
    return ratio(above, below), max(low, least) if low == low else low, high


def bounded(value: Value) -> bool:
    """Whether *value* is known, and how far off it may be: of too few periods, it tells nothing.

    >>> bounded((0.5, 0.4, 0.6)), bounded((0.5, math.nan, math.nan))
    (True, False)
    """
    return all(end == end for end in value)


def curve(one: Sums) -> tuple[Ahead, ...]:
    """Lead by lead, as far as anything is known with an interval. Errors of neighbouring periods share moves: up to as
    many as the lead."""
    found = []
    for lead in range(one.moved.shape[0]):
        counted = int(one.counted[lead].sum())
        if not counted and not one.compared[lead].any():
            continue
        values = {
            "error": share(one.wrong[lead], one.bought[lead], lead),
            "mape": share(one.relative[lead], one.nonzero[lead], lead),
            "bias": share(one.planned[lead] - one.bought[lead], one.bought[lead], lead, -1.0),
            "breaches": proportion(one.outside[lead], one.counted[lead], lead),
            "changed": share(one.moved[lead], one.before[lead]),
        }
        known = {name: value if bounded(value) else UNKNOWN for name, value in values.items()}
        if any(map(bounded, known.values())):
            found.append(Ahead(lead=lead, counted=counted, **known))
    return tuple(found)


def proportion(above: Floats, below: Floats, lags: int) -> Value:
    """A share of cells; where it is none or all of them, the interval counts periods (Wilson 1927)."""
    value, low, high = share(above, below, lags)
    if value in (0.0, 1.0) and low == low:
        return value, *wilson(value, float((below > 0).sum()))
    return value, low, min(high, 1.0) if high == high else high


AT_A_LEAD = (
    measure.ERROR, measure.MAPE, measure.BIAS, measure.INFLATION, measure.BREACHES, measure.AMPLIFICATION,
)  # fmt: skip
"""What is announced so many periods ahead beside what is bought."""
OF_CHANGES = (measure.NERVOUSNESS, measure.NOTICE, measure.ANNOUNCED_FROZEN, measure.EFFECTIVE_FROZEN)


def entries(plans: Plans, party: str, members: Ints, one: Sums, rates: Rates | None, tolerance: float) -> list[Entry]:
    """All measures of one party: those with a lead at the lead of reference."""
    lead = instability.reference(one)
    of_lead = AT_A_LEAD if lead >= 0 else ()
    asked = (OF_CHANGES[0], *of_lead, *OF_CHANGES[1:])
    made = [Entry.valued(each, party, value(each, one, tolerance, lead)) for each in asked]
    if rates is not None:
        made.append(Entry.valued(measure.HOURS_MOVED, party, _hours(plans, members, one, rates)))
    return made


def value(of: Measure, one: Sums, tolerance: float, lead: int) -> Value:
    """The value of one of `AT_A_LEAD`, *lead* periods ahead, or of `OF_CHANGES`, with its interval."""
    if of == measure.NERVOUSNESS:
        return share(*instability.weighted(one))
    if of == measure.NOTICE:
        return _notice(one)
    if of == measure.ANNOUNCED_FROZEN:
        return _announced(one)
    if of == measure.EFFECTIVE_FROZEN:
        return effective(one, tolerance)
    wrong, bought, planned = one.wrong[lead], one.bought[lead], one.planned[lead]
    if of == measure.ERROR:
        return share(wrong, bought, lead)
    if of == measure.MAPE:
        return share(one.relative[lead], one.nonzero[lead], lead)
    if of == measure.BIAS:
        return share(planned - bought, bought, lead, -1.0)
    if of == measure.INFLATION:
        return share(planned - bought, planned, lead, -math.inf)
    if of == measure.BREACHES:
        return proportion(one.outside[lead], one.counted[lead], lead)
    return _amplification(planned, bought)


def _amplification(planned: Floats, bought: Floats) -> Value:
    """The variance of what is bought over that of the plan, over the periods for which both are known."""
    some = np.flatnonzero((planned > 0) | (bought > 0))
    if len(some) < serial.LEAST or planned[some].var() <= 1e-12 * planned[some].mean() ** 2:
        return UNKNOWN
    one, other = bought[some], planned[some]

    def of(periods: Ints) -> float:
        spread = float(other[periods].var())
        return float(one[periods].var()) / spread if spread > 0 else math.nan

    return of(np.arange(len(some))), *serial.of_periods(of, len(some))


def _notice(one: Sums) -> Value:
    """The median notice: its interval from that of the share moved with less (Woodruff 1952)."""
    middle = instability.quantile(one.notice, 0.5)
    moved = one.moved
    if math.isnan(middle):
        return UNKNOWN
    by_lead = moved.sum(axis=1)
    lead = int(np.searchsorted(np.cumsum(by_lead), by_lead.sum() / 2))
    near, all_of_it = moved[: lead + 1].sum(axis=0), moved.sum(axis=0)
    low, high = serial.of_serial_ratio(near, all_of_it, min(lead, 8))
    if math.isnan(low):
        return middle, math.nan, math.nan
    half = (high - low) / 2
    ends = [instability.quantile(one.notice, min(max(0.5 + side * half, 0.0), 1.0)) for side in (-1, 1)]
    return middle, ends[0], ends[1]


def _announced(one: Sums) -> Value:
    """The median number of firm periods over the plans that say it, and the range of nine plans in ten."""
    counts = one.firm[:-1].astype(np.float64)
    if not counts.sum():
        return UNKNOWN
    low, middle, high = (instability.quantile(counts, share) for share in (0.05, 0.5, 0.95))
    return middle, low, high


def effective(one: Sums, tolerance: float) -> Value:
    """For how many periods what is announced stays, and how many or few it could be as well; not known where nothing is
    announced just before the first period that moves."""
    if not one.settled.any():
        return UNKNOWN
    moves = [
        share(drift, settled, lead) for lead, (drift, settled) in enumerate(zip(one.drift, one.settled, strict=True))
    ]
    lead = np.array([lead for lead, move in enumerate(moves) if move[0] == move[0]])
    if not len(lead):
        return UNKNOWN
    known = np.array(moves)[lead]
    middle = instability.frozen(known[:, 0], tolerance)
    if 0 < middle < len(lead) and lead[middle] - lead[middle - 1] > 1:
        return UNKNOWN
    periods = np.append(lead, lead[-1] + 1) - lead[0]
    if math.isnan(known[0, 1]):
        return float(periods[middle]), math.nan, math.nan
    low, high = (np.where(np.isnan(known[:, side]), known[:, 0], known[:, side]) for side in (2, 1))
    fewest, most = (float(periods[instability.frozen(end, tolerance)]) for end in (low, high))
    return float(periods[middle]), fewest, most


def _hours(plans: Plans, members: Ints, one: Sums, rates: Rates) -> Value:
    """Hours of work moved within the short notice, a week."""
    per_piece = np.array([rates.parts.get(plans.series["part"][int(m)] or "", rates.hours_per_piece) for m in members])
    if len(set(per_piece.tolist())) == 1:
        moved, compared = one.moved * per_piece[0], one.compared
    else:
        each = instability.sums(plans, [np.array([m]) for m in members])
        moved = np.sum([own.moved * rate for own, rate in zip(each, per_piece, strict=True)], axis=0)
        compared = one.compared
    near = slice(0, max(rates.short_notice, 1))
    # Each lead compares as many periods as there are steps from plan to plan; together they reach over more.
    known = compared[near] > 0
    hours, seen = moved[near].sum(axis=0), known[int(known.sum(axis=1).argmax())].astype(np.float64)
    weeks = {"day": 1 / 7, "week": 1.0, "month": 30.4375 / 7}[plans.step]
    return share(hours, seen * weeks)


def in_period_entry(party: str, served: Floats, called: Floats) -> Entry:
    """Of what was *called* off per period, the share that was *served* in it."""
    return Entry.valued(
        measure.IN_PERIOD, party, (float(served.sum() / called.sum()), *serial.of_serial_ratio(served, called))
    )


def bullwhip_entry(party: str, called: Floats, delivered: Floats) -> Entry:
    """The bullwhip ratio of *called* over *delivered*, period by period."""

    def of(periods: Ints) -> float:
        return bullwhip(called[periods], delivered[periods])

    n = len(called)
    return Entry.valued(measure.BULLWHIP, party, (of(np.arange(n)), *serial.of_periods(of, n)))
