"""Schedules of dates without hours are the same on every clock, in summer and in winter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import Chronicle, read, write
from irrupt.ledgers.plans import plans
from irrupt.wall import local_times

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe")
WEEKS = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(50)]


def on_clock(log: Chronicle) -> list[tuple[object, ...]]:
    """What clocks show when each plan is issued, and when its periods begin and end."""
    table = log.schedules
    times = [local_times(table[name], log.timezone).to_list() for name in ("issued", "period", "until")]
    return list(zip(*times, table["quantity"].to_list(), strict=True))


def by_dates() -> pl.DataFrame:
    """A plan each week, for the four weeks that begin then."""
    rows = [
        ("A", "bolt", f"{week:%Y-%m-%d}", f"{week + timedelta(weeks=ahead):%Y-%m-%d}", 10.0 + ahead)
        for week in WEEKS
        for ahead in range(4)
    ]
    return pl.DataFrame(rows, schema=["customer", "part", "issue date", "period", "quantity"], orient="row")


def by_leads() -> pl.DataFrame:
    """The same, with a column for each week ahead."""
    plans = {"customer": "A", "part": "bolt", "issue date": [f"{week:%Y-%m-%d}" for week in WEEKS]}
    return pl.DataFrame(plans).with_columns(pl.lit(10.0 + ahead).alias(f"W+{ahead}") for ahead in range(4))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("frame", [by_dates(), by_leads()], ids=["dates", "leads"])
@pytest.mark.parametrize("zone", ZONES)
def test_periods_begin_and_end_at_midnight_of_the_zone(frame: pl.DataFrame, zone: str) -> None:
    plain, moved = read(frame), read(frame, timezone=zone)
    assert (plain.timezone, moved.timezone) == ("UTC", zone)
    assert on_clock(moved) == on_clock(plain)
    before, after = (plans(log.schedules, log.timezone) for log in (plain, moved))
    assert (before.step, before.first) == (after.step, after.first)
    assert np.array_equal(after.announced, before.announced, equal_nan=True)
    assert np.array_equal(after.bought, before.bought, equal_nan=True)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("zone", ZONES)
def test_dates_of_messages_are_those_of_the_zone(folder: Path, zone: str) -> None:
    plain, moved = read(folder), read(folder, timezone=zone)
    assert on_clock(moved) == on_clock(plain)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York"])
def test_schedules_that_are_written_are_read_on_the_same_clock(zone: str, ending: str, tmp_path: Path) -> None:
    log = read(by_dates(), timezone=zone)
    again = read(write(replace(log, notes=()), tmp_path / f"plans{ending}"))
    assert again.timezone == zone
    assert on_clock(again) == on_clock(log)
