"""Holidays, extra hours and absences: work and delays wait over them, as over night. Hours computed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.dated import spans_in

HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
LOOPS = pytest.mark.parametrize("reference", [True, False])


def desk(make: SimpleNamespace, *, absent: Any = (), delay: float = 0.0, **calendar: Any) -> Organisation:
    """Each Monday at 16:00 a case comes that takes two hours of somebody who keeps office hours."""
    return Organisation(
        name="Desk",
        origin=make.origin,
        clients={"A": Client(cases_per_week=1.0, evenness=1.0, appointments=(960,))},
        steps={"Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(2 * HOUR))},
        routes={
            "start": (Route(to="Serve", share=1.0, delay=Distribution.fixed(delay), hours="office"),),
            "Serve": (Route(to="end", share=1.0),),
        },
        teams={"Desk": Team()},
        people={"Ann": Person(teams=("Desk",), calendar="office", absent=absent)},
        calendars={"office": replace(make.calendars["office"], **calendar)},
    )


def served(make: SimpleNamespace, rules: Organisation, **how: Any) -> list[tuple[float, float]]:
    """Hours from the Monday of each week after the first until the case of this week is begun and done."""
    rows = make.whole(rules, **{"weeks": 4.0, **how})
    weeks = range(1, 1 + len(rows.start))
    return [((a - w * WEEK) / HOUR, (b - w * WEEK) / HOUR) for a, b, w in zip(rows.start, rows.end, weeks, strict=True)]


USUAL = (16.0, 34.0)
"""Until Tuesday 10:00: an hour on Monday, and one on Tuesday."""


@LOOPS
@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ({}, USUAL),
        ({"closed": "2024-01-09"}, (16.0, 58.0)),  # Tuesday is a holiday: an hour on Wednesday.
        ({"closed": "2024-01-09 - 2024-01-12"}, (16.0, 178.0)),  # Until the next Monday.
        ({"closed": "2024-01-08"}, (33.0, 35.0)),
        ({"closed": "2024-01-08 16:30-24:00"}, (16.0, 34.5)),
        ({"extra": "2024-01-08 17:00-17:30"}, (16.0, 33.5)),
        ({"extra": "2024-01-08 20:00-21:00"}, (16.0, 21.0)),
        ({"closed": "2024-01-08 - 2024-01-12", "extra": "2024-01-10 10:00-13:00"}, (58.0, 60.0)),
        ({"absent": "2024-01-09"}, (16.0, 58.0)),
        ({"absent": "2024-01-09 - 2024-01-12", "extra": "2024-01-10 10:00-13:00"}, (16.0, 178.0)),
        ({"absent": "2024-01-09 09:15-09:30"}, (16.0, 34.25)),
        ({"closed": "2020-01-01 - 2023-12-31"}, USUAL),
    ],
)
def test_work_waits_over_holidays_and_absences(
    make: SimpleNamespace, reference: bool, exceptions: dict[str, str], expected: tuple[float, float]
) -> None:
    """In the second week; the weeks behind it are as usual."""
    rules = desk(make, **{name: spans_in(text) for name, text in exceptions.items()})
    assert served(make, rules, reference=reference) == [expected, USUAL, USUAL]


@LOOPS
@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        ("2024-01-09 - 2024-03-03", (16.0, 8 * 168 + 10.0)),  # Not quite eight weeks: he goes on when he is back.
        ("2024-01-09 - 2024-03-04", (16.0, 18.0)),  # From Monday 17:00 on for longer: he finishes it on that evening.
        ("2024-01-09 10:00 - 2030-12-31", USUAL),
        ("2024-01-08 16:30 - 2030-12-31", (16.0, 18.0)),
    ],
)
def test_who_goes_for_good_finishes_what_he_has_in_hand(
    make: SimpleNamespace, reference: bool, absent: str, expected: tuple[float, float]
) -> None:
    """It was his for ever, and the case never over."""
    rules = desk(make, absent=spans_in(absent))
    assert served(make, rules, reference=reference, weeks=2.0)[0] == expected


@LOOPS
def test_others_go_on_with_what_waits_when_somebody_has_gone_for_good(make: SimpleNamespace, reference: bool) -> None:
    rules = desk(make, absent=spans_in("2024-01-15 - 2031-12-31"))
    rules = replace(rules, people=rules.people | {"Bob": Person(teams=("Desk",), calendar="office")})
    rows = make.whole(rules, weeks=30.0, reference=reference)
    assert len(rows.start) == 29
    assert (rows.end - rows.start).max() <= 18 * HOUR


@LOOPS
def test_others_go_on_with_what_somebody_was_interrupted_at_who_has_gone_for_good(
    make: SimpleNamespace, reference: bool
) -> None:
    """Ann leaves it after half an hour, and finishes the other case on that evening; Bob comes the next day, and does
    the rest of an hour and a half."""
    rules = desk(make, absent=spans_in("2024-01-09 - 2031-12-31"))
    rush = Client(cases_per_week=1.0, evenness=1.0, appointments=(990,))
    rules = replace(
        rules,
        clients={**rules.clients, "Rush": rush},
        teams={"Desk": Team(priority={"Rush": 1}, interrupts="resume")},
        people=rules.people | {"Bob": Person(teams=("Desk",), calendar="office", absent=spans_in("2024-01-08"))},
    )
    rows = make.whole(rules, weeks=2.0, reference=reference)
    mine = rows.client == 0
    assert ((rows.start[mine] - WEEK) / HOUR).tolist() == [16.0, 33.0]
    assert ((rows.end[mine] - WEEK) / HOUR).tolist() == [16.5, 34.5]
    assert ((rows.end[~mine] - WEEK) / HOUR).tolist() == [18.5]


@LOOPS
@pytest.mark.parametrize("at_once", [1, 2])
def test_work_that_is_finished_by_who_goes_for_good_follows_a_change_of_speed(
    make: SimpleNamespace, at_once: int, reference: bool
) -> None:
    """Half an hour of two is done when he becomes twice as fast: an hour and a half is left, whatever his hours."""
    rules = desk(make, absent=spans_in("2024-01-09 - 2031-12-31"))
    (ann,) = rules.people.values()
    faster = replace(rules, people={"Ann": replace(ann, speed=2.0, at_once=at_once)})
    pauses = [(WEEK + 16.5 * HOUR, faster)]
    assert served(make, rules, pauses=pauses, weeks=2.0, reference=reference) == [(16.0, 17.25)]


@LOOPS
def test_a_delay_in_the_hours_of_a_calendar_waits_too(make: SimpleNamespace, reference: bool) -> None:
    """Three hours of delay: one on Monday and, behind the holiday, two on Wednesday; an absence changes nothing."""
    rules = desk(make, delay=3 * HOUR, closed=spans_in("2024-01-09"), absent=spans_in("2024-01-10 15:00 - 2024-01-11"))
    assert served(make, rules, reference=reference)[0] == (24.0 * 2 + 11, 24.0 * 2 + 13)


@LOOPS
def test_work_in_hand_follows_when_a_holiday_is_given_or_taken(make: SimpleNamespace, reference: bool) -> None:
    """Told on Monday evening, when an hour is done, or on Tuesday at 9:30, when half an hour more is."""
    usual, closed = desk(make), desk(make, closed=spans_in("2024-01-09"))
    evening, morning = WEEK + 20 * HOUR, WEEK + 33.5 * HOUR
    told = [(usual, evening, closed, 58.0), (usual, morning, closed, 57.5), (closed, evening, usual, 34.0)]
    for before, moment, after, end in told:
        found = served(make, before, pauses=[(moment, after)], reference=reference)
        assert found == [(16.0, end), USUAL, USUAL]


@LOOPS
def test_a_colleague_takes_what_the_absent_cannot(make: SimpleNamespace, reference: bool) -> None:
    """Nobody is bound to somebody who is absent while a colleague is on duty."""
    rules = desk(make, absent=spans_in("2024-01-01 - 2024-01-21"))
    rules = replace(rules, people={**rules.people, "Bob": Person(teams=("Desk",), calendar="office", speed=2.0)})
    assert served(make, rules, reference=reference) == [(16.0, 17.0), (16.0, 17.0), USUAL]


@LOOPS
def test_many_years_of_exceptions_are_the_calendar_without_them(make: SimpleNamespace, reference: bool) -> None:
    """The hours of all weeks are given as exceptions: they are the hours of a calendar that is open once in a while."""
    rules = make.whole(desk(make), weeks=6.0, reference=reference)
    days = [datetime(2024, 1, 1) + timedelta(days=7 * week + day) for week in range(9) for day in range(5)]
    extra = tuple((day + timedelta(hours=9), day + timedelta(hours=17)) for day in days)
    seldom = desk(make, extra=extra)
    seldom = replace(seldom, calendars={"office": Calendar(hours=((6 * 1440, 6 * 1440 + 1),), extra=extra)})
    sundays = tuple(
        (datetime(2024, 1, 7) + timedelta(days=7 * n), datetime(2024, 1, 8) + timedelta(days=7 * n)) for n in range(9)
    )
    seldom = replace(seldom, calendars={"office": replace(seldom.calendars["office"], closed=sundays)})
    assert make.same(make.whole(seldom, weeks=6.0, reference=reference), rules)


@LOOPS
def test_a_holiday_is_a_change_of_rules_and_one_back(make: SimpleNamespace, reference: bool) -> None:
    """Closed on a Tuesday, or without Tuesdays from its midnight to the next one."""
    usual = desk(make)
    hours = tuple(pair for pair in usual.calendars["office"].hours if pair[0] // 1440 != 1)
    without = replace(usual, calendars={"office": Calendar(hours=hours)})
    pauses = [(WEEK + DAY, without), (WEEK + 2 * DAY, usual)]
    closed = make.whole(desk(make, closed=spans_in("2024-01-09")), weeks=4.0, reference=reference)
    assert make.same(make.whole(usual, weeks=4.0, pauses=pauses, reference=reference), closed)
