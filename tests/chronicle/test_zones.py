"""The zone behind the offsets of times."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.reading import read
from irrupt.chronicle.times import read_times
from irrupt.chronicle.zones import checked_zone, zone_of, zone_of_hours
from irrupt.errors import UsageError


def a_year_in(zone: str) -> pl.Series:
    """A moment every five days of a year, as local times with offsets."""
    start = dt.datetime(2021, 1, 3, 12, tzinfo=dt.UTC)
    days = (start + dt.timedelta(days=5 * i) for i in range(73))
    return pl.Series([day.astimezone(ZoneInfo(zone)).isoformat() for day in days])


def guessed(column: pl.Series) -> str:
    times = read_times(column)
    return zone_of(times.moments, times.offsets).name


@pytest.mark.parametrize(
    "zone",
    ["Europe/Paris", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Los_Angeles", "Australia/Sydney"],
)
def test_a_switching_zone_is_found_from_a_year_of_offsets(zone: str) -> None:
    assert guessed(a_year_in(zone)) == zone


def test_amsterdam_lives_by_the_clock_of_paris() -> None:
    assert guessed(a_year_in("Europe/Amsterdam")) == "Europe/Paris"


@pytest.mark.parametrize(("zone", "expected"), [("Asia/Shanghai", "Etc/GMT-8"), ("America/Bogota", "Etc/GMT+5")])
def test_a_constant_offset_is_a_fixed_zone(zone: str, expected: str) -> None:
    assert guessed(a_year_in(zone)) == expected


@pytest.mark.parametrize(("zone", "last"), [("Europe/Paris", "2024-04-01"), ("America/New_York", "2024-03-11")])
def test_records_that_end_a_day_after_clocks_were_changed_live_by_their_zone(zone: str, last: str) -> None:
    """One offset explains 99 % of them; the rest would be an hour off, and so would be the hours that people keep."""
    day = dt.datetime.fromisoformat(last).replace(hour=9, tzinfo=ZoneInfo(zone))
    moments = [day - dt.timedelta(days=days) for days in range(120)]
    assert guessed(pl.Series([moment.isoformat() for moment in moments])) == zone


def test_a_stray_offset_leaves_a_fixed_zone_as_it_is() -> None:
    column = pl.Series([*a_year_in("Asia/Shanghai"), *a_year_in("Asia/Shanghai"), "2021-07-01T09:00:00+09:00"])
    assert guessed(column) == "Etc/GMT-8"


def test_half_hours_have_a_zone_too() -> None:
    assert guessed(a_year_in("Asia/Kolkata")) == "Asia/Kolkata"


def test_the_fixed_zone_shows_local_hours() -> None:
    column = a_year_in("Asia/Shanghai")
    moments = read_times(column).moments.dt.convert_time_zone(guessed(column))
    assert moments.dt.hour().to_list() == [int(text[11:13]) for text in column]


def test_utc_and_no_offsets_are_utc() -> None:
    assert guessed(pl.Series(["2020-01-01T00:00:00Z"])) == "UTC"
    assert guessed(pl.Series(["2020-01-01T00:00:00"])) == "UTC"


@pytest.mark.parametrize("zone", ["Europe/Paris", "Europe/Helsinki", "America/New_York"])
@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"])
def test_days_told_as_midnights_in_utc_are_days_of_their_zone(zone: str, form: str) -> None:
    days = [dt.datetime(2021, 1, 3, tzinfo=ZoneInfo(zone)) + dt.timedelta(days=5 * at) for at in range(73)]
    column = pl.Series([day.astimezone(dt.UTC).strftime(form) for day in days])
    assert guessed(column) == zone
    local = read_times(column).moments.dt.convert_time_zone(zone)
    assert local.dt.date().to_list() == [day.date() for day in days]


@pytest.mark.parametrize("hours", [(0, 0), (22, 22), (22, 9), (12, 13)])
def test_days_and_programs_at_fixed_hours_do_not_tell_a_zone(hours: tuple[int, int]) -> None:
    """A run at 22:00 in UTC all year is no midnight of Paris; nor are two runs by turns."""
    start = dt.datetime(2021, 1, 3, tzinfo=dt.UTC)
    times = [start + dt.timedelta(days=5 * at, hours=hours[at % 2]) for at in range(73)]
    assert guessed(pl.Series([moment.isoformat().replace("+00:00", "Z") for moment in times])) == "UTC"


def office_hours(zone: str, days: int = 300, seed: int = 1) -> pl.Series:
    """Moments in UTC of work from nine to five in *zone*."""
    random = np.random.default_rng(seed)
    first = dt.datetime(2021, 1, 4, tzinfo=ZoneInfo(zone))
    times = [
        first + dt.timedelta(days=day, hours=float(hour))
        for day in range(days)
        if day % 7 < 5
        for hour in random.uniform(9.0, 17.0, 5)
    ]
    return pl.Series([moment.astimezone(dt.UTC) for moment in times]).cast(pl.Datetime("us", "UTC"))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Rome", "Europe/London"),
        ("Europe/London", "Europe/London"),
        ("America/Chicago", "America/New_York"),
        ("Australia/Melbourne", "Australia/Sydney"),
        ("Asia/Kolkata", None),
        ("UTC", None),
    ],
)
def test_hours_that_move_with_summer_time_tell_whose_rule_clocks_follow(zone: str, expected: str | None) -> None:
    assert zone_of_hours(office_hours(zone)) == expected


def test_half_a_year_or_work_at_all_hours_tells_of_no_summer_time() -> None:
    assert zone_of_hours(office_hours("Europe/Rome", days=70)) is None
    days = office_hours("UTC").dt.truncate("1d")
    hours = pl.Series(np.random.default_rng(2).integers(0, 86_400, len(days))) * 1_000_000
    assert zone_of_hours(days + hours.cast(pl.Duration("us"))) is None


def test_a_season_in_which_work_begins_earlier_by_another_time_is_no_summer_time() -> None:
    """Half an hour of hours that are spread over two in one season is what an early summer looks like, not a clock."""
    moments = office_hours("UTC")
    summer = moments.dt.month().is_between(4, 10)
    early = pl.select(pl.when(summer).then(moments - dt.timedelta(hours=3)).otherwise(moments)).to_series()
    assert zone_of_hours(early) is None


def test_a_log_told_in_utc_is_read_on_the_clock_that_its_hours_follow() -> None:
    frame = pl.DataFrame({"case": "a", "activity": "work", "end": office_hours("Europe/Rome")})
    chronicle = read(frame.with_columns(pl.int_range(pl.len()).cast(pl.String).alias("case")))
    assert chronicle.timezone == "Europe/London"
    assert any("summer time" in note for note in chronicle.notes)


def test_offsets_of_no_one_zone_stay_utc() -> None:
    column = pl.Series(
        [f"2020-01-0{i + 1}T00:00:00{offset}" for i, offset in enumerate(["+01:00", "+09:00", "-05:00"])]
    )
    times = read_times(column)
    zone = zone_of(times.moments, times.offsets)
    assert (zone.name, zone.basis) == ("UTC", "unclear")


def test_an_unknown_zone_is_a_usage_error_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match='did you mean "Europe/Paris"'):
        checked_zone("Europe/Pariss")
    for odd in ("", "../etc/passwd", "a\0b"):
        with pytest.raises(UsageError):
            checked_zone(odd)
