"""Ends of somebody's hours on a day of the week, where all was done before he went: the other days tell them.

Who has nothing to do in the last hours of his Fridays is not seen in them. Hours whose edge on a day is neither a full
hour nor a half go up to where they begin or end on other days, or else to the next quarter, if nothing waited for him
there, nor in his hand until he came again: a change that brings him work then would find him there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from irrupt.discovery.people.kept_hours import Pieces
from irrupt.organisation import Calendar
from irrupt.units import WEEK

_DAY, _HALF, _ROUND = 1440, 30, 15
"""Minutes of a day, of half an hour and of a quarter."""
_ALIKE = 2
"""Other days on which his hours begin or end at one time, at least."""
WAITS, _SELDOM = 300.0, 1
"""Seconds that a case waits at least for it to count, and weeks in which one may."""
NO_WORK = Pieces(*np.zeros((2, 0)))


def has_odd_edges(calendar: Calendar) -> bool:
    """Whether hours of a day begin or end at another time than a full hour or a half."""
    return any(edge % _HALF for edges in _by_day(calendar.hours).values() for edge in edges)


def up_to_usual(calendar: Calendar, waited: Pieces, work: Pieces) -> Calendar:
    """*calendar* with those edges of days that are no round times put where they are on other days, where hardly
    anything waits then: no steps that somebody may do, which *waited* from when they could begin, and nothing of his
    own *work*. Seconds since a Monday.

    >>> hours = tuple((day * 1440 + 540, day * 1440 + (985 if day == 4 else 1020)) for day in range(5))
    >>> nothing = Pieces(*np.zeros((2, 0)))
    >>> up_to_usual(Calendar(hours=hours), nothing, nothing).hours[4]
    (6300, 6780)
    """
    days = _by_day(calendar.hours)
    hours = list(calendar.hours)
    for day, (first, last) in days.items():
        others = [edges for other, edges in days.items() if other != day]
        for edge, way, theirs in (
            (last, 1, [end for _begin, end in others]),
            (first, -1, [one for one, _end in others]),
        ):
            for time in _beyond(edge, theirs, way) if edge % _HALF else ():
                span = day * _DAY + min(edge, time), day * _DAY + max(edge, time)
                if not _waits(span, waited, work if abs(time - edge) >= _ROUND else NO_WORK):
                    hours = [_with(one, span) for one in hours]
                    break
    return replace(calendar, hours=tuple(hours))


def _with(one: tuple[int, int], span: tuple[int, int]) -> tuple[int, int]:
    """The stretch *one*, with *span* where this follows on it or comes right before."""
    return (span[0] if span[1] == one[0] else one[0]), (span[1] if span[0] == one[1] else one[1])


def _by_day(hours: Sequence[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Day of the week -> when he first comes and last goes on it, in minutes of the day; without what goes on over
    midnight."""
    found: dict[int, tuple[int, int]] = {}
    for begin, end in hours:
        day = begin // _DAY
        if begin % _DAY and end < (day + 1) * _DAY:
            first, last = found.get(day, (_DAY, 0))
            found[day] = min(first, begin - day * _DAY), max(last, end - day * _DAY)
    return found


def _beyond(edge: int, others: Sequence[int], way: int) -> Iterator[int]:
    """Times beyond *edge* (later: *way* 1, earlier: -1): what most of the *others* share, and the next quarter."""
    beyond = Counter(one for one in others if (one - edge) * way > 0 and one % _ROUND == 0)
    time, count = max(beyond.items(), key=lambda one: (one[1], -one[0] * way), default=(0, 0))
    if count >= _ALIKE:
        yield time
    yield -(-edge * way // _ROUND) * _ROUND * way


def _waits(span: tuple[int, int], waited: Pieces, work: Pieces) -> bool:
    """Whether in more than seldom a week something waits within *span*, minutes of the week; or something of his *work*
    that he has in hand over all of it."""
    begin, end = 60.0 * span[0], 60.0 * span[1]
    week = np.floor((waited.end - begin) / WEEK)
    there = np.minimum(waited.end, week * WEEK + end) - np.maximum(waited.begin, week * WEEK + begin)
    his = np.floor((work.end - end) / WEEK)
    over = work.begin < his * WEEK + begin
    return len(np.unique(week[there > WAITS])) > _SELDOM or len(np.unique(his[over])) > _SELDOM
