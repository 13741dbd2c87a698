"""Rows of sums without a name, columns that name no period, quarters."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt

WEEKS = ["2026-W08", "2026-W09", "2026-W10"]


def matrix(path: Path, rows: list[tuple[object, ...]], heads: list[str]) -> irrupt.Chronicle:
    table = pl.DataFrame(rows, schema=["Teil", "Kunde", "Stand", *heads], orient="row")
    table.write_csv(path / "plan.csv", separator=";")
    return irrupt.read(path / "plan.csv")


@pytest.mark.parametrize("parts", [2, 9])
def test_a_last_row_without_names_holds_the_sums_of_all_others(parts: int, tmp_path: Path) -> None:
    rows = [(f"A{n}", "X", "16.02.2026", 10 * n + 1, 7 * n, 3) for n in range(parts)]
    sums = (None, None, None, *(sum(row[at] for row in rows) for at in (3, 4, 5)))
    read = matrix(tmp_path, [*rows, sums], WEEKS)
    assert read.schedules["quantity"].sum() == sum(sums[3:])
    assert [(one.code, one.count) for one in read.problems] == [("sum", 1)]
    assert read.set_aside is not None


def test_other_rows_without_names_belong_to_the_one_above(tmp_path: Path) -> None:
    rows = [("A1", "X", "16.02.2026", 1, 2, 3), (None, None, "23.02.2026", None, 5, 6)]
    read = matrix(tmp_path, [*rows, ("A2", "X", "16.02.2026", 1, 2, 3)], WEEKS)
    assert read.schedules["quantity"].sum() == 23
    assert not read.problems


def test_numbers_that_name_no_period_are_told_of(tmp_path: Path) -> None:
    read = matrix(tmp_path, [("A1", "X", "16.02.2026", 1, 2, 3, 400, 6)], [*WEEKS, "später", "Summe"])
    assert [note for note in read.notes if "not read" in note] == [
        "numbers below später are not read, though quantities may stand there"
    ]


@pytest.mark.parametrize("form", ["Q{q} {year}", "{year}-Q{q}", "Q{q}/26", "Quartal {q} {year}", "Trim. {q} {year}"])
def test_quarters(form: str, tmp_path: Path) -> None:
    heads = [form.format(q=quarter, year=2026) for quarter in (1, 2, 3, 4)]
    read = matrix(tmp_path, [("A1", "X", "05.01.2026", 1, 2, 3, 4)], heads).schedules
    assert read["period"].dt.strftime("%m-%d").to_list() == ["01-01", "04-01", "07-01", "10-01"]
    assert read["until"].dt.strftime("%m-%d").to_list() == ["04-01", "07-01", "10-01", "01-01"]
