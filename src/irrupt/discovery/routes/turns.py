"""Steps after which cases go another way since some week: what was before it tells nothing of the present.

How fast the past fades (`irrupt.discovery.memory`) is asked of all steps together, and of many weeks. Where one step
leads elsewhere at a stroke, and little else changes, that is told by its own numbers: a week parts them in two that
differ by far more than weeks do among themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.discovery import parted
from irrupt.discovery.arrivals.censoring import Completeness
from irrupt.discovery.keys import parts
from irrupt.discovery.log import Log
from irrupt.discovery.parted import FEWEST
from irrupt.units import WEEK

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
    weeks = parted.weeks_of(log)
    every = [at for at in parts(symbols) if len(at) >= 2 * FEWEST]
    sure = parted.sure(len(every), weeks)
    found = []
    for at in every:
        mine = at[told[at] & (log.end[at] <= log.span[1] - np.quantile(passed[at], _FOLLOWED))]
        if len(mine) >= 2 * FEWEST:
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
    table = parted.counted(weeks, column)
    found = parted.last(table, sure)
    if found is None:
        return []
    turn, first = found
    before, after = table[turn:first].sum(axis=0), table[first:].sum(axis=0)
    before, after = before / before.sum(), after / after.sum()
    most = int(np.abs(after - before)[: int((~rare).sum())].argmax())
    name = int(names[~rare][most])
    return [Turn(symbol, origin + first * WEEK, name, float(before[most]), float(after[most]))]
