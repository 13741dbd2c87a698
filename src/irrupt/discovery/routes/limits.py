"""Numbers above which cases go another way: a claim of more than 5,000 is looked at by somebody else."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints

_MOST = 3
"""Limits behind one step, at most."""
_FEWEST = 20
"""Moves on either side of a limit, at least."""
_GAIN = 3.0
"""Nats by which a limit must make the moves more likely that it is taken from, beyond what its place and the shares on
either side of it do by chance (Schwarz 1978)."""
_NEARLY = 2.0
"""Nats that a limit may lose for being a round number: limits are set by people."""
_OFTEN = 0.01
"""Share of the moves whose cases have one number, from which on many have it."""
_STEPS = (5.0, 2.0, 1.0)
"""Multiples of these, times a power of ten, are round."""


class Amount(NamedTuple):
    """A number that each case has."""

    name: str
    of_case: Floats
    """nan: none."""

    def beyond(self, limits: tuple[float, ...], case: Ints) -> Ints:
        """How many of the rising *limits* each *case* is above; -1 where it has no number.

        >>> Amount("claim", np.array([10.0, 700.0, np.nan])).beyond((10.0, 500.0), np.array([0, 1, 2])).tolist()
        [0, 2, -1]
        """
        number = self.of_case[case]
        return np.where(np.isfinite(number), np.searchsorted(limits, number), -1)


def limits(number: Floats, following: Ints) -> tuple[float, ...]:
    """The limits, rising, that tell best what is *following*; *number*: that of the case of each move, nan: none.

    The best one first, then the best one on either side of it, as long as each makes the moves clearly more likely.

    >>> number = np.arange(1.0, 301.0)
    >>> limits(number, (number > 203).astype(int))
    (203.0,)
    >>> limits(number, np.arange(300) % 2)
    ()
    """
    known = np.isfinite(number)
    order = np.argsort(number[known], kind="stable")
    rising, then = number[known][order], np.unique(following[known][order], return_inverse=True)[1]
    before = np.zeros((len(rising) + 1, int(then.max(initial=0)) + 1))
    before[np.arange(len(rising)) + 1, then] = 1.0
    before = before.cumsum(axis=0)
    ends, found = [0, len(rising)], list[float]()
    chance = 0.5 * before.shape[1] * np.log(max(len(rising), 1))
    while len(found) < _MOST:
        parts = [(*_best(rising, before, begin, end), begin, end) for begin, end in pairwise(ends)]
        gain, limit, begin, end = max(parts, default=(0.0, 0.0, 0, 0))
        if gain <= _GAIN + chance:
            break
        found.append(limit)
        ends = sorted([*ends, begin + int(np.searchsorted(rising[begin:end], limit, "right"))])
    return tuple(sorted(_between(rising, limit) for limit in found))


def _between(rising: Floats, limit: float) -> float:
    """A *limit*, or the middle between the numbers below and above it where many cases have just these: a distribution
    of such numbers leads through what lies between them."""
    at = int(np.searchsorted(rising, limit, "right"))
    low, high = float(rising[at - 1]), float(rising[at])
    often = (np.count_nonzero(rising == low), np.count_nonzero(rising == high))
    return (low + high) / 2 if min(often) >= _OFTEN * len(rising) else limit


def _best(rising: Floats, before: Floats, begin: int, end: int) -> tuple[float, float]:
    """By how much the best limit between two places makes the moves there more likely, and this limit; (0, 0) where
    there is none."""
    at = np.arange(begin + _FEWEST, end - _FEWEST + 1)
    at = at[rising[at - 1] < rising[at]] if len(at) else at
    if not len(at):
        return 0.0, 0.0
    whole = before[end] - before[begin]
    gain = _likely(before[at] - before[begin]) + _likely(before[end] - before[at]) - _likely(whole[None])
    good = at[gain >= gain.max() - _NEARLY]
    return float(gain.max()), _roundest(rising[good - 1], rising[good], gain[gain >= gain.max() - _NEARLY])


def _likely(seen: Floats) -> Floats:
    """The log likelihood of moves that were *seen* so often, given their own shares, for each row."""
    whole = seen.sum(axis=1, keepdims=True)
    found: Floats = (seen * np.log(np.maximum(seen, 1e-12) / np.maximum(whole, 1e-12))).sum(axis=1)
    return found


def _roundest(low: Floats, high: Floats, gain: Floats) -> float:
    """The roundest number that is at least some *low* and below its *high*; of several, that of the highest *gain*."""
    largest = float(np.abs(high).max())
    for power in range(int(np.floor(np.log10(max(largest, 1e-300)))), -7, -1):
        for step in _STEPS:
            size = step * 10.0**power
            number = np.ceil(low / size - 1e-9) * size
            fits = (number >= low) & (number < high)
            if fits.any():
                best = np.flatnonzero(fits)[np.argmax(gain[fits])]
                return float(round(number[best], 6))
    return float(low[np.argmax(gain)])
