"""The grid of days, weeks or months on which plans and orders are counted, and which of its periods records cover."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.schedules.steps import Step
from irrupt.wall import aware, local_times


def moment_of(days: float, timezone: str) -> datetime:
    """The moment *days* after the begin of 1970 on the clock of *timezone*.

    >>> moment_of(19754.0, "Europe/Paris").isoformat()
    '2024-01-31T23:00:00+00:00'
    """
    return aware(datetime(1970, 1, 1) + timedelta(days=float(days)), timezone)


def begins(period: Ints, step: Step) -> Floats:
    """Days since 1970 at which the periods with these numbers begin.

    >>> begins(np.array([0, 1]), "week").tolist(), begins(np.array([649]), "month").tolist()
    ([-3.0, 4.0], [19754.0])
    """
    if step == "month":
        return period.astype("datetime64[M]").astype("datetime64[D]").astype(np.float64)
    return (period * 7 - 3 if step == "week" else period).astype(np.float64)


def number_of(moment: pl.Expr, step: Step) -> pl.Expr:
    """The number of the period in which a local *moment* lies."""
    if step == "month":
        return (moment.dt.year().cast(pl.Int64) - 1970) * 12 + moment.dt.month().cast(pl.Int64) - 1
    day = moment.dt.date().cast(pl.Int32).cast(pl.Int64)
    return day if step == "day" else (day + 3).floordiv(7)


def on_clock(table: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """A schedules *table* whose times are those that clocks of *timezone* show."""
    return table.with_columns(local_times(table[name], timezone) for name in ("issued", "period", "until"))


def whole(days: pl.Series, step: Step) -> tuple[int, int]:
    """The first and the last period that records of *days* cover whole. A period at an end is cut where they lie two
    days or more from its own end, and farther than in most other periods.

    >>> from datetime import date
    >>> days = [date(2024, 1, day) for day in (4, 5, 8, 9, 11, 12, 15, 16, 17, 18, 19, 22, 23)]
    >>> whole(pl.Series(days), "week")
    (2819, 2820)
    """
    table = days.unique().sort().alias("day").to_frame().with_columns(at=number_of(pl.col("day"), step))
    ends = table.group_by("at").agg(first=pl.col("day").first(), last=pl.col("day").last()).sort("at")
    at = ends["at"].to_numpy()
    begin, end = begins(at, step), begins(at + 1, step) - 1
    first, last = (ends[name].cast(pl.Int32).to_numpy() for name in ("first", "last"))
    if len(at) < 2:
        return int(at[0]), int(at[-1])
    cut = first[0] - begin[0] >= 2 and end[0] - first[0] < np.median(end[1:] - first[1:])
    short = end[-1] - last[-1] >= 2 and last[-1] - begin[-1] < np.median(last[:-1] - begin[:-1])
    return int(at[0]) + int(cut), int(at[-1]) - int(short)
