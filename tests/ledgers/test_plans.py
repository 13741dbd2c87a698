"""Plan versions on one grid: leads, horizons, noughts, longer periods, and what was bought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.chronicle.schedules.meeting import ORIGIN
from irrupt.errors import DataError
from irrupt.ledgers.bought import last_called
from irrupt.ledgers.plans import Plans, plans


def of(**columns: Any) -> Plans:
    frame = pl.DataFrame({"part": "x", **columns})
    return plans(read(frame).schedules)


def test_leads_count_from_the_period_of_the_issue() -> None:
    found = of(issued="2024-01-04", period=["2024-01-01", "2024-01-08", "2024-01-15"], quantity=[1, 2, 3])
    assert found.step == "week"
    assert found.announced.tolist() == [[1.0, 2.0, 3.0]]


def test_a_period_that_a_plan_leaves_out_within_its_horizon_is_nought() -> None:
    found = of(issued="2024-01-01", period=["2024-01-01", "2024-01-08", "2024-01-22"], quantity=[1, 2, 3])
    assert found.announced.tolist() == [[1.0, 2.0, 0.0, 3.0]]


def test_the_horizon_of_a_lumpy_part_is_that_of_its_plan() -> None:
    rows = [("a", 0, 1), ("a", 1, 1), ("a", 2, 1), ("a", 3, 1), ("b", 0, 5), ("b", 2, 5)]
    days = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"]
    frame = pl.DataFrame(
        {
            "part": [part for part, _week, _q in rows],
            "issued": "2024-01-01",
            "period": [days[week] for _p, week, _q in rows],
            "quantity": [quantity for _p, _w, quantity in rows],
        }
    )
    assert plans(read(frame).schedules).announced.tolist() == [[1.0] * 4, [5.0, 0.0, 5.0, 0.0]]


def test_what_is_never_announced_so_far_ahead_is_not_known() -> None:
    """Where records keep what was announced one, four and eight weeks ahead, nobody announced nothing for the weeks
    between; a week that one plan leaves out is nought."""
    weeks = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(24)]
    kept = [(weeks[week], weeks[week + lead]) for week in range(12) for lead in (1, 2, 4, 8) if (week, lead) != (5, 2)]
    issued, period = zip(*kept, strict=True)
    found = of(issued=issued, period=[f"{one:%G-W%V}" for one in period], quantity=1.0)
    said = [np.nan, 1.0, 1.0, np.nan, 1.0, np.nan, np.nan, np.nan, 1.0]
    assert np.array_equal(found.announced[4], said, equal_nan=True)
    said[2] = 0.0
    assert np.array_equal(found.announced[5], said, equal_nan=True)


def test_months_within_a_plan_of_weeks_are_spread_and_marked() -> None:
    found = of(
        issued="2024-01-01",
        period=["2024-W01", "2024-W02", "2024-W03", "2024-02", "2024-03"],
        quantity=[7, 7, 7, 40, 45],
    )
    assert found.step == "week"
    assert not found.spread[0, :3].any()
    assert found.spread[0, 4:].all()
    assert np.nansum(found.announced) == pytest.approx(106)


def test_quantities_are_kept_whatever_the_grid() -> None:
    table = read(history(weeks=6, horizon=5)).schedules
    whole = table.filter(pl.col("kind") == "forecast")["quantity"].sum()
    for step in ("week", "month"):
        assert np.nansum(plans(table, step=step).announced) == pytest.approx(whole)  # type: ignore[arg-type]


def test_what_was_bought_comes_from_deliveries_else_call_offs_else_the_last_plan() -> None:
    base = history((Client(name="A", parts=1, moves=0.3, frozen=1),), weeks=8, horizon=4)
    planned = base.filter(kind="forecast")
    last = plans(read(planned).schedules)
    assert last.sources == {"A": "last plan"}
    delivered = plans(read(base).schedules)
    assert delivered.sources == {"A": "delivered"}
    calls = planned.filter(pl.col("issued") == pl.col("period")).with_columns(
        kind=pl.lit("call-off"), quantity=pl.col("quantity") + 1
    )
    called = plans(read(pl.concat([planned, calls])).schedules)
    assert called.sources == {"A": "call-off"}
    assert np.nanmax(np.abs(called.bought[:, :8] - last.bought[:, :8] - 1)) == 0.0


def test_what_is_delivered_late_was_bought_when_it_was_called_off() -> None:
    """Ten a week are called off, in the last week nothing; the firm delivers five, then fifteen, the first week's after
    the others, and a part that is never called off. Before the first call-off, deliveries tell."""
    weeks = [f"2024-01-{day:02}" for day in (1, 8, 15, 22, 29)]

    def rows(kind: str, part: str, quantities: list[float | None]) -> list[tuple[str, str, str, str, float]]:
        told = zip(weeks, quantities, strict=True)
        return [(kind, part, week, week, one) for week, one in told if one is not None]

    planned = [
        ("forecast", part, issued, week, 10.0)
        for part in "xy"
        for number, issued in enumerate(weeks)
        for week in weeks[number:]
    ]
    bought = [
        *rows("call-off", "x", [None, 10, 10, 10, None]), *rows("call-off", "z", [None, None, None, None, 3]),
        *rows("delivered", "x", [8, 5, 15, 0, 10]), *rows("delivered", "y", [10, 10, 10, 10, 10]),
    ]  # fmt: skip
    names = {"kind": pl.String, "part": pl.String, "issued": pl.String, "period": pl.String, "quantity": pl.Float64}
    found = plans(read(pl.DataFrame([*planned, *bought], schema=names, orient="row")).schedules)
    of_part = dict(zip(found.series["part"], found.bought.tolist(), strict=True))
    assert of_part["x"][:5] == [8.0, 10.0, 10.0, 10.0, 0.0]
    assert of_part["y"][:5] == [10.0] * 5


def test_call_offs_are_the_plan_where_there_is_no_forecast() -> None:
    found = of(issued="2024-01-01", period=["2024-01-01", "2024-01-08"], quantity=[1, 2], kind="call-off")
    assert found.announced.tolist() == [[1.0, 2.0]]
    assert found.firm.tolist() == [[1, 1]]


def test_periods_that_have_not_come_are_not_known() -> None:
    found = of(issued="2024-01-01", period=["2024-01-01", "2024-01-08"], quantity=[1, 2])
    assert found.last[0, 0] == 1.0
    assert np.isnan(found.last[0, 1])


def test_plans_of_one_day_follow_each_other_by_number() -> None:
    """As texts, 10 comes before 9: what changed on that day was turned round, and changed again with the next plan."""
    issued = ["2024-01-01", "2024-01-01", "2024-01-08"]
    found = of(plan=["10", "9", "11"], issued=issued, period="2024-01-29", quantity=[120, 100, 120])
    assert found.called.to_list() == ["9", "10", "11"]


def test_nothing_announced_is_an_error() -> None:
    orders = read(pl.DataFrame({"customer": ["a", "b"], "date": ["2024-01-01", "2024-01-02"], "quantity": [1, 2]}))
    with pytest.raises(DataError, match="nothing is announced"):
        plans(orders.schedules)


@given(st.integers(0, 2**31))
@settings(deadline=None, max_examples=settings().max_examples // 4)
def test_neither_the_order_of_rows_nor_names_change_anything(seed: int) -> None:
    frame = history(weeks=5, horizon=4)
    one = plans(read(frame).schedules)
    other = plans(read(frame.sample(fraction=1.0, shuffle=True, seed=seed)).schedules)
    assert np.array_equal(one.announced, other.announced, equal_nan=True)
    renamed = frame.with_columns(part=pl.format("z{}", "part"))
    assert np.array_equal(one.bought, plans(read(renamed).schedules).bought, equal_nan=True)


def test_months_that_follow_each_other_share_no_week_and_leave_none_between_them() -> None:
    """A month is for the weeks that begin in it: the last of April 2024, which reaches into May, is not May's."""
    weeks = [f"2024-W{week:02}" for week in range(14, 19)]  # the last one reaches into May
    found = of(issued="2024-04-01", period=[*weeks, "2024-05", "2024-06"], quantity=[100] * 5 + [400, 400])
    assert found.announced.tolist() == [[100.0] * 13]
    assert found.spread.tolist() == [[False] * 5 + [True] * 8]


def test_of_a_week_into_which_only_a_month_reaches_nothing_is_known() -> None:
    """Whether it belongs to the month before or to this one, nobody says: it is not that nothing is announced."""
    found = of(issued="2024-01-01", period=["2024-W01", "2024-W02", "2024-W03", "2024-W04", "2024-02"], quantity=10)
    assert np.isnan(found.announced[0, 4])
    assert found.spread[0, 4]


def test_what_is_due_at_once_does_not_make_a_plan_of_months_one_of_weeks() -> None:
    found = of(issued="2024-01-01", period=["Immediate", "2024-01", "2024-02", "2024-03"], quantity=[5, 40, 50, 60])
    assert found.step == "month"
    assert found.announced.tolist() == [[45.0, 50.0, 60.0]]


def weekly(**others: list[tuple[str, float]]) -> Plans:
    """Plans for a hundred pieces a week, issued every week from 1 January 2024 on for six weeks, beside rows of other
    kinds: period and quantity."""
    weeks = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(16)]
    planned = [("forecast", weeks[at], f"{weeks[at + lead]:%G-W%V}", 100.0) for at in range(10) for lead in range(6)]
    told = [(kind, datetime(2024, 1, 1), *cell) for kind, cells in others.items() for cell in cells]
    frame = pl.DataFrame([*planned, *told], schema=["kind", "issued", "period", "quantity"], orient="row")
    return plans(read(frame.with_columns(part=pl.lit("x"))).schedules)


def test_what_was_delivered_before_all_plans_says_nothing_of_them() -> None:
    found = weekly(delivered=[(f"2023-W{week}", 90.0) for week in range(30, 40)])
    assert np.isnan(found.bought).all()


def test_what_was_bought_in_a_period_that_the_records_cut_is_not_known() -> None:
    """Deliveries of every working day that end on a Tuesday tell of two days of the last week."""
    days = [datetime(2024, 1, 4) + timedelta(days=day) for day in range(62)]
    assert days[-1].weekday() == 1
    found = weekly(delivered=[(f"{day:%Y-%m-%d}", 20.0) for day in days if day.weekday() < 5])
    assert np.flatnonzero(~np.isnan(found.bought[0])).tolist() == [*range(1, 9)]
    assert set(found.bought[0, 1:9].tolist()) == {100.0}
    once_a_week = weekly(delivered=[(f"{day:%Y-%m-%d}", 100.0) for day in days if day.weekday() == 1])
    assert set(once_a_week.bought[0, 1:10].tolist()) == {100.0}


def test_what_was_delivered_in_longer_periods_is_not_taken_for_that_of_their_first() -> None:
    found = weekly(delivered=[("2024-01", 443.0), ("2024-02", 414.0)])
    assert found.step == "week"
    assert np.isnan(found.bought).all()


def called(moved: bool) -> list[tuple[str, str, float]]:
    """Call-offs of each Monday for the ten working days from then on, 20 a day; on Tuesdays, when some are *moved*, all
    of the next day comes a day later."""
    rows = []
    for week in range(10):
        monday = datetime(2024, 1, 1) + timedelta(weeks=week)
        days = [monday + timedelta(days=day) for day in range(12) if day not in (5, 6)]
        rows += [(f"{monday:%Y-%m-%d}", f"{day:%Y-%m-%d}", 20.0) for day in days]
        if moved:
            tuesday = f"{monday + timedelta(days=1):%Y-%m-%d}"
            news = [20.0, 0.0, 40.0, *[20.0] * 6]
            rows += [(tuesday, f"{day:%Y-%m-%d}", n) for day, n in zip(days[1:], news, strict=True) if n]
    return rows


@pytest.mark.parametrize("moved", [False, True])
def test_what_a_later_call_off_leaves_out_is_taken_back(moved: bool) -> None:
    """What moves from Wednesday to Thursday is bought once."""
    frame = pl.DataFrame(called(moved), schema=["issued", "period", "quantity"], orient="row")
    calls = frame.with_columns(kind=pl.lit("call-off"))
    weeks = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(16)]
    planned = pl.DataFrame(
        {
            "issued": [f"{weeks[at]:%Y-%m-%d}" for at in range(10) for _lead in range(6)],
            "period": [f"{weeks[at + lead]:%Y-%m-%d}" for at in range(10) for lead in range(6)],
            "quantity": 100.0,
            "kind": "forecast",
        }
    )
    found = plans(read(pl.concat([planned, calls]).with_columns(part=pl.lit("x"))).schedules)
    assert found.sources == {"": "call-off"}
    assert found.bought[0, :10].tolist() == [100.0] * 10


def test_two_call_offs_of_a_day_take_back_the_same_whatever_their_order() -> None:
    """Which of their horizons counted hung on the order of the lines."""
    first, second = datetime(2024, 1, 1), datetime(2024, 1, 2)
    rows = [(first, "1", day) for day in (10, 11, 12)]
    rows += [(second, plan, day) for plan, days in (("2", (10, 12)), ("3", (20, 25))) for day in days]
    names = ["issued", "plan", "day"]
    left = set()
    for seed in range(12):
        frame = pl.DataFrame(rows, schema=names, orient="row").sample(fraction=1.0, shuffle=True, seed=seed)
        frame = frame.with_columns(
            client=pl.lit("A"), plant=pl.lit("P"), part=pl.lit("x"), period=pl.datetime(2024, 1, pl.col("day"))
        ).with_columns(pl.lit(None, pl.Datetime).alias(ORIGIN))
        left.add(tuple(sorted(last_called(frame)["day"].to_list())))
    assert left == {(10, 12, 20, 25)}


def test_call_offs_that_never_say_anything_again_add_up() -> None:
    """Each is an order of its own, whatever days the next one is for."""
    days = [datetime(2024, 1, 1) + timedelta(days=day) for day in range(70)]
    rows = [("forecast", days[0], f"{days[7 * week]:%Y-%m-%d}", 100.0) for week in range(10)]
    for week in range(9):
        rows += [("call-off", days[7 * week], f"{days[7 * week + day]:%Y-%m-%d}", 30.0) for day in (1, 10)]
        rows += [("call-off", days[7 * week + 1], f"{days[7 * week + day]:%Y-%m-%d}", 20.0) for day in (2, 11)]
    frame = pl.DataFrame(rows, schema=["kind", "issued", "period", "quantity"], orient="row")
    found = plans(read(frame.with_columns(part=pl.lit("x"))).schedules)
    assert found.bought[0, 1:9].tolist() == [100.0] * 8
