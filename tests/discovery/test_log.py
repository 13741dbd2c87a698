"""A log as arrays of numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.log import ranks


@given(st.lists(st.integers(0, 30) | st.integers(0, 10**6)))
def test_ranks_are_places_among_the_different_ones(keys: list[int]) -> None:
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    assert ranks(np.array(keys, np.int64)).tolist() == [places[key] for key in keys]
