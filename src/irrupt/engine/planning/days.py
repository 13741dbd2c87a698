"""Days on which hours are other than usual: intervals in minutes of the day, what somebody works on one day, and rules
with such weeks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from irrupt.engine.planning.capacity import WEEK_DAYS, hired
from irrupt.engine.tables import Tables, tables
from irrupt.organisation.dated import clock, clock_of
from irrupt.organisation.hours import DAY_MINUTES, Interval, joined, reduced, shared
from irrupt.organisation.planning import Modulation, Overtime
from irrupt.organisation.staff import Calendar

Hours = tuple[Interval, ...]


class Changed(NamedTuple):
    """What somebody works on one day otherwise than usual, in minutes of the day."""

    more: Hours = ()
    """Added by modulation."""
    less: Hours = ()
    """Taken away by it."""
    overtime: Hours = ()


class Other(NamedTuple):
    """The same, whatever the kind."""

    more: Hours = ()
    less: Hours = ()


USUAL = Changed()
AS_EVER = Other()
Week = tuple[Other, ...]
"""Of each day of a week, Monday first."""


def minutes(hours: Hours) -> int:
    """How long *hours* are together."""
    return sum(end - begin for begin, end in hours)


def first(hours: Hours, most: float) -> Hours:
    """The first minutes of *hours*, so many at *most*.

    >>> first(((0, 60), (120, 180)), 90)
    ((0, 60), (120, 150))
    """
    found: list[Interval] = []
    left = int(most)
    for begin, end in hours:
        if left > 0:
            found.append((begin, min(end, begin + left)))
            left -= end - begin
    return tuple(found)


def last(hours: Hours, most: float) -> Hours:
    """The last minutes of *hours*, so many at *most*.

    >>> last(((0, 60), (120, 180)), 90)
    ((30, 60), (120, 180))
    """
    return tuple((-end, -begin) for begin, end in first(tuple((-e, -b) for b, e in hours[::-1]), most))[::-1]


def on_day(hours: Sequence[Interval], day: int) -> Hours:
    """Those of *hours* that lie on a *day*, both counted from one midnight, in minutes of the day.

    >>> on_day([(1380, 1500)], 0), on_day([(1380, 1500)], 1)
    (((1380, 1440),), ((0, 60),))
    """
    midnight = day * DAY_MINUTES
    cut = ((max(begin - midnight, 0), min(end - midnight, DAY_MINUTES)) for begin, end in hours)
    return tuple((begin, end) for begin, end in cut if begin < end)


@lru_cache(maxsize=256)
def _special(rules: Tables, name: str) -> int:
    """The first week from which on the hours of somebody, and those that may be added, are those of every week."""
    organisation, person = rules.organisation, rules.organisation.people[name]
    calendar = organisation.calendars[person.calendar]
    ends = [end for _begin, end in (*calendar.closed, *calendar.extra, *person.absent)]
    days = max(((end - organisation.timeline.begin) / timedelta(days=1) for end in ends), default=0.0)
    return max(math.ceil(days / WEEK_DAYS), 0)


def _like(rules: Tables, name: str, day: int) -> int:
    """The first day on which the hours of somebody, and those of the days around it, are those of *day*, as far as
    weeks are like each other."""
    special = (_special(rules, name) + 1) * WEEK_DAYS
    return day if day < special else special + day % WEEK_DAYS


def usual(rules: Tables, name: str, day: int) -> Hours:
    """The hours of somebody on a *day* since the origin."""
    return _usual(rules, name, _like(rules, name, day))


@lru_cache(maxsize=16384)
def _usual(rules: Tables, name: str, day: int) -> Hours:
    organisation = rules.organisation
    return on_day(clock_of(organisation, organisation.people[name]).week(day // WEEK_DAYS), day)


def _busy(rules: Tables, name: str, day: int) -> Hours:
    """The hours of somebody on a *day*, and those in which he works on rules: in none of them can he work more."""
    calendar = rules.organisation.calendars[rules.organisation.people[name].calendar]
    if not calendar.organising:
        return usual(rules, name, day)
    return joined((*usual(rules, name, day), *on_day(calendar.organising, day % WEEK_DAYS)))


def _working(rules: Tables, name: str, day: int) -> Hours:
    """The same, on a day on which he works on cases; before the origin he works on none."""
    return _busy(rules, name, day) if day >= 0 and usual(rules, name, day) else ()


def _weekly(rules: Tables, name: str, day: int) -> Hours:
    """Of the hours of somebody on a *day*, those of every week, where none are put in at that date."""
    person = rules.organisation.people[name]
    calendar = rules.organisation.calendars[person.calendar]
    if not calendar.extra:
        return usual(rules, name, day)
    calendar = replace(calendar, closed=(*calendar.closed, *calendar.extra), extra=())
    return on_day(clock(rules.organisation, calendar, person.absent).week(day // WEEK_DAYS), day)


def open_for(rules: Tables, name: str, day: int, hours: Hours) -> Hours:
    """Those of *hours* in which it is not closed for somebody, nor is he absent, on a *day* since the origin."""
    if not hours or day >= _special(rules, name) * WEEK_DAYS:
        return hours
    person = rules.organisation.people[name]
    week_day = day % WEEK_DAYS
    calendar = Calendar(
        hours=tuple((week_day * DAY_MINUTES + begin, week_day * DAY_MINUTES + end) for begin, end in hours),
        closed=rules.organisation.calendars[person.calendar].closed,
    )
    return on_day(clock(rules.organisation, calendar, person.absent).week(day // WEEK_DAYS), day)


def longer(hours: Hours, by: int, before: Hours, after: Hours) -> Hours:
    """The minutes *by* which a day of these *hours* is longer, up to midnight: behind the last of them that does not go
    on on the day *after*; where those of the day *before* ended at midnight, from then on.

    >>> longer(((540, 720),), 60, before=((960, 1440),), after=())
    ((0, 60), (720, 780))
    """
    ends = [0] if _ends_at_midnight(before, hours) else []
    if not _ends_at_midnight(hours, after):
        ends += [end for _begin, end in hours if end < DAY_MINUTES][-1:]
    return tuple((end, min(end + by, DAY_MINUTES)) for end in ends if by > 0)


def shorter(hours: Hours, by: int, after: Hours) -> Hours:
    """The minutes *by* which a day of these *hours* is shorter, at the end of the last of them that does not go on on
    the day *after*."""
    most = DAY_MINUTES + _ends_at_midnight(hours, after)
    return last(tuple(interval for interval in hours if interval[1] < most)[-1:], by)


def _ends_at_midnight(hours: Hours, after: Hours) -> bool:
    """Whether *hours* of a day end at midnight, and do not go on on the day *after*."""
    return bool(hours) and hours[-1][1] == DAY_MINUTES and not (after and after[0][0] == 0)


def added(rules: Tables, rule: Modulation | Overtime, name: str, day: int) -> Hours:
    """What *rule* lets somebody work on a *day* in addition to his usual hours."""
    shifts = rule.more if isinstance(rule, Modulation) else rule.shifts
    return _added(rules, shifts, round(60 * rule.daily), name, _like(rules, name, day))


@lru_cache(maxsize=16384)
def _added(rules: Tables, shifts: tuple[Hours, ...], daily: int, name: str, day: int) -> Hours:
    mine = _busy(rules, name, day)
    before, works = (_working(rules, name, one) for one in (day - 1, day))
    behind = longer(works, daily, before, _busy(rules, name, day + 1))
    hours = (*on_day([one for shift in shifts for one in shift], day % WEEK_DAYS), *behind)
    return reduced(joined(open_for(rules, name, day, joined(hours))), mine)


def spare(rules: Tables, rule: Modulation, name: str, day: int) -> Hours:
    """What *rule* lets somebody have back on a *day*: of his usual hours, but never all of a week's."""
    return _spare(rules, rule.less, round(60 * rule.daily), name, _like(rules, name, day))


@lru_cache(maxsize=16384)
def _spare(rules: Tables, shifts: tuple[Hours, ...], daily: int, name: str, day: int) -> Hours:
    mine, after = (_weekly(rules, name, one) for one in (day, day + 1))
    gone = (*on_day([one for shift in shifts for one in shift], day % WEEK_DAYS), *shorter(mine, daily, after))
    hours = shared(mine, gone)
    return hours if minutes(hours) < whole_week(rules, name) else ()


def fitting(rules: Tables, name: str, day: int, settled: Changed) -> Changed:
    """What is left of hours that were *settled* for somebody on a *day* where *rules* have become others: nothing is
    added while he is away, where it is closed, or to hours that are usual now, or of work on rules; nothing is taken
    away but usual ones."""
    mine = _busy(rules, name, day)
    more, overtime = (reduced(open_for(rules, name, day, hours), mine) for hours in (settled.more, settled.overtime))
    weekly = _weekly(rules, name, day)
    return Changed(more, shared(weekly, settled.less), overtime)


def whole_week(rules: Tables, name: str) -> int:
    """Minutes that somebody works in a week without exceptions."""
    organisation = rules.organisation
    return organisation.calendars[organisation.people[name].calendar].minutes_per_week


@lru_cache(maxsize=128)
def otherwise(rules: Tables, weeks: tuple[tuple[str, Week], ...], temps: tuple[tuple[str, int], ...]) -> Tables:
    """*rules* with other *weeks* for some people, and so many *temps* in some teams. Kept, since replications ask for
    the same again."""
    organisation = rules.organisation
    people, calendars = dict(organisation.people), dict(organisation.calendars)
    names: dict[tuple[str, Week], str] = {}
    for name, week in weeks:
        before = people[name].calendar
        own = names.setdefault((before, week), f"{before} (other hours, {len(names) + 1})")
        if own not in calendars:
            less = _in_week([day.less for day in week])
            # What was to be expected before rules changed may lie in hours of work on rules now.
            more = reduced(_in_week([day.more for day in week]), calendars[before].organising)
            hours = joined((*reduced(calendars[before].hours, less), *more))
            calendars[own] = replace(calendars[before], hours=hours)
        people[name] = replace(people[name], calendar=own)
    for team, count in temps:
        rule = organisation.capacity[team].temps
        assert rule is not None
        people |= hired(organisation, team, rule, count)
    return tables(replace(organisation, people=people, calendars=calendars), rules)


def _in_week(days: Sequence[Hours]) -> Hours:
    return tuple(
        (at * DAY_MINUTES + begin, at * DAY_MINUTES + end) for at, hours in enumerate(days) for begin, end in hours
    )
