"""A row for each case, a column of dates for each step."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.milestones import with_steps

ROWS = [(f"O{n}", f"K{n % 2}", *(f"2026-02-{1 + n + at:02}" for at in range(4))) for n in range(8)]


def written(path: Path, head: str, rows: list[tuple[str, ...]] = ROWS) -> Path:
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "head",
    [
        "Order,Customer,Order created,Confirmed,Shipped,Invoiced",
        "Auftrag,Kunde,Angelegt am,Bestätigt am,Geliefert am,Berechnet am",
        "Vorgang,Kunde,Eingang am,Prüfung begonnen,Prüfung beendet,Versandt am",
        "N° dossier,Client,Date de dépôt,Date d'instruction,Date de décision,Date de notification",
    ],
)
def test_each_column_of_dates_is_a_step(head: str, tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "cases.csv", head))
    assert (log.cases, log.events.height) == (8, 32)
    assert log.activities() == sorted(head.split(",")[2:])
    assert log.events["client"].unique().sort().to_list() == ["K0", "K1"]
    assert any("each row is a case" in note for note in log.notes)


def test_a_step_that_was_not_done_is_none(tmp_path: Path) -> None:
    rows = [(*row[:5], "") if at % 2 else row for at, row in enumerate(ROWS)]
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Customer,Created,Confirmed,Shipped,Invoiced", rows))
    assert log.events.height == 28
    assert not log.problems


def test_two_dates_or_cases_in_several_rows_are_no_such_table() -> None:
    columns = ["Order", "Customer", "Created", "Confirmed", "Shipped", "Invoiced"]
    table = pl.DataFrame(ROWS, schema=columns, orient="row").with_row_index(ROW)
    twice = table.with_columns(Order=pl.format("O{}", pl.int_range(pl.len()) // 2))
    for frame in (table.drop("Confirmed", "Invoiced"), twice, table.rename({"Customer": "Status"})):
        raw = Raw(frame=frame, name="", locate=lambda _rows: ())
        assert with_steps(raw, {}) is raw
