"""Where the warm-up of a long run ends, and the interval of the mean of one long run.

MSER-5 (White 1997; White & Robinson 2010): values are averaged in batches of five, and the beginning is cut off whose
removal makes the standard error of the mean of the rest smallest. Batch means (Law, 5th ed., section 9.5.3): what
remains is cut into some twenty stretches, whose means are nearly independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.experiment.statistics import mean_of

BATCH = 5
BATCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """The mean of one long run after its warm-up."""

    cut: int
    """How many values at the beginning are warm-up."""
    reached: bool
    """Whether the run settled: where more than half would be cut off, it is too short to tell."""
    mean: float
    low: float
    high: float
    """95 % interval of the mean, by batch means; infinite where there are too few values."""
    correlation: float
    """Of one batch with the next: near 0 where batches are long enough."""


def mser(values: Floats, *, level: bool = False) -> tuple[int, bool]:
    """How many of *values*, in the order of time, are warm-up by MSER-5, and whether the run settled. *level*: it is
    known that the second half is level, so that the warm-up lies in the first.

    >>> mser(np.concatenate([np.linspace(50, 10, 40), np.tile([9.0, 11.0], 200)]))
    (40, True)
    """
    count = len(values) // BATCH
    if count < 2 * BATCH:
        return 0, False
    means = values[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    # Sums from each batch to the end; the last few tell nothing of a variance.
    left = np.arange(count, 0, -1)
    total = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum((means[::-1] - means.mean()) ** 2)[::-1]
    shifted = total - left * means.mean()
    error = (squares - shifted**2 / left) / left**2
    best = int(np.argmin(error[: count // 2 + 1 if level else count - BATCH]))
    return best * BATCH, best <= count // 2


def drifts(levels: Floats) -> bool:
    """Whether the last quarter of several runs, of shape (runs, times), differs from the one before: by the interval of
    the differences, one for each run, which are independent whatever one run remembers.

    >>> drifts(np.random.default_rng(1).normal(5, 1, (16, 80))), drifts(np.tile(np.arange(80.0), (3, 1)))
    (False, True)
    """
    times = levels.shape[1]
    before, after = (
        levels[:, begin:end].mean(axis=1) for begin, end in ((times // 2, 3 * times // 4), (-times // 4, None))
    )
    _mean, low, high = mean_of(after - before)
    return not low <= 0 <= high


def steady(values: Floats) -> Steady:
    """The mean of *values*, in the order of time, without their warm-up, and how sure it is.

    >>> found = steady(np.tile([1.0, 3.0], 500))
    >>> found.cut, found.mean, found.reached
    (0, 2.0, True)
    """
    cut, reached = mser(values)
    rest = values[cut:]
    length = len(rest) // BATCHES
    if length < 1:
        mean = float(rest.mean()) if len(rest) else float("nan")
        return Steady(cut=cut, reached=False, mean=mean, low=-np.inf, high=np.inf, correlation=float("nan"))
    batches = rest[len(rest) - length * BATCHES :].reshape(BATCHES, length).mean(axis=1)
    mean, low, high = mean_of(batches)
    apart = batches - mean
    spread = float((apart**2).sum())
    correlation = float((apart[1:] * apart[:-1]).sum() / spread) if spread > 0 else 0.0
    return Steady(cut=cut, reached=reached, mean=mean, low=low, high=high, correlation=correlation)
