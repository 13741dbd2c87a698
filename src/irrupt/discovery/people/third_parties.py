"""What others do in hours of their own: an answer, an analysis, a decision elsewhere.

Nobody of the organisation works on such a step, and it begins as soon as it can. Where the moments at which it ends say
clearly that its time passes in somebody's hours, in cases of all or of one client, all of it becomes a delay that ends
with it: delays pass in hours.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.discovery.keys import parts
from irrupt.discovery.log import Log
from irrupt.discovery.people import rhythm
from irrupt.discovery.people.calendars import hours, presence, usual_hours
from irrupt.discovery.times import passing
from irrupt.units import HOUR

_FEWEST = 100
"""Steps from which hours are told."""
_LONG = HOUR
"""Seconds that they last on average, at least, for hours to matter."""
_AT_ONCE, _MOMENT = 0.95, 60.0
"""Share of them that begin as soon as they can, and the seconds that count as at once: ends are written to the minute
as often as not."""
_SURE = 20.0
"""Nats by which hours must be likelier than around the clock."""


def as_delays(log: Log, worked: Flags) -> Log:
    """*log* in which steps that others do in hours of their own begin when they end: what passed before is a delay."""
    if log.daily or log.starts != "measured":
        return log
    start, enabled = log.start.copy(), log.enabled
    done = replace(log, start=np.where(worked, log.start, log.end))
    for at in parts(log.activity):
        lasts = log.end[at] - log.start[at]
        if len(at) < _FEWEST or lasts.mean() < _LONG or worked[at].any() or np.isin(at, log.begin).any():
            continue
        if (log.start[at] - enabled[at] <= _MOMENT).mean() < _AT_ONCE:
            continue
        client = log.client[log.case[at]]
        if any(_in_hours(log, done, some) for some in (at, *(at[client == one] for one in np.unique(client)))):
            start[at] = log.end[at]
    return replace(log, start=start)


def _in_hours(log: Log, done: Log, at: Ints) -> bool:
    """Whether the time of the steps *at*, of one activity, of all clients or of one, passes in hours that their ends
    tell, which are all that *done* knows of them."""
    if len(at) < _FEWEST:
        return False
    begin, end, these = log.start[at], log.end[at], np.zeros(len(log.case), bool)
    these[at] = True
    seen = presence(done, these, np.zeros(len(done.case), np.int64), 1, people=False)[0]
    told = [passing.evidence(begin, end, hours(calendar), waits=False) for calendar in usual_hours(seen)]
    if (often := rhythm.of(done, these)) is not None:
        apart = rhythm.halves(log.case)[at], often.first, often.second
        told.append(passing.evidence(begin, end, often.hours, waits=False, apart=apart))
    return max(one.gain for one in told) > _SURE
