"""Near weeks before far months above columns, written alike."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError

WEEKS = [date(2025, 10, 6) + timedelta(weeks=at) for at in range(8)]
MONTHS = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def plan(path: Path, heads: list[str], far: float = 1.0) -> Path:
    cells = [10 if head in heads[:12] else 10 * far for head in heads]
    lines = [["Teil", "Kunde", *heads], ["A1", "X", *map(str, cells)], ["A2", "X", *map(str, cells)]]
    (path / "plan 2025-10-06.csv").write_text("\n".join(map(";".join, lines)), encoding="utf-8")
    return path / "plan 2025-10-06.csv"


def periods(read: irrupt.Chronicle) -> list[date]:
    return read.schedules["period"].dt.date().unique().sort().to_list()


@pytest.mark.parametrize(
    ("week", "month"),
    [
        ("%V/%y", "%m/%y"), ("%V/%G", "%m/%Y"), ("%V.%G", "%m.%Y"), ("%G%V", "%Y%m"), ("%G-%V", "%Y-%m"),
        ("S%V/%y", "%m/%y"), ("%V/%y", "%b/%y"), ("%y/%V", "%y/%m"), ("W%V/%y", "M%m/%y"),
    ],
)  # fmt: skip
def test_weeks_before_months(week: str, month: str, tmp_path: Path) -> None:
    """Months became weeks of the year, or all was refused."""
    weeks = [day.strftime(week.replace("%y", "25")) for day in WEEKS]
    read = irrupt.read(plan(tmp_path, [*weeks, *(day.strftime(month) for day in MONTHS)]))
    assert periods(read) == WEEKS + MONTHS
    long = read.schedules.unique("period").sort("period").select((pl.col("until") - pl.col("period")).dt.total_days())
    assert long.to_series().to_list() == [7] * 8 + [31, 31, 28]


def test_weeks_that_no_number_tells_from_months(tmp_path: Path) -> None:
    read = irrupt.read(plan(tmp_path, ["05/26", "06/26", "07/26", "08/26", "03/26", "04/26", "05/26"]))
    weeks = [date(2026, 1, 26) + timedelta(weeks=at) for at in range(4)]
    assert periods(read) == [*weeks, date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    assert any("columns are weeks up to 08/26, and months from 03/26 on" in note for note in read.notes)


@pytest.mark.parametrize("heads", [["41/25", "42/25", "43/25"], ["10/25", "11/25", "12/25", "01/26"]])
def test_weeks_or_months_alone_in_two_figures(heads: list[str], tmp_path: Path) -> None:
    weekly = heads[0] == "41/25"
    months = [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    assert periods(irrupt.read(plan(tmp_path, heads))) == (WEEKS[:3] if weekly else months)


def test_what_may_be_weeks_or_months_is_asked_about(tmp_path: Path) -> None:
    path = plan(tmp_path, ["02/26", "03/26", "04/26"])
    with pytest.raises(DataError, match="02/26 to 04/26 may be weeks as well as months; say --map"):
        irrupt.read(path)
    found = [periods(irrupt.read(path, mapping={"across": unit}))[-1] for unit in ("weeks", "months")]
    assert found == [date(2026, 1, 19), date(2026, 4, 1)]


@pytest.mark.parametrize("form", ["{:02}/{}", "{:02}/20{}"])
@pytest.mark.parametrize("far", [1.0, 4.0])
def test_weeks_of_a_new_year_that_hold_as_much_as_months_are_told(form: str, far: float, tmp_path: Path) -> None:
    heads = [*(form.format(week, 25) for week in range(41, 53)), *(form.format(at, 26) for at in (1, 2, 3))]
    path = plan(tmp_path, heads, far)
    read = irrupt.read(path)
    assert periods(read)[-1] == date(2026, 1, 12)
    assert any("are read as weeks, though they hold as much as months" in note for note in read.notes) == (far > 1)
    assert periods(irrupt.read(path, mapping={"across": "months"}))[-1] == date(2026, 3, 1)
