"""Days on which somebody was away are told from his silence; most people's leave is taken to come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.findings import find
from irrupt.discovery.people.absences import learn
from irrupt.discovery.people.calendars import hours
from irrupt.discovery.people.closures import days_off
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation
from irrupt.units import DAY

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1)


def away(desk: Organisation, **weeks: tuple[int, int]) -> Organisation:
    """*desk* with people who are away from one week to another."""
    gone = {n: (MONDAY + timedelta(weeks=a), MONDAY + timedelta(weeks=b)) for n, (a, b) in weeks.items()}
    people = {n: replace(one, absent=(gone[n],) if n in gone else ()) for n, one in desk.people.items()}
    return replace(desk, people=people)


def busier(desk: Organisation, times: float) -> Organisation:
    """*desk* with more cases, and somebody more at the desk."""
    clients = {n: replace(one, cases_per_week=times * one.cases_per_week) for n, one in desk.clients.items()}
    more = {"Flo": desk.people["Ben"], "Gil": desk.people["Eve"], "Hal": desk.people["Eve"]}
    return replace(desk, clients=clients, people={**desk.people, **more})


@pytest.mark.parametrize(("rate", "seed"), [(1.0, 1), pytest.param(1.0, 2, marks=pytest.mark.slow), (0.1, 3)])
def test_who_is_there_is_not_away(desk: Organisation, rate: float, seed: int) -> None:
    clients = {n: replace(one, cases_per_week=rate * one.cases_per_week) for n, one in desk.clients.items()}
    assert find(simulate(replace(desk, clients=clients), weeks=60, seed=seed), None).workforce.away == {}


def test_the_days_on_which_somebody_was_away_are_found(desk: Organisation) -> None:
    staff = find(simulate(away(desk, Ann=(20, 24)), weeks=52, seed=4), None).workforce
    assert list(staff.away) == ["Ann"]
    working = [week * 7 + day for week in range(20, 24) for day in range(5)]
    assert staff.away["Ann"].tolist() == [number * DAY for number in working]
    assert staff.there["Ann"] == pytest.approx(1 - 4 / 52, abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("times", [1.5, 1.9])
def test_what_piles_up_while_one_is_away_makes_no_work(desk: Organisation, times: float) -> None:
    leave = away(busier(desk, times), Ann=(20, 26))
    learned = discover(simulate(leave, weeks=52, seed=4), fidelity=False)
    work = {step.activity: learned.distributions[str(step.duration)] for step in learned.steps.values() if step.team}
    assert work["Work"].mean == pytest.approx(1200.0, rel=0.03)
    assert work["Close"].mean == pytest.approx(300.0, rel=0.03)


@pytest.mark.slow
def test_the_leave_of_one_is_told_and_not_expected_again(desk: Organisation) -> None:
    learned = discover(simulate(away(desk, Ann=(20, 26)), weeks=52, seed=4), fidelity=False)
    assert not any(person.absent for person in learned.people.values())
    assert learned.learned is not None
    assert any("Ann" in note and "not assumed" in note for note in learned.learned.notes)


def test_where_most_are_away_at_times_they_will_be_again(desk: Organisation) -> None:
    leave = away(desk, Ann=(10, 13), Ben=(30, 33), Eve=(20, 23))
    learned = discover(simulate(leave, weeks=52, seed=4), fidelity=False)
    for name in ("Ann", "Ben", "Eve"):
        days = sum((end - begin).days for begin, end in learned.people[name].absent)
        assert days == pytest.approx(5 * 3 * 5, abs=15)
    assert not learned.people["Fay"].absent
    assert min(begin for person in learned.people.values() for begin, _end in person.absent) > MONDAY + timedelta(
        weeks=51
    )


def test_days_in_a_row_are_one_absence() -> None:
    begins = np.array([0.0, 1.0, 4.0]) * DAY
    day = timedelta(days=1)
    assert days_off(begins, MONDAY) == ((MONDAY, MONDAY + 2 * day), (MONDAY + 4 * day, MONDAY + 5 * day))
    assert days_off(begins[:0], MONDAY) == ()


def test_who_did_nothing_is_not_away_nor_is_anybody_before_his_first_day() -> None:
    """Of sixty days Ann is there on fifty, but not on the ten in the middle, Cy on all, and Di from the twentieth on;
    Bob never."""
    there = [*range(25), *range(35, 60)], range(60), range(20, 60)
    day = np.repeat(np.concatenate([np.array(one) for one in there]), 4)
    person = np.repeat([0, 2, 3], [4 * len(one) for one in there])
    count = len(day)
    log: Any = SimpleNamespace(person=person, end=DAY * (day + 0.5), daily=False)
    always = hours(Calendar(hours=((0, 10080),)))
    found = learn(log, np.zeros(count, np.int64), np.ones(count, bool), dict.fromkeys(range(4), always))
    assert {one: (begins / DAY).tolist() for one, begins in found.items()} == {0: list(range(25, 35))}
