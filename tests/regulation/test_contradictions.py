"""Which demands cannot both hold, and which can."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from irrupt.organisation import Organisation, amended
from irrupt.regulation import (
    Appointment,
    Audit,
    Bypass,
    Cancellation,
    Certification,
    CompleteFile,
    FlexibilityDemand,
    ImposedCheck,
    Priority,
    Relay,
    Signature,
    StaffLeave,
    Volume,
    When,
    contradictions,
)
from irrupt.regulation.acts import DueDate
from irrupt.regulation.answers import Answer, answered
from irrupt.regulation.contradictions import one_after_the_other
from irrupt.regulation.replies import Restrain

NOW = datetime(2024, 1, 29, tzinfo=UTC)
A, B = "Hospital A", "Hospital B"
FREE: tuple[Any, ...] = (
    Priority(client=A, team="Network", rank=1),
    Priority(client=B, team="Network", rank=2),
    Bypass(client=A, skips="Triage"),
    ImposedCheck(client=A, after="Close"),
    ImposedCheck(client=B, after="Triage"),
    Volume(client=A, change=0.2),
    Volume(client=A, change=-0.3),
    Certification(activity="Resolve", added="12 min"),
    FlexibilityDemand(team="Network", shifts="Sat 9-12"),
    FlexibilityDemand(team="First line", shifts="Sun 9-12"),
    StaffLeave(person="Ann", team="First line"),
    Appointment(client=A, slots="Tue 9-12"),
)


ASKED = CompleteFile(client=A, after="Confirm", then="Resolve", times=0.3)


def said(desk: Organisation, *acts: Any) -> list[str]:
    return [pair.why for pair in contradictions(acts, desk, NOW)]


def test_demands_on_different_things_contradict_nobody(desk: Organisation) -> None:
    assert said(desk, *FREE) == []


def test_who_passes_by_those_that_spoke_for_him_keeps_what_they_gave_him(desk: Organisation) -> None:
    """Nobody can be asked to speak for him any more, but the ranks that were given stand: nothing of it is undone."""
    relay = Relay(client=A, team="First line", at="Network", discretion=0.6)
    around = Bypass(client=A, team="First line")
    assert said(desk, relay, around) == said(desk, around, relay) == []


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (
            Priority(client=A, team="Network"),
            Priority(client=B, team="Network"),
            "Hospital A and Hospital B are both to be taken before others at Network, in one rank",
        ),
        (
            Priority(client=A, team="Network"),
            Priority(client=A, team="Network", rank=-1),
            "the second undoes the first",
        ),
        (
            Appointment(client=A, slots="Tue 9-12"),
            Appointment(client=A, slots="Thu 9-12"),
            "the second undoes the first",
        ),
        (
            Bypass(client=A, skips="Triage"),
            ImposedCheck(client=A, after="Triage"),
            "Check is never made for Hospital A, whose cases skip what it follows",
        ),
        (
            Bypass(client=A, skips="Resolve"),
            ImposedCheck(client=None, after="Resolve", team="Network"),
            "Check is never made for Hospital A, whose cases skip what it follows",
        ),
    ],
)
def test_demands_that_cannot_both_hold_are_found_in_either_order(
    first: Any, second: Any, why: str, desk: Organisation
) -> None:
    for pair in permutations((first, second)):
        assert said(desk, *pair) == [why]
    waiting = [When(act=act, condition="arrivals > 1 over 1 week") for act in (first, second)]
    (found,) = contradictions(waiting, desk, NOW)
    assert found.first.startswith(f"{first.name}: {first.client} when arrivals")
    assert found.why == why


@pytest.mark.parametrize(
    ("first", "second", "tells"),
    [
        (Volume(client=A, change=0.2), Volume(client=A, change=-0.3), "In all: −16.0 %."),
        (Volume(client=A, change=0.2), Volume(client=A, change=0.2), "In all: +44.0 %."),
        (Volume(client=A, change=0.2), Volume(client=B, change=0.2), None),
        (Volume(client=A, cases_per_week=30.0), Volume(client=A, change=0.5), ""),
        (DueDate(client=A, times=0.5), DueDate(client=A, times=0.5), "In all: −75.0 %."),
        (DueDate(client=A, due="2 h"), DueDate(client=A, times=0.5), "In all: −75.0 %."),
        (Volume(client=A, change=0.2), Priority(client=A, team="Network"), None),
        (Bypass(client=A, skips="Triage"), Bypass(client=A, skips="Resolve"), None),
        (
            FlexibilityDemand(team="Network", shifts="Sat 9-12"),
            FlexibilityDemand(team="Network", shifts="Sun 9-12"),
            None,
        ),
        (Priority(client=A, team="Network"), Priority(client=B, team="Network", rank=2), None),
        (Appointment(client=A, slots="Tue 9-12"), Appointment(client=A, slots="Thu 9-12"), None),
        (Volume(client=A, cases_per_week=5.0), Volume(client=A, cases_per_week=9.0), None),
    ],
)
def test_acts_that_change_the_same_one_after_the_other_are_told(
    first: Any, second: Any, tells: str | None, desk: Organisation
) -> None:
    """A fifth more and three tenths less stood in one entry, and nothing said which holds. What undoes the other
    is told as a contradiction, and what adds to the same collection is not told."""
    desk = amended(desk, DueDate(client=A, due="4 h").changes(desk, NOW))
    found = list(one_after_the_other((first, second), desk, NOW))
    assert len(found) == (tells is not None)
    if tells is not None:
        assert found[0].startswith(f"{first.name}: Hospital A")
        assert tells in found[0].partition("the second changes what the first leaves.")[2]
        assert said(desk, first, second) == [], "he goes on from what he asked for himself"
        later = (first, When(act=second, lag=4.0))
        assert not list(one_after_the_other(later, desk, NOW)), "one after the other in time, as it is written"


def test_what_somebody_else_makes_of_a_demand_undoes_it(desk: Organisation) -> None:
    own = Signature(author="Management")
    asks, relaxes = DueDate(client=A, due="2 h"), DueDate(client=A, times=2.0, signed=own)
    assert said(desk, asks, relaxes) == ["the second undoes the first"]
    assert said(desk, asks, DueDate(client=A, due="3 h")) == ["the second undoes the first"]


def test_what_contradicted_before_is_not_told_again(desk: Organisation) -> None:
    """Only what the acts bring about: not a check that was idle already."""
    idle = amended(desk, Bypass(client=A, skips="Triage").changes(desk, NOW))
    idle = amended(idle, ImposedCheck(client=A, after="Triage").changes(idle, NOW))
    assert said(idle, Volume(client=A, change=0.1), Appointment(client=B, slots="Tue 9-12")) == []


def test_who_leaves_and_comes_back_contradicts_nobody(desk: Organisation) -> None:
    """He undoes what he did himself, at another moment; at the same moment, or against somebody else, it is one."""
    leaves, comes = Volume(client=A, change=-1.0), Volume(client=A, cases_per_week=30.0)
    later = When(act=comes, lag=12.0)
    assert said(desk, leaves, comes) == ["the second undoes the first"]
    assert said(desk, leaves, later) == []
    assert said(desk, When(act=leaves, condition="cycle time > 9 h over 2 weeks"), later) == []
    waiting = [When(act=act, condition="cycle time > 9 h over 2 weeks") for act in (leaves, comes)]
    assert said(desk, *waiting) == ["the second undoes the first"]
    own = Volume(client=A, change=-1.0, signed=Signature(author="Management"))
    assert said(desk, own, later) == ["the second undoes the first"]


def test_who_holds_back_what_he_was_given_contradicts_nobody(desk: Organisation) -> None:
    relay = Relay(client=A, team="First line", at="Network", discretion=0.6)
    for first in (relay, When(act=relay, condition="cycle time > 9 h over 2 weeks")):
        acts, _refusals = answered([first], [Answer(party="Network", to="relay", making=Restrain(by=0.5))])
        assert len(acts) == 2
        assert said(desk, *acts) == []
    assert said(desk, relay, replace(relay, restraint=0.5)) == ["the second undoes the first"]


def test_a_check_that_is_never_made_is_told_whenever_it_comes(desk: Organisation) -> None:
    check = When(act=ImposedCheck(client=A, after="Triage"), lag=4.0)
    assert said(desk, Bypass(client=A, skips="Triage"), check)


def test_an_audit_of_what_is_skipped_is_told_and_one_beside_other_shares_is_none(desk: Organisation) -> None:
    audit = Audit(client=None, after="Close", share=0.3, team="Network")
    skips = Bypass(client=A, skips="Close")
    never = "Audit is never made for Hospital A, whose cases skip what it follows"
    assert said(desk, audit, skips) == said(desk, skips, audit) == [never]
    assert said(desk, replace(audit, after="Triage"), skips) == []
    asks = replace(audit, after="Confirm")
    for acts in permutations((asks, Cancellation(client=A, after="Confirm", share=0.1), ASKED)):
        assert said(desk, *acts) == []
    assert said(desk, asks, replace(asks, share=0.1)) == ["the second undoes the first"]
