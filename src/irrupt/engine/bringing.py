"""Cases that come at a pause of a run, such as they are said to be: production orders that a plan releases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import FIRST
from irrupt.engine import layout, pieces
from irrupt.engine.layout import CASES, DELAYED, FREE, KIND_SHIFT, PART_BITS, PASS, PENDING
from irrupt.engine.pieces import FOR_ROUTE, compiled, draw, piece, text_of

if TYPE_CHECKING:
    from irrupt.engine.legends import Numbers
    from irrupt.engine.planning.planner import Release
    from irrupt.engine.tables import Tables


class Brought(NamedTuple):
    """Cases that come, in arrays."""

    client: layout.Ints
    row_client: layout.Ints
    kind: layout.Ints
    quantity: npt.NDArray[np.float64]
    due: npt.NDArray[np.float64]
    key: layout.Words


def as_arrays(releases: Sequence[Release], tables: Tables, numbers: Numbers) -> Brought:
    """*releases* in the numbers of the run."""
    clients = {name: at for at, name in enumerate(tables.clients)}
    kinds = {name: at for at, name in enumerate(tables.classes, start=1)}
    return Brought(
        client=np.array([clients[one.client] for one in releases], np.int32),
        row_client=np.array([numbers.clients[one.client] for one in releases], np.int32),
        kind=np.array([kinds[one.product] for one in releases], np.int32),
        quantity=np.array([one.quantity for one in releases], np.float64),
        due=np.array([one.due for one in releases], np.float64),
        key=np.array([one.key for one in releases], np.uint64),
    )


@piece
def worked_on(key, way, rules, seen):  # type: ignore[no-untyped-def]
    """Whether anybody would work on the case: if not, it skips nothing."""
    if rules.skips[way] == 0:
        return True
    here = 0
    nth = 0
    while True:
        route = rules.route_begin[rules.row_of[way, here]]
        luck = draw(key, rules.node_key[here], nth, FOR_ROUTE)
        while luck >= rules.route_below[route]:
            route += 1
        there = rules.route_to[route]
        if there < 0:
            return False
        if rules.skip[way, there] == 0 and (rules.node_team[there] >= 0 or rules.skips[way] == 1):
            return True
        activity = rules.node_activity[there]
        nth = seen[activity]
        seen[activity] = nth + 1
        here = there


@piece
def plan(time, key, item, state):  # type: ignore[no-untyped-def]
    """An event more in the heap."""
    at = state.counts[PENDING]
    state.counts[PENDING] += 1
    while at > 0:
        above = (at - 1) >> 1
        if state.event_time[above] < time or (state.event_time[above] == time and state.event_key[above] < key):
            break
        state.event_time[at] = state.event_time[above]
        state.event_key[at] = state.event_key[above]
        state.event_item[at] = state.event_item[above]
        at = above
    state.event_time[at] = time
    state.event_key[at] = key
    state.event_item[at] = item


def bringing(sources: int) -> Any:
    """What brings cases, compiled from this file and from *sources*."""

    @compiled
    def bring(brought, now, rules, state):  # type: ignore[no-untyped-def]
        """Put each case into a free slot, of which there must be enough, and let it go on its way *now*.

        It is what `ARRIVE` does in `kernel.work`, but for what a case is like, which is not drawn.
        """
        counts = state.counts
        for at in range(len(brought.client)):
            counts[FREE] -= 1
            slot = state.free[counts[FREE]]
            number = counts[CASES] << PART_BITS
            counts[CASES] += 1
            way = rules.client_way[brought.client[at]] + rules.class_way[brought.kind[at]]
            state.case[slot] = number
            state.client[slot] = brought.client[at]
            state.row_client[slot] = brought.row_client[at]
            state.kind[slot] = brought.kind[at]
            state.quantity[slot] = brought.quantity[at]
            state.due[slot] = brought.due[at]
            state.key[slot] = brought.key[at]
            state.way[slot] = way
            state.node[slot] = 0
            state.occurrence[slot] = 0
            state.check[slot] = -1
            state.person[slot] = -1
            state.flags[slot] = FIRST
            state.returned[slot] = 0
            state.enabled[slot] = now
            state.status[slot] = DELAYED
            state.seen[slot] = 0
            state.whole[slot] = (
                0 if rules.most_parts > 0 or worked_on(brought.key[at], way, rules, state.seen[slot]) else 1
            )
            state.seen[slot] = 0
            plan(now, (PASS << KIND_SHIFT) | number, slot, state)
        sources  # noqa: B018

    return bring


bring = bringing(text_of(layout, pieces))
