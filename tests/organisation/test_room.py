"""Limits of queues: who could wait for room for ever. What is accepted runs to its end, whatever comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from irrupt.engine import Simulation
from irrupt.organisation import (
    Calendar,
    Client,
    Distribution,
    Older,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
    faults,
)
from irrupt.organisation.room import stuck

BOTH = ["First", "Second"]
AT_ONCE = Distribution.fixed(0.0)


def a_circle(delay: Distribution = AT_ONCE, **parts: Any) -> Organisation:
    """First and Second hand over to each other, one person each, and either queue has room for one."""
    usual = Organisation(
        name="",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"A": Client(cases_per_week=100.0)},
        steps={
            "One": Step(activity="One", team="First", duration=Distribution.exponential(1000.0)),
            "Two": Step(activity="Two", team="Second", duration=Distribution.exponential(1000.0)),
        },
        routes={
            "start": (Route(to="One", share=1.0),),
            "One": (Route(to="Two", share=0.8), Route(to="end", share=0.2)),
            "Two": (Route(to="One", share=0.8, delay=delay), Route(to="end", share=0.2)),
        },
        teams={"First": Team(limit=1), "Second": Team(limit=1)},
        people={"Ann": Person(teams=("First",), calendar="day"), "Bob": Person(teams=("Second",), calendar="day")},
        calendars={"day": Calendar(hours=((0, 10080),))},
    )
    return replace(usual, **parts)


def all_end(rules: Organisation) -> None:
    """It is accepted, and with more to do than can be done, every case is over in the end."""
    assert faults(rules) == []
    busy = {name: replace(client, cases_per_week=client.cases_per_week * 3) for name, client in rules.clients.items()}
    run = Simulation(replace(rules, clients=busy), seed=1, weeks=4.0)
    for _rows in run.run():
        pass
    assert run.arrived > 0
    assert run.in_system == 0


def test_a_circle_of_hands_is_one() -> None:
    assert stuck(a_circle()) == BOTH


@pytest.mark.parametrize(
    "delay", [Distribution.fixed(60.0), Distribution.exponential(60.0), Distribution.uniform(1.0, 60.0)]
)
def test_what_comes_after_a_delay_is_handed_over_by_nobody(delay: Distribution) -> None:
    all_end(a_circle(delay))


@pytest.mark.parametrize(
    "way",
    [
        Route(to="One", share=0.8, delay=Distribution.quantiles((0.0, 60.0))),
        Route(to="One", share=0.8, delay=Distribution.fixed(60.0), since="clock"),
        Route(to="One", share=0.8, delay=Distribution.fixed(60.0), older=(Older(than=3600.0),)),
    ],
)
def test_a_delay_that_may_be_none_is_none(way: Route) -> None:
    rules = a_circle()
    assert stuck(replace(rules, routes={**rules.routes, "Two": (way, Route(to="end", share=0.2))})) == BOTH


def test_no_delay_passes_before_what_is_skipped() -> None:
    rules = a_circle(Distribution.fixed(60.0))
    delayed = (Route(to="Look", share=0.8, delay=Distribution.fixed(60.0)), Route(to="end", share=0.2))
    routes = {**rules.routes, "Two": delayed, "Look": (Route(to="One", share=1.0),)}
    looked = replace(rules, steps={**rules.steps, "Look": Step(activity="Look")}, routes=routes)
    assert stuck(looked) == []
    assert stuck(replace(looked, skips={"A": frozenset({"Look"})})) == BOTH


def test_whoever_hands_over_nothing_keeps_the_queue_moving() -> None:
    """Ann works in both teams of a row, and may wait for room before herself; Bob never does."""
    row = {**a_circle().routes, "Two": (Route(to="end", share=1.0),)}
    ann, bob = (Person(teams=teams, calendar="day") for teams in (("First", "Second"), ("Second",)))
    rules = a_circle(routes=row, teams={"First": Team(), "Second": Team(limit=1)}, people={"Ann": ann, "Bob": bob})
    all_end(rules)
    away = replace(bob, absent=((datetime(2024, 1, 1), datetime(2030, 1, 1)),))
    for people in ({"Ann": ann}, {"Ann": ann, "Bob": replace(bob, does_not=("Two",))}, {"Ann": ann, "Bob": away}):
        assert stuck(replace(rules, people=people)) == ["Second"]
    assert stuck(replace(rules, people={"Ann": replace(ann, does_not=("One",)), "Cy": ann, "Bob": bob})) == []


def test_whoever_waits_for_a_queue_that_moves_keeps_his_own_moving() -> None:
    """Bob hands over to Third, which Cy keeps moving."""
    rules = a_circle()
    routes = {**rules.routes, "Two": (Route(to="Three", share=1.0),), "Three": (Route(to="end", share=1.0),)}
    steps = {**rules.steps, "Three": replace(rules.steps["Two"], activity="Three", team="Third")}
    people = {
        **rules.people,
        "Ann": Person(teams=("First", "Second"), calendar="day"),
        "Cy": Person(teams=("Third",), calendar="day"),
    }
    teams = {"First": Team(), "Second": Team(limit=1), "Third": Team(limit=0)}
    three = replace(rules, routes=routes, steps=steps, people=people, teams=teams)
    all_end(three)
    back = {**routes, "Three": (Route(to="Two", share=0.5), Route(to="end", share=0.5))}
    assert stuck(replace(three, routes=back)) == ["Second", "Third"]


def test_whoever_is_given_up_is_handed_over_by_nobody_and_whoever_goes_back_is() -> None:
    row = {**a_circle().routes, "Two": (Route(to="end", share=1.0),)}
    lost = {"Tired": Patience(at="Two", to="One", lasts=Distribution.exponential(3000.0), activity="Gone")}
    all_end(a_circle(routes=row, patience=lost))
    assert stuck(a_circle(routes=row, returns={"Back": Return(during="Two", back_to="One", share=0.1)})) == BOTH


def test_the_ways_of_a_client_who_brings_nothing_lock_nobody() -> None:
    rules = a_circle()
    own = {"B": {"Two": rules.routes["Two"]}}
    row = {**rules.routes, "Two": (Route(to="end", share=1.0),)}
    for cases, told in ((0.0, []), (1.0, BOTH)):
        clients = {**rules.clients, "B": Client(cases_per_week=cases)}
        assert stuck(replace(rules, routes=row, client_routes=own, clients=clients)) == told
