"""Quantities of plans one by one: what keeps and what breaks a rule on schedules, as cases do on events.

What is judged is a part in a period ("part-week"), once the period has come: it keeps the rule where nothing breaks it
that is said or bought of it. Of periods marked as firm, it is a plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from irrupt.agreement.announced import Announced
from irrupt.agreement.bounds import Measured
from irrupt.agreement.model import BREACH_COLUMNS, Judged
from irrupt.agreement.scene import CannotBeToldError
from irrupt.agreement.spans import answer, counted_spans, not_kept_since
from irrupt.arraytypes import Ints
from irrupt.chronicle.schedules.meeting import KEYS
from irrupt.chronicle.schedules.steps import DAYS
from irrupt.i18n import gettext as _
from irrupt.ledgers import instability, quantities
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.plans import Plans
from irrupt.sight import plan_values
from irrupt.sight.intervals import wilson

_CHANGED = (measure.EFFECTIVE_FROZEN.name, measure.NOTICE.name)
_MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Agreed:
    """The terms of a rule on schedules, in periods of the plans."""

    bound: Measured
    """Its limits are in periods of the plans where they are in periods."""
    plans: Plans
    members: Ints
    """Series that it is about."""
    lead: int
    nearest: int
    """How far ahead the nearest period is that plans announce: 0, or 1 where they leave out the one that has begun."""
    tolerance: float
    band: tuple[float, float]


def is_judged_singly(bound: Measured) -> bool:
    """Whether single quantities, or single plans, keep or break *bound*."""
    if bound.measure in _CHANGED:
        return bound.at_most is None
    if bound.measure == measure.BREACHES.name:
        return bound.at_least is None and bound.share == 1.0
    return bound.measure == measure.ANNOUNCED_FROZEN.name


def judged_singly(
    agreed: Agreed, told: Announced, versions: Ints, value: plan_values.Value, facts: dict[str, Any]
) -> Judged:
    """What *versions* say of the rule, beside the *value* of its measure. Raises `CannotBeToldError`."""
    bound = agreed.bound
    banded = bound.measure == measure.BREACHES.name
    asked = 1.0 - (bound.at_most or 0.0) if banded else bound.share
    found = _found(agreed, versions)
    each = _judged_of(found)
    known = _known(each, asked)
    if not known.height:
        raise CannotBeToldError(_nothing(bound, bool(each.height)))
    share = float(known["kept"].mean())  # type: ignore[arg-type]
    low, high = _interval(known, share, agreed)
    moments = known.with_columns(_moments(told, known["at"]).alias("at"))
    spans = tuple(counted_spans(moments, "at", facts["each"], asked, told.timezone))
    first = each["when"].min()
    one = (1.0 - share, 1.0 - high, 1.0 - low) if banded else value
    measured: dict[str, Any] = dict(zip(("value", "value_low", "value_high"), one, strict=True))
    return Judged(
        answer="broken" if asked == 1.0 and first is not None else answer(share, asked, high),
        counted="plans" if bound.measure == measure.ANNOUNCED_FROZEN.name else "quantities",
        judged=known.height,
        broken=int((~known["kept"]).sum()),
        open=each.filter(~pl.col("settled")).height - known.filter(~pl.col("settled")).height,
        free=each.filter(pl.col("settled") & pl.col("kept").is_null()).height,
        share=share,
        low=low,
        high=high,
        first_broken=None if first is None else told.moment(float(first)),  # type: ignore[arg-type]
        broken_since=not_kept_since(spans, facts["begin"], fewest=1),  # Every part is there in every week.
        spans=spans,
        breaches=_breaches(agreed, told, found),
        **measured,
        **facts,
    )


def _known(each: pl.DataFrame, asked: float) -> pl.DataFrame:
    """Those of which it is known, and of which nothing more is to be expected: as of cases, or the latest would look
    better than they are. Where all are to keep it, one that is broken is known at once."""
    certain = pl.col("settled") | ~pl.col("kept") if asked == 1.0 else pl.col("settled")
    known = each.filter(pl.col("kept").is_not_null() & certain)
    return known if known.height else each.filter(~pl.col("kept"))


def _nothing(bound: Measured, any_open: bool) -> str:
    if bound.measure == measure.ANNOUNCED_FROZEN.name:
        return _("the plans do not say what is firm")
    if any_open:
        return _("no period has come yet that it could bind")
    return _("no quantity is in these plans that it could bind")


def _found(agreed: Agreed, versions: Ints) -> pl.DataFrame:
    """What may break the rule: `unit` (what is judged by it), `at` (the day to which that belongs), `when` (the day on
    which it would be broken), `kept` (null: not known yet), `settled` (whether nothing more is to be expected), and
    `version`, `period`, `notice`, `before`, `after`, and `by` how much it is off. Days are counted since 1970."""
    if agreed.bound.measure == measure.ANNOUNCED_FROZEN.name:
        return _marked(agreed, versions)
    return _bought(agreed, versions) if agreed.bound.measure == measure.BREACHES.name else _changed(agreed, versions)


def _changed(agreed: Agreed, versions: Ints) -> pl.DataFrame:
    """What is changed that is frozen, or so near that it may not be changed any more."""
    plans, bound = agreed.plans, agreed.bound
    found = quantities.changes(plans, versions, agreed.tolerance)
    near = pl.col("notice") if bound.measure == measure.NOTICE.name else pl.col("ahead") - agreed.nearest
    found = _units(plans, found.filter(near < bound.at_least))
    reached = np.full(plans.series.height, -1)
    np.maximum.at(reached, plans.of, plans.base)
    return found.with_columns(
        when=plans.issued[found["version"].to_numpy()],
        kept=~pl.col("moved"),
        settled=found["period"].to_numpy() <= reached[found["series"].to_numpy()],
        by=(pl.col("after") - pl.col("before")).abs(),
    )


def _bought(agreed: Agreed, versions: Ints) -> pl.DataFrame:
    """What is bought, beside what was announced last so many periods ahead."""
    plans = agreed.plans
    found = _units(plans, quantities.outcomes(plans, versions, agreed.lead))
    found = found.unique(subset="unit", keep="last", maintain_order=True)
    said, bought = found["before"].to_numpy(), found["after"].fill_null(np.nan).to_numpy()
    (down, up), room = agreed.band, np.abs(said)
    kept = pl.Series(~instability.outside(said, bought, agreed.band)).set(found["after"].is_null(), None)
    return found.with_columns(
        when=pl.col("at"),
        notice=pl.col("at") - np.floor(plans.issued[found["version"].to_numpy()]),
        kept=kept,
        settled=pl.col("after").is_not_null(),
        by=np.maximum(bought - said - up * room, said - down * room - bought),
    )


def _units(plans: Plans, found: pl.DataFrame) -> pl.DataFrame:
    """*found* with `series`, and `unit` and `at` of the part and period that each row is about."""
    series = pl.Series(plans.of[found["version"].to_numpy()], dtype=pl.Int64)
    at = plans.begin_of(found["period"].to_numpy())
    return found.with_columns(series=series, at=at, unit=series * (1 << 32) + found["period"])


def _marked(agreed: Agreed, versions: Ints) -> pl.DataFrame:
    """How many of the nearest periods plans mark as firm."""
    plans, bound = agreed.plans, agreed.bound
    count = instability.firm_periods(plans, versions).astype(np.float64)
    least, most = bound.at_least or 0.0, math.inf if bound.at_most is None else bound.at_most
    kept = pl.Series((count >= least) & (count <= most)).set(pl.Series(count < 0), None)
    plan = {"client": plans.series["client"][plans.of[versions].tolist()], "called": plans.called[versions.tolist()]}
    found = pl.DataFrame({**plan, "version": versions, "at": plans.issued[versions], "kept": kept, "after": count})
    return found.with_columns(
        unit=pl.struct("client", "at", "called").rank("dense").cast(pl.Int64),
        when=pl.col("at"),
        settled=pl.lit(True),
        period=pl.lit(None, pl.Int64),
        notice=pl.lit(None, pl.Float64),
        before=pl.lit(None, pl.Float64),
        by=np.maximum(least - count, count - most),
    )


def _judged_of(found: pl.DataFrame) -> pl.DataFrame:
    """Each unit: `at`, `when` it is broken first, `kept` (null: not known yet), `settled`."""
    kept = pl.when(pl.col("kept").count() > 0).then(pl.col("kept").all())
    when = pl.col("when").filter(~pl.col("kept")).min()
    return found.group_by("unit").agg(pl.col("at").first(), when, kept, pl.col("settled").all()).sort("at", "unit")


def _interval(known: pl.DataFrame, share: float, agreed: Agreed) -> tuple[float, float]:
    """That of the *share* that keeps the rule, over the days to which it belongs: those of neighbouring periods share
    plans. Of few, that of so many throws (Wilson)."""
    bound = agreed.bound
    reach = {measure.BREACHES.name: agreed.lead, measure.ANNOUNCED_FROZEN.name: 0}.get(bound.measure)
    if reach is None:
        days = DAYS[agreed.plans.step] if bound.measure == measure.NOTICE.name else 1.0
        reach = math.ceil((bound.at_least or 0.0) / days)
    counted = known.group_by("at").agg((~pl.col("kept")).sum().alias("broken"), pl.len().alias("judged")).sort("at")
    broken, judged = (counted[name].to_numpy().astype(np.float64) for name in ("broken", "judged"))
    _value, low, high = plan_values.proportion(broken, judged, reach)
    if low == low:
        return max(0.0, 1.0 - high), min(1.0, 1.0 - low)
    few = wilson(share, counted.height)
    return few.low, few.high


def _breaches(agreed: Agreed, told: Announced, found: pl.DataFrame) -> pl.DataFrame:
    """What breaks the rule, the worst first, with its part, its plan and its days."""
    plans = agreed.plans
    broken = found.filter(~pl.col("kept"))
    rows = broken["version"].to_numpy()
    begins = plans.begin_of(broken["period"].fill_null(0).to_numpy())
    period = _moments(told, pl.Series(begins)).set(broken["period"].is_null(), None)
    named = broken.with_columns(
        **{name: plans.series[name][plans.of[rows].tolist()] for name in KEYS},
        plan=plans.called[rows.tolist()],
        issued=_moments(told, pl.Series(plans.issued[rows])),
        broken=_moments(told, broken["when"]),
        period=period,
    )
    ordered = named.sort(-pl.col("by"), "issued", *KEYS, "period", maintain_order=True)
    return ordered.select(pl.col(name).cast(kind) for name, kind in BREACH_COLUMNS.items())


def _moments(told: Announced, days: pl.Series) -> pl.Series:
    """The moments at which *days* since 1970 begin."""
    known = {day: told.moment(day) for day in days.unique()}
    return pl.Series([known[day] for day in days], dtype=_MOMENT)
