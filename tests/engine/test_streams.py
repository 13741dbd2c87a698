"""Luck is a function of what it is for: fixed for ever, even, and the same in both forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from irrupt.chronicle.rows import FIRST, LAST
from irrupt.engine import layout, pieces, streams
from irrupt.engine.columns import bounds
from irrupt.units import WEEK

words = st.integers(0, 2**64 - 1)


def test_the_words_never_change() -> None:
    """Known answers: a change here changes every simulated number, and needs to be announced."""
    client = streams.client_key(streams.run_key(1, 0), streams.key_of("client", "Public"))
    case = streams.case_key(client, 0)
    activity = streams.key_of("activity", "Serve")
    assert streams.mix(streams.GOLDEN) == 0xE220A8397B1DCDAF  # first output of SplitMix64 from seed 0
    assert streams.mix(2 * streams.GOLDEN & streams.MASK) == 0x6E789E6AA1B965F4  # its second
    assert (client, case, activity) == KNOWN_KEYS
    assert [streams.draw(case, activity, occurrence, 1).hex() for occurrence in range(3)] == KNOWN_DRAWS
    assert streams.gap(client, 0).hex() == KNOWN_GAP


KNOWN_KEYS = (0x8853C92ADA4F35B0, 0xA8310E6771EE17BD, 0x72AA9AF1E37B4663)
KNOWN_DRAWS = ["0x1.be1dc03466c33p-1", "0x1.140ca4b8ca2e4p-1", "0x1.24cc868150df5p-1"]
KNOWN_GAP = "0x1.b311556d382f2p-1"


@settings(max_examples=50, deadline=None)
@given(words, words, st.integers(0, 10**6), st.sampled_from([0, 1, 2]))
def test_both_forms_draw_the_same(case: int, activity: int, occurrence: int, purpose: int) -> None:
    compiled = pieces.draw(np.uint64(case), np.uint64(activity), np.int32(occurrence), np.uint64(purpose))
    assert compiled == streams.draw(case, activity, occurrence, purpose)
    assert pieces.gap(np.uint64(case), occurrence, 0.3) == streams.gap(case, occurrence, 0.3)


@settings(max_examples=300, deadline=None)
@given(st.floats(2.0**-53, 1.0))
def test_the_logarithm_is_right_to_the_last_place(x: float) -> None:
    assert pieces.logarithm(x) == streams.logarithm(x)
    assert math.isclose(streams.logarithm(x), math.log(x), rel_tol=2.3e-16, abs_tol=0.0)


def test_constants_are_the_same_everywhere() -> None:
    """The kernel repeats them, so that its cache cannot go stale."""
    assert (layout.FIRST, layout.LAST, pieces.WEEK) == (FIRST, LAST, WEEK)
    assert int(pieces.GOLDEN) == streams.GOLDEN
    assert int(pieces.ARRIVALS) == streams.ARRIVALS
    purposes = (pieces.FOR_DURATION, pieces.FOR_ROUTE, pieces.FOR_DELAY)
    assert purposes == (streams.DURATION, streams.ROUTE, streams.DELAY)


@pytest.mark.parametrize("seed", [0, 1, streams.MOST_SEED, 7])
def test_every_seed_gives_keys_of_its_own(seed: int) -> None:
    keys = {streams.run_key(seed, replication) for replication in range(100)}
    assert len(keys) == 100
    assert all(0 <= key < 2**64 for key in keys)


@pytest.mark.parametrize("vary", ["cases", "activities", "occurrences", "purposes"])
def test_neighbouring_draws_are_independent(vary: str) -> None:
    """Pairs of draws whose names differ in one place fill the square evenly."""
    pairs = []
    for number in range(20_000):
        name = [streams.mix(number), streams.key_of("activity", "A"), 0, 0]
        other = list(name)
        place = ["cases", "activities", "occurrences", "purposes"].index(vary)
        other[place] = [streams.mix(number + 1), streams.key_of("activity", "B"), 1, 1][place]
        pairs.append((streams.draw(*name), streams.draw(*other)))
    cells = np.histogram2d(*np.array(pairs).T, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > 1e-5


@given(shares=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=120), u=st.floats(0.0, 1.0, exclude_max=True))
def test_the_route_that_is_taken_is_the_first_that_luck_is_below(shares: list[float], u: float) -> None:
    """Looked for by halves, it is the one that is found one by one, on the borders too."""
    row = bounds(shares)
    below = np.array([0.5, 2.0, *row, 0.5, 2.0])
    for luck in (u, *(at for at in row if at < 1.0)):
        assert pieces.taken(below, 2, 2 + len(row), luck) == 2 + next(i for i, at in enumerate(row) if luck < at)


def test_seeds_are_whole_numbers_that_can_be_kept() -> None:
    assert streams.seed_faults(0) == streams.seed_faults(streams.MOST_SEED) == []
    for wrong in (-1, streams.MOST_SEED + 1, 1.5, "1"):
        assert len(streams.seed_faults(wrong)) == 1


def test_seeds_of_other_purposes_never_follow_from_each_other() -> None:
    """Where a number was added to the seed for another purpose, seed and purpose could be changed for each other."""
    derived = {streams.derived(seed, purpose) for seed in range(2000) for purpose in ("settle", "proposals")}
    assert len(derived) == 4000
    assert max(derived) < 2**32
