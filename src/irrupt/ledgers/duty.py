"""How busy people are: hours worked over hours on duty, where these are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import WEEK, Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.organisation.model import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """When somebody is on duty, and for which teams."""

    teams: tuple[str, ...]
    hours: tuple[tuple[int, int], ...]
    """Weekly hours in minutes from Monday 00:00, as in `Calendar`."""
    at_once: int = 1
    """How many steps he can have in hand: his hours count that many times."""


OnDuty = Mapping[str, Duty]
"""Person -> when he is on duty."""


def on_duty(organisation: Organisation) -> dict[str, Duty]:
    """Person -> when he is on duty, as the rules of *organisation* have it."""
    return {
        name: Duty(teams=person.teams, hours=organisation.calendars[person.calendar].hours, at_once=person.at_once)
        for name, person in organisation.people.items()
    }


@dataclass(slots=True)
class DutyState:
    """Hours worked and hours on duty, per person of the legend."""

    window: Window
    hours: npt.NDArray[np.float64]
    slices: npt.NDArray[np.int64]
    per_week: npt.NDArray[np.float64]
    worked: npt.NDArray[np.float64]
    on_duty: npt.NDArray[np.float64]
    members: dict[int, list[int]]
    """Number of a team -> numbers of the people who belong to it."""


@dataclass(frozen=True, slots=True)
class DutyReducer:
    """Share of time at work. Time counts as worked where a step's start to end falls into the person's hours."""

    on_duty: OnDuty | None = None
    measures: ClassVar[tuple[Measure, ...]] = (measure.AT_WORK,)

    def begin(self, legend: Legend, window: Window) -> DutyState:
        """Fresh state."""
        known = self.on_duty or {}
        duties = [known.get(name, Duty(teams=(), hours=())) for name in legend.people]
        number = {name: at for at, name in enumerate(legend.teams)}
        members: dict[int, list[int]] = {at: [] for at in number.values()}
        for person, one in enumerate(duties):
            for team in one.teams:
                if team in number:
                    members[number[team]].append(person)
        hours = [(60.0 * begin, 60.0 * end) for one in duties for begin, end in one.hours]
        state = DutyState(
            window=window,
            hours=np.array(hours, np.float64).reshape(-1, 2),
            slices=np.cumsum([0, *(len(one.hours) for one in duties)], dtype=np.int64),
            per_week=np.array([60.0 * sum(end - begin for begin, end in one.hours) for one in duties], np.float64),
            worked=np.zeros(len(duties)),
            on_duty=np.zeros(len(duties)),
            members=members,
        )
        for person, one in enumerate(duties):
            state.on_duty[person] = one.at_once * _between(state, person)
        return state

    def add(self, state: DutyState, rows: Rows) -> None:
        """Take in the next rows."""
        if not self.on_duty:
            return
        kernels.add_duty(
            rows.person,
            rows.start,
            rows.end,
            state.window.begin,
            state.window.end,
            state.hours,
            state.slices,
            state.per_week,
            state.worked,
        )

    def result(self, state: DutyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        values = {}
        for party, teams in parties.teams.items():
            people = sorted({person for team in teams for person in state.members.get(team, ())})
            on_duty = float(state.on_duty[people].sum())
            values[party] = float(state.worked[people].sum()) / on_duty if on_duty > 0 else float("nan")
        return {measure.AT_WORK.name: values}


def _between(state: DutyState, person: int) -> float:
    """Seconds in the window that *person* is on duty."""
    weeks, begin = np.divmod(np.array([state.window.begin, state.window.end]), WEEK)
    mine = state.hours[state.slices[person] : state.slices[person + 1]]
    inside = np.clip(begin[:, None] - mine[:, 0], 0.0, mine[:, 1] - mine[:, 0]).sum(axis=1)
    until = weeks * state.per_week[person] + inside
    return float(until[1] - until[0])
