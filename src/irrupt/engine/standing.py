"""Where the cases of a run stand at a pause of it: who gathers for a batch, who is kept, what is not over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.engine.compiled import Compiled
from irrupt.engine.layout import DELAYED, GATHERS, GONE, HELD, JOINED, PARKED
from irrupt.engine.reference import Reference
from irrupt.organisation import Organisation, Step

ON_ITS_WAY = (DELAYED, JOINED, PARKED)
"""What has not come to its step yet, or waits for other parts of its case."""


class Stands(NamedTuple):
    """A case that is not over, or a part of one."""

    client: str
    """"": he is gone."""
    team: str
    activity: str
    """Of the step to which it has come; "": to none yet."""


def gathering(loop: Compiled | Reference) -> dict[str, int]:
    """Step -> cases that wait there for others to come, where there are any."""
    if isinstance(loop, Reference):
        return {place: len(cases) for place, cases in loop.gathering.items() if cases}
    nodes = loop.state.slots["node"][loop.state.slots["status"] == GATHERS]
    return dict(Counter(loop.tables.nodes[node] for node in nodes.tolist()))


def kept(loop: Compiled | Reference, rules: Organisation) -> dict[tuple[str, str], float]:
    """(team, other) -> share of the hands of that team in which cases are kept for want of room in the queue of the
    other, where any are."""
    found = Counter[tuple[str, str]]()
    for person, full in _kept(loop, rules):
        found.update((team, full) for team in (rules.people[person].teams if person in rules.people else ()))
    hands = {team: sum(rules.people[one].at_once for one in rules.members(team)) for team, _full in found}
    return {(team, full): count / hands[team] for (team, full), count in found.items()}


def _kept(loop: Compiled | Reference, rules: Organisation) -> Iterator[tuple[str, str]]:
    """Who keeps a case, and whose queue is full."""
    if isinstance(loop, Reference):
        yield from ((case.person or "", loop.team(case)) for case in loop.held)
        return
    slots = np.flatnonzero(loop.state.slots["status"] == HELD)
    for slot, step in zip(slots.tolist(), _steps(loop, slots, rules), strict=True):
        yield loop.tables.people[loop.state.slots["person"][slot]], step.team or ""


def stand(loop: Compiled, rules: Organisation) -> set[Stands]:
    """Where cases stand that are not over."""
    slots = np.flatnonzero(loop.state.slots["status"] != GONE)
    far = np.isin(loop.state.slots["status"][slots], ON_ITS_WAY)
    clients = [(*loop.tables.clients, "")[number] for number in loop.state.slots["client"][slots].tolist()]
    found = {Stands(client, "", "") for client, away in zip(clients, far.tolist(), strict=True) if away}
    there = [client for client, away in zip(clients, far.tolist(), strict=True) if not away]
    steps = _steps(loop, slots[~far], rules)
    return found | {Stands(one, step.team or "", step.activity) for one, step in zip(there, steps, strict=True)}


def _steps(loop: Compiled, slots: Ints, rules: Organisation) -> Iterator[Step]:
    """At which steps cases are, those of checks among them."""
    tables, columns = loop.tables, loop.state.slots[slots]
    for node, check in zip(columns["node"].tolist(), columns["check"].tolist(), strict=True):
        yield rules.steps[tables.nodes[node]] if check < 0 else rules.checks[tables.checks[check]].step
