"""Changes of rules that records show go into the history: at their date, for whom, inferred until somebody says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from irrupt.agreement import Rulebook, confirm, kept, refute, with_findings
from irrupt.agreement.bounds import Always, First, Never, OnlyAfter
from irrupt.agreement.files import rulebook_from, rulebook_text
from irrupt.agreement.findings import _candidates
from irrupt.engine.chronicles import simulate
from irrupt.organisation import Organisation, load
from irrupt.regulation import Bypass
from irrupt.sight import Sight, see
from irrupt.sight.model import FoundChange

DESK = Path(__file__).parents[2] / "docs" / "examples" / "desk.yaml"
SINCE = 12
"""Weeks after which Hospital A's cases skip triage."""


@pytest.fixture(scope="module")
def desk() -> Organisation:
    return load(DESK)


@pytest.fixture(scope="module")
def sight(desk: Organisation) -> Sight:
    skipped = Bypass(client="Hospital A", skips="Triage").changes(desk, desk.origin + timedelta(weeks=SINCE))
    return see(simulate(desk, weeks=20, seed=3, changes=skipped))


@pytest.fixture(scope="module")
def book(sight: Sight) -> Rulebook:
    return with_findings(Rulebook(name="Desk"), sight)


def test_a_change_that_was_found_is_in_the_history_with_its_date_for_whom_and_who_led(
    desk: Organisation, book: Rulebook
) -> None:
    (change,) = book.where(rule="activity: Triage")
    rule = change.edits[0].after
    assert (change.author, change.authority, rule.authority, rule.written) == (
        "Hospital A",
        "inferred",
        "inferred",
        False,
    )
    assert rule.text.startswith("among cases of Hospital A, “Triage” in "), "it did not say whose"
    begun = desk.origin + timedelta(weeks=SINCE)
    evidence = {one.of: one for one in rule.evidence}
    his = evidence["Hospital A"]
    assert his.first - timedelta(days=1) <= begun <= his.last + timedelta(days=1)
    assert his.date == change.time
    assert his.with_ < 0.2 < 0.9 < his.without
    assert his.high < 0
    assert evidence["Shops"].low <= 0 <= evidence["Shops"].high
    assert evidence["Shops"].date is None


def test_what_it_binds_is_what_records_keep_since(sight: Sight, book: Rulebook) -> None:
    rule = book.latest()["activity: Triage"]
    assert isinstance(rule.binds, Never)
    assert (rule.binds.activity, rule.binds.client) == ("Triage", "Hospital A")
    answers = {one.name: one for one in kept(book, sight.chronicle).judged}
    assert answers["activity: Triage"].answer == "kept"
    assert answers["activity: Triage"].begin == book.changes[0].time


def test_new_records_without_it_break_it_once_it_is_confirmed(desk: Organisation, book: Rulebook) -> None:
    usual = simulate(desk, weeks=26, seed=4)
    assert not kept(book, usual).broken
    assert kept(confirm(book, "activity: Triage", by="Desk", time=book.changes[-1].time), usual).broken


def test_nothing_is_taken_in_twice_nor_what_was_refuted(sight: Sight, book: Rulebook) -> None:
    assert with_findings(book, sight) == book
    refuted = refute(book, "activity: Triage", by="Desk")
    assert with_findings(refuted, sight) == refuted
    said = replace(sight, changes=tuple(replace(one, verdict="refuted") for one in sight.changes))
    assert with_findings(Rulebook(name="Desk"), said).changes == ()
    said = replace(sight, changes=tuple(replace(one, verdict="confirmed") for one in sight.changes))
    assert {change.authority for change in with_findings(Rulebook(name="Desk"), said).changes} == {"confirmed"}


def test_the_rulebook_reads_back_exactly(book: Rulebook) -> None:
    assert rulebook_from(rulebook_text(book)) == book


@pytest.mark.parametrize(
    ("kind", "what", "rises", "bound"),
    [
        ("activity", ("Check",), True, Always(activity="Check", client="A")),
        ("activity", ("Check",), False, Never(activity="Check", client="A")),
        ("order", ("Pay", "Send"), True, OnlyAfter(activity="Send", first="Pay", client="A")),
        ("order", ("Pay", "Send"), False, OnlyAfter(activity="Pay", first="Send", client="A")),
        ("priority", ("A", "Desk"), True, First(team="Desk", client="A")),
        ("priority", ("A", "Desk"), False, None),
        ("class priority", ("urgency", "1", "Desk"), True, First(team="Desk", where=(("urgency", ("1",)),))),
        ("class priority", ("urgency", "1", "Desk"), False, None),
        ("path", ("Pay", "Send"), True, None),
        ("hours", ("Desk", "Sat"), True, None),
    ],
)
def test_only_what_records_can_keep_is_bound(
    sight: Sight, kind: str, what: tuple[str, ...], rises: bool, bound: object
) -> None:
    found: FoundChange = replace(
        sight.changes[0], kind=kind, what=what, before=0.1 if rises else 0.9, after=0.5, leads="A"
    )
    assert list(_candidates(found)) == ([] if bound is None else [bound])
