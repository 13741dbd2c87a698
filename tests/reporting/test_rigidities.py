"""Rigidity in words: what was asked for, what came of it, and what it costs, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from irrupt import i18n
from irrupt.engine.examples import counter
from irrupt.experiment import rigidity
from irrupt.experiment.rigidity import UNKNOWN, Estimate, PerCase, Rigidity, Within
from irrupt.reporting import report, to_json
from irrupt.reporting.rigidities import sentences, story


@pytest.fixture(scope="module")
def found() -> Rigidity:
    return rigidity(counter(load=0.5), 0.2, weeks=6, replications=4)


def test_it_says_what_was_asked_for_and_what_came(found: Rigidity) -> None:
    asked, follows, reached, hours = sentences(found)
    assert re.fullmatch("All clients ask for 20 % more: (19|20)\\d\u202fcases a week.", asked)
    assert follows == "Output follows within 1 week."
    assert reached.startswith("In the last four weeks, ")
    assert "each in addition takes" in hours


def test_it_says_that_it_does_not_follow_and_what_each_case_more_costs(found: Rigidity) -> None:
    cost = PerCase(Estimate(10.0, 9.5, 10.5), Estimate(15.5, 14.0, 17.36))
    reached = Estimate(0.5, 0.4, 0.61)
    rigid = replace(found, change=-0.1, within=Within(None, None, None), reached=reached, cost=cost)
    asked, follows, reached, _hours, cost = sentences(rigid)
    assert "10 % less" in asked
    assert follows == "Output does not follow in 6 weeks."
    assert "50\u202f% (40 to 61)" in reached
    assert cost == (
        "A case costs 10.0 (9.5 to 10.5) in hours on duty as things are; each in addition costs 15.5 (14.0 to 17.4)."
    )


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (Within(3, 3, 3), "Output follows within 3 weeks."),
        (Within(3, 2, 5), "Output follows within 3 weeks (2 to 5)."),
        (Within(3, 2, None), "Output follows within 3 weeks (2 to more than 6)."),
        (Within(None, 4, None), "Output does not follow in 6 weeks (perhaps after 4)."),
    ],
)
def test_it_says_how_sure_the_weeks_are(found: Rigidity, within: Within, said: str) -> None:
    assert list(sentences(replace(found, within=within)))[1] == said


def test_it_says_that_what_each_case_more_takes_is_not_known(found: Rigidity) -> None:
    hours = PerCase(found.hours.usual, UNKNOWN)
    assert list(sentences(replace(found, hours=hours)))[3].endswith(
        "what each in addition takes, these runs do not tell."
    )


def test_a_report_tells_it_before_everything_else(found: Rigidity, tmp_path: Path) -> None:
    text = report(tmp_path / "rigidity.html", found).read_text(encoding="utf-8")
    assert "<h1>Are we rigid?</h1>" in text
    assert "Output follows within 1 week." in text
    assert story(found).count("\n|") == 2 + 6


def test_machines_get_every_week(found: Rigidity) -> None:
    told = to_json(found)
    assert (told["what"], told["within"]["weeks"], len(told["follows"])) == ("rigidity", 1, 6)
    assert told["cost"]["more"] == {"value": None, "low": None, "high": None}
    assert told["effects"]["scenarios"]


def test_it_is_said_in_french(found: Rigidity) -> None:
    try:
        i18n.use("fr")
        assert "suit" in list(sentences(found))[1]
    finally:
        i18n.use(None)
