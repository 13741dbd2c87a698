"""Text whose columns are told by their place in each line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt

WEEKS = [date(2025, 10, 6) + timedelta(weeks=at) for at in range(5)]
PLAN = [(part, day, 100.0 * at + 5) for part in ("4711-22", "A880 512 01") for at, day in enumerate(WEEKS)]
ROWS = [[part, "MAN Bus" if at else "", f"{day:%d.%m.%Y}", f"{count:g}"] for at, (part, day, count) in enumerate(PLAN)]


def laid_out(head: Sequence[str], rows: Sequence[Sequence[str]], gap: int, *, rule: bool) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        last = len(cells) - 1
        padded = (
            cell.rjust(w) if at == last else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(cells, widths, strict=True))
        )
        return (" " * gap).join(padded).rstrip()

    return [line(head), *([line(["-" * width for width in widths])] if rule else []), *map(line, rows)]


def told(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> irrupt.Chronicle:
    path.write_text("\n".join([*lines, ""]), encoding=encoding)
    return irrupt.read(path)


@pytest.mark.parametrize(("gap", "rule"), [(2, False), (3, True), (1, True)])
@pytest.mark.parametrize(
    "head",
    [
        ["Material", "Kunde", "Lieferdatum", "Menge"],
        ["Part No", "Customer", "Ship date", "Qty"],
        ["Référence", "Client", "Date livraison", "Quantité"],
        ["Díl", "Zákazník", "Termín dodání", "Množství"],
    ],
)
def test_plans_in_columns_by_place(head: list[str], gap: int, rule: bool, tmp_path: Path) -> None:
    """Each line was one cell."""
    title = ["Delivery schedule   Stand: 06.10.2025", ""]
    read = told(tmp_path / "plan.txt", [*title, *laid_out(head, ROWS, gap, rule=rule)])
    assert set(read.schedules.select("part", pl.col("period").dt.date(), "quantity").rows()) == set(PLAN)
    assert set(read.schedules["issued"].dt.date()) == {WEEKS[0]}
    assert any("columns are told by their place in each line: " + head[0] in note for note in read.notes)
    assert not read.problems


def test_a_header_on_each_page_is_left_out(tmp_path: Path) -> None:
    lines = laid_out(["Material", "Kunde", "Lieferdatum", "Menge"], ROWS, 2, rule=True)
    read = told(tmp_path / "plan.txt", [*lines[:6], "", *lines[:2], *lines[6:]])
    assert set(read.schedules.select("part", pl.col("period").dt.date(), "quantity").rows()) == set(PLAN)
    assert not read.problems


def test_names_that_stand_once_above_a_rule_of_one_piece(tmp_path: Path) -> None:
    rows = [row if row[2] == "06.10.2025" else ["", *row[1:]] for row in ROWS]
    lines = laid_out(["Material", "Kunde", "Lieferdatum", "Menge"], rows, 2, rule=False)
    read = told(tmp_path / "plan.txt", [lines[0], "-" * 50, *lines[1:]])
    assert set(read.schedules.select("part", pl.col("period").dt.date(), "quantity").rows()) == set(PLAN)


def test_a_unit_stands_one_blank_behind_each_quantity(tmp_path: Path) -> None:
    """The page above and the sum below a list are none of its rows."""
    lines = laid_out(
        ["Material", "Kunde", "Lieferdatum", "Menge ME"], [[*row[:3], f"{row[3]} ST"] for row in ROWS], 2, rule=False
    )
    above = ["06.10.2025    Dynamische Listenausgabe    1", "-" * 60, lines[0], "-" * 60]
    read = told(tmp_path / "plan.txt", [*above, *lines[1:], "-" * 60])
    assert set(read.schedules.select("part", pl.col("period").dt.date(), "quantity").rows()) == set(PLAN)
    assert not read.problems


def test_a_log_in_columns_by_place(tmp_path: Path) -> None:
    rows = [
        ["A1", "open", "2026-01-05 09:00"],
        ["A1", "close it", "2026-01-06 10:00"],
        ["B", "open", "2026-01-07 09:00"],
    ]
    read = told(tmp_path / "log.txt", laid_out(["Case", "Activity", "Time"], rows, 2, rule=False))
    assert sorted(read.events["activity"]) == ["close it", "open", "open"]


@pytest.mark.parametrize("between", [";", ",", "\t"])
def test_blanks_beside_a_separator_tell_nothing(between: str, tmp_path: Path) -> None:
    rows = [["Case", "Activity", "Time"], *[["A", "open", "2026-01-05"], ["B", "shut", "2026-01-06"]] * 2]
    lines = [f"   {between}   ".join(cell.ljust(12) for cell in row) for row in rows]
    read = told(tmp_path / "log.csv", lines)
    assert not any("by their place" in note for note in read.notes)
    assert set(read.events["activity"]) == {"open", "shut"}
