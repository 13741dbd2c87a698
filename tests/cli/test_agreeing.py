"""From what was tried to what is kept, and every change signed: without a line of YAML written by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

from irrupt.cli import agreeing
from irrupt.organisation import authorship

Irrupt = Any
SOON = ("Soon", "--by", "Hospital A", "--text", "Triaged soon.", "--binds", "{within: 1 day, to: Triaged}")
DAY = ("--date", "2024-01-01")


def test_rules_come_about_as_they_do_elsewhere() -> None:
    assert get_args(agreeing.Force) == get_args(authorship.Force)


def test_a_rulebook_is_begun_worded_shown_and_judged(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    book = str(tmp_path / "book.yaml")
    said = irrupt("agree", book, *SOON, *DAY, "--reason", "We wait.", "--organising-hours", "2", "--force", "imposed")
    assert said.code == 0, said.err
    assert "creates “Soon”: Triaged soon; We wait." in said.out
    data = json.loads(irrupt("agree", book, "Soon", "--by", "Desk", "--text", "Triaged fast.", "--json").out)
    assert (data["name"], data["change"]["author"], data["rule"]["text"]) == ("Soon", "Desk", "Triaged fast.")
    assert data["rule"]["force"] == "imposed"
    judged = json.loads(irrupt("kept", book, str(tickets), "--json").out)
    assert judged["rules"][0]["rule"]["text"] == "Triaged soon."
    assert irrupt("agree", book, "Soon", "--by", "Desk", "--end", "--lang", "fr").code == 0
    shown = json.loads(irrupt("rules", book, "--json").out)
    assert shown["in_force"] == {}
    assert [change["author"] for change in shown["changes"]] == ["Hospital A", "Desk", "Desk"]


def test_all_who_agree_sign(irrupt: Irrupt, tmp_path: Path) -> None:
    book = str(tmp_path / "book.yaml")
    both = ("--by", "Desk", "--by", "Hospital A")
    said = irrupt("agree", book, "Soon", *both, "--text", "Soon.", *DAY)
    assert "Desk and Hospital A  create “Soon”: Soon." in said.out
    assert "negotiated; written; by Desk and Hospital A" in said.out
    assert (
        "Desk et Hospital A  changent \xab\u202fSoon\u202f\xbb"
        in irrupt("agree", book, "Soon", *both, "--text", "x", "--lang", "fr").out
    )
    for author in ("Desk", "Hospital A"):
        changes = json.loads(irrupt("rules", book, "--author", author, "--json").out)["changes"]
        assert [(one["author"], one["agreed_by"]) for one in changes] == [("Desk", ["Hospital A"])] * 2
    assert "Hospital A: 2 changes of rules" in irrupt("rules", book, "--lang", "en").out
    table = tmp_path / "changes.csv"
    assert irrupt("rules", book, "--output", str(table)).code == 0
    assert "agreed_by" in table.read_text().splitlines()[0].split(",")


def test_who_says_nothing_agrees_to_what_stands(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    book = str(tmp_path / "book.yaml")
    nothing = irrupt("agree", book, "Soon", "--by", "Desk")
    assert (nothing.code, "nothing is said of the rule" in nothing.err) == (2, True)
    assert not (tmp_path / "book.yaml").exists()
    assert irrupt("agree", book, "Soon", "--by", "Desk", "--text", "Soon.", "--binds", "{within: 4 days}").code == 0
    said = irrupt("agree", book, "Soon", "--by", "Hospital A")
    assert "Hospital A  agrees to “Soon” as it stands" in said.out
    assert "negotiated; written; by Desk and Hospital A" in said.out
    assert irrupt("agree", book, "Soon", "--by", "Hospital A").code == 2
    early = irrupt("kept", book, str(tickets))
    assert "no rule was in force while these records were made; the first one begins on" in " ".join(early.out.split())


def test_a_history_is_not_asked_for_what_it_does_not_have(irrupt: Irrupt, tmp_path: Path) -> None:
    """It was answered with the rules in force, and no word about the name."""
    book = str(tmp_path / "book.yaml")
    assert irrupt("agree", book, *SOON, *DAY).code == 0
    said = irrupt(
        "rules", book, "--rule", "Son", "--author", "Hospital B", "--since", "2025-01-01", "--at", "2024-01-01"
    )
    assert said.code == 2
    assert '--rule  no rule "Son"; did you mean "Soon"?' in said.err
    assert "--since  it lies after the other date; expected an earlier date" in said.err


def test_an_author_who_is_not_there_is_told_from_one_who_changed_nothing_lately(irrupt: Irrupt, tmp_path: Path) -> None:
    """A mistyped name had the answer of somebody who has changed nothing: rules in force, and no history."""
    book = str(tmp_path / "book.yaml")
    assert irrupt("agree", book, *SOON, *DAY).code == 0
    mistyped = irrupt("rules", book, "--author", "Hospitl A")
    assert mistyped.code == 0
    assert '--author  "Hospitl A" has changed no rule here; did you mean "Hospital A"?' in mistyped.err
    lately = irrupt("rules", book, "--author", "Hospital A", "--since", "2025-01-01", "--at", "2025-06-01")
    assert "has changed no rule" not in lately.err
    eyes = irrupt("rules", book, "--seen-by", "Hospitl A")
    assert '--seen-by  no party "Hospitl A" here: it sees what everybody does' in eyes.err
    assert 'did you mean "Hospital A"?' in eyes.err
    assert not irrupt("rules", book, "--seen-by", "Hospital A").err


def test_a_table_of_changes_calls_rules_as_the_rulebook_does(irrupt: Irrupt, tmp_path: Path) -> None:
    """It had the new words there, from which nobody could tell which rule was changed."""
    book, table = str(tmp_path / "book.yaml"), tmp_path / "changes.csv"
    assert irrupt("agree", book, *SOON, *DAY).code == 0
    assert irrupt("agree", book, "Soon", "--by", "Desk", "--text", "Other words.").code == 0
    assert irrupt("rules", book, "--output", str(table)).code == 0
    assert pl.read_csv(table)["rule"].to_list() == ["Soon", "Soon"]
    changes = json.loads(irrupt("rules", book, "--json").out)["changes"]
    assert [change["rule"] for change in changes] == ["Soon", "Soon"]


def test_what_is_kept_is_told_with_the_spaces_of_the_language(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    """Signs that were not translated came with the spaces of English: « données; », « enfreinte: 1 »."""
    book = str(tmp_path / "book.yaml")
    for name, binds in (
        ("Soon", "{within: 1 min}"),
        ("Last", "{always: Clos}"),
        ("Seen", "{only by: Dsk, activity: Triage}"),
    ):
        assert irrupt("agree", book, name, "--by", "Desk", "--text", "…", "--binds", binds, *DAY).code == 0
    said = irrupt("kept", book, str(tickets), "--lang", "fr")
    assert said.code == 1
    assert not re.findall(r"[^\W\d][;:?] ", said.out.replace(book, "").replace(tickets.name, ""))


def test_what_records_suggest_is_confirmed_and_refuted(irrupt: Irrupt, tickets: Path, tmp_path: Path) -> None:
    book = str(tmp_path / "book.yaml")
    assert irrupt("agree", book, *SOON, *DAY).code == 0
    assert irrupt("kept", book, str(tickets), "--inferred", book).code in (0, 1)
    rules = json.loads(irrupt("rules", book, "--json").out)["in_force"]
    inferred = [name for name, rule in rules.items() if rule.get("authority") == "inferred"]
    assert len(inferred) >= 2
    assert irrupt("agree", book, inferred[0], "--by", "Desk", "--confirm").code == 0
    said = irrupt("agree", book, inferred[1], "--by", "Desk", "--refute", "--lang", "fr")
    assert said.code == 0, said.err
    rules = json.loads(irrupt("rules", book, "--json").out)["in_force"]
    assert rules[inferred[0]]["authority"] == "confirmed"
    assert inferred[1] not in rules
    assert irrupt("agree", book, inferred[1], "--by", "Desk", "--refute").code == 2


def test_what_was_tried_is_agreed_on_with_its_evidence(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    book, tried = str(tmp_path / "book.yaml"), tmp_path / "tried.json"
    act = ("--act", "priority: {client: Hospital A, team: Network}")
    tried.write_text(irrupt("compare", str(desk), *act, "-n", "4", "--weeks", "2", "--json", "-q").out)
    said = irrupt("agree", book, "First", "--by", "Hospital A", "--tried", str(tried))
    assert said.code == 0, said.err
    assert "rests on tried.json" in said.out
    rule = json.loads(irrupt("rules", book, "--json").out)["in_force"]["First"]
    assert rule["binds"] == {"first at": "Network", "client": "Hospital A"}
    assert {one["of"] for one in rule["evidence"]} >= {"Hospital A", "other clients"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("New", "--by", "A"), "nothing is said of the rule"),
        (("Sone", "--by", "A"), 'did you mean "Soon"'),
        (("New", "--by", "A", "--confirm", "--end"), "--confirm, --end"),
        (("New", "--by", "A", "--text", "x", "--refute"), "--refute, --text"),
        (("New", "--by", "A", "--text", "x", "--scenario", "s"), "--tried FILE"),
        (("New", "--by", "A", "--text", "x", "--date", "soon"), "--date  soon"),
        (("New", "--by", "A", "--binds", "{within: 1 dy}"), "--binds  "),
        (("New", "--by", "A", "--binds", "{within: 1 day"), "--binds:"),
        (("New", "--by", "A", "--text", ""), "RULE  "),
        (("New", "--by", "A", "--tried", "none.json"), "none.json  cannot be read"),
        (("Sone", "--by", "A", "--end"), 'did you mean "Soon"'),
        (("Soon", "--by", "A", "--confirm"), "is not inferred"),
        (("Soon", "--by", "A", "--text", "x", "--date", "2023-01-01"), "history is not rewritten"),
        (("Soon", "--by", "", "--text", "x"), "--by  nobody"),
        (("New", "--by", "A", "--by", "B", "--text", "x", "--force", "imposed"), "--by  what is imposed is not agreed"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    irrupt: Irrupt, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    book = tmp_path / "book.yaml"
    irrupt("agree", str(book), *SOON, *DAY)
    before = book.read_bytes()
    said = irrupt("agree", str(book), *arguments)
    assert said.code in (1, 2)
    assert says in said.err
    assert "Traceback" not in said.err
    assert book.read_bytes() == before


def test_only_a_wording_begins_a_rulebook(irrupt: Irrupt, tmp_path: Path) -> None:
    said = irrupt("agree", str(tmp_path / "none.yaml"), "Soon", "--by", "A", "--confirm")
    assert (said.code, "none.yaml  cannot be read" in said.err) == (2, True)


def test_a_rulebook_that_cannot_be_written_is_one_sentence(irrupt: Irrupt, tmp_path: Path) -> None:
    said = irrupt("agree", str(tmp_path / "no" / "book.yaml"), *SOON)
    assert said.code == 2
    assert "cannot be written" in said.err
