"""The hours of a log: how much of each is in it, and at what level of demand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.arrivals.demand import Varied, _beside_neighbours, _by_cases, _Hours, _hours, _rate, _trend
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


@pytest.mark.parametrize(
    ("slope", "growth", "level"),
    [(2.0, 0.01, 100.0), (-2.0, -1.0 / 62.0, 62.0), (6.0, 0.02, 138.0), (0.0, 0.0, 81.0)],
)
def test_growth_is_half_of_what_a_line_through_the_weeks_tells(slope: float, growth: float, level: float) -> None:
    """Of twenty weeks with 81 cases on average, the last one first; nothing grows by more than a fiftieth."""
    weeks = np.ones(20)
    told, at_end, varied = _trend(81.0 + slope * (9.5 - np.arange(20)), weeks)
    assert (told, at_end) == (pytest.approx(growth), pytest.approx(level / 81.0))
    assert varied == (pytest.approx(0.0), pytest.approx(81.0))


def test_nothing_grows_where_weeks_vary_by_more() -> None:
    """By sixty cases either way: the variance of a week is 49 times that of chance, and two more a week are less than
    one standard error."""
    sway = 60.0 * np.tile([1.0, -1.0, -1.0, 1.0], 5)
    line = 81.0 + 2.0 * (9.5 - np.arange(20))
    told, at_end, varied = _trend(line + sway, np.ones(20))
    assert (told, at_end) == (0.0, 1.0)
    assert varied == (pytest.approx(float((sway**2 / line).sum()) / 18), pytest.approx(81.0))
    assert _trend(line + sway / 60.0, np.ones(20))[0] == pytest.approx(0.01, rel=0.05)


def test_few_weeks_tell_no_growth_and_fewer_not_how_much_they_vary() -> None:
    seven = _trend(np.arange(70.0, 0.0, -10.0), np.ones(7))
    assert seven == (0.0, 1.0, (pytest.approx(0.0), pytest.approx(40.0)))
    assert _trend(np.array([70.0, 10.0, 9.0]), np.array([1.0, 1.0, 0.4])) == (0.0, 1.0, Varied(0.0, 89.0 / 2.4))
    assert _trend(np.array([5.0, 3.0, 1.0]), np.ones(3)) == (0.0, 1.0, Varied(0.0, 3.0))


def test_weeks_may_vary_less_beside_those_around_them_by_hand() -> None:
    """Ninety and a hundred and ten cases by turns, all but one in whole weeks: how far each is from the mean of both
    that are beside it, over the variance that it would have by chance."""
    varied = Varied(9.0, 100.0)
    counts, weeks = np.array([90.0, 110.0] * 4), np.array([0.8, *np.ones(7)])
    rate = counts / weeks
    far = [
        (rate[at] - (rate[at - 1] + rate[at + 1]) / 2) ** 2
        / ((rate[at - 1] + rate[at + 1]) / 2 * (1 / weeks[at] + (1 / weeks[at - 1] + 1 / weeks[at + 1]) / 4))
        for at in range(1, 7)
    ]
    assert _beside_neighbours(counts, weeks, varied) == (pytest.approx(np.mean(far)), 100.0)
    assert _beside_neighbours(counts, weeks, Varied(1.5, 100.0)) == (1.5, 100.0)
    assert _beside_neighbours(counts[1:], weeks[1:], varied) == varied


@pytest.mark.parametrize("half_life", [np.inf, 6.0, 0.7])
def test_the_rate_of_a_case_an_hour_is_that_whatever_the_memory(half_life: float) -> None:
    assert _rate(HOUR * np.arange(20 * 168.0), half_life) == pytest.approx(168.0, rel=0.01)


def test_the_rate_is_that_of_late_where_the_memory_is_short() -> None:
    """Ten weeks with a case an hour and ten with two: half of all count that are a week old."""
    arrived = HOUR * np.append(np.arange(1680.0), 1680.0 + np.arange(3360.0) / 2)
    assert _rate(arrived, 1.0) == pytest.approx(336.0, rel=0.01)
    assert _rate(arrived, np.inf) == pytest.approx(252.0, rel=0.01)


def test_a_log_that_begins_on_a_thursday_counts_its_days_from_there() -> None:
    """What comes before the first day counts on it, and what comes after the last one on that."""
    hours = np.arange(3 * 24, 6 * 24)
    log_hours = _Hours(hours, np.ones(72), np.ones(72), np.ones(72))
    days = np.array([2.9, 3.0, 3.99, 4.0, 5.5, 6.0, 9.0])
    assert log_hours.first == 3
    assert log_hours.day.tolist() == np.repeat([0, 1, 2], 24).tolist()
    assert log_hours.on(24 * HOUR * days).tolist() == [0, 0, 0, 1, 2, 2, 2]


@pytest.mark.parametrize(("number", "first", "told"), [(100, 10, True), (100, 90, False), (79, 10, False)])
def test_cases_of_a_first_day_do_not_tell_how_fast_the_past_fades(number: int, first: int, told: bool) -> None:
    """So many come on the first day, the others in three weeks."""
    arrived = np.append(np.linspace(0.0, 0.9, first), np.linspace(1.0, 21.0, number - first)) * 24 * HOUR
    assert (_by_cases(arrived) is not None) == told
