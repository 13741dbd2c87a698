"""Paired intervals: the few statistics that a comparison needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


class Paired(NamedTuple):
    """Means over replications, and the interval of the mean paired difference; arrays of one entry per column."""

    without: Values
    with_act: Values
    difference: Values
    low: Values
    high: Values
    pairs: npt.NDArray[np.int64]
    """Replications in which both values exist."""


def paired(without: Values, with_act: Values, *, level: float = 0.95) -> Paired:
    """Compare two arrays of shape (replications, columns), row by row: Student's t on the differences.

    A pair counts where both values are finite. Fewer than two pairs, or no pair, give an infinite or undefined
    interval, never a narrow one. A column whose differences are all exactly zero gets [0, 0]: with common random
    numbers that is a finding, not an accident.

    Source: Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1 (paired-t confidence interval).

    >>> result = paired(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [3.0], [4.0]]))
    >>> float(result.difference[0]), float(result.low[0]), float(result.high[0])
    (1.0, 1.0, 1.0)
    """
    from scipy.special import stdtrit

    both = np.isfinite(without) & np.isfinite(with_act)
    pairs = both.sum(axis=0)
    count = np.maximum(pairs, 1)
    difference = np.where(both, with_act - without, 0.0)
    mean = difference.sum(axis=0) / count
    residual = np.where(both, difference - mean, 0.0)
    variance = (residual**2).sum(axis=0) / np.maximum(pairs - 1, 1)
    half = stdtrit(np.maximum(pairs - 1, 1), (1 + level) / 2) * np.sqrt(variance / count)
    half = np.where(pairs >= 2, half, np.inf)
    none = pairs == 0
    return Paired(
        without=_mean(without, both),
        with_act=_mean(with_act, both),
        difference=np.where(none, np.nan, mean),
        low=np.where(none, np.nan, mean - half),
        high=np.where(none, np.nan, mean + half),
        pairs=pairs,
    )


def _mean(values: Values, both: npt.NDArray[np.bool_]) -> Values:
    """Mean of each column over the pairs; where no pair exists, over what there is."""
    use = np.where(both.any(axis=0), both, np.isfinite(values))
    count = use.sum(axis=0)
    total = np.where(use, values, 0.0).sum(axis=0)
    mean: Values = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean
