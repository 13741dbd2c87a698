"""The clock on the wall: order is kept both ways, and all but a few hours a year comes back as it was."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.errors import UsageError
from irrupt.wall import MOMENT, Ints, Timeline, aware, known, local_time, local_times, moments_of, passed, shown

SWITCHING = (
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",  # none since 2019
    "America/Santiago",  # in the south, at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Australia/Sydney",
    "Pacific/Apia",  # left out 30 December 2011
    "Africa/Casablanca",  # around Ramadan
    "Asia/Pyongyang",  # another offset in 2015 and 2018
    "Asia/Tehran",
    "Antarctica/Troll",  # by two hours
    "Europe/Dublin",  # whose summer is its standard time
)
PLAIN = ("UTC", "Etc/GMT-3", "Asia/Kolkata", "America/Bogota")
HOUR = 3_600_000_000
YEARS = (dt.datetime(1972, 1, 1), dt.datetime(2099, 1, 1))
micros = st.integers(*((one - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1) for one in YEARS))


def plain(moments: Ints, zone: str) -> Ints:
    """What clocks show, asked of polars moment by moment."""
    local = pl.Series(moments).cast(MOMENT).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return local.cast(pl.Int64).to_numpy()


@cache
def changed(zone: str) -> list[int]:
    """Midnights (UTC) within a day after which clocks of *zone* are put on or back."""
    days = np.arange(730, 47_000, dtype=np.int64) * 24 * HOUR
    return days[:-1][np.diff(plain(days, zone) - days) != 0].tolist()


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[str, Ints]:
    """A zone, and moments of which many lie within hours of a change of its clocks."""
    zone = draw(st.sampled_from(SWITCHING))
    at = draw(st.lists(st.sampled_from(changed(zone)), min_size=1, max_size=4))
    apart = draw(st.lists(st.integers(-3 * HOUR, 27 * HOUR), min_size=1, max_size=40))
    some = draw(st.lists(micros, max_size=20))
    return zone, np.array([*(one + more for one in at for more in apart), *some], np.int64)


@given(near_changes())
def test_the_latest_counts_that_clocks_have_shown(found: tuple[str, Ints]) -> None:
    """That is what they show, but for hours that come again; and so order is kept."""
    zone, moments = found
    counted = shown(np.sort(moments), zone)
    assert np.all(np.diff(counted) >= 0)
    minutes = np.arange(0, 26 * HOUR, HOUR // 60)
    until = plain((np.sort(moments)[:, None] - minutes).ravel(), zone).reshape(len(moments), -1).max(axis=1)
    assert np.all((until <= counted) & (counted <= until + HOUR // 60))


@given(near_changes())
def test_what_clocks_show_comes_back(found: tuple[str, Ints]) -> None:
    """A moment outside of hours that come again is the same after both conversions; others are at their end."""
    zone, moments = found
    counted = shown(moments, zone)
    back = passed(counted, zone)
    once = counted == plain(moments, zone)
    assert np.array_equal(back[once], moments[once])
    assert np.all(back[~once] > moments[~once])
    assert np.array_equal(shown(back, zone), counted)


@given(near_changes())
def test_times_that_clocks_leap_over_are_at_the_leap(found: tuple[str, Ints]) -> None:
    zone, local = found
    local = np.sort(local)
    moments = passed(local, zone)
    assert np.all(np.diff(moments) >= 0)
    seen = shown(moments, zone)
    assert np.all(seen >= local)
    leapt = seen > local
    assert np.all(plain(moments[leapt] - 1, zone) < local[leapt])
    assert np.all(plain(moments[~leapt], zone) == local[~leapt])


@given(near_changes())
def test_one_by_one_and_together_are_the_same(found: tuple[str, Ints]) -> None:
    zone, numbers = found
    moments = pl.Series([*numbers.tolist(), None], dtype=pl.Int64).cast(MOMENT)
    local = local_times(moments, zone)
    assert local.to_list() == [None if one is None else local_time(one, zone) for one in moments.to_list()]
    assert moments_of(local, zone).to_list() == [None if one is None else aware(one, zone) for one in local.to_list()]


@given(st.sampled_from(PLAIN), st.lists(micros, min_size=1))
def test_without_summer_time_nothing_but_the_offset_differs(zone: str, some: list[int]) -> None:
    moments = np.array(some, np.int64)
    assert np.array_equal(shown(moments, zone), plain(moments, zone))
    assert np.array_equal(passed(shown(moments, zone), zone), moments)


@given(st.sampled_from((*SWITCHING, *PLAIN)), st.datetimes(*YEARS))
def test_python_says_the_same(zone: str, local: dt.datetime) -> None:
    """As far as a local time is one moment; of two, the first is meant."""
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local:
        assert aware(local, zone) == moment
        assert local_time(moment, zone) == local


@given(near_changes(), st.dates(YEARS[0].date(), YEARS[1].date()))
def test_seconds_and_moments_are_converted_one_way(found: tuple[str, Ints], day: dt.date) -> None:
    """Weeks are of 168 hours, from midnight to midnight, whatever clocks do in between."""
    zone, numbers = found
    monday = dt.datetime.combine(day - dt.timedelta(days=day.weekday()), dt.time())
    line = Timeline(aware(monday, zone), zone)
    assert line.begin == monday
    moments = pl.Series(numbers).cast(MOMENT)
    seconds = line.seconds(moments)
    assert seconds == pytest.approx([line.second(moment) for moment in moments.to_list()], abs=1e-6, rel=0)
    for weeks in (1, 26, 53):
        later = monday + dt.timedelta(weeks=weeks)
        assert line.moment(weeks * 7 * 86400.0) == aware(later, zone)
    back = line.moments(seconds).cast(pl.Int64).to_numpy()
    once = shown(numbers, zone) == plain(numbers, zone)
    assert np.all(np.abs(back[once] - numbers[once]) <= 1)


def test_a_monday_may_begin_later_than_at_midnight() -> None:
    """Clocks of Bahia were put on at midnight of Monday, 6 October 1997; weeks count from that midnight, though."""
    monday, zone = dt.datetime(1997, 10, 6), "America/Bahia"
    line = Timeline(aware(monday, zone), zone)
    assert local_time(line.origin, zone) == dt.datetime(1997, 10, 6, 1)
    assert line.begin == monday
    assert line.second(line.origin) == 3600.0


@pytest.mark.parametrize(("name", "is_one"), [("Europe/Paris", True), ("Mars", False), ("../etc", False), ("", False)])
def test_zones_are_known_by_name(name: str, is_one: bool) -> None:
    assert known(name) is is_one


@pytest.mark.parametrize("weeks", ["1", 1e30, float("nan"), -1e6])
def test_weeks_that_no_calendar_has_are_refused(weeks: Any) -> None:
    line = Timeline(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "UTC")
    with pytest.raises(UsageError, match=r"^weeks  "):
        line.after(weeks)
