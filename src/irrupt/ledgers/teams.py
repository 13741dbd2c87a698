"""The measures of teams, from one table with a row per team and week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels, people, telling
from irrupt.ledgers.cases import longer
from irrupt.ledgers.hours import OFFICE, Hours, OnDuty, TeamHours, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.worked import Worked
from irrupt.units import HOUR, WEEK

NAN = float("nan")


@dataclass(slots=True)
class TeamState:
    """Tables per team; see `kernels` for their columns."""

    window: Window
    hours: Hours
    in_office: Hours
    """The part of these hours that lies within office hours."""
    weeks: Floats
    """(teams, weeks of the window, columns)."""
    visits: Floats
    """(cases, columns): where each case is."""
    last_week: Ints32
    active: Ints
    people: people.PeopleState
    n_active: int = 0
    n_cases: int = 0
    """How many sightings of people and how many cases are in the tables, which have room for more."""
    dated: bool = False
    """Whether the records tell when cases are due."""
    timed: bool = False
    """Whether the records tell when steps begin."""
    seen: Ints | None = None
    """(weeks, teams): people seen, until other rows are taken in."""
    told: dict[tuple[int, ...], dict[str, float]] = field(default_factory=dict)
    """Kept as long: a baseline is asked for again by each scenario."""

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*."""
        self.hours = hours_known(legend, after)
        self.in_office = hours_known(legend, after, within=OFFICE)

    def make_room(self, cases: int, active: int) -> None:
        """Let the tables hold at least *cases* cases and *active* more sightings of people."""
        have = len(self.visits)
        if cases > have:
            self.visits = longer(self.visits, self.n_cases, max(cases, 2 * have, 1024))
        room = self.n_active + min(active, self.last_week.size * self.weeks.shape[1])
        if room > len(self.active):
            self.active = longer(self.active, self.n_active, max(room, 2 * len(self.active)))


def people_per_week(state: TeamState, teams: Sequence[int]) -> Ints:
    """How many people of *teams* finish a step, in each week of the window; nobody counts twice."""
    n_teams, n_people = state.last_week.shape
    weeks = state.weeks.shape[1]
    if len(teams) == 1 and teams[0] < n_teams:
        return _seen(state)[:, teams[0]]
    keys = state.active[: state.n_active]
    among, seen = np.zeros(n_teams, np.bool_), np.zeros(weeks, np.int64)
    among[[team for team in teams if team < n_teams]] = True
    telling.people_seen(keys, n_people, among, np.full(n_people, -1), seen)
    return seen


def _seen(state: TeamState) -> Ints:
    """(weeks, teams): how many people of each team finish a step."""
    n_teams, n_people = state.last_week.shape
    weeks = state.weeks.shape[1]
    if state.seen is None:
        keys = state.active[: state.n_active] // max(n_people, 1)
        state.seen = np.bincount(keys, minlength=weeks * n_teams).reshape(weeks, n_teams)
    return state.seen


def weekly_parts(state: TeamState, teams: Sequence[int]) -> dict[str, people.Parts]:
    """Measure -> in each week, what its ratio is made of, for the measures of `people` that are ratios."""
    done = state.weeks[list(teams), :, kernels.DONE].sum(axis=0)
    return people.parts(state.people, teams, done, people_per_week(state, teams))


def work_told(columns: Floats, *, timed_records: bool) -> Flags:
    """Whether starts are known for nearly all steps of a team, whose *columns* (the first axis) are sums over weeks. Of
    none they are in *timed_records*: who does nothing works for no hours."""
    told: Flags = timed_records & (columns[kernels.TIMED] >= (1.0 - kernels.UNTIMED_AT_MOST) * columns[kernels.DONE])
    return told


def out_of_hours(columns: Floats) -> Floats:
    """What lies outside office hours, and of how much: time worked, or steps where nobody's hours are known.

    *columns* is the first axis, of length TEAM_COLUMNS; the last is that of weeks.
    """
    known = np.any(columns[kernels.IN_HOURS] > 0.0, axis=-1, keepdims=True)
    timed, counted = columns[[kernels.HOURS_OUTSIDE, kernels.IN_HOURS]], columns[[kernels.DONE_OUTSIDE, kernels.DONE]]
    return np.where(known, timed, counted)


def _values(columns: Floats, full: Floats, state: TeamState) -> dict[str, Floats]:
    """Measure -> values. *columns*: (TEAM_COLUMNS, teams), sums over the weeks of the window; *full*: over those that
    are there as a whole."""
    weeks = state.window.full.weeks
    told = work_told(columns, timed_records=state.timed)
    outside, of = out_of_hours(columns[..., np.newaxis])[..., 0]
    pressed = columns[kernels.BY_PEOPLE]
    return {
        measure.WORK_DONE.name: np.where(told, full[kernels.WORK] / HOUR / weeks, NAN),
        measure.STEPS_DONE.name: full[kernels.DONE] / weeks,
        measure.TEAM_WAIT.name: np.where(told, _over(columns[kernels.WAIT] / HOUR, columns[kernels.VISITS]), NAN),
        measure.QUEUE.name: np.where(told, full[kernels.WAIT] / WEEK / weeks, NAN),
        measure.OUT_OF_HOURS.name: _over(outside, of),
        measure.PRESSURE.name: _over(columns[kernels.PRESSED], pressed),
        measure.DOUBLY_PRESSED.name: _over(columns[kernels.DOUBLY], pressed if state.dated else np.zeros_like(pressed)),
    }


def _over(above: Floats, below: Floats) -> Floats:
    """A ratio; nan of nothing."""
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), NAN)


@dataclass(frozen=True, slots=True)
class TeamReducer:
    """The work ledger of each team, apart from the share of time at work."""

    on_duty: OnDuty | None = None
    team_hours: TeamHours | None = None
    worked: Worked = field(default_factory=Worked)
    measures: ClassVar[tuple[Measure, ...]] = (
        measure.WORK_DONE,
        measure.STEPS_DONE,
        measure.TEAM_WAIT,
        measure.QUEUE,
        measure.OUT_OF_HOURS,
        measure.PEOPLE,
        *people.MEASURES,
        measure.PRESSURE,
        measure.DOUBLY_PRESSED,
    )

    def begin(self, legend: Legend, window: Window) -> TeamState:
        """Fresh state."""
        weeks = max(math.ceil(window.weeks), 1)
        return TeamState(
            window,
            hours_known(legend, self.on_duty, self.team_hours),
            hours_known(legend, self.on_duty, self.team_hours, within=OFFICE),
            np.zeros((len(legend.teams), weeks, kernels.TEAM_COLUMNS)),
            np.empty((0, kernels.VISIT_COLUMNS)),
            np.full((len(legend.teams), len(legend.people)), -1, np.int32),
            np.empty(0, np.int64),
            people.begin(legend, window, weeks),
        )

    def add(self, state: TeamState, rows: Rows) -> None:
        """Take in the next rows."""
        if len(rows.case) == 0:
            return
        state.make_room(int(rows.case.max()) + 1, len(rows.case))
        state.seen = None
        state.told.clear()
        state.people.told = None
        state.dated = state.dated or bool(np.isfinite(rows.due).any())
        state.timed = state.timed or bool((rows.start == rows.start).any())
        window = state.window
        worked = self.worked.of(rows, state.hours)
        own_hours = bool(self.on_duty) and not self.team_hours
        tables = kernels.TeamTables(state.weeks, state.visits, state.last_week, state.active)
        row = 0
        while row < len(rows.case):
            before = row
            row, state.n_active, state.people.used, state.n_cases = kernels.add_teams(
                *(row, rows, worked, window.begin, window.end, state.hours, state.in_office, own_hours),
                *(tables, state.people.tables, state.n_active, state.people.used, state.n_cases),
            )
            if row == before:
                state.people.grow()

    def result(self, state: TeamState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        values: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        if not state.told:
            state.told = {(number,): told for number, told in enumerate(_alone(state))}
        for party, teams in parties.teams.items():
            key = tuple(teams)
            if key not in state.told:
                state.told[key] = _together(state, teams)
            for name, value in state.told[key].items():
                values[name][party] = value
        return values


def _alone(state: TeamState) -> list[dict[str, float]]:
    """For each team, measure -> value."""
    columns = state.weeks.sum(axis=1).T
    full = state.weeks[:, state.window.full_weeks].sum(axis=1).T if any(state.window.cut) else columns
    told = _values(columns, full, state)
    seen = _seen(state)
    told |= people.alone(state.people, state.weeks[:, :, kernels.DONE], seen.T)
    known = (columns[kernels.DONE] == 0) | seen.any(axis=0)
    told[measure.PEOPLE.name] = np.where(
        known, seen[state.window.full_weeks].sum(axis=0) / state.window.full.weeks, NAN
    )
    names = list(told)
    return [dict(zip(names, one, strict=True)) for one in np.array([*told.values()]).T.tolist()]


def _together(state: TeamState, teams: Sequence[int]) -> dict[str, float]:
    """Measure -> value for *teams* together."""
    weekly = state.weeks[[team for team in teams if team < len(state.weeks)]].sum(axis=0)
    columns = weekly.sum(axis=0)
    full = weekly[state.window.full_weeks].sum(axis=0)
    told = _values(columns[:, np.newaxis], full[:, np.newaxis], state)
    active = people_per_week(state, teams)
    known = columns[kernels.DONE] == 0 or active.any()
    return (
        {name: float(value[0]) for name, value in told.items()}
        | {measure.PEOPLE.name: _each_week(active, state.window) if known else NAN}
        | people.values(state.people, teams, weekly[:, kernels.DONE], active)
    )


def _each_week(active: Ints, window: Window) -> float:
    return float(active[window.full_weeks].sum() / window.full.weeks)
