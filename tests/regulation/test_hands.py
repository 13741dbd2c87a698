"""Acts by which a case is in one hand, or in other hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation
from irrupt.errors import ModelError
from irrupt.organisation import Hands, Organisation, amended, faults
from irrupt.regulation import Act, OtherHands, SameHands, StaffLeave, touched, verbs

NOW = datetime(2024, 3, 4, tzinfo=UTC)


def done(act: Act, rules: Organisation) -> Organisation:
    return amended(rules, act.changes(rules, NOW))


def problems(act: Act, rules: Organisation) -> list[str]:
    with pytest.raises(ModelError) as caught:
        act.changes(rules, NOW)
    return [str(fault) for fault in caught.value.faults]


def test_other_hands_are_one_rule_and_done_twice_nothing(desk: Organisation) -> None:
    act = OtherHands(client="Hospital A", activity="Close", first="Triage")
    after = done(act, desk)
    rule = Hands(activity="Close", not_by_who_did=("Triage",), client="Hospital A")
    assert after.hands == {"Close after Triage for Hospital A": rule}
    assert not act.changes(after, NOW)
    (change,) = act.changes(desk, NOW)
    assert change.rule == "Close is not done by whoever did Triage, for cases of Hospital A"
    assert verbs(change) == ("organise",)
    (touch,) = touched(change.edits, desk)
    assert (touch.aspect, touch.client, touch.activities) == ("hands", "Hospital A", {"Close"})


def test_same_hands_bind_each_of_the_activities(desk: Organisation) -> None:
    act = SameHands(client=None, activities=("Triage", "Close"))
    after = done(act, desk)
    assert {(rule.activity, rule.by_who_did, rule.client) for rule in after.hands.values()} == {
        (one, ("Triage", "Close"), None) for one in ("Triage", "Close")
    }
    assert act.changes(desk, NOW)[0].rule == "One person does all of these in a case, for all clients: Triage, Close"
    assert not act.changes(after, NOW)


def test_in_whatever_order_and_how_often_they_are_named_it_is_the_same(desk: Organisation) -> None:
    after = done(SameHands(client=None, activities=("Close", "Triage", "Close")), desk)
    assert len(after.hands) == 2
    assert not SameHands(client="Hospital A", activities=("Triage", "Close")).changes(after, NOW)


def test_what_holds_for_all_holds_on_for_who_asks_for_more(desk: Organisation) -> None:
    people = {**desk.people, "Dan": desk.people["Ann"]}
    rules = done(OtherHands(client=None, activity="Close", first="Triage"), replace(desk, people=people))
    own = done(OtherHands(client="Hospital A", activity="Close", first="Close"), rules)
    his = {rule.not_by_who_did for rule in own.hands.values() if rule.client == "Hospital A"}
    assert his == {("Triage",), ("Close",)}


def test_what_is_asked_for_all_holds_for_who_has_rules_of_his_own(desk: Organisation) -> None:
    people = {**desk.people, "Dan": desk.people["Ann"]}
    rules = done(OtherHands(client="Hospital A", activity="Close", first="Close"), replace(desk, people=people))
    everybody = done(OtherHands(client=None, activity="Close", first="Triage"), rules)
    assert {(rule.client, rule.not_by_who_did) for rule in everybody.hands.values()} == {
        ("Hospital A", ("Close",)),
        ("Hospital A", ("Triage",)),
        (None, ("Triage",)),
    }


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (
            OtherHands(client="Hospital C", activity="Clse", first="Triag"),
            [
                'other hands: client  no client "Hospital C"; did you mean "Hospital B"?',
                'other hands: first  no activity "Triag"; did you mean "Triage"?',
                'other hands: activity  no activity "Clse"; did you mean "Close"?',
            ],
        ),
        (
            OtherHands(client=None, activity="Resolve", first="Resolve"),
            [
                'other hands: activity  nobody else in Network does "Resolve" where Bob did what it rests on; '
                "expected somebody else in it who does",
                'other hands: activity  nobody else in Servers does "Resolve" where Cid did what it rests on; '
                "expected somebody else in it who does",
            ],
        ),
        (
            SameHands(client="Hospital A", activities=("Triage", "Confirm")),
            ['same hands: activities  nobody does "Confirm"; expected what a team does'],
        ),
    ],
)
def test_what_cannot_be_is_refused(desk: Organisation, act: Any, told: list[str]) -> None:
    assert problems(act, desk) == told


def test_what_would_bind_nobody_is_refused_only_where_it_is_asked_for(desk: Organisation) -> None:
    """Cid leaves the first line, and nobody who resolves has done what it does."""
    act = OtherHands(client=None, activity="Resolve", first="Triage")
    bound = done(act, replace(desk, people={**desk.people, "Dan": replace(desk.people["Cid"], teams=("Servers",))}))
    left = amended(bound, StaffLeave(person="Cid", team="First line", stays=True).changes(bound, NOW))
    assert faults(left) == []
    assert problems(act, replace(left, hands={})) == [
        'other hands: activity  nobody who does "Resolve" ever did "Triage": it would never bind; '
        "expected activities that the same people do"
    ]


def test_one_hand_and_other_hands_contradict_each_other(desk: Organisation) -> None:
    rules = done(SameHands(client=None, activities=("Triage", "Close")), desk)
    assert problems(OtherHands(client="Hospital A", activity="Close", first="Triage"), rules) == [
        'other hands: activity  who does "Close" is a matter of who did Close, Triage already; '
        "expected an activity without such a rule"
    ]


def test_one_activity_is_no_matter_of_one_hand() -> None:
    with pytest.raises(ModelError, match="two or more"):
        SameHands(client=None, activities=("Triage",))


def test_one_hand_of_what_nobody_does_both_is_refused(desk: Organisation) -> None:
    """It was run, and answered that all that is measured is the same in every run."""
    people = {**desk.people, "Cid": replace(desk.people["Cid"], teams=("Servers",))}
    found = problems(SameHands(client="Hospital A", activities=("Triage", "Resolve")), replace(desk, people=people))
    assert found == [
        'same hands: activities  nobody who does "Triage" does "Resolve": it would never bind; '
        "expected activities that the same people do"
    ]


def test_one_contact_makes_his_cases_wait_for_one_person(desk: Organisation) -> None:
    """All of his closing is done by who triaged, the others' by whoever is free; and no work is saved."""
    people = {**desk.people, "Dan": desk.people["Ann"]}
    act = SameHands(client="Hospital A", activities=("Triage", "Close"))
    run = Simulation(done(act, replace(desk, people=people)), seed=1, weeks=20.0)
    parts = [[column.copy() for column in rows] for rows in run.run()]
    rows = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    activity, clients = run.legend.activities, run.legend.clients
    hands: dict[tuple[int, int], set[int]] = {}
    for case, client, what, person in zip(rows[0], rows[1], rows[2], rows[4], strict=True):
        if activity[what] in ("Triage", "Close"):
            hands.setdefault((int(client), int(case)), set()).add(int(person))
    several = {
        name: np.mean([len(some) > 1 for (number, _case), some in hands.items() if clients[number] == name])
        for name in clients
    }
    assert several["Hospital A"] == 0.0
    assert several["Hospital B"] > 0.1
