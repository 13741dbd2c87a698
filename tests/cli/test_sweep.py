"""Sweeps on the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from irrupt.cli.app import EXAMPLES
from irrupt.cli.sweeping import limit
from irrupt.errors import UsageError

Irrupt = Callable[..., Any]
ACT = "imposed check: {client: Hospital A, after: Repair, activity: Test, team: Network, duration: 10 min}"
VARY = "imposed check > duration: 5 min, 20 min, 40 min"
SHORT = ("--weeks", "3", "-n", "3", "--quiet")


@pytest.mark.parametrize("command", ["sweep", "search"])
def test_the_example_of_the_help_runs(irrupt: Irrupt, desk: Path, command: str) -> None:
    """That of sweep did not say what to measure."""
    said = irrupt(*shlex.split(EXAMPLES[command].replace("desk.yaml", str(desk))), "--weeks", "1", "-n", "8", "--quiet")
    assert said.code == 0, said.err


def test_a_sweep_shows_points_and_from_when_on(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    level = "working for him of Hospital A: 10 min"
    said = irrupt(
        "sweep",
        str(desk),
        "--act",
        ACT,
        "--vary",
        VARY,
        "--threshold",
        level,
        "-o",
        "out.csv",
        "--report",
        "out.html",
        *SHORT,
    )
    assert said.code == 0, said.err
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert 'id="sweep"' in page
    assert "bound sought" in page
    assert "20 min" in said.out.replace("\u202f", " ")
    assert "passes +10.0 min from imposed check > duration =" in " ".join(said.out.split()).replace("\u202f", " ")
    assert pl.read_csv(tmp_path / "out.csv").height == 3


def test_json_holds_points_sensitivity_and_the_best(irrupt: Irrupt, desk: Path) -> None:
    goals = ("--lower", "cycle time of Hospital A", "--at-most", "share of time at work of Network: 100 %")
    more = ("--vary", "people > Denis > speed: 0.9 .. 1.1", "--design", "sensitivity", "--points", "4")
    said = irrupt("sweep", str(desk), "--act", ACT, "--vary", VARY, *more, *goals, "--json", *SHORT)
    told = json.loads(said.out)
    assert len(told["points"]) == 2 * 16
    assert set(told["sensitivity"]["cycle time of Hospital A"]) == {
        "imposed check > duration",
        "people > Denis > speed",
    }
    assert told["best"]


ANSWERED = """
warm up: 1 week
horizon: 3 weeks
replications: 3
clients:
  Shops: {acts: [bypass: {skips: Triage}]}
compare:
  - Hospital A: [priority: {team: Network}]
answers:
  Management:
    - ask in return: {for: priority, act: {volume: {client: Hospital A, change: -10 %}}}
"""


def test_a_scenario_is_swept_with_what_is_answered_and_done_today(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """Beside an organisation a scenario was refused; beside none, today's acts were tried as if they were new."""
    (tmp_path / "answered.yaml").write_text(ANSWERED)
    asked = ("--vary", "volume > change: -40 %, -10 %", "--measure", "arrivals of Hospital A", "--json", "--quiet")
    said = irrupt("sweep", str(desk), "answered.yaml", *asked)
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert [next(iter(one)) for one in told["today"]] == ["bypass"]
    far, near = told["points"]
    assert (far["volume > change"], near["volume > change"]) == (-0.4, -0.1)
    assert far["difference"] < 2 * near["difference"] < 0
    more = "  - Shops: [priority: {team: Network}]\nanswers:"
    (tmp_path / "several.yaml").write_text(ANSWERED.replace("answers:", more))
    seen = irrupt("sweep", str(desk), "answered.yaml", *asked[:4], "--report", "r.html", "--quiet")
    today = "On both sides clients do what they do today: bypass: Shops."
    assert today in " ".join(seen.out.split())
    assert today in (tmp_path / "r.html").read_text(encoding="utf-8")
    several = irrupt("sweep", str(desk), "several.yaml", *asked)
    assert several.code == 2
    assert "one comparison" in several.err


def test_what_is_wrong_is_said(irrupt: Irrupt, desk: Path) -> None:
    nothing = irrupt("sweep", str(desk), "--act", ACT, "--vary", "duration", "--measure", "rework of Hospital A")
    assert nothing.code == 2
    assert "imposed check > duration: 5 min .. 40 min" in " ".join(nothing.err.split())
    for left_out, option in (("--vary", "--measure"), ("--measure", "--vary")):
        options = {"--vary": VARY, "--measure": "rework of Hospital A"}
        part = irrupt("sweep", str(desk), "--act", ACT, option, options[option])
        assert part.code == 2
        assert f"({left_out}" in part.err
    level = irrupt("sweep", str(desk), "--act", ACT, "--vary", VARY, "--threshold", "rework of Hospital A: soon")
    assert level.code == 2


@pytest.mark.parametrize(
    ("command", "option", "asked", "found"),
    [
        ("sweep", "--measure", "cycle time of Nobody", 'not measured for "Nobody"'),
        ("sweep", "--measure", "fun of Hospital A", "expected a measure and a party"),
        ("sweep", "--threshold", "fun of Hospital A: 3 h", "expected a measure and a party"),
        ("search", "--lower", "cycle time of Nobody", 'not measured for "Nobody"'),
        ("search", "--at-least", "fun of Hospital A: 3 h", "expected a measure and a party"),
    ],
)
def test_what_is_not_measured_is_told_with_the_option_that_asked_for_it(
    irrupt: Irrupt, desk: Path, command: str, option: str, asked: str, found: str
) -> None:
    """It was told as `outputs`, which only Python knows."""
    vary = ("--vary", VARY) if command == "sweep" else ()
    said = irrupt(command, str(desk), "--act", ACT, *vary, option, asked, "--weeks", "1", "-n", "2")
    assert said.code == 2
    assert said.err.startswith(f"{option} ")
    assert found in " ".join(said.err.split())


def test_a_limit_without_a_goal_is_refused_and_not_left_out(irrupt: Irrupt, desk: Path) -> None:
    """All settings were shown as if there were no limit, without a word."""
    asked = ("--act", ACT, "--vary", VARY, "--at-most", "rework of Hospital A: 5 %")
    alone = irrupt("sweep", str(desk), *asked, "--measure", "rework of Hospital A")
    assert (alone.code, alone.out) == (2, "")
    assert alone.err.startswith("--at-most")
    assert "--lower or --higher beside it" in " ".join(alone.err.split())


@pytest.mark.slow
def test_of_a_log_both_parts_of_intervals_are_told(irrupt: Irrupt, tickets: Path) -> None:
    act = "imposed check: {client: Hospital A, after: Repaired, activity: Test, team: Network, duration: 10 min}"
    asked = ("--act", act, "--vary", "imposed check > duration: 5 min, 20 min", "--measure", "cycle time of Hospital A")
    said = irrupt("sweep", str(tickets), *asked, "--weeks", "2", "-n", "3", "--quiet", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["alternatives"] == 3
    for point in told["points"]:
        half = (point["high"] - point["low"]) / 2
        assert point["learned"] > 0
        assert point["noise"] <= half * (1 + 1e-9)
        assert half <= point["noise"] + point["learned"] + 1e-9


@pytest.mark.parametrize(
    ("level", "read"),
    [
        ("cycle time of A: 1 day", 24.0),
        ("cycle time of A: 5", 5.0),
        ("cycle time of A: -30 min", -0.5),
        ("rework of A: −5 %", -0.05),
        ("rework of A: 0.05", 0.05),
        ("throughput of A: 1 case a week", 1.0),
    ],
)
def test_a_level_is_read_in_the_unit_of_its_measure(level: str, read: float) -> None:
    assert limit(level, "--threshold") == (level.partition(":")[0], pytest.approx(read))


@pytest.mark.parametrize(
    ("level", "instead"),
    [
        ("cycle time of A: 5 %", "write 5 h"),
        ("steps per case of A: 1 day", "write 3 steps"),
        ("rework of A: 1 h", "write 1 %"),
        ("throughput of A: 50 %", "write 50 cases a week"),
        ("cycle time of A: -", "write 8 h"),
        ("cycle time of A", "such as"),
    ],
)
def test_a_level_in_another_unit_is_refused_with_what_to_write(level: str, instead: str) -> None:
    with pytest.raises(UsageError, match=instead):
        limit(level, "--at-most")
