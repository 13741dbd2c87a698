"""The smallest organisation that works, for the examples in docstrings and guides."""

from __future__ import annotations

from datetime import UTC, datetime

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import ALWAYS, END, START, Client, Organisation, Person, Route, Step, Team


def counter(load: float = 0.5, cases_per_week: float = 1000.0) -> Organisation:
    """One client, one step, one person around the clock: cases come at random and take exponential time (M/M/1).

    >>> counter(load=0.8).steps["Serve"].duration.mean
    483.84
    """
    service = Distribution.exponential(load * 604800.0 / cases_per_week)
    return Organisation(
        name="counter",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"Public": Client(cases_per_week=cases_per_week)},
        steps={"Serve": Step(activity="Serve", team="Desk", duration=service)},
        routes={START: (Route(to="Serve", share=1.0),), "Serve": (Route(to=END, share=1.0),)},
        teams={"Desk": Team()},
        people={"Ann": Person(teams=("Desk",), calendar="always")},
        calendars={"always": ALWAYS},
    )
