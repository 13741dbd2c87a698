"""Intervals hold what they promise: against published values, and by counting how often they cover the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.sight import intervals

ONE_WEEK = np.zeros(10_000, np.int64)


def covers(interval, truth):
    return interval.low <= truth <= interval.high


def test_intervals_of_means_cover_the_mean_in_nineteen_cases_of_twenty():
    random = np.random.default_rng(1)
    hits = [covers(intervals.of_mean(random.gamma(2.0, 3.0, 200), ONE_WEEK[:200]), 6.0) for _ in range(400)]
    assert np.mean(hits) == pytest.approx(0.95, abs=3 * math.sqrt(0.05 * 0.95 / 400) + 0.01)


def test_cases_that_share_their_weeks_luck_widen_the_interval():
    random = np.random.default_rng(2)
    week = np.repeat(np.arange(20), 50)
    hits = []
    for _ in range(200):
        values = 10 + random.normal(0, 2, 20)[week] + random.normal(0, 1, 1000)
        hits.append(covers(intervals.of_mean(values, week), 10.0))
    alone = intervals.of_mean(values, ONE_WEEK[:1000])
    together = intervals.of_mean(values, week)
    assert together.high - together.low > 3 * (alone.high - alone.low)
    assert np.mean(hits) > 0.88


def test_intervals_of_shares_with_few_weeks_are_wilsons():
    happens = np.zeros(100, bool)
    happens[:10] = True
    found = intervals.of_share(happens, ONE_WEEK[:100])
    assert found == pytest.approx((0.0552, 0.1744), abs=1e-4)


def test_a_share_of_nothing_and_of_all_still_has_an_interval():
    assert intervals.of_share(np.zeros(30, bool), ONE_WEEK[:30]) == pytest.approx((0.0, 0.1135), abs=1e-3)
    assert intervals.of_share(np.ones(30, bool), ONE_WEEK[:30]) == pytest.approx((0.8865, 1.0), abs=1e-3)


def test_intervals_of_quantiles_cover_the_quantile():
    random = np.random.default_rng(3)
    truth = -math.log(0.1)
    hits = [covers(intervals.of_quantile(random.exponential(1.0, 300), ONE_WEEK[:300], 0.9), truth) for _ in range(300)]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.04)


def test_a_quantile_of_very_few_cases_has_no_interval():
    assert all(math.isnan(end) for end in intervals.of_quantile(np.arange(5.0), ONE_WEEK[:5], 0.9))


def test_differences_of_shares_are_newcombes():
    """Newcombe 1998, table II, method 10: 56 of 70 against 48 of 80, and 9 of 10 against 3 of 10."""
    assert intervals.of_shares((56, 48), (70, 80))[:3] == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert intervals.of_shares((9, 3), (10, 10))[:3] == pytest.approx((0.6, 0.1705, 0.8090), abs=1e-4)


def test_differences_of_means_are_welchs_when_weeks_are_few():
    from scipy.stats import ttest_ind

    random = np.random.default_rng(4)
    a, b = random.normal(3, 1, 40), random.normal(2, 4, 60)
    found = intervals.of_difference((a, ONE_WEEK[:40]), (b, ONE_WEEK[:60]))
    wanted = ttest_ind(a, b, equal_var=False)
    ends = wanted.confidence_interval(0.95)
    assert found[:3] == pytest.approx((a.mean() - b.mean(), ends.low, ends.high))
    assert found.p >= wanted.pvalue


def test_few_rare_values_are_no_difference_by_luck():
    """Waits that are mostly none, of 30 cases and of 300 alike: Welch's test alone calls 14 % of them different."""
    random = np.random.default_rng(11)
    found = []
    for _ in range(300):
        a, b = (random.exponential(30, count) * (random.random(count) < 0.1) for count in (30, 300))
        found.append(intervals.of_difference((a, np.zeros(30, np.int64)), (b, np.zeros(300, np.int64))).p <= 0.05)
    assert np.mean(found) <= 0.08


def test_all_kinds_of_comparisons_share_one_level():
    assert intervals.of_clients([0.05 / intervals.FAMILIES, 0.6]) == [False, False]
    assert intervals.of_clients([0.024 / intervals.FAMILIES, 0.6]) == [True, False]


def test_what_two_groups_share_each_week_does_not_make_a_difference():
    random = np.random.default_rng(5)
    week = np.repeat(np.arange(30), 10)
    luck = random.normal(0, 5, 30)[week]
    found = intervals.of_difference(
        (luck + random.normal(0, 0.1, 300), week), (luck + random.normal(0, 0.1, 300), week)
    )
    assert covers(found, 0.0)


def test_intervals_over_weeks_widen_with_their_memory():
    random = np.random.default_rng(6)
    noise = random.normal(0, 1, 60)
    slow = 10 + np.convolve(noise, np.ones(6) / 6, "valid")
    shuffled = random.permutation(slow)
    one, other = intervals.of_weeks(slow, 10.0), intervals.of_weeks(shuffled, 10.0)
    assert one.high - one.low > 2 * (other.high - other.low)


def test_intervals_of_dispersion_cover_one_for_poisson_counts():
    random = np.random.default_rng(7)
    hits = []
    for _ in range(400):
        counts = random.poisson(20, 26)
        hits.append(covers(intervals.of_dispersion(counts.var(ddof=1) / counts.mean(), 26), 1.0))
    assert np.mean(hits) == pytest.approx(0.95, abs=0.04)


def test_intervals_of_ratios_cover_the_ratio():
    random = np.random.default_rng(8)
    hits = []
    for _ in range(300):
        below = random.poisson(30, 40).astype(float)
        hits.append(
            covers(intervals.of_independent_ratio(np.array([random.gamma(2 * n, 1.0) for n in below]), below), 2.0)
        )
    assert np.mean(hits) == pytest.approx(0.95, abs=0.04)


@settings(max_examples=100, deadline=None)
@given(p=st.lists(st.floats(0, 1) | st.just(math.nan), max_size=12))
def test_holm_finds_no_more_than_single_tests_and_no_less_than_bonferroni(p):
    found = intervals.holm(p)
    known = sum(not math.isnan(value) for value in p)
    for value, real in zip(p, found, strict=True):
        assert not (real and not value <= 0.05)
        assert real or not value <= 0.05 / max(known, 1) - 1e-12


def test_nothing_is_said_of_too_little():
    empty = np.empty(0)
    assert all(math.isnan(end) for end in intervals.of_mean(empty, ONE_WEEK[:0]))
    assert all(math.isnan(end) for end in intervals.of_mean(np.ones(1), ONE_WEEK[:1]))
    assert all(math.isnan(end) for end in intervals.of_share(empty.astype(bool), ONE_WEEK[:0]))
    assert all(math.isnan(end) for end in intervals.of_weeks(np.ones(3), 1.0))
    assert all(math.isnan(end) for end in intervals.of_independent_ratio(np.ones(9), np.zeros(9)))
    assert all(math.isnan(end) for end in intervals.of_dispersion(math.nan, 20))
    assert all(math.isnan(end) for end in intervals.of_shares((0, 0), (0, 5)))


def test_equal_values_have_an_interval_without_width():
    assert intervals.of_mean(np.full(20, 3.0), ONE_WEEK[:20]) == (3.0, 3.0)
    found = intervals.of_difference((np.full(20, 3.0), ONE_WEEK[:20]), (np.full(20, 1.0), ONE_WEEK[:20]))
    assert found[:3] == (2.0, 2.0, 2.0)
    assert found.p < 1e-6
