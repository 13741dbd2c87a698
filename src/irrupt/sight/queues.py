"""Who passes whom: queues as they were served, and as they would have been in the order of arrival.

A queue is one activity of one team. A step passes another when it came later and began earlier. With the same moments
of beginning handed out in the order of arrival, each step would have begun earlier or later: what it gained or lost by
the order that was kept. Over a queue, gains and losses add up to nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, Rows
from irrupt.ledgers.kernels import later_ones

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


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


def queues(rows: Rows) -> Queues:
    """How each of *rows* fared in its queue. `n log n`."""
    size = len(rows.case)
    came = np.where(np.isnan(rows.ready), rows.enabled, rows.ready)
    his = rows.flags & (CLIENT_ACT | CLIENT_WAIT) != 0
    waits = ~his & ~np.isnan(rows.start) & (rows.activity >= 0) & ((rows.team >= 0) | (rows.person >= 0))
    at = np.flatnonzero(waits)
    busy, passes, lost = np.zeros(size, bool), np.zeros(size), np.zeros(size)
    if not len(at):
        return Queues(waits, busy, passes, lost)
    queue = np.unique((rows.team[at].astype(np.int64) + 1) << 32 | rows.activity[at], return_inverse=True)[1]
    begin, arrive = rows.start[at], came[at]
    far = max(float(begin.max() - arrive.min()), 1.0) * 2 + 1
    start, since = begin - arrive.min() + queue * far, arrive - arrive.min() + queue * far
    by_since, by_start = np.lexsort((start, since)), np.lexsort((since, start))
    lost[at[by_since]] = (start[by_since] - start[by_start]) / 3600.0
    here = np.searchsorted(since[by_since], start, "right") - np.searchsorted(start[by_start], start, "right")
    # The moments of one queue all lie after those of the queues before it, so that only its own steps count.
    rank = np.unique(start[by_since], return_inverse=True)[1]
    before = np.empty(len(at), np.int64)
    before[by_since] = later_ones(rank.astype(np.int64))
    busy[at] = here > 0
    passes[at] = np.where(here > 0, before / np.maximum(here, 1), 0.0)
    return Queues(waits, busy, passes, lost)
