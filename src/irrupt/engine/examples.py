"""The smallest organisations that work, for the examples in docstrings and guides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Client, Organisation, Route, Step, Team
from irrupt.organisation.planning import Capacity, Overtime, Product, Programme, Temps
from irrupt.organisation.staff import ALWAYS, Calendar, Person
from irrupt.units import WEEK


def counter(load: float = 0.5, cases_per_week: float = 1000.0) -> Organisation:
    """One client, one step, one person around the clock: cases come at random and take exponential time (M/M/1).

    >>> counter(load=0.8).steps["Serve"].duration.mean
    483.84
    """
    service = Distribution.exponential(load * WEEK / cases_per_week)
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


def queue(load: float = 0.7, share: float = 0.3) -> Organisation:
    """The counter with two clients, an hour of work a case: A brings a *share* of the cases, B the others.

    >>> {name: round(client.cases_per_week, 2) for name, client in queue().clients.items()}
    {'A': 35.28, 'B': 82.32}
    """
    cases = load * 168.0
    clients = {"A": Client(cases_per_week=share * cases), "B": Client(cases_per_week=(1.0 - share) * cases)}
    return replace(counter(load, cases), name="queue", clients=clients)


def workshop() -> Organisation:
    """One client who orders two parts by a weekly programme; they are set up and assembled by a team whose hours follow
    the plan.

    >>> sorted(workshop().products)
    ['Bracket', 'Cover']
    """
    day = Calendar(hours=tuple((day * 1440 + 360, day * 1440 + 840) for day in range(5)))
    saturday = ((5 * 1440 + 360, 5 * 1440 + 720),)
    afternoons = tuple((day * 1440 + 840, day * 1440 + 900) for day in range(5))
    programme = Programme(client="Carmaker", level=200.0, varies=0.15, moves=0.08, inflation=0.1, pack=10.0)
    product = Product(lead=2, lot=20.0, largest=40.0, safety_stock=100.0)
    return Organisation(
        name="Workshop",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"Carmaker": Client(cases_per_week=0.0, figure="industrial")},
        steps={
            "Set up": Step(activity="Set up", team="Assembly", duration=Distribution.exponential(1800.0)),
            "Assemble": Step(activity="Assemble", team="Assembly", per_unit=Distribution.fixed(1200.0)),
        },
        routes={
            "start": (Route(to="Set up", share=1.0),),
            "Set up": (Route(to="Assemble", share=1.0),),
            "Assemble": (Route(to="end", share=1.0),),
        },
        teams={"Assembly": Team(order="earliest due")},
        people={f"Worker {number}": Person(teams=("Assembly",), calendar="day") for number in range(1, 5)},
        calendars={"day": day},
        programmes={"Bracket": programme, "Cover": replace(programme, frozen=3)},
        products={"Bracket": product, "Cover": product},
        capacity={
            "Assembly": Capacity(
                overtime=Overtime(shifts=(afternoons, saturday), notice=7),
                temps=Temps(most=2, calendar="day", notice=14),
            )
        },
    )
