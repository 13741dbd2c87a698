"""Where the rows of a table begin: below headers of two lines, with groups, and beside columns without a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import irrupt

AT = {"Demande": "08:05", "Examen": "14:30", "Compte rendu": "16:45"}
CASES = [
    [f"IRM-{n}", "Urgences", *(cell for day, at in enumerate(AT.values(), n) for cell in (f"{day}/02/2026", at))]
    for n in range(10, 20)
]
CASES += [["IRM-20", "Urgences", "20/02/2026", "08:05", None, None, None, None]]
GROUPS = [None, None, *(cell for step in AT for cell in (step, None))]
COLUMNS = ["N° demande", "Service", *["Date", "Heure"] * len(AT)]
LAYOUTS = {
    "groups above the names": [GROUPS, COLUMNS],
    "merged from one line to the other": [[*COLUMNS[:2], *GROUPS[2:]], [None, None, *COLUMNS[2:]]],
    "below a title": [["Suivi IRM 2026"], [], [*COLUMNS[:2], *GROUPS[2:]], [None, None, *COLUMNS[2:]]],
}


def saved(kind: str, rows: list[list[Any]], workbook: Callable[..., Path], file: Callable[..., Path]) -> Path:
    if kind == "xlsx":
        return workbook(rows, "suivi.xlsx")
    width = max(map(len, rows))
    lines = ([cell or "" for cell in [*row, *[None] * width][:width]] for row in rows)
    return file("\r\n".join(map(";".join, lines)), "suivi.csv")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_dates_and_times_stand_below_the_names_of_their_steps(
    layout: str, kind: str, workbook: Callable[..., Path], file: Callable[..., Path]
) -> None:
    """The first case was taken for the header, so that no step had a name."""
    log = irrupt.read(saved(kind, [*LAYOUTS[layout], *CASES], workbook, file))
    assert log.events["case"].n_unique() == len(CASES)
    assert set(log.events["activity"]) == {f"Date {step}" for step in AT}
    assert log.events["end"].dt.to_string("%d %H:%M").to_list()[:3] == ["10 08:05", "11 14:30", "12 16:45"]


@pytest.mark.parametrize("beside", ["an index", "remarks"])
def test_a_column_without_a_name_leaves_the_header_where_it_is(beside: str, workbook: Callable[..., Path]) -> None:
    """pandas writes an index without a name; people write remarks beside a table. The first row with one was taken for
    the header, and all rows above it were lost."""
    rows = [[f"IRM-{n}", step, f"{n}/02/2026 {at}"] for n in range(10, 20) for step, at in AT.items()]
    head: list[Any] = ["N° demande", "Étape", "Date"]
    if beside == "an index":
        head, rows = [None, *head], [[float(at), *row] for at, row in enumerate(rows)]
    else:
        rows[3].append("voir dossier")
    log = irrupt.read(workbook([head, *rows], "suivi.xlsx"))
    assert log.mapping["activity"] == "Étape"
    assert log.events.height == len(rows)


def test_rows_in_which_nothing_stands_are_no_records(workbook: Callable[..., Path]) -> None:
    """Blank rows of a sheet were told to have no time, one by one, as those of CSV files are not."""
    rows: list[list[Any]] = [[f"IRM-{n}", step, f"{n}/02/2026 {at}"] for n in range(10, 20) for step, at in AT.items()]
    spaced = [row for at, own in enumerate(rows) for row in ([own, [None, None, None]] if at % 3 == 2 else [own])]
    log = irrupt.read(workbook([["N° demande", "Étape", "Date"], *spaced, ["Total", None, None]], "suivi.xlsx"))
    assert log.events.height == len(rows)
    assert [(problem.count, problem.places) for problem in log.problems] == [(1, ("row 42",))]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_columns_of_one_name_are_told_where_the_header_is(
    kind: str, workbook: Callable[..., Path], file: Callable[..., Path]
) -> None:
    """Sheets did not tell of them, and CSV files told of line 1, whatever stands above the header."""
    rows = [[f"IRM-{n}", step, f"{n}/02/2026 {at}", "Zoé"] for n in range(10, 20) for step, at in AT.items()]
    head = [["Suivi IRM 2026", None, None, None, None], ["N° demande", "Étape", "Date", "Agent", "Agent"]]
    log = irrupt.read(saved(kind, [*head, *([*row, None] for row in rows)], workbook, file))
    (told,) = (problem for problem in log.problems if problem.code == "repeated column")
    assert told.places == ("row 2" if kind == "xlsx" else "line 2",)
    assert '"Agent (2)"' in told.done
