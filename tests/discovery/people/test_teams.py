"""Who belongs to which team."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.log import read
from irrupt.discovery.people import teams
from irrupt.experiment import compare
from irrupt.regulation import Volume
from irrupt.units import HOUR, WEEK

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("visits", "belongs"), [(200, True), (10, False)])
def test_who_does_much_of_an_activity_belongs_to_its_team(
    made: Callable[..., Chronicle], visits: int, belongs: bool
) -> None:
    """Ann checks files, and makes a fifth of the visits, where those are often made: little of what she does, and of
    what that team does, which hands over keys."""
    rows: list[tuple[object, ...]] = []
    for number in range(2000):
        begin = MONDAY + timedelta(days=number // 4 + number // 20 * 2, hours=number % 4)
        done = [("Check", ("Ann", "Ben")[number % 2], "Desk")]
        done += [("Keys", "Lena", "Field")] if number % 3 == 0 else []
        done += [("Visit", "Lena" if number // (2000 // visits) % 5 else "Ann", "Field")] * (
            number % (2000 // visits) == 0
        )
        for turn, (activity, who, team) in enumerate(done):
            start = begin + timedelta(minutes=20 * turn)
            rows.append((str(number), activity, start + timedelta(minutes=10), start, who, team))
    people = discover(made(rows, "start", "resource", "team"), fidelity=False).people
    assert people["Ann"].teams == (("Desk", "Field") if belongs else ("Desk",))
    assert people["Ann"].does_not == (("Keys",) if belongs else ())
    assert people["Ben"].teams == ("Desk",)


def test_a_team_that_is_known_by_what_it_does_is_told_from_a_client_who_is_called_so(
    made: Callable[..., Chronicle],
) -> None:
    """Two parties of one name were refused, though nobody had written either of the two."""
    rows: list[tuple[object, ...]] = []
    for number in range(200):
        begin = MONDAY + timedelta(days=number // 8 + number // 40 * 2, minutes=50 * (number % 8))
        for turn, (activity, who) in enumerate([("Billing", "Ann"), ("all clients", "Ben"), ("Ship", "Lena")]):
            start = begin + timedelta(minutes=20 * turn)
            client = ("Billing", "Shops")[number % 2]
            rows.append((str(number), activity, start + timedelta(minutes=10), start, who, client))
    found = discover(made(rows, "start", "resource", "client"), fidelity=False)
    assert set(found.clients) == {"Billing", "Shops"}
    assert set(found.teams) == {"Billing (team)", "all clients (team)", "Ship"}
    assert compare(found, Volume(client="Billing", change=0.1), replications=2, weeks=1, warm_up_weeks=1).replications


@pytest.mark.parametrize("shared", [False, True])
def test_who_is_not_named_works_in_the_team_that_does_it(made: Callable[..., Chronicle], shared: bool) -> None:
    """One line in fifty has neither person nor team: it was a step of its own, done by nobody, with ways of its own.
    Where two teams do an activity, nobody knows whose it was."""
    rows: list[tuple[object, ...]] = []
    for number in range(600):
        begin = MONDAY + timedelta(days=number // 8 + number // 40 * 2, minutes=50 * (number % 8))
        second = ("Eve", "Back") if shared and number % 3 else ("Ben", "Desk")
        for turn, (activity, who, team) in enumerate([("Check", "Ann", "Desk"), ("Pay", *second)]):
            start = begin + timedelta(minutes=20 * turn)
            named = (who, team) if (number + turn) % 50 else (None, None)
            rows.append((str(number), activity, start + timedelta(minutes=15), start, *named))
    found = discover(made(rows, "start", "resource", "team"), fidelity=False)
    known = {(step.activity, step.team) for step in found.steps.values()}
    assert known == {("Check", "Desk"), ("Pay", "Desk"), *([("Pay", "Back"), ("Pay", None)] if shared else [])}


def test_who_is_not_named_works_in_no_team_where_most_people_have_none(made: Callable[..., Chronicle]) -> None:
    """One line in twenty is Ben's, of the Desk; all others with a name are Zoe's, whose team is nowhere told."""
    rows: list[tuple[object, ...]] = []
    for number in range(400):
        begin = MONDAY + timedelta(days=number // 8 + number // 40 * 2, minutes=50 * (number % 8))
        named = (None, None) if number % 10 == 5 else ("Ben", "Desk") if number % 20 == 0 else ("Zoe", None)
        rows.append((str(number), "Pay", begin + timedelta(minutes=15), begin, *named))
    log = read(made(rows, "start", "resource", "team"))
    found = teams.find(log)
    assert (found.team >= 0).sum() == 20
    assert (log.person[found.team >= 0] == log.people.index("Ben")).all()


@pytest.mark.parametrize(("night", "machine"), [(11, True), (9, False)])
@pytest.mark.parametrize("seconds", [0, 90])
def test_a_name_at_which_a_fifth_is_done_at_night_and_takes_no_time_is_a_machine(
    made: Callable[..., Chronicle], night: int, machine: bool, seconds: int
) -> None:
    """So many of fifty steps between ten in the evening and six in the morning, half of them before eleven; all days of
    the week alike."""
    hours = [22.5 if turn % 2 else 1.5 + turn / 3 for turn in range(night)]
    hours += [6.5 + 15 * turn / (50 - night) for turn in range(50 - night)]
    rows = []
    for day in range(350):
        begin = MONDAY + timedelta(days=day, hours=hours[day % 50] - 8)
        rows.append((day, "Pack", begin + timedelta(seconds=seconds), begin, "line"))
    assert teams._systems(read(made(rows, "start", "resource"))).tolist() == [machine and seconds == 0]


def test_teams_that_do_too_little_become_one() -> None:
    """Fifteen steps are enough, or two in 10,000; one team alone is not folded, and what nobody does stays so."""
    names = ("A", "B", "C", "D")
    few = np.repeat([-1, 0, 1, 2, 3], [9, 100, 14, 15, 3])
    team, found = teams._folded(few, names)
    assert found == ("A", "C", teams.OTHER_TEAMS)
    assert np.bincount(team + 1).tolist() == [9, 100, 15, 17]
    assert teams._folded(few[few != 3], names)[1] == ("A", "B", "C")
    many = np.repeat([0, 1, 2, 3], [200_000, 39, 50, 38])
    assert teams._folded(many, names)[1] == ("A", "C", teams.OTHER_TEAMS)
    twice, found = teams._folded(few, ("A", "B", teams.OTHER_TEAMS, "D"))
    assert found == ("A", teams.OTHER_TEAMS, f"{teams.OTHER_TEAMS} (rare)")
    assert twice.tolist() == team.tolist()


@pytest.mark.parametrize("names", [("A", "B"), ("A", teams.OTHER_TEAMS)])
def test_what_a_team_rarely_does_is_done_by_others_where_there_is_too_much(names: tuple[str, ...]) -> None:
    """Of 650 activities, 600 are done five times, and 50 of the first team once, as others do; where there are fewer,
    all stay whose they are."""
    often = np.repeat([5, 1], [600, 50])
    activity = np.repeat(np.arange(650), often)
    whose = np.where(activity % 2 == 0, 0, 1)
    whose[activity >= 600] = 0
    log: Any = SimpleNamespace(activity=activity)
    team, found = teams._fewer_pairs(log, whose, names)
    assert found == ("A", names[1], *((teams.OTHER_TEAMS,) if names[1] == "B" else ()))
    assert team[activity < 600].tolist() == whose[activity < 600].tolist()
    assert set(team[activity >= 600].tolist()) == {found.index(teams.OTHER_TEAMS)}
    less: Any = SimpleNamespace(activity=activity[activity < 600])
    assert teams._fewer_pairs(less, whose[activity < 600], names)[1] == names


@pytest.mark.parametrize(
    ("named", "night", "works"), [(30, 3, True), (30, 4, False), (20, 4, True), (19, 0, False), (50, 50, True)]
)
def test_what_nobody_is_named_for_is_worked_on_where_those_who_are_named_do_it_in_the_same_hours(
    named: int, night: int, works: bool
) -> None:
    """Of a hundred steps so many have a name, by day. Of the others, some come at night: where half have a name, it
    does not matter when; where less than a fifth have one, hours tell nothing."""
    hours = np.where(np.arange(100) % 2 == 0, 9.5, 10.5)
    hours[100 - night :] = 23.5
    log: Any = SimpleNamespace(activities=("Pay",), activity=np.zeros(100, np.int64), end=HOUR * hours, daily=False)
    assert teams._staffed(log, np.arange(100) < named, np.ones(100, bool)).tolist() == [works]


def test_of_very_many_teams_the_smallest_become_one() -> None:
    """Of 402, which all do enough to be told apart, the two that do less than the 400th."""
    names = tuple(f"T{number}" for number in range(402))
    team, found = teams._folded(np.repeat(np.arange(402), [16, 17, *[18] * 400]), names)
    assert found == (*names[2:], teams.OTHER_TEAMS)
    assert np.bincount(team).tolist() == [18] * 400 + [33]


@pytest.mark.parametrize(
    ("people", "steps", "taken", "named"),
    [
        (("Clerk 1", "Clerk-2", "Zoe"), (60, 40, 10), (), "Clerk"),
        (("Clerk 1", "Clerk-2", "Zoe"), (60, 40, 20), (), "Pay"),
        (("Clerk 1", "Clerk 1"), (60, 0), (), "Pay"),
        (("C1", "C2"), (60, 40), (), "Pay"),
        (("Clerk 1", "Clerk 2"), (60, 40), ("Clerk",), "Pay"),
        (("Clerk 1", "Clerk"), (60, 40), (), "Pay"),
        (("Shop 1", "Shop 2"), (60, 40), (), "Pay"),
        (("Ann", "Bob"), (60, 40), ("Pay", "Pay (2)"), "Pay (3)"),
    ],
)
def test_a_team_is_called_what_the_names_of_its_members_have_in_common(
    people: tuple[str, ...], steps: tuple[int, ...], taken: tuple[str, ...], named: str
) -> None:
    """Where these do nine tenths of its work, and nothing else is called so: nobody, no other team and no client."""
    log: Any = SimpleNamespace(people=people, clients=("Shop",))
    counts = np.array([np.arange(len(steps)) == 0, steps])
    assert teams._named(log, counts, [(False, "File"), (False, "Pay")], list(taken)) == named


@pytest.mark.parametrize(("last", "gone"), [(4, True), (5, False)])
def test_who_has_left_is_not_reckoned_with_though_he_did_most(last: int, gone: bool) -> None:
    """Of ten weeks, in which Ann does a step each, Ben does three in each to his last one, and Cy one in each since:
    two are there at a time. He stays where he was alone in a second team, too."""
    week = np.concatenate([np.arange(10), np.repeat(np.arange(last + 1), 3), np.arange(last + 1, 10)])
    person = np.repeat([0, 1, 2], [10, 3 * last + 3, 9 - last])
    log: Any = SimpleNamespace(end=WEEK * (week + 0.5), person=person, people=("Ann", "Ben", "Cy"))
    membership = {0: {0: 10}, 1: {0: 3 * last + 3}, 2: {0: 9 - last}}
    assert teams.staff(log, membership) == ([0, 2] if gone else [0, 1], 1)
    membership[1][1] = 2
    assert teams.staff(log, membership) == ([0, 1, 2] if gone else [0, 1], 0 if gone else 1)


def test_nobody_never_leaves_of_whom_no_step_is_known(made: Callable[..., Chronicle]) -> None:
    log = read(made([(1, "Pay", MONDAY, MONDAY, "Ann")] * 60, "start", "resource"))
    assert not teams._never_leave(replace(log, person=np.full(60, -1))).any()


@pytest.mark.parametrize(("hour", "machine"), [(0, True), (5, True), (22, True), (23, True), (6, False), (21, False)])
def test_what_does_most_in_one_hour_of_the_night_is_a_machine(
    made: Callable[..., Chronicle], hour: int, machine: bool
) -> None:
    """Ten steps of each day, and two by day; of which only ends are known."""
    rows = [
        (
            f"{day}-{step}",
            "Pack",
            MONDAY + timedelta(days=day, hours=(hour if step < 10 else 11) - 8, minutes=step),
            "line",
        )
        for day in range(70)
        for step in range(12)
    ]
    assert teams._systems(read(made(rows, "resource"))).tolist() == [machine]
