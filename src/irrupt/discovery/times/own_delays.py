"""Clients who take their time: delays that are one client's longer or shorter than everybody's.

A delay is mostly the client's: how long he takes to answer. Where somebody of the organisation works on what comes
next, it ended at a time that nobody saw, after somebody last had time and before the step began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.times import sizes
from irrupt.discovery.times.shared_delays import Delay
from irrupt.discovery.times.timing import Ranked, ranked
from irrupt.organisation import Distribution, Organisation, Route

Own = Mapping[str, Mapping[str, str]]
"""Delay -> client -> the delay that is his."""


def named(delay: Delay, factors: Mapping[str, float], others: Own) -> Own:
    """What the delays of clients with *factors* are called, beside those of *others*."""
    his = {client: f"{delay.name}, {client}" for client in factors}
    return {delay.name: {**others.get(delay.name, {}), **his}} if factors else {}


def applied(organisation: Organisation, own: Own, hours_of: Mapping[str, str]) -> Organisation:
    """*organisation* in which the routes of clients who have delays of their *own* have these; *hours_of*: of delays,
    those in which they pass."""
    if not own:
        return organisation
    client_routes = dict(organisation.client_routes)
    differ = {client for factors in own.values() for client in factors}
    everybody = {place: _delays(ways) for place, ways in organisation.routes.items()}
    for client in (one for one in organisation.clients if one in differ):
        routes = dict(client_routes.get(client, {}))
        his = {delay: named[client] for delay, named in own.items() if client in named}
        for place, delays in everybody.items():
            if not (_delays(routes[place]) if place in routes else delays).isdisjoint(his):
                mine = routes.get(place, organisation.routes[place])
                routes[place] = tuple(_with(route, his, hours_of) for route in mine)
        if routes:
            client_routes[client] = routes
    return replace(organisation, client_routes=client_routes)


def _delays(routes: Iterable[Route]) -> set[str | Distribution]:
    """The delays on *routes*, those of older cases as well."""
    return {delay for route in routes for delay in (route.delay, *(one.delay for one in route.older))}


def _with(route: Route, his: Mapping[str, str], hours_of: Mapping[str, str]) -> Route:
    """The *route* with the delays that are *his*; what passes in hours of his own does so however old a case is."""
    if _delays((route,)).isdisjoint(his):
        return route
    if isinstance(route.delay, str) and (own := his.get(route.delay)) in hours_of:
        return replace(route, delay=str(own), hours=hours_of[str(own)], older=())
    older = tuple(replace(one, delay=_instead(one.delay, his)) for one in route.older)
    return replace(route, delay=_instead(route.delay, his), older=older)


def _instead(delay: str | Distribution, his: Mapping[str, str]) -> str | Distribution:
    return his.get(delay, delay) if isinstance(delay, str) else delay


def before_work(delay: Delay, findings: Findings) -> dict[str, float]:
    """Client -> by what a *delay* before work is longer for him: by as much as both the least and what lies in the
    midst say. A queue in which his cases wait longer moves only the latter."""
    weight = findings.weight[delay.told]
    least = sizes.by_client(delay.free.stood, findings.log, delay.told, weight)
    midst = sizes.by_client(np.array(delay.midst), findings.log, delay.told, weight)
    both = ((name, by, least.get(name, 1.0)) for name, by in midst.items())
    return {name: min(by, other, key=lambda one: abs(one - 1.0)) for name, by, other in both if (by > 1) == (other > 1)}


def evened(times: Ranked, factors: Mapping[str, float], steps: Ints, findings: Findings) -> Ranked:
    """The *times* before *steps* as if no client had *factors*."""
    if not factors:
        return times
    log = findings.log
    # who never waits tells nothing of the others
    of_client = np.array([factors.get(name, 1.0) or 1.0 for name in log.clients])
    return ranked(times.stood / of_client[log.client[log.case[steps]]])


def before(delay: Delay, factors: Mapping[str, float], findings: Findings, count: int) -> Floats:
    """Quantiles of a *delay* before work, until somebody had time, for clients who take as long as all do."""
    if delay.always is not None:
        return np.full(count, delay.always)
    return evened(delay.free, factors, delay.told, findings).points(findings.weight[delay.told], count)
