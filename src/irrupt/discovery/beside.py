"""Activities of a case that are done side by side: told from the records, and made into a split and a join.

Where a case goes several ways at once, activities of different ways follow one another in either order and overlap.
Those of one way do not: they keep their order, each once, or a case may go back on its way, or leave some out; but it
goes all ways. While the rest is learned, they stand in one order, way after way, each way ready as soon as the step
before all of them was done; the organisation is then given the ways, which begin together and are awaited together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from irrupt.discovery.log import Flags, Floats, Ints, Log

Ways = tuple[tuple[str, ...], ...]
"""The activities of each way, in their order."""
Numbers = tuple[tuple[int, ...], ...]
"""The same, by number."""

_FEWEST = 20
"""Times that each order of two activities must be seen,"""
_EITHER = 0.03
"""its least share,"""
_OVERLAP, _OVERLAPS = 0.005, 10
"""the least share and number of pairs of which the second began before the first had ended;"""
_OFTEN = 0.05
"""the share of them from which one order alone tells as much;"""
_BEYOND = 3.0
"""and how many times as often that must be as where activities follow one another."""
TOGETHER = 0.95
"""Share of the cases that have one of the activities which must have all, as often, with nothing in between."""
_IN_ORDER = 0.98
"""Share of the times that one must have ended before the other begins for the other to follow it on its way."""
_AS_SURE = 0.002
_INSTANT = 1.0
_MOST = 12
"""Activities side by side, at most."""


def together(log: Log) -> tuple[Numbers, ...]:
    """The ways that cases of *log* go at once, activities by number."""
    if log.daily:
        return ()
    edges = _any_order(log) if log.starts == "missing" else _either(log)
    found = sorted(_with_less(log, group, edges) for group in _groups(edges))
    return tuple(ways for blocks in found for ways in blocks)


def _either(log: Log) -> set[tuple[int, int]]:
    """Pairs of activities that are done at the same time: that overlap in either order, or often in one."""
    size = len(log.activities)
    here = np.flatnonzero(log.case[1:] == log.case[:-1])
    if not len(here):
        return set()
    forth = log.activity[here] * size + log.activity[here + 1]
    over = log.start[here + 1] < log.end[here] - _INSTANT
    pairs, inverse = np.unique(forth, return_inverse=True)
    seen = np.bincount(inverse)
    overlapping = np.bincount(inverse, over)
    back = np.searchsorted(pairs, pairs % size * size + pairs // size)
    back = np.where(pairs[np.minimum(back, len(pairs) - 1)] == pairs % size * size + pairs // size, back, len(pairs))
    times, overlap = (np.append(count, 0)[back] + count for count in (seen, overlapping))
    least = np.minimum(np.append(seen, 0)[back], seen)
    # how often those overlap of which one follows the other: that of the median pair
    share = overlapping / seen
    single = np.argsort(np.where(least < _FEWEST, share, np.inf), kind="stable")[: int((least < _FEWEST).sum())]
    reached = np.cumsum(seen[single])
    usual = float(share[single][np.searchsorted(reached, reached[-1] / 2)]) if len(single) else 0.0
    either = (least >= np.maximum(_FEWEST, _EITHER * times)) & (overlap >= _OVERLAP * times)
    often = overlap >= np.maximum(_FEWEST, _OFTEN * times)
    enough = (overlap >= np.maximum(_OVERLAPS, _BEYOND * usual * times)) & (either | often)
    found = pairs[enough & (pairs // size != pairs % size)]
    ways = [divmod(pair, size) for pair in found.tolist()]
    return {*ways, *((other, one) for one, other in ways)}


def _any_order(log: Log) -> set[tuple[int, int]]:
    """Pairs of activities of which either is often done first, by cases that have each of both once."""
    size = len(log.activities)
    of_case = log.case * size + log.activity
    _kinds, inverse, count = np.unique(of_case, return_inverse=True, return_counts=True)
    once = count[inverse] == 1
    apart = (log.case[1:] == log.case[:-1]) & once[1:] & once[:-1] & (log.end[1:] > log.end[:-1] + _INSTANT)
    times = _followed(log, np.flatnonzero(apart))
    found = set[tuple[int, int]]()
    for (one, other), forth in times.items():
        back = times.get((other, one), 0)
        if min(forth, back) >= max(_FEWEST, _EITHER * (forth + back)):
            found |= {(one, other), (other, one)}
    return found


def _followed(log: Log, here: Ints) -> dict[tuple[int, int], int]:
    """How often the steps *here* are followed by others, by the activities of both."""
    size = len(log.activities)
    pairs, seen = np.unique(log.activity[here] * size + log.activity[here + 1], return_counts=True)
    return {divmod(pair, size): count for pair, count in zip(pairs.tolist(), seen.tolist(), strict=True)}


def _groups(edges: set[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Activities that hang together by *edges*."""
    left = {one for one, _other in edges}
    while left:
        group, new = set[int](), {min(left)}
        while new:
            group |= new
            new = {other for one, other in edges if one in new} - group
        left -= group
        yield tuple(sorted(group))


def _with_less(log: Log, group: tuple[int, ...], edges: set[tuple[int, int]]) -> list[Numbers]:
    """The ways that the activities of a *group* make, then those of cases that have not all of them."""
    found, free = list[Numbers](), np.ones(len(log.case), bool)
    while len(group) > 1:
        at, only = _side_by_side(log, group, free)
        ways = _ways(log, group, edges, at, only) if only else ()
        if not ways:
            ways, only, at = _winding(log, group, edges, free)
        if not ways:
            break
        free[at] = False
        found, group = [*found, ways], tuple(one for one in group if one not in only)
    return found


def _winding(
    log: Log, group: tuple[int, ...], edges: set[tuple[int, int]], free: Flags
) -> tuple[Numbers, set[int], Ints]:
    """The ways that the activities of a *group* make on which cases may go back, or leave some out, those that are done
    there only, and where all stand; nothing where they make none.

    Those of one way follow one another, but are not done at the same time.
    """
    nothing = (), set[int](), np.empty(0, np.int64)
    if log.starts == "missing" or len(group) > _MOST:
        return nothing
    ways = [*_groups(_following(log, group, free) - edges)]
    ways += [(one,) for one in group if not any(one in way for way in ways)]
    apart = all(any((a, b) in edges for a in one for b in other) for one, other in combinations(ways, 2))
    if len(ways) < 2 or not apart:
        return nothing
    stretch = _stretches(log, ways, free)
    at = np.flatnonzero(stretch >= 0)
    over = free & (np.bincount(log.case, _unfinished(log, stretch), log.cases) == 0)[log.case]
    over[log.begin] = False
    there, all_of_them = (
        np.bincount(log.activity[some], minlength=len(log.activities)) for some in (at[over[at]], over)
    )
    only = {one for one in group if there[one] >= max(_FEWEST, TOGETHER * all_of_them[one])}
    heads = [_head(log, way, stretch) for way in ways]
    told = [only.issuperset(way) and sure for way, (_head, sure) in zip(ways, heads, strict=True)]
    if not any(told):
        return nothing
    first = told.index(True)
    named = [(head, *(one for one in way if one != head)) for way, (head, _sure) in zip(ways, heads, strict=True)]
    return (named[first], *named[:first], *named[first + 1 :]), only, at


def _following(log: Log, group: tuple[int, ...], free: Flags) -> set[tuple[int, int]]:
    """Pairs of activities of a *group*, in either order, of which one often comes right after the other."""
    inside = free & np.isin(log.activity, group)
    here = np.flatnonzero((log.case[1:] == log.case[:-1]) & inside[1:] & inside[:-1])
    often = [pair for pair, count in _followed(log, here).items() if count >= _FEWEST and pair[0] != pair[1]]
    return {*often, *((other, one) for one, other in often)}


def _stretches(log: Log, ways: Iterable[tuple[int, ...]], free: Flags) -> Ints:
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
    return int(count.argmax()), bool(count.max() >= _IN_ORDER * max(len(first), 1))


def _unfinished(log: Log, stretch: Ints) -> Flags:
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


def _ways(log: Log, group: tuple[int, ...], edges: set[tuple[int, int]], at: Ints, only: set[int]) -> Numbers:
    """The ways that the activities of a *group* make, from where they stand beside one another (*at*); empty where they
    make none.

    Those that are also done elsewhere come last (*only*: those that are not): where they lead then tells them from what
    they are else.
    """
    before = _before(log.start[at], log.end[at], group, edges)
    if len(set(before.values())) < len(before):
        return ()
    after = {one: other for other, one in before.items()}
    ways = []
    for first in (activity for activity in group if activity not in before):
        way = [first]
        while way[-1] in after:
            way.append(after[way[-1]])
        ways.append(tuple(way))
    apart = all(
        any((one, other) in edges for one in ways[i] for other in ways[j]) for i in range(len(ways)) for j in range(i)
    )
    return tuple(sorted(ways, key=only.isdisjoint)) if len(ways) > 1 and apart else ()


def _side_by_side(log: Log, group: tuple[int, ...], free: Flags) -> tuple[Ints, set[int]]:
    """Positions of *free* activities (rows) of a *group* where all stand beside one another; and those that are done
    there only: all of them, or else those that some cases have; none where too few are.
    """
    at, counts = _occurrences(log, group, free), _counts(log, group, free)
    if len(group) > _MOST:
        return at, set()
    at = at[:, at.max(axis=0) - at.min(axis=0) == len(group) - 1]
    count = counts.max(axis=0)
    if at.shape[1]:
        longest = float((log.end[at].max(axis=0) - log.start[at].min(axis=0)).max())
        under_way = _stopped(log, group) & (log.end[log.last] > log.span[1] - longest)
        count = np.where(under_way, counts.min(axis=0), count)
    if at.shape[1] >= max(_FEWEST, TOGETHER * count.sum()):
        return at, set(group)
    at = _runs(log, group, free)
    often = at.shape[1] >= np.maximum(_FEWEST, TOGETHER * counts.sum(axis=1))
    return at, {activity for activity, only in zip(group, often.tolist(), strict=True) if only}


def _runs(log: Log, group: tuple[int, ...], free: Flags) -> Ints:
    """Positions of each *free* activity (rows) of a *group* where a case has each of them once, one right after the
    other."""
    number = np.full(len(log.activities), -1)
    number[list(group)] = np.arange(len(group))
    kind, size = np.where(free, number[log.activity], -1), len(group)
    first = np.arange(max(len(kind) - size + 1, 0))
    run = np.sort(kind[first[:, None] + np.arange(size)], axis=1)
    whole = (run == np.arange(size)).all(axis=1) & (log.case[first] == log.case[first + size - 1])
    whole &= ~np.isin(first, log.begin)
    taken, behind = [], 0
    for at in first[whole].tolist():
        if at >= behind:
            taken.append(at)
            behind = at + size
    place = np.array(taken, np.int64)[:, None] + np.arange(size)
    order = np.argsort(kind[place], axis=1)
    found: Ints = np.take_along_axis(place, order, axis=1).T
    return found


def _counts(log: Log, group: tuple[int, ...], free: Flags) -> Ints:
    """How often each activity of a *group* (rows) is done in each case, where it is *free*."""
    return np.array([np.bincount(log.case[free & (log.activity == one)], minlength=log.cases) for one in group])


def _stopped(log: Log, group: tuple[int, ...]) -> Flags:
    """Cases of which one of a *group* of activities was done last."""
    return np.isin(log.activity[log.last], group)


def _occurrences(log: Log, group: tuple[int, ...], free: Flags) -> Ints:
    """Positions of each activity (rows) in cases that have all as often: the first of each together, then the second;
    and as far as they have all in cases that stopped among them.

    What begins a case is left out: there is no step before it that all ways could follow.
    """
    counts = _counts(log, group, free)
    often = np.where((counts == counts[0]).all(axis=0) | _stopped(log, group), counts.min(axis=0), 0)
    at = []
    for activity, count in zip(group, counts, strict=True):
        mine = np.flatnonzero(free & (log.activity == activity))
        nth = np.arange(len(mine)) - (np.cumsum(count) - count)[log.case[mine]]
        at.append(mine[nth < often[log.case[mine]]])
    later: Ints = np.array(at)[:, ~np.isin(at, log.begin).any(axis=0)]
    return later


def _before(start: Floats, end: Floats, group: tuple[int, ...], edges: set[tuple[int, int]]) -> dict[int, int]:
    """Activity -> the one before it on its way, where there is one: which surely has ended, and this the latest."""
    found = {}
    for number, activity in enumerate(group):
        sure, close = np.zeros(len(group)), np.full(len(group), np.inf)
        for other in range(len(group)):
            if other != number and (group[other], activity) not in edges:
                sure[other] = np.mean(end[other] <= start[number] + _INSTANT)
                close[other] = np.median(start[number] - end[other])
        if sure.max() >= _IN_ORDER:
            found[activity] = group[int(np.where(sure >= sure.max() - _AS_SURE, close, np.inf).argmin())]
    return found


def ordered(log: Log, blocks: tuple[Numbers, ...]) -> Log:
    """*log* with the activities of each of *blocks* way after way, and the way of each such step marked.

    What cases had done on their ways when the records stopped, but not on all of them, is left out: in one order it
    would look like ways that nobody goes.
    """
    way, block = np.zeros((2, len(log.case)), np.int64)
    place = np.arange(len(log.case))
    going_on = np.zeros(len(log.case), bool)
    activities, told = list[int](), set[int]()
    for count, ways in enumerate(blocks):
        group = tuple(activity for one in ways for activity in one)
        number = np.repeat(np.arange(len(ways)) + 1, [len(one) for one in ways])
        at, only = _side_by_side(log, group, way == 0)
        if only:
            to = at.min(axis=0) + np.arange(len(at))[:, None]
            place[to], way[to] = at, number[:, None]
        else:
            stretch = _stretches(log, ways, way == 0)
            to = np.flatnonzero(stretch >= 0)
            of = np.zeros(len(log.activities), np.int64)
            of[list(group)] = number
            at = to[np.lexsort((of[log.activity[to]], stretch[to]))]
            place[to], way[to] = at, of[log.activity[at]]
            going_on |= _unfinished(log, stretch)
            only = set(ways[0])
        block[to] = count + 1
        activities, told = [*activities, *group], told | only
    kept = ~_begun(log, way, activities, told) & ~going_on
    columns = ("case", "activity", "team", "person", "start", "end", "row")
    moved = {name: getattr(log, name)[place][kept] for name in columns}
    begin = np.flatnonzero(np.diff(moved["case"], prepend=-1))
    return replace(log, **moved, way=way[kept], block=block[kept], begin=begin)


def cut(log: Log, aside: Log) -> Ints:
    """The cases of *log* that were still on their ways when the records stopped: *aside*, in order, some steps of them
    are left out."""
    return np.flatnonzero(np.bincount(log.case) > np.bincount(aside.case))


def _begun(log: Log, way: Ints, activities: list[int], told: set[int]) -> Flags:
    """The last steps of cases that are among *activities*, but of which not all ways were gone, as one that is *told*
    by itself shows."""
    among = np.isin(log.activity, activities) & (way == 0)
    among[log.begin] = False
    # how many other steps come behind each step of its case
    other = np.cumsum(~among)
    begun: Flags = among & (other[log.last][log.case] == other)
    shown = np.bincount(log.case, begun & np.isin(log.activity, list(told)), log.cases) > 0
    return begun & shown[log.case]
