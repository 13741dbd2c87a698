"""Weeks, months and days that stand without their year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError

PLANS = [date(2024, 11, 25) + timedelta(weeks=k) for k in range(6)]
ROWS = [(issued, issued + timedelta(weeks=h), 100 + h) for issued in PLANS for h in range(8)]


def read(columns: dict[str, Callable[[date, date], Any]]) -> list[tuple[date, date, float]]:
    own = {name: [told(issued, period) for issued, period, _q in ROWS] for name, told in columns.items()}
    schedules = irrupt.read(pl.DataFrame({"Teil": ["A"] * len(ROWS), **own, "Menge": [q for *_k, q in ROWS]})).schedules
    dated = schedules.select(pl.col("issued").dt.date(), pl.col("period").dt.date(), "quantity")
    return sorted(dated.rows())


@pytest.mark.one_in(2)
@pytest.mark.parametrize("week", ["KW {}", "{}", "S{:02}"])
@pytest.mark.parametrize("issued", ["%d.%m.%Y", "%Y-%m-%d"])
def test_a_week_without_a_year_is_the_one_closest_to_its_issue(week: str, issued: str) -> None:
    told = {
        "Erstellt am": lambda i, _p: i.strftime(issued),
        "Kalenderwoche": lambda _i, p: week.format(p.isocalendar().week),
    }
    assert read(told) == ROWS


def test_the_year_of_a_week_may_stand_in_a_column_of_its_own() -> None:
    told = {
        "Planstand": lambda i, _p: f"{i.isocalendar().week:02}/{i.isocalendar().year}",
        "Jahr": lambda _i, p: p.isocalendar().year,
        "KW": lambda _i, p: p.isocalendar().week,
    }
    assert read(told) == ROWS


@pytest.mark.parametrize("month", [lambda d: d.month, lambda d: ("Nov", "Dez")[d.month - 11]])
def test_the_year_of_a_month_may_stand_in_a_column_of_its_own(month: Callable[[date], Any]) -> None:
    rows = [(date(2024, m, 1), 100 + m) for m in (11, 12)]
    table = pl.DataFrame(
        {
            "Teil": "A", "Stand": "2024-10-14",
            "Jahr": [d.year for d, _q in rows], "Monat": [month(d) for d, _q in rows],
            "Menge": [q for _d, q in rows],
        }
    )  # fmt: skip
    found = irrupt.read(table).schedules.select(pl.col("period").dt.date(), "quantity").rows()
    assert found == rows


def test_a_date_beside_a_week_goes_before_it() -> None:
    told = {
        "Abrufdatum": lambda i, _p: i.isoformat(),
        "Liefertermin": lambda _i, p: p.isoformat(),
        "Jahr": lambda _i, _p: 1999,
        "KW": lambda _i, p: p.isocalendar().week,
    }
    assert read(told) == ROWS


@pytest.mark.parametrize("form", ["%b-%y", "%b'%y", "%b %y", "%m.%Y", "01.%m.%Y"])
def test_months_as_spreadsheets_write_them(form: str) -> None:
    months = [date(2023, 1 + m, 1) for m in range(12)]
    rows = [(i, p, 10.0) for i in months for p in months if p >= i]
    columns = {
        "Material": ["A"] * len(rows), "Planmonat": [i.strftime(form) for i, *_o in rows],
        "Bedarfsmonat": [p.strftime(form) for _i, p, _q in rows], "Menge": [q for *_o, q in rows],
    }  # fmt: skip
    table = irrupt.read(pl.DataFrame(columns)).schedules
    assert sorted(table.select(pl.col("issued", "period").dt.date(), "quantity").rows()) == rows


def across(head: Callable[[date], str], below: Callable[[date], str] | None = None) -> list[list[Any]]:
    weeks = sorted({period for _i, period, _q in ROWS})
    quantity = {(issued, period): q for issued, period, q in ROWS}
    second = [["", "", *map(below, weeks)]] if below else []
    body = [["A", issued.isoformat(), *(quantity.get((issued, one)) for one in weeks)] for issued in PLANS]
    return [["Teil", "Stand", *map(head, weeks)], *second, *body]


@pytest.mark.parametrize("rows", [
    across("{0:%d.%m.}".format),
    across(lambda day: f"KW {day.isocalendar().week}", str),
])  # fmt: skip
def test_columns_are_days_without_a_year_or_weeks_above_days(rows: Any, workbook: Callable[..., Path]) -> None:
    table = irrupt.read(workbook(rows)).schedules
    assert sorted(table.select(pl.col("issued", "period").dt.date(), "quantity").rows()) == ROWS


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", ["%V/%G", "%G%V", "%G-%V", "%V.%G"])
@pytest.mark.parametrize("name", ["KW", "Lieferwoche", "Delivery week", "Semaine"])
def test_figures_beside_a_year_are_weeks_where_their_column_is_called_so(form: str, name: str, tmp_path: Path) -> None:
    """Those of the first weeks of a year could all be months, and were read so."""
    weeks = pl.Series([date(2026, 2, 2), date(2026, 2, 16), date(2026, 3, 2)])
    table = pl.DataFrame(
        {"Teil": ["x"] * 3, "Stand": ["26.01.2026"] * 3, name: weeks.dt.strftime(form), "Menge": [1, 2, 3]}
    )
    table.write_csv(tmp_path / "plan.csv", separator=";")
    found = irrupt.read(tmp_path / "plan.csv").schedules
    assert found["period"].dt.date().to_list() == weeks.to_list()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", ["{0.day:02}/{0.month:02}", "{0.month}/{0.day}", "Mo {0.day}/{0.month}"])
@pytest.mark.parametrize("version", ["Stand", "Version"])
def test_days_with_a_stroke_are_taken_for_such_where_they_follow_each_other(form: str, version: str) -> None:
    weeks = [date(2025, 12, 15) + timedelta(weeks=k) for k in range(8)]
    rows = {form.format(week): [None if week < issued else 100 for issued in weeks[:6]] for week in weeks}
    frame = pl.DataFrame({version: [f"{issued:%Y-%m-%d}" for issued in weeks[:6]], "Teil": ["A"] * 6, **rows})
    table = irrupt.read(frame).schedules
    assert set(table["period"].dt.date()) == set(weeks)
    assert set(table["issued"].dt.date()) == set(weeks[:6])


def test_figures_with_a_stroke_that_do_not_follow_each_other_are_no_days() -> None:
    frame = pl.DataFrame({"Stand": ["2026-01-05"] * 3, "Teil": ["A", "B", "C"], "1/2": 1, "1/9": 2, "2/20": 3})
    with pytest.raises(irrupt.errors.DataError):
        irrupt.read(frame)


WEEK_OF = ["Wk of {:%m/%d}", "W/o {:%m/%d}", "w/c {:%d %b}", "Week commencing {:%d/%m}", "Semaine du {:%d/%m}",
           "Woche ab {:%d.%m.}", "Week beginning {:%d-%b}", "{:%m/%d} Wk"]  # fmt: skip


@pytest.mark.parametrize("form", WEEK_OF)
@pytest.mark.parametrize("plans", [1, 3])
def test_days_without_a_year_may_stand_behind_words_for_a_week(form: str, plans: int, tmp_path: Path) -> None:
    mondays = [date(2025, 12, 1) + timedelta(weeks=at) for at in range(9)]
    for at in range(plans):
        heads = ";".join(form.format(day) for day in mondays[at : at + 6])
        (tmp_path / f"{mondays[at]}.csv").write_text(f"Kunde;Teil;{heads}\nV;A;7;2;9;4;1;6\n", encoding="utf-8")
    read = irrupt.read(tmp_path if plans > 1 else tmp_path / "2025-12-01.csv").schedules
    assert read["issued"].n_unique() == plans
    assert read["period"].dt.date().to_list() == [day for at in range(plans) for day in mondays[at : at + 6]]
    assert (read["until"] - read["period"]).dt.total_days().unique().to_list() == [7]


def test_days_without_a_year_are_asked_for_an_issue(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("Part;Wk of 09/29;Wk of 10/06;Wk of 10/13\nA;7;2;9\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"Wk of 09/29 to Wk of 10/13 .*Issued: 2026-02-16"):
        irrupt.read(tmp_path / "plan.csv")
