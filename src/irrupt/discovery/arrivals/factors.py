"""By what numbers are multiplied in the parts of what comes round, the months of a year or the days of a month; and
whether records tell of such factors at all.

Logarithms of the factors are taken for normal numbers, those of parts next to each other more or less alike; ways of
them are averaged, none is chosen (Rasmussen & Williams 2006).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from irrupt.arraytypes import Floats

F = TypeVar("F")
CLEARLY = 3.0
"""Nats by which factors must make records more likely;"""
_RATHER = 1.0
"""and by which none must make those of a client more likely than everybody's."""


@dataclass(frozen=True, slots=True)
class Factors:
    """By what numbers are multiplied in each part, as far as records tell: one of several ways."""

    worth: Floats
    """How likely each way is,"""
    means: Floats
    """[ways, parts]: the logarithms that it makes most likely,"""
    roots: Floats
    """by what independent normal numbers are multiplied for how unsure these are: [ways, parts, parts];"""
    lengths: Floats
    """and how much of all time each part is."""

    @property
    def logarithms(self) -> Floats:
        """Those of the factors, on average."""
        mean: Floats = self.worth @ self.means
        return mean

    @property
    def factors(self) -> Floats:
        """The factors, 1 on average over time."""
        return self._even(self.logarithms)

    @property
    def unsure(self) -> Floats:
        """A standard deviation of each logarithm."""
        apart = self.means - self.logarithms
        deviation: Floats = np.sqrt(self.worth @ (apart**2 + (self.roots**2).sum(axis=2)))
        return deviation

    def drawn(self, random: np.random.Generator) -> Floats:
        """Other factors that the records support as well."""
        way = int(random.choice(len(self.worth), p=self.worth))
        return self._even(self.means[way] + self.roots[way] @ random.standard_normal(len(self.lengths)))

    def _even(self, logarithms: Floats) -> Floats:
        factors = np.exp(logarithms)
        even: Floats = factors / (self.lengths @ factors)
        return even


class Known(Protocol[F]):
    """What records tell of how many cases came when."""

    def told(self, least: float) -> F | None:
        """The factors that they show, if these make them more likely than none do by more than *least* nats."""

    def shared(self, factors: F) -> float:
        """By how many nats these *factors* make them more likely than none do."""


def of_clients(everybody: Known[F], own: Mapping[str, Known[F] | None]) -> dict[str, F]:
    """The factors of each client: those of *everybody*'s cases, if these have any, unless his *own* records tell
    clearly of others, or rather of none. Nobody is named who has none."""
    common = everybody.told(CLEARLY)
    if len(own) == 1:
        return {} if common is None else dict.fromkeys(own, common)
    found = {name: _own(known, common, len(own)) for name, known in own.items()}
    return {name: factors for name, factors in found.items() if factors is not None}


def _own(known: Known[F] | None, common: F | None, among: int) -> F | None:
    if known is None:
        return common
    shared = 0.0 if common is None else known.shared(common)
    # He might have been any of so many.
    own = known.told(max(shared, 0.0) + CLEARLY + float(np.log(among)))
    rather = common if shared > -_RATHER else None
    return rather if own is None else own


def mean(logarithms: Floats) -> float:
    """The logarithm of the mean of what these are the logarithms of."""
    most = logarithms.max()
    return float(most + np.log(np.exp(logarithms - most).mean()))


def written(factors: Floats) -> tuple[float, ...]:
    """*factors* as an organisation has them."""
    return tuple(float(f"{factor:.4g}") for factor in factors)


def roots(smooth: Floats, lengths: Floats, sizes: Sequence[float], alike: Sequence[float]) -> Floats:
    """How logarithms of factors may be: by what independent normal numbers are multiplied, [ways, parts, parts].

    *smooth*: how far parts are alike, if fully; *lengths* of the parts, over which factors are 1 on average; *sizes*:
    standard deviations; *alike*: how far they are as *smooth* says, and how far each is by itself."""
    parts = len(lengths)
    centred = np.eye(parts) - lengths
    found = []
    for size, share in product(sizes, alike):
        varies = centred @ (share * smooth + (1.0 - share) * np.eye(parts)) @ centred.T
        values, vectors = np.linalg.eigh(varies * parts / np.trace(varies))
        found.append(size * vectors * np.sqrt(np.maximum(values, 0.0)))
    return np.array(found)


class Each(NamedTuple):
    """How well records are told in each way."""

    without: Floats
    """[ways of the level]: without factors,"""
    beside: Floats
    """[ways, those of factors]: and with these;"""
    inside: Floats
    """[ways, those of factors, parts, parts]: factors of the precision of the normal numbers behind them,"""
    lies: Floats
    """[ways, those of factors, parts]: and where these lie, in units of their own."""

    def less(self, cost: float) -> Each:
        """The same, if this much less likely."""
        return self._replace(without=self.without - cost, beside=self.beside - cost)

    def factors(self, ways: Floats, lengths: Floats) -> Factors:
        """What factors there are, of parts of these *lengths*; *ways* as they were told with."""
        worth = np.exp(self.beside - self.beside.max()).ravel()
        spread = ways @ np.linalg.inv(np.swapaxes(self.inside, -1, -2))
        means = (spread @ self.lies[..., None])[..., 0]
        parts = len(lengths)
        return Factors(worth / worth.sum(), means.reshape(-1, parts), spread.reshape(-1, parts, parts), lengths)


def each(level: Floats, parts: Floats, varies: Floats, ways: Floats) -> Each:
    """How well a *level* is told, of periods whose shares lie in these *parts*, [periods, parts]; *varies*: its
    covariances without factors, [ways of the level, periods, periods]; *ways*: see `roots`."""
    lower = np.linalg.cholesky(varies)
    sides = np.column_stack((level, parts))
    apart = np.array([np.linalg.solve(one, sides) for one in lower])
    told, shown = apart[..., 0], apart[..., 1:]
    seen = np.swapaxes(shown, -1, -2)
    without = -(told**2).sum(axis=-1) / 2 - np.log(np.diagonal(lower, axis1=-2, axis2=-1)).sum(axis=-1)
    back = np.swapaxes(ways, -1, -2)
    inside = np.linalg.cholesky(np.eye(parts.shape[1]) + back @ (seen @ shown)[:, None] @ ways)
    lies = np.linalg.solve(inside, back @ (seen @ told[..., None])[:, None])[..., 0]
    spread = np.log(np.diagonal(inside, axis1=-2, axis2=-1)).sum(axis=-1)
    return Each(without, without[:, None] + (lies**2).sum(axis=-1) / 2 - spread, inside, lies)
