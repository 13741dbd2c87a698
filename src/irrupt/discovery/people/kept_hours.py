"""Weekly hours that somebody keeps, to the minute: told by the silences between his starts and ends of work.

Where the same hours are kept every week, starts and ends of work, laid over one week, fall into them and nowhere else.
A stretch of the week without any, too long to be chance, is off duty. Hours found so are used only for those who do
keep them: who works in the second half of the records as the first half says, and is there week after week.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.people import calendars
from irrupt.organisation import Calendar
from irrupt.units import DAY, HOUR, WEEK

_FEWEST = 100
"""Sightings from which hours can be told."""
_FEWEST_WEEKS = 4
"""Weeks of which one half can tell whether the other keeps the same hours, and a week away is no day off;"""
_WEEKEND = 0.5
"""and the part of a week that may be missing of whoever is seen through records that are hardly longer: they begin or
end on a weekend, or he does not work on each of their days."""
_LONG = 3 * HOUR
"""Seconds of silence from which somebody is taken to have left rather than paused."""
_SURE, _SURE_OF_A_PAUSE = 12.0, 20.0
"""Nats by which silence must be too long to be chance, between days and within one."""
_GRIDS = (HOUR, 1800.0, 900.0, 300.0, 60.0)
"""Hours begin and end at round times: the roundest that fits is taken."""
_SLACK, _LEAST_SLACK, _MOST_SLACK = 8.0, 300.0, 1800.0
"""Sightings that may be missing at the edge of hours, and the seconds that this may at least and at most be."""
_OUTSIDE = 0.002
"""Share of the sightings that may fall outside the hours that other weeks tell."""
_HALF_SEEN = 900.0
"""Seconds by which half of the records may miss the edges of hours, at least."""
_SHORTEST = 1800.0
_RARE = 0.15
"""Share of the usual number of sightings below which an hour is overtime now and then, not one that is kept;"""
_AS_USUAL = 0.5
"""unless of what is in hand when it begins at least such a part of the usual share is over at its end, or hardly
anything is in hand and an hour before it was such a part of the usual at most: then there was little to do."""
_FEW, _FEW_DAYS = 5, 3
"""Sightings on a working day of the week, and dates with any, from which he works on it where days are alike."""
_AWAY = 0.15
"""Share of the times on duty in which nothing may be seen, beyond chance."""

_HELD = 0.5
"""Least part of a piece of his work that must lie in the hours, in the mean."""


class Pieces(NamedTuple):
    """When each piece of somebody's work begins and ends."""

    begin: Floats
    end: Floats


def kept_hours(moments: Floats, work: Pieces | None = None, *, records: float = np.inf) -> Calendar | None:
    """The weekly hours of somebody whose starts and ends of work are *moments* (seconds since a Monday); None where he
    keeps none, or too little was seen of him. *work*: what he did, where it is known when it began; *records*: how long
    they go, in seconds.

    >>> day = np.arange(9 * 3600.0, 17 * 3600.0 + 1, 600.0)
    >>> days = np.concatenate([day + number * 86400.0 for number in range(5)])
    >>> kept_hours(np.concatenate([days + number * WEEK for number in range(20)])).minutes_per_week / 60
    40.0
    """
    if len(moments) < _FEWEST:
        return None
    weeks = _FEWEST_WEEKS - _WEEKEND * are_few(records)
    if moments.max() - moments.min() < weeks * WEEK:
        return None
    bounds = _by_week(moments, work)
    if bounds is None:
        bounds = _by_day(moments, work)
    if bounds is None:
        return None
    found = _calendar(bounds)
    return found if work is None or _hold(found, work) else None


def are_few(records: float) -> bool:
    """Whether *records* that go for so many seconds hardly go longer than it takes to tell hours."""
    return records < (_FEWEST_WEEKS + _WEEKEND) * WEEK


def _calendar(bounds: Floats) -> Calendar:
    return Calendar(hours=tuple((int(begin // 60), int(end // 60)) for begin, end in bounds.tolist()))


def _hold(found: Calendar, work: Pieces) -> bool:
    """Whether most of each piece of *work* that is over on the same day lies in the hours *found*, in the mean: what
    always begins and ends at the same times is silent between them. The few pieces that wait through a long pause, as
    from noon until five, count no more than others."""
    length = work.end - work.begin
    same = (length > 0.0) & (length < DAY / 2)
    inside = calendars.hours(found).between(work.begin[same], work.end[same])
    return bool((inside / length[same]).sum() >= _HELD * np.count_nonzero(same))


def _by_week(moments: Floats, work: Pieces | None) -> Floats | None:
    """Hours that are kept every week, whatever each day's are."""
    bounds = _bounds(moments, WEEK)
    if bounds is None or not _there(moments, bounds, work):
        return None
    if not _again(moments, bounds, WEEK):
        return None
    paused = _with_pauses(moments, bounds)
    return paused if work is None or _hold(_calendar(paused), work) else bounds


def _with_pauses(moments: Floats, bounds: Floats) -> Floats:
    """*bounds* without what is silent on every day that he works before and after it: a short pause at the same time of
    each day is told by all days together where one day of the week is too little."""
    hulls = _days(bounds)
    seen, rate = np.sort(moments % DAY), len(moments) / float(np.diff(bounds).sum())
    slack = float(np.clip(_SLACK / (rate * len(hulls)), _LEAST_SLACK, _MOST_SLACK))
    gap = np.diff(seen)
    found = bounds
    for at in np.flatnonzero((gap >= _SHORTEST) & (gap < _LONG)).tolist():
        days = hulls[(hulls[:, 0] < seen[at]) & (hulls[:, 1] > seen[at + 1]), 2]
        if rate * len(days) * gap[at] > np.log(len(seen)) + _SURE_OF_A_PAUSE:
            begin, end = _rounded(seen[at], slack), _rounded(seen[at + 1], -slack)
            found = _without(found, days + begin, days + end) if begin < end else found
    return found


def _days(bounds: Floats) -> Floats:
    """Per day of the week on which somebody is there: when he first comes and last goes, seconds of the day, and when
    the day begins."""
    day = bounds[:, 0] // DAY
    each = np.unique(day)
    return np.array(
        [(bounds[day == one, 0].min() % DAY, bounds[day == one, 1].max() - one * DAY, one * DAY) for one in each]
    )


def _without(bounds: Floats, begin: Floats, end: Floats) -> Floats:
    """*bounds* without what lies between each *begin* and *end*."""
    for first, last in zip(begin.tolist(), end.tolist(), strict=True):
        cut = (bounds[:, 0] < last) & (bounds[:, 1] > first)
        parts = np.concatenate((np.minimum(bounds[cut], first), np.maximum(bounds[cut], last)))
        bounds = np.concatenate((bounds[~cut], parts[parts[:, 1] > parts[:, 0]]))
    return bounds[np.argsort(bounds[:, 0])]


def _by_day(moments: Floats, work: Pieces | None) -> Floats | None:
    """Hours that are the same on every day on which he works.

    Whoever has little to do is rarely seen towards the end of a week or of a day: what single days do not tell, all
    together do. From Monday to Friday a few sightings on a day tell that he works on it.
    """
    seen = np.sort(moments % DAY)
    gap = np.diff(seen, append=seen[0] + DAY)
    if gap.max() < _LONG:
        return None
    # days begin where nobody is seen: a night shift lies in one of them
    longest = int(gap.argmax())
    cut = np.round((seen[longest] + gap[longest] / 2) / HOUR) * HOUR % DAY
    moved = moments - cut
    bounds = _bounds(moved, DAY)
    if bounds is None or not _again(moved, bounds, DAY):
        return None
    rate = len(moved) / float(np.diff(bounds).sum())
    if _thin(moved, bounds, rate, DAY, work and Pieces(*(w - cut for w in work))):
        return None
    # a shift belongs to the day of the week on which it begins
    later = DAY * int(cut + bounds[0, 0] >= DAY)
    day = np.floor((moved + later) / DAY).astype(np.int64)
    dates = np.unique(day)
    count, times = np.bincount(day % 7, minlength=7), np.bincount(dates % 7, minlength=7)
    usual = _RARE * count.sum() / max(int((count > 0).sum()), 1)
    often = count >= np.where(np.arange(7) < 5, _FEW, usual)
    if work is not None:
        often |= _takes_up(bounds, often, Pieces(*(one - cut + later for one in work)))
    works = often & (times >= min(_FEW_DAYS, times.max()))
    weeks = np.unique(dates // 7)
    if not works.any() or len(weeks) < (1 - _AWAY) * (weeks[-1] - weeks[0] + 1):
        return None
    found = [
        ((begin + number * DAY) % WEEK, (end + number * DAY - 1) % WEEK + 1)
        for number in np.flatnonzero(works).tolist()
        for begin, end in (_of_a_day(moved % DAY, day % 7 == number, bounds) + cut - later).tolist()
    ]
    return _in_one(WEEK, found)


def _takes_up(bounds: Floats, often: Flags, work: Pieces) -> Flags:
    """Days of the week on which he goes on with what is in hand of his *work* as on those on which he works *often*:
    who has little left to do by then is there all the same. *bounds*: his hours of a day."""
    days = DAY * np.arange(7.0)[:, None] + np.array([bounds[0, 0], bounds[-1, 1]])
    in_hand, over = _in_hand(days, work, WEEK)
    usual = over[often].sum() / max(in_hand[often].sum(), 1.0)
    found: Flags = (in_hand >= _FEW) & (over >= _AS_USUAL * usual * in_hand)
    return found


def _of_a_day(seen: Floats, his: Flags, bounds: Floats) -> Floats:
    """Those hours of a day in which he is there on one day of the week (*his* sightings): what is silent before the
    first and after the last of these, where the other days let one expect too many for chance."""
    mine, others = np.sort(seen[his]), np.sort(seen[~his])
    before, after = np.searchsorted(others, mine[0]), len(others) - np.searchsorted(others, mine[-1], "right")
    rate = len(mine) / max(len(others) - before - after, 1)
    slack = float(np.clip(_SLACK * np.diff(bounds).sum() / max(len(mine), 1), _LEAST_SLACK, _MOST_SLACK))
    first = _rounded(mine[0], -slack) if rate * before > _SURE_OF_A_PAUSE else -np.inf
    last = _rounded(mine[-1], slack) if rate * after > _SURE_OF_A_PAUSE else np.inf
    there = np.clip(bounds, first, last)
    return there[there[:, 1] > there[:, 0]]


def _again(moments: Floats, bounds: Floats, period: float) -> bool:
    """Whether later sightings fall into the hours that the earlier ones tell."""
    half = np.median(moments)
    known = moments[moments < half]
    early = _bounds(known, period)
    if early is None:
        return False
    early = _filled(early, bounds)
    late = moments[moments >= half] % period
    # of few sightings, the last before he goes is farther from when he does
    near = float(np.clip(_SLACK * np.diff(early).sum() / len(known), _HALF_SEEN, _MOST_SLACK))
    return bool(np.mean(~_inside(late, early + np.array([-near, near]))) <= _OUTSIDE)


def _filled(stretches: Floats, whole: Floats) -> Floats:
    """*stretches*, without pauses in what is one stretch of the *whole*: in hours in which little is to do, half of the
    records may be silent by chance."""
    filled = stretches[:1].tolist()
    for begin, end in stretches[1:].tolist():
        if np.any((whole[:, 0] <= filled[-1][1]) & (begin <= whole[:, 1])):
            filled[-1][1] = end
        else:
            filled.append([begin, end])
    return np.array(filled)


def _bounds(moments: Floats, period: float) -> Floats | None:
    """Begin and end of each stretch on duty, seconds of the *period* (a week or a day); None where no silence is."""
    seen = np.sort(moments % period)
    gap = np.diff(seen, append=seen[0] + period)
    rate = len(seen) / max(float(gap[gap < _LONG].sum()), 60.0)
    if gap.max() < _LONG:
        return None
    chance = np.log(len(seen)) + np.where(gap >= _LONG, _SURE, _SURE_OF_A_PAUSE)
    cut = np.flatnonzero((rate * gap > chance) & (gap >= _SHORTEST))
    if not len(cut):
        return None
    begin = seen[(cut + 1) % len(seen)]
    end = np.roll(seen[cut], -1)
    slack = float(np.clip(_SLACK / rate, _LEAST_SLACK, _MOST_SLACK))
    found = [(_rounded(b, -slack), _rounded(e, slack)) for b, e in zip(begin.tolist(), end.tolist(), strict=True)]
    return _in_one(period, found)


def _rounded(moment: float, slack: float) -> float:
    """The roundest time within *slack* after *moment*, or before it where *slack* is negative."""
    for grid in _GRIDS:
        near = np.ceil(moment / grid) * grid if slack > 0 else np.floor(moment / grid) * grid
        if abs(near - moment) <= abs(slack):
            return float(near)
    return moment


def _in_one(period: float, stretches: list[tuple[float, float]]) -> Floats:
    """Stretches sorted, without overlap, those over the end of the *period* in two."""
    pieces: list[tuple[float, float]] = []
    for begin, end in stretches:
        if end <= begin:
            pieces += [(begin, period), (0.0, end)]
        else:
            pieces.append((begin, min(end, period)))
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(piece for piece in pieces if piece[1] > piece[0]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return np.array(joined)


def _inside(seen: Floats, bounds: Floats) -> np.ndarray:
    place = np.searchsorted(bounds[:, 0], seen, "right") - 1
    inside: np.ndarray = (place >= 0) & (seen <= bounds[np.maximum(place, 0), 1])
    return inside


def _thin(moments: Floats, bounds: Floats, rate: float, period: float, work: Pieces | None) -> bool:
    """Whether somebody is rarely seen in some hour that he is said to keep, and leaves then what he has in hand of his
    *work*, or in a whole stretch of them."""
    stretches = [_hours(begin, end) for begin, end in bounds.tolist()]
    hours = np.concatenate(stretches)
    counts = np.searchsorted(np.sort(moments % period), hours).T
    rare = counts[1] - counts[0] < _RARE * rate * np.diff(hours)[:, 0]
    if work is None or not rare.any():
        return bool(rare.any())
    in_hand, over = _in_hand(hours, work, period)
    usual = over[~rare].sum() / max(in_hand[~rare].sum(), 1.0)
    goes_on = (in_hand >= _FEW) & (over >= _AS_USUAL * usual * in_hand)
    stretch = np.repeat(np.arange(len(stretches)), [len(one) for one in stretches])
    follows = stretch == np.roll(stretch, 1)
    runs_out = (in_hand < _FEW) & follows & (np.roll(in_hand, 1) <= _AS_USUAL * in_hand[~rare].mean())
    busy = np.bincount(stretch, ~rare)[stretch] > 0
    # who comes before such an hour and works on after it is there in it: overtime lies at the ends of days
    between = np.zeros(len(rare), bool)
    between[1:-1] = (stretch[:-2] == stretch[2:]) & ~rare[:-2] & ~rare[2:]
    works_on = between & (counts[1] - counts[0] >= _FEW)
    return bool(np.any(rare & ~(((goes_on | runs_out) & busy) | works_on)))


def _hours(begin: float, end: float) -> Floats:
    """Begin and end of each hour of a stretch, the last one up to half an hour longer or shorter."""
    edges = np.append(np.arange(begin, max(end - 1800.0, begin + 1.0), HOUR), end)
    return np.column_stack([edges[:-1], edges[1:]])


def _in_hand(hours: Floats, work: Pieces, period: float) -> tuple[Floats, Floats]:
    """Per hour of the *period*, how many pieces of *work* are in hand when it begins, and how many of these are over by
    its end."""
    first = hours[:, :1] + np.ceil((work.begin - hours[:, :1]) / period) * period
    times = np.maximum(np.ceil((work.end - first) / period), 0.0)
    over = (times > 0) & (work.end <= first + (times - 1.0) * period + np.diff(hours))
    return times.sum(axis=1), over.sum(axis=1).astype(float)


def _there(moments: Floats, bounds: Floats, work: Pieces | None) -> bool:
    """Whether he is there in his hours week after week, as often as chance lets one expect, and everywhere alike."""
    week = np.floor(moments / WEEK).astype(np.int64)
    weeks = int(week.max() - week.min()) + 1
    place = np.searchsorted(bounds[:, 0], moments % WEEK, "right") - 1
    length = bounds[:, 1] - bounds[:, 0]
    counts = np.bincount(np.maximum(place, 0), minlength=len(bounds))
    rate = counts.sum() / length.sum()
    if np.any(counts < _RARE * rate * length) or _thin(moments, bounds, rate, WEEK, work):
        return False
    empty = expected = 0.0
    for number in range(len(bounds)):
        present = len(np.unique(week[place == number]))
        empty += weeks - present
        expected += weeks * float(np.exp(-counts[number] / weeks))
    return bool(empty <= expected + _AWAY * weeks * len(bounds))
