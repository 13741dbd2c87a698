"""Whether people finish what they have in hand before they go home, or leave it until they come again.

Whoever leaves work until the next day has some in hand on as many nights as he is busy by day. Whoever finishes it
never has: then hours are told by when he begins work, and what he does after them is work nonetheless.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.calendars import apart
from irrupt.discovery.log import Flags, Floats, Ints, Log, parts

_FEWEST = 10.0
"""Nights on which work should have been in hand, if people left it,"""
_MOST = 0.15
"""and on what share of these it may be all the same."""


def finishing(log: Log, works: Flags, team: Ints, size: int) -> Flags:
    """Per team, of *size* many: whether its people finish what they have in hand when their hours end.

    *works*: the steps that somebody works on; *team*: whose they are. None does where start times are not recorded.
    """
    expected, found = np.zeros(size), np.zeros(size)
    if log.starts != "measured" or log.daily:
        return np.zeros(size, bool)
    at = np.flatnonzero(works & (log.person >= 0) & (log.end > log.start))
    for his in parts(log.person[at]):
        mine = at[his]
        busy, nights, whose = _nights(log.start[mine], log.end[mine], team[mine])
        expected += busy * np.bincount(whose, minlength=size)
        found += np.bincount(whose, nights, size)
    finishes: Flags = (expected >= _FEWEST) & (found <= _MOST * expected)
    return finishes


def _nights(start: Floats, end: Floats, team: Ints) -> tuple[float, Floats, Ints]:
    """Of somebody's work: on what share of his time he had some in hand; for each of the nights after which he came
    again, whether he had; and the team of the step seen last before it."""
    moment, team = np.concatenate((start, end)), np.concatenate((team, team))
    order = np.argsort(moment, kind="stable")
    hand = np.cumsum(np.repeat((1, -1), len(start))[order])[:-1] > 0
    gap = np.diff(moment[order])
    night = apart(gap, hand)
    there = float(gap[~night].sum())
    busy = float(gap[~night & hand].sum()) / there if there > 0 else 0.0
    return busy, hand[night].astype(float), team[order][:-1][night]
