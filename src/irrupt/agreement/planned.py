"""Rules on schedules: what plans change, and what is bought in the end, against what was agreed.

What single quantities keep or break (those of frozen periods, changed with little notice, or outside of a band) is
judged one by one, as cases are; what only all plans together tell, as one number with its interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from irrupt.agreement.announced import Announced, days_of, in_force, members_of
from irrupt.agreement.bounds import Each, Measured
from irrupt.agreement.model import Answer, Judged, Span
from irrupt.agreement.scene import CannotBeToldError, not_measured
from irrupt.agreement.singly import Agreed, is_judged_singly, judged_singly
from irrupt.agreement.spans import TRUNCATED, holds, not_kept_since, reached
from irrupt.arraytypes import Ints
from irrupt.chronicle.model import SCHEDULE_COLUMNS
from irrupt.chronicle.schedules.steps import DAYS
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.ledgers import instability, measures
from irrupt.ledgers import orders as demand
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.instability import Sums
from irrupt.ledgers.plans import Plans
from irrupt.sight import plan_values
from irrupt.sight.orders import variability
from irrupt.wall import local_times, moments_of

AT_A_LEAD = {one.name: one for one in plan_values.AT_A_LEAD}
_FROM_NOUGHT = (measure.NERVOUSNESS.name, measure.ERROR.name)
"""What cannot be below nought: a limit of nought is broken by anything."""
_LENGTHS: tuple[Each, ...] = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class _Measuring:
    """What is measured of which plans."""

    agreed: Agreed
    versions: Ints
    sums: Sums

    def value(self, sums: Sums) -> plan_values.Value:
        agreed = self.agreed
        return plan_values.value(measures()[agreed.bound.measure], sums, agreed.tolerance, agreed.lead)


def of_schedules(bound: Measured, told: Announced, facts: dict[str, Any], until: datetime) -> Judged:
    """What plans issued from `begin` of *facts* on, and before *until*, say of *bound*. Raises `CannotBeToldError`."""
    if told.orders != (bound.measure == measure.VARIABILITY.name):
        raise CannotBeToldError(
            _("these are orders that no plan announced, and it is about plans")
            if told.orders
            else _("it is measured on orders that no plan announced")
        )
    if told.orders:
        return _of_orders(bound, told, facts, until)
    plans = told.plans()
    members = members_of(bound, told, plans.series)
    versions = in_force(told, members, facts["begin"], until)
    each = max(bound.each, plans.step, key=_LENGTHS.index)
    agreed = _agreed(bound, plans, members, versions)
    facts |= {"step": plans.step, "each": each, "ahead": agreed.lead if bound.measure in AT_A_LEAD else None}
    (sums,) = instability.sums(plans, [members], band=agreed.band, tolerance=agreed.tolerance, versions=versions)
    measuring = _Measuring(agreed, versions, sums)
    value = measuring.value(sums)
    if is_judged_singly(bound):
        return judged_singly(agreed, told, versions, value, facts)
    return _of_number(measuring, told, value, facts)


def _agreed(bound: Measured, plans: Plans, members: Ints, versions: Ints) -> Agreed:
    """The terms of *bound* in periods of *plans*, and with what is usual where they do not say it."""
    scale = 1.0 if bound.period is None else DAYS[bound.period] / DAYS[plans.step]
    lead = 0 if bound.ahead is None else round(bound.ahead * scale)
    if bound.measure in AT_A_LEAD and bound.ahead is None:
        lead = instability.reference(instability.sums(plans, [members], versions=versions)[0])
    if not 0 <= lead < plans.leads:
        raise CannotBeToldError(_("no plan reaches so far ahead, or nothing is known of what was bought"))
    in_periods = measures()[bound.measure].unit == "periods"
    limits = {end: getattr(bound, end) for end in ("at_least", "at_most")}
    scaled = {end: limit if limit is None or not in_periods else limit * scale for end, limit in limits.items()}
    return Agreed(
        bound=replace(bound, **scaled),
        plans=plans,
        members=members,
        lead=lead,
        nearest=int((~np.isnan(plans.announced[np.isin(plans.of, members)])).any(axis=0).argmax()),
        tolerance=instability.TOLERANCE if bound.tolerance is None else bound.tolerance,
        band=tuple(instability.BAND if end is None else end for end in (bound.down, bound.up)),  # type: ignore[arg-type]
    )


def _of_number(measuring: _Measuring, told: Announced, value: plan_values.Value, facts: dict[str, Any]) -> Judged:
    """The measure over all plans, or, where it is to hold in a share of the periods, period by period."""
    bound = measuring.agreed.bound
    by_period = _by_date if bound.measure in AT_A_LEAD else _by_issue
    spans = tuple(by_period(measuring, told, facts["each"]))
    return _told(bound, value, spans, len(spans), facts)


def _told(
    bound: Measured, value: plan_values.Value, spans: tuple[Span, ...], periods: int, facts: dict[str, Any]
) -> Judged:
    """The answer to a *value* of so many *periods*, with its interval, which was as in *spans* over time."""
    if math.isnan(value[0]):
        raise not_measured(bound.measure)
    broken = [span for span in spans if not span.kept]
    share = 1.0 - len(broken) / len(spans) if spans else math.nan
    if bound.share < 1.0 and spans:
        said: Answer = "kept" if reached(share, bound.share) else "broken"
    elif not plan_values.bounded(value):
        raise CannotBeToldError(
            _("there are too few plans to tell with an interval: at least eight periods must have come")
        )
    else:
        said = _verdict(bound, *value)
    at_fault = broken if said != "kept" else []
    return Judged(
        answer=said,
        counted="periods",
        judged=periods,
        broken=len(broken),
        share=share,
        value=value[0],
        value_low=value[1],
        value_high=value[2],
        first_broken=max(at_fault[0].begin, facts["begin"]) if at_fault else None,
        broken_since=not_kept_since(spans, facts["begin"], fewest=1) if at_fault else None,
        spans=spans,
        **facts,
    )


def _verdict(bound: Measured, value: float, low: float, high: float) -> Answer:
    if holds(bound, value):
        return "kept"
    if bound.at_most == 0.0 and bound.measure in _FROM_NOUGHT:
        return "broken"
    over = bound.at_most is not None and value > bound.at_most
    limit = bound.at_most if over else bound.at_least
    reaches = limit is not None and (low <= limit if over else high >= limit)
    return "within chance" if reaches else "broken"


def _by_issue(measuring: _Measuring, told: Announced, each: Each) -> Iterator[Span]:
    """The measure over the plans that were issued in each period."""
    agreed = measuring.agreed
    plans, rows = agreed.plans, measuring.versions
    begins = _begins(told, plans.issued[rows], each)
    for begin in begins.unique().sort():
        some = rows[(begins == begin).to_numpy()]
        (sums,) = instability.sums(plans, [agreed.members], tolerance=agreed.tolerance, versions=some)
        marked = agreed.bound.measure == measure.ANNOUNCED_FROZEN.name
        counted = float(sums.firm[:-1].sum() if marked else sums.compared.sum())
        yield from _span(measuring, begin, sums, counted)


def _by_date(measuring: _Measuring, told: Announced, each: Each) -> Iterator[Span]:
    """The measure over the quantities that were announced for each period."""
    sums, plans, lead = measuring.sums, measuring.agreed.plans, measuring.agreed.lead
    known = np.flatnonzero(sums.counted[lead] > 0)
    begins = _begins(told, plans.begin_of(known + plans.first), each)
    for begin in begins.unique().sort():
        at = known[(begins == begin).to_numpy()]
        cells = {name: getattr(sums, name)[:, at] for name in instability.CELLS}
        yield from _span(measuring, begin, replace(sums, **cells), float(sums.counted[lead, at].sum()))


def _span(measuring: _Measuring, begin: datetime, sums: Sums, counted: float) -> Iterator[Span]:
    value = measuring.value(sums)[0]
    if counted and value == value:
        kept = holds(measuring.agreed.bound, value)
        yield Span(begin=begin, judged=int(counted), broken=int(not kept), value=value, kept=kept)


def _begins(told: Announced, days: Any, each: Each) -> pl.Series:
    """The begins of the periods in which *days* lie."""
    moments = pl.Series([told.moment(day) for day in np.unique(days)], dtype=pl.Datetime("us", "UTC"))
    begins = moments_of(local_times(moments, told.timezone).dt.truncate(TRUNCATED[each]), told.timezone)
    return begins.gather(np.searchsorted(np.unique(days), days).tolist())


def _of_orders(bound: Measured, told: Announced, facts: dict[str, Any], until: datetime) -> Judged:
    """The variability of orders placed from `begin` on, and before *until*; looked at over the periods of these."""
    table = told.chronicle.schedules
    mine = table[members_of(bound, told, table.select("client", "plant", "part")).tolist()]
    days = days_of(mine["period"], told.chronicle.timezone)
    in_time = (days >= told.day_of(facts["begin"])) & ((until > told.end) | (days < told.day_of(min(until, told.end))))
    try:
        placed = mine.filter(pl.Series(in_time)).cast(SCHEDULE_COLUMNS)
        found = demand.orders(placed, told.chronicle.timezone)
    except DataError as few:
        raise CannotBeToldError("; ".join(fault.found for fault in few.faults)) from None
    total = found.quantity.sum(axis=0)
    facts |= {"step": found.step, "each": max(bound.each, found.step, key=_LENGTHS.index)}
    return _told(bound, variability(total), (), len(total), facts)
