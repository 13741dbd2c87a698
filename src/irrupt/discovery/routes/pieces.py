"""Pieces of work that several cases share: a batch that is done in one.

Who begins the same activity for several cases at one moment, and is done with all of them at one moment, has one thing
in hand, and each case takes its part of the time.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.units import HOUR, MINUTE

_LAST, _HALF = 0.1, 0.5
"""A piece of work is all but over when less than this share of it is left; or less than these seconds, though not more
than that share: many clocks tell no less."""
_GRIDS = (HOUR, 1800.0, 900.0, 300.0, MINUTE)
"""Seconds that times of work may have been rounded to,"""
_ON, _OFF = 0.99, 0.5
"""the least share of them that are multiples of these, and the largest of the moments that are;"""
_LENGTHS = 2
"""and how many lengths each activity has on average, at least: else work just takes so long."""


def alike(*columns: Ints | Floats) -> tuple[Ints, Ints]:
    """The first of each set of rows that are equal in all *columns*, and per row the number of its set.

    >>> first, number = alike(np.array([5, 4, 5]), np.array([1, 1, 1]))
    >>> first.tolist(), number.tolist()
    ([1, 0], [1, 0, 1])
    """
    order = np.lexsort(columns[::-1])
    new = np.any([np.diff(column[order], prepend=np.nan) != 0 for column in columns], axis=0)
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def all_but_over(log: Log, at: Ints) -> Floats:
    """From when on so little is left of each of the steps *at* of *log* that what begins then is not done beside it: by
    clocks and times of work that were rounded, a piece of work begins a moment before the last has ended."""
    length = log.end[at] - log.start[at]
    left = np.maximum(_LAST * length, np.minimum(MINUTE, _HALF * length))
    over: Floats = log.end[at] - np.minimum(np.maximum(left, _rounded_to(log, at)), length)
    return over


def _rounded_to(log: Log, at: Ints) -> float:
    """What the times of work of the steps *at* were rounded to, in seconds, where moments are told more finely: 0 where
    they were not."""
    at = at[log.end[at] > log.start[at]]
    length = np.round(log.end[at] - log.start[at], 3)
    kinds, _number = alike(log.activity[at], length)
    if len(at) and len(kinds) >= _LENGTHS * len(np.unique(log.activity[at])):
        for grid in _GRIDS:
            if np.mean(length % grid == 0) >= _ON and np.mean(np.round(log.end[at], 3) % grid == 0) <= _OFF:
                return grid
    return 0.0


def pieces(log: Log, at: Ints) -> tuple[Ints, Ints]:
    """Of the steps *at* of *log*: the first of each piece of work, and per step which of these it belongs to."""
    first, piece = alike(log.person[at], log.activity[at], log.start[at], log.end[at])
    return at[first], piece


def cases_of(log: Log, worked: Flags) -> Floats:
    """Per step of *log*: how many cases share its piece of work; 1 where nobody *worked* or starts are assumed."""
    found = np.ones(len(log.case))
    if log.starts == "measured":
        at = np.flatnonzero(worked & (log.person >= 0) & (log.end > log.start))
        _first, piece = pieces(log, at)
        found[at] = np.bincount(piece)[piece]
    return found
