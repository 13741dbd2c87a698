"""Cases of one client that come at one moment, or one right after another: how many at a time.

Two cases that come independently of each other hardly ever share a moment where many could be told apart; where several
often do, they were brought together. So it is where they are entered one by one: within a minute of each other many
times, and hardly ever a minute later.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.log import Floats

_TOGETHER = 0.05
"""Share of the cases that must come at one moment with another,"""
_BY_CHANCE = 5.0
"""and how many times as often as at moments next to each other."""
_NEXT = 60.0
"""Seconds between such moments: minutes have to be told apart."""
_ENTERED = (0.0, 60.0)
"""Seconds within which the next case of a group is entered."""
_FEWEST, _LARGEST = 30, 20.0
"""Groups from which sizes are told, and the mean size from which on they are rather a delivery, made at its time."""


def at_a_time(arrived: Floats, weight: Floats | None = None) -> dict[int, float]:
    """How many of the cases that *arrived* (seconds) come at a time -> share of the times; empty: one by one. *weight*:
    what each case counts.

    >>> at_a_time(np.repeat(np.arange(100) * 4321.0, [1, 3] * 50))
    {1: 0.5, 3: 0.5}
    """
    order = np.argsort(arrived, kind="stable")
    counts = np.ones(len(arrived)) if weight is None else weight[order]
    for within in _ENTERED:
        found = _groups(arrived[order], counts, within)
        if found:
            return found
    return {}


def _groups(arrived: Floats, counts: Floats, within: float) -> dict[int, float]:
    """The sizes of groups of which each case comes *within* some seconds of the one before; a group *counts* as its
    first case does."""
    gap = np.diff(arrived)
    begin = np.flatnonzero(np.append(True, gap > within))
    size = np.diff(np.append(begin, len(arrived)))
    several = size > 1
    if several.sum() < _FEWEST or size[several].mean() > _LARGEST or not np.any(arrived % 3600.0):
        return {}
    near = np.count_nonzero((gap > within) & (gap <= within + _NEXT))
    if size[several].sum() < _TOGETHER * len(arrived) or several.sum() < _BY_CHANCE * near:
        return {}
    number, which = np.unique(size, return_inverse=True)
    times = np.bincount(which, counts[begin])
    return {int(n): float(t / times.sum()) for n, t in zip(number, times, strict=True)}
