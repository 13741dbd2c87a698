"""Folders with a file for each plan, the columns of which go on from week to week, beyond the turn of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError

START, PLANS, WEEKS = date(2025, 12, 1), 6, 8
Row = tuple[Any, ...]


def monday(number: int, start: date = START) -> date:
    return start + timedelta(weeks=number)


def amount(part: str, week: int) -> int:
    return (300 if part == "A1" else 120) + 37 * (3 * week % 5)


def matrix(plan: int, name: Callable[[date], str], *, part: str = "A1", start: date = START) -> list[Row]:
    """A plan of one part for so many weeks, each column called as *name* says."""
    weeks = [plan + at for at in range(WEEKS)]
    return [("Teil", *(name(monday(one, start)) for one in weeks)), (part, *(amount(part, one) for one in weeks))]


def write(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


def read(chronicle: irrupt.Chronicle, *more: str) -> list[Row]:
    table = chronicle.schedules
    return sorted(table.select(*more, pl.col("issued").dt.date(), pl.col("period").dt.date(), "quantity").rows())


def expected(start: date = START, part: str = "A1", plans: int = PLANS) -> list[Row]:
    return sorted(
        (monday(plan, start), monday(plan + at, start), amount(part, plan + at))
        for plan in range(plans)
        for at in range(WEEKS)
    )


MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
HEADS = {
    "S45": lambda day: f"S{day:%V}",
    "wk45": lambda day: f"wk{day:%V}",
    "45": lambda day: f"{int(f'{day:%V}')}",
    "KW 45": lambda day: f"KW {day:%V}",
    "03.11.": lambda day: f"{day:%d.%m.}",
    "03/11": lambda day: f"{day:%d/%m}",
    "lun. 03/11": lambda day: f"lun. {day:%d/%m}",
    "KW 45/2025": lambda day: f"KW {day:%V}/{day:%G}",
    "KW 2025/45": lambda day: f"KW {day:%G}/{day:%V}",
    "KW 45 (03.11.)": lambda day: f"KW {day:%V} ({day:%d.%m.})",
    "W45 03/11/25-09/11/25": lambda day: f"W{day:%V} {day:%d/%m/%y}-{day + timedelta(6):%d/%m/%y}",
    "03.11.-07.11.": lambda day: f"{day:%d.%m.}-{day + timedelta(4):%d.%m.}",
    "03.11. - 09.11.2025": lambda day: f"{day:%d.%m.} - {day + timedelta(6):%d.%m.%Y}",
    "du 03/11 au 07/11": lambda day: f"du {day:%d/%m} au {day + timedelta(4):%d/%m}",
    "03-nov": lambda day: f"{day:%d}-{MONTHS[day.month - 1]}",
}


OF_WEEKS, OF_DAYS, SORTED = "Plan_KW{0:%V}_{0:%G}.csv", "Programme du {0:%d-%m-%Y}.csv", "plan_{0:%Y-%m-%d}.csv"
NAMED = [
    pytest.param(head, file, marks=[pytest.mark.slow] * ((at + named) % 3 > 0))
    for named, file in enumerate((OF_WEEKS, OF_DAYS))
    for at, head in enumerate(HEADS)
]
NAMED += [(head, SORTED) for head in ("S45", "03.11.")]
"""Names that are sorted as plans are issued need not be tried with each head. Each head is quick with one of those that
are not, or where a line above the table tells when plans are issued."""


@pytest.mark.parametrize(("head", "file"), NAMED)
def test_plans_are_read_by_their_issue_not_by_the_names_of_their_files(head: str, file: str, tmp_path: Path) -> None:
    """Files are listed by name: `KW01_2026` comes before `KW45_2025`."""
    for plan in range(PLANS):
        write(tmp_path / file.format(monday(plan)), matrix(plan, HEADS[head]))
    assert read(irrupt.read(tmp_path)) == expected()


@pytest.mark.parametrize("file", [OF_WEEKS, OF_DAYS])
def test_running_totals_are_known_whatever_files_are_called(file: str, tmp_path: Path) -> None:
    for plan in range(10):
        head, (part, *cells) = matrix(plan, HEADS["KW 45/2025"])
        before = 20_000 + sum(amount(part, week) for week in range(plan))
        totals = [before + sum(cells[: at + 1]) for at in range(WEEKS)]
        write(tmp_path / file.format(monday(plan)), [head, (part, *totals)])
    found = irrupt.read(tmp_path)
    assert found.mapping["cells"] == "cumulative"
    assert {*read(found)} == {*expected(plans=10)[1:]}


def test_months_without_a_year_follow_each_other_over_all_plans(tmp_path: Path) -> None:
    names = ["nov", "déc", "janv", "févr", "mars", "avr"]
    for at, issued in enumerate([date(2025, 11, 3), date(2025, 12, 1), date(2026, 1, 5)]):
        write(
            tmp_path / f"Prévisions du {issued:%d-%m-%Y}.csv", [("Référence", *names[at : at + 4]), ("A1", 1, 2, 3, 4)]
        )
    found = read(irrupt.read(tmp_path))
    assert [row[1:] for row in found if row[0] == date(2026, 1, 5)] == [
        (date(2026, 1, 1), 1), (date(2026, 2, 1), 2), (date(2026, 3, 1), 3), (date(2026, 4, 1), 4),
    ]  # fmt: skip
    assert len(found) == 12


@pytest.mark.parametrize(
    "head", [pytest.param(head, marks=[pytest.mark.slow] * (at % 3 != 1)) for at, head in enumerate(HEADS)]
)
def test_lines_above_the_tables_order_them_where_their_names_do_not(head: str, tmp_path: Path) -> None:
    for plan in range(PLANS):
        write(tmp_path / f"Plan{plan + PLANS}.csv", [(f"Stand: {monday(plan):%d.%m.%Y}",), *matrix(plan, HEADS[head])])
    assert read(irrupt.read(tmp_path)) == expected()


@pytest.mark.one_in(4)
@pytest.mark.parametrize("head", ["W{0:%V}", "S{0:%V}", "wk {0:%V}", "{0:%V}"])
@pytest.mark.parametrize("later", [0, 1])
def test_weeks_that_move_on_with_the_issue_are_those_of_the_calendar(head: str, later: int, tmp_path: Path) -> None:
    """From January on, `W1` could be the week of each issue as well."""
    start = date(2025, 12, 29) + timedelta(weeks=later)
    for plan in range(PLANS):
        write(
            tmp_path / f"plan_{monday(plan, start - timedelta(weeks=later))}.csv",
            matrix(plan, head.format, start=start),
        )
    found = irrupt.read(tmp_path)
    assert [row[1:] for row in read(found)] == [row[1:] for row in expected(start)]
    assert later or any("numbers of the calendar" in note for note in found.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("blank", [0, 3])
@pytest.mark.parametrize("head", ["W{}", "S{}", "Week {}"])
def test_weeks_that_stand_still_are_so_many_ahead(head: str, blank: int, tmp_path: Path) -> None:
    """So they are where some plans leave their first week out."""
    start = date(2025, 12, 29)
    for plan in range(PLANS):
        _names, (part, *cells) = matrix(plan, str, start=start)
        cells[0] = "" if blank and plan % blank == 0 else cells[0]
        write(
            tmp_path / f"plan_{monday(plan, start)}.csv",
            [("Teil", *(head.format(at + 1) for at in range(WEEKS))), (part, *cells)],
        )
    found = read(irrupt.read(tmp_path))
    assert set(found) <= set(expected(start))
    assert len(found) >= (PLANS - 3) * WEEKS


def test_numbers_of_months_that_move_on_with_the_issue_are_those_of_the_calendar(tmp_path: Path) -> None:
    issues = [date(2025, month, 3) for month in (10, 11, 12)] + [date(2026, 1, 5)]
    for issued in issues:
        months = [(issued.month - 1 + at) % 12 + 1 for at in range(4)]
        write(tmp_path / f"prev_{issued}.csv", [("Article", *(f"M{one}" for one in months)), ("A1", *months)])
    found = read(irrupt.read(tmp_path))
    assert len(found) == 16
    assert all(
        period.month == quantity and timedelta(-5) < period - issued < timedelta(120)
        for issued, period, quantity in found
    )


@pytest.mark.parametrize("name", ["Plan {0:%d %b %Y}", "{0.day} December 2025 Plan", "plan_{0:%d-%b-%y}"])
def test_days_in_names_may_have_words_for_months(name: str, tmp_path: Path) -> None:
    for plan in range(4):
        write(tmp_path / f"{name.format(monday(plan))}.csv", matrix(plan, HEADS["KW 45/2025"]))
    assert {row[0] for row in read(irrupt.read(tmp_path))} == {monday(plan) for plan in range(4)}


def test_months_in_names_may_be_words(tmp_path: Path) -> None:
    for at, name in enumerate(["décembre 2025", "janvier 2026", "février 2026"]):
        days = [date(2025 + (11 + at + one) // 12, (11 + at + one) % 12 + 1, 1) for one in range(4)]
        write(tmp_path / f"Prévisions {name}.csv", [("Article", *(f"{day:%m/%Y}" for day in days)), ("A1", 1, 2, 3, 4)])
    assert {row[0] for row in read(irrupt.read(tmp_path))} == {date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)}


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "file", ["{1}_KW{0:%V}_{0:%G}.csv", "Plan {0:%Y-%m-%d} {1}.csv", "{0:%d.%m.%Y} Lieferplan {1}.csv"]
)
def test_a_file_for_each_plan_and_party_names_both(file: str, tmp_path: Path) -> None:
    for plan in range(PLANS):
        for client in ("Kassel", "Emden"):
            write(tmp_path / file.format(monday(plan), client), matrix(plan, HEADS["KW 45/2025"]))
    found = read(irrupt.read(tmp_path), "client")
    assert found == sorted((client, *row) for client in ("Kassel", "Emden") for row in expected())


@pytest.mark.parametrize("more", ["V{}", "rev {}", "{}", "-v{}"])
def test_versions_of_one_day_are_plans_of_their_own(more: str, tmp_path: Path) -> None:
    """The last one holds; quantities that it corrects were added to those before. Versions are no parties."""
    for plan in range(PLANS):
        head, (part, first, *cells) = matrix(plan, HEADS["KW 45/2025"])
        for version, row in ((1, (part, first + 900, *cells)), (2, (part, first, *cells))):
            write(tmp_path / f"Plan {monday(plan)} {more.format(version)}.csv", [head, row])
    found = irrupt.read(tmp_path)
    assert set(found.schedules["client"]) == {None}
    assert [row[1:] for row in read(found, "plan") if "2" in row[0]] == expected()
    bought = irrupt.see(found).series["unknown client"]
    assert bought == [amount("A1", week) for week in range(PLANS)]


@pytest.mark.parametrize("name", ["Plan {} ({}).csv", "Plan_{}({}).csv"])
def test_copies_of_a_file_are_counted_once(name: str, tmp_path: Path) -> None:
    for plan in range(PLANS):
        for path in (f"Plan {monday(plan)}.csv", name.format(monday(plan), 1)):
            write(tmp_path / path, matrix(plan, HEADS["KW 45/2025"]))
    assert read(irrupt.read(tmp_path)) == expected()


def test_sheets_of_plans_with_weeks_without_a_year_are_laid_out_alike(workbook: Callable[..., Path]) -> None:
    """The line of months above them tells a year only where all of them are of one."""
    sheets = {}
    for plan in range(PLANS):
        head, row = matrix(plan, HEADS["KW 45"])
        months = [f"{monday(plan + at):%m/%Y}" for at in range(WEEKS)]
        above = ["" if at and months[at] == months[at - 1] else month for at, month in enumerate(months)]
        sheets[f"Plan{plan + PLANS}"] = [[f"Stand: {monday(plan):%d.%m.%Y}"], ["", *above], [*head], [*row]]
    assert read(irrupt.read(workbook(sheets))) == expected()


@pytest.mark.parametrize(
    "line", ["Client : Constructeur SA;;Édité le {:%d/%m/%Y}", "Issued on {:%Y-%m-%d};;Client : Constructeur SA"]
)
def test_what_stands_beside_other_cells_above_a_table_tells_its_issue(line: str, tmp_path: Path) -> None:
    for plan in range(PLANS):
        rows = [("Programme",), (line.format(monday(plan)),), *matrix(plan, HEADS["KW 45/2025"])]
        write(tmp_path / f"v{plan + 1:02}.csv", rows)
    found = irrupt.read(tmp_path)
    assert read(found) == expected()
    assert found.schedules["client"].unique().to_list() == ["Constructeur SA"]


@pytest.mark.parametrize(
    ("names", "are_parts"), [(["4711-0815", "4711-0816"], True), (["Feuil1", "Feuil2"], False), (["1", "2"], False)]
)
def test_a_sheet_may_be_called_after_the_number_of_a_part(
    names: list[str], are_parts: bool, workbook: Callable[..., Path]
) -> None:
    rows = [[f"{monday(plan)}", *range(5)] for plan in range(3)]
    head = ["Abruf vom", *(HEADS["KW 45/2025"](monday(at + 3)) for at in range(5))]
    found = irrupt.read(workbook({name: [head, *rows] for name in names})).schedules["part"]
    assert set(found) == (set(names) if are_parts else {None})


@pytest.mark.parametrize("form", ["%m.%y", "W%g%V", "x%d%m"])
def test_columns_of_numbers_that_name_no_known_period_are_told_of(form: str, tmp_path: Path) -> None:
    """They were read as an event log, each plan at the day in the name of its file."""
    for plan in range(PLANS):
        names = [(monday(plan) + timedelta(31 * at)).strftime(form) for at in range(5)]
        rows = [("Usine", "Référence", *names), ("Lille", "A1", *range(5)), ("Metz", "A1", *range(5))]
        write(tmp_path / f"plan_{monday(plan)}.csv", rows)
    with pytest.raises(DataError, match="name no period that is known"):
        irrupt.read(tmp_path)


def test_states_at_days_that_names_of_files_tell_are_an_event_log(tmp_path: Path) -> None:
    for day, states in enumerate([("new", "new"), ("open", "new"), ("done", "open"), ("done", "done")]):
        rows = [(f"T{n}", state, "Hospital A", n, 5) for n, state in enumerate(states)]
        write(tmp_path / f"export_{monday(day)}.csv", [("Ticket", "Status", "Customer", "Level 1", "Level 2"), *rows])
    assert irrupt.read(tmp_path).cases == 2
