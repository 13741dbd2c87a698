"""What is done at a time is told from what is done in turn, by ends alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins.starts import assume_starts
from irrupt.discovery.log import Floats
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Route, Step

from ..conftest import mean_hours
from ..routes.test_beside import plant

pytestmark = pytest.mark.usefixtures("few_steps")

HOUR = 3600.0


def shop(plain: Organisation, *, side_by_side: bool) -> Organisation:
    """The plant, in the hours of an office, and of orders that come before they are checked."""
    made = plant(at_once=side_by_side)
    hour = Distribution.lognormal(HOUR, 0.6)
    timed = {name: replace(step, duration=hour) for name, step in made.steps.items()}
    return replace(
        plain,
        steps={"Come": Step(activity="Come"), **timed},
        routes={**made.routes, "start": (Route(to="Come", share=1.0),), "Come": made.routes["start"]},
        teams=made.teams,
        people={name: replace(person, calendar="day") for name, person in made.people.items()},
    )


def begun(log: Chronicle) -> Floats:
    """Hours from the end of the check until all that follows it was begun, per case."""
    table = log.events.filter(pl.col("activity").is_in(["Check", "Fill", "Paper"]))
    check = pl.col("end").filter(pl.col("activity") == "Check").first()
    both = pl.col("start").filter(pl.col("activity") != "Check")
    gap = table.group_by("case").agg((both.max() - check).dt.total_seconds().alias("gap")).drop_nulls()
    return gap["gap"].to_numpy() / HOUR


@pytest.mark.parametrize("side_by_side", [True, False])
@pytest.mark.parametrize("order", ["first come", "last come"])
def test_what_ends_in_any_order_is_timed_as_it_is_done(
    side_by_side: bool,
    order: Literal["first come", "last come"],
    office: Callable[..., Organisation],
    without_starts: Callable[[Chronicle], Chronicle],
) -> None:
    """Done at a time, both are begun when the check was over; in turn, the second when the first was."""
    plain = shop(office(), side_by_side=side_by_side)
    teams = {name: replace(team, order=order) for name, team in plain.teams.items()}
    true = simulate(replace(plain, teams=teams), weeks=52, seed=3)
    assumed = assume_starts(without_starts(true))
    for activity in ("Fill", "Paper"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.07)
    assert np.median(begun(assumed)) == pytest.approx(np.median(begun(true)), abs=0.25)
