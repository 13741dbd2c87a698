"""Rules change while work is in hand: the state of one organisation becomes the state of another.

What depends on the two organisations alone (`Passage`) is found once and kept, since every replication of a comparison
makes the same change. The rest gathers arrays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from irrupt.engine import layout, pieces, streams
from irrupt.engine.layout import BEGUN, DELAYED, GONE, JOINED, QUEUED, Rules, State
from irrupt.engine.passage import APPOINTED, Numbers, Passage, passage
from irrupt.engine.state import Events, begin_demand, blank, plan
from irrupt.engine.tables import Tables
from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext


def refuse_lost(lost: Iterable[tuple[str, int]]) -> None:
    """Raise `ModelError` for steps, gone from the rules, at which there are cases (with their numbers)."""
    faults = [
        Fault(
            f"steps > {name}",
            ngettext("gone, but {n} case is there", "gone, but {n} cases are there", n).format(n=n),
            remedy=_("keep the step and lead no route to it"),
        )
        for name, n in lost
    ]
    if faults:
        raise ModelError(faults)


def changed(state: State, old: Tables, new: Tables, *, run: int, now: float, limit: float) -> State:
    """The state under the rules *new* from *now* on. Raises `ModelError` when cases are at steps that are gone."""
    way = passage(old, new)
    live = state.status != GONE
    lost = state.node[live & (way.node[state.node] < 0)]
    refuse_lost((old.nodes[node], int((lost == node).sum())) for node in np.unique(lost))
    if way.light:
        return state
    events = pending(state, way)
    checks = state.check
    state = _renumbered(state, way, new, run, now)
    _plan_arrivals(events, state, way, old.rules, new.rules, now, limit)
    _follow_checks(events, state, way, new.rules, now, checks)
    _leave_queues(events, state, new.rules, now)
    _look_at_joins(events, state, now)
    _follow_hours(events, state, way, old.rules, new.rules, now)
    line_up(state, new.rules)
    _lose_patience(state, new.rules, now)
    plan(events, state, new.rules, now)
    return state


def pending(state: State, way: Passage) -> Events:
    """What is pending for cases, and for the clients of the new rules."""
    count = state.counts[layout.PENDING]
    item, when = state.event_item[:count], state.event_time[:count]
    what = state.event_key[:count] >> layout.KIND_SHIFT
    slots, clients = len(state.case), len(way.old_client)
    events = Events.none(slots, clients)
    arrives = what == layout.ARRIVE
    of_case = (what == layout.PASS) | (what == layout.READY) | (what == layout.DONE)
    events.arrival[way.client[item[arrives]]] = when[arrives]
    events.arrival[clients] = np.inf
    events.time[item[of_case]] = when[of_case]
    events.kind[item[of_case]] = what[of_case]
    return events


def _renumbered(state: State, way: Passage, new: Tables, run: int, now: float) -> State:
    """The state in the numbers of the new rules."""
    keys = gathered(state.client_key, way.old_client, 0)
    for client in np.flatnonzero(way.old_client < 0):
        keys[client] = streams.client_key(run, new.client_keys[client])
    at_work = (state.status == BEGUN) & (state.person >= 0)
    check = gathered(way.check_behind, state.check, -1)
    who, kind = way.client[state.client].astype(np.int32), way.kind[state.kind].astype(np.int32)
    state = state._replace(
        arrivals=gathered(state.arrivals, way.old_client, 1),
        client_key=keys,
        since=gathered(state.since, way.old_client, now),
        need=gathered(state.need, way.old_client, 0.0),
        **{name: gathered(getattr(state, name), way.old_client, 0) for name in APPOINTED},
        in_hand=gathered(state.in_hand, way.old_person, 0),
        touched=gathered(state.touched, way.old_person, -1.0),
        turn=_turn(state, way),
        client=who,
        kind=kind,
        way=new.rules.client_way[who] + new.rules.class_way[kind],
        node=way.node[state.node].astype(np.int32),
        check=check.astype(np.int32),
        person=gathered(way.person, np.where(at_work, state.person, -1), -1).astype(np.int32),
        seen=_seen(state, way.old_activity),
        returned=_returned(state.returned, way.returns),
    )
    return state._replace(**blank(new, len(state.case)))


def _turn(state: State, way: Passage) -> layout.Ints:
    """Who took the last case of each team, in the new numbers."""
    last = gathered(state.turn, way.old_team, -1)
    return gathered(way.person, last, -1).astype(np.int32)


def _returned(returned: layout.Longs, numbers: Iterable[tuple[int, int]]) -> layout.Longs:
    made = np.zeros_like(returned)
    for old, new in numbers:
        made |= ((returned >> old) & 1) << new
    return made


def _seen(state: State, old_activity: Numbers) -> layout.Ints:
    """How often cases came to each activity of the new rules."""
    if np.array_equal(old_activity, np.arange(state.seen.shape[1])):
        return state.seen
    seen = np.zeros((len(state.case), len(old_activity)), np.int32)
    kept = np.flatnonzero(old_activity >= 0)
    live = np.flatnonzero(state.status != GONE)
    seen[np.ix_(live, kept)] = state.seen[np.ix_(live, old_activity[kept])]
    return seen


def gathered(column: npt.NDArray[Any], places: npt.NDArray[Any], otherwise: float) -> npt.NDArray[Any]:
    """The values of *column* at *places*, and *otherwise* where the place is -1."""
    if not len(column):
        return np.full((len(places), *column.shape[1:]), otherwise, column.dtype)
    values: npt.NDArray[Any] = column[places]
    values[places < 0] = otherwise
    return values


def _plan_arrivals(
    events: Events, state: State, way: Passage, old: Rules, new: Rules, now: float, limit: float
) -> None:
    """Clients whose demand changed bring their next case when the new demand has brought what was still needed of their
    gap; new clients begin, and so does the week of those who had appointments. Where the gap itself is another, the
    same share of it is still needed."""
    for client in way.demand:
        before = way.old_client[client]
        drawn = (state.client_key[client], state.arrivals[client] - 1)
        gap = pieces.gap(*drawn, new.client_evenness[client])
        if before < 0 or old.slot_begin[before] < old.slot_begin[before + 1]:
            need = gap
        else:
            part = (old.client_rate, old.client_growth, before, state.since[client], min(now, limit))
            need = max(0.0, state.need[client] - pieces.expected(*part))
            if old.client_evenness[before] != new.client_evenness[client]:
                need = gap * (need / pieces.gap(*drawn, old.client_evenness[before]))
        begin_demand(events, state, new, client, need, now, limit)


def _follow_checks(events: Events, state: State, way: Passage, rules: Rules, now: float, before: layout.Ints) -> None:
    """Cases before a check that is not imposed on them any more pass on without it."""
    asked = np.flatnonzero((before >= 0) & ((state.status == QUEUED) | (events.kind == layout.READY)))
    if len(asked):
        check = way.check[before[asked]]
        client = rules.check_client[check] if len(rules.check_client) else check
        after = way.check_after[check] if len(way.check_after) else check
        holds = (check >= 0) & ((client < 0) | (client == state.client[asked]))
        gone = asked[~holds | (after != rules.node_activity[state.node[asked]])]
        _go(events, state, gone, layout.PASS, now)


def _leave_queues(events: Events, state: State, rules: Rules, now: float) -> None:
    """Cases leave the queue of a step that has no team any more, or that they skip now."""
    waits = np.flatnonzero(state.status == QUEUED)
    node = state.node[waits]
    skipped = (state.check[waits] < 0) & (state.whole[waits] == 0)
    skipped &= rules.skip[state.way[waits], node] != 0
    _go(events, state, waits[skipped | (teams(state, rules, waits) < 0)], layout.READY, now)


def _look_at_joins(events: Events, state: State, now: float) -> None:
    """Parts at joins look again whether others can still come."""
    joined = np.flatnonzero(state.status == JOINED)
    events.time[joined] = now
    events.kind[joined] = layout.READY
    state.status[joined] = DELAYED


def _go(events: Events, state: State, slots: Numbers, kind: int, now: float) -> None:
    """Plan an event of *kind* for cases that wait, at once; turn the pending event of others into *kind*."""
    waits = slots[state.status[slots] == QUEUED]
    events.time[waits] = now
    events.kind[slots] = kind
    state.status[slots] = DELAYED


def teams(state: State, rules: Rules, slots: Numbers) -> Numbers:
    """The teams that cases are waiting for."""
    return rules.node_team[doing(state, rules, slots)].astype(np.int64)


def doing(state: State, rules: Rules, slots: Numbers) -> Numbers:
    """The numbers of the steps, or of the steps of checks, that cases are at."""
    check = state.check[slots]
    return np.where(check < 0, state.node[slots], rules.row_of.shape[1] + check).astype(np.int64)


def _follow_hours(events: Events, state: State, way: Passage, old: Rules, new: Rules, now: float) -> None:
    """Work in hand of people whose hours or speed changed ends when what was left of it is done."""
    if not way.pace.any():
        return
    at_work = np.flatnonzero((state.status == BEGUN) & (state.person >= 0))
    for slot in at_work[way.pace[state.person[at_work]]]:
        person = state.person[slot]
        before = way.old_person[person]
        hours = (old.hours_from, old.hours_until, old.hours_begin[before], old.hours_end[before])
        left = pieces.on_duty(*hours, now, events.time[slot]) * old.speed[before] / new.speed[person]
        hours = (new.hours_from, new.hours_until, new.hours_begin[person], new.hours_end[person])
        events.time[slot] = pieces.work_ends(*hours, now, left)


def line_up(state: State, rules: Rules) -> None:
    """Make the queues out of the cases that wait, in the order of their tickets."""
    waits = np.flatnonzero(state.status == QUEUED)
    if not len(waits):
        return
    team = teams(state, rules, waits)
    queue = (
        rules.queue_begin[team] + rules.level[team, state.client[waits]] + rules.class_level[team, state.kind[waits]]
    )
    how = rules.team_order[team]
    state.urgency[waits] = 0.0
    state.urgency[waits[how == layout.EARLIEST_DUE]] = state.due[waits[how == layout.EARLIEST_DUE]]
    for slot in waits[how == layout.SHORTEST]:
        state.urgency[slot] = work(state, rules, slot)
    ticket = np.where(how == layout.LAST_COME, -state.ticket[waits], state.ticket[waits])
    order = np.lexsort((ticket, state.urgency[waits], queue))
    waits, queue, how = waits[order], queue[order], how[order]
    turns = queue[1:] != queue[:-1]
    first = np.append(True, turns)
    state.next[waits] = np.append(np.where(turns, -1, waits[1:]), -1)
    state.before[waits] = np.append(-1, np.where(turns, -1, waits[:-1]))
    state.head[queue[first]] = waits[first]
    state.tail[queue[np.append(turns, True)]] = waits[np.append(turns, True)]
    # A pairing heap: the first, with all the others for its children.
    state.child[waits] = np.where(first & (how > layout.LAST_COME), state.next[waits], -1)
    state.queued[:] = np.bincount(team, minlength=len(state.queued))


def work(state: State, rules: Rules, slot: int) -> float:
    """The work that the case in *slot* needs at its step."""
    node = doing(state, rules, np.array([slot]))[0]
    times = (rules.time_kind, rules.time_a, rules.time_b, rules.time_at, rules.time_cells)
    pace = rules.pace[rules.node_pace[node], state.kind[slot]] if rules.node_pace[node] >= 0 else 1.0
    part = (rules.node_time[node], rules.node_unit[node], state.quantity[slot], pace)
    key = (state.key[slot], rules.node_key[node], state.occurrence[slot], pieces.FOR_DURATION)
    return float(pieces.work_of(times, rules.cells, *part, pieces.draw(*key)))


def _lose_patience(state: State, rules: Rules, now: float) -> None:
    """Set when cases that wait are given up: as if the rules had been these since they came into the queue."""
    waits = np.flatnonzero(state.status == QUEUED)
    state.leaves[waits] = np.inf
    if not len(rules.patience_key):
        return
    times = (rules.time_kind, rules.time_a, rules.time_b, rules.time_at, rules.time_cells)
    for slot in waits[state.check[waits] < 0]:
        row = rules.patience_at[rules.node_activity[state.node[slot]]]
        number = rules.patience_of[row, state.client[slot]] if row >= 0 else -1
        if number >= 0:
            key = (state.key[slot], rules.patience_key[number], state.occurrence[slot], pieces.FOR_DELAY)
            lasts = pieces.seconds(times, rules.cells, rules.patience_time[number], pieces.draw(*key))
            state.leaves[slot] = max(now, state.ready[slot] + lasts)
