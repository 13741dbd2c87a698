"""Weeks that part a table of numbers in two that differ by far more than weeks do among themselves."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.log import Log
from irrupt.special import chi_squared_quantile
from irrupt.units import WEEK

_FALSE = 1e-3
"""How often a log in which nothing changes is said to have a turn, all its steps and weeks together."""
FEWEST = 40
"""Events before a turn, and after it."""
_WEEKS = 3
"""Weeks before it, and after it."""
_MONTH = 4
"""Weeks in the longer of the stretches that must not differ among themselves as those before and after do."""
_LEAST = 0.05
"""What the shares of the ways must change by, all that grow together."""


def weeks_of(log: Log) -> Ints:
    """In which week of *log* each step ended."""
    return np.floor((log.end - log.since) / WEEK).astype(np.int64)


def sure(groups: int, weeks: Ints) -> float:
    """How often one of so many *groups* may be said to have a turn in one of the *weeks*, for `last`."""
    return _FALSE / max(groups * (int(weeks.max(initial=0)) + 1), 1)


def counted(weeks: Ints, column: Ints) -> Floats:
    """How many events of each *column* come in each week."""
    table = np.zeros((int(weeks.max()) + 1, int(column.max()) + 1))
    np.add.at(table, (weeks, column), 1.0)
    return table


def last(table: Floats, sure: float) -> tuple[int, int] | None:
    """The last week, a row of *table* with how often each of several things came, from which on their shares are
    others; and that from which on they had been what they were until then. None: there is none.

    *sure*: how often one is found, at most, where nothing changes."""
    first, turn = 0, 0
    while (at := _split(table[first:], sure)) is not None:
        turn, first = first, first + at
    return (turn, first) if first else None


def _split(table: Floats, sure: float) -> int | None:
    """The week, a row of *table* with how often each way was taken, from which on shares are others; None: none is.

    The likelihood ratio of the best week is held against chi-squared, divided by how much more than by chance weeks,
    and months, differ among themselves on either side of it (quasi-likelihood, McCullagh & Nelder 1989).
    """
    weeks, ways = table.shape
    if ways < 2 or weeks < 2 * _WEEKS:
        return None
    before = np.cumsum(table, axis=0)[_WEEKS - 1 : -_WEEKS]
    whole = table.sum(axis=0)
    enough = np.minimum(before.sum(axis=1), (whole - before).sum(axis=1)) >= FEWEST
    if not enough.any():
        return None
    gain = np.where(enough, 2.0 * (_likelihood(before) + _likelihood(whole - before) - _likelihood(whole[None])), 0.0)
    at = int(gain.argmax()) + _WEEKS
    old, new = table[:at].sum(axis=0), table[at:].sum(axis=0)
    if np.abs(new / new.sum() - old / old.sum()).sum() / 2.0 < _LEAST:
        return None
    spread = max(1.0, *(_dispersion(table, at, stretch) for stretch in (1, _MONTH)))
    least = float(chi_squared_quantile(1.0 - sure, ways - 1.0))
    return at if gain[at - _WEEKS] / spread > least else None


def _likelihood(counts: Floats) -> Floats:
    """The logarithm of how likely each row of *counts* is by its own shares."""
    total = counts.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(counts > 0, counts * np.log(counts / total), 0.0)
    likely: Floats = each.sum(axis=1)
    return likely


def _dispersion(table: Floats, at: int, stretch: int) -> float:
    """By how much more than by chance stretches of so many weeks differ from their side of the week *at* (Pearson)."""
    apart, freedom = 0.0, 0
    for side in (table[:at], table[at:]):
        rows = np.add.reduceat(side, np.arange(0, len(side), stretch), axis=0)
        rows = rows[rows.sum(axis=1) > 0]
        share = side.sum(axis=0) / side.sum()
        expected = rows.sum(axis=1, keepdims=True) * share[share > 0]
        apart += float(((rows[:, share > 0] - expected) ** 2 / expected).sum())
        freedom += (len(rows) - 1) * int((share > 0).sum() - 1)
    return apart / freedom if freedom else 1.0
