"""`irrupt simulate`: an organisation's own log, as any reader of logs expects it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt as ir

Irrupt = Callable[..., Any]
NEVER_FULL = """
name: never
origin: 2024-01-01
clients: {C: {cases per week: 10, profile: office hours}}
calendars: {day: Mon-Fri 09:00-17:00}
teams: {T: {}}
people: {A: {teams: T, calendar: day}}
steps: {S: {team: T, duration: 1 h, batch: {size: 40000}}}
routes: {start: S, S: end}
"""
CLOSES = "{hours: Mon-Fri 09:00-17:00, closed: 2024-01-15 - 2100-12-31}"
ACT = "imposed check: {client: Hospital A, after: Repair, activity: Test, team: Network, duration: 5 min}"


def test_a_log_is_written_again_to_the_byte_and_read_like_any_other(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    said = irrupt("simulate", str(desk), "one.csv", "--weeks", "3", "--seed", "7")
    assert said.code == 0, said.err
    assert irrupt("simulate", str(desk), "two.csv", "--weeks", "3", "--seed", "7").code == 0
    assert irrupt("simulate", str(desk), "other.csv", "--weeks", "3", "--seed", "8").code == 0
    one, two, other = ((tmp_path / name).read_bytes() for name in ("one.csv", "two.csv", "other.csv"))
    assert one == two != other
    ours = ir.simulate(ir.load(desk), weeks=3, seed=7)
    assert said.out.startswith(f"{ours.cases:,} cases")
    assert ir.read(tmp_path / "one.csv").events.height == ours.events.height


def test_who_came_who_is_over_and_what_grows_is_told(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """A batch that never fills: nobody is in the log who came, and a team that closes for good lets cases wait."""
    said = irrupt("simulate", str(desk), "all.csv", "--weeks", "3", "--seed", "7")
    cases = ir.simulate(ir.load(desk), weeks=3, seed=7).cases
    assert f"Came: {cases:,} cases; over in the end: {cases:,}" in said.out
    assert "without bound" not in said.out
    (tmp_path / "never.yaml").write_text(NEVER_FULL)
    said = irrupt("simulate", "never.yaml", "never.csv", "--weeks", "8")
    assert said.out.startswith("0 cases, 0 events")
    assert "over in the end: 0\n" in said.out
    assert "What gathers for S is not begun" in said.out
    told = json.loads(irrupt("simulate", "never.yaml", "again.csv", "--weeks", "8", "--json").out)
    assert (told["cases"], told["cases_over"], told["what"]) == (0, 0, "log")
    assert told["cases_came"] == pytest.approx(80, abs=30)
    (one,) = told["overload"]
    assert (one["gathers"], one["since"]) == ("S", 0)
    assert " ".join(one["text"].split()) in " ".join(said.out.split())


def test_after_which_moment_nobody_is_there_is_told(irrupt: Irrupt, tmp_path: Path) -> None:
    (tmp_path / "closes.yaml").write_text(NEVER_FULL.replace("Mon-Fri 09:00-17:00", CLOSES).replace("40000", "1"))
    said = irrupt("simulate", "closes.yaml", "closes.csv", "--weeks", "8")
    assert "Nobody in T is there after 2024-01-12 17:00: cases that come there later wait." in said.out
    assert "Too much for T" in said.out


def test_acts_hold_from_the_beginning(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    said = irrupt("simulate", str(desk), "act.parquet", "--weeks", "3", "--act", ACT, "--json")
    assert json.loads(said.out)["kind"] == "simulated"
    events = pl.read_parquet(tmp_path / "act.parquet")
    repaired, tested = (events.filter(pl.col("activity") == name)["client"] for name in ("Repair", "Test"))
    assert set(tested) == {"Hospital A"}
    assert len(tested) == (repaired == "Hospital A").sum()
    assert ir.read(tmp_path / "act.parquet").rules["author"].to_list() == ["Hospital A"]


def test_a_client_who_acts_is_told_apart_however_small(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    events = ir.simulate(ir.load(desk), weeks=6, seed=1).events
    one_of_many = pl.lit("C") + (pl.col("case").rank("dense") % 40).cast(pl.String)
    events.with_columns(client=one_of_many).write_csv(tmp_path / "many.csv")
    said = irrupt("simulate", "many.csv", "new.csv", "--weeks", "2", "--act", "volume: {client: C17, change: 400 %}")
    assert said.code == 0, said.err
    assert "C17" in set(ir.read(tmp_path / "new.csv").events["client"])


def test_what_stays_behind_is_told(irrupt: Irrupt, tmp_path: Path) -> None:
    plant = str(files("irrupt.cases") / "supplier" / "organisation.yaml")
    said = irrupt("simulate", plant, "plant.csv", "--weeks", "3")
    assert said.code == 0, said.err
    assert "Not in it: schedules; a .parquet file holds them too" in " ".join(said.err.split())
    whole = irrupt("simulate", plant, "plant.parquet", "--weeks", "3")
    assert "Not in it" not in whole.err
    assert ir.read(tmp_path / "plant.parquet").schedules.height > 0


def test_a_file_with_a_log_and_schedules_is_seen_both_ways(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """What Parquet holds beside the events was lost on the command line, where no column was named."""
    plant = str(files("irrupt.cases") / "supplier" / "organisation.yaml")
    assert irrupt("simulate", plant, "plant.parquet", "--weeks", "12").code == 0
    told = json.loads(irrupt("problems", "plant.parquet", "--json").out)
    assert (told["kind"], told["schedule_rows"] > 0, told["columns"]) == ("simulated", True, {})
    log = irrupt("see", "plant.parquet")
    assert "A case takes" in log.out
    assert "It holds schedules, too: --schedules looks at them" in log.err
    announced = irrupt("see", "plant.parquet", "--schedules")
    assert "nervousness" in announced.out, announced.err
    assert irrupt("simulate", str(desk), "desk.csv", "--weeks", "3").code == 0
    none = irrupt("see", "desk.csv", "--schedules")
    assert (none.code, "holds no schedules" in none.err) == (2, True)


def test_all_that_cannot_be_is_refused_before_anything_is_run(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    waits = "{bypass: {client: Hospital A, skips: Triage}, lag: 2 weeks}"
    said = irrupt("simulate", str(desk), "no.csv", "--weeks", "-3", "--seed", "-1", "--act", waits)
    assert said.code == 2
    assert [line.split("  ")[0] for line in said.err.splitlines()[:3]] == ["--weeks", "--seed", "--act"]
    assert "“bypass: Hospital A lag 2 weeks” waits for its moment" in " ".join(said.err.split())
    assert not (tmp_path / "no.csv").exists()
    stranger = irrupt("simulate", str(desk), "no.csv", "--act", "bypass: {client: Nobody, skips: Triage}")
    assert stranger.err.startswith('--act  bypass: client  no client "Nobody"; known: Hospital A, Shops')
    other = irrupt("simulate", str(desk), "no.txt", "--weeks", "3")
    assert (other.code, other.out) == (2, "")
    assert other.err.startswith("no.txt  unknown kind of file")
    (tmp_path / "there.csv").write_text("mine")
    there = irrupt("simulate", str(desk), "there.csv", "--weeks", "1")
    assert there.code == 2
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert irrupt("simulate", str(desk), "there.csv", "--weeks", "1", "--force").code == 0


def test_what_a_log_is_made_from_is_never_overwritten(irrupt: Irrupt, tickets: Path) -> None:
    before = tickets.read_bytes()
    said = irrupt("simulate", str(tickets), str(tickets), "--force")
    assert (said.code, "this is what it is made from" in said.err) == (2, True)
    assert tickets.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv", ".xes", ".parquet"])
def test_a_simulated_log_is_read_back_as_the_one_it_was_learned_from(
    irrupt: Irrupt, tmp_path: Path, ending: str
) -> None:
    """It named a client "all clients" where there was none, and its first step, at which nobody is named, was taken
    for his act."""
    rows = ["case,activity,time,resource"]
    for case in range(200):
        came = datetime(2024, 1, 1, 8) + timedelta(days=case // 25 + 2 * (case // 125), minutes=17 * (case % 25))
        for at, (step, who) in enumerate([("S1", "ann"), ("S2", "cid"), ("S3", "eve")]):
            rows.append(f"c{case},{step},{came + timedelta(minutes=(11 + case % 7) * at)},{who}")
    log, again = tmp_path / "log.csv", tmp_path / f"again{ending}"
    log.write_text("\n".join(rows) + "\n")
    assert irrupt("simulate", str(log), str(again), "--weeks", "4").code == 0
    said = irrupt("see", str(again))
    assert "the records name no client" in said.out
    assert "acts of the client" not in said.out
    told = tmp_path / "again.irrupt.yaml"
    assert told.exists() == (ending != ".parquet")
    again.unlink()
    refused = irrupt("simulate", str(log), str(again), "--weeks", "4")
    assert refused.code == (0 if ending == ".parquet" else 2), refused.err
