"""Where cases can go: the graph of routes, client by client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from irrupt.lately import Lately
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.guards import CaseClass, Like, open_to, tell_apart
from irrupt.organisation.likes import kinds, likes, likes_of
from irrupt.organisation.model import END, START, Organisation, Route

Graph = Mapping[str, Collection[str]]


WAYS = ("clients", "steps", "routes", "client_routes", "returns", "patience", "programmes", "products")
"""The parts of an organisation that say where cases can go."""


def graph(organisation: Organisation, client: str | None) -> dict[str, frozenset[str]]:
    """For `start` and each step: where the cases of *client* (None: of a client without routes of his own), of any of
    his classes, can go next, with a share above 0.

    Returns and giving up lead on as well. Names that are not steps are left out; a place without any known way on leads
    to `end`, so that a misspelt name is one fault and not many.
    """
    ways = [_with_detours(organisation, client, graph_of(organisation, client, k)) for k in kinds(organisation, client)]
    return {place: frozenset().union(*(way[place] for way in ways)) for place in (START, *organisation.steps)}


def onward(organisation: Organisation, client: str | None, case_class: CaseClass) -> dict[str, frozenset[str]]:
    """For `start` and each step: where a case of one client (None: of one who is gone) and class can go next, by its
    routes, by returns, and when it is given up."""
    detours = _detours(organisation, {None, client})
    ways = graph_of(organisation, client, case_class)
    return {place: targets | detours.get(place, frozenset()) for place, targets in ways.items()}


def _with_detours(organisation: Organisation, client: str | None, ways: Graph) -> dict[str, frozenset[str]]:
    """*ways*, and those by which cases go back or are given up."""
    detours = detours_of(organisation, client)
    return {place: frozenset({*targets, *detours.get(place, ())}) for place, targets in ways.items()}


def detours_of(organisation: Organisation, client: str | None) -> dict[str, frozenset[str]]:
    """Where cases of *client* (None: of clients without routes of their own) go back or are given up to, by step."""
    alike = () if client is not None else (c for c in organisation.clients if not organisation.client_routes.get(c))
    return _detours(organisation, {None, client, *alike})


def _detours(organisation: Organisation, clients: Collection[str | None]) -> dict[str, frozenset[str]]:
    more: dict[str, set[str]] = {}
    for back in organisation.returns.values():
        if back.client in clients and back.share > 0:
            more.setdefault(back.during, set()).add(back.back_to)
    for patience in organisation.patience.values():
        if patience.at is not None and patience.client in clients:
            more.setdefault(patience.at, set()).add(patience.to)
    activity = {name: step.activity for name, step in organisation.steps.items()}
    known = {END, *activity}
    return {place: frozenset(known & more.get(bears, set())) for place, bears in activity.items()}


def own_routes(organisation: Organisation, client: str | None) -> Mapping[str, tuple[Route, ...]]:
    """The routes of *client* that are not everybody's; none for None, and for clients without routes of their own."""
    return organisation.client_routes.get(client, {}) if client is not None else {}


def graph_of(organisation: Organisation, client: str | None, case_class: CaseClass) -> dict[str, frozenset[str]]:
    """The same for the cases of one class, or those that are so."""
    own = own_routes(organisation, client)
    places = (START, *organisation.steps)
    every = {place: own.get(place) or organisation.routes.get(place, ()) for place in places}
    return {place: led_to(routes, case_class, organisation) for place, routes in every.items()}


def led_to(routes: tuple[Route, ...], case_class: CaseClass, organisation: Organisation) -> frozenset[str]:
    """Where cases of a class can go by *routes* (see `open_to`): to steps, or to `end`."""
    named = _TARGETS.of((routes,), lambda: _named(routes, case_class), case_class)
    return named if organisation.steps.keys() >= named else frozenset(_known(named, organisation))


_TARGETS = Lately[frozenset[str]](most=100_000)


def _named(routes: Iterable[Route], case_class: CaseClass) -> frozenset[str]:
    return frozenset(route.to for route in open_to(routes, case_class) if route.share > 0) or frozenset({END})


def _known(named: Iterable[str], organisation: Organisation) -> Iterator[str]:
    return (name if name in organisation.steps else END for name in named)


def alike(organisation: Organisation, client: str | None, found: Mapping[CaseClass, float]) -> dict[CaseClass, float]:
    """Of kinds of cases that have the same routes everywhere, the first, with the share of all of them."""
    own = own_routes(organisation, client)
    every = [own.get(place) or routes for place, routes in organisation.routes.items()]
    every += [routes for place, routes in own.items() if place not in organisation.routes]
    apart = [routes for routes in every if tell_apart(routes)]
    first: dict[tuple[tuple[int, ...], ...], CaseClass] = {}
    shares: dict[CaseClass, float] = {}
    for kind, share in found.items():
        taken = tuple(tuple(map(id, open_to(routes, kind))) for routes in apart)
        whose = first.setdefault(taken, kind)
        shares[whose] = shares.get(whose, 0.0) + share
    return shares


def reachable(ways: Graph, *begins: str) -> set[str]:
    """*begins* and every place that can be reached from them."""
    return set(walked(ways, begins))


def walked(ways: Graph, begins: Iterable[str]) -> list[str]:
    """*begins* and every place that can be reached from them, in the order in which a walk that goes ever deeper comes
    to know of them."""
    order = [*begins]
    seen, todo = {*order}, [*order]
    while todo:
        new = {*ways.get(todo.pop(), ())} - seen
        if new:
            seen |= new
            order += new
            todo += new
    return order


def only_again(ways: Iterable[Graph], steps: Collection[str]) -> set[str]:
    """Those of *steps* that cases come to only when they were at another one of them, on each of several *ways*.

    >>> ways = {"start": ["Check"], "Check": ["Ask"], "Ask": ["Recheck"], "Recheck": []}
    >>> only_again([ways], ["Check", "Recheck"])
    {'Recheck'}
    """
    found = set(steps)
    for way in ways:
        found -= reachable({place: () if place in steps else targets for place, targets in way.items()}, START)
    return found


def after(ways: Graph, place: str) -> set[str]:
    """Every place that can be reached from *place* in one step or more."""
    return reachable(ways, *ways.get(place, ()))


def before(ways: Graph, places: Iterable[str]) -> dict[str, set[str]]:
    """For each of *places*: every place from which it can be reached in one step or more.

    >>> sorted(before({"start": ["A"], "A": ["B"], "B": ["A", "end"]}, ["A"])["A"])
    ['A', 'B', 'start']
    """
    back = _back(ways)
    return {place: after(back, place) for place in places}


def _back(ways: Graph) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for place, targets in ways.items():
        for target in targets:
            back.setdefault(target, set()).add(place)
    return back


def loops(ways: Graph, begin: str) -> list[list[str]]:
    """The places that can be reached from *begin*, in groups: those that can reach each other stand together, and each
    group stands after all that lead to it (strongly connected components; Sharir 1981).

    >>> loops({"start": ["A"], "A": ["B"], "B": ["A", "C"], "C": ["end"]}, "start")
    [['start'], ['A', 'B'], ['C'], ['end']]
    """
    back = _back(ways)
    order = _as_left(ways, begin)
    left = set(order)
    groups = []
    for place in reversed(order):
        if place not in left:
            continue
        left.discard(place)
        group = [place]
        for member in group:
            near = sorted(left.intersection(back.get(member, ())))
            left.difference_update(near)
            group.extend(near)
        groups.append(sorted(group))
    return groups


def _as_left(ways: Graph, begin: str) -> list[str]:
    """The places in the order in which a walk, always onwards to a new place and else one back, leaves them for good.

    Ways are taken in the order of names, so that the order is the same in every process.
    """
    seen, left = {begin}, []
    trail = [(begin, iter(sorted(ways.get(begin, ()))))]
    while trail:
        place, onward = trail[-1]
        target = next((target for target in onward if target not in seen), None)
        if target is None:
            left.append(place)
            trail.pop()
        else:
            seen.add(target)
            trail.append((target, iter(sorted(ways.get(target, ())))))
    return left


def circles(organisation: Organisation) -> list[str]:
    """The rules of patience that can send cases round and round at one moment: without waiting at all, and then by ways
    on which no time passes, or steps that are skipped."""
    steps = organisation.steps
    hasty = {}
    for name, rule in organisation.patience.items():
        at_once = rule.longest_queue is not None or (rule.lasts is not None and not lasts(organisation, rule.lasts))
        if rule.at is not None and at_once and rule.to in steps:
            hasty[name] = (rule.at, steps[rule.to].activity)
    if not hasty:
        return []
    found: set[str] = set()
    for client, skipped in [(None, frozenset[str]()), *organisation.skips.items()]:
        known = (client, None) if client is not None else (*organisation.clients, None)
        mine = {name: ends for name, ends in hasty.items() if organisation.patience[name].client in known}
        onward = _at_once(organisation, skipped)
        for at, to in mine.values():
            onward.setdefault(at, set()).add(to)
        found.update(name for name, (at, to) in mine.items() if at in reachable(onward, to))
    return [name for name in hasty if name in found]


def _at_once(organisation: Organisation, skipped: Collection[str]) -> dict[str, set[str]]:
    """For each activity whose steps take no time, or are *skipped*: those to which cases go on from there at once."""
    steps = organisation.steps
    onward: dict[str, set[str]] = {}
    for name, step in steps.items():
        if name in skipped or not (lasts(organisation, step.duration) or lasts(organisation, step.per_unit)):
            ways = [*organisation.routes.get(name, ())]
            ways += [route for own in organisation.client_routes.values() for route in own.get(name, ())]
            targets = {
                steps[way.to].activity
                for way in ways
                if way.to in steps
                and not all(lasts(organisation, one) for one in (way.delay, *(part.delay for part in way.older)))
            }
            onward.setdefault(step.activity, set()).update(targets)
    return onward


def lasts(organisation: Organisation, named: str | Distribution) -> bool:
    """Whether it takes any time; what bears no known name is told elsewhere."""
    if isinstance(named, str) and named not in organisation.distributions:
        return True
    return organisation.distribution(named).mean > 0


def visits(organisation: Organisation, client: str) -> dict[str, float]:
    """Expected number of times that a case of *client* comes to each step, skipped steps included, when it neither goes
    back nor is given up.

    Solves v = e + Pᵀv, the flow equations of an absorbing Markov chain (Kemeny & Snell 1960, theorem 3.2.4), for each
    class of his cases and loop by loop, so that thousands of steps in a row cost no more than each alone; every step
    that can be reached must have a way to `end`. Where steps split, see `parallel.visits`.
    """
    often = dict.fromkeys(organisation.steps, 0.0)
    for kind, share in alike(organisation, client, likes(organisation, client)).items():
        for name, times in _visits(organisation, client, kind).items():
            often[name] += share * times
    return often


def visits_of_class(organisation: Organisation, client: str, case_class: CaseClass) -> dict[str, float]:
    """The same for the cases of one class, or those that are so."""
    if isinstance(case_class, Like):
        return _visits(organisation, client, case_class)
    often = dict.fromkeys(organisation.steps, 0.0)
    for like, share in alike(organisation, client, likes_of(organisation, client, case_class)).items():
        for name, times in _visits(organisation, client, like).items():
            often[name] += share * times
    return often


def come_to(
    places: Sequence[str], routes: Iterable[tuple[str, Route]], coming: Mapping[str, float], go_on: float = 1.0
) -> dict[str, float]:
    """How often cases come to each of *places* by *routes* from one to another of these, when they come to them from
    elsewhere as often as *coming* says. Of all moves so many *go_on*: below 1, none goes round for ever.

    >>> come_to(["Check"], [("Check", Route(to="Check", share=0.5))], {"Check": 1.0})
    {'Check': 2.0}
    """
    import numpy as np

    number = {name: index for index, name in enumerate(places)}
    stay = np.eye(len(places))
    for name, route in routes:
        if route.to in number:
            stay[number[route.to], number[name]] -= go_on * route.share
    solved = np.linalg.solve(stay, [coming.get(name, 0.0) for name in places])
    return dict(zip(places, solved.tolist(), strict=True))


def _visits(organisation: Organisation, client: str, case_class: CaseClass) -> dict[str, float]:
    """The same for cases that are alike."""
    from irrupt.organisation import parallel

    if parallel.splits(organisation):
        return parallel.visits(organisation, client, case_class)
    ways = graph_of(organisation, client, case_class)
    often = flow(ways, lambda place: organisation.routes_of(client, place, case_class), START)
    return {name: often.get(name, 0.0) for name in organisation.steps}


def flow(ways: Graph, routes_of: Callable[[str], Iterable[Route]], begin: str) -> dict[str, float]:
    """How often a case that begins at one place comes to each, by the *routes of* each; *ways* has these and may have
    more, and tells which places are solved together.

    >>> routes = {"start": [Route(to="A", share=1.0)], "A": [Route(to="A", share=0.75), Route(to="end", share=0.25)]}
    >>> flow({"start": {"A"}, "A": {"A", "end"}}, routes.__getitem__, "start")
    {'start': 1.0, 'A': 4.0}
    """
    often: dict[str, float] = {}
    coming = {begin: 1.0}
    for group in loops(ways, begin):
        if group == [END]:
            continue
        routes = [(place, route) for place in group for route in routes_of(place)]
        solved = come_to(group, routes, coming)
        for place, route in routes:
            if route.to not in solved:
                coming[route.to] = coming.get(route.to, 0.0) + solved[place] * route.share
        often |= solved
    return often
