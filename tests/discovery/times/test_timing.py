"""How long work takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.times.timing import quantile, ranked

VALUES = st.lists(st.integers(0, 4).map(float) | st.floats(0.0, 1e6), min_size=1)
LEVELS = st.lists(st.floats(0.0, 1.0), min_size=1).map(np.array)


@given(values=VALUES.map(np.array), levels=LEVELS)
def test_quantiles_are_those_of_numpy(values: np.ndarray, levels: np.ndarray) -> None:
    assert quantile(values, levels).tolist() == np.quantile(values, levels).tolist()


@given(value=st.floats(0.0, 1e6), weight=st.none() | st.floats(0.1, 10.0))
def test_what_was_seen_once_always_takes_as_long(value: float, weight: float | None) -> None:
    points = ranked(np.array([value])).points(None if weight is None else np.array([weight]))
    assert points == pytest.approx(value)


@given(
    values=st.lists(st.floats(0.0, 1e6), min_size=60, max_size=200),
    weights=st.none() | st.integers(0, 1000),
)
def test_the_ends_have_the_means_of_what_lies_beyond_the_points_beside_them(
    values: list[float], weights: int | None
) -> None:
    """The outermost lines go through the mean of the values that they stand for, unless that would turn them round."""
    one = ranked(np.array(values))
    weight = np.ones(len(values)) if weights is None else np.random.default_rng(weights).uniform(0.1, 3.0, len(values))
    points = one.points(None if weights is None else weight)
    weight = weight[one.order]
    reached = np.cumsum(weight) / weight.sum()
    level = np.linspace(0.0, 1.0, len(points))
    below, above = reached <= level[1] + 1e-12, reached >= level[-2] - 1e-12
    if below.any():
        mean = np.average(one.values[below], weights=weight[below])
        assert points[0] == pytest.approx(np.clip(2 * mean - points[1], 0.0, points[1]), rel=1e-9, abs=1e-9)
    mean = np.average(one.values[above], weights=weight[above])
    assert points[-1] == pytest.approx(max(2 * mean - points[-2], points[-2]), rel=1e-9, abs=1e-9)
