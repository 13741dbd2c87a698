"""When cases are due: so long after they come, at a time of a later day, or in so many working days.

Days are numbered from a Monday; Monday to Friday are working days.
"""

from __future__ import annotations

import math
from typing import overload

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.organisation.model import DueFrom
from irrupt.units import DAY

_WORKING, _WEEK = 5, 7


def due_by(counted: DueFrom, came: float, after: float) -> float:
    """When a case is due that *came* at a moment (seconds since a Monday), *after* so many seconds, *counted* from its
    arrival, from the begin of its day, or so that whole days of them are working days: then a case that comes on a
    Saturday or a Sunday counts as of Monday. No case is due before it comes.

    >>> friday, two_and_a_half_days = 4.25 * DAY, 2.5 * DAY
    >>> [due_by(counted, friday, two_and_a_half_days) / DAY for counted in ("arrival", "day", "working day")]
    [6.75, 6.5, 8.5]
    """
    if counted == "arrival":
        return came + after
    day = math.floor(came / DAY)
    if counted == "day":
        return max(day * DAY + after, came)
    left = math.floor(after / DAY)
    rest = after - left * DAY
    while day % _WEEK >= _WORKING:
        day += 1
    while left > 0:
        day += 1
        left -= day % _WEEK < _WORKING
    return max(day * DAY + rest, came)


@overload
def working_days(day: int, until: int) -> int: ...
@overload
def working_days(day: Ints, until: Ints) -> Ints: ...
def working_days(day: int | Ints, until: int | Ints) -> int | Ints:
    """How many working days there are after a *day*, or after Monday where that is a Saturday or a Sunday, *until*
    another one, which counts.

    >>> working_days(np.array([4, 5]), np.array([8, 8])).tolist()  # from Friday and from Saturday until Tuesday
    [2, 1]
    """
    return _reached(until) - _reached(day) - (day % _WEEK >= _WORKING)


def _reached(day: int | Ints) -> int | Ints:
    """Working days from day 0 on, *day* included."""
    return _WORKING * (day // _WEEK) + np.minimum(day % _WEEK + 1, _WORKING)


def in_working_days(day: int, after: float) -> float:
    """The least of what would be due, if whole days of it are working days, *after* so many seconds from the begin of a
    *day*, or later: the inverse of `due_by`.

    >>> in_working_days(4, 4.25 * DAY) / DAY  # on a Tuesday, as seen from Friday
    2.25
    """
    until = day + math.floor(after / DAY)
    count = working_days(day, until)
    if count < 0:
        return 0.0
    if until % _WEEK >= _WORKING:
        return (count + 1) * DAY
    return float(count * DAY + after % DAY)
