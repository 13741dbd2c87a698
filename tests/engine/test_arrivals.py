"""Clients bring as many cases as they should, when they should."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

WEEK = 604800.0
ORIGIN = np.datetime64("2024-01-01")
LOOPS = pytest.mark.parametrize("reference", [False, True])


def asking(**clients: Client) -> Organisation:
    """An organisation that does nothing but let cases in."""
    return replace(
        counter(),
        clients=clients,
        steps={"Note": Step(activity="Note", duration=Distribution.fixed(0.0))},
        routes={"start": (Route(to="Note", share=1.0),), "Note": (Route(to="end", share=1.0),)},
        teams={},
        people={},
    )


def test_arrivals_follow_the_profile(make: SimpleNamespace) -> None:
    profile = tuple(float(hour % 24 in range(9, 17)) * (1 + hour // 24) + 0.1 for hour in range(168))
    rows = make.whole(asking(A=Client(cases_per_week=2000.0, profile=profile)), weeks=40)
    counted = np.bincount((rows.end % WEEK // 3600).astype(int), minlength=168)
    expected = np.array(profile) * counted.sum() / sum(profile)
    assert stats.chisquare(counted, expected).pvalue > 1e-5
    assert abs(counted.sum() - 80_000) < 4 * math.sqrt(80_000)


def test_within_an_hour_arrivals_are_even(make: SimpleNamespace) -> None:
    rows = make.whole(asking(A=Client(cases_per_week=2000.0)), weeks=40)
    assert stats.kstest(rows.end % 3600 / 3600, "uniform").pvalue > 1e-5


def test_gaps_of_a_steady_client_are_exponential(make: SimpleNamespace) -> None:
    rows = make.whole(asking(A=Client(cases_per_week=1000.0)), weeks=40)
    assert stats.kstest(np.diff(rows.end), stats.expon(scale=WEEK / 1000).cdf).pvalue > 1e-5


@pytest.mark.parametrize("growth", [0.05, -0.1])
def test_demand_grows(make: SimpleNamespace, growth: float) -> None:
    rows = make.whole(asking(A=Client(cases_per_week=2000.0, growth=growth)), weeks=20)
    weekly = np.bincount((rows.end // WEEK).astype(int), minlength=20)
    expected = 2000.0 * np.array(
        [sum(max(0.0, 1 + growth * (w + (h + 0.5) / 168)) for h in range(168)) / 168 for w in range(20)]
    )
    seen = expected > 0
    assert not weekly[~seen].any()
    assert np.abs((weekly - expected)[seen] / np.sqrt(expected[seen])).max() < 4.5


def test_demand_has_seasons(make: SimpleNamespace) -> None:
    """In each month of two years, on the clock of the organisation; 2024 has 29 days in February."""
    season = (1.0, 0.5, 1.0, 2.0, 1.0, 1.0, 0.7, 0.0, 1.0, 1.0, 1.2, 1.5)
    rows = make.whole(asking(A=Client(cases_per_week=500.0, season=season, growth=0.001)), weeks=104)
    came = ORIGIN + (rows.end * 1e6).astype("timedelta64[us]")
    counted = np.bincount(came.astype("datetime64[M]").astype(int) - 54 * 12, minlength=24)
    days = np.arange(ORIGIN, ORIGIN + np.timedelta64(728, "D"), np.timedelta64(1, "D"))
    month = days.astype("datetime64[M]").astype(int) - 54 * 12
    of_days = 500.0 / 7 * np.array(season)[month % 12] * (1 + 0.001 * (np.arange(728) + 0.5) / 7)
    expected = np.bincount(month, of_days)
    assert not counted[expected == 0].any()
    assert np.abs((counted - expected)[expected > 0] / np.sqrt(expected[expected > 0])).max() < 4.5


def test_demand_follows_the_days_of_the_month(make: SimpleNamespace) -> None:
    """Counted from both ends, in months of 28 to 31 days; one named from both has the factor of the nearer end."""
    factors = {1: 2.0, 15: 0.0, 29: 1.5, -1: 3.0, -2: 0.5, -16: 4.0, -27: 0.7, -29: 6.0}
    rules = replace(
        asking(A=Client(cases_per_week=500.0, days_of_month=factors)), origin=datetime(2023, 12, 25, tzinfo=UTC)
    )
    came = np.bincount((make.whole(rules, weeks=104).end // 86400).astype(int), minlength=728)
    days = [date(2023, 12, 25) + timedelta(days=day) for day in range(728)]
    ends = [(day.day, day.day - monthrange(day.year, day.month)[1] - 1) for day in days]
    near = [min((one for one in both if one in factors), key=abs, default=0) for both in ends]
    times = np.array([factors.get(one, 1.0) for one in near])
    assert {1.0, *factors.values()} == set(times.tolist())
    for factor in set(times.tolist()):
        expected = 500.0 / 7 * factor * (times == factor).sum()
        assert abs(came[times == factor].sum() - expected) <= 4.5 * math.sqrt(expected)


def test_demand_follows_the_working_days_of_the_month(make: SimpleNamespace) -> None:
    """Those from Monday to Friday, counted from both ends; other days are as they are."""
    factors = {1: 2.0, 3: 0.0, -1: 4.0, -2: 0.5}
    asks = asking(A=Client(cases_per_week=500.0, working_days_of_month=factors))
    rules = replace(asks, origin=datetime(2023, 12, 25, tzinfo=UTC))
    came = np.bincount((make.whole(rules, weeks=104).end // 86400).astype(int), minlength=728)
    days = np.datetime64("2023-12-25") + np.arange(728).astype("timedelta64[D]")
    first = days.astype("datetime64[M]")
    begun = np.busday_count(first.astype("datetime64[D]"), days) + 1
    left = np.busday_count(days, (first + np.timedelta64(1, "M")).astype("datetime64[D]"))
    works = np.is_busday(days)
    times = np.array(
        [
            factors.get(n, 1.0) * factors.get(-m, 1.0) if one else 1.0
            for n, m, one in zip(begun, left, works, strict=True)
        ]
    )
    for factor in (2.0, 0.0, 4.0, 0.5, 1.0):
        expected = 500.0 / 7 * factor * (times == factor).sum()
        assert abs(came[times == factor].sum() - expected) <= 4.5 * math.sqrt(expected)


def test_a_factor_for_each_day_is_that_of_the_week(make: SimpleNamespace) -> None:
    """All days of the month alike, from either end, are so many times the cases."""
    plain = asking(A=Client(cases_per_week=40.0))
    whole = make.whole(replace(plain, clients={"A": Client(cases_per_week=80.0)}), weeks=20)
    for sign in (1, -1):
        asks = Client(cases_per_week=40.0, days_of_month={sign * day: 2.0 for day in range(1, 32)})
        assert make.same(make.whole(replace(plain, clients={"A": asks}), weeks=20), whole)


def test_both_loops_know_the_seasons(make: SimpleNamespace) -> None:
    """Also when they change, and how many cases come at a time with them."""
    before = Client(cases_per_week=20.0, season=(1.0, 0.0, *(2.0,) * 10), growth=-0.01, evenness=0.5)
    month = {"days_of_month": {3: 4.0, -1: 0.1}, "working_days_of_month": {2: 3.0}}
    after = replace(before, season=(0.5, 1.5, *(1.0,) * 10), at_a_time={2: 0.7, 6: 0.3}, **month)
    pauses = [(7.3 * WEEK, asking(A=after)), (30.0 * WEEK, asking(A=before))]
    one, other = (make.whole(asking(A=before), weeks=60, pauses=pauses, reference=loop) for loop in (True, False))
    assert len(one.end) > 300
    assert make.same(one, other)


@pytest.mark.parametrize("more", [{9: 1.0}, {-31: 3.0}])
def test_a_day_that_changes_nothing_leaves_what_was_planned(make: SimpleNamespace, more: dict[int, float]) -> None:
    """In both loops, to the bit: a factor of 1, or one where the nearer end has another."""
    before = Client(cases_per_week=3.0, days_of_month={1: 0.5}, growth=0.01)
    after = replace(before, days_of_month={1: 0.5, **more})
    pauses = [((week + 0.3) * WEEK, asking(A=before if week % 2 else after)) for week in range(25)]
    for loop in (True, False):
        plain, paused = (make.whole(asking(A=before), weeks=26, pauses=at, reference=loop) for at in ((), pauses))
        assert make.same(plain, paused)


def test_months_begin_with_the_origin(make: SimpleNamespace) -> None:
    """Nobody comes in March, and the run begins on Monday, 26 February: four days of cases, then none for a month."""
    quiet = Client(cases_per_week=700.0, season=(1.0, 1.0, 0.0, *(1.0,) * 9))
    rules = replace(asking(A=quiet), origin=datetime(2024, 2, 26, tzinfo=UTC))
    days = make.whole(rules, weeks=6).end / 86400
    assert (days < 4).sum() > 300
    assert not ((days > 4) & (days < 35)).any()
    assert (days > 35).any()


@pytest.mark.one_in(2)
@LOOPS
def test_several_cases_come_at_a_time(make: SimpleNamespace, reference: bool) -> None:
    """Threes and ones, half each; as many cases a week as before, at the same moment and in the order of their luck."""
    asks = Client(cases_per_week=400.0, at_a_time={1: 0.5, 3: 0.5})
    rows = make.whole(asking(A=asks), weeks=10, reference=reference)
    moments, together = np.unique(rows.end, return_counts=True)
    assert set(together) == {1, 3}
    assert abs((together == 3).mean() - 0.5) < 4 * 0.5 / math.sqrt(len(moments))
    # Compound: the variance of their number is E[n²]/E[n] times that of single cases.
    assert abs(len(rows.end) - 4000) < 4 * math.sqrt(4000 * 2.5)
    every = make.whole(asking(A=replace(asks, at_a_time={5: 1.0}, evenness=1.0)), weeks=10, reference=reference)
    moments, together = np.unique(every.end, return_counts=True)
    assert set(together) == {5}
    assert np.allclose(np.diff(moments), WEEK / 80)


@pytest.mark.one_in(2)
@LOOPS
def test_one_at_a_time_is_as_if_nothing_was_said(make: SimpleNamespace, reference: bool) -> None:
    asks = Client(cases_per_week=300.0)
    plain = make.whole(asking(A=asks), weeks=4, reference=reference)
    for same in (replace(asks, at_a_time={1: 1.0}), replace(asks, at_a_time={1: 1.0, 9: 0.0}, season=(1.0,) * 12)):
        assert make.same(make.whole(asking(A=same), weeks=4, reference=reference), plain)
        pauses = [(1.5 * WEEK, asking(A=same))]
        assert make.same(make.whole(asking(A=asks), weeks=4, pauses=pauses, reference=reference), plain)


def test_how_many_come_at_a_time_changes_with_the_rules(make: SimpleNamespace) -> None:
    """From the middle on in tens: before nothing changes, and as many cases come."""
    ones, tens = (asking(A=Client(cases_per_week=1000.0, at_a_time=of)) for of in ({}, {10: 1.0}))
    plain = make.whole(ones, weeks=20)
    rows = make.whole(ones, weeks=20, pauses=[(10 * WEEK, tens)])
    before = rows.end < 10 * WEEK
    assert rows.end[before].tobytes() == plain.end[plain.end < 10 * WEEK].tobytes()
    assert (~before).sum() % 10 == 0
    assert abs((~before).sum() - 10_000) < 4 * math.sqrt(100_000)


def test_no_case_comes_after_the_weeks() -> None:
    run = Simulation(asking(A=Client(cases_per_week=500.0)), seed=1, weeks=1.5)
    ends = np.concatenate([rows.end.copy() for rows in run.run()])
    assert ends.max() < 1.5 * WEEK
    assert len(ends) == run.arrived
    assert run.in_system == 0


@pytest.mark.parametrize("weeks", [0.0, 3.0])
def test_a_client_without_cases_or_a_run_without_weeks_is_empty(weeks: float) -> None:
    run = Simulation(asking(A=Client(cases_per_week=0.0 if weeks else 9.0)), seed=1, weeks=weeks)
    assert list(run.run()) == []
    assert run.arrived == 0


def test_changed_demand_is_followed_at_once(make: SimpleNamespace) -> None:
    """Ten times as many from the middle on; before it nothing changes."""
    few, many = (asking(A=Client(cases_per_week=n)) for n in (200.0, 2000.0))
    rows = make.whole(few, weeks=20, pauses=[(10 * WEEK, many)])
    plain = make.whole(few, weeks=20)
    before = rows.end < 10 * WEEK
    assert rows.end[before].tobytes() == plain.end[plain.end < 10 * WEEK].tobytes()
    assert abs((~before).sum() - 20_000) < 4 * math.sqrt(20_000)


def test_a_stopped_client_comes_back_where_his_luck_stood(make: SimpleNamespace) -> None:
    """His demand is 0 for a week: the same arrivals as without the break, moved by a week."""
    asks, not_now = asking(A=Client(cases_per_week=100.0)), asking(A=Client(cases_per_week=0.0))
    plain = make.whole(asks, weeks=3)
    broken = make.whole(asks, weeks=4, pauses=[(WEEK, not_now), (2 * WEEK, asks)])
    moved = np.where(plain.end < WEEK, plain.end, plain.end + WEEK)
    assert np.allclose(broken.end, moved, rtol=0, atol=1e-5)
