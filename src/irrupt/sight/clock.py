"""Hours of the week, by the clock that the organisation lives by."""

from __future__ import annotations

from datetime import time

import polars as pl

from irrupt.chronicle import Chronicle
from irrupt.chronicle.succession import begins_of_cases

FIRST = pl.min_horizontal(pl.col("start").min(), pl.col("end").min())
LAST = pl.max_horizontal(pl.col("start").max(), pl.col("end").max())
"""The first and the last moment of a log."""
DAY_PRECISION = 0.99
"""Share of times that must fall on one or two times of the day for the records to be held to give days only."""
FEW = 20
"""Fewer times than these tell it by midnight alone."""


def _local(chronicle: Chronicle, column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(chronicle.timezone)


def days_only(chronicle: Chronicle) -> bool:
    """Whether the records give days, not hours: nearly all ends fall on one time of the day, or on two where summer
    time moves it, and these are full hours. Of few, all must fall on midnight."""
    ends = chronicle.events.lazy().select(pl.col("end").drop_nulls().dt.time().alias("time"))
    times = ends.group_by("time").agg(pl.len().alias("events")).sort("events", descending=True).collect()
    total = int(times["events"].sum())
    common = times.head(2)
    if total < FEW:
        return 0 < total == chronicle.events.filter(_local(chronicle, "end").dt.time() == time.min).height
    if int(common["events"].sum()) < DAY_PRECISION * total:
        return False
    full = all(at.minute % 15 == 0 and at.second == 0 and at.microsecond == 0 for at in common["time"])
    apart = [at.hour for at in common["time"]]
    return full and (len(apart) == 1 or (apart[0] - apart[1]) % 24 in (1, 23))


def by_hour(chronicle: Chronicle, moments: pl.DataFrame, weeks: float) -> list[list[float]]:
    """Number of *moments* (column `end`) in each hour of the week, mean per week: seven rows of 24, Monday first."""
    local = _local(chronicle, "end")
    counted = (
        moments.lazy()
        .drop_nulls("end")
        .group_by(local.dt.weekday().alias("day"), local.dt.hour().alias("hour"))
        .agg(pl.len().alias("events"))
        .collect()
    )
    table = [[0.0] * 24 for _ in range(7)]
    for day, hour, events in counted.iter_rows():
        table[day - 1][hour] = events / weeks
    return table


def steps_by_people(chronicle: Chronicle) -> pl.DataFrame:
    """The events that people of the organisation did; where nobody is named, all that the client did not do."""
    events = chronicle.events
    ours = ~pl.col("activity").is_in(sorted(chronicle.client_acts)) | pl.col("activity").is_null()
    if events["resource"].null_count() < events.height:
        ours = ours & pl.col("resource").is_not_null()
    return events.lazy().filter(ours).select("end").collect()


def arrivals(chronicle: Chronicle) -> pl.DataFrame:
    """The moment at which each case arrives, in column `end`."""
    return begins_of_cases(chronicle.events).alias("end").to_frame()
