"""Steps that take another time since some week: what was before it tells nothing of the present.

How fast the past fades (`irrupt.discovery.memory`) is asked of all steps together. Where one step is done faster at a
stroke, or clients answer later, that is told by its own times: beside who did it and for whom, a week parts them in two
that differ by far more than weeks do among themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery import parted
from irrupt.discovery.arrivals.censoring import Completeness
from irrupt.discovery.keys import parts
from irrupt.discovery.log import Log
from irrupt.discovery.parted import FEWEST
from irrupt.units import WEEK

_LEAST = 0.1
"""By what share times must change, on average."""
_BINS = 3
"""In how many kinds, alike in number, times are told apart by how long they are."""
_ALONE = 20
"""Steps of a person, or of a client, from which on his own times are told from the others'."""
_FOLLOWED = 0.95
"""Share of the times that must fit in between the begin of the records and a step for it to tell."""


class Turned(NamedTuple):
    """From when on a step takes another time, or a client another time to answer before it."""

    symbol: int
    behind: int
    """The symbol after which the client is waited for; -1: it is about the time of the step itself."""
    since: float
    """Seconds since the origin."""
    was: float
    now: float
    """The time on average, in seconds."""


def learn(log: Log, symbols: Ints, worked: Flags, work: Floats, complete: Completeness) -> tuple[Turned, ...]:
    """The last turn of each symbol, and of each wait for the client, that has one. *symbols*: that of each step;
    *worked*: steps of which it is known how long somebody *work*ed on them; of those that nobody does, what passes
    since the step before counts."""
    if complete.complete_only or complete.ended_since is not None:
        return ()
    before = np.arange(len(symbols)) - 1
    passed = log.end - log.end[before]
    until = log.start - log.end[before] if log.starts == "measured" else passed
    nobody = log.inner & (log.person < 0)
    answers = log.inner & ~nobody & log.waits.between(log.activity[before], log.activity)
    pairs = symbols[before] * (int(symbols.max(initial=0)) + 1) + symbols
    groups = [
        *((at, -1, np.where(worked, work, passed)[at]) for at in _of_each(log, symbols, worked | nobody)),
        *((at, int(symbols[at[0] - 1]), until[at]) for at in _of_each(log, pairs, answers)),
    ]
    weeks = parted.weeks_of(log)
    sure = parted.sure(len(groups), weeks)
    return tuple(
        Turned(int(symbols[at[0]]), behind, *turn)
        for at, behind, times in groups
        for turn in _last(log, at, times, weeks[at], sure)
    )


def _of_each(log: Log, keys: Ints, tells: Flags) -> Iterator[Ints]:
    """The places of the steps of each key that *tell*, where these are many; none after the last arrivals, when only
    long cases are left."""
    told = np.flatnonzero(tells & (log.end <= log.arrivals_end))
    yield from (told[at] for at in parts(keys[told]) if len(at) >= 2 * FEWEST)


def _last(log: Log, at: Ints, times: Floats, weeks: Ints, sure: float) -> Iterator[tuple[float, float, float]]:
    """Since when steps *at* some places take other *times*, and how long they took and take on average.

    Of the first weeks, only short ones are in the records."""
    seen = (log.end[at] >= log.since + np.quantile(times, _FOLLOWED)) & (times > 0.0)
    at, times, weeks = at[seen], times[seen], weeks[seen]
    if len(at) < 2 * FEWEST:
        return
    level = np.log(times + 1.0)
    for whose in (log.person[at], log.client[log.case[at]]):
        level = level - _means(level, whose)
    edges = np.unique(np.quantile(level, np.linspace(0.0, 1.0, _BINS + 1)[1:-1]))
    first = int(weeks.min())
    found = parted.last(parted.counted(weeks - first, np.searchsorted(edges, level, "right")), sure)
    if found is None:
        return
    turn, since = (first + week for week in found)
    was, now = (float(times[one].mean()) for one in ((weeks >= turn) & (weeks < since), weeks >= since))
    if abs(np.log(now / was)) >= np.log1p(_LEAST):
        yield log.since + since * WEEK, was, now


def gone(log: Log, symbols: Ints, turns: tuple[Turned, ...]) -> Flags:
    """Per step: whether it was done before a turn of its times, or of the wait before it."""
    found = np.zeros(len(symbols), bool)
    for turn in turns:
        found |= _before(log, symbols, turn)
    return found


def as_now(log: Log, symbols: Ints, turns: tuple[Turned, ...], work: Floats) -> Floats:
    """*work* on each step as long as it would take now."""
    for turn in turns:
        if turn.behind < 0:
            work = np.where(_before(log, symbols, turn), work * (turn.now / turn.was), work)
    return work


def _before(log: Log, symbols: Ints, turn: Turned) -> Flags:
    mine: Flags = (symbols == turn.symbol) & (log.end < turn.since)
    if turn.behind >= 0:
        mine &= log.inner & (np.append(-1, symbols[:-1]) == turn.behind)
    return mine


def _means(level: Floats, whose: Ints) -> Floats:
    """Of each, the mean of all that are of the same, where these are many; of few, that of all."""
    number = np.unique(whose, return_inverse=True)[1]
    count = np.bincount(number)
    own = np.bincount(number, level) / count
    found: Floats = np.where(count >= _ALONE, own, level.mean())[number]
    return found
