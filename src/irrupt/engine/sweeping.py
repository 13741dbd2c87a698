"""Events that will never happen leave the heap: of patience with cases that wait no more, of what was cut short.

They are void when their time comes, and cost little then. But where patience is long, or never ends, that is long
after the case is over: the heap would hold an event for every case that ever waited.
"""

from __future__ import annotations

from irrupt.compiling import compiled_from
from irrupt.engine import layout, lines
from irrupt.engine.layout import (
    BEGUN,
    CALL_OFF,
    CLOSE,
    DELAYED,
    DONE,
    GATHERS,
    GONE,
    KIND_SHIFT,
    LEAVE,
    PART_BITS,
    PASS,
    PENDING,
    QUEUED,
    READY,
    VOID,
)
from irrupt.engine.lines import rise

MANY = 4096
"""Events for which there is room at least before any are swept out: to do so often costs more than they do."""


@compiled_from(layout, lines)
def sweep(cutting, state):  # type: ignore[no-untyped-def]
    """Take out of the heap whatever `kernel.work` would do nothing at. *cutting*: work and delays may have been cut
    short, so that their ends are void."""
    events = state.events
    counts = state.counts
    slots = state.slots
    kept = 0
    for at in range(counts[PENDING]):
        time = events[at].time
        key = events[at].key
        item = events[at].item
        kind = key >> KIND_SHIFT
        number = key - (kind << KIND_SHIFT)
        void = False
        if kind == LEAVE:
            me = slots[item]
            waits = me.status == QUEUED or me.status == GATHERS
            void = not (waits and me.case == number and me.leaves == time)
        elif kind == CALL_OFF:
            me = slots[item]
            void = me.status == GONE or me.home != item or me.case >> PART_BITS != number >> PART_BITS
        elif kind == CLOSE:
            line = state.gathering[item]
            void = line.head < 0 or line.closes != time or line.opener != number
        elif cutting and kind in (DONE, READY, PASS):
            me = slots[item]
            void = me.status != (BEGUN if kind == DONE else DELAYED) or me.when != time or me.case != number
        if void:
            counts[VOID] -= 1
        else:
            rise(events, kept, time, key, item)
            kept += 1
    counts[PENDING] = kept
