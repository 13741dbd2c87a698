"""How many cases each client brings, and when in the week and in the year.

Weeks weigh less the longer ago they are, as fast as predicts the weeks that follow best, judged inside the records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.arrivals import dated, evenness, profiles, shares
from irrupt.discovery.arrivals.censoring import Completeness
from irrupt.discovery.arrivals.dated import NO_DATES, ByDay, Dated
from irrupt.discovery.arrivals.groups import grouped
from irrupt.discovery.arrivals.looks import looks, of_late
from irrupt.discovery.arrivals.shares import EVEN, Shares
from irrupt.discovery.log import HOURS, Log
from irrupt.discovery.people import closures
from irrupt.engine.columns import mean_size
from irrupt.organisation import Client
from irrupt.units import DAY, HOUR, WEEK

_HALF_LIVES = (np.inf, 26.0, 13.0, 6.0, 3.0, 1.5, 0.7, 0.35)
"""Weeks after which a week weighs half."""
_SHORTEST = 1.5
"""The shortest one where cases that began of late are not all in the log."""
_LOOKS = 11
"""Times at which the next fifth of the cases is predicted."""
_CLEARLY, _AT_LEAST = 0.03, 0.02
"""By how much, as a share of the error and in logarithms of the rate, a shorter memory must predict better."""
_FEWEST_AHEAD, _FEWEST_WEEKS, _SIGNIFICANT = 16, 8, 3.0
_GREATEST_GROWTH, _DAMPED = 0.02, 0.5
_NO_DAYS = np.empty(0)
_ROUNDS, _REACH = 3, 10
"""How often levels and profile are told from each other, and as far as how many half-lives days count for a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What clients ask for, from the end of the log on."""

    clients: dict[str, Client]
    half_life: float
    """Weeks after which a week weighs half; infinite when the whole log counts alike."""
    growth: float
    """Change per week that was found significant, as a share; 0 when none was."""
    risen: float
    """Demand at the end of the log, where it goes on from, over what it was on average."""
    usual: float
    """Cases a week in the whole log, on average."""
    bursts: float
    """By how much the cases per week vary beyond trend, chance and what comes at a time: a standard deviation, as a
    share of their mean."""
    dated: Dated = NO_DATES
    """What depends on the date. All of the above is told beside it."""
    shares: Shares = EVEN
    """Whose share of the cases changed."""


class Varied(NamedTuple):
    """How much the number of cases varies from week to week."""

    dispersion: float
    """Its variance over what it would be by chance, if all came one by one,"""
    mean: float
    """and its mean."""

    def bursts(self, clients: Mapping[str, Client]) -> float:
        """See `Demand.bursts`."""
        rate = sum(one.cases_per_week for one in clients.values())
        chance = sum(one.cases_per_week * _together(one.at_a_time) for one in clients.values()) / max(rate, 1e-12)
        return float(np.sqrt(max(self.dispersion - chance, 0.0) / max(self.mean, 1e-12)))


class _Hours(NamedTuple):
    """The hours of a log."""

    number: Ints
    """Hours since the origin,"""
    seen: Floats
    """how much of each is in the log, where time counts as far as cases that arrive in it are there,"""
    level: Floats
    """how much was asked for by then, beside what the hour of the week tells of,"""
    weight: Floats
    """and how much an arrival in it tells of the week: a day of a flood is one day, however many come."""

    def of_week(self, part: int | None = None) -> Floats:
        """How often each hour of the week occurs; *part*: of one of two halves, weeks by turns."""
        often = self.seen * self.level * self.weight
        often *= 1.0 if part is None else self.number // HOURS % 2 == part
        return np.bincount(self.number % HOURS, often, HOURS).astype(float)

    def back_from(self, end: float) -> Floats:
        """How much there is of each week, from the last backwards."""
        back = np.clip(((end - (self.number + 0.5) * HOUR) // WEEK).astype(np.int64), 0, None)
        return np.maximum(np.bincount(back, self.seen) / HOURS, 1e-3)

    def without(self, quiet: Floats) -> _Hours:
        """The same but for *quiet* days, which are not in the log."""
        return self._replace(seen=self.seen * ~np.isin(self.number // 24 * DAY, quiet))

    def at(self, arrived: Floats) -> Floats:
        """How much each of those who *arrived* tells of the week."""
        hour = np.clip((arrived // HOUR).astype(np.int64) - self.number[0], 0, len(self.number) - 1)
        told: Floats = self.weight[hour]
        return told

    @property
    def first(self) -> int:
        """How many days after the origin the first one is,"""
        return int(self.number[0] // 24)

    @property
    def day(self) -> Ints:
        """and on which day from there each is."""
        return self.number // 24 - self.first

    def on(self, arrived: Floats) -> Ints:
        """On which of these days each *arrived*."""
        return np.clip((arrived // DAY).astype(np.int64) - self.first, 0, self.day[-1])

    def levelled(self, arrived: Floats, profile: Floats, half_life: float) -> _Hours:
        """The same, beside the *profile* of a week: each day at the level of those around it, which count half where
        they lie *half_life* weeks from it. Days vary more than by chance: one on which many come tells the less."""
        day = self.day
        expected = np.bincount(day, self.seen * profile[self.number % HOURS])
        came = np.bincount(self.on(arrived), minlength=len(expected)).astype(float)
        reach = min(int(np.ceil(_REACH * 7 * half_life)), len(expected))
        near = 0.5 ** (np.abs(np.arange(-reach, reach + 1)) / (7.0 * half_life))
        around, usual = (np.convolve(one, near)[reach : reach + len(expected)] for one in (came, expected))
        level = around / np.maximum(usual, 1e-12)
        should = level * expected
        varies = max(float(((came - should) ** 2 - should).sum() / max((should**2).sum(), 1e-12)), 0.0)
        return self._replace(level=level[day], weight=1.0 / (1.0 + varies * should)[day])


def _together(at_a_time: Mapping[int, float]) -> float:
    """How many cases a case comes with, itself counted, on average: by so much weeks vary more than by chance."""
    squared = sum(share * number**2 for number, share in at_a_time.items())
    return squared / mean_size(at_a_time) if at_a_time else 1.0


def learn(log: Log, complete: Completeness, quiet: Floats = _NO_DAYS) -> Demand:
    """The demand of each client of *log*: arrivals a week, their profile over the week, and growth; *quiet*: begins of
    days on which nobody brings any, as everything is closed."""
    arrived, begin, end = _arrivals(log, complete)
    counted = complete.begins & ~np.isin(arrived // DAY * DAY, quiet)
    hours = _hours(begin, end, log.span[1] - end, complete)
    weeks = closures.open_part(hours.back_from(end), quiet, arrived[counted], end)
    hours = hours.without(quiet)
    own = _by_week(log, arrived, counted, end, len(weeks))
    dates = dated.learn(log, _by_day(log, arrived, counted, hours, complete), own, weeks, end)
    within = dates.together(log.clients, own, weeks)
    evened = None if complete.complete_only else np.sort(dates.evened(arrived[counted], end, within))
    half_life = _memory(own.sum(axis=0), weeks * within, evened)
    growth, risen, varied = _level(own.sum(axis=0), weeks * within, half_life)
    changed = _changed(log, own, weeks, dates, half_life)
    shared, hours = _shared(log, arrived[counted], hours, half_life)
    own_hours = [*profiles.of_clients(*_in_halves(log, arrived, counted, hours), shared)]
    clients = {}
    for number, name in enumerate(log.clients):
        mine = counted & (log.client == number)
        if not mine.any():
            continue
        sizes, begins = grouped(arrived[mine])
        late = float(of_late(own[number], weeks * dates.weeks(name), half_life))
        asks = Client(
            cases_per_week=max(risen * changed.moved.get(name, 1.0) * late, 1e-6),
            profile=own_hours[number],
            growth=growth,
            evenness=evenness.told(begins, own_hours[number], dates.within(log.origin, begins, name)),
            at_a_time=sizes,
            group=name in log.groups,
        )
        clients[name] = dates.put(asks, name)
    return Demand(
        clients=clients,
        half_life=half_life,
        growth=growth,
        risen=risen,
        usual=varied.mean,
        bursts=varied.bursts(clients),
        dated=dates,
        shares=changed,
    )


def _changed(log: Log, own: Floats, weeks: Floats, dates: Dated, half_life: float) -> Shares:
    """Whose share of the cases changed: of cases a client may bring his *own*, in so much of each of the *weeks*."""
    here = shares.whole(weeks)
    level = here * own.sum(axis=0) / dates.together(log.clients, own, weeks)
    usual = np.array([level * dates.weeks(name) for name in log.clients])
    half_lives = [one for one in _HALF_LIVES if one >= _SHORTEST or one == half_life]
    return shares.learn(log.clients, own * here, usual, half_lives, half_life)


def _by_day(log: Log, arrived: Floats, counted: Flags, hours: _Hours, complete: Completeness) -> ByDay:
    """How many cases of each client arrived on each day; none is known where they are moved by weeks."""
    seen = np.bincount(hours.day, hours.seen / 24.0).astype(np.float64) * float(complete.ended_since is None)
    came = np.zeros((len(log.clients), len(seen)))
    np.add.at(came, (log.client[counted], hours.on(arrived[counted])), 1.0)
    return ByDay(came, seen, hours.first)


def _by_week(log: Log, arrived: Floats, counted: Flags, end: float, weeks: int) -> Floats:
    """How many cases of each client arrived in each of so many *weeks* before the *end*, the last one first."""
    week = np.clip(((end - arrived) // WEEK).astype(np.int64), 0, weeks - 1)
    own = np.zeros((len(log.clients), weeks))
    np.add.at(own, (log.client[counted], week[counted]), 1.0)
    return own


def steady(demand: Demand, clients: Mapping[str, Client]) -> dict[str, Client]:
    """*clients* who ask for as much, week after week, as they did on average in the records that *demand* tells of."""
    return {
        name: replace(
            client, cases_per_week=client.cases_per_week / demand.risen / demand.shares.moved.get(name, 1.0), growth=0.0
        )
        for name, client in clients.items()
    }


def _arrivals(log: Log, complete: Completeness) -> tuple[Floats, float, float]:
    """When cases of *log* arrive, and from when to when that is."""
    arrived = log.start[log.begin]
    if complete.ended_since is not None:
        return _as_they_end(log, arrived, complete.ended_since)
    return arrived, float(arrived[complete.begins].min()), log.arrivals_end


def _as_they_end(log: Log, arrived: Floats, since: float) -> tuple[Floats, float, float]:
    """Arrivals where the log holds the cases that ended *since* a day: each moved by whole weeks into the week in which
    it ended, since as many arrive as end and when in the week they do is known; and from when to when that is."""
    until = log.span[1]
    over = log.over
    moved = over // WEEK * WEEK + arrived % WEEK
    moved = np.where(moved > until, moved - WEEK, moved)
    return np.where(moved < since, np.minimum(moved + WEEK, until), moved), since, until


def _hours(begin: float, end: float, follow_up: float, complete: Completeness) -> _Hours:
    """The hours from *begin* to *end* of a log that goes on for *follow_up* after it."""
    if end - begin < WEEK:
        # less than a week: whole days, since nobody knows what the rest of them was like
        begin, end = np.floor(begin / DAY) * DAY, (np.floor(end / DAY) + 1) * DAY
    hours = np.arange(int(begin // HOUR), int(np.ceil(end / HOUR)))
    inside = np.minimum(hours + 1, end / HOUR) - np.maximum(hours, begin / HOUR)
    seen = complete.seen(end + follow_up - (hours.astype(float) + 0.5) * HOUR) * inside
    return _Hours(hours, seen, np.ones(len(hours)), np.ones(len(hours)))


def _shared(log: Log, arrived: Floats, hours: _Hours, half_life: float) -> tuple[Floats, _Hours]:
    """Arrivals in each hour of the week, and the *hours* beside it, at the level of demand in each: where a flood ends
    in the middle of a week, its other days are not quiet."""
    for _round in range(_ROUNDS if np.isfinite(half_life) else 0):
        hours = hours.levelled(arrived, _over_the_week(log, arrived, hours), half_life)
    return _over_the_week(log, arrived, hours), hours


def _over_the_week(log: Log, arrived: Floats, hours: _Hours) -> Floats:
    """Arrivals in each hour of the week, drawn towards what days of the same kind tell."""
    return profiles.shared(_by_hour(log, arrived, hours), hours.of_week())


def _in_halves(log: Log, arrived: Floats, counted: Flags, hours: _Hours) -> tuple[Floats, Floats]:
    """How many cases of each client arrive in each hour of every second week and of the others, and how often these
    occur."""
    size, known = len(log.clients), counted & (log.client >= 0)
    times = 7 if log.daily else HOURS
    half = (arrived // WEEK).astype(np.int64) % 2
    at = (arrived % WEEK // (WEEK / times)).astype(np.int64) % times
    place = ((half * size + log.client) * times + at)[known]
    counts = np.bincount(place, hours.at(arrived[known]), 2 * size * times).reshape(2, size, times)
    parts: Floats = np.array([hours.of_week(part) for part in (0, 1)])
    each: Floats = np.repeat(counts.astype(np.float64), HOURS // times, axis=2) * (times / HOURS)
    return each, parts


def _by_hour(log: Log, arrived: Floats, hours: _Hours) -> Floats:
    """How many arrive in each hour of the week."""
    told = hours.at(arrived)
    if log.daily:
        day = (arrived % WEEK // DAY).astype(np.int64) % 7
        return np.repeat(np.bincount(day, told, minlength=7) / 24.0, 24)
    return np.bincount((arrived % WEEK // HOUR).astype(np.int64) % HOURS, told, minlength=HOURS).astype(float)


def _memory(per_week: Floats, weeks: Floats, arrived: Floats | None) -> float:
    """The half-life with which past arrivals predict those after them best.

    Errors are those of the logarithm of the rate, at looks that lie alike in time, and (where *arrived* tells) at looks
    that lie alike among the cases: where a log holds a trickle and then a flood, most of them come in the flood.
    """
    found = [errors for errors in (_by_weeks(per_week[::-1], weeks[::-1]), _by_cases(arrived)) if errors is not None]
    if not found:
        return float(np.inf)
    errors = np.mean(found, axis=0)
    best = 0
    for number in range(1, len(errors) if arrived is not None else _HALF_LIVES.index(_SHORTEST) + 1):
        if errors[number] < errors[best] * (1 - _CLEARLY) - _AT_LEAST:
            best = number
    return _HALF_LIVES[best]


def _by_weeks(counts: Floats, exposure: Floats) -> Floats | None:
    """Per half-life, the mean error in predicting the number of cases in the next fifth of the time."""
    ahead = looks(len(counts))
    if ahead is None:
        return None
    after, during = ahead.beyond(counts), ahead.beyond(exposure)
    errors = []
    for half_life in _HALF_LIVES:
        rate = ahead.before(counts, half_life) / ahead.before(exposure, half_life)
        errors.append(np.abs(np.log((after + 1.0) / (rate * during + 1.0))).mean())
    return np.array(errors)


def _by_cases(arrived: Floats | None) -> Floats | None:
    """Per half-life, the mean error in predicting how long the next fifth of the cases takes to come."""
    size = 0 if arrived is None else len(arrived)
    ahead = size // 5
    if arrived is None or ahead < _FEWEST_AHEAD or arrived[-1] - arrived[0] < 2 * WEEK:
        return None
    looks = (np.linspace(0.4, 0.8, _LOOKS) * size).astype(np.int64)
    looks = np.unique(looks[arrived[looks] - arrived[0] > 2 * DAY])
    if not len(looks):
        return None
    taken = np.log((arrived[looks + ahead - 1] - arrived[looks]) / WEEK + 1e-6)
    told = [[np.log(ahead / _rate(arrived[: at + 1], half_life)) for at in looks] for half_life in _HALF_LIVES]
    errors: Floats = np.abs(np.array(told) - taken).mean(axis=1)
    return errors


def _rate(arrived: Floats, half_life: float) -> float:
    """Cases a week until the last of *arrived*, those counting half that came *half_life* weeks before."""
    ago = (arrived[-1] - arrived) / WEEK
    if not np.isfinite(half_life):
        return len(arrived) / float(ago[0])
    return float((0.5 ** (ago / half_life)).sum() / (half_life / np.log(2) * (1 - 0.5 ** (ago[0] / half_life))))


def _level(per_week: Floats, weeks: Floats, half_life: float) -> tuple[float, float, Varied]:
    """What `_trend` tells. Where weeks count by their *half_life*, the level of late is what is known best; where it is
    going from there is not."""
    if not np.isfinite(half_life):
        return _trend(per_week, weeks)
    return 0.0, 1.0, _beside_neighbours(per_week, weeks, _trend(per_week, weeks)[2])


def _trend(per_week: Floats, weeks: Floats) -> tuple[float, float, Varied]:
    """Growth per week where it is significant against the dispersion of weeks, damped, as nobody knows whether it goes
    on; what it came to at the end, over the mean; and how much weeks vary."""
    whole = weeks > 0.5
    counts, exposure = per_week[whole], weeks[whole]
    if len(counts) < 3 or counts.sum() < 10:
        return 0.0, 1.0, Varied(0.0, float(per_week.sum() / weeks.sum()))
    time = -np.arange(len(weeks))[whole].astype(float)
    rate = counts.sum() / exposure.sum()
    centre = (time * exposure).sum() / exposure.sum()
    spread = (exposure * (time - centre) ** 2).sum()
    slope = ((counts - rate * exposure) * (time - centre)).sum() / max(spread, 1e-12)
    expected = np.maximum(exposure * (rate + slope * (time - centre)), 0.05 * rate)
    dispersion = float(((counts - expected) ** 2 / expected).sum() / max(len(counts) - 2, 1))
    varied = Varied(dispersion, float(expected.mean()))
    error = np.sqrt(max(dispersion, 1.0) * rate / max(spread, 1e-12))
    if len(counts) < _FEWEST_WEEKS or abs(slope) < _SIGNIFICANT * error:
        return 0.0, 1.0, varied
    level = max(rate + slope * (time.max() - centre), 0.2 * rate)
    growth = float(np.clip(_DAMPED * slope / level, -_GREATEST_GROWTH, _GREATEST_GROWTH))
    return growth, float(level / rate), varied


def _beside_neighbours(per_week: Floats, weeks: Floats, varied: Varied) -> Varied:
    """How much weeks vary beside those before and after them, where that is less than beside a trend: where demand is
    at another level since some week, weeks may be as even before as since."""
    whole = weeks > 0.5
    rate, exposure = per_week[whole] / weeks[whole], weeks[whole]
    if len(rate) < _FEWEST_WEEKS:
        return varied
    near = (rate[:-2] + rate[2:]) / 2
    chance = np.maximum(near, 1.0) * (1.0 / exposure[1:-1] + (1.0 / exposure[:-2] + 1.0 / exposure[2:]) / 4)
    return varied._replace(dispersion=min(varied.dispersion, float(((rate[1:-1] - near) ** 2 / chance).mean())))
