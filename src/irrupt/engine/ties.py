"""Steps at which it hangs on the case who does them: on its client and class, or on who did others in it.

There is a desk for each set of people who may be left (`desks.py`); a table says which it is, by whose the case is, of
which class, what it is like, and who did what is asked about. `Written.does` and `Written.takers` are the same in the
readable loop.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from irrupt.arraytypes import Ints, Ints32
from irrupt.compiling import piece
from irrupt.engine.columns import ragged
from irrupt.engine.desks import Desks, desks
from irrupt.engine.layout import GONE, TIE, Rules, State, records
from irrupt.organisation.asked import WHO_DOES_WHAT, guards_on
from irrupt.organisation.guards import CaseClass, Guard, Like, cell, cells, compared
from irrupt.organisation.hands import Group, Hands, alike, groups, left_at, may_do, on_the_case
from irrupt.organisation.model import Organisation, Step, same_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """The desks of an organisation, and at which of them cases stand where it hangs on the case."""

    organisation: Organisation
    desks: Desks
    parts: Mapping[str, Any]
    """The part of `layout.Rules` that says it."""
    tie: Sequence[int]
    """Of each node: its tie,"""
    notes: Sequence[int]
    """and what is noted of it."""

    def serve(self, other: Organisation) -> bool:
        """Whether they are those of *other*, too: the same people do the same there, in the same cells."""
        alike = same_parts(self.organisation, other, (*WHO_DOES_WHAT, "hands"))
        return alike and (not self.parts["tie_of"].size or self.organisation.guards() == other.guards())


def ties(
    organisation: Organisation,
    clients: Sequence[str],
    kinds: Sequence[str],
    people: Sequence[str],
    steps: Sequence[Step | None],
) -> Ties:
    """Where the desk at *steps* (those of all nodes, None for `start`) hangs on the case. *kinds*: "", then the
    classes."""
    of = desks(organisation)
    columns = {group: number for number, group in enumerate(groups(organisation))}
    at_teams = [None if step is None or step.team is None else (step.team, step.activity) for step in steps]
    tied = on_the_case(organisation)
    asked = {
        at: may_do(organisation, *at) for at in sorted({at for at in at_teams if at is not None and at[1] in tied})
    }
    made = _Made(of, columns)
    told = cells(*compared(organisation.guards()))
    tie_of = np.full((len(asked), len(clients) + 1, len(kinds), len(told)), -1, np.int32)
    for row, ((team, activity), found) in enumerate(asked.items()):
        usual, _rules = found[None, None]
        number = {
            whose: made.number(team, crew, rules) if rules or crew != usual else -1
            for whose, (crew, rules) in found.items()
        }
        of_clients = {client for client, _like in found}
        likes = _likes({like for _client, like in found}, guards_on(organisation, team, activity), kinds, told)
        tie_of[row] = [
            [[number[client if client in of_clients else None, like] for like in of_kind] for of_kind in likes]
            for client in (*clients, None)
        ]
    rows = {at: row for row, at in enumerate(asked)}
    noted = {group: 1 << number for group, number in columns.items()}
    return Ties(
        organisation=organisation,
        desks=of,
        parts={"tie_of": tie_of, **made.tables(people)},
        tie=[-1 if at is None else rows.get(at, -1) for at in at_teams],
        notes=[
            0 if one is None else sum(bit for group, bit in noted.items() if one.activity in group) for one in steps
        ],
    )


def _likes(
    named: Collection[CaseClass], guards: Sequence[Guard], kinds: Sequence[str], told: Sequence[tuple[float, float]]
) -> list[list[CaseClass]]:
    """Which of the *named* classes, or whatever they are like, cases of each of *kinds* are of in the cells that
    are *told* apart: the *guards* of one activity ask for some of their bounds only, or for none."""
    if not guards:
        return [[kind if kind in named else None] * len(told) for kind in kinds]
    rising = compared(guards)
    at = [cells(*rising)[cell(*rising, *of)] for of in told]
    known = {like.name for like in named if isinstance(like, Like)}
    return [[Like(kind if kind in known else None, *of) for of in at] for kind in kinds]


class _Made:
    """The tables of desks, each made once; *columns*: number of each group of activities that rules rest on."""

    def __init__(self, of: Desks, columns: Mapping[Group, int]) -> None:
        self.of, self.columns = of, columns
        self.numbers: dict[tuple[str, frozenset[str], tuple[Hands, ...]], int] = {}
        self.begins: dict[object, int] = {}
        self.desks: list[Ints32] = [np.zeros(0, np.int32)]
        self.crews: dict[frozenset[str], int] = {}

    def number(self, team: str, crew: frozenset[str], rules: tuple[Hands, ...]) -> int:
        """That of the table for a *crew* of a *team*, bound by *rules*."""
        self.crews.setdefault(crew, len(self.crews))
        if (kind := (team, crew, alike(rules))) not in self.begins:
            self.begins[kind] = sum(map(len, self.desks))
            self.desks.append(_table(self.of, team, rules, sorted(crew)))
        return self.numbers.setdefault((team, crew, rules), len(self.numbers))

    def tables(self, people: Sequence[str]) -> dict[str, Any]:
        """All of them, as arrays."""
        ends, rests_on = ragged([[self.columns[rule.rests_on] for rule in rules] for _t, _c, rules in self.numbers])
        number = {name: at for at, name in enumerate(people)}
        in_crew = np.zeros((len(self.crews), len(people)), np.int32)
        for row, crew in enumerate(self.crews):
            in_crew[row, [number[name] for name in sorted(crew)]] = np.arange(1, len(crew) + 1)
        ties = records(
            TIE,
            len(self.numbers),
            begin=[self.begins[team, crew, alike(rules)] for team, crew, rules in self.numbers],
            size=[len(crew) + 1 for _team, crew, _rules in self.numbers],
            first=ends[:-1],
            last=ends[1:],
            crew=[self.crews[crew] for _team, crew, _rules in self.numbers],
        )
        return {"ties": ties, "rests_on": rests_on, "tied": np.concatenate(self.desks), "in_crew": in_crew}


def _table(of: Desks, team: str, rules: Sequence[Hands], crew: Sequence[str]) -> Ints32:
    """Which desk it is: [crew + 1] for each of *rules*, by who did the last of what it rests on, the first for nobody
    of the *crew*."""
    place = {None: 0} | {name: at for at, name in enumerate(crew, start=1)}
    desks = np.zeros((len(crew) + 1,) * len(rules), np.int32)
    for who, left in left_at(crew, rules):
        desks[tuple(place[name] for name in who)] = of.named[of.name(team, left)]
    return desks.ravel()


@piece
def tied_desk(me, node, rules, did):  # type: ignore[no-untyped-def]
    """The desk at which a case stands that comes to a *node* that is tied."""
    number = rules.tie_of[node.tie, me.client, me.kind, me.way % rules.tie_of.shape[3]]
    if number < 0:
        return node.team
    tie = rules.ties[number]
    place = np.int64(0)
    for at in range(tie.first, tie.last):
        who = did[me.home, rules.rests_on[at]]
        place = place * tie.size + (rules.in_crew[tie.crew, who] if who >= 0 else 0)
    return rules.tied[tie.begin + place]


def stand_at_desks(nodes: Ints, state: State, rules: Rules) -> None:
    """Tell each case its desk where its step is tied; *nodes*: the steps of all slots, or of checks behind them."""
    slots = state.slots
    tied = rules.nodes["tie"][nodes]
    for at in np.flatnonzero((slots["status"] != GONE) & (nodes >= 0) & (tied >= 0)):
        cell_of = slots["way"][at] % rules.tie_of.shape[3]
        number = int(rules.tie_of[tied[at], slots["client"][at], slots["kind"][at], cell_of])
        desk = rules.nodes["team"][nodes[at]]
        if number >= 0:
            tie, place = rules.ties[number], 0
            for column in rules.rests_on[tie["first"] : tie["last"]]:
                who = state.did[slots["home"][at], column]
                place = place * tie["size"] + (rules.in_crew[tie["crew"], who] if who >= 0 else 0)
            desk = rules.tied[tie["begin"] + place]
        slots["desk"][at] = desk
