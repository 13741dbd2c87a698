"""Distribution functions: against scipy, against closed forms, and against each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, ndtr, ndtri, stdtr, stdtrit

from irrupt import special

SHAPES = np.array([0.004, 0.01, 0.04, 0.25, 0.5, 0.99, 1.0, 1.5, 3.999, 4.0, 7.5, 40.0, 300.0, 2500.0])
FREEDOMS = np.array([0.5, 1.0, 1.7, 2.0, 5.0, 9.3, 30.0, 200.0, 9999.0, 1e6])
TAILS = np.concatenate([np.linspace(0.001, 0.5, 60), 10.0 ** -np.arange(3.5, 17.0)])

shapes = st.floats(-2.4, 3.4).map(lambda power: 10.0**power)
freedoms = st.floats(-0.3, 6.0).map(lambda power: 10.0**power)
tails = st.floats(1e-12, 0.5) | st.floats(-200.0, -0.31).map(lambda power: 10.0**power)
moderate = settings(max_examples=150, deadline=None)


def close(found: Any, expected: Any, relative: float) -> None:
    np.testing.assert_allclose(found, expected, rtol=relative, atol=1e-290)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(special.gamma_lower_inverse, gammaincinv), (special.gamma_upper_inverse, gammainccinv)],
    ids=["lower", "upper"],
)
def test_gamma_quantiles_are_those_of_scipy(ours: Callable[..., Any], theirs: Callable[..., Any]) -> None:
    for p in (TAILS, 1.0 - TAILS[:60]):
        close(ours(SHAPES[:, None], p), theirs(SHAPES[:, None], p), 1e-12)


def test_gamma_probabilities_are_those_of_scipy() -> None:
    """Within what scipy itself holds far out in the tails of large shapes."""
    x = np.concatenate([gammaincinv(SHAPES[:, None], TAILS), gammainccinv(SHAPES[:, None], TAILS)], axis=1)
    close(special.gamma_lower(SHAPES[:, None], x), gammainc(SHAPES[:, None], x), 1e-12)
    close(special.gamma_upper(SHAPES[:, None], x), gammaincc(SHAPES[:, None], x), 1e-12)


def test_the_normal_distribution_is_that_of_scipy() -> None:
    z = np.linspace(-37.0, 9.0, 500)
    close(special.normal_cdf(z), ndtr(z), 1e-12)
    for p in (TAILS, 1.0 - TAILS[:60], 10.0 ** -np.arange(17.0, 300.0, 20.0)):
        close(special.normal_quantile(p), ndtri(p), 1e-14)


def test_the_student_distribution_is_that_of_scipy() -> None:
    t = np.concatenate([-np.geomspace(1e-3, 30.0, 100), np.geomspace(1e-3, 30.0, 100), [0.0]])
    close(special.student_cdf(t, FREEDOMS[:, None]), stdtr(FREEDOMS[:, None], t), 1e-12)
    p = TAILS[TAILS < 0.49]
    close(special.student_quantile(p, FREEDOMS[:, None]), stdtrit(FREEDOMS[:, None], p), 1e-12)
    close(special.student_quantile(1.0 - p[:50], FREEDOMS[:, None]), stdtrit(FREEDOMS[:, None], 1.0 - p[:50]), 1e-12)


def test_the_chi_squared_distribution_is_that_of_scipy() -> None:
    p, weeks = np.array([0.025, 0.5, 0.975]), np.array([[3], [51], [700]])
    close(special.chi_squared_quantile(p, weeks), stats.chi2.ppf(p, weeks), 1e-12)


@moderate
@given(st.floats(0.0, 20_000.0), st.floats(0.0, 1.0, exclude_max=True))
def test_the_poisson_distribution_is_that_of_scipy(mean: float, p: float) -> None:
    count = special.poisson_quantile(p, mean)
    assert stats.poisson.cdf(count, mean) >= p - 1e-13
    assert count == 0 or stats.poisson.cdf(count - 1, mean) < p + 1e-13


@moderate
@given(st.floats(0.0, 300.0), st.floats(0.001, 100.0))
def test_closed_forms(x: float, t: float) -> None:
    close(special.gamma_upper(1.0, x), math.exp(-x), 1e-12)
    close(special.gamma_lower(1.0, x), -math.expm1(-x), 1e-12)
    close(special.gamma_upper(3.0, x), math.exp(-x) * (1.0 + x + x * x / 2.0), 1e-12)
    close(special.gamma_upper(0.5, x), math.erfc(math.sqrt(x)), 1e-12)
    close(special.student_cdf(-t, 1.0), math.atan(1.0 / t) / math.pi, 1e-12)
    close(special.student_cdf(-t, 2.0), 1.0 / (2.0 + t * t + t * math.sqrt(2.0 + t * t)), 1e-12)


@moderate
@given(shapes, tails)
def test_gamma_quantiles_undo_probabilities(shape: float, p: float) -> None:
    for whole, inverse in (
        (special.gamma_lower, special.gamma_lower_inverse),
        (special.gamma_upper, special.gamma_upper_inverse),
    ):
        x = float(inverse(shape, p))
        if x > 1e-300:
            close(whole(shape, x), p, 1e-12)
        both = special.gamma_lower(shape, x) + special.gamma_upper(shape, x)
        assert both == pytest.approx(1.0, abs=1e-13)


@moderate
@given(freedoms, tails)
@example(10.0**1.3671875, 0.49999999999999994)
def test_student_quantiles_undo_probabilities(freedom: float, p: float) -> None:
    t = special.student_quantile(p, freedom)
    if np.isfinite(t):
        close(special.student_cdf(t, freedom), p, 1e-12)
    assert special.student_cdf(-t, freedom) == 1.0 - special.student_cdf(t, freedom)


@moderate
@given(shapes, freedoms, tails, st.floats(1.001, 2.0))
def test_quantiles_rise_with_the_probability(shape: float, freedom: float, p: float, more: float) -> None:
    pair = np.array([p / more, p])
    for quantile in (
        special.normal_quantile(pair),
        special.student_quantile(pair, freedom),
        special.gamma_lower_inverse(shape, pair),
        -special.gamma_upper_inverse(shape, pair),
    ):
        low, high = quantile
        assert low < high or low == high == 0.0 or low == high == -np.inf


@moderate
@given(shapes, st.floats(-3.0, 3.0))
def test_probabilities_of_neighbouring_shapes_differ_by_a_density(shape: float, sigmas: float) -> None:
    """P(a + 1, x) = P(a, x) - x**a exp(-x) / Γ(a + 1), across the borders between methods."""
    x = max(shape + sigmas * math.sqrt(shape), shape / 100.0)
    step = math.exp(shape * math.log(x) - x - math.lgamma(shape + 1.0))
    difference = special.gamma_lower(shape, x) - special.gamma_lower(shape + 1.0, x)
    assert difference == pytest.approx(step, rel=1e-10, abs=1e-14)


def test_with_many_degrees_of_freedom_student_is_normal() -> None:
    close(special.student_quantile(TAILS[:59], 1e300), special.normal_quantile(TAILS[:59]), 1e-12)
    close(special.student_cdf([-5.0, 1.0], np.inf), special.normal_cdf([-5.0, 1.0]), 1e-12)


def test_the_ends_have_their_values_and_the_rest_is_nan() -> None:
    infinity, nan = np.inf, np.nan
    for found, expected in (
        (special.normal_cdf([-infinity, 0.0, infinity, nan]), [0.0, 0.5, 1.0, nan]),
        (special.normal_quantile([0.0, 0.5, 1.0, -0.1, 1.1, nan]), [-infinity, 0.0, infinity, nan, nan, nan]),
        (special.student_cdf([-infinity, 0.0, infinity, nan], 3.0), [0.0, 0.5, 1.0, nan]),
        (special.student_cdf(0.0, [0.0, -1.0, nan]), [nan, nan, nan]),
        (special.student_quantile([0.0, 0.5, 1.0, 2.0, nan], 3.0), [-infinity, 0.0, infinity, nan, nan]),
        (special.student_quantile(0.9, [0.0, -1.0, nan]), [nan, nan, nan]),
        (special.gamma_lower(2.0, [0.0, infinity, -1.0, nan]), [0.0, 1.0, nan, nan]),
        (special.gamma_upper(2.0, [0.0, infinity, -1.0, nan]), [1.0, 0.0, nan, nan]),
        (special.gamma_upper([0.0, -1.0, nan], 1.0), [nan, nan, nan]),
        (special.gamma_lower_inverse(2.0, [0.0, 1.0, -0.1, 1.1, nan]), [0.0, infinity, nan, nan, nan]),
        (special.gamma_upper_inverse(2.0, [0.0, 1.0, -0.1, 1.1, nan]), [infinity, 0.0, nan, nan, nan]),
        (special.gamma_lower_inverse([0.0, -1.0, nan], 0.5), [nan, nan, nan]),
    ):
        np.testing.assert_array_equal(found, expected)


def test_arguments_are_broadcast_and_may_be_empty() -> None:
    assert special.gamma_lower(np.ones((3, 1)), np.ones(4)).shape == (3, 4)
    assert special.student_quantile(0.9, np.ones((2, 3))).shape == (2, 3)
    assert special.normal_cdf(1.0).shape == ()
    for one in (special.gamma_lower, special.gamma_upper_inverse, special.student_cdf, special.student_quantile):
        assert one([], 1.0).shape == (0,)
    assert special.normal_quantile([]).shape == (0,)
