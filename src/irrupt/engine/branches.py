"""Cases that are at several steps at once: their parts go on, split, and come together. Pieces of the work loop.

Each part of a case has a slot. What the case as a whole carries (how often it came to each activity, the returns that
it made) stands in the slot of its first part, its *home*, which stays taken until the last part is over. The parts of a
case are a list that begins at home, in the order of their numbers; a new part takes the lowest number that is free.

Nothing here is cached by itself: it is compiled into `kernel.work`, whose key knows this file.
"""

from __future__ import annotations

from collections import namedtuple

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
)
from irrupt.engine.pieces import FOR_DELAY, FOR_ROUTE, draw, piece, seconds, work_ends

LEAVES, BY_FORCE = -2, -1
"""On the pile, in the place of a route: a part that takes its routes from where it is; one that is sent somewhere."""
PASSES = 6
"""Beside the status of a part: it goes on without anything being done."""


Ways = namedtuple(
    "Ways",
    "times calendar_begin cells hours_from hours_until node_activity node_flags node_join node_key node_split reach"
    " reach_row route_begin route_below route_calendar route_flags route_key route_share route_time route_to row_of"
    " skip",
)
"""Those of `layout.Rules` that are used here; `times`: kinds, a, b, first cells and numbers of cells."""
Parts = namedtuple(
    "Parts",
    "case check client counts due enabled flags free home key kind many moving node occurrence other pile quantity"
    " ready row_client seen status way whole",
)
"""Those of `layout.State` that are used here; `many`: its `parts`."""


@piece
def go_on(slot, forced, arrives, now, ways, parts):  # type: ignore[no-untyped-def]
    """A part goes on along its routes, or to *forced* (-2: nowhere in particular); or it *arrives* at a join.

    Returns how many parts are to go into their steps, or are on their way there (status `DELAYED`, until `ready`): they
    stand in `Parts.moving`. -1: the case is over.
    """
    home = parts.home[slot]
    top = moved = 0
    if arrives:
        parts.status[slot] = JOINED
    else:
        parts.pile[0, 0], parts.pile[0, 1], parts.pile[0, 2] = slot, (LEAVES if forced == -2 else BY_FORCE), forced
        top = 1
    while True:
        while top > 0:
            top -= 1
            slot = parts.pile[top, 0]
            if parts.pile[top, 1] == LEAVES:
                top = leave(slot, top, ways, parts)
            elif parts.pile[top, 2] < 0:
                if end_part(slot, parts):
                    return -1
            else:
                what = walk(slot, parts.pile[top, 1], parts.pile[top, 2], now, ways, parts)
                if what == PASSES:
                    parts.pile[top, 1] = LEAVES
                    top += 1
                elif what != JOINED:
                    parts.moving[moved] = slot
                    moved += 1
        slot = come_together(home, ways, parts)
        if slot < 0:
            return moved
        if ways.skip[parts.way[slot], parts.node[slot]] != 0 and parts.whole[slot] == 0:
            parts.pile[0, 0], parts.pile[0, 1] = slot, LEAVES
            top = 1
        else:
            parts.status[slot] = BEGUN
            parts.moving[moved] = slot
            moved += 1


@piece
def leave(slot, top, ways, parts):  # type: ignore[no-untyped-def]
    """Put the routes that a part takes from its place on the pile, the first on top: the new height of the pile."""
    here = parts.node[slot]
    row = ways.row_of[parts.way[slot], here]
    begin, behind = ways.route_begin[row], ways.route_begin[row + 1]
    key, nth = parts.key[slot], parts.occurrence[slot]
    split = ways.node_split[here]
    first, one = top, begin
    if split == ONE:
        u = draw(key, ways.node_key[here], nth, FOR_ROUTE)
        while u >= ways.route_below[one]:
            one += 1
    else:
        for route in range(begin, behind):
            if ways.route_share[route] > ways.route_share[one]:
                one = route
            if split == ALL or draw(key, ways.route_key[route], nth, FOR_ROUTE) < ways.route_share[route]:
                parts.pile[top, 0] = slot if top == first else new_part(slot, parts)
                parts.pile[top, 1] = route
                top += 1
    if top == first:
        parts.pile[top, 0], parts.pile[top, 1] = slot, one
        top += 1
    for at in range((top - first) // 2):
        for column in range(2):
            low, high = parts.pile[first + at, column], parts.pile[top - 1 - at, column]
            parts.pile[first + at, column], parts.pile[top - 1 - at, column] = high, low
    for at in range(first, top):
        parts.pile[at, 2] = ways.route_to[parts.pile[at, 1]]
    return top


@piece
def new_part(slot, parts):  # type: ignore[no-untyped-def]
    """A part that is where *slot* is."""
    parts.counts[PARTED] += 1
    home = parts.home[slot]
    parts.many[home] += 1
    new, number = home, 0
    if parts.status[home] != PARKED:
        before, number = home, 1
        while parts.other[before] >= 0 and parts.case[parts.other[before]] & PART_MASK == number:
            before = parts.other[before]
            number += 1
        parts.counts[FREE] -= 1
        new = parts.free[parts.counts[FREE]]
        parts.other[new] = parts.other[before]
        parts.other[before] = new
        parts.home[new] = home
    parts.case[new] = (parts.case[slot] >> PART_BITS << PART_BITS) + number
    parts.status[new] = BEGUN
    parts.client[new] = parts.client[slot]
    parts.kind[new] = parts.kind[slot]
    parts.way[new] = parts.way[slot]
    parts.quantity[new] = parts.quantity[slot]
    parts.due[new] = parts.due[slot]
    parts.key[new] = parts.key[slot]
    parts.node[new] = parts.node[slot]
    parts.occurrence[new] = parts.occurrence[slot]
    parts.flags[new] = parts.flags[slot] & ~FIRST
    parts.enabled[new] = parts.enabled[slot]
    parts.row_client[new] = parts.row_client[slot]
    parts.whole[new] = parts.whole[slot]
    parts.check[new] = -1
    return new


@piece
def end_part(slot, parts):  # type: ignore[no-untyped-def]
    """A part is over: whether its case is."""
    home = parts.home[slot]
    parts.many[home] -= 1
    if slot == home:
        parts.status[slot] = PARKED
        parts.node[slot] = 0
    else:
        before = home
        while parts.other[before] != slot:
            before = parts.other[before]
        parts.other[before] = parts.other[slot]
        set_free(slot, parts)
    if parts.many[home] > 0:
        return False
    set_free(home, parts)
    parts.counts[OVER] += 1
    return True


@piece
def set_free(slot, parts):  # type: ignore[no-untyped-def]
    """The slot can be handed out again; free slots are homes of one part."""
    parts.status[slot] = GONE
    parts.home[slot] = slot
    parts.many[slot] = 1
    parts.other[slot] = -1
    parts.free[parts.counts[FREE]] = slot
    parts.counts[FREE] += 1


@piece
def walk(slot, route, there, now, ways, parts):  # type: ignore[no-untyped-def]
    """Move a part along a *route*: what becomes of it, that is its status, or `PASSES` when it skips the step there."""
    home, here, nth = parts.home[slot], parts.node[slot], parts.occurrence[slot]
    activity = ways.node_activity[there]
    parts.node[slot] = there
    parts.occurrence[slot] = parts.seen[home, activity]
    parts.seen[home, activity] += 1
    parts.flags[slot] = (parts.flags[slot] & FIRST) | ways.node_flags[there]
    joins = ways.node_join[there] >= 0 and parts.many[home] > 1
    if not joins and ways.skip[parts.way[slot], there] != 0 and parts.whole[slot] == 0:
        return PASSES
    parts.status[slot] = JOINED if joins else BEGUN
    if route >= 0:
        parts.flags[slot] |= ways.route_flags[route]
        if ways.route_time[route] > 0:
            key = ways.route_key[route] if ways.node_split[here] != ONE else ways.node_key[here]
            parts.ready[slot] = delayed(route, now, draw(parts.key[slot], key, nth, FOR_DELAY), ways)
            if parts.ready[slot] > now:
                parts.status[slot] = DELAYED
    return parts.status[slot]


@piece
def delayed(route, now, u, ways):  # type: ignore[no-untyped-def]
    """When the delay of a *route* is over."""
    delay = seconds(ways.times, ways.cells, ways.route_time[route], u)
    at = ways.route_calendar[route]
    if delay <= 0.0 or at < 0:
        return now + delay
    begin, behind = ways.calendar_begin[at], ways.calendar_begin[at + 1]
    return work_ends(ways.hours_from, ways.hours_until, begin, behind, now, delay)


@piece
def come_together(home, ways, parts):  # type: ignore[no-untyped-def]
    """The part that goes on from the first join at which no other part can come any more; -1: there is none.

    Joins that wait for each other (rules that changed can make such) go on in the order of nodes.
    """
    stuck, lowest = True, -1
    slot = home
    while slot >= 0:
        if parts.status[slot] == JOINED:
            if not awaited(slot, home, ways, parts):
                return merged(slot, home, parts)
            if lowest < 0 or parts.node[slot] < parts.node[lowest]:
                lowest = slot
        elif parts.status[slot] != PARKED:
            stuck = False
        slot = parts.other[slot]
    return merged(lowest, home, parts) if stuck and lowest >= 0 else -1


@piece
def awaited(slot, home, ways, parts):  # type: ignore[no-untyped-def]
    """Whether another part can still come to the join at which *slot* is."""
    place = parts.node[slot]
    join = ways.node_join[place]
    row = ways.reach_row[parts.client[slot], parts.kind[slot]]
    other = home
    while other >= 0:
        status = parts.status[other]
        if status != PARKED and not (status == JOINED and parts.node[other] == place):
            if ways.reach[row, parts.node[other], join] != 0:
                return True
            if status == DELAYED and parts.node[other] == place:
                return True
        other = parts.other[other]
    return False


@piece
def merged(slot, home, parts):  # type: ignore[no-untyped-def]
    """The parts that are at the join at which *slot* is, as one: the first of them."""
    place = parts.node[slot]
    first, part = -1, home
    while part >= 0:
        rest = parts.other[part]
        if parts.status[part] == JOINED and parts.node[part] == place:
            if first < 0:
                first = part
            else:
                parts.enabled[first] = max(parts.enabled[first], parts.enabled[part])
                parts.occurrence[first] = min(parts.occurrence[first], parts.occurrence[part])
                parts.flags[first] |= parts.flags[part]
                end_part(part, parts)
        part = rest
    return first
