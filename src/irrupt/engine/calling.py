"""Cases, and parts of them, that are called off wherever they are: `called.py`. Pieces of the work loop.

What was pending for them stays among the events, void (`layout.SLOT.when`); who worked on them looks for work at once.

Nothing here is cached by itself: it is compiled into `kernel.work`, whose key knows this file.
"""

from __future__ import annotations

import math

from irrupt.compiling import piece
from irrupt.engine.batches import closing, leave_line
from irrupt.engine.branches import end_part
from irrupt.engine.interrupting import look_at_clock, out_of_queue, put_down, take_off, team_of, write
from irrupt.engine.layout import (
    BEGUN,
    CLIENT_WAIT,
    CLOSE,
    CUT_SHORT,
    DELAYED,
    FIRST,
    GATHERS,
    HELD,
    JOINED,
    KIND_SHIFT,
    PARKED,
    PENDING,
    PILED,
    QUEUED,
    READY,
    STOPPED,
    VOID,
)
from irrupt.engine.lines import rise
from irrupt.engine.takers import has_room

NONE, IN_BATCH = -1, -2
"""In place of a part of a case."""


@piece
def call_off(keep, now, row, posts, parts, log):  # type: ignore[no-untyped-def]
    """All parts of a case but the one in slot *keep* are over; those in batches, when these are done. Returns the next
    row."""
    slots = posts.slots
    first = 0
    at = slots[keep].home
    while at >= 0:
        part = slots[at]
        other = part.other
        if at != keep and part.lot > 0 and part.status != PARKED:
            part.ends = 1
            posts.counts[STOPPED] += 1
        elif at != keep and part.status != PARKED:
            row = stop(at, now, row, posts, log)
            first |= part.flags & FIRST
            end_part(at, parts)
        at = other
    slots[keep].flags |= first
    return row


@piece
def goes_on(home, slots):  # type: ignore[no-untyped-def]
    """The first part of a case that goes on. `NONE`: none does; `IN_BATCH`: one is in a batch, which is done first."""
    first = NONE
    at = home
    while at >= 0:
        part = slots[at]
        if part.status != PARKED and part.ends == 0:
            if part.lot > 0:
                return IN_BATCH
            if first == NONE:
                first = at
        at = part.other
    return first


@piece
def stop(slot, now, row, posts, log):  # type: ignore[no-untyped-def]
    """What is going on with the case in *slot* is cut short; it is nowhere then. Returns the next row."""
    me = posts.slots[slot]
    if me.when >= 0.0:
        me.when = -1.0
        posts.counts[VOID] += 1
        posts.counts[STOPPED] += 1
    if me.status == QUEUED:
        leave_queue(slot, now, posts)
    elif me.status == GATHERS:
        leave_others(slot, now, posts)
    elif me.status == PILED:
        take_off(slot, posts.workers[me.person], posts.slots)
    elif me.status == BEGUN and me.person >= 0:
        put_down(slot, posts)
        write(me, CUT_SHORT, now, row, log)
        row += 1
        me.flags = 0
        me.enabled = now
        me.ready = now
        free_hand(me.person, now, posts)
    else:
        keeps_no_more(slot, now, posts)
    if me.status == DELAYED or me.status == JOINED:
        me.ready = now if me.flags & CLIENT_WAIT else me.enabled
    me.person = -1
    me.keeps = 0
    me.rest = 0.0
    me.status = DELAYED
    return row


@piece
def keeps_no_more(slot, now, posts):  # type: ignore[no-untyped-def]
    """A case is not kept any more for want of room, if it was. Where it was about to come, the next may."""
    me = posts.slots[slot]
    team = team_of(me, posts)
    if me.status == HELD:
        not_held(slot, posts)
    elif me.person >= 0 and team >= 0 and posts.held[posts.teams[team].begin].head >= 0:
        hand_over(posts.teams[team].begin, now, posts)
    if me.person >= 0 and not keeps_others(slot, me.person, posts.slots):
        free_hand(me.person, now, posts)


@piece
def leave_queue(slot, now, posts):  # type: ignore[no-untyped-def]
    """A case leaves its queue; who keeps one for want of room there hands it over."""
    first = posts.teams[team_of(posts.slots[slot], posts)].begin
    out_of_queue(slot, posts)
    if posts.held[first].head >= 0:
        hand_over(first, now, posts)


@piece
def hand_over(first, now, posts):  # type: ignore[no-untyped-def]
    """The *first* desk of a team is given: the first case that is kept for want of room in its queue comes there at
    once."""
    held = posts.held[first]
    other = held.head
    held.head = posts.slots[other].next
    comes_now(other, now, posts)


@piece
def comes_now(slot, now, posts):  # type: ignore[no-untyped-def]
    """A case that was kept for want of room comes at once."""
    me = posts.slots[slot]
    me.status = DELAYED
    me.when = now
    rise(posts.events, posts.counts[PENDING], now, (READY << KIND_SHIFT) | me.case, slot)
    posts.counts[PENDING] += 1


@piece
def have_no_room(teams):  # type: ignore[no-untyped-def]
    """Whether there are teams in whose queues none has room."""
    found = False
    for team in range(teams.shape[0]):
        found = found or teams[team].limit == 0
    return found


@piece
def first_kept(who, posts):  # type: ignore[no-untyped-def]
    """The first case kept for a team in whose queue none has room, of those that somebody does; -1: there is none."""
    found = -1
    for at in range(who.team_begin, who.team_end):
        desk = posts.members[at].team
        if posts.teams[desk].limit != 0:
            continue
        slot = posts.held[posts.teams[desk].begin].head
        while slot >= 0:
            me = posts.slots[slot]
            if team_of(me, posts) == desk:
                if found < 0 or me.ticket < posts.slots[found].ticket:
                    found = slot
                break
            slot = me.next
    return found


@piece
def call_in(person, now, posts):  # type: ignore[no-untyped-def]
    """Of the cases kept for teams in whose queues none has room, somebody has as many handed over as he can take."""
    who = posts.people[person]
    for _hand in range(who.at_once - posts.workers[person].in_hand):
        slot = first_kept(who, posts)
        if slot < 0:
            break
        not_held(slot, posts)
        comes_now(slot, now, posts)


@piece
def leave_others(slot, now, posts):  # type: ignore[no-untyped-def]
    """A case gathers no more; when the others go then is planned."""
    number = posts.nodes[posts.slots[slot].node].batch
    line = posts.gathering[number]
    if leave_line(slot, line, posts.slots):
        moment = closing(number, now, posts, posts)
        if moment < math.inf:
            rise(posts.events, posts.counts[PENDING], moment, (CLOSE << KIND_SHIFT) | line.opener, number)
            posts.counts[PENDING] += 1
            posts.counts[VOID] += 1


@piece
def not_held(slot, posts):  # type: ignore[no-untyped-def]
    """A case is not among those any more that are kept for want of room."""
    me = posts.slots[slot]
    held = posts.held[posts.teams[team_of(me, posts)].begin]
    before = -1
    at = held.head
    while at != slot:
        before = at
        at = posts.slots[at].next
    if before < 0:
        held.head = me.next
    else:
        posts.slots[before].next = me.next
    if me.next < 0:
        held.tail = before


@piece
def keeps_others(slot, person, slots):  # type: ignore[no-untyped-def]
    """Whether *person*, who has kept the case in *slot* for want of room, keeps other parts that he handed over with
    it: his hand is then taken by one of these."""
    me = slots[slot]
    if me.keeps != 0:
        return True
    at = me.home
    while at >= 0:
        other = slots[at]
        kept = other.status == HELD or other.status == DELAYED
        if at != slot and kept and other.keeps != 0 and other.person == person and other.enabled == me.enabled:
            other.keeps = 0
            return True
        at = other.other
    return False


@piece
def free_hand(person, now, posts):  # type: ignore[no-untyped-def]
    """Somebody has a hand free: he looks for work at this moment, after all that happens by now."""
    worker = posts.workers[person]
    who = posts.people[person]
    worker.touched = now
    if worker.in_hand == who.at_once:
        has_room(who, posts.teams, posts.members, posts.workers, posts.desks, posts.idle)
    worker.in_hand -= 1
    look_at_clock(person, now, posts)
    if worker.wakes == 0:
        worker.wakes = 1
        rise(posts.events, posts.counts[PENDING], now, person, person)
        posts.counts[PENDING] += 1
