"""What became of hours that follow queues: as they were announced and as they were worked, with what notice, at what
cost."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.goods import ADDED, KINDS, LESS, NOTICE_DAYS, OVERTIME, TEMPS, Goods, Hours, Money, Planned
from irrupt.engine.planning.capacity import (
    WEEK_DAYS,
    Level,
    flexible_cost,
    hours_by_day,
    mean_pay,
    special_weeks,
    temps_of,
)
from irrupt.engine.planning.days import Changed, minutes, on_day, usual
from irrupt.engine.tables import Tables
from irrupt.organisation.dated import calendar_clock
from irrupt.organisation.hours import joined, reduced
from irrupt.units import DAY

if TYPE_CHECKING:
    from irrupt.engine.planning.stretching import Stretching

AHEAD = 12
"""Weeks behind the last one for which hours are announced, at most."""


class Posted(NamedTuple):
    """The hours of a team in one week, as announced or as they were in the end."""

    team: str
    week: int
    announced: float
    """When, in seconds since the origin."""
    worked: bool
    days: tuple[tuple[tuple[str, Changed], ...], ...]
    """Day of the week -> who works other hours than usual."""
    temps: tuple[int, ...]
    """Day of the week -> temps."""
    rules: Tables


Ruled = Sequence[tuple[float, Tables]]
"""From when on which rules have been in force: seconds since the origin, rising."""


class Books:
    """Hours of the teams of a run of *weeks*, which had been *ruled* so by then; those before *day* were as usual."""

    def __init__(self, ruled: Ruled, weeks: float, day: int) -> None:
        self.teams = ruled[-1][1].teams
        shape = (len(self.teams), math.ceil(weeks) + 1 + AHEAD)
        self.hours = Hours.empty(*shape)
        self.flexible: Floats = np.zeros(shape)
        self.paid: Floats = np.zeros(shape)
        """What was paid for hours that are not given back any more."""
        self.rosters: list[Posted] = []
        self._announced: dict[str, int] = {}
        """Team -> the first week that is not announced yet."""
        self._moved: set[tuple[str, int]] = set()
        """Teams and weeks whose hours were changed today after they had been announced."""
        # Of the week that has begun, these are the days before; the others are added as they come.
        for week in range(min(-(-day // WEEK_DAYS), shape[1])):
            for rules, days in _ruled(ruled, week, day):
                self.hours.worked[:, week] += _of_all(rules, self.teams, week)[:, days].sum(axis=1)
            self.hours.announced[:, week] = self.hours.worked[:, week]

    def changed(self, team: str, today: int, day: int, by: float) -> None:
        """The hours of *team* on a *day* are other than they were, *by* so many minutes together; that is told
        *today*."""
        week = day // WEEK_DAYS
        if week >= self._announced.get(team, 0) or week >= self.hours.notice.shape[1] or not by:
            return
        number = self.teams.index(team)
        kind = int(np.searchsorted(NOTICE_DAYS, day - today, "right")) - 1
        self.hours.moved[number, week, kind] += abs(by) / 60.0
        self.hours.notice[number, week] = max(week * WEEK_DAYS - today, 0) / WEEK_DAYS
        self._moved.add((team, week))

    def temps(self, rules: Tables, team: str, day: int, count: int) -> float:
        """Minutes that so many temps of *team* are there on a *day*."""
        rule = rules.organisation.capacity[team].temps
        if rule is None or not count:
            return 0.0
        return count * minutes(_of_calendar(rules, rule.calendar, day))

    def meet(self, stretching: Stretching, day: int) -> None:
        """As a *day* begins, hours of teams that follow what waits since today were announced as usual."""
        for team in stretching.teams:
            if self._announced.get(team, -1) < day // WEEK_DAYS:
                self._announce(stretching, team, day)

    def announce(self, stretching: Stretching, day: int) -> None:
        """As a *day* begins, the hours of further weeks are announced, and those told anew that were changed."""
        for team in stretching.teams:
            self._announce(stretching, team, day)
        for team, one in sorted(self._moved):
            self._post(stretching, team, one, day, worked=False)
        self._moved.clear()

    def _announce(self, stretching: Stretching, team: str, day: int) -> None:
        if team not in self.teams:
            return
        week = day // WEEK_DAYS
        begin = max(self._announced.get(team, week), week)
        end = max(begin, week + min(stretching.teams[team].roster_weeks, AHEAD) + 1)
        self._announced[team] = end
        number = self.teams.index(team)
        for one in range(begin, end):
            if one < self.hours.announced.shape[1]:
                days = range(one * WEEK_DAYS, (one + 1) * WEEK_DAYS)
                self.hours.announced[number, one] = sum(self._day(stretching, team, it) for it in days)
            self._post(stretching, team, one, day, worked=False)

    def work(self, stretching: Stretching, day: int) -> None:
        """A *day* is worked as it is settled."""
        week, rules = day // WEEK_DAYS, stretching.rules
        if day % WEEK_DAYS == 0 and day:
            for team in stretching.teams:
                self._post(stretching, team, week - 1, day - WEEK_DAYS, worked=True)
        if week >= self.hours.worked.shape[1]:
            return
        self.hours.now[0] = week + 1
        usual = _of_all(rules, self.teams, week)[:, day % WEEK_DAYS]
        told = np.array([self._announced.get(team, 0) > week for team in self.teams], np.bool_)
        self.hours.worked[:, week] += usual
        self.hours.announced[~told, week] += usual[~told]
        for team in stretching.teams:
            if team in self.teams:
                number = self.teams.index(team)
                self.hours.worked[number, week] += self._day(stretching, team, day) - usual[number]
                if day % WEEK_DAYS == WEEK_DAYS - 1:
                    self._count(rules, team, week)

    def _count(self, rules: Tables, team: str, week: int) -> None:
        """What the hours of *team* in a *week* cost so far."""
        number = self.teams.index(team)
        found = self.hours.worked[number, week], self.hours.moved[number, week]
        self.flexible[number, week] = flexible_cost(rules.organisation, team, *found) + self.paid[number, week]

    def close(self, stretching: Stretching, teams: Sequence[str], day: int) -> None:
        """Hours of these *teams* follow nothing any more, from the *day* after this one on: this week is worked as it
        is settled now, and costs what it did so far."""
        week = day // WEEK_DAYS
        for team in teams:
            self._post(stretching, team, week, week * WEEK_DAYS, worked=True)
            if team in self.teams and week < self.flexible.shape[1]:
                self._count(stretching.rules, team, week)

    def pay(self, stretching: Stretching, team: str, day: int, banked: int) -> None:
        """So many minutes that were *banked* in a *team* are not given back any more: they are paid as usual ones."""
        week, pay = day // WEEK_DAYS, mean_pay(stretching.rules.organisation, team)
        if team in self.teams and week < self.flexible.shape[1]:
            cost = math.nan if pay is None else banked / 60.0 * pay
            self.paid[self.teams.index(team), week] += cost
            self.flexible[self.teams.index(team), week] += cost

    def _day(self, stretching: Stretching, team: str, day: int) -> Floats:
        """Hours of all people of *team* together on a *day*, by kind, as far as it is settled."""
        found: Floats = usual_hours(stretching.rules, team, day // WEEK_DAYS)[day % WEEK_DAYS].copy()
        for it in stretching.changed_on(team, day).values():
            found[ADDED] += minutes(it.more) / 60.0
            found[LESS] -= minutes(it.less) / 60.0
            found[OVERTIME] += minutes(it.overtime) / 60.0
        found[TEMPS] = self.temps(stretching.rules, team, day, stretching.hired(team, day)) / 60.0
        return found

    def _post(self, stretching: Stretching, team: str, week: int, day: int, *, worked: bool) -> None:
        days = range(week * WEEK_DAYS, (week + 1) * WEEK_DAYS)
        others = tuple(tuple(stretching.changed_on(team, one).items()) for one in days)
        temps = tuple(stretching.hired(team, one) for one in days)
        self.rosters.append(Posted(team, week, day * DAY, worked, others, temps, stretching.rules))

    def fork(self) -> Books:
        """The same as they stand; neither disturbs the other."""
        other = copy.copy(self)
        other.hours = Hours._make(array.copy() for array in self.hours)
        other.flexible, other.paid = self.flexible.copy(), self.paid.copy()
        other.rosters, other._announced, other._moved = list(self.rosters), dict(self._announced), set(self._moved)
        return other


def planned_with(stretching: Stretching, planned: Planned | None) -> Planned:
    """What a plan came to, if there is one, and what became of hours that follow queues."""
    books = stretching.books
    if planned is None:
        return _told(books)
    mine = np.array([team in stretching.teams for team in books.teams])

    def both(one: Floats, other: Floats) -> Floats:
        found: Floats = np.where(mine.reshape(-1, *(1,) * (one.ndim - 1)), one, other)
        return found

    pairs = zip(books.hours[1:], planned.hours[1:], strict=True)
    hours = Hours(books.hours.now, *(both(one, other) for one, other in pairs))
    money = planned.money._replace(flexible=both(books.flexible, planned.money.flexible))
    return planned._replace(hours=hours, money=money)


def _told(books: Books) -> Planned:
    """What became of hours where no goods are planned."""
    none = np.zeros((0, 0))
    money = Money(delay=none, holding=none, price=none, flexible=books.flexible, charged=none)
    return Planned(Goods.empty(0, np.zeros(1), 0), (), books.hours, books.teams, money)


def _ruled(ruled: Ruled, week: int, day: int) -> Iterator[tuple[Tables, slice]]:
    """The rules of the days of a *week* that are before *day*: those in force as each begins."""
    first, last = week * WEEK_DAYS, min((week + 1) * WEEK_DAYS, day)
    begins = [min(max(math.ceil(moment / DAY), first), last) for moment, _rules in ruled]
    for (_moment, rules), begin, end in zip(ruled, begins, [*begins[1:], last], strict=True):
        if begin < end:
            yield rules, slice(begin - first, end - first)


@lru_cache(maxsize=64)
def as_usual(ruled: tuple[tuple[float, Tables], ...], weeks: float) -> Planned:
    """What hours come to in so many *weeks*, *ruled* so, if nothing stretches them. Kept: nobody writes into it."""
    books = Books(ruled, weeks, math.ceil(weeks) * WEEK_DAYS)
    books.hours.now[0] = math.ceil(weeks)
    return _told(books)


def usual_hours(rules: Tables, team: str, week: int) -> Floats:
    """Hours of all people of *team* together in a *week*, by day and kind, as they are usual."""
    return _usual_hours(rules, team, week if week < special_weeks(rules) else None)


def _of_all(rules: Tables, teams: tuple[str, ...], week: int) -> Floats:
    """The same of all *teams*; nought of those that are not there."""
    return _everybody(rules, teams, week if week < special_weeks(rules) else None)


@lru_cache(maxsize=256)
def _everybody(rules: Tables, teams: tuple[str, ...], week: int | None) -> Floats:
    known = rules.organisation.teams
    hours = [_usual_hours(rules, team, week) if team in known else np.zeros((WEEK_DAYS, KINDS)) for team in teams]
    return np.array(hours).reshape(len(teams), WEEK_DAYS, KINDS)


@lru_cache(maxsize=1024)
def _usual_hours(rules: Tables, team: str, week: int | None) -> Floats:
    return hours_by_day(rules.organisation, team, Level(), week)


@lru_cache(maxsize=1024)
def _of_calendar(rules: Tables, name: str, day: int) -> tuple[tuple[int, int], ...]:
    return on_day(calendar_clock(rules.organisation, name).week(day // WEEK_DAYS), day)


def shifts(posted: Posted) -> Iterator[tuple[str, float, float]]:
    """Every shift of everybody: who, and from when to when, in seconds since the origin."""
    rules = posted.rules.organisation
    rule = rules.capacity[posted.team].temps
    people = sorted(rules.members(posted.team))
    for at, (others, temps) in enumerate(zip(posted.days, posted.temps, strict=True)):
        day, told = posted.week * WEEK_DAYS + at, dict(others)
        hours = []
        for name in people:
            it = told.get(name, Changed())
            hours.append((name, joined((*reduced(usual(posted.rules, name, day), it.less), *it.more, *it.overtime))))
        if rule is not None:
            hours += [(name, _of_calendar(posted.rules, rule.calendar, day)) for name in temps_of(posted.team, temps)]
        for name, of_day in hours:
            for begin, end in of_day:
                yield name, day * DAY + 60.0 * begin, day * DAY + 60.0 * end
