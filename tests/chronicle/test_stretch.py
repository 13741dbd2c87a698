"""The weeks that a log really covers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, period, read
from irrupt.chronicle.model import conform
from irrupt.chronicle.stretch import ended_since
from irrupt.errors import DataError
from irrupt.sight import see

MONDAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def log_of(weekly: list[int], timezone: str = "UTC") -> Chronicle:
    """A log with that many cases of one event in each week, spread over its days."""
    ends = [
        MONDAY + dt.timedelta(weeks=week, hours=12 + 167 * i // count % 150)
        for week, count in enumerate(weekly)
        for i in range(count)
    ]
    events = pl.DataFrame({"case": [str(i) for i in range(len(ends))], "activity": ["a"] * len(ends), "end": ends})
    return Chronicle(events=conform(events), timezone=timezone)


def weeks_of(weekly: list[int]) -> tuple[int, int]:
    """First and last week in use."""
    used = period(log_of(weekly))
    return (used.begin - MONDAY).days // 7, (used.end - MONDAY).days // 7


def test_steady_traffic_is_used_whole() -> None:
    used = period(log_of([50] * 20))
    assert used.whole
    assert (used.weeks, used.cases, used.share_of_cases) == (20, 1000, 1.0)


def test_a_long_tail_is_cut_off() -> None:
    assert weeks_of([200] * 13 + [3] * 38) == (0, 13)


def test_a_fading_last_week_and_a_short_first_one_do_not_belong() -> None:
    assert weeks_of([20] + [200] * 12 + [70] + [1] * 38) == (1, 13)


def test_holidays_do_not_cut_a_log_in_two() -> None:
    assert weeks_of([100] * 10 + [0, 4] + [100] * 10 + [1] * 30) == (0, 22)


def test_seasons_do_not_cut_a_log() -> None:
    seasonal = [60, 80, 100, 120, 100, 80, 60, 40] * 8
    assert period(log_of(seasonal)).whole


def finishing(weekly: list[int], after: int) -> Chronicle:
    """As `log_of`, and one more event of the last case so many weeks after the others."""
    log = log_of(weekly)
    late = log.events.sort("end").tail(1).with_columns(pl.col("end") + pl.duration(weeks=after))
    return log.with_events(pl.concat([log.events, late]))


@pytest.mark.parametrize(("weekly", "weeks"), [(100, 20), (1, 22)], ids=["surely none comes", "perhaps by chance"])
def test_weeks_at_the_end_in_which_no_case_comes_do_not_count(weekly: int, weeks: int) -> None:
    used = period(finishing([weekly] * 20, 2))
    assert (used.weeks, used.whole, used.share_of_cases) == (weeks, True, 1.0)


def test_sparse_logs_are_used_whole() -> None:
    assert period(log_of([1, 0, 0, 2, 0, 0, 0, 0, 1, 0, 3, 0, 0, 1])).whole


def test_one_event_is_one_week() -> None:
    used = period(log_of([1]))
    assert (used.weeks, used.whole, used.cases) == (1, True, 1)


def begun(log: Chronicle, *hours: float) -> Chronicle:
    """*log*, where the first steps began so many *hours* before they ended, and all others as the last of these."""
    before = pl.Series([*hours[:-1], *hours[-1:] * (log.events.height - len(hours) + 1)])
    events = log.events.sort("end").with_columns(start=pl.col("end") - pl.duration(minutes=before * 60))
    return log.with_events(events, starts="measured")


def test_weeks_before_anything_ends_are_not_in_use_though_something_was_in_hand() -> None:
    """One order of 600 was in hand for five weeks when the records begin: 17 instead of 20 were said to come a week."""
    used = period(begun(log_of([20] * 30), 5 * 168.0, 1.0))
    assert (used.begin, used.weeks, used.cases, used.whole) == (MONDAY, 30, 599, False)
    arrivals = next(one for one in see(begun(log_of([20] * 30), 5 * 168.0, 1.0)).ledger if "arrivals" in one.measure)
    assert arrivals.value == pytest.approx(599 / 30)


def test_steps_that_take_weeks_are_no_work_in_hand_when_the_records_begin() -> None:
    assert period(begun(log_of([20] * 30), 5 * 168.0)).whole


def test_a_burst_that_holds_too_few_cases_is_not_the_period() -> None:
    assert period(log_of([30] * 40 + [300] * 3 + [30] * 40)).whole


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40).filter(any), st.integers(0, 30))
@settings(deadline=None)
def test_the_period_holds_the_cases_it_says(weekly: list[int], tail: int) -> None:
    log = log_of([*weekly, *([0] * tail), 1])
    used = period(log)
    assert log.between(used.begin, used.end).cases == used.cases
    assert used.share_of_cases == used.cases / log.cases
    assert used.end - used.begin == dt.timedelta(weeks=used.weeks)
    assert used.whole or (used.share_of_cases >= 0.75 and used.weeks < len(weekly) + tail + 1)


@given(st.lists(st.integers(1, 60), min_size=6, max_size=30), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_moving_the_log_by_weeks_moves_the_period(weekly: list[int], weeks: int) -> None:
    log = log_of(weekly)
    moved = log.with_events(log.events.with_columns(pl.col("end") + pl.duration(weeks=weeks)))
    first, second = period(log), period(moved)
    assert second.begin - first.begin == dt.timedelta(weeks=weeks)
    assert (first.weeks, first.cases) == (second.weeks, second.cases)


def test_weeks_begin_on_the_organisations_own_monday() -> None:
    log = log_of([20] * 8, "America/New_York")
    assert period(log).begin.hour in (4, 5)


def test_the_bundled_log_covers_thirteen_weeks(incidents: Chronicle) -> None:
    used = period(incidents)
    assert (used.begin, used.end) == (dt.datetime(2016, 2, 29, tzinfo=dt.UTC), dt.datetime(2016, 5, 30, tzinfo=dt.UTC))
    assert used.weeks == 13
    assert used.share_of_cases > 0.95
    assert not used.whole


@pytest.mark.parametrize("name", ["data/helpdesk.xes.gz", "data/production.xes.gz", "data/receipt.xes.gz"])
def test_steady_real_logs_are_used_whole(name: str, real: Callable[[str], Chronicle]) -> None:
    assert period(real(name)).whole


def test_a_log_without_events_is_a_data_error() -> None:
    log = log_of([1])
    with pytest.raises(DataError, match="no events"):
        period(log.with_events(log.events.clear()))


def test_where_cases_end_on_one_day_of_the_week_none_ends_before_the_first() -> None:
    """All that arrived from Monday to Friday is paid on Fridays at ten: the log is no cut of what ended since one."""
    rng = np.random.default_rng(8)
    begin = np.concatenate([week + np.sort(rng.uniform(0.0, 5 / 7, 100)) for week in range(30)])
    friday = (4 + 10 / 24) / 7
    over = np.floor(begin - friday) + 1.0 + friday
    begin, over = np.round(begin * 604_800), np.round(over * 604_800)
    assert ended_since(begin, over - begin, float(over.max())) is None


@pytest.mark.parametrize("ended_from", [91.0, 0.0])
def test_a_log_of_the_cases_that_ended_in_a_quarter_is_used_as_a_whole(ended_from: float) -> None:
    """Twenty cases a week that take 15 weeks on average: those closed in the last quarter began long before it."""
    rng = np.random.default_rng(8)
    begin = np.arange(2080) / 20.0
    over = begin + rng.exponential(15.0, len(begin))
    kept = (over >= ended_from) & (over < 104.0)
    since = ended_since(begin[kept] * 604_800, (over - begin)[kept] * 604_800, 104.0 * 604_800)
    assert (since is not None) == (ended_from > 0)
    rows = [
        (f"c{case}", name, MONDAY + dt.timedelta(weeks=float(week)))
        for case in np.flatnonzero(kept)
        for name, week in (("open", begin[case]), ("shut", over[case]))
    ]
    log = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    assert period(log).cases == kept.sum()
    told = [finding.text for finding in see(log).findings if finding.kind == "uneven records"]
    assert any("ended since" in text for text in told) == (ended_from > 0)
