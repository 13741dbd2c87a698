"""Cases of one client that come at one moment: how many at a time.

Two cases that come independently of each other hardly ever share a moment where many could be told apart; where several
often do, they were brought together.
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
_FEWEST, _LARGEST = 30, 20.0
"""Groups from which sizes are told, and the mean size from which on they are rather a delivery, made at its time."""


def at_a_time(arrived: Floats) -> dict[int, float]:
    """How many of the cases that *arrived* (seconds) come at a time -> share of the times; empty: one by one.

    >>> at_a_time(np.repeat(np.arange(100) * 4321.0, [1, 3] * 50))
    {1: 0.5, 3: 0.5}
    """
    moments, size = np.unique(arrived, return_counts=True)
    several = size > 1
    if several.sum() < _FEWEST or size[several].mean() > _LARGEST or not np.any(moments % 3600.0):
        return {}
    near = np.count_nonzero(np.diff(moments) <= _NEXT)
    if size[several].sum() < _TOGETHER * len(arrived) or several.sum() < _BY_CHANCE * near:
        return {}
    number, times = np.unique(size, return_counts=True)
    return {int(n): float(t / times.sum()) for n, t in zip(number, times, strict=True)}
