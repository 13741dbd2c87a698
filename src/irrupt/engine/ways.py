"""The routes of an organisation as arrays: where the cases of each client and class go from each place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise, product
from operator import attrgetter
from typing import Any

import numpy as np

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.rows import CLIENT_WAIT
from irrupt.engine import columns, layout
from irrupt.engine.columns import ints, words
from irrupt.engine.layout import OLDER, ROUTE, WAY, records
from irrupt.engine.streams import key_of
from irrupt.lately import Lately
from irrupt.organisation.distributions import Distribution, Older
from irrupt.organisation.guards import CaseClass, Like, cells, classes, compared
from irrupt.organisation.model import END, Organisation, Route, same_parts

_READ = ("routes", "client_routes", "skips", "steps")
"""The parts of an organisation that they are made from; of others they know the names."""


Row = tuple[str | None, str, CaseClass]
"""A client with routes of his own, or everybody else; a place; whose routes from there."""


def in_order(routes: Iterable[Route]) -> list[Route]:
    """The routes that can be taken, in the order in which a draw passes them."""
    taken = sorted((route for route in routes if route.share > 0.0), key=attrgetter("to"))
    if all(one.to != other.to for one, other in pairwise(taken)):
        return taken
    return sorted(
        taken,
        key=lambda route: (
            *(route.to, route.waits_for, repr(route.delay), route.share),
            *(route.hours or "", route.since, repr(route.older), route.straight_on),
        ),
    )


_LATELY = Lately[tuple[list[Route], list[int], list[float]]](most=50_000)
"""An act changes the routes of few places."""


def _drawn(place: str, routes: tuple[Route, ...]) -> tuple[list[Route], list[int], list[float]]:
    """The routes that can be taken from *place*, in order, the key of each, and below what it is taken."""
    ordered = in_order(routes) or [Route(to=END, share=1.0)]
    return (
        ordered,
        [key_of("way", f"{place}>{route.to}") for route in ordered],
        columns.bounds([route.share for route in ordered]),
    )


class Ways:
    """A way is a client with routes or skips of his own, or everybody else, with a class that has routes of its own
    somewhere, or any other, in one of the cells that guards tell apart. Number of the way: `client_way` + `class_way`
    + the cell."""

    def __init__(self, organisation: Organisation, nodes: Sequence[str]) -> None:
        self.organisation = organisation
        self.nodes = nodes
        self.classes = organisation.classes()
        everywhere = [organisation.routes, *organisation.client_routes.values()]
        only = {route.only for places in everywhere for routes in places.values() for route in routes}
        guards = organisation.guards()
        self.kinds = [None, *sorted(classes(guards).union(name for name in only if name))]
        """The classes with routes of their own, or that guards name, behind any other."""
        self.bounds = compared(guards)
        self.cells = cells(*self.bounds)
        own = {name for name, routes in organisation.client_routes.items() if routes}
        own |= {name for name, steps in organisation.skips.items() if steps}
        self.clients = [None, *sorted(own)]
        """Clients with routes or skips of their own, behind everybody else."""
        self.delays = list[str | Distribution]()
        """The delays of routes, each once."""
        self._parts = self._compiled()

    def serve(self, other: Organisation) -> bool:
        """Whether they are the routes of *other*, too, so that only its distributions can be others, and its calendars
        more."""
        mine = self.organisation
        return (
            same_parts(mine, other, _READ)
            and self.classes == other.classes()
            and mine.calendars.keys() <= other.calendars.keys()
        )

    def numbered(self, time: Callable[[str | Distribution], int], calendars: Sequence[str]) -> dict[str, Any]:
        """The rules that tell them; *time* numbers distributions, and *calendars* are all, in order."""
        number = ints(map(time, self.delays))
        parts = dict(self._parts)
        for table in ("routes", "older"):
            parts[table] = parts[table].copy()
            parts[table]["time"] = number[parts[table]["time"]]
        place = {name: number for number, name in enumerate(calendars)}
        # The last one is where there is none.
        places = ints([*(place[name] for name in sorted(self.organisation.calendars)), -1])
        parts["routes"]["calendar"] = places[parts["routes"]["calendar"]]
        return parts

    def of_clients(self, clients: Sequence[str]) -> list[int]:
        """The first way of each of *clients*."""
        each = len(self.kinds) * len(self.cells)
        first = {name: number * each for number, name in enumerate(self.clients)}
        return [first.get(name, 0) for name in clients]

    def _compiled(self) -> dict[str, Any]:
        """The rules, in which times are still places among the delays."""
        rules = self.organisation
        rows: dict[Row, int] = {}
        each = len(self.kinds) * len(self.cells)
        row_of = np.zeros((len(self.clients) * each, len(self.nodes)), dtype=np.int64)
        for way, (client, kind, cell) in enumerate(product(self.clients, self.kinds, self.cells)):
            own = rules.routes if client is None else rules.client_routes.get(client, {})
            if way % each == 0:
                only = {place: {route.only for route in there} for place, there in own.items()}
                guards = {place for place, there in own.items() if any(route.when is not None for route in there)}
            row_of[way] = row_of[way % each]
            for node, place in enumerate(self.nodes):
                if client is None or own.get(place):
                    whose: CaseClass = kind if kind in only.get(place, ()) else None
                    if place in guards:
                        whose = Like(kind, *cell)
                    row = (client, place, whose)
                    row_of[way, node] = rows.setdefault(row, len(rows))
        begin, below, routes, older = self._rows(rows)
        skip, skips = self._skips()
        ways = np.zeros(row_of.shape, WAY)
        ways["begin"], ways["end"], ways["skip"] = begin[row_of], begin[row_of + 1], skip
        known = set(self.kinds)
        return {
            "class_way": len(self.cells)
            * ints([0, *(self.kinds.index(name if name in known else None) for name in self.classes)]),
            "quantities": np.array(self.bounds[0], np.float64),
            "givens": np.array(self.bounds[1], np.float64),
            "ways": ways,
            "skips": skips,
            "routes": routes,
            "older": older,
            "route_below": below,
        }

    def _skips(self) -> tuple[layout.Bytes, layout.Bytes]:
        """What each way skips, and of what kind that is."""
        skip = np.zeros((len(self.clients), len(self.nodes)), dtype=np.uint8)
        for number, client in enumerate(self.clients):
            for name in self.organisation.skips.get(client or "", frozenset()) if client is not None else ():
                skip[number, self.nodes.index(name)] = 1
        steps = self.organisation.steps
        worked = [number for number, name in enumerate(self.nodes) if name in steps and steps[name].team is not None]
        skips = skip.any(axis=1).astype(np.uint8) + skip[:, worked].any(axis=1)
        each = len(self.kinds) * len(self.cells)
        return np.repeat(skip, each, axis=0), np.repeat(skips, each)

    def _rows(self, rows: Iterable[Row]) -> tuple[Ints32, Floats, layout.Records, layout.Records]:
        """Where the routes from each place begin (and the last end), below what each is taken, they themselves, and
        their delays for older cases."""
        calendar = {name: number for number, name in enumerate(sorted(self.organisation.calendars))}
        node = {name: number for number, name in enumerate(self.nodes) if number > 0}
        begin, below, keys = [0], list[float](), list[int]()
        taken, ages, older = list[Route](), [0], list[Older]()
        for client, place, kind in rows:
            routes = self.organisation.routes_of(client, place, kind)
            ordered, names, parts = _LATELY.of((routes,), partial(_drawn, place, routes), place)
            taken.extend(ordered)
            keys.extend(names)
            below.extend(parts)
            begin.append(len(taken))
        for route in taken:
            older.extend(route.older)
            ages.append(len(older))
        delay: dict[str | Distribution, int] = {}
        times = [delay.setdefault(route.delay, len(delay)) for route in taken]
        later = [delay.setdefault(one.delay, len(delay)) for one in older]
        self.delays.extend(delay)
        made = records(
            ROUTE,
            len(taken),
            share=[route.share for route in taken],
            key=words(keys),
            to=[node.get(route.to, -1) for route in taken],
            time=times,
            calendar=[-1 if route.hours is None else calendar[route.hours] for route in taken],
            flags=[CLIENT_WAIT if route.waits_for == "client" else 0 for route in taken],
            since=[route.since == "clock" for route in taken],
            straight=[route.straight_on for route in taken],
            older_begin=ages[:-1],
            older_end=ages[1:],
        )
        straight = [one.share(route.straight_on) for route in taken for one in route.older]
        behind = records(OLDER, len(older), than=[one.than for one in older], time=later, straight=straight)
        return ints(begin), np.array(below, np.float64), made, behind


def cells_of(slots: layout.Records, rules: layout.Rules) -> Ints:
    """In which cell each case is, if guards of routes ask: `pieces.way_of`, of all at once."""
    found = np.zeros(len(slots), np.int64)
    with np.errstate(invalid="ignore"):
        given = np.floor((slots["due"] - slots["came"]) * 1000.0 + 0.5)
    for has, bounds_of in ((slots["quantity"], rules.quantities), (given, rules.givens)):
        found *= 2 * len(bounds_of) + 1
        for bound in bounds_of.tolist():
            found += (has > bound).astype(np.int64) + (has >= bound)
    return found
