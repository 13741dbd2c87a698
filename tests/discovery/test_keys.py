"""Where equal keys stand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.keys import by_key, ranks


@given(st.lists(st.integers(0, 30) | st.integers(0, 10**6)))
def test_ranks_are_places_among_the_different_ones(keys: list[int]) -> None:
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    assert ranks(np.array(keys, np.int64)).tolist() == [places[key] for key in keys]


@given(st.lists(st.integers(-1, 30) | st.integers(0, 10**6)), st.data())
def test_by_key_tells_for_each_key_where_it_stands(keys: list[int], data: st.DataObject) -> None:
    at = [position for position in range(len(keys)) if data.draw(st.booleans())]
    found = by_key(np.array(keys, np.int64), np.array(at, np.int64))
    assert {key: one.tolist() for key, one in found.items()} == {
        key: [position for position in at if keys[position] == key] for key in {keys[position] for position in at}
    }
