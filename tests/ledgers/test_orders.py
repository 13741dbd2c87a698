"""Orders without plans: variability, concentration, who moves the total, cancellations."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.errors import DataError
from irrupt.ledgers import orders as demand
from irrupt.ledgers.orders import effective_number, gini, orders


def log(weeks: int = 20) -> pl.DataFrame:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(7 * weeks)]
    frames = [
        pl.DataFrame(
            {"customer": name, "order": [f"{name}{at}" for at in range(len(days))], "date": days}
        ).with_columns(quantity=pl.Series([size(at) for at in range(len(days))]))
        for name, size in (
            ("steady", lambda at: 10),
            ("wave", lambda at: 30 if at // 7 % 2 else 0),
            ("small", lambda at: 1),
        )
    ]
    return pl.concat(frames).with_columns(pl.col("quantity").cast(pl.Int64))


def test_orders_are_counted_in_whole_weeks_per_client() -> None:
    found = orders(read(log()).schedules)
    assert found.step == "week"
    assert found.clients == ("wave", "steady", "small")
    assert found.quantity.shape == (3, 20)
    assert found.quantity[1].tolist() == [70.0] * 20


@pytest.mark.parametrize(
    ("days", "step"),
    [
        ([date(2021 + at // 12, at % 12 + 1, 1) for at in range(24)], "month"),
        ([date(2021 + (at + 1) // 12, (at + 1) % 12 + 1, 1) - timedelta(days=1) for at in range(24)], "month"),
        ([date(2024, 1, 1) + timedelta(weeks=at) for at in range(24)], "week"),
        ([date(2024, 1, 1) + timedelta(weeks=at) for at in range(5)], "week"),
    ],
)
def test_days_that_stand_for_periods_are_counted_in_these(days: list[date], step: str) -> None:
    """Totals of months were spread over the weeks: they varied by 191 % from week to week, four weeks in five being
    empty; and the last period was left out, as if it had been cut short."""
    frame = pl.DataFrame({"customer": "A", "order": [f"{at}" for at in range(len(days))], "date": days, "quantity": 10})
    found = orders(read(frame).schedules)
    assert found.step == step
    assert found.quantity.tolist() == [[10.0] * len(days)]


def test_half_weeks_at_the_ends_do_not_count() -> None:
    frame = log().filter(pl.col("date").is_between(date(2024, 1, 5), date(2024, 5, 15)))
    found = orders(read(frame).schedules)
    assert found.quantity.shape[1] == 18
    assert found.quantity[1].tolist() == [70.0] * 18


def test_cancelled_orders_are_counted_apart() -> None:
    frame = log(10).with_columns(cancelled=pl.col("date").dt.day() == 3)
    found = orders(read(frame).schedules)
    assert found.cancelled.tolist() == [3.0, 3.0, 3.0]
    assert found.quantity[1].sum() == 10 * (70 - 3)


def test_negative_quantities_take_back() -> None:
    frame = log(10).with_columns(quantity=pl.when(pl.col("date").dt.day() == 3).then(-5).otherwise("quantity"))
    found = orders(read(frame).schedules)
    assert found.cancelled.tolist() == [3.0, 3.0, 3.0]
    assert (found.quantity >= 0).all()


@pytest.mark.parametrize(("days", "bought"), [(1, 0.0), (9, 5000.0)], ids=["in the same week", "in another week"])
def test_what_is_wholly_taken_back_in_its_period_was_not_bought(days: int, bought: float) -> None:
    base = log(10)
    more = pl.DataFrame(
        {
            "customer": "steady",
            "order": ["wrong", "undone"],
            "date": [date(2024, 1, 9), date(2024, 1, 9) + timedelta(days=days)],
            "quantity": [5000, -5000],
        }
    )
    plain, found = (orders(read(frame).schedules) for frame in (base, pl.concat([base, more])))
    at = {name: number for number, name in enumerate(found.clients)}["steady"]
    assert found.quantity[at].sum() - plain.quantity[plain.clients.index("steady")].sum() == bought
    assert (found.placed[at], found.cancelled[at]) == (72.0, 1.0)


def test_lines_of_one_order_count_once_and_unknown_clients_come_last() -> None:
    named = pl.when(pl.col("customer") != "wave").then("customer")
    frame = log(10).with_columns(order=pl.lit("one"), part=pl.lit("hinge"), customer=named)
    found = orders(read(frame).schedules)
    assert found.clients == ("steady", "small", demand.UNKNOWN)
    assert found.placed.sum() <= 3


def test_too_few_orders_are_told() -> None:
    with pytest.raises(DataError, match="whole periods"):
        orders(read(log(20).head(2)).schedules)


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=30), st.floats(0.1, 100.0))
@settings(deadline=None, max_examples=50)
def test_concentration_has_its_known_properties(totals: list[float], factor: float) -> None:
    values = np.array(totals)
    assert 0.0 <= gini(values) < 1.0
    assert gini(values * factor) == pytest.approx(gini(values), abs=1e-9)
    assert gini(np.repeat(values, 2)) == pytest.approx(gini(values), abs=1e-9)
    assert 1.0 - 1e-9 <= effective_number(values) <= len(values) + 1e-9
    assert effective_number(np.ones(len(values))) == pytest.approx(len(values))


def test_gini_is_the_mean_difference_over_twice_the_mean() -> None:
    values = np.random.default_rng(1).gamma(2.0, size=40)
    differences = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(differences / (2 * values.mean()))
