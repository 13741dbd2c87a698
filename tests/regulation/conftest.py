"""Organisations for acts to work on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from irrupt.organisation import Calendar, Check, Client, Distribution, Organisation, Person, Route, Step, Team

OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))


@pytest.fixture
def desk() -> Organisation:
    """Two clients; triage by the first line, solutions mostly by Network and sometimes by Servers, then closing."""
    return Organisation(
        name="Desk",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"Hospital A": Client(cases_per_week=10.0), "Hospital B": Client(cases_per_week=30.0)},
        steps={
            "Triage": Step(activity="Triage", team="First line", duration=Distribution.exponential(600.0)),
            "Resolve at Network": Step(activity="Resolve", team="Network", duration=Distribution.exponential(3600.0)),
            "Resolve at Servers": Step(activity="Resolve", team="Servers", duration=Distribution.exponential(7200.0)),
            "Confirm": Step(activity="Confirm", client_act=True),
            "Close": Step(activity="Close", team="First line", duration=Distribution.fixed(60.0)),
        },
        routes={
            "start": (Route(to="Triage", share=1.0),),
            "Triage": (Route(to="Resolve at Network", share=0.6), Route(to="Resolve at Servers", share=0.4)),
            "Resolve at Network": (Route(to="Confirm", share=1.0),),
            "Resolve at Servers": (Route(to="Confirm", share=1.0),),
            "Confirm": (Route(to="Close", share=0.8), Route(to="Resolve at Network", share=0.2)),
            "Close": (Route(to="end", share=1.0),),
        },
        client_routes={"Hospital B": {"Triage": (Route(to="Resolve at Servers", share=1.0),)}},
        teams={"First line": Team(), "Network": Team(), "Servers": Team(priority={"Hospital B": 2})},
        people={
            "Ann": Person(teams=("First line",), calendar="office"),
            "Bob": Person(teams=("Network",), calendar="office"),
            "Cid": Person(teams=("Servers", "First line"), calendar="office"),
        },
        calendars={"office": OFFICE},
    )


@st.composite
def _organisations(draw: Any) -> Organisation:
    """Chains of steps with ways out and back, two clients, teams that share activities."""
    count = draw(st.integers(1, 4))
    teams = [f"T{at}" for at in range(draw(st.integers(1, 3)))]
    steps = {
        f"S{at}": Step(
            activity=draw(st.sampled_from(["Look", "Do", "Close"])),
            team=draw(st.sampled_from([*teams, None])),
            duration=Distribution.exponential(600.0),
        )
        for at in range(count)
    }
    routes = {"start": (Route(to="S0", share=1.0),)}
    for at in range(count):
        onward = f"S{at + 1}" if at + 1 < count else "end"
        back = draw(st.sampled_from(sorted(steps)))
        routes[f"S{at}"] = (
            Route(to=onward, share=0.5),
            Route(to="end", share=0.25),
            Route(to=back, share=0.25),
        )
    ranks = st.dictionaries(st.sampled_from("AB"), st.integers(-2, 2), max_size=2)
    skips = st.dictionaries(st.sampled_from("AB"), st.frozensets(st.sampled_from(sorted(steps))), max_size=1)
    activity = sorted({step.activity for step in steps.values()})[0]
    check = Check(after=activity, client=draw(st.sampled_from(["A", None])), step=Step(activity="Check", team=teams[0]))
    return Organisation(
        name="",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={name: Client(cases_per_week=draw(st.floats(0, 50))) for name in "AB"},
        steps=steps,
        routes=routes,
        skips=draw(skips),
        checks=draw(st.sampled_from([{}, {"Audit": check}])),
        teams={name: Team(priority=draw(ranks)) for name in teams},
        people={f"P{name}": Person(teams=(name,), calendar="office") for name in teams},
        calendars={"office": OFFICE},
    )


@pytest.fixture(scope="session")
def organisations() -> st.SearchStrategy[Organisation]:
    """Organisations that can run, with clients A and B."""
    return _organisations()


@pytest.fixture
def without_servers(desk: Organisation) -> Organisation:
    """The desk, where nobody ever needs Servers."""
    routes = {**desk.routes, "Triage": (Route(to="Resolve at Network", share=1.0),)}
    return replace(desk, routes=routes, client_routes={})
