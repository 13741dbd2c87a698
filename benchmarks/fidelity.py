"""Fidelity to held-out records, beside the published tools.

    python benchmarks/fidelity.py [LOG ...] [--json FILE] [--arena FOLDER]
    python benchmarks/fidelity.py --train TRAIN.csv.gz --test TEST.csv.gz

For each log: learn from `split/LOG/train.csv.gz`, simulate the test period ten times from its first start and number of
cases (as a log that was cut as the training log shows it was, and goes on after its last arrivals for as long as the
number of cases says), and measure the six distances of the literature, as `arena.py` does. Smaller is better. `--write
FOLDER` keeps the simulated logs, to be scored by `arena.py` itself.

A log may lack start times (no column, empty in part, or all equal to the ends): then ends alone are compared. Where the
held-out log shows days only, simulated times are cut to days. Where nobody has measured them for a log, a replay of the
last training cases and test cases drawn with replacement stand beside ours.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from irrupt.chronicle.model import MOMENT, Chronicle, conform
from irrupt.discovery import discover, distances
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.discovery.study import Study
from irrupt.discovery.trust.fidelity import by_days, in_swing, like, redrawn, replay
from irrupt.discovery.trust.follow_up import follow_up
from irrupt.organisation.learned import SIMULATIONS

ARENA = Path(__file__).resolve().parents[2] / "shared" / "arena"
METRICS = ("NGD", "AED", "CED", "RED", "CTD", "CAR")


@dataclass(frozen=True)
class Result:
    """What one log gave."""

    log: str
    mean: dict[str, float]
    sd: dict[str, float]
    seconds: dict[str, float]
    anchors: dict[str, dict[str, float]]
    """What a replay and chance alone come to."""


def load(path: Path) -> Chronicle:
    """A log in the arena's format, with or without start times."""
    table = pl.read_csv(path, infer_schema_length=0)

    def moment(name: str) -> pl.Expr:
        given = pl.col(name).replace("", None) if name in table.columns else pl.lit(None, pl.String)
        return given.str.to_datetime(time_zone="UTC", time_unit="us")

    events = table.select(
        pl.col("case_id").alias("case"),
        "activity",
        pl.col("resource").replace("", None)
        if "resource" in table.columns
        else pl.lit(None, pl.String).alias("resource"),
        moment("start_time").alias("start"),
        moment("end_time").alias("end"),
    )
    timed = (events["start"] != events["end"]).any()
    if not timed:
        events = events.with_columns(pl.lit(None, MOMENT).alias("start"))
    return Chronicle(events=conform(events), source=path.name, starts="measured" if timed else "missing")


def run(name: str, train: Path, test: Path, *, seed: int, write: Path | None) -> Result:
    """Learn, simulate ten times, measure."""
    begun = time.perf_counter()
    past = load(train)
    study = Study(past)
    organisation = discover(study, fidelity=False, seed=seed)
    learned = time.perf_counter()
    held_out = load(test)
    ends_only = past.starts == "missing" or held_out.events["start"].null_count() > 0
    start = held_out.events.select(pl.coalesce("start", "end").min()).item()
    assert isinstance(start, datetime)
    log = read(past)
    clipped, swing = completeness(log, log.activity).clipped, in_swing(organisation, start)
    goes_on = timedelta(0) if clipped else follow_up(study.found("typical")[0], swing, start, held_out.cases, seed=seed)

    def once(number: int) -> Chronicle:
        return like(swing, start, held_out.cases, seed=seed, replication=number, follow_up=goes_on, clipped=clipped)

    logs = [once(number) for number in range(SIMULATIONS)]
    if read(held_out).daily:
        logs = [by_days(log, held_out) for log in logs]
    simulated = time.perf_counter()

    def to(log: Chronicle) -> dict[str, float]:
        return distances(held_out, log, ends_only=ends_only)

    found = [to(log) for log in logs]
    random = np.random.default_rng(np.random.SeedSequence([seed, 0xF1DE]))
    chance = [to(redrawn(held_out, random)) for _i in range(SIMULATIONS)]
    if write is not None:
        folder = write / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, log in enumerate(logs):
            keep(log, folder / f"{number}.csv", ends_only=ends_only)
    return Result(
        log=name,
        mean={m: float(np.mean([d[m] for d in found])) for m in METRICS},
        sd={m: float(np.std([d[m] for d in found], ddof=1)) for m in METRICS},
        seconds={"discover": learned - begun, "simulate": simulated - learned},
        anchors={
            "(replay)": to(replay(past, start, held_out.cases)),
            "(bootstrap floor)": {m: float(np.mean([d[m] for d in chance])) for m in METRICS},
        },
    )


def keep(log: Chronicle, path: Path, *, ends_only: bool) -> None:
    """Write *log* in the arena's format; *ends_only*: as a log without start times."""
    events = log.events.with_columns(pl.col("end").alias("start")) if ends_only else log.events
    events.select(
        pl.col("case").alias("case_id"),
        "activity",
        "resource",
        pl.col("start").cast(MOMENT).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").alias("start_time"),
        pl.col("end").cast(MOMENT).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").alias("end_time"),
    ).write_csv(path)


def table(result: Result, peers: dict[str, dict[str, float]]) -> str:
    """Ours beside each peer, one row each."""
    rows = {"ours": result.mean, "(sd)": result.sd, **result.anchors, **peers}
    lines = [
        f"{result.log}: discovered in {result.seconds['discover']:.2f} s, {SIMULATIONS} simulations in "
        f"{result.seconds['simulate']:.2f} s",
        " " * 34 + "".join(f"{m:>10}" for m in METRICS),
    ]
    for name, values in rows.items():
        lines.append(f"  {name[:30]:32}" + "".join(f"{values.get(m, float('nan')):10.3f}" for m in METRICS))
    return "\n".join(lines)


def tool_of(name: str) -> str:
    """A peer's variants count as one tool."""
    head = name.split("(")[0].strip().split()[0]
    return head.replace("AgentSimulator", "AgentSim")


def summary(results: list[Result], peers: dict[str, dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Ratio ours / peer, geometric mean over logs and distances, and share of cells won; as `arena.py --summary`."""
    ratios: dict[str, list[float]] = {}
    for result in results:
        for metric in METRICS:
            cell: dict[str, float] = {}
            for name, values in peers.get(result.log, {}).items():
                if not name.startswith("(") and values.get(metric, 0) > 0:
                    cell[tool_of(name)] = min(values[metric], cell.get(tool_of(name), np.inf))
            for tool, value in [*cell.items(), *([("best of all", min(cell.values()))] if cell else [])]:
                ratios.setdefault(tool, []).append(result.mean[metric] / value)
            for anchor, values in result.anchors.items():
                value = peers.get(result.log, {}).get(anchor, values).get(metric, 0.0)
                if value > 0:
                    ratios.setdefault(anchor, []).append(result.mean[metric] / value)
    return {
        tool: {
            "ratio": float(np.exp(np.mean(np.log(np.clip(values, 0.1, 10))))),
            "won": float(np.mean(np.array(values) < 1)),
            "cells": len(values),
        }
        for tool, values in ratios.items()
    }


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="*")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--arena", type=Path, default=ARENA)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    peers_file = given.arena / "peers.json"
    peers = json.loads(peers_file.read_text()) if peers_file.exists() else {}
    if given.train or given.test:
        pairs = [(given.train.parent.name or "log", given.train, given.test)]
    else:
        folder = given.arena / "split"
        names = given.logs or sorted(path.name for path in folder.iterdir())
        pairs = [(name, folder / name / "train.csv.gz", folder / name / "test.csv.gz") for name in names]
    results = []
    for name, train, test in pairs:
        results.append(run(name, train, test, seed=given.seed, write=given.write))
        print(table(results[-1], peers.get(name, {})), end="\n\n")
    ratios = summary(results, peers)
    if ratios:
        print("ratio ours / peer, geometric mean over logs and distances (share of cells won)")
        for tool, values in ratios.items():
            print(f"  {tool:20} {values['ratio']:6.3f}  ({values['won']:.0%} of {values['cells']:.0f})")
    if given.json:
        entries = {r.log: {"mean": r.mean, "sd": r.sd, "seconds": r.seconds} for r in results}
        given.json.write_text(json.dumps({"logs": entries, "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
