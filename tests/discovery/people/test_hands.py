"""In whose hands a step is, by who did another one of the case, is found; and nothing where it does not matter."""

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
from irrupt.discovery.people.hands import Tied, _Parts, applied, learn
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Distribution, Hands, Organisation, Person, Route, Step, Team

pytestmark = pytest.mark.usefixtures("few_steps")

OTHER = Hands(activity="Check", not_by_who_did=("Code",))
SAME = Hands(activity="Check", by_who_did=("Code",))


def week(begin: int, end: int) -> Calendar:
    return Calendar(hours=tuple((day * 1440 + begin * 60, day * 1440 + end * 60) for day in range(5)))


def office(desk: Organisation, *rules: Hands, load: float = 0.7, straight: float = 0.0) -> Organisation:
    """Four who code and check, one of them in the afternoon only; one case in six is coded again, and each is filed."""
    calendars = {"day": week(8, 16), "early": week(7, 13), "late": week(13, 19)}
    people = {
        name: Person(teams=("Desk",), calendar=hours)
        for name, hours in (("Ann", "day"), ("Bob", "early"), ("Cy", "late"), ("Di", "day"))
    }
    hours = sum(calendars[one.calendar].minutes_per_week for one in people.values()) / 60.0
    lognormal = Distribution.lognormal
    return replace(
        desk,
        clients={"A": replace(desk.clients["Ames"], cases_per_week=load * hours / 0.9)},
        steps={
            "come": Step(activity="Come"),
            "code": Step(activity="Code", team="Desk", duration=lognormal(1600.0, 0.5)),
            "check": Step(activity="Check", team="Desk", duration=lognormal(800.0, 0.5)),
            "file": Step(activity="File", team="Desk", duration=lognormal(400.0, 0.5)),
        },
        routes={
            "start": (Route(to="come", share=1.0),),
            "come": (Route(to="code", share=1.0),),
            "code": (Route(to="check", share=1.0, straight_on=straight),),
            "check": (Route(to="code", share=1 / 6), Route(to="file", share=5 / 6)),
            "file": (Route(to="end", share=1.0),),
        },
        client_routes={},
        teams={"Desk": Team()},
        people=people,
        calendars=calendars,
        hands={str(number): rule for number, rule in enumerate(rules)},
    )


def found(rules: Organisation, seed: int = 3, weeks: int = 40) -> set[Hands]:
    return {*discover(simulate(rules, weeks=weeks, seed=seed), fidelity=False).hands.values()}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("rule", [OTHER, SAME, replace(SAME, activity="File"), replace(OTHER, activity="File")])
def test_what_is_in_whose_hands_is_found(desk: Organisation, rule: Hands) -> None:
    assert found(office(desk, rule)) == {rule}


def test_who_is_alone_on_his_days_does_all_that_comes_then_and_is_no_rule(desk: Organisation) -> None:
    """Cases are mostly over in a day, and who is not there leaves all of them to who is."""
    rules = office(desk, load=0.5)
    days = {"Ann": (0, 2, 4), "Bob": (1, 3)}
    calendars = {
        name: Calendar(hours=tuple((day * 1440 + 480, day * 1440 + 1080) for day in some))
        for name, some in days.items()
    }
    people = {name: replace(rules.people[name], calendar=name) for name in days}
    quick = {
        name: replace(step, duration=Distribution.lognormal(400.0, 0.5)) if step.team else step
        for name, step in rules.steps.items()
    }
    clients = {"A": replace(rules.clients["A"], cases_per_week=80.0, profile=desk.clients["Ames"].profile)}
    apart = replace(rules, clients=clients, people=people, calendars=calendars, steps=quick)
    assert found(apart) == set()


def test_two_that_keep_their_doers_away_are_found(desk: Organisation) -> None:
    rules = (replace(OTHER, activity="File"), Hands(activity="File", not_by_who_did=("Check",)), OTHER)
    assert found(office(desk, *rules)) == {*rules}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("load", [0.2, 0.6, 0.85])
@pytest.mark.parametrize("order", ["first come", "oldest", "last come"])
def test_where_it_does_not_matter_nothing_is_found(desk: Organisation, load: float, order: str) -> None:
    """Neither with little to do, when whoever has just done the one hardly ever does the next one."""
    plain = office(desk, load=load)
    assert found(replace(plain, teams={"Desk": Team(order=order)}), seed=int(10 * load)) == set()


def test_who_goes_straight_on_is_not_bound_to_it(desk: Organisation) -> None:
    """Whoever coded mostly checks at once; what waits is anybody's."""
    assert found(office(desk, straight=0.9)) == set()


def test_with_one_who_does_it_there_is_nothing_to_tell(desk: Organisation) -> None:
    rules = office(desk, SAME, load=0.3)
    does_not = {"Ann": ()}
    people = {name: replace(one, does_not=does_not.get(name, ("Code", "Check"))) for name, one in rules.people.items()}
    assert found(replace(rules, people=people)) == set()


@pytest.mark.slow
def test_waits_come_out_as_recorded_and_the_rule_is_told(desk: Organisation) -> None:
    """What waits for one person is no delay, which nobody's absence would change."""
    rules = office(desk, SAME, load=0.8)
    log = simulate(rules, weeks=60, seed=5)
    learned = discover(log, fidelity=False)
    assert learned.learned is not None
    assert any("Check (Code)" in note for note in learned.learned.notes)
    waits = [
        (one.events["start"] - one.events["ready"]).dt.total_seconds().mean()
        for one in (log, simulate(learned, weeks=60, seed=6))
    ]
    assert np.isclose(*waits, rtol=0.25)
    route = next(iter(route for routes in learned.routes.values() for route in routes if route.to.startswith("Check")))
    assert learned.distribution(route.delay).mean < 0.1 * waits[0]


Made = Callable[..., Chronicle]


def records(made: Made, rows: list[tuple[int, str, float, str]]) -> tuple[Any, Any]:
    """A log of steps (case, activity, hour, who) that take six minutes, of one team; and who is in which team."""
    monday = datetime(2024, 1, 1, tzinfo=UTC)
    moments = [(case, what, monday + timedelta(hours=hour), who) for case, what, hour, who in rows]
    log = read(made([(*one, one[2] - timedelta(minutes=6), who) for *one, who in moments], "start", "resource"))
    return log, SimpleNamespace(team=np.zeros(len(rows), np.int64), names=("Desk",))


def test_of_two_that_would_tell_who_does_it_the_surer_one_does(made: Made) -> None:
    """Ann and Bob read by turns and code what they read but for one case in 25; two in three are coded, and whoever did
    so checks what waited, while the other takes what came later."""
    rows = []
    for case in range(300):
        hour, (reader, other) = 9 + 24 * (case // 4) + case % 4, ("Ann", "Bob") if case % 2 else ("Bob", "Ann")
        coder = other if case % 25 == 0 else reader
        rows.append((case, "Read", hour, reader))
        if case % 3:
            rows.append((case, "Code", hour + 0.1, coder))
        checker, late = coder if case % 3 else reader, case % 4 < 2
        rows.append((case, "Check", 9 + 24 * (case // 4) + (8 if late else 6) + case % 4 / 4, checker))
    log, teams = records(made, rows)
    assert learn(log, teams, np.ones(len(rows), bool)).rules == (SAME,)


def test_what_one_would_have_done_is_told_by_his_part_of_the_work_at_that_time(made: Made) -> None:
    """Ann does all on the first four days, and Bob on the next four: whoever coded would have checked anyway."""
    rows = [
        (case, what, 24 * (case // 10) + hour + case % 10 / 10, "Ann" if case < 40 else "Bob")
        for case in range(80)
        for what, hour in (("Code", 9), ("Check", 10))
    ]
    log, teams = records(made, rows)
    every = np.arange(len(rows))
    told = _Parts(log, teams, every).told(log.person, every >= 0)
    check = log.activities.index("Check")
    assert (told.counted[check], told.his[check], told.expected[check]) == (80, 80, 80)


@pytest.mark.parametrize("same", [True, False])
def test_cases_that_waited_are_counted_over_all_people(made: Made, *, same: bool) -> None:
    """Three of those that Ann coded waited, and three of Bob's, while somebody who may not take them took another."""
    rows = []
    for case in range(6):
        mine, other = ("Ann", "Bob") if case % 2 else ("Bob", "Ann")
        waits, meanwhile = (mine, other) if same else (other, mine)
        rows += [(2 * case, "Code", 10 * case + 1, mine), (2 * case, "Check", 10 * case + 5, waits)]
        rows += [(2 * case + 1, "Code", 10 * case + 2, meanwhile), (2 * case + 1, "Check", 10 * case + 3, meanwhile)]
    log, teams = records(made, rows)
    parts = _Parts(log, teams, np.arange(len(rows)))
    who = np.where(np.arange(len(rows)) % 4 == 1, np.append(-1, log.person[:-1]), -1)
    assert parts.passed(who, log.activities.index("Check"), same=same) == 6


def test_a_rule_is_applied_where_it_can_be_kept(desk: Organisation) -> None:
    """Not where only so many have room in the queue."""
    plain, tied = office(desk), Tied((SAME,))
    assert applied(plain, tied).hands == {"Check after Code": SAME}
    assert applied(replace(plain, teams={"Desk": Team(limit=5)}), tied).hands == {}


def test_who_may_do_a_step_by_whose_it_is() -> None:
    """Person 0 does the first, anybody the second, as nobody did what it rests on, and neither 0 nor 1 the third."""
    tied = Tied((SAME, OTHER), np.array([[0, -1], [-1, -1], [0, 1]]), np.array([True, True, False]))
    allowed = [tied.may(np.full(3, person), np.arange(3)).tolist() for person in range(3)]
    assert allowed == [[True, True, False], [False, True, False], [False, True, True]]
    assert Tied().may(np.zeros(2, np.int64), np.arange(2)).tolist() == [True, True]


def test_the_commonest_activities_are_asked_first(made: Made) -> None:
    often = {"Read": 25, "Code": 40, "Check": 19, "File": 25}
    rows = [(case, what, 9 + case / 10, "Ann") for what, count in often.items() for case in range(count)]
    log, teams = records(made, rows)
    parts = _Parts(log, teams, np.arange(len(rows)))
    assert [log.activities[one] for one in parts.commonest()] == ["Code", "File", "Read"]
