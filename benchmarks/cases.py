"""What the bundled cases find, as tables for the pages of the docs: `python benchmarks/cases.py [-n 100] [CASE ...]`.

For each case: each claim beside what was found, and how much chosen measures move, with 95 % intervals.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from irrupt.cases import Case, case, names
from irrupt.experiment import Comparison, compare
from irrupt.experiment.settling import settle
from irrupt.reporting.sections import effects
from irrupt.reporting.sections.claims import answers
from irrupt.reporting.sections.effects import Row
from irrupt.reporting.words import unit_for, word

SHOWN = {
    "chemicals": [
        ("cycle time", "all clients"),
        ("wait at the team", "Operators"),
        ("share of time at work", "Operators"),
        ("rework", "all clients"),
        ("own method", "Operators"),
    ],
    "telecom": [
        ("waiting for us", "Home users"),
        ("waiting for us", "Business users"),
        ("waiting for us", "all clients"),
        ("wait at the team", "Technicians"),
    ],
    "citizen": [
        ("cycle time", "Citizens"),
        ("cycle time", "Architects"),
        ("wait at the team", "Counter"),
        ("wait at the team", "Examiners"),
    ],
    "patient": [
        ("waiting for us", "all clients"),
        ("given up", "all clients"),
        ("rework", "all clients"),
        ("share of time at work", "Physicians"),
    ],
    "consumer": [
        ("cycle time", "Consumers"),
        ("cycle time", "Shops"),
        ("weekend work", "Warehouse"),
        ("share of time at work", "Warehouse"),
    ],
}
"""Measure and party of each column, by case; others show what is claimed alone."""


def tried(chosen: Case, pairs: int) -> tuple[Comparison, list[str]]:
    """The comparison of a case, and what parties answered before it."""
    plan = chosen.scenario
    settled = settle(chosen.organisation, dict(plan.comparisons), plan.parties, today=plan.today, seed=plan.seed)
    result = compare(
        chosen.organisation,
        scenarios=settled.comparisons,
        today=plan.today,
        weeks=plan.weeks,
        warm_up_weeks=plan.warm_up_weeks,
        replications=pairs,
        seed=plan.seed,
    )
    return result, [str(decision) for decision in settled.decisions]


def claims(result: Comparison) -> Iterator[str]:
    """Each claim beside what was found."""
    yield "| Comparison | Claimed | Found |"
    yield "|---|---|---|"
    for one in result.tried:
        for at, answer in enumerate(answers(result, one)):
            found = f"{answer.found} {answer.says_text}".replace("|", "/")
            yield f"| {one.name if at == 0 else ''} | {answer.claimed} | {found} |"


def moves(name: str, result: Comparison) -> Iterator[str]:
    """How much the chosen measures move."""
    columns = SHOWN.get(name, [])
    if not columns:
        return
    yield "| Comparison | " + " | ".join(f"{measure}, {party}" for measure, party in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    rows = result.effects.to_dicts()
    clients = set(result.organisation.clients)
    for one in result.tried:
        mine = {(row["measure"], row["party"]): row for row in rows if row["scenario"] == one.name}
        cells = []
        for measure, party in columns:
            told = [who for _measure, who in mine if who in clients]
            other = party in clients and party not in told
            row = mine.get((measure, "other clients" if other else party))
            cells.append("" if row is None else cell(row))
        yield f"| {one.name} | " + " | ".join(cells) + " |"


def cell(row: Row) -> str:
    """A difference with its interval, or why there is none to speak of."""
    if row["verdict"] in ("no measurable effect", "undecided") or row["low"] == row["high"] == 0:
        return word(row["verdict"])
    unit = unit_for(row["unit"], [row["without"], row["with"]], difference=True)
    value, interval = effects.difference_in(row, unit)
    small = " (too small to matter)" if row["verdict"] == "smaller than matters" else ""
    return f"{value} ({interval}){small}" if interval else f"{value}{small}"


def main() -> None:
    """Print the tables of the cases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=names())
    parser.add_argument("-n", type=int, default=100)
    asked = parser.parse_args()
    for name in asked.cases:
        begun = time.perf_counter()
        result, decisions = tried(case(name), asked.n)
        print(f"## {name}: {asked.n} pairs of runs, {time.perf_counter() - begun:.0f} s\n")
        for decision in decisions:
            print(f"- {decision}")
        print(*([""] if decisions else []), *claims(result), "", *moves(name, result), "", sep="\n")


if __name__ == "__main__":
    main()
