"""The season of the year in how many cases come, where the records show that it comes again.

What looks like a season in one year may be a level of demand that changed, a trend, or a few weeks with more cases than
usual. It is one where it makes records of two years or more clearly more likely than all of these do, see `yearly`. A
client has that of all cases together, unless his own records tell clearly of another, or of none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.arrivals import yearly
from irrupt.discovery.arrivals.yearly import MONTHS, Season, Told
from irrupt.discovery.log import Log
from irrupt.units import DAY, WEEK

_LEAST = 2 * 365.25 * DAY - 2 * WEEK
"""Seconds that records must cover: two years, but for holidays at their edges."""
_CLEARLY = 3.0
"""Nats by which a season must make them more likely."""

EVEN = (1.0,) * MONTHS
"""The factors of whoever has no season."""


class Seasons(NamedTuple):
    """The seasons of the clients of a log."""

    of: Mapping[str, Season]
    """Client -> his season; nobody is named who has none."""
    months: Floats
    """[weeks, 12]: the share of each week of the log, the last one first, that lies in each month."""

    def weeks(self, name: str) -> Floats:
        """How many cases a client brings in each week, where in the mean of a year he brings one."""
        if name not in self.of:
            return np.ones(len(self.months))
        within: Floats = self.months @ self.of[name].factors
        return within

    def factors(self, name: str) -> tuple[float, ...]:
        """The factors of a client's months, as they are written."""
        if name not in self.of:
            return EVEN
        return written(self.of[name].factors)

    def within(self, origin: datetime, arrived: Floats, name: str) -> Floats:
        """How many cases a client brings at the time of each that *arrived*, where in the mean of a year it is one."""
        found: Floats = np.array(self.factors(name))[month_of(origin, arrived)]
        return found

    def together(self, names: tuple[str, ...], counts: Floats, weeks: Floats) -> Floats:
        """The same of all clients, who brought so many cases, [clients, weeks], in so much of each week."""
        if not self.of:
            return np.ones(len(weeks))
        own = np.array([self.weeks(name) for name in names])
        rates = counts.sum(axis=1) / (own @ weeks)
        shares: Floats = rates @ own / rates.sum()
        return shares

    def evened(self, arrived: Floats, end: float, within: Floats) -> Floats:
        """When cases would have *arrived* before the *end*, had they come all year round as they do in the mean of it;
        *within*: how many come in each week."""
        if not self.of:
            return arrived
        passed = np.append(0.0, np.cumsum(within)) * WEEK
        moments: Floats = end - np.interp(end - arrived, np.arange(len(passed)) * WEEK, passed)
        return moments


def written(factors: Floats) -> tuple[float, ...]:
    """*factors* as an organisation has them."""
    return tuple(float(f"{factor:.4g}") for factor in factors)


def month_of(origin: datetime, moments: Floats) -> Ints:
    """The month, 0 for January, in which each of *moments* lies, seconds after *origin*.

    >>> month_of(datetime(2024, 1, 1), np.array([0.0, 31 * DAY])).tolist()
    [0, 1]
    """
    days = np.datetime64(origin, "s") + np.floor(moments).astype(np.int64).astype("timedelta64[s]")
    found: Ints = days.astype("datetime64[M]").astype(np.int64) % MONTHS
    return found


def learn(log: Log, counts: Floats, weeks: Floats, end: float) -> Seasons:
    """The seasons of the clients of *log*, who brought so many cases, [clients, weeks], in so much of each of the weeks
    before its *end*, the last one first."""
    middles = np.float64(end) - (np.arange(len(weeks) * 7, dtype=np.float64) + 0.5) * DAY
    months = np.eye(MONTHS)[month_of(log.origin, middles)].reshape(-1, 7, MONTHS).mean(axis=1)
    if weeks.sum() * WEEK < _LEAST:
        return Seasons({}, months)
    everybody = yearly.series(counts.sum(axis=0), weeks, months)
    if everybody is None:
        return Seasons({}, months)
    all_cases = yearly.told(everybody)
    common = all_cases.season if _clear(all_cases) else None
    if len(log.clients) == 1:
        return Seasons({} if common is None else {log.clients[0]: common}, months)
    found = {}
    for name, own in zip(log.clients, counts, strict=True):
        season = _own(yearly.series(own, weeks, months), common, len(log.clients))
        if season is not None and own.any():
            found[name] = season
    return Seasons(found, months)


def _clear(told: Told, among: int = 1) -> bool:
    """Whether a season is told, where it might have been of *among* so many clients."""
    return bool(told.yearly - told.plain > _CLEARLY + np.log(among))


def _own(known: yearly.Series | None, common: Season | None, among: int) -> Season | None:
    """The season of one client: his own or none, where that is clear, or else the *common* one."""
    if known is None:
        return common
    told = yearly.told(known)
    if common is None:
        return told.season if _clear(told, among) else None
    shared = yearly.plain(known.beside(common.logarithms))
    if max(told.yearly, told.plain) <= shared + _CLEARLY + np.log(among):
        return common
    return told.season if told.yearly > told.plain else None
