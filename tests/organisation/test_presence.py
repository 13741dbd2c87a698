"""From when on nobody is there any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from irrupt.organisation import Calendar, Organisation, Person
from irrupt.organisation.presence import left

SINCE, UNTIL = datetime(2024, 1, 15), datetime(2100, 1, 1)
FRIDAY = datetime(2024, 1, 12, 17)


def test_a_calendar_that_closes_for_good_leaves_nobody(desk: Organisation) -> None:
    """Cases waited for ever, and only that queues grew was said."""
    office = replace(desk.calendars["office"], closed=((SINCE, UNTIL),))
    closed = replace(desk, calendars={"office": office})
    assert left(closed, 12) == {("First line", "", (None, None)): FRIDAY, ("Network", "", (None, None)): FRIDAY}
    assert (left(closed, 1), left(closed, 2)) == ({}, left(closed, 12)), "in the second week, somebody is there"
    opens_again = replace(desk, calendars={"office": replace(office, closed=((SINCE, datetime(2024, 9, 1)),))})
    assert left(opens_again, 12) == {}


def test_who_is_left_is_asked_for_each_activity_and_for_whose_cases(desk: Organisation) -> None:
    bob = replace(desk.people["Bob"], absent=((SINCE, UNTIL),))
    cy = Person(teams=("Network",), calendar="office", not_for_client={"Resolve": ("Hospital A",)})
    people = {**desk.people, "Bob": bob}
    assert left(replace(desk, people=people), 12) == {("Network", "", (None, None)): FRIDAY}
    assert left(replace(desk, people={**people, "Cy": cy}), 12) == {
        ("Network", "Resolve", ("Hospital A", None)): FRIDAY
    }
    unlike = replace(cy, not_for_client={}, does_not=("Resolve",))
    assert left(replace(desk, people={**people, "Cy": unlike}), 12) == {("Network", "", (None, None)): FRIDAY}


@pytest.mark.parametrize("weeks", [0.5, 3.0, 60.0])
def test_nobody_is_missed_where_all_stay(desk: Organisation, weeks: float) -> None:
    summer = Calendar(hours=desk.calendars["office"].hours, closed=((datetime(2024, 7, 1), datetime(2024, 8, 1)),))
    assert left(replace(desk, calendars={"office": summer}), weeks) == {}
