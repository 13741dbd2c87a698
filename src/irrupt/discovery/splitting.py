"""Ways that a case goes at once, learned one after the other (see `beside`), made into a split and a join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from irrupt.discovery.beside import TOGETHER, Ways
from irrupt.organisation import Organisation, Route, Step
from irrupt.organisation.distributions import NONE

MARK = " ∥ "
"""Between the first activities of the ways, in the names of the places where cases split and come together."""


def split(organisation: Organisation, blocks: tuple[Ways, ...]) -> Organisation:
    """*organisation*, learned with the ways of each of *blocks* one after the other, with all begun at once and
    awaited."""
    for ways in blocks:
        for name in [name for name, step in organisation.steps.items() if step.activity == ways[0][0]]:
            chain = _chain(organisation, name, ways)
            if chain:
                organisation = _split(organisation, chain, ways)
    return organisation


def _chain(organisation: Organisation, first: str, ways: Ways) -> list[str]:
    """The steps from *first* on that bear the activities of *ways*, where each leads to the next.

    Of what cases that stopped on their ways seem to do, as rare as they must be, nothing is kept.
    """
    chain = [first]
    for activity in [activity for way in ways for activity in way][1:]:
        own = [routes[chain[-1]] for routes in organisation.client_routes.values() if chain[-1] in routes]
        then = {
            max(routes, key=lambda route: route.share if route.only == only else 0.0).to
            for routes in (organisation.routes[chain[-1]], *own)
            for only in {route.only for route in routes}
        }
        follows = then.pop()
        if then or follows not in organisation.steps or organisation.steps[follows].activity != activity:
            return []
        if _rest(organisation.routes[chain[-1]], follows) > 1.0 - TOGETHER:
            return []
        chain.append(follows)
    return chain


def _rest(routes: tuple[Route, ...], follows: str) -> float:
    """The greatest share, over classes, of *routes* that lead elsewhere than to what *follows*."""
    return max(
        sum(route.share for route in routes if route.only == only and route.to != follows)
        for only in {route.only for route in routes}
    )


def _split(organisation: Organisation, chain: list[str], ways: Ways) -> Organisation:
    """The steps of a *chain* made into *ways* that begin at once."""
    starts = np.cumsum([0, *(len(way) for way in ways)]).tolist()
    heads, ends = [chain[at] for at in starts[:-1]], [chain[at - 1] for at in starts[1:]]
    onward = {
        one: next(replace(route, share=1.0, only=None) for route in organisation.routes[one] if route.to == other)
        for one, other in pairwise(chain)
    }
    begin, end = MARK.join(heads), MARK.join(heads[::-1])
    leads = [route for routes in organisation.routes.values() for route in routes if route.to == heads[0]]
    to_first = replace(leads[0], to=heads[0], share=1.0, only=None) if leads else Route(to=heads[0], share=1.0)
    to_others = [onward[name] for name in ends[:-1]]
    turned = {name: _turned(routes, heads[0], begin) for name, routes in organisation.routes.items()}
    after = turned.pop(ends[-1])
    turned |= {name: (route,) for name, route in onward.items()}
    turned |= {name: (Route(to=end, share=1.0),) for name in ends}
    turned |= {begin: (to_first, *to_others), end: after}
    client_routes = {}
    for client, routes in organisation.client_routes.items():
        mine = {name: _turned(own, heads[0], begin) for name, own in routes.items() if name not in chain[:-1]}
        if ends[-1] in mine:
            mine[end] = mine.pop(ends[-1])
        client_routes[client] = mine
    names = [organisation.steps[name].activity for name in heads]
    silent = {
        begin: Step(activity=MARK.join(names), split="all"),
        end: Step(activity=MARK.join(names[::-1]), join=True),
    }
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
    return tuple(replace(r, to=begin, delay=NONE, hours=None, older=()) if r.to == first else r for r in routes)


def either_way(
    groups: Mapping[tuple[str, str], str], activity_of: Mapping[str, str], blocks: tuple[Ways, ...]
) -> dict[tuple[str, str], str]:
    """*groups* (a step and the next -> the name of the delay between them) with what may follow what where activities
    are done side by side, whichever ends first."""
    found = dict(groups)
    leads: dict[str, list[str]] = {}
    for one, other in groups:
        leads.setdefault(one, []).append(other)
    for ways in blocks:
        flat = [activity for way in ways for activity in way]
        for first in [name for name in activity_of if activity_of[name] == flat[0]]:
            chain = _followed(leads, activity_of, first, flat)
            if chain:
                found |= _whichever(groups, chain, ways)
    return found


def _followed(
    leads: Mapping[str, list[str]], activity_of: Mapping[str, str], first: str, activities: list[str]
) -> list[str]:
    """The steps from *first* on that bear *activities*; empty where they are not all told."""
    chain = [first]
    for activity in activities[1:]:
        then = [name for name in leads.get(chain[-1], ()) if activity_of[name] == activity]
        if len(then) != 1:
            return []
        chain += then
    return chain


def _whichever(groups: Mapping[tuple[str, str], str], chain: list[str], ways: Ways) -> dict[tuple[str, str], str]:
    """A step and the next, where the steps of a *chain* are those of *ways* -> the name of the delay before the next.

    A step may come behind any of another way; behind the step before all of them the first one of any way may come, and
    what comes after all of them behind the last one of any.
    """
    starts = np.cumsum([0, *(len(way) for way in ways)]).tolist()
    before = {one: label for (one, other), label in groups.items() if other == chain[0] and one not in chain}
    after = {other: label for (one, other), label in groups.items() if one == chain[-1] and other not in chain}
    delay = {then: groups[one, then] for one, then in pairwise(chain)}
    found: dict[tuple[str, str], str] = {}
    for then in chain[1:]:
        found |= {(one, then): delay[then] for one in chain if one != then}
    found |= {(one, chain[0]): label for one in chain[1:] for label in before.values()}
    found |= {(one, chain[at]): delay[chain[at]] for one in before for at in starts[1:-1]}
    found |= {(chain[at - 1], other): label for other, label in after.items() for at in starts[1:]}
    return found
