"""Levels of the ledgers: every measure of a log beside that of the organisation learned from it.

    python benchmarks/levels.py [LOG ...] [--json FILE] [--all]        the bundled log and those of the tests

For each log: `see` it, learn the organisation, run it a few times over as many weeks as the log has (26 at most), and
set each measure of all clients and all teams beside the log's. A ratio far from 1 is a flaw of the model, or drift.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np

import irrupt as ir
from irrupt.chronicle import bundled_path
from irrupt.engine import Simulation, tables
from irrupt.experiment.horizon import settled
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.ledgers import Ledgers, Parties
from irrupt.ledgers.hours import on_duty

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LOGS = ("helpdesk", "bpic2012", "production", "receipt", "road_traffic_fines")
RUNS = 8
LONGEST = 26.0


def levels(chronicle: ir.Chronicle) -> tuple[dict[str, tuple[str, float, float, float]], tuple[str, ...]]:
    """Measure -> unit, the log's value, the model's, and the model's standard deviation over runs; and notes."""
    sight = ir.see(chronicle)
    organisation = ir.discover(chronicle, fidelity=False)
    rules = tables(organisation)
    weeks = min(LONGEST, max(4.0, (sight.used_end - sight.used_begin).total_seconds() / 604800.0))
    horizon = settled(rules, seed=1, weeks=weeks)
    runs = []
    for replication in range(RUNS):
        simulation = Simulation(rules, seed=1, replication=replication, weeks=horizon.total)
        ledgers = Ledgers(simulation.legend, horizon.window, on_duty=on_duty(organisation))
        for rows in simulation.run():
            ledgers.add(rows)
        legend = simulation.legend
        everybody = Parties(
            clients={ALL_CLIENTS: range(len(legend.clients))},
            teams={ALL_TEAMS: range(len(legend.teams))} if legend.teams else {},
        )
        runs.append(ledgers.result(everybody))
    found = {}
    for entry in sight.ledger:
        if entry.party not in (ALL_CLIENTS, ALL_TEAMS):
            continue
        model = np.array([run[entry.measure].get(entry.party, math.nan) for run in runs])
        found[entry.measure] = (entry.unit, entry.value, float(model.mean()), float(model.std(ddof=1)))
    notes = organisation.learned.notes if organisation.learned else ()
    return found, notes


def main() -> None:
    """Measure, print a table per log, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="*")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--notes", action="store_true", help="print what was learned and assumed, too")
    given = parser.parse_args()
    paths = [Path(log) for log in given.logs] or [bundled_path(), *(DATA / f"{name}.xes.gz" for name in LOGS)]
    results = {}
    for path in paths:
        begun = time.perf_counter()
        found, notes = levels(ir.read(path))
        name = path.name.split(".")[0]
        results[name] = {measure: {"log": log, "model": model} for measure, (_u, log, model, _s) in found.items()}
        print(f"\n{name} ({time.perf_counter() - begun:.1f} s)")
        print(f"  {'':34s}{'log':>12s}{'model':>12s}{'(sd)':>10s}{'ratio':>8s}")
        for measure, (unit, log, model, spread) in found.items():
            ratio = model / log if log else math.nan
            print(f"  {measure + ' (' + unit + ')':34s}{log:12.3f}{model:12.3f}{spread:10.3f}{ratio:8.2f}")
        if given.notes:
            print(*(f"  - {note}" for note in notes), sep="\n")
    if given.json:
        given.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
