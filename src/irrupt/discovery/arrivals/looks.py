"""Looks ahead: from moments of the records, what the weeks before tell of those after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints


class Looks(NamedTuple):
    """Weeks after which one looks ahead, by a fifth of all weeks."""

    first: int
    """Weeks before the first look."""
    ahead: int
    at: Ints
    """How many weeks lie before each look."""

    def before(self, values: Floats, half_life: float) -> Floats:
        """What comes before each look, a week counting half as much as one *half_life* weeks later. Weeks, and looks,
        are the last axis."""
        fade, passed = 0.5 ** (1.0 / half_life), np.zeros(values.shape[:-1])
        found = np.empty((*values.shape[:-1], len(self.at)))
        for week in range(int(self.at[-1])):
            passed = passed * fade + values[..., week]
            if week + 1 >= self.first:
                found[..., week + 1 - self.first] = passed
        return found

    def beyond(self, values: Floats) -> Floats:
        """What comes after each look, as far as one looks ahead. Weeks, and looks, are the last axis."""
        passed = np.cumsum(np.concatenate([np.zeros((*values.shape[:-1], 1)), values], axis=-1), axis=-1)
        return np.asarray(passed[..., self.at + self.ahead] - passed[..., self.at])


def looks(weeks: int) -> Looks | None:
    """Those of so many *weeks*; None where these are too few.

    >>> looks(20).at.tolist(), looks(20).beyond(np.arange(20.0))[:2].tolist()
    ([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [30.0, 34.0])
    """
    ahead, first = max(1, weeks // 5), max(4, weeks // 3)
    if weeks < first + 4 + ahead:
        return None
    return Looks(first, ahead, np.arange(first, weeks - ahead + 1))


def of_late(own: Floats, usual: Floats, half_life: float) -> Floats:
    """How many of his *own* cases a client brings for each *usual* one, the weeks of late weighing more: weeks are the
    last axis, the last one first.

    >>> of_late(np.array([2.0, 1.0]), np.array([1.0, 1.0]), np.inf)
    array(1.5)
    """
    recent = 0.5 ** (np.arange(own.shape[-1]) / half_life)
    return np.asarray((own * recent).sum(axis=-1) / np.maximum((usual * recent).sum(axis=-1), 1e-12))
