"""Steps after which cases go another way since some week: what was before it tells nothing of the present.

How fast the past fades (`irrupt.discovery.memory`) is asked of all steps together, and of many weeks. Where one step
leads elsewhere at a stroke, and little else changes, that is told by its own numbers: a week parts them in two that
differ by far more than weeks do among themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.arrivals.censoring import Completeness
from irrupt.discovery.log import Log, parts
from irrupt.special import chi_squared_quantile
from irrupt.units import WEEK

_FALSE = 1e-3
"""How often a log in which nothing changes is said to have a turn, all its steps and weeks together."""
_FEWEST = 40
"""Moves before a turn, and after it."""
_WEEKS = 3
"""Weeks before it, and after it."""
_MONTH = 4
"""Weeks in the longer of the stretches that must not differ among themselves as those before and after do."""
_LEAST = 0.05
"""What the shares of the ways must change by, all that grow together."""
_RARE = 10
"""Moves below which a way is told together with all such."""
_FOLLOWED = 0.95
"""Share of the moves from a step that is over by the time that those are left out which came later."""


class Turn(NamedTuple):
    """From when on cases go otherwise after a step."""

    symbol: int
    since: float
    """Seconds since the origin."""
    following: int
    """The symbol whose share changed most."""
    before: float
    after: float
    """Its shares."""


def learn(log: Log, symbols: Ints, then: Ints, complete: Completeness) -> tuple[Turn, ...]:
    """The last turn of each symbol that has one; *symbols*: that of each step; *then*: what comes after the last step
    of each case, negative where that is not known."""
    if complete.complete_only or complete.ended_since is not None:
        return ()
    following = np.append(symbols[1:], -1)
    following[log.last] = then
    passed = np.append(np.maximum(np.diff(log.end), 0.0), 0.0)
    passed[log.last] = 0.0
    told = np.ones(len(symbols), bool)
    told[log.last] = complete.ends
    weeks = np.floor((log.end - log.since) / WEEK).astype(np.int64)
    every = [at for at in parts(symbols) if len(at) >= 2 * _FEWEST]
    sure = _FALSE / max(len(every) * (int(weeks.max(initial=0)) + 1), 1)
    found = []
    for at in every:
        mine = at[told[at] & (log.end[at] <= log.span[1] - np.quantile(passed[at], _FOLLOWED))]
        if len(mine) >= 2 * _FEWEST:
            found += _last_turn(int(symbols[at[0]]), weeks[mine], following[mine], sure, log.since)
    return tuple(found)


def gone(log: Log, symbols: Ints, turns: tuple[Turn, ...]) -> Flags:
    """Per step: whether what follows it was before a turn."""
    since = np.full(int(symbols.max(initial=0)) + 1, -np.inf)
    for turn in turns:
        since[turn.symbol] = turn.since
    before: Flags = log.end < since[symbols]
    return before


def _last_turn(symbol: int, weeks: Ints, following: Ints, sure: float, origin: float) -> list[Turn]:
    """The last turn among the moves from a *symbol*, of which each is in one of the *weeks*."""
    names, number, often = np.unique(following, return_inverse=True, return_counts=True)
    rare = often < _RARE
    column = np.where(rare, int((~rare).sum()), np.cumsum(~rare) - 1)[number]
    table = np.zeros((int(weeks.max()) + 1, int(column.max()) + 1))
    np.add.at(table, (weeks, column), 1.0)
    first, turn = 0, 0
    while (at := _split(table[first:], sure)) is not None:
        turn, first = first, first + at
    if not first:
        return []
    before, after = table[turn:first].sum(axis=0), table[first:].sum(axis=0)
    before, after = before / before.sum(), after / after.sum()
    most = int(np.abs(after - before)[: int((~rare).sum())].argmax())
    name = int(names[~rare][most])
    return [Turn(symbol, origin + first * WEEK, name, float(before[most]), float(after[most]))]


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
    enough = np.minimum(before.sum(axis=1), (whole - before).sum(axis=1)) >= _FEWEST
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
