"""What others do in hours of their own ends in them, and is learned to do so."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Distribution, Organisation, Route, Step

pytestmark = pytest.mark.usefixtures("few_steps")

MORNINGS = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 780) for day in range(5)))


def asked(desk: Organisation, hours: str | None, for_bell: str | None = None) -> Chronicle:
    """Repairs are followed by an opinion of somebody else, of six hours of his, recorded from the question to the
    answer; in cases of one client perhaps of somebody who has other hours."""
    steps = {**desk.steps, "Opinion": Step(activity="Opinion")}
    lasts = Distribution.gamma(6 * 3600.0, 0.5)
    routes = {
        **desk.routes,
        "Repair": (Route(to="Opinion", share=1.0, delay=lasts, hours=hours),),
        "Opinion": (Route(to="Close", share=1.0),),
    }
    own = {"Repair": (replace(routes["Repair"][0], hours=for_bell),)} if for_bell else {}
    rules = replace(desk, steps=steps, routes=routes, calendars={**desk.calendars, "mornings": MORNINGS})
    rules = replace(rules, client_routes={"Bell": {**desk.client_routes["Bell"], **own}})
    log = simulate(rules, weeks=52, seed=4)
    before = pl.col("end").shift(1).over("case")
    start = pl.when(pl.col("activity") == "Opinion").then(before).otherwise("start").alias("start")
    return log.with_events(log.events.with_columns(start))


def test_hours_of_others_are_found(desk: Organisation) -> None:
    found = discover(asked(desk, "mornings"), fidelity=False)
    (name,) = (name for name, step in found.steps.items() if step.activity == "Opinion")
    (route,) = {route for routes in found.routes.values() for route in routes if route.to == name}
    assert route.hours is not None
    calendar = found.calendars[route.hours]
    assert calendar.minutes_per_week == pytest.approx(MORNINGS.minutes_per_week, rel=0.2)
    assert isinstance(route.delay, str)
    # as many hours of the calendar as of the true one, in proportion
    share = calendar.minutes_per_week / MORNINGS.minutes_per_week
    assert found.distributions[route.delay].mean == pytest.approx(6 * 3600.0 * share, rel=0.1)


def test_what_passes_at_any_hour_stays_the_time_of_the_step(desk: Organisation) -> None:
    found = discover(asked(desk, None), fidelity=False)
    (step,) = (step for step in found.steps.values() if step.activity == "Opinion")
    assert isinstance(step.duration, str)
    assert found.distributions[step.duration].mean == pytest.approx(6 * 3600.0, rel=0.1)


def test_the_hours_may_be_of_one_client_alone(desk: Organisation) -> None:
    """What is for the others passes around the clock."""
    found = discover(asked(desk, None, "mornings"), fidelity=False)
    (name,) = (name for name, step in found.steps.items() if step.activity == "Opinion")
    assert {route.hours for routes in found.routes.values() for route in routes if route.to == name} == {None}
    own = {route for routes in found.client_routes["Bell"].values() for route in routes if route.to == name}
    assert {route.hours for route in own} == {"rhythm of Opinion, Bell"}
    again = simulate(found, weeks=52, seed=2).events.filter(pl.col("activity") == "Opinion")
    morning = (
        again.with_columns(early=pl.col("end").dt.hour().is_between(9, 12)).group_by("client").agg(pl.mean("early"))
    )
    share = dict(morning.rows())
    assert share["Bell"] > 0.9
    assert share["Ames"] < 0.4
