"""How long work takes, by activity and team; and how fast each person is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.organisation import Distribution

_FEWEST = 20
_POINTS = 33
_MANY_POINTS = 65
_MANY = 1_000
_LEVELS = {count: np.linspace(0.0, 1.0, count) for count in (_POINTS, _MANY_POINTS)}


class Ranked(NamedTuple):
    """Values from the least to the greatest: what does not change when each counts otherwise."""

    values: Floats
    order: Ints
    """Where each of them stood."""

    @property
    def stood(self) -> Floats:
        """The values where they stood."""
        found = np.empty(len(self.values))
        found[self.order] = self.values
        return found

    def quantiles(self, weights: Floats | None = None) -> Distribution:
        """The distribution of the values as lines through quantiles; the first and the last line keep their mean."""
        values = self.values
        if len(values) == 0 or values[-1] <= 0:
            return Distribution.fixed(0.0)
        if values[-1] == values[0]:
            return Distribution.fixed(float(values[0]))
        return as_distribution(self.points(weights))

    def points(self, weights: Floats | None = None, count: int | None = None) -> Floats:
        """Quantiles at equally spaced probabilities, the outermost placed so that the mean of each end stays.

        *weights*: what each value counts, in the order in which the values stood. *count*: of how many probabilities;
        None: of more where there are many values.
        """
        ranked = self.values
        weight = np.ones(len(ranked)) if weights is None else weights[self.order]
        level = _LEVELS[count or (_MANY_POINTS if len(ranked) >= _MANY else _POINTS)]
        total = weight.sum()
        reached = np.cumsum(weight) / total
        # the value at probability p: between order statistics, each in the middle of its own mass
        found = np.interp(level, reached - 0.5 * weight / total, ranked)
        below, above = np.searchsorted(reached, level[1] + 1e-12, "right"), np.searchsorted(reached, level[-2] - 1e-12)
        if below:
            found[0] = min(max(2 * _mean(ranked[:below], weight[:below]) - found[1], 0.0), found[1])
        if above < len(ranked):
            found[-1] = max(2 * _mean(ranked[above:], weight[above:]) - found[-2], found[-2])
        return np.maximum.accumulate(found)


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / weight.sum())


def ranked(values: Floats) -> Ranked:
    """*values*, none below 0, by size."""
    values = np.maximum(np.asarray(values, float), 0.0)
    order = np.argsort(values, kind="stable")
    return Ranked(values[order], order)


def quantiles(values: Floats, weights: Floats | None = None) -> Distribution:
    """The distribution of *values* as lines through quantiles; the first and the last line keep the values' mean.

    >>> quantiles(np.array([60.0, 60.0])).mean
    60.0
    """
    return ranked(values).quantiles(weights)


def as_distribution(values: Floats, digits: int = 1) -> Distribution:
    """Lines through *values*, rounded to the tenth of a second or to so many *digits*."""
    rounded = np.maximum.accumulate(np.round(np.maximum(values, 0.0), digits))
    if rounded[-1] == rounded[0]:
        return Distribution.fixed(float(rounded[0]))
    return Distribution.quantiles(tuple(rounded.tolist()))


def quantile(values: Floats, levels: Floats) -> Floats:
    """The *values* at *levels* from 0 to 1, with lines between them: what `numpy.quantile` finds, sooner where these
    are few.

    >>> quantile(np.array([4.0, 1.0, 2.0]), np.array([0.5, 0.75])).tolist()
    [2.0, 3.0]
    """
    ranked, place = np.sort(values), (len(values) - 1) * levels
    below = place.astype(np.int64)
    low, high, part = ranked[below], ranked[np.minimum(below + 1, len(ranked) - 1)], place - below
    found: Floats = np.where(part >= 0.5, high - (high - low) * (1.0 - part), low + (high - low) * part)
    return found


def scaled(distribution: Distribution, factor: float, digits: int = 1) -> Distribution:
    """*distribution* with every value multiplied by *factor*."""
    if distribution.kind == "quantiles":
        return as_distribution(np.array(distribution.points) * factor, digits)
    return Distribution.fixed(distribution.mean * factor)


def grouped(levels: list[Ints], usable: Flags, fewest: int = _FEWEST) -> Ints:
    """Per step, the finest grouping that has enough usable steps: 0 for the first of *levels*, 1 for the next, ...

    The last level is taken where none has enough.
    """
    chosen = np.full(len(usable), len(levels) - 1, np.int64)
    for level in range(len(levels) - 2, -1, -1):
        count = np.bincount(levels[level][usable], minlength=int(levels[level].max(initial=0)) + 1)
        chosen[count[levels[level]] >= fewest] = level
    return chosen
