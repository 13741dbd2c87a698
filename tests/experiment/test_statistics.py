"""Paired intervals: theory, and relations that must hold for any numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from irrupt.experiment.effects import pairs_for
from irrupt.experiment.statistics import (
    MODEL,
    Spread,
    chance,
    ends,
    ends_together,
    half_width,
    halves,
    mean_of,
    miss_among,
    paired,
    together,
    unseen,
)

VALUES = arrays(np.float64, (12, 3), elements=st.floats(-1e6, 1e6))


@given(VALUES, VALUES)
@settings(deadline=None)
def test_the_near_side_is_the_one_sample_t_interval_of_scipy_and_the_far_side_no_shorter(
    without: np.ndarray, with_act: np.ndarray
) -> None:
    result = paired(without, with_act)
    for column in range(3):
        difference = with_act[:, column] - without[:, column]
        scale = np.abs(difference).max()
        if np.ptp(difference) <= 1e-9 * scale:  # scipy warns of lost precision where differences hardly differ
            assert result.low[column] == pytest.approx(difference[0], rel=1e-6)
            assert result.high[column] == pytest.approx(difference[0], rel=1e-6)
            continue
        interval = stats.ttest_1samp(difference, 0.0).confidence_interval(0.95)
        room = 1e-6 * scale
        if result.lean[column] >= 0:
            assert result.low[column] == pytest.approx(interval.low, rel=1e-6, abs=room)
            assert result.high[column] >= interval.high - room
        if result.lean[column] <= 0:
            assert result.high[column] == pytest.approx(interval.high, rel=1e-6, abs=room)
            assert result.low[column] <= interval.low + room


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


@given(
    arrays(np.float64, 5, elements=st.floats(-8, 8)),
    arrays(np.float64, 5, elements=st.floats(-1, 1)),
    st.sampled_from(["once", "always"]),
    st.integers(3, 400),
)
def test_an_interval_leaves_out_nothing_exactly_where_its_chance_is_small(
    ratios: np.ndarray, lean: np.ndarray, looks: str, pairs: int
) -> None:
    one, freedom = np.ones(5), np.full(5, pairs - 1.0)
    chances = chance(ratios, one, freedom, lean, looks=looks)
    for share in (0.5, 0.9, 1.1):
        miss = np.clip(chances * share, 1e-300, 0.999)
        low, high = ends(ratios, one, freedom, lean, miss, looks=looks)
        apart = (low > 0) | (high < 0)
        told = (chances < miss) & (chances < 1)
        clear = np.abs(chances - 1) > 1e-9
        assert np.array_equal(apart[clear], told[clear])


def test_intervals_for_all_looks_hold_at_all_looks_together() -> None:
    """4,000 experiments looked at after every pair from the 2nd to the 300th: at most 5 % miss even once."""
    generator = np.random.default_rng(11)
    values = generator.normal(0.0, 1.0, (4000, 300))
    counts = np.arange(1, 301)
    means = np.cumsum(values, axis=1) / counts
    squares = np.cumsum(values**2, axis=1) - counts * means**2
    errors = np.sqrt(np.maximum(squares, 0) / np.maximum(counts - 1, 1) / counts)
    shape = errors[:, 1:].shape
    half = half_width(errors[:, 1:], np.broadcast_to(counts[1:] - 1.0, shape), np.full(shape, 0.05), looks="always")
    once = half_width(errors[:, 1:], np.broadcast_to(counts[1:] - 1.0, shape), np.full(shape, 0.05))
    missed = (np.abs(means[:, 1:]) > half).any(axis=1).mean()
    assert missed <= 0.05
    assert (np.abs(means[:, 1:]) > once).any(axis=1).mean() > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.6])
@pytest.mark.parametrize("real", [0, 10, 60])
def test_of_the_differences_told_apart_one_in_twenty_at_most_is_wrong(correlation: float, real: int) -> None:
    """200 comparisons of 200 measures each, some of which really differ, independent or moving together."""
    generator = np.random.default_rng(real + int(10 * correlation))
    truth = np.zeros(200)
    truth[:real] = generator.choice([-1, 1], real) * generator.uniform(0.2, 1.0, real)
    wrong = []
    for _ in range(200):
        common = generator.normal(0, 1, (40, 1)) * np.sqrt(correlation)
        result = paired(np.zeros((40, 200)), truth + common + generator.normal(0, np.sqrt(1 - correlation), (40, 200)))
        found = result.difference, result.error, result.freedom, result.lean
        low, high = ends(*found, np.full(200, miss_among(chance(*found))))
        told = (low > 0) | (high < 0)
        wrong.append(((truth < low) | (truth > high))[told].mean() if told.any() else 0.0)
    assert np.mean(wrong) <= 0.05 + 2 * np.std(wrong) / np.sqrt(200)


DRAWN = {
    "exponential": (lambda luck, shape: luck.exponential(1.0, shape), 1.0),
    "lognormal": (lambda luck, shape: luck.lognormal(0.0, 0.5, shape), float(np.exp(0.125))),
    "rare": (lambda luck, shape: (luck.random(shape) < 0.17) * 1.0, 0.17),
    "both ways": (lambda luck, shape: (luck.random(shape) < 0.17) * luck.choice([-1.0, 1.0], shape), 0.0),
    "heavy": (lambda luck, shape: luck.standard_t(3, shape), 0.0),
    "even": (lambda luck, shape: luck.uniform(0.0, 1.0, shape), 0.5),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("pairs", [20, 100])
def test_skew_or_rare_differences_are_covered_as_promised(name: str, pairs: int) -> None:
    """10,000 experiments each. What is rare comes in steps, and errs on the safe side."""
    draw, truth = DRAWN[name]
    values = draw(np.random.default_rng(pairs), (pairs, 10_000))
    result = paired(np.zeros_like(values), values)
    covered = np.mean((result.low <= truth) & (truth <= result.high))
    assert 0.94 <= covered <= (0.98 if name == "rare" else 0.965)
    half = half_width(result.error, result.freedom, np.full(10_000, 0.05))
    students = np.mean(np.abs(result.difference - truth) <= half)
    assert students < 0.93 or name not in ("exponential", "rare") or pairs > 20
    longer = {"exponential": 1.3, "rare": 1.5, "heavy": 1.3, "lognormal": 1.25, "both ways": 1.3, "even": 1.04}[name]
    assert np.mean(result.high - result.low) <= longer * np.mean(2 * half)


def test_for_normal_differences_intervals_are_students_but_for_a_trifle() -> None:
    values = np.random.default_rng(2).normal(0.0, 1.0, (20, 5000))
    result = paired(np.zeros_like(values), values)
    half = half_width(result.error, result.freedom, np.full(5000, 0.05))
    assert 1.0 <= np.mean(result.high - result.low) / np.mean(2 * half) < 1.04


@given(
    arrays(np.float64, st.integers(2, 30), elements=st.floats(-50, 50)),
    st.floats(1e-3, 1e3),
    st.floats(-100, 100),
)
@settings(deadline=None)
def test_intervals_follow_units_and_origins_and_widen_with_their_level(
    values: np.ndarray, unit: float, origin: float
) -> None:
    result = paired(np.zeros((len(values), 1)), values[:, None])
    mean, low, high = mean_of(values)
    assert (mean, low, high) == (result.difference[0], result.low[0], result.high[0])
    if np.ptp(values) > 1e-6:
        there = mean_of(origin + unit * values)
        room = 1e-6 * (abs(origin) + unit * (1 + high - low))
        assert there == pytest.approx([origin + unit * one for one in (mean, low, high)], abs=room)
    found = result.difference, result.error, result.freedom, result.lean
    nested = [ends(*found, np.array([miss])) for miss in (0.5, 0.05, 0.001, 1e-9)]
    for (inner_low, inner_high), (outer_low, outer_high) in pairwise(nested):
        assert outer_low[0] <= inner_low[0] <= mean <= inner_high[0] <= outer_high[0]


def test_a_single_pair_that_differs_shows_how_often_that_may_be() -> None:
    """Once in 100 pairs: the exact interval of a count of one reaches from 0.03 to 5.6 times (Garwood 1936)."""
    values = np.zeros(100)
    values[3] = 100.0
    mean, low, high = mean_of(values)
    assert mean == pytest.approx(1.0)
    assert low < 0
    assert 5.0 < high < 8.0


def test_two_to_five_pairs_give_finite_intervals_that_hold_the_mean() -> None:
    for pairs in range(2, 6):
        mean, low, high = mean_of(np.eye(pairs)[0])
        assert low < 0 < mean < high < np.inf


def test_what_was_learned_takes_away_from_the_lean() -> None:
    """Spread evenly, as surely as the runs are skew: third moments add up, so the lean falls by 2 to the 3/2."""
    values = np.random.default_rng(4).exponential(1.0, (50, 1))
    result = paired(np.zeros_like(values), values)
    seen = np.sqrt(result.error**2 - (MODEL * result.difference) ** 2)
    error, _freedom, lean = together(result, Spread(error=seen, freedom=np.array([11.0]), alternatives=12))
    assert error[0] == pytest.approx(result.error[0] * np.sqrt(2))
    assert lean[0] == pytest.approx(result.lean[0] / 2**1.5)
    alone = together(result, Spread(error=np.array([np.nan]), freedom=np.array([11.0]), alternatives=12))
    assert alone[2][0] == result.lean[0]


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.45])
def test_errors_of_a_factor_are_held_on_both_sides(share: float, side: float) -> None:
    """Differences that are off by a factor as spread as the alternatives say: Student's interval ends too near of 0."""
    off = np.exp(share * np.random.default_rng(6).normal(size=20_000))
    result = paired(np.zeros((2, len(off))), side * np.vstack([off, off]))
    known = Spread(error=np.sqrt(share**2 - MODEL**2) * off, freedom=np.full(len(off), 1e6), alternatives=12)
    miss = np.full(len(off), 0.05)
    low, high = ends_together(result, known, miss)
    near, far = (low, high) if side > 0 else (-high, -low)
    plain = ends(result.difference, *together(result, known), miss)
    assert np.mean(near > 1.0) <= 0.026
    assert 0.022 <= np.mean(far < 1.0) <= 0.028
    assert np.mean(np.abs(plain).max(axis=0) < 1.0) > np.mean(far < 1.0) + 0.25 * share**2
    assert (near == np.abs(plain).min(axis=0)).all()


def test_a_difference_that_may_lie_on_either_side_reaches_as_far_to_both() -> None:
    result = paired(np.zeros((2, 1)), np.ones((2, 1)))
    low, high = ends_together(result, Spread(np.array([100.0]), np.array([1e6]), 12), np.array([0.05]))
    assert high[0] - 1.0 == pytest.approx(1.0 - low[0], rel=0.01)
    nothing = Spread(np.array([np.nan]), np.array([11.0]), 12)
    assert ends_together(result, nothing, np.array([0.05])) == ends(
        result.difference, result.error, result.freedom, result.lean, np.array([0.05])
    )


@given(arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1)))
@settings(deadline=None)
def test_how_rarely_an_interval_may_miss_lies_between_one_of_all_and_one_alone(chances: np.ndarray) -> None:
    miss = miss_among(chances)
    assert 0.05 / len(chances) - 1e-12 <= miss <= 0.05 + 1e-12
    assert miss_among(np.append(chances, 0.0)) >= miss * len(chances) / (len(chances) + 1) - 1e-12


def test_stopping_at_a_width_leaves_the_level_what_it_is() -> None:
    """Pairs are added until the interval is narrow, looked at after 20 and then ever more pairs: 94 to 96 % cover."""
    values = np.random.default_rng(5).normal(0.3, 1.0, (2500, 400))
    runs = np.arange(len(values))
    so_far = np.arange(1, 401)
    mean = values.cumsum(axis=1) / so_far
    spread = np.sqrt(np.maximum((values**2).cumsum(axis=1) / so_far - mean**2, 0.0))
    count = np.full(len(values), 20)
    while True:
        half = half_width(spread[runs, count - 1] / np.sqrt(count - 1), count - 1.0, np.full(len(values), 0.05))
        more = np.array([0 if h <= 0.2 else pairs_for(h, 0.2, n) for h, n in zip(half, count.tolist(), strict=True)])
        if not more.any():
            break
        count += np.ceil(np.minimum(np.maximum(more * 1.03, count / 8), count)).astype(int) * (more > 0)
    assert np.unique(count).size > 20
    assert 0.94 <= (np.abs(mean[runs, count - 1] - 0.3) <= half).mean() <= 0.96


@pytest.mark.parametrize("pairs", [3, 5, 10, 20])
@pytest.mark.parametrize("rate", [0.05, 0.15, 0.3])
def test_pairs_that_are_all_alike_leave_room_for_what_was_not_seen(pairs, rate):
    """Cases that finish in time or not, one more at a time, in few pairs: where none shows it, [0, 0] would miss."""
    random = np.random.default_rng(pairs)
    without = random.poisson(40.0, (pairs, 4000)) / 4
    with_act = without + random.poisson(rate, without.shape) / 4
    found = paired(without, with_act)
    room = unseen(without, with_act, np.full(4000, 0.05))
    alike = found.high == found.low
    held = np.where(alike, rate / 4 <= room, (found.low <= rate / 4) & (rate / 4 <= found.high))
    if rate * pairs < 3.6:
        assert held[alike].mean() > 0.9
        assert held.mean() > np.mean((found.low <= rate / 4) & (rate / 4 <= found.high))


def test_measures_that_come_in_no_steps_leave_next_to_no_room():
    for pairs in (3, 4, 20, 300):
        without = np.random.default_rng(pairs).normal(10.0, 2.0, (pairs, 40))
        assert np.mean(unseen(without, without, np.full(40, 0.05)) == 0.0) > 0.9
    assert unseen(np.ones((5, 1)), np.ones((5, 1)), np.full(1, 0.05)) == 0.0


@given(*3 * [st.one_of(st.floats(0, 1e9), st.just(np.inf), st.just(np.nan))])
def test_no_part_of_an_interval_is_wider_than_the_whole(half: float, error: float, learned: float) -> None:
    """What was learned, told as wide as it would be alone, was: with few degrees of freedom."""
    one = np.ones(1)
    noise, beside = halves(half * one, error * one, learned * one)
    if np.isfinite(half) and np.isfinite(learned):
        assert np.hypot(noise, beside)[0] == pytest.approx(half)
    else:
        assert noise[0] == pytest.approx(half, nan_ok=True)
        assert np.isnan(beside[0])


@pytest.mark.filterwarnings("error")
def test_where_hardly_anything_is_known_there_is_no_end():
    """A single degree of freedom, and one of a million measures: a factor beyond any number."""
    one = np.array([[9.0], [11.0]] * 50)
    low, high = ends_together(paired(0 * one, one), Spread(np.array([2.0]), np.ones(1), 2), np.array([1e-6]))
    assert np.isfinite(low[0])
    assert low[0] < 0
    assert high[0] == np.inf
