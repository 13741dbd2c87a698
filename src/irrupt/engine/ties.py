"""Steps that are tied to who did others in the same case: the desk at which a case stands that comes to one.

There is a desk for each set of people who may be left (`desks.py`); a table says which it is, by who did what is asked
about. `Written.takers` is the same in the readable loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from irrupt.arraytypes import Ints, Ints32
from irrupt.compiling import piece
from irrupt.engine.columns import ragged
from irrupt.engine.desks import Desks
from irrupt.engine.layout import GONE, TIE, Records, Rules, State, records
from irrupt.organisation.hands import Hands, alike, bound, groups, left_at
from irrupt.organisation.model import Organisation, Step


def ties(
    organisation: Organisation,
    of: Desks,
    clients: Sequence[str],
    people: Sequence[str],
    steps: Sequence[Step | None],
    nodes: Records,
) -> dict[str, Any]:
    """The part of `layout.Rules` that ties *steps* (those of *nodes*, None for `start`) to who did others. Tells nodes
    their tie, and what is noted of them."""
    columns = {group: number for number, group in enumerate(groups(organisation))}
    bind = {rule.activity for rule in organisation.hands.values()}
    tied = [None if step is None or step.team is None else (step.team, step.activity) for step in steps]
    asked = {at: row for row, at in enumerate(sorted({at for at in tied if at is not None and at[1] in bind}))}
    crews = [sorted(organisation.members(team, activity)) for team, activity in asked]
    made, rests, begin = dict[tuple[int, tuple[Hands, ...]], int](), list[list[int]](), list[int]()
    tables: dict[object, tuple[int, Ints32]] = {}
    reached = 0
    tie_of = np.full((len(asked), len(clients) + 1), -1, np.int32)
    for (team, activity), row in asked.items():
        for place, client in enumerate((*clients, None)):
            rules = bound(organisation, activity, client)
            if rules and (row, rules) not in made:
                made[row, rules] = len(made)
                rests.append([columns[rule.rests_on] for rule in rules])
                if (kind := (team, *crews[row], alike(rules))) not in tables:
                    tables[kind] = reached, _table(of, team, rules, crews[row])
                    reached += len(tables[kind][1])
                begin.append(tables[kind][0])
            tie_of[row, place] = made[row, rules] if rules else -1
    nodes["tie"] = [-1 if at is None else asked.get(at, -1) for at in tied]
    nodes["notes"] = [
        0 if step is None else sum(1 << number for group, number in columns.items() if step.activity in group)
        for step in steps
    ]
    ends, rests_on = ragged(rests)
    return {
        "tie_of": tie_of,
        "ties": records(
            TIE,
            len(made),
            begin=begin,
            size=[len(crews[row]) + 1 for row, _rules in made],
            first=ends[:-1],
            last=ends[1:],
        ),
        "rests_on": rests_on,
        "tied": np.concatenate([np.zeros(0, np.int32), *(table for _begin, table in tables.values())]),
        "in_crew": _places(crews, people),
    }


def _places(crews: Sequence[Sequence[str]], people: Sequence[str]) -> Ints32:
    """[rows of `tie_of`, P] who is where in these *crews*, from 1; 0: not there."""
    number = {name: at for at, name in enumerate(people)}
    found = np.zeros((len(crews), len(people)), np.int32)
    for row, crew in enumerate(crews):
        found[row, [number[name] for name in crew]] = np.arange(1, len(crew) + 1)
    return found


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
    number = rules.tie_of[node.tie, me.client]
    if number < 0:
        return node.team
    tie = rules.ties[number]
    place = np.int64(0)
    for at in range(tie.first, tie.last):
        who = did[me.home, rules.rests_on[at]]
        place = place * tie.size + (rules.in_crew[node.tie, who] if who >= 0 else 0)
    return rules.tied[tie.begin + place]


def stand_at_desks(nodes: Ints, state: State, rules: Rules) -> None:
    """Tell each case its desk where its step is tied; *nodes*: the steps of all slots, or of checks behind them."""
    slots = state.slots
    tied = rules.nodes["tie"][nodes]
    for at in np.flatnonzero((slots["status"] != GONE) & (nodes >= 0) & (tied >= 0)):
        number, desk = int(rules.tie_of[tied[at], slots["client"][at]]), rules.nodes["team"][nodes[at]]
        if number >= 0:
            tie, place = rules.ties[number], 0
            for column in rules.rests_on[tie["first"] : tie["last"]]:
                who = state.did[slots["home"][at], column]
                place = place * tie["size"] + (rules.in_crew[tied[at], who] if who >= 0 else 0)
            desk = rules.tied[tie["begin"] + place]
        slots["desk"][at] = desk
