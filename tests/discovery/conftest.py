"""An organisation that is known, and logs made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle, conform
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def hours(begin: int, end: int) -> Calendar:
    return Calendar(hours=tuple((day * 1440 + begin * 60, day * 1440 + end * 60) for day in range(5)))


def office_profile() -> tuple[float, ...]:
    return tuple(1.0 if day < 5 and 8 <= hour < 18 else 0.0 for day in range(7) for hour in range(24))


@pytest.fixture(scope="session")
def desk() -> Organisation:
    """Tickets: registered, worked on at a desk, sometimes sent back to the client, sometimes to experts."""
    return Organisation(
        name="desk",
        origin=MONDAY,
        clients={
            "Ames": Client(cases_per_week=60.0, profile=office_profile()),
            "Bell": Client(cases_per_week=20.0, profile=office_profile()),
        },
        steps={
            "Register": Step(activity="Register"),
            "Work": Step(activity="Work", team="Desk", duration=Distribution.lognormal(1200.0, 0.5)),
            "Ask": Step(activity="Ask", team="Desk", duration=Distribution.fixed(300.0)),
            "Repair": Step(activity="Repair", team="Experts", duration=Distribution.gamma(5400.0, 0.4)),
            "Close": Step(activity="Close", team="Desk", duration=Distribution.uniform(200.0, 400.0)),
        },
        routes={
            "start": (Route(to="Register", share=1.0),),
            "Register": (Route(to="Work", share=1.0),),
            "Work": (
                Route(to="Close", share=0.5),
                Route(to="Ask", share=0.2),
                Route(to="Repair", share=0.3, delay=Distribution.fixed(7200.0)),
            ),
            "Ask": (Route(to="Work", share=1.0, delay=Distribution.exponential(90_000.0), waits_for="client"),),
            "Repair": (Route(to="Close", share=1.0),),
            "Close": (Route(to="end", share=1.0),),
        },
        client_routes={"Bell": {"Register": (Route(to="Repair", share=0.6), Route(to="Work", share=0.4))}},
        teams={"Desk": Team(), "Experts": Team()},
        people={
            "Ann": Person(teams=("Desk",), calendar="early"),
            "Ben": Person(teams=("Desk",), calendar="late"),
            "Eve": Person(teams=("Experts",), calendar="late", speed=1.25),
            "Fay": Person(teams=("Experts",), calendar="late", speed=0.8),
        },
        calendars={"early": hours(8, 16), "late": hours(9, 17)},
    )


@pytest.fixture(scope="session")
def desk_log(desk: Organisation) -> Chronicle:
    """A year of it, as if it had been read from a file."""
    return as_read(simulate(desk, weeks=52, seed=11))


def as_read(simulated: Chronicle) -> Chronicle:
    """A simulated log as a reader would hand it over, teams unknown."""
    return Chronicle(
        events=simulated.events.drop("ready").with_columns(pl.lit(None, dtype=pl.String).alias("team")),
        starts="measured",
        timezone=simulated.timezone,
        waits_for_client=simulated.waits_for_client,
        source="desk.csv",
    )


@pytest.fixture(scope="session")
def without_starts() -> Callable[[Chronicle], Chronicle]:
    def cut(log: Chronicle) -> Chronicle:
        nothing = pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("start")
        return log.with_events(log.events.with_columns(nothing), starts="missing")

    return cut


@pytest.fixture(scope="session")
def made() -> Callable[..., Chronicle]:
    """A log from rows; columns are case, activity, end and what is named."""

    def make(rows: Iterable[tuple[object, ...]], *more: str, **fields: object) -> Chronicle:
        names = ["case", "activity", "end", *more]
        fields.setdefault("starts", "measured" if "start" in more else "missing")
        frame = pl.DataFrame(list(rows), schema=names, orient="row", infer_schema_length=None)
        return Chronicle(events=conform(frame), **fields)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def office() -> Callable[..., Organisation]:
    """Makes offices that begin what waits as soon as somebody is free."""

    def make(delay: float = 0.0, cv: float = 0.8) -> Organisation:
        """Two people look into cases, three others settle them; *delay*: hours that pass before, nobody being busy."""
        day = hours(8, 16)
        steps = {"Come": Step(activity="Come")}
        steps |= {
            name: Step(activity=name, team=name, duration=Distribution.lognormal(mean * 3600.0, cv))
            for name, mean in (("Look into", 1.2), ("Settle", 1.9))
        }
        left = Distribution.exponential(delay * 3600.0) if delay else Distribution.fixed(0.0)
        profile = tuple(1.0 if number < 5 and 8 <= hour < 16 else 0.0 for number in range(7) for hour in range(24))
        return Organisation(
            name="office",
            origin=MONDAY,
            clients={"Public": Client(cases_per_week=45.0, profile=profile)},
            steps=steps,
            routes={
                "start": (Route(to="Come", share=1.0),),
                "Come": (Route(to="Look into", share=1.0, delay=left),),
                "Look into": (Route(to="Settle", share=1.0, delay=left),),
                "Settle": (Route(to="end", share=1.0),),
            },
            teams={"Look into": Team(), "Settle": Team()},
            people={
                f"{name} {number}": Person(teams=(name,), calendar="day")
                for name, count in (("Look into", 2), ("Settle", 3))
                for number in range(count)
            },
            calendars={"day": day},
        )

    return make


def mean_hours(log: Chronicle, activity: str) -> float:
    """How long *activity* lasts, from start to end."""
    lasts = log.events.filter(pl.col("activity") == activity).select(
        (pl.col("end") - pl.col("start")).dt.total_seconds()
    )
    return float(lasts["end"].mean()) / 3600.0  # type: ignore[arg-type]
