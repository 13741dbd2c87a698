"""Work that is done at all hours of all days has no hours of its own; work that has some keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.people.calendars import at_all_hours, never_pauses
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.staff import ALWAYS
from irrupt.units import DAY, HOUR, MINUTE, WEEK

pytestmark = pytest.mark.usefixtures("few_steps")


def plant(hours: Calendar) -> Organisation:
    """Four people who do one thing, each seen some 90 times within three weeks."""
    return Organisation(
        name="plant",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"All": Client(cases_per_week=120.0)},
        steps={"turn": Step(activity="turn", team="Shop", duration=Distribution.gamma(3600.0, 0.5))},
        routes={"start": (Route(to="turn", share=1.0),), "turn": (Route(to="end", share=1.0),)},
        teams={"Shop": Team()},
        people={f"Turner {number}": Person(teams=("Shop",), calendar="hours") for number in range(4)},
        calendars={"hours": hours},
    )


def learned(hours: Calendar) -> set[int]:
    found = discover(simulate(plant(hours), weeks=3, seed=4), fidelity=False)
    return {found.calendars[person.calendar].minutes_per_week for person in found.people.values()}


def test_who_works_around_the_clock_is_seen_to_although_some_hours_show_nobody() -> None:
    """Work that went on into such an hour would rest there, and take an hour too long."""
    assert learned(ALWAYS) == {10_080}


def test_shifts_of_three_weeks_are_no_work_around_the_clock() -> None:
    two_shifts = Calendar(hours=tuple((day * 1440 + 360, day * 1440 + 1320) for day in range(7)))
    assert max(learned(two_shifts)) < 10_080


@pytest.mark.parametrize("starts", [True, False])
def test_around_the_clock_in_shifts_everybody_has_the_hours_of_his(
    starts: bool, without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    def shift(begin: int) -> Calendar:
        hours = ((day * 1440 + begin * 60, day * 1440 + begin * 60 + 480) for day in range(7))
        return Calendar(hours=tuple(hours))

    people = {f"Turner {number}": Person(teams=("Shop",), calendar=str(number)) for number in range(3)}
    calendars = {str(number): shift(8 * number) for number in range(3)}
    log = simulate(replace(plant(ALWAYS), people=people, calendars=calendars), weeks=30, seed=4)
    found = discover(log if starts else without_starts(log), fidelity=False)
    for person in found.people.values():
        minutes = found.calendars[person.calendar].minutes_per_week
        assert minutes == pytest.approx(56 * 60, rel=0.01 if starts else 0.35)


@pytest.mark.parametrize("around_the_clock", [True, False])
def test_what_goes_on_over_night_is_around_the_clock_although_little_comes_at_weekends(around_the_clock: bool) -> None:
    """Kilns dry what comes in office hours: few begin or end on a Monday. Whoever has work for days in hand, and goes
    home at night, has as much in hand then."""
    office = tuple((day * 1440 + 480, day * 1440 + 1020) for day in range(5))
    profile = tuple(float(day < 5 and 8 <= hour < 17) for day in range(7) for hour in range(24))
    hours = ALWAYS if around_the_clock else Calendar(hours=office)
    rules = plant(hours)
    step = replace(rules.steps["turn"], duration=Distribution.uniform(6 * 3600.0, 26 * 3600.0))
    brings = Client(cases_per_week=28.0 if around_the_clock else 8.0, profile=profile)
    rules = replace(rules, clients={"All": brings}, steps={"turn": step})
    found = discover(simulate(rules, weeks=40, seed=4), fidelity=False)
    minutes = {found.calendars[person.calendar].minutes_per_week for person in found.people.values()}
    if around_the_clock:
        assert minutes == {10_080}
        work = found.distribution(next(iter(found.steps.values())).duration)
        assert work.mean == pytest.approx(16 * 3600.0, rel=0.05)
    else:
        assert max(minutes) < 3_500


@pytest.mark.parametrize("longest", [10 * MINUTE, 10 * DAY])
def test_who_is_at_work_at_odd_hours_now_and_then_is_not_there_around_the_clock(longest: float) -> None:
    """What is begun at odd hours and done at once ends there: it does not tell of nights on which nothing was begun."""
    random = np.random.default_rng(7)
    for some in (300, 30_000):
        day = random.integers(0, 50, some) * WEEK + random.integers(0, 5, some) * DAY
        odd = random.random(some) < 0.2
        end = day + np.where(odd, random.uniform(0.0, 24.0, some), random.uniform(8.0, 17.0, some)) * HOUR
        end += np.where(random.random(some) < 0.06, 2 * DAY, 0.0)
        lasting = random.uniform(0.1, 1.0, some) * longest
        if longest < HOUR:
            end += lasting
        assert not never_pauses(end - lasting, end)


@pytest.mark.parametrize("weeks", [3, 30])
def test_a_slack_day_or_a_quiet_night_is_told_from_chance(weeks: int) -> None:
    random = np.random.default_rng(weeks)
    moments = random.uniform(0.0, weeks * WEEK, 1500)
    assert at_all_hours(moments)
    assert not at_all_hours(moments[(moments % WEEK < 6 * DAY) | (random.random(1500) < 0.4)])
    assert not at_all_hours(moments[(moments % DAY > DAY / 4) | (random.random(1500) < 0.4)])
