"""The supplier case under other assumptions: `python benchmarks/supplier.py [--pairs 40] [--json FILE]`.

Each assumption is varied alone. What is tried is what the case tries; effects on what the story tells, with 95 %
intervals of paired differences.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import irrupt
from irrupt.cases import case
from irrupt.organisation import Organisation

TOLD = (
    ("call-offs delivered in full and on time", "Car maker"),
    ("backlog of deliveries", "Car maker"),
    ("lacking at the client", "Car maker"),
    ("bullwhip of call-offs", "Car maker"),
    ("nervousness", "Car maker"),
    ("overtime in the roster", "Assembly"),
    ("weeks changed after they were announced", "Assembly"),
)


def his(rules: Organisation, **changed: object) -> Organisation:
    """*rules* with other values in the car maker's programmes."""
    programmes = {
        name: replace(one, **changed) if one.client == "Car maker" else one  # type: ignore[arg-type]
        for name, one in rules.programmes.items()
    }
    return replace(rules, programmes=programmes)


def stocked(rules: Organisation, times: float) -> Organisation:
    """*rules* with so many times the safety stock."""
    products = {name: replace(one, safety_stock=one.safety_stock * times) for name, one in rules.products.items()}
    return replace(rules, products=products)


VARIED: dict[str, Callable[[Organisation], Organisation]] = {
    "as assumed": lambda rules: rules,
    "news move beliefs by 5 % a week": lambda rules: his(rules, moves=0.05),
    "news move beliefs by 15 % a week": lambda rules: his(rules, moves=0.15),
    "need varies by 4 %": lambda rules: his(rules, varies=0.04),
    "need varies by 20 %": lambda rules: his(rules, varies=0.2),
    "need of one week says nothing of the next": lambda rules: his(rules, correlation=0.0),
    "no inflation": lambda rules: his(rules, inflation=0.0, distrust=0.0),
    "half the safety stock": lambda rules: stocked(rules, 0.5),
    "twice the safety stock": lambda rules: stocked(rules, 2.0),
}


def found(pairs: int) -> Iterator[dict[str, object]]:
    """One row for each assumption, scenario and measure."""
    chosen = case("supplier")
    scenario = chosen.scenario
    for assumption, changed in VARIED.items():
        result = irrupt.compare(
            changed(chosen.organisation),
            scenarios=dict(scenario.comparisons),
            today=scenario.today,
            replications=pairs,
            seed=scenario.seed,
            weeks=scenario.weeks,
            warm_up_weeks=scenario.warm_up_weeks,
        )
        for row in result.effects.iter_rows(named=True):
            if (row["measure"], row["party"]) in TOLD:
                names = ("scenario", "measure", "party", "without", "difference", "low", "high", "verdict")
                yield {"assumption": assumption} | {name: row[name] for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    for row in found(options.pairs):
        rows.append(row)
        told = "{assumption} | {scenario} | {measure} | {without:.3f} | {difference:+.3f} ({low:+.3f} to {high:+.3f})"
        print(told.format(**row), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
