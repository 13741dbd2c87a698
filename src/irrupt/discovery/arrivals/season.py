"""The season of the year in how many cases come, where the records show that it comes again.

What looks like a season in one year may be a level of demand that changed, a trend, or a few weeks with more cases than
usual. It is one where it makes records of two years or more clearly more likely than all of these do, see `yearly`.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.arrivals import factors, yearly
from irrupt.discovery.arrivals.factors import Factors
from irrupt.discovery.arrivals.yearly import MONTHS
from irrupt.discovery.log import Log
from irrupt.organisation.year import MONTH
from irrupt.units import DAY, WEEK

_LEAST = 2 * 365.25 * DAY - 2 * WEEK
"""Seconds that records must cover: two years, but for holidays at their edges."""

EVEN = (1.0,) * MONTHS
"""The factors of whoever has no season."""


def learn(log: Log, counts: Floats, weeks: Floats, days: Ints) -> dict[str, Factors]:
    """The season of each client of *log*, who brought so many cases, [clients, weeks], in so much of each of the weeks
    before its end, the last one first; *days*: [weeks, 7] which day of a year each of their days is. Nobody is named
    who has none."""
    if weeks.sum() * WEEK < _LEAST:
        return {}
    months = np.eye(MONTHS)[MONTH[days]].mean(axis=1)
    everybody = yearly.series(counts.sum(axis=0), weeks, months)
    if everybody is None:
        return {}
    own = {name: yearly.series(his, weeks, months) for name, his in zip(log.clients, counts, strict=True) if his.any()}
    return factors.of_clients(everybody, own)
