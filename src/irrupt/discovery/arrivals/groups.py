"""Cases of one client that come at one moment, or one right after another: how many at a time.

Two cases that come independently of each other hardly ever share a moment where many could be told apart; where several
often do, they were brought together. So it is where they are entered one by one: within minutes of each other many
times, and hardly ever as many minutes later. Within half an hour, many also come at the hour at which they always do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.units import HOUR, WEEK

_TOGETHER = 0.05
"""Share of the cases that must come at one moment with another,"""
_BY_CHANCE = 5.0
"""and how many times as often as at moments next to each other."""
_NEXT = 60.0
"""Seconds between such moments, at least: minutes have to be told apart;"""
_GRIDS, _ON = (1800.0, 900.0, 300.0), 0.99
"""or what moments are told by, where nearly all are multiples of it."""
_ENTERED = (0.0, 60.0, 300.0, 900.0, 1800.0)
"""Seconds within which the next case of a group is entered: the first of these that tells groups, or a longer one
within which many more come than chance brings."""
_MINUTES = 900.0
"""Seconds beyond which many also come near to each other in the hour in which they always come."""
_FEWEST, _LARGEST = 30, 20.0
"""Groups from which sizes are told, and the mean size from which on they are rather a delivery, made at its time."""
_MORE, _FEWEST_MORE = 3.0, 4
"""How many times as many as by chance, or as by the hour alone, and how many cases, must come later for a group to be
given longer."""


class Groups(NamedTuple):
    """Cases that come together."""

    sizes: dict[int, float]
    """How many come at a time -> share of the times; empty: one by one."""
    begins: Floats
    """When the first of each comes, in order: when each comes, where they come one by one."""


def at_a_time(arrived: Floats, weight: Floats | None = None) -> dict[int, float]:
    """How many of the cases that *arrived* (seconds) come at a time -> share of the times; empty: one by one. *weight*:
    what each case counts.

    >>> at_a_time(np.repeat(np.arange(100) * 4321.0, [1, 3] * 50))
    {1: 0.5, 3: 0.5}
    """
    order = np.argsort(arrived, kind="stable")
    return grouped(arrived[order], None if weight is None else weight[order]).sizes


def grouped(moments: Floats, weight: Floats | None = None) -> Groups:
    """The groups of cases that come at *moments*, sorted, each of which counts its *weight*."""
    counts = np.ones(len(moments)) if weight is None else weight
    gap, found, begins, told = np.diff(moments), dict[int, float](), moments, 0.0
    apart = next((grid for grid in _GRIDS if np.mean(moments % grid == 0) >= _ON), _NEXT)
    for within in _ENTERED:
        # as many come by chance as in the time next to it
        chance = _between(gap, within, within + max(within, apart))
        if within > _MINUTES and np.count_nonzero(gap <= within) < _MORE * _by_hour(moments, within):
            continue
        more = _between(gap, told, within)
        if found and more <= max(_MORE * chance * (within - told) / within, _FEWEST_MORE):
            continue
        first = np.append(True, gap > within)[: len(moments)]
        if groups := _groups(moments, counts, first, chance):
            found, told, begins = groups, within, moments[first]
    return Groups(found, begins)


def _by_hour(moments: Floats, within: float) -> int:
    """How many would come so soon after another if each had come at its hour of some other week."""
    week = np.random.default_rng(0).permutation(np.floor(moments / WEEK))
    return int(np.count_nonzero(np.diff(np.sort(moments % WEEK + week * WEEK)) <= within))


def _between(gap: Floats, after: float, until: float) -> int:
    """How many cases come more than *after* and not more than *until* seconds later than the one before."""
    return int(np.count_nonzero((gap > after) & (gap <= until)))


def _groups(arrived: Floats, counts: Floats, first: Flags, chance: int) -> dict[int, float]:
    """The sizes of groups of cases, each of which begins with a *first* one and *counts* as that does; by *chance* so
    many cases come as near to others."""
    begin = np.flatnonzero(first)
    size = np.diff(np.append(begin, len(arrived)))
    several = size > 1
    if several.sum() < max(_FEWEST + chance, _BY_CHANCE * chance) or size[several].sum() < _TOGETHER * len(arrived):
        return {}
    if size[several].mean() > _LARGEST or np.ptp(arrived % HOUR) == 0.0:
        return {}
    number, which = np.unique(size, return_inverse=True)
    times = np.bincount(which, counts[begin])
    return {int(n): float(t / times.sum()) for n, t in zip(number, times, strict=True)}
