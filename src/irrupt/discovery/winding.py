"""Ways that cases go at once on which they may go back, or leave something out: told by what follows what.

Activities that overlap belong to different ways; those that follow one another and never overlap, to one. Where such
ways stand in one another's midst, without anything else in between, a case goes them at once: all, or only some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from irrupt.discovery.log import Flags, Ints, Log

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
    apart = all(any((a, b) in edges for a in one for b in other) for one, other in combinations(ways, 2))
    return tuple(tuple(sorted(way)) for way in ways) if len(ways) > 1 and apart else ()


def gone(log: Log, ways: Numbers, free: Flags) -> Iterator[Numbers]:
    """Those of *ways* that cases go at once: all, or else each several that enough cases go, the most first. First the
    one that always begins with the same activity, and of these one on which is done what is done nowhere else."""
    if not ways:
        return
    whole = _told(log, ways, free)
    if whole and only_there(log, whole, stretches(log, whole, free), free):
        yield whole
        return
    several = (some for size in range(len(ways), 1, -1) for some in combinations(ways, size))
    for some in several:
        found = _told(log, some, free)
        if found and _at_once(log, found, free):
            yield found
            free = free & (stretches(log, found, free) < 0)


def _told(log: Log, ways: Numbers, free: Flags) -> Numbers:
    """*ways*, each in its order, with one first of which the head is sure; nothing where none is, or few cases go
    them."""
    stretch = stretches(log, ways, free)
    if stretch.max(initial=-1) < 0 or len(np.unique(stretch)) <= FEWEST:
        return ()
    heads = [_head(log, way, stretch) for way in ways]
    only = only_there(log, ways, stretch, free)
    first = [
        (not only.issuperset(way), number)
        for number, (way, (_head, sure)) in enumerate(zip(ways, heads, strict=True))
        if sure
    ]
    if not first:
        return ()
    _elsewhere, number = min(first)
    named = [_in_order(log, way, head, stretch) for way, (head, _sure) in zip(ways, heads, strict=True)]
    return (named[number], *named[:number], *named[number + 1 :])


def _in_order(log: Log, way: tuple[int, ...], head: int, stretch: Ints) -> tuple[int, ...]:
    """The activities of a *way*, its *head* first, then as they mostly come."""
    at = np.flatnonzero(stretch >= 0)
    first = at[np.unique(stretch[at], return_index=True)[1]]
    behind = at - first[np.searchsorted(stretch[first], stretch[at])]
    count = np.bincount(log.activity[at], minlength=len(log.activities))
    place = np.bincount(log.activity[at], behind, len(log.activities)) / np.maximum(count, 1)
    return head, *sorted((one for one in way if one != head), key=lambda one: place[one])


def _at_once(log: Log, ways: Numbers, free: Flags) -> bool:
    """Whether each two of *ways* are often gone at the same time, where cases go all of them."""
    stretch = stretches(log, ways, free)
    at = np.flatnonzero(stretch >= 0)
    of = np.full(len(log.activities), -1)
    for number, way in enumerate(ways):
        of[list(way)] = number
    size = int(stretch.max()) + 1
    begin, end = np.full((len(ways), size), np.inf), np.full((len(ways), size), -np.inf)
    np.minimum.at(begin, (of[log.activity[at]], stretch[at]), log.start[at])
    np.maximum.at(end, (of[log.activity[at]], stretch[at]), log.end[at])
    there = np.isfinite(begin[0])
    pairs = combinations(range(len(ways)), 2)
    return all(
        np.mean((begin[a] < end[b] - INSTANT)[there] & (begin[b] < end[a] - INSTANT)[there]) >= EITHER for a, b in pairs
    )


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
    number = np.full(len(log.activities), -1)
    for count, way in enumerate(ways):
        number[list(way)] = count
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
