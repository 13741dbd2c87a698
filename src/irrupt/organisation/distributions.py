"""Durations as distributions: few kinds, all in seconds, all drawn by one uniform number."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

DistributionKind = Literal["fixed", "exponential", "lognormal", "gamma", "weibull", "uniform", "quantiles"]

_OWN: dict[str, tuple[str, ...]] = {
    "fixed": (),
    "exponential": (),
    "lognormal": ("cv",),
    "gamma": ("cv",),
    "weibull": ("cv",),
    "uniform": ("low", "high"),
    "quantiles": ("points",),
}
"""Kind -> its parameters beside the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How long something takes.

    >>> Distribution.exponential(600.0).mean
    600.0
    """

    kind: DistributionKind
    mean: float = 0.0
    """Seconds. For `quantiles` it follows from the points."""
    cv: float = 0.0
    """Standard deviation over mean: lognormal, gamma and weibull."""
    low: float = 0.0
    high: float = 0.0
    """Bounds in seconds: uniform."""
    points: tuple[float, ...] = ()
    """`quantiles`: the values at equally spaced probabilities from 0 to 1 inclusive, in seconds, joined by lines."""

    def __post_init__(self) -> None:
        if self.kind not in _OWN:
            raise ValueError(f"no kind of distribution {self.kind!r}; known: {', '.join(_OWN)}")
        stray = [
            name for name in ("cv", "low", "high", "points") if name not in _OWN[self.kind] and getattr(self, name)
        ]
        if stray:
            raise ValueError(f"{self.kind}: does not take {', '.join(stray)}")
        if self.kind == "quantiles":
            if len(self.points) < 2:
                raise ValueError("quantiles: at least two points are needed, from the smallest to the largest value")
            if sorted(self.points) != list(self.points):
                raise ValueError("quantiles: the points must not fall")
            inner = math.fsum(self.points) - (self.points[0] + self.points[-1]) / 2
            object.__setattr__(self, "mean", inner / (len(self.points) - 1))
        elif self.kind == "uniform":
            if not 0 <= self.low <= self.high:
                raise ValueError(f"uniform: needs 0 <= low <= high, found low {self.low}, high {self.high}")
            object.__setattr__(self, "mean", (self.low + self.high) / 2)
        # where points do not fall, the first and the mean tell of all of them
        values = (self.mean, self.cv, self.low, self.high, *self.points[:1])
        if not all(math.isfinite(value) and value >= 0 for value in values):
            raise ValueError(f"{self.kind}: a duration must be finite and not negative")

    @classmethod
    def fixed(cls, seconds: float) -> Distribution:
        """Always *seconds*."""
        return cls(kind="fixed", mean=seconds)

    @classmethod
    def exponential(cls, mean: float) -> Distribution:
        """Exponential with *mean* seconds."""
        return cls(kind="exponential", mean=mean)

    @classmethod
    def lognormal(cls, mean: float, cv: float) -> Distribution:
        """Lognormal with *mean* seconds (of the duration itself, not of its logarithm)."""
        return cls(kind="lognormal", mean=mean, cv=cv)

    @classmethod
    def gamma(cls, mean: float, cv: float) -> Distribution:
        """Gamma with *mean* seconds."""
        return cls(kind="gamma", mean=mean, cv=cv)

    @classmethod
    def weibull(cls, mean: float, cv: float) -> Distribution:
        """Weibull's with *mean* seconds."""
        return cls(kind="weibull", mean=mean, cv=cv)

    @classmethod
    def uniform(cls, low: float, high: float) -> Distribution:
        """Uniform between *low* and *high* seconds."""
        return cls(kind="uniform", low=low, high=high)

    @classmethod
    def quantiles(cls, points: tuple[float, ...]) -> Distribution:
        """Lines through *points*, the quantiles at equally spaced probabilities from 0 to 1."""
        return cls(kind="quantiles", points=points)

    def plus(self, seconds: float) -> Distribution:
        """The distribution of what takes *seconds* longer each time.

        Fixed, uniform and quantiles are moved exactly. Of lognormal, gamma and weibull the mean and the standard
        deviation are exact and the kind is kept; an exponential becomes a gamma distribution.

        >>> Distribution.uniform(60.0, 120.0).plus(30.0)
        Distribution(kind='uniform', mean=120.0, cv=0.0, low=90.0, high=150.0, points=())
        """
        if seconds == 0.0:
            return self
        if self.kind == "fixed":
            return Distribution.fixed(self.mean + seconds)
        if self.kind == "uniform":
            return Distribution.uniform(self.low + seconds, self.high + seconds)
        if self.kind == "quantiles":
            return Distribution.quantiles(tuple(point + seconds for point in self.points))
        mean = self.mean + seconds
        if self.kind == "exponential":
            return Distribution.gamma(mean, self.mean / mean)
        return replace(self, mean=mean, cv=self.cv * self.mean / mean)

    def times(self, factor: float) -> Distribution:
        """The distribution of what takes *factor* times as long: of the same kind, exactly.

        >>> Distribution.lognormal(60.0, 0.5).times(2.0)
        Distribution(kind='lognormal', mean=120.0, cv=0.5, low=0.0, high=0.0, points=())

        Raises `ValueError` when *factor* is negative.
        """
        if factor == 1.0:
            return self
        if self.kind == "quantiles":
            return Distribution.quantiles(tuple(point * factor for point in self.points))
        if self.kind == "uniform":
            return Distribution.uniform(self.low * factor, self.high * factor)
        return replace(self, mean=self.mean * factor)


NONE = Distribution.fixed(0.0)
"""No time at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """The delay of cases that are older than others when they go on."""

    than: float
    """Seconds on the clock of the case, from which on this is its delay."""
    delay: str | Distribution = NONE
    straight_on: float | None = None
    """Share of them with which whoever did the step before goes straight on; None: as with those that are younger than
    all of these."""

    def share(self, usual: float) -> float:
        """That share, where it is *usual* in the others."""
        return usual if self.straight_on is None else self.straight_on
