"""Folders of files whose names alone say of which part they are, and whose columns are called otherwise in each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt

ISSUES = (date(2025, 9, 29), date(2025, 10, 6))
WEEKS = [ISSUES[1] + timedelta(weeks=at) for at in range(6)]
PARTS = ("4711-22", "4711-23", "A8805120")


def quantity(part: str, issue: date, at: int) -> float:
    return 100.0 * PARTS.index(part) + 10 * ISSUES.index(issue) + at + 1


def written(folder: Path, name: str, lines: list[list[Any]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(";".join(map(str, line)) for line in lines), encoding="utf-8")


def rows(part: str, issue: date, *more: str) -> list[list[Any]]:
    return [[*more, f"{day:%d.%m.%Y}", quantity(part, issue, at)] for at, day in enumerate(WEEKS)]


def told(folder: Path) -> set[tuple[Any, ...]]:
    days = (pl.col(name).dt.date() for name in ("issued", "period"))
    return set(irrupt.read(folder).schedules.select("part", *days, "quantity").rows())


WHOLE = {
    (part, issue, day, quantity(part, issue, at)) for part in PARTS for issue in ISSUES for at, day in enumerate(WEEKS)
}


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("FST_{part}_{day:%G}KW{day:%V}.csv", ["Termin", "Menge"]),
        ("Schedule {part} {day:%Y-%m-%d}.csv", ["Due date", "Qty"]),
        ("{part}_{day:%Y%m%d}.csv", ["Data dostawy", "Ilość"]),
    ],
)
def test_the_part_may_stand_in_the_name_of_a_file_alone(form: str, head: list[str], tmp_path: Path) -> None:
    """All parts were added up as if they were one."""
    for part in PARTS:
        for day in ISSUES:
            written(tmp_path / "plans", form.format(part=part, day=day), [head, *rows(part, day)])
    read = irrupt.read(tmp_path / "plans")
    assert told(tmp_path / "plans") == WHOLE
    assert "the name of each is read as its part" in read.notes
    assert not read.problems


def test_client_and_part_may_stand_in_the_names_of_files(tmp_path: Path) -> None:
    for part, client in zip(PARTS, ("Audi", "Volvo", "Audi"), strict=True):
        for day in ISSUES:
            name = f"FST_{client}_{part}_{day:%G}KW{day:%V}.csv"
            written(tmp_path / "plans", name, [["Termin", "Menge"], *rows(part, day)])
    read = irrupt.read(tmp_path / "plans")
    assert told(tmp_path / "plans") == WHOLE
    assert read.schedules.select("client", "part").unique().sort("part").rows() == [
        ("Audi", "4711-22"), ("Volvo", "4711-23"), ("Audi", "A8805120"),
    ]  # fmt: skip
    assert "the name of each is read as its client and its part" in read.notes


def test_a_part_that_all_files_are_called_after(tmp_path: Path) -> None:
    for day in ISSUES:
        name = f"FST_4711-22_{day:%G}KW{day:%V}.csv"
        written(tmp_path / "plans", name, [["Termin", "Menge"], *rows("4711-22", day)])
    read = irrupt.read(tmp_path / "plans")
    assert set(read.schedules["part"]) == {"4711-22"}
    assert "the part is the one that the name tells: 4711-22" in read.notes
    alone = irrupt.read(tmp_path / "plans" / "FST_4711-22_2025KW40.csv")
    assert set(alone.schedules["part"]) == {"4711-22"}


def test_what_a_column_says_is_not_read_from_names_again(tmp_path: Path) -> None:
    """The numbers of parts became names of clients."""
    for part in PARTS:
        for day in ISSUES:
            lines = [["Teil", "Termin", "Menge"], *rows(part, day, part)]
            written(tmp_path / "plans", f"{part} {day:%Y-%m-%d}.csv", lines)
    read = irrupt.read(tmp_path / "plans")
    assert told(tmp_path / "plans") == WHOLE
    assert read.schedules["client"].null_count() == read.schedules.height


def test_columns_that_are_called_otherwise_in_each_file(tmp_path: Path) -> None:
    """Files with other names of columns than the first one were set aside."""
    heads = {
        "Audi": ["Teil", "Liefertermin", "Menge"],
        "Volvo": ["Part", "Due date", "Qty"],
        "PSA": ["Réf", "Date", "Qté"],
    }
    for client, head in heads.items():
        for day in ISSUES:
            lines = [head, *(row for part in PARTS for row in rows(part, day, part))]
            written(tmp_path / "plans", f"{client}_{day:%G}KW{day:%V}.csv", lines)
    read = irrupt.read(tmp_path / "plans")
    assert told(tmp_path / "plans") == WHOLE
    assert read.schedules.group_by("client").len().sort("client").rows() == [("Audi", 36), ("PSA", 36), ("Volvo", 36)]
    assert any("are taken for the same: " in note and "Qty = Menge" in note for note in read.notes)


def test_firm_and_foreseen_quantities_of_two_files_are_not_called_alike(tmp_path: Path) -> None:
    for name, head in (("Firm", "Firm qty"), ("Forecast", "Forecast qty")):
        written(
            tmp_path / "plans", f"{name} 2025-10-06.csv", [["Part", "Week", head], *rows("4711-22", ISSUES[1], "X")]
        )
    read = irrupt.read(tmp_path / "plans")
    assert not any("taken for the same" in note for note in read.notes)
