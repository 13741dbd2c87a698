"""What a clock lets come: times that a timer keeps, and steps that a program does when it runs, whoever is named."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints, Ints32

NEAR = 0.005
"""Times this close to the commonest one, as a part of it, are taken for the same."""
_EVERY = (60, 30, 15, 10, 5)
"""Minutes between two runs of a program."""
_LEAST = 50
_RUNS, _TIMES, _OTHERS = 0.5, 4.0, 2.0
"""Share of its steps at the minute of the run, at least, and how many times as many as by chance; others stay below."""
_ROUNDED, _CUT = 0.5, 0.98
"""Share of an activity's steps on full minutes, more than which are rounded; and of all steps, if all are cut off."""
_BY_HAND, _EVEN = 5, 2.0
"""Minutes to which people round; how many times as many steps stand at the commonest run as at the rarest, at most."""
_OFTEN, _HALF_A_DAY = 0.2, 43200.0
"""Share of the steps that come a set time after the step before, and how long that is at least."""
_TIMES_OF_DAY, _DATED = 2, 0.9
"""Times of the day, one before and one after the clocks change, that a date without a time of day is written with; and
the share of an activity's steps that bear them, for it to be recorded by the day."""
_DAY = 86400


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


def dated(activity: Ints32 | Ints, end: Floats, names: int) -> Flags:
    """Per activity: whether it is recorded by the day, so that nearly all of its steps bear one time of the day.

    >>> dated(np.repeat([0, 1], 60), np.arange(120) * np.repeat([86400.0, 5000.0], 60), 2).tolist()
    [True, False]
    """
    some = activity >= 0
    key = activity[some].astype(np.int64) * _DAY + np.floor(end[some]).astype(np.int64) % _DAY
    times, count = np.unique(key, return_counts=True)
    order = np.lexsort((-count, times // _DAY))
    of = times[order] // _DAY
    place = np.arange(len(of)) - np.searchsorted(of, of)
    commonest = place < _TIMES_OF_DAY
    bear = np.bincount(of[commonest], count[order][commonest], names)
    total = np.bincount(activity[some].astype(np.int64), minlength=names)
    found: Flags = (total >= _LEAST) & (bear >= _DATED * total)
    return found


def by_program(activity: Ints32 | Ints, end: Floats, since: Floats, names: int) -> Ints:
    """Per activity: every how many minutes a program does it (0: no program is seen); times *end* in seconds, *since*:
    those that have passed since the step before in the case, nan for none.

    A program runs at the same minute of every ten, say: half of its steps or more end in that minute, four times as
    many as by chance, while those of the other activities do not. Times that were rounded by hand stand on full
    minutes, and dates at one time of the day: they are told apart by it. Where all times are cut off to the minute, a
    program is told by a minute to which nobody rounds, or by steps that wait for it a set time and come as often at
    each of its runs.
    """
    every = np.zeros(names, np.int64)
    some = activity >= 0
    mine, moment = activity[some].astype(np.int64), end[some]
    counts = np.bincount(mine, minlength=names)
    rounded = np.bincount(mine, moment % 60.0 == 0, names)
    cut = bool(rounded.sum() >= _CUT * counts.sum())
    usable = (counts >= _LEAST) & (cut | (rounded <= _ROUNDED * counts)) & (counts < counts.sum())
    usable &= ~dated(activity, end, names)
    minute = np.floor(moment / 60.0).astype(np.int64)
    hour = np.bincount(mine * 60 + minute % 60, minlength=names * 60).reshape(names, 60)
    awaited = _awaited(mine, since[some], counts) if cut else usable
    for minutes in reversed(_EVERY):
        table = hour.reshape(names, 60 // minutes, minutes).sum(axis=1)
        run = table.argmax(axis=1)
        own = table[np.arange(names), run]
        others = (table.sum(axis=0)[run] - own) / np.maximum(counts.sum() - counts, 1)
        plain = (own >= max(_RUNS, _TIMES / minutes) * counts) & (others < _OTHERS / minutes)
        if cut:
            runs = hour.reshape(names, 60 // minutes, minutes)[np.arange(names), :, run]
            plain &= (run % _BY_HAND != 0) | (awaited & (runs.max(axis=1) <= _EVEN * runs.min(axis=1)))
        every[usable & plain] = minutes
    return every


def _awaited(activity: Ints, since: Floats, counts: Ints) -> Flags:
    """Per activity: whether it often comes one set time, half a day or more, after the step before."""
    found = np.zeros(len(counts), bool)
    long = np.nan_to_num(since) >= _HALF_A_DAY
    often = np.bincount(activity, long, len(counts)) >= _OFTEN * np.maximum(counts, _LEAST)
    for at in np.flatnonzero(often).tolist():
        gap = since[long & (activity == at)]
        found[at] = near(gap, commonest(gap)).sum() >= _OFTEN * counts[at]
    return found
