"""The days of a year that demand may know apart: those of each month, as it begins on each day of the week; February
once more for years in which it has 29."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from irrupt.arraytypes import Floats, Ints

LONGEST, MOST_WORKING = 31, 23
"""Days of a month, and working days, Monday to Friday, in one at most."""
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 29])
_THURSDAY = 3
"""The day of the week on which dates are counted from."""
_SHAPE = (len(_LENGTHS), 7, LONGEST)
_PLACE, _FIRST, _DAY = (one.ravel() for one in np.indices(_SHAPE))
DAYS = len(_DAY)
MONTH = np.where(_PLACE < 12, _PLACE, 1)
"""Of each of them, the month, 0 for January;"""
_THERE = _LENGTHS[_PLACE] > _DAY
DAY = np.where(_THERE, _DAY + 1, 0), np.where(_THERE, _DAY - _LENGTHS[_PLACE], 0)
"""which day of the month it is, from 1, and from its end, from -1; 0: no month has it;"""


def _working() -> tuple[Ints, Ints]:
    works = (_THERE & ((_FIRST + _DAY) % 7 < 5)).reshape(_SHAPE)
    begun = works.cumsum(axis=-1)
    left = begun[..., -1:] - begun + 1
    return (begun * works).ravel(), (-left * works).ravel()


WORKING_DAY = _working()
"""and which working day, Monday to Friday, in the same way; 0: none."""


def dates(begin: datetime, days: Ints) -> NDArray[np.datetime64]:
    """The dates so many *days* after that of *begin*.

    >>> dates(datetime(2024, 2, 28, 9), np.array([0, 2])).astype(str).tolist()
    ['2024-02-28', '2024-03-01']
    """
    # days that do not say so are told to be an error to come, since NumPy 2.5
    return np.datetime64(begin, "D") + days.astype("timedelta64[D]")


def days_of_year(days: NDArray[np.datetime64]) -> Ints:
    """Which day of a year each of *days* is, from 0 up to `DAYS`.

    >>> found = days_of_year(np.array(["2024-01-01", "2024-02-29", "2024-06-01"], "datetime64[D]"))
    >>> MONTH[found].tolist(), DAY[1][found].tolist(), WORKING_DAY[1][found].tolist()
    ([0, 1, 5], [-31, -1, -30], [-23, -1, 0])
    """
    months = days.astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    month = months.astype(np.int64) % 12
    leap = (month == 1) & ((months + np.timedelta64(1, "M")).astype("datetime64[D]") - first > np.timedelta64(28, "D"))
    place = np.where(leap, 12, month), (first.astype(np.int64) + _THURSDAY) % 7, (days - first).astype(np.int64)
    return np.asarray(np.ravel_multi_index(place, _SHAPE))


def factors(
    season: Sequence[float],
    days_of_month: Iterable[tuple[int, float]] = (),
    working_days_of_month: Iterable[tuple[int, float]] = (),
) -> Floats:
    """By what the number of cases is multiplied on each day of a year, [`DAYS`]: see `Client`.

    >>> times = factors((1.0, 2.0) + (1.0,) * 10, [(1, 0.5), (-1, 3.0)], [(-1, 10.0)])
    >>> dates = ["2024-01-01", "2024-02-29", "2024-03-29", "2024-03-31"]
    >>> [float(times[day]) for day in days_of_year(np.array(dates, "datetime64[D]"))]
    [0.5, 60.0, 10.0, 3.0]
    """
    times: Floats = np.array(season, np.float64)[MONTH]
    for counted, named in ((DAY, days_of_month), (WORKING_DAY, working_days_of_month)):
        of_day = np.ones(DAYS)
        for day, factor in sorted(named, key=lambda one: (-abs(one[0]), one[0])):  # The nearer end comes last.
            of_day[counted[day < 0] == day] = factor
        times *= of_day
    return times
