"""Lists as columns of `layout`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from irrupt.engine import layout


def ints(values: Iterable[int]) -> layout.Ints:
    return np.array(list(values), dtype=np.int32)


def words(values: Iterable[int]) -> layout.Words:
    return np.array(list(values), dtype=np.uint64)


def ragged(lists: Sequence[Sequence[int]]) -> tuple[layout.Ints, layout.Ints]:
    """Lists one behind the other, and where each begins (and the last ends)."""
    begin = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum([len(values) for values in lists], out=begin[1:])
    return begin, ints(value for values in lists for value in values)
