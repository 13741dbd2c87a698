"""How far plans bind, told for the whole of each: until a day, for so many weeks, in zones."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.horizons import horizon_of

ISSUES = [date(2025, 9, 1) + timedelta(weeks=at) for at in range(4)]
FIRM = {(at, at < 2) for at in range(6)}
"""Weeks ahead, and whether they are firm."""


def read(plans: irrupt.Chronicle) -> set[tuple[int, bool | None]]:
    found = plans.schedules.select((pl.col("period") - pl.col("issued")).dt.total_days() // 7, "firm").rows()
    return {(int(ahead), firm) for ahead, firm in found}


def last(issued: date) -> date:
    return issued + timedelta(days=13)


@pytest.mark.parametrize(
    "line",
    [
        "Firm zone: 2 weeks",
        "Fixed horizon (weeks): 2",
        "Fixzone 14 Tage",
        "Firm until {0:%d.%m.%Y}",
        "Fixzone bis: {0:%d.%m.%Y}",
        "Période ferme jusqu'au {0:%d/%m/%Y}",
        "Firm until: KW {0:%V}",
    ],
)
def test_a_line_above_the_table_tells_it(line: str, tmp_path: Path) -> None:
    for issued in ISSUES:
        weeks = [issued + timedelta(weeks=at) for at in range(6)]
        rows = ["Part;" + ";".join(f"KW {week:%V}/{week:%y}" for week in weeks), "A100;1;2;3;4;5;6"]
        head = ["Customer: ZF", f"Issued: {issued:%d.%m.%Y}", line.format(last(issued)), ""]
        (tmp_path / f"plan_{issued}.csv").write_text("\n".join([*head, *rows]), encoding="utf-8")
    plans = irrupt.read(tmp_path)
    assert read(plans) == FIRM
    assert any("is firm" in note and "the rest is not" in note for note in plans.notes)


@pytest.mark.parametrize(
    ("name", "cell"),
    [("Firm until", "{0}"), ("Fest bis KW", "{0:%V}"), ("Frozen weeks", "2"), ("Fixzone", "2 Wochen")],
)
def test_a_column_tells_it(name: str, cell: str, tmp_path: Path) -> None:
    rows = [["Part", "Issued", "Delivery week", "Qty", name]]
    for issued in ISSUES:
        rows += [
            ["A100", str(issued), str(issued + timedelta(weeks=at)), "5", cell.format(last(issued))] for at in range(6)
        ]
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert read(irrupt.read(tmp_path / "plan.csv")) == FIRM


@pytest.mark.parametrize("zones", ["Frozen Frozen Trade-off Trade-off Forecast Forecast", "Fest Fest Vorschau " * 2])
def test_zones_tell_it(zones: str, tmp_path: Path) -> None:
    rows = [["Part", "Issued", "Delivery week", "Qty", "Zone"]]
    for issued in ISSUES:
        for at, zone in enumerate(zones.split()[:6]):
            rows.append(["A100", str(issued), str(issued + timedelta(weeks=at)), "5", zone])
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert {firm for _ahead, firm in read(irrupt.read(tmp_path / "plan.csv"))} == {True, False}


@pytest.mark.parametrize(
    ("name", "cells"),
    [("Firm qty", ["20"]), ("Firm KW 40", ["20"]), ("Fixpreis bis", ["2025-12-31"]), ("Weeks", ["2"]), ("Firm", ["1"])],
)
def test_what_else_may_be_called_firm_is_no_horizon(name: str, cells: list[str]) -> None:
    assert horizon_of(pl.Series(name, cells)) is None


def test_lines_above_files_that_are_not_read_are_told(tmp_path: Path) -> None:
    for issued in ISSUES:
        week = f"KW {issued:%V}/{issued:%y}"
        head = f"Customer: ZF\nIssued: {issued:%d.%m.%Y}\nDelivery terms as agreed\n\n"
        text = f"{head}Part;{week};KW 40/25;KW 41/25\nA;1;2;3"
        (tmp_path / f"plan_{issued}.csv").write_text(text, encoding="utf-8")
    assert any("Delivery terms as agreed" in note for note in irrupt.read(tmp_path).notes)
