"""Exceptions at dates: what is written is read back exactly, and the hours that are left are those of each minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.organisation import Calendar, Organisation, Person, faults
from irrupt.organisation.dated import Clock, calendar_clock, clock_of, spans_data, spans_in
from irrupt.organisation.rules import difference

MONDAY = datetime(2024, 1, 1)
WEEKS = ((), ((540, 1020), (1980, 2460)), ((0, 10080),), ((540, 720), (720, 1080), (9000, 10080)))
"""Hours in minutes of a week."""
minutes = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda m: m.replace(second=0, microsecond=0))
near = st.integers(-3000, 4 * 10080).map(lambda minute: MONDAY + timedelta(minutes=minute))
spans = st.lists(st.tuples(near, st.integers(1, 12000)), max_size=3).map(
    lambda pairs: tuple((begin, begin + timedelta(minutes=length)) for begin, length in pairs)
)


@given(st.lists(st.tuples(minutes, minutes | st.integers(-1, 3000)), max_size=3))
def test_written_spans_read_back_exactly(pairs: list[tuple[datetime, Any]]) -> None:
    """Even those that cannot be, so that they can be shown."""
    told = tuple((a, b if isinstance(b, datetime) else a + timedelta(minutes=b)) for a, b in pairs)
    assert spans_in(spans_data(told)) == told


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2024-12-25", (25, 0, 0), (26, 0, 0)),
        ("2024-12-24 - 2024-12-26", (24, 0, 0), (27, 0, 0)),
        ("2024-12-24 12:00 - 2024-12-26", (24, 12, 0), (27, 0, 0)),
        ("2024-12-24 - 2024-12-26 12:00", (24, 0, 0), (26, 12, 0)),
        ("2024-12-24 8-12", (24, 8, 0), (24, 12, 0)),
        ("2024-12-24 22:00-06:00", (24, 22, 0), (25, 6, 0)),
        ("2024-12-24 08:00-24:00", (24, 8, 0), (25, 0, 0)),
        ("2024-12-24 12:30 - 2024-12-27 06:00", (24, 12, 30), (27, 6, 0)),
    ],
)
def test_people_write_dates_in_many_ways(text: str, begin: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert spans_in(text) == ((datetime(2024, 12, *begin), datetime(2024, 12, *end)),)


def test_one_text_may_name_several_times_of_a_day() -> None:
    assert spans_in(["2024-12-24 08:00-12:00 13:00-15:00"]) == spans_in(
        ["2024-12-24 08:00-12:00", "2024-12-24 13:00-15:00"]
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("25.12.2024", '"25.12.2024" is not dates'),
        ("2024-12-24 12:00", '"2024-12-24 12:00" is not dates'),
        ("2024-02-30", "2024-02-30 is not a day of the calendar"),
        ("2024-12-24 25:00-26:00", "25:00 is not a time of day"),
        ("9999-12-31", "is not dates"),
        (None, "nothing is not a list of dates"),
        ([["2024-12-24"]], "a list is not dates"),
    ],
)
def test_what_is_no_dates_is_refused_with_a_reason(data: Any, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        spans_in(data)
    assert says in str(caught.value)


def desk_with(desk: Organisation, **calendar: Any) -> Organisation:
    """*desk* whose office has exceptions; its origin is a Monday 00:00 in Paris."""
    return replace(desk, calendars={"office": replace(desk.calendars["office"], **calendar)})


@settings(max_examples=15, deadline=None)
@given(hours=st.data(), closed=spans, extra=spans, absent=spans)
def test_hours_are_those_of_each_minute(
    hours: st.DataObject, closed: Any, extra: Any, absent: Any, calendars: st.SearchStrategy[Calendar]
) -> None:
    """Open as usual or for once, not closed unless for once, and never while absent."""
    calendar = replace(hours.draw(calendars), closed=closed, extra=extra)
    rules = Organisation(
        name="",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={},
        steps={},
        routes={},
        people={"Ann": Person(teams=(), calendar="office", absent=absent)},
        calendars={"office": calendar},
    )
    clock = clock_of(rules, rules.people["Ann"])
    found = [minute for week in range(7) for begin, end in clock.week(week) for minute in range(begin, end)]

    def among(found: Any) -> set[int]:
        pairs = [((a - MONDAY) // timedelta(minutes=1), (b - MONDAY) // timedelta(minutes=1)) for a, b in found]
        return {minute for a, b in pairs for minute in range(a, b)}

    weekly = {w * 10080 + m for w in range(7) for a, b in calendar.hours for m in range(a, b)}
    expected = ((weekly - among(closed)) | among(extra)) - among(absent)
    assert found == sorted(minute for minute in expected if 0 <= minute < 7 * 10080)
    assert all(w * 10080 <= a < b <= (w + 1) * 10080 for w in range(7) for a, b in clock.week(w))


@given(
    parts=st.tuples(*[st.sampled_from(WEEKS)] * 2),
    dated=st.tuples(*[st.lists(st.sampled_from(WEEKS), max_size=3)] * 2),
    minute=st.integers(-10, 4 * 10080),
)
def test_hours_that_become_others_are_each_those_of_their_time(parts: Any, dated: Any, minute: int) -> None:
    clocks = [
        Clock(weekly, tuple(tuple((n * 10080 + a, n * 10080 + b) for a, b in week) for n, week in enumerate(weeks)))
        for weekly, weeks in zip(parts, dated, strict=True)
    ]
    both = clocks[0].until(minute, clocks[1])

    def on(clock: Clock, at: int) -> bool:
        return any(begin <= at < end for begin, end in clock.week(at // 10080))

    for at in (*range(0, 5 * 10080, 61), *range(max(minute - 2, 0), max(minute, 0) + 2)):
        assert on(both, at) == on(clocks[at >= minute], at)
    assert both.weekly == clocks[1].weekly


def test_the_clock_of_the_organisation_is_local(desk: Organisation) -> None:
    rules = desk_with(desk, closed=spans_in("2024-01-02"))
    assert calendar_clock(rules, "office").dated == (
        tuple(hours for hours in rules.calendars["office"].hours if hours[0] // 1440 != 1),
    )


def test_exceptions_that_change_nothing_leave_equal_hours(desk: Organisation) -> None:
    """Closed on a Sunday, long ago, or with the same hours put in again."""
    usual = Clock(desk.calendars["office"].hours)
    assert calendar_clock(desk_with(desk, closed=spans_in("2024-01-07")), "office") == usual
    assert calendar_clock(desk_with(desk, closed=spans_in("2020-01-06")), "office") == usual
    again = desk_with(desk, closed=spans_in("2024-01-02"), extra=spans_in("2024-01-02 09:00-17:00"))
    assert calendar_clock(again, "office") == usual


def test_wrong_spans_are_told_with_their_place(desk: Organisation) -> None:
    moment = datetime(2024, 12, 24)
    rules = desk_with(desk, closed=((moment, moment),), extra=((moment, moment + timedelta(seconds=30)),))
    rules = replace(rules, people={**rules.people, "Bob": replace(rules.people["Bob"], absent=((moment, moment),))})
    late = ((moment, datetime(2300, 1, 1)), (moment, datetime(2025, 1, 1, tzinfo=UTC)))
    rules = replace(rules, people={**rules.people, "Ann": replace(rules.people["Ann"], absent=late[:1])})
    told = [str(fault) for fault in faults(rules)]
    assert told == [
        "people > Ann > absent > 1  2024-12-24 00:00 - 2300-01-01 00:00; "
        "expected an end within 100 years of the origin",
        "people > Bob > absent > 1  2024-12-24 00:00 - 2024-12-24 00:00; expected a begin before the end",
        "calendars > office > closed > 1  2024-12-24 00:00 - 2024-12-24 00:00; expected a begin before the end",
        "calendars > office > extra > 1  2024-12-24 00:00 - 2024-12-24 00:00; expected whole minutes",
    ]
    rules = replace(desk, people={**desk.people, "Ann": replace(desk.people["Ann"], absent=late[1:])})
    assert "without a time zone" in str(*faults(rules))


def test_a_holiday_is_a_change_of_rules(desk: Organisation) -> None:
    edits = difference(desk, desk_with(desk, closed=spans_in("2024-12-25")))
    assert [(edit.part, edit.key) for edit in edits] == [("calendars", "office")]
