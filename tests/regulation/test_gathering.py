"""The act by which cases gather for an activity in another way than before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from irrupt.errors import ModelError
from irrupt.organisation import Batch, Organisation, amended
from irrupt.regulation import Gathering, touched

NOW = datetime(2024, 1, 29, tzinfo=UTC)


def problems(act: Any, rules: Organisation) -> list[str]:
    with pytest.raises(ModelError) as caught:
        act.changes(rules, NOW)
    return [str(fault) for fault in caught.value.faults]


def test_cases_gather_in_larger_batches_in_smaller_ones_or_no_longer(desk: Organisation) -> None:
    """What is said of how they gather replaces what was; how a batch is done stays."""
    (change,) = Gathering(activity="Triage", size=10, longest_wait="2 h", at="Fri 12:00").changes(desk, NOW)
    until = "there are 10 or the first has waited 2 h or the clock says Fri 12:00"
    assert change.rule == f"Cases gather for Triage until {until}"
    rules = amended(desk, [change])
    assert rules.steps["Triage"].batch == Batch(size=10, longest_wait=7200.0, at=(6480,))
    assert {one.aspect for one in touched(change.edits, desk)} == {"durations"}
    assert Gathering(activity="Triage", size=10, longest_wait=7200.0, at=("Fri 12:00",)).changes(rules, NOW) == ()
    turns = replace(rules.steps["Triage"], batch=Batch(size=10, done="one by one", set_up="resolving"))
    rules = replace(rules, steps={**rules.steps, "Triage": turns})
    (change,) = Gathering(activity="Triage", size=2).changes(rules, NOW)
    fewer = amended(rules, [change])
    assert fewer.steps["Triage"].batch == Batch(size=2, done="one by one", set_up="resolving")
    (change,) = Gathering(activity="Triage").changes(fewer, NOW)
    assert amended(fewer, [change]).steps["Triage"].batch is None
    assert "do not gather" in change.rule


def test_gathering_is_refused_where_it_cannot_be(desk: Organisation) -> None:
    for wrong in ({"size": 0}, {"longest_wait": "soon"}, {"at": "noon"}):
        with pytest.raises(ModelError, match=f"gathering: {next(iter(wrong)).replace('_', ' ')}"):
            Gathering(activity="Triage", **wrong)
    assert problems(Gathering(activity="Triag", size=2), desk) == [
        'gathering: activity  no activity "Triag"; did you mean "Triage"?'
    ]
