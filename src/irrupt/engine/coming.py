"""Cases that come: what they are like, and when the next one does. Pieces of the work loop."""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import part
from irrupt.engine.layout import CALL_OFF, CASES, FIRST, FREE, KIND_SHIFT, PART_BITS, PENDING, VOID, WORKING_DAYS
from irrupt.engine.lines import rise
from irrupt.engine.pieces import (
    DAY,
    FOR_CASE,
    FOR_DELAY,
    FOR_ROUTE,
    GOLDEN,
    appointment,
    draw,
    group,
    mix,
    seconds,
    taken,
    way_of,
)


@part
def come(client, now, rules, state):  # type: ignore[no-untyped-def]
    """A case of a *client* comes, and takes a free slot, of which there must be one: the slot."""
    key = mix(state.askers[client].key + GOLDEN * np.uint64(state.askers[client].arrivals))
    slot = take_slot(client, key, now, state)
    case = state.slots[slot]
    asks = rules.clients[client]
    place = rules.nodes[0].key
    case.kind = 0
    asked, due = asks.quantity, asks.due
    if asks.class_begin < asks.class_end:
        at = asks.class_begin
        u = draw(key, place, 1 if asks.by_quantity != 0 else 0, FOR_CASE)
        while u >= rules.lots[at].below:
            at += 1
        case.kind = rules.lots[at].kind
        asked, due = rules.lots[at].quantity, rules.lots[at].due
    case.quantity = 1.0
    if asked >= 0:
        case.quantity = seconds(rules.times, rules.cells, asked, draw(key, place, 1, FOR_CASE))
    case.due = math.inf
    if due >= 0:
        u = draw(key, place, 2, FOR_CASE)
        after = seconds(rules.times, rules.cells, due, u)
        if asks.due_unit > 0:
            after += case.quantity * seconds(rules.times, rules.cells, asks.due_unit, u)
        if asks.counted == WORKING_DAYS:
            case.due = max(on_working_day(now, after), now)
        else:
            since = math.floor(now / DAY) * DAY if asks.counted != 0 else now
            case.due = max(since + after, now)
    set_out(slot, rules, state)
    return slot


@part
def on_working_day(now, after):  # type: ignore[no-untyped-def]
    """When it is so many seconds *after* the begin of the day of *now*, if whole days of them are Monday to Friday."""
    day, days = math.floor(now / DAY), math.floor(after / DAY)
    rest = after - days * DAY
    if day % 7 > 4:
        day += 7 - day % 7  # What comes on a Saturday or a Sunday counts as of Monday.
    return (day + days + 2 * ((day % 7 + days) // 5)) * DAY + rest


@part
def expect(slot, now, rules, state):  # type: ignore[no-untyped-def]
    """Plan when a case that comes will be called off, if it is not over by then."""
    case = state.slots[slot]
    for number in rules.calls:
        rule = rules.patience[number]
        if (rule.client < 0 or rule.client == case.client) and draw(case.key, rule.key, 0, FOR_ROUTE) < rule.share:
            luck = draw(case.key, rule.key, 0, FOR_DELAY)
            time = now + seconds(rules.times, rules.cells, rule.time, luck) * rules.bears[number, case.client]
            key = (CALL_OFF << KIND_SHIFT) | case.case | number
            rise(state.events, state.counts[PENDING], time, key, slot)
            state.counts[PENDING] += 1
            state.counts[VOID] += 1


@part
def take_slot(client, key, now, state):  # type: ignore[no-untyped-def]
    """A free slot, for the next case of the run: at the start, nothing done yet."""
    counts = state.counts
    counts[FREE] -= 1
    slot = state.free[counts[FREE]]
    case = state.slots[slot]
    case.case = counts[CASES] << PART_BITS
    counts[CASES] += 1
    case.client = client
    case.key = key
    case.node = 0
    case.occurrence = 0
    case.check = -1
    case.person = -1
    case.flags = FIRST
    case.enabled = now
    case.came = now
    case.since = -1.0
    case.clock = now
    case.when = -1.0
    case.returned = 0
    case.late = 0
    case.ends = 0
    for activity in range(state.seen.shape[1]):
        state.seen[slot, activity] = 0
    for activity in range(state.did.shape[1]):
        state.did[slot, activity] = -1
    return slot


@part
def set_out(slot, rules, state):  # type: ignore[no-untyped-def]
    """Find the way of a case that has come, and whether it skips anything: it does not, if nobody would work on it."""
    case = state.slots[slot]
    case.way = way_of(case, rules)
    case.whole = 0
    if rules.skips[case.way] == 0 or rules.most_parts > 0:
        return
    # Its luck is known.
    seen = state.seen[slot]
    here = nth = 0
    while True:
        u = draw(case.key, rules.nodes[here].key, nth, FOR_ROUTE)
        way = rules.ways[case.way, here]
        number = taken(rules.route_below, way.begin, way.end, u)
        there = rules.routes[number].to
        if there < 0:
            case.whole = 1
            break
        node = rules.nodes[there]
        if rules.ways[case.way, there].skip == 0 and (node.team >= 0 or rules.skips[case.way] == 1):
            break
        nth = seen[node.activity]
        seen[node.activity] = nth + 1
        here = there
    for activity in range(seen.shape[0]):
        seen[activity] = 0


@part
def next_case(client, now, limit, rules, state):  # type: ignore[no-untyped-def]
    """When the next case of a *client* comes, who has just brought one; from *limit* on: never."""
    asks = rules.clients[client]
    asker = state.askers[client]
    if asks.slot_begin < asks.slot_end:
        time = appointment(
            rules.client_rate,
            rules.dated,
            rules.dates,
            rules.clients,
            rules.sizes,
            rules.slot_from,
            state.askers,
            client,
            asker.arrivals,
            limit,
        )
    elif asker.behind > 0:
        asker.behind -= 1
        time = now
    else:
        rate, dated = rules.client_rate[client], rules.dated[asks.year]
        time = group(rate, dated, rules.dates, asks, rules.sizes, asker, asker.arrivals, now, limit)
    asker.arrivals += 1
    return time
