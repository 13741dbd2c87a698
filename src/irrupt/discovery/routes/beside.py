"""Activities of a case that are done side by side: told from the records, and made into a split and a join.

Where a case goes several ways at once, activities of different ways follow one another in either order and overlap.
Those of one way do not: they keep their order, each once, or a case may go back on its way, or leave some out
(`winding`). Cases that go fewer ways are told apart. While the rest is learned, all stand in one order, way after way,
each way ready as soon as the step before all of them was done; the organisation is then given the ways, which begin
together and are awaited together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.routes.pieces import all_but_over
from irrupt.discovery.routes.winding import (
    EITHER,
    FEWEST,
    IN_ORDER,
    INSTANT,
    MOST,
    TOGETHER,
    Numbers,
    followed,
    gone,
    numbered,
    only_there,
    stretches,
    unfinished,
    winding,
)
from irrupt.i18n import gettext as _

Ways = tuple[tuple[str, ...], ...]
"""The activities of each way, in their order."""

_OVERLAP, _OVERLAPS = 0.005, 10
"""Least share and number of pairs of which the second began before the first had ended;"""
_OFTEN = 0.05
"""the share of them from which one order alone tells as much;"""
_BEYOND = 3.0
"""and how many times as often that must be as where activities follow one another."""
_AS_SURE = 0.002
_SELDOM = 0.05
"""Share of the times that an activity waits for more than the step before, at most."""


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
    over = log.start[here + 1] < all_but_over(log, here)
    pairs, inverse = np.unique(forth, return_inverse=True)
    seen = np.bincount(inverse)
    overlapping = np.bincount(inverse, over)
    back = np.searchsorted(pairs, pairs % size * size + pairs // size)
    back = np.where(pairs[np.minimum(back, len(pairs) - 1)] == pairs % size * size + pairs // size, back, len(pairs))
    times, overlap = (np.append(count, 0)[back] + count for count in (seen, overlapping))
    least = np.minimum(np.append(seen, 0)[back], seen)
    # how often those overlap of which one follows the other: that of the median pair
    share = overlapping / seen
    single = np.argsort(np.where(least < FEWEST, share, np.inf), kind="stable")[: int((least < FEWEST).sum())]
    reached = np.cumsum(seen[single])
    usual = float(share[single][np.searchsorted(reached, reached[-1] / 2)]) if len(single) else 0.0
    either = (least >= np.maximum(FEWEST, EITHER * times)) & (overlap >= _OVERLAP * times)
    often = overlap >= np.maximum(FEWEST, _OFTEN * times)
    enough = (overlap >= np.maximum(_OVERLAPS, _BEYOND * usual * times)) & (either | often)
    found = pairs[enough & (pairs // size != pairs % size)]
    ways = [divmod(pair, size) for pair in found.tolist()]
    ways += _further(log, {one for pair in ways for one in pair}, _BEYOND * usual)
    return {*ways, *((other, one) for one, other in ways)}


def _further(log: Log, longest: Collection[int], usual: float) -> list[tuple[int, int]]:
    """Pairs of one of the *longest* activities and one that often begins before that is over, though others began in
    between; *usual*: how often that must be more than, as a share, to tell anything."""
    size = len(log.activities)
    long = np.flatnonzero(np.isin(log.activity, list(longest)))
    until, behind = all_but_over(log, long), log.last[log.case[long]]
    pairs = [np.zeros(0, np.int64)]
    for step in range(2, int((behind - long).max(initial=0)) + 1):
        on = long + step <= behind
        long, until, behind = long[on], until[on], behind[on]
        beside = log.start[long + step] < until
        long, until, behind = long[beside], until[beside], behind[beside]
        if not len(long):
            break
        pairs.append(log.activity[long] * size + log.activity[long + step])
    found, over = np.unique(np.concatenate(pairs), return_counts=True)
    times = np.bincount(log.activity, minlength=size)[found % size]
    enough = found[over >= np.maximum(FEWEST, np.maximum(_OFTEN, usual) * times)]
    return [divmod(pair, size) for pair in enough.tolist() if pair // size != pair % size]


def _any_order(log: Log) -> set[tuple[int, int]]:
    """Pairs of activities of which either is often done first, by cases that have each of both once."""
    size = len(log.activities)
    of_case = log.case * size + log.activity
    _kinds, inverse, count = np.unique(of_case, return_inverse=True, return_counts=True)
    once = count[inverse] == 1
    apart = (log.case[1:] == log.case[:-1]) & once[1:] & once[:-1] & (log.end[1:] > log.end[:-1] + INSTANT)
    times = followed(log, np.flatnonzero(apart))
    found = set[tuple[int, int]]()
    for (one, other), forth in times.items():
        back = times.get((other, one), 0)
        if min(forth, back) >= max(FEWEST, EITHER * (forth + back)):
            found |= {(one, other), (other, one)}
    return found


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
        if ways:
            free[at] = False
            found.append(ways)
        else:
            only = set()
            for several in gone(log, winding(log, group, edges, free), free):
                only |= several.only
                free[several.stretch >= 0] = False
                found.append(several.ways)
        if not only:
            break
        group = tuple(one for one in group if one not in only)
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
    if len(group) > MOST:
        return at, set()
    at = at[:, at.max(axis=0) - at.min(axis=0) == len(group) - 1]
    count = counts.max(axis=0)
    if at.shape[1]:
        longest = float((log.end[at].max(axis=0) - log.start[at].min(axis=0)).max())
        under_way = _stopped(log, group) & (log.end[log.last] > log.span[1] - longest)
        count = np.where(under_way, counts.min(axis=0), count)
    if at.shape[1] >= max(FEWEST, TOGETHER * count.sum()):
        return at, set(group)
    at = _runs(log, group, free)
    if _goes_back(log, group, at, free):
        return at, set()
    often = at.shape[1] >= np.maximum(FEWEST, TOGETHER * counts.sum(axis=1))
    return at, {activity for activity, only in zip(group, often.tolist(), strict=True) if only}


def _goes_back(log: Log, group: tuple[int, ...], at: Ints, free: Flags) -> bool:
    """Whether cases that have just done all of a *group* (rows of *at*) do some of it again before all was over: they
    go back on one way while they are still on another."""
    then = at.max(axis=0, initial=-1) + 1
    over, then = log.end[at].max(axis=0, initial=-np.inf)[then < len(free)], then[then < len(free)]
    again = free[then] & np.isin(log.activity[then], group) & (log.case[then] == log.case[then - 1])
    before = again & (log.start[then] < over - INSTANT)
    return bool(before.sum() >= max(FEWEST, EITHER * again.sum()))


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
                sure[other] = np.mean(end[other] <= start[number] + INSTANT)
                close[other] = np.median(start[number] - end[other])
        if sure.max() >= IN_ORDER:
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
        number = numbered(log, ways) + 1
        free = way == 0
        at, only = _side_by_side(log, group, free)
        if only:
            to = at.min(axis=0) + np.arange(len(at))[:, None]
            place[to], way[to] = at, number[list(group), None]
        else:
            stretch = stretches(log, ways, free)
            to = np.flatnonzero(stretch >= 0)
            at = to[np.lexsort((number[log.activity[to]], stretch[to]))]
            place[to], way[to] = at, number[log.activity[at]]
            going_on |= unfinished(log, stretch)
            only = only_there(log, ways, stretch, free)
        block[to] = count + 1
        activities, told = [*activities, *group], told | only
    kept = ~(_begun(log, way, activities, told) & _may_go_on(log, place, way)) & ~going_on
    columns = ("case", "activity", "team", "person", "start", "end", "row")
    moved = {name: getattr(log, name)[place][kept] for name in columns}
    begin = np.flatnonzero(np.diff(moved["case"], prepend=-1))
    return replace(log, **moved, way=way[kept], block=block[kept], begin=begin)


def awaiting(log: Log) -> Log:
    """*log*, where it is told of steps that wait for more than the step before when that was over.

    Where some of what stands before the step before lasts longer than that, an activity that hardly ever begins
    sooner waits for all. Where that is often, or often not so, cases go ways at once that are not known, and nothing
    is told.
    """
    if log.starts == "missing" or log.daily:
        return log
    over = _over_so_far(log)
    before = np.append(-np.inf, over[:-1])
    before[log.begin] = -np.inf
    later = before > log.enabled + INSTANT
    size = len(log.activities)
    times, seen = np.bincount(log.activity[later], minlength=size), np.bincount(log.activity, minlength=size)
    waited = later & (log.start >= before - INSTANT)
    waits = np.bincount(log.activity, waited, size) >= IN_ORDER * times
    waits &= (times >= FEWEST) & (times <= _SELDOM * seen)
    waited &= waits[log.activity]
    return replace(log, others_over=np.where(waited, before, -np.inf)) if waited.any() else log


def _over_so_far(log: Log) -> Floats:
    """Per step: when all steps of its case up to it were over."""
    # Cases one after the other, each beyond all moments of the one before: one running maximum serves all.
    beyond = log.case * (log.span[1] - log.span[0] + 1.0)
    over: Floats = np.maximum.accumulate(log.end - log.span[0] + beyond) - beyond + log.span[0]
    return over


def told(beside: tuple[Ways, ...]) -> Iterator[str]:
    """A note on each of the ways that cases go at once; that some go only some of them is said once."""
    sets = [frozenset(ways) for ways in beside]
    text = _("{one} and {other} are done at the same time: they overlap, in either order, in nearly all cases.")
    for ways in beside:
        if not any(frozenset(ways) < other for other in sets):
            *others, last = (" → ".join(way) for way in ways)
            some = any(one < frozenset(ways) for one in sets)
            said = text.format(one=", ".join(others), other=last)
            yield said + " " + _("Some cases go only some of these ways.") if some else said


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


def _may_go_on(log: Log, place: Ints, way: Ints) -> Flags:
    """Per step: no more time has passed since the last one of its case, when the records stop, than cases ever were on
    their ways; those that are over for longer went only some. *place*: the steps in the order that has these ways."""
    on = way > 0
    first, last = np.full(log.cases, np.inf), np.full(log.cases, -np.inf)
    np.minimum.at(first, log.case[on], log.start[place[on]])
    np.maximum.at(last, log.case[on], log.end[place[on]])
    longest = float(np.max(last - first, initial=0.0, where=np.isfinite(first)))
    return np.asarray((log.end[log.last] > log.span[1] - longest)[log.case])
