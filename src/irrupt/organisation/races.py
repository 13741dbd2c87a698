"""Ways of which a case takes the one whose delay is over first: how likely each is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.organisation.distributions import Distribution
from irrupt.special import gamma_lower_inverse, normal_quantile, weibull_power

POINTS = 2000
"""Values of each delay that are compared with those of the others."""
ALIKE = 0.02
"""Below this coefficient of variation gamma, Weibull's and lognormal distributions can hardly be told apart."""


def soonest(delays: Sequence[Distribution]) -> list[float]:
    """The probability that each of *delays*, which do not depend on each other, is the shortest; of equal ones, the
    first is.

    Numerical: delays are taken at equally spaced probabilities, so shares are right to about 1 / 2000. Hours in which
    delays do not pass are not looked at.

    >>> [round(share, 3) for share in soonest([Distribution.exponential(2.0), Distribution.exponential(1.0)])]
    [0.333, 0.667]
    """
    values = [quantiles(delay, (np.arange(POINTS) + 0.5) / POINTS) for delay in delays]
    shares = []
    for number, mine in enumerate(values):
        chance = np.ones(POINTS)
        for other, theirs in enumerate(values):
            if other != number:
                side = "right" if other < number else "left"
                chance *= 1.0 - np.searchsorted(theirs, mine, side) / POINTS  # type: ignore[call-overload]
        shares.append(float(chance.mean()))
    total = math.fsum(shares)
    return [share / total for share in shares]


def quantiles(time: Distribution, chance: Floats) -> Floats:
    """The values of *time*, in seconds, below which it is with each *chance*.

    >>> quantiles(Distribution.uniform(60.0, 120.0), np.array([0.25, 0.5])).tolist()
    [75.0, 90.0]
    """
    values: Floats = np.full(len(chance), time.mean)
    if time.kind == "uniform":
        values = time.low + (time.high - time.low) * chance
    elif time.kind == "quantiles":
        values = np.interp(chance, np.linspace(0.0, 1.0, len(time.points)), time.points)
    elif time.kind == "exponential":
        values = -time.mean * np.log1p(-chance)
    elif time.kind == "gamma" and time.cv >= ALIKE:
        values = time.mean * time.cv**2 * gamma_lower_inverse(time.cv**-2, chance)
    elif time.kind == "weibull" and time.cv >= ALIKE:
        power = weibull_power(time.cv)
        values = time.mean / math.gamma(1.0 + power) * (-np.log1p(-chance)) ** power
    elif time.kind in ("lognormal", "gamma", "weibull"):
        spread = math.log1p(time.cv**2)
        values = time.mean * np.exp(math.sqrt(spread) * normal_quantile(chance) - spread / 2.0)
    return values
