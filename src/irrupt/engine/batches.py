"""Cases that gather, and are done together. Pieces of the work loop, compiled where a step is done in batches."""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import piece
from irrupt.engine.layout import ALONG, BATCHED, BEGUN, EARLIEST_DUE, GATHERS, OLDEST, SMALLEST, TICKET
from irrupt.engine.lines import unlink
from irrupt.engine.pieces import (
    FOR_CASE,
    FOR_DELAY,
    FOR_DURATION,
    done_by,
    draw,
    goes_on_at,
    hours_at,
    pace_of_work,
    seconds,
    work_of,
)


@piece
def gather(slot, now, line, counts, slots):  # type: ignore[no-untyped-def]
    """A case comes to where others gather; *line*: of `layout.GATHERING`."""
    me = slots[slot]
    me.ticket = counts[TICKET]
    counts[TICKET] += 1
    me.status = GATHERS
    me.ready = now
    me.leaves = math.inf
    me.rest = 0.0
    stand_among(slot, line, slots)


@piece
def stand_among(slot, line, slots):  # type: ignore[no-untyped-def]
    """A case gathers behind those of a *line*."""
    me = slots[slot]
    me.next = -1
    me.before = line.tail
    if line.head < 0:
        line.head = slot
    else:
        slots[line.tail].next = slot
    line.tail = slot
    line.count += 1


@piece
def leave_line(slot, line, slots):  # type: ignore[no-untyped-def]
    """A case gathers no more: whether it was the first, and the others go when the next one says so."""
    first = line.head == slot and line.count > 1
    unlink(slot, line, slots)
    line.count -= 1
    return first


@piece
def closing(number, now, rules, state):  # type: ignore[no-untyped-def]
    """When the cases go that gather for a batch, of which one is there at least; for its sake, that is an event."""
    batch = rules.batches[number]
    line = state.gathering[number]
    first = state.slots[line.head]
    moment = max(now, first.ready + batch.wait)
    if line.count >= batch.size:
        moment = now
    elif batch.calendar >= 0:
        whose = rules.calendars[batch.calendar]
        at, week = hours_at(rules.hours, whose, now)
        if week + rules.hours[at].begin < now:
            at += 1
            if at == whose.hours_end:
                at = whose.hours_cycle
                week += 604800.0
        moment = min(moment, week + rules.hours[at].begin)
    line.opener = first.case
    line.closes = moment
    return moment


@piece
def together(place, team, now, rules, state):  # type: ignore[no-untyped-def]
    """Make a batch of those who came first, as many as are enough: the slot of the one that stands for it.

    That is the first of the highest rank; the others stand behind it, first come.
    """
    line, slots = state.gathering[place], state.slots
    count = min(line.count, rules.batches[place].size)
    best = slot = line.head
    best_level = np.int64(1) << 40
    behind = 0
    for number in range(count):
        me = slots[slot]
        level = np.int64(0)
        if team >= 0:
            level += rules.level[team, me.client] + rules.class_level[team, me.kind]
        if level < best_level:
            best, best_level, behind = slot, level, number
        slot = me.next
    last = best
    slot = line.head
    for _case in range(count):
        me = slots[slot]
        me.status = ALONG
        me.lot = count
        if count > 1:
            me.leaves = math.inf
        if slot != best:
            slots[last].fellow = slot
            last = slot
        slot = me.next
    slots[last].fellow = -1
    slots[best].since = now
    slots[best].behind = behind
    line.head = slot
    if slot >= 0:
        slots[slot].before = -1
    else:
        line.tail = -1
    line.count -= count
    state.counts[BATCHED] += 1
    return best


@piece
def gives_up_at(me, activity, queued, now, rules, seen):  # type: ignore[no-untyped-def]
    """When a case loses its patience that comes to gather, or to a queue; infinite: never."""
    at = rules.activities[activity].patience
    if at < 0 or rules.patience_of[at, me.client] < 0:
        return math.inf
    number = rules.patience_of[at, me.client]
    patience = rules.patience[number]
    if patience.again == 0 and seen[me.home, activity] & 1 != 0:
        return math.inf
    if queued >= patience.longest:
        return now
    if patience.time < 0:
        return math.inf
    u = draw(me.key, patience.key, me.occurrence, FOR_DELAY)
    return max(now, me.ready + seconds(rules.times, rules.cells, patience.time, u) * rules.bears[number, me.client])


@piece
def own_work(me, quantity, node, rules):  # type: ignore[no-untyped-def]
    """What is to be done with a case, if it asks for that *quantity*."""
    pace = pace_of_work(me, node, rules)
    u = draw(me.key, node.key, me.occurrence, FOR_DURATION)
    return work_of(rules.times, rules.cells, node.time, node.unit, quantity, pace, u)


@piece
def first_come(slot, slots):  # type: ignore[no-untyped-def]
    """Put the batch that the case in *slot* stands for in the order in which its cases came: the slot of the first."""
    me = slots[slot]
    if me.lot <= 1 or me.behind == 0:
        return slot
    first = last = me.fellow
    for _case in range(me.behind - 1):
        last = slots[last].fellow
    after = slots[last].fellow
    slots[last].fellow = slot
    me.fellow = after
    return first


@piece
def work_of_batch(slot, first, node, rules, slots):  # type: ignore[no-untyped-def]
    """What is to be done with the batch that the case in *slot* stands for, until the *first* is done where they are
    done one by one; -1: with all."""
    me = slots[slot]
    batch = rules.batches[node.batch]
    work = seconds(rules.times, rules.cells, batch.set_up, draw(me.key, node.key, me.occurrence, FOR_CASE))
    if batch.in_turn != 0 and first >= 0:
        return work + own_work(slots[first], slots[first].quantity, node, rules)
    quantity = me.quantity
    other = me.fellow if me.lot > 1 and batch.in_turn == 0 else -1
    while other >= 0:
        quantity += slots[other].quantity
        other = slots[other].fellow
    work += own_work(me, quantity, node, rules)
    other = me.fellow if me.lot > 1 and batch.in_turn != 0 else -1
    while other >= 0:
        work += own_work(slots[other], slots[other].quantity, node, rules)
        other = slots[other].fellow
    return work


@piece
def told_urgency(me, order):  # type: ignore[no-untyped-def]
    """By what a case stands in a queue of that *order*: when it is due, or came, or how much it asks for."""
    if order == EARLIEST_DUE:
        return me.due
    if order == OLDEST:
        return me.came
    return me.quantity if order == SMALLEST else -me.quantity


@piece
def most_urgent(slot, order, slots):  # type: ignore[no-untyped-def]
    """The same of a batch: by the first of its cases."""
    urgency = told_urgency(slots[slot], order)
    other = slots[slot].fellow if slots[slot].lot > 1 else -1
    while other >= 0:
        urgency = min(urgency, told_urgency(slots[other], order))
        other = slots[other].fellow
    return urgency


@piece
def share_out(slot, in_turn, slots):  # type: ignore[no-untyped-def]
    """A batch is begun: who does it is free when the last event of it happens. Returns its second case, or -1."""
    second = slots[slot].fellow if slots[slot].lot > 1 else -1
    last = slot
    other = second
    while other >= 0:
        if in_turn or slots[other].case > slots[last].case:
            last = other
        other = slots[other].fellow
    other = slot
    while other >= 0:
        me = slots[other]
        me.keeps = other != last
        following = me.fellow if me.lot > 1 else -1
        if in_turn:
            me.lot = 1
        other = following
    return second


@piece
def begin_along(slot, before, until, node, rules, slots):  # type: ignore[no-untyped-def]
    """A case of a batch is begun behind the one *before*, which is done at the time *until*: when it is done itself."""
    me, one = slots[slot], slots[before]
    me.status = BEGUN
    me.person = one.person
    me.row_activity = one.row_activity
    me.row_team = one.row_team
    me.row_person = one.row_person
    me.start = one.start
    me.stays = one.stays
    if rules.batches[node.batch].in_turn != 0:
        me.start = until
        work = own_work(me, me.quantity, node, rules)
        if me.person < 0:
            until += work
        else:
            somebody = rules.people[me.person]
            if one.stays != 0:
                until += work / somebody.speed
            else:
                until = done_by(rules.hours, somebody, until, work / somebody.speed)
                me.start = min(goes_on_at(rules.hours, somebody, me.start), until)
    me.when = until
    return until
