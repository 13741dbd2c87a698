"""Two activities of a case that are done at the same time: told from the records, and made into a split and a join.

Activities that follow one another in either order, that overlap, and of which each case that has one has the other, are
begun by one step and awaited by the next. While the rest is learned, the two stand in one order, each of them ready as
soon as the step before was done; the organisation is then given the two ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from irrupt.discovery.log import Flags, Ints, Log
from irrupt.organisation import Organisation, Route, Step
from irrupt.organisation.distributions import NONE

Pair = tuple[str, str]
"""Two activities, in the order in which they stand while the rest is learned."""

_FEWEST = 20
"""Times that each order must be seen,"""
_EITHER = 0.05
"""its least share,"""
_OVERLAP = 0.05
"""the least share of pairs of which the second began before the first had ended,"""
_TOGETHER = 0.95
"""and of the steps that have the other one beside them."""
_INSTANT = 1.0
MARK = " ∥ "
"""Between the two activities, in the names of the places where cases split and come together."""


def together(log: Log) -> tuple[tuple[int, int], ...]:
    """The pairs of activities of *log*, by number, that are done at the same time."""
    if log.starts != "measured" or log.daily:
        return ()
    size = len(log.activities)
    here = np.flatnonzero(log.case[1:] == log.case[:-1])
    key = log.activity[here] * size + log.activity[here + 1]
    over = log.start[here + 1] < log.end[here] - _INSTANT
    pairs, inverse = np.unique(key, return_inverse=True)
    seen = dict(zip(pairs.tolist(), np.bincount(inverse).tolist(), strict=True))
    overlapping = dict(zip(pairs.tolist(), np.bincount(inverse, over).tolist(), strict=True))
    total = np.bincount(log.activity, minlength=size)
    found: list[tuple[int, int]] = []
    for pair in pairs.tolist():
        one, other = divmod(pair, size)
        back = other * size + one
        if not one < other or back not in seen:
            continue
        both, least = seen[pair] + seen[back], min(seen[pair], seen[back])
        if (
            least >= max(_FEWEST, _EITHER * both)
            and overlapping[pair] + overlapping[back] >= _OVERLAP * both
            and both >= _TOGETHER * max(total[one], total[other])
        ):
            found.append((one, other))
    taken = [activity for pair in found for activity in pair]
    return tuple(pair for pair in found if all(taken.count(activity) == 1 for activity in pair))


def ordered(log: Log, pairs: tuple[tuple[int, int], ...]) -> Log:
    """*log* with each of *pairs* in one order, and its second steps marked."""
    beside = np.zeros(len(log.case), bool)
    place = np.arange(len(log.case))
    for one, other in pairs:
        forth = _adjacent(log, one, other)
        back = _adjacent(log, other, one)
        beside[np.concatenate((forth, back)) + 1] = True
        place[back], place[back + 1] = back + 1, back
    moved = {name: getattr(log, name)[place] for name in ("activity", "team", "person", "start", "end", "row")}
    return replace(log, **moved, beside=beside)


def _adjacent(log: Log, one: int, other: int) -> Ints:
    """Where a step of activity *one* stands right before one of *other*, in one case."""
    same: Flags = (log.case[1:] == log.case[:-1]) & (log.activity[:-1] == one) & (log.activity[1:] == other)
    return np.flatnonzero(same)


def split(organisation: Organisation, pairs: tuple[Pair, ...]) -> Organisation:
    """*organisation*, learned with *pairs* in one order, with both of each begun at once and awaited."""
    for pair in pairs:
        for name in [name for name, step in organisation.steps.items() if step.activity == pair[0]]:
            organisation = _split(organisation, name, pair)
    return organisation


def _split(organisation: Organisation, first: str, pair: Pair) -> Organisation:
    """The step *first* and the one that follows it done at the same time; as it is where it has several followers."""
    onward = organisation.routes[first]
    followers = {route.to for route in onward}
    own = [routes[first] for routes in organisation.client_routes.values() if first in routes]
    (second,) = followers if len(followers) == 1 else ("",)
    step = organisation.steps.get(second)
    if step is None or step.activity != pair[1] or any(route.to != second for routes in own for route in routes):
        return organisation
    begin, end = f"{MARK.join((first, second))}", f"{MARK.join((second, first))}"
    leads = [route for routes in organisation.routes.values() for route in routes if route.to == first]
    to_first = replace(leads[0], to=first, share=1.0, only=None) if leads else Route(to=first, share=1.0)
    to_second = replace(onward[0], share=1.0, only=None)
    turned = {name: _turned(routes, first, begin) for name, routes in organisation.routes.items()}
    after = turned.pop(second)
    awaited = (Route(to=end, share=1.0),)
    client_routes = {}
    for client, routes in organisation.client_routes.items():
        mine = {name: _turned(ways, first, begin) for name, ways in routes.items() if name != first}
        if second in mine:
            mine[end] = mine.pop(second)
        client_routes[client] = mine
    silent = {
        begin: Step(activity=MARK.join(pair), split="all"),
        end: Step(activity=MARK.join(pair[::-1]), join=True),
    }
    turned |= {begin: (to_first, to_second), first: awaited, second: awaited, end: after}
    skips = {client: organisation.skips.get(client, frozenset()) | silent.keys() for client in organisation.clients}
    return replace(
        organisation,
        steps={**organisation.steps, **silent},
        routes=turned,
        client_routes={client: routes for client, routes in client_routes.items() if routes},
        skips=skips,
    )


def _turned(routes: tuple[Route, ...], first: str, begin: str) -> tuple[Route, ...]:
    """*routes* that lead to *first* led to *begin* instead, where no time passes."""
    return tuple(replace(r, to=begin, delay=NONE, hours=None) if r.to == first else r for r in routes)


def either_way(
    groups: Mapping[tuple[str, str], str], activity_of: Mapping[str, str], pairs: tuple[Pair, ...]
) -> dict[tuple[str, str], str]:
    """*groups* (a step and the next -> the name of the delay between them) with what may follow what where *pairs* are
    done at the same time, whichever of the two ends first."""
    found = dict(groups)
    partner = dict(pairs)
    for (one, two), delay in groups.items():
        if partner.get(activity_of.get(one, "")) != activity_of[two]:
            continue
        for (before, after), other in groups.items():
            if after == one:
                found[before, two] = delay
                found[two, one] = other
            elif before == two:
                found[one, after] = other
    return found
