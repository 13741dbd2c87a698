"""Who passes whom: queues as they were served, and as they would have been in the order of arrival.

A queue is one activity of one team. A step passes another when it came later and began earlier. With the same moments
of beginning handed out in the order of arrival, each step would have begun earlier or later: what it gained or lost by
the order that was kept. Over a queue, gains and losses add up to nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, Rows
from irrupt.ledgers.kernels import later_ones
from irrupt.units import HOUR

_OFTEN, _LONG, _SOON = 20, 20 * HOUR, 0.1
"""How often a step follows another, for its shortest time after it to tell; seconds that are more than a night, and the
part of them within which the same step begins after other steps."""


class Queues(NamedTuple):
    """Per row; rows that wait in no queue of ours pass nobody and lose nothing."""

    waits: Flags
    """Somebody of ours begins it, and both moments are known."""
    busy: Flags
    """At least one other step waited in its queue when it began."""
    passes: Floats
    """Of the steps that wait when it begins, the share that came before it: 0 in the order of arrival, 1 where the last
    to come is the first to be served, about a half by chance."""
    lost: Floats
    """Hours by which it began later than in the order of arrival; negative: earlier."""
    elsewhere: tuple[tuple[int, int, float], ...] = ()
    """Steps before which cases wait for something else, as they never begin sooner than so many seconds after a certain
    step: the activity before, the activity, the seconds."""


def queues(rows: Rows) -> Queues:
    """How each of *rows* fared in its queue. `n log n`."""
    size = len(rows.case)
    came = np.where(np.isnan(rows.ready), rows.enabled, rows.ready)
    his = rows.flags & (CLIENT_ACT | CLIENT_WAIT) != 0
    waits = ~his & ~np.isnan(rows.start) & (rows.activity >= 0) & ((rows.team >= 0) | (rows.person >= 0))
    apart, elsewhere = _elsewhere(rows, came, waits)
    waits &= ~apart
    at = np.flatnonzero(waits)
    busy, passes, lost = np.zeros(size, bool), np.zeros(size), np.zeros(size)
    if not len(at):
        return Queues(waits, busy, passes, lost, elsewhere)
    queue = np.unique((rows.team[at].astype(np.int64) + 1) << 32 | rows.activity[at], return_inverse=True)[1]
    begin, arrive = rows.start[at], came[at]
    far = max(float(begin.max() - arrive.min()), 1.0) * 2 + 1
    start, since = begin - arrive.min() + queue * far, arrive - arrive.min() + queue * far
    by_since, by_start = np.lexsort((start, since)), np.lexsort((since, start))
    lost[at[by_since]] = (start[by_since] - start[by_start]) / HOUR
    here = np.searchsorted(since[by_since], start, "right") - np.searchsorted(start[by_start], start, "right")
    # The moments of one queue all lie after those of the queues before it, so that only its own steps count.
    rank = np.unique(start[by_since], return_inverse=True)[1]
    before = np.empty(len(at), np.int64)
    before[by_since] = later_ones(rank.astype(np.int64))
    busy[at] = here > 0
    passes[at] = np.where(here > 0, before / np.maximum(here, 1), 0.0)
    return Queues(waits, busy, passes, lost, elsewhere)


def _elsewhere(rows: Rows, came: Floats, waits: Flags) -> tuple[Flags, tuple[tuple[int, int, float], ...]]:
    """Which of the rows, case by case, come after a step after which theirs never begins before a long time, though it
    does after others: something else is waited for (a part that was ordered), in no queue of ours. And which they are.
    """
    apart = np.zeros(len(waits), bool)
    before = np.roll(rows.activity, 1)
    first = np.diff(rows.case, prepend=rows.case[:1] - 1) != 0
    at = np.flatnonzero(waits & ~first & (before >= 0))
    if not len(at):
        return apart, ()
    gap, many = rows.start[at] - came[at], np.int64(rows.activity.max()) + 1
    pair = rows.activity[at] * many + before[at]
    each, number, count = np.unique(pair, return_inverse=True, return_counts=True)
    least = np.full(len(each), np.inf)
    np.minimum.at(least, number, gap)
    after = each // many
    soonest = np.full(int(many), np.inf)
    np.minimum.at(soonest, after[count >= _OFTEN], least[count >= _OFTEN])
    long = (count >= _OFTEN) & (least >= _LONG) & (soonest[after] <= least * _SOON)
    apart[at] = long[number]
    told = tuple((int(each[one] % many), int(after[one]), float(least[one])) for one in np.flatnonzero(long))
    return apart, told
