"""The state of the compiled loop: made, enlarged, and its events planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.engine import duty, forms, layout, streams
from irrupt.engine.asking import demand_in, start
from irrupt.engine.layout import (
    ASKER,
    DESK,
    EVENT,
    GATHERING,
    LINE,
    QUEUE,
    SLOT,
    WORKER,
    Log,
    Records,
    Rules,
    Shelves,
    State,
    records,
)
from irrupt.organisation.hands import groups

if TYPE_CHECKING:
    from irrupt.engine.tables import Tables

SLOTS = 256
"""Cases in the system for which there is room at first."""


def new_log(chunk: int) -> Log:
    """An empty chunk of rows."""
    return Log(
        case=np.empty(chunk, np.int64),
        client=np.empty(chunk, np.int32),
        activity=np.empty(chunk, np.int32),
        team=np.empty(chunk, np.int32),
        person=np.empty(chunk, np.int32),
        enabled=np.empty(chunk),
        ready=np.empty(chunk),
        start=np.empty(chunk),
        end=np.empty(chunk),
        flags=np.empty(chunk, np.uint8),
        due=np.empty(chunk),
        together=np.empty(chunk, np.int32),
    )


def new_shelves(events: int) -> Shelves:
    """Empty shelves for so many *events*."""
    return Shelves(
        later=np.empty(events, layout.SHELVED),
        heads=np.empty(layout.SHELVES + 1, np.int32),
        about=records(layout.SHELVING, 1),
    )


def new_state(tables: Tables, run: int, limit: float) -> State:
    """Nobody has come, nothing is done yet; every client's first case is pending."""
    clients = len(tables.clients)
    slots = records(SLOT, SLOTS)
    set_free(slots, 0)
    counts = np.zeros(10, np.int64)
    counts[layout.FREE] = SLOTS
    keys = np.array([streams.client_key(run, key) for key in tables.client_keys], np.uint64)
    state = State(
        counts=counts,
        clock=np.full(1, -np.inf),
        events=records(EVENT, room_for_events(tables, SLOTS)),
        askers=records(ASKER, clients, key=keys, arrivals=1),
        workers=records(WORKER, len(tables.people), touched=-1.0, pile=-1),
        desks=records(DESK, len(tables.desks), turn=-1, head=-1, tail=-1),
        slots=slots,
        free=np.arange(SLOTS - 1, -1, -1, dtype=np.int32),
        seen=np.zeros((SLOTS, len(tables.activities)), np.int32),
        did=np.full((SLOTS, len(groups(tables.organisation))), -1, np.int32),
        **lines(tables.rules),
    )
    events = Events.none(SLOTS, clients)
    demand = demand_in(tables.rules)
    for client in range(clients):
        events.arrival[client] = start(client, 0.0, limit, demand, state.askers)
    plan(events, state, tables.rules, 0.0)
    return forms.STATE(state)


def set_free(slots: Records, begin: int) -> None:
    """Nothing is in the slots from *begin* on: each is the home of one part."""
    slots["status"][begin:] = layout.GONE
    slots["home"][begin:] = np.arange(begin, len(slots["home"]))
    slots["parts"][begin:] = 1
    slots["other"][begin:] = -1


def room_for_events(tables: Tables, slots: int) -> int:
    """Events that can be pending at a time, of those that may be void perhaps not all."""
    void = slots * (1 + len(tables.rules.calls))
    void = void if tables.patience or tables.rules.most_rows or len(tables.rules.batches) else 0
    return slots + len(tables.clients) + 1 + len(tables.people) + tables.rules.most_rows + void


def lines(rules: Rules) -> dict[str, Any]:
    """Lines and queues in which nobody stands, and room for parts."""
    return {
        "idle": records(LINE, len(rules.members), next=-1, before=-1),
        "queues": records(QUEUE, len(rules.queue_rank), head=-1, tail=-1),
        "held": records(QUEUE, len(rules.teams), head=-1, tail=-1),
        "hands": records(QUEUE, len(rules.teams), head=-1, tail=-1),
        "gathering": records(GATHERING, len(rules.batches), head=-1, tail=-1),
        **room_for_parts(rules),
    }


def room_for_parts(rules: Rules) -> dict[str, Any]:
    """Room for the parts that one event can split off."""
    return {
        "pile": np.zeros((rules.most_parts + 1, 3), np.int32),
        "moving": np.zeros(rules.most_parts + 1, np.int32),
    }


@dataclass(frozen=True, slots=True)
class Events:
    """What is pending, out of the heap. People's events are not kept: they are planned anew."""

    time: Floats
    """Per slot."""
    kind: Ints
    """Per slot; -1: nothing is pending."""
    arrival: Floats
    """Per client, and one more; infinite: none."""

    @classmethod
    def none(cls, slots: int, clients: int) -> Events:
        return cls(np.zeros(slots), np.full(slots, -1), np.full(clients + 1, np.inf))


def plan(events: Events, state: State, rules: Rules, now: float) -> None:
    """Fill the heap of events, but for those at which cases are given up or called off. Everybody looks at once whether
    there is work for him."""
    slots = np.flatnonzero(events.kind >= 0)
    clients = np.flatnonzero(events.arrival < np.inf)
    people = np.arange(len(rules.people))
    case = state.slots["case"]
    close = np.flatnonzero((state.gathering["head"] >= 0) & (state.gathering["closes"] < np.inf))
    state.counts[layout.VOID] = len(close)
    state.slots["when"] = -1.0
    state.slots["when"][slots] = events.time[slots]
    known = (events.time[slots], events.arrival[clients], np.full(len(people), now))
    time = np.concatenate([*known, state.gathering["closes"][close]])
    parts = ((clients, layout.ARRIVE), (people, layout.WAKE), (close, layout.CLOSE))
    kind = np.concatenate([events.kind[slots], *(np.full(len(part), what) for part, what in parts)])
    whose = [case[slots], clients, people, state.gathering["opener"][close]]
    key = (kind << layout.KIND_SHIFT) | np.concatenate(whose)
    order = np.lexsort((key, time))
    count = len(order)
    state.counts[layout.PENDING] = count
    first = state.events[:count]
    first["time"], first["key"] = time[order], key[order]
    first["item"] = np.concatenate([slots, clients, people, close])[order]
    state.workers["wakes"] = 1
    duty.set_hours(rules.people, rules.hours, state.workers, now)
    who, team_of = rules.members["person"], rules.members["team"]
    free = (state.workers["in_hand"] < rules.people["at_once"])[who]
    state.desks["room"] = np.bincount(team_of[free], minlength=len(state.desks))
    _line_up_idle(state, who, team_of, np.flatnonzero(free & (rules.teams["lined"] != 0)[team_of]))


def _line_up_idle(state: State, who: Ints, team_of: Ints, idle: Ints) -> None:
    """Make the lines of *idle* members of teams that keep such lines: who has rested longest comes first. *who*,
    *team_of*: the person and the team of each member."""
    if not len(idle):
        return
    idle = idle[np.lexsort((who[idle], state.workers["touched"][who[idle]], team_of[idle]))]
    team = team_of[idle]
    turns = team[1:] != team[:-1]
    state.desks["head"][team[np.append(True, turns)]] = idle[np.append(True, turns)]
    state.desks["tail"][team[np.append(turns, True)]] = idle[np.append(turns, True)]
    state.idle["next"][idle] = np.append(np.where(turns, -1, idle[1:]), -1)
    state.idle["before"][idle] = np.append(-1, np.where(turns, -1, idle[:-1]))


def grown(state: State) -> State:
    """The same state with twice the slots. Called when no slot is free, or too few for parts of cases."""
    old = len(state.slots)
    changes = {name: _longer(getattr(state, name), old) for name in ("slots", "seen", "did", "events")}
    set_free(changes["slots"], old)
    free = state.free[: state.counts[layout.FREE]]
    state.counts[layout.FREE] += old
    changes["free"] = np.zeros(2 * old, np.int32)
    changes["free"][: len(free) + old] = np.append(np.arange(2 * old - 1, old - 1, -1, dtype=np.int32), free)
    return state._replace(**changes)


def roomier(state: State) -> State:
    """The same state with room for twice the events. Called when too many events that may be void are pending."""
    return state._replace(events=_longer(state.events, len(state.events)))


def _longer(column: np.ndarray, more: int) -> np.ndarray:
    room = np.zeros((len(column) + more, *column.shape[1:]), column.dtype)
    room[: len(column)] = column
    return room
