"""Searches on the command line, and what they look like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

Irrupt = Callable[..., Any]
PRIORITY = "priority: {client: Hospital A, team: Network}"
GOALS = ("--lower", "waiting for us of Hospital A", "--lower", "waiting for us of other clients")
SHORT = ("--weeks", "3", "-n", "4", "--quiet")
SCENARIO = """
horizon: 3 weeks
warm up: 1 week
compare:
  - Hospital A:
      - priority: {team: Network}
        force: negotiated
      - bypass: {skips: Triage}
answers:
  Management:
    - refuse: priority
    - ask in return: {for: priority, act: {volume: {client: Hospital A, change: -10 %}}}
"""


def test_acts_that_nobody_beats_are_told_drawn_and_written(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    limit = ("--at-most", "share of time at work of every team: 99 %")
    said = irrupt("search", str(desk), "--act", PRIORITY, *GOALS, *limit, "--report", "r.html", "-o", "out.csv", *SHORT)
    assert said.code == 0, said.err
    assert "priority: Hospital A" in said.out
    assert "everything as it is" in said.out
    shown = len(re.findall(r"^\d+  [a-z]", said.out, re.MULTILINE))
    words = " ".join(said.out.split())
    besides = re.search(r"Shown besides: (\d+) that", words)
    assert shown == int(re.search(r"(\d+) (is|are) beaten by nobody", words)[1]) + int(besides[1] if besides else 0)  # type: ignore[index]
    assert set(pl.read_csv(tmp_path / "out.csv")["output"]) >= {GOALS[1], GOALS[3]}
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert len(page) < 100_000
    french = irrupt("search", str(desk), "--act", PRIORITY, *GOALS, *SHORT, "--lang", "fr")
    assert "tout reste en l’état" in french.out


def test_limits_are_told_in_french_with_a_space_before_the_colon(irrupt: Irrupt, desk: Path) -> None:
    broken = ("--at-most", "share of time at work of every team: 1 %")
    french = irrupt("search", str(desk), "--act", PRIORITY, *GOALS, *broken, *SHORT, "--lang", "fr")
    assert "respectée dans 0" in french.out
    assert not re.search(r"\w: \d", french.out)


def test_that_parties_do_not_answer_in_a_search_is_said(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """What Management refuses whatever it is was tried, in silence."""
    refusing = SCENARIO.split("answers:")[0] + "parties:\n  Management: {answers: refuse}\n"
    (tmp_path / "refusing.yaml").write_text(refusing, encoding="utf-8")
    said = irrupt("search", str(desk), "refusing.yaml", *GOALS, *SHORT)
    assert said.code == 0
    assert "Management: parties do not answer in a search" in " ".join(said.err.split())


def test_answers_of_a_scenario_are_chosen_too(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "negotiated.yaml").write_text(SCENARIO, encoding="utf-8")
    said = irrupt("search", str(desk), "negotiated.yaml", *GOALS, "-n", "4", "--quiet", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    # Not served first (or refused), served first, and that for a tenth less; each past the first activity or not.
    assert told["tried"] == 6
    assert told["all_tried"]
    found = [[next(iter(act)) for act in one["acts"]] for one in told["found"]]
    assert all("priority" in acts for acts in found if "volume" in acts)


def test_what_clients_do_today_is_told_beside_what_is_found(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    habits = SCENARIO.replace("compare:", "clients: {Shops: {acts: {bypass: {skips: Triage}}}}\ncompare:")
    (tmp_path / "habits.yaml").write_text(habits, encoding="utf-8")
    said = irrupt("search", str(desk), "habits.yaml", *GOALS, "-n", "4", "--quiet")
    assert "On both sides clients do what they do today: bypass: Shops." in " ".join(said.out.split()), said.err


def test_what_a_search_cannot_do_is_refused(irrupt: Irrupt, desk: Path) -> None:
    for option in (("--open", str(desk)), ("--precision", "2 %")):
        said = irrupt("search", str(desk), "--act", PRIORITY, *GOALS, *option, *SHORT)
        assert said.code == 2
        assert option[0] in said.err
    assert irrupt("search", str(desk), "--act", PRIORITY, *SHORT).code == 2
