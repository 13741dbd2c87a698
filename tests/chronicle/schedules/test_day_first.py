"""Dates of issues that could begin with the day as with the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import irrupt

QUARTERS = [f"Q{at % 4 + 1} {2024 + at // 4}" for at in range(12)]


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
@pytest.mark.parametrize("day", [5, 1])
def test_plans_of_quarters_tell_it(form: str, day: int, tmp_path: Path) -> None:
    issues = [date(2024 + at // 4, 1 + 3 * (at % 4), day) for at in range(8)]
    rows = [["Part", "Forecast date", *QUARTERS]]
    for at, issued in enumerate(issues):
        cells = ["" if not at <= one < at + 5 else "7" for one in range(12)]
        rows.append(["X1", issued.strftime(form), *cells])
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    plans = irrupt.read(tmp_path / "plan.csv")
    assert sorted({moment.date() for moment in plans.schedules["issued"]}) == issues
    assert any(("day first" if form.startswith("%d") else "month first") in note for note in plans.notes)


@pytest.mark.parametrize("form", ["%d-%m-%Y", "%m-%d-%Y"])
def test_so_do_months_of_a_year_on_sheets(form: str, workbook: Callable[..., Path]) -> None:
    sheets: dict[str, list[list[Any]]] = {}
    for month in range(1, 11):
        cells = [at if at >= month else None for at in range(1, 13)]
        above = ["Klant: DAF", "", f"Uitgiftedatum: {date(2025, month, 2).strftime(form)}"]
        sheets[f"{date(2025, month, 2):%b %Y}"] = [
            ["Leverplan 2025"],
            above,
            [],
            ["Artikelnr", *range(1, 13)],
            ["5511", *cells],
        ]
    found = irrupt.read(workbook(sheets)).schedules
    assert {moment.date() for moment in found["issued"]} == {date(2025, month, 2) for month in range(1, 11)}
    assert {(moment.month, moment.year) for moment in found["period"]} == {(month, 2025) for month in range(1, 13)}


def test_weekly_plans_that_say_nothing_of_it_are_left(tmp_path: Path) -> None:
    issues = [date(2025, month, day) for month, day in ((3, 1), (3, 4), (3, 7), (3, 10))]
    rows = [["Part", "Issued", "W+0", "W+1", "W+2"], *(["x", f"{one:%d/%m/%Y}", "1", "2", "3"] for one in issues)]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert not any("so plans begin" in note for note in irrupt.read(tmp_path / "plan.csv").notes)


def test_long_tables_whose_periods_are_plain_tell_it(tmp_path: Path) -> None:
    rows = [["Part", "Issued", "Delivery week", "Qty"]]
    for at in range(6):
        issued = date(2025, 2 + at, 3)
        rows += [["x", f"{issued:%m/%d/%Y}", f"{issued + timedelta(weeks=ahead):%G-W%V}", "5"] for ahead in range(3)]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    found = irrupt.read(tmp_path / "plan.csv").schedules
    assert {moment.date() for moment in found["issued"]} == {date(2025, 2 + at, 3) for at in range(6)}
