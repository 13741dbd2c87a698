"""The measures of clients, from one table with a row per case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import CLIENT_ACT, WEEK, Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.hours import Hours, OnDuty, TeamHours, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.worked import Worked

Floats = npt.NDArray[np.float64]
Place = slice | npt.NDArray[np.intp]
NAN = float("nan")

UNTOLD_AT_MOST = 0.05
"""Share of the cases' time that may be either work or waiting before neither is told."""


@dataclass(slots=True)
class CaseState:
    """Tables that grow with the number of cases; see `kernels` for their columns."""

    window: Window
    hours: Hours
    words: int
    times: Floats
    counts: npt.NDArray[np.int32]
    seen: npt.NDArray[np.int64]
    due: Floats
    """Per case: when it is due, in seconds since the origin; infinite: never, or not told."""
    his: Floats
    """(cases, 2): seconds that the client works on it himself, and steps that he does."""
    cases: Cases | None = None
    counted: Cases | None = None
    told: dict[tuple[int, ...], dict[str, float]] = field(default_factory=dict)
    """All three are kept until other rows are taken in: a baseline is asked for again by each scenario."""

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*."""
        self.hours = hours_known(legend, after)

    def make_room(self, cases: int) -> None:
        """Let the tables hold at least *cases* cases."""
        have = len(self.times)
        if cases <= have:
            return
        more = max(cases, 2 * have, 1024) - have
        times, counts, seen = _blank(more, self.words)
        self.times = np.concatenate([self.times, times])
        self.counts = np.concatenate([self.counts, counts])
        self.seen = np.concatenate([self.seen, seen])
        self.due = np.concatenate([self.due, np.full(more, np.inf)])
        self.his = np.concatenate([self.his, np.zeros((more, 2))])


def _blank(cases: int, words: int) -> tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    times = np.zeros((cases, kernels.TIMES))
    times[:, [kernels.ARRIVAL, kernels.FINISH]] = np.nan
    times[:, kernels.UNTIL] = -np.inf
    counts = np.zeros((cases, kernels.COUNTS), np.int32)
    counts[:, [kernels.CLIENT, kernels.TEAM]] = -1
    return times, counts, np.zeros((cases, words), np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """What the records tell of each case: arrays of equal length, times in hours, ordered by client.

    Only cases whose arrival is in the records are in it.
    """

    client: npt.NDArray[np.int32]
    number: npt.NDArray[np.int64]
    """Number of the case in the rows."""
    arrival: Floats
    """Seconds since the origin."""
    finish: Floats
    """Seconds since the origin; nan: not finished."""
    counted: npt.NDArray[np.bool_]
    """Arrived in the window, and finished, not given up."""
    given_up: npt.NDArray[np.bool_]
    cycle: Floats
    late: Floats
    """Hours after its due date at which it finished, below zero before; nan: not finished, or not due."""
    for_us: Floats
    for_client: Floats
    unexplained: Floats
    working: Floats
    untold: Floats
    """Time that may be work or waiting for us, for want of a start."""
    starts: npt.NDArray[np.int32]
    """Steps of ours whose start is known."""
    steps: npt.NDArray[np.int32]
    handovers: npt.NDArray[np.int32]
    team_told: npt.NDArray[np.bool_]
    """Some step of the case names its team."""
    rework: npt.NDArray[np.bool_]
    waited: npt.NDArray[np.bool_]
    """The organisation waited for the client."""
    delays_told: npt.NDArray[np.bool_]
    by_client: Floats
    """Hours that the client works on it himself."""
    client_steps: Floats
    """Steps that he does himself."""

    def only(self, which: npt.NDArray[np.bool_]) -> Cases:
        """Only *which* of the cases."""
        return Cases(**{one.name: getattr(self, one.name)[which] for one in fields(self)})

    def place(self, clients: Sequence[int]) -> Place:
        """Where the cases of *clients* stand, as a slice where they stand together."""
        if len(clients) and clients[-1] - clients[0] == len(clients) - 1 and all(np.diff(clients) == 1):
            ends = np.searchsorted(self.client, [clients[0], clients[-1] + 1], "left")
            return slice(int(ends[0]), int(ends[1]))
        return self.of(clients)

    def of(self, clients: Sequence[int]) -> npt.NDArray[np.intp]:
        """Where the cases of *clients* stand."""
        wanted = np.asarray(clients, np.int64)
        first = np.searchsorted(self.client, wanted, "left")
        last = np.searchsorted(self.client, wanted, "right")
        if len(wanted) == 0:
            return np.empty(0, np.intp)
        return np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])


def table(state: CaseState) -> Cases:
    """The cases taken in so far."""
    if state.cases is None:
        state.cases = _table(state)
    return state.cases


def _table(state: CaseState) -> Cases:
    known = np.flatnonzero(~np.isnan(state.times[:, kernels.ARRIVAL]))
    client = state.counts[known, kernels.CLIENT]
    if len(client) and client.max() <= np.iinfo(np.int16).max:
        client = client.astype(np.int16)  # Short numbers are sorted digit by digit, six times as fast.
    order = known[np.argsort(client, kind="stable")]
    times, counts = state.times[order].T, state.counts[order].T
    arrival, finish = times[kernels.ARRIVAL], times[kernels.FINISH]
    hours = times / kernels.HOUR
    signs = counts[kernels.SIGNS]
    window = state.window
    return Cases(
        client=np.ascontiguousarray(counts[kernels.CLIENT]),
        number=order,
        arrival=arrival,
        finish=finish,
        counted=window.contains(arrival) & ~np.isnan(finish) & (signs & kernels.GIVEN_UP == 0),
        given_up=signs & kernels.GIVEN_UP != 0,
        cycle=(finish - arrival) / kernels.HOUR,
        late=np.where(np.isfinite(state.due[order]), (finish - state.due[order]) / kernels.HOUR, NAN),
        for_us=hours[kernels.FOR_US],
        for_client=hours[kernels.FOR_CLIENT],
        unexplained=hours[kernels.UNEXPLAINED],
        working=hours[kernels.AT_WORK],
        untold=hours[kernels.UNTOLD],
        starts=counts[kernels.STARTS],
        steps=counts[kernels.STEPS],
        handovers=counts[kernels.HANDOVERS],
        team_told=counts[kernels.TEAM] >= 0,
        rework=signs & kernels.REWORK != 0,
        waited=signs & kernels.WAITED != 0,
        delays_told=signs & kernels.DELAYS_TOLD != 0,
        by_client=state.his[order, 0] / kernels.HOUR,
        client_steps=state.his[order, 1],
    )


def arrivals_per(period: float, arrival: Floats, window: Window) -> npt.NDArray[np.int64]:
    """Arrivals in each whole *period* (seconds) of the window.

    >>> arrivals_per(10.0, np.array([1.0, 2.0, 15.0, 29.0]), Window(begin=0.0, end=25.0))
    array([2, 1])
    """
    periods = window.whole(period)
    number = np.floor((arrival[window.contains(arrival)] - window.begin) / period).astype(np.int64)
    return np.bincount(number[number < periods], minlength=periods)


def came(state: CaseState, *, unfinished: bool = False) -> int:
    """How many cases arrived in the window, or only those that are not over."""
    inside = state.window.contains(state.times[:, kernels.ARRIVAL])
    return int(np.count_nonzero(inside & np.isnan(state.times[:, kernels.FINISH]) if unfinished else inside))


def work_told(cases: Cases, at: Place) -> bool:
    """Whether the records tell work from waiting, for the cases at *at*: known starts, and little time without."""
    if not cases.starts[at].any():
        return False
    return bool(cases.untold[at].sum() <= UNTOLD_AT_MOST * cases.cycle[at].sum())


def _arrival_values(arrival: Floats, window: Window) -> dict[str, float]:
    weekly = arrivals_per(WEEK, arrival, window)
    daily = arrivals_per(kernels.DAY, arrival, window)
    inside = int(np.count_nonzero(window.contains(arrival)))
    enough = len(weekly) >= 4 and weekly.any()
    return {
        measure.ARRIVALS.name: inside / window.weeks,
        measure.DISPERSION.name: float(weekly.var(ddof=1) / weekly.mean()) if enough else NAN,
        measure.PEAK.name: float(daily.max() / daily.mean()) if daily.any() else NAN,
    }


def _case_values(cases: Cases, at: Place, delays_told: bool) -> dict[str, float]:
    """*cases*: those that count. *delays_told*: whether some case tells delays."""
    cycle = cases.cycle[at]
    some = len(cycle) > 0
    told = some and work_told(cases, at)
    delays = some and delays_told

    late = cases.late[at]
    late = late[~np.isnan(late)]

    def mean(column: npt.NDArray[Any], known: bool = some) -> float:
        return float(np.mean(column[at])) if known else NAN

    return {
        measure.CYCLE.name: mean(cases.cycle),
        measure.CYCLE_90.name: float(np.quantile(cycle, 0.9)) if some else NAN,
        measure.ON_TIME.name: float(np.mean(late <= 0)) if len(late) else NAN,
        measure.LATENESS.name: float(np.mean(np.maximum(late, 0.0))) if len(late) else NAN,
        measure.FOR_US.name: mean(cases.for_us, told),
        measure.FOR_CLIENT.name: mean(cases.for_client),
        measure.UNEXPLAINED.name: mean(cases.unexplained, delays),
        measure.WORKING.name: mean(cases.working, told),
        measure.STEPS.name: mean(cases.steps),
        measure.REWORK.name: mean(cases.rework),
        measure.HANDOVERS.name: mean(cases.handovers, some and bool(cases.team_told[at].any())),
        measure.WAITED.name: mean(cases.waited),
        measure.CO_PRODUCTION.name: mean(cases.by_client, some and _his_time_told(cases, at)),
        measure.HIS_STEPS.name: mean(cases.client_steps),
    }


def _his_time_told(cases: Cases, at: Place) -> bool:
    """Whether it is known how long the client works himself: some time for what he does, or nothing done."""
    return bool(cases.by_client[at].any()) or not cases.client_steps[at].any()


def _flow_values(arrival: Floats, finish: Floats, lost: npt.NDArray[np.bool_], window: Window) -> dict[str, float]:
    until = np.minimum(np.where(np.isnan(finish), np.inf, finish), window.end)
    open_for = np.maximum(until - np.maximum(arrival, window.begin), 0.0)
    done = int(np.count_nonzero(window.contains(finish) & ~lost))
    came = window.contains(arrival)
    return {
        measure.THROUGHPUT.name: done / window.weeks,
        measure.GIVEN_UP.name: float(lost[came].mean()) if came.any() else NAN,
        measure.OPEN.name: float(open_for.sum() / (window.end - window.begin)),
    }


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
        return CaseState(window, hours, words, *_blank(0, words), np.empty(0), np.empty((0, 2)))

    def add(self, state: CaseState, rows: Rows) -> None:
        """Take in the next rows."""
        if len(rows.case) == 0:
            return
        state.make_room(int(rows.case.max()) + 1)
        if len(rows.due):
            state.due[rows.case] = rows.due
        state.cases = state.counted = None
        state.told.clear()
        his = np.flatnonzero(rows.flags & CLIENT_ACT)
        if len(his):
            np.add.at(state.his[:, 0], rows.case[his], np.nan_to_num(rows.end[his] - rows.start[his]))
            np.add.at(state.his[:, 1], rows.case[his], 1.0)
        worked = self.worked.of(rows, state.hours)
        kernels.add_cases(
            rows.case,
            rows.client,
            rows.activity,
            rows.team,
            rows.person,
            rows.enabled,
            rows.ready,
            rows.start,
            rows.end,
            rows.flags,
            worked,
            state.times,
            state.counts,
            state.seen,
        )

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
    cases, window = table(state), state.window
    if state.counted is None:
        state.counted = cases.only(cases.counted)
    at = cases.place(clients)
    arrival, finish = cases.arrival[at], cases.finish[at]
    flow = _flow_values(arrival, finish, cases.given_up[at], window)
    counted = _case_values(state.counted, state.counted.place(clients), bool(cases.delays_told.any()))
    lost = cases.given_up[at] & window.contains(arrival)
    hours = float(cases.working[at][lost].sum()) / window.weeks if work_told(cases, at) else NAN
    return _arrival_values(arrival, window) | flow | counted | {measure.FOR_NOTHING.name: hours}
