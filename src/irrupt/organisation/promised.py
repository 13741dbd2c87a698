"""When cases are due: so long after they come, at a time of a later day, or in so many working days.

Days are numbered from a Monday; Monday to Friday are working days.
"""

from __future__ import annotations

import math
from typing import overload

import numpy as np
import numpy.typing as npt

from irrupt.organisation.model import DueFrom
from irrupt.units import DAY

Longs = npt.NDArray[np.int64]
_WORKING, _WEEK = 5, 7


def due_by(counted: DueFrom, came: float, after: float) -> float:
    """When a case is due that *came* at a moment (seconds since a Monday), *after* so many seconds, *counted* from its
    arrival, from the begin of its day, or so that whole days of them are working days. No case is due before it comes.

    >>> friday_noon, two_days_and_17_h = 4.5 * DAY, 2 * DAY + 17 * 3600
    >>> [due_by(counted, friday_noon, two_days_and_17_h) / DAY % 7 for counted in ("day", "working day")]
    [6.708333333333333, 1.7083333333333321]
    """
    if counted == "arrival":
        return came + after
    day = math.floor(came / DAY)
    if counted == "day":
        return max(day * DAY + after, came)
    left = math.floor(after / DAY)
    rest = after - left * DAY
    if day % _WEEK >= _WORKING:
        left = max(left, 1)
    while left > 0:
        day += 1
        left -= day % _WEEK < _WORKING
    return max(day * DAY + rest, came)


@overload
def working_days(day: int, until: int) -> int: ...
@overload
def working_days(day: Longs, until: Longs) -> Longs: ...
def working_days(day: int | Longs, until: int | Longs) -> int | Longs:
    """How many working days there are after a *day*, *until* another one, which counts.

    >>> working_days(4, 8)  # from a Friday until the Tuesday after it
    2
    """
    return _reached(until) - _reached(day)


def _reached(day: int | Longs) -> int | Longs:
    """Working days from day 0 on, *day* included."""
    return _WORKING * (day // _WEEK) + np.minimum(day % _WEEK + 1, _WORKING)


def in_working_days(day: int, after: float) -> float:
    """The least of what would be due, if whole days of it are working days, *after* so many seconds from the begin of a
    *day*, or later: the inverse of `due_by`.

    >>> in_working_days(4, 4 * DAY + 3600) / DAY  # on a Tuesday, as seen from Friday
    2.0416666666666665
    """
    until = day + math.floor(after / DAY)
    count = working_days(day, until)
    if until % _WEEK >= _WORKING:
        return (count + 1) * DAY
    return float(count * DAY + after % DAY)
