"""How long a period lasts, where the records give only its first day."""

from __future__ import annotations

from datetime import time

import polars as pl

from irrupt.chronicle.schedules.periods import DAY, MONTH, WEEK, ends

_LAST_DAYS = (5, 6, 7)
"""Days of the week that may be the last one of a period, Monday being 1."""
_VERSION = ("kind", "client", "plan", "issued")


def with_ends(table: pl.DataFrame) -> pl.DataFrame:
    """*table* with `until` filled from `days`, or else from the step to the next period in the same plan.

    A step of at most three days is a day (weekends are skipped); one of less than four weeks, or of several whole
    ones, is a week (empty weeks are skipped); a longer one is a month. The last period of a plan is as long as the one
    before it.

    >>> from datetime import datetime
    >>> frame = pl.DataFrame({"kind": "forecast", "client": "A", "plan": "1", "issued": 0, "days": None, "until": None,
    ...     "period": [datetime(2024, 1, 1), datetime(2024, 1, 8)]},
    ...     schema_overrides={"days": pl.Int64, "until": pl.Datetime})
    >>> with_ends(frame)["until"].dt.day().to_list()
    [8, 15]
    """
    version = [name for name in _VERSION if name in table.columns]
    lacking = pl.col("until").is_null() & pl.col("days").is_null()
    if table.select(lacking.any()).item():
        steps = table.select(*version, "period").unique().sort(*version, "period")
        step = (pl.col("period").shift(-1).over(version) - pl.col("period")).dt.total_hours() / 24
        steps = steps.with_columns(step=step)
        steps = steps.with_columns(step=pl.col("step").forward_fill().over(version))
        steps = steps.with_columns(stepped=_length("step"))
        # The last week before months begin: the gap behind it is no month, unless one begins on this day.
        last = (pl.col("stepped") == MONTH) & (pl.col("stepped").shift(1).over(version) == WEEK)
        last &= pl.col("period").dt.day() != 1
        # The last day before weeks begin: weeks begin on one day of the week.
        day = (
            (pl.col("stepped") == WEEK) & (pl.col("stepped").shift(1).over(version) == DAY) & (pl.col("step") % 7 != 0)
        )
        length = pl.when(last).then(WEEK).when(day).then(DAY).otherwise("stepped")
        steps = steps.with_columns(stepped=length)
        usual = steps["stepped"].drop_nulls().mode().sort()
        if not len(usual):
            usual = _between(steps["period"])
        steps = steps.with_columns(pl.col("stepped").fill_null(usual[0] if len(usual) else DAY))
        table = table.join(
            steps.drop("step"), on=[*version, "period"], how="left", nulls_equal=True, maintain_order="left"
        )
        table = table.with_columns(days=pl.coalesce("days", "stepped")).drop("stepped")
    return table.with_columns(until=pl.coalesce("until", ends("period", "days")))


def tells_last_days(table: pl.DataFrame) -> bool:
    """Whether `until` is the last day of each period in *table* rather than the day after: where the next period begins
    tells, else weeks that end on a Friday, Saturday or Sunday, or months that end on their last day.

    >>> from datetime import datetime
    >>> days = [datetime(2026, 2, day) for day in (2, 8, 9, 15)]
    >>> tells_last_days(pl.DataFrame({"period": days[::2], "until": days[1::2]}))
    True
    """
    known = table.select("period", "until").drop_nulls()
    if not known.height or (known["until"].dt.time() != time()).any():
        return False
    if (known["until"] == known["period"]).any():
        return True
    after = known["until"].dt.offset_by("1d")
    begins = known["period"].unique().implode()
    joined, parted = (int(days.is_in(begins).sum()) for days in (known["until"], after))
    if joined != parted:
        return parted > joined
    return bool((known["until"].dt.weekday().is_in(_LAST_DAYS) | (after.dt.day() == 1)).all())


def _between(periods: pl.Series) -> pl.Series:
    """The usual length by the steps between all periods that any plan names."""
    days = (periods.unique().sort().diff().drop_nulls().dt.total_hours() / 24).alias("step")
    return days.to_frame().select(_length("step").alias("length"))["length"].mode().sort()


def _length(step: str) -> pl.Expr:
    """The length that a *step* in days tells."""
    week = (pl.col(step) <= 27.5) | _weeks(step)
    long = pl.when(week).then(WEEK).when(pl.col(step).is_not_null()).then(MONTH)
    return pl.when(pl.col(step) <= 3.5).then(DAY).otherwise(long)


def _weeks(step: str) -> pl.Expr:
    """Whether *step* is up to eight whole weeks, but not four, which could be a month."""
    off = (pl.col(step) - 7 * (pl.col(step) / 7).round()).abs()
    return (off < 0.1) & (pl.col(step) <= 60) & ~pl.col(step).is_between(27.5, 31.5)
