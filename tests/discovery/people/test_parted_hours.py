"""Hours that somebody keeps for one of his teams are told from a team that has nothing for him at others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.log import Log, read
from irrupt.discovery.people.parted_hours import kept
from irrupt.discovery.people.teams import find, members
from irrupt.discovery.people.workforce import learn
from irrupt.discovery.times.delays import before_queue
from irrupt.organisation.hours import hours_data

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def shop(made: Callable[..., Chronicle], proofs_come: int, lets_wait: bool = False) -> Log:
    """Each working day two proofs are asked for, in which hour is said, and made by Ann next morning; calls are
    answered when they come, in the afternoon by her, in the morning by Bob. *lets_wait*: whether one more proof waits
    for Cy every day, while Ann answers calls in the morning, too."""
    rows: list[tuple[object, ...]] = []
    for day in (day for day in range(120) if day % 7 < 5):
        date = MONDAY + timedelta(days=day)
        for at in range(2):
            came = date + timedelta(hours=proofs_come, minutes=at)
            begun = date + timedelta(days=1, hours=9, minutes=40 * at)
            rows.append((f"p{day:03}{at}", "Ask", came, came, None, None))
            rows.append((f"p{day:03}{at}", "Proof", begun + timedelta(minutes=40), begun, "Ann", "Prepress"))
        if lets_wait:
            came, begun = date + timedelta(hours=8), date + timedelta(hours=20)
            rows.append((f"x{day:03}", "Ask", came, came, None, None))
            rows.append((f"x{day:03}", "Proof", begun + timedelta(minutes=40), begun, "Cy", "Prepress"))
        for hour in (9, 11, 14, 15, 16):
            begun = date + timedelta(hours=hour, minutes=45)
            who = "Bob" if hour < (11 if lets_wait else 12) else "Ann"
            rows.append((f"c{day:03}{hour:02}", "Call", begun, begun, None, None))
            rows.append((f"c{day:03}{hour:02}", "Answer", begun + timedelta(minutes=8), begun, who, "Counter"))
    return read(made(rows, "start", "resource", "team"))


def files(made: Callable[..., Chronicle]) -> Log:
    """Ann answers calls all afternoon, and each morning does one of the eleven proofs asked for at one o'clock; Cy does
    the others at night: 2 % of what she does, and 9 % of theirs."""
    rows: list[tuple[object, ...]] = []
    for day in (day for day in range(120) if day % 7 < 5):
        date = MONDAY + timedelta(days=day)
        for at in range(11):
            came = date + timedelta(hours=13, minutes=at)
            begun = date + timedelta(hours=20, minutes=10 * at) if at else date + timedelta(days=1, hours=9)
            rows.append((f"p{day:03}{at:02}", "Ask", came, came, None, None))
            who = "Cy" if at else "Ann"
            rows.append((f"p{day:03}{at:02}", "Proof", begun + timedelta(minutes=9), begun, who, "Prepress"))
        for at in range(45):
            begun = date + timedelta(hours=14, minutes=4 * at)
            rows.append((f"c{day:03}{at:02}", "Call", begun, begun, None, None))
            rows.append((f"c{day:03}{at:02}", "Answer", begun + timedelta(minutes=1), begun, "Ann", "Counter"))
    return read(made(rows, "start", "resource", "team"))


def two_posts(made: Callable[..., Chronicle], *, seldom_idle: bool) -> Log:
    """Ann photographs in the morning and packs in the afternoon; of both some is always left for Cy and Dot, who come
    late at night. *seldom_idle*: of an afternoon she never is, so that nothing but what she does tells that she leaves
    photographs then."""
    rows: list[tuple[object, ...]] = []

    def step(case: str, name: str, came: datetime, begun: datetime, who: str) -> None:
        rows.append((case, "Come in", came, came, None, None))
        rows.append((case, name, begun + timedelta(minutes=20), begun, who, "Studio" if name == "Photo" else "Packers"))

    for day in (day for day in range(120) if day % 7 < 5):
        date = MONDAY + timedelta(days=day)
        for at in range(6):
            idle = 0 if seldom_idle else 10
            came = date + timedelta(hours=12 if seldom_idle else 13, minutes=(20 + idle) * at)
            step(f"k{day:03}{at}", "Pack", came, date + timedelta(hours=13, minutes=(20 + idle) * at), "Ann")
            came = date + timedelta(hours=8, minutes=30 * at)
            step(f"f{day:03}{at}", "Photo", came, came + timedelta(minutes=5 if at == 0 else 0), "Ann")
        step(f"l{day:03}", "Photo", date + timedelta(hours=12, minutes=30), date + timedelta(hours=22), "Cy")
        step(f"m{day:03}", "Pack", date + timedelta(hours=7), date + timedelta(hours=22), "Dot")
    return read(made(rows, "start", "resource", "team"))


def told(log: Log) -> list[tuple[str, str, object]]:
    return [(name, team, hours_data(hours)) for name, team, hours in kept(log, find(log))]


def test_who_is_idle_while_it_waits_keeps_hours_for_it(made: Callable[..., Chronicle]) -> None:
    hours = ["Mon-Fri 00:00-10:00", "Sat-Sun 00:00-24:00"]
    assert told(shop(made, 13)) == [("Ann", "Prepress", hours)]


def test_who_lets_it_wait_at_its_own_hours_as_well_keeps_none(made: Callable[..., Chronicle]) -> None:
    assert told(shop(made, 13, lets_wait=True)) == []


def test_what_does_not_wait_then_is_not_left(made: Callable[..., Chronicle]) -> None:
    assert told(shop(made, 18)) == []


def test_ends_alone_do_not_tell_who_is_idle(made: Callable[..., Chronicle]) -> None:
    log = shop(made, 13)
    assert told(replace(log, starts="assumed")) == told(replace(log, daily=True)) == []


def test_whoever_does_little_at_hours_of_its_own_is_of_the_team_and_free_for_it_in_these(
    made: Callable[..., Chronicle],
) -> None:
    log = files(made)
    teams = find(log)
    worked = teams.team >= 0
    assert "Prepress" not in {teams.names[team] for team in members(log, teams)[log.people.index("Ann")]}
    staff = learn(log, teams, worked, np.empty(0), worked)
    assert staff.people["Ann"].teams == ("Counter", "Prepress")
    assert staff.parted_teams("Ann") == ["Prepress"]
    assert max(end % 1440 for _begin, end in staff.hours_at("Ann", "Prepress")) <= 600
    free = [
        before_queue(log, teams.team, worked, log.enabled, one, teams.names)[
            log.activity == log.activities.index("Proof")
        ]
        for one in (staff, replace(staff, parted={}))
    ]
    assert np.median(free[0]) == 0
    assert np.median(free[1]) > 1800


@pytest.mark.parametrize("seldom_idle", [False, True])
def test_who_divides_the_week_has_hours_for_both_teams(made: Callable[..., Chronicle], seldom_idle: bool) -> None:
    found = {team: hours for _name, team, hours in told(two_posts(made, seldom_idle=seldom_idle))}
    assert found == {
        "Packers": ["Mon-Fri 13:00-24:00", "Sat-Sun 00:00-24:00"],
        "Studio": ["Mon-Fri 00:00-11:00", "Sat-Sun 00:00-24:00"],
    }
