"""Pieces of work that several cases share: a batch that is done in one.

Who begins the same activity for several cases at one moment, and is done with all of them at one moment, has one thing
in hand, and each case takes its part of the time.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.log import Flags, Floats, Ints, Log


def pieces(log: Log, at: Ints) -> tuple[Ints, Ints]:
    """Of the steps *at* of *log*: the first of each piece of work, and per step which of these it belongs to."""
    keys = log.person[at], log.activity[at], log.start[at], log.end[at]
    order = np.lexsort(keys[::-1])
    new = np.zeros(len(at), bool)
    for key in keys:
        new |= np.diff(key[order], prepend=np.nan) != 0
    piece = np.empty(len(at), np.int64)
    piece[order] = np.cumsum(new) - 1
    return at[order[new]], piece


def cases_of(log: Log, worked: Flags) -> Floats:
    """Per step of *log*: how many cases share its piece of work; 1 where nobody *worked* or starts are assumed."""
    found = np.ones(len(log.case))
    if log.starts == "measured":
        at = np.flatnonzero(worked & (log.person >= 0) & (log.end > log.start))
        _first, piece = pieces(log, at)
        found[at] = np.bincount(piece)[piece]
    return found
