"""Closed days are told from silence; a log without any has none; only dates that repeat are taken to go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery import discover
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.discovery.people.calendars import hours
from irrupt.discovery.people.closures import Closures, _around, learn, length, recorded, repeated_days, since
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, Route
from irrupt.units import DAY, WEEK

from ..conftest import as_read

pytestmark = pytest.mark.usefixtures("few_steps")

FIXED = [(5, 1), (12, 25)]
MOVING = [date(2024, 4, 1), date(2025, 4, 21)]


def closed_on(desk: Organisation, days: list[date]) -> Organisation:
    begins = [datetime(day.year, day.month, day.day) for day in days]
    spans = tuple((begin, begin + timedelta(days=1)) for begin in begins)
    return replace(desk, calendars={n: replace(one, closed=spans) for n, one in desk.calendars.items()})


def found(organisation: Organisation, weeks: int, seed: int) -> Closures:
    log = read(simulate(organisation, weeks=weeks, seed=seed))
    return learn(log, log.person >= 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_where_nobody_was_absent_no_day_is_closed(desk: Organisation, seed: int) -> None:
    assert found(desk, 110, seed) == Closures((), ())
    rare = {name: replace(one, cases_per_week=one.cases_per_week / 12) for name, one in desk.clients.items()}
    assert found(replace(desk, clients=rare), 110, seed) == Closures((), ())


def test_closed_days_are_found_and_those_of_every_year_repeat(desk: Organisation) -> None:
    days = sorted([*(date(year, *one) for year in (2024, 2025) for one in FIXED), *MOVING])
    told = found(closed_on(desk, days), 115, 5)
    assert told.days == tuple(days)
    assert told.again == tuple(FIXED)
    ahead = told.spans(datetime(2026, 3, 16))
    assert [begin.date() for begin, _end in ahead[:2]] == [date(2026, 5, 1), date(2026, 12, 25)]


def test_a_single_year_promises_nothing(desk: Organisation) -> None:
    told = found(closed_on(desk, [date(2024, 5, 1), date(2024, 7, 4)]), 45, 5)
    assert told == Closures((date(2024, 5, 1), date(2024, 7, 4)), ())


@pytest.mark.slow
def test_what_is_learned_of_closed_days_is_told_and_kept(desk: Organisation) -> None:
    days = [date(year, *one) for year in (2024, 2025) for one in FIXED]
    learned = discover(simulate(closed_on(desk, days), weeks=115, seed=5), fidelity=False)
    assert learned.learned is not None
    assert any("1 May 2024" in note and "12-25" in note for note in learned.learned.notes)
    closed = {begin.date() for one in learned.calendars.values() for begin, _end in one.closed}
    assert {date(2026, 5, 1), date(2026, 12, 25)} <= closed
    worked = simulate(learned, weeks=12, seed=1).events.drop_nulls("resource")
    assert date(2026, 5, 1) not in set(worked["start"].dt.date())
    assert date(2026, 4, 30) in set(worked["start"].dt.date())


@given(
    days=st.sets(st.integers(-3, 20), max_size=6),
    begin=st.integers(-5 * 24, 22 * 24),
    length=st.integers(0, 400),
    shift=st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(1, 30)),
)
def test_time_on_duty_leaves_out_closed_days(days, begin, length, shift):
    day, hour, lasting = shift
    first = day * 24 + hour
    calendar = Calendar(hours=((first * 60, min(first + lasting, 168) * 60),))
    kept = hours(calendar, np.array(sorted(days)) * DAY)
    on = [h for h in range(begin, begin + length) if first <= h % 168 < first + lasting and h // 24 not in days]
    found = kept.between(np.array([begin * 3600.0]), np.array([(begin + length) * 3600.0]))
    assert found[0] == pytest.approx(len(on) * 3600.0)


def test_time_goes_on_as_the_records_did_again_and_again(desk: Organisation) -> None:
    log = read(simulate(closed_on(desk, [date(2024, 5, 1)]), weeks=45, seed=5))
    day = (date(2024, 5, 1) - date(2024, 1, 1)).days
    found = recorded(learn(log, log.person >= 0), log)
    assert repeated_days(found, log, 100.0).tolist() == [day * DAY, day * DAY + 45 * WEEK, day * DAY + 90 * WEEK]
    assert length(log) == 45.0
    assert since(found, log, 8.0).tolist() == [day * DAY + 8 * WEEK]


def test_several_silent_days_together_tell_what_one_alone_does_not(desk: Organisation) -> None:
    few = replace(desk, clients={name: replace(one, cases_per_week=4.0) for name, one in desk.clients.items()})
    days = [date(2024, 7, 1) + timedelta(days=number) for number in range(5)]
    assert found(closed_on(few, days[:1]), 45, 5).days == ()
    assert found(closed_on(few, days), 45, 5).days == tuple(days)


def test_records_begin_with_what_ends_first_and_not_with_when_that_was_begun(desk: Organisation) -> None:
    """Exports hold what ended since a day. One piece of work that had been in hand for weeks by then made weeks without
    records of them: closed days, and a demand that had risen."""
    log = as_read(simulate(desk, weeks=45, seed=5))
    since, long_ago = (datetime(2024, month, 6, 9, tzinfo=UTC) for month in (5, 2))
    events = log.events.filter(pl.col("end") >= since).sort("end")
    first = (pl.int_range(pl.len()) == 0) & (pl.col("activity") != "Register")
    assert events.filter(first).height == 1
    table = read(log.with_events(events.with_columns(start=pl.when(first).then(long_ago).otherwise("start"))))
    assert learn(table, table.person >= 0) == Closures((), ())
    known = completeness(table, table.activity)
    begun = events.group_by("case").agg((pl.col("activity") == "Register").any().alias("all of it"))
    assert np.count_nonzero(~known.begins) == pytest.approx(begun.filter(~pl.col("all of it")).height, abs=1)
    found = demand.learn(table, known)
    assert found.half_life == np.inf
    weeks = (log.events["end"].max() - since).total_seconds() / WEEK
    told = sum(client.cases_per_week for client in found.clients.values())
    assert told == pytest.approx(begun.filter("all of it").height / weeks, rel=0.05)


def test_nothing_piles_up_where_no_cases_came_either(desk: Organisation) -> None:
    log = read(simulate(closed_on(desk, [date(2024, 5, 1)]), weeks=45, seed=5))
    told = learn(log, log.person >= 0)
    came = log.start[log.begin]
    day = told.begins(log.origin)[0]
    kept = ~((came >= day) & (came < day + DAY))
    quiet = np.repeat(kept, np.diff(np.append(log.begin, len(log.case))))
    moved = {name: getattr(log, name)[quiet] for name in ("case", "activity", "team", "person", "start", "end", "row")}
    less = replace(log, **moved, begin=np.flatnonzero(np.diff(moved["case"], prepend=-1)))
    assert len(recorded(told, log)) == 1
    assert len(recorded(told, less)) == 0


def test_what_piles_up_in_holidays_is_a_queue_and_no_delay(desk: Organisation) -> None:
    only = replace(
        desk,
        clients={"Ames": replace(desk.clients["Ames"], cases_per_week=44.0)},
        steps={name: desk.steps[name] for name in ("Register", "Repair")},
        routes={
            "start": (Route(to="Register", share=1.0),),
            "Register": (Route(to="Repair", share=1.0),),
            "Repair": (Route(to="end", share=1.0),),
        },
        client_routes={},
        teams={"Experts": desk.teams["Experts"]},
        people={name: replace(desk.people["Eve"], speed=1.0) for name in ("Eve", "Fay")},
    )
    days = [date(2024, month, first + day) for month, first in ((3, 4), (5, 6), (8, 5)) for day in range(5)]
    log = simulate(closed_on(only, days), weeks=45, seed=3)
    events = log.events.filter(pl.col("activity") == "Repair")
    waited = (events["start"] - events["ready"]).dt.total_seconds().mean()
    learned = discover(log, fidelity=False)
    delayed = sum(time.mean for name, time in learned.distributions.items() if name.startswith("delay: Register"))
    assert isinstance(waited, float)
    assert waited > 10 * 3600.0
    assert delayed < 0.05 * waited


def test_what_is_usual_of_a_day_is_what_the_six_before_and_behind_it_saw() -> None:
    count = np.array([100.0] * 10 + [10.0] * 7)
    assert [_around(count, number) for number in (0, 3, 10, 16)] == [100.0, 100.0, 55.0, 10.0]
    assert _around(np.arange(20.0), 12) == 12.0
