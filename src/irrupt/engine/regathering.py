"""Cases gather in another way, or no longer, and parts of cases come together in another way: pieces of a change of
rules (`amending.py`)."""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import part, piece
from irrupt.engine.batches import closing, stand_among
from irrupt.engine.interrupting import out_of_queue
from irrupt.engine.layout import BATCHED, CLOSE, GATHERS, JOINED, KIND_SHIFT, PENDING, QUEUED, READY, VOID
from irrupt.engine.lines import melded, rise, without_root
from irrupt.engine.passing import back_and_forth, come
from irrupt.engine.pieces import way_of


@piece
def gather_anew(new, now, was, places):  # type: ignore[no-untyped-def]
    """Fill the empty lines of `Places.gathering` with those who gather under the *new* rules. Who does no longer comes
    to his step again, and so do all of a batch that waits for somebody, where cases are done one by one now or one of
    them skips it. *was*: the numbers that cases bore, where some are others now; or empty."""
    slots = places.slots
    first = np.int64(-1)
    for slot in range(slots.size):
        me = slots[slot]
        if me.status == GATHERS:
            me.urgency = 0.0
            me.next = -1
            me.before = -1
            me.child = -1
            first = melded(first, slot, slots)
        elif me.status == QUEUED and me.lot > 1 and comes_apart(slot, new, slots):
            back_and_forth(me, slot, was)
            out_of_queue(slot, places)
            back_and_forth(me, slot, was)
            at = slot
            while at >= 0:
                fellow = slots[at].fellow
                comes_again(at, now, places)
                at = fellow
    while first >= 0:
        one = first
        first = without_root(one, slots)
        if gathers_on(slots[one], new):
            stand_among(one, places.gathering[new.nodes[slots[one].node].batch], slots)
        else:
            comes_again(one, now, places)
    close_anew(new, now, places)


@piece
def comes_again(slot, now, places):  # type: ignore[no-untyped-def]
    """A case that waited for others, or with them, comes to its step, in the loop with batches: it asks since when."""
    come(slot, READY, now, places)
    places.slots[slot].lot = 0
    places.slots[slot].since = now
    places.counts[BATCHED] += 1


@part
def gathers_on(me, new):  # type: ignore[no-untyped-def]
    """Whether a case is at a step that is done in batches, and does not skip it."""
    return new.nodes[me.node].batch >= 0 and (me.whole != 0 or new.ways[way_of(me, new), me.node].skip == 0)


@part
def comes_apart(slot, new, slots):  # type: ignore[no-untyped-def]
    """Whether those of a batch, for which the case in *slot* stands, do not go on together."""
    at = slot
    while at >= 0:
        if not gathers_on(slots[at], new):
            return True
        at = slots[at].fellow
    return False


@piece
def close_anew(new, now, places):  # type: ignore[no-untyped-def]
    """Plan when those go who gather, instead of what was planned before."""
    events, counts = places.events, places.counts
    pending = 0
    for at in range(counts[PENDING]):
        key = events[at].key
        if key >> KIND_SHIFT == CLOSE:
            counts[VOID] -= 1
        else:
            rise(events, pending, events[at].time, key, events[at].item)
            pending += 1
    for number in range(places.gathering.size):
        line = places.gathering[number]
        if line.head >= 0:
            moment = closing(number, now, new, places)
            if moment < math.inf:
                rise(events, pending, moment, (CLOSE << KIND_SHIFT) | line.opener, number)
                pending += 1
                counts[VOID] += 1
    counts[PENDING] = pending


@piece
def look_at_joins(now, places):  # type: ignore[no-untyped-def]
    """Parts at joins look again whether others can still come."""
    for slot in range(places.slots.size):
        if places.slots[slot].status == JOINED:
            come(slot, READY, now, places)
