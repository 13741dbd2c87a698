"""Until when somebody was free for what waited, by hand."""

from __future__ import annotations

import numpy as np

from irrupt.discovery.times.delays import _anybody


def test_anybody_is_free_until_the_last_one_is_not() -> None:
    """Ann is free from one to four and from eight on, Bob from three to six: somebody is, but from six to eight."""
    ann, bob = np.array([1.0, 4.0, 8.0]), np.array([3.0, 6.0])
    found = _anybody([(ann, np.array([1, -1, 1])), (bob, np.array([1, -1]))])
    assert found.times.tolist() == [1.0, 3.0, 4.0, 6.0, 8.0]
    assert found.free.tolist() == [1, 2, 1, 0, 1]
    assert found.until.tolist() == [-np.inf, 3.0, 4.0, 6.0, 6.0]


def test_nobody_is_free_who_never_comes() -> None:
    never = _anybody([(np.empty(0), np.empty(0, np.int64))])
    assert (never.times.tolist(), never.free.tolist(), never.until.tolist()) == ([-np.inf], [0], [-np.inf])
