"""Whose cases come on some days of the month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.sight import see
from irrupt.sight.model import Finding

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def log(weeks: int, seed: int, **per_day: float) -> Chronicle:
    """So many cases a working day of each client, and of `Mill` five times as many on the last three of a month."""
    luck = np.random.default_rng(seed)
    rows = []
    for day in (MONDAY + timedelta(days=one) for one in range(7 * weeks) if one % 7 < 5):
        month = np.datetime64(day.date(), "M")
        left = np.busday_count(np.datetime64(day.date()), (month + np.timedelta64(1, "M")).astype("datetime64[D]"))
        for client, rate in per_day.items():
            for _case in range(luck.poisson(rate * (5.0 if client == "Mill" and left <= 3 else 1.0))):
                came = day + timedelta(hours=float(luck.uniform(8, 16)))
                for activity, later, who in (("come", 0.0, None), ("do", 0.5, "Ann")):
                    rows.append((f"c{len(rows) // 2}", activity, came + timedelta(hours=later), who, client))
    names = ["case", "activity", "end", "resource", "client"]
    return read(pl.DataFrame(rows, schema=names, orient="row"))


def found(chronicle: Chronicle) -> list[Finding]:
    return [one for one in see(chronicle).findings if one.kind == "days of the month"]


def test_whose_cases_come_at_the_ends_of_months_is_told_with_an_interval() -> None:
    (one,) = found(log(52, 1, Mill=4.0, Shop=5.0))
    assert one.numbers["client"] == "Mill"
    assert one.numbers["working days"]
    most, low, high = one.numbers["most"]
    mean = 1.0 + 4.0 * 3.0 / (365.25 / 12 / 7 * 5)
    assert low < 5.0 / mean < high
    assert low < most < high < 1.5 * low
    assert one.text.startswith("How many cases come from Mill depends on the day of the month: ")
    assert "from the end, 0." in one.text or "on the last working day, 0." in one.text


@pytest.mark.parametrize(("weeks", "mill"), [(52, 0.0), (12, 4.0)])
def test_nobody_is_told_where_records_show_none_or_are_short(weeks: int, mill: float) -> None:
    assert not found(log(weeks, 2, Mill=mill, Shop=6.0, Bank=3.0))
