"""Lists as columns of `layout`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from irrupt.arraytypes import Floats, Ints32
from irrupt.engine import layout, pieces


def ints(values: Iterable[int]) -> Ints32:
    return np.array(list(values), dtype=np.int32)


def words(values: Iterable[int]) -> layout.Words:
    return np.array(list(values), dtype=np.uint64)


def ragged(lists: Sequence[Sequence[int]]) -> tuple[Ints32, Ints32]:
    """Lists one behind the other, and where each begins (and the last ends)."""
    begin = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum([len(values) for values in lists], out=begin[1:])
    return begin, ints(value for values in lists for value in values)


def bounds(shares: Sequence[float]) -> list[float]:
    """For each of *shares*: below which uniform number it is taken, when it was not taken before."""
    reached = np.cumsum(shares)
    return [*(reached[:-1] / reached[-1]).tolist(), 2.0] if len(shares) else []


def hourly(cases_per_week: float, profile: Sequence[float]) -> Floats:
    """Cases a second in each of the 168 hours of the week."""
    shape = np.asarray(profile, dtype=np.float64)
    total = shape.sum()
    return cases_per_week * shape / (total * pieces.HOUR) if total > 0 else np.zeros(168)


def drawn_sizes(at_a_time: Mapping[int, float]) -> list[tuple[int, float]]:
    """How many cases may come at a time, from few to many, each with its share."""
    return [(count, share) for count, share in sorted(at_a_time.items()) if share > 0.0]


def mean_size(at_a_time: Mapping[int, float]) -> float:
    """How many cases come at a time in the mean.

    >>> mean_size({1: 0.5, 4: 0.5}), mean_size({})
    (2.5, 1.0)
    """
    sizes = drawn_sizes(at_a_time)
    return sum(count * share for count, share in sizes) / sum(share for _count, share in sizes) if sizes else 1.0
