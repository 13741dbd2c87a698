"""When hours of work become others in the middle of a log, told by the moments of work themselves.

Where a team worked from 8 to 17 until April and has worked from 11 to 20 since then, hours learned from all weeks
together are from 8 to 20: nine hours of work a day would be told to be twelve. So a log is cut where on one side of a
day much is done in hours in which the other side does not work at all, and hours are learned on each side alone. What
only comes to be done more or less often, or later within the same hours, cuts nothing.
Binary segmentation, cf. Scott and Knott (1974); counts by half hour of the day, weekdays and weekend apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.ledgers.hours import Weekly
from irrupt.organisation.dated import Clock
from irrupt.units import DAY

_WORKED = 0.1
"""Part of the traffic of the usual hour from which on an hour is worked."""
_FEWEST, _WEEKS = 200, 4
"""Moments of work that there must be on each side of a change, and weeks with any."""
_PART, _RARELY = 0.03, 0.2
"""Part of the moments on one side that lie in hours not worked on the other, and the part of this, at most, that lies
there on the other side."""
_SURE, _BUSIEST = 16.0, 2
"""Nats by which a stretch of hours in which one side hardly works is more than chance lets expect of the other; and
weeks of the other that do not count in it, the busiest, so that no single rush tells of hours."""
_MUCH = 1.0
"""Nats by which a moment must rather be of one side than of the other, to tell of the day."""
_TRIED = 5
"""Weeks that are looked at, from the one that parts the moments best."""
_TIMES = 48
"""Half hours of a day."""
_DAYS = np.repeat([5.0, 2.0], _TIMES)
"""Days of a week that have each half hour: weekdays, then days of the weekend."""


def changes_of_hours(moments: Floats) -> list[float]:
    """The begin of each day (seconds since the origin, a Monday) from which on work is done in other hours, told by all
    *moments* at which it begins or ends.

    >>> of_a_week = (np.linspace(8.0, 17.0, 30) + 24.0 * np.arange(5)[:, None]).ravel()
    >>> hours = np.concatenate([of_a_week + 3.0 * (week >= 10) + 168.0 * week for week in range(20)])
    >>> changes_of_hours(3600.0 * hours) == [10 * 7 * DAY]
    True
    """
    if len(moments) < 2 * _FEWEST:
        return []
    day = (moments // DAY).astype(np.int64)
    weeks, week = np.unique(day // 7, return_inverse=True)
    if len(weeks) < 2 * _WEEKS:
        return []
    place = (7 * week + day % 7) * _TIMES + (moments % DAY * _TIMES // DAY).astype(np.int64)
    counts = np.bincount(place, minlength=len(weeks) * 7 * _TIMES).reshape(len(weeks), 7, _TIMES)
    edges = [0, *sorted(_cuts(counts)), len(weeks)]
    days = (weeks[:, None] * 7 + np.arange(7)).ravel()
    stretches = zip(edges, edges[1:], edges[2:], strict=False)
    return [DAY * int(days[_to_the_day(counts, *stretch)]) for stretch in stretches]


def clock(moments: Floats) -> Clock:
    """The hours in which work is done, told by the *moments* at which it begins or ends; in each stretch between two
    changes by those of the stretch."""
    edges = [*changes_of_hours(moments), np.inf]
    found = Clock(hours_of(moments[moments < edges[0]]))
    for begin, end in pairwise(edges):
        found = found.until(round(begin / 60.0), Clock(hours_of(moments[(moments >= begin) & (moments < end)])))
    return found


def hours_of(moments: Floats) -> Weekly:
    """The hours of the week in which there are *moments*: those with a tenth of the traffic of the usual hour, or alone
    between two such."""
    seen = np.bincount((moments // 3600 % 168).astype(np.int64), minlength=168)
    usual = np.sort(seen)[::-1]
    middle = usual[int(np.searchsorted(np.cumsum(usual), usual.sum() / 2))]
    on = seen >= _WORKED * middle
    on |= np.roll(on, 1) & np.roll(on, -1)
    edges = np.diff(np.concatenate([[False], on, [False]]).astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return tuple((60 * int(a), 60 * int(b)) for a, b in zip(begins, ends, strict=True))


def _cuts(counts: Ints) -> Iterator[int]:
    """Weeks before which hours change, about; *counts*: (weeks, 7, 48) moments, of
    weeks with any."""
    total = _before(_of_week(counts))
    seen = _of_week(counts > 0)
    open_ = [(0, len(counts))]
    while open_:
        low, high = open_.pop()
        week = _cut(total[low : high + 1] - total[low], seen[low:high])
        if week:
            yield low + week
            open_ += [(low, low + week), (low + week, high)]


def _of_week(counts: Ints | Flags) -> Ints:
    """(weeks, 96): of weekdays together, and of the days of the weekend."""
    return np.concatenate([counts[:, :5].sum(axis=1), counts[:, 5:].sum(axis=1)], axis=1)


def _before(of_week: Ints) -> Ints:
    """Sums before each week, and behind all."""
    return np.concatenate([np.zeros((1, of_week.shape[1]), np.int64), of_week.cumsum(axis=0)])


def _cut(total: Ints, seen: Ints) -> int:
    """The week before which hours change, 0 if they do not; *total*: (weeks + 1, 96) moments before each week, *seen*:
    (weeks, 96) days with any."""
    weeks = np.arange(_WEEKS, len(seen) - _WEEKS + 1)
    before, after = total[weeks], total[-1] - total[weeks]
    enough = np.minimum(before.sum(axis=1), after.sum(axis=1)) >= _FEWEST
    weeks, before, after = weeks[enough], before[enough], after[enough]
    if not len(weeks):
        return 0
    free, closed = ~_worked(before), ~_worked(after)
    plain = np.maximum(_part(before, closed), _part(after, free)) >= _PART
    likely = sorted(np.flatnonzero(plain).tolist(), key=lambda at: -_told(before[at], after[at]))
    for at in likely[:_TRIED]:
        week = int(weeks[at])
        first, then = seen[:week], seen[week:]
        if _moved(before[at], after[at], closed[at] & _surely(first, then, closed[at])):
            return week
        if _moved(after[at], before[at], free[at] & _surely(then, first, free[at])):
            return week
    return 0


def _part(counts: Ints, hours: Flags) -> Floats:
    """Per row, the part of *counts* in *hours*."""
    part: Floats = np.where(hours, counts, 0).sum(axis=1) / counts.sum(axis=1)
    return part


def _worked(counts: Ints) -> Flags:
    """Per row, in which half hours of the day there is work, as `hours_of` has it of hours of the week."""
    rate = counts / _DAYS
    order = np.argsort(-rate, axis=1)
    half = np.take_along_axis(counts, order, 1).cumsum(axis=1) >= counts.sum(axis=1, keepdims=True) / 2
    middle = np.take_along_axis(np.take_along_axis(rate, order, 1), half.argmax(axis=1)[:, None], 1)
    on = (rate >= _WORKED * middle).reshape(-1, 2, _TIMES)
    on |= np.roll(on, 1, axis=2) & np.roll(on, -1, axis=2)
    found: Flags = on.reshape(-1, 2 * _TIMES)
    return found


def _told(before: Ints, after: Ints) -> float:
    """By how much two profiles tell more than one of both together, in nats."""
    return _nats(before) + _nats(after) - _nats(before + after)


def _nats(counts: Ints) -> float:
    some = counts[counts > 0].astype(np.float64)
    return float((some * np.log(some / some.sum())).sum())


def _surely(mine: Ints, other: Ints, closed: Flags) -> Flags:
    """Hours of stretches in which it is not by chance that the *other* side is *closed*, as far as one side tells; of
    both, (weeks, 96) days on which there is something."""
    stretch = np.unique(np.cumsum(~closed) + len(closed) * (np.arange(len(closed)) >= _TIMES), return_inverse=True)[1]
    which = (stretch[:, None] == np.arange(stretch.max() + 1)) & closed[:, None]
    usual = np.sort(mine @ which, axis=0)[:-_BUSIEST].sum(axis=0)
    expected, there = usual * (other.sum() / mine.sum()), (other @ which).sum(axis=0)
    less = there < expected
    nats = np.where(less, expected - there + there * np.log(np.maximum(there, 1) / np.maximum(expected, 1e-9)), 0.0)
    sure: Flags = (nats >= _SURE)[stretch]
    return sure


def _moved(mine: Ints, other: Ints, hours: Flags) -> bool:
    """Whether much of what one side does lies in *hours* in which the *other* hardly does anything."""
    part = mine[hours].sum() / mine.sum()
    return bool(part >= _PART and other[hours].sum() / other.sum() <= _RARELY * part)


def _to_the_day(counts: Ints, low: int, week: int, high: int) -> int:
    """The day, counted as *counts* have them, near the begin of a *week* that parts best what was before, since week
    *low*, from what comes after, up to week *high*; of those that part equally well, the nearest to its begin. Only
    times at which one side does much more than the other tell."""
    sides = _of_week(counts[low:week]).sum(axis=0), _of_week(counts[week:high]).sum(axis=0)
    before, after = (np.log((side + 0.5) / (side.sum() + _TIMES)) for side in sides)
    gain = np.where(np.abs(before - after) >= _MUCH, before - after, 0.0).reshape(2, _TIMES)
    near = (counts[week - 1 : week + 1] * np.repeat(gain, [5, 2], axis=0)).sum(axis=2).ravel()
    sums = np.concatenate([[0.0], near.cumsum()])
    best = np.flatnonzero(sums >= sums.max() - 1e-9)
    return 7 * (week - 1) + int(best[np.abs(best - 7).argmin()])
