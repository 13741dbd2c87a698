"""The days of a year that demand may know apart: those of each month, with February once more for years in which it
has 29."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from irrupt.arraytypes import Floats, Ints

MOST = 31
"""Days of a month."""
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 29])
MONTH = np.append(np.arange(12), 1).repeat(MOST)
"""Of each of them, the month, 0 for January."""
DAYS = len(MONTH)
FROM_BEGIN = np.tile(np.arange(1, MOST + 1), len(_LENGTHS))
"""Which day of its month each is, the first one 1;"""
FROM_END = FROM_BEGIN - _LENGTHS.repeat(MOST) - 1
"""and counted from the end of it, the last one -1. Those that no month has are 0 or more."""


def days_of_year(days: NDArray[np.datetime64]) -> Ints:
    """Which day of a year each of *days* is, from 0 up to `DAYS`.

    >>> days_of_year(np.array(["2024-01-01", "2024-02-29", "2025-02-28"], "datetime64[D]")).tolist()
    [0, 400, 58]
    """
    months = days.astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    month = months.astype(np.int64) % 12
    leap = (month == 1) & ((months + 1).astype("datetime64[D]") - first > np.timedelta64(28, "D"))
    found: Ints = np.where(leap, 12, month) * MOST + (days - first).astype(np.int64)
    return found


def factors(season: Sequence[float], days_of_month: Mapping[int, float]) -> Floats:
    """By what the number of cases is multiplied on each day of a year, [`DAYS`]: see `Client`.

    >>> times = factors((1.0, 2.0) + (1.0,) * 10, {1: 0.5, -1: 3.0})
    >>> [float(times[day]) for day in (0, 30, 31, 58, 400)]
    [0.5, 3.0, 1.0, 6.0, 6.0]
    """
    times: Floats = np.array(season, np.float64)[MONTH]
    for day, factor in sorted(days_of_month.items(), reverse=True):
        times[(FROM_BEGIN if day > 0 else FROM_END) == day] *= factor
    return times
