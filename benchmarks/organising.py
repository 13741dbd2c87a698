"""What organising work costs: triggers watched daily, four ledgers, and rules that change, beside the bare work loop.

A year of an organisation of 50 people in five teams, about 110,000 activities, with five clients. Each has an act that
waits for a condition on his own measures over the last weeks, looked at every day; most are met some time in the year.
A pair is the baseline and the run in which all five act; both are measured in full.

* *pairs*: so many paired replications, compiled rules included, as a user gets them (`compare`).
* *loop*: CPU seconds of the work loop alone, of the same two years and under the rules that were in force.
* *layer*: all that a pair takes beyond this (watching, changes of rules, all ledgers), over the loop.

The two are measured by turns, so that whatever else the machine does burdens both. On a machine that others use, CPU
seconds over the number of cores tell more than wall seconds.

    python benchmarks/organising.py [--json FILE] [--pairs N] [--turns N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from irrupt.engine import Simulation, tables
from irrupt.experiment import compare
from irrupt.experiment.answering import Question, question
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import MET, Task, replicate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.regulation import Act, Bypass, FlexibilityDemand, ImposedCheck, Priority, Volume, When
from irrupt.units import WEEK

MEANS = (1500.0, 2100.0, 2400.0, 2700.0, 3000.0, 3300.0)
"""Mean work of each activity, in seconds; activity i is done by team i mod 5."""
TEAMS, PEOPLE = 5, 50
ON = 0.9
"""Share of cases that go on to the next activity, round and round; ten activities a case."""
ACTIVITIES = 110_000
"""A year."""
SHARES = (0.35, 0.25, 0.2, 0.12, 0.08)
"""Of the cases, by client."""
DAILY = 1 / 7
HORIZON = Horizon(warm_up=4.0, weeks=52.0, run_out=2.0, review=DAILY)
SEED = 1


def organisation() -> Organisation:
    """The organisation: people are shared out among teams by the work that comes to them."""
    names = [f"activity {place}" for place in range(len(MEANS))]
    visits = [ON**place / (1.0 - ON ** len(MEANS)) for place in range(len(MEANS))]
    work = [0.0] * TEAMS
    for place, (mean, times) in enumerate(zip(MEANS, visits, strict=True)):
        work[place % TEAMS] += mean * times
    members = [round(PEOPLE * part / sum(work)) for part in work]
    cases = ACTIVITIES / 52.0 / sum(visits)
    routes = {"start": (Route(to=names[0], share=1.0),)}
    for place, name in enumerate(names):
        following = Route(to=names[(place + 1) % len(names)], share=ON)
        routes[name] = (following, Route(to="end", share=1.0 - ON))
    return Organisation(
        name="benchmark",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={f"client {at}": Client(cases_per_week=cases * share) for at, share in enumerate(SHARES)},
        steps={
            name: Step(activity=name, team=f"team {at % TEAMS}", duration=Distribution.exponential(MEANS[at]))
            for at, name in enumerate(names)
        },
        routes=routes,
        teams={f"team {number}": Team() for number in range(TEAMS)},
        people={
            f"person {team}.{number}": Person(teams=(f"team {team}",), calendar="office")
            for team, count in enumerate(members)
            for number in range(count)
        },
        calendars={"office": Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))},
    )


ACTS: tuple[Act, ...] = (
    When(
        act=Priority(client="client 0", team="team 0"),
        condition="cycle time > 36 h over 4 weeks and waiting for us > 26 h over 2 weeks",
    ),
    When(
        act=Bypass(client="client 1", skips="activity 2"),
        condition="cycle time, 90th percentile > 84 h over 4 weeks",
        lag=2.0,
    ),
    When(
        act=ImposedCheck(client="client 2", after="activity 3"),
        condition="rework > 55 % over 8 weeks or steps per case > 11 over 4 weeks",
    ),
    When(act=FlexibilityDemand(team="team 1", shifts="Sat 9-13"), condition="work in progress > 100 over 2 weeks"),
    When(act=Volume(client="client 4", change=0.2), condition="throughput > 24 for client 4 over 1 week"),
)


def loop(asked: Question, number: int, met: list[float]) -> float:
    """CPU seconds of the work loop alone: both years of a pair, acts done when they were in it."""
    plan, watch = asked.plan, asked.plan.watched["all"]
    begin, end = HORIZON.warm_up * WEEK, HORIZON.total * WEEK
    spent = time.process_time()
    for acting in (False, True):
        run = Simulation(plan.baseline, seed=SEED, replication=number, weeks=HORIZON.total)
        moments = sorted({week for week in met if week == week}) if acting else []
        for week in moments:
            for _rows in run.run(begin + week * WEEK):
                pass
            done = sorted((one, at) for at, one in enumerate(met) if one <= week)
            run.change(watch.state(tuple(at for _week, at in done)).rules)
        for _rows in run.run(end):
            pass
    return time.process_time() - spent


def turns(asked: Question, count: int) -> dict[str, Any]:
    """By turns, a pair as it is and the work loop alone."""
    places = [at for at, (name, _act) in enumerate(asked.plan.columns["all"]) if name == MET]
    whole, alone, ever = [], [], [0] * len(places)
    for number in range(-1, count):
        begun = time.process_time()
        pair = replicate(asked.plan, Task(max(number, 0), ("all",))).pairs["all"]
        spent = time.process_time() - begun
        met = pair.with_act[places].tolist()
        seconds = loop(asked, max(number, 0), met)
        if number >= 0:
            whole.append(spent)
            alone.append(seconds)
            ever = [before + (week == week) for before, week in zip(ever, met, strict=True)]
    return {
        "loop_cpu_seconds_a_pair": statistics.median(alone),
        "whole_cpu_seconds_a_pair": statistics.median(whole),
        "layer_over_loop": statistics.median((a - b) / b for a, b in zip(whole, alone, strict=True)),
        "runs": count,
        "runs_in_which_each_act_was_done": ever,
    }


def pairs(rules: Organisation, count: int) -> dict[str, float]:
    """What *count* pairs take, as a user gets them."""
    times = {"weeks": HORIZON.weeks, "warm_up_weeks": HORIZON.warm_up, "run_out_weeks": HORIZON.run_out}
    compare(rules, scenarios={"all": ACTS}, replications=2, review_weeks=DAILY, **times)
    wall, cpu = time.perf_counter(), time.process_time()
    compare(rules, scenarios={"all": ACTS}, replications=count, review_weeks=DAILY, **times)
    return {
        "pairs": count,
        "wall_seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
    }


def activities(rules: Organisation) -> int:
    """Activities of a year."""
    run = Simulation(tables(rules), seed=SEED, weeks=56.0)
    before = sum(len(rows.case) for rows in run.run(4 * WEEK))
    return sum(len(rows.case) for rows in run.run(56 * WEEK)) if before else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--turns", type=int, default=20)
    chosen = parser.parse_args()
    rules = organisation()
    figures: dict[str, Any] = {"people": len(rules.people), "activities_a_year": activities(rules)}
    parts: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("turns", lambda: turns(question(rules, {"all": ACTS}, HORIZON, SEED), chosen.turns)),
        ("compare", lambda: pairs(rules, chosen.pairs)),
    )
    for name, run in parts:
        figures[name] = run()
        sys.stdout.write(f"{name}: {json.dumps(figures[name])}\n")
    if chosen.json:
        machine = {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.system()}
        chosen.json.write_text(json.dumps({**figures, **machine}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
