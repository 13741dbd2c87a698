"""What is done at a time is told from what is done in turn, by ends alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins.either_order import at_a_time
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


class Told:
    """Cases that are checked, and then filled and papered, by turns which of both ends first; one a second, each taken
    by somebody who had ended something else, but for two of ten, before which he had ended nothing that day."""

    def __init__(self, cases: int) -> None:
        number = np.arange(cases)
        second = number % 2 + 1
        self.log: Any = SimpleNamespace(
            activity=np.column_stack((0 * number, 3 - second, second)).ravel(), begin=3 * number
        )
        self.second = np.tile([False, False, True], cases)
        self.number = np.repeat(number, 3)
        self.idle = self.number % 10 >= 8
        self.taken = np.where(self.idle, -np.inf, 1000.0 + self.number)

    def at_a_time(self, after: Floats, beside: Floats, bound: Floats) -> bool:
        """What is told where the steps could begin then, if done *after* one another and *beside* each other."""
        works = self.log.activity > 0
        return at_a_time(self.log, ((1,), (2,)), bound, self.taken, (after, beside), works)


@pytest.mark.parametrize(("cases", "told"), [(60, True), (14, False)])
def test_what_is_taken_in_the_order_in_which_it_came_tells_when_that_was(cases: int, told: bool) -> None:
    """If one waited for the other, three seconds, what ends second would be taken out of turn half of the time,
    whatever times say. Of few cases, and of those before which nothing ended, nothing is told."""
    known = Told(cases)
    beside = np.where(known.idle, -3.0 * known.number, known.number)
    waited = known.number + 3.0 * known.second
    longer, shorter = (np.where(known.second, bound, 1.0) for bound in (2.0, 0.5))
    assert known.at_a_time(waited, beside, shorter) == told
    assert not known.at_a_time(beside, waited, longer)


@pytest.mark.parametrize(
    ("share", "cases", "told"),
    [(1.0, 100, True), (0.6, 100, True), (0.55, 100, False), (0.0, 100, False), (1.0, 30, False)],
)
def test_where_queues_do_not_tell_those_that_end_first_are_the_shorter_ones(
    share: float, cases: int, told: bool
) -> None:
    """What ends second may have taken longer in a *share* of the cases: in clearly more than half, of enough. Those
    before which nothing ended tell nothing."""
    known = Told(cases)
    came = known.number.astype(float)
    place = known.number // 10 * 4 + known.number % 10 // 2
    longer = (7 * place % 20 < 20 * share) & ~known.idle
    bound = np.where(known.second, np.where(longer, 2.0, 0.5), 1.0)
    assert known.at_a_time(came, came, bound) == told
