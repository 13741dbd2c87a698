"""How fast the work loop is, beside SimPy, Ciw, Prosimos and a bare loop in C, on one model, in one run.

The model: 8 activities in four teams of five people, about ten activities a case, Monday to Friday 9:00 to 17:00, work
that stops at the end of the hours and goes on at the next beginning, load 0.8. Times are CPU times, medians.

SimPy runs twice: as its documentation does it (a team is a `Resource`), and by hand, with queues and people of our own
and the end of work computed, which leaves it little more than a clock. At equal numbers of cases, the mean waits of
irrupt and both agree. Those of Ciw are longer, by two fifths; we
have not found out why, so it may not simulate quite the same thing, and its ratio is a rough one.

The bare loop in C (`engine_loop.c`, -O3) knows this one model and nothing else; without a compiler it is left out.
*large* is irrupt on a model of the same kind with 200 activities and 1,000 people: what size costs.

Prosimos lives in an environment of its own, whose Python is given (`engine_prosimos.py`); it writes its log as CSV.

    python benchmarks/engine.py [--json FILE] [--cases N] [--peer-cases N] [--rounds N] [--prosimos PYTHON]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from irrupt.engine import Simulation, tables
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

sys.path.insert(0, str(Path(__file__).parent))
import engine_c as in_c
import engine_peers as peers
import engine_prosimos as prosimos

WEEK_OF_WORK = 5 * 8 * 3600.0
TEAMS = 4
PEOPLE = 5
LOAD = 0.8
ON = 0.9
"""Share of cases that go on to the next activity (round and round); the others are over: ten activities a case."""
MEANS = (600.0, 900.0, 1200.0, 1500.0, 1800.0, 2100.0, 2400.0, 2700.0)
"""Mean work of each activity, in seconds; activity i is done by team i mod 4."""


def visits(places: int) -> list[float]:
    """Expected number of times that a case comes to each activity when it begins at the first, and goes round."""
    first = 1.0 / (1.0 - ON**places)
    return [first * ON**place for place in range(places)]


def cases_per_week() -> float:
    """So many that the busiest team is at work for `LOAD` of its hours."""
    work = [0.0] * TEAMS
    for place, (mean, times) in enumerate(zip(MEANS, visits(len(MEANS)), strict=True)):
        work[place % TEAMS] += mean * times
    return LOAD * PEOPLE * WEEK_OF_WORK / max(work)


def organisation(times: int = 1) -> Organisation:
    """The model, for irrupt, or as many models side by side, of twice the people, each with a share of the cases. Cases
    arrive around the clock."""
    parts = [part(f"{number:02d} ", PEOPLE * crowded(times)) for number in range(times)]
    whole = {name: {k: v for one in parts for k, v in getattr(one, name).items()} for name in PARTS}
    start = tuple(Route(to=one.routes["start"][0].to, share=1.0 / times) for one in parts)
    client = Client(cases_per_week=times * crowded(times) * cases_per_week())
    whole["routes"]["start"] = start
    return replace(parts[0], **whole, clients={"all": client})


PARTS = ("steps", "routes", "teams", "people")


def crowded(times: int) -> int:
    """How many times the people, and the cases, each of so many models has."""
    return 1 if times == 1 else 2


def part(prefix: str, people: int) -> Organisation:
    """One model, with names that begin with *prefix*."""
    names = [f"{prefix}activity {place}" for place in range(len(MEANS))]
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
            name: Step(
                activity=name, team=f"{prefix}team {place % TEAMS}", duration=Distribution.exponential(MEANS[place])
            )
            for place, name in enumerate(names)
        },
        routes=routes,
        teams={f"{prefix}team {number}": Team() for number in range(TEAMS)},
        people={
            f"{prefix}person {team}.{number}": Person(teams=(f"{prefix}team {team}",), calendar="office")
            for team in range(TEAMS)
            for number in range(people)
        },
        calendars={"office": Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))},
    )


def ours(cases: int, seed: int, size: int = 1) -> tuple[int, float]:
    """Activities done and mean wait, in seconds, of a run with about *cases* cases."""
    run = Simulation(compiled[size], seed=seed, weeks=cases / (size * crowded(size) * cases_per_week()))
    done, waited = 0, 0.0
    for rows in run.run():
        done += len(rows.case)
        waited += float((rows.start - rows.ready).sum())
    return done, waited / done


def timed(run: Callable[[int, int], tuple[int, float]], cases: int, seed: int) -> tuple[int, float, float]:
    """Activities done, mean wait and CPU seconds of a *run* here."""
    begin = time.process_time()
    done, wait = run(cases, seed)
    return done, wait, time.process_time() - begin


def measured(engines: Mapping[str, tuple[Run, int]], rounds: int) -> dict[str, dict[str, Any]]:
    """Median CPU time, activities a second and mean wait of each of *engines*, which run by turns, round by round: how
    fast a shared machine is changes from one minute to the next. How much faster the first one is, is the median over
    the rounds, too."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    rates: dict[str, list[float]] = {name: [] for name in engines}
    waits: dict[str, list[float]] = {name: [] for name in engines}
    for seed in range(rounds):
        for name, (run, cases) in engines.items():
            done, wait, seconds = run(cases, seed)
            spent[name].append(seconds)
            rates[name].append(done / seconds)
            waits[name].append(wait)
    first = rates[next(iter(engines))]
    return {
        name: {
            "cases": cases,
            "cpu_seconds": statistics.median(spent[name]),
            "activities_per_second": statistics.median(rates[name]),
            "mean_wait_minutes": statistics.fmean(waits[name]) / 60.0,
            "irrupt_is_faster_by": statistics.median(ours / it for ours, it in zip(first, rates[name], strict=True)),
        }
        for name, (_run, cases) in engines.items()
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--peer-cases", type=int, default=10_000)
    parser.add_argument("--prosimos", type=Path, metavar="PYTHON", help="a Python that has Prosimos")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def engines(chosen: argparse.Namespace) -> dict[str, tuple[Run, int]]:
    """Those that are there, irrupt first, with how many cases each runs."""
    model = peers.Model(MEANS, TEAMS, PEOPLE, ON, cases_per_week())
    found: dict[str, tuple[Run, int]] = {"irrupt": (partial(timed, ours), chosen.cases)}
    found["large"] = (partial(timed, partial(ours, size=LARGE)), chosen.cases)
    for name, run in PEERS.items():
        package = name.split()[0]
        if importlib.util.find_spec(package) is None:
            sys.stderr.write(f"{package} is not installed, so it is left out: pip install {package}\n")
        else:
            found[name] = (partial(timed, partial(run, model)), chosen.peer_cases)
    if chosen.prosimos is None:
        sys.stderr.write("Prosimos is left out: --prosimos PYTHON names a Python that has it\n")
    else:
        found["prosimos"] = (partial(prosimos.in_prosimos, chosen.prosimos, model), chosen.peer_cases // 5)
    loop = in_c.compiled()
    if loop is None:
        sys.stderr.write("there is no C compiler, so the bare loop is left out\n")
    else:
        found["C"] = (partial(timed, partial(in_c.in_c, loop, model)), chosen.cases)
    return found


def main() -> None:
    chosen = arguments()
    ours(100, 0)
    figures = measured(engines(chosen), chosen.rounds)
    for name, found in figures.items():
        sys.stdout.write(
            f"{name:14} {found['cases']:8} cases {found['cpu_seconds']:8.3f} CPU s"
            f" {found['activities_per_second']:12,.0f} activities/s   mean wait {found['mean_wait_minutes']:6.1f} min"
            f"   irrupt is {found['irrupt_is_faster_by']:.3g} times as fast\n"
        )
    if chosen.json:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
        chosen.json.write_text(json.dumps({"engines": figures, **machine}, indent=2) + "\n", encoding="utf-8")


Run = Callable[[int, int], tuple[int, float, float]]
"""With so many cases and a seed -> activities done, mean wait and CPU seconds."""
PEERS = {"simpy": peers.in_simpy, "simpy by hand": peers.in_simpy_by_hand, "ciw": peers.in_ciw}
LARGE = 25
"""How many models stand side by side in the large one: 200 activities, 1,000 people, the same load."""
compiled = {size: tables(organisation(size)) for size in (1, LARGE)}

if __name__ == "__main__":
    main()
