"""What a change of rules means for cases that gather, and for batches that wait for a person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.engine import layout, pieces
from irrupt.engine.asked import Asked, Work
from irrupt.engine.layout import DELAYED, GATHERS, QUEUED, Records, Rules, State
from irrupt.engine.state import Events

if TYPE_CHECKING:
    from irrupt.engine.tables import Tables


def regather(events: Events, state: State, rules: Rules, now: float) -> None:
    """Cases gather on under the new rules, and batches wait on. They come apart, and each case comes to its step again,
    where that is done case by case now, or one of them skips it."""
    slots = state.slots
    waits = np.flatnonzero(slots["status"] == GATHERS)
    number = rules.nodes["batch"][slots["node"][waits]]
    apart = (number < 0) | skipped(state, rules, waits)
    _come_again(events, state, waits[apart], now)
    waits, number = waits[~apart], number[~apart]
    for batch in np.unique(number):
        mine = waits[number == batch]
        _gather(state, rules, mine[np.argsort(slots["ticket"][mine])], int(batch), now)
    for leader in np.flatnonzero((slots["status"] == QUEUED) & (slots["lot"] > 1)):
        cases = np.array([leader, *fellows(state, int(leader))])
        node = rules.nodes[slots["node"][leader]]
        if node["batch"] < 0 or node["team"] < 0 or skipped(state, rules, cases).any():
            _come_again(events, state, cases, now)


def fellows(state: State, leader: int) -> list[int]:
    """The slots of the others of a batch, in order."""
    found = []
    slot = state.slots["fellow"][leader] if state.slots["lot"][leader] > 1 else -1
    while slot >= 0:
        found.append(int(slot))
        slot = state.slots["fellow"][slot]
    return found


def skipped(state: State, rules: Rules, waits: Ints) -> Flags:
    """Which of the cases skip the step at which they are."""
    cases = state.slots[waits]
    skip: Flags = (cases["check"] < 0) & (cases["whole"] == 0)
    skip &= rules.ways["skip"][cases["way"], cases["node"]] != 0
    return skip


def _come_again(events: Events, state: State, cases: Ints, now: float) -> None:
    events.time[cases] = now
    events.kind[cases] = layout.READY
    state.slots["status"][cases] = DELAYED
    state.slots["lot"][cases] = 0
    state.slots["since"][cases] = now
    state.counts[layout.BATCHED] += len(cases)


def _gather(state: State, rules: Rules, cases: Ints, number: int, now: float) -> None:
    slots, line, batch = state.slots, state.gathering[number], rules.batches[number]
    slots["next"][cases] = np.append(cases[1:], -1)
    slots["before"][cases] = np.append(-1, cases[:-1])
    line["head"], line["tail"], line["count"] = cases[0], cases[-1], len(cases)
    first = slots[cases[0]]
    moment = max(now, first["ready"] + batch["wait"])
    if len(cases) >= batch["size"]:
        moment = now
    elif batch["calendar"] >= 0:
        moment = min(moment, next_begin(rules, batch["calendar"], now))
    line["opener"], line["closes"] = first["case"], moment


def next_begin(rules: Rules, calendar: int, time: float) -> float:
    """When hours of a calendar begin next, from *time* on."""
    whose, hours = rules.calendars[calendar], rules.hours
    at, week = pieces.hours_at(hours, whose, time)
    if week + hours[at]["begin"] < time:
        at += 1
        if at == whose["hours_end"]:
            at, week = whose["hours_cycle"], week + pieces.WEEK
    return float(week + hours[at]["begin"])


def told_urgency(cases: Records, order: npt.ArrayLike) -> Floats:
    """By what each of *cases* stands in a queue of its *order* (see `batches.told_urgency`); 0 in one of another."""
    told = {
        layout.EARLIEST_DUE: cases["due"],
        layout.OLDEST: cases["came"],
        layout.SMALLEST: cases["quantity"],
        layout.LARGEST: -cases["quantity"],
    }
    return np.select([np.asarray(order) == one for one in told], [*told.values()], 0.0)


def most_urgent(state: State, leader: int, order: int) -> float:
    """The same of a batch: by the first of its cases."""
    return float(told_urgency(state.slots[[leader, *fellows(state, leader)]], order).min())


def set_up(state: State, rules: Rules, slot: int) -> tuple[float, float, list[int]]:
    """Of a batch that waits: the work before the first case, the quantity that is done with it, and those whose work
    adds to its own."""
    case = state.slots[slot]
    node = rules.nodes[case["node"]]
    if case["lot"] == 0 or case["check"] >= 0 or node["batch"] < 0:
        return 0.0, float(case["quantity"]), []
    batch, others = rules.batches[node["batch"]], fellows(state, slot)
    luck = pieces.draw(case["key"], node["key"], case["occurrence"], pieces.FOR_CASE)
    before = float(pieces.seconds(rules.times, rules.cells, batch["set_up"], luck))
    if batch["in_turn"]:
        return before, float(case["quantity"]), others
    return before, _summed(float(case["quantity"]), state, others), []


def _summed(quantity: float, state: State, others: list[int]) -> float:
    for other in others:
        quantity += float(state.slots["quantity"][other])
    return quantity


def waits(state: State, tables: Tables) -> Iterator[Work]:
    """The cases that wait, and the batches."""
    rules = tables.rules
    clients, kinds = (*tables.clients, ""), ("", *tables.classes)
    fields = ("node", "check", "lot", "client", "kind", "occurrence", "quantity", "ready")

    def asked(case: tuple[Any, ...]) -> Asked:
        return Asked(clients[case[3]], kinds[case[4]], case[5] > 0)

    queued, told = np.flatnonzero(state.slots["status"] == QUEUED), state.slots[list(fields)]
    for leader, first in zip(queued.tolist(), told[queued].tolist(), strict=True):
        node, check, lot = first[:3]
        cases = [first, *told[fellows(state, leader)].tolist()] if lot > 1 else [first]
        batch = int(rules.nodes["batch"][node]) if lot > 0 and check < 0 else -1
        if batch >= 0 and not rules.batches["in_turn"][batch]:
            found = [(asked(cases[0]), math.fsum(case[6] for case in cases))]
        else:
            found = [(asked(case), case[6]) for case in cases]
        place = (tables.nodes[node], "") if check < 0 else ("", tables.checks[check])
        yield Work(place, len(cases), min(case[7] for case in cases), batch >= 0, tuple(found))
