"""Cases that are at several steps at once: their parts go on, split, and come together. Pieces of the work loop.

Each part of a case has a slot. What the case as a whole carries (how often it came to each activity, the returns that
it made) stands in the slot of its first part, its *home*, which stays taken until the last part is over. The parts of a
case are a list that begins at home, in the order of their numbers; a new part takes the lowest number that is free.

Nothing here is cached by itself: it is compiled into `kernel.work`, whose key knows this file.
"""

from __future__ import annotations

import math
from collections import namedtuple

from irrupt.compiling import piece
from irrupt.engine.layout import (
    ALL,
    BEGUN,
    DELAYED,
    FIRST,
    FREE,
    GONE,
    JOINED,
    ONE,
    OVER,
    PARKED,
    PART_BITS,
    PART_MASK,
    PARTED,
    SOONEST,
)
from irrupt.engine.pieces import FOR_CASE, FOR_DELAY, FOR_ROUTE, beyond, draw, seconds, taken, work_ends
from irrupt.engine.ties import tied_desk

LEAVES, BY_FORCE = -2, -1
"""On the pile, in the place of a route: a part that takes its routes from where it is; one that is sent somewhere."""
PASSES = 7
"""Beside the status of a part: it goes on without anything being done."""

Ways = namedtuple(
    "Ways",
    "nodes ways routes route_below older times cells hours calendars reach reach_row straight teams member_at people"
    " tie_of ties rests_on tied in_crew",
)
"""Those of `layout.Rules` that are used here: the fewer are handed on, the faster this compiles."""
Parts = namedtuple("Parts", "counts slots free seen pile moving did")
"""Those of `layout.State`."""


@piece
def ways_in(rules):  # type: ignore[no-untyped-def]
    """Those of *rules* that are used here."""
    return Ways(
        rules.nodes,
        rules.ways,
        rules.routes,
        rules.route_below,
        rules.older,
        rules.times,
        rules.cells,
        rules.hours,
        rules.calendars,
        rules.reach,
        rules.reach_row,
        rules.straight,
        rules.teams,
        rules.member_at,
        rules.people,
        rules.tie_of,
        rules.ties,
        rules.rests_on,
        rules.tied,
        rules.in_crew,
    )


@piece
def go_on(slot, forced, arrives, giver, now, rules, state):  # type: ignore[no-untyped-def]
    """A part goes on along its routes, or to *forced* (-2: nowhere in particular); or it *arrives* at a join.
    *giver*: who hands it over, if anybody does.

    Returns how many parts are to go into their steps, or are on their way there (status `DELAYED`, until `ready`): they
    stand in `Parts.moving`. -1: the case is over.
    """
    slots, pile = state.slots, state.pile
    home = slots[slot].home
    top = moved = 0
    if arrives:
        slots[slot].status = JOINED
    else:
        pile[0, 0], pile[0, 1], pile[0, 2] = slot, (LEAVES if forced == -2 else BY_FORCE), forced
        top = 1
    while True:
        while top > 0:
            top -= 1
            slot = pile[top, 0]
            if pile[top, 1] == LEAVES:
                top = leave(slot, top, now, rules, state)
            elif pile[top, 2] < 0:
                if end_part(slot, state):
                    return -1
            else:
                what = walk(slot, pile[top, 1], pile[top, 2], giver, now, rules, state)
                if what == PASSES:
                    pile[top, 1] = LEAVES
                    top += 1
                elif what != JOINED:
                    state.moving[moved] = slot
                    moved += 1
        slot = come_together(home, rules, state)
        if slot < 0:
            return moved
        part = slots[slot]
        if rules.ways[part.way, part.node].skip != 0 and part.whole == 0:
            pile[0, 0], pile[0, 1] = slot, LEAVES
            top = 1
        else:
            part.status = BEGUN
            state.moving[moved] = slot
            moved += 1


@piece
def leave(slot, top, now, rules, state):  # type: ignore[no-untyped-def]
    """Put the routes that a part takes from its place on the pile, the first on top: the new height of the pile."""
    pile, routes = state.pile, rules.routes
    part = state.slots[slot]
    node = rules.nodes[part.node]
    way = rules.ways[part.way, part.node]
    first, one = top, way.begin
    if node.split == ONE:
        u = draw(part.key, node.key, part.occurrence, FOR_ROUTE)
        one = taken(rules.route_below, way.begin, way.end, u)
    elif node.split == SOONEST:
        one = soonest(part, way, now, rules)
    else:
        for number in range(way.begin, way.end):
            route = routes[number]
            if route.share > routes[one].share:
                one = number
            if node.split == ALL or draw(part.key, route.key, part.occurrence, FOR_ROUTE) < route.share:
                pile[top, 0] = slot if top == first else new_part(slot, state)
                pile[top, 1] = number
                top += 1
    if top == first:
        pile[top, 0], pile[top, 1] = slot, one
        top += 1
    for at in range((top - first) // 2):
        for column in range(2):
            low, high = pile[first + at, column], pile[top - 1 - at, column]
            pile[first + at, column], pile[top - 1 - at, column] = high, low
    for at in range(first, top):
        pile[at, 2] = routes[pile[at, 1]].to
    return top


@piece
def soonest(part, way, now, rules):  # type: ignore[no-untyped-def]
    """The route whose delay, beginning *now*, is over first; of several, the first."""
    best, best_end = way.begin, math.inf
    for number in range(way.begin, way.end):
        route = rules.routes[number]
        end = delayed(route, now, draw(part.key, route.key, part.occurrence, FOR_DELAY), now, rules)
        if end < best_end:
            best, best_end = number, end
    return best


@piece
def new_part(slot, state):  # type: ignore[no-untyped-def]
    """A part that is where *slot* is."""
    slots, counts = state.slots, state.counts
    counts[PARTED] += 1
    at_home = slots[slot].home
    home = slots[at_home]
    home.parts += 1
    new, number = at_home, 0
    other, parts, returned, clock, late = home.other, home.parts, home.returned, home.clock, home.late
    if home.status != PARKED:
        before, number = home, 1
        while before.other >= 0 and slots[before.other].case & PART_MASK == number:
            before = slots[before.other]
            number += 1
        counts[FREE] -= 1
        new = state.free[counts[FREE]]
        other, parts, returned, late = before.other, 1, 0, 0
        before.other = new
    slots[new] = slots[slot]
    part = slots[new]
    # What the case carries as a whole stays at home, also where this is the part that takes its slot.
    part.home, part.other, part.parts, part.late = at_home, other, parts, late
    part.returned, part.clock = returned, clock
    part.case = (part.case >> PART_BITS << PART_BITS) + number
    part.status = BEGUN
    part.flags &= ~FIRST
    part.check = -1
    return new


@piece
def end_part(slot, state):  # type: ignore[no-untyped-def]
    """A part is over: whether its case is."""
    slots = state.slots
    at_home = slots[slot].home
    home = slots[at_home]
    home.parts -= 1
    if slot == at_home:
        home.status = PARKED
        home.node = 0
    else:
        before = home
        while before.other != slot:
            before = slots[before.other]
        before.other = slots[slot].other
        set_free(slot, state)
    if home.parts > 0:
        return False
    set_free(at_home, state)
    state.counts[OVER] += 1
    return True


@piece
def set_free(slot, state):  # type: ignore[no-untyped-def]
    """The slot can be handed out again; free slots are homes of one part."""
    part = state.slots[slot]
    part.status = GONE
    part.straight = 0
    part.home = slot
    part.parts = 1
    part.other = -1
    state.free[state.counts[FREE]] = slot
    state.counts[FREE] += 1


@piece
def walk(slot, number, there, giver, now, rules, state):  # type: ignore[no-untyped-def]
    """Move a part along the route *number*: what becomes of it, that is its status, or `PASSES` when it skips the step
    there. Where the first delay to be over decides, that passes all the same."""
    part = state.slots[slot]
    here, nth = part.node, part.occurrence
    node = rules.nodes[there]
    part.node = there
    part.occurrence = state.seen[part.home, node.activity] >> 1
    state.seen[part.home, node.activity] += 2
    part.flags = (part.flags & FIRST) | node.flags
    joins = node.join >= 0 and state.slots[part.home].parts > 1
    skips = not joins and rules.ways[part.way, there].skip != 0 and part.whole == 0
    if skips and rules.nodes[here].split != SOONEST:
        return PASSES
    part.status = JOINED if joins else BEGUN
    if number >= 0:
        route = rules.routes[number]
        part.flags |= route.flags
        if not joins and goes_straight(giver, slot, number, here, nth, now, rules, state):
            part.straight = 1
        elif route.time > 0 or route.older_end > route.older_begin:
            key = route.key if rules.nodes[here].split != ONE else rules.nodes[here].key
            part.within = route.calendar
            part.ready = delayed(route, now, draw(part.key, key, nth, FOR_DELAY), state.slots[part.home].clock, rules)
            if part.ready > now:
                part.status = DELAYED
    return PASSES if skips and part.status != DELAYED else part.status


@piece
def goes_straight(giver, slot, number, here, nth, now, rules, state):  # type: ignore[no-untyped-def]
    """Whether *giver*, who has done what is *here*, the *nth* time, goes straight on with a part that comes along the
    route *number*."""
    part, node, route = state.slots[slot], rules.nodes[here], rules.routes[number]
    if giver < 0 or rules.straight.shape[0] == 0 or node.split != ONE or rules.straight[giver, part.node] == 0:
        return False
    if rules.nodes[part.node].tie >= 0 and not may_do(giver, part, rules.nodes[part.node], rules, state):
        return False
    at = band(route, rules.older, now - state.slots[part.home].clock)
    share = route.straight if at < 0 else rules.older[at].straight
    return draw(part.key, node.key, nth, FOR_CASE) < share


@piece
def may_do(person, part, node, rules, state):  # type: ignore[no-untyped-def]
    """Whether *person* is at the desk at which a *part* stands that comes to a *node* that is tied."""
    desk = rules.teams[tied_desk(part, node, rules, state.did)]
    at = desk.member_begin
    while at < desk.member_end and rules.member_at[at] != person:
        at += 1
    return at < desk.member_end


@piece
def delayed(route, now, u, clock, rules):  # type: ignore[no-untyped-def]
    """When the delay of a *route* is over, for a case whose *clock* began then."""
    if route.since == 0:
        delay = seconds(rules.times, rules.cells, of_age(route, rules.older, now - clock), u)
    else:
        delay = beyond(rules.times, rules.cells, route.time, u, now - clock) - (now - clock)
    at = route.calendar
    if delay <= 0.0 or at < 0:
        return now + delay
    return work_ends(rules.hours, rules.calendars[at], now, delay)


@piece
def of_age(route, older, age):  # type: ignore[no-untyped-def]
    """The distribution of the delay on a *route* for a case of an *age*."""
    at = band(route, older, age)
    return route.time if at < 0 else older[at].time


@piece
def band(route, older, age):  # type: ignore[no-untyped-def]
    """Which of those older than others on a *route* a case of an *age* is of; -1: of none."""
    found = -1
    for number in range(route.older_begin, route.older_end):
        if age >= older[number].than:
            found = number
    return found


@piece
def come_together(home, rules, state):  # type: ignore[no-untyped-def]
    """The part that goes on from the first join at which no other part can come any more; -1: there is none.

    Joins that wait for each other (rules that changed can make such) go on in the order of nodes.
    """
    stuck, lowest = True, -1
    slot = home
    while slot >= 0:
        part = state.slots[slot]
        if part.status == JOINED:
            if not awaited(slot, home, rules, state):
                return merged(slot, home, state)
            if lowest < 0 or part.node < state.slots[lowest].node:
                lowest = slot
        elif part.status != PARKED:
            stuck = False
        slot = part.other
    return merged(lowest, home, state) if stuck and lowest >= 0 else -1


@piece
def awaited(slot, home, rules, state):  # type: ignore[no-untyped-def]
    """Whether another part can still come to the join at which *slot* is."""
    part = state.slots[slot]
    join = rules.nodes[part.node].join
    row = rules.reach_row[part.client, part.kind, part.way % rules.reach_row.shape[2]]
    at = home
    while at >= 0:
        other = state.slots[at]
        if other.status != PARKED and other.ends == 0 and not (other.status == JOINED and other.node == part.node):
            if rules.reach[row, other.node, join] != 0:
                return True
            if other.status == DELAYED and other.node == part.node:
                return True
        at = other.other
    return False


@piece
def merged(slot, home, state):  # type: ignore[no-untyped-def]
    """The parts that are at the join at which *slot* is, as one: the first of them."""
    slots = state.slots
    place = slots[slot].node
    first, at = -1, home
    while at >= 0:
        part = slots[at]
        rest = part.other
        if part.status == JOINED and part.node == place:
            if first < 0:
                first = at
            else:
                one = slots[first]
                one.enabled = max(one.enabled, part.enabled)
                one.occurrence = min(one.occurrence, part.occurrence)
                one.flags |= part.flags
                end_part(at, state)
        at = rest
    return first
