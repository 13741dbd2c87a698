"""Queues with a limit: who could wait for room for ever, and what comes in that nobody hands over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from irrupt.organisation.asked import all_steps
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.flow import after, graph, graph_of, lasts, own_routes, reachable
from irrupt.organisation.likes import kinds
from irrupt.organisation.model import START, Organisation, Route
from irrupt.organisation.presence import all_away


def stuck(organisation: Organisation) -> list[str]:
    """The teams with a limit whose people could all wait for room in their own queue, in the end: by what they hand
    over, and by what is handed on from there. One of them who never does, and does all that is asked of the team, keeps
    its queue moving."""
    limited = {name for name, team in organisation.teams.items() if team.limit is not None}
    if not limited:
        return []
    waits = _waits(organisation)
    held = {}
    for name, person in organisation.people.items():
        mine = [on for (team, activity), on in waits.items() if team in person.teams and person.does(activity)]
        held[name] = limited & set[str]().union(*mine)
    locked = limited
    while moving := {team for team in locked if _moves(organisation, team, locked, held)}:
        locked = locked - moving
    ahead = {team: set[str]().union(*(held[one] for one in organisation.members(team))) & locked for team in locked}
    return sorted(team for team in locked if team in after(ahead, team))


def _moves(organisation: Organisation, team: str, locked: Collection[str], held: Mapping[str, set[str]]) -> bool:
    """Whether for each activity of a *team*, somebody is there who waits for room with none of those *locked*."""
    free = [name for name in organisation.members(team) if held[name].isdisjoint(locked)]
    free = [name for name in free if not all_away(organisation, [name])]
    asked = {step.activity for step in all_steps(organisation) if step.team == team}
    return all(any(organisation.people[name].does(activity) for name in free) for activity in asked)


def _waits(organisation: Organisation) -> dict[tuple[str, str], set[str]]:
    """Team and activity -> the teams to which whoever has done it there hands over."""
    steps = organisation.steps
    ahead = _handed_on(organisation)
    skipped = frozenset().union(*organisation.skips.values())
    onward = {place: targets & skipped for place, targets in ahead.items()}
    waits: dict[tuple[str, str], set[str]] = {}
    for place, step in steps.items():
        checks = [check.step for check in organisation.checks.values() if check.after == step.activity]
        met = [steps[to] for way in reachable(onward, place) for to in ahead[way]]
        for doing in (step, *checks):
            waits.setdefault((doing.team or "", doing.activity), set()).update(
                other.team or "" for other in (*met, *checks)
            )
    return waits


def _handed_on(organisation: Organisation) -> dict[str, set[str]]:
    """Step -> the steps to which cases go on from there at once, by the hand of whoever has done it: not after a delay,
    nor when they are given up, nor those that nobody brings."""
    steps = organisation.steps
    ahead = {place: set[str]() for place in steps}
    skipped = frozenset().union(*organisation.skips.values())
    ordered = {programme.client for programme in organisation.programmes.values()}
    for client in [None, *organisation.clients]:
        if client is not None and not (organisation.clients[client].cases_per_week or client in ordered):
            continue
        own = own_routes(organisation, client)
        for kind in kinds(organisation, client):
            for place, targets in graph_of(organisation, client, kind).items():
                routes = own.get(place) or organisation.routes.get(place, ())
                if place != START:
                    ahead[place] |= targets & {
                        route.to for route in routes if route.to in skipped or not _must_wait(organisation, route)
                    }
    for back in organisation.returns.values():
        for place, step in steps.items():
            if step.activity == back.during and back.share > 0:
                ahead[place].add(back.back_to)
    return {place: targets & steps.keys() for place, targets in ahead.items()}


def _must_wait(organisation: Organisation, route: Route) -> bool:
    """Whether some time passes along a *route* for each case: not where what has passed on its clock counts."""
    delays = (route.delay, *(older.delay for older in route.older))
    return route.since == "step" and all(_never_none(organisation, delay) for delay in delays)


def _never_none(organisation: Organisation, named: str | Distribution) -> bool:
    """Whether it always takes some time."""
    if isinstance(named, str) and named not in organisation.distributions:
        return False
    found = organisation.distribution(named)
    least = {"uniform": found.low, "quantiles": found.points[0] if found.points else 0.0}
    return least.get(found.kind, found.mean) > 0


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
