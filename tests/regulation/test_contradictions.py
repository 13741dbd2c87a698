"""Which demands cannot both hold, and which can."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from irrupt.organisation import Organisation, amended
from irrupt.regulation import (
    Appointment,
    Bypass,
    Certification,
    FlexibilityDemand,
    ImposedCheck,
    Priority,
    StaffLeave,
    Volume,
    When,
    contradictions,
)

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
    StaffLeave(person="Cid", team="First line"),
    Appointment(client=A, slots="Tue 9-12"),
)


def said(desk: Organisation, *acts: Any) -> list[str]:
    return [pair.why for pair in contradictions(acts, desk, NOW)]


def test_demands_on_different_things_contradict_nobody(desk: Organisation) -> None:
    assert said(desk, *FREE) == []


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
    waiting = When(act=second, condition="arrivals > 1 over 1 week")
    (found,) = contradictions((first, waiting), desk, NOW)
    assert (found.first, found.why) == (f"{first.name}: {first.client}", why)


def test_what_contradicted_before_is_not_told_again(desk: Organisation) -> None:
    """Only what the acts bring about: not a check that was idle already."""
    idle = amended(desk, Bypass(client=A, skips="Triage").changes(desk, NOW))
    idle = amended(idle, ImposedCheck(client=A, after="Triage").changes(idle, NOW))
    assert said(idle, Volume(client=A, change=0.1), Appointment(client=B, slots="Tue 9-12")) == []
