"""Several cases that are done in one are one piece of work, of which each takes its part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.findings import find
from irrupt.discovery.log import read
from irrupt.discovery.routes.beside import together
from irrupt.discovery.routes.pieces import all_but_over, cases_of, pieces
from irrupt.engine import simulate
from irrupt.organisation import Batch, Distribution, Organisation

pytestmark = pytest.mark.usefixtures("few_steps")


@pytest.fixture
def few(made: Callable[..., Chronicle]) -> Chronicle:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2024, 1, 1, hour, minute, tzinfo=UTC)

    return made(
        [
            ("1", "Post", at(10), at(9), "Ann"),
            ("2", "Post", at(10), at(9), "Ann"),
            ("3", "Post", at(10), at(9), "Ben"),
            ("4", "Post", at(10, 30), at(9), "Ann"),
            ("5", "Stamp", at(10), at(9), "Ann"),
            ("6", "Close", at(11), at(11), "Ann"),
            ("7", "Close", at(11), at(11), "Ann"),
        ],
        "start",
        "resource",
    )


def test_who_begins_and_ends_the_same_for_several_cases_does_them_in_one(
    few: Chronicle, without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    log = read(few)
    everybody = np.ones(len(log.case), bool)
    assert cases_of(log, everybody).tolist() == [2, 2, 1, 1, 1, 1, 1]
    first, piece = pieces(log, np.arange(5))
    assert len(first) == 4
    assert piece[0] == piece[1]
    assert cases_of(log, ~everybody).tolist() == [1] * 7
    assert cases_of(read(without_starts(few)), everybody).tolist() == [1] * 7


def test_of_what_takes_no_time_nothing_tells_to_what_work_is_rounded(made: Callable[..., Chronicle]) -> None:
    """What always takes a quarter of an hour is not rounded to it where others of its kind take no time: a tenth
    of it is little. Where some take twice as long, all of it is."""
    begin = datetime(2024, 1, 1, 9, tzinfo=UTC)

    def over(quarters: int) -> float:
        rows = []
        for case in range(20):
            start, long = begin + timedelta(hours=case, seconds=7 * case), quarters if case % 2 else 1
            rows.append((case, "Post", start + long * timedelta(minutes=15), start, "Ann"))
        log = read(made(rows, "start", "resource"))
        return float((log.end - all_but_over(log, np.arange(20)))[0])

    assert [over(quarters) for quarters in (0, 1, 2)] == [90.0, 90.0, 900.0]


def test_a_team_that_works_in_batches_has_no_more_hands_for_that(desk: Organisation) -> None:
    together = replace(desk.steps["Close"], batch=Batch(size=5))
    batches = replace(desk, steps={**desk.steps, "Close": together})
    learned = discover(simulate(batches, weeks=52, seed=11), fidelity=False)
    assert {name: person.at_once for name, person in learned.people.items()} == dict.fromkeys(desk.people, 1)
    (close,) = (step for step in learned.steps.values() if step.activity == "Close")
    assert isinstance(close.duration, str)
    assert learned.distributions[close.duration].mean == pytest.approx(300.0 / 5, rel=0.1)


def _begun_sooner(log: Chronicle) -> Chronicle:
    """*log* by a clock that tells starts half a second before they are."""
    return log.with_events(log.events.with_columns(pl.col("start") - pl.duration(milliseconds=500)))


def _rounded(log: Chronicle, minutes: int) -> Chronicle:
    """*log* told by its ends and by times of work in so many *minutes*."""
    length = (pl.col("end") - pl.col("start")).dt.total_seconds() / 60
    rounded = (length / minutes).round() * minutes
    return log.with_events(log.events.with_columns(start=pl.col("end") - pl.duration(seconds=rounded * 60)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "told", [_begun_sooner, lambda log: _rounded(log, 1), lambda log: _rounded(log, 5)], ids=["clock", "1", "5"]
)
@pytest.mark.parametrize("hands", [1, 2])
def test_what_begins_a_moment_before_the_last_has_ended_is_not_done_beside_it(
    desk: Organisation, told: Callable[[Chronicle], Chronicle], hands: int
) -> None:
    """Clocks and times of work that are rounded gave everybody a second hand, and halved the load."""
    busy = {name: replace(one, cases_per_week=2.0 * hands * one.cases_per_week) for name, one in desk.clients.items()}
    people = {name: replace(one, at_once=hands) for name, one in desk.people.items()}
    time = {"Work": Distribution.lognormal(2400.0, 0.5), "Close": Distribution.lognormal(1200.0, 0.5)}
    steps = {name: replace(step, duration=time.get(name, step.duration)) for name, step in desk.steps.items()}
    log = told(simulate(replace(desk, clients=busy, people=people, steps=steps), weeks=8, seed=3))
    found = find(log, None)
    assert {name: one.at_once for name, one in found.workforce.people.items()} == dict.fromkeys(people, hands)
    assert together(read(log)) == ()
