"""Folders with a file for each plan, the columns of which go on from week to week, beyond the turn of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt

START, PLANS, WEEKS = date(2025, 11, 3), 14, 8
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


def expected(start: date = START, part: str = "A1") -> list[Row]:
    return sorted(
        (monday(plan, start), monday(plan + at, start), amount(part, plan + at))
        for plan in range(PLANS)
        for at in range(WEEKS)
    )


HEADS = {
    "S45": lambda day: f"S{day:%V}",
    "wk45": lambda day: f"wk{day:%V}",
    "45": lambda day: f"{int(f'{day:%V}')}",
    "KW 45": lambda day: f"KW {day:%V}",
    "03.11.": lambda day: f"{day:%d.%m.}",
    "03/11": lambda day: f"{day:%d/%m}",
    "lun. 03/11": lambda day: f"lun. {day:%d/%m}",
    "KW 45/2025": lambda day: f"KW {day:%V}/{day:%G}",
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("file", ["Plan_KW{0:%V}_{0:%G}.csv", "Programme du {0:%d-%m-%Y}.csv", "plan_{0:%Y-%m-%d}.csv"])
def test_plans_are_read_by_their_issue_not_by_the_names_of_their_files(head: str, file: str, tmp_path: Path) -> None:
    """Files are listed by name: `KW01_2026` comes before `KW45_2025`."""
    for plan in range(PLANS):
        write(tmp_path / file.format(monday(plan)), matrix(plan, HEADS[head]))
    assert read(irrupt.read(tmp_path)) == expected()


@pytest.mark.parametrize("file", ["Plan_KW{0:%V}_{0:%G}.csv", "Programme du {0:%d-%m-%Y}.csv"])
def test_running_totals_are_known_whatever_files_are_called(file: str, tmp_path: Path) -> None:
    for plan in range(PLANS):
        head, (part, *cells) = matrix(plan, HEADS["KW 45/2025"])
        before = 20_000 + sum(amount(part, week) for week in range(plan))
        totals = [before + sum(cells[: at + 1]) for at in range(WEEKS)]
        write(tmp_path / file.format(monday(plan)), [head, (part, *totals)])
    found = irrupt.read(tmp_path)
    assert found.mapping["cells"] == "cumulative"
    assert {*read(found)} == {*expected()[1:]}


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
    assert len(found) >= (PLANS - 5) * WEEKS


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
