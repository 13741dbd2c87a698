"""How long something lasts, from times that ended and times that are only known to be exceeded.

Who was served in time might have waited longer: his wait is a lower bound of his patience (a censored observation).
Distributions are fitted by maximum likelihood, and the likeliest is taken.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.organisation import Distribution
from irrupt.special import normal_cdf

_ALIKE = 0.01
"""Times that differ by less than such a share count as one."""
_GRID = 15
_WIDTH, _RATIO, _REFINED = 3.0, 5.0, 4
_NEAR, _REFINED_NEAR = 4.0, 2
"""Standard errors, or more, within which a law is looked for again."""
_HALVED = 60
_Z = np.linspace(-8.0, 37.0, 4501)
_BEYOND = -np.log(normal_cdf(-_Z))
"""Minus the logarithm of the share of a standard normal variable that exceeds each of `_Z`."""


class Law(NamedTuple):
    """A distribution of times, by the logarithm of their level and by their spread, or exponent; an exponential one is
    Weibull's with the exponent 1."""

    kind: str
    level: float
    spread: float

    def hazard(self, logs: Floats) -> Floats:
        """The cumulative hazard until times, given by their *logs*."""
        return Laws(self.kind, np.array(self.level), np.array(self.spread)).hazard(logs)

    def later(self, by: float) -> Law:
        """The law of times that are longer *by* so much, as a logarithm."""
        return self._replace(level=self.level + by)

    @property
    def distribution(self) -> Distribution:
        """The same, as organisations have it."""
        if self.kind == "exponential":
            return Distribution.exponential(round(math.exp(self.level), 1))
        if self.kind == "lognormal":
            cv = math.sqrt(math.expm1(min(self.spread**2, 20.0)))
            return Distribution.lognormal(round(math.exp(self.level + self.spread**2 / 2), 1), round(cv, 4))
        power = 1 / self.spread
        mean = math.gamma(1 + power)
        cv = math.sqrt(math.gamma(1 + 2 * power) / mean**2 - 1)
        return Distribution.weibull(round(math.exp(self.level) * mean, 1), round(cv, 4))


class Laws(NamedTuple):
    """Laws of one kind, whose levels and spreads are of a shape that goes with that of times."""

    kind: str
    level: Floats
    spread: Floats

    def hazard(self, logs: Floats) -> Floats:
        """See `Law.hazard`."""
        z = logs - self.level
        if self.kind != "lognormal":
            return np.exp(np.minimum(self.spread * z, 50.0))
        return np.interp(z / self.spread, _Z, _BEYOND)

    def density(self, logs: Floats) -> Floats:
        """The logarithm of the density of *logs* of times."""
        z = logs - self.level
        if self.kind != "lognormal":
            return np.log(self.spread) + self.spread * z - self.hazard(logs)
        return -0.5 * (z / self.spread) ** 2 - np.log(self.spread * math.sqrt(2 * math.pi))


class Times(NamedTuple):
    """Times, by their *logs*: how much those count that ended then, and those that were not seen to end."""

    logs: Floats
    ended: Floats
    beyond: Floats

    @property
    def ends(self) -> float:
        """How many ended."""
        return float(self.ended.sum())

    def expected(self, law: Law) -> float:
        """How many would have ended by a *law*."""
        return float(((self.ended + self.beyond) * law.hazard(self.logs)).sum())

    def likelihoods(self, kind: str, levels: Floats, spreads: Floats) -> Floats:
        """Logarithms of the likelihoods of laws of a *kind*: (levels, spreads)."""
        laws = Laws(kind, levels[:, np.newaxis, np.newaxis], spreads[:, np.newaxis])
        ended, beyond = self.ended > 0, self.beyond > 0
        told = (self.ended[ended] * laws.density(self.logs[ended])).sum(axis=-1)
        found: Floats = told - (self.beyond[beyond] * laws.hazard(self.logs[beyond])).sum(axis=-1)
        return found

    def likelihood(self, law: Law) -> float:
        """Logarithm of the likelihood of a *law*."""
        return float(self.likelihoods(law.kind, np.array([law.level]), np.array([law.spread]))[0, 0])


def times(logs: Floats, ended: Flags, weight: Floats | None = None) -> Times:
    """Times, by their *logs*, that *ended* or were not seen to; *weight*: what each counts."""
    _steps, which = np.unique(np.round(logs / _ALIKE), return_inverse=True)
    counts = np.ones(len(logs)) if weight is None else weight
    gone, beyond = (np.bincount(which, counts * one).astype(float) for one in (ended, ~ended))
    return Times(np.bincount(which, logs) / np.bincount(which), gone, beyond)


def fitted(ended: Floats, bounds: Floats) -> Distribution:
    """The likeliest distribution of times of which some *ended*, and others are only known to exceed *bounds*.

    Exponential, lognormal or Weibull, by likelihood; a second parameter has to pay (Schwarz 1978).

    >>> lasts = -600.0 * np.log1p(-(np.arange(100) + 0.5) / 100)  # of which those beyond 500 s are not seen to end
    >>> found = fitted(lasts[lasts < 500.0], np.full((lasts >= 500.0).sum(), 500.0))
    >>> found.kind, round(found.mean, -1)
    ('exponential', 600.0)
    """
    logs = np.log(np.append(ended, bounds))
    return likeliest(times(logs, np.arange(len(logs)) < len(ended))).distribution


def likeliest(seen: Times) -> Law:
    """The likeliest law."""
    plain = _exponential(seen)
    price = max(0.5 * math.log(seen.ends), 1.0)
    worth = {plain: seen.likelihood(plain)}
    for kind in ("lognormal", "weibull"):
        law = _best(seen, Law(kind, plain.level, 1.0), _WIDTH, _RATIO, _REFINED)
        worth[law] = seen.likelihood(law) - price
    return max(worth, key=lambda law: worth[law])


def again(seen: Times, law: Law) -> Law:
    """The likeliest law of the same kind as *law*, and near it."""
    if law.kind == "exponential":
        return _exponential(seen)
    error = _NEAR / math.sqrt(seen.ends)
    width = error / law.spread if law.kind == "weibull" else 2.0 * error * law.spread
    return _best(seen, law, width, 1.0 + 2.0 * error, _REFINED_NEAR)


def moved(seen: Times, law: Law, wanted: float) -> float:
    """By how much times of *law* must be longer, as a logarithm, for so many of those *seen* to be expected to end."""
    if law.kind != "lognormal":
        return math.log(seen.expected(law) / wanted) / law.spread
    low, high = -20.0 * law.spread, 20.0 * law.spread
    for _turn in range(_HALVED):
        middle = (low + high) / 2
        low, high = (middle, high) if seen.expected(law.later(middle)) > wanted else (low, middle)
    return (low + high) / 2


def _exponential(seen: Times) -> Law:
    """The likeliest exponential law."""
    total = float(((seen.ended + seen.beyond) * np.exp(seen.logs)).sum())
    return Law("exponential", math.log(total / seen.ends), 1.0)


def _best(seen: Times, law: Law, width: float, ratio: float, turns: int) -> Law:
    """The likeliest law of the same kind, its level within a *width* and its spread within a *ratio* of those of *law*:
    on a grid, refined."""
    best, found = -math.inf, law
    for _turn in range(turns):
        levels = np.linspace(found.level - width, found.level + width, _GRID)
        spreads = found.spread * np.geomspace(1 / ratio, ratio, _GRID)
        worth = seen.likelihoods(law.kind, levels, spreads)
        worth[np.isnan(worth)] = -math.inf
        at, other = np.unravel_index(worth.argmax(), worth.shape)
        if worth[at, other] > best:
            best, found = float(worth[at, other]), Law(law.kind, float(levels[at]), float(spreads[other]))
        width, ratio = width / 6, ratio ** (1 / 5)
    return found
