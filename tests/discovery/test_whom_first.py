"""Whom somebody of two teams serves first is found again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.discovery import discover
from irrupt.engine import simulate
from irrupt.organisation import Organisation, Person


def helped(desk: Organisation, helper: Person) -> Organisation:
    """The desk with few people, and somebody who works for both teams."""
    people = {"Ann": desk.people["Ann"], "Fay": desk.people["Fay"], "Kim": helper}
    return replace(desk, people=people)


@pytest.mark.parametrize("teams", [("Desk", "Experts"), ("Experts", "Desk")])
def test_who_serves_one_team_first_is_found(desk: Organisation, teams: tuple[str, ...]) -> None:
    helper = Person(teams=teams, calendar="late", serves="teams in order")
    found = discover(simulate(helped(desk, helper), weeks=30, seed=5), fidelity=False).people["Kim"]
    assert (found.serves, found.teams) == ("teams in order", teams)


def test_who_takes_whoever_waits_longest_prefers_nobody(desk: Organisation) -> None:
    helper = Person(teams=("Desk", "Experts"), calendar="late")
    found = discover(simulate(helped(desk, helper), weeks=30, seed=5), fidelity=False).people["Kim"]
    assert found.serves == "longest waiting"
