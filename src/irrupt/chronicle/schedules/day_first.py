"""Whether the day or the month comes first in the dates on which plans were issued, where they could be either: plans
begin about as long after their issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.issues import issue_in
from irrupt.chronicle.schedules.numbers import is_text
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import periods_across, told_by
from irrupt.chronicle.schedules.shaping import shaped
from irrupt.i18n import gettext as _

_EITHER = r"^\s*(\d{1,2})[./-](\d{1,2})[./-](?:\d{2}){1,2}\s*$"
_SEVERAL, _MOST, _NEAR = 3, 2_000, 45
"""Issues that show it, and as many as are looked at; days between what is the same, at most, where the other reading
tells no periods at all."""
FORMS = ("day first", "month first")


def as_plans_show(raw: Raw, mapping: Mapping[str, str], form: str | None) -> tuple[Raw, str | None]:
    """*raw*, with a note, and how its dates are to be read, where nothing says it, the dates of issues could begin with
    the day as with the month, and plans begin as long after their issue one way only; else both as they are."""
    if form is not None or not _open(raw, mapping):
        return raw, form
    spreads = [_spread(raw, mapping, one) for one in FORMS]
    known = sorted((days, at) for at, days in enumerate(spreads) if days is not None)
    if not known or (len(known) == 1 and known[0][0] > _NEAR) or (len(known) > 1 and 2 * known[0][0] >= known[1][0]):
        return raw, form
    told = (
        _("dates of issues are read with the day first: so plans begin about as long after them"),
        _("dates of issues are read with the month first: so plans begin about as long after them"),
    )
    at = known[0][1]
    return replace(raw, notes=(*raw.notes, told[at])), FORMS[at]


def _open(raw: Raw, mapping: Mapping[str, str]) -> bool:
    """Whether dates of issues in *raw* could be read either way."""
    issued = issue_in(raw.frame, mapping, periods_across(raw.frame.columns), "plan")
    if issued is None or not is_text(raw.frame[issued]):
        return False
    texts = raw.frame[issued].drop_nulls().cast(pl.String).unique()
    if not _SEVERAL <= len(texts) <= _MOST:
        return False
    first, second = texts.str.extract(_EITHER, 1).cast(pl.Int64), texts.str.extract(_EITHER, 2).cast(pl.Int64)
    either = first.is_between(1, 12) & second.is_between(1, 12)
    return not either.has_nulls() and bool(either.all()) and bool((first != second).any())


def _spread(raw: Raw, mapping: Mapping[str, str], form: str) -> float | None:
    """Days between the earliest and the latest begin of plans, each after its issue, if dates are written in *form*;
    None where plans do not begin later and later."""
    frame = shaped(raw, mapping, form).frame
    across = periods_across(frame.columns)
    issued = issue_in(frame, mapping, across, "plan")
    if issued is None:
        return None
    moments = read_periods(frame[issued], form=form).begin.alias("issued")
    period = mapping.get("period") or told_by("period", frame, (name for name in frame.columns if name != issued))
    if across:
        begins = dict(zip(across, read_periods(pl.Series("period", across), form=form).begin, strict=True))
        cells = [pl.when(pl.col(name).is_not_null()).then(pl.lit(begins[name])) for name in across]
        table = frame.select(moments, pl.min_horizontal(cells).alias("begin"))
    elif period in frame.columns:
        table = pl.DataFrame([moments, read_periods(frame[str(period)], form=form).begin.alias("begin")])
    else:
        return None
    plans = table.drop_nulls().group_by("issued").agg(pl.col("begin").min())
    if plans["begin"].n_unique() < _SEVERAL:
        return None
    days = (plans["begin"] - plans["issued"]).dt.total_days()
    return float(days.max() - days.min())  # type: ignore[operator, arg-type]
