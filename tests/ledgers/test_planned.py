"""What a plan came to, measured: each value is that of an example computed by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from irrupt.cases import case
from irrupt.chronicle.goods import ADDED, LESS, OVERTIME, TEMPS, USUAL, Goods, Hours, Money, Planned
from irrupt.chronicle.rows import Legend
from irrupt.engine import Simulation
from irrupt.engine.planning.records import schedules
from irrupt.ledgers import Ledgers, Parties, Window, instability, measures
from irrupt.ledgers.foresight import foresight
from irrupt.ledgers.planned import PlannedReducer, known_for
from irrupt.ledgers.plans import plans
from irrupt.units import WEEK

LEGEND = Legend(origin=datetime(2024, 1, 1, tzinfo=UTC), clients=("A", "B"), activities=(), teams=("T", "U"), people=())
EVERYBODY = Parties(clients={"A": [0], "B": [1], "all": [0, 1]}, teams={"T": [0], "U": [1]})


@pytest.fixture
def goods() -> Goods:
    """Product 0 of client A and product 1 of client B over four weeks and one that has not ended; schedules for two."""
    found = Goods.empty(2, np.arange(6) * WEEK, 2)
    found.now[0] = 4
    found.need[:, :4] = [[10, 10, 10, 10], [4, 8, 4, 8]]
    found.call_off[:, :4] = [[10, 20, 0, 10], [4, 8, 4, 8]]
    found.released[:, :4] = [[20, 0, 20, 0], [6, 6, 6, 6]]
    found.orders[:, :4] = [[2, 0, 2, 0], [1, 1, 1, 1]]
    found.on_time[:, :4] = [[10, 15, 0, 10], [4, 8, 4, 8]]
    found.backlog[:, :4] = [[0, 5, 0, 0], [0, 0, 0, 0]]
    found.delivered[:, :4] = [[10, 15, 5, 10], [4, 8, 4, 8]]
    found.stock[:, :4] = [[5, 0, 0, 5], [2, 0, 2, 0]]
    found.clients_stock[:, :4] = [[0, 5, 0, 0], [0, -6, 0, -6]]
    found.announced[:, :4, 0] = found.call_off[:, :4]
    found.announced[:, :4, 1] = [[10, 10, 10, 10], [8, 4, 8, 4]]
    found.planned[:, :4] = 10.0
    found.frozen[:, :4] = [[1, 1, 2, 1], [2, 2, 2, 2]]
    return found


@pytest.fixture
def hours() -> Hours:
    """Team T over four weeks and one that has not begun."""
    found = Hours(np.array([4]), np.zeros((2, 5, 5)), np.zeros((2, 5, 5)), np.full((2, 5), np.nan), np.zeros((2, 5, 4)))
    for table in (found.announced, found.worked):
        table[0, :, USUAL] = 40.0
    found.worked[0, 1, [OVERTIME, TEMPS]] = [10.0, 30.0]
    found.worked[0, 3, [ADDED, LESS]] = [0.0, -10.0]
    found.announced[0, 1, OVERTIME] = 10.0
    found.notice[0, [1, 3]] = [1.0, 0.0]
    found.moved[0, 1, 2], found.moved[0, 3, :2] = 30.0, [2.0, 8.0]
    return found


@pytest.fixture
def money() -> Money:
    """A piece owed to A costs 2 a week, one in stock 3, as ten times less for B; flexible hours cost in two weeks. A
    piece of A brings 5, and 6 from the third week on; nobody knows what one of B does."""
    found = Money(*(np.full((2, 5), np.nan) for _rate in range(3)), np.zeros((2, 5)), np.zeros((2, 5)))
    found.delay[:, :4], found.holding[:, :4] = [[2.0], [0.2]], [[3.0], [0.3]]
    found.price[0, :4] = [5.0, 5.0, 6.0, 6.0]
    found.flexible[0, [1, 3]] = [900.0, 100.0]
    found.charged[0, [1, 2]] = [40.0, 60.0]
    return found


@pytest.fixture
def values(goods: Goods, hours: Hours, money: Money) -> dict[str, dict[str, float]]:
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=4.5 * WEEK))
    ledgers.plan(Planned(goods, ("A", "B"), hours, ("T", "U"), money))
    return ledgers.result(EVERYBODY)


@pytest.mark.parametrize(
    ("measure", "a", "b"),
    [
        ("call-offs delivered in full and on time", 2 / 3, 1.0),
        ("backlog of deliveries", (5 / 4) / 10, 0.0),
        ("lacking at the client", 0.0, 3 / 6),
        ("stock at the client", (5 / 4) / 10, 0.0),
        ("bullwhip of call-offs", math.nan, 1.0),
        # A: 20 instead of 10, then 0 instead of 10, then 10 as announced; only the nearest lead can be compared.
        ("nervousness", 20 / 30, 0.0),
        ("frozen periods, in effect", 1.0, 2.0),
        ("finished stock", (10 / 4) / 10, (4 / 4) / 6),
        ("bullwhip of production", 100 / 50, 0.0),
        ("nervousness of the production plan", 0.0, 0.0),
        ("production orders released", 1.0, 1.0),
        # A: announced a week before 10, 10, 10; called off 20, 0, 10.
        ("error of the plan (WMAPE)", 20 / 30, 0.0),
        ("bias of the plan", 0.0, 0.0),
        ("inflation of the plan", 0.0, 0.0),
        ("band breaches", 2 / 3, 0.0),
        ("notice of change", 0.0, math.nan),
        ("frozen periods, announced", 1.0, 2.0),
        ("variability of orders", math.sqrt(50) / 10, 2 / 6),
        ("cost of backlog", 5 * 2.0 / 4, 0.0),
        ("cost of stock", 10 * 3.0 / 4, 4 * 0.3 / 4),
        ("delay over holding, imputed", 2.0, math.nan),
        ("cost of changes", (40.0 + 60.0) / 4, 0.0),
        ("turnover", (25 * 5 + 15 * 6 + 100.0) / 4, math.nan),
        ("price per case", (25 * 5 + 15 * 6) / 40, math.nan),
    ],
)
def test_what_it_did_to_clients(values, measure, a, b):
    assert values[measure]["A"] == pytest.approx(a, nan_ok=True)
    assert values[measure]["B"] == pytest.approx(b, nan_ok=True)


def test_clients_together_are_measured_on_all_their_goods(values):
    assert values["call-offs delivered in full and on time"]["all"] == 6 / 7
    assert values["backlog of deliveries"]["all"] == pytest.approx((5 / 4) / 16)
    assert values["production orders released"]["all"] == 2.0


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("overtime in the roster", 10 / 4),
        ("hours by temps", 30 / 190),
        ("hours guaranteed", 150 / 190),
        ("posts of temps that end", 1.0),
        ("variation of weekly hours", np.std([40, 50, 40, 30]) / 40),
        ("weeks changed after they were announced", 2 / 4),
        ("notice of changed weeks", 3.5),
        ("hours other than announced", 40 / 190),
        ("hours changed the same day", 2 / 190),
        ("hours changed the day before", 8 / 190),
        ("hours changed days before", 30 / 190),
        ("hours changed weeks before", 0.0),
        ("cost of flexible hours", 1000 / 4),
    ],
)
def test_what_it_did_to_teams(values, measure, value):
    assert values[measure]["T"] == pytest.approx(value)
    assert math.isnan(values[measure]["U"])


def test_what_is_announced_and_never_bought_is_inflation(goods):
    """A fifth more is announced a week ahead than is called off in the end, and every change comes with a week's
    notice at most."""
    goods.announced[:, :4, 1] = 1.2 * goods.call_off[:, 1:5]
    goods.announced[:, 3, 1] = np.nan
    found = foresight(goods, np.array([0, 1]), np.arange(4))
    assert found["inflation of the plan"] == pytest.approx(1 - 1 / 1.2)
    assert found["bias of the plan"] == pytest.approx(0.2)
    assert found["error of the plan (WMAPE)"] == pytest.approx(0.2)
    assert found["band breaches"] == 0.0
    assert found["notice of change"] == 0.0


def test_runs_and_schedules_that_were_read_are_measured_alike():
    """The same run through its tables, as real schedules are read, and through its arrays."""
    rules = case("supplier").organisation
    run = Simulation(rules, seed=3, weeks=20)
    for _rows in run.run():
        pass
    goods, table = run.planned.goods, schedules(run.planned, rules)
    read = plans(table.filter(pl.col("kind") != "delivered"), rules.timezone)
    (sums,) = instability.sums(read, [np.arange(read.series.height)])
    lead = instability.reference(sums)
    found = foresight(goods, np.arange(len(goods.call_off)), np.arange(int(goods.now[0])))
    planned, bought = sums.planned[lead], sums.bought[lead]
    assert lead == instability.REFERENCE
    assert found["error of the plan (WMAPE)"] == pytest.approx(instability.ratio(sums.wrong[lead], bought))
    assert found["inflation of the plan"] == pytest.approx(instability.ratio(planned - bought, planned))
    assert found["band breaches"] == pytest.approx(instability.ratio(sums.outside[lead], sums.counted[lead]))
    assert found["frozen periods, announced"] == instability.quantile(sums.firm[:-1].astype(float), 0.5)
    assert found["notice of change"] == instability.quantile(sums.notice, 0.5)


def test_only_whole_periods_of_the_window_count(goods, hours, money):
    ledgers = Ledgers(LEGEND, Window(begin=0.5 * WEEK, end=3.2 * WEEK))
    ledgers.plan(Planned(goods, ("A", "B"), hours, ("T", "U"), money))
    found = ledgers.result(EVERYBODY)
    assert found["call-offs delivered in full and on time"]["A"] == 0.0
    assert found["overtime in the roster"]["T"] == 10 / 2


def test_nothing_is_told_where_nothing_was_planned():
    found = Ledgers(LEGEND, Window(begin=0.0, end=WEEK)).result(EVERYBODY)
    assert all(math.isnan(value) for one in PlannedReducer.measures for value in found[one.name].values())
    assert not known_for(measures()["finished stock"], planned=False)
    assert known_for(measures()["cycle time"], planned=False)
