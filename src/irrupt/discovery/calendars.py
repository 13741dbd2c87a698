"""Weekly hours of people, from the hours at which they are seen at work.

How often somebody is seen in an hour of the week, against his busiest hours, tells how often he is on duty in it. A
weekly calendar knows only on or off, so the level from which an hour counts differs from person to person, evenly
spread: hours at which a third of the people are at work become hours of a third of the people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.discovery.log import HOURS, WEEK, Flags, Floats, Ints, Log
from irrupt.organisation import Calendar

_BORROWED = 15.0
"""Sightings that a person borrows from the team's profile."""
_LOWEST_LEVEL = 0.12
_HIGHEST_LEVEL = 0.55
_GOLDEN = 0.6180339887498949
_LONG_WORK = 14.0
"""Hours of one step beyond which the hours between its start and end say nothing about who was on duty."""


class Hours(NamedTuple):
    """A calendar as the time on duty since the week began, for sums over any stretch."""

    edges: Floats
    """Seconds of the week at which duty begins or ends, with 0 and the week's length."""
    worked: Floats
    """Seconds on duty before each edge."""

    def until(self, moment: Floats) -> Floats:
        """Seconds on duty from the origin to each *moment*."""
        weeks = np.floor(moment / WEEK)
        inside: Floats = np.interp(moment - weeks * WEEK, self.edges, self.worked)
        return weeks * self.worked[-1] + inside

    def back(self, moment: Floats, worked: Floats) -> Floats:
        """When work began that lasted *worked* seconds on duty until *moment*."""
        if self.worked[-1] <= 0:
            return moment - worked
        target = self.until(moment) - worked
        weeks = np.floor(target / self.worked[-1])
        rest = target - weeks * self.worked[-1]
        # the latest moment with this much work before it: duty begins after a break, not before it
        place = np.clip(np.searchsorted(self.worked, rest, "right") - 1, 0, len(self.edges) - 2)
        begin: Floats = np.minimum(weeks * WEEK + self.edges[place] + (rest - self.worked[place]), moment)
        return begin

    def between(self, begin: Floats, end: Floats) -> Floats:
        """Seconds on duty between moments."""
        return np.maximum(self.until(end) - self.until(begin), 0.0)


def hours(calendar: Calendar) -> Hours:
    """*calendar* for sums.

    >>> office = hours(Calendar(hours=((540, 1020),)))
    >>> float(office.between(np.array([0.0]), np.array([86400.0]))[0]) / 3600
    8.0
    """
    edges, worked = [0.0], [0.0]
    for begin, end in calendar.hours:
        edges += [begin * 60.0, end * 60.0]
        worked += [worked[-1], worked[-1] + (end - begin) * 60.0]
    return Hours(np.array([*edges, WEEK]), np.array([*worked, worked[-1]]))


def sightings(log: Log, works: Flags, keys: Ints, size: int) -> Floats:
    """Per key (a person, or a team), how often work was seen in each hour of the week.

    A step counts at its end and, where starts are measured, at its start and in each hour between.
    """
    found = np.zeros((size, HOURS))
    at = np.flatnonzero(works)
    _seen(found, keys[at], log.end[at], 1.0)
    if log.starts == "measured":
        _seen(found, keys[at], log.start[at], 1.0)
        length = np.floor(log.end[at] / 3600.0) - np.floor(log.start[at] / 3600.0)
        short = at[(length >= 2) & (length <= _LONG_WORK)]
        for step in range(1, int(_LONG_WORK)):
            moment = (np.floor(log.start[short] / 3600.0) + step) * 3600.0
            inside = moment < np.floor(log.end[short] / 3600.0) * 3600.0
            _seen(found, keys[short[inside]], moment[inside], 1.0)
    return found


def _seen(found: Floats, keys: Ints, moments: Floats, weight: float) -> None:
    hour = np.floor(moments % WEEK / 3600.0).astype(np.int64) % HOURS
    np.add.at(found, (keys, hour), weight)


def weekly(own: Floats, team: Floats, rank: int) -> Calendar:
    """The hours of somebody seen *own* times in each hour of the week, in a team seen *team* times.

    *rank* is his place among his colleagues: it sets the level from which an hour counts.
    """
    total = team.sum()
    seen = own + (_BORROWED * team / total if total > 0 else 0.0)
    if seen.sum() <= 0:
        return Calendar(hours=((0, HOURS * 60),))
    smooth = 0.2 * np.roll(seen, 1) + 0.6 * seen + 0.2 * np.roll(seen, -1)
    busiest = np.sort(smooth)[::-1]
    cover = int(np.searchsorted(np.cumsum(busiest), 0.5 * busiest.sum())) + 1
    usual = busiest[:cover].mean()
    level = _LOWEST_LEVEL + (_HIGHEST_LEVEL - _LOWEST_LEVEL) * (((rank + 0.5) * _GOLDEN) % 1.0)
    return Calendar(hours=intervals(_without_holes((smooth >= level * usual) & (seen >= 0.6 * level * usual))))


def _without_holes(on: Flags) -> Flags:
    """Breaks of one or two hours are not told apart from chance: filled."""
    for width in (1, 2):
        begins = np.flatnonzero(np.roll(on, 1) & ~on)
        for begin in begins:
            hole = (begin + np.arange(width)) % HOURS
            if not on[hole].any() and on[(begin + width) % HOURS]:
                on[hole] = True
    return on


def intervals(on: npt.NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Flags per hour of the week as stretches of minutes.

    >>> day = np.zeros(168, bool); day[9:17] = True
    >>> intervals(day)
    ((540, 1020),)
    """
    change = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return tuple((int(b) * 60, int(e) * 60) for b, e in change.reshape(-1, 2))
