"""A whole run as a Chronicle: everything that reads real records reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle.model import MOMENT, Chronicle, conform
from irrupt.chronicle.rows import WEEK, Legend, Rows
from irrupt.engine import pieces, streams
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import Tables, tables
from irrupt.engine.written import Written
from irrupt.i18n import gettext as _
from irrupt.organisation.model import END, Organisation

Attributes = dict[str, list[Any]]
"""Name of an attribute -> its value for each case."""


def simulate(organisation: Organisation | Tables, *, weeks: float, seed: int, replication: int = 0) -> Chronicle:
    """Run *organisation*: clients bring cases for *weeks*, and every case is followed to its end.

    The events have the columns of every event log, and `ready`: when the case came into the queue of its step. Where
    cases have a class, a quantity or a due date, there are columns `class`, `quantity` and `due`. Raises `ModelError`
    when the organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> simulate(counter(), weeks=1, seed=1).events.columns
    ['case', 'activity', 'start', 'end', 'resource', 'team', 'client', 'ready']
    """
    compiled = organisation if isinstance(organisation, Tables) else tables(organisation)
    rules = compiled.organisation
    run = Simulation(compiled, seed=seed, replication=replication, weeks=weeks)
    chunks = [Rows._make(column.copy() for column in rows) for rows in run.run()]
    attributes = attributes_of(compiled, streams.run_key(seed, replication), weeks * WEEK)
    return Chronicle(
        events=conform(_events(chunks, run.legend, run.arrived, attributes)),
        kind="simulated",
        source=_("{name}, simulated (seed {seed}, run {run})").format(name=rules.name, seed=seed, run=replication),
        timezone=rules.timezone,
        starts="measured",
        waits_for_client=waits_for_client(rules),
        client_acts=client_acts(rules),
    )


def waits_for_client(organisation: Organisation) -> frozenset[str]:
    """Activities after which the organisation mostly waits for the client: by more than half of the shares of the
    routes, other than to the end, out of the steps that bear them."""
    waits: dict[str, float] = {}
    for name, step in organisation.steps.items():
        for route in organisation.routes.get(name, ()):
            if route.to != END:
                share = route.share if route.waits_for == "client" else -route.share
                waits[step.activity] = waits.get(step.activity, 0.0) + share
    return frozenset(activity for activity, balance in waits.items() if balance > 0)


def client_acts(organisation: Organisation) -> frozenset[str]:
    """Activities that only clients do."""
    steps = [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]
    return frozenset(step.activity for step in steps if step.client_act) - frozenset(
        step.activity for step in steps if not step.client_act
    )


def attributes_of(compiled: Tables, run: int, limit: float) -> Attributes:
    """What the cases are like that clients bring before *limit* seconds under one set of rules, by the number of the
    case: class (a name or None), quantity and due date (seconds; infinite: never), as far as any client says so."""
    rules, clients = compiled.rules, [compiled.organisation.clients[name] for name in compiled.clients]
    told = {
        "class": any(client.classes for client in clients),
        "quantity": any(client.quantity for client in clients),
        "due": any(client.due for client in clients),
    }
    if not any(told.values()):
        return {}
    arrived: list[tuple[float, int, int]] = []
    for client, word in enumerate(compiled.client_keys):
        key = streams.client_key(run, word)
        time, arrival = 0.0, 0
        while True:
            need = pieces.gap(np.uint64(key), arrival)
            time = pieces.next_arrival(rules.client_rate, rules.client_growth, client, time, need, limit)
            if time >= limit:
                break
            arrived.append((time, client, streams.case_key(key, arrival)))
            arrival += 1
    written = Written(compiled)
    found = [written.attributes(compiled.clients[client], key, time) for time, client, key in sorted(arrived)]
    return {name: [values[place] for values in found] for place, (name, is_told) in enumerate(told.items()) if is_told}


def _events(chunks: Iterable[Rows], legend: Legend, cases: int, attributes: Attributes) -> pl.DataFrame:
    chunks = list(chunks)
    if not chunks:
        return pl.DataFrame(schema={"case": pl.String, "ready": MOMENT})
    rows = Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True))
    digits = len(str(max(cases, 1)))
    return pl.DataFrame(
        {
            "case": pl.Series(rows.case + 1).cast(pl.String).str.zfill(digits),
            "activity": _named(rows.activity, legend.activities),
            "start": _moments(rows.start, legend),
            "end": _moments(rows.end, legend),
            "resource": _named(rows.person, legend.people),
            "team": _named(rows.team, legend.teams),
            "client": _named(rows.client, legend.clients),
            "ready": _moments(rows.ready, legend),
            **{name: _per_case(name, attributes[name], rows.case, legend) for name in attributes},
        }
    )


def _per_case(name: str, values: list[Any], case: npt.NDArray[np.int64], legend: Legend) -> pl.Series:
    if name == "class":
        return pl.Series(values, dtype=pl.String).gather(case)
    of_row = np.array(values, dtype=np.float64)[case]
    if name == "quantity":
        return pl.Series(of_row)
    never = pl.Series(np.isinf(of_row))
    return pl.select(pl.when(~never).then(_moments(np.where(np.isinf(of_row), 0.0, of_row), legend))).to_series()


def _named(numbers: npt.NDArray[np.int32], names: tuple[str, ...]) -> pl.Series:
    return pl.Series([*names, None], dtype=pl.String).gather(np.where(numbers < 0, len(names), numbers))


def _moments(seconds: npt.NDArray[np.float64], legend: Legend) -> pl.Series:
    origin = round(legend.origin.timestamp() * 1e6)
    return pl.Series(origin + np.rint(seconds * 1e6).astype(np.int64)).cast(MOMENT)
