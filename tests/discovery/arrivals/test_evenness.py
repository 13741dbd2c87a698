"""How evenly cases come: by chance, or as far apart as the times between them tell."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery.arrivals.evenness import told
from irrupt.units import WEEK

ALWAYS = (1.0,) * 168


def evenness(seed: int, shape: float, count: int = 1600) -> float:
    """What is told of *count* cases, so many an hour on average, between which gamma-distributed times pass."""
    times = np.random.default_rng(seed).gamma(shape, 1.0 / shape, count)
    return told(np.cumsum(times) * 20 * WEEK / count, ALWAYS, np.ones(count))


@pytest.mark.parametrize("count", [45, 100, 1600])
def test_what_comes_by_chance_is_not_even(count: int) -> None:
    assert [seed for seed in range(200) if evenness(seed, 1.0, count) > 0.0] == []


@pytest.mark.parametrize("shape", [4.0, 25.0, 1e9])
def test_evenness_is_what_times_vary_less_than_by_chance(shape: float) -> None:
    """Their standard deviation is the root of the shape below their mean."""
    assert [evenness(seed, shape) for seed in range(10)] == pytest.approx([1.0 - shape**-0.5] * 10, abs=0.05)


def test_a_van_that_came_each_week_of_a_year_did_not_come_by_chance() -> None:
    """Always at half past eight on Wednesdays, give or take; told of forty weeks, not of half a year."""
    came = (np.arange(52) * 7 + 2) * 86_400.0 + 8.5 * 3600.0 + np.random.default_rng(2).uniform(0.0, 720.0, 52)
    wednesdays = tuple(float(hour == 56) for hour in range(168))
    assert told(came, wednesdays, np.ones(52)) > 0.9
    assert told(came[:41], wednesdays, np.ones(41)) > 0.9
    assert told(came[:40], wednesdays, np.ones(40)) == 0.0


def test_what_comes_at_no_hours_that_are_known_is_not_even() -> None:
    assert told(np.arange(1600.0) * 3600.0, (0.0,) * 168, np.ones(1600)) == 0.0
