"""Measures of changing plans, against what is planted and against theory."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.ledgers import instability
from irrupt.ledgers.bullwhip import bullwhip, order_up_to, orders_up_to
from irrupt.ledgers.instability import Sums, ratio, sums
from irrupt.ledgers.plans import plans
from irrupt.ledgers.schedules import ORDER_MEASURES, SCHEDULE_MEASURES


def all_of(frame: pl.DataFrame, **options: float) -> Sums:
    found = plans(read(frame).schedules)
    return sums(found, [np.arange(found.series.height)], **options)[0]


def one_client(weeks: int = 150, **traits: object) -> pl.DataFrame:
    return history((Client(name="A", **traits),), weeks=weeks, horizon=12, seed=5)  # type: ignore[arg-type]


def by_hand(frame: pl.DataFrame) -> dict[tuple[int, str], float]:
    """Sums by lead, written down naively."""
    found: dict[tuple[int, str], float] = {}
    planned = {
        (r["part"], r["issued"], r["period"]): r["quantity"]
        for r in frame.filter(kind="forecast").iter_rows(named=True)
    }
    bought = {(r["part"], r["period"]): r["quantity"] for r in frame.filter(kind="delivered").iter_rows(named=True)}
    issues = sorted({issue for _part, issue, _period in planned})
    before = dict(zip(issues[1:], issues, strict=False))
    for (part, issue, period), quantity in planned.items():
        lead = (period - issue).days // 7
        previous = planned.get((part, before.get(issue), period))
        if previous is not None:
            found[lead, "moved"] = found.get((lead, "moved"), 0.0) + abs(quantity - previous)
            found[lead, "before"] = found.get((lead, "before"), 0.0) + previous
        if (part, period) in bought:
            actual = bought[part, period]
            found[lead, "wrong"] = found.get((lead, "wrong"), 0.0) + abs(quantity - actual)
            found[lead, "planned"] = found.get((lead, "planned"), 0.0) + quantity
            found[lead, "outside"] = found.get((lead, "outside"), 0.0) + (abs(actual - quantity) > 0.2 * quantity)
    return found


def test_sums_are_those_written_down_by_hand() -> None:
    frame = one_client(weeks=12, moves=0.2, inflation=0.1)
    measured = all_of(frame)
    for (lead, name), value in by_hand(frame).items():
        assert getattr(measured, name)[lead].sum() == pytest.approx(value), (lead, name)


def test_a_plan_that_never_changes_is_not_nervous_and_not_wrong() -> None:
    found = all_of(one_client(weeks=30, moves=0.0))
    assert ratio(*instability.weighted(found)) == 0.0
    assert found.wrong.sum() == 0.0
    assert found.outside.sum() == 0.0


def test_error_grows_with_the_lead_as_the_root_of_the_moves() -> None:
    """Moves are independent: the log of what is bought over what was announced l moves before has variance l s²."""
    s = 0.1
    frame = one_client(weeks=400, moves=s, frozen=1, parts=6)
    found = all_of(frame)
    for lead in (1, 4, 9):
        spread = s * np.sqrt(lead)
        expected = np.sqrt(2 / np.pi) * spread
        assert ratio(found.wrong[lead], found.bought[lead]) == pytest.approx(expected, rel=0.08)


def test_planted_inflation_is_found_beyond_the_frozen_weeks_only() -> None:
    found = all_of(one_client(weeks=300, moves=0.05, frozen=3, inflation=0.2, parts=6))
    bias = (found.planned - found.bought).sum(axis=1) / found.bought.sum(axis=1)
    assert bias[:3] == pytest.approx(0.0, abs=1e-3)
    assert bias[3:8] == pytest.approx(0.2, abs=0.03)


def test_planted_frozen_weeks_are_found() -> None:
    for frozen in (1, 2, 5):
        found = all_of(one_client(weeks=80, moves=0.3, frozen=frozen, announced=4))
        moves = found.drift.sum(axis=1) / found.settled.sum(axis=1)
        assert instability.frozen(moves) == frozen
        assert found.firm[:-1].argmax() == 4


def test_plans_that_begin_with_the_next_week_count_their_firm_weeks_from_there() -> None:
    frame = one_client(weeks=40, announced=3)
    later = frame.filter((pl.col("kind") != "forecast") | (pl.col("period") > pl.col("issued")))
    assert all_of(later).firm[:-1].argmax() == 2


def test_notice_is_counted_in_days_from_the_issue() -> None:
    issues = ["2024-01-05", "2024-01-10"]
    frame = pl.concat(
        [
            pl.DataFrame(
                {"part": "x", "issued": issue, "period": ["2024-01-15", "2024-01-22"], "quantity": [10, quantity]}
            )
            for issue, quantity in zip(issues, (10, 25), strict=True)
        ]
    )
    found = all_of(frame)
    assert found.notice.nonzero()[0].tolist() == [12]
    assert found.notice[12] == 15.0


def test_parties_that_share_series_add_up() -> None:
    found = plans(read(history(weeks=20, horizon=6)).schedules)
    n = found.series.height
    halves = [np.arange(n // 2), np.arange(n // 2, n)]
    one, other, both = sums(found, [*halves, np.arange(n)])
    for name in ("moved", "wrong", "outside", "notice", "firm"):
        assert getattr(one, name) + getattr(other, name) == pytest.approx(getattr(both, name))


def test_measures_do_not_depend_on_the_unit() -> None:
    frame = one_client(weeks=30, moves=0.2)
    found = all_of(frame)
    scaled = all_of(frame.with_columns(pl.col("quantity") * 12.0))
    assert ratio(*instability.weighted(scaled)) == pytest.approx(ratio(*instability.weighted(found)))
    assert scaled.outside.sum() == found.outside.sum()


def test_a_client_with_plans_by_day_is_as_nervous_as_with_the_same_ones_by_week() -> None:
    """Half of what is announced two weeks ahead is taken back a week later; by days that was nought."""
    issues = [f"2024-01-{day:02}" for day in (1, 8, 15, 22)]
    day, week = [], []
    for at, issued in enumerate(issues):
        for ahead in range(at, 6):
            begin = datetime(2024, 1, 8) + timedelta(weeks=ahead)
            quantity = 70.0 if ahead > at + 1 else 35.0
            week.append((issued, begin, 7, quantity))
            day += [(issued, begin + timedelta(days=one), 1, quantity / 7) for one in range(7)]
    found = []
    for rows in (day, week):
        frame = pl.DataFrame(rows, schema=["issued", "period", "length", "quantity"], orient="row")
        frame = frame.filter(pl.col("period") < pl.col("issued").str.to_datetime() + pl.duration(days=28))
        found.append(ratio(*instability.weighted(all_of(frame.with_columns(part=pl.lit("x"))))))
    assert found[0] == pytest.approx(found[1], rel=0.15)
    assert found[0] > 0.05


def test_a_wider_band_is_left_less_often() -> None:
    frame = one_client(weeks=60, moves=0.2)
    shares = [all_of(frame, band=band).outside.sum() for band in (0.0, 0.1, 0.3, 0.9)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(("lead_time", "periods", "correlation"), [(2, 5, 0.0), (3, 5, 0.5), (4, 10, -0.3)])
def test_an_order_up_to_policy_makes_the_bullwhip_that_theory_says(
    lead_time: int, periods: int, correlation: float
) -> None:
    luck = np.random.default_rng(11).normal(size=400_000)
    demand = np.empty_like(luck)
    demand[0] = luck[0]
    for at in range(1, len(luck)):
        demand[at] = correlation * demand[at - 1] + luck[at]
    demand += 1000.0
    orders = orders_up_to(demand, lead_time, periods)
    found = orders.var() / demand.var()
    assert found == pytest.approx(order_up_to(lead_time, periods, correlation), rel=0.02)


def test_longer_periods_hide_the_bullwhip() -> None:
    demand = 100 + np.random.default_rng(2).normal(size=60_000)
    orders = orders_up_to(demand, 2, 5)
    served = demand[-len(orders) :]
    ratios = [bullwhip(orders, served, over) for over in (1, 12, 48)]
    assert ratios[0] > ratios[1] > ratios[2] > 1.0


def test_every_measure_has_a_name_a_definition_and_one_meaning() -> None:
    both = SCHEDULE_MEASURES | ORDER_MEASURES
    assert len(both) == len(SCHEDULE_MEASURES) + len(ORDER_MEASURES)
    for name, one in both.items():
        assert one.name == name
        assert one.definition.endswith(".")
