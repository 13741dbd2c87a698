"""The ledgers of real records: each value with its interval, and its bounds where start times are assumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints
from irrupt.ledgers import Ledgers, Measure, Parties, Window, conditions, measures
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels as columns
from irrupt.ledgers.cases import Cases, arrivals_per
from irrupt.ledgers.teams import out_of_hours, people_per_week, weekly_parts
from irrupt.sight import intervals
from irrupt.sight.intervals import UNKNOWN, Interval
from irrupt.sight.model import Entry
from irrupt.units import HOUR, WEEK

MEANS = {
    measure.CYCLE.name: "cycle",
    measure.FOR_US.name: "for_us",
    measure.FOR_CLIENT.name: "for_client",
    measure.UNEXPLAINED.name: "unexplained",
    measure.WORKING.name: "working",
    measure.STEPS.name: "steps",
    measure.HANDOVERS.name: "handovers",
    measure.CO_PRODUCTION.name: "by_client",
    measure.HIS_STEPS.name: "client_steps",
}
"""Measure -> the column of `Cases` that it is the mean of."""
SHARES = {measure.REWORK.name: "rework", measure.WAITED.name: "waited"}
"""Measure -> the column of `Cases` that it is the share of."""
PRESSING = {measure.PRESSURE: columns.PRESSED, measure.DOUBLY_PRESSED: columns.DOUBLY}
"""Measure -> the column of a team's week that it counts, of all steps that people do."""
OF_WORK = frozenset(
    one.name
    for one in (
        measure.FOR_US,
        measure.FOR_CLIENT,
        measure.WORKING,
        measure.WORK_DONE,
        measure.TEAM_WAIT,
        measure.QUEUE,
        conditions.DAY_LENGTH,
        conditions.LONG_DAYS,
        conditions.LONG_WEEKS,
        conditions.SHORT_RESTS,
        conditions.NIGHTS,
        conditions.WEEKENDS,
        conditions.VARIED_DAYS,
    )
)
"""Measures that depend on how long work lasts: they have bounds where start times are assumed."""

Values = Mapping[str, Mapping[str, float]]


def whole_weeks(window: Window) -> int:
    """How many whole weeks the window has."""
    return window.whole(WEEK)


def week_of(moment: Floats, window: Window) -> Ints:
    """The week of the window in which each *moment* lies."""
    return np.floor((moment - window.begin) / WEEK).astype(np.int64)


def entries(
    ledgers: Ledgers,
    parties: Parties,
    values: Values,
    bounds: tuple[Values, Values] | None = None,
    *,
    hidden: frozenset[str] = frozenset(),
) -> tuple[Entry, ...]:
    """One entry per measure and party, measures in the order of the ledgers.

    Measures that nobody's records tell are left out, and those that are *hidden*.
    *bounds*: the values with the shortest and with the longest plausible service times.
    """
    of_client = _client_intervals(ledgers, parties)
    of_team = _team_intervals(ledgers, parties)
    found = []
    for name, one in measures().items():
        told = values[name]
        if all(math.isnan(value) for value in told.values()) or name in hidden:
            continue
        interval = of_client if one.of == "client" else of_team
        shortest, longest = bounds if bounds and name in OF_WORK else (None, None)
        for party, value in told.items():
            ends = UNKNOWN if math.isnan(value) else interval(one, party, value)
            found.append(
                Entry(
                    ledger=one.ledger,
                    measure=name,
                    party=party,
                    unit=one.unit,
                    of=one.of,
                    value=value,
                    low=ends.low,
                    high=ends.high,
                    shortest=shortest[name][party] if shortest else math.nan,
                    longest=longest[name][party] if longest else math.nan,
                )
            )
    return tuple(found)


def _client_intervals(ledgers: Ledgers, parties: Parties) -> Callable[[Measure, str, float], Interval]:
    cases, window = ledgers.cases, ledgers.window
    places = {party: cases.of(clients) for party, clients in parties.clients.items()}

    def interval(one: Measure, party: str, value: float) -> Interval:
        at = places[party]
        counted = at[cases.counted[at]]
        week = week_of(cases.arrival[counted], window)
        if one.name in MEANS:
            return intervals.of_mean(getattr(cases, MEANS[one.name])[counted].astype(np.float64), week)
        if one.name in SHARES:
            return intervals.of_share(getattr(cases, SHARES[one.name])[counted], week)
        if one is measure.CYCLE_90:
            return intervals.of_quantile(cases.cycle[counted], week, 0.9)
        if one in (measure.ON_TIME, measure.LATENESS):
            due = counted[~np.isnan(cases.late[counted])]
            late, week = cases.late[due], week_of(cases.arrival[due], window)
            if one is measure.ON_TIME:
                return intervals.of_share(late <= 0, week)
            return intervals.of_mean(np.maximum(late, 0.0), week)
        if one is measure.GIVEN_UP:
            came = at[window.contains(cases.arrival[at])]
            return intervals.of_share(cases.given_up[came], week_of(cases.arrival[came], window))
        if one is measure.DISPERSION:
            return intervals.of_dispersion(value, whole_weeks(window.full))
        series = _weekly(one, cases, at, window.full)
        return UNKNOWN if series is None else intervals.of_weeks(series, value)

    return interval


def _weekly(one: Measure, cases: Cases, at: npt.NDArray[np.intp], window: Window) -> Floats | None:
    """The measure in each whole week of *window*, for measures that are a mean over weeks."""
    arrival, finish = cases.arrival[at], cases.finish[at]
    if one is measure.ARRIVALS:
        return arrivals_per(WEEK, arrival, window).astype(np.float64)
    if one is measure.THROUGHPUT:
        return arrivals_per(WEEK, finish[~np.isnan(finish) & ~cases.given_up[at]], window).astype(np.float64)
    if one is measure.FOR_NOTHING:
        lost = at[cases.given_up[at] & window.contains(finish)]
        weeks = week_of(cases.finish[lost], window)
        return np.bincount(weeks, cases.working[lost], whole_weeks(window)).astype(np.float64)[: whole_weeks(window)]
    if one is measure.OPEN:
        ends = window.begin + WEEK * np.arange(whole_weeks(window) + 1, dtype=np.float64)
        spent: Floats = _time_since(arrival, ends) - _time_since(finish[~np.isnan(finish)], ends)
        return (spent[1:] - spent[:-1]) / WEEK
    return None


def _time_since(moments: Floats, ends: Floats) -> Floats:
    """For each of *ends*, the time since all the *moments* before it, in sum."""
    ordered = np.sort(moments)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    before = np.searchsorted(ordered, ends)
    since: Floats = ends * before - sums[before]
    return since


def _team_intervals(ledgers: Ledgers, parties: Parties) -> Callable[[Measure, str, float], Interval]:
    state, weeks = ledgers.team_weeks, whole_weeks(ledgers.window)
    ratios = {party: weekly_parts(state, list(teams)) for party, teams in parties.teams.items()}

    def interval(one: Measure, party: str, value: float) -> Interval:
        teams = list(parties.teams[party])
        series = state.weeks[teams, :weeks].sum(axis=0)
        full = series[ledgers.window.full_weeks]
        if one is measure.WORK_DONE:
            return intervals.of_weeks(full[:, columns.WORK] / HOUR, value)
        if one is measure.QUEUE:
            return intervals.of_weeks(full[:, columns.WAIT] / WEEK, value)
        if one is measure.STEPS_DONE:
            return intervals.of_weeks(full[:, columns.DONE], value)
        if one is measure.PEOPLE:
            active = people_per_week(state, teams)[:weeks][ledgers.window.full_weeks]
            return intervals.of_weeks(active.astype(np.float64), value)
        if one is measure.TEAM_WAIT:
            return intervals.of_independent_ratio(series[:, columns.WAIT] / HOUR, series[:, columns.VISITS])
        if one in PRESSING:
            ends = intervals.of_independent_ratio(series[:, PRESSING[one]], series[:, columns.BY_PEOPLE])
            return _share(ends) if one.unit == "share" else ends
        if one is measure.OUT_OF_HOURS:
            return _share(intervals.of_independent_ratio(*out_of_hours(series.T)))
        if one.name in ratios[party]:
            ends = intervals.of_independent_ratio(*(part[:weeks] for part in ratios[party][one.name]))
            return _share(ends) if one.unit == "share" else ends
        return UNKNOWN

    return interval


def _share(ends: Interval) -> Interval:
    return Interval(ends.low, ends.high if math.isnan(ends.high) else min(ends.high, 1.0))
