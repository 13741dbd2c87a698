"""An organisation as arrays.

Everything is numbered in the order of its id, so the order of declarations never matters; and every key of a draw is a
hash of an id, so adding something never changes the luck of others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Ints32
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, GAVE_UP
from irrupt.engine import forms, layout
from irrupt.engine.batching import batches, clocks
from irrupt.engine.columns import ints, ragged, words
from irrupt.engine.demand import demand
from irrupt.engine.joins import parallel
from irrupt.engine.layout import ACTIVITY, ANY_QUEUE, NODE, PATIENCE, RETURN, records
from irrupt.engine.quantiles import distributions
from irrupt.engine.streams import key_of
from irrupt.engine.ties import Ties, ties
from irrupt.engine.ways import Ways
from irrupt.engine.workforce import activity_ranks, may_go_straight_on, most_rows, queues, workforce
from irrupt.errors import ModelError
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.model import START, Organisation, Step
from irrupt.organisation.validate import faults

Away = frozenset[tuple[str, str]]
"""People, each with a team of his whose work he does not take up now."""


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True, eq=False)
class Tables:
    """An organisation compiled: what its numbers stand for, and its rules as arrays."""

    organisation: Organisation
    clients: tuple[str, ...]
    activities: tuple[str, ...]
    """Of steps."""
    nodes: tuple[str, ...]
    """`start`, then the steps."""
    checks: tuple[str, ...]
    desks: tuple[str, ...]
    """Of teams: `desks.py`."""
    people: tuple[str, ...]
    calendars: tuple[str, ...]
    classes: tuple[str, ...]
    """Of cases; number 0 is "none", the first is 1."""
    patience: tuple[str, ...]
    returns: tuple[str, ...]
    rules: layout.Rules
    client_keys: tuple[int, ...]
    ways: Ways
    """Its routes, for organisations that share them;"""
    ties: Ties
    """and where its cases stand, for those that share that."""
    away: Away = frozenset()
    """Who is at no desk of a team of his now: `attending.py`."""

    @property
    def teams(self) -> tuple[str, ...]:
        """In the order of names."""
        return tuple(sorted(self.organisation.teams))

    def __reduce__(self) -> tuple[Any, ...]:
        return tables, (self.organisation,)


@as_annotated
def tables(organisation: Organisation | Tables, beside: Tables | None = None) -> Tables:
    """Compile *organisation* once, to be run many times; what is compiled stays as it is.

    *beside* are rules that it shares parts with, so that less of it has to be compiled and looked at for faults.

    Raises `ModelError` with every fault when it cannot be run.

    >>> from irrupt.engine.examples import counter
    >>> tables(counter()).activities
    ('Serve',)
    """
    if isinstance(organisation, Tables):
        return organisation
    if found := faults(organisation, None if beside is None else beside.organisation):
        raise ModelError(found)
    return _Compiler(organisation, beside).compiled()


class _Compiler:
    """What is looked up while an organisation is compiled."""

    def __init__(self, organisation: Organisation, beside: Tables | None) -> None:
        self.organisation = organisation
        self.clients = sorted(organisation.clients)
        self.activities = sorted(organisation.step_activities())
        self.nodes = [START, *sorted(organisation.steps)]
        self.checks = sorted(organisation.checks)
        self.people = sorted(organisation.people)
        self.client = _numbers(self.clients)
        self.activity = _numbers(self.activities)
        self.node = {name: number for number, name in enumerate(self.nodes) if number > 0}
        self.classes = organisation.classes()
        self.patience = sorted(organisation.patience)
        self.returns = sorted(organisation.returns)
        self.kind = _numbers(["", *self.classes])
        self.calendars = sorted(organisation.calendars)
        self.times: dict[Distribution, int] = {NONE: 0}
        self.named: dict[str, int] = {}
        if beside is not None and beside.ways.serve(organisation):
            self.ways = beside.ways
        else:
            self.ways = Ways(organisation, self.nodes)
        if beside is not None and beside.ties.serve(organisation):
            self.ties = beside.ties
        else:
            self.ties = ties(organisation, self.clients, ["", *self.classes], self.people, self.all_steps())
        self.desks = self.ties.desks

    def compiled(self) -> Tables:
        kinds = ["", *self.classes]
        parts = {
            **self.ways.numbered(self.time, self.calendars),
            **demand(self.organisation, self.clients, self.kind, self.ways.of_clients(self.clients), self.time),
            **self.steps(),
            **self.behind_steps(),
            **queues(self.organisation, self.desks, self.clients, kinds, self.people),
            **workforce(
                self.organisation, self.desks, self.people, self.calendars, clocks(self.organisation, self.nodes)
            ),
        }
        parts |= self.ties.parts
        parts["nodes"]["tie"], parts["nodes"]["notes"] = self.ties.tie, self.ties.notes
        parts["straight"] = may_go_straight_on(parts)
        parts["most_rows"] = most_rows(self.organisation, parts["most_parts"])
        return Tables(
            organisation=self.organisation,
            clients=tuple(self.clients),
            activities=tuple(self.activities),
            nodes=tuple(self.nodes),
            checks=tuple(self.checks),
            desks=self.desks.names,
            people=tuple(self.people),
            calendars=tuple(self.calendars),
            classes=tuple(self.classes),
            patience=tuple(self.patience),
            returns=tuple(self.returns),
            rules=forms.RULES(layout.Rules(**parts, **distributions(self.times))),
            client_keys=tuple(key_of("client", name) for name in self.clients),
            ways=self.ways,
            ties=self.ties,
        )

    def time(self, named: str | Distribution) -> int:
        """The number of a distribution; by its name it is looked up faster than by its points."""
        if isinstance(named, Distribution):
            return self.times.setdefault(named, len(self.times))
        if named not in self.named:
            self.named[named] = self.times.setdefault(self.organisation.distributions[named], len(self.times))
        return self.named[named]

    def steps(self) -> dict[str, Any]:
        """The steps, then the steps of checks."""
        steps = [self.organisation.steps[name] for name in self.nodes[1:]]
        keys = [key_of("place", START), *(key_of("activity", step.activity) for step in steps)]
        keys += [key_of("check", name) for name in self.checks]
        activities = [-1, *(self.activity[step.activity] for step in steps)]
        steps += [self.organisation.checks[name].step for name in self.checks]
        paces = [self.pace(step) for step in steps]
        rows = list(dict.fromkeys(pace for pace in paces if pace is not None))
        together = parallel(self.organisation, self.clients, self.classes, self.nodes)
        batch, together["batches"] = batches(self.organisation, self.nodes, len(self.calendars), self.time)
        beyond = [0] * len(self.checks)
        return {
            "nodes": records(
                NODE,
                len(keys),
                key=words(keys),
                activity=[*activities, *(-1 for _ in self.checks)],
                team=[-1, *map(self.desk_of, steps)],
                place=[-1, *(-1 if step.place is None else self.desks.first[step.place] for step in steps)],
                time=[0, *(self.time(step.duration) for step in steps)],
                unit=[0, *(self.time(step.per_unit) for step in steps)],
                pace=[-1, *(-1 if pace is None else rows.index(pace) for pace in paces)],
                flags=[0, *map(signs, steps)],
                split=[*together.pop("split"), *beyond],
                join=[*together.pop("join"), *(-1 for _ in self.checks)],
                batch=[*batch, *(-1 for _ in self.checks)],
                level=[0, *map(self.level_of(), steps)],
                alone=[0, *(step.alone for step in steps)],
                clock=[0, *(step.clock for step in steps)],
            ),
            "pace": np.array(
                [np.multiply.outer(np.multiply.outer(client, kind), nth) for client, kind, nth in rows], np.float64
            ).reshape(len(rows), len(self.clients) + 1, len(self.kind), 2),
            **together,
        }

    def all_steps(self) -> list[Step | None]:
        """Of all nodes, the steps of checks behind them; None: of `start`."""
        steps = [self.organisation.steps[name] for name in self.nodes[1:]]
        return [None, *steps, *(self.organisation.checks[name].step for name in self.checks)]

    def pace(self, step: Step) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]] | None:
        """By what the time of a step is multiplied for each client, for each class, and the first time and again; None:
        neither these nor quantity matters."""
        plain = not step.by_class and not step.by_client and step.again == 1.0
        if plain and self.organisation.distribution(step.per_unit) == NONE:
            return None
        of_client = (*(step.by_client.get(name, 1.0) for name in self.clients), 1.0)
        return of_client, (1.0, *(step.by_class.get(name, 1.0) for name in self.classes)), (1.0, step.again)

    def desk_of(self, step: Step) -> int:
        return -1 if step.team is None else self.desks.of(step.team, step.activity)

    def level_of(self) -> Callable[[Step], int]:
        """Where the rank of the activity of a step stands among those of its team."""
        ranked = {name: team for name, team in self.organisation.teams.items() if team.activity_priority}
        ranks = {name: activity_ranks(team) for name, team in ranked.items()}

        def level(step: Step) -> int:
            if step.team not in ranked:
                return 0
            return ranks[step.team].index(ranked[step.team].activity_priority.get(step.activity, 0))

        return level

    def behind_steps(self) -> dict[str, Any]:
        """What may happen to a case at a step, or behind it: checks, patience that ends, late changes."""
        checks = [self.organisation.checks[name] for name in self.checks]
        returns = [self.organisation.returns[name] for name in self.returns]
        check_begin, check_at = self.by_activity([check.after for check in checks])
        return_begin, return_at = self.by_activity([rule.during for rule in returns])
        patience_at, patience = self.giving_up()
        return {
            "activities": records(
                ACTIVITY,
                len(self.activities),
                check_begin=check_begin[:-1],
                check_end=check_begin[1:],
                return_begin=return_begin[:-1],
                return_end=return_begin[1:],
                patience=patience_at,
            ),
            "check_at": check_at,
            "check_client": ints([-1 if check.client is None else self.client[check.client] for check in checks]),
            "return_at": return_at,
            "returns": records(
                RETURN,
                len(returns),
                share=[rule.share for rule in returns],
                key=words([key_of("return", name) for name in self.returns]),
                client=[-1 if rule.client is None else self.client[rule.client] for rule in returns],
                to=[self.node[rule.back_to] for rule in returns],
            ),
            **patience,
        }

    def by_activity(self, activities: Sequence[str]) -> tuple[Ints32, Ints32]:
        """The numbers of rules that stand at these *activities*, by activity."""
        found: list[list[int]] = [[] for _ in self.activities]
        for number, activity in enumerate(activities):
            if activity in self.activity:
                found[self.activity[activity]].append(number)
        return ragged(found)

    def giving_up(self) -> tuple[Ints32, dict[str, Any]]:
        """Of each activity: its row of `patience_of`; and that."""
        rules = [self.organisation.patience[name] for name in self.patience]
        rows: dict[int, list[int]] = {}
        for number, rule in sorted(enumerate(rules), key=lambda item: item[1].client is not None):
            if rule.at is None:
                continue
            row = rows.setdefault(self.activity[rule.at], [-1] * (len(self.clients) + 1))
            for client in range(len(row)) if rule.client is None else [self.client[rule.client]]:
                row[client] = number
        at = np.full(len(self.activities), -1, dtype=np.int32)
        at[list(rows)] = range(len(rows))
        return at, {
            "patience_of": np.array([*rows.values()], dtype=np.int32).reshape(len(rows), len(self.clients) + 1),
            "patience": records(
                PATIENCE,
                len(rules),
                key=words([key_of("patience", name) for name in self.patience]),
                time=[-1 if rule.lasts is None else self.time(rule.lasts) for rule in rules],
                longest=[ANY_QUEUE if rule.longest_queue is None else rule.longest_queue for rule in rules],
                to=[self.node.get(rule.to, -1) for rule in rules],
                share=[rule.share for rule in rules],
                client=[-1 if rule.client is None else self.client[rule.client] for rule in rules],
                again=[rule.again for rule in rules],
            ),
            "bears": np.array(
                [[*(rule.by_client.get(name, 1.0) for name in self.clients), 1.0] for rule in rules], np.float64
            ).reshape(len(rules), len(self.clients) + 1),
            "calls": ints([number for number, rule in enumerate(rules) if rule.at is None]),
        }


def signs(step: Step) -> int:
    """What the flags of its rows say of who does *step*."""
    given_up = GAVE_UP if step.given_up else 0
    if step.client_act:
        return CLIENT_ACT | given_up
    return (BY_ITSELF if step.team is None else 0) | given_up


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}
