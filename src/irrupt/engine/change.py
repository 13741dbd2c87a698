"""Rules change while work is in hand: the state of one organisation becomes the state of another.

What depends on the two organisations alone (`Passage`) is found once and kept, since every replication of a comparison
makes the same change. The rest gathers arrays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Flags, Ints, Ints32
from irrupt.engine import forms, layout, pieces
from irrupt.engine.amending import amended, is_lost, patience_follows
from irrupt.engine.asking import demand_in, follow, met, start
from irrupt.engine.gathering import most_urgent, regather, set_up, skipped, told_urgency
from irrupt.engine.impatience import giving_in
from irrupt.engine.layout import (
    BEGUN,
    DELAYED,
    DESK,
    EVENT,
    GONE,
    HELD,
    JOINED,
    PILED,
    QUEUED,
    WORKER,
    Rules,
    State,
    records,
)
from irrupt.engine.passage import Passage, passage
from irrupt.engine.state import Events, lines, plan, room_for_events
from irrupt.engine.tables import Tables
from irrupt.engine.ties import stand_at_desks
from irrupt.engine.ways import cells_of
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
    slots = state.slots
    if way.loses and is_lost(slots, way.node):
        lost = slots["node"][(slots["status"] != GONE) & (way.node[slots["node"]] < 0)]
        refuse_lost((old.nodes[node], int((lost == node).sum())) for node in np.unique(lost))
    if way.amends is not None:
        return amended(state, way.amends, new.rules, run, now, limit)
    events = pending(state, way)
    checks = slots["check"].copy()
    # What is in hand is finished, even when somebody is interrupted at it.
    piled = np.flatnonzero(slots["status"] == PILED)
    keeps = piled[skipped(state, old.rules, piled)]
    within = slots["within"].copy()
    state = _renumbered(state, way, new, run, now)
    stand_at_desks(doing(state, new.rules, np.arange(len(state.slots))), state, new.rules)
    _follow_delays(events, state, way, old.rules, new.rules, now, within)
    _plan_arrivals(events, state, way, old.rules, new.rules, now, limit)
    _follow_checks(events, state, way, new.rules, now, checks)
    regather(events, state, new.rules, now)
    _leave_queues(events, state, new.rules, now, keeps)
    _look_at_joins(events, state, now)
    _keep_piles(events, state, now)
    _follow_hours(events, state, way, old.rules, new.rules, now)
    line_up(state, new.rules)
    _hold(state, new.rules)
    _keep(events, state, new.rules, now)
    plan(events, state, new.rules, now)
    if new.patience or (state.slots["late"] < 0).any():
        giving, last = giving_in(new.rules), state.clock[0]
        patience_follows(giving, now, last, state.slots, state.seen, state.events, state.counts)
    return forms.STATE(state)


def pending(state: State, way: Passage) -> Events:
    """What is pending for cases, and for the clients of the new rules."""
    count = state.counts[layout.PENDING]
    item, when = state.events["item"][:count], state.events["time"][:count]
    what = state.events["key"][:count] >> layout.KIND_SHIFT
    slots, clients = len(state.slots), len(way.old_client)
    events = Events.none(slots, clients)
    arrives = what == layout.ARRIVE
    of_case = (what == layout.PASS) | (what == layout.READY) | (what == layout.DONE)
    if state.counts[layout.STOPPED]:
        of_case &= ~_void(state, count)
    events.arrival[way.client[item[arrives]]] = when[arrives]
    events.arrival[clients] = np.inf
    events.time[item[of_case]] = when[of_case]
    events.kind[item[of_case]] = what[of_case]
    return events


def _void(state: State, count: int) -> Flags:
    """Which of the events would be the end of work or of a delay, if that had not been cut short."""
    events = state.events[:count]
    case = state.slots[events["item"] % len(state.slots)]
    same = case["case"] == events["key"] & ((1 << layout.KIND_SHIFT) - 1)
    status = np.where(events["key"] >> layout.KIND_SHIFT == layout.DONE, BEGUN, DELAYED)
    void: Flags = ~(same & (case["status"] == status) & (case["when"] == events["time"]))
    return void


def _renumbered(state: State, way: Passage, new: Tables, run: int, now: float) -> State:
    """The state in the numbers of the new rules."""
    old, slots = state.slots, state.slots.copy()
    in_hand = (old["status"] != GONE) & (old["person"] >= 0)
    slots["client"], slots["kind"] = way.client[old["client"]], way.kind[old["kind"]]
    slots["way"] = new.rules.clients["way"][slots["client"]] + new.rules.class_way[slots["kind"]]
    slots["way"] += cells_of(slots, new.rules)
    slots["node"] = way.node[old["node"]]
    slots["check"] = gathered(way.checks.behind, old["check"], -1)
    slots["within"] = gathered(way.calendars.place, np.where(old["status"] == DELAYED, old["within"], -1), -1)
    slots["person"] = gathered(way.crews.person, np.where(in_hand, old["person"], -1), -1)
    slots["returned"] = _returned(old["returned"], way.returns)
    late = np.where(old["status"] != GONE, old["late"], 0)
    slots["late"] = np.sign(late) * way.late[np.abs(late)]
    workers = records(WORKER, len(new.people), pile=-1)
    workers["in_hand"] = gathered(state.workers["in_hand"], way.crews.old_person, 0)
    workers["touched"] = gathered(state.workers["touched"], way.crews.old_person, -1.0)
    # Who took the last case of each team.
    turn = gathered(way.crews.person, gathered(state.desks["turn"], way.old_desk, -1), -1)
    return state._replace(
        events=records(EVENT, room_for_events(new, len(slots))),
        askers=met(state.askers, way.old_client, way.client_keys, run, now),
        workers=workers,
        desks=records(DESK, len(new.desks), turn=turn, head=-1, tail=-1),
        slots=slots,
        seen=_seen(state, way.old_activity),
        did=_did(state, way),
        **lines(new.rules),
    )


def _returned(returned: Ints, numbers: Ints) -> Ints:
    made = np.zeros_like(returned)
    for old in np.flatnonzero(numbers >= 0):
        made |= ((returned >> old) & 1) << numbers[old]
    return made


def _seen(state: State, old_activity: Ints) -> Ints32:
    """How often cases came to each activity of the new rules."""
    if np.array_equal(old_activity, np.arange(state.seen.shape[1])):
        return state.seen
    seen = np.zeros((len(state.slots), len(old_activity)), np.int32)
    kept = np.flatnonzero(old_activity >= 0)
    live = np.flatnonzero(state.slots["status"] != GONE)
    seen[np.ix_(live, kept)] = state.seen[np.ix_(live, old_activity[kept])]
    return seen


def _did(state: State, way: Passage) -> Ints32:
    """Who did what ties rest on, in the numbers of the new rules: of those who are still there."""
    did = np.full((len(state.slots), len(way.old_noted)), -1, np.int32)
    for column in np.flatnonzero(way.old_noted >= 0):
        did[:, column] = gathered(way.crews.person, state.did[:, way.old_noted[column]], -1)
    return did


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
    """Clients whose demand changed bring their next case when that says; new clients begin."""
    before, after = demand_in(old), demand_in(new)
    for client in way.demand:
        was = way.old_client[client]
        if was < 0:
            events.arrival[client] = start(client, now, limit, after, state.askers)
        else:
            events.arrival[client] = follow(client, was, before, after, now, limit, state.askers)


def _follow_delays(
    events: Events, state: State, way: Passage, old: Rules, new: Rules, now: float, before: Ints32
) -> None:
    """Delays that pass in the hours of a calendar, *before* and now, are over when what was left of them has passed."""
    passes = (state.slots["status"] == DELAYED) & (state.slots["within"] >= 0)
    passes &= (events.kind == layout.READY) & (events.time > now)
    for slot in np.flatnonzero(passes):
        if way.calendars.moved[before[slot]]:
            was, here = old.calendars[before[slot]], new.calendars[state.slots["within"][slot]]
            left = pieces.on_duty(old.hours, was, now, events.time[slot])
            events.time[slot] = pieces.work_ends(new.hours, here, now, left)


def _follow_checks(events: Events, state: State, way: Passage, rules: Rules, now: float, before: Ints32) -> None:
    """Cases before a check that is not imposed on them any more pass on without it."""
    slots = state.slots
    asked = np.flatnonzero((before >= 0) & (_stays(slots["status"]) | (events.kind == layout.READY)))
    if len(asked):
        check = way.checks.check[before[asked]]
        client = rules.check_client[check] if len(rules.check_client) else check
        after = way.checks.after[check] if len(way.checks.after) else check
        holds = (check >= 0) & ((client < 0) | (client == slots["client"][asked]))
        gone = asked[~holds | (after != rules.nodes["activity"][slots["node"][asked]])]
        _go(events, state, gone, layout.PASS, now)


def _leave_queues(events: Events, state: State, rules: Rules, now: float, keeps: Ints) -> None:
    """Cases leave the queue of a step that has no team any more, or that they skip now, but for those that somebody
    *keeps*."""
    waits = np.flatnonzero(_stays(state.slots["status"]))
    gone = (skipped(state, rules, waits) & ~np.isin(waits, keeps)) | (teams(state, rules, waits) < 0)
    _go(events, state, waits[gone], layout.READY, now)


def _look_at_joins(events: Events, state: State, now: float) -> None:
    """Parts at joins look again whether others can still come."""
    joined = np.flatnonzero(state.slots["status"] == JOINED)
    events.time[joined] = now
    events.kind[joined] = layout.READY
    state.slots["status"][joined] = DELAYED


def _go(events: Events, state: State, slots: Ints, kind: int, now: float) -> None:
    """Plan an event of *kind* for cases that wait, at once; turn the pending event of others into *kind*."""
    waits = slots[_stays(state.slots["status"][slots])]
    events.time[waits] = now
    events.kind[slots] = kind
    # Nobody hands over what lay on his pile.
    state.slots["person"][slots[state.slots["status"][slots] == PILED]] = -1
    state.slots["status"][slots] = DELAYED
    state.slots["rest"][slots] = 0.0


def _keep_piles(events: Events, state: State, now: float) -> None:
    """What was interrupted stays with who has begun it; whose people are gone comes into queues."""
    piled = np.flatnonzero(state.slots["status"] == PILED)
    who = state.slots["person"][piled]
    gone = piled[who < 0]
    events.time[gone] = now
    events.kind[gone] = layout.READY
    state.slots["status"][gone] = DELAYED
    for slot, person in zip(piled[who >= 0], who[who >= 0], strict=True):
        state.slots["next"][slot] = state.workers["pile"][person]
        state.workers["pile"][person] = slot


def _hold(state: State, rules: Rules) -> None:
    """Make the lists of work in hand that can be interrupted."""
    held = np.flatnonzero((state.slots["status"] == BEGUN) & (state.slots["person"] >= 0) & (state.slots["lot"] == 0))
    desk = teams(state, rules, held)
    # Of a step that has no team any more: it is nobody's then.
    held, desk = held[desk >= 0], desk[desk >= 0]
    team = rules.teams["begin"][desk]
    for number in np.flatnonzero(rules.teams["interrupts"]):
        mine = held[team == number]
        if len(mine):
            state.slots["next"][mine] = np.append(mine[1:], -1)
            state.slots["before"][mine] = np.append(-1, mine[:-1])
            state.hands["head"][number], state.hands["tail"][number] = mine[0], mine[-1]


def _stays(status: layout.Bytes) -> Flags:
    """Which cases are in a queue, kept until there is room in it, or left to who was interrupted at them."""
    found: Flags = (status == QUEUED) | (status == HELD) | (status == PILED)
    return found


def teams(state: State, rules: Rules, slots: Ints) -> Ints:
    """The desks at which cases wait, or at which they are in hand: `interrupting.team_of`."""
    nodes = rules.nodes[doing(state, rules, slots)]
    desk: Ints = np.where(nodes["tie"] < 0, nodes["team"], state.slots["desk"][slots]).astype(np.int64)
    return desk


def doing(state: State, rules: Rules, slots: Ints) -> Ints:
    """The numbers of the steps, or of the steps of checks, that cases are at."""
    check = state.slots["check"][slots]
    return np.where(check < 0, state.slots["node"][slots], rules.ways.shape[1] + check).astype(np.int64)


def _follow_hours(events: Events, state: State, way: Passage, old: Rules, new: Rules, now: float) -> None:
    """Work in hand of people whose hours or speed changed ends when what was left of it is done; so does that of teams
    where it is finished beyond hours now, by those who are still there, or where it is not any more."""
    slots, who = state.slots, state.slots["person"]
    at_work = np.flatnonzero((slots["status"] == BEGUN) & (who >= 0))
    team = teams(state, new, at_work)
    stays = np.where(team < 0, slots["stays"][at_work], new.teams["stays"][team])
    other = way.pace[who[at_work]] | (stays != slots["stays"][at_work])
    for slot, goes_on in zip(at_work[other], stays[other], strict=True):
        before, after = old.people[way.crews.old_person[who[slot]]], new.people[who[slot]]
        stayed = slots["stays"][slot]
        slots["stays"][slot] = goes_on and (stayed or _there(new, after, now))
        ratio = (before["speed"], after["speed"])
        # Of a batch that is done one by one, others are done before it begins.
        waits = slots["start"][slot] > now
        for times in (events.time, slots["start"]) if waits else (events.time,):
            left = times[slot] - now if stayed else pieces.worked(old.hours, before, now, times[slot])
            left = left * ratio[0] / ratio[1]
            times[slot] = now + left if slots["stays"][slot] else pieces.done_by(new.hours, after, now, left)
        if waits and not slots["stays"][slot]:
            begin = pieces.goes_on_at(new.hours, after, slots["start"][slot])
            slots["start"][slot] = min(begin, events.time[slot])


def _there(rules: Rules, who: Any, now: float) -> bool:
    """Whether somebody is on duty."""
    at, week = pieces.hours_at(rules.hours, who, now)
    return bool(week + rules.hours[at]["begin"] <= now)


def line_up(state: State, rules: Rules) -> None:
    """Make the queues out of the cases that wait, in the order of their tickets."""
    slots = state.slots
    waits = np.flatnonzero(slots["status"] == QUEUED)
    if not len(waits):
        return
    team = teams(state, rules, waits)
    queue = rules.teams["queue_begin"][team] + rules.level[team, slots["client"][waits]]
    queue += rules.class_level[team, slots["kind"][waits]] + rules.nodes["level"][doing(state, rules, waits)]
    how = rules.teams["order"][team]
    urgency = told_urgency(slots[waits], how)
    for at in np.flatnonzero((how > layout.LAST_COME) & (how != layout.SHORTEST) & (slots["lot"][waits] > 1)):
        urgency[at] = most_urgent(state, waits[at], how[at])
    for at in np.flatnonzero(how == layout.SHORTEST):
        urgency[at] = work(state, rules, waits[at])
    slots["urgency"][waits] = urgency
    ticket = np.where(how == layout.LAST_COME, -slots["ticket"][waits], slots["ticket"][waits])
    order = np.lexsort((ticket, urgency, queue))
    waits, queue, how, team = waits[order], queue[order], how[order], team[order]
    turns = queue[1:] != queue[:-1]
    first = np.append(True, turns)
    slots["next"][waits] = np.append(np.where(turns, -1, waits[1:]), -1)
    slots["before"][waits] = np.append(-1, np.where(turns, -1, waits[:-1]))
    state.queues["head"][queue[first]] = waits[first]
    state.queues["tail"][queue[np.append(turns, True)]] = waits[np.append(turns, True)]
    # A pairing heap: the first, with all the others for its children.
    slots["child"][waits] = np.where(first & (how > layout.LAST_COME), slots["next"][waits], -1)
    state.desks["queued"] = np.bincount(team, np.maximum(slots["lot"][waits], 1), minlength=len(state.desks))


def _keep(events: Events, state: State, rules: Rules, now: float) -> None:
    """Cases that are kept for want of room are handed over as far as there is room, first come; the others are kept."""
    kept = np.flatnonzero(state.slots["status"] == HELD)
    team = rules.teams["begin"][teams(state, rules, kept)]
    for number in np.unique(team):
        mine = kept[team == number]
        mine = mine[np.argsort(state.slots["ticket"][mine])]
        queued = state.desks["queued"][number : rules.teams["end"][number]].sum()
        room = max(0, int(rules.teams["limit"][number]) - int(queued))
        events.time[mine[:room]] = now
        events.kind[mine[:room]] = layout.READY
        state.slots["status"][mine[:room]] = DELAYED
        mine = mine[room:]
        if len(mine):
            state.slots["next"][mine] = np.append(mine[1:], -1)
            state.held["head"][number], state.held["tail"][number] = mine[0], mine[-1]


def work(state: State, rules: Rules, slot: int) -> float:
    """The work that the case in *slot* needs at its step, or the batch for which it stands."""
    total, quantity, others = set_up(state, rules, slot)
    total += _own_work(state, rules, slot, quantity)
    for other in others:
        total += _own_work(state, rules, other, float(state.slots["quantity"][other]))
    return total


def _own_work(state: State, rules: Rules, slot: int, quantity: float) -> float:
    case, node = state.slots[slot], rules.nodes[doing(state, rules, np.array([slot]))[0]]
    again = min(int(case["occurrence"]), 1)
    pace = rules.pace[node["pace"], case["client"], case["kind"], again] if node["pace"] >= 0 else 1.0
    luck = pieces.draw(case["key"], node["key"], case["occurrence"], pieces.FOR_DURATION)
    return float(pieces.work_of(rules.times, rules.cells, node["time"], node["unit"], quantity, pace, luck))
