"""Rows of sums without a name, columns that name no period, quarters."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.periods import periods_among
from irrupt.ledgers.plans import plans

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
    assert [(one.code, one.count) for one in read.problems] == [("column not read", 1)]


FEBRUARY = ("Feb 24", "Févr. 24", "M02 2024", "M2/2024", "2024-M02", "2024M02", "Monat 02/24", "02.2024", "Feb-24")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("heads", [["KW 2/24", "KW 3/24", "KW 4/24"], ["08.01.2024", "15.01.2024", "22.01.2024"]])
@pytest.mark.parametrize("february", FEBRUARY)
def test_months_beside_weeks_are_months(february: str, heads: list[str], tmp_path: Path) -> None:
    read = matrix(tmp_path, [("A1", "X", "08.01.2024", 1, 2, 3, 40)], [*heads, february])
    assert not read.problems
    assert read.schedules["quantity"].to_list() == [1, 2, 3, 40]
    last = read.schedules.select(pl.col("period", "until").dt.strftime("%Y-%m-%d")).row(-1)
    assert last == ("2024-02-01", "2024-03-01")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", ["Q{q} {year}", "{year}-Q{q}", "Q{q}/26", "Quartal {q} {year}", "Trim. {q} {year}"])
def test_quarters(form: str, tmp_path: Path) -> None:
    heads = [form.format(q=quarter, year=2026) for quarter in (1, 2, 3, 4)]
    read = matrix(tmp_path, [("A1", "X", "05.01.2026", 1, 2, 3, 4)], heads).schedules
    assert read["period"].dt.strftime("%m-%d").to_list() == ["01-01", "04-01", "07-01", "10-01"]
    assert read["until"].dt.strftime("%m-%d").to_list() == ["04-01", "07-01", "10-01", "01-01"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", ["Summe {m}/2026", "{m}/2026 Total", "{m}/2026", "2026-{m}"])
@pytest.mark.parametrize("before", [True, False])
def test_sums_of_months_between_weeks_are_no_further_quantities(form: str, before: bool, tmp_path: Path) -> None:
    weeks = {"01": ["2026-W02", "2026-W03", "2026-W04", "2026-W05"], "02": ["2026-W06", "2026-W07", "2026-W08"]}
    heads: list[str] = []
    rows: dict[str, list[int]] = {"A1": [], "A2": []}
    for month, own in weeks.items():
        heads += [form.format(m=month), *own] if before else [*own, form.format(m=month)]
        for at, cells in enumerate(rows.values(), start=1):
            numbers = [at * 10 + place for place in range(len(own))]
            cells += [sum(numbers), *numbers] if before else [*numbers, sum(numbers)]
    read = matrix(tmp_path, [(part, "X", "05.01.2026", *cells) for part, cells in rows.items()], heads)
    assert read.schedules.height == 14
    assert not [note for note in read.notes if "not read" in note]


def test_months_behind_weeks_that_go_on_from_them_are_kept(tmp_path: Path) -> None:
    heads = ["2026-W02", "2026-W03", "2026-W04", "2026-W05", "2026-02", "2026-03"]
    read = matrix(tmp_path, [("A1", "X", "05.01.2026", 1, 2, 3, 4, 12, 10)], heads)
    assert read.schedules["quantity"].sum() == 32


@pytest.mark.parametrize(
    ("sums", "parts"),
    [
        ({"Q4 2025": (0, 3), "Q1 2026": (3, 5)}, ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]),
        ({"2026-01": (0, 4), "2026-02": (4, 5)}, ["2026-W02", "2026-W03", "2026-W04", "2026-W05", "2026-W06"]),
        ({"Q1/26": (0, 5)}, ["2026-W02", "2026-W03", "2026-W04", "2026-W05", "2026-W06"]),
    ],
)
def test_sums_of_longer_periods_are_left_out_wherever_they_stand(
    sums: dict[str, tuple[int, int]], parts: list[str], tmp_path: Path
) -> None:
    """Also the last one, which holds what the plan still covers of it."""
    cells = {"A1": [5, 6, 7, 8, 9], "A2": [15, 0, 27, 3, 4]}
    rows = [
        (one, "X", "01.10.2025", *own, *(sum(own[slice(*at)]) for at in sums.values())) for one, own in cells.items()
    ]
    read = matrix(tmp_path, rows, [*parts, *sums])
    assert read.schedules["quantity"].sum() == 84
    assert [note for note in read.notes if "hold the sums" in note] == [
        f"columns that hold the sums of the shorter periods beside them are left out: {', '.join(sums)}"
    ]


def test_a_month_is_a_sum_only_in_plans_that_have_its_weeks(tmp_path: Path) -> None:
    heads = ["2026-W02", "2026-W03", "2026-W06", "2026-W07", "2026-02"]
    rows = [("A1", "X", "05.01.2026", 1, 2, None, None, 40), ("A1", "X", "02.02.2026", None, None, 30, 12, 42)]
    read = matrix(tmp_path, rows, heads)
    assert read.schedules["quantity"].to_list() == [1, 2, 40, 30, 12]


def test_what_is_no_year_of_a_month_names_no_period() -> None:
    assert periods_among(["Jahr 2025", "Year 2025", "Total 2025", "Jan 2025"]) == ["Jan 2025"]


def test_weeks_by_plans_without_a_part(tmp_path: Path) -> None:
    """A waterfall: what was announced for each week, plan by plan."""
    (tmp_path / "plan.csv").write_text(
        "Delivery week,Snapshot 01/05/2026,Snapshot 01/12/2026,Snapshot 01/19/2026\n"
        "01/12/2026,100,110,\n01/19/2026,90,95,100\n01/26/2026,80,80,85\n"
    )
    read = irrupt.read(tmp_path / "plan.csv").schedules
    rows = read.select(pl.col("issued").dt.strftime("%m-%d"), pl.col("period").dt.strftime("%m-%d"), "quantity").rows()
    assert len(rows) == 8
    assert ("01-12", "01-19", 95.0) in rows


@pytest.mark.parametrize("head", ["Planwoche", "Planungswoche", "Woche"])
def test_a_week_beside_so_many_weeks_ahead_is_that_of_the_plan(head: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(f"Kunde;Teil;{head};W+0;W+1;W+2\nX;A;2026-02;5;6;7\nX;A;2026-03;6;7;8\n")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read["issued"].dt.strftime("%G-%V").unique().sort().to_list() == ["2026-02", "2026-03"]
    assert read["period"].dt.strftime("%G-%V").max() == "2026-05"


@pytest.mark.parametrize(
    "heads", [["2026-W51", "2026-W52", "2026-W53"], ["KW 51", "KW 52", "KW 53"], ["W+0", "W+1", "W+2"]]
)
def test_what_is_due_at_once_is_due_on_the_day_of_issue_beside_its_week(heads: list[str], tmp_path: Path) -> None:
    """Even where it is as much as the week that begins on that day, it does not say the same twice."""
    rows = [("A1", "X", "14.12.2026", 30, 100, 120, 110), ("A2", "X", "14.12.2026", 22, 22, 33, 44)]
    read = matrix(tmp_path, rows, ["Sofort", *heads])
    assert not read.problems
    assert read.schedules["quantity"].to_list() == [30, 100, 120, 110, 22, 22, 33, 44]
    days = (read.schedules["until"] - read.schedules["period"]).dt.total_days()
    assert days.to_list() == [1, 7, 7, 7] * 2
    assert not read.schedules["backlog"].any()
    assert plans(read.schedules).announced.tolist() == [[130, 120, 110], [44, 33, 44]]
