"""What is let go at set moments of the week: payments on Thursdays at nine, lorries on Tuesdays and Fridays.

Between when a case could go on and when work on it began, one of these moments always lies, also where somebody had
time before. Where waits are short and none is without such a moment, chance does not make it so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.times.delays import AT_ONCE
from irrupt.organisation import Calendar
from irrupt.units import WEEK

MOMENTS = "moments of "
"""What calendars of such moments are called, before the activity."""
_FEWEST = 50
"""Times that something must be begun."""
_MOST = 7
"""Moments of a week."""
_STRAY = 0.01
"""Share of times that may go without a moment."""
_TELLING = 20
"""Waits of less than half of what lies between two moments, all of them over such a moment."""
_LEFT = 0.03
"""Share of times, at least, that somebody had time before. Whoever is there for it alone, on one day of the week, has
time only for what comes on that day, when he is through with all that waited."""
_MINUTES = round(WEEK / 60.0)
_ONE_MINUTE = 60.0


def calendar_of(begin: Floats, end: Floats, free: Floats) -> Calendar | None:
    """The minutes of the week in which what could go on at each *begin* was let go, and begun by each *end*; None where
    there are none. *free*: seconds for which somebody had time for it.

    >>> monday, friday = np.arange(60) * WEEK + 3600.0 * 9, np.arange(60) * WEEK + 3600.0 * 105
    >>> could = np.concatenate((monday - 3600.0 * (np.arange(60) % 40), friday - 1800.0 * (np.arange(60) % 60)))
    >>> calendar_of(could, np.concatenate((monday, friday)) + 300.0, np.full(120, 900.0)).hours
    ((545, 546), (6305, 6306))
    >>> calendar_of(could, could + 900.0, np.full(120, 900.0)) is None
    True
    """
    if len(begin) < _FEWEST or np.mean(free > AT_ONCE) < _LEFT or np.mean(end - begin < _ONE_MINUTE) > _STRAY:
        return None
    minutes: list[int] = []
    left = np.arange(len(begin))
    while len(left) > _STRAY * len(begin):
        if len(minutes) == _MOST:
            return None
        minutes.append(_commonest(begin[left], end[left]))
        left = left[~_over(begin[left], end[left], minutes[-1:])]
    gaps = np.diff(np.sort(minutes), append=min(minutes) + _MINUTES) * _ONE_MINUTE
    short = end - begin < gaps.min() / 2
    over = _over(begin[short], end[short], minutes)
    if np.count_nonzero(over) < _TELLING or np.mean(~over) > _STRAY:
        return None
    return Calendar(hours=tuple((minute, minute + 1) for minute in sorted(minutes)))


def done_at(calendar: Calendar, begin: Floats, end: Floats) -> bool:
    """Whether what nobody works on and could be done at each *begin* is done in the next of the minutes of *calendar*:
    each *end* lies in one, and none before it was passed by."""
    minutes = np.array([first for first, _after in calendar.hours], np.int64)
    here = np.isin((end // _ONE_MINUTE).astype(np.int64) % _MINUTES, minutes)
    passed = sum(
        np.ceil((end - minute * _ONE_MINUTE) / WEEK + 1e-9) - np.ceil((begin - minute * _ONE_MINUTE) / WEEK)
        for minute in minutes.tolist()
    )
    return not len(end) or bool(np.mean(here & (passed == 1)) >= 1.0 - _STRAY)


def _commonest(begin: Floats, end: Floats) -> int:
    """The minute of the week that lies in most of the times from *begin* to *end*; the last of those."""
    first: Ints = np.ceil(begin / _ONE_MINUTE).astype(np.int64)
    last: Ints = np.minimum(np.floor(end / _ONE_MINUTE).astype(np.int64), first + _MINUTES - 1)
    inside = last >= first
    first, last = first[inside], last[inside]
    if not len(first):
        return 0
    change = np.zeros(2 * _MINUTES + 1, np.int64)
    np.add.at(change, first % _MINUTES, 1)
    np.add.at(change, first % _MINUTES + (last - first) + 1, -1)
    twice = np.cumsum(change)[: 2 * _MINUTES]
    count = twice[:_MINUTES] + twice[_MINUTES:]
    best = int(count.argmax())
    ahead = np.roll(count, -best)
    behind = np.flatnonzero(ahead < ahead[0])
    return (best + (int(behind[0]) if len(behind) else 1) - 1) % _MINUTES


def _over(begin: Floats, end: Floats, minutes: Sequence[int]) -> Flags:
    """Whether one of *minutes* of the week lies in each time from *begin* to *end*."""
    found = np.zeros(len(begin), bool)
    for minute in minutes:
        after = minute * _ONE_MINUTE
        found |= np.floor((end - after) / WEEK) > np.ceil((begin - after) / WEEK) - 1
    return found
