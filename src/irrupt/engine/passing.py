"""Cases that would wait in vain under other rules, for steps that they skip now or checks that are not imposed on them
any more, pass on: pieces of a change of rules (`amending.py`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.compiling import part, piece
from irrupt.engine.calling import hand_over, not_held
from irrupt.engine.interrupting import out_of_queue, take_off
from irrupt.engine.layout import (
    DELAYED,
    GONE,
    HELD,
    KIND_SHIFT,
    PASS,
    PENDING,
    PILED,
    QUEUED,
    READY,
    Records,
    Rules,
    State,
)
from irrupt.engine.lines import queued_at, rise
from irrupt.engine.pieces import way_of
from irrupt.engine.renaming import exchange


class Waits(NamedTuple):
    """Those of the rules on which it depends what cases wait for."""

    clients: Records
    class_way: Ints32
    quantities: Floats
    givens: Floats
    ways: Records
    nodes: Records
    check_client: Ints32
    teams: Records
    level: Ints32
    class_level: Ints32
    batches: Records
    calendars: Records
    hours: Records
    first_check: int
    """Place in `nodes`."""


def waits_in(rules: Rules) -> Waits:
    """What cases wait for under *rules*."""
    return Waits(
        clients=rules.clients,
        class_way=rules.class_way,
        quantities=rules.quantities,
        givens=rules.givens,
        ways=rules.ways,
        nodes=rules.nodes,
        check_client=rules.check_client,
        teams=rules.teams,
        level=rules.level,
        class_level=rules.class_level,
        batches=rules.batches,
        calendars=rules.calendars,
        hours=rules.hours,
        first_check=rules.ways.shape[1],
    )


class Checked(NamedTuple):
    """How the numbers of checks become others; -1: not there."""

    check: Ints
    """Old -> new."""
    behind: Ints
    """Old -> the last new one before it in the order of ids, itself included."""
    after: Ints
    """New -> the activity behind which it stands."""


class Places(NamedTuple):
    """Where cases wait, and what is pending for them."""

    teams: Records
    level: Ints32
    class_level: Ints32
    nodes: Records
    ways: Records
    first_check: int
    slots: Records
    queues: Records
    held: Records
    gathering: Records
    desks: Records
    workers: Records
    events: Records
    counts: Ints


def places_in(state: State, waits: Waits) -> Places:
    """Where cases wait in *state*, under the rules that held until now; where they gather, under those that hold."""
    return Places(
        teams=waits.teams,
        level=waits.level,
        class_level=waits.class_level,
        nodes=waits.nodes,
        ways=waits.ways,
        first_check=waits.first_check,
        slots=state.slots,
        queues=state.queues,
        held=state.held,
        gathering=state.gathering,
        desks=state.desks,
        workers=state.workers,
        events=state.events,
        counts=state.counts,
    )


@piece
def pass_on(new, checks, now, cutting, was, places):  # type: ignore[no-untyped-def]
    """Cases bear the numbers of the *new* rules, and those that would wait in vain pass on. *cutting*: delays may have
    been cut short, so that their end is void. *was*: the numbers that they bore, where some are others now; or empty.
    """
    come_to_no_check(new, checks, cutting, places)
    # First those who are kept for a queue, then those in queues, from which others get room.
    kept = False
    for team in range(places.held.size):
        kept = kept or places.held[team].head >= 0
    if kept:
        for slot in range(places.slots.size):
            me = places.slots[slot]
            to = passes(me, new, checks) if me.status == HELD else -1
            if to >= 0:
                back_and_forth(me, slot, was)
                not_held(slot, places)
                back_and_forth(me, slot, was)
                come(slot, to, now, places)
    for slot in range(places.slots.size):
        me = places.slots[slot]
        if me.status == QUEUED or me.status == PILED:
            stand_or_pass(slot, new, checks, now, was, places)
        if me.status != GONE:
            me.way = way_of(me, new)
            if me.check >= 0:
                me.check = checks.behind[me.check]


@part
def stand_or_pass(slot, new, checks, now, was, places):  # type: ignore[no-untyped-def]
    """A case in a queue, or on somebody's pile, stays there or passes on."""
    me = places.slots[slot]
    # What is in hand is finished, even when somebody is interrupted at it.
    node = was[slot].node if was.size > 0 else me.node
    keeps = me.status == PILED and me.check < 0 and places.ways[me.way, node].skip != 0
    to = -1 if keeps else passes(me, new, checks)
    if to < 0:
        return
    if me.status == QUEUED:
        back_and_forth(me, slot, was)
        out_of_queue(slot, places)
        back_and_forth(me, slot, was)
    else:
        take_off(slot, places.workers[me.person], places.slots)
        me.person = -1
    come(slot, to, now, places)


@piece
def let_in(now, places):  # type: ignore[no-untyped-def]
    """Cases that are kept for want of room are handed over as far as there is room, first come."""
    for team in range(places.held.size):
        room = places.teams[team].limit - queued_at(places.teams[team], places.desks)
        while room > 0 and places.held[team].head >= 0:
            hand_over(team, now, places)
            room -= 1


@piece
def back_and_forth(me, slot, was):  # type: ignore[no-untyped-def]
    """A case bears the numbers by which it stands where it does, or those that it has now."""
    if was.size > 0:
        exchange(me, was[slot])


@piece
def come_to_no_check(new, checks, cutting, places):  # type: ignore[no-untyped-def]
    """Cases that come to a check pass on without it where it is not imposed on them any more."""
    for at in range(places.counts[PENDING]):
        time = places.events[at].time
        key = places.events[at].key
        item = places.events[at].item
        if key >> KIND_SHIFT == READY:
            me = places.slots[item]
            pends = not cutting or (me.status == DELAYED and me.when == time and me.case == key - (READY << KIND_SHIFT))
            if pends and me.check >= 0 and not imposed(me, new, checks):
                rise(places.events, at, time, (PASS << KIND_SHIFT) | me.case, item)


@part
def imposed(me, new, checks):  # type: ignore[no-untyped-def]
    """Whether the check to which a case has come is still imposed on it."""
    check = checks.check[me.check]
    if check < 0 or checks.after[check] != new.nodes[me.node].activity:
        return False
    client = new.check_client[check]
    return client < 0 or client == me.client


@part
def passes(me, new, checks):  # type: ignore[no-untyped-def]
    """As what a case that waits goes on, if it would wait in vain: `PASS` without a check, `READY` past a step that it
    skips; -1: it waits on."""
    if me.check >= 0:
        return -1 if imposed(me, new, checks) else PASS
    return READY if me.whole == 0 and new.ways[way_of(me, new), me.node].skip != 0 else -1


@piece
def come(slot, kind, now, places):  # type: ignore[no-untyped-def]
    """A case that waited goes on at once."""
    me = places.slots[slot]
    me.status = DELAYED
    me.rest = 0.0
    me.when = now
    rise(places.events, places.counts[PENDING], now, (np.int64(kind) << KIND_SHIFT) | me.case, slot)
    places.counts[PENDING] += 1
