"""Rows that say several things of one part and period, told from each other by a column of any name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history

WEEKS = ("2026-W08", "2026-W09", "2026-W10", "2026-W11")
FIRM, OPEN = (100, 50, 0, 0), (0, 30, 90, 95)
WHOLE = (100, 80, 90, 95)
TRUTH = {(100.0, True), (50.0, True), (30.0, False), (90.0, False), (95.0, False)}


@pytest.fixture
def matrix(tmp_path: Path) -> Callable[..., Path]:
    """Writes a matrix of one plan, or its long form, a row for each of *rows*."""

    def write(column: str, rows: dict[str, tuple[int, ...]], *, long: bool = False) -> Path:
        wide = pl.DataFrame(
            [("A1", "W1", "2026-02-16", name, *cells) for name, cells in rows.items()],
            schema=["Teil", "Werk", "Stand", column, *WEEKS],
            orient="row",
        )
        table = wide.unpivot(WEEKS, index=wide.columns[:4], variable_name="KW", value_name="Menge") if long else wide
        table.write_csv(tmp_path / "plan.csv", separator=";")
        return tmp_path / "plan.csv"

    return write


def said(chronicle: irrupt.Chronicle) -> set[tuple[Any, ...]]:
    return set(chronicle.schedules.select("quantity", "firm").rows())


def codes(chronicle: irrupt.Chronicle) -> list[str]:
    return [problem.code for problem in chronicle.problems]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("column", ["Xyz", "Kennzahl", "Status", "Type"])
@pytest.mark.parametrize(
    "names",
    [
        ("Firm", "Forecast", "Net"),
        ("Fest", "Vorschau", "Netto"),
        ("Ferme", "Prévision", "Net"),
        ("Orders", "Forecast", "Total"),
        ("Confermato", "Previsione", "Totale"),
    ],
)
def test_firm_and_foreseen_rows_are_told_apart_and_their_sum_is_set_aside(
    names: tuple[str, str, str], column: str, long: bool, matrix: Callable[..., Path]
) -> None:
    read = irrupt.read(matrix(column, dict(zip(names, (FIRM, OPEN, WHOLE), strict=True)), long=long))
    assert said(read) == TRUTH
    assert codes(read) == ["sum"]
    assert read.schedules["quantity"].sum() == sum(WHOLE)


def test_running_totals_of_the_sum_are_set_aside_too(matrix: Callable[..., Path]) -> None:
    rows = {"Fest": FIRM, "Vorschau": OPEN, "Netto": WHOLE, "Kumuliert": (100, 180, 270, 365)}
    read = irrupt.read(matrix("Zeile", rows))
    assert said(read) == TRUTH
    assert codes(read) == ["sum", "not quantities"]


@pytest.mark.parametrize("last", [("Total", WHOLE), ("Net", OPEN)])
def test_a_forecast_may_contain_what_is_firm_as_the_sum_shows(
    last: tuple[str, tuple[int, ...]], matrix: Callable[..., Path]
) -> None:
    read = irrupt.read(matrix("Zeile", {"Firm": FIRM, "Forecast": WHOLE, last[0]: last[1]}))
    assert said(read) == TRUTH
    assert any("only the rest of it is foreseen" in note for note in read.notes)


def test_a_net_that_is_no_sum_of_both_is_set_aside_and_told(matrix: Callable[..., Path]) -> None:
    read = irrupt.read(matrix("Zeile", {"Firm": FIRM, "Forecast": OPEN, "Net of stock": (7, 33, 91, 5)}))
    assert said(read) == TRUTH
    assert codes(read) == ["not quantities"]
    assert any("they are added up" in note for note in read.notes)


def test_of_gross_need_stock_and_net_need_the_gross_one_is_announced(matrix: Callable[..., Path]) -> None:
    rows = {"Bruttobedarf": WHOLE, "Bestand": (500, 400, 300, 200), "Nettobedarf": (0, 0, 10, 95)}
    read = irrupt.read(matrix("Zeile", rows))
    assert read.schedules["quantity"].to_list() == list(WHOLE)


@pytest.mark.parametrize("names", [("Plan", "Ist"), ("Prévision", "Réel"), ("Forecast", "Actual")])
def test_what_was_delivered_before_the_plan_stands_for_itself(
    names: tuple[str, str], matrix: Callable[..., Path]
) -> None:
    path = matrix("Zeile", dict(zip(names, (WHOLE, (97, 70, 0, 0)), strict=True)))
    path.write_text(path.read_text(encoding="utf-8").replace("2026-02-16", "2026-03-02"), encoding="utf-8")
    read = irrupt.read(path)
    delivered = read.schedules.filter(pl.col("kind") == "delivered")
    assert delivered["quantity"].to_list() == [97.0, 70.0]
    assert read.schedules.filter(pl.col("kind") == "forecast")["quantity"].to_list() == [90.0, 95.0]
    assert codes(read) == ["over"]


@pytest.mark.parametrize("names", [("Firm foam", "Soft foam", "Net bag"), ("Total care", "Fixed lamp", "Stock box")])
def test_names_of_goods_are_not_taken_for_what_rows_say(names: tuple[str, ...], tmp_path: Path) -> None:
    plans = history((Client(name="A", parts=3),), weeks=3, horizon=5).filter(pl.col("kind") == "forecast")
    known = plans["part"].unique().sort().to_list()
    table = plans.with_columns(pl.col("part").replace(known, list(names)).alias("Bezeichnung"))
    table.select("client", "part", "Bezeichnung", "issued", "period", "quantity").write_csv(tmp_path / "plan.csv")
    read = irrupt.read(tmp_path / "plan.csv")
    assert read.schedules["quantity"].sum() == plans["quantity"].sum()
    assert not read.problems


def test_a_cell_that_repeats_another_takes_nothing_else_of_its_row_away(tmp_path: Path) -> None:
    """Two rows of one part, alike in one week: the whole second row was lost."""
    table = pl.DataFrame(
        {"part": ["x", "x"], "issued": ["2026-02-16"] * 2, **{name: [5, 5 + at] for at, name in enumerate(WEEKS)}}
    )
    table.write_csv(tmp_path / "plan.csv")
    read = irrupt.read(tmp_path / "plan.csv")
    assert read.schedules["quantity"].sum() == 5 * 7 + 6
    assert codes(read) == ["repeated row", "several quantities"]


@pytest.mark.parametrize("issued", [True, False])
@pytest.mark.parametrize("day", [0, 2])
@pytest.mark.parametrize("names", [("Delivered", "Return"), ("Shipped", "Retoure"), ("Livré", "Retour")])
def test_deliveries_between_plans_stay_deliveries_and_returns_are_taken_from_them(
    names: tuple[str, str], day: int, issued: bool, tmp_path: Path
) -> None:
    """They were set aside where they are of a day on which a plan was issued."""
    weeks = [date(2025, 9, 1) + timedelta(weeks=at) for at in range(8)]
    rows = [("A", str(weeks[at]), str(weeks[at + ahead]), 100, "Forecast") for at in range(5) for ahead in range(4)]
    for week in weeks[:5]:
        gone = str(week + timedelta(days=day))
        rows += [("A", gone if issued else "", gone, amount, names[0]) for amount in (60, 40)]
    back = str(weeks[2] + timedelta(days=day))
    rows.append(("A", back if issued else "", back, 30, names[1]))
    pl.DataFrame(rows, ["Part", "Issue date", "Due date", "Quantity", "Type"], orient="row").write_csv(
        tmp_path / "p.csv"
    )
    read = irrupt.read(tmp_path / "p.csv")
    delivered = read.schedules.filter(pl.col("kind") == "delivered")
    assert (delivered.height, delivered["quantity"].sum()) == (11, 470.0)
    assert read.schedules.filter(pl.col("kind") == "forecast").height == 20
    assert "not quantities" not in codes(read)
    assert not any("plant=" in note for note in read.notes)
