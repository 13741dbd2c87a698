"""Measures of clients and teams over the last periods, told at the beginning of each without looking at all rows again.

The same measures as in the ledgers, from sums per period: what conditions watch day by day. Of measures that are no
such sums (`MADE_OF` does not have them) only the ledgers tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import Legend, Rows
from irrupt.lately import Lately
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers import rolling_kernels as sums_of
from irrupt.ledgers.cases import CaseState
from irrupt.ledgers.duty import members_of, seconds_on_duty
from irrupt.ledgers.hours import Hours, OnDuty, hours_known, turned
from irrupt.units import HOUR, WEEK


class Made(NamedTuple):
    """What a measure is made of; see `kernels`."""

    kind: int
    above: int
    below: int = sums_of.COUNTED
    scale: float = 1.0
    guard: int = sums_of.ANYBODY


MADE_OF: Mapping[str, Made] = {
    measure.ARRIVALS.name: Made(sums_of.RATE, sums_of.CAME),
    measure.THROUGHPUT.name: Made(sums_of.RATE, sums_of.GONE),
    measure.GIVEN_UP.name: Made(sums_of.RATIO, sums_of.LOST, sums_of.CAME),
    measure.OPEN.name: Made(sums_of.OPEN, sums_of.PRESENT),
    measure.CYCLE_90.name: Made(sums_of.NINE_IN_TEN, sums_of.CYCLE),
    measure.CYCLE.name: Made(sums_of.RATIO, sums_of.CYCLE, scale=1 / HOUR),
    measure.ON_TIME.name: Made(sums_of.RATIO, sums_of.ON_TIME, sums_of.DUE),
    measure.LATENESS.name: Made(sums_of.RATIO, sums_of.LATE, sums_of.DUE, 1 / HOUR),
    measure.FOR_US.name: Made(sums_of.RATIO, sums_of.OURS, scale=1 / HOUR, guard=sums_of.TIMED_ONLY),
    measure.WORKING.name: Made(sums_of.RATIO, sums_of.WORKED, scale=1 / HOUR, guard=sums_of.TIMED_ONLY),
    measure.FOR_CLIENT.name: Made(sums_of.RATIO, sums_of.CLIENTS, scale=1 / HOUR),
    measure.UNEXPLAINED.name: Made(sums_of.RATIO, sums_of.NOBODYS, scale=1 / HOUR),
    measure.STEPS.name: Made(sums_of.RATIO, sums_of.TAKEN),
    measure.REWORK.name: Made(sums_of.RATIO, sums_of.REDONE),
    measure.HANDOVERS.name: Made(sums_of.RATIO, sums_of.PASSED, guard=sums_of.TEAMS_ONLY),
    measure.WAITED.name: Made(sums_of.RATIO, sums_of.KEPT),
    measure.STEPS_DONE.name: Made(sums_of.TEAM_RATE, sums_of.STEPS_HERE),
    measure.WORK_DONE.name: Made(sums_of.TEAM_RATE, sums_of.WORK_HERE, scale=1 / HOUR, guard=sums_of.TIMED_ONLY),
    measure.QUEUE.name: Made(sums_of.TEAM_RATE, sums_of.WAIT_HERE, scale=1 / WEEK, guard=sums_of.TIMED_ONLY),
    measure.TEAM_WAIT.name: Made(
        sums_of.TEAM_RATIO, sums_of.WAIT_HERE, sums_of.VISITS_HERE, 1 / HOUR, sums_of.TIMED_ONLY
    ),
    measure.AT_WORK.name: Made(sums_of.TEAM_RATIO, sums_of.BUSY, sums_of.ON_DUTY),
}
"""Measure -> what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingTerm:
    """A measure of *who*, clients or teams, over the last *periods*, and the side of a *bound* on which it is to be."""

    measure: str
    who: tuple[int, ...]
    periods: int
    above: bool
    """Whether it is to be above the bound, not below."""
    bound: float
    equal: bool = False
    """Whether it may be the bound."""


_LATELY = Lately[Floats](most=32)
"""Seconds on duty of people in each period."""

Conditions = Mapping[int, Sequence[Sequence[RollingTerm]]]
"""Number of a condition -> its ways, of which one must hold; all terms of a way must hold."""


@dataclass(slots=True, kw_only=True)
class Rolling:
    """What has been seen so far of a run that is reviewed from *begin* on, every *period* seconds.

    >>> from datetime import datetime, timezone
    >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=("A",), activities=(), teams=(),
    ...                 people=())
    >>> some = RollingTerm(measure="arrivals", who=(0,), periods=1, above=True, bound=0.0)
    >>> from irrupt.ledgers.cases import ClientReducer
    >>> from irrupt.ledgers.model import Window
    >>> table = ClientReducer().begin(legend, Window(begin=0.0, end=172800.0))
    >>> rolling = Rolling(legend=legend, conditions={0: [[some]]}, begin=0.0, end=172800.0, period=86400.0, table=table)
    >>> rolling.met_at(0, {0})
    frozenset()
    """

    legend: Legend
    conditions: Conditions
    begin: float
    """Seconds since the origin: the first review."""
    end: float
    """There are no reviews from then on."""
    period: float
    table: CaseState
    """The table of cases of the ledgers that take in the same rows, each time after this."""
    depth: int = field(init=False)
    """How many periods lie before the first review that conditions look back at."""
    sums: sums_of.Rolling = field(init=False)
    teams: sums_of.Teams = field(init=False)
    terms: sums_of.Terms = field(init=False)
    hours: Hours = field(init=False)
    """Of the people, now."""
    on_duty: OnDuty = field(default_factory=dict)
    """When they are on duty now."""
    known: OnDuty = field(init=False)
    """The same, and when they were before."""

    def __post_init__(self) -> None:
        placed = [
            (number, way, term)
            for number, ways in sorted(self.conditions.items())
            for way, terms in enumerate(ways)
            for term in terms
        ]
        groups = [sorted({term.who for *_, term in placed if of_team(term) == teams}) for teams in (False, True)]
        self.depth = max((term.periods for _number, _way, term in placed), default=0)
        periods = self.depth + int(np.ceil((self.end - self.begin) / self.period)) + 2
        member, teams = map(_members, groups, (self.legend.clients, self.legend.teams))
        self.teams = sums_of.Teams(
            member=teams,
            people=np.zeros((len(teams), len(self.legend.people)), np.bool_),
            sums=np.zeros((len(teams), periods, sums_of.TEAM_SUMS)),
            visits=np.empty((0, kernels.VISIT_COLUMNS)),
            timed=np.zeros(1, np.bool_),
        )
        self.sums = sums_of.Rolling(
            anchor=self.begin - self.depth * self.period,
            period=self.period,
            member=member,
            sums=np.zeros((len(member), periods, sums_of.ROLLING)),
            open_case=np.empty(0, np.int64),
            place=np.empty(0, np.int64),
            finished=np.empty(0, np.int64),
            used=np.zeros(2, np.int64),
            spare=np.empty(0),
        )
        self.terms = _terms(placed, groups)
        self.hours = hours_known(self.legend, self.on_duty if len(self.teams.member) else None)
        self.known = self.on_duty
        self._turn(self.sums.anchor, self.on_duty)

    def on_duty_from(self, moment: float, on_duty: OnDuty) -> None:
        """From *moment* on people are on duty as *on_duty* says. Of a team's people, those count who then belong to
        it."""
        if on_duty != self.on_duty:
            self._turn(moment, on_duty)

    def _turn(self, moment: float, on_duty: OnDuty) -> None:
        if not len(self.teams.member):
            return
        known, people = members_of(self.legend, on_duty), np.zeros_like(self.teams.people)
        for at, teams in enumerate(self.teams.member):
            people[at, [person for team in np.flatnonzero(teams).tolist() for person in known[team]]] = True
        self.teams.sums[:, :, sums_of.ON_DUTY] -= self.teams.people @ self._on_duty(moment, self.on_duty)
        self.teams.sums[:, :, sums_of.ON_DUTY] += people @ self._on_duty(moment, on_duty)
        self.teams = self.teams._replace(people=people)
        self.known = turned(self.known, on_duty, moment)
        self.hours, self.on_duty = hours_known(self.legend, self.known), on_duty

    def _on_duty(self, moment: float, on_duty: OnDuty) -> Floats:
        """(people, periods): seconds on duty from *moment* on."""
        sums, hours = self.sums, hours_known(self.legend, on_duty)
        begins = sums.anchor + np.arange(self.teams.sums.shape[1]) * sums.period

        def each() -> Floats:
            return np.array(
                [seconds_on_duty(self.legend, on_duty, hours, begin, begin + sums.period) for begin in begins]
            ).T

        kept = _LATELY.of((self.legend, on_duty), each, sums.anchor, sums.period, len(begins))
        seconds = np.where(begins >= moment, kept, 0.0)
        for at in np.flatnonzero((begins < moment) & (moment < begins + sums.period)):
            seconds[:, at] = seconds_on_duty(self.legend, on_duty, hours, moment, begins[at] + sums.period)
        return seconds

    def add(self, rows: Rows, worked: Floats) -> None:
        """Take in rows of steps that ended before the first review, or between two at which nothing is asked.

        *worked*: seconds of work on each, as the ledgers have it (`Ledgers.work_on`).
        """
        if len(rows.case):
            table, count = self._room(rows), len(rows.case)
            table.known = kernels.add_cases(0, count, rows, worked, table.tables, table.known)
            table.ahead += count
            sums_of.add_rolling(0, count, rows, self.sums, table.tables.times, table.tables.counts)
            if len(self.teams.member) and self.hours is not table.hours:  # Before the run's own rules are in force.
                worked = np.empty(count)
                kernels.add_worked(rows, self.hours, worked)
            sums_of.take_in_teams(0, count, rows, worked, self.sums, self.teams, self.hours)

    def met_at(self, review: int, pending: Iterable[int]) -> frozenset[int]:
        """The *pending* conditions that hold at a review."""
        asked, met = self._marks(pending)
        sums_of.any_met(self.depth + review, self.terms, asked, met, self.sums, self.teams, *self.table.tables[:2])
        return frozenset(np.flatnonzero(met).tolist())

    def until_met(
        self, rows: Rows, worked: Floats, review: int, last: int, pending: Iterable[int]
    ) -> tuple[int, int, frozenset[int]]:
        """Take in *rows* of steps that ended between the reviews numbered *review* and *last*, up to the first at which
        one of the *pending* conditions holds: its number, how many rows were taken in, and what holds. *worked*: as in
        `add`."""
        asked, met = self._marks(pending)
        table = self._room(rows)
        reached, used, table.known = sums_of.first_met(
            *(rows, worked, self.depth + review, self.depth + last),
            *(self.sums, self.teams, self.hours, self.terms, asked, met, table.tables, table.known),
        )
        table.ahead += used
        return reached - self.depth, used, frozenset(np.flatnonzero(met).tolist())

    def _marks(self, pending: Iterable[int]) -> tuple[Flags, Flags]:
        asked = np.zeros(max(self.conditions, default=-1) + 1, np.bool_)
        asked[[number for number in pending if number in self.conditions]] = True
        return asked, np.zeros(len(asked), np.bool_)

    def _room(self, rows: Rows) -> CaseState:
        self.table.make_room(int(rows.case.max(initial=-1)) + 1)
        room = len(self.table.tables.times)
        more = room - len(self.sums.place)
        if more:
            nowhere, sums = np.full(more, -1), self.sums
            self.sums = sums._replace(
                open_case=np.concatenate([sums.open_case, nowhere]),
                place=np.concatenate([sums.place, nowhere]),
                finished=np.concatenate([sums.finished, nowhere]),
                spare=np.empty(room),
            )
        if len(self.teams.member) and len(self.teams.visits) < room:
            visits = np.full((room, kernels.VISIT_COLUMNS), -1.0)
            visits[:, kernels.BUSY_UNTIL] = -np.inf
            visits[: len(self.teams.visits)] = self.teams.visits
            self.teams = self.teams._replace(visits=visits)
        return self.table


def of_team(term: RollingTerm) -> bool:
    """Whether *term* is about teams, not clients."""
    return MADE_OF[term.measure].kind >= sums_of.TEAM_RATIO


def _members(groups: Sequence[tuple[int, ...]], names: Sequence[str]) -> Flags:
    member = np.zeros((len(groups), len(names)), np.bool_)
    for at, who in enumerate(groups):
        member[at, list(who)] = True
    return member


def _terms(
    placed: Sequence[tuple[int, int, RollingTerm]], groups: Sequence[Sequence[tuple[int, ...]]]
) -> sums_of.Terms:
    made = [MADE_OF[term.measure] for _number, _way, term in placed]
    ways = sorted({(number, way) for number, way, _term in placed})

    def whole(values: Iterable[int]) -> Ints:
        return np.array(list(values), np.int64)

    return sums_of.Terms(
        kind=whole(one.kind for one in made),
        above=whole(one.above for one in made),
        below=whole(one.below for one in made),
        guard=whole(one.guard for one in made),
        scale=np.array([one.scale for one in made], np.float64),
        group=whole(groups[of_team(term)].index(term.who) for _number, _way, term in placed),
        periods=whole(term.periods for _number, _way, term in placed),
        least=np.array([term.above for _number, _way, term in placed], np.bool_),
        equal=np.array([term.equal for _number, _way, term in placed], np.bool_),
        bound=np.array([term.bound for _number, _way, term in placed], np.float64),
        way=whole(ways.index((number, way)) for number, way, _term in placed),
        condition=whole(number for number, _way, _term in placed),
    )
