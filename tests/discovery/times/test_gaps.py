"""What passes before work beside the wait in the queue: nothing, where people begin whenever they have time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import Study, discover
from irrupt.discovery.log import read
from irrupt.discovery.times import gaps
from irrupt.discovery.times.delays import begun_at_once, everybody_seen, seen_of
from irrupt.discovery.times.timing import ranked
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Route
from irrupt.units import WEEK

from ..conftest import MONDAY

WEEKS = 30


@pytest.fixture(scope="module")
def busy(desk: Organisation) -> Organisation:
    """The desk with answers that take weeks, and nothing but the queue before experts."""
    routes = dict(desk.routes)
    routes["Work"] = tuple(replace(route, delay=Distribution.fixed(0.0)) for route in routes["Work"])
    routes["Ask"] = (Route(to="Work", share=1.0, delay=Distribution.exponential(21 * 86400.0), waits_for="client"),)
    return replace(desk, routes=routes)


def cut(organisation: Organisation, seed: int = 3) -> Chronicle:
    """The cases that came after ten weeks of a run: what else was worked on then is not recorded."""
    log = simulate(organisation, weeks=10 + WEEKS, seed=seed)
    begun = pl.col("start").min().over("case") >= MONDAY + timedelta(weeks=10)
    return log.with_events(log.events.filter(begun))


def test_cases_that_began_before_the_records_hide_what_people_do_in_their_first_weeks(busy: Organisation) -> None:
    """Who works on them seems to have time and yet to leave others waiting: a delay that there is not."""
    findings, plain = Study(cut(busy)).found("typical")
    targets = gaps.learn(findings, plain.delays).targets
    none = {name for name, one in targets.items() if one.known and not one.delay.any()}
    assert {name for name in targets if name not in none} == {"delay: Ask @ Desk > Work @ Desk"}


def test_where_work_is_left_although_somebody_has_time_a_delay_is_learned(desk: Organisation) -> None:
    found = discover(cut(desk), fidelity=False).distributions
    (delay,) = (time for name, time in found.items() if name.startswith("delay: Work @ Desk > Repair"))
    assert delay.mean == pytest.approx(7200.0, rel=0.25)


def test_the_first_weeks_tell_nothing_until_nearly_all_cases_are_over(busy: Organisation) -> None:
    log = read(cut(busy))
    seen = everybody_seen(log)
    begin, end = log.span
    assert 5 * WEEK < log.enabled[seen].min() - begin < 0.26 * (end - begin)
    nothing = np.zeros(len(seen), bool)
    assert seen_of(np.arange(4), nothing).tolist() == [0, 1, 2, 3]


def test_it_takes_some_that_found_time_to_tell_that_nobody_leaves_any() -> None:
    waited, free = np.array([0.0] * 30 + [7200.0] * 70), np.zeros(100)
    assert begun_at_once(waited, free, 30)
    assert not begun_at_once(waited, free, 31)
    free[90:] = 3600.0
    assert not begun_at_once(waited, free, 30)


def test_a_few_more_that_were_left_than_are_rare_may_be_chance() -> None:
    """Of 266 that found somebody or were left, 11 are 4.1 % (2.3 to 7.3): no sign of more than 3 %. 20 are one."""
    waited, free = np.array([0.0] * 255 + [7200.0] * 745), np.zeros(1000)
    free[-11:] = 3600.0
    assert begun_at_once(waited, free, 30)
    free[-20:] = 3600.0
    assert not begun_at_once(waited, free, 30)


def test_as_many_points_are_told_as_are_asked_for() -> None:
    """What is seen of a delay may be fewer times than those that are wanted of it: they could not be set beside each
    other where there were a thousand of one and less of the other."""
    times = ranked(np.random.default_rng(1).exponential(100.0, 1200))
    assert len(times.points()) == 65
    few = times.points(count=33)
    assert np.array_equal(few, times.points(np.ones(1200), 33))
    assert np.allclose(few[1:-1], times.points()[2:-1:2])


def test_what_counts_on_the_clock_of_a_case_passes_in_no_hours_though_it_is_done_in_some(
    made: Callable[..., Chronicle],
) -> None:
    """Penalties are added in the night after the sixtieth day since the notice, whenever a part was paid."""
    luck, rows = np.random.default_rng(3), []
    for case in range(500):
        notice = MONDAY + timedelta(hours=8 * case + float(luck.uniform(0.0, 3.0)))
        night = (notice + timedelta(days=61)).replace(hour=0, minute=0, second=0)
        paid, added = notice + timedelta(days=luck.uniform(1.0, 50.0)), night + timedelta(hours=luck.uniform(1.0, 4.0))
        rows += [(f"{case:03}", *one) for one in (("Notice", notice), ("Pay", paid), ("Penalty", added))]
    found = gaps.alike(Study(made(rows)).found("typical")[0])
    assert found.clock.delays == {"delay: Pay > Penalty"}
    assert (found.hours_of, found.calendars) == ({}, {})
