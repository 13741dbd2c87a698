"""Queues with a limit: what comes in that nobody hands over."""

from __future__ import annotations

from collections.abc import Iterator

from irrupt.organisation.flow import graph, lasts, reachable
from irrupt.organisation.model import START, Organisation, Route


def comes_in(organisation: Organisation, team: str) -> bool:
    """Whether cases may come into the queue of *team* whom nobody hands over, so that no limit keeps them out: new
    ones, what follows a delay or what nobody does, what is given up elsewhere, and what has gathered for a batch.

    >>> from irrupt.engine.examples import counter
    >>> comes_in(counter(), "Desk")
    True
    """
    steps = organisation.steps
    mine = {name for name, step in steps.items() if step.team == team}
    if any(steps[name].batch is not None for name in mine):
        return True
    skipped = frozenset().union(*organisation.skips.values())
    by_nobody = {name for name, step in steps.items() if step.team is None}
    behind = {check.after for check in organisation.checks.values() if check.step.team == team}
    if any(steps[name].activity in behind for name in by_nobody | (skipped & steps.keys())):
        return True
    begins = {route.to for route in _routes(organisation) if _may_wait(organisation, route)}
    begins |= {patience.to for patience in organisation.patience.values()}
    for client in [None, *organisation.clients]:
        ways = graph(organisation, client)
        onward = {place: targets for place, targets in ways.items() if place in skipped}
        alone = begins.union(*(ways[place] for place in (START, *by_nobody)))
        if not mine.isdisjoint(reachable(onward, *alone)):
            return True
    return False


def _routes(organisation: Organisation) -> Iterator[Route]:
    for ways in (organisation.routes, *organisation.client_routes.values()):
        for routes in ways.values():
            yield from routes


def _may_wait(organisation: Organisation, route: Route) -> bool:
    """Whether time may pass along a *route*."""
    return any(lasts(organisation, delay) for delay in (route.delay, *(older.delay for older in route.older)))
