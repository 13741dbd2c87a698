"""Time that passes in the hours of a calendar, between any two moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats
from irrupt.organisation.staff import Calendar, Span
from irrupt.wall import local_times, moments_of

_WEEK = 10080.0
_MONDAY = 4 * 1440
"""Minutes from 1 January 1970, a Thursday, to the first Monday."""
_LONG_AGO = datetime(1970, 1, 5)
"""That Monday."""
_INSTANT = 1e-4
"""Seconds within which two sums of hours are the same."""


def passed(begin: pl.Series, end: pl.Series, calendar: Calendar | None, timezone: str) -> Floats:
    """Seconds from each *begin* to each *end* that lie in the hours of *calendar* on the clock of *timezone*, with its
    exceptions at dates.

    Without a calendar, all of them, on that clock; nan where a moment is missing.
    """
    begin, end = local_times(begin, timezone), local_times(end, timezone)
    if calendar is None:
        micros = (end - begin).dt.total_microseconds()
        return micros.cast(pl.Float64).fill_null(np.nan).to_numpy() / 1e6
    return _open_until(end, calendar) - _open_until(begin, calendar)


def time_is_up(begin: pl.Series, late: pl.Series, limit: float, calendar: Calendar | None, timezone: str) -> pl.Series:
    """The moments, to the millisecond, at which *limit* seconds have `passed` since each *begin*. *late*: moments by
    which they have.

    >>> from datetime import UTC
    >>> friday, monday = (pl.Series([datetime(2024, 1, day, 12, tzinfo=UTC)]) for day in (5, 8))
    >>> week = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    >>> time_is_up(friday, monday, 6 * 3600.0, week, "UTC").dt.to_string("%A %H:%M").item()
    'Monday 10:00'
    """
    local = local_times(begin, timezone)
    if calendar is None:
        return moments_of(local + timedelta(seconds=limit), timezone)
    due = _open_until(local, calendar) + limit - _INSTANT
    low, high = (local_times(ends, timezone).dt.epoch("ms").to_numpy() for ends in (begin, late))
    high = high + 1  # What lies between two milliseconds has passed by the second one.
    while len(low) and (high - low).max() > 1:
        middle = (low + high) // 2
        passed_by = _open_until(pl.Series(middle * 1000).cast(pl.Datetime("us")), calendar) >= due
        low, high = np.where(passed_by, low, middle), np.where(passed_by, middle, high)
    return moments_of(pl.Series(high * 1000).cast(pl.Datetime("us")), timezone)


def _open_until(local: pl.Series, calendar: Calendar) -> Floats:
    """Seconds in the hours of *calendar* from a Monday long ago until each local time."""
    minutes = local.cast(pl.Int64).cast(pl.Float64).fill_null(np.nan).to_numpy() / 60e6 - _MONDAY
    weeks = np.floor(minutes / _WEEK)
    edges, total = [0.0], [0.0]
    for opens, closes in sorted(calendar.hours):
        edges += [float(opens), float(closes)]
        total += [total[-1], total[-1] + closes - opens]
    edges.append(_WEEK)
    total.append(total[-1])
    inside = np.interp(minutes - weeks * _WEEK, edges, total)
    return (weeks * calendar.minutes_per_week + inside + _exceptions(minutes, calendar, edges)) * 60.0


def _exceptions(minutes: Floats, calendar: Calendar, weekly: list[float]) -> Floats:
    """By how many minutes exceptions at dates make the time on duty longer, until each of *minutes* since that Monday.

    *weekly*: minutes of the week at which hours open and close.
    """
    closed, extra = (_since_monday(spans) for spans in (calendar.closed, calendar.extra))
    if not len(closed) + len(extra):
        return np.zeros(len(minutes))
    both = np.concatenate([closed, extra])
    inner = [
        week * _WEEK + edge
        for begin, end in both
        for week in range(int(begin // _WEEK), int(end // _WEEK) + 1)
        for edge in weekly
        if begin < week * _WEEK + edge < end
    ]
    edges = np.unique([*both.ravel(), *inner])
    middle = (edges[1:] + edges[:-1]) / 2
    opens = np.array(calendar.hours, np.float64).reshape(-1, 2)
    usual = _inside(middle % _WEEK, opens)
    on_duty = (usual & ~_inside(middle, closed)) | _inside(middle, extra)
    longer = np.concatenate([[0.0], np.cumsum((on_duty.astype(np.float64) - usual) * np.diff(edges))])
    found: Floats = np.interp(minutes, edges, longer)
    return found


def _since_monday(spans: Sequence[Span]) -> Floats:
    """Begin and end of each span in minutes since a Monday long ago."""
    ends = [[(moment - _LONG_AGO) / timedelta(minutes=1) for moment in span] for span in spans]
    return np.array(ends, np.float64).reshape(-1, 2)


def _inside(moments: Floats, intervals: Floats) -> Flags:
    """Whether each moment lies in one of *intervals*."""
    begins, ends = intervals[:, 0], intervals[:, 1]
    return np.asarray(((moments[:, None] >= begins) & (moments[:, None] < ends)).any(axis=1), bool)
