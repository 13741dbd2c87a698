"""A whole run as a Chronicle: everything that reads real records reads it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle.model import MOMENT, Chronicle, conform
from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import Tables
from irrupt.i18n import gettext as _
from irrupt.organisation.model import END, Organisation


def simulate(organisation: Organisation | Tables, *, weeks: float, seed: int, replication: int = 0) -> Chronicle:
    """Run *organisation*: clients bring cases for *weeks*, and every case is followed to its end.

    The events have the columns of every event log, and `ready`: when the case came into the queue of its step. Raises
    `ModelError` when the organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> simulate(counter(), weeks=1, seed=1).events.columns
    ['case', 'activity', 'start', 'end', 'resource', 'team', 'client', 'ready']
    """
    run = Simulation(organisation, seed=seed, replication=replication, weeks=weeks)
    chunks = [Rows._make(column.copy() for column in rows) for rows in run.run()]
    rules = organisation.organisation if isinstance(organisation, Tables) else organisation
    return Chronicle(
        events=conform(_events(chunks, run.legend, run.arrived)),
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


def _events(chunks: Iterable[Rows], legend: Legend, cases: int) -> pl.DataFrame:
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
        }
    )


def _named(numbers: npt.NDArray[np.int32], names: tuple[str, ...]) -> pl.Series:
    return pl.Series([*names, None], dtype=pl.String).gather(np.where(numbers < 0, len(names), numbers))


def _moments(seconds: npt.NDArray[np.float64], legend: Legend) -> pl.Series:
    origin = round(legend.origin.timestamp() * 1e6)
    return pl.Series(origin + np.rint(seconds * 1e6).astype(np.int64)).cast(MOMENT)
