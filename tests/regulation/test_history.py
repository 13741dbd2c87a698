"""The history of rules as a table: who changed what, in whose name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from irrupt.chronicle.model import RULE_COLUMNS
from irrupt.errors import ModelError, UsageError
from irrupt.organisation import Edit, Organisation, RuleChange, amended
from irrupt.organisation.rules import difference, regulation
from irrupt.regulation import Bypass, History, ImposedCheck, Priority, Signature, rules_table

NOW = datetime(2024, 1, 29, tzinfo=UTC)


def test_nothing_changed_is_an_empty_table() -> None:
    assert dict(rules_table([]).schema) == RULE_COLUMNS


def test_each_change_is_a_row_in_order_of_time(desk: Organisation) -> None:
    acts = (
        ImposedCheck(client=None, after="Triage", signed=Signature(author="Hospital B")),
        Bypass(client="Hospital A", skips="Triage"),
        Priority(client="Hospital A", team="Network", signed=Signature(reason="asked twice")),
    )
    rules, changes = desk, []
    for days, act in zip((3, 2, 1), acts, strict=True):
        made = act.changes(rules, NOW + timedelta(days=days))
        rules = amended(rules, made)
        changes += made
    table = rules_table(changes)
    assert dict(table.schema) == RULE_COLUMNS
    assert table["time"].is_sorted()
    assert table["author"].to_list() == ["Hospital A", "Hospital A", "Hospital B"]
    first, second, third = table.rows(named=True)
    assert (first["reason"], first["force"], first["channel"], first["answers"]) == (
        "asked twice",
        "imposed",
        "instrument",
        "",
    )
    assert json.loads(first["before"]) == {"teams": {"Network": {}}}
    assert json.loads(first["after"]) == {"teams": {"Network": {"priority": {"Hospital A": 1}}}}
    assert json.loads(second["before"]) == {"skips": {"Hospital A": None}}
    assert json.loads(second["after"]) == {"skips": {"Hospital A": ["Triage"]}}
    assert json.loads(third["claim"])["measure"] == "rework"


def test_a_change_without_a_claim_has_none(desk: Organisation) -> None:
    (change,) = Bypass(client="Hospital A", skips="Triage").changes(desk, NOW)
    assert rules_table([replace(change, claim=None)])["claim"].to_list() == [None]


def test_moments_without_a_zone_are_on_the_organisations_clock(desk: Organisation) -> None:
    paris = replace(desk, timezone="Europe/Paris", origin=datetime(2023, 12, 31, 23, tzinfo=UTC))
    made = History(
        founding=paris, changes=Bypass(client="Hospital A", skips="Triage").changes(paris, datetime(2024, 2, 1))
    )
    assert made.changes[0].time == datetime(2024, 1, 31, 23, tzinfo=UTC)
    assert made.at(datetime(2024, 1, 31, 23, 59)) == paris
    assert len(made.between(datetime(2024, 1, 31), datetime(2024, 2, 1))) == 1
    assert made.in_force(datetime(2024, 2, 1)).height == made.rules(datetime(2024, 2, 1)).height == 1
    assert made.in_force(datetime(2024, 1, 31)).is_empty()


def history(desk: Organisation) -> History:
    """Four changes by three authors, made out of order, one of them taken back later."""
    first = Priority(client="Hospital A", team="Network").changes(desk, NOW)
    then = amended(desk, first)
    check = ImposedCheck(client=None, after="Triage", signed=Signature(author="Hospital B")).changes(
        then, NOW + timedelta(days=2)
    )
    then = amended(then, check)
    back = Priority(client="Hospital A", team="Network", rank=0, signed=Signature(author="Network")).changes(
        then, NOW + timedelta(days=5)
    )
    changes = [
        replace(one, organising_hours=hours)
        for one, hours in zip((*first, *check, *back), (1.5, 8.0, 0.5), strict=True)
    ]
    return History(founding=desk, changes=tuple(reversed(changes)))


def test_rules_at_a_moment_are_the_founding_rules_with_all_changes_up_to_it(desk: Organisation) -> None:
    told = history(desk)
    assert told.at(NOW - timedelta(seconds=1)) == desk
    rules = desk
    for change in told.changes:
        rules = amended(rules, [change])
        assert told.at(change.time) == rules
    assert [change.time for change in told.changes] == sorted(change.time for change in told.changes)


def test_what_was_taken_back_does_not_differ_between_the_dates_around_it(desk: Organisation) -> None:
    told = history(desk)
    end = NOW + timedelta(days=9)
    assert [edit.part for edit in told.between(NOW - timedelta(days=1), end)] == ["checks"]
    assert {edit.part for edit in told.between(NOW, end)} == {"checks", "teams"}
    assert told.between(end, end) == ()
    assert told.between(NOW, end) == difference(told.at(NOW), told.at(end))


def test_changes_are_found_by_author_and_by_what_they_bind_and_hours_are_counted(desk: Organisation) -> None:
    told = history(desk)
    assert [one.author for one in told.where(part="teams", key="Network")] == ["Hospital A", "Network"]
    assert told.where(author="Hospital B", part="teams") == ()
    assert told.hours() == {"Hospital A": 1.5, "Hospital B": 8.0, "Network": 0.5}
    assert told.table()["organising_hours"].to_list() == [1.5, 8.0, 0.5]
    assert told.with_changes(()) == told


def test_a_party_sees_what_it_wrote_and_what_is_shown_to_it(desk: Organisation) -> None:
    (change,) = Bypass(client="Hospital A", skips="Triage").changes(desk, NOW)
    secret = History(founding=desk, changes=(replace(change, visible_to=("Network",), written=False),))
    assert len(secret.where(seen_by="Network")) == len(secret.where(seen_by="Hospital A")) == 1
    assert secret.where(seen_by="Hospital B") == ()
    assert len(History(founding=desk, changes=(change,)).where(seen_by="Hospital B")) == 1


def test_kinds_of_regulation_follow_from_who_writes_and_how(desk: Organisation) -> None:
    (change,) = Bypass(client="Hospital A", skips="Triage").changes(desk, NOW)
    assert regulation(change, desk.teams) == "control"
    assert regulation(replace(change, force="negotiated"), desk.teams) == "joint"
    assert regulation(replace(change, author="Network"), desk.teams) == "autonomous"


def test_who_wrote_last_what_holds(desk: Organisation) -> None:
    told = history(desk)
    assert told.in_force(NOW - timedelta(days=1)).height == 0
    rows = {row["key"]: row for row in told.in_force(NOW + timedelta(days=9)).to_dicts()}
    assert rows["Network"]["author"] == "Network"
    assert rows["Network"]["since"] == NOW + timedelta(days=5)
    assert told.in_force(NOW + timedelta(days=1))["author"].to_list() == ["Hospital A"]


def test_a_history_that_was_saved_replays_exactly(desk: Organisation, tmp_path: Path) -> None:
    told, path = history(desk), tmp_path / "history.json"
    told.save(path)
    again = History.load(path)
    assert again == told
    for days in (-1, 0, 2, 5, 9):
        assert again.at(NOW + timedelta(days=days)) == told.at(NOW + timedelta(days=days))
    with pytest.raises(UsageError, match="cannot be read"):
        History.load(tmp_path / "none.json")
    path.write_text("{}")
    with pytest.raises(ModelError, match="no history of rules"):
        History.load(path)


def test_all_that_is_wrong_in_a_history_is_told_with_its_place(desk: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    history(desk).save(path)
    data = json.loads(path.read_text())
    wrong = {"force": "firm", "organising_hours": "two", "author": 5}
    path.write_text(json.dumps(data | {"founding": {}, "changes": [data["changes"][0], data["changes"][1] | wrong]}))
    with pytest.raises(ModelError) as raised:
        History.load(path)
    assert {fault.where for fault in raised.value.faults} >= {
        f"{path}: founding",
        *(f"{path}: changes > 2 > {name}" for name in wrong),
    }
    path.write_text(json.dumps(data | {"changes": data["changes"][1:]}))
    with pytest.raises(ModelError, match="does not find the rules that it changes; the file is not as it was saved"):
        History.load(path)
    for changes in ("ab", {"first": data["changes"][0]}, None, 3):
        path.write_text(json.dumps(data | {"changes": changes}))
        with pytest.raises(ModelError, match=r"changes  .*; expected a list"):
            History.load(path)
    path.write_text(json.dumps(data | {"changes": [None, 3, "rule", {}]}))
    with pytest.raises(ModelError) as raised:
        History.load(path)
    assert [fault.found for fault in raised.value.faults][:3] == ["nothing", '"3"', '"rule"']
    assert f"{path}: changes > 4 > time  is missing" in str(raised.value)


def test_all_changes_that_do_not_follow_from_each_other_are_told(desk: Organisation, tmp_path: Path) -> None:
    """Only the first was told; those that follow from one that is wrong are not wrong themselves."""
    path, teams = tmp_path / "history.json", desk.teams
    network = teams["Network"]
    states = [replace(network, limit=limit) for limit in (11, 12, 13, 14, 15)]
    steps = [
        RuleChange(
            time=NOW + timedelta(days=at),
            author="Network",
            rule=f"limit {before.limit}",
            edits=(
                Edit(part="teams", key="Network", before=before, after=after),
                Edit(part="rulebook", key="a rule", before=None, after="words"),
            ),
        )
        for at, (before, after) in enumerate(pairwise([network, *states]))
    ]
    History(founding=desk, changes=(steps[1], steps[2], steps[4])).save(path)
    with pytest.raises(ModelError) as raised:
        History.load(path)
    assert [fault.found.split("”")[0] for fault in raised.value.faults] == ["“limit 11", "“limit 14"]


def test_moments_and_parts_of_other_kinds_are_told(desk: Organisation) -> None:
    """Texts ended as TypeError, what is no organisation as AttributeError."""
    history = History(founding=desk)
    with pytest.raises(UsageError, match=r"^moment  a value of type str; expected date$"):
        history.at("2024-02-01")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^founding  a value of type int; expected Organisation"):
        History(founding=3)  # type: ignore[arg-type]
    assert history.at(desk.origin.date()) == desk
