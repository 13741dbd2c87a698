"""Months and weeks above columns that bear no year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.headings import bare_across
from irrupt.errors import DataError

GERMAN = ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
FRENCH = ("Janvier", "Février", "Mars", "Avril", "Mai", "Juin")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a matrix of two parts, with a number of its own for each cell."""

    def write(heads: tuple[str, ...], *above: str, name: str = "plan.csv", **more: str) -> Path:
        columns: dict[str, Any] = {"Teil": ["A1", "A2"], "Kunde": ["X", "X"], **{k: [v, v] for k, v in more.items()}}
        columns |= {head: [at + 1, 10 * (at + 1)] for at, head in enumerate(heads)}
        text = pl.DataFrame(columns).write_csv(separator=";")
        (tmp_path / name).write_text("\n".join([*above, text]), encoding="utf-8")
        return tmp_path / name

    return write


def periods(chronicle: irrupt.Chronicle) -> list[str]:
    one = chronicle.schedules.filter(pl.col("part") == "A1").sort("quantity")
    return one["period"].dt.strftime("%Y-%m").to_list()


WHOLE = [f"2026-{month:02}" for month in range(1, 13)]


def test_a_line_above_tells_the_year(written: Callable[..., Path]) -> None:
    for above in ("Forecast 2026", "Jahr: 2026;;;", "Planung;2026"):
        assert periods(irrupt.read(written(GERMAN, above))) == WHOLE


def test_the_name_of_the_file_tells_the_year(written: Callable[..., Path]) -> None:
    for name in ("forecast_2026.csv", "Plan 2026 v3.csv", "plan_20260216.csv"):
        assert periods(irrupt.read(written(FRENCH, name=name))) == WHOLE[:6]


def test_a_version_or_a_column_of_years_tells_the_year(written: Callable[..., Path]) -> None:
    for more in ({"Version": "V2 2026"}, {"Jahr": "2026"}, {"Année": "2026"}):
        read = irrupt.read(written(GERMAN, **more))
        assert periods(read) == WHOLE
        assert any("the year of Jan" in note for note in read.notes)


@pytest.mark.parametrize(("issued", "first"), [("16.03.2026", "2026-01"), ("05.12.2025", "2025-01")])
def test_when_it_was_issued_tells_the_year_of_a_whole_one(
    issued: str, first: str, written: Callable[..., Path]
) -> None:
    assert periods(irrupt.read(written(GERMAN, Stand=issued)))[0] == first


@pytest.mark.parametrize("issued", ["16.11.2025", "20.10.2025", "10.01.2026"])
def test_months_turn_with_the_year(issued: str, written: Callable[..., Path]) -> None:
    read = irrupt.read(written(("Nov", "Dez", "Jan", "Feb"), Stand=issued))
    assert periods(read) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_each_row_has_the_year_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Teil;Kunde;Jahr;Jan;Feb;Mrz\nA1;X;2025;1;2;3\nA1;X;2026;4;5;6\n", encoding="utf-8")
    assert periods(irrupt.read(tmp_path / "p.csv")) == [
        "2025-01", "2025-02", "2025-03", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip


def test_a_word_may_stand_before_the_months(written: Callable[..., Path]) -> None:
    heads = tuple(f"Plan {name}" for name in GERMAN)
    assert periods(irrupt.read(written(heads, name="plan_2026.csv"))) == WHOLE


def test_weeks_without_a_year_and_an_issue_have_that_of_the_file(written: Callable[..., Path]) -> None:
    read = irrupt.read(written(("KW 52", "KW 1", "KW 2"), name="plan_2025.csv"))
    assert read.schedules["period"].dt.strftime("%G-W%V").unique().sort().to_list() == [
        "2025-W52", "2026-W01", "2026-W02",
    ]  # fmt: skip


@pytest.mark.parametrize("heads", [GERMAN, FRENCH, ("KW 8", "KW 9", "KW 10")])
def test_without_any_year_it_is_said_what_to_add(heads: tuple[str, ...], written: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"without their year.*add the year"):
        irrupt.read(written(heads))


def test_a_year_on_the_sheet_or_above_it(workbook: Callable[..., Path]) -> None:
    body = [["Teil", "Kunde", *GERMAN], ["A1", "X", *range(1, 13)], ["A2", "X", *range(2, 14)]]
    assert periods(irrupt.read(workbook({"Plan 2026": body}))) == WHOLE
    assert periods(irrupt.read(workbook({"Plan": [["Vorschau 2026"], *body]}))) == WHOLE


@pytest.mark.parametrize("names", [["Mark", "Jan", "Decke"], ["Jan", "Mrz", "Mai"], ["W5", "Foo", "W6"]])
def test_other_words_are_no_months_that_follow_each_other(names: list[str]) -> None:
    assert bare_across(pl.DataFrame(schema=names)) is None


def test_a_matrix_without_an_issue_says_so(written: Callable[..., Path]) -> None:
    read = irrupt.read(written(GERMAN, name="plan_2026.csv"))
    assert any("nothing tells when quantities were announced" in note for note in read.notes)


@pytest.mark.parametrize(
    "head",
    ["{0:%b} {0:%d}", "P{1} ({0:%d-%b-%y})", "P{1} {0:%d-%b-%y}", "FW{1} 2025", "FW{1}", "v.{1}", "wk {1} - {0:%d/%m}",
     "Vecka {1} 2025"],
)  # fmt: skip
def test_weeks_are_headed_in_many_ways(head: str, tmp_path: Path) -> None:
    """They were refused as an event log."""
    weeks = [date(2025, 9, 1) + timedelta(weeks=at) for at in range(8)]
    rows = [["Customer", "Part", "Issue Date", *(head.format(week, week.isocalendar().week) for week in weeks)]]
    rows += [
        ["Audi", "A1", str(weeks[at]), *(str(one * 5 % 7 + 3) if at <= one < at + 5 else "" for one in range(8))]
        for at in range(3)
    ]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    found = irrupt.read(tmp_path / "plan.csv").schedules
    assert {(moment.date(), quantity) for moment, quantity in found.select("period", "quantity").rows()} == {
        (week, at * 5 % 7 + 3) for at, week in enumerate(weeks[:7])
    }


def test_days_without_a_year_may_be_four_or_five_weeks_apart(tmp_path: Path) -> None:
    days = [date(2024, 12, 30) + timedelta(weeks=at) for at in (0, 4, 8, 13, 17, 21)]
    rows = [["Part", "Issue Date", *(f"{day:%m/%d}" for day in days)], ["A1", "2024-12-30", *"123456"]]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert [moment.date() for moment in irrupt.read(tmp_path / "plan.csv").schedules["period"]] == days


@pytest.mark.parametrize(
    ("heads", "issues", "begins"),
    [
        (["P1 FY25", "P2 FY25", "P3 FY25"], [date(2025, at, 3) for at in (1, 2, 3)], [(2025, 1), (2025, 2), (2025, 3)]),
        (["P11 FY25", "P12 FY25", "P1 FY26"], [date(2025, 11, 3)], [(2025, 11), (2025, 12), (2026, 1)]),
    ],
)
def test_periods_of_accounts_are_those_of_the_calendar_and_told(
    heads: list[str], issues: list[date], begins: list[tuple[int, int]], tmp_path: Path
) -> None:
    """Those of several years bear it; those of one are told by where plans begin."""
    rows = [["Part", "Issue Date", *heads]]
    rows += [["A1", str(day), *("" if one < at else "5" for one in range(3))] for at, day in enumerate(issues)]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    plans = irrupt.read(tmp_path / "plan.csv")
    assert {(moment.year, moment.month) for moment in plans.schedules["period"]} == set(begins)
    assert any("year of accounts" in note for note in plans.notes)


def test_names_of_versions_are_no_weeks(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("Part,Issue date,v.1,v.2,v.3\nA1,2025-09-01,5,6,7\nA2,2025-09-01,5,6,7")
    with pytest.raises(DataError):
        irrupt.read(tmp_path / "plan.csv")


def test_numbers_below_unknown_periods_are_no_event_log(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        "Customer,Part,Issue Date,Slot-a1,Slot-a2,Slot-a3,Slot-a4\nA,x,2025-09-01,1,2,3,4"
    )
    with pytest.raises(DataError, match="Slot-a1 to Slot-a4 stand above columns of numbers"):
        irrupt.read(tmp_path / "plan.csv")
