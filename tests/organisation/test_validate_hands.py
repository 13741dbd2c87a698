"""Rules that say who does a step by who did others, and that cannot be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from irrupt.organisation import Batch, Hands, Organisation, Person, Route, Step, Team, faults


@pytest.fixture
def two(desk: Organisation) -> Organisation:
    """Ann and Bob triage; Bob alone resolves."""
    check = Step(activity="Check", team="First line")
    routes = {**desk.routes, "Check": (Route(to="end", share=1.0),)}
    return replace(desk, steps={**desk.steps, "Check": check}, routes=routes)


def said(organisation: Organisation, *rules: Hands, **parts: Any) -> list[str]:
    hands = {f"rule {number}": rule for number, rule in enumerate(rules)}
    return [str(fault) for fault in faults(replace(organisation, hands=hands, **parts))]


def test_rules_that_can_be_kept_are_no_fault(two: Organisation) -> None:
    others = Hands(activity="Check", not_by_who_did=("Triage",))
    same = Hands(activity="Check", by_who_did=("Triage",), client="Hospital A")
    assert said(two, others, same, Hands(activity="Resolve", by_who_did=("Triage",))) == []


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Hands(activity="Check"), "rule 0  neither of both; expected by who did, or not by who did"),
        (
            Hands(activity="Check", by_who_did=("Triage",), not_by_who_did=("Triage",)),
            "rule 0  both at once; expected by who did, or not by who did",
        ),
        (
            Hands(activity="Chek", by_who_did=("Triage",)),
            'rule 0 > activity  no activity "Chek"; did you mean "Check"?',
        ),
        (
            Hands(activity="Check", not_by_who_did=("Triag",)),
            'rule 0 > not by who did  no activity "Triag"; did you mean "Triage"?',
        ),
        (
            Hands(activity="Check", not_by_who_did=("Answer",)),
            'rule 0 > not by who did  nobody does "Answer"; expected what a team does',
        ),
        (
            Hands(activity="Answer", by_who_did=("Triage",)),
            'rule 0 > activity  nobody does "Answer"; expected what a team does',
        ),
        (
            Hands(activity="Check", by_who_did=("Triage",), client="Hospital C"),
            'rule 0 > client  no client "Hospital C"; did you mean "Hospital B"?',
        ),
        (
            Hands(activity="Resolve", not_by_who_did=("Triage",)),
            'rule 0  nobody else in Network does "Resolve" where Bob did what it rests on; '
            "expected somebody else in it who does",
        ),
    ],
)
def test_what_cannot_be_kept_is_told(two: Organisation, rule: Hands, told: str) -> None:
    assert said(two, rule) == [f"hands > {told}"]


def test_whoever_is_away_all_through_the_first_year_is_nobody_else(two: Organisation) -> None:
    """It was accepted, and cases waited for years."""
    others = Hands(activity="Check", not_by_who_did=("Triage",))

    def without_bob(days: int) -> list[str]:
        away = (datetime(2024, 1, 1), datetime(2024, 1, 1) + timedelta(days=days))
        return said(
            two,
            others,
            people={
                **two.people,
                "Bob": replace(two.people["Bob"], teams=("First line",), absent=(away,)),
                "Cy": Person(teams=("Network",), calendar="office"),
            },
        )

    assert without_bob(300) == []
    assert without_bob(2000) == [
        'hands > rule 0  whoever else in First line does "Check" where Ann did what it rests on is away all through '
        "the first year; expected somebody who is there for some hours"
    ]


def test_who_never_did_the_other_is_bound_by_nothing(two: Organisation) -> None:
    """As when he who did both has left: no fault of the rule, nor of who has him leave."""
    rule = Hands(activity="Resolve", not_by_who_did=("Triage",))
    people = {**two.people, "Bob": Person(teams=("Network",), calendar="office")}
    assert said(two, rule, people=people) == []


def test_of_several_rules_for_the_same_cases_somebody_must_be_left(two: Organisation) -> None:
    same, others = (Hands(activity="Check", **{how: ("Triage",)}) for how in ("by_who_did", "not_by_who_did"))
    again = Hands(activity="Check", not_by_who_did=("Check",))
    assert said(two, same, others) == [
        'hands > rule 1  2 rules for who does "Check"; expected one by who did, or two not by who did'
    ]
    assert said(two, same, replace(others, client="Hospital A")) == []
    assert said(two, others, again) == [
        'hands > rule 1  nobody else in First line does "Check" where Ann, Bob did what it rests on; '
        "expected somebody else in it who does"
    ]
    people = {**two.people, "Cy": two.people["Ann"]}
    assert said(two, others, again, people=people) == []


def test_nobody_need_be_left_for_a_class_that_a_client_has_no_cases_of(two: Organisation) -> None:
    others = Hands(activity="Check", not_by_who_did=("Triage",))
    dot = replace(two.people["Ann"], not_of_class={"Check": ("large",)})
    eve = replace(two.people["Ann"], not_for_client={"Check": ("Hospital A",)})
    people = {**two.people, "Dot": dot, "Eve": eve, "Bob": replace(two.people["Bob"], teams=("Network",))}
    large = {"Hospital B": replace(two.clients["Hospital B"], classes={"large": 1.0})}
    assert said(two, others, people=people, clients={**two.clients, **large}) == []
    both = dict.fromkeys(two.clients, large["Hospital B"])
    assert said(two, others, people=people, clients=both) == [
        'hands > rule 0  nobody else in First line does "Check" where Ann did what it rests on; '
        "expected somebody else in it who does"
    ]


def test_what_is_wrong_for_all_is_told_once(two: Organisation) -> None:
    """Also where clients have rules of their own for other steps."""
    wrong = Hands(activity="Resolve", not_by_who_did=("Triage",))
    own = Hands(activity="Check", not_by_who_did=("Triage",), client="Hospital A")
    assert len(said(two, wrong, own)) == 1


def test_neither_in_batches_nor_where_only_so_many_may_wait(two: Organisation) -> None:
    rule = Hands(activity="Check", by_who_did=("Triage",))
    batched = {**two.steps, "Check": replace(two.steps["Check"], batch=Batch(size=2))}
    assert said(two, rule, steps=batched) == [
        'hands > rule 0 > activity  "Check" is done in batches, of cases that others may have to do; '
        "expected what is done case by case"
    ]
    assert (
        "hands > rule 0 > activity  only so many have room in the queue of First line, which may be full of those that "
        "one person must do; expected a team without a limit"
    ) in said(two, rule, teams={**two.teams, "First line": Team(limit=3)})
