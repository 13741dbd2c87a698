"""Lines in which cases, people and events stand: lists, pairing heaps, the heap of events. Pieces of the work loop."""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import compiled, piece
from irrupt.engine.layout import LAST_COME, PENDING

MOST_RISEN = 1 << 30
"""Ranks by which waiting raises a case at most."""


@piece
def earlier(time, key, than_time, than_key):  # type: ignore[no-untyped-def]
    """Whether an event comes before another, without a branch: which does is anybody's guess, and a processor that
    guesses wrong loses more than this costs. Of times, which are not negative, the bits: in the same order."""
    return (time < than_time) | ((time == than_time) & (key < than_key))


@piece
def bits(time):  # type: ignore[no-untyped-def]
    """Of a time that is not negative: a whole number, the greater the later it is."""
    return np.float64(time).view(np.int64)


@piece
def sink(events, pending, time, key, item):  # type: ignore[no-untyped-def]
    """Put an event into the heap of *pending* events, from the root, which is free, downwards.

    Below each stand four: those at 4 i + 1 to 4 i + 4 below that at i."""
    at = 0
    when = bits(time)
    while True:
        below = 4 * at + 1
        if below + 3 < pending:
            # The earliest of four, by two and two.
            first, first_key = bits(events[below].time), events[below].key
            other, other_key = bits(events[below + 1].time), events[below + 1].key
            second = earlier(other, other_key, first, first_key)
            first = other if second else first
            first_key = other_key if second else first_key
            third, third_key = bits(events[below + 2].time), events[below + 2].key
            other, other_key = bits(events[below + 3].time), events[below + 3].key
            fourth = earlier(other, other_key, third, third_key)
            third = other if fourth else third
            third_key = other_key if fourth else third_key
            later = earlier(third, third_key, first, first_key)
            first = third if later else first
            first_key = third_key if later else first_key
            below += 2 + int(fourth) if later else int(second)
        elif below < pending:
            first, first_key = bits(events[below].time), events[below].key
            for place in range(below + 1, pending):
                other, other_key = bits(events[place].time), events[place].key
                if earlier(other, other_key, first, first_key):
                    first, first_key, below = other, other_key, place
        else:
            break
        if earlier(when, key, first, first_key):
            break
        events[at] = events[below]
        at = below
    put = events[at]
    put.time = time
    put.key = key
    put.item = item


@piece
def settled(rooted, events, pending, counts):  # type: ignore[no-untyped-def]
    """The last event sinks from the root of the heap, if that is free, so that other pieces may plan some: how many are
    pending."""
    if rooted:
        pending -= 1
        sink(events, pending, events[pending].time, events[pending].key, events[pending].item)
    counts[PENDING] = pending
    return pending


@compiled
def rise(events, pending, time, key, item):  # type: ignore[no-untyped-def]
    """Put an event behind the *pending* ones of the heap, and upwards as far as it belongs."""
    at = pending
    while at > 0:
        above = (at - 1) >> 2
        one = events[above]
        if one.time < time or (one.time == time and one.key < key):
            break
        events[at] = one
        at = above
    put = events[at]
    put.time = time
    put.key = key
    put.item = item


@piece
def melded(one, other, slots):  # type: ignore[no-untyped-def]
    """Two pairing heaps (Fredman et al. 1986) as one: its root. -1: none. Least urgency first, then least ticket."""
    if one < 0 or other < 0:
        return max(one, other)
    a = slots[one]
    b = slots[other]
    if b.urgency < a.urgency or (b.urgency == a.urgency and b.ticket < a.ticket):
        one, other = other, one
        a = slots[one]
        b = slots[other]
    b.next = a.child
    if a.child >= 0:
        slots[a.child].before = other
    a.child = other
    b.before = one
    return one


@piece
def without_root(root, slots):  # type: ignore[no-untyped-def]
    """What is left of a pairing heap when its *root* is taken: the new root, or -1."""
    pairs = -1
    one = slots[root].child
    while one >= 0:
        other = slots[one].next
        rest = slots[other].next if other >= 0 else -1
        one = melded(one, other, slots)
        slots[one].next = pairs
        pairs = one
        one = rest
    root = -1
    while pairs >= 0:
        rest = slots[pairs].next
        root = melded(root, pairs, slots)
        pairs = rest
    return root


@piece
def without(slot, root, slots):  # type: ignore[no-untyped-def]
    """What is left of a pairing heap when *slot* leaves it: the root, or -1."""
    me = slots[slot]
    if slot != root:
        near = slots[me.before]
        if near.child == slot:
            near.child = me.next
        else:
            near.next = me.next
        if me.next >= 0:
            slots[me.next].before = me.before
    rest = without_root(slot, slots)
    return rest if slot == root else melded(root, rest, slots)


@piece
def unlink(at, line, places):  # type: ignore[no-untyped-def]
    """Take the one *at* a place out of a *line*, with its head and tail."""
    me = places[at]
    if line.head == at:
        line.head = me.next
    else:
        places[me.before].next = me.next
    if me.next >= 0:
        places[me.next].before = me.before
    else:
        line.tail = me.before


@piece
def stand_by_ticket(slot, line, slots):  # type: ignore[no-untyped-def]
    """Put the case in *slot* into a *line* in the order of tickets: mostly at its end."""
    me = slots[slot]
    before = line.tail
    at = np.int32(-1)
    if before >= 0 and line.head >= 0 and slots[before].ticket > me.ticket:
        before = np.int32(-1)
        at = line.head
        while slots[at].ticket < me.ticket:
            before = at
            at = slots[at].next
    me.next = at
    if line.head < 0 or before < 0:
        line.head = slot
    else:
        slots[before].next = slot
    if at < 0:
        line.tail = slot


@piece
def stand_in_line(at, line, members, workers, idle):  # type: ignore[no-untyped-def]
    """Put the membership *at* into the *line* of a team's idle members: behind those who have been idle as long."""
    person = members[at].person
    touched = workers[person].touched
    last = line.tail
    while last >= 0 and members[last].person > person and workers[members[last].person].touched == touched:
        last = idle[last].before
    stand_behind(at, last, line, idle)


@piece
def stand_behind(at, last, line, idle):  # type: ignore[no-untyped-def]
    """Put the membership *at* into a *line*, behind another; -1: at its head."""
    me = idle[at]
    me.before = last
    if last >= 0:
        me.next = idle[last].next
        idle[last].next = at
    else:
        me.next = line.head
        line.head = at
    if me.next >= 0:
        idle[me.next].before = at
    else:
        line.tail = at


@piece
def queued_at(team, desks):  # type: ignore[no-untyped-def]
    """How many cases wait for a *team*, of which a desk is given, at all its *desks*."""
    total = desks[team.begin].queued
    for desk in range(team.begin + 1, team.end):
        total += desks[desk].queued
    return total


@piece
def served_first(team, queues):  # type: ignore[no-untyped-def]
    """Of a *team* at one of whose desks somebody waits: the first queue there in which there is somebody."""
    at = np.int64(team.queue_begin)
    while queues[at].head < 0:
        at += 1
    return at


@piece
def first_queue(team, queues, queue_rank, slots, now):  # type: ignore[no-untyped-def]
    """Of a *team* at one of whose desks somebody waits: the queue there that is served first, and its rank."""
    at = served_first(team, queues)
    rank = queue_rank[at]
    if team.ageing > 0.0:
        at, rank = most_risen(team, queues, queue_rank, slots, now)
    return at, rank


@piece
def comes_before(order, case, rank, other, other_rank):  # type: ignore[no-untyped-def]
    """Whether one team with this *order* takes a *case* of a rank before another."""
    if rank != other_rank:
        return rank > other_rank
    if order == LAST_COME:
        return case.ticket > other.ticket
    if order > LAST_COME and case.urgency != other.urgency:
        return case.urgency < other.urgency
    return case.ticket < other.ticket


@piece
def most_risen(team, queues, queue_rank, slots, now):  # type: ignore[no-untyped-def]
    """Of a *team* in whose queues ranks rise with waiting: the queue whose first case stands highest, and its rank."""
    best = -1
    best_rank = np.int64(0)
    for at in range(team.queue_begin, team.queue_end):
        if queues[at].head >= 0:
            case = slots[queues[at].head]
            risen = min(math.floor((now - max(case.since, case.ready)) / team.ageing), MOST_RISEN)
            rank = queue_rank[at] + np.int64(risen) * team.rise
            if best < 0 or rank > best_rank or (rank == best_rank and case.ticket < slots[queues[best].head].ticket):
                best = at
                best_rank = rank
    return best, best_rank
