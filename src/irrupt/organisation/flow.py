"""Where cases can go: the graph of routes, client by client."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from irrupt.organisation.model import END, START, Organisation, Route

Graph = Mapping[str, Collection[str]]


def graph(organisation: Organisation, client: str | None) -> dict[str, frozenset[str]]:
    """For `start` and each step: where the cases of *client* (None: of a client without routes of his own) can go
    next, with a share above 0.

    Names that are not steps are left out; a place without any known way on leads to `end`, so that a misspelt name is
    one fault and not many.
    """
    own = organisation.client_routes.get(client, {}) if client is not None else {}
    places: Iterable[str] = (START, *organisation.steps)
    return {place: _targets(own.get(place) or organisation.routes.get(place, ()), organisation) for place in places}


def _targets(routes: tuple[Route, ...], organisation: Organisation) -> frozenset[str]:
    known = {
        route.to if route.to == END or route.to in organisation.steps else END for route in routes if route.share > 0
    }
    return frozenset(known or {END})


def reachable(ways: Graph, begin: str) -> set[str]:
    """*begin* and every place that can be reached from it."""
    seen = {begin}
    todo = [begin]
    while todo:
        for place in ways.get(todo.pop(), ()):
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return seen


def traps(organisation: Organisation, client: str | None) -> set[str]:
    """The places that cases of *client* can reach from `start` and from which they never reach `end`."""
    ways = graph(organisation, client)
    back: dict[str, set[str]] = {}
    for place, targets in ways.items():
        for target in targets:
            back.setdefault(target, set()).add(place)
    return reachable(ways, START) - reachable(back, END)


def visits(organisation: Organisation, client: str) -> dict[str, float]:
    """Expected number of times that a case of *client* comes to each step, skipped steps included.

    Solves v = e + Pᵀv, the flow equations of an absorbing Markov chain (Kemeny & Snell 1960, theorem 3.2.4); every step
    that can be reached must have a way to `end`.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, identity
    from scipy.sparse.linalg import spsolve

    within = reachable(graph(organisation, client), START)
    names = sorted(name for name in organisation.steps if name in within)
    number = {name: index for index, name in enumerate(names)}
    first = np.zeros(len(names))
    for route in organisation.routes_of(client, START):
        if route.to in number:
            first[number[route.to]] += route.share
    entries = [
        (number[route.to], number[name], route.share)
        for name in names
        for route in organisation.routes_of(client, name)
        if route.to in number
    ]
    if not names:
        return dict.fromkeys(organisation.steps, 0.0)
    rows, columns, shares = zip(*entries, strict=True) if entries else ((), (), ())
    moves = csr_matrix((shares, (rows, columns)), shape=(len(names), len(names)))
    solved = np.atleast_1d(spsolve((identity(len(names)) - moves).tocsc(), first))
    return dict.fromkeys(organisation.steps, 0.0) | dict(zip(names, solved.tolist(), strict=True))
