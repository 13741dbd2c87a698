"""What cases ask for, by whose they are and of which class: a crown is one piece, a bridge is four."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.kinds.attributes import FEWEST, Attribute, telling
from irrupt.discovery.times import timing
from irrupt.organisation import Distribution

_WORTH = 8.0
"""Nats by which classes must tell more of quantities than clients do, for these to differ by class."""
_TURNS = 6


class Asked(NamedTuple):
    """What each case asks for."""

    values: Floats
    """nan: not known."""
    client: Ints
    kind: Attribute | None
    """Of which class it is, where classes tell what cases ask for."""
    of_client: Floats
    """By how much the cases of each client ask for more than others of their classes, as logarithms."""

    def of(self, number: int, counts: Floats | None) -> Distribution:
        """What the cases of the client of a *number* ask for, or everybody's where he has few; *counts*: what each case
        does."""
        used = telling(self.values, self.client == number)
        return timing.quantiles(self.values[used], None if counts is None else counts[used])

    def by_class(self, number: int, counts: Floats | None) -> dict[str, Distribution]:
        """The same for each class, where classes tell it. Where he has few of a class, those of others stand in, as
        much larger or smaller as his cases are."""
        found: dict[str, Distribution] = {}
        if self.kind is None:
            return found
        level = self.of_client[number] if number >= 0 else 0.0
        for at, name in enumerate(self.kind.values):
            same = np.flatnonzero((self.kind.of_case == at) & (self.values >= 0.0) & (self.client >= 0))
            own, size = self.client[same] == number, self.values[same]
            more = np.expm1(np.log1p(size) + level - self.of_client[self.client[same]])
            few = max(FEWEST - int(own.sum()), 0) / max(int((~own).sum()), 1)
            worth = np.where(own, 1.0, few) * (1.0 if counts is None else counts[same])
            used = worth > 0.0
            if used.any():
                found[name] = timing.quantiles(np.where(own, size, np.maximum(more, 0.0))[used], worth[used])
        return found


def asked(values: Floats, client: Ints, kind: Attribute | None) -> Asked:
    """What cases ask for: the *values* of all, nan where there are none, their clients, and their classes."""
    of_client, gain = np.zeros(int(client.max(initial=0)) + 1), 0.0
    told = (values >= 0.0) & (client >= 0) & (kind.of_case >= 0 if kind is not None else False)
    if kind is not None and told.any():
        of_client, gain = _apart(np.log1p(values[told]), client[told], kind.of_case[told], len(of_client))
    return Asked(values, client, kind if gain > _WORTH else None, of_client)


def _apart(size: Floats, client: Ints, kind: Ints, number: int) -> tuple[Floats, float]:
    """By how much the *size* of the cases of each of a *number* of clients is beyond that of others, told from what
    classes make of it by turns, since clients bring more of one or another; and by how many nats classes tell more than
    clients alone do (Schwarz 1978)."""
    clients, kinds = np.maximum(np.bincount(client, minlength=number), 1), np.maximum(np.bincount(kind), 1)
    alone = size - (np.bincount(client, size, number) / clients)[client]
    of_client, of_kind = np.zeros(number), np.zeros(len(kinds))
    for _turn in range(_TURNS):
        of_kind = np.bincount(kind, size - of_client[client]) / kinds
        of_client = np.bincount(client, size - of_kind[kind], number) / clients
    left = size - of_kind[kind] - of_client[client]
    better = 0.5 * len(size) * np.log(max(alone.var(), 1e-12) / max(left.var(), 1e-12))
    return of_client, float(better - 0.5 * (np.count_nonzero(np.bincount(kind)) - 1) * np.log(len(size)))
