"""What steps are called that acts put in: as nothing else is where nobody says it, or they would count as rework."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.ledgers.findings import finds
from irrupt.organisation import Check, Distribution, Organisation, Patience, Step, amended
from irrupt.regulation import Act, acts, parse_act

A, B = "Hospital A", "Hospital B"
NAMED = {
    "imposed check: {client: Hospital A, after: Triage}": "Check",
    "imposed check: {client: all clients, after: Triage}": "Check",
    "audit: {client: Hospital A, after: Triage, share: 0.5, team: Network}": "Audit",
    "audit: {client: null, after: Triage, share: 0.5, team: Network, finds: 0.5, back to: Triage}": "Audit finding",
    "cancellation: {client: Hospital A, after: Triage, share: 0.5}": "Cancellation",
    "cancellation: {client: Hospital A, age: 2 days, share: 0.5}": "Cancellation",
    "late change: {client: Hospital A, age: 2 days, back to: Triage, share: 0.5}": "Change",
    "traceability: {client: Hospital A, activity: Triage}": "Record Triage",
}
"""Act that does not say what it puts in -> how that is called where nothing else is."""


def with_activity(desk: Organisation, name: str, place: str) -> Organisation:
    """*desk*, where something is called *name*: its last step, a check, or what is recorded when cases are given up."""
    if place == "checks":
        check = Check(after="Close", step=Step(activity=name, team="Network", duration=Distribution.fixed(60.0)))
        return replace(desk, checks={"by hand": check})
    if place == "patience":
        rule = Patience(at="Resolve", lasts=Distribution.fixed(9e5), activity=name)
        return replace(desk, patience={"by hand": rule})
    return replace(desk, steps={**desk.steps, "Close": replace(desk.steps["Close"], activity=name)})


def done(rules: Organisation, *several: Act) -> Organisation:
    for act in several:
        rules = amended(rules, act.changes(rules, rules.origin))
    return rules


def new(before: Organisation, *several: Act) -> set[str]:
    return {*done(before, *several).activities()} - {*before.activities()}


@pytest.mark.parametrize("place", ["steps", "checks", "patience"])
@pytest.mark.parametrize(("text", "plain"), NAMED.items())
def test_what_nobody_names_is_called_as_nothing_else_is(desk: Organisation, text: str, plain: str, place: str) -> None:
    act, taken = parse_act(text), with_activity(desk, plain, place)
    assert plain in new(desk, act)
    assert len(new(taken, act)) == len(new(desk, act))
    assert any(name.startswith(plain) for name in new(taken, act))
    assert all(finds(name) for name in new(taken, act) if plain == "Audit finding" and name.startswith(plain))


@pytest.mark.parametrize(
    "text", [text for text in NAMED if not text.startswith(("audit", "cancellation: {client: Hospital A, after"))]
)
def test_what_was_made_under_another_name_is_not_made_twice(desk: Organisation, text: str) -> None:
    act, taken = parse_act(text), with_activity(desk, NAMED[text], "steps")
    for more in ((), (NAMED[text] + " for Hospital A", NAMED[text] + " by Hospital A", NAMED[text] + " after Triage")):
        steps = {name: replace(taken.steps["Close"], activity=name) for name in more}
        routes = dict.fromkeys(more, taken.routes["Close"])
        rules = replace(taken, steps={**taken.steps, **steps}, routes={**taken.routes, **routes})
        assert [
            one.edits for one in act.changes(done(rules, act), rules.origin) if one.edits[0].part != "rulebook"
        ] == []


@pytest.mark.parametrize(
    ("act", "activity"),
    [
        (acts.Audit(client=A, after="Triage", share=0.5, team="Network", activity="Close"), "Close"),
        (acts.LateChange(client=A, age="2 days", back_to="Triage", share=0.5, activity="Close"), "Close"),
    ],
)
def test_whoever_names_what_is_there_means_it(desk: Organisation, act: Act, activity: str) -> None:
    assert new(desk, act) == set()
    assert any(
        getattr(edit.after, "activity", None) == activity or isinstance(edit.after, Check) for edit in edits(desk, act)
    )


def test_a_check_is_not_called_like_other_work_of_which_all_would_count_as_checks(desk: Organisation) -> None:
    """But like what its name says to be a check, and like a check that is there."""
    check = acts.ImposedCheck(client=A, after="Triage", activity="Close")
    found = (
        '"Close" is done already, and is no check: all of it would count as one; give the check another name, or none'
    )
    with pytest.raises(ModelError, match=f"^imposed check: activity  {found}$"):
        check.changes(desk, desk.origin)
    inspection = with_activity(desk, "Inspection", "steps")
    assert edits(inspection, replace(check, activity="Inspection"))
    mine = replace(check, activity="Zeal")
    assert edits(done(desk, mine), replace(mine, client=B))


def edits(desk: Organisation, act: Act) -> list[Any]:
    return [edit for change in act.changes(desk, desk.origin) for edit in change.edits]


def test_several_in_the_same_cases_have_names_of_their_own_and_those_of_others_the_plain_one(
    desk: Organisation,
) -> None:
    checks = [
        acts.ImposedCheck(client=one, after=after) for one, after in ((A, "Triage"), (B, "Triage"), (A, "Confirm"))
    ]
    team = {"team": "Network"}
    assert new(desk, *checks[:2]) == {"Check"}
    first, third = "Check after Triage for Hospital A", "Check for Hospital A after Confirm for Hospital A"
    there = done(desk, checks[0], checks[1], replace(checks[2], **team)).checks
    assert (there[first].step.activity, there[third].step.activity) == ("Check", "Check for Hospital A")
    every = acts.ImposedCheck(client=None, after="Confirm", **team)
    assert new(done(desk, checks[0]), every) == {"Check after Confirm"}
    audits = [acts.Audit(client=one, after="Confirm", share=0.5, **team) for one in (A, B)]
    assert new(desk, *audits) == {"Audit"}
    assert new(done(desk, *audits), replace(audits[0], after="Triage")) == {"Audit for Hospital A"}


def test_a_check_of_the_plain_name_is_no_rework(desk: Organisation) -> None:
    """Where all cases have a Check already, a Check imposed on them would repeat it."""
    act, rules = acts.ImposedCheck(client=A, after="Triage"), with_activity(desk, "Check", "steps")
    found = compare(rules, act, replications=4, weeks=4, seed=1).effects.to_dicts()
    rework = next(row for row in found if (row["measure"], row["party"]) == ("rework", A))
    assert rework["difference"] == pytest.approx(0.0, abs=0.05)
    meant = compare(rules, replace(act, activity="Check"), replications=4, weeks=4, seed=1).effects.to_dicts()
    assert next(row for row in meant if (row["measure"], row["party"]) == ("rework", A))["difference"] > 0.5
