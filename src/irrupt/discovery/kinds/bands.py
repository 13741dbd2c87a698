"""Amounts told apart by limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.routes.limits import Amount
from irrupt.organisation.guards import Guard, Term
from irrupt.units import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands(Attribute):
    """Between which limits the amount of a case lies."""

    cuts: tuple[float, ...]

    def guard(self, values: Ints) -> Guard:
        """What cases are like that lie in these bands.

        >>> two = bands(Amount("claim", np.array([3.0, 7.0, 30.0])), (5.0, 20.0))
        >>> two.of_case.tolist(), str(two.guard(np.array([1, 2]))), str(two.guard(np.array([0, 2])))
        ([0, 1, 2], 'quantity > 5', 'quantity <= 5 or quantity > 20')
        """
        runs = np.split(values, np.flatnonzero(np.diff(values) > 1) + 1)
        return Guard(tuple(tuple(self._within(int(run[0]), int(run[-1]))) for run in runs))

    def _within(self, first: int, last: int) -> Iterator[Term]:
        if first > 0:
            yield Term("quantity", ">", self.cuts[first - 1])
        if last < len(self.cuts):
            yield Term("quantity", "<=", self.cuts[last])


def bands(amount: Amount, cuts: tuple[float, ...]) -> Bands:
    """Between which of rising *cuts* the *amount* of each case lies."""
    low, high = f"{amount.name} ≤ {number_text(cuts[0])}", f"{amount.name} > {number_text(cuts[-1])}"
    inner = [f"{number_text(a)} < {amount.name} ≤ {number_text(b)}" for a, b in pairwise(cuts)]
    of_case = amount.beyond(cuts, np.arange(len(amount.of_case)))
    return Bands(name=amount.name, values=(low, *inner, high), of_case=of_case, cuts=cuts)
