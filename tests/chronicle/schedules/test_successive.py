"""Versions of a plan that bear numbers and no dates are told from orders, and never added up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError

MONDAY = date(2024, 1, 1)
WEEKS = 8
NAMES = ("Abruf-Nr.", "Plan", "Version", "Release", "Lieferabruf-Nr", "Abrufnummer", "Rev", "Stand")


def numbered(
    column: str = "Version", *, step: int = 1, first: int = 95, name: str = "{}", versions: int = 12
) -> pl.DataFrame:
    """A rolling plan of two parts: each version begins *step* weeks after the one before, and reaches eight weeks."""
    rows = [
        {
            "Kunde": "Auto AG", "Teil": part, column: name.format(first + version),
            "Woche": (MONDAY + timedelta(weeks=step * version + ahead)).strftime("%G-W%V"),
            "Menge": 100 + 10 * version + ahead,
        }
        for version in range(versions) for part in ("A", "B") for ahead in range(WEEKS)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def shown(frame: pl.DataFrame, **options: Any) -> list[tuple[str, date, date, float]]:
    table = irrupt.read(frame, **options).schedules
    assert set(table["kind"]) == {"forecast"}
    rows = table.select("part", pl.col("issued", "period").dt.date(), "quantity").sort("part", "issued", "period")
    return rows.rows()


EXPECTED = [
    (part, MONDAY + timedelta(weeks=version), MONDAY + timedelta(weeks=version + ahead), 100.0 + 10 * version + ahead)
    for part in ("A", "B") for version in range(12) for ahead in range(WEEKS)
]  # fmt: skip


@pytest.mark.one_in(2)
@pytest.mark.parametrize("column", NAMES)
def test_numbered_versions_are_issued_when_their_first_period_begins(column):
    frame = numbered(column)
    assert shown(frame.sample(fraction=1.0, shuffle=True, seed=1)) == EXPECTED
    notes = irrupt.read(frame).notes
    assert any(note.startswith(f"“{column}” numbers 12 versions") and "issued=…" in note for note in notes)
    assert any(f"plan = {column}" in note for note in notes)


@pytest.mark.parametrize("name", ["V{}", "2024/{}", "LAB-{}-AG"])
def test_versions_come_in_the_order_of_the_numbers_in_their_names(name):
    assert shown(numbered(name=name)) == EXPECTED  # from V95 to V106: not the order of letters


def test_numbered_versions_in_matrix_form_and_as_running_totals():
    frame = numbered()
    index = ["Kunde", "Teil", "Version"]
    assert shown(frame.pivot("Woche", index=index, values="Menge")) == EXPECTED
    totals = frame.select(*index, "Woche", pl.col("Menge").cum_sum().over(index).alias("Fortschrittszahl"))
    totals = totals.with_columns(pl.lit(0).alias("Eingangsfortschrittszahl"))
    assert shown(totals) == EXPECTED


def test_each_part_may_number_its_own_versions():
    later = numbered(first=3).filter(Teil="B")
    assert shown(pl.concat([numbered().filter(Teil="A"), later])) == EXPECTED


def test_a_column_of_dates_tells_otherwise():
    frame = numbered().with_columns(pl.lit("2023-12-04").alias("Gedruckt"))
    read = irrupt.read(frame, mapping={"issued": "Gedruckt"})
    assert read.schedules["issued"].dt.date().unique().to_list() == [date(2023, 12, 4)]
    assert not any("numbers 12 versions" in note for note in read.notes)


@pytest.mark.parametrize("step", [0, -1])
def test_versions_that_do_not_tell_when_they_were_issued_are_not_added_up(step):
    with pytest.raises(DataError, match=r"(?s)seems to number 12 versions.*issued=…"):
        irrupt.read(numbered(step=step))


def kinds(frame: pl.DataFrame) -> set[str]:
    return set(irrupt.read(frame).schedules["kind"])


@pytest.mark.parametrize("column", ["Bestellnummer", "Order no", "Invoice", "N° commande"])
def test_what_is_called_an_order_is_one(column):
    assert kinds(numbered(column)) == {"order"}


@pytest.mark.parametrize("column", ["Belegnummer", "Release", "Document number"])
def test_numbers_of_few_periods_or_of_others_each_time_are_orders(column):
    day = [MONDAY + timedelta(days=3 * at % 160) for at in range(120)]
    orders = {"Kunde": "K", "Teil": ["A", "B", "C"] * 40, column: range(120), "Datum": day, "Menge": 5}
    assert kinds(pl.DataFrame(orders)) == {"order"}
    assert kinds(numbered(column, step=WEEKS)) == {"order"}  # each goes on where the one before ends


def test_contracts_side_by_side_and_places_are_added_up():
    assert kinds(numbered(step=0, versions=2)) == {"order"}
    assert kinds(numbered("Programme", step=0, name="Golf {}", versions=2)) == {"order"}
    assert kinds(numbered("Lager", step=0, versions=6)) == {"order"}
    assert kinds(numbered("Lager", step=1, versions=3)) == {"order"}
