"""The measures of clients, from one table with a row per case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels, telling
from irrupt.ledgers.hours import Hours, OnDuty, TeamHours, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.worked import Worked
from irrupt.units import DAY, WEEK

NAN = float("nan")

EVERY = slice(None)
UNTOLD_AT_MOST = 0.05
"""Share of the cases' time that may be either work or waiting before neither is told."""


_OF_COUNTED = tuple(
    one.name
    for one in (
        *(measure.CYCLE, measure.CYCLE_90, measure.ON_TIME, measure.LATENESS, measure.FOR_US, measure.FOR_CLIENT),
        *(measure.UNEXPLAINED, measure.WORKING, measure.STEPS, measure.REWORK, measure.HANDOVERS, measure.WAITED),
        *(measure.CO_PRODUCTION, measure.HIS_STEPS),
    )
)
"""What is told of the cases that count, in the order of `_case_values`."""


@dataclass(slots=True)
class CaseState:
    """Tables that grow with the number of cases; see `kernels` for their columns."""

    window: Window
    hours: Hours
    tables: kernels.CaseTables
    known: int = 0
    """How many cases are in the tables, which have room for more."""
    ahead: int = 0
    """Rows yet to come that are in the tables already."""
    cases: Cases | None = None
    told: dict[tuple[int, ...], dict[str, float]] = field(default_factory=dict)
    """Both of these are kept until other rows are taken in: a baseline is asked for again by each scenario."""

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*."""
        self.hours = hours_known(legend, after)

    def make_room(self, cases: int) -> None:
        """Let the tables hold at least *cases* cases."""
        have = len(self.tables.times)
        if cases > have:
            room = max(cases, 2 * have, 1024)
            self.tables = kernels.CaseTables._make(longer(table, self.known, room) for table in self.tables)

    @property
    def filled(self) -> kernels.CaseTables:
        """The tables without the room for more."""
        return kernels.CaseTables._make(table[: self.known] for table in self.tables)


def longer(table: npt.NDArray[Any], used: int, room: int) -> npt.NDArray[Any]:
    """*table*, of which so many rows are *used*, with *room* for more, which are left as they come."""
    found = np.empty((room, *table.shape[1:]), table.dtype)
    found[:used] = table[:used]
    return found


@dataclass(frozen=True, slots=True)
class Cases:
    """What the records tell of each case: arrays of equal length, times in hours, ordered by client.

    Only cases whose arrival is in the records are in it.
    """

    number: Ints
    """Number of the case in the rows."""
    floats: Floats
    ints: Ints32
    marks: Flags
    """All three as `telling.tell_cases` fills them; the rest are their rows, in order."""
    arrival: Floats
    """Seconds since the origin."""
    finish: Floats
    """Seconds since the origin; nan: not finished."""
    cycle: Floats
    late: Floats
    """Hours after its due date at which it finished, below zero before; nan: not finished, or not due."""
    for_us: Floats
    for_client: Floats
    unexplained: Floats
    working: Floats
    untold: Floats
    """Time that may be work or waiting for us, for want of a start."""
    by_client: Floats
    """Hours that the client works on it himself."""
    client_steps: Floats
    """Steps that he does himself."""
    client: Ints32
    starts: Ints32
    """Steps of ours whose start is known."""
    steps: Ints32
    handovers: Ints32
    counted: Flags
    """Arrived in the window, and finished, not given up."""
    given_up: Flags
    team_told: Flags
    """Some step of the case names its team."""
    rework: Flags
    waited: Flags
    """The organisation waited for the client."""
    delays_told: Flags

    @classmethod
    def of_tables(cls, number: Ints, floats: Floats, ints: Ints32, marks: Flags) -> Cases:
        """The cases called *number*, from what is told of them."""
        return cls(number, floats, ints, marks, *floats, *ints, *marks)

    def standing(self, clients: Sequence[int]) -> tuple[Ints, Ints]:
        """Where the cases of each of *clients* begin and end."""
        wanted = np.asarray(clients, np.int64)
        return np.searchsorted(self.client, wanted, "left"), np.searchsorted(self.client, wanted, "right")

    def of(self, clients: Sequence[int]) -> npt.NDArray[np.intp]:
        """Where the cases of *clients* stand."""
        return np.concatenate([np.empty(0, np.intp), *map(np.arange, *self.standing(clients))])


def table(state: CaseState) -> Cases:
    """The cases taken in so far."""
    if state.cases is None:
        state.cases = _table(state)
    return state.cases


def _table(state: CaseState) -> Cases:
    times, counts, _seen, due, his = state.filled
    clients = int(counts[:, kernels.CLIENT].max(initial=-1)) + 1
    order = np.empty(state.known, np.int64)
    order = order[: telling.by_client(times, counts, np.zeros(clients + 1, np.int64), order)]
    floats = np.empty((telling.FLOATS, len(order)))
    ints = np.empty((telling.INTS, len(order)), np.int32)
    marks = np.empty((telling.MARKS, len(order)), np.bool_)
    window = state.window
    telling.tell_cases(order, times, counts, due, his, window.begin, window.end, floats, ints, marks)
    return Cases.of_tables(order, floats, ints, marks)


def arrivals_per(period: float, arrival: Floats, window: Window) -> Ints:
    """Arrivals in each whole *period* (seconds) of the window.

    >>> arrivals_per(10.0, np.array([1.0, 2.0, 15.0, 29.0]), Window(begin=0.0, end=25.0))
    array([2, 1])
    """
    found = np.zeros(window.whole(period), np.int64)
    telling.came_per(period, arrival, window.begin, window.end, found)
    return found


def came(state: CaseState, *, unfinished: bool = False) -> int:
    """How many cases arrived in the window, or only those that are not over."""
    times = state.filled.times
    inside = state.window.contains(times[:, kernels.ARRIVAL])
    return int(np.count_nonzero(inside & np.isnan(times[:, kernels.FINISH]) if unfinished else inside))


def work_told(cases: Cases, at: slice | npt.NDArray[np.intp] = EVERY) -> bool:
    """Whether the records tell work from waiting, for the cases at *at*: known starts, and little time without."""
    over = ~np.isnan(cases.cycle[at])  # of cases in progress nobody knows how long they will have lasted
    return _told(cases.starts[at].sum(), cases.untold[at][over].sum(), cases.cycle[at][over].sum())


def _told(starts: float, untold: float, lasted: float) -> bool:
    return bool(starts > 0 and untold <= UNTOLD_AT_MOST * lasted)


def _arrival_values(sums: telling.CaseSums, window: Window) -> dict[str, float]:
    weekly, daily = sums.weekly, sums.daily
    enough = len(weekly) >= 4 and weekly.any()
    return {
        measure.ARRIVALS.name: float(sums.all[telling.CAME_IN_FULL] / window.weeks),
        measure.DISPERSION.name: float(weekly.var(ddof=1) / weekly.mean()) if enough else NAN,
        measure.PEAK.name: float(daily.max() / daily.mean()) if daily.any() else NAN,
    }


def _case_values(sums: telling.CaseSums, delays_told: bool) -> dict[str, float]:
    """Of the cases that count. *delays_told*: whether some case of anybody's tells delays."""
    count = int(sums.marks[telling.COUNTED])
    if not count:
        return dict.fromkeys(_OF_COUNTED, NAN)
    means, counts, shares = (sums_of / count for sums_of in (sums.floats, sums.ints, sums.marks))
    due = sums.all[telling.DUE]
    told = _told(sums.ints[telling.STARTS], sums.floats[telling.UNTOLD], sums.floats[telling.CYCLE])
    # how long he works himself is known where some time is told for what he does, or he does nothing
    his_time = means[telling.BY_CLIENT] > 0.0 or not means[telling.CLIENT_STEPS] > 0.0
    found = (
        means[telling.CYCLE],
        nine_in_ten(sums.cycles[:count]),
        sums.all[telling.IN_TIME] / due if due else NAN,
        sums.all[telling.HOURS_LATE] / due if due else NAN,
        means[telling.FOR_US] if told else NAN,
        means[telling.FOR_CLIENT],
        means[telling.UNEXPLAINED] if delays_told else NAN,
        means[telling.WORKING] if told else NAN,
        counts[telling.STEPS],
        shares[telling.REWORK],
        counts[telling.HANDOVERS] if shares[telling.TEAM_TOLD] > 0 else NAN,
        shares[telling.WAITED],
        means[telling.BY_CLIENT] if his_time else NAN,
        means[telling.CLIENT_STEPS],
    )
    return dict(zip(_OF_COUNTED, map(float, found), strict=True))


def nine_in_ten(values: Floats) -> float:
    """What nine in ten of *values* do not exceed: `np.quantile` of 0.9, to the bit, without what takes its time.

    >>> nine_in_ten(np.arange(11.0)[::-1])
    9.0
    """
    place, rest = divmod((len(values) - 1) * 0.9, 1.0)
    at = int(place), min(int(place) + 1, len(values) - 1)
    low, high = np.partition(values, at)[list(at)]
    return float(low + (high - low) * rest if rest < 0.5 else high - (high - low) * (1.0 - rest))


@dataclass(frozen=True, slots=True)
class ClientReducer:
    """The market and organisation ledgers of each client."""

    on_duty: OnDuty | None = None
    team_hours: TeamHours | None = None
    worked: Worked = field(default_factory=Worked)
    measures: ClassVar[tuple[Measure, ...]] = (
        measure.ARRIVALS,
        measure.DISPERSION,
        measure.PEAK,
        measure.CYCLE,
        measure.CYCLE_90,
        measure.ON_TIME,
        measure.LATENESS,
        measure.FOR_US,
        measure.THROUGHPUT,
        measure.GIVEN_UP,
        measure.FOR_CLIENT,
        measure.UNEXPLAINED,
        measure.WORKING,
        measure.STEPS,
        measure.REWORK,
        measure.HANDOVERS,
        measure.OPEN,
        measure.WAITED,
        measure.CO_PRODUCTION,
        measure.HIS_STEPS,
        measure.FOR_NOTHING,
    )

    def begin(self, legend: Legend, window: Window) -> CaseState:
        """Fresh state."""
        words = max(len(legend.activities) - 1, 0) // kernels.WORD + 1
        hours = hours_known(legend, self.on_duty, self.team_hours)
        tables = kernels.CaseTables(
            times=np.empty((0, kernels.TIMES)),
            counts=np.empty((0, kernels.COUNTS), np.int32),
            seen=np.empty((0, words), np.int64),
            due=np.empty(0),
            his=np.empty((0, 2)),
        )
        return CaseState(window, hours, tables)

    def add(self, state: CaseState, rows: Rows) -> None:
        """Take in the next rows."""
        if len(rows.case) == 0:
            return
        state.cases = None
        state.told.clear()
        if state.ahead:
            state.ahead -= len(rows.case)
            return
        state.make_room(int(rows.case.max()) + 1)
        worked = self.worked.of(rows, state.hours)
        state.known = kernels.add_cases(0, len(rows.case), rows, worked, state.tables, state.known)

    def result(self, state: CaseState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> client or group of clients -> value."""
        values: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        for party, clients in parties.clients.items():
            key = tuple(clients)
            if key not in state.told:
                state.told[key] = _values(state, clients)
            for name, value in state.told[key].items():
                values[name][party] = value
        return values


def _values(state: CaseState, clients: Sequence[int]) -> dict[str, float]:
    cases, full = table(state), state.window.full
    sums = _added_up(cases, clients, state.window)
    came, starts, untold, lasted = sums.all[[telling.CAME, telling.WITH_START, telling.MAY_BE_WORK, telling.OVER]]
    lost, for_nothing = sums.all[[telling.LEFT, telling.FOR_NOTHING]]
    return {
        **_arrival_values(sums, full),
        measure.THROUGHPUT.name: float(sums.all[telling.THROUGH] / full.weeks),
        measure.OPEN.name: float(sums.all[telling.OPEN_FOR] / (full.end - full.begin)),
        measure.GIVEN_UP.name: float(lost / came) if came else NAN,
        **_case_values(sums, bool(cases.delays_told.any())),
        measure.FOR_NOTHING.name: float(for_nothing / full.weeks) if _told(starts, untold, lasted) else NAN,
    }


def _added_up(cases: Cases, clients: Sequence[int], window: Window) -> telling.CaseSums:
    """What the cases of *clients* come to."""
    first, last = cases.standing(clients)
    full = window.full
    sums = telling.CaseSums(
        all=np.zeros(telling.CASE_SUMS),
        weekly=np.zeros(full.whole(WEEK), np.int64),
        daily=np.zeros(full.whole(DAY), np.int64),
        floats=np.zeros(telling.FLOATS),
        ints=np.zeros(telling.INTS, np.int64),
        marks=np.zeros(telling.MARKS, np.int64),
        cycles=np.empty(int((last - first).sum())),
    )
    whole, in_full = (window.begin, window.end), (full.begin, full.end)
    telling.add_up(first, last, cases.floats, cases.ints, cases.marks, whole, in_full, sums)
    return sums
