"""A run with everything in it, for `test_simulation.py`: prints the number of rows and a hash of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import numba
import numpy as np
from as_python import plain

if numba.config.DISABLE_JIT:
    numba.njit = plain  # Before anything of ours is compiled.

from irrupt.engine import Simulation
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
)
from irrupt.organisation.dated import spans_in

ORGANISATION = Organisation(
    name="everything",
    origin=datetime(2024, 1, 1, tzinfo=UTC),
    clients={
        "A": Client(
            cases_per_week=120.0,
            growth=0.2,
            classes={"large": 0.3, "small": 0.7},
            quantity=Distribution.uniform(1.0, 3.0),
        ),
        "B": Client(cases_per_week=60.0, profile=tuple(float(hour % 24 > 7) for hour in range(168))),
        "C": Client(cases_per_week=0.0),
        "E": Client(cases_per_week=20.0, evenness=0.5, appointments=(600, 2000), due=Distribution.fixed(90000.0)),
    },
    steps={
        "ask": Step(activity="Ask", duration=Distribution.lognormal(3600.0, 3.0), client_act=True),
        "do": Step(activity="Do", team="front", duration=Distribution.gamma(1800.0, 0.5)),
        "redo": Step(activity="Do", team="back", duration=Distribution.quantiles((60.0, 600.0, 7200.0))),
        "close": Step(
            activity="Close",
            team="back",
            duration=Distribution.uniform(60.0, 900.0),
            per_unit=Distribution.fixed(10.0),
            batch=Batch(size=3, longest_wait=9000.0, at="office", set_up=Distribution.exponential(60.0)),
        ),
    },
    routes={
        "start": (Route(to="ask", share=0.5), Route(to="do", share=0.5, delay=Distribution.exponential(9000.0))),
        "ask": (Route(to="do", share=1.0, waits_for="client"),),
        "do": (Route(to="redo", share=0.4), Route(to="close", share=0.6, delay=Distribution.fixed(60.0))),
        "redo": (Route(to="redo", share=0.3), Route(to="close", share=0.7)),
        "close": (Route(to="end", share=0.9), Route(to="ask", share=0.1)),
    },
    client_routes={"B": {"start": (Route(to="redo", share=1.0),)}},
    skips={"A": frozenset({"ask"})},
    checks={
        "1": Check(after="Do", step=Step(activity="Check", team="back", duration=Distribution.exponential(600.0))),
        "2": Check(
            after="Do", step=Step(activity="Sign", duration=Distribution.fixed(5.0), client_act=True), client="B"
        ),
    },
    patience={
        "gone": Patience(at="Do", lasts=Distribution.uniform(3600.0, 90000.0), longest_queue=9, activity="Gone"),
        "mailed": Patience(at="Close", client="B", lasts=Distribution.fixed(30000.0), activity="Mailed", to="ask"),
    },
    returns={"late": Return(during="Close", back_to="do", share=0.3)},
    teams={
        "front": Team(priority={"B": 2, "A": -1}, order="last come"),
        "back": Team(class_priority={"large": 1}, activity_priority={"Do": -1, "Check": 2}, order="shortest"),
    },
    people={
        "Ann": Person(teams=("front",), calendar="office", absent=spans_in("2024-01-04 12:00 - 2024-01-05 10:00")),
        "Bob": Person(teams=("front", "back"), calendar="night", at_once=2, winds_down=2400.0),
        "Cy": Person(teams=("back",), calendar="always", speed=1.5),
    },
    calendars={
        "office": Calendar(
            hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)),
            closed=spans_in("2024-01-09"),
            extra=spans_in(["2024-01-06 09:00-12:00", "2024-01-09 11:00-12:00"]),
        ),
        "night": Calendar(hours=((0, 360), (1320, 1800), (9000, 10080))),
        "always": Calendar(hours=((0, 10080),)),
    },
)
CLOSE = replace(ORGANISATION.steps["close"], batch=Batch(size=4, at=(700, 5000, 5001), done="one by one"))
CHANGED = replace(
    ORGANISATION,
    steps={**ORGANISATION.steps, "close": CLOSE},
    clients={**ORGANISATION.clients, "D": Client(cases_per_week=30.0)},
    checks={"2": ORGANISATION.checks["2"]},
    people={**ORGANISATION.people, "Bob": Person(teams=("back",), calendar="office"), "Al": ORGANISATION.people["Cy"]},
    teams={"front": Team(priority={"D": 1}, order="earliest due"), "back": Team(priority={"A": 1}, ageing=3600.0)},
)
AMENDED = replace(
    CHANGED,
    clients={**CHANGED.clients, "A": replace(CHANGED.clients["A"], cases_per_week=200.0)},
    people={**CHANGED.people, "Al": replace(CHANGED.people["Al"], speed=2.0)},
    teams={**CHANGED.teams, "front": Team(priority={"A": 2}, order="earliest due")},
)


def main() -> None:
    run = Simulation(ORGANISATION, seed=1, weeks=2.0, chunk=50)
    digest, count = sha256(), 0
    for until, rules in ((400_000.0, CHANGED), (600_000.0, AMENDED), (800_000.0, ORGANISATION), (None, None)):
        for rows in run.run(until):
            count += len(rows.case)
            for column in rows:
                digest.update(np.ascontiguousarray(column).tobytes())
        if rules is not None:
            run.change(rules)
    print(count, digest.hexdigest())


if __name__ == "__main__":
    main()
