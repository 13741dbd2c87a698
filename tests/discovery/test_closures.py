"""Closed days are told from silence; a log without any has none; only dates that repeat are taken to go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from irrupt.discovery import discover
from irrupt.discovery.closures import Closures, learn
from irrupt.discovery.log import read
from irrupt.engine import simulate
from irrupt.organisation import Organisation

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
