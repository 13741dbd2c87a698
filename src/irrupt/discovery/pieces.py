"""Pieces of work that several cases share: a batch that is done in one.

Who begins the same activity for several cases at one moment, and is done with all of them at one moment, has one thing
in hand, and each case takes its part of the time.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.log import Flags, Floats, Ints, Log


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
