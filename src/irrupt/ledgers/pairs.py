"""The measures of a client at a team or at an activity: where in the organisation an effect on him comes from.

They are measured on request (`Ledgers(..., detail=True)`): there are as many values as clients times places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.duty import members_of, seconds_on_duty
from irrupt.ledgers.hours import OFFICE, Hours, OnDuty, hours_known
from irrupt.ledgers.model import Measure, Pair, Parties, Window

NAN = float("nan")
Floats = npt.NDArray[np.float64]


def pair_name(client: str, place: str) -> str:
    """The party that *client* is at a team or an activity.

    >>> pair_name("Hospital A", "Network")
    'Hospital A @ Network'
    """
    return f"{client} @ {place}"


def pairs_of(clients: Mapping[str, Sequence[int]], places: Mapping[str, Sequence[int]]) -> dict[str, Pair]:
    """Every one of *clients* at every one of *places*."""
    return {pair_name(client, place): (his, its) for client, his in clients.items() for place, its in places.items()}


@dataclass(slots=True)
class PairState:
    """Tables per client and place; see `kernels.add_pairs` for their columns."""

    window: Window
    hours: Hours
    in_office: Hours
    on_duty: Floats
    """Per team: seconds on duty of its members in the window."""
    counted: npt.NDArray[np.uint8]
    waits: Floats
    work: Floats

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*."""
        window = self.window
        rest = replace(window, begin=float(np.clip(moment, window.begin, window.end)))
        self.on_duty -= _on_duty(legend, rest, self.hours, before)
        self.hours, self.in_office = hours_known(legend, after), hours_known(legend, after, within=OFFICE)
        self.on_duty += _on_duty(legend, rest, self.hours, after)


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
        hours = hours_known(legend, self.on_duty)
        return PairState(
            window=window,
            hours=hours,
            in_office=hours_known(legend, self.on_duty, within=OFFICE),
            on_duty=_on_duty(legend, window, hours, self.on_duty or {}),
            counted=np.zeros(0, np.uint8),
            waits=np.zeros((len(legend.clients), len(legend.activities), 2)),
            work=np.zeros((len(legend.clients), len(legend.teams), 2)),
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
            *(rows, window.begin, window.end, state.hours, state.in_office, state.counted, state.waits, state.work)
        )

    def result(self, state: PairState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> client at a team or activity -> value."""
        share: dict[str, float] = {}
        outside: dict[str, float] = {}
        waited: dict[str, float] = {}
        for party, (clients, teams) in parties.at_teams.items():
            spent, off = _summed(state.work, clients, teams)
            known = [team for team in teams if team < len(state.on_duty)]
            on_duty = float(state.on_duty[known].sum())
            share[party] = spent / on_duty if on_duty > 0 else NAN
            outside[party] = off / spent if spent > 0 else NAN
        for party, (clients, activities) in parties.at_activities.items():
            seconds, steps = _summed(state.waits, clients, activities)
            waited[party] = seconds / kernels.HOUR / steps if steps > 0 else NAN
        return dict(zip((one.name for one in self.measures), (share, outside, waited), strict=True))


def _summed(table: Floats, clients: Sequence[int], places: Sequence[int]) -> tuple[float, float]:
    inside = [[n for n in numbers if n < size] for numbers, size in zip((clients, places), table.shape, strict=False)]
    first, second = table[np.ix_(*inside)].sum(axis=(0, 1))
    return float(first), float(second)


def _on_duty(legend: Legend, window: Window, hours: Hours, known: OnDuty) -> Floats:
    each = seconds_on_duty(legend, known, hours, window.begin, window.end)
    return np.array([sum(each[members]) for members in members_of(legend, known).values()], np.float64)
