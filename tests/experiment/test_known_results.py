"""Known results that the whole path reproduces: an organisation, an act, pairs of runs, ledgers, effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.ledgers.bullwhip import bullwhip, order_up_to, orders_up_to
from irrupt.organisation import Client
from irrupt.regulation.acts import Priority

LOAD, CASES = 0.85, 1000.0
SERVICE = LOAD * 168 / CASES
"""Hours."""
SHARES = (0.1, 0.3, 0.5, 0.7)


def theory(share: float) -> tuple[float, float]:
    """Waits of rush and of ordinary orders, in service times (Cobham 1954)."""
    rush = LOAD / (1 - LOAD * share)
    return rush, rush / (1 - LOAD)


@pytest.fixture(scope="module")
def found() -> dict[float, dict[str, dict[str, float]]]:
    """Share of rush orders -> party -> wait for us without and with priority, in service times; verdict."""
    results = {}
    for share in SHARES:
        clients = {"Rush": Client(cases_per_week=CASES * share), "Usual": Client(cases_per_week=CASES * (1 - share))}
        organisation = replace(counter(LOAD, CASES), clients=clients)
        told = compare(organisation, Priority(client="Rush", team="Desk"), replications=8, weeks=52, seed=3)
        rows = told.effects.filter(pl.col("measure") == "waiting for us").to_dicts()
        results[share] = {row["party"]: row for row in rows}
    return results


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
def test_waits_under_priority_are_those_of_the_theory(found, share):
    rush, others = theory(share)
    assert found[share]["Rush"]["with"] / SERVICE == pytest.approx(rush, rel=0.02)
    assert found[share]["other clients"]["with"] / SERVICE == pytest.approx(others, rel=0.08)
    assert found[share]["all clients"]["without"] / SERVICE == pytest.approx(LOAD / (1 - LOAD), rel=0.08)


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
def test_the_favoured_client_is_paid_for_by_the_others_and_no_average_shows_it(found, share):
    rows = found[share]
    assert rows["Rush"]["verdict"] == "falls"
    assert rows["other clients"]["low"] > 0
    assert rows["other clients"]["verdict"] == ("rises" if share > 0.1 else "smaller than matters")
    assert rows["all clients"]["verdict"] not in ("falls", "rises")
    assert abs(rows["all clients"]["difference"]) < 0.02 * rows["all clients"]["without"]
    paid = share * rows["Rush"]["difference"] + (1 - share) * rows["other clients"]["difference"]
    assert paid == pytest.approx(0.0, abs=0.02 * rows["all clients"]["without"])


@pytest.mark.slow
def test_rush_orders_make_others_wait_more_and_more_and_twice_as_long_from_three_in_five_on(found):
    times = [found[share]["other clients"]["with"] / found[share]["other clients"]["without"] for share in SHARES]
    assert times == pytest.approx([1 / (1 - LOAD * share) for share in SHARES], rel=0.03)
    steps = np.diff(times)
    assert (np.diff(steps) > 0).all(), "convex"
    assert times[2] < 2 < times[3]


@pytest.mark.parametrize(
    ("lead_time", "periods", "correlation", "value"), [(2, 5, 0.0, 2.120), (3, 5, 0.5, 2.860), (4, 10, -0.3, 2.114)]
)
def test_orders_up_to_vary_more_than_demand_as_much_as_the_theory_says(lead_time, periods, correlation, value):
    assert order_up_to(lead_time, periods, correlation) == pytest.approx(value, abs=0.01)
    orders, demand = ordered(lead_time, periods, correlation)
    assert bullwhip(orders, demand) == pytest.approx(value, rel=0.02)


def test_adding_up_over_time_hides_the_bullwhip():
    orders, demand = ordered(2, 5, 0.0)
    ratios = [bullwhip(orders, demand, over=periods) for periods in (1, 4, 16, 64)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] < 1.1


def ordered(lead_time: int, periods: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Orders, and the demand behind them: an autoregressive series of 400,000 periods."""
    noise = np.random.default_rng(1).normal(0.0, 5.0, 400_000)
    demand = np.empty_like(noise)
    last = 0.0
    for at, shock in enumerate(noise.tolist()):
        last = correlation * last + shock
        demand[at] = 100.0 + last
    return orders_up_to(demand, lead_time, periods), demand[periods:]
