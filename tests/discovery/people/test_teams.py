"""Who belongs to which team."""

from __future__ import annotations

from collections.abc import Callable
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
