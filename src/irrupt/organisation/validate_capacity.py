"""What keeps hours from following a plan, or what waits for a team."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields

from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import number as rounded
from irrupt.organisation.hours import DAY_MINUTES, Interval, reduced
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Queue, Temps
from irrupt.organisation.room import comes_in
from irrupt.units import HOUR

Path = tuple[str | int, ...]
Trouble = tuple[Path, str, str, str]
"""Path, what was found, what was expected, remedy."""
Found = Iterator[Trouble]
Kind = Overtime | Modulation | Temps
MOST_WEEKS = 520
"""Weeks for which anything is settled: ten years, longer than any run."""


def number(path: Path, value: float, accept: Callable[[float], bool], expected: str) -> Found:
    """A fault, unless the *value* at *path* is a number to *accept*."""
    if not (math.isfinite(value) and accept(value)):
        yield path, f"{value:g}", expected, ""


def at_least(path: Path, rule: object, least: float, *names: str) -> Found:
    """A fault for each field of *rule*, of those that are said, that is less than *least*."""
    for name in names:
        place = (*path, name.replace("_", " "))
        expected = _("a number, {least:g} or more").format(least=least)
        if (said := getattr(rule, name)) is not None:
            yield from number(place, said, lambda value: value >= least, expected)


def weeks_long(path: Path, rule: object, *names: str) -> Found:
    """A fault for each field of *rule*, of those that are said, that is no number of weeks that anything here lasts."""
    for name in names:
        if (said := getattr(rule, name)) is not None:
            expected = _("from 1 to {most}").format(most=MOST_WEEKS)
            yield from number((*path, name.replace("_", " ")), said, lambda value: 1 <= value <= MOST_WEEKS, expected)


def named(path: Path, found: str, name: str, known: Collection[str]) -> Found:
    """A fault, unless *name* is among those that are *known*."""
    if name not in known:
        yield path, found.format(name=name), "", did_you_mean(name, known)


def capacities(organisation: Organisation) -> Found:
    """Each trouble with the rules of capacity."""
    for team, capacity in organisation.capacity.items():
        path: Path = ("capacity", team)
        yield from named(path, _('no team "{name}"'), team, organisation.teams)
        yield from number((*path, "fill"), capacity.fill, lambda value: value > 0, _("a share above 0"))
        yield from at_least(path, capacity, 0, "roster_weeks")
        yield from at_least((*path, "supplements"), capacity.supplements, 0, "same_day", "day_before", "days", "weeks")
        if any(end <= begin for begin, end in capacity.valid):
            yield (*path, "valid"), _("ends before it begins"), _("dates such as 2024-02-01 - 2024-06-30"), ""
        if not organisation.programmes and not capacity.follows_queue:
            expected = _("programmes and products, or when: what waits for the team")
            yield path, _("there is no plan for hours to follow"), expected, ""
        for name, rule in capacity.kinds.items():
            yield from at_least((*path, name), rule, 0, "notice")
            if capacity.follows_queue:
                yield from _by_queue((*path, name), rule)
                yield from _no_room(organisation, team, (*path, name), rule)
            else:
                yield from _by_plan((*path, name), rule)
        yield from _stretched(organisation, path, capacity)


_OF_QUEUES = {"until": None, "daily": 0.0, "most": None, "within_weeks": None, "weeks": None}
"""What is said only beside `when`, and what it is when nothing is said."""


def _by_plan(path: Path, rule: Kind) -> Found:
    for name, usual in _OF_QUEUES.items():
        if name == "most" and isinstance(rule, Temps):
            continue
        if getattr(rule, name, usual) != usual:
            found = _("hours that follow the plan do not know this")
            yield (*path, name.replace("_", " ")), found, _("beside when: what waits for the team"), ""
    if isinstance(rule, Overtime) and not rule.shifts:
        yield (*path, "shifts"), _("there are none"), _("hours such as Sat 06:00-12:00"), ""


def _by_queue(path: Path, rule: Kind) -> Found:
    if rule.when is None:
        found, expected = _("it is not said when"), _("when, as for the others of the team: all follow what waits")
        yield (*path, "when"), found, expected, ""
        return
    yield from _queue((*path, "when"), rule.when)
    if rule.until is not None:
        yield from _queue((*path, "until"), rule.until)
        for field in fields(Queue):
            begins, ends = getattr(rule.when, field.name), getattr(rule.until, field.name)
            if begins is not None and ends is not None and ends > begins:
                found = _("it would end before it begins")
                yield (*path, "until", field.name), found, _("no more than {n:g}").format(n=begins), ""
    if isinstance(rule, Temps):
        yield from weeks_long(path, rule, "weeks")
        return
    yield from number((*path, "daily"), rule.daily, lambda hours: 0 <= hours < 24, _("hours, less than a day"))
    if isinstance(rule, Overtime):
        yield from at_least(path, rule, 0, "most")
        if not (rule.shifts or rule.daily):
            yield (*path, "shifts"), _("there are none"), _("hours such as Sat 06:00-12:00, or daily: 2"), ""
    else:
        yield from weeks_long(path, rule, "within_weeks")
        if not (rule.more or rule.daily):
            yield (*path, "more"), _("there are none"), _("hours such as Sat 06:00-12:00, or daily: 2"), ""
        elif not (rule.less or rule.daily):
            yield (*path, "less"), _("nothing is given back"), _("hours such as Fri 14:00-17:00, or daily: 2"), ""


def _no_room(organisation: Organisation, team: str, path: Path, rule: Kind) -> Found:
    """More than a limit lets wait never does, where all that comes is handed over: fewer cases wait, nobody where it is
    0, and no more work than the largest of them."""
    limit = organisation.teams[team].limit if team in organisation.teams else None
    if limit is None or rule.when is None or rule.when == Queue():
        return
    when = rule.when
    may = {
        "cases": when.cases is not None and when.cases < limit,
        "oldest": when.oldest is not None and limit > 0,
        "load": when.load is not None and when.load < most_load(organisation, team, limit),
    }
    if not any(may.values()) and not comes_in(organisation, team):
        name = next(name for name in may if getattr(when, name) is not None)
        found = _("no more than {n} cases ever wait for {team}: whoever hands over keeps the others")
        expected = _("fewer cases than its limit, or no limit")
        if name == "load" and limit:
            found = _("no more work ever waits for {team} than that of {n} cases: whoever hands over keeps the others")
            expected = _("less than {n} %, or no limit").format(
                n=rounded(100 * most_load(organisation, team, limit), 1)
            )
        yield (*path, "when", name), found.format(n=limit, team=team), expected, ""


def most_load(organisation: Organisation, team: str, cases: int) -> float:
    """The most that so many *cases* in the queue of *team* can be of the work that it does in a usual week; infinite
    where they ask for quantities, nobody is known who works there, or names are wrong, which is told elsewhere.

    >>> from irrupt.engine.examples import counter
    >>> round(most_load(counter(), "Desk", 2), 4)
    0.001
    """
    checks = (check.step for check in organisation.checks.values())
    mine = [step for step in (*organisation.steps.values(), *checks) if step.team == team]
    capacity = organisation.capacity.get(team)
    try:
        if any(organisation.distribution(step.per_unit).mean > 0 for step in mine):
            return math.inf
        longest = max((_longest(organisation, step) for step in mine), default=0.0) / HOUR
        week = sum(
            organisation.calendars[one.calendar].minutes_per_week / 60 * one.speed * one.at_once / len(one.teams)
            for one in (organisation.people[name] for name in organisation.members(team))
        )
    except KeyError:
        return math.inf
    week *= 1.0 if capacity is None else capacity.fill
    return cases * longest / week if week > 0 else math.inf


def _longest(organisation: Organisation, step: Step) -> float:
    """Seconds of work at *step*, in the mean of the cases that take longest there."""
    paces = ([1.0, *step.by_client.values()], [1.0, *step.by_class.values()], [1.0, step.again])
    set_up = 0.0 if step.batch is None else organisation.distribution(step.batch.set_up).mean
    return organisation.distribution(step.duration).mean * math.prod(map(max, paces)) + set_up


def _queue(path: Path, queue: Queue) -> Found:
    if queue == Queue():
        yield path, _("it is not said how much"), _("cases, oldest or load"), ""
    yield from at_least(path, queue, 0, "cases", "oldest", "load")


def _stretched(organisation: Organisation, path: Path, capacity: Capacity) -> Found:
    if capacity.overtime is not None:
        yield from at_least((*path, "overtime"), capacity.overtime, 0, "premium")
        yield from _shifts((*path, "overtime", "shifts"), capacity.overtime.shifts)
    if capacity.modulation is not None:
        place = (*path, "modulation")
        yield from at_least(place, capacity.modulation, 0, "account")
        for name in ("more", "less"):
            yield from _shifts((*place, name), getattr(capacity.modulation, name))
        if not capacity.follows_queue:
            yield from _left(organisation, path, capacity.modulation)
    if capacity.temps is not None:
        place = (*path, "temps")
        yield from at_least(place, capacity.temps, 0, "most")
        calendar = capacity.temps.calendar
        yield from named((*place, "calendar"), _('no calendar "{name}"'), calendar, organisation.calendars)
        yield from number((*place, "speed"), capacity.temps.speed, lambda value: value > 0, _("a number above 0"))
        yield from at_least(place, capacity.temps, 0, "pay")
        for name in capacity.temps.also:
            yield from named((*place, "also"), _('no team "{name}"'), name, organisation.teams)
            if name == path[-1]:
                yield (*place, "also"), _("they are of this team anyway"), _("other teams"), ""


def _shifts(path: Path, shifts: tuple[tuple[Interval, ...], ...]) -> Found:
    for index, shift in enumerate(shifts):
        if not shift or any(not 0 <= begin < end <= 7 * DAY_MINUTES for begin, end in shift):
            yield (*path, index), _("no hours of the week"), _("hours such as Sat 06:00-12:00"), ""


def _left(organisation: Organisation, path: Path, modulation: Modulation) -> Found:
    """Nobody may be left without hours."""
    gone = tuple(interval for shift in modulation.less for interval in shift)
    for name in sorted({organisation.people[person].calendar for person in organisation.members(str(path[-1]))}):
        calendar = organisation.calendars.get(name)
        if calendar is not None and not reduced(calendar.hours, gone):
            yield (*path, "modulation", "less"), _("nothing is left of {name}").format(name=name), "", ""
