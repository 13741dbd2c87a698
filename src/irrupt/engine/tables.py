"""An organisation as arrays.

Everything is numbered in the order of its id, so the order of declarations never matters; and every key of a draw is a
hash of an id, so adding something never changes the luck of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, get_args

import numpy as np

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT
from irrupt.engine import layout, pieces
from irrupt.engine.columns import ints, ragged, small, words
from irrupt.engine.joins import parallel
from irrupt.engine.quantiles import distributions
from irrupt.engine.streams import key_of
from irrupt.engine.workforce import workforce
from irrupt.errors import ModelError
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.model import END, START, Order, Organisation, Route, Step
from irrupt.organisation.validate import faults

ORDERS = get_args(Order)
"""In the order of their codes in `layout`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """An organisation compiled: what its numbers stand for, and its rules as arrays."""

    organisation: Organisation
    clients: tuple[str, ...]
    activities: tuple[str, ...]
    nodes: tuple[str, ...]
    """`start`, then the steps."""
    checks: tuple[str, ...]
    teams: tuple[str, ...]
    people: tuple[str, ...]
    classes: tuple[str, ...]
    """Of cases; number 0 is "none", the first is 1."""
    patience: tuple[str, ...]
    returns: tuple[str, ...]
    rules: layout.Rules
    client_keys: tuple[int, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return tables, (self.organisation,)


def tables(organisation: Organisation | Tables, beside: Tables | None = None) -> Tables:
    """Compile *organisation* once, to be run many times; what is compiled stays as it is.

    *beside* are rules that it shares parts with, so that less of it has to be looked at for faults.

    Raises `ModelError` with every fault when it cannot be run.

    >>> from irrupt.engine.examples import counter
    >>> tables(counter()).activities
    ('Serve',)
    """
    if isinstance(organisation, Tables):
        return organisation
    found = faults(organisation, None if beside is None else beside.organisation)
    if found:
        raise ModelError(found)
    return _Compiler(organisation).compiled()


def in_order(routes: Iterable[Route]) -> list[Route]:
    """The routes that can be taken, in the order in which a draw passes them."""
    taken = [route for route in routes if route.share > 0.0]
    return sorted(
        taken, key=lambda route: (route.to, route.waits_for, repr(route.delay), route.share, route.hours or "")
    )


def bounds(shares: Sequence[float]) -> list[float]:
    """For each of *shares*: below which uniform number it is taken, when it was not taken before."""
    reached = np.cumsum(shares)
    return [*(reached[:-1] / reached[-1]).tolist(), 2.0] if len(shares) else []


def hourly(cases_per_week: float, profile: Sequence[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Cases a second in each of the 168 hours of the week."""
    shape = np.asarray(profile, dtype=np.float64)
    total = shape.sum()
    return cases_per_week * shape / (total * pieces.HOUR) if total > 0 else np.zeros(168)


class _Compiler:
    """What is looked up while an organisation is compiled."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.clients = sorted(organisation.clients)
        self.activities = organisation.activities()
        self.nodes = [START, *sorted(organisation.steps)]
        self.checks = sorted(organisation.checks)
        self.teams = sorted(organisation.teams)
        self.people = sorted(organisation.people)
        self.client = _numbers(self.clients)
        self.activity = _numbers(self.activities)
        self.node = {name: number for number, name in enumerate(self.nodes) if number > 0}
        self.team = _numbers(self.teams)
        self.classes = organisation.classes()
        self.patience = sorted(organisation.patience)
        self.returns = sorted(organisation.returns)
        self.kind = _numbers(["", *self.classes])
        self.calendars = sorted(organisation.calendars)
        self.times: dict[Distribution, int] = {NONE: 0}

    def compiled(self) -> Tables:
        parts = {
            **self.demand(),
            **self.steps(),
            **self.routes(),
            **self.check_steps(),
            **self.giving_up(),
            **self.going_back(),
            **self.queues(),
            **workforce(self.organisation, self.teams, self.people, self.calendars),
        }
        return Tables(
            organisation=self.organisation,
            clients=tuple(self.clients),
            activities=tuple(self.activities),
            nodes=tuple(self.nodes),
            checks=tuple(self.checks),
            teams=tuple(self.teams),
            people=tuple(self.people),
            classes=tuple(self.classes),
            patience=tuple(self.patience),
            returns=tuple(self.returns),
            rules=layout.Rules(**parts, **distributions(self.times)),
            client_keys=tuple(key_of("client", name) for name in self.clients),
        )

    def time(self, named: str | Distribution) -> int:
        """The number of a distribution."""
        return self.times.setdefault(self.organisation.distribution(named), len(self.times))

    def special(self) -> list[str]:
        """Clients with routes or skips of their own; their ways come behind those of everybody else."""
        own = {name for name, routes in self.organisation.client_routes.items() if routes}
        own |= {name for name, steps in self.organisation.skips.items() if steps}
        return sorted(own)

    def demand(self) -> dict[str, Any]:
        clients = [self.organisation.clients[name] for name in self.clients]
        rate = np.zeros((len(clients), 168))
        for number, client in enumerate(clients):
            rate[number] = hourly(client.cases_per_week, client.profile)
        slot_begin, minutes = ragged([sorted(client.appointments) for client in clients])
        return {
            "client_rate": rate,
            "client_growth": np.array([client.growth for client in clients], dtype=np.float64),
            "client_evenness": np.array([client.evenness for client in clients], dtype=np.float64),
            "slot_begin": slot_begin,
            "slot_from": minutes * 60.0,
            **self.cases(),
        }

    def cases(self) -> dict[str, Any]:
        """What cases are like."""
        clients = [self.organisation.clients[name] for name in self.clients]
        begin, below, at = [0], list[float](), list[int]()
        for client in clients:
            classes = {name: client.classes[name] for name in sorted(client.classes) if client.classes[name] > 0.0}
            below.extend(bounds(list(classes.values())))
            at.extend(self.kind[name] for name in classes)
            begin.append(len(at))
        return {
            "client_quantity": ints([-1 if c.quantity is None else self.time(c.quantity) for c in clients]),
            "client_due": ints([-1 if c.due is None else self.time(c.due) for c in clients]),
            "class_begin": ints(begin),
            "class_below": np.array(below, dtype=np.float64),
            "class_at": ints(at),
        }

    def steps(self) -> dict[str, Any]:
        """The steps, then the steps of checks."""
        steps = [self.organisation.steps[name] for name in self.nodes[1:]]
        keys = [key_of("place", START), *(key_of("activity", step.activity) for step in steps)]
        keys += [key_of("check", name) for name in self.checks]
        activities = [-1, *(self.activity[step.activity] for step in steps)]
        steps += [self.organisation.checks[name].step for name in self.checks]
        paces = [self.pace(step) for step in steps]
        rows = list(dict.fromkeys(pace for pace in paces if pace is not None))
        return {
            "node_activity": ints(activities),
            "node_key": words(keys),
            "node_team": ints([-1, *map(self.team_of, steps)]),
            "node_place": ints([-1, *(-1 if step.place is None else self.team[step.place] for step in steps)]),
            "node_time": ints([0, *(self.time(step.duration) for step in steps)]),
            "node_unit": ints([0, *(self.time(step.per_unit) for step in steps)]),
            "node_pace": ints([-1, *(-1 if pace is None else rows.index(pace) for pace in paces)]),
            "node_flags": small([0, *map(signs, steps)]),
            **parallel(self.organisation, self.clients, self.classes, self.nodes),
            "pace": np.array(rows, dtype=np.float64).reshape(len(rows), len(self.kind)),
        }

    def pace(self, step: Step) -> tuple[float, ...] | None:
        """By what the time of a step is multiplied for each class; None: neither class nor quantity matters."""
        if not step.by_class and self.organisation.distribution(step.per_unit) == NONE:
            return None
        return (1.0, *(step.by_class.get(name, 1.0) for name in self.classes))

    def team_of(self, step: Step) -> int:
        return -1 if step.team is None else self.team[step.team]

    def routes(self) -> dict[str, Any]:
        """A way is a client with routes or skips of his own, or everybody else, with a class that has routes of its own
        somewhere, or any other. Number of the way: `client_way` + `class_way`."""
        rules = self.organisation
        clients = [None, *self.special()]
        everywhere = [rules.routes, *rules.client_routes.values()]
        only = {route.only for routes in everywhere for ways in routes.values() for route in ways if route.only}
        kinds = [None, *sorted(only)]
        rows: dict[tuple[str | None, str, str | None], int] = {}
        row_of = np.zeros((len(clients) * len(kinds), len(self.nodes)), dtype=np.int32)
        for way, (client, kind) in enumerate(product(clients, kinds)):
            own = rules.routes if client is None else rules.client_routes.get(client, {})
            row_of[way] = row_of[way % len(kinds)]
            for node, place in enumerate(self.nodes):
                if client is None or own.get(place):
                    guarded = kind is not None and any(route.only == kind for route in own.get(place, ()))
                    row = (client, place, kind if guarded else None)
                    row_of[way, node] = rows.setdefault(row, len(rows))
        client_way = np.zeros(len(self.clients) + 1, dtype=np.int32)
        for number, name in enumerate(self.special(), start=1):
            client_way[self.client[name]] = number * len(kinds)
        return {
            "client_way": client_way,
            "class_way": ints([0, *(kinds.index(name if name in only else None) for name in self.classes)]),
            "row_of": row_of,
            **self.skips(clients, len(kinds)),
            **self.ways(rows),
        }

    def skips(self, clients: Sequence[str | None], kinds: int) -> dict[str, Any]:
        """What each way skips."""
        skip = np.zeros((len(clients), len(self.nodes)), dtype=np.uint8)
        for number, client in enumerate(clients):
            for name in self.organisation.skips.get(client or "", frozenset()) if client is not None else ():
                skip[number, self.node[name]] = 1
        worked = [number for name, number in self.node.items() if self.organisation.steps[name].team is not None]
        skips = skip.any(axis=1).astype(np.uint8) + skip[:, worked].any(axis=1)
        return {"skip": np.repeat(skip, kinds, axis=0), "skips": np.repeat(skips, kinds)}

    def ways(self, rows: Iterable[tuple[str | None, str, str | None]]) -> dict[str, Any]:
        begin, below, shares, keys = [0], list[float](), list[float](), list[int]()
        to, time, hours, flags = list[int](), list[int](), list[int](), list[int]()
        for client, place, kind in rows:
            ordered = in_order(self.organisation.routes_of(client, place, kind)) or [Route(to=END, share=1.0)]
            shares.extend(route.share for route in ordered)
            keys.extend(key_of("way", f"{place}>{route.to}") for route in ordered)
            below.extend(bounds([route.share for route in ordered]))
            to.extend(self.node.get(route.to, -1) for route in ordered)
            time.extend(self.time(route.delay) for route in ordered)
            hours.extend(-1 if route.hours is None else self.calendars.index(route.hours) for route in ordered)
            flags.extend(CLIENT_WAIT if route.waits_for == "client" else 0 for route in ordered)
            begin.append(len(to))
        return {
            "route_begin": ints(begin),
            "route_below": np.array(below, dtype=np.float64),
            "route_to": ints(to),
            "route_time": ints(time),
            "route_calendar": ints(hours),
            "route_flags": small(flags),
            "route_share": np.array(shares, dtype=np.float64),
            "route_key": words(keys),
        }

    def check_steps(self) -> dict[str, Any]:
        checks = [self.organisation.checks[name] for name in self.checks]
        after: list[list[int]] = [[] for _ in self.activities]
        for number, check in enumerate(checks):
            if check.after in self.activity:
                after[self.activity[check.after]].append(number)
        begin, at = ragged(after)
        return {
            "check_begin": begin,
            "check_at": at,
            "check_client": ints([-1 if check.client is None else self.client[check.client] for check in checks]),
        }

    def giving_up(self) -> dict[str, Any]:
        rules = [self.organisation.patience[name] for name in self.patience]
        rows: dict[int, list[int]] = {}
        for number, rule in sorted(enumerate(rules), key=lambda item: item[1].client is not None):
            row = rows.setdefault(self.activity[rule.at], [-1] * (len(self.clients) + 1))
            for client in range(len(row)) if rule.client is None else [self.client[rule.client]]:
                row[client] = number
        at = np.full(len(self.activities), -1, dtype=np.int32)
        at[list(rows)] = range(len(rows))
        return {
            "patience_at": at,
            "patience_of": np.array([*rows.values()], dtype=np.int32).reshape(len(rows), len(self.clients) + 1),
            "patience_time": ints([self.time(rule.lasts) for rule in rules]),
            "patience_key": words([key_of("patience", name) for name in self.patience]),
            "patience_to": ints([self.node.get(rule.to, -1) for rule in rules]),
        }

    def going_back(self) -> dict[str, Any]:
        rules = [self.organisation.returns[name] for name in self.returns]
        after: list[list[int]] = [[] for _ in self.activities]
        for number, rule in enumerate(rules):
            after[self.activity[rule.during]].append(number)
        begin, at = ragged(after)
        return {
            "return_begin": begin,
            "return_at": at,
            "return_client": ints([-1 if rule.client is None else self.client[rule.client] for rule in rules]),
            "return_key": words([key_of("return", name) for name in self.returns]),
            "return_share": np.array([rule.share for rule in rules], dtype=np.float64),
            "return_to": ints([self.node[rule.back_to] for rule in rules]),
        }

    def queues(self) -> dict[str, Any]:
        """Each team has a queue for each rank of clients with each rank of classes, the first served first."""
        level = np.zeros((len(self.teams), len(self.clients) + 1), dtype=np.int32)
        class_level = np.zeros((len(self.teams), len(self.kind)), dtype=np.int32)
        begin, ranks = [0], list[int]()
        for number, name in enumerate(self.teams):
            team = self.organisation.teams[name]
            clients = [*(team.priority.get(client, 0) for client in self.clients), 0]
            classes = [team.class_priority.get(kind, 0) if kind else 0 for kind in self.kind]
            upper, lower = sorted({*clients}, reverse=True), sorted({*classes}, reverse=True)
            level[number] = [upper.index(rank) * len(lower) for rank in clients]
            class_level[number] = [lower.index(rank) for rank in classes]
            ranks.extend((first << 32) + second for first, second in product(upper, lower))
            begin.append(len(ranks))
        return {
            "level": level,
            "class_level": class_level,
            "team_order": small([ORDERS.index(self.organisation.teams[name].order) for name in self.teams]),
            "queue_begin": ints(begin),
            "queue_rank": np.array(ranks, dtype=np.int64),
        }


def signs(step: Step) -> int:
    """What the flags of its rows say of who does *step*."""
    if step.client_act:
        return CLIENT_ACT
    return BY_ITSELF if step.team is None else 0


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}
