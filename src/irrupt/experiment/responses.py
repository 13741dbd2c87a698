"""What a sweep tells: response curves, thresholds, sensitivity indices. All with intervals.

Pairs of runs share their luck across the points of a design: the curve of one replication is smooth where that of
independent runs would jump, and resampling replications tells how sure a shape is.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.experiment.varied import Interval
from irrupt.special import student_quantile

RESAMPLES = 2000
TELLING = 20
"""Points that must tell of a variance."""
NEARLY = 1 - 1e-12
"""The strongest correlation that has a place on Fisher's scale."""


def threshold(
    settings: Floats, differences: Floats, level: float, *, seed: int = 1, moved: Floats | None = None
) -> Interval | None:
    """From which setting on the mean difference, between points a straight line, passes *level* for the first time.

    The interval comes from resampling replications (percentiles); an end is infinite where in more than a fortieth of
    the samples the level is not passed, or passed before the first setting. None when the mean itself does not pass;
    minus infinity when it lies beyond the level at the first setting already.
    *moved* (samples, points): by how much the points may be off for want of records (`varied.shifts`). Replications
    that do not tell of every point (NaN) are left out.

    >>> threshold(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 4.0]]), 2.5)
    Interval(value=1.5, low=1.5, high=1.5)
    """
    order = np.argsort(settings)
    settings, differences = settings[order], differences[order]
    differences = differences[:, np.isfinite(differences).all(axis=0)]
    if not differences.size:
        return None
    moved = np.zeros((RESAMPLES, len(order))) if moved is None else moved[:, order]
    value = float(_crossing(settings, differences.mean(axis=1)[None], level)[0])
    if value == np.inf:
        return None
    generator = np.random.Generator(np.random.PCG64(seed))
    count = differences.shape[1]
    picks = generator.integers(0, count, (RESAMPLES, count))
    found = _crossing(settings, differences[:, picks].mean(axis=2).T + moved, level)
    ends = np.sort(found)[[int(0.025 * RESAMPLES), int(0.975 * RESAMPLES) - 1]]
    return Interval(value, float(ends[0]), float(ends[1]))


def _crossing(settings: Floats, means: Floats, level: float) -> Floats:
    """Where each row of *means* passes *level*: infinite when never, minus infinity when from the first setting on."""
    above = (means >= level) if level >= 0 else (means <= level)
    at, row = np.maximum(above.argmax(axis=1), 1), np.arange(len(means))
    before, after = means[row, at - 1], means[row, at]
    share = (level - before) / np.where(after != before, after - before, 1.0)
    found = settings[at - 1] + share * (settings[at] - settings[at - 1])
    found = np.where(above.any(axis=1), found, np.inf)
    return np.where(above[:, 0], -np.inf, found)


class Index(NamedTuple):
    """How much of the variance of a response one parameter makes: alone, and with all in which it takes part."""

    first: Interval
    total: Interval


def sensitivity(responses: Floats, parameters: int, *, seed: int = 1, others: Floats | None = None) -> list[Index]:
    """Sobol' indices of a response at the points of `design(..., "sensitivity", n)`: n * (parameters + 2) values.

    Each index is a correlation: what a parameter makes alone, of two responses that share nothing but it; what it makes
    with all others, is what is missing to 1 in that of two that share all but it. Intervals are Student's on Fisher's
    scale of correlations, with the spread of resamples of the n base points, and that of the index over *others*: the
    responses, one row each, of alternatives that the records support. nan where the response never moves.

    Source: Janon, Klein, Lagnoux, Nodet & Prieur 2014, Asymptotic normality and efficiency of two Sobol index
    estimators, ESAIM: Probability and Statistics 18; Fisher 1921.
    """
    parts = np.vstack([responses[None], *([] if others is None else [others])])
    parts = parts.reshape(len(parts), parameters + 2, -1).swapaxes(0, 1)
    first, second, mixed = parts[0], parts[1], parts[2:]
    count = parts.shape[2]
    picks = np.random.Generator(np.random.PCG64(seed)).integers(0, count, (RESAMPLES // 2, count))
    found = []
    for one in mixed:
        alone, rest = _alike(second, one, picks), _alike(first, one, picks)
        found.append(Index(alone, Interval(1 - rest.value, 1 - rest.high, 1 - rest.low)))
    return found


def lacking(responses: Floats, parameters: int) -> int | None:
    """How many base points it takes for the intervals of `sensitivity` to hold what they say; None: those there do.

    Where a response is flat up to a brink, the few points beyond make nearly all of its variance. How many tell of it,
    their number over the kurtosis says: below 20, intervals that should miss in 5 of 100 cases missed in 10 to 50.

    >>> flat = np.zeros(200)
    >>> flat[7] = 1.0
    >>> lacking(flat, 2), lacking(np.linspace(0.0, 1.0, 200), 2)
    (3961, None)
    """
    apart = responses - responses.mean()
    variance = float((apart**2).mean())
    if not variance > 0:
        return None
    needed = TELLING * float((apart**4).mean()) / variance**2
    return math.ceil(needed) if needed > len(responses) / (parameters + 2) else None


def _alike(one: Floats, other: Floats, picks: Ints) -> Interval:
    """The correlation of two responses that have one mean and one variance, and its interval; the first row is what was
    found, the others what alternatives tell."""
    value, *elsewhere = _correlation(one, other).tolist()
    if not math.isfinite(value):
        return Interval(math.nan, math.nan, math.nan)
    spread = float(np.nanstd(np.arctanh(_correlation(one[0][picks], other[0][picks]))))
    half = spread * float(student_quantile(0.975, max(one.shape[1] - 1, 1)))
    if len(elsewhere) > 1:
        apart = float(np.nanstd(np.arctanh(elsewhere), ddof=1))
        half = math.hypot(half, apart * float(student_quantile(0.975, len(elsewhere) - 1)))
    return Interval(value, *(math.tanh(math.atanh(value) + side * half) for side in (-1, 1)))


def _correlation(one: Floats, other: Floats) -> Floats:
    middle = ((one.mean(axis=-1) + other.mean(axis=-1)) / 2)[..., None]
    both = ((one - middle) ** 2 + (other - middle) ** 2).mean(axis=-1) / 2
    shared = ((one - middle) * (other - middle)).mean(axis=-1) / np.where(both > 0, both, np.nan)
    found: Floats = np.clip(shared, -NEARLY, NEARLY)
    return found
