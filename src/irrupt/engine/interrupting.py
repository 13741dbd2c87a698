"""Work in hand that is interrupted by cases of a higher rank: `urgent.py`. Pieces of the work loop.

The work in hand of a team that lets it be interrupted is a list (`State.hands`); what somebody was interrupted at is a
list of his (`pile`). The end of work that is interrupted stays among the events, void: `layout.SLOT.when` tells.

Nothing here is cached by itself: it is compiled into `kernel.work`, whose key knows this file.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from irrupt.compiling import piece
from irrupt.engine.duty import look_at_hours
from irrupt.engine.layout import (
    BY_COMING,
    BY_TEAM,
    DELAYED,
    INTERRUPTED,
    KIND_SHIFT,
    LAST_COME,
    PENDING,
    PILED,
    READY,
    RESUME,
    STOPPED,
    TICKET,
    VOID,
)
from irrupt.engine.lines import rise, served_first, unlink, without
from irrupt.engine.noting import note
from irrupt.engine.pieces import worked
from irrupt.engine.takers import has_room

Posts = namedtuple(
    "Posts",
    "teams people members nodes level class_level queue_rank hours calendars batches first_check workers desks idle"
    " queues held hands gathering slots events counts",
)
"""Those of `layout.Rules` and `layout.State` that are used here: the fewer are handed on, the faster this compiles."""


@piece
def team_of(work, posts):  # type: ignore[no-untyped-def]
    """The desk at which a case waits, or at which it is in hand."""
    node = posts.nodes[posts.first_check + work.check if work.check >= 0 else work.node]
    return node.team if node.tie < 0 else work.desk


@piece
def queue_of(work, team, posts):  # type: ignore[no-untyped-def]
    """The queue of the rank that a case has at a *team*: the lower its number, the higher the rank."""
    return posts.teams[team].queue_begin + place_of(work, team, posts)


@piece
def out_of_queue(slot, posts):  # type: ignore[no-untyped-def]
    """A case leaves its queue, or the batch does for which it stands."""
    me = posts.slots[slot]
    team = team_of(me, posts)
    queue = posts.queues[queue_of(me, team, posts)]
    if posts.teams[team].order <= LAST_COME:
        unlink(slot, queue, posts.slots)
    else:
        queue.head = without(slot, queue.head, posts.slots)
    posts.desks[team].queued -= max(me.lot, 1)


@piece
def place_of(work, team, posts):  # type: ignore[no-untyped-def]
    """Which of the queues of a *team* that is, from that of the highest rank on."""
    node = posts.nodes[posts.first_check + work.check if work.check >= 0 else work.node]
    return posts.level[team, work.client] + posts.class_level[team, work.kind] + node.level


@piece
def take_in_hand(slot, team, posts):  # type: ignore[no-untyped-def]
    """Work on the case in *slot* begins: it can be interrupted."""
    line = posts.hands[posts.teams[team].begin]
    me = posts.slots[slot]
    me.next = line.head
    me.before = -1
    if line.head >= 0:
        posts.slots[line.head].before = slot
    else:
        line.tail = slot
    line.head = slot


@piece
def put_down(slot, posts):  # type: ignore[no-untyped-def]
    """Work on the case in *slot*, which is in hand, is over."""
    team = team_of(posts.slots[slot], posts)
    if team >= 0 and posts.teams[team].interrupts != 0:
        unlink(slot, posts.hands[posts.teams[team].begin], posts.slots)


@piece
def look_at_clock(person, now, posts):  # type: ignore[no-untyped-def]
    """Whether somebody may begin something, in whose record his hours may be those in which his work in hand ends."""
    return look_at_hours(posts.workers[person], posts.people[person], posts.hours, now)


@piece
def first_in_line(team, posts):  # type: ignore[no-untyped-def]
    """The first queue of a team in which there is somebody; -1: none."""
    return served_first(posts.teams[team], posts.queues) if posts.desks[team].queued > 0 else -1


@piece
def weakest(team, place, person, now, posts):  # type: ignore[no-untyped-def]
    """The work in hand of a *team* that a case in a queue at one of its desks interrupts: that of the lowest rank, and
    of these the one begun last, of people on duty who are at that desk; or, of work of one *person*, whether he is on
    duty or not. -1: there is none."""
    best = -1
    best_place = place
    at = posts.hands[posts.teams[team].begin].head
    while at >= 0:
        work = posts.slots[at]
        its = place_of(work, team, posts)
        may = its > place and work.when > now and (person < 0 or work.person == person)
        if may and is_at(work.person, team, posts):
            better = best < 0 or its > best_place
            if not better and its == best_place:
                other = posts.slots[best]
                better = work.start > other.start or (
                    work.start == other.start
                    and (work.person < other.person or (work.person == other.person and work.case < other.case))
                )
            if better and (person >= 0 or look_at_clock(work.person, now, posts)):
                best = at
                best_place = its
        at = work.next
    return best


@piece
def presses(person, only_his, now, posts):  # type: ignore[no-untyped-def]
    """The first team of *person*, in his order or that of names, for which a case waits that interrupts work: his own
    only, or anybody's. The team (-1: none), and that work."""
    who = posts.people[person]
    for at in range(who.team_begin, who.team_end):
        team = posts.members[at].team
        if posts.teams[team].interrupts != 0:
            queue = first_in_line(team, posts)
            if queue >= 0:
                place = queue - posts.teams[team].queue_begin
                work = weakest(team, place, person if only_his else -1, now, posts)
                if work >= 0:
                    return team, work
    return np.int32(-1), np.int32(-1)


@piece
def is_at(person, team, posts):  # type: ignore[no-untyped-def]
    """Whether *person* is of a *team*, at that of its desks."""
    who = posts.people[person]
    at = who.team_begin
    while at < who.team_end and posts.members[at].team != team:
        at += 1
    return at < who.team_end


@piece
def takes_it_himself(person, team, now, posts):  # type: ignore[no-untyped-def]
    """Whether *person*, who is about to be free, is of a *team*, and on duty."""
    return is_at(person, team, posts) and look_at_clock(person, now, posts)


@piece
def about_to_look(team, member_at, now, posts):  # type: ignore[no-untyped-def]
    """The last of a *team*, on duty, whose work was cut short at this moment: he looks for work after it; -1: none."""
    found = np.int32(-1)
    for at in range(posts.teams[team].member_begin, posts.teams[team].member_end):
        worker = posts.workers[member_at[at]]
        if worker.wakes != 0 and worker.on_from <= now:
            found = member_at[at]
    return found


@piece
def interrupt(slot, now, row, posts, log):  # type: ignore[no-untyped-def]
    """Work on the case in *slot* is left until later. A row is written: what was done of it so far."""
    me = posts.slots[slot]
    person = me.person
    worker = posts.workers[person]
    who = posts.people[person]
    write(me, INTERRUPTED, now, row, log)
    team = team_of(me, posts)
    me.rest = 0.0
    if posts.teams[team].interrupts == RESUME:
        left = me.when - now if me.stays != 0 else worked(posts.hours, who, now, me.when)
        me.rest = left * who.speed
    unlink(slot, posts.hands[posts.teams[team].begin], posts.slots)
    me.when = -1.0
    me.status = PILED
    me.enabled = now
    me.ready = now
    me.flags = posts.nodes[posts.first_check + me.check if me.check >= 0 else me.node].flags
    me.ticket = posts.counts[TICKET]
    posts.counts[TICKET] += 1
    posts.counts[VOID] += 1
    posts.counts[STOPPED] += 1
    me.next = worker.pile
    worker.pile = slot
    look_at_clock(person, now, posts)
    worker.touched = now
    if worker.in_hand == who.at_once:
        has_room(who, posts.teams, posts.members, posts.workers, posts.desks, posts.idle)
    worker.in_hand -= 1
    return person


@piece
def write(me, how, now, row, log):  # type: ignore[no-untyped-def]
    """A row of work that ends without being done, and *how*: `INTERRUPTED` or `CUT_SHORT`."""
    flags = me.flags | how
    note(me, me.row_activity, me.row_team, me.row_person, me.ready, me.start, now, flags, row, log)


@piece
def turn_of(team, who, posts):  # type: ignore[no-untyped-def]
    """When a *team* has its turn with somebody who serves his teams in order: its place among them; or at once."""
    at = who.team_begin
    first = posts.teams[team].begin
    while who.serves == BY_TEAM and at < who.team_end and posts.teams[posts.members[at].team].begin != first:
        at += 1
    return at


@piece
def on_top(pile, who, posts):  # type: ignore[no-untyped-def]
    """Of a pile that is not empty: the case whose team has its turn first, of these that of the highest rank and, of
    these, the one interrupted first; that turn, and that rank."""
    best = np.int32(-1)
    best_turn = np.int64(0)
    best_rank = np.int64(0)
    at = pile
    while at >= 0:
        case = posts.slots[at]
        team = team_of(case, posts)
        turn = np.int64(turn_of(team, who, posts))
        rank = np.int64(0) if who.serves == BY_COMING else posts.queue_rank[queue_of(case, team, posts)]
        better = best < 0 or turn < best_turn or (turn == best_turn and rank > best_rank)
        if not better and turn == best_turn and rank == best_rank:
            better = case.ticket < posts.slots[best].ticket
        if better:
            best = at
            best_turn = turn
            best_rank = rank
        at = case.next
    return best, best_turn, best_rank


@piece
def leave_pile(worker, now, posts):  # type: ignore[no-untyped-def]
    """What somebody was interrupted at is left to others: it comes into its queue."""
    while worker.pile >= 0:
        slot = worker.pile
        me = posts.slots[slot]
        worker.pile = me.next
        me.person = -1
        me.status = DELAYED
        me.when = now
        rise(posts.events, posts.counts[PENDING], now, (READY << KIND_SHIFT) | me.case, slot)
        posts.counts[PENDING] += 1


@piece
def take_off(slot, worker, slots):  # type: ignore[no-untyped-def]
    """The case in *slot* is taken off the pile of somebody."""
    if worker.pile == slot:
        worker.pile = slots[slot].next
        return
    at = worker.pile
    while slots[at].next != slot:
        at = slots[at].next
    slots[at].next = slots[slot].next
