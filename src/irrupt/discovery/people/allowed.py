"""Up to what amount somebody does an activity: a clerk approves claims of up to 5,000 and leaves the others to others.

A limit is told as a missing skill is (`skills.py`): by what somebody does not do beyond it while he is there and the
others do it, and lets wait. Where it lies is told by all who have one together.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.kinds.bands import Bands, bands
from irrupt.discovery.people.able import Told
from irrupt.discovery.people.expected import PASSED, Asked, hardly
from irrupt.discovery.routes.limits import Amount, limits

_PARTS = 24
"""Parts of the cases, with as many each, by rising amount: of the highest and the lowest of these it is asked who does
none of them."""


def told(asked: Asked, plain: Flags, amount: Amount) -> Told:
    """Of which activities people do cases of some *amount* only, though they do them; *plain*: what they never do."""
    log, known = asked.log, amount.of_case[np.isfinite(amount.of_case)]
    edges = tuple(np.unique(np.quantile(known, np.arange(1, _PARTS) / _PARTS)).tolist()) if len(known) else ()
    found = Told({}, {}, np.zeros(len(log.activities)))
    if not edges:
        return found
    part, width = amount.beyond(edges, log.case), len(edges) + 1
    cell = np.where(part >= 0, log.activity * width + part, -1)
    shape = len(log.people), len(log.activities), width
    expected, waited = (one.reshape(shape) for one in asked.expected(cell, len(log.activities) * width))
    above, below = _beyond(asked.done(cell, len(log.activities) * width).reshape(shape), expected, waited)
    number = amount.of_case[log.case[asked.at]]
    for activity in np.flatnonzero((above | below).any(axis=(0, 2))).tolist():
        mine = log.activity[asked.at] == activity
        cuts = set[float]()
        for lacks in (above, below):
            who = np.flatnonzero(lacks[:, activity].any(axis=1) & ~plain[:, activity])
            if len(who):
                cuts.update(limits(number[mine], np.isin(log.person[asked.at[mine]], who).astype(np.int64)))
        if cuts:
            _add(found, asked, activity, bands(amount, tuple(sorted(cuts))), plain[:, activity])
    return found


def _add(found: Told, asked: Asked, activity: int, by: Bands, never: Flags) -> None:
    """Put among what is *found* who does not do an *activity* in which bands, if anybody does some only."""
    band = by.of_case[asked.log.case]
    kind = np.where(asked.log.activity == activity, band, -1)
    expected, waited = asked.expected(kind, len(by.values))
    done = asked.done(kind, len(by.values))
    above, below = _beyond(done, expected, waited)
    plain = np.repeat(never[:, None], len(by.values), axis=1)
    lacks = asked.left(kind, done, (above | below) & ~plain, plain)
    weight = float(expected[lacks & ~plain].sum())
    if weight > 0.0:
        found.by[activity], found.lacks[activity], found.weight[activity] = by, lacks, weight


def _beyond(done: Floats, expected: Floats, waited: Floats) -> tuple[Flags, Flags]:
    """What people do not do from some band on, upwards or downwards: of all from there on they have *done* hardly
    anything of what was *expected*, and much of it *waited* for them."""
    found = []
    for way in (slice(None, None, -1), slice(None)):
        did, asked, let_wait = (np.cumsum(one[..., way], axis=-1) for one in (done, expected, waited))
        lacks = hardly(did, np.where(let_wait >= PASSED, asked, 0.0))
        found.append(np.maximum.accumulate(lacks[..., ::-1], axis=-1)[..., ::-1][..., way])
    return found[0], found[1]
