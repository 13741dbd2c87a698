"""Histories of changes are read as the plans that they lead to."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import irrupt

WEEKS = [date(2026, 1, 5) + timedelta(weeks=at) for at in range(20)]
KEYS = ["issued", "client", "part", "period", "quantity"]


def made(share: float = 0.3) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plans, week by week, and the changes that lead from each to the next."""
    random = np.random.default_rng(3)
    now: dict[tuple[str, date], int] = {}
    plans, changes = [], []
    for at, issued in enumerate(WEEKS[:12]):
        for client in ("Acme", "Zeta"):
            changes.append((issued, client, "P1", issued, None, 200))  # each week something is told by each client
            now[client, issued] = 200
            for period in WEEKS[at + 1 : at + 8]:
                before = now.get((client, period))
                if before is None or random.random() < share:
                    now[client, period] = (before or 100) + 10 * int(random.choice([-3, -1, 1, 2, 4]))
                    changes.append((issued, client, "P1", period, before, now[client, period]))
            plans += [(issued, client, "P1", period, now[client, period]) for period in WEEKS[at : at + 8]]
    names = ["Geändert am", "Kunde", "Teil", "Liefertermin"]
    new = pl.DataFrame(changes, schema=[*names, "Alte Menge", "Neue Menge"], orient="row")
    return pl.DataFrame(plans, schema=[*names, "Menge"], orient="row"), new


def table(frame: pl.DataFrame) -> pl.DataFrame:
    read = irrupt.read(frame.with_columns(pl.col(pl.Date).cast(pl.String))).schedules
    return read.select(KEYS).sort(KEYS)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_changes_lead_to_the_plans_that_they_came_from(share: float) -> None:
    """Also those of a client who changes nearly everything: what is not told stays."""
    plans, changes = made(share)
    whole, put_together = table(plans), table(changes)
    assert put_together.equals(whole)


def test_lines_of_orders_are_taken_together() -> None:
    _plans, changes = made()
    lines = pl.concat([changes.with_columns(Auftrag=pl.lit(name)) for name in ("A1", "A2")])
    assert table(lines).equals(table(changes).with_columns(pl.col("quantity") * 2))


def test_where_the_old_quantity_is_known_it_stood_before() -> None:
    rows = [
        ("2026-01-05", "x", "2026-01-26", 10, 20),
        ("2026-01-05", "y", "2026-01-26", 5, 6),
        ("2026-01-12", "x", "2026-02-02", 30, 40),
    ]
    schema = ["changed on", "part", "due date", "old qty", "new qty"]
    read = irrupt.read(pl.DataFrame(rows, schema=schema, orient="row"))
    first = read.schedules.filter(pl.col("issued").dt.date() == date(2026, 1, 5))
    assert first.select("part", "quantity").sort("part", "quantity").rows() == [("x", 20.0), ("x", 30.0), ("y", 6.0)]
    assert any("from old qty to new qty" in note for note in read.notes)


@pytest.mark.parametrize("columns", [["old qty", "newer price"], ["old qty", "new price"]])
def test_two_columns_that_are_not_the_same_before_and_after_are_no_changes(columns: list[str]) -> None:
    rows = [("2026-01-05", "x", "2026-01-26", 10, 20), ("2026-01-12", "x", "2026-01-26", 10, 20)]
    frame = pl.DataFrame(rows, schema=["issued", "part", "due date", *columns], orient="row")
    try:
        notes = irrupt.read(frame).notes
    except irrupt.errors.DataError:
        return
    assert not any("put together" in note for note in notes)


def test_what_else_is_told_of_changes_is_not_dropped_in_silence() -> None:
    _plans, changes = made()
    read = irrupt.read(changes.with_columns(pl.col(pl.Date).cast(pl.String), Grund=pl.lit("Anruf")))
    assert any("Grund" in note for note in read.notes)


WORDS = [
    ("A", "C", "D"),
    ("Added", "Changed", "Deleted"),
    ("new", "changed", "cancelled"),
    ("neu", "geändert", "gelöscht"),
]


@pytest.mark.parametrize(("added", "changed", "deleted"), WORDS)
def test_what_is_added_changed_and_deleted_leads_to_plans(added: str, changed: str, deleted: str) -> None:
    plans, _changes = made()
    rows, now = [], dict[tuple[str, date], int | None]()
    for issued, client, _part, period, quantity in plans.rows():
        dropped = (issued - WEEKS[0]).days % 4 == 3 and (period - issued).days == 35 and client == "Acme"
        before = now.get((client, period), 0)
        if dropped and before:
            rows.append((issued, client, period, deleted, before))
        elif not dropped and before != quantity:
            rows.append((issued, client, period, changed if (client, period) in now else added, quantity))
        now[client, period] = 0 if dropped else quantity
    names = ["Released on", "Customer", "Due", "Action", "Qty"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col(pl.Date).cast(pl.String), Part=pl.lit("P1")
    )
    read = irrupt.read(frame)
    assert any("as Action says" in note for note in read.notes)
    gone = read.schedules.filter(pl.col("quantity") == 0)
    assert gone.height
    told = read.schedules.join(gone, on=["client", "issued", "period"], how="anti").select(KEYS)
    assert set(told.rows()) <= set(table(plans).rows())
    assert read.schedules.height == plans.height


def test_a_status_that_says_new_of_all_that_is_open_is_no_change() -> None:
    plans, _changes = made()
    days = plans.with_columns(pl.col(pl.Date).cast(pl.String), Action=pl.lit("new"))
    days = days.with_columns(Action=pl.when(pl.col("Menge") % 3 == 0).then(pl.lit("changed")).otherwise("Action"))
    read = irrupt.read(days.rename({"Action": "Remark"}))
    assert read.schedules.height == plans.height
    assert any("not used: Remark" in note for note in read.notes)


def test_files_that_are_called_changes_leave_what_they_do_not_name(tmp_path: Path) -> None:
    files = {"Plan_2026-01-05": [(3, 5), (4, 6), (5, 7)], "Aenderungen_2026-01-12": [(4, 9)]}
    files |= {"Aenderungen_2026-01-19": [(5, 0), (6, 8)]}
    for name, rows in files.items():
        lines = [f"Volvo,A,2026-W{week:02},{quantity}" for week, quantity in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join(["Kunde,Teil,KW,Menge", *lines]), encoding="utf-8")
    read = irrupt.read(tmp_path)
    last = read.schedules.filter(pl.col("issued") == pl.col("issued").max()).sort("period")
    assert last["quantity"].to_list() == [9.0, 0.0, 8.0]
    assert any("each row changes the plan before it" in note for note in read.notes)
