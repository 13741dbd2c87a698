"""Loops of no time: ways round which a case would go so often, at one moment, that a run would not come to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from irrupt.errors import Path
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation import flow
from irrupt.organisation.guards import CaseClass, open_to
from irrupt.organisation.likes import likes
from irrupt.organisation.model import START, Organisation, Route
from irrupt.organisation.placed import Found, Placed, fault

MOST = 10_000
"""Steps at one moment, in the mean of cases, from which on something is wrong."""


def endless_at_once(organisation: Organisation) -> Found:
    """Places from which a client's cases go through more than `MOST` steps, in the mean, without any time passing."""
    groups = _loops(organisation)
    told: set[frozenset[str]] = set()
    for client in organisation.clients if groups else ():
        for group in groups:
            if group not in told and _often(organisation, client, group) > MOST:
                told.add(group)
                yield _told(organisation, client, group)


def _told(organisation: Organisation, client: str, group: frozenset[str]) -> Placed:
    place = min(sorted(group), key=lambda name: _stay(organisation, client, name, group))
    own = flow.own_routes(organisation, client).get(place)
    skipped = sorted(group & organisation.skips.get(client, frozenset()))
    path: Path = ("client routes", client, place) if own else ("routes", place)
    steps = ", ".join(sorted(group))
    found = _("cases would go through {n} steps or more at one moment: no time passes on the way round {steps}")
    found = found.format(n=number(MOST, 0), steps=steps)
    if skipped:
        found = _("{found} (cases of {client} skip {skipped})").format(
            found=found, client=client, skipped=", ".join(skipped)
        )
    return fault(path, found, _("a time of work, a delay, or a way out that more cases take"))


def _loops(organisation: Organisation) -> list[frozenset[str]]:
    """Steps that lead to each other, or to themselves, in somebody's cases, without any time passing."""
    ways: dict[str, set[str]] = {START: set()}
    skipped = frozenset[str]().union(*organisation.skips.values())
    for name in organisation.steps:
        if _takes_none(organisation, None, name) or name in skipped:
            theirs = (own.get(name, ()) for own in organisation.client_routes.values())
            routes = [*organisation.routes.get(name, ()), *(route for some in theirs for route in some)]
            ways[name] = {route.to for route in routes if _at_once(organisation, route)}
    ways = {name: {to for to in targets if to in ways and to != START} for name, targets in ways.items()}
    ways[START] = {*ways} - {START}
    found = [frozenset(group) for group in flow.loops(ways, START)]
    return [group for group in found if len(group) > 1 or any(name in ways[name] for name in group)]


def _takes_none(organisation: Organisation, client: str | None, name: str) -> bool:
    """Whether a step takes no time in the cases of *client* (None: of one who skips nothing), with what is put in
    behind it."""
    step = organisation.steps[name]
    if step.split != "one" or step.join or step.batch is not None:
        return False
    if client is not None and name in organisation.skips.get(client, frozenset()):
        return True
    checks = (check.step for check in organisation.checks.values() if check.after == step.activity)
    durations = (named for one in (step, *checks) for named in (one.duration, one.per_unit))
    return not any(flow.lasts(organisation, named) for named in durations)


def _at_once(organisation: Organisation, route: Route) -> bool:
    delays = (route.delay, *(one.delay for one in route.older))
    return route.share > 0 and not any(flow.lasts(organisation, delay) for delay in delays)


def _routes(organisation: Organisation, client: str, name: str) -> Iterable[Route]:
    return flow.own_routes(organisation, client).get(name) or organisation.routes.get(name, ())


def _stay(organisation: Organisation, client: str, name: str, group: frozenset[str]) -> float:
    return sum(route.share for route in _routes(organisation, client, name) if route.to in group)


def _often(organisation: Organisation, client: str, group: frozenset[str]) -> float:
    """How many steps cases of *client*, of the kind of which it is most, go through in a *group* at one moment."""
    come = flow.reachable(flow.graph(organisation, client), START)
    places = sorted(name for name in group & come if _takes_none(organisation, client, name))
    return max(_steps(organisation, client, kind, places) for kind in likes(organisation, client)) if places else 0.0


def _steps(organisation: Organisation, client: str, kind: CaseClass, places: list[str]) -> float:
    import numpy as np

    ways = dict(_moves(organisation, client, kind, places))
    stay = np.eye(len(places)) - np.array([[ways.get((name, to), 0.0) for to in places] for name in places])
    try:
        steps = np.linalg.solve(stay, np.ones(len(places)))
    except np.linalg.LinAlgError:
        return np.inf
    return float(steps.max()) if (steps > 0).all() else np.inf


def _moves(
    organisation: Organisation, client: str, kind: CaseClass, places: list[str]
) -> Iterator[tuple[tuple[str, str], float]]:
    """From where to where cases of one kind go on at once, and which share of them."""
    for name in places:
        shares = dict.fromkeys(places, 0.0)
        for route in open_to(tuple(_routes(organisation, client, name)), kind):
            if route.to in shares and _at_once(organisation, route):
                shares[route.to] += route.share
        yield from (((name, to), share) for to, share in shares.items())
