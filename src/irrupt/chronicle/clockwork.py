"""What a clock lets come: times that a timer keeps, and steps that a program does when it runs, whoever is named."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NEAR = 0.005
"""Times this close to the commonest one, as a part of it, are taken for the same."""
_EVERY = (60, 30, 15, 10, 5)
"""Minutes between two runs of a program."""
_LEAST = 50
_RUNS, _TIMES, _OTHERS = 0.5, 4.0, 2.0
"""Share of its steps at the minute of the run, at least, and how many times as many as by chance; others stay below."""
_ROUNDED = 0.5


def near(gap: Floats, length: float) -> Flags:
    """Which of the gaps have this *length*, as nearly as a clock keeps it."""
    return np.abs(gap - length) <= NEAR * length


def commonest(gap: Floats) -> float:
    """The length around which most gaps lie.

    >>> commonest(np.array([5.0, 90.0, 90.1, 89.9, 300.0]))
    90.0
    """
    ordered = np.sort(gap)
    until = np.searchsorted(ordered, ordered * (1 + 2 * NEAR), "right")
    first = int((until - np.arange(len(ordered))).argmax())
    return float(np.median(ordered[first : until[first]]))


def by_program(activity: npt.NDArray[np.int32] | Ints, end: Floats, names: int) -> Ints:
    """Per activity: every how many minutes a program does it (0: no program is seen); times *end* in seconds.

    A program runs at the same minute of every ten, say: half of its steps or more end in that minute, four times as
    many as by chance, while those of the other activities do not. Times that were rounded by hand stand on full
    minutes, and are told apart by it.
    """
    every = np.zeros(names, np.int64)
    some = activity >= 0
    mine, moment = activity[some].astype(np.int64), end[some]
    counts = np.bincount(mine, minlength=names)
    rounded = np.bincount(mine, moment % 60.0 == 0, names)
    usable = (counts >= _LEAST) & (rounded <= _ROUNDED * counts) & (counts < counts.sum())
    minute = np.floor(moment / 60.0).astype(np.int64)
    for minutes in reversed(_EVERY):
        table = np.bincount(mine * minutes + minute % minutes, minlength=names * minutes).reshape(names, minutes)
        run = table.argmax(axis=1)
        own = table[np.arange(names), run]
        others = (table.sum(axis=0)[run] - own) / np.maximum(counts.sum() - counts, 1)
        plain = (own >= max(_RUNS, _TIMES / minutes) * counts) & (others < _OTHERS / minutes)
        every[usable & plain] = minutes
    return every
