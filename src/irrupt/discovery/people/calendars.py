"""Weekly hours of people, from the hours at which they are seen at work.

How often somebody is seen in an hour of the week, against his busiest hours, tells how often he is on duty in it. A
weekly calendar knows only on or off, so the level from which an hour counts differs from person to person, evenly
spread: hours at which a third of the people are at work become hours of a third of the people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import parts
from irrupt.discovery.log import HOURS, Log
from irrupt.organisation import Calendar
from irrupt.units import DAY, HOUR, WEEK

_BORROWED = 15.0
"""Hours that a person borrows from the team's profile."""
_LOWEST_LEVEL = 0.12
_HIGHEST_LEVEL = 0.55
_GOLDEN = 0.6180339887498949
_AWAY = 5 * HOUR
"""Seconds without a sighting after which somebody counts as having been away..."""
_AT_WORK = 9 * HOUR
"""... and while he had work in hand."""
_LEVELS = (0.3, 0.2, 0.1, 0.03)
"""Shares of the usual from which on an hour may count of what nobody works on."""
_GLANCE = 1200.0
"""Seconds that one sighting stands for."""
_INSTANT = 1e-3
_COMPARABLE = 5
_FEWEST = 200
"""Moments from which it is told that work is done at all hours,"""
_UNEVEN = 0.2
"""and by how much, as a share of their mean, hours or days may differ beyond chance."""
_CYCLES = ((DAY, 24), (WEEK, 7))
"""Periods in which hours and days are told apart, and into how many parts."""
_STRETCH = 8 * HOUR
"""How long people are at work at a stretch: who has in hand for longer what he began, tells whether he goes home."""
_FEWEST_IN_PART, _PART_IN_HAND, _BY_CHANCE = 4.0, 0.5, 2.0
"""Ends that must be expected in each part by how long work is in hand there; the share of them that is enough for work
to go on in it, and standard errors by which they may be fewer, in all parts in which they are."""
_LATEST = 0.95
_NEVER = np.empty(0)


def in_weeks(calendar: Calendar, first: float, last: float) -> tuple[Floats, Floats]:
    """When the weekly hours of *calendar* begin, and end, from the week of one moment to the one behind another.

    >>> begins, ends = in_weeks(Calendar(hours=((540, 1020),)), 0.0, 3600.0)
    >>> (begins / HOUR).tolist(), (ends / HOUR).tolist()
    ([9.0, 177.0], [17.0, 185.0])
    """
    weeks = np.arange(np.floor(first / WEEK), np.ceil(last / WEEK) + 1)[:, None] * WEEK
    spans = np.array(calendar.hours, float).reshape(-1, 2) * 60.0
    return (weeks + spans[:, 0]).ravel(), (weeks + spans[:, 1]).ravel()


class Hours(NamedTuple):
    """A calendar as the time on duty since the week began, for sums over any stretch."""

    edges: Floats
    """Seconds of the week at which duty begins or ends, with 0 and the week's length."""
    worked: Floats
    """Seconds on duty before each edge."""
    closed: Floats = _NEVER
    """Seconds from the origin to the begin of each day on which nobody is on duty all the same."""

    def until(self, moment: Floats) -> Floats:
        """Seconds on duty from the origin to each *moment*."""
        whole = self._weekly(moment)
        if not len(self.closed):
            return whole
        begin, end = self._weekly(np.stack((self.closed, self.closed + DAY)))
        lost = np.append(0.0, np.cumsum(end - begin))
        # of the last day that began, only what has passed is lost
        number = np.searchsorted(self.closed, moment, "right")
        last = np.maximum(number - 1, 0)
        ahead = np.where(number > 0, end[last] - self._weekly(np.minimum(moment, self.closed[last] + DAY)), 0.0)
        found: Floats = whole - lost[number] + ahead
        return found

    def _weekly(self, moment: Floats) -> Floats:
        """The same as if no day were closed."""
        weeks = np.floor(moment / WEEK)
        whole: Floats = weeks * self.worked[-1] + np.interp(moment - weeks * WEEK, self.edges, self.worked)
        return whole

    def back(self, moment: Floats, worked: Floats) -> Floats:
        """When work began that lasted *worked* seconds on duty until *moment*, closed days like others."""
        if self.worked[-1] <= 0:
            return moment - worked
        target = self._weekly(moment) - worked
        weeks = np.floor(target / self.worked[-1])
        rest = target - weeks * self.worked[-1]
        # the latest moment with this much work before it: duty begins after a break, not before it
        place = np.clip(np.searchsorted(self.worked, rest, "right") - 1, 0, len(self.edges) - 2)
        begin: Floats = np.minimum(weeks * WEEK + self.edges[place] + (rest - self.worked[place]), moment)
        return begin

    def closed_until(self, moment: Floats) -> Floats:
        """The earliest moment from which nobody was on duty until *moment*."""
        weeks = np.floor((moment - _INSTANT) / WEEK)
        rest = moment - _INSTANT - weeks * WEEK
        place = np.clip(np.searchsorted(self.edges, rest, "right") - 1, 0, len(self.edges) - 2)
        # stretches off and on duty take turns; the first goes back to the last of the week before
        since = np.where(place > 0, self.edges[place], self.edges[-2] - WEEK) + weeks * WEEK
        closed: Floats = np.where(place % 2 == 0, since, moment)
        return closed

    def between(self, begin: Floats, end: Floats) -> Floats:
        """Seconds on duty between moments."""
        since, until = self.until(np.stack((begin, end)))
        found: Floats = np.maximum(until - since, 0.0)
        return found


def hours(calendar: Calendar, closed: Floats = _NEVER) -> Hours:
    """*calendar* for sums, without the *closed* days (the seconds from the origin to the begin of each).

    >>> office = hours(Calendar(hours=((540, 1020),)))
    >>> float(office.between(np.array([0.0]), np.array([86400.0]))[0]) / 3600
    8.0
    >>> away = hours(Calendar(hours=((540, 1020),)), np.array([WEEK]))
    >>> away.between(np.array([0.0, WEEK]), np.array([2 * WEEK, WEEK + 43200.0])) / 3600
    array([8., 0.])
    """
    edges, worked = [0.0], [0.0]
    for begin, end in calendar.hours:
        edges += [begin * 60.0, end * 60.0]
        worked += [worked[-1], worked[-1] + (end - begin) * 60.0]
    return Hours(np.array([*edges, WEEK]), np.array([*worked, worked[-1]]), closed)


def presence(
    log: Log, works: Flags, keys: Ints, size: int, *, until: Floats | None = None, people: bool = True
) -> Floats:
    """Per key (a person, or a team), hours seen at work in each hour of the week, all weeks together.

    *until*: how long each step tells that its person was on duty, its end if None. Without *people* a step tells of its
    own time only, whoever does it.

    Somebody is taken to be there from the first to the last sighting (a start or an end of work) of a stretch without
    long gaps. Work in hand at the end of a stretch hides when he left: he is taken to have stayed as long as on
    comparable days; the same holds for its begin.
    """
    found = np.zeros((size, HOURS))
    at = np.flatnonzero(works)
    if not len(at):
        return found
    known = (log.person[at] >= 0) & people
    whose = np.where(known, log.person[at], -1 - keys[at])
    until = log.end if until is None else until
    start = log.start if log.starts == "measured" else _same_day(log.start, until)
    for his in parts(whose):
        mine = at[his]
        begin, end = _stretches(start[mine], until[mine], known=bool(known[his[0]]))
        shares = np.bincount(keys[mine], minlength=size)
        covered = _covered(begin, end)
        for key in np.flatnonzero(shares):
            found[key] += covered * (shares[key] / len(mine))
    return _on_all_days(log, found)


def _same_day(start: Floats, end: Floats) -> Floats:
    """Assumed starts as far as they are sightings: on the day of the end. What lies over night tells of no hours."""
    seen: Floats = np.where(start // DAY == end // DAY, start, end)
    return seen


def _on_all_days(log: Log, seen: Floats) -> Floats:
    """*seen* with days of the week that are not in a log of less than a week taken to be like those of their kind, or
    like all: nobody knows what they were like, and cases are expected on them too."""
    first, last = (int(moment // DAY) for moment in log.span)
    if last - first >= 6:
        return seen
    table = seen.reshape(-1, 7, 24).copy()
    covered = np.isin(np.arange(7), np.arange(first, last + 1) % 7)
    for kind in (np.arange(7) < 5, np.arange(7) >= 5):
        like = covered & kind if (covered & kind).any() else covered
        table[:, kind & ~covered] = table[:, like].mean(axis=1, keepdims=True)
    return table.reshape(seen.shape)


def _stretches(start: Floats, end: Floats, *, known: bool) -> tuple[Floats, Floats]:
    """Stretches in which one person was there. Of somebody not *known*, the steps alone."""
    if not known:
        return end - _GLANCE / 2, end + _GLANCE / 2
    lasting = end > start
    moment = np.concatenate((start[lasting], end))
    change = np.concatenate((np.ones(int(lasting.sum()), np.int64), np.where(lasting, -1, 0)))
    order = np.argsort(moment, kind="stable")
    moment, hand = moment[order], np.cumsum(change[order])
    begins = np.flatnonzero(np.concatenate(([True], apart(np.diff(moment), hand[:-1] > 0))))
    ends = np.append(begins[1:], len(moment)) - 1
    came, left = moment[begins], moment[ends]
    # work in hand across the break: when he really came or left is hidden
    late, early = hand[ends] > 0, np.concatenate(([False], hand[begins[1:] - 1] > 0))
    left = left + _unseen(left % DAY, late)
    came = came - _unseen(DAY - came % DAY, early)
    return np.minimum(came, moment[begins]) - _GLANCE / 2, np.maximum(left, moment[ends]) + _GLANCE / 2


def apart(gap: Floats, in_hand: Flags) -> Flags:
    """Whether somebody was away in the *gap* of seconds between two sightings, with work *in hand* or without."""
    away: Flags = gap > np.where(in_hand, _AT_WORK, _AWAY)
    return away


def _unseen(hour: Floats, hidden: Flags) -> Floats:
    """How much later, on comparable days, people were last seen: 0 where nothing is hidden.

    Where work is in hand on nearly all days, the latest sightings tell.
    """
    more = np.zeros(len(hour))
    if not hidden.any() or len(hour) < _COMPARABLE:
        return more
    sure = np.sort(hour[~hidden])
    if len(sure) < max(_COMPARABLE, 0.1 * len(hour)):
        latest = np.quantile(hour, _LATEST)
        more[hidden] = np.clip(latest - hour[hidden], 0.0, _AWAY)
        return more
    above = np.searchsorted(sure, hour[hidden], "right")
    typical = sure[np.minimum((above + len(sure)) // 2, len(sure) - 1)]
    more[hidden] = np.clip(typical - hour[hidden], 0.0, _AWAY)
    return more


def _covered(begin: Floats, end: Floats) -> Floats:
    """Hours of the week that stretches cover, summed."""
    low, high = begin / HOUR, end / HOUR
    found = np.zeros(HOURS)
    longest = int(np.ceil((high - low).max(initial=0.0)))
    for step in range(min(longest, HOURS) + 1):
        hour = np.floor(low) + step
        part = np.clip(np.minimum(high, hour + 1) - np.maximum(low, hour), 0.0, 1.0)
        found += np.bincount(hour.astype(np.int64) % HOURS, part, HOURS)
    return found


def weekly(own: Floats, team: Floats, rank: int, also: Sequence[int] = ()) -> Calendar:
    """The hours of somebody seen for *own* hours in each hour of the week, in a team seen for *team* hours.

    *rank* is his place among his colleagues: it sets the level from which an hour counts. Hours in *also* count anyhow.
    """
    total = team.sum()
    seen = own + (_BORROWED * team / total if total > 0 else 0.0)
    if seen.sum() <= 0:
        return Calendar(hours=((0, HOURS * 60),))
    level = _LOWEST_LEVEL + (_HIGHEST_LEVEL - _LOWEST_LEVEL) * (((rank + 0.5) * _GOLDEN) % 1.0)
    on = _without_holes(seen >= level * _usual(seen))
    on[list(also)] = True
    return Calendar(hours=intervals(on))


def at_all_hours(moments: Floats) -> bool:
    """Whether work is done at all hours of all days alike, as far as *moments* at which it was tell: neither hours of
    the day nor days of the week differ much more than chance explains.

    >>> at_all_hours(np.random.default_rng(1).uniform(0.0, 10 * WEEK, 500))
    True
    """
    if len(moments) < _FEWEST:
        return False
    first, last = float(moments.min()), float(moments.max())
    return all(_even(moments, first, last, *cycle) for cycle in _CYCLES)


def some_hours(moments: Floats) -> bool:
    """Whether *moments* are many enough to tell that work is not done at all hours of all days."""
    return len(moments) >= _FEWEST and not at_all_hours(moments)


def never_pauses(begin: Floats, end: Floats) -> bool:
    """Whether somebody who had work in hand from each *begin* to each *end* goes on with it at all hours of all days:
    in each about as much of what was begun long before ends as is in hand there, however much comes when.

    >>> days = np.arange(0.0, 60 * WEEK, DAY)
    >>> random = np.random.default_rng(1)
    >>> dried = days + random.uniform(6.0, 40.0, 420) * HOUR
    >>> worked = days + DAY + random.uniform(9.0, 17.0, 420) * HOUR
    >>> never_pauses(days, dried), never_pauses(days, worked)
    (True, False)
    """
    long = end - begin > _STRETCH
    begin, end = begin[long] + _STRETCH, end[long]
    for period, number in _CYCLES:
        held = _time(end, period, number) - _time(begin, period, number)
        expected = len(end) * held / max(held.sum(), 1.0)
        count = _counted(end, period, number)
        few = count < _PART_IN_HAND * expected
        short = (_PART_IN_HAND * expected - count)[few].sum()
        if expected.min() < _FEWEST_IN_PART or not count.all() or short > _BY_CHANCE * np.sqrt(expected[few].sum()):
            return False
    return True


def _time(until: Floats, period: float, number: int) -> Floats:
    """Seconds of each part of a *period* from the origin on, *until* each moment, in all."""
    whole = np.floor(until / period)
    begun = (until - whole * period) * number / period
    parts = [(whole + np.clip(begun - part, 0.0, 1.0)).sum() for part in range(number)]
    return np.array(parts) / number * period


def _counted(moments: Floats, period: float, number: int) -> Ints:
    return np.bincount((moments % period * number / period).astype(np.int64) % number, minlength=number)


def _even(moments: Floats, first: float, last: float, period: float, parts: int) -> bool:
    """Whether about as many *moments* fall into each part of a *period* as it has time between the *first* and the
    *last*."""
    there = _time(np.array([last]), period, parts) - _time(np.array([first]), period, parts)
    expected = len(moments) * there / there.sum()
    count = _counted(moments, period, parts)
    far = float(((count - expected)[expected > 0] ** 2 / expected[expected > 0]).sum())
    return far - (parts - 1) < _UNEVEN**2 * len(moments)


def usual_hours(seen: Floats) -> tuple[Calendar, ...]:
    """What the hours of something may be that nobody works on and that is *seen* so often in each hour of the week:
    from those in which it is often seen to those in which it hardly ever is.

    >>> day = np.zeros(HOURS)
    >>> day[8:12] = (1, 30, 30, 3)
    >>> [calendar.hours for calendar in usual_hours(day)]
    [((540, 660),), ((540, 720),), ((480, 720),)]
    >>> day[14:16] = 30  # Two hours that nobody is seen in are no break, three are.
    >>> [calendar.hours for calendar in usual_hours(day)]
    [((540, 660), (840, 960)), ((540, 960),), ((480, 960),)]
    """
    if seen.sum() <= 0:
        return (Calendar(hours=((0, HOURS * 60),)),)
    found = (intervals(_without_holes(seen >= level * _usual(seen))) for level in _LEVELS)
    return tuple(Calendar(hours=hours) for hours in dict.fromkeys(found))


def _usual(seen: Floats) -> float:
    """How much is seen in an hour of those that hold half of it all."""
    busiest = np.sort(seen)[::-1]
    cover = int(np.searchsorted(np.cumsum(busiest), 0.5 * busiest.sum())) + 1
    return float(busiest[:cover].mean())


def _without_holes(on: Flags) -> Flags:
    """Breaks of one or two hours are not told apart from chance: filled."""
    for width in (1, 2):
        begins = np.flatnonzero(np.roll(on, 1) & ~on)
        for begin in begins:
            hole = (begin + np.arange(width)) % HOURS
            if not on[hole].any() and on[(begin + width) % HOURS]:
                on[hole] = True
    return on


def intervals(on: Flags) -> tuple[tuple[int, int], ...]:
    """Flags per hour of the week as stretches of minutes.

    >>> day = np.zeros(168, bool); day[9:17] = True
    >>> intervals(day)
    ((540, 1020),)
    """
    return tuple((begin * 60, end * 60) for begin, end in intervals_of_minutes(on))


def intervals_of_minutes(on: Flags) -> tuple[tuple[int, int], ...]:
    """Flags per minute of the week as stretches."""
    change = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return tuple((int(b), int(e)) for b, e in change.reshape(-1, 2))
