"""Whether people finish what they have in hand before they go home, or leave it until they come again.

Whoever leaves work until the next day has some in hand on as many nights as he is busy by day. Whoever finishes it
never has: then hours are told by when he begins work, and what he does after them is work nonetheless. Where these
hours are known, what he has in hand when they end tells it: somebody whose queue is empty by the evening has nothing
that he could leave.

Where no starts are recorded, ends tell both. After each but the last of a day he began something else, in his hours;
and if the last ones of many days, and no others, lie outside these, he finished it.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people.calendars import apart, hours, in_weeks
from irrupt.discovery.people.kept_hours import Pieces, kept_hours
from irrupt.organisation import Calendar

_FEWEST = 10.0
"""Nights on which work should have been in hand, if people left it,"""
_MOST = 0.15
"""and on what share of these it may be all the same."""
_LATE = 0.2
"""Share of the last ends of days that lie outside hours from which work is finished there; and of the nights on which
work should have been in hand, those on which some was when hours ended."""
_MOMENT = 60.0


def finishing(log: Log, works: Flags, team: Ints, size: int, timed: Flags) -> Flags:
    """Per team, of *size* many: whether its people finish what they have in hand when their hours end.

    *works*: the steps that somebody works on; *team*: whose they are; *timed*: of which it is told when they began.
    """
    usual, expected, found = np.zeros(size), np.zeros(size), np.zeros(size)
    if log.starts == "missing" or log.daily:
        return np.zeros(size, bool)
    if log.starts == "assumed":
        return _by_ends(log, works & timed, team, size)
    at = np.flatnonzero(works & (log.person >= 0) & (log.end > log.start))
    for mine in by_key(log.person, at).values():
        busy, nights, whose = _nights(log.start[mine], log.end[mine], team[mine])
        busy_by_day = busy * np.bincount(whose, minlength=size)
        known = kept_hours(log.start[mine]) or kept_hours(
            np.concatenate((log.start[mine], log.end[mine])), Pieces(log.start[mine], log.end[mine])
        )
        usual += busy_by_day
        if known is None:
            expected += busy_by_day
            found += np.bincount(whose, nights, size)
        else:
            late, later = _at_the_end(log.start[mine], log.end[mine], known)
            expected += np.bincount(team[mine], late, size)
            found += np.bincount(team[mine], later, size)
    finishes: Flags = (expected >= np.maximum(_FEWEST, _LATE * usual)) & (found <= _MOST * expected)
    return finishes


def _at_the_end(start: Floats, end: Floats, known: Calendar) -> tuple[Flags, Flags]:
    """Which pieces of somebody's work were in hand when his *known* hours ended, and which of these still were when the
    next began."""
    comes, goes = in_weeks(known, float(start.min()), float(end.max()))
    goes, comes = goes[:-1], comes[1:]
    goes, comes = goes[comes > goes], comes[comes > goes]
    if not len(goes):
        return np.zeros(len(start), bool), np.zeros(len(start), bool)
    place = np.minimum(np.searchsorted(goes, start, "right"), len(goes) - 1)
    late = end > goes[place]
    return late, late & (end > comes[place])


def _by_ends(log: Log, works: Flags, team: Ints, size: int) -> Flags:
    """Per team: whether those who finish what they have in hand, as far as their ends tell, do most of its steps."""
    at = np.flatnonzero(works & (log.person >= 0))
    of_team, finished = np.bincount(team[at], minlength=size), np.zeros(size)
    for mine in by_key(log.person, at).values():
        if hours_of_finisher(log.end[mine]) is not None:
            finished += np.bincount(team[mine], minlength=size)
    most: Flags = finished > 0.5 * of_team
    return most


def hours_of_finisher(ends: Floats) -> Calendar | None:
    """The weekly hours of somebody who finishes what he has in hand before he goes, told by his *ends* of work; None
    where these do not show that he does, and where all of them keep hours.

    >>> from irrupt.discovery.log import WEEK
    >>> day = np.arange(10 * 3600.0, 17 * 3600.0, 600.0)
    >>> days = [np.append(day, 17 * 3600.0 + 240.0 * (number % 37)) + number // 5 * WEEK + number % 5 * 86400.0
    ...         for number in range(200)]
    >>> [(begin % 1440, end % 1440) for begin, end in hours_of_finisher(np.concatenate(days)).hours][0]
    (600, 1010)
    """
    return hours_but_for_the_last(ends) if kept_hours(ends) is None else None


def hours_but_for_the_last(ends: Floats) -> Calendar | None:
    """The same of somebody who is known to keep no hours with all his *ends* of work."""
    moments = np.sort(ends)
    last = np.append(apart(np.diff(moments), np.zeros(max(len(moments) - 1, 0), bool)), True)
    known = kept_hours(moments[~last])
    if known is None:
        return None
    outside = hours(known).between(moments[last] - _MOMENT, moments[last]) <= 0
    return known if outside.mean() >= _LATE else None


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
