"""Paired intervals: theory, and relations that must hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from irrupt.experiment.statistics import paired

VALUES = arrays(np.float64, (12, 3), elements=st.floats(-1e6, 1e6))


@given(VALUES, VALUES)
@settings(max_examples=60, deadline=None)
def test_agrees_with_the_one_sample_t_interval_of_scipy(without: np.ndarray, with_act: np.ndarray) -> None:
    result = paired(without, with_act)
    for column in range(3):
        difference = with_act[:, column] - without[:, column]
        scale = np.abs(difference).max()
        if np.ptp(difference) <= 1e-9 * scale:  # scipy warns of lost precision where differences hardly differ
            assert result.low[column] == pytest.approx(difference[0], rel=1e-6)
            assert result.high[column] == pytest.approx(difference[0], rel=1e-6)
            continue
        interval = stats.ttest_1samp(difference, 0.0).confidence_interval(0.95)
        assert result.low[column] == pytest.approx(interval.low, rel=1e-6, abs=1e-6 * scale)
        assert result.high[column] == pytest.approx(interval.high, rel=1e-6, abs=1e-6 * scale)


@given(VALUES)
@settings(max_examples=30, deadline=None)
def test_nothing_done_is_exactly_nothing_found(values: np.ndarray) -> None:
    result = paired(values, values.copy())
    assert not result.difference.any()
    assert not result.low.any()
    assert not result.high.any()


@given(VALUES, VALUES, st.permutations(range(12)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_replications_does_not_matter(without: np.ndarray, with_act: np.ndarray, order: list[int]) -> None:
    one, other = paired(without, with_act), paired(without[order], with_act[order])
    scale = 1 + np.abs(with_act - without).max()
    np.testing.assert_allclose(one.low, other.low, rtol=0, atol=1e-9 * scale)


@given(VALUES, VALUES)
@settings(max_examples=30, deadline=None)
def test_swapping_the_sides_turns_the_interval_round(without: np.ndarray, with_act: np.ndarray) -> None:
    one, other = paired(without, with_act), paired(with_act, without)
    np.testing.assert_allclose(one.low, -other.high, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.difference, -other.difference, rtol=1e-9, atol=1e-9)


def test_a_missing_value_takes_its_pair_out() -> None:
    without = np.array([[1.0], [2.0], [np.nan], [4.0]])
    with_act = np.array([[2.0], [4.0], [9.0], [7.0]])
    result = paired(without, with_act)
    assert result.pairs[0] == 3
    assert result.difference[0] == pytest.approx(2.0)
    assert result.without[0] == pytest.approx(7 / 3)


def test_one_pair_gives_no_finite_interval_and_none_gives_no_value() -> None:
    one = paired(np.array([[1.0]]), np.array([[2.0]]))
    assert one.low[0] == -np.inf
    assert one.high[0] == np.inf
    none = paired(np.array([[np.nan]]), np.array([[2.0]]))
    assert np.isnan(none.difference[0])
    assert none.with_act[0] == 2.0


def test_nominal_95_percent_intervals_cover_94_to_96_percent() -> None:
    """20,000 experiments of 20 pairs: the standard error of the coverage is 0.15 points."""
    generator = np.random.default_rng(7)
    without = generator.normal(10, 3, (20, 20_000))
    with_act = without + 0.7 + generator.normal(0, 1, (20, 20_000))
    result = paired(without, with_act)
    covered = np.mean((result.low <= 0.7) & (result.high >= 0.7))
    assert 0.94 <= covered <= 0.96
