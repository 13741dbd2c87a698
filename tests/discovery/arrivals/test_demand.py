"""The hours of a log: how much of each is in it, and at what level of demand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.arrivals.demand import _Hours, _hours
from irrupt.units import HOUR, WEEK


@given(st.floats(0.0, WEEK), st.floats(WEEK, 5 * WEEK))
def test_hours_add_up_to_how_long_a_log_is(begin: float, length: float) -> None:
    """Also where it begins and ends within an hour."""
    complete: Any = SimpleNamespace(seen=np.ones_like)
    hours = _hours(begin, begin + length, 0.0, complete)
    assert hours.seen.sum() * HOUR == pytest.approx(length)
    assert (hours.seen > -1e-9).all()
    assert (hours.seen < 1.0 + 1e-9).all()


def test_a_flood_counts_as_much_in_the_days_before_as_in_those_behind_it() -> None:
    """A case an hour, on one day ten; with a memory of a week, it shows half as much a week off."""
    number, ones = np.arange(9 * 168), np.ones(9 * 168)
    flood = number // 24 == 31
    arrived = np.repeat(number + 0.5, np.where(flood, 10, 1)) * HOUR
    level = _Hours(number, ones, ones, ones).levelled(arrived, np.ones(168), 1.0).level[::24]
    assert level[31 - 28 : 31] == pytest.approx(level[31 + 28 : 31 : -1])
    assert level.argmax() == 31
    assert level[31 - 7] - 1.0 == pytest.approx((level[31] - 1.0) / 2.0, rel=0.05)
