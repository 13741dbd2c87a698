"""Where cases split and come together, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, get_args

import numpy as np

from irrupt.arraytypes import Ints32
from irrupt.lately import Lately
from irrupt.organisation.flow import before, onward
from irrupt.organisation.guards import CaseClass, Like, cells, compared
from irrupt.organisation.model import Organisation, Split

SPLITS = get_args(Split)
"""In the order of their codes in `layout`."""
Row = tuple[tuple[str, frozenset[str]], ...]
"""Of each place: where cases go from there."""


def parallel(
    organisation: Organisation, clients: Sequence[str], classes: Sequence[str], nodes: Sequence[str]
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about splits and joins. *nodes*: `start`, then the steps."""
    steps = [organisation.steps[name] for name in nodes[1:]]
    joins = [number for number, step in enumerate(steps, start=1) if step.join and not step.alone]
    splits = [SPLITS.index(step.split) for step in steps]
    row_of, rows = np.zeros((len(clients) + 1, len(classes) + 1, 1), dtype=np.int32), tuple[Row, ...]()
    if joins:
        told = [getattr(organisation, part) for part in ("steps", "routes", "client_routes", "returns", "patience")]
        row_of, rows = _ROWS.of(
            (*told,), partial(_rows, organisation, clients, classes), len(clients), *clients, *classes
        )
    places = tuple(nodes[join] for join in joins)
    reach = [_LATELY.of((), partial(_reach, dict(ways), nodes, places), ways, *nodes, *places) for ways in rows]
    return {
        "split": [0, *splits],
        "join": [joins.index(at) if at in joins else -1 for at in range(len(nodes))],
        "most_parts": len(nodes) + _widest(organisation) if any(splits) else 0,
        "reach_row": row_of,
        "reach": np.array(reach, dtype=np.uint8).reshape(len(reach), len(nodes), len(joins)),
    }


def _rows(organisation: Organisation, clients: Sequence[str], classes: Sequence[str]) -> tuple[Ints32, tuple[Row, ...]]:
    """`layout.Rules.reach_row`, and where cases go, for each of its rows."""
    guards = organisation.guards()
    told = cells(*compared(guards))
    row_of = np.zeros((len(clients) + 1, len(classes) + 1, len(told)), dtype=np.int32)
    own = {*organisation.client_routes, *(back.client for back in organisation.returns.values())}
    own |= {patience.client for patience in organisation.patience.values()}
    known: dict[tuple[str | None, CaseClass], int] = {}
    rows: dict[Row, int] = {}
    for at in np.ndindex(*row_of.shape):
        client, kind = [*clients, None][at[0]], [None, *classes][at[1]]
        like = (client if client in own else None), (Like(kind, *told[at[2]]) if guards else kind)
        if like not in known:
            known[like] = rows.setdefault(tuple(onward(organisation, *like).items()), len(rows))
        row_of[at] = known[like]
    return row_of, tuple(rows)


_ROWS = Lately[tuple[Ints32, tuple[Row, ...]]](most=100)
_LATELY = Lately[list[list[bool]]](most=1000)
"""Most acts leave where cases go as it is."""


def _reach(ways: Mapping[str, frozenset[str]], nodes: Sequence[str], joins: Sequence[str]) -> list[list[bool]]:
    """For each node: to which joins a case can come from there."""
    lead = before(ways, joins)
    return [[node in lead[join] for join in joins] for node in nodes]


def _widest(organisation: Organisation) -> int:
    """The greatest number of routes from one place."""
    everywhere = [organisation.routes, *organisation.client_routes.values()]
    return max((len(routes) for ways in everywhere for routes in ways.values()), default=0)
