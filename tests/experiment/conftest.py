"""A small service desk that every test of comparisons runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from irrupt.engine import examples
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))


@pytest.fixture(scope="session")
def desk() -> Organisation:
    return Organisation(
        name="desk",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"A": Client(cases_per_week=30), "B": Client(cases_per_week=60), "C": Client(cases_per_week=30)},
        steps={
            "Triage": Step(activity="Triage", team="Desk", duration=Distribution.exponential(900.0)),
            "Repair": Step(activity="Repair", team="Network", duration=Distribution.lognormal(4000.0, 1.0)),
        },
        routes={
            "start": (Route(to="Triage", share=1.0),),
            "Triage": (Route(to="Repair", share=0.8), Route(to="end", share=0.2)),
            "Repair": (
                Route(to="Repair", share=0.1, delay=Distribution.exponential(7200.0)),
                Route(to="end", share=0.9),
            ),
        },
        teams={"Desk": Team(), "Network": Team()},
        people={
            "d": Person(teams=("Desk",), calendar="office"),
            "n1": Person(teams=("Network",), calendar="office"),
            "n2": Person(teams=("Network",), calendar="office"),
            "n3": Person(teams=("Network",), calendar="office"),
        },
        calendars={"office": OFFICE},
    )


@pytest.fixture(scope="session")
def queue() -> Organisation:
    """One server day and night, exponential service of an hour, load 0.7: three cases in ten are A's."""
    return examples.queue()
