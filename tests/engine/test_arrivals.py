"""Clients bring as many cases as they should, when they should."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

WEEK = 604800.0


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
