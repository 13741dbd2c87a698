"""What the numbers of rows stand for, while rules change: a name keeps its number for the whole run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from irrupt.arraytypes import Ints32
from irrupt.chronicle.rows import Legend
from irrupt.engine.desks import team_of
from irrupt.engine.layout import Names
from irrupt.lately import Between

if TYPE_CHECKING:
    from irrupt.engine.tables import Tables


class Numbers:
    """Names in the order in which they were met; new ones are put behind."""

    def __init__(self) -> None:
        self.clients: dict[str, int] = {}
        self.activities: dict[str, int] = {}
        self.teams: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.checks: frozenset[str] = frozenset()
        self.set_ups: dict[str, float] = {}
        self._known: dict[Tables, Names] = {}
        """What was numbered before: rules that take turns are numbered once."""

    def copy(self) -> Numbers:
        """The same numbers, to go on with by itself."""
        other = Numbers()
        other.clients, other.activities = self.clients.copy(), self.activities.copy()
        other.teams, other.people, other.checks = self.teams.copy(), self.people.copy(), self.checks
        other.set_ups, other._known = self.set_ups.copy(), self._known.copy()
        return other

    def names(self, tables: Tables, before: Tables | None = None, numbered: Names | None = None) -> Names:
        """Numbers of what *tables* number, after taking in what is new. Those of the same clients and people as
        *before* are those that were *numbered* then."""
        if numbered is not None and before is not None and _named_alike(before, tables):
            return numbered
        if tables not in self._known:
            self._known[tables] = self._names(tables, before, numbered)
        return self._known[tables]

    def _names(self, tables: Tables, before: Tables | None, numbered: Names | None) -> Names:
        _met(self.activities, tables.organisation.activities())
        activities = _met(self.activities, tables.activities)
        checking = [tables.organisation.checks[name].step.activity for name in tables.checks]
        self.checks |= frozenset(checking)
        checks = [self.activities[activity] for activity in checking]
        for step in tables.organisation.steps.values():
            if (
                step.batch is not None
                and step.batch.done == "at once"
                and (mean := tables.organisation.distribution(step.batch.set_up).mean) > 0
            ):
                self.set_ups[step.activity] = mean
        given_up = [tables.organisation.patience[name].activity for name in tables.patience]
        same_clients = before is not None and before.clients == tables.clients
        same_people = before is not None and before.people == tables.people
        return Names(
            client=numbered.client if numbered and same_clients else _met(self.clients, tables.clients),
            node=np.append(activities[tables.rules.nodes["activity"][: len(tables.nodes)]], np.array(checks, np.int32)),
            patience=np.array([self.activities[name] for name in given_up], np.int32),
            team=_met(self.teams, [team_of(desk) for desk in tables.desks]),
            person=numbered.person if numbered and same_people else _met(self.people, tables.people),
        )

    def legend(self, tables: Tables) -> Legend:
        """The legend of the run."""
        return Legend(
            origin=tables.organisation.origin,
            timezone=tables.organisation.timezone,
            clients=tuple(self.clients),
            activities=tuple(self.activities),
            teams=tuple(self.teams),
            people=tuple(self.people),
            checks=self.checks,
            set_ups=tuple(sorted(self.set_ups.items())),
        )


_ALIKE = Between["Tables", bool]()


def _named_alike(before: Tables, tables: Tables) -> bool:
    """Whether all that bears a name in two sets of rules is the same; found once for each pair, as `passage` is."""
    return _ALIKE.of(before, tables, lambda: _alike(before, tables))


def _alike(before: Tables, tables: Tables) -> bool:
    one, other = before.organisation, tables.organisation
    parts = ((getattr(one, name), getattr(other, name)) for name in ("steps", "checks", "patience", "distributions"))
    known = (before.clients, before.people, before.desks) == (tables.clients, tables.people, tables.desks)
    return known and all(old is new or old == new for old, new in parts)


def _met(numbers: dict[str, int], names: Sequence[str]) -> Ints32:
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int32)
