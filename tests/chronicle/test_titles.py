"""Names of columns in two lines, and what stands above a table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt

PAIRS = [["", "", "KW 8/2026", "", "KW 9/2026", "", "KW 10/2026", ""], ["Teil", "Kunde", *["Plan", "Ist"] * 3]]
CELLS = [["A1", "X", 100, 97, 80, 70, 90, None], ["A2", "X", 10, 9, 8, 7, 9, None]]


def text(rows: list[list[object]]) -> str:
    return "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)


def test_periods_stand_above_what_is_told_of_each(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(text([*PAIRS, *CELLS]), encoding="utf-8")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert dict(read.group_by("kind").agg(pl.col("quantity").sum()).rows()) == {"forecast": 297.0, "delivered": 183.0}


def test_a_year_stands_above_its_weeks(tmp_path: Path) -> None:
    rows = [["", "", "2025", "", "2026", ""], ["Teil", "Stand", "KW 51", "KW 52", "KW 1", "KW 2"]]
    (tmp_path / "plan.csv").write_text(text([*rows, ["A1", "15.12.2025", 1, 2, 3, 4]]), encoding="utf-8")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read["period"].dt.strftime("%G-W%V").to_list() == ["2025-W51", "2025-W52", "2026-W01", "2026-W02"]


def test_a_line_above_names_that_do_not_repeat_stays_out_of_them(tmp_path: Path) -> None:
    rows = [["", "Angaben", "", "", ""], ["Teil", "Stand", "KW 8/2026", "KW 9/2026", "KW 10/2026"]]
    (tmp_path / "plan.csv").write_text(text([*rows, ["A1", "15.12.2025", 1, 2, 3]]), encoding="utf-8")
    assert irrupt.read(tmp_path / "plan.csv").schedules.height == 3


@pytest.mark.parametrize("groups", ["{:%m/%Y}", "{:%B %Y}", "{:%Y}"])
def test_days_stand_below_their_months_and_bear_no_year(groups: str, tmp_path: Path) -> None:
    """As spreadsheets are saved: a merged cell above the first week of each month, and few quantities in the rows of
    what is firm."""
    weeks = [date(2025, 12, 1) + timedelta(weeks=k) for k in range(12)]
    above = [groups.format(week) if not k or week.month != weeks[k - 1].month else "" for k, week in enumerate(weeks)]
    lines = [["", "", "", *above], ["Stand", "Teil", "Art", *(f"{week:%d.%m.}" for week in weeks)]]
    for k, issued in enumerate(weeks[:6]):
        for kind, firm in (("Abruf", True), ("Vorschau", False)):
            cells = ["100" if at >= k and (at < k + 3) == firm else "" for at in range(len(weeks))]
            lines.append([f"{issued:%d.%m.%Y}", "A1", kind, *cells])
    path = tmp_path / "plans.csv"
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    table = irrupt.read(path).schedules
    assert set(table["period"].dt.date()) == set(weeks)
    assert table.filter("firm").height == 18


@pytest.mark.parametrize("below", [[], ["Page 1/1"], ["* week 52: closed", '"Contact: A. Svensson, +46"', "Page 1/1"]])
@pytest.mark.parametrize("above", [["Customer: Volvo AB", "Issued: 2025-09-29"], ["Forecast of,29 September 2025"]])
def test_remarks_may_stand_below_a_small_table(above: list[str], below: list[str], tmp_path: Path) -> None:
    table = ["Plant,Part,2025-W40,2025-W41,2025-W42", "P10,A,100,110,120", "P10,B,90,80,70"]
    (tmp_path / "plan.csv").write_text("\n".join([*above, *table, *below]), encoding="utf-8")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read["quantity"].sum() == 570
    assert read["issued"].dt.strftime("%Y-%m-%d").unique().to_list() == ["2025-09-29"]
