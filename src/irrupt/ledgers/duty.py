"""How busy people are: hours worked over hours on duty, where these are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.hours import Hours, OnDuty, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.worked import Worked

Members = dict[int, list[int]]
"""Number of a team -> numbers of the people who belong to it."""
Past = list[tuple[Members, tuple[Floats, ...]]]
"""Who belonged to which team before, and what came, per person, to pass in that time."""


@dataclass(slots=True)
class DutyState:
    """Hours worked and hours on duty, per person of the legend, since people belong to the teams to which they do."""

    window: Window
    hours: Hours
    worked: Floats
    on_duty: Floats
    members: Members
    past: Past = field(default_factory=list)

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*; somebody who has left a team is counted up to then, and
        somebody who comes into one from then on."""
        begin, end = np.clip(moment, self.window.begin, self.window.end), self.window.end
        self.on_duty -= seconds_on_duty(legend, before, self.hours, float(begin), end)
        members = members_of(legend, after)
        if members != self.members:
            self.past.append((self.members, (self.worked, self.on_duty)))
            self.members, self.worked, self.on_duty = members, np.zeros_like(self.worked), np.zeros_like(self.on_duty)
        self.hours = hours_known(legend, after)
        self.on_duty += seconds_on_duty(legend, after, self.hours, float(begin), end)


def summed(past: Past, members: Members, sums: tuple[Floats, ...], teams: Iterable[int]) -> tuple[float, ...]:
    """Each of *sums*, and of what lies in the *past*, over the people of *teams*, as long as they belonged to one."""
    teams = tuple(teams)
    found = [0.0] * len(sums)
    for whose, parts in (*past, (members, sums)):
        people = sorted({person for team in teams for person in whose.get(team, ())})
        found = [total + float(part[people].sum()) for total, part in zip(found, parts, strict=True)]
    return tuple(found)


def seconds_on_duty(legend: Legend, known: OnDuty, hours: Hours, begin: float, end: float) -> Floats:
    """Seconds on duty of each person between two moments, as often as he can have steps in hand."""
    times = [known[name].at_once if name in known else 0 for name in legend.people]
    return hours.everybody(begin, end)[: len(times)] * np.array(times, np.float64)


def members_of(legend: Legend, known: OnDuty) -> dict[int, list[int]]:
    """Number of each team -> numbers of the people who belong to it."""
    found: dict[int, list[int]] = {team: [] for team in range(len(legend.teams))}
    number = {name: at for at, name in enumerate(legend.teams)}
    for person, name in enumerate(legend.people):
        for team in known[name].teams if name in known else ():
            if team in number:
                found[number[team]].append(person)
    return found


@dataclass(frozen=True, slots=True)
class DutyReducer:
    """Share of time at work. Time counts as worked where a step's start to end falls into the person's hours."""

    on_duty: OnDuty | None = None
    worked: Worked = field(default_factory=Worked)
    measures: ClassVar[tuple[Measure, ...]] = (measure.AT_WORK,)

    def begin(self, legend: Legend, window: Window) -> DutyState:
        """Fresh state."""
        known = self.on_duty or {}
        hours = hours_known(legend, known)
        on_duty = seconds_on_duty(legend, known, hours, window.begin, window.end)
        return DutyState(window, hours, np.zeros(len(legend.people)), on_duty, members_of(legend, known))

    def add(self, state: DutyState, rows: Rows) -> None:
        """Take in the next rows."""
        if not self.on_duty:
            return
        window = state.window
        worked = self.worked.of(rows, state.hours)
        kernels.add_duty(rows, worked, window.begin, window.end, state.hours, state.worked)

    def result(self, state: DutyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        values = {}
        for party, teams in parties.teams.items():
            worked, on_duty = summed(state.past, state.members, (state.worked, state.on_duty), teams)
            values[party] = worked / on_duty if on_duty > 0 else float("nan")
        return {measure.AT_WORK.name: values}
