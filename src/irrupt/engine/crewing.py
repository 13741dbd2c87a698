"""Who is in which team changes while work is in hand, or whether its idle members stand in line: pieces of a change of
rules (`amending.py`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.compiling import piece
from irrupt.engine.layout import DELAYED, GONE, KIND_SHIFT, PENDING, PILED, READY
from irrupt.engine.lines import rise, stand_behind, unlink


class Crews(NamedTuple):
    """How the numbers of people and of memberships become others; -1: not there."""

    person: Ints
    """Old -> new."""
    old_person: Ints
    """New -> old."""
    member: Ints
    """Old -> new, of `layout.Rules.members`."""
    old_member: Ints
    """New -> old."""


@piece
def crew_anew(crews, old, new, now, known, workers, known_idle, idle, desks, slots, events, counts):  # type: ignore[no-untyped-def]
    """Fill *workers* and the lines of *idle* members, empty ones, with those *known* until now. What somebody who is
    gone has in hand he finishes; what he was interrupted at comes into its queue."""
    for at in range(old.members.size):
        if crews.member[at] < 0:
            leave_team(at, old, known, known_idle, desks)
    take_over(crews, known, workers, known_idle, idle, desks)
    for team in range(desks.size):
        if old.teams[team].lined != new.teams[team].lined:
            desks[team].head = -1
            desks[team].tail = -1
    for at in range(idle.size):
        team = new.members[at].team
        joins = crews.old_member[at] < 0
        person = new.members[at].person
        if workers[person].in_hand < new.people[person].at_once:
            if joins:
                desks[team].room += 1
            if new.teams[team].lined != 0 and (joins or old.teams[team].lined == 0):
                stand_by_rest(at, new, workers, idle, desks[team])
    for slot in range(slots.size):
        me = slots[slot]
        if me.status != GONE and me.person >= 0:
            me.person = crews.person[me.person]
            if me.person < 0 and me.status == PILED:
                me.status = DELAYED
                me.when = now
                rise(events, counts[PENDING], now, (np.int64(READY) << KIND_SHIFT) | me.case, slot)
                counts[PENDING] += 1


@piece
def take_over(crews, known, workers, known_idle, idle, desks):  # type: ignore[no-untyped-def]
    """Those who were there and are stay what they are, in other numbers."""
    for person in range(workers.size):
        before = crews.old_person[person]
        if before >= 0:
            workers[person] = known[before]
        else:
            workers[person].touched = -1.0
            workers[person].pile = -1
    for at in range(idle.size):
        before = crews.old_member[at]
        if before >= 0:
            idle[at].next = renumbered(known_idle[before].next, crews.member)
            idle[at].before = renumbered(known_idle[before].before, crews.member)
    for team in range(desks.size):
        desk = desks[team]
        desk.head = renumbered(desk.head, crews.member)
        desk.tail = renumbered(desk.tail, crews.member)
        desk.turn = renumbered(desk.turn, crews.person)
        desk.asleep = 0


@piece
def renumbered(number, numbers):  # type: ignore[no-untyped-def]
    """A number in other *numbers*; -1 stays."""
    return np.int64(number) if number < 0 else numbers[number]


@piece
def leave_team(at, rules, workers, idle, desks):  # type: ignore[no-untyped-def]
    """Whoever has the membership *at* is in that team no more."""
    person = rules.members[at].person
    team = rules.members[at].team
    if workers[person].in_hand < rules.people[person].at_once:
        desks[team].room -= 1
        if rules.teams[team].lined != 0:
            unlink(at, desks[team], idle)


@piece
def stand_by_rest(at, rules, workers, idle, desk):  # type: ignore[no-untyped-def]
    """Whoever has the membership *at* stands in line behind those of his team who have been idle longer."""
    last = desk.tail
    while last >= 0 and idle_longer(rules.members[at].person, rules.members[last].person, workers):
        last = idle[last].before
    stand_behind(at, last, desk, idle)


@piece
def idle_longer(person, other, workers):  # type: ignore[no-untyped-def]
    """Whether a person has been idle longer than another or, for as long, has the lower number."""
    mine = workers[person].touched
    others = workers[other].touched
    return mine < others or (mine == others and person < other)
