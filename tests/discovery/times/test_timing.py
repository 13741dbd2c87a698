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
