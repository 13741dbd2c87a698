"""Paired intervals: the few statistics that a comparison needs."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.special import student_cdf, student_quantile

Values = npt.NDArray[np.float64]
Looks = Literal["once", "always"]
"""Whether an interval is for one look, planned beforehand, or holds at all looks together, whenever one stops."""

MISS = 0.05
"""Share of intervals that may miss the true value."""
SCALE = 0.1
"""Intervals for all looks together are narrowest when there are some 80 pairs: 8 over this."""


class Spread(NamedTuple):
    """How an effect varies over organisations that the records support alike; one entry per column."""

    error: Values
    """Standard deviation of the difference; nan where it is not known."""
    freedom: Values
    """Degrees of freedom of that."""
    alternatives: int
    """How many organisations tell it."""


class Paired(NamedTuple):
    """Means over replications, and the interval of the mean paired difference; arrays of one entry per column."""

    without: Values
    with_act: Values
    difference: Values
    low: Values
    high: Values
    pairs: npt.NDArray[np.int64]
    """Replications in which both values exist."""
    error: Values
    """Standard error of the difference."""

    @property
    def freedom(self) -> Values:
        """Degrees of freedom of the standard error."""
        return np.maximum(self.pairs - 1, 0).astype(float)


def paired(without: Values, with_act: Values, *, level: float = 1 - MISS) -> Paired:
    """Compare two arrays of shape (replications, columns), row by row: Student's t on the differences.

    A pair counts where both values are finite. Fewer than two pairs, or no pair, give an infinite or undefined
    interval, never a narrow one. A column whose differences are all exactly zero gets [0, 0]: with common random
    numbers that is a finding, not an accident.

    Source: Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1 (paired-t confidence interval).

    >>> result = paired(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [3.0], [4.0]]))
    >>> float(result.difference[0]), float(result.low[0]), float(result.high[0])
    (1.0, 1.0, 1.0)
    """
    both = np.isfinite(without) & np.isfinite(with_act)
    pairs = both.sum(axis=0)
    count = np.maximum(pairs, 1)
    difference = np.where(both, with_act - without, 0.0)
    mean = difference.sum(axis=0) / count
    residual = np.where(both, difference - mean, 0.0)
    error = np.sqrt((residual**2).sum(axis=0) / np.maximum(pairs - 1, 1) / count)
    error = np.where(pairs >= 2, error, np.inf)
    half = half_width(error, pairs - 1.0, np.full(pairs.shape, 1 - level))
    none = pairs == 0
    return Paired(
        without=_mean(without, both),
        with_act=_mean(with_act, both),
        difference=np.where(none, np.nan, mean),
        low=np.where(none, np.nan, mean - half),
        high=np.where(none, np.nan, mean + half),
        pairs=pairs,
        error=error,
    )


def _mean(values: Values, both: npt.NDArray[np.bool_]) -> Values:
    """Mean of each column over the pairs; where no pair exists, over what there is."""
    use = np.where(both.any(axis=0), both, np.isfinite(values))
    count = use.sum(axis=0)
    total = np.where(use, values, 0.0).sum(axis=0)
    mean: Values = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def half_width(error: Values, freedom: Values, miss: Values, *, looks: Looks = "once") -> Values:
    """Half of the interval that misses with probability *miss*, for a standard error with *freedom* degrees of freedom.

    *looks* = `once`: Student's t. `always`: wide enough to hold at all looks together, however many there are and
    whatever makes one stop (Wang & Ramdas 2023, Anytime-valid t-tests and confidence sequences for Gaussian means with
    unknown variance, with effects mixed over a Gaussian of scale `SCALE`); half as wide again at 100 pairs. Arrays of
    one shape; infinite where nothing can be told.

    >>> one = np.ones(1)
    >>> half_width(one, 99 * one, 0.05 * one).round(2), half_width(one, 99 * one, 0.05 * one, looks="always").round(2)
    (array([1.98]), array([3.1]))
    """
    known = (freedom >= 1) & np.isfinite(error)
    freedom = np.where(known, freedom, 1.0)
    if looks == "once":
        times = -student_quantile(miss / 2, freedom)
    else:
        spread = 1 + (freedom + 1) * SCALE
        bar = (spread / miss**2) ** (1 / (freedom + 1))
        room = np.where(bar < spread, 1 - bar / spread, np.nan)
        times = np.sqrt(freedom * (bar - 1) / room)
        times = np.where(np.isnan(times), np.inf, times)
    some = known & (error > 0)
    half: Values = np.where(some, times * np.where(some, error, 1.0), np.where(known, 0.0, np.inf))
    return half


def together(error: Values, freedom: Values, spread: Spread) -> tuple[Values, Values]:
    """The standard error that the noise of the runs and *spread* make together, and its degrees of freedom.

    Source: Welch 1947, The generalization of "Student's" problem when several different population variances are
    involved; Satterthwaite 1946.
    """
    learned = np.nan_to_num(spread.error)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.hypot(error, learned)
        weight = error**4 / np.maximum(freedom, 1.0) + learned**4 / np.maximum(spread.freedom, 1.0)
        shared = np.where(weight > 0, both**4 / weight, freedom)
    return both, np.where(np.isfinite(both) & (learned > 0), shared, freedom)


def chance(difference: Values, error: Values, freedom: Values, *, looks: Looks = "once") -> Values:
    """The smallest probability of missing at which the interval of `half_width` leaves out 0: a p-value.

    1 where nothing can be told, and where the difference is exactly 0.
    """
    known = (freedom >= 1) & np.isfinite(error) & np.isfinite(difference)
    freedom = np.where(known, freedom, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.where(known, difference, 0.0)) / np.where(known, error, 1.0)
    ratio = np.where(np.isnan(ratio), 0.0, ratio)
    if looks == "once":
        found = 2 * student_cdf(-ratio, freedom)
    else:
        count, square = freedom + 1, np.minimum(ratio, 1e100) ** 2 / freedom
        spread = 1 + count * SCALE
        bayes = -0.5 * np.log(spread) + 0.5 * count * (np.log1p(square) - np.log1p(square / spread))
        found = np.exp(-np.maximum(bayes, 0.0))
    result: Values = np.where(known, np.minimum(found, 1.0), 1.0)
    return result


def miss_among(chances: Values, share: float = MISS) -> float:
    """How rarely each of many intervals must miss, so that of those that leave out 0 at most *share* miss, on average.

    The rule of Benjamini & Hochberg (1995) finds how many differences are told apart; intervals that miss with
    probability *share* times their number over the number of all are those of Benjamini & Yekutieli (2005, False
    discovery rate-adjusted multiple confidence intervals for selected parameters). One interval alone misses with
    probability *share*. An interval of this width leaves out 0 exactly where the rule tells a difference apart.

    >>> round(miss_among(np.array([0.001, 0.002, 0.6, 0.7])), 3), miss_among(np.array([0.2]))
    (0.025, 0.05)
    """
    if not len(chances):
        return share
    bars = share * np.arange(1, len(chances) + 1) / len(chances)
    passed = np.flatnonzero(np.sort(chances) <= bars)
    return float(bars[passed[-1]] if len(passed) else bars[0])
