"""The state of the compiled loop: made, enlarged, and its events planned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from irrupt.engine import layout, pieces, streams
from irrupt.engine.layout import Floats, Ints, Log, Longs, Rules, State

if TYPE_CHECKING:
    from irrupt.engine.tables import Tables

SLOTS = 256
"""Cases in the system for which there is room at first."""
PER_SLOT = {
    "next": np.int32,
    "child": np.int32,
    "urgency": np.float64,
    "before": np.int32,
    "leaves": np.float64,
    "returned": np.int64,
    "status": np.uint8,
    "case": np.int64,
    "home": np.int32,
    "parts": np.int32,
    "other": np.int32,
    "client": np.int32,
    "kind": np.int32,
    "way": np.int32,
    "quantity": np.float64,
    "due": np.float64,
    "key": np.uint64,
    "node": np.int32,
    "occurrence": np.int32,
    "check": np.int32,
    "person": np.int32,
    "ticket": np.int64,
    "flags": np.uint8,
    "whole": np.uint8,
    "enabled": np.float64,
    "ready": np.float64,
    "start": np.float64,
    "row_client": np.int32,
    "row_activity": np.int32,
    "row_team": np.int32,
    "row_person": np.int32,
}
"""Columns of `State` with one value for each slot."""


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
    )


def new_state(tables: Tables, run: int, limit: float) -> State:
    """Nobody has come, nothing is done yet; every client's first case is pending."""
    clients, people = len(tables.clients), len(tables.people)
    slots = {name: np.zeros(SLOTS, dtype) for name, dtype in PER_SLOT.items()}
    set_free(slots, 0)
    counts = np.zeros(8, np.int64)
    counts[layout.FREE] = SLOTS
    state = State(
        counts=counts,
        clock=np.zeros(1),
        arrivals=np.ones(clients, np.int64),
        client_key=np.array([streams.client_key(run, key) for key in tables.client_keys], np.uint64),
        since=np.zeros(clients),
        need=np.zeros(clients),
        raw=np.zeros(clients),
        of_week=np.zeros(clients, np.int64),
        left=np.zeros(clients, np.int64),
        monday=np.zeros(clients),
        appointed=np.zeros(clients),
        in_hand=np.zeros(people, np.int32),
        touched=np.full(people, -1.0),
        turn=np.full(len(tables.teams), -1, np.int32),
        free=np.arange(SLOTS - 1, -1, -1, dtype=np.int32),
        seen=np.zeros((SLOTS, len(tables.activities)), np.int32),
        **blank(tables, SLOTS),
        **slots,
    )
    events = Events.none(SLOTS, clients)
    for client in range(clients):
        need = pieces.gap(state.client_key[client], 0, tables.rules.client_evenness[client])
        begin_demand(events, state, tables.rules, client, need, 0.0, limit)
    plan(events, state, tables.rules, 0.0)
    return state


def set_free(slots: dict[str, Any], begin: int) -> None:
    """Nothing is in the slots from *begin* on: each is the home of one part."""
    slots["status"][begin:] = layout.GONE
    slots["home"][begin:] = np.arange(begin, len(slots["home"]))
    slots["parts"][begin:] = 1
    slots["other"][begin:] = -1


def blank(tables: Tables, slots: int) -> dict[str, Any]:
    """What `plan` and `change.line_up` fill: events, hours on duty, room in teams, queues."""
    people, teams, queues = len(tables.people), len(tables.teams), len(tables.rules.queue_rank)
    events = slots + len(tables.clients) + 1 + people + (slots if tables.patience else 0)
    return {
        "event_time": np.zeros(events),
        "event_key": np.zeros(events, np.int64),
        "event_item": np.zeros(events, np.int32),
        "wakes": np.zeros(people, np.uint8),
        "on_from": np.zeros(people),
        "on_until": np.zeros(people),
        "on_week": np.zeros(people),
        "on_interval": np.zeros(people, np.int32),
        "room": np.zeros(teams, np.int32),
        "asleep": np.zeros(teams, np.uint8),
        "idle_head": np.full(teams, -1, np.int32),
        "idle_tail": np.full(teams, -1, np.int32),
        "idle_next": np.full(len(tables.rules.team_at), -1, np.int32),
        "idle_before": np.full(len(tables.rules.team_at), -1, np.int32),
        "queued": np.zeros(teams, np.int32),
        "pile": np.zeros((tables.rules.most_parts + 1, 3), np.int32),
        "moving": np.zeros(tables.rules.most_parts + 1, np.int32),
        "head": np.full(queues, -1, np.int32),
        "tail": np.full(queues, -1, np.int32),
    }


@dataclass(frozen=True, slots=True)
class Events:
    """What is pending, out of the heap. People's events are not kept: they are planned anew."""

    time: Floats
    """Per slot."""
    kind: Longs
    """Per slot; -1: nothing is pending."""
    arrival: Floats
    """Per client, and one more; infinite: none."""

    @classmethod
    def none(cls, slots: int, clients: int) -> Events:
        return cls(np.zeros(slots), np.full(slots, -1), np.full(clients + 1, np.inf))


def begin_demand(
    events: Events, state: State, rules: Rules, client: int, need: float, now: float, limit: float
) -> None:
    """Plan the next case of a client under a demand that begins or changes *now*: when *need* more are expected."""
    state.since[client], state.need[client] = now, need
    time = pieces.next_arrival(rules.client_rate, rules.client_growth, client, now, need, limit)
    slots = rules.slot_from[rules.slot_begin[client] : rules.slot_begin[client + 1]]
    if len(slots):
        state.raw[client], state.left[client] = time, 0
        state.appointed[client] = math.ceil(now / pieces.WEEK) * pieces.WEEK
        part = (
            rules.client_rate,
            rules.client_growth,
            rules.client_evenness[client],
            slots,
            state.client_key[client],
            state.arrivals[client] - 1,
            limit,
        )
        time = pieces.appointment(*part, state.raw, state.of_week, state.left, state.monday, state.appointed, client)
    events.arrival[client] = time if time < limit else np.inf


def plan(events: Events, state: State, rules: Rules, now: float) -> None:
    """Fill the heap of events. Everybody looks at once whether there is work for him."""
    slots = np.flatnonzero(events.kind >= 0)
    clients = np.flatnonzero(events.arrival < np.inf)
    people = np.arange(len(rules.speed))
    leave = np.flatnonzero((state.status == layout.QUEUED) & (state.leaves < np.inf))
    state.counts[layout.LEAVES] = len(leave)
    time = np.concatenate([events.time[slots], events.arrival[clients], np.full(len(people), now), state.leaves[leave]])
    parts = (clients, layout.ARRIVE), (people, layout.WAKE), (leave, layout.LEAVE)
    kind = np.concatenate([events.kind[slots], *(np.full(len(part), what) for part, what in parts)])
    key = (kind << layout.KIND_SHIFT) | np.concatenate([state.case[slots], clients, people, state.case[leave]])
    order = np.lexsort((key, time))
    count = len(order)
    state.counts[layout.PENDING] = count
    state.event_time[:count] = time[order]
    state.event_key[:count] = key[order]
    state.event_item[:count] = np.concatenate([slots, clients, people, leave])[order]
    state.wakes[:] = 1
    pieces.set_hours(*hours(rules), now, state.on_week, state.on_interval, state.on_from, state.on_until)
    free = (state.in_hand < rules.at_once)[rules.team_who]
    state.room[:] = np.bincount(rules.team_at[free], minlength=len(state.room))
    for team in np.flatnonzero(rules.team_long):
        idle = np.flatnonzero(free & (rules.team_at == team))
        if len(idle):
            idle = idle[np.lexsort((rules.team_who[idle], state.touched[rules.team_who[idle]]))]
            state.idle_head[team], state.idle_tail[team] = idle[0], idle[-1]
            state.idle_next[idle] = np.append(idle[1:], -1)
            state.idle_before[idle] = np.append(-1, idle[:-1])


def hours(rules: Rules) -> tuple[Ints, Ints, Floats, Floats]:
    """Everybody's calendar."""
    return rules.hours_begin, rules.hours_end, rules.hours_from, rules.hours_until


def grown(state: State) -> State:
    """The same state with twice the slots. Called when no slot is free, or too few for parts of cases."""
    old = len(state.case)
    changes = {name: _longer(getattr(state, name), old) for name in (*PER_SLOT, "seen")}
    set_free(changes, old)
    changes |= {name: _longer(getattr(state, name), old) for name in ("event_time", "event_key", "event_item")}
    free = state.free[: state.counts[layout.FREE]]
    state.counts[layout.FREE] += old
    changes["free"] = np.zeros(2 * old, np.int32)
    changes["free"][: len(free) + old] = np.append(np.arange(2 * old - 1, old - 1, -1, dtype=np.int32), free)
    return state._replace(**changes)


def roomier(state: State) -> State:
    """The same state with room for twice the events. Called when too many events of giving up are pending."""
    more = len(state.event_time)
    names = ("event_time", "event_key", "event_item")
    return state._replace(**{name: _longer(getattr(state, name), more) for name in names})


def _longer(column: np.ndarray, more: int) -> np.ndarray:
    room = np.zeros((more, *column.shape[1:]), column.dtype)
    return np.concatenate([column, room])
