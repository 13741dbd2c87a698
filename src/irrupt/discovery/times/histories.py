"""Where the time between two steps depends on how a case came there.

Results of two tests that come together stand one after the other: the next pair follows a day later. Whoever asks again
waits longer than whoever asks for the first time. So the time after a step is told by the history that tells where the
case goes on, between those two steps where that predicts cases which were not looked at.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.times.timing import quantile

_PARTS = 8
"""Parts of equal probability, at most, into which times between two steps are divided,"""
_IN_EACH = 25
"""and how many times each has, at least."""
_PRIOR = 8.0
"""Times that the parts of all histories count for in each."""
_CLEAR, _SURE = 5.0, 2.5
"""Nats by which histories must predict better, and standard errors of that."""


def matter(pair: Ints, history: Ints, times: Floats, case: Ints, fewest: int) -> Flags:
    """Per step: whether the *times* before such steps depend on the *history* of their cases, and its own history is
    seen often enough: *fewest* times. *pair*: the step and the one before."""
    found = np.zeros(len(pair), bool)
    order = np.argsort(pair, kind="stable")
    bounds = np.flatnonzero(np.diff(pair[order], prepend=-1, append=-1))
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        at = order[first:last]
        if len(at) >= 2 * fewest:
            names, own, count = np.unique(history[at], return_inverse=True, return_counts=True)
            often = (count >= fewest) & (names >= 0)
            if often.any() and len(names) > 1:
                number = np.where(often, np.cumsum(often), 0)[own]
                if gained(times[at], number, case[at] % 2 == 0) > 0.0:
                    found[at] = number > 0
    return found


def gained(times: Floats, history: Ints, half: Flags) -> float:
    """Nats by which each *half* of the times is better predicted by the other with histories than without; 0 where that
    is not clear."""
    count = int(np.clip(len(times) // _IN_EACH, 2, _PARTS))
    edges = np.unique(quantile(times, np.arange(1, count) / count))
    part = np.searchsorted(edges, times, "right")
    size, kinds = len(edges) + 1, int(history.max()) + 1
    gain = np.zeros(len(times))
    for known in (half, ~half):
        asked = ~known
        table = np.bincount(history[known] * size + part[known], minlength=kinds * size).reshape(kinds, size)
        shared = (table.sum(axis=0) + 0.5) / (table.sum() + 0.5 * size)
        own = (table + _PRIOR * shared) / (table.sum(axis=1, keepdims=True) + _PRIOR)
        gain[asked] = np.log(own[history[asked], part[asked]] / shared[part[asked]])
    error = float(gain.std()) * len(gain) ** 0.5
    whole = float(gain.sum())
    return whole if whole > max(_CLEAR, _SURE * error) else 0.0
