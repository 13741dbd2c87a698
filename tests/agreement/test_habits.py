"""Habits in records become rules that are inferred, until somebody confirms them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.agreement import Rule, Rulebook, kept, with_habits
from irrupt.agreement.bounds import Always, OnlyAfter, OnlyBy, OtherHands, SameHands, Within
from irrupt.agreement.files import rulebook_from, rulebook_text
from irrupt.agreement.habits import FEWEST, LEAST, habits
from irrupt.chronicle import Chronicle, read

START = datetime(2024, 1, 1, 9, tzinfo=UTC)


def log(count: int = 400, *, checked: float = 1.0, since: int = 0) -> Chronicle:
    """Cases that are opened and closed at the desk and checked by experts, in that order, in five hours; from case
    number *since* on only a share of them is *checked*."""
    rows = []
    for number in range(count):
        steps = [("open", "Desk", 0), ("check", "Experts", 2), ("close", "Desk", 5)]
        if number >= since and (number * 0.618) % 1 >= checked:
            steps.pop(1)
        came = START + timedelta(hours=9 * number)
        rows += [(f"c{number}", step, team, came + timedelta(hours=at)) for step, team, at in steps]
    return read(pl.DataFrame(rows, schema=["case", "activity", "team", "end"], orient="row"))


def test_what_all_cases_do_is_a_habit() -> None:
    found = habits(log())
    bounds = {type(rule.binds) for rule in found.values()}
    assert bounds == {Always, OnlyAfter, OnlyBy, Within}
    assert found["close after check"].binds == Always(activity="close", after="check", share=0.98)
    assert found["check only by Experts"].binds == OnlyBy(activity="check", by=("Experts",), share=0.98)
    assert {(rule.authority, rule.written, rule.author) for rule in found.values()} == {("inferred", False, "")}
    (limit,) = (rule.binds.limit for rule in found.values() if isinstance(rule.binds, Within))
    assert limit == 6 * 3600.0


def test_records_keep_the_habits_that_they_tell() -> None:
    """Also those that hold in most cases only, and each in at least the share that it says."""
    chronicle = log(2000, checked=0.98)
    book = with_habits(Rulebook(name="B"), chronicle)
    assert "check in each case" in book.founding
    assert {one.answer for one in kept(book, chronicle).judged} == {"kept"}
    assert all(rule.binds is not None and LEAST <= rule.binds.share < 1 for rule in book.founding.values())


@pytest.mark.parametrize(("count", "checked", "since"), [(400, 0.8, 0), (400, 0.5, 200), (2 * FEWEST - 10, 1.0, 0)])
def test_what_only_some_do_or_one_half_or_too_few_is_none(count: int, checked: float, since: int) -> None:
    assert "check in each case" not in habits(log(count, checked=checked, since=since))


def test_what_a_rule_says_already_is_not_said_again() -> None:
    agreed = Rule(text="All is checked.", binds=Always(activity="check"))
    soon = Rule(text="In two hours.", binds=Within(limit=7200.0, share=0.1))
    book = with_habits(Rulebook(name="B", founding={"Mine": agreed, "Soon": soon}), log())
    assert book.founding["Mine"] == agreed
    assert "check in each case" not in book.founding
    assert sum(isinstance(rule.binds, Within) for rule in book.founding.values()) == 1


def test_an_inferred_rule_binds_nobody_until_somebody_confirms_it() -> None:
    """The history says who did, and when; from then on, breaking it counts."""
    book = with_habits(Rulebook(name="B"), log(800))
    same = rulebook_from(rulebook_text(book))
    assert same == book
    broken = log(800, checked=0.5, since=0)
    found = kept(book, broken)
    assert any(one.answer == "broken" for one in found.judged)
    assert not found.broken
    text = rulebook_text(book) + (
        "changes:\n  - {time: 2024-01-01, author: Desk, rule: check in each case, becomes: {authority: confirmed}}\n"
    )
    confirmed = rulebook_from(text)
    (change,) = confirmed.changes
    assert (change.author, change.authority) == ("Desk", "confirmed")
    assert confirmed.at(START)["check in each case"].authority == "confirmed"
    assert kept(confirmed, broken).broken
    assert rulebook_from(rulebook_text(confirmed)) == confirmed


def people_of(count: int = 400, seed: int = 1) -> Chronicle:
    """Cases that somebody of four opens, another one checks, the first one closes, and anybody files."""
    generator, rows = np.random.default_rng(seed), []
    for number in range(count):
        opens, checks = generator.permutation(4)[:2].tolist()
        came = START + timedelta(hours=9 * number)
        who = {"open": opens, "check": checks, "close": opens, "file": int(generator.integers(4))}
        hours = enumerate(who.items())
        rows += [(f"c{number}", step, f"P{one}", came + timedelta(hours=at)) for at, (step, one) in hours]
    return read(pl.DataFrame(rows, schema=["case", "activity", "resource", "end"], orient="row"))


def test_in_whose_hands_cases_are_is_a_habit() -> None:
    found = habits(people_of())
    assert found["close by who did open"].binds == SameHands(activity="close", others=("open",), share=0.98)
    assert found["check not by who did open"].binds == OtherHands(activity="check", first="open", share=0.98)
    told = {rule.binds.activity for rule in found.values() if isinstance(rule.binds, SameHands | OtherHands)}
    assert told == {"close", "check"}


def test_where_one_does_all_it_is_nobodys_hands() -> None:
    events = people_of().events.with_columns(resource=pl.lit("Ann"))
    found = habits(people_of().with_events(events, starts="missing"))
    assert not any(isinstance(rule.binds, SameHands | OtherHands) for rule in found.values())
