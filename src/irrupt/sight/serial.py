"""Intervals of what is measured period by period, where a period resembles those before it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.sight.intervals import UNKNOWN, Interval, student

LEAST = 8
"""Periods from which on an interval is given."""
RESAMPLES = 400
_SEED = 20_122


def of_serial_ratio(above: Floats, below: Floats, lags: int = 0) -> Interval:
    """Interval of the sum of *above* over the sum of *below*, both given per period.

    The residuals may be correlated over *lags* periods, or over as many as their number suggests (Newey & West 1987,
    Bartlett weights over twice these lags; 1994 for the number). As so wide a window makes the error itself uncertain,
    the interval reaches as far as Kiefer & Vogelsang (2005) find that it must. Periods with nothing on either side are
    left out.

    >>> of_serial_ratio(np.full(10, 1.0), np.full(10, 2.0))
    Interval(low=0.5, high=0.5)
    """
    some = (above != 0) | (below != 0)
    one, other = above[some], below[some]
    n, total = len(one), float(other.sum())
    if n < LEAST or total <= 0:
        return UNKNOWN
    value = float(one.sum()) / total
    residual = one - value * other
    reach = min(max(2 * lags, int(4 * (n / 100) ** (2 / 9))), n // 3)
    variance = float(residual @ residual)
    for lag in range(1, reach + 1):
        variance += 2 * (1 - lag / (reach + 1)) * float(residual[lag:] @ residual[:-lag])
    half = student(n - 1) * _wider((reach + 1) / n) * math.sqrt(max(variance, 0.0) * n / (n - 1)) / total
    return Interval(value - half, value + half)


def _wider(window: float) -> float:
    """By how much an interval must be wider when the window of Bartlett weights is this part of the periods (Kiefer &
    Vogelsang 2005, table 1, at 95 %)."""
    return (1.96 + 2.9694 * window + 0.416 * window**2 - 0.5324 * window**3) / 1.96


def blocks(n: int) -> Ints:
    """Row by row, the periods of one resample: blocks of neighbours, as long as the third root of their number, drawn
    around a circle (Politis & Romano 1992). The same for the same *n*."""
    length = max(round(n ** (1 / 3)), 1)
    starts = np.random.default_rng([_SEED, n]).integers(0, n, (RESAMPLES, -(-n // length)))
    return ((starts[:, :, None] + np.arange(length)) % n).reshape(RESAMPLES, -1)[:, :n]


def of_periods(measure: Callable[[Ints], float], n: int) -> Interval:
    """Interval of *measure*, which is given the periods to look at, over resamples of *n* periods."""
    if n < LEAST:
        return UNKNOWN
    return _ends(np.array([measure(periods) for periods in blocks(n)]))


def of_members(measure: Callable[[Floats], float], values: Floats) -> Interval:
    """Interval of *measure* of *values*, one for each member of a group, over resamples of the members. Their order
    does not matter."""
    n = len(values)
    if n < LEAST:
        return UNKNOWN
    ordered = np.sort(values)
    luck = np.random.default_rng([_SEED, n])
    return _ends(np.array([measure(ordered[luck.integers(0, n, n)]) for _resample in range(RESAMPLES)]))


def _ends(found: Floats) -> Interval:
    known = found[np.isfinite(found)]
    if len(known) < RESAMPLES // 2:
        return UNKNOWN
    return Interval(float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975)))
