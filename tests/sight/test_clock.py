"""Hours of the week are local ones, and days are not taken for hours."""

from __future__ import annotations

import pytest

from irrupt.sight import clock


def test_hours_follow_the_local_clock_through_summer_time(chronicle):
    winter, summer = 9.0, 9.0 + 26 * 168  # Mondays, 09:00 UTC
    log = chronicle(
        [{"case": str(end), "activity": "do", "end": end} for end in (winter, summer)], timezone="Europe/Paris"
    )
    table = clock.by_hour(log, log.events, weeks=1.0)
    assert table[0][10] == 1.0
    assert table[0][11] == 1.0
    assert sum(map(sum, table)) == 2.0


def test_where_people_are_named_their_steps_count_and_no_others(chronicle):
    log = chronicle(
        [
            {"case": "a", "activity": "ask", "end": 1.0, "resource": "Ann"},
            {"case": "a", "activity": "automatic", "end": 2.0, "resource": None},
            {"case": "a", "activity": "pay", "end": 3.0, "resource": "Ann"},
        ],
        client_acts=frozenset({"pay"}),
    )
    assert clock.steps_by_people(log).height == 1


def test_where_nobody_is_named_all_steps_count_but_the_clients(chronicle):
    log = chronicle(
        [{"case": "a", "activity": name, "end": 1.0} for name in ("ask", None, "pay")], client_acts=frozenset({"pay"})
    )
    assert clock.steps_by_people(log).height == 2


@pytest.mark.parametrize(
    ("ends", "days"),
    [
        ([24.0 * n for n in range(30)], True),
        ([24.0 * n + (n > 15) for n in range(30)], True),  # summer time
        ([24.0 * n + 5 * (n > 15) for n in range(30)], False),
        ([24.0 * n + n / 60 for n in range(30)], False),
        ([24.0 * n + 0.1 for n in range(30)], False),
        ([24.0 * n for n in range(5)], True),
        ([24.0 * n + 9 for n in range(5)], False),  # too few to tell
    ],
)
def test_records_that_give_days_only_are_told_from_those_that_give_hours(chronicle, ends, days):
    log = chronicle([{"case": str(end), "activity": "do", "end": end} for end in ends])
    assert clock.days_only(log) is days
