"""Rules and changes in words: what was agreed first, and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from irrupt.agreement import Evidence, Rule, Rulebook, agree, confirm, refute
from irrupt.agreement.files import rulebook_from
from irrupt.i18n import use
from irrupt.reporting.agreed import Asked, show_rulebook
from irrupt.reporting.evidenced import change_said, evidence_said, organising_said, standing

AT = datetime(2024, 5, 1, tzinfo=UTC)
BOOK = rulebook_from("""
rulebook: Desk
rules:
  A habit: {text: All is closed., authority: inferred, written: no, binds: {always: Close, in: 97 %}}
  The rule: {text: Be quick., binds: {within: 2 days}}
""")


def shown(book: Rulebook) -> str:
    console = Console(width=100, no_color=True)
    with console.capture() as captured:
        console.print(show_rulebook(book, Asked(moment=AT, changes=book.changes)))
    return captured.get()


def test_what_is_agreed_comes_before_what_is_inferred_each_with_what_it_binds() -> None:
    text = shown(BOOK)
    assert text.index("The rule") < text.index("A habit")
    assert "within: 2 days" in text
    assert "always: Close; in: 97" in text


def test_what_was_agreed_is_told_to_the_last_digit_with_its_unit() -> None:
    """99.95 % was 100 %, and changing it to 99.99 % changed nothing."""
    book = rulebook_from("""
        rulebook: B
        rules:
          Up: {binds: {within: 1 h, in: 99.95 %}}
          Load: {binds: {measure: share of time at work, of: Desk, at most: 92.55 %}}
          Hours: {binds: {measure: work done, of: Desk, at least: 30}}
          Frozen: {binds: {measure: "frozen periods, in effect", at least: 3}}
        changes:
          - {time: 2024-02-01, author: A, rule: Up, becomes: {binds: {within: 1 h, in: 99.99 %}}}
    """)
    text = shown(book).replace("\ue000", " ")
    assert "in: 99.95 % → 99.99 %" in text
    for said in (
        "in at least 99.99 %",
        "at most: 92.55 %",
        "at most 92.55 %",
        "at least: 30 h a week",
        "at least: 3.0",
    ):
        assert said in text, said


def test_which_cases_a_rule_is_about_is_told_apart_from_what_it_binds() -> None:
    """Columns of records may be called as the keys of rules are."""
    book = rulebook_from("{rulebook: B, rules: {R: {binds: {never: Repair, team: Lab, where: {team: Desk}}}}}")
    assert "never: Repair; team: Lab; where team: Desk" in shown(book)


def test_nobody_knows_with_what_force_an_inferred_rule_came_about() -> None:
    assert "negotiated" not in standing(BOOK.founding["A habit"], "UTC")
    assert "negotiated" in standing(BOOK.founding["The rule"], "UTC")


def test_a_rule_is_told_to_hold_until_its_last_day() -> None:
    book = rulebook_from("{rulebook: B, rules: {R: {text: t, since: 2024-02-01, until: 2024-05-31}}}")
    assert standing(book.founding["R"], book.timezone).endswith("since 1 Feb 2024; until 31 May 2024")


@pytest.mark.parametrize(
    ("hours", "said"), [(0.4, "0.4 hours"), (1.0, "1 hour"), (1.5, "1.5 hours"), (2.5, "2.5 hours"), (12.0, "12 hours")]
)
def test_hours_of_organising_work_are_not_rounded_away(hours: float, said: str) -> None:
    """An hour and a half were two, and less than half an hour was none."""
    book = agree(BOOK, "The rule", by="Desk", time=AT, becomes={"text": "Be fast."}, organising_hours=hours)
    assert f"; {said} of organising work." in shown(book)


@pytest.mark.parametrize(("hours", "said"), [(0.4, "0,4 heure "), (1.5, "1,5 heure "), (2.5, "2,5 heures ")])
def test_in_french_less_than_two_are_not_many(hours: float, said: str) -> None:
    use("fr")
    try:
        assert organising_said(hours).startswith(said)
    finally:
        use("en")


def test_each_kind_of_change_has_its_word() -> None:
    changed = [
        confirm(BOOK, "A habit", by="Desk", time=AT),
        refute(BOOK, "A habit", by="Desk", time=AT, reason="chance"),
        agree(BOOK, "The rule", by="Desk", time=AT, becomes={"binds": {"within": "3 days"}}),
        agree(BOOK, "Another", by="Desk", time=AT, becomes={"text": "Be kind."}),
    ]
    said = [change_said(book.changes[0], "UTC") for book in changed]
    assert said == [
        "confirms “A habit”",
        "refutes “A habit”; chance",
        "changes “The rule”: within: 2 days → 3 days",
        "creates “Another”: Be kind.",
    ]


def test_days_of_a_rule_are_those_of_the_rulebook_and_what_went_without_saying_is_said() -> None:
    """New York's last day of March is over four hours into April, by UTC: nobody agreed on that day."""
    book = rulebook_from("{rulebook: B, timezone: America/New_York, rules: {R: {text: t, until: 2024-03-31}}}")
    becomes = {"since": "2024-03-01", "until": "2024-06-30", "force": "imposed", "written": "no"}
    (change,) = agree(book, "R", by="Desk", time=datetime(2024, 2, 1), becomes=becomes).changes
    said = change_said(change, book.timezone)
    for moved in ("until: 31 Mar 2024 → 30 Jun 2024", "force: negotiated → imposed", "written: yes → no"):
        assert moved in said
    assert "since: – → 1 Mar 2024" in said


def test_who_only_found_something_organises_nothing() -> None:
    found = agree(BOOK, "Found", by="Hospital A", time=AT, becomes={"text": "So it is.", "authority": "inferred"})
    text = shown(found)
    assert "seems to begin: “Found”" in text
    assert "Who organises" not in text


def test_evidence_tells_what_was_claimed_first_and_counts_the_rest() -> None:
    common = {"source": "tried.json", "measure": "cycle time", "unit": "h", "without": 10.0}
    moved = [Evidence(of=f"client {n}", with_=10.0 + n, low=n - 1.0, high=n + 1.0, **common) for n in range(5)]
    claimed = Evidence(of="Hospital A", with_=8.0, low=-3.0, high=-1.0, claimed="fall", verdict="falls", **common)
    head, first, *rest = evidence_said(Rule(text="t", evidence=(*moved, claimed)), "UTC")
    assert head == "rests on tried.json:"
    assert first.replace("\u202f", " ") == (
        "cycle time, Hospital A: 10.0 h → 8.0 h "
        "(interval of the difference −3.0 to −1.0 h; claimed: to fall; found: falls)"
    )
    for matters, remark in ((0.5, ""), (1.5, "; perhaps too small to matter")):
        (_head, said) = evidence_said(Rule(text="t", evidence=(replace(claimed, matters=matters),)), "UTC")
        assert said.endswith(f"found: falls{remark})")
    assert rest[-1] == "and 2 more findings"
    assert evidence_said(Rule(text="t"), "UTC") == []
    (_head, only) = evidence_said(
        Rule(text="t", evidence=(Evidence(source="log", measure="path: A: B", of="A"),)), "UTC"
    )
    assert only == "A"
