"""Dates of which a spreadsheet exchanged day and month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import irrupt

STEPS = [
    (f"case {n // 2}", ("Pack", "Ship")[n % 2], datetime(2026, 1, 5, 9) + timedelta(hours=9 * n)) for n in range(240)
]


def opened(moment: datetime, form: str) -> Any:
    """What a spreadsheet makes of a date that is written so elsewhere."""
    return moment.replace(day=moment.month, month=moment.day) if moment.day <= 12 else moment.strftime(form)


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%y %H:%M"])
def test_they_are_read_as_they_were_written(form: str, workbook: Callable[..., Path]) -> None:
    """All days up to the twelfth were read as months: cases lasted for half a year, and went back in time."""
    rows = [[case, step, opened(moment, form)] for case, step, moment in STEPS]
    log = irrupt.read(workbook([["Case", "Activity", "Date"], *rows]))
    assert sorted(log.events["end"].dt.replace_time_zone(None)) == [moment for _case, _step, moment in STEPS]
    (told,) = log.problems
    early = [at for at, (_case, _step, moment) in enumerate(STEPS, 2) if moment.day <= 12]
    assert (told.code, told.count, told.places[0]) == ("exchanged dates", len(early), f"row {early[0]}")


@pytest.mark.parametrize(
    "cell",
    [
        lambda moment: moment if moment.day <= 12 else moment.strftime("%d/%m/%Y %H:%M"),
        lambda moment: moment if moment.day > 12 else moment.strftime("%d/%m/%Y %H:%M"),
        lambda moment: moment if moment.hour < 12 else moment.strftime("%d/%m/%Y %H:%M"),
        lambda moment: moment,
    ],
    ids=["early days", "late days", "mornings", "all"],
)
def test_dates_beside_texts_stay_where_that_is_no_sign_of_it(
    cell: Callable[[datetime], Any], workbook: Callable[..., Path]
) -> None:
    some = [row for row in STEPS if row[2].month == 1]
    log = irrupt.read(workbook([["Case", "Activity", "Date"], *([case, step, cell(at)] for case, step, at in some)]))
    assert sorted(log.events["end"].dt.replace_time_zone(None)) == [moment for _case, _step, moment in some]
    assert not log.problems
