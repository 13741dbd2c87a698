"""Ways that cases go at once on which they may go back, or leave something out: told by what follows what.

Activities that overlap belong to different ways; those that follow one another and never overlap, to one. Where such
ways stand in one another's midst, without anything else in between, a case goes them at once: all, or only some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log

Numbers = tuple[tuple[int, ...], ...]
"""The activities of each way, by number."""

FEWEST = 20
"""Times that each order of two activities must be seen,"""
EITHER = 0.03
"""and its least share."""
TOGETHER = 0.95
"""Share of the cases that have one of the activities which must have all, as often, with nothing in between."""
IN_ORDER = 0.98
"""Share of the times that one must have ended before the other begins for the other to follow it on its way."""
INSTANT = 1.0
MOST = 12
"""Activities side by side, at most."""


def winding(log: Log, group: tuple[int, ...], edges: set[tuple[int, int]], free: Flags) -> Numbers:
    """The ways that the activities of a *group* make on which cases may go back, or leave some out; nothing where they
    make none.

    Those of one way follow one another, but are not done at the same time: of those that often follow one another, the
    surest first, all come to one way of which none is done at the same time as another.
    """
    if log.starts == "missing" or len(group) > MOST:
        return ()
    ways = [{one} for one in group]
    for one, other in _following(log, group, free):
        here, there = (next(way for way in ways if activity in way) for activity in (one, other))
        if here is not there and not any((a, b) in edges for a in here for b in there):
            here |= there
            ways.remove(there)
    while one_way := _not_apart(log, ways, edges, free):
        one_way[0].update(one_way[1])
        ways.remove(one_way[1])
    return tuple(tuple(sorted(way)) for way in ways) if len(ways) > 1 else ()


def _not_apart(
    log: Log, ways: list[set[int]], edges: set[tuple[int, int]], free: Flags
) -> tuple[set[int], set[int]] | None:
    """Two of *ways* that are parts of one: many cases have both, and never at the same time."""
    for one, other in combinations(ways, 2):
        if not any((a, b) in edges for a in one for b in other) and not _may_be_apart(log, one, other, free):
            return one, other
    return None


def _may_be_apart(log: Log, one: set[int], other: set[int], free: Flags) -> bool:
    """Whether too few cases go *one* way and the *other* to tell that they follow one another, or they do at once."""
    ways = tuple(one), tuple(other)
    begin, end = _spans(log, ways, np.where(free, log.case, -1), log.cases)
    both = np.isfinite(begin).all(axis=0)
    return int(both.sum()) < FEWEST or bool((_at_a_time(begin, end, 0, 1) & both).sum() >= EITHER * both.sum())


def _spans(log: Log, ways: Numbers, where: Ints, count: int) -> tuple[Floats, Floats]:
    """When each of *ways* began and was over in each of *count* places (way x place); *where* each step stands, -1: in
    none. Infinite: it is not gone there."""
    of = numbered(log, ways)[log.activity]
    at = np.flatnonzero((of >= 0) & (where >= 0))
    begin, end = np.full((len(ways), count), np.inf), np.full((len(ways), count), -np.inf)
    np.minimum.at(begin, (of[at], where[at]), log.start[at])
    np.maximum.at(end, (of[at], where[at]), log.end[at])
    return begin, end


def _at_a_time(begin: Floats, end: Floats, one: int, other: int) -> Flags:
    """Where two ways are gone at the same time, by when they began and were over."""
    found: Flags = (begin[one] < end[other] - INSTANT) & (begin[other] < end[one] - INSTANT)
    return found


class Gone(NamedTuple):
    """Ways that cases go at once."""

    ways: Numbers
    """First one that always begins with the same activity and, if any is, that is done nowhere else."""
    stretch: Ints
    """Where they do: as in `stretches`."""
    only: set[int]
    """What is done there only: as in `only_there`."""


def gone(log: Log, ways: Numbers, free: Flags) -> Iterator[Gone]:
    """Those of *ways* that cases go at once: all, or else each several that enough cases go, the most first."""
    if not ways:
        return
    whole = _told(log, ways, free)
    if whole is not None and whole.only:
        yield whole
        return
    for some in (some for size in range(len(ways), 1, -1) for some in combinations(ways, size)):
        found = _told(log, some, free)
        if found is not None and _at_once(log, found):
            yield found
            free = free & (found.stretch < 0)


def _told(log: Log, ways: Numbers, free: Flags) -> Gone | None:
    """*ways*, each in its order; None where none begins surely, or few cases go them."""
    stretch = stretches(log, ways, free)
    if stretch.max(initial=-1) < 0 or len(np.unique(stretch)) <= FEWEST:
        return None
    heads = [_head(log, way, stretch) for way in ways]
    only = only_there(log, ways, stretch, free)
    first = [
        (not only.issuperset(way), number)
        for number, (way, (_head, sure)) in enumerate(zip(ways, heads, strict=True))
        if sure
    ]
    if not first:
        return None
    _elsewhere, number = min(first)
    named = [_in_order(log, way, head, stretch) for way, (head, _sure) in zip(ways, heads, strict=True)]
    return Gone((named[number], *named[:number], *named[number + 1 :]), stretch, only)


def _in_order(log: Log, way: tuple[int, ...], head: int, stretch: Ints) -> tuple[int, ...]:
    """The activities of a *way*, its *head* first, then as they mostly come."""
    at = np.flatnonzero(stretch >= 0)
    first = at[np.unique(stretch[at], return_index=True)[1]]
    behind = at - first[np.searchsorted(stretch[first], stretch[at])]
    count = np.bincount(log.activity[at], minlength=len(log.activities))
    place = np.bincount(log.activity[at], behind, len(log.activities)) / np.maximum(count, 1)
    return head, *sorted((one for one in way if one != head), key=lambda one: place[one])


def _at_once(log: Log, gone: Gone) -> bool:
    """Whether each two of the ways are often gone at the same time."""
    begin, end = _spans(log, gone.ways, gone.stretch, int(gone.stretch.max()) + 1)
    there = np.isfinite(begin[0])
    pairs = combinations(range(len(gone.ways)), 2)
    return all(np.mean(_at_a_time(begin, end, a, b)[there]) >= EITHER for a, b in pairs)


def numbered(log: Log, ways: Iterable[tuple[int, ...]]) -> Ints:
    """Per activity of *log*: the number of the way on which it is; -1: it is on none of *ways*."""
    found = np.full(len(log.activities), -1)
    for number, way in enumerate(ways):
        found[list(way)] = number
    return found


def only_there(log: Log, ways: Numbers, stretch: Ints, free: Flags) -> set[int]:
    """What is done on the stretches of *ways* only, where one of them is done nowhere else and begins surely."""
    at = np.flatnonzero(stretch >= 0)
    over = free & (np.bincount(log.case, unfinished(log, stretch), log.cases) == 0)[log.case]
    over[log.begin] = False
    there, all_of_them = (
        np.bincount(log.activity[some], minlength=len(log.activities)) for some in (at[over[at]], over)
    )
    only = {one for way in ways for one in way if there[one] >= max(FEWEST, TOGETHER * all_of_them[one])}
    return only if any(only.issuperset(way) and _head(log, way, stretch)[1] for way in ways) else set()


def _following(log: Log, group: tuple[int, ...], free: Flags) -> list[tuple[int, int]]:
    """Pairs of activities of a *group* of which one often comes right after the other, the surest first: those that
    make the largest part of what the rarer of the two is done."""
    inside = free & np.isin(log.activity, group)
    here = np.flatnonzero((log.case[1:] == log.case[:-1]) & inside[1:] & inside[:-1])
    count = np.bincount(log.activity[inside], minlength=len(log.activities))
    often = {(a, b): times for (a, b), times in followed(log, here).items() if times >= FEWEST and a != b}
    return sorted(often, key=lambda pair: (-often[pair] / min(count[pair[0]], count[pair[1]]), pair))


def followed(log: Log, here: Ints) -> dict[tuple[int, int], int]:
    """How often the steps *here* are followed by others, by the activities of both."""
    size = len(log.activities)
    pairs, seen = np.unique(log.activity[here] * size + log.activity[here + 1], return_counts=True)
    return {divmod(pair, size): count for pair, count in zip(pairs.tolist(), seen.tolist(), strict=True)}


def stretches(log: Log, ways: Iterable[tuple[int, ...]], free: Flags) -> Ints:
    """Per step: the number of the stretch of its case on which it goes all *ways*, one right after the other; -1: on
    none. What begins a case is on none, as before."""
    number = numbered(log, ways)
    kind = np.where(free, number[log.activity], -1)
    kind[log.begin] = -1
    inside = kind >= 0
    new = inside & ~np.append(False, inside[:-1])
    stretch = np.where(inside, np.cumsum(new) - 1, -1)
    gone = np.zeros((int(new.sum()), int(number.max()) + 1), bool)
    gone[stretch[inside], kind[inside]] = True
    whole = np.append(gone.all(axis=1), False)
    found: Ints = np.where(whole[stretch], stretch, -1)
    return found


def _head(log: Log, way: tuple[int, ...], stretch: Ints) -> tuple[int, bool]:
    """With which activity a *way* mostly begins, and whether it always does."""
    mine = np.flatnonzero((stretch >= 0) & np.isin(log.activity, way))
    first = log.activity[mine[np.unique(stretch[mine], return_index=True)[1]]]
    count = np.bincount(first) if len(first) else np.zeros(1)
    return int(count.argmax()), bool(count.max() >= IN_ORDER * max(len(first), 1))


def unfinished(log: Log, stretch: Ints) -> Flags:
    """Per step: it is on a stretch that had not ended when the records stopped, as far as such stretches last."""
    at = np.flatnonzero(stretch >= 0)
    if not len(at):
        return np.zeros(len(log.case), bool)
    begin = np.flatnonzero(np.diff(stretch[at], prepend=-1))
    until = np.maximum.reduceat(log.end[at], begin)
    last = np.isin(np.append(at[begin[1:] - 1], at[-1]), log.last)
    longest = (until - np.minimum.reduceat(log.start[at], begin))[~last].max(initial=0.0)
    going_on = last & (until > log.span[1] - longest)
    found: Flags = np.isin(stretch, stretch[at[begin[going_on]]])
    return found
