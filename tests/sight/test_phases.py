"""Hours of work that become others in the middle of a log: each stretch is told in its own."""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.arraytypes import Floats
from irrupt.chronicle import Chronicle, read
from irrupt.chronicle import rows as rows_of
from irrupt.ledgers import Duty
from irrupt.organisation.dated import Clock
from irrupt.sight import phases, see
from irrupt.sight import split as splitting
from irrupt.sight.assumed import Assumed, kept
from irrupt.sight.phases import changes_of_hours
from irrupt.units import DAY, HOUR, WEEK

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
PARTS = ("work", "waiting for a person", "waiting for hours of work")


def opens(moment: float, shift: float, since: float) -> tuple[float, float]:
    """The stretch of work on a weekday that goes on at *moment*, or the next: 8 to 17, *shift* hours later *since*."""
    day = moment // DAY
    while True:
        begin = day * DAY + (8.0 + shift * (day * DAY >= since)) * HOUR
        if day % 7 < 5 and moment < begin + 9 * HOUR:
            return max(moment, begin), begin + 9 * HOUR
        day += 1


def within(begin: float, end: float, shift: float, since: float) -> float:
    """Seconds of work between two moments."""
    spent = 0.0
    while begin < end:
        at, close = opens(begin, shift, since)
        spent += max(min(close, end) - at, 0.0)
        begin = close
    return spent


def worked(shift: float, *, seed: int = 1, weeks: int = 30, since: float = 15 * WEEK, names: bool = True):
    """A log of two people who take what has waited longest, and go home in the evening with work in hand; and the mean
    hours of each part of the time of its cases."""
    luck = random.Random(seed)
    came = sorted(luck.uniform(0, weeks * 7) // 1 * DAY + luck.uniform(7.5, 18.0) * HOUR for _case in range(weeks * 40))
    free = [(0.0, "Ann"), (0.0, "Ben")]
    rows, parts = [], defaultdict(float)
    for number, at in enumerate(came):
        left, who = heapq.heappop(free)
        start, close = opens(max(left, at), shift, since)
        lasts = luck.gammavariate(3.0, 0.45 * HOUR)
        end = start
        while lasts > close - end:
            lasts -= close - end
            end, close = opens(close, shift, since)
        end += lasts
        heapq.heappush(free, (end, who))
        rows.append((str(number), "Come", at, at, None, None))
        rows.append((str(number), "Settle", start, end, who if names else None, "Desk"))
        work, person = within(start, end, shift, since), within(at, start, shift, since)
        for name, spent in zip(PARTS, (work, person, end - at - work - person), strict=True):
            parts[name] += spent / HOUR / len(came)
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end", "resource", "team"], orient="row")
    times = [(MONDAY + pl.duration(microseconds=pl.col(name) * 1e6)).alias(name) for name in ("start", "end")]
    return read(frame.with_columns(times)), parts


def told(log: Chronicle) -> dict[str, float]:
    return {one.part: one.hours for one in see(log).time_parts if one.party == "all clients" and one.of == "client"}


@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0])
def test_time_is_split_as_it_was_spent_whether_hours_change_or_not(shift: float) -> None:
    """From the hours of all weeks together, who left work in hand in the evening worked on it all night."""
    log, parts = worked(shift)
    found = told(log)
    assert {name: found[name] for name in PARTS} == pytest.approx(parts, rel=0.04)
    assert {one.clock.dated != () for one in kept(log).on_duty.values()} == {shift > 0.0}


def test_hours_change_for_a_team_of_which_nobody_is_named() -> None:
    """Nobody keeps hours then, so nights count as work; but waiting is split in the hours of each stretch."""
    log, parts = worked(3.0, names=False)
    assert told(log)["waiting for a person"] == pytest.approx(parts["waiting for a person"], rel=0.05)


def with_a_ward(log: Chronicle, lasts: float, seldom: float = 1.0, varies: float = 0.5) -> Chronicle:
    """*log*, and four steps a day of *lasts* hours, about, on a ward, where somebody else is on watch each weekday for
    ten hours from 8 on, or *seldom* from any other."""
    luck = random.Random(2)
    rows = []
    for day in (7 * week + day for week in range(30) for day in range(5)):
        comes = luck.uniform(0.0, 24.0) if luck.random() < seldom else 8.0
        for number in range(4):
            at = MONDAY + timedelta(days=day, hours=comes + luck.uniform(0.0, 10.0))
            case, who = f"w{day}-{number}", ("Nora", "Otto", "Pia")[day % 3]
            rows.append((case, "Come", at, at, None, None))
            end = at + timedelta(hours=lasts * luck.uniform(1.0 - varies, 1.0 + varies))
            rows.append((case, "Watch", at, end, who, "Ward"))
    ward = pl.DataFrame(rows, schema=["case", "activity", "start", "end", "resource", "team"], orient="row")
    return read(pl.concat([log.events.select(ward.columns).cast(ward.schema), ward]))


def test_who_is_there_day_and_night_takes_no_hours_from_others() -> None:
    """Where one of several teams kept no hours, nobody was said to: what the others left in the evening was work."""
    log, parts = worked(0.0)
    sight = see(with_a_ward(log, 2.0))
    by_team = {(one.party, one.part): one.hours for one in sight.time_parts if one.of == "team"}
    assert by_team["Desk", "work"] == pytest.approx(parts["work"], rel=0.01)
    assert by_team["Desk", "waiting for hours of work"] == pytest.approx(parts["waiting for hours of work"], rel=0.02)
    assert by_team["Ward", "work"] == pytest.approx(2.0, rel=0.03)
    office = {one.party: one.value for one in sight.ledger if one.measure == "work outside office hours"}
    assert office["Ward"] > 0.6
    assert office["all teams"] > office["Desk"]
    assert not [note for note in sight.chronicle.notes if "overnight" in note]


def test_work_that_may_have_been_left_overnight_is_noted() -> None:
    log, _parts = worked(0.0)
    (note,) = (
        note for note in see(with_a_ward(log, 24.0, seldom=0.04, varies=0.02)).chronicle.notes if "overnight" in note
    )
    assert 40 < float(note.split("\u202f")[0]) < 65


def moments(*of_weeks: tuple[int, Floats, int], each: int = 60, seed: int = 1) -> Floats:
    """For so many weeks each, moments with *chances* by hour of the day, on so many days of the week."""
    luck = np.random.default_rng(seed)
    found, first = [], 0
    for weeks, chances, days in of_weeks:
        number = weeks * each
        day = (first + luck.integers(0, weeks, number)) * 7 + luck.integers(0, days, number)
        found.append(day * DAY + (luck.choice(24, number, p=chances / chances.sum()) + luck.random(number)) * HOUR)
        first += weeks
    return np.concatenate(found)


def busy(begin: int, end: int, **rare: float) -> Floats:
    return np.array([rare.get(f"at{hour}", float(begin <= hour < end)) for hour in range(24)])


@pytest.mark.parametrize(
    ("stretches", "weeks"),
    [
        (((12, busy(8, 17), 5), (10, busy(11, 20), 5)), [12]),
        (((12, busy(8, 17), 5), (10, busy(9, 18), 5), (12, busy(8, 17), 5)), [12, 22]),
        (((12, busy(8, 17), 5), (12, busy(8, 17), 7)), [12]),
        (((12, busy(0, 24), 7), (12, busy(6, 22), 7)), [12]),
        (((12, busy(8, 17), 5), (2, busy(11, 20), 5)), []),  # too short to tell hours from
        (((30, busy(8, 17, at17=0.06, at18=0.04, at7=0.08), 5),), []),
        (((12, busy(8, 17, at16=0.5), 5), (12, busy(8, 17, at8=0.5), 5)), []),  # more comes late, in the same hours
        (((30, busy(0, 24), 7),), []),
    ],
)
def test_hours_change_where_one_side_works_when_the_other_does_not(stretches, weeks) -> None:
    found = changes_of_hours(moments(*stretches))
    assert [round(one / WEEK) for one in found] == weeks
    assert all(abs(one / DAY - 7 * week) <= 1 for one, week in zip(found, weeks, strict=True))


def test_a_change_in_the_middle_of_a_week_is_told_to_the_day() -> None:
    seen = moments((24, busy(8, 17), 5), each=200)
    assert changes_of_hours(seen + 3 * HOUR * (seen >= 12 * WEEK + 2 * DAY)) == [12 * WEEK + 2 * DAY]


def test_dates_that_are_wrong_by_thousands_of_years_cost_nothing() -> None:
    seen = moments((24, busy(8, 17), 5), each=200)
    seen += 3 * HOUR * (seen >= 12 * WEEK)
    assert changes_of_hours(np.append(seen, 400_000 * WEEK)) == [12 * WEEK]


def test_two_weekends_of_rush_are_no_hours() -> None:
    seen = moments((30, busy(8, 17), 5))
    rush = np.concatenate([week * WEEK + 5 * DAY + np.linspace(8, 17, 60) * HOUR for week in (20, 24)])
    assert changes_of_hours(np.concatenate([seen, rush])) == []


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**6))
def test_hours_that_never_change_are_never_cut(seed: int) -> None:
    luck = np.random.default_rng(seed)
    chances = luck.choice([0.0, 0.03, 0.1, 0.15, 1.0], 24)
    chances[12] = 1.0
    seen = moments((int(luck.integers(9, 60)), chances, int(luck.integers(1, 8))), each=int(luck.integers(10, 90)))
    assert changes_of_hours(seen) == []
    assert phases.clock(seen) == Clock(phases.hours_of(seen))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_time_on_duty_is_that_of_each_week(seed: int) -> None:
    luck = np.random.default_rng(seed)
    edges = [np.sort(luck.choice(10080, 6, replace=False)).reshape(3, 2).tolist() for _week in range(4)]
    clock = Clock(tuple(map(tuple, edges[0])))
    for week in (1, 2, 3):
        clock = clock.until(int(luck.integers(0, 4 * 10080)), Clock(tuple(map(tuple, edges[week]))))
    at = np.sort(luck.integers(0, 6 * 10080, 40))
    minutes = np.zeros(6 * 10080, np.int64)
    for number in range(6):
        for begin, end in clock.week(number):
            minutes[begin:end] = 1
    since = np.concatenate([[0], minutes.cumsum()])
    micros = at * 60_000_000
    assert (splitting._on_duty(micros, clock) == since[at] * 60_000_000).all()
    offs = splitting.off_duty(micros[:-1], micros[1:], np.zeros(39, np.int32), {0: clock})
    assert offs.sum() + 60_000_000 * (since[at[-1]] - since[at[0]]) == micros[-1] - micros[0]


def test_hours_stand_where_they_are_whatever_the_records_begin_with() -> None:
    """A first step that begins in the week before the first end moves the origin of the records, not the hours."""
    log, _parts = worked(3.0, weeks=20, since=10 * WEEK)
    times = {"start": [MONDAY - timedelta(days=3)], "end": [MONDAY + timedelta(hours=9)]}
    early = pl.DataFrame({"case": ["early"], "activity": ["Settle"], "resource": ["Ann"], "team": ["Desk"], **times})
    more = log.with_events(pl.concat([log.events, early.cast(log.events.select(early.columns).schema)], how="diagonal"))
    _rows, legend = rows_of(more)
    known = kept(more)
    there = known.on(legend)
    assert legend.origin < MONDAY
    assert there.on(legend) is there
    for name, duty in known.on_duty.items():
        weeks = pairwise([there.on_duty[name].clock.week(number + 1) for number in range(30)])
        assert all(one != other for one, other in weeks)
        for number in range(30):
            before = tuple((begin + 10080, end + 10080) for begin, end in duty.clock.week(number))
            assert there.on_duty[name].clock.week(number + 1) == before


def test_hours_that_are_always_the_same_stand_anywhere() -> None:
    log, _parts = worked(0.0, weeks=10)
    known = Assumed(by_itself=np.zeros(0, bool), on_duty={"Ann": Duty(teams=(), hours=((0, 60),))})
    assert known.on(rows_of(log)[1]) is known
