"""Cases that come at a pause of a run, such as they are said to be: production orders that a plan releases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.compiling import compiled_from
from irrupt.engine import coming, layout, lines, pieces
from irrupt.engine.coming import expect, set_out, take_slot
from irrupt.engine.layout import DELAYED, KIND_SHIFT, PASS, PENDING
from irrupt.engine.lines import rise

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
        kind=np.array([kinds[one.product] if one.product else 0 for one in releases], np.int32),
        quantity=np.array([one.quantity for one in releases], np.float64),
        due=np.array([one.due for one in releases], np.float64),
        key=np.array([one.key for one in releases], np.uint64),
    )


@compiled_from(coming, layout, lines, pieces)
def bring(brought, now, rules, state):  # type: ignore[no-untyped-def]
    """Put each case into a free slot, of which there must be enough, and let it go on its way *now*.

    It is what `ARRIVE` does in `kernel.work`, but for what a case is like, which is not drawn.
    """
    for at in range(len(brought.client)):
        slot = take_slot(brought.client[at], brought.key[at], now, state)
        case = state.slots[slot]
        case.row_client = brought.row_client[at]
        case.kind = brought.kind[at]
        case.quantity = brought.quantity[at]
        case.due = brought.due[at]
        case.status = DELAYED
        case.when = now
        set_out(slot, rules, state)
        expect(slot, now, rules, state)
        rise(state.events, state.counts[PENDING], now, (PASS << KIND_SHIFT) | case.case, slot)
        state.counts[PENDING] += 1
