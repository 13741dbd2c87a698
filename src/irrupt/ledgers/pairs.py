"""The measures of a client at a team or at an activity: where in the organisation an effect on him comes from.

They are measured on request (`Ledgers(..., detail=True)`): there are as many values as clients times places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.duty import DutyState, Past, members_of, seconds_on_duty, summed
from irrupt.ledgers.hours import OFFICE, Hours, OnDuty, hours_known
from irrupt.ledgers.model import Measure, Pair, Parties, Window
from irrupt.units import HOUR

NAN = float("nan")


def pair_name(client: str, place: str) -> str:
    """The party that *client* is at a team or an activity.

    >>> pair_name("Hospital A", "Network")
    'Hospital A @ Network'
    """
    return f"{client} @ {place}"


def pairs_of(clients: Mapping[str, Sequence[int]], places: Mapping[str, Sequence[int]]) -> dict[str, Pair]:
    """Every one of *clients* at every one of *places*."""
    return {pair_name(client, place): (his, its) for client, his in clients.items() for place, its in places.items()}


@dataclass(slots=True, kw_only=True)
class PairState(DutyState):
    """Tables per client and place (see `kernels.add_pairs` for their columns); hours worked, per person and client."""

    in_office: Hours
    counted: npt.NDArray[np.uint8]
    waits: Floats
    work: Floats

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty, and belong to teams, as in *after*."""
        DutyState.change_hours(self, legend, before, after, moment)
        self.in_office = hours_known(legend, after, within=OFFICE)


@dataclass(frozen=True, slots=True)
class PairReducer:
    """Who takes how much of a team's time, and who waits how long for which activity."""

    on_duty: OnDuty | None = None
    measures: ClassVar[tuple[Measure, ...]] = (
        measure.TIME_FOR_HIM,
        measure.OUT_OF_HOURS_FOR_HIM,
        measure.ACTIVITY_WAIT,
    )

    def begin(self, legend: Legend, window: Window) -> PairState:
        """Fresh state."""
        known = self.on_duty or {}
        hours = hours_known(legend, known)
        return PairState(
            window=window,
            hours=hours,
            in_office=hours_known(legend, known, within=OFFICE),
            counted=np.zeros(0, np.uint8),
            waits=np.zeros((len(legend.clients), len(legend.activities), 2)),
            work=np.zeros((len(legend.clients), len(legend.teams), 2)),
            worked=np.zeros((len(legend.people), len(legend.clients))),
            on_duty=seconds_on_duty(legend, known, hours, window.begin, window.end),
            members=members_of(legend, known),
        )

    def add(self, state: PairState, rows: Rows) -> None:
        """Take in the next rows."""
        if len(rows.case) == 0:
            return
        needed = int(rows.case.max()) + 1
        if needed > len(state.counted):
            more = max(needed, 2 * len(state.counted), 1024) - len(state.counted)
            state.counted = np.concatenate([state.counted, np.zeros(more, np.uint8)])
        window = state.window
        kernels.add_pairs(
            *(rows, window.begin, window.end, state.hours, state.in_office),
            *(state.counted, state.waits, state.work, state.worked),
        )

    def result(self, state: PairState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> client at a team or activity -> value."""
        share: dict[str, float] = {}
        outside: dict[str, float] = {}
        waited: dict[str, float] = {}
        for party, (clients, teams) in parties.at_teams.items():
            his = [client for client in clients if client < state.worked.shape[1]]
            past: Past = [(members, (spent[:, his], on_duty)) for members, (spent, on_duty) in state.past]
            spent, on_duty = summed(past, state.members, (state.worked[:, his], state.on_duty), teams)
            share[party] = spent / on_duty if on_duty > 0 else NAN
            whole, off = _summed(state.work, clients, teams)
            outside[party] = off / whole if whole > 0 else NAN
        for party, (clients, activities) in parties.at_activities.items():
            seconds, steps = _summed(state.waits, clients, activities)
            waited[party] = seconds / HOUR / steps if steps > 0 else NAN
        return dict(zip((one.name for one in self.measures), (share, outside, waited), strict=True))


def _summed(table: Floats, clients: Sequence[int], places: Sequence[int]) -> tuple[float, float]:
    inside = [[n for n in numbers if n < size] for numbers, size in zip((clients, places), table.shape, strict=False)]
    first, second = table[np.ix_(*inside)].sum(axis=(0, 1))
    return float(first), float(second)
