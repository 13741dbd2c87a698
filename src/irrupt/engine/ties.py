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
from irrupt.engine.columns import ints
from irrupt.engine.desks import Desks
from irrupt.engine.layout import TIE, Records, records
from irrupt.organisation.hands import Hands, bound, groups, left_at
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
    places = {name: number for number, name in enumerate(people)}
    bind = {rule.activity for rule in organisation.hands.values()}
    tied = [None if step is None or step.team is None else (step.team, step.activity) for step in steps]
    asked = sorted({at for at in tied if at is not None and at[1] in bind})
    rows, begin, desks, made = [], list[int](), list[int](), dict[tuple[str, tuple[Hands, ...]], int]()
    rests, first = list[int](), list[int]()
    for team, activity in asked:
        row = []
        for client in (*clients, None):
            rules = bound(organisation, activity, client)
            if rules and (team, rules) not in made:
                made[team, rules] = len(begin)
                begin.append(len(desks))
                first.append(len(rests))
                rests += [columns[rule.rests_on] for rule in rules]
                desks += _table(organisation, of, team, rules, places)
            row.append(made[team, rules] if rules else -1)
        rows.append(row)
    nodes["tie"] = [-1 if at not in asked else asked.index(at) for at in tied]
    nodes["notes"] = [
        0 if step is None else sum(1 << number for group, number in columns.items() if step.activity in group)
        for step in steps
    ]
    return {
        "tie_of": np.array(rows, np.int32).reshape(len(asked), len(clients) + 1),
        "ties": records(TIE, len(begin), begin=begin, first=first, last=[*first[1:], len(rests)][: len(first)]),
        "rests_on": ints(rests),
        "tied": ints(desks),
    }


def _table(
    organisation: Organisation, of: Desks, team: str, rules: Sequence[Hands], places: dict[str, int]
) -> list[int]:
    """Which desk it is: [P + 1] for each of *rules*, by who did the last of what it rests on, the first for nobody."""
    known: list[dict[str | None, int]] = [{None: 0} for _ in rules]
    left = list(left_at(organisation, team, rules))
    for who, _crew in left:
        for one, name in zip(known, who, strict=True):
            one.setdefault(name, len(one))
    small = np.zeros([len(one) for one in known], np.int32)
    for who, crew in left:
        small[tuple(one[name] for one, name in zip(known, who, strict=True))] = of.named[of.name(team, crew)]
    wide = [np.zeros(len(places) + 1, np.int64) for _ in known]
    for axis, one in zip(wide, known, strict=True):
        for name, at in one.items():
            axis[0 if name is None else places[name] + 1] = at
    made: list[int] = small[np.ix_(*wide)].ravel().tolist()
    return made


@piece
def tied_desk(me, node, rules, did):  # type: ignore[no-untyped-def]
    """The desk at which a case stands that comes to a *node* that is tied."""
    number = rules.tie_of[node.tie, me.client]
    if number < 0:
        return node.team
    tie = rules.ties[number]
    place = np.int64(0)
    for at in range(tie.first, tie.last):
        place = place * (rules.people.shape[0] + 1) + did[me.home, rules.rests_on[at]] + 1
    return rules.tied[tie.begin + place]


def desks_at(nodes: Ints, slots: Records, did: Ints32, rules: Any) -> Ints:
    """The desk of each of some *slots*, whose cases are at these *nodes*."""
    found: Ints = rules.nodes["team"][nodes].astype(np.int64)
    for at in np.flatnonzero(rules.nodes["tie"][nodes] >= 0):
        number = int(rules.tie_of[rules.nodes["tie"][nodes[at]], slots["client"][at]])
        if number >= 0:
            tie, place = rules.ties[number], 0
            for column in rules.rests_on[tie["first"] : tie["last"]]:
                place = place * (len(rules.people) + 1) + int(did[slots["home"][at], column]) + 1
            found[at] = rules.tied[tie["begin"] + place]
    return found
