"""What alternatives that the records support add to the values of sweeps and searches.

As in a comparison (`learned`), each point of a design, or each candidate, is tried on the alternatives too, on fewer
pairs of runs. By how much its values differ between alternatives, beyond the noise of the runs, widens its interval.
Where several points are looked at together (from which setting on, who is beaten by nobody), they move together: an
organisation in which one point comes out higher is the same in which others do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.experiment.learned import spread_of
from irrupt.experiment.statistics import MISS, Spread, ends_together, halves, learned_error, paired


class Interval(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


class Reach(NamedTuple):
    """Values at each point with their intervals, and what these are made of."""

    found: list[Interval]
    noise: Floats
    """What the noise of the runs makes of half of each interval (`statistics.halves`)."""
    learned: Floats
    """The same for the uncertainty of what was learned; nan: not known."""


def spread_at(drawn: Floats) -> Spread:
    """How far values differ between alternatives at each point; *drawn*: (points, alternatives, pairs). Points lend
    each other strength, as parties of a measure do."""
    return spread_of(np.moveaxis(drawn, 0, -1), ["points"] * len(drawn))


def reach(values: Floats, drawn: Floats | None = None) -> Reach:
    """The mean at each point of *values*, of shape (points, replications), with its interval: the noise of the runs,
    and what *drawn* (points, alternatives, pairs) tells of the uncertainty of what was learned.

    >>> reach(np.array([[1.0, 1.0, 1.0]])).found
    [Interval(value=1.0, low=1.0, high=1.0)]
    """
    result = paired(np.zeros_like(values.T), values.T)
    miss = np.full(len(values), MISS)
    low, high, sure = result.low, result.high, None
    if drawn is not None and drawn.shape[1]:
        spread = spread_at(drawn)
        least, most = ends_together(result, spread, miss)
        low, high = np.minimum(low, least), np.maximum(high, most)
        sure = learned_error(result.difference, spread)
    noise, learned = halves((high - low) / 2, result.error, sure)
    found = [Interval(*map(float, one)) for one in zip(result.difference, low, high, strict=True)]
    return Reach(found, noise, learned)


def shifts(drawn: Floats, resamples: int, seed: int) -> Floats:
    """By how much values may be off for want of records, all points together: (resamples, outputs, points).

    *drawn*: (outputs, points, alternatives, pairs). Drawn from Student's distribution of several variables with the
    covariances of the alternatives, each scaled to what is left of its variance without the noise of the runs.
    """
    alternatives = drawn.shape[2]
    known = np.isfinite(drawn)
    told = known.any(axis=3)
    means = np.where(known, drawn, 0.0).sum(axis=3) / np.maximum(known.sum(axis=3), 1)
    count = told.sum(axis=2)
    centre = np.where(told, means, 0.0).sum(axis=2) / np.maximum(count, 1)
    apart = np.where(told, means - centre[:, :, None], 0.0)
    seen = np.sqrt((apart**2).sum(axis=2) / np.maximum(count - 1, 1))
    error = np.array([np.nan_to_num(spread_at(one).error) for one in drawn])
    scaled = apart * (error / np.where(seen > 0, seen, 1.0) / np.sqrt(np.maximum(count - 1, 1)))[:, :, None]
    generator = np.random.Generator(np.random.PCG64([seed, alternatives]))
    freedom = max(alternatives - 1, 1)
    weights = generator.normal(size=(resamples, alternatives))
    weights /= np.sqrt(generator.chisquare(freedom, resamples) / freedom)[:, None]
    found: Floats = np.tensordot(weights, scaled, axes=([1], [2]))
    return found
