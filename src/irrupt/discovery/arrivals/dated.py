"""How many cases clients bring by the date: in a season of the year, and on days of the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.arrivals import monthly, season
from irrupt.discovery.arrivals.factors import Factors, written
from irrupt.discovery.arrivals.monthly import Month
from irrupt.discovery.log import Log
from irrupt.organisation import Client, year
from irrupt.units import DAY, WEEK


class Dated(NamedTuple):
    """What it depends on by the date how many cases come."""

    seasons: Mapping[str, Factors]
    """Client -> his season,"""
    months: Mapping[str, Month]
    """and his days of the month; nobody is named who has none."""
    days: Ints
    """[weeks, 7] which day of a year each day of the log is, the last one first."""
    share: Mapping[str, Floats]
    """Client -> how much of a week's cases he brings on each of these seven, [7]."""

    def __bool__(self) -> bool:
        return bool(self.seasons or self.months)

    def put(self, client: Client, name: str) -> Client:
        """*client* with both, who is called so."""
        if name in self.seasons:
            client = replace(client, season=written(self.seasons[name].factors))
        return self.months[name].put(client, self.months[name].factors.factors) if name in self.months else client

    def factors(self, name: str) -> Floats:
        """Both, for each day of a year."""
        return of_days(self.put(Client(cases_per_week=0.0), name))

    def weeks(self, name: str) -> Floats:
        """How many cases a client brings in each week, where in the mean of a year he brings one."""
        if name not in self.seasons and name not in self.months:
            return np.ones(len(self.days))
        within: Floats = self.factors(name)[self.days] @ self.share[name]
        return within

    def within(self, origin: datetime, arrived: Floats, name: str) -> Floats:
        """How many cases a client brings at the time of each that *arrived*, where in the mean of a year it is one."""
        found: Floats = self.factors(name)[day_of(origin, arrived)]
        return found

    def together(self, names: tuple[str, ...], counts: Floats, weeks: Floats) -> Floats:
        """The same of all clients, who brought so many cases, [clients, weeks], in so much of each week."""
        if not self:
            return np.ones(len(weeks))
        own = np.array([self.weeks(name) for name in names])
        rates = counts.sum(axis=1) / np.maximum(own @ weeks, 1e-9)
        shares: Floats = rates @ own / rates.sum()
        return shares

    def evened(self, arrived: Floats, end: float, within: Floats) -> Floats:
        """When cases would have *arrived* before the *end*, had they come all year round as they do in the mean of it;
        *within*: how many come in each week."""
        if not self:
            return arrived
        passed = np.append(0.0, np.cumsum(within)) * WEEK
        moments: Floats = end - np.interp(end - arrived, np.arange(len(passed)) * WEEK, passed)
        return moments


def of_days(client: Client) -> Floats:
    """By what the number of cases of a *client* is multiplied on each day of a year, see `organisation.year`."""
    return year.factors(client.season, client.days_of_month.items(), client.working_days_of_month.items())


NO_DATES = Dated({}, {}, np.empty((0, 7), np.int64), {})
"""Nothing depends on the date."""


def day_of(origin: datetime, moments: Floats) -> Ints:
    """On which day of a year each of *moments* lies, seconds after *origin*.

    >>> days = day_of(datetime(2024, 1, 1), np.array([0.0, 31 * DAY]))
    >>> year.MONTH[days].tolist(), year.DAY[0][days].tolist()
    ([0, 1], [1, 1])
    """
    seconds = np.floor(moments).astype(np.int64).astype("timedelta64[s]")
    return year.days_of_year((np.datetime64(origin, "s") + seconds).astype("datetime64[D]"))


class ByDay(NamedTuple):
    """How many cases came on each day of a log."""

    came: Floats
    """[clients, days]"""
    seen: Floats
    """How much of each day is in the log, as far as cases that came on it are;"""
    first: int
    """and how many days after the origin the first one is."""

    def on(self, weekday: Ints) -> Floats:
        """[clients, 7]: how much of a week's cases come on each *weekday*, from 0, Monday."""
        number = (self.first + np.arange(len(self.seen))) % 7
        counts = np.array([np.bincount(number, one, 7) for one in self.came])
        shares: Floats = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0))[:, weekday]
        return shares


def learn(log: Log, by_day: ByDay, counts: Floats, weeks: Floats, end: float) -> Dated:
    """What depends on the date in how many cases the clients of *log* bring: *counts*, [clients, weeks], in so much of
    each of the *weeks* before the *end*, the last one first."""
    middles = end - (np.arange(len(weeks) * 7, dtype=np.float64) + 0.5) * DAY
    days = day_of(log.origin, middles).reshape(-1, 7)
    dates = year.dates(log.origin, by_day.first + np.arange(len(by_day.seen)))
    shares = by_day.on((middles[:7] // DAY).astype(np.int64) % 7)
    return Dated(
        seasons=season.learn(log, counts, weeks, days),
        months=monthly.learn(log.clients, by_day.came, by_day.seen, dates),
        days=days,
        share=dict(zip(log.clients, shares, strict=True)),
    )
