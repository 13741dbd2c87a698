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


def asked(desk: Organisation, hours: str | None) -> Chronicle:
    """Repairs are followed by an opinion of somebody else, of six hours of his, recorded from the question to the
    answer."""
    steps = {**desk.steps, "Opinion": Step(activity="Opinion")}
    lasts = Distribution.gamma(6 * 3600.0, 0.5)
    routes = {
        **desk.routes,
        "Repair": (Route(to="Opinion", share=1.0, delay=lasts, hours=hours),),
        "Opinion": (Route(to="Close", share=1.0),),
    }
    calendars = {**desk.calendars, "mornings": MORNINGS}
    log = simulate(replace(desk, steps=steps, routes=routes, calendars=calendars), weeks=52, seed=4)
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
