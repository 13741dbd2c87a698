"""Who takes a case that comes: pieces of the work loop. `choosing.preference` is the same in the readable loop."""

from __future__ import annotations

import numpy as np

from irrupt.compiling import part
from irrupt.engine.layout import AT_RANDOM, FASTEST, FEWEST_TEAMS, IN_TURN
from irrupt.engine.lines import stand_in_line, unlink
from irrupt.engine.pieces import FOR_CASE, draw, roll


@part
def longest_idle(desk, rules, state, now):  # type: ignore[no-untyped-def]
    """The first on duty in the line of those who are idle at a *desk*; -2: none is, or all are about to look for work,
    at this moment: what waits comes before what comes."""
    at = desk.head
    while at >= 0:
        person = rules.members[at].person
        worker = state.workers[person]
        if now >= worker.on_until:
            roll(worker, rules.people[person], rules.hours, now)
        if worker.on_from <= now and worker.wakes == 0:
            return person
        at = state.idle[at].next
    return np.int32(-2)


@part
def chosen(me, node, team, desk, rules, state, now):  # type: ignore[no-untyped-def]
    """Of the members of a *team* who are on duty, can take more and are not about to look for work, the one by its
    choice, then with the least in hand, then idle longest; -2: there is none."""
    found = np.int32(-2)
    best = 0.0
    for at in range(team.member_begin, team.member_end):
        person = rules.member_at[at]
        somebody = rules.people[person]
        worker = state.workers[person]
        if worker.in_hand >= somebody.at_once:
            continue
        if now >= worker.on_until:
            roll(worker, somebody, rules.hours, now)
        if worker.on_from > now or worker.wakes != 0:
            continue
        worth = 0.0
        if team.choice == AT_RANDOM:
            worth = draw(me.key, node.key + somebody.key, me.occurrence, FOR_CASE)
        elif team.choice == FASTEST:
            worth = -somebody.speed
        elif team.choice == FEWEST_TEAMS:
            worth = np.float64(somebody.team_end - somebody.team_begin)
        elif team.choice == IN_TURN:
            worth = np.float64((person - desk.turn - 1) % rules.people.shape[0])
        if found < 0 or worth < best or (worth == best and less_busy(worker, state.workers[found])):
            found = person
            best = worth
    return found


@part
def less_busy(worker, than):  # type: ignore[no-untyped-def]
    """Whether somebody has less in hand *than* another, or as much and has been idle longer."""
    return worker.in_hand < than.in_hand or (worker.in_hand == than.in_hand and worker.touched < than.touched)


@part
def has_room(who, teams, members, workers, desks, idle):  # type: ignore[no-untyped-def]
    """*who* can take more again: his teams learn of it."""
    for at in range(who.team_begin, who.team_end):
        team = members[at].team
        desks[team].room += 1
        desks[team].asleep = 0
        if teams[team].lined != 0:
            stand_in_line(at, desks[team], members, workers, idle)


@part
def is_full(who, teams, members, desks, idle):  # type: ignore[no-untyped-def]
    """*who* can take no more: his teams learn of it."""
    for at in range(who.team_begin, who.team_end):
        team = members[at].team
        desks[team].room -= 1
        if teams[team].lined != 0:
            unlink(at, desks[team], idle)
