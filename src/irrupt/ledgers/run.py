"""All ledgers over one set of records: the built-in measures and those of plug-ins."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.goods import Planned
from irrupt.chronicle.rows import Legend, Rows
from irrupt.errors import Fault, ModelError, UsageError
from irrupt.i18n import gettext as _
from irrupt.ledgers import cases, teams
from irrupt.ledgers.autonomy import AutonomyReducer, AutonomyState, Bound
from irrupt.ledgers.checks import Recording, checks_of
from irrupt.ledgers.duty import DutyReducer, DutyState
from irrupt.ledgers.findings import FindingReducer
from irrupt.ledgers.hours import OnDuty, TeamHours, turned
from irrupt.ledgers.model import Measure, Parties, Reducer, Window
from irrupt.ledgers.money import MoneyReducer, MoneyState, Prices
from irrupt.ledgers.organising import Organised, OrganisingReducer, OrganisingState
from irrupt.ledgers.pairs import PairReducer, PairState
from irrupt.ledgers.planned import PlannedReducer, PlannedState
from irrupt.ledgers.set_ups import SetUpReducer, SetUpState
from irrupt.ledgers.worked import Worked, as_read

PLUG_INS = "irrupt.measures"
"""Entry points: each names something that, called without arguments, gives a `Reducer`."""

_Hourly = cases.CaseState | teams.TeamState | DutyState | PairState | MoneyState | OrganisingState | SetUpState
"""What depends on when people are on duty."""


@cache
def _plug_ins() -> tuple[Reducer, ...]:
    found = sorted(entry_points(group=PLUG_INS), key=lambda one: one.name)
    reducers: list[Reducer] = []
    faults = []
    for entry in found:
        try:
            reducer = entry.load()()
            if not isinstance(reducer, Reducer) or not all(isinstance(one, Measure) for one in reducer.measures):
                raise TypeError(_("it is no reducer with measures"))
        except Exception as error:  # A plug-in may fail in any way; the user is told which one did.
            faults.append(Fault(entry.name, _("this plug-in cannot be loaded: {error}").format(error=error)))
            continue
        reducers.append(reducer)
    if faults:
        raise ModelError(faults)
    return tuple(reducers)


def reducers(
    on_duty: OnDuty | None = None,
    team_hours: TeamHours | None = None,
    worked: Worked | None = None,
    *,
    detail: bool = False,
    prices: Prices | None = None,
    penalties: Prices | None = None,
    bound: Bound | None = None,
    changes: Sequence[Organised] | None = None,
    asked: Collection[str] | None = None,
) -> tuple[Reducer, ...]:
    """The reducers of all measures. *on_duty*: person -> hours on duty, where they are known; *team_hours*: team ->
    hours in which its steps are worked on, where these are known better than people's own; *worked* counts the work on
    each step for all of them. *detail*: with those of clients at teams and activities. *prices*: client -> what a case
    of his brings, *penalties*: what a day costs by which it is late, where these are known. *bound*: what somebody
    else's rules set, where their authors are known. *changes*: of rules, where they are known. *asked*: names of
    measures; all reducers but those of cases and teams are left out that tell none of these.

    Raises `ModelError` when a plug-in cannot be loaded or uses the name of another measure.
    """
    worked = worked or Worked()
    found: tuple[Reducer, ...] = (
        cases.ClientReducer(on_duty, team_hours, worked),
        teams.TeamReducer(on_duty, team_hours, worked),
        DutyReducer(on_duty, worked),
        PlannedReducer(),
        MoneyReducer(on_duty, prices or {}, penalties or {}, worked),
        AutonomyReducer(bound),
        OrganisingReducer(on_duty, changes),
        SetUpReducer(on_duty, team_hours, worked),
        FindingReducer(),
        *([PairReducer(on_duty)] if detail else []),
        *_plug_ins(),
    )
    _refuse_twice(tuple(one.name for reducer in found for one in reducer.measures))
    return (*found[:2], *(one for one in found[2:] if tells(one, asked)))


def _whole(reducer: Reducer, told: dict[str, dict[str, float]], parties: Parties) -> dict[str, dict[str, float]]:
    """What a *reducer* has *told*. Raises `ModelError` where one of a plug-in leaves out measures or *parties*."""
    if any(reducer is one for one in _plug_ins()):
        lacking = [one.name for one in reducer.measures if parties.of(one.of).keys() - told.get(one.name, {}).keys()]
        if lacking:
            found = _("does not tell every party: {measures}").format(measures=", ".join(lacking))
            raise ModelError(Fault(type(reducer).__name__, found, remedy=_("nan where nothing is known")))
    return told


def tells(reducer: Reducer, asked: Collection[str] | None) -> bool:
    """Whether *reducer* tells one of the measures that are *asked*; None: all are."""
    return asked is None or any(one.name in asked for one in reducer.measures)


@cache
def _refuse_twice(names: tuple[str, ...]) -> None:
    """Raise `ModelError` for measures of one name."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise ModelError(
            [Fault(name, _("two measures have this name"), remedy=_("rename the one of the plug-in")) for name in twice]
        )


def measures(*, detail: bool = False) -> dict[str, Measure]:
    """All measures by name, ledger by ledger; with *detail* also those of clients at teams and activities.

    >>> measures()["waiting for us"].unit
    'h'
    """
    order = ("market", "organisation", "work", "power")
    found = [one for reducer in reducers(detail=detail) for one in reducer.measures]
    return {one.name: one for one in sorted(found, key=lambda one: order.index(one.ledger))}


class Ledgers:
    """Measures all that can be measured in *window*, from rows that come in chunks, ordered by `end`.

    Costs about 200 ns a row. Memory grows with the number of cases, not with that of rows.
    """

    def __init__(
        self,
        legend: Legend,
        window: Window,
        on_duty: OnDuty | None = None,
        team_hours: TeamHours | None = None,
        *,
        detail: bool = False,
        prices: Prices | None = None,
        penalties: Prices | None = None,
        bound: Bound | None = None,
        changes: Sequence[Organised] | None = None,
        asked: Collection[str] | None = None,
        recording: Recording | None = None,
    ) -> None:
        if not window.end > window.begin:
            raise UsageError(_("the time to measure is empty: it ends before it begins"))
        self.legend = legend
        self.window = window
        self._worked = Worked()
        self._reducers = reducers(
            *(on_duty, team_hours, self._worked),
            detail=detail,
            prices=prices,
            penalties=penalties,
            bound=bound,
            changes=changes,
            asked=asked,
        )
        self._states: list[Any] = [one.begin(legend, window) for one in self._reducers]
        self._on_duty: OnDuty = on_duty or {}
        self._usual = self._now = self._on_duty
        self._told = (
            legend,
            window,
            team_hours or {},
            detail,
            prices or {},
            penalties or {},
            changes if changes is None else (*changes,),
            asked,
        )
        self._asked, self._bound = asked, bound
        self._recording = recording or {}
        self.recording_from_now(self._recording)
        self._until = -np.inf

    def add(self, rows: Rows) -> None:
        """Take in the next rows. Raises `UsageError` when they are not ordered by `end`."""
        if len(rows.case) == 0:
            return
        rows = as_read(rows)
        if not (rows.end[0] >= self._until and bool(np.all(rows.end[1:] >= rows.end[:-1]))):
            raise UsageError(_("rows must come in the order in which steps end"))
        self._until = float(rows.end[-1])
        for reducer, state in zip(self._reducers, self._states, strict=True):
            reducer.add(state, rows)
        self._worked.forget()

    def work_on(self, rows: Rows) -> Floats:
        """Seconds of work on each of *rows*, which are the next to be taken in: not counted again then."""
        return self._worked.of(as_read(rows), self.table.hours)

    def alike(self, other: Ledgers) -> bool:
        """Whether the same rows tell both the same."""
        one, its = self._bound, other._bound
        bound = one is its or (one is not None and its is not None and all(map(np.array_equal, one, its)))
        return bound and self._told == other._told and self._on_duty == other._on_duty

    def go_on_from(self, other: Ledgers) -> None:
        """Measure on as if the rows that *other*, which is `alike`, has taken in had been taken in here."""
        # what is replaced as a whole, never changed in place
        shared = [getattr(state, name, None) for state in other._states for name in ("hours", "in_office", "legend")]
        shared += [people for state in other._states for people in getattr(state, "members", {}).values()]
        self._states = copy.deepcopy(other._states, {id(one): one for one in shared})
        self._until = other._until
        self._on_duty, self._usual, self._now = other._on_duty, other._usual, other._now
        self.recording_from_now(self._recording)

    def on_duty_from(self, moment: float, on_duty: OnDuty, *, usual: OnDuty | None = None) -> None:
        """From *moment* (seconds since the origin) on, people are on duty in other hours than before. Of steps that end
        later, what was done up to then is counted within the hours before. *usual*: without hours that follow a plan,
        or what waits, and that are paid as it says (`plan`); None: there are none of these."""
        usual = on_duty if usual is None else usual
        if on_duty == self._now and usual == self._usual:
            return
        self._now, on_duty = on_duty, turned(self._on_duty, on_duty, moment)
        for state in self._states:
            if isinstance(state, MoneyState):
                state.change_usual_hours(self.legend, self._usual, usual, moment)
            if isinstance(state, _Hourly):
                state.change_hours(self.legend, self._on_duty, on_duty, moment)
        self._on_duty, self._usual = on_duty, usual

    def prices_from_now(self, prices: Prices, penalties: Prices | None = None) -> None:
        """Cases that finish in rows yet to come bring what *prices* say, and cost *penalties* where they are late."""
        for state in self._states:
            if isinstance(state, MoneyState):
                state.change_prices(self.legend, prices, penalties or {})

    def recording_from_now(self, recording: Recording) -> None:
        """In rows yet to come, so much of the time of activities goes into records as *recording* says."""
        self._recording = recording
        people = self.team_weeks.people
        people.checks = checks_of(self.legend.activities, self.legend.checks, recording)

    def bound_from_now(self, bound: Bound) -> None:
        """In rows yet to come, somebody else's rules set what *bound* says."""
        for state in self._states:
            if isinstance(state, AutonomyState) and state.bound is not None:
                state.bound = bound

    def organised(self, changes: Iterable[Organised] | None) -> None:
        """Rules were changed, too, as *changes* say; None: nobody knows."""
        for state in self._states:
            if changes is not None and isinstance(state, OrganisingState):
                state.changes = [*(state.changes or ()), *changes]

    def plan(self, planned: Planned | None) -> None:
        """Measure, too, what a plan came to."""
        for state in self._states:
            if isinstance(state, PlannedState | MoneyState):
                state.planned = planned

    def result(self, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value, of what is asked and what is told with it; nan where the records do not tell."""
        values: dict[str, dict[str, float]] = {}
        for reducer, state in zip(self._reducers, self._states, strict=True):
            if tells(reducer, self._asked):
                values |= _whole(reducer, reducer.result(state, parties), parties)
        return values

    @property
    def table(self) -> cases.CaseState:
        """The table of cases."""
        state: cases.CaseState = self._states[0]
        return state

    @property
    def cases(self) -> cases.Cases:
        """What the records tell of each case."""
        return cases.table(self.table)

    @property
    def team_weeks(self) -> teams.TeamState:
        """What the records tell of each team in each week."""
        state: teams.TeamState = self._states[1]
        return state

    @property
    def came(self) -> int:
        """How many cases arrived in the window."""
        return cases.came(self.table)

    @property
    def unfinished(self) -> int:
        """How many of these are not over in the records: no case measure counts them. Those that were given up are
        over."""
        return cases.came(self.table, unfinished=True)

    @property
    def ended(self) -> Flags:
        """Whether each case of `cases` arrived in the window, and finished or was given up."""
        told = self.cases
        return told.counted | (told.given_up & self.window.contains(told.arrival))


def measure(
    chunks: Iterable[Rows],
    legend: Legend,
    window: Window,
    parties: Parties,
    *,
    on_duty: OnDuty | None = None,
    team_hours: TeamHours | None = None,
) -> dict[str, dict[str, float]]:
    """Measure -> party -> value, over *chunks* of rows ordered by `end`; nan where the records do not tell."""
    ledgers = Ledgers(legend, window, on_duty, team_hours)
    for rows in chunks:
        ledgers.add(rows)
    return ledgers.result(parties)
