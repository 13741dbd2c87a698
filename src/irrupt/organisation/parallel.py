"""Cases that are at several steps at once: where their parts could meet wrongly, and how often each step is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product

from irrupt.organisation.flow import before, detours_of, flow, graph_of, own_routes, reachable
from irrupt.organisation.guards import CaseClass
from irrupt.organisation.likes import kinds
from irrupt.organisation.model import END, START, Organisation, Route

Pair = tuple[str, str]
Outcomes = Mapping[str, tuple[tuple[str, ...], ...]]
"""Place -> the sets of places that a case can go to from there."""


def splits(organisation: Organisation) -> bool:
    """Whether cases leave a step otherwise than by one way, taken by its share."""
    return any(step.split != "one" for step in organisation.steps.values())


def likeliest(routes: Iterable[Route]) -> int:
    """Which of *routes*, in the order in which a draw passes them, is taken where luck takes none."""
    shares = [route.share for route in routes]
    return shares.index(max(shares))


def meet(organisation: Organisation) -> bool:
    """Whether parts of one case can be somewhere at once, or joins wait for each other: ways that cannot be.

    >>> from irrupt.engine.examples import workshop
    >>> meet(workshop())
    False
    """
    return any(map(any, every_wrong(organisation)))


def every_wrong(organisation: Organisation) -> Iterator[tuple[set[str], set[Pair]]]:
    """What is `wrong` for cases of each client, and of others, and of each class; nothing where no case splits."""
    whose = [None, *sorted(organisation.clients)] if splits(organisation) else []
    met = set()
    for client in whose:
        unclear = frozenset(_unclear(organisation, client))
        for kind in kinds(organisation, client):
            outcomes = _outcomes(organisation, client, kind)
            ways = unclear, tuple(outcomes.items())
            if ways not in met:
                met.add(ways)
                yield wrong(organisation, outcomes, set(unclear))


def wrong(organisation: Organisation, outcomes: Outcomes, unclear: set[str]) -> tuple[set[str], set[Pair]]:
    """Steps at which two parts of a case that goes as *outcomes* say can be at once, without a join; and joins that can
    wait for each other. *unclear*: places from which nobody knows where a way leads.

    Follows which pairs of places a case can be at at once (the concurrency relation of Kovalyov 1992): a superset where
    ways depend on each other, so what passes is sound. What follows from a pair that is wrong is not told again; nor is
    what only follows from a way that names no step, which might lead to any.
    """
    ahead = {place: {to for targets in ways for to in targets} for place, ways in outcomes.items()}
    joins = {name for name, step in organisation.steps.items() if step.join and not step.alone}
    alone = {name for name, step in organisation.steps.items() if step.alone}
    lead = before(ahead, joins)
    unclear = unclear.union(*before(ahead, unclear).values())
    found: set[Pair] = set()
    todo: list[Pair] = []

    def meet(one: str, other: str) -> None:
        pair = (min(one, other), max(one, other))
        if END not in pair and pair not in found:
            found.add(pair)
            todo.append(pair)

    for place in reachable(ahead, START) - {END}:
        for targets in outcomes[place]:
            for one, other in combinations(targets, 2):
                meet(one, other)
    while todo:
        pair = todo.pop()
        for here, other in {pair, pair[::-1]}:
            awaits = here in joins and (other in unclear or other in lead[here])
            if here != other and here not in alone and not awaits:
                for targets in outcomes[here]:
                    for target in targets:
                        meet(target, other)
    twice = {one for one, other in found if one == other and one not in joins | alone}
    to = before(ahead, twice)
    twice = {one for one in twice if not any(other in to[one] and one not in to[other] for other in twice)}
    stuck = {(a, b) for a, b in found if a != b and {a, b} <= joins and a in lead[b] and b in lead[a]}
    return twice, stuck


def _unclear(organisation: Organisation, client: str | None) -> set[str]:
    """Places from which a way leads to something that is no step, or none at all."""
    known = {END, *organisation.steps}
    own = own_routes(organisation, client)
    found = set()
    for place in (START, *organisation.steps):
        routes = own.get(place) or organisation.routes.get(place, ())
        if not routes or any(route.to not in known for route in routes):
            found.add(place)
    ways = [(back.during, back.back_to) for back in organisation.returns.values()]
    ways += [(rule.at, rule.to) for rule in organisation.patience.values() if rule.at is not None]
    astray = {activity for activity, to in ways if to not in known}
    return found | {name for name, step in organisation.steps.items() if step.activity in astray}


def _outcomes(organisation: Organisation, client: str | None, case_class: CaseClass) -> Outcomes:
    """For each place: the sets of places that a case can go to from there."""
    known = {END, *organisation.steps}
    detours = detours_of(organisation, client)
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for place, targets in graph_of(organisation, client, case_class).items():
        ways = sorted(known & targets)
        split = place != START and organisation.steps[place].split in ("all", "some")
        taken = [tuple(ways)] if split else [(to,) for to in ways]
        found[place] = (*taken, *((to,) for to in sorted(detours.get(place, ()))))
    return found


def visits(organisation: Organisation, client: str, case_class: CaseClass) -> dict[str, float]:
    """Expected number of times that a case of *client* and a class does each step, where steps split.

    Where its parts are is one place (the reachability graph of a stochastic Petri net; Ajmone Marsan, Conte & Balbo
    1984), and how often they are there is solved as for cases that do not split. Which part moves first does not matter
    for how often steps are done, unless one calls off the others: the first in the order of names always does.
    """
    ahead = graph_of(organisation, client, case_class)
    lead = before(ahead, [name for name, step in organisation.steps.items() if step.join])
    choices = cache(lambda place: _choices(organisation, client, place, case_class))
    names: dict[tuple[str, ...], str] = {(): END, (START,): START}
    movers: dict[str, str] = {}
    routes: dict[str, list[Route]] = {}
    todo: list[tuple[str, ...]] = [(START,)]
    for places in todo:
        here = movers[names[places]] = _mover(organisation, places, lead)
        alone = here != START and organisation.steps[here].alone
        rest = [place for place in places if place != here and not alone]
        onward: dict[str, float] = {}
        for targets, share in choices(here):
            left = tuple(sorted({*rest, *targets} - {END}))
            if left not in names:
                names[left] = str(len(names))
                todo.append(left)
            onward[names[left]] = onward.get(names[left], 0.0) + share
        routes[names[places]] = [Route(to=to, share=share) for to, share in onward.items()]
    often = dict.fromkeys(organisation.steps, 0.0)
    ways = {name: {route.to for route in leads} for name, leads in routes.items()}
    for name, times in flow(ways, routes.__getitem__, START).items():
        if name != START:
            often[movers[name]] += times
    return often


def _mover(organisation: Organisation, places: tuple[str, ...], lead: Mapping[str, set[str]]) -> str:
    """The first of *places* that does not wait for another one; *lead*: from where a case comes to each join."""
    for here in places:
        step = organisation.steps.get(here)
        if (
            step is None
            or not step.join
            or step.alone
            or not any(other in lead[here] for other in places if other != here)
        ):
            return here
    return places[0]


def _choices(
    organisation: Organisation, client: str, place: str, case_class: CaseClass
) -> list[tuple[tuple[str, ...], float]]:
    """The sets of places that a case can go to, each with its probability."""
    from irrupt.organisation.races import soonest

    routes = [route for route in organisation.routes_of(client, place, case_class) if route.share > 0]
    split = "one" if place == START else organisation.steps[place].split
    if not routes:
        return [((END,), 1.0)]
    if split == "one":
        return [((route.to,), route.share) for route in routes]
    if split == "first":
        chances = soonest([organisation.distribution(route.delay) for route in routes])
        return [((route.to,), chance) for route, chance in zip(routes, chances, strict=True)]
    if split == "all":
        return [(tuple(route.to for route in routes), 1.0)]
    found = []
    for taken in product((True, False), repeat=len(routes)):
        share = 1.0
        for route, yes in zip(routes, taken, strict=True):
            share *= route.share if yes else 1.0 - route.share
        targets = [route.to for route, yes in zip(routes, taken, strict=True) if yes]
        if share > 0.0:
            found.append((tuple(targets or [routes[likeliest(routes)].to]), share))
    return found
