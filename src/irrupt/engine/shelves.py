"""Events that are far off stand on shelves by their time, so that the heap of those that are near stays small. Pieces
of the work loop.

Where thousands of cases are on their way for days, most of what an event costs is to find its place among all that is
pending, in memory that is far away by then. A shelf is for so much time: to put an event there takes one look, and when
all before it have happened, its events go into the heap, which gives them out in their order, to the bit. This is a
calendar queue (Brown 1988) whose days are heaps.

Nothing stands on shelves while the loop does not run: whatever changes its state sees one heap.
"""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import part, piece
from irrupt.engine.layout import SHELVES
from irrupt.engine.lines import bits, rise

MANY = 256
"""Events pending from which on those that are far off go onto shelves."""
ENOUGH = 4
"""They do not where less than one of so many happens before the loop stops: to set them apart costs as much."""
NARROWEST, WIDEST = 4, 40
"""Bounds of what a shelf is for, in seconds: exponents of two."""


@piece
def set_apart(events, pending, until, shelves):  # type: ignore[no-untyped-def]
    """Put onto shelves what is far off, of the heap of *pending* events, if that is worth it: how many stay there."""
    heads, about = shelves.heads, shelves.about[0]
    about.near = math.inf
    if pending <= MANY:
        return pending
    now = events[0].time
    soon = 0
    heads[: WIDEST + 1] = 0
    for at in range(pending):
        after = events[at].time - now
        soon += events[at].time < until
        heads[min(max((bits(after) >> 52) - 1022, 0), WIDEST)] += 1
    if ENOUGH * soon < pending:
        return pending
    # Half of them come within two to this power, in seconds. A shelf is for about one of these, and for what they lead
    # to; its width is a power of two, so that nothing is rounded.
    exponent, count = 0, heads[0]
    while exponent < WIDEST and 2 * count < pending:
        exponent += 1
        count += heads[exponent]
    left = pending
    while left > 3:
        left >>= 1
        exponent -= 1
    about.per = 1.0 / np.float64(1 << min(max(exponent, NARROWEST), WIDEST))
    heads[:] = -1
    about.free, about.used, about.held = -1, 0, 0
    go_to(np.int64(now * about.per), about)
    kept = 0
    for at in range(pending):
        time, key, item = events[at].time, events[at].key, events[at].item
        if time >= about.near:
            shelve(time, key, item, shelves)
        else:
            rise(events, kept, time, key, item)
            kept += 1
    return kept


@part
def go_to(at, about):  # type: ignore[no-untyped-def]
    """Shelf *at* is the one whose events are in the heap; the shelves from there on are handed out anew."""
    about.at = at
    about.near = (at + 1) / about.per
    about.turn = at + SHELVES
    about.beyond = about.turn / about.per


@part
def shelve(time, key, item, shelves):  # type: ignore[no-untyped-def]
    """Put an event that is not near onto its shelf."""
    heads, later, about = shelves.heads, shelves.later, shelves.about[0]
    place = np.int64(SHELVES)
    if time < about.beyond:
        place = np.int64(time * about.per) & (SHELVES - 1)
    at = about.free
    if at < 0:
        at = about.used
        about.used += 1
    else:
        about.free = later[at].next
    one = later[at]
    one.time = time
    one.key = key
    one.item = item
    one.next = heads[place]
    heads[place] = at
    about.held += 1


@piece
def fetch(events, pending, until, shelves):  # type: ignore[no-untyped-def]
    """Nothing in the heap of *pending* events is near any more: put there what stands on the next shelf, or all where
    that is not before *until*. How many are there then."""
    heads, later, about = shelves.heads, shelves.later, shelves.about[0]
    at = about.at + 1
    while at < about.turn and heads[at & (SHELVES - 1)] < 0:
        at += 1
    if at == about.turn:
        # All shelves are empty: they are for the time from the first of the others on.
        one = heads[SHELVES]
        first = math.inf
        while one >= 0:
            first = min(first, later[one].time)
            one = later[one].next
        if first >= until:
            return put_back(events, pending, shelves)
        go_to(max(at, np.int64(first * about.per)), about)
        one = heads[SHELVES]
        heads[SHELVES] = -1
        while one >= 0:
            place = np.int64(SHELVES)
            if later[one].time < about.beyond:
                place = np.int64(later[one].time * about.per) & (SHELVES - 1)
            rest = later[one].next
            later[one].next = heads[place]
            heads[place] = one
            one = rest
        at = about.at
    if at / about.per >= until:
        return put_back(events, pending, shelves)
    about.at = at
    about.near = (at + 1) / about.per
    return off_shelf(at & (SHELVES - 1), events, pending, shelves)


@piece
def off_shelf(place, events, pending, shelves):  # type: ignore[no-untyped-def]
    """Put into the heap of *pending* events what stands on a shelf: how many are there then."""
    heads, later, about = shelves.heads, shelves.later, shelves.about[0]
    at = heads[place]
    heads[place] = -1
    while at >= 0:
        one = later[at]
        rest = one.next
        rise(events, pending, one.time, one.key, one.item)
        pending += 1
        one.next = about.free
        about.free = at
        about.held -= 1
        at = rest
    if about.held == 0:
        about.near = math.inf
    return pending


@piece
def put_back(events, pending, shelves):  # type: ignore[no-untyped-def]
    """Put everything into the heap of *pending* events: how many are there then."""
    for place in range(SHELVES + 1):
        if shelves.heads[place] >= 0:
            pending = off_shelf(place, events, pending, shelves)
    shelves.about[0].near = math.inf
    return pending
