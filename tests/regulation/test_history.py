"""The history of rules as a table: who changed what, in whose name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from irrupt.chronicle.model import RULE_COLUMNS
from irrupt.organisation import Organisation, amended
from irrupt.regulation import Bypass, ImposedCheck, Priority, Signature, rules_table

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
    from dataclasses import replace

    (change,) = Bypass(client="Hospital A", skips="Triage").changes(desk, NOW)
    assert rules_table([replace(change, claim=None)])["claim"].to_list() == [None]
