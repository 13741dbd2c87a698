"""Who takes a case that comes: pieces of the work loop. `choosing.preference` is the same in the readable loop."""

from __future__ import annotations

import numpy as np

from irrupt.compiling import part, piece
from irrupt.engine.duty import roll
from irrupt.engine.layout import AT_RANDOM, BY_COMING, BY_TEAM, FASTEST, FEWEST_TEAMS, IN_TURN
from irrupt.engine.lines import comes_before, first_queue, stand_in_line, unlink
from irrupt.engine.pieces import FOR_CASE, draw


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
def chosen(me, node, team, rules, state, now):  # type: ignore[no-untyped-def]
    """Of the members of a *team* who are on duty, can take more and are not about to look for work, the one by its
    choice, then with the least in hand, then idle longest; -2: there is none."""
    found = np.int32(-2)
    best = 0.0
    turn = state.desks[team.begin].turn
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
            worth = np.float64(somebody.teams)
        elif team.choice == IN_TURN:
            worth = np.float64((person - turn - 1) % rules.people.shape[0])
        if found < 0 or worth < best or (worth == best and less_busy(worker, state.workers[found])):
            found = person
            best = worth
    return found


@part
def less_busy(worker, than):  # type: ignore[no-untyped-def]
    """Whether somebody has less in hand *than* another, or as much and has been idle longer."""
    return worker.in_hand < than.in_hand or (worker.in_hand == than.in_hand and worker.touched < than.touched)


@piece
def first_of_desks(at, members, teams, desks, queues, queue_rank, slots, now):  # type: ignore[no-untyped-def]
    """Of the desks of one team at which somebody is, from his membership *at* on: the one at which that stands which he
    takes first, with its queue there (-1: nothing waits) and its rank. It is as if the team had one queue."""
    found = members[at].team
    best = np.int64(-1)
    best_rank = np.int64(0)
    for place in range(at, at + 1 + members[at].more):
        desk = members[place].team
        if desks[desk].queued > 0:
            queue, rank = first_queue(teams[desk], queues, queue_rank, slots, now)
            case = slots[queues[queue].head]
            if best < 0 or comes_before(teams[desk].order, case, rank, slots[queues[best].head], best_rank):
                found = desk
                best = queue
                best_rank = rank
    return found, best, best_rank


@part
def first_for(somebody, members, teams, desks, queues, queue_rank, slots, now):  # type: ignore[no-untyped-def]
    """Where what somebody takes stands, of what is first in the queues of his teams: what has the highest rank, then
    what waits longest; or that of the first team; or what came first. The desk, the queue (-1: nothing waits) and the
    rank that tells."""
    team = -1
    best = -1
    best_rank = np.int64(0)
    at = somebody.team_begin
    while at < somebody.team_end:
        other = members[at].team
        more = members[at].more
        queue = -1
        if best < 0 or somebody.serves != BY_TEAM:
            if more > 0:
                other, queue, rank = first_of_desks(at, members, teams, desks, queues, queue_rank, slots, now)
            elif desks[other].queued > 0:
                queue, rank = first_queue(teams[other], queues, queue_rank, slots, now)
        at += 1 + more
        if queue >= 0:
            if somebody.serves == BY_COMING:
                rank = np.int64(0)
            first = best < 0 or rank > best_rank
            if first or (rank == best_rank and slots[queues[queue].head].ticket < slots[queues[best].head].ticket):
                team = other
                best = queue
                best_rank = rank
    return team, best, best_rank


@piece
def if_there(person, people, workers, hours, now):  # type: ignore[no-untyped-def]
    """Who hands over a case, if he is on duty and may go straight on with it; -1: he is not."""
    worker = workers[person]
    if now >= worker.on_until:
        roll(worker, people[person], hours, now)
    return person if worker.on_from <= now else np.int32(-1)


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
