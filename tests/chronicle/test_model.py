"""A Chronicle as it is cut: all of its tables alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.model import ROSTER_COLUMNS, SCHEDULE_COLUMNS

DAYS = [datetime(2024, 1, day) for day in (1, 2, 3)]


def log() -> Chronicle:
    """A case, a delivery and a shift on each of three days, on the clock of Paris."""
    events = pl.DataFrame({"case": ["a", "b", "c"], "activity": "Do", "end": DAYS})
    made = read(events, timezone="Europe/Paris")
    moments = made.events["end"]
    schedules = pl.DataFrame({"period": moments}).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in SCHEDULE_COLUMNS.items() if name != "period"
    )
    rosters = pl.DataFrame({"start": moments}).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in ROSTER_COLUMNS.items() if name != "start"
    )
    return made.with_events(made.events, schedules=schedules, rosters=rosters)


def test_a_part_of_the_time_holds_the_cases_the_plans_and_the_shifts_of_it() -> None:
    part = log().between(DAYS[1], DAYS[2])
    assert part.events["case"].to_list() == ["b"]
    assert part.schedules.height == part.rosters.height == 1


def test_a_moment_without_a_zone_is_on_the_organisations_clock() -> None:
    whole = log()
    assert whole.between(DAYS[1], None).events["case"].to_list() == ["b", "c"]
    assert whole.between(DAYS[1] + timedelta(minutes=1), None).events["case"].to_list() == ["c"]
    day = date(DAYS[1].year, DAYS[1].month, DAYS[1].day)
    assert whole.between(day, None).events["case"].to_list() == ["b", "c"]
