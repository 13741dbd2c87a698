"""How far one event log is from another: the six distances of the literature.

Definitions follow Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich, "A framework for measuring the
quality of business process simulation models", Information Systems 127, 2025, as computed by their reference
implementation: times are cut to whole hours, and two sets of hours are compared by the Wasserstein distance of order 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.i18n import mark

NAMES: dict[str, tuple[str, str]] = {
    "NGD": (mark("order of the steps (NGD)"), mark("share")),
    "AED": (mark("when steps happen (AED)"), "h"),
    "CED": (mark("hour of the day of the steps (CED)"), "h"),
    "RED": (mark("time since the case began (RED)"), "h"),
    "CTD": (mark("length of cases (CTD)"), "h"),
    "CAR": (mark("when cases arrive (CAR)"), "h"),
}
"""Acronym of the literature -> what it compares, and the unit. All are better when smaller."""

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_NO_HOURS_IN_COMMON = 23.0


class _Times(NamedTuple):
    """One event log, sorted by case and start: what the distances look at. Times in microseconds."""

    case: Ints
    activity: npt.NDArray[np.str_]
    start: Ints
    end: Ints
    local_start: Ints
    local_end: Ints


def distances(test: Chronicle, simulated: Chronicle, *, ends_only: bool | None = None) -> dict[str, float]:
    """The six distances between *test* and *simulated*, by acronym; 0 for equal logs.

    NGD is a share (0 to 1) of trigrams of activities; the others are in hours. With *ends_only* the start of each
    step is taken to be its end in both logs; the default is to do so when either log has no measured start times.
    Hours of the day are read on the clock of *test*, for both logs.

    Raises `DataError` when one of the logs has no events.

    >>> import datetime as dt
    >>> monday = dt.datetime(2024, 1, 1, 9, tzinfo=dt.timezone.utc)
    >>> from irrupt.chronicle.model import conform
    >>> rows = {"case": ["a", "a", "b"], "activity": ["ask", "answer", "ask"],
    ...         "end": [monday, monday + dt.timedelta(hours=2), monday]}
    >>> log = Chronicle(events=conform(pl.DataFrame(rows)))
    >>> sum(distances(log, log).values())
    0.0
    """
    if ends_only is None:
        ends_only = any(log.kind == "real" and log.starts != "measured" for log in (test, simulated))
    a, b = (_times(log, test.timezone, ends_only) for log in (test, simulated))
    return {
        "NGD": _trigrams(a, b),
        "AED": _absolute(a, b),
        "CED": _circadian(a, b),
        "RED": wasserstein(_relative(a), _relative(b)),
        "CTD": _cycle_times(a, b),
        "CAR": _arrivals(a, b),
    }


def wasserstein(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Wasserstein distance of order 1 between two samples: the area between their distribution functions.

    >>> wasserstein([0.0, 1.0, 3.0], [5.0, 6.0, 8.0])
    5.0
    """
    x, y = np.sort(np.asarray(a, float)), np.sort(np.asarray(b, float))
    if len(x) == len(y):
        return float(np.abs(x - y).mean())
    both = np.sort(np.concatenate((x, y)))
    below_x = np.searchsorted(x, both[:-1], "right") / len(x)
    below_y = np.searchsorted(y, both[:-1], "right") / len(y)
    return float(np.sum(np.abs(below_x - below_y) * np.diff(both)))


def _times(log: Chronicle, zone: str, ends_only: bool) -> _Times:
    if log.events.is_empty():
        raise DataError(_("A log without events cannot be compared with another."))
    start = pl.col("end") if ends_only else pl.coalesce("start", "end")

    def micros(expression: pl.Expr) -> pl.Expr:
        return expression.dt.epoch("us")

    def local(expression: pl.Expr) -> pl.Expr:
        return micros(expression.dt.convert_time_zone(zone).dt.replace_time_zone(None))

    table = log.events.select(
        pl.col("case").rank("dense").cast(pl.Int64).alias("case"),
        pl.col("activity").fill_null("").alias("activity"),
        micros(start).alias("start"),
        micros(pl.col("end")).alias("end"),
        local(start).alias("local_start"),
        local(pl.col("end")).alias("local_end"),
    ).sort("case", "start", "end", maintain_order=True)
    return _Times(*(table[name].to_numpy() for name in _Times._fields))


def _hours(later: Ints, origin: int) -> Ints:
    return (later - origin) // _HOUR


def _first_hour(a: _Times, b: _Times) -> int:
    return int(min(a.start.min(), b.start.min())) // _HOUR * _HOUR


def _firsts(log: _Times) -> npt.NDArray[np.intp]:
    """Positions where a case begins."""
    return np.flatnonzero(np.diff(log.case, prepend=log.case[0] - 1))


def _trigrams(a: _Times, b: _Times) -> float:
    names = np.unique(np.concatenate((a.activity, b.activity)))
    base = len(names) + 1
    keys, signs = [], []
    for log, sign in ((a, 1.0), (b, -1.0)):
        first = _firsts(log)
        length = np.diff(np.append(first, len(log.case)))
        # two empty places around each case: every case of n steps has n + 2 trigrams
        padded = np.zeros(int(length.sum() + 2 * len(length)) + 2, np.int64)
        place = np.arange(len(log.case)) + 2 * np.repeat(np.arange(len(length)), length) + 2
        padded[place] = np.searchsorted(names, log.activity) + 1
        keys.append((padded[:-2] * base + padded[1:-1]) * base + padded[2:])
        signs.append(np.full(len(keys[-1]), sign))
    _kinds, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    difference = np.bincount(inverse, weights=np.concatenate(signs))
    return float(np.abs(difference).sum() / len(inverse))


def _absolute(a: _Times, b: _Times) -> float:
    origin = _first_hour(a, b)
    return wasserstein(*(_hours(np.concatenate((log.start, log.end)), origin) for log in (a, b)))


def _circadian(a: _Times, b: _Times) -> float:
    by_day = []
    for log in (a, b):
        moments = np.concatenate((log.local_start, log.local_end))
        days, hours = moments // _DAY, moments % _DAY // _HOUR
        by_day.append([hours[(days + 3) % 7 == day] for day in range(7)])
    found = []
    for x, y in zip(*by_day, strict=True):
        if len(x) and len(y):
            found.append(wasserstein(x, y))
        else:
            found.append(0.0 if len(x) == len(y) else _NO_HOURS_IN_COMMON)
    return float(np.mean(found))


def _relative(log: _Times) -> Floats:
    first = _firsts(log)
    length = np.diff(np.append(first, len(log.case)))
    begin = np.repeat(log.start[first], length)
    return np.concatenate(((log.start - begin) // _HOUR, (log.end - begin) // _HOUR)).astype(float)


def _cycle_times(a: _Times, b: _Times) -> float:
    spans = []
    for log in (a, b):
        first = _firsts(log)
        spans.append(np.maximum.reduceat(log.end, first) - log.start[first])
    shortest = min(int(span.min()) for span in spans)
    return wasserstein(*(_hours(span, shortest) for span in spans))


def _arrivals(a: _Times, b: _Times) -> float:
    origin = _first_hour(a, b)
    return wasserstein(*(_hours(log.start[_firsts(log)], origin) for log in (a, b)))
