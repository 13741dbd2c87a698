"""Weekly hours that follow the plan: modulated hours first, then overtime, then temps, each settled at its notice.

A *level* says for one team how many of the shifts of each kind are worked, and how many temps there are.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.goods import ADDED, KINDS, LESS, NOTICE_DAYS, OVERTIME, TEMPS, USUAL
from irrupt.engine.tables import Tables, tables
from irrupt.organisation.dated import clock
from irrupt.organisation.flow import visits_of_class
from irrupt.organisation.hours import joined, reduced
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.planning import Capacity, Interval, Modulation, Overtime, Temps
from irrupt.organisation.staff import Calendar, Person
from irrupt.units import HOUR

Sums = tuple[float, ...]
DUST = 1e-9
_DAY = 1440

WEEK_DAYS = 7


class Level(NamedTuple):
    """How the hours of a team are stretched in one week."""

    modulated: int = 0
    """So many shifts of `more`; below nought, of `less`."""
    overtime: int = 0
    temps: int = 0


Levels = tuple[tuple[str, Level], ...]
"""Team -> level, for those that are not as usual, in the order of names."""


@lru_cache(maxsize=128)
def stretched(usual: Tables, levels: Levels) -> Tables:
    """The rules *usual* with the hours of teams as *levels* say. Kept, since replications ask for the same again."""
    if not levels:
        return usual
    organisation = usual.organisation
    for team, level in levels:
        organisation = with_level(organisation, usual.organisation.capacity[team], team, level)
    return tables(organisation)


def with_level(organisation: Organisation, capacity: Capacity, team: str, level: Level) -> Organisation:
    """*organisation* with the hours of *team* at *level*."""
    people, calendars = dict(organisation.people), dict(organisation.calendars)
    more, less = _shifts(capacity, level)
    if more or less:
        for name in organisation.members(team):
            person = people[name]
            own = f"{person.calendar} ({team}, {level.modulated}, {level.overtime})"
            before = calendars[person.calendar]
            hours = joined((*reduced(before.hours, less), *reduced(more, before.organising)))
            calendars[own] = replace(before, hours=hours)
            people[name] = replace(person, calendar=own)
    if capacity.temps is not None:
        people |= hired(organisation, team, capacity.temps, level.temps)
    return replace(organisation, people=people, calendars=calendars)


def _shifts(capacity: Capacity, level: Level) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    modulation, overtime = capacity.modulation or Modulation(), capacity.overtime or Overtime(shifts=())
    more = (*modulation.more[: max(level.modulated, 0)], *overtime.shifts[: level.overtime])
    less = modulation.less[: max(-level.modulated, 0)]
    return tuple(one for shift in more for one in shift), tuple(one for shift in less for one in shift)


def hired(organisation: Organisation, team: str, rule: Temps, count: int) -> dict[str, Person]:
    """So many temps of a team, by name, paid as *rule* says, or as the team's own people on average."""
    pay = mean_pay(organisation, team) if rule.pay is None else rule.pay
    temp = Person(teams=(team, *rule.also), calendar=rule.calendar, speed=rule.speed, pay=pay)
    return dict.fromkeys(temps_of(team, count), temp)


def mean_pay(organisation: Organisation, team: str) -> float | None:
    """What an hour of the people of *team* is paid on average; None where that is not known of all of them."""
    pays = [organisation.people[name].pay for name in sorted(organisation.members(team))]
    known = [pay for pay in pays if pay is not None]
    return sum(known) / len(known) if known and len(known) == len(pays) else None


def temps_of(team: str, count: int) -> list[str]:
    """The names of a team's temps.

    >>> temps_of("Assembly", 2)
    ['Assembly, temp 1', 'Assembly, temp 2']
    """
    return [f"{team}, temp {number}" for number in range(1, count + 1)]


@lru_cache(maxsize=64)
def special_weeks(usual: Tables) -> int:
    """The number of the first week from which on all hours are as usual, or a later one."""
    rules = usual.organisation
    spans = [span for calendar in rules.calendars.values() for span in (*calendar.closed, *calendar.extra)]
    spans += [span for person in rules.people.values() for span in person.absent]
    days = [(end - rules.timeline.begin).days + 2 for _begin, end in spans]
    return -(-max(days, default=0) // 7)


def hours_of(organisation: Organisation, team: str, level: Level, week: int | None = None) -> Floats:
    """Hours of all people of *team* together in a *week*, or in one that is as usual, by kind."""
    hours: Floats = hours_by_day(organisation, team, level, week).sum(axis=0)
    return hours


def hours_by_day(organisation: Organisation, team: str, level: Level, week: int | None = None) -> Floats:
    """The same, of each day: (days, kinds)."""
    capacity = organisation.capacity.get(team, Capacity())
    found = np.zeros((KINDS, 7))
    modulation, overtime = capacity.modulation or Modulation(), capacity.overtime or Overtime(shifts=())

    def minutes(person: Person, hours: tuple[Interval, ...]) -> Floats:
        return _days(organisation, replace(organisation.calendars[person.calendar], hours=hours), person, week)

    for person in (organisation.people[name] for name in organisation.members(team)):
        calendar = organisation.calendars[person.calendar]
        hours, rules = calendar.hours, calendar.organising
        before = minutes(person, hours)
        more = modulation.more[: max(level.modulated, 0)]
        added = minutes(person, joined((*hours, *reduced(_flat(more), rules))))
        found[USUAL] += before
        found[ADDED] += added - before
        found[LESS] += minutes(person, reduced(hours, _flat(modulation.less[: max(-level.modulated, 0)]))) - before
        shifts = _flat((*more, *overtime.shifts[: level.overtime]))
        found[OVERTIME] += minutes(person, joined((*hours, *reduced(shifts, rules)))) - added
    if capacity.temps is not None:
        calendar = organisation.calendars[capacity.temps.calendar]
        found[TEMPS] = level.temps * _days(organisation, calendar, None, week)
    return found.T / 60.0


def _days(organisation: Organisation, calendar: Calendar, person: Person | None, week: int | None) -> Floats:
    """Minutes on duty of somebody with that *calendar* on each day of a *week*, or of one that is as usual."""
    hours, first = calendar.hours, 0
    if week is not None:
        hours, first = clock(organisation, calendar, person.absent if person else ()).week(week), week * 7 * _DAY
    midnights = first + _DAY * np.arange(8)
    ends = np.array(hours, np.float64).reshape(-1, 2)
    inside = np.clip(ends[:, 1:], midnights[:-1], midnights[1:]) - np.clip(ends[:, :1], midnights[:-1], midnights[1:])
    days: Floats = inside.sum(axis=0)
    return days


def moved(announced: Floats, worked: Floats, weeks: float) -> Floats:
    """Hours that differ from those *announced*, both of days and kinds, by class of notice, where the last change came
    so many *weeks* ahead.

    >>> said, did = np.zeros((7, KINDS)), np.zeros((7, KINDS))
    >>> did[:, OVERTIME] = 1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0
    >>> moved(said, did, 0).tolist(), moved(said, did, 1).tolist(), moved(said, did, 2).tolist()
    ([1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 3.0])
    """
    kind = np.searchsorted(NOTICE_DAYS, 7 * weeks + np.arange(7), "right") - 1
    return np.bincount(kind, np.abs(worked - announced).sum(axis=1), len(NOTICE_DAYS)).astype(np.float64)


def flexible_cost(organisation: Organisation, team: str, worked: Floats, changed: Floats) -> float:
    """What overtime, temps and supplements come to in a week in which *team* *worked* hours (by kind), of which some
    were *changed* at short notice (by class); nan where the pay of its people is not known."""
    capacity, pay = organisation.capacity[team], mean_pay(organisation, team)
    if pay is None:
        return math.nan
    overtime = 1.0 + (capacity.overtime.premium if capacity.overtime else 0.0)
    temps = capacity.temps.pay if capacity.temps and capacity.temps.pay is not None else pay
    shares = astuple(capacity.supplements)
    return float(worked[OVERTIME] * overtime * pay + worked[TEMPS] * temps + changed @ np.array(shares) * pay)


def _flat(shifts: Sequence[Sequence[Interval]]) -> tuple[Interval, ...]:
    return tuple(one for shift in shifts for one in shift)


def work_of(organisation: Organisation, team: str, product: str) -> tuple[float, float]:
    """Expected hours of work of *team* for one order of *product*: whatever its quantity, and for each unit of it."""
    client = organisation.programmes[product].client
    order = unit = 0.0
    for name, often in visits_of_class(organisation, client, product).items():
        step = organisation.steps[name]
        if step.team == team:
            times = often * step.by_class.get(product, 1.0) * step.by_client.get(client, 1.0) / HOUR
            size, at_once, set_up = _in_batches(organisation, step)
            order += times * organisation.distribution(step.duration).mean / at_once + often * set_up / size / HOUR
            unit += times * organisation.distribution(step.per_unit).mean
    return order, unit


def _in_batches(organisation: Organisation, step: Step) -> tuple[int, int, float]:
    """How many orders are done in one batch at *step*, how many of these at once, and the seconds before the first;
    batches are taken to be full."""
    if step.batch is None:
        return 1, 1, 0.0
    size = step.batch.size or 1
    return size, size if step.batch.done == "at once" else 1, organisation.distribution(step.batch.set_up).mean


class Stretch(NamedTuple):
    """How far the hours of a team go in a week, in hours of work at speed 1. Sums begin with 0.0: no shift, nobody."""

    capacity: Capacity
    usual: float
    """What the plan may fill without stretching them."""
    more: Sums
    """What the first shifts of modulation add together, ..."""
    less: Sums
    """... or take away."""
    overtime: Sums
    temps: Sums
    account: float
    """By how much modulation may be ahead or behind."""

    def hours(self, level: Level) -> float:
        """What can be worked at *level*."""
        return self.usual + self.modulated(level) + self.overtime[level.overtime] + self.temps[level.temps]

    def modulated(self, level: Level) -> float:
        """What modulation adds or, below nought, takes away."""
        return self.more[level.modulated] if level.modulated > 0 else -self.less[-level.modulated]

    def choose(self, load: float, level: Level, weeks: int, ahead: float) -> Level:
        """The level for the week that begins in *weeks*, for a *load* of hours of work: what is settled stays as in
        *level*, the rest is what the load needs. *ahead*: what modulation has added so far."""
        modulation, overtime, temps = self.capacity.modulation, self.capacity.overtime, self.capacity.temps
        lacking, days = load - self.usual, WEEK_DAYS * weeks
        if modulation is not None and days >= modulation.notice:
            up = _needed(lacking, self.more, self.account - ahead)
            down = _spared(-lacking, self.less, self.account + ahead)
            level = level._replace(modulated=up or -down)
        lacking -= self.modulated(level)
        if overtime is not None and days >= overtime.notice:
            level = level._replace(overtime=_needed(lacking, self.overtime))
        lacking -= self.overtime[level.overtime]
        if temps is not None and days >= temps.notice:
            level = level._replace(temps=_needed(lacking, self.temps))
        return level

    def allowed(self, level: Level) -> Level:
        """*level*, as far as there are so many shifts and temps."""
        return Level(
            min(max(level.modulated, 1 - len(self.less)), len(self.more) - 1),
            min(level.overtime, len(self.overtime) - 1),
            min(level.temps, len(self.temps) - 1),
        )


def _needed(lacking: float, sums: Sums, most: float = math.inf) -> int:
    """How many make up for what is lacking, as far as they do and are not more than *most* together."""
    enough = bisect_left(sums, lacking - DUST) if lacking > DUST else 0
    return min(enough, bisect_left(sums, sums[-1] - DUST), max(bisect_right(sums, most + DUST) - 1, 0))


def _spared(idle: float, sums: Sums, most: float) -> int:
    """How many are not needed."""
    return max(bisect_right(sums, min(idle, most) + DUST) - 1, 0) if idle > DUST else 0


@lru_cache(maxsize=256)
def stretch(usual: Tables, team: str, week: int | None = None) -> Stretch:
    """How far the hours of *team* go under the rules *usual*, in a *week* or in one that is as usual."""
    organisation = usual.organisation
    capacity = organisation.capacity[team]
    modulation = capacity.modulation or Modulation()
    overtime = capacity.overtime or Overtime(shifts=())
    temps = capacity.temps or Temps(most=0, calendar="")
    members = [organisation.people[name] for name in organisation.members(team)]

    def sums(levels: Iterable[Level]) -> Sums:
        """By how much the work of each level differs from that of the first."""
        work = [_work(organisation, team, level, week) for level in levels]
        return tuple(abs(one - work[0]) for one in work)

    return Stretch(
        capacity=capacity,
        usual=_work(organisation, team, Level(), week) * capacity.fill,
        more=sums(Level(modulated=count) for count in range(len(modulation.more) + 1)),
        less=sums(Level(modulated=-count) for count in range(len(modulation.less) + 1)),
        overtime=sums(Level(overtime=count) for count in range(len(overtime.shifts) + 1)),
        temps=sums(Level(temps=count) for count in range(temps.most + 1)),
        account=modulation.account * sum(one.speed * one.at_once / len(one.teams) for one in members),
    )


def _work(organisation: Organisation, team: str, level: Level, week: int | None) -> float:
    """Hours of work at speed 1 that the people of *team* can do in a *week* at *level*: those who are in several teams
    share their hours evenly."""
    rules = with_level(organisation, organisation.capacity[team], team, level)
    people = (rules.people[name] for name in rules.members(team))
    return sum(
        float(_days(rules, rules.calendars[one.calendar], one, week).sum())
        / 60.0
        * one.speed
        * one.at_once
        / len(one.teams)
        for one in people
    )
