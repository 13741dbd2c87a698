"""Precision and stores on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Irrupt = Callable[..., Any]
ACT = "priority: {client: Hospital A, team: Network}"


def test_pairs_are_added_until_as_precise_as_asked(irrupt: Irrupt, desk: Path) -> None:
    said = irrupt("compare", str(desk), "--act", ACT, "--weeks", "6", "--precision", "8 %", "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert answer["precision"] == [{"text": "8 %", "reached": True, "more": 0, "learned": False}]
    row = next(one for one in answer["effects"] if (one["measure"], one["party"]) == ("waiting for us", "Hospital A"))
    assert (row["high"] - row["low"]) / 2 <= 0.08 * row["without"]


def test_what_is_not_reached_says_how_many_more_pairs_it_takes(irrupt: Irrupt, desk: Path) -> None:
    said = irrupt("compare", str(desk), "--act", ACT, "--weeks", "6", "--precision", "1 %", "-n", "6")
    assert "not reached; about" in said.out


def test_a_precision_that_is_not_understood_is_wrong_usage(irrupt: Irrupt, desk: Path) -> None:
    said = irrupt("compare", str(desk), "--act", ACT, "--precision", "cycle tme: 1 h")
    assert said.code == 2
    assert 'did you mean "cycle time"?' in said.err


def test_a_store_is_filled_once_shown_and_written(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    again = ("compare", str(desk), "--act", ACT, "--weeks", "4", "-n", "4", "--store", "kept.sqlite")
    first, second = irrupt(*again), irrupt(*again)
    assert "in the store" not in first.out
    assert "4 of them were in the store" in second.out
    shown = irrupt("results", "kept.sqlite", "--output", "kept.parquet")
    assert "priority: Hospital A" in shown.out
    assert pl.read_parquet(tmp_path / "kept.parquet").height > 0
    other = irrupt("results", "kept.sqlite", "--output", "kept.csv")  # Would hold Parquet, whatever it is called.
    assert (other.code, other.out) == (2, "")
    assert "kept.csv  unknown kind of file; expected .parquet" in other.err
    told = json.loads(irrupt("results", "kept.sqlite", "--json").out)
    assert [one["pairs"] for one in told["scenarios"]] == [4]
    assert sorted(path.name for path in tmp_path.glob("kept.*")) == ["kept.parquet", "kept.sqlite"]


def test_what_is_no_store_is_said(irrupt: Irrupt, desk: Path) -> None:
    assert "no store of results" in irrupt("results", str(desk)).err
    assert irrupt("results", "nowhere.sqlite").code == 2


def test_answers_tighten_while_one_watches(irrupt: Irrupt, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = irrupt("compare", str(desk), "--act", ACT, "--weeks", "2", "-n", "30")
    assert "So far" in said.err
    assert "of 30 pairs of runs" in said.err
    assert "So far" not in said.out
    quiet = irrupt("compare", str(desk), "--act", ACT, "--weeks", "2", "-n", "3", "--quiet")
    assert quiet.err == ""


def test_what_lies_behind_a_difference_is_told(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    asked = ("compare", str(desk), "--act", "priority: {client: Hospital A, team: Network}")
    short = ("--weeks", "3", "-n", "3", "--quiet", "--behind", "Hospital A")
    said = irrupt(*asked, *short, "--report", "r.html")
    assert said.code == 0, said.err
    assert "Behind the difference: Hospital A" in said.out
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count('class="behind"') == 3
    assert 'href="#behind-act-1-client"' in page
    told = json.loads(irrupt(*asked, *short, "--json").out)["behind"][0]
    assert len(told["pairs"]["difference"]) == 3
    assert told["moved_most"][0]["trace"]
    french = irrupt(*asked, *short, "--lang", "fr").out
    assert re.search(r"\(\w+\)\s: ", french)
    assert "): " not in french


def test_a_report_refuses_what_only_acts_need(irrupt: Irrupt, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,activity,end\n1,A,2024-01-01 10:00\n", encoding="utf-8")
    said = irrupt("report", str(log), "--open", str(log), "--precision", "2 %")
    assert said.code == 2
    assert "--open" in said.err
    assert "--precision" in said.err
    assert "--act or --scenario" in said.err


def test_chronicles_are_kept_and_their_size_is_said_beforehand(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    asked = ("compare", str(desk), "--act", "priority: {client: Hospital A, team: Network}", "--weeks", "2")
    said = irrupt(*asked, "-n", "2", "--quiet", "--chronicles", "runs")
    assert said.code == 0, said.err
    assert "Chronicles of 2 pairs of runs: about" in said.err
    assert len(list((tmp_path / "runs").glob("*.parquet"))) == 4
    seen = irrupt("problems", "runs/00000.without.parquet")
    assert seen.code == 0, seen.err
