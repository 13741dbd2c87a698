"""Patience changes while cases wait, and what may cut work short: pieces of a change of rules (`amending.py`)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints32
from irrupt.compiling import piece
from irrupt.engine.interrupting import team_of
from irrupt.engine.layout import (
    BEGUN,
    CALL_OFF,
    DONE,
    GATHERS,
    GONE,
    KIND_SHIFT,
    LEAVE,
    PASS,
    PENDING,
    QUEUED,
    READY,
    VOID,
    Records,
    Rules,
)
from irrupt.engine.lines import rise
from irrupt.engine.pieces import FOR_DELAY, FOR_ROUTE, draw, seconds


class Giving(NamedTuple):
    """Those of the rules on which it depends when cases are given up and called off."""

    nodes: Records
    activities: Records
    patience_of: Ints32
    patience: Records
    bears: Floats
    calls: Ints32
    times: Records
    cells: Floats


def giving_in(rules: Rules) -> Giving:
    """How *rules* let cases be given up."""
    return Giving(
        nodes=rules.nodes,
        activities=rules.activities,
        patience_of=rules.patience_of,
        patience=rules.patience,
        bears=rules.bears,
        calls=rules.calls,
        times=rules.times,
        cells=rules.cells,
    )


@piece
def lose_patience(rules, now, last, slots, seen, events, counts):  # type: ignore[no-untyped-def]
    """Cases are given up and called off as if the rules had been these since they came: those that wait, and all. What
    comes *now* has come where the *last* event was at this moment."""
    pending = 0
    for at in range(counts[PENDING]):
        time = events[at].time
        key = events[at].key
        if key >> KIND_SHIFT == LEAVE or key >> KIND_SHIFT == CALL_OFF:
            counts[VOID] -= 1
        else:
            rise(events, pending, time, key, events[at].item)
            pending += 1
    for slot in range(slots.size):
        me = slots[slot]
        if me.status == GATHERS or (me.status == QUEUED and me.lot <= 1):
            me.leaves = given_up_at(me, now, rules, seen)
            if me.leaves < math.inf:
                rise(events, pending, me.leaves, (LEAVE << KIND_SHIFT) | me.case, slot)
                pending += 1
                counts[VOID] += 1
        if me.status != GONE and me.home == slot:
            if me.late < 0:
                rise(events, pending, now, (CALL_OFF << KIND_SHIFT) | me.case | np.int64(-1 - me.late), slot)
                pending += 1
                counts[VOID] += 1
            for number in rules.calls:
                time = called_off_at(me, number, rules)
                if now <= time < math.inf and time > last:
                    rise(events, pending, time, (CALL_OFF << KIND_SHIFT) | me.case | np.int64(number), slot)
                    pending += 1
                    counts[VOID] += 1
    counts[PENDING] = pending


@piece
def given_up_at(me, now, rules, seen):  # type: ignore[no-untyped-def]
    """When a case that waits is given up; infinite: never."""
    node = rules.nodes[me.node]
    row = rules.activities[node.activity].patience if me.check < 0 and node.team >= 0 else -1
    number = rules.patience_of[row, me.client] if row >= 0 else -1
    if number < 0 or rules.patience[number].time < 0:
        return math.inf
    rule = rules.patience[number]
    if rule.again == 0 and seen[me.home, node.activity] & 1 != 0:
        return math.inf
    luck = draw(me.key, rule.key, me.occurrence, FOR_DELAY)
    return max(now, me.ready + seconds(rules.times, rules.cells, rule.time, luck) * rules.bears[number, me.client])


@piece
def called_off_at(me, number, rules):  # type: ignore[no-untyped-def]
    """When a case is called off by the rule of a *number*; infinite: never."""
    rule = rules.patience[number]
    if (rule.client >= 0 and rule.client != me.client) or draw(me.key, rule.key, 0, FOR_ROUTE) >= rule.share:
        return math.inf
    luck = draw(me.key, rule.key, 0, FOR_DELAY)
    return me.came + seconds(rules.times, rules.cells, rule.time, luck) * rules.bears[number, me.client]


@piece
def arm(slots, events, pending):  # type: ignore[no-untyped-def]
    """From now on work and delays may be cut short: of each that is going on, it is kept when it ends."""
    for slot in range(slots.size):
        slots[slot].when = -1.0
    for at in range(pending):
        kind = events[at].key >> KIND_SHIFT
        if kind in (READY, PASS, DONE):
            slots[events[at].item].when = events[at].time


@piece
def take_in_hands(changed, posts, slots, hands):  # type: ignore[no-untyped-def]
    """Make anew the lists of work in hand of all teams that *changed* marks."""
    some = False
    for team in range(hands.size):
        if changed[team]:
            some = True
            hands[team].head = -1
            hands[team].tail = -1
    if not some:
        return
    for slot in range(slots.size):
        me = slots[slot]
        if me.status == BEGUN and me.person >= 0 and me.lot == 0:
            team = team_of(me, posts)
            if team >= 0 and changed[team] and posts.teams[team].interrupts != 0:
                line = hands[posts.teams[team].begin]
                me.next = -1
                me.before = line.tail
                if line.tail >= 0:
                    slots[line.tail].next = slot
                else:
                    line.head = slot
                line.tail = slot
