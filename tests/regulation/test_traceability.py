"""Traceability: recording costs time, records are shown to those named, and what is looked up is not asked for."""

from __future__ import annotations

import pytest

from irrupt.errors import ModelError
from irrupt.organisation import Organisation, amended
from irrupt.regulation import Traceability, Writing, verbs


def test_recording_is_work_for_the_clients_cases_only(desk: Organisation) -> None:
    (change,) = Traceability(client="Hospital A", activity="Resolve", duration="3 min").changes(desk, desk.origin)
    after = amended(desk, [change])
    (check,) = after.checks.values()
    assert (check.after, check.client, check.step.activity, check.step.team) == (
        *("Resolve", "Hospital A", "Record Resolve", "Network"),
    )
    assert check.step.duration.mean == 180.0  # type: ignore[union-attr]
    assert after.routes == desk.routes
    assert verbs(change) == ("organise",)


def test_who_is_shown_the_records_stands_in_the_rule(desk: Organisation) -> None:
    """The client where nobody is named, everybody where no client is."""
    for client, shown, seen in (
        ("Hospital A", (), ["Hospital A"]),
        ("Hospital A", ("First line", "Hospital B"), ["First line", "Hospital B"]),
        (None, (), []),
    ):
        act = Traceability(client=client, activity="Resolve", team="Network", shown_to=shown)
        *_recording, rule = act.changes(desk, desk.origin)[0].edits
        assert (rule.part, rule.after["visible to"]) == ("rulebook", seen)


def test_one_alone_needs_no_brackets() -> None:
    """In Python, a name was taken for its letters."""
    act = Traceability(client="Hospital A", activity="Resolve", shown_to="First line")  # type: ignore[arg-type]
    assert act.seen == ("First line",)
    written = Writing(rule="x", team="Network", sets="speed", activities="Resolve")  # type: ignore[arg-type]
    assert (written.sets, written.activities) == (("speed",), ("Resolve",))


def test_what_is_looked_up_is_asked_for_less_often(desk: Organisation) -> None:
    act = Traceability(client="Hospital A", activity="Resolve", after="Confirm", then="Resolve", times=0.5)
    rules = amended(desk, act.changes(desk, desk.origin))
    again = [route.share for route in rules.routes_of("Hospital A", "Confirm") if route.to == "Resolve at Network"]
    assert again == pytest.approx([0.1])
    assert rules.routes_of("Hospital B", "Confirm") == desk.routes["Confirm"]


def test_a_record_that_takes_no_time_only_shows(desk: Organisation) -> None:
    act = Traceability(client="Hospital A", activity="Resolve", duration="0 s")
    (change,) = act.changes(desk, desk.origin)
    assert [edit.part for edit in change.edits] == ["rulebook"]
    assert amended(desk, [change]) == desk


def test_what_makes_no_sense_is_refused(desk: Organisation) -> None:
    with pytest.raises(ModelError, match="go together"):
        Traceability(client="Hospital A", activity="Resolve", after="Confirm")
    with pytest.raises(ModelError, match='did you mean "Resolve"'):
        Traceability(client="Hospital A", activity="Resolv").changes(desk, desk.origin)
    done = Traceability(client="Hospital A", activity="Resolve")
    assert done.changes(amended(desk, done.changes(desk, desk.origin)), desk.origin) == ()


def test_what_no_team_does_needs_somebody_who_records_it(desk: Organisation) -> None:
    """It was the message of another act."""
    nobodys = next(step.activity for step in desk.steps.values() if step.team is None)
    with pytest.raises(ModelError, match=f'^traceability: team  no team does "{nobodys}"; say which team records it'):
        Traceability(client="Hospital A", activity=nobodys).changes(desk, desk.origin)
