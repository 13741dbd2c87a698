"""What an interval says of the pairs of runs that it would still take."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.experiment.effects import more_pairs

sizes = st.just(0.0) | st.floats(0.01, 3.0)
signs = st.sampled_from([-1.0, 1.0])


@settings(max_examples=4 * settings().max_examples, deadline=None)
@given(sizes, signs, sizes, st.floats(0.0, 1.0), st.integers(4, 500))
def test_with_so_many_more_pairs_it_is_decided_and_with_one_less_not_yet(
    size: float, sign: float, matters: float, share: float, pairs: int
) -> None:
    """What was learned stays as uncertain as it is, whatever the number of pairs; the rest of the variance shrinks with
    it. An interval is decided that leaves out 0, or lies within what matters."""
    goal, half, difference = max(size, matters - size), 5.0, sign * size
    learned, noise = half * share, half * math.sqrt(1.0 - share**2)
    more = more_pairs(difference, difference - half, difference + half, matters, pairs, learned)
    if more is None:
        assert math.hypot(noise * math.sqrt(pairs / (pairs + 1e6)), learned) > goal * (1.0 - 1e-9)
        return
    reached, before = (math.hypot(noise * math.sqrt(pairs / (pairs + n)), learned) for n in (more, more - 1))
    assert reached <= goal * (1.0 + 1e-9)
    assert before > goal * (1.0 - 1e-9)


@pytest.mark.parametrize("goal", [5e-324, 1e-300, 1e-170, 1e-150])
def test_what_hardly_differs_from_nothing_takes_more_pairs_than_anybody_waits_for(goal: float) -> None:
    assert more_pairs(0.0, -1.0, 1.0, goal, 20) is None
    assert more_pairs(goal, goal - 1.0, goal + 1.0, goal, 20, learned=goal / 2) is None
