"""What planning costs: `python benchmarks/planning.py [--json FILE]`.

CPU seconds for a year of one run, the least of six: the plan, production orders, hours that follow; and the ledgers.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

from irrupt.cases import case
from irrupt.engine import Simulation, Tables, tables
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
from irrupt.organisation import Organisation
from irrupt.units import WEEK

WEEKS = 52


def times(organisation: Organisation, times_: int) -> Organisation:
    """*organisation* with so many times its products and people."""
    parts = {
        part: {f"{name} {at}": one for name, one in getattr(organisation, part).items() for at in range(times_)}
        for part in ("programmes", "products", "people")
    }
    return replace(organisation, **parts)


def daily(organisation: Organisation) -> Organisation:
    """*organisation* planned day by day, forty working days ahead."""
    programmes = {
        name: replace(one, period="day", level=one.level / 5, horizon=40)
        for name, one in organisation.programmes.items()
    }
    return replace(organisation, programmes=programmes)


def year(rules: Tables, replication: int) -> tuple[float, float, int]:
    """Seconds of the run, seconds of its ledgers, and steps done."""
    run = Simulation(rules, seed=1, replication=replication, weeks=WEEKS)
    ledgers = Ledgers(run.legend, Window(begin=0.0, end=WEEKS * WEEK), on_duty(rules.organisation))
    steps, measured = 0, 0.0
    begun = time.process_time()
    for rows in run.run():
        steps += len(rows.case)
        before = time.process_time()
        ledgers.add(rows)
        measured += time.process_time() - before
    whole = time.process_time() - begun
    before = time.process_time()
    ledgers.plan(run.planned)
    ledgers.result(parties_of(run.legend))
    return whole - measured, measured + time.process_time() - before, steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    supplier = case("supplier").organisation
    plants = {
        "4 products, 7 people, weekly": supplier,
        "40 products, 70 people, weekly": times(supplier, 10),
        "40 products, 70 people, daily": daily(times(supplier, 10)),
    }
    rows = []
    for name, organisation in plants.items():
        rules = tables(organisation)
        found = [year(rules, replication) for replication in range(6)]
        rows.append(
            {
                "plant": name,
                "run": min(one[0] for one in found),
                "ledgers": min(one[1] for one in found),
                "steps": found[-1][2],
            }
        )
        print("{plant}: {steps} steps, run {run:.3f} s, ledgers {ledgers:.3f} s".format(**rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
