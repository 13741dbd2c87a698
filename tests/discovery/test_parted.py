"""Weeks that part a table in two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.parted import counted, last, sure

SURE = sure(20, np.arange(52))


def week_by_week(shares: list[float], seed: int, each: int = 60) -> np.ndarray:
    """How often each of two ways is taken in each week, the first with a share of its own in each."""
    first = np.random.default_rng(seed).binomial(each, shares)
    return np.column_stack((first, each - first)).astype(float)


@pytest.mark.parametrize("turn", [3, 10, 25, 44])
@pytest.mark.parametrize("shares", [(0.2, 0.6), (0.9, 0.5)])
def test_the_week_of_a_turn_is_found(turn: int, shares: tuple[float, float]) -> None:
    for seed in range(10):
        found = last(week_by_week([shares[0]] * turn + [shares[1]] * (48 - turn), seed), SURE)
        assert found is not None
        assert found[0] == 0
        assert abs(found[1] - turn) <= 1


def test_the_last_of_two_turns_is_told_with_what_was_before_it() -> None:
    for seed in range(10):
        found = last(week_by_week([0.1] * 15 + [0.75] * 15 + [0.95] * 18, seed), SURE)
        assert found is not None
        assert max(abs(found[0] - 15), abs(found[1] - 30)) <= 1


@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_where_nothing_changes_there_is_no_turn(seed: int, share: float) -> None:
    assert last(week_by_week([share] * 48, seed), SURE) is None


@given(st.integers(0, 10_000))
def test_weeks_that_differ_among_themselves_as_much_have_no_turn(seed: int) -> None:
    shares = np.random.default_rng(seed).uniform(0.1, 0.9, 48).tolist()
    assert last(week_by_week(shares, seed), SURE) is None


def test_a_turn_needs_weeks_and_events_on_either_side() -> None:
    assert last(week_by_week([0.1] * 2 + [0.9] * 2, 1), SURE) is None
    assert last(week_by_week([0.1] * 10 + [0.9] * 10, 1, each=3), SURE) is None
    assert last(week_by_week([0.1] * 10 + [0.9] * 10, 1, each=60), SURE) is not None
    assert last(week_by_week([0.50] * 24 + [0.53] * 24, 1, each=100_000), SURE) is None, "by too little"


def test_events_are_counted_by_week_and_way() -> None:
    assert counted(np.array([0, 0, 2, 2, 2]), np.array([1, 1, 0, 2, 0])).tolist() == [[0, 2, 0], [0, 0, 0], [2, 0, 1]]
