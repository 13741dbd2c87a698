"""How fast comparisons are: first answer, 100 pairs, the layer beside the work loop, a store of a million, a sweep.

The organisation is that of `irrupt demo`, learned from the bundled log; the act is its priority. Everything is warm:
pairs are run before. On a machine that others use, CPU seconds over the number of cores tell more than wall seconds.

    python benchmarks/experiment.py [--json FILE] [--sweep-runs N] [--stored N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from irrupt.chronicle import bundled_path, read
from irrupt.discovery import discover
from irrupt.engine import Simulation, tables
from irrupt.experiment import Comparison, Store, compare, sweep
from irrupt.experiment.answering import answer, question
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Outcome, Pair, Replication, Task, replicate
from irrupt.organisation import Organisation, load
from irrupt.regulation import Priority
from irrupt.units import WEEK

PRIORITY = Priority(client="Location 204", team="Group 70")
TIMES = {"weeks": 7.0, "warm_up_weeks": 3.0, "run_out_weeks": 3.0}
HORIZON = Horizon(warm_up=3.0, weeks=7.0, run_out=3.0)


def timed(run: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    return result, {"wall_seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}


def pairs(organisation: Organisation) -> dict[str, Any]:
    """The first answer of a comparison, and 100 pairs of runs."""
    compare(organisation, PRIORITY, replications=2, **TIMES)
    seen: list[float] = []
    begun = time.perf_counter()

    def look(_one: Comparison) -> None:
        seen.append(time.perf_counter() - begun)

    _result, spent = timed(lambda: compare(organisation, PRIORITY, replications=100, watch=look, **TIMES))
    _result, few = timed(lambda: compare(organisation, PRIORITY, replications=20, **TIMES))
    return {"first_answer_wall_seconds": seen[0], "pairs_20": few, "pairs_100": spent}


def layer(organisation: Organisation, runs: int = 10) -> dict[str, float]:
    """CPU seconds of a pair of runs: the work loop alone, and with ledgers and all that the experiment adds."""
    rules = tables(organisation)
    asked = question(organisation, {"act": (PRIORITY,)}, HORIZON, 1)
    end = HORIZON.total * WEEK
    rows = 0

    def loop() -> None:
        nonlocal rows
        for number in range(2 * runs):
            run = Simulation(rules, seed=1, replication=number, weeks=HORIZON.total)
            rows += sum(len(chunk.case) for chunk in run.run(end))

    outcome = Outcome.none(asked.plan)

    def whole() -> None:
        for number in range(runs):
            outcome.put(replicate(asked.plan, Task(number, ("act",))))
        answer(asked, outcome)

    loop()
    whole()
    rows = 0
    _none, alone = timed(loop)
    _none, both = timed(whole)
    return {
        "activities_a_run": rows / (2 * runs),
        "loop_cpu_seconds_a_pair": alone["cpu_seconds"] / runs,
        "whole_cpu_seconds_a_pair": both["cpu_seconds"] / runs,
        "layer_over_loop": both["cpu_seconds"] / alone["cpu_seconds"] - 1,
    }


def stored(count: int) -> dict[str, Any]:
    """A query over *count* stored pairs of eight values each."""
    columns = [(f"measure {number}", "all clients") for number in range(8)]
    values = np.random.default_rng(1).normal(size=(1000, 16))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.sqlite") as store:
        for scenario in range(count // 1000):
            key = f"scenario {scenario}"
            store.open_scenario(key, columns, {"scenario": key})
            with store._writing():
                for number, row in enumerate(values):
                    blobs = (row[:8].tobytes(), row[8:].tobytes())
                    store._database.execute(
                        "INSERT INTO pair VALUES (?, ?, 0, 0, ?, ?)", (store._numbers[key], number, *blobs)
                    )
        pair = Pair(values[0, :8], values[0, 8:])
        _none, one = timed(lambda: store.put(Replication(1000, 0, {"s": pair}), {"s": "scenario 0"}))
        found, spent = timed(lambda: store.values("measure 3", "all clients"))
        summed, more = timed(lambda: found.group_by("key").agg((found["with"] - found["without"]).mean()))
        return {"pairs": found.height, "scenarios": summed.height, "query": spent, "means": more, "put": one}


def swept(runs: int) -> dict[str, Any]:
    """A sweep of about *runs* runs of a small organisation, and how memory grows over its second half."""
    organisation = load(Path(__file__).resolve().parents[1] / "docs" / "examples" / "desk.yaml")
    act = Priority(client="Hospital A", team="Network")
    vary = ["clients > Hospital A > share of cases: 0.1 .. 0.6"]
    peaks = []

    def go(points: int) -> None:
        sweep(
            organisation,
            act,
            vary=vary,
            outputs=["cycle time of all clients"],
            kind="latin",
            points=points,
            replications=10,
            weeks=1.0,
            warm_up_weeks=0.0,
            run_out_weeks=1.0,
        )
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    go(max(runs // 200, 2))
    _none, spent = timed(lambda: go(max(runs // 20, 2)))
    return {"runs": runs, **spent, "peak_mb_after_a_tenth": peaks[0], "peak_mb_at_the_end": peaks[1]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--sweep-runs", type=int, default=10_000)
    parser.add_argument("--stored", type=int, default=1_000_000)
    chosen = parser.parse_args()
    organisation = discover(read(bundled_path(), groups="location"), fidelity=False)
    figures: dict[str, Any] = {}
    for name, run in (
        ("pairs", lambda: pairs(organisation)),
        ("layer", lambda: layer(organisation)),
        ("store", lambda: stored(chosen.stored)),
        ("sweep", lambda: swept(chosen.sweep_runs)),
    ):
        figures[name] = run()
        sys.stdout.write(f"{name:6} {json.dumps(figures[name])}\n")
        sys.stdout.flush()
    if chosen.json:
        machine = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
        }
        chosen.json.write_text(json.dumps({"experiment": figures, **machine}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
