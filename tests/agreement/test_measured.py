"""Measures period by period: what is read for one is what counts in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.agreement.measured import Read
from irrupt.chronicle import Legend, Rows, rows
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.ledgers import Ledgers, Parties, Window, measures

DAY = 86400.0
CLIENTS = [name for name, one in measures().items() if one.of == "client"]


@pytest.fixture(scope="module")
def read_rows() -> Read:
    return Read(*rows(simulate(counter(0.9), weeks=4, seed=1)), {}, {})


def of_clients(rows: Rows, legend: Legend, window: Window) -> dict[str, float]:
    ledgers = Ledgers(legend, window)
    ledgers.add(rows)
    found = ledgers.result(Parties(clients={"all": tuple(range(len(legend.clients)))}))
    return {name: found[name]["all"] for name in CLIENTS if name in found}


@settings(max_examples=40, deadline=None)
@given(st.floats(-1.0, 35.0), st.floats(0.01, 20.0))
def test_of_a_period_the_cases_under_way_in_it_tell_clients_measures_as_all_do(
    read_rows: Read, begin: float, lasts: float
) -> None:
    window = Window(begin=begin * DAY, end=(begin + lasts) * DAY)
    some = read_rows.between(window.begin, window.end)
    assert len(some.case) <= len(read_rows.rows.case)
    one, other = (of_clients(rows, read_rows.legend, window) for rows in (read_rows.rows, some))
    assert len(one) > 10
    for name, value in one.items():
        assert other[name] == pytest.approx(value, rel=1e-9, nan_ok=True), name


def test_rows_of_a_period_are_few_and_ordered(read_rows: Read) -> None:
    some = read_rows.between(7 * DAY, 8 * DAY)
    assert 0 < len(some.case) < len(read_rows.rows.case) / 5
    assert (np.diff(some.end) >= 0).all()
    assert set(some.case.tolist()) == set(range(int(some.case.max()) + 1))
