"""Clients, steps, classes and returns come and go while work is in hand: cases bear other numbers then. Pieces of a
change of rules (`amending.py`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.compiling import piece
from irrupt.engine.layout import ARRIVE, GONE, KIND_SHIFT, PENDING, record
from irrupt.engine.lines import rise

WAS = record("client:i4 kind:i4 node:i4")
"""The numbers that a case bore before."""


class Renamed(NamedTuple):
    """How numbers become others."""

    client: Ints
    """Old -> new; clients who are gone, and those who were, -> one past the last."""
    kind: Ints
    """Old -> new class, 0: none."""
    node: Ints
    """Old -> new; no case is where one is gone."""
    returns: Ints
    """Old -> new; -1: gone."""
    late: Ints
    """As `layout.SLOT.late`, where that is not below 0: old -> new; 0: that patience is gone."""
    activity: Ints
    """New -> old; -1: new."""


@piece
def lost(slots, node):  # type: ignore[no-untyped-def]
    """Whether a case is at a step that is gone. *node*: old -> new."""
    found = False
    for slot in range(slots.size):
        found = found or (slots[slot].status != GONE and node[slots[slot].node] < 0)
    return found


@piece
def renumber(renamed, was, known, seen, slots, events, counts):  # type: ignore[no-untyped-def]
    """Cases bear new numbers, and *was* what they bore; what they have *seen* is taken from what was *known*
    of that, if activities are others. Clients who are gone bring no more cases."""
    for slot in range(slots.size):
        me = slots[slot]
        if me.status != GONE:
            was[slot].client = me.client
            was[slot].kind = me.kind
            was[slot].node = me.node
            me.client = renamed.client[me.client]
            me.kind = renamed.kind[me.kind]
            me.node = renamed.node[me.node]
            me.returned = still_returned(me.returned, renamed.returns)
            me.late = renamed.late[me.late] if me.late >= 0 else -renamed.late[-me.late]
            for activity in range(seen.shape[1] if known.shape[0] > 0 else 0):
                before = renamed.activity[activity]
                seen[slot, activity] = known[slot, before] if before >= 0 else 0
    pending = 0
    gone = renamed.client[renamed.client.size - 1]
    for at in range(counts[PENDING]):
        time = events[at].time
        key = events[at].key
        item = events[at].item
        if key >> KIND_SHIFT == ARRIVE:
            item = np.int32(renamed.client[item])
            key = (ARRIVE << KIND_SHIFT) | np.int64(item)
            if item == gone:
                continue
        rise(events, pending, time, key, item)
        pending += 1
    counts[PENDING] = pending


@piece
def still_returned(returned, numbers):  # type: ignore[no-untyped-def]
    """The bits of returns that a case has made, in other *numbers*."""
    made = np.int64(0)
    for before in range(numbers.size):
        if numbers[before] >= 0:
            made |= ((returned >> before) & 1) << numbers[before]
    return made


@piece
def exchange(me, was):  # type: ignore[no-untyped-def]
    """The numbers that a case bears, for those that it bore; and back again."""
    client, kind, node = me.client, me.kind, me.node
    me.client = was.client
    me.kind = was.kind
    me.node = was.node
    was.client = client
    was.kind = kind
    was.node = node
