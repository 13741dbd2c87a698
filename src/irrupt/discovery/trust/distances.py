"""How far one event log is from another: the six distances of the literature.

Definitions follow Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich, "A framework for measuring the
quality of business process simulation models", Information Systems 127, 2025, as computed by their reference
implementation: times are cut to whole hours, and two sets of hours are compared by the Wasserstein distance of order 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.keys import ranks
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
_NO_HOURS_IN_COMMON = 23.0


class _Times(NamedTuple):
    """One event log, sorted by case and start: what the distances look at. Times in microseconds."""

    case: Ints
    activity: pl.Series
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
    return distances_from(test, ends_only=ends_only)(simulated)


def distances_from(test: Chronicle, *, ends_only: bool) -> Callable[[Chronicle], dict[str, float]]:
    """What tells the six distances of any log from *test*, which is put in order once."""
    a = _times(test, test.timezone, ends_only)

    def to(simulated: Chronicle) -> dict[str, float]:
        b = _times(simulated, test.timezone, ends_only)
        return {
            "NGD": _trigrams(a, b),
            "AED": _absolute(a, b),
            "CED": _circadian(a, b),
            "RED": wasserstein(_relative(a), _relative(b)),
            "CTD": _cycle_times(a, b),
            "CAR": _arrivals(a, b),
        }

    return to


def wasserstein(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Wasserstein distance of order 1 between two samples: the area between their distribution functions.

    >>> wasserstein([0, 1, 3], [5, 6, 8]), wasserstein([0.5], [2.0, 1.5])
    (5.0, 1.25)
    """
    both = np.concatenate((a, b))
    place = np.unique(both, return_inverse=True)[1] if both.dtype.kind == "f" else ranks(both - both.min())
    values = np.empty(int(place.max()) + 1, both.dtype)
    values[place] = both
    x, y = (np.bincount(one, minlength=len(values)) for one in np.split(place, [len(np.asarray(a))]))
    return float(np.sum(_apart(x, y)[:-1] * np.diff(values)))


def _apart(x: Ints, y: Ints) -> Floats:
    """By how much the distribution functions of two samples differ at each value, of which they hold so many."""
    found: Floats = np.abs(np.cumsum(x) / x.sum() - np.cumsum(y) / y.sum())
    return found


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
    times = (table[name].to_numpy() for name in _Times._fields[2:])
    return _Times(table["case"].to_numpy(), table["activity"], *times)


def _hours(later: Ints, origin: int) -> Ints:
    return (later - origin) // _HOUR


def _first_hour(a: _Times, b: _Times) -> int:
    return int(min(a.start.min(), b.start.min())) // _HOUR * _HOUR


def _firsts(log: _Times) -> npt.NDArray[np.intp]:
    """Positions where a case begins."""
    return np.flatnonzero(np.diff(log.case, prepend=log.case[0] - 1))


def _trigrams(a: _Times, b: _Times) -> float:
    names = pl.Enum(pl.concat((a.activity, b.activity)).unique().sort())
    base = len(names.categories) + 1
    keys, signs = [], []
    for log, sign in ((a, 1.0), (b, -1.0)):
        first = _firsts(log)
        length = np.diff(np.append(first, len(log.case)))
        # two empty places around each case: every case of n steps has n + 2 trigrams
        padded = np.zeros(int(length.sum() + 2 * len(length)) + 2, np.int64)
        place = np.arange(len(log.case)) + 2 * np.repeat(np.arange(len(length)), length) + 2
        padded[place] = log.activity.cast(names).to_physical().cast(pl.Int64).to_numpy() + 1
        keys.append((padded[:-2] * base + padded[1:-1]) * base + padded[2:])
        signs.append(np.full(len(keys[-1]), sign))
    difference = np.bincount(ranks(np.concatenate(keys)), weights=np.concatenate(signs))
    return float(np.abs(difference).sum() / sum(map(len, keys)))


def _absolute(a: _Times, b: _Times) -> float:
    origin = _first_hour(a, b)
    return wasserstein(*(_hours(np.concatenate((log.start, log.end)), origin) for log in (a, b)))


def _circadian(a: _Times, b: _Times) -> float:
    by_day = []
    for log in (a, b):
        # 1 January 1970 was a Thursday
        hours = (np.concatenate((log.local_start, log.local_end)) // _HOUR + 3 * 24) % (7 * 24)
        by_day.append(np.bincount(hours, minlength=7 * 24).reshape(7, 24))
    found = []
    for x, y in zip(*by_day, strict=True):
        if x.any() and y.any():
            found.append(float(_apart(x, y).sum()))
        else:
            found.append(_NO_HOURS_IN_COMMON if x.any() or y.any() else 0.0)
    return float(np.mean(found))


def _relative(log: _Times) -> Ints:
    first = _firsts(log)
    length = np.diff(np.append(first, len(log.case)))
    begin = np.repeat(log.start[first], length)
    return np.concatenate(((log.start - begin) // _HOUR, (log.end - begin) // _HOUR))


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
