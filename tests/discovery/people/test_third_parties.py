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


@pytest.mark.slow
def test_ends_that_are_written_to_the_minute_hide_no_hours(desk: Organisation) -> None:
    """Who repairs notes minutes, so that the question seems to come up to half a minute before or after."""
    log = asked(desk, "mornings")
    noted = pl.when(pl.col("activity") == "Repair").then(pl.col("end").dt.round("1m")).otherwise("end").alias("end")
    found = discover(log.with_events(log.events.with_columns(noted)), fidelity=False)
    (name,) = (name for name, step in found.steps.items() if step.activity == "Opinion")
    assert {route.hours for routes in found.routes.values() for route in routes if route.to == name} != {None}


@pytest.mark.slow
def test_answers_that_come_with_the_post_are_learned_to_do_so(desk: Organisation) -> None:
    """What was ready in the night or at the weekend is there at nine on the next day from Monday to Friday."""
    log = asked(desk, None)
    answers = pl.col("activity") == "Opinion"
    morning = (pl.col("end") - pl.duration(hours=9)).dt.truncate("1d") + pl.duration(days=1, hours=9)
    weekend = (morning.dt.weekday().cast(pl.Int64) - 5).clip(0, None)
    posted = morning + pl.duration(days=pl.when(weekend > 0).then(3 - weekend).otherwise(0))
    late = pl.when(answers).then(posted - pl.col("end")).otherwise(pl.duration()).cum_sum().over("case")
    moved = log.events.sort("case", "start", "end", maintain_order=True).with_columns(late=late)
    own = pl.when(answers).then("start").otherwise(pl.col("start") + pl.col("late"))
    log = log.with_events(moved.with_columns(start=own, end=pl.col("end") + pl.col("late")).drop("late"))
    found = discover(log, fidelity=False)
    assert [begin % 1440 for begin, _end in found.calendars["ends of Opinion"].hours] == [540] * 5
    again = simulate(found, weeks=104, seed=2).events.filter(pl.col("activity") == "Opinion")
    recorded = log.events.filter(answers)
    for day in (1, 3):
        share, was = (float((one["end"].dt.weekday() == day).mean()) for one in (again, recorded))  # type: ignore[arg-type]
        assert share == pytest.approx(was, abs=0.06)
    assert any("Opinion ends at set moments" in note for note in found.learned.notes)  # type: ignore[union-attr]
