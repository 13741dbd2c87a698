"""Working hours: what is written is read back exactly; nights and weekends are where people expect them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation.hours import DAYS, hours_data, hours_in
from irrupt.organisation.staff import ALWAYS, Calendar


@given(data=st.data())
def test_written_hours_read_back_exactly(data: st.DataObject, calendars: st.SearchStrategy[Calendar]) -> None:
    calendar = data.draw(calendars)
    assert hours_in(hours_data(calendar)) == calendar.hours


@given(st.lists(st.tuples(st.integers(-9, 20000), st.integers(-9, 20000)), max_size=4))
def test_even_hours_that_cannot_be_are_written_without_loss(hours: list[tuple[int, int]]) -> None:
    """So that a wrong calendar can be shown."""
    assert hours_in(hours_data(Calendar(hours=tuple(hours)))) == tuple(sorted(hours))


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_each_day_named_has_the_minutes_from_begin_to_end_even_over_midnight(
    days: set[int], begin: int, end: int
) -> None:
    """Against a count, minute by minute."""
    text = " ".join(DAYS[day] for day in sorted(days))
    text += f" {begin // 60}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    length = (end - begin) % 1440 or 1440
    expected = {(day * 1440 + begin + minute) % 10080 for day in days for minute in range(length)}
    intervals = hours_in(text)
    assert {minute for first, last in intervals for minute in range(first, last)} == expected
    assert all(0 <= first < last <= 10080 for first, last in intervals)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mon 09:00-17:00", ((540, 1020),)),
        ("monday 9:00 - 17:00", ((540, 1020),)),
        ("Mon, Wed 09:00-10:00", ((540, 600), (3420, 3480))),
        ("Mon 09:00-12:00, 13:00-17:00", ((540, 720), (780, 1020))),
        ("Sat-Mon 00:00-24:00", ((0, 1440), (7200, 8640), (8640, 10080))),
        ("Sun 22:00-06:00", ((0, 360), (9960, 10080))),
        ("Sun 22:00-00:00", ((9960, 10080),)),
        ("Fri 18:00 - Mon 06:00", ((0, 360), (6840, 10080))),
        ("Mon 00:00 - Sun 24:00", ((0, 10080),)),
        ("Tue 10:00 - Tue 09:00", ((0, 1980), (2040, 10080))),
        ("always", ((0, 10080),)),
        ("office hours", tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))),
        (["Mon 09:00-10:00", "Mon 11:00-12:00"], ((540, 600), (660, 720))),
        ([[0, 60]], ((0, 60),)),
    ],
)
def test_people_write_hours_in_many_ways(text: Any, hours: tuple[tuple[int, int], ...]) -> None:
    assert hours_in(text) == hours


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Mon-Fri", '"Mon-Fri" is not hours'),
        ("Lun 09:00-17:00", "is not hours"),
        ("Mon 09:00", "is not hours"),
        ("Mon 25:00-26:00", "25:00 is not a time of day"),
        ("Mon 09:60-10:00", "09:60 is not a time of day"),
        (None, "nothing is not a list of hours"),
        ([None], "nothing is not a text"),
        ({"Mon": 1}, "a mapping is not a list of hours"),
        ([[1, 2.5]], "a list is not a text"),
    ],
)
def test_what_is_no_hours_is_refused_with_a_reason(data: Any, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        hours_in(data)
    assert says in str(caught.value)


def test_common_hours_read_well() -> None:
    week = [(day * 1440, day * 1440) for day in range(5)]
    split = sorted((a + begin, b + end) for a, b in week for begin, end in ((540, 720), (780, 1020)))
    assert hours_data(Calendar(hours=tuple(split))) == ["Mon-Fri 09:00-12:00", "Mon-Fri 13:00-17:00"]
    assert hours_data(ALWAYS) == "always"
    nights = Calendar(hours=((0, 360), *((day * 1440 - 120, day * 1440 + 360) for day in range(1, 7)), (9960, 10080)))
    assert hours_data(nights) == "Mon-Sun 22:00-06:00"
