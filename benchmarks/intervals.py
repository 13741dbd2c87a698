"""How often the intervals of real pairs of runs hold the truth, and how long they are beside Student's.

    python benchmarks/intervals.py [--pairs 20000] [--experiments 5000] [--json FILE]

A queue at a load of 0.7 and a small service desk, with priority and with a tenth more cases. Many pairs of runs are run
once; their mean is the truth. Experiments of few pairs are drawn from them, and for each measure that differs in more
than 2 % of the pairs it is counted how often the nominal 95 % interval holds the truth.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from irrupt.engine import tables
from irrupt.engine.examples import queue
from irrupt.experiment.answering import question
from irrupt.experiment.executors import Threads
from irrupt.experiment.horizon import settled
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import half_width, paired, unseen
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.regulation import Priority, Volume

COUNTS = (5, 10, 20, 40, 100, 400)
RARE = 0.5
"""Share of the pairs that differ below which differences count as rare."""


def desk() -> Organisation:
    """Triage, then repairs by three people in office hours, some of which come back."""
    office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    again = Route(to="Repair", share=0.1, delay=Distribution.exponential(7200.0))
    return Organisation(
        name="desk",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"A": Client(cases_per_week=30), "B": Client(cases_per_week=60), "C": Client(cases_per_week=30)},
        steps={
            "Triage": Step(activity="Triage", team="Front", duration=Distribution.exponential(900.0)),
            "Repair": Step(activity="Repair", team="Desk", duration=Distribution.lognormal(4000.0, 1.0)),
        },
        routes={
            "start": (Route(to="Triage", share=1.0),),
            "Triage": (Route(to="Repair", share=0.8), Route(to="end", share=0.2)),
            "Repair": (again, Route(to="end", share=0.9)),
        },
        teams={"Front": Team(), "Desk": Team()},
        people={"d": Person(teams=("Front",), calendar="office")}
        | {f"n{n}": Person(teams=("Desk",), calendar="office") for n in range(3)},
        calendars={"office": office},
    )


def differences(organisation: Organisation, pairs: int) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Act, measure of a party, and the values in all pairs, without and with, of what differs now and then."""
    acts = {"priority": (Priority(client="A", team="Desk"),), "volume": (Volume(client="A", change=0.1),)}
    horizon = settled(tables(organisation), seed=7, weeks=5.0)
    asked = question(organisation, acts, horizon, 7)
    outcome = Outcome.none(asked.plan)
    for found in Threads().run(asked.plan, outcome.missing(pairs)):
        outcome.put(found)
    for trial in asked.trials:
        for at, (measure, party) in enumerate(trial.columns):
            without, with_act = outcome.without[trial.name][:, at], outcome.with_act[trial.name][:, at]
            moved = with_act - without
            if not np.isfinite(moved).all() or moved.std() <= 1e-9 * np.abs(without).mean():
                continue
            if np.mean(np.abs(moved) > 1e-9) > 0.02:
                yield trial.name, f"{measure.name} of {party}", without, with_act


def measured(without: np.ndarray, with_act: np.ndarray, count: int, experiments: int) -> dict[str, float]:
    """Share of the *experiments* of *count* pairs whose interval holds the mean of all, and how long it is."""
    chosen = np.random.default_rng(count).integers(0, len(without), (count, experiments))
    moved = with_act - without
    found, truth = paired(without[chosen], with_act[chosen]), moved.mean()
    half = half_width(found.error, found.freedom, np.full(experiments, 0.05))
    alike = found.high - found.low <= 1e-9 * np.abs(without).mean()
    room = np.where(alike, unseen(without[chosen], with_act[chosen], np.full(experiments, 0.05)), 0.0)
    low, high = found.low - room, found.high + room
    return {
        "pairs": count,
        "differ": float(np.mean(np.abs(moved) > 1e-9)),
        "covered": float(np.mean((low <= truth) & (truth <= high))),
        "students": float(np.mean(np.abs(found.difference - truth) <= half)),
        "length": float(np.mean(high - low) / np.mean(2 * half)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--experiments", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = [
        {"organisation": one.name, "act": act, "output": output} | measured(without, with_act, count, asked.experiments)
        for one in (queue(), desk())
        for act, output, without, with_act in differences(one, asked.pairs)
        for count in COUNTS
    ]
    for count in COUNTS:
        for name, low, high in (("all", 0.0, 1.1), ("rare", 0.0, RARE)):
            some = [row for row in rows if row["pairs"] == count and low <= row["differ"] < high]
            ours, students = (100 * np.array([row[key] for row in some]) for key in ("covered", "students"))
            length = np.mean([row["length"] for row in some])
            print(
                f"{count:4d} pairs, {name:4s} ({len(some)}): median {np.median(ours):.1f} %, least {ours.min():.1f}, "
                f"most {ours.max():.1f}; Student's {np.median(students):.1f}, {students.min():.1f}; length {length:.2f}"
            )
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
