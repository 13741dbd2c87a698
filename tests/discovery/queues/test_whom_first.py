"""Whom somebody of two teams serves first is found again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.log import Flags
from irrupt.discovery.people.able import Skills
from irrupt.discovery.queues import whom_first
from irrupt.discovery.queues.whom_first import of_people
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, Person

pytestmark = pytest.mark.usefixtures("few_steps")


def helped(desk: Organisation, helper: Person, *, ranks: bool = False) -> Organisation:
    """The desk with few people, and somebody who works for both teams; one client has a rank at one of them."""
    people = {"Ann": desk.people["Ann"], "Fay": desk.people["Fay"], "Kim": helper}
    teams = {**desk.teams, "Desk": replace(desk.teams["Desk"], priority={"Ames": 1} if ranks else {})}
    return replace(desk, people=people, teams=teams)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("teams", [("Desk", "Experts"), ("Experts", "Desk")])
@pytest.mark.parametrize("ranks", [False, True])
def test_who_serves_one_team_first_is_found(desk: Organisation, teams: tuple[str, ...], ranks: bool) -> None:
    helper = Person(teams=teams, calendar="late", serves="teams in order")
    log = simulate(helped(desk, helper, ranks=ranks), weeks=30, seed=5)
    found = discover(log, fidelity=False).people["Kim"]
    assert (found.serves, found.teams) == ("teams in order", teams)


@pytest.mark.parametrize("serves", ["longest waiting", "first come"])
def test_ranks_tell_who_looks_at_them(desk: Organisation, serves: str) -> None:
    helper = Person(teams=("Desk", "Experts"), calendar="late", serves=serves)  # type: ignore[arg-type]
    log = simulate(helped(desk, helper, ranks=True), weeks=30, seed=5)
    assert discover(log, fidelity=False).people["Kim"].serves == serves


def test_without_ranks_nobody_is_said_to_look_at_any(desk: Organisation) -> None:
    helper = Person(teams=("Desk", "Experts"), calendar="late")
    found = discover(simulate(helped(desk, helper), weeks=30, seed=5), fidelity=False).people["Kim"]
    assert found.serves == "first come"


@pytest.mark.parametrize(("daily", "begins_told"), [(True, True), (False, False)])
def test_days_or_ends_alone_do_not_tell_whom_somebody_serves_first(*, daily: bool, begins_told: bool) -> None:
    findings: Any = SimpleNamespace(log=SimpleNamespace(daily=daily), begins_told=begins_told)
    assert of_people(findings) is findings


class Waiting:
    """The queue of one team."""

    def __init__(self, team: str) -> None:
        self.team, self.begun = team, np.zeros(1)

    def only(self, _those: Flags) -> Waiting:
        return self


def test_what_is_taken_at_hours_of_another_team_tells_of_that_in_these_only() -> None:
    parted = {("Ann", "B"): Calendar(hours=((480, 720), (1920, 2160)))}
    findings: Any = SimpleNamespace(
        log=SimpleNamespace(people=("Ann",)), workforce=SimpleNamespace(skills=Skills(), parted=parted)
    )
    moments = np.array([500.0, 720.0, 2000.0 + 10080.0, 10000.0]) * 60.0
    assert whom_first._there(findings, 0, "B", moments).tolist() == [True, False, True, False]
    assert whom_first._there(findings, 0, "A", moments).all()


@pytest.mark.parametrize(
    ("taken", "teams", "serves"),
    [
        ({"AB": (100, 40, 50), "AC": (100, 40, 50), "BC": (100, 40, 50)}, "ABC", "teams in order"),
        ({"BA": (100, 40, 50), "CA": (100, 40, 50), "BC": (100, 40, 50)}, "BCA", "teams in order"),
        ({"AB": (100, 40, 50), "AC": (60, 40, 50), "CA": (60, 40, 50), "BC": (100, 40, 50)}, "CBA", "longest waiting"),
        ({"AB": (100, 40, 50), "AC": (2, 1, 1)}, "ACB", "teams in order"),
        ({"AB": (60, 40, 50), "BA": (60, 40, 50)}, "CBA", "longest waiting"),
        ({"AB": (60, 50, 40), "BA": (60, 40, 40)}, "CBA", "first come"),
    ],
    ids=["one after the other", "otherwise", "two by turns", "one is hardly seen", "by ranks", "by what came first"],
)
def test_who_serves_teams_in_order_does_so_with_each_two_of_them(
    taken: dict[str, tuple[int, int, int]], teams: str, serves: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody works for three teams. Of each two it is told how many cases he took at the one while others waited at
    the other, and how many of these a rule would have left."""
    monkeypatch.setattr(whom_first, "_queue", lambda _findings, name, _tells: (Waiting(name), np.arange(1)))
    nothing = whom_first._Choices(0, 0, 0)
    found = {pair: whom_first._Choices(*numbers) for pair, numbers in taken.items()}
    monkeypatch.setattr(
        whom_first, "_passed_over", lambda queue, _mine, other: found.get(queue.team + other.team, nothing)
    )
    findings: Any = SimpleNamespace(
        log=SimpleNamespace(person=np.zeros(1, np.int64), people=("Ann",)),
        workforce=SimpleNamespace(skills=Skills(), parted={}),
    )
    kim = Person(teams=("C", "B", "A"), calendar="late")
    told = whom_first._served(findings, kim, 0, np.ones(1, bool))
    assert ("".join(told.teams), told.serves) == (teams, serves)
