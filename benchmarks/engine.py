"""How fast the work loop is, beside SimPy and Ciw, on one model and in one run of this script.

The model: 8 activities in four teams of five people, about ten activities a case, Monday to Friday 9:00 to 17:00, work
that stops at the end of the hours and goes on at the next beginning, load 0.8. Times are CPU times, medians.

At equal numbers of cases, the mean waits of irrupt and SimPy agree. Those of Ciw are longer, by two fifths; we
have not found out why, so it may not simulate quite the same thing, and its ratio is a rough one.

    python benchmarks/engine.py [--json FILE] [--cases N] [--peer-cases N] [--repeats N]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from irrupt.engine import Simulation, tables
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

sys.path.insert(0, str(Path(__file__).parent))
import engine_peers as peers

WEEK_OF_WORK = 5 * 8 * 3600.0
TEAMS = 4
PEOPLE = 5
LOAD = 0.8
ON = 0.9
"""Share of cases that go on to the next activity (round and round); the others are over: ten activities a case."""
MEANS = (600.0, 900.0, 1200.0, 1500.0, 1800.0, 2100.0, 2400.0, 2700.0)
"""Mean work of each activity, in seconds; activity i is done by team i mod 4."""


def visits() -> list[float]:
    """Expected number of times that a case comes to each activity: it begins at the first, and goes round."""
    first = 1.0 / (1.0 - ON ** len(MEANS))
    return [first * ON**place for place in range(len(MEANS))]


def cases_per_week() -> float:
    """So many that the busiest team is at work for `LOAD` of its hours."""
    work = [0.0] * TEAMS
    for place, (mean, times) in enumerate(zip(MEANS, visits(), strict=True)):
        work[place % TEAMS] += mean * times
    return LOAD * PEOPLE * WEEK_OF_WORK / max(work)


def organisation() -> Organisation:
    """The model, for irrupt. Cases arrive around the clock."""
    names = [f"activity {place}" for place in range(len(MEANS))]
    routes = {"start": (Route(to=names[0], share=1.0),)}
    for place, name in enumerate(names):
        routes[name] = (
            Route(to=names[(place + 1) % len(names)], share=ON),
            Route(to="end", share=1.0 - ON),
        )
    return Organisation(
        name="benchmark",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"all": Client(cases_per_week=cases_per_week())},
        steps={
            name: Step(activity=name, team=f"team {place % TEAMS}", duration=Distribution.exponential(MEANS[place]))
            for place, name in enumerate(names)
        },
        routes=routes,
        teams={f"team {number}": Team() for number in range(TEAMS)},
        people={
            f"person {team}.{number}": Person(teams=(f"team {team}",), calendar="office")
            for team in range(TEAMS)
            for number in range(PEOPLE)
        },
        calendars={"office": Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))},
    )


def ours(cases: int, seed: int) -> tuple[int, float]:
    """Activities done and mean wait, in seconds, of a run with about *cases* cases."""
    run = Simulation(compiled, seed=seed, weeks=cases / cases_per_week())
    done, waited = 0, 0.0
    for rows in run.run():
        done += len(rows.case)
        waited += float((rows.start - rows.ready).sum())
    return done, waited / done


def measured(run: Callable[[int, int], tuple[int, float]], cases: int, repeats: int) -> dict[str, Any]:
    """Median CPU time, activities a second and mean wait of a run, over seeds."""
    spent, rates, waits = [], [], []
    for seed in range(repeats):
        begin = time.process_time()
        done, wait = run(cases, seed)
        spent.append(time.process_time() - begin)
        rates.append(done / spent[-1])
        waits.append(wait)
    return {
        "cases": cases,
        "cpu_seconds": statistics.median(spent),
        "activities_per_second": statistics.median(rates),
        "mean_wait_minutes": statistics.fmean(waits) / 60.0,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--peer-cases", type=int, default=3_000)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    ours(100, 0)
    figures = {"irrupt": measured(ours, chosen.cases, chosen.repeats)}
    model = peers.Model(MEANS, TEAMS, PEOPLE, ON, cases_per_week())
    for name, run in (("simpy", peers.in_simpy), ("ciw", peers.in_ciw)):
        if importlib.util.find_spec(name) is None:
            sys.stderr.write(f"{name} is not installed, so it is left out: pip install {name}\n")
        else:
            figures[name] = measured(lambda cases, seed, run=run: run(model, cases, seed), chosen.peer_cases, 3)
    best = figures["irrupt"]["activities_per_second"]
    for name, found in figures.items():
        found["irrupt_is_faster_by"] = best / found["activities_per_second"]
        sys.stdout.write(
            f"{name:8} {found['cases']:8} cases {found['cpu_seconds']:8.3f} CPU s"
            f" {found['activities_per_second']:12,.0f} activities/s   mean wait {found['mean_wait_minutes']:6.1f} min"
            f"   irrupt is {found['irrupt_is_faster_by']:.0f} times as fast\n"
        )
    if chosen.json:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
        chosen.json.write_text(json.dumps({"engines": figures, **machine}, indent=2) + "\n", encoding="utf-8")


compiled = tables(organisation())

if __name__ == "__main__":
    main()
