"""Dead ends: places from which cases never end, and kinds of cases for which no route is there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from irrupt.organisation.flow import Graph, detours_of, graph_of, led_to, own_routes, walked
from irrupt.organisation.guards import CaseClass, Guard, open_to, tell_apart
from irrupt.organisation.likes import likes
from irrupt.organisation.model import END, START, Organisation, Route


def lost(
    organisation: Organisation, client: str | None, guards: Sequence[Guard] | None = None
) -> tuple[set[str], list[tuple[str, CaseClass]]]:
    """The places that cases of *client* can reach from `start` and from which they never reach `end`; and those, each
    with a kind of cases that can reach it, from which no route is there for this kind. *guards* are all there are,
    where they are known."""
    detours = {place: more for place, more in detours_of(organisation, client).items() if more}
    own = own_routes(organisation, client)
    plain = graph_of(organisation, client, None)
    theirs = {**organisation.routes, **{place: routes for place, routes in own.items() if routes}}
    apart = {place: routes for place, routes in theirs.items() if place in plain and tell_apart(routes)}
    races = {name: theirs.get(name, ()) for name, step in organisation.steps.items() if step.split == "first"}
    traps: set[str] = set()
    closed: list[tuple[str, CaseClass]] = []
    inner: dict[tuple[frozenset[str], ...], list[str]] = {}
    for kind in likes(organisation, client, guards):
        taken = (
            *(led_to(routes, kind, organisation) for routes in apart.values()),
            *(led_to(in_time(open_to(routes, kind), organisation), kind, organisation) for routes in races.values()),
        )
        if taken not in inner:  # Most kinds go the same ways as others.
            ways = {**plain, **dict(zip((*apart, *races), taken, strict=True))}
            reached = walked(ways | {place: ways[place] | more for place, more in detours.items()}, [START])
            inner[taken] = [place for place in reached if place != END]
            traps |= _trapped(ways, inner[taken])
        closed += _closed(apart, inner[taken], kind)
    return traps, closed


def _closed(
    apart: Mapping[str, tuple[Route, ...]], reached: Sequence[str], kind: CaseClass
) -> list[tuple[str, CaseClass]]:
    """The places *apart* that are *reached* and from which no route is there for a *kind* of cases."""
    return [(place, kind) for place in sorted(apart.keys() & {*reached}) if not open_to(apart[place], kind)]


def in_time(routes: tuple[Route, ...], organisation: Organisation) -> tuple[Route, ...]:
    """Those of *routes* that can be taken where a case takes the one whose delay is over first: no other delay is over
    before in any case. Of equal delays, that to the first in the order of names is.

    >>> from irrupt.engine.examples import counter
    >>> from irrupt.organisation import Distribution
    >>> ways = tuple(Route(to=to, share=1.0, delay=Distribution.fixed(time)) for to, time in (("A", 5.0), ("B", 2.0)))
    >>> [route.to for route in in_time(ways, counter())]
    ['B']
    """
    bounds = {route.to: _bounds(route, organisation) for route in routes if route.share > 0}
    first = min(((most, to) for to, (_least, most) in bounds.items()), default=(math.inf, ""))
    found = tuple(route for route in routes if route.to in bounds and (bounds[route.to][0], route.to) <= first)
    return routes if len(found) == len(routes) else found


def _bounds(route: Route, organisation: Organisation) -> tuple[float, float]:
    """The least and the greatest time after which a delay can be over: in hours, however late."""
    if isinstance(route.delay, str) and route.delay not in organisation.distributions:
        return 0.0, math.inf
    delay = organisation.distribution(route.delay)
    least, most = 0.0, math.inf if delay.mean > 0 else 0.0
    if delay.kind == "fixed":
        least = most = delay.mean
    elif delay.kind == "uniform":
        least, most = delay.low, delay.high
    elif delay.kind == "quantiles":
        least, most = delay.points[0], delay.points[-1]
    return least, math.inf if route.hours is not None and most > 0 else most


def _trapped(ways: Graph, places: Sequence[str]) -> set[str]:
    """Those of *places* from which `end` cannot be reached; *ways* lead from them to them and to `end` only.

    Looked through from the last to the first as long as that helps: where places stand in the order of a walk, hardly
    more than once.
    """
    out, left = {END}, list(reversed(places))
    while True:
        rest = []
        for place in left:
            if out.isdisjoint(ways[place]):
                rest.append(place)
            else:
                out.add(place)
        if len(rest) == len(left):
            return set(rest)
        left = rest
