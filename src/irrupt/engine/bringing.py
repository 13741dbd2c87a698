"""Cases that come at a pause of a run, such as they are said to be: production orders that a plan releases, and cases
that are open already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints32
from irrupt.compiling import compiled_from
from irrupt.engine import coming, layout, lines, pieces
from irrupt.engine.coming import expect, set_out, take_slot
from irrupt.engine.layout import CASES, DELAYED, FREE, KIND_SHIFT, PART_BITS, PARTED, PASS, PENDING, READY, State
from irrupt.engine.lines import rise
from irrupt.organisation.guards import cell
from irrupt.organisation.hands import groups

if TYPE_CHECKING:
    from irrupt.engine.legends import Numbers
    from irrupt.engine.opening import Opened
    from irrupt.engine.planning.planner import Release
    from irrupt.engine.tables import Tables


class Brought(NamedTuple):
    """Cases that come, in arrays."""

    client: Ints32
    row_client: Ints32
    kind: Ints32
    quantity: Floats
    due: Floats
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


def take_up(opened: Opened, state: State, tables: Tables, numbers: Numbers) -> None:
    """Put each part of a case that is open already into a free slot, of which there must be enough, on its way to its
    step."""
    counts, rules = state.counts, tables.rules
    counts[FREE] -= len(opened.parts)
    taken = state.free[counts[FREE] : counts[FREE] + len(opened.parts)][::-1].tolist()
    home, client = taken[0], tables.clients.index(opened.client)
    kind = tables.classes.index(opened.kind) + 1 if opened.kind in tables.classes else 0
    way = rules.clients["way"][client] + rules.class_way[kind]
    way += cell(rules.quantities.tolist(), rules.givens.tolist(), opened.quantity, opened.due - opened.came)
    state.seen[home] = [2 * opened.seen[name] + (name in opened.done) for name in tables.activities]
    did = [opened.did.get(group) for group in groups(tables.organisation)]
    state.did[home] = [-1 if name is None else tables.people.index(name) for name in did]
    for number, (slot, part) in enumerate(zip(taken, opened.parts, strict=True)):
        case = (counts[CASES] << PART_BITS) + number
        for name, value in {
            **dict.fromkeys(("returned", "late", "whole", "ends"), 0),
            **{"case": case, "key": opened.key, "quantity": opened.quantity, "due": opened.due},
            **{"client": client, "kind": kind, "way": way, "row_client": numbers.clients[opened.client]},
            **{"came": opened.came, "clock": opened.clock, "since": -1.0, "check": -1, "person": -1, "status": DELAYED},
            **{"node": tables.nodes.index(part.place), "occurrence": part.occurrence, "flags": part.flags},
            **{"enabled": part.enabled, "when": part.ready, "home": home, "parts": len(taken) if number == 0 else 1},
            "within": tables.calendars.index(part.within) if part.within else -1,
            "other": [*taken[1:], -1][number],
        }.items():
            state.slots[name][slot] = value
        rise(state.events, counts[PENDING], part.ready, (READY << KIND_SHIFT) | case, slot)
        counts[PENDING] += 1
    counts[PARTED] += len(taken) - 1
    counts[CASES] += 1
