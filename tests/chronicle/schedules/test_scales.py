"""Quantities counted in thousands, as the heading, the unit or a line above the table says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.chronicle.schedules.scales import tells_scale, unscaled

KEYS = ("client", "part", "issued", "period", "quantity")
THOUSANDS = (
    "Menge (Tsd.);Qty (000s);Quantité (milliers);in Tsd;k pcs;Qty (k);Menge in Tsd. Stk;Qty k;Qty '000;Menge TSD;"
    "Quantity (thousands);Qté (en milliers de pièces);Menge [Tsd. Stück];Cantidad (miles);Quantità (migliaia);"
    "Qty x1000;Menge in 1.000 Stk;Menge (1000 Stk);Bedarf TSTK;Menge_Tsd;Ilość (tys. szt.);Aantal (duizend)"
)
SINGLE = (
    "Menge (ST);Menge (kg);Menge (t);Menge (T);Menge (M);Menge (KAR);Qty (km);Menge K;Plant 1000 Qty;Werk 1000;"
    "Preis pro Tausend;Preis je 1000 Stk;Qty per 1000;Material 1000;2026-W08;KW 08/2026;Stock;Kunde;k;Teil 1.000"
)


@pytest.fixture(scope="module")
def plans() -> pl.DataFrame:
    whole = history((Client(name="Alpha", parts=2, level=12_000.0),), weeks=5, horizon=6, seed=7)
    return whole.filter(pl.col("kind") == "forecast").with_columns((pl.col("quantity") / 10).round() * 10)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table with decimal commas, with lines above it, as a CSV."""

    def write(table: pl.DataFrame, *above: str) -> Path:
        path = tmp_path / "plan.csv"
        body = table.write_csv(separator=";", decimal_comma=True)
        path.write_text("\n".join([*above, body]), encoding="utf-8")
        return path

    return write


def long(plans: pl.DataFrame, name: str = "Menge") -> pl.DataFrame:
    """The plans in thousands."""
    return plans.select(
        Kunde="client",
        Teil="part",
        Stand=pl.col("issued").dt.strftime("%d.%m.%Y"),
        Woche=pl.col("period").dt.strftime("%G-W%V"),
        **{name: pl.col("quantity") / 1000},
    )


def wide(plans: pl.DataFrame) -> pl.DataFrame:
    return long(plans).pivot("Woche", index=["Kunde", "Teil", "Stand"], values="Menge")


def said(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(
        frame.select(KEYS).with_columns(pl.col("issued", "period").dt.date(), pl.col("quantity").round(3)).rows()
    )


def told(chronicle: irrupt.Chronicle) -> int:
    return sum("1,000" in note for note in chronicle.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", THOUSANDS.split(";"))
def test_a_heading_tells_thousands(name: str, plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    read = irrupt.read(written(long(plans, name)))
    assert said(read.schedules) == said(plans)
    assert told(read) == 1


@pytest.mark.parametrize("name", SINGLE.split(";"))
def test_units_plants_and_prices_are_no_scale(name: str) -> None:
    assert unscaled(name) == (name, 1)


def test_a_unit_behind_the_heading_changes_nothing(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    read = irrupt.read(written(long(plans, "Menge (ST)")))
    assert read.schedules["quantity"].sum() == pytest.approx(plans["quantity"].sum() / 1000)
    assert not told(read)


@pytest.mark.parametrize(
    ("column", "unit"), [("ME", "TSD"), ("UoM", "MIL"), ("Einheit", "Tsd. Stk"), ("Unité", "milliers")]
)
def test_a_column_of_units_tells_thousands(
    column: str, unit: str, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    read = irrupt.read(written(wide(plans).with_columns(pl.lit(unit).alias(column))))
    assert said(read.schedules) == said(plans)
    assert told(read) == 1


def test_each_row_has_its_unit(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    table = wide(plans).with_columns(ME=pl.when(pl.col("Teil") == "A001").then(pl.lit("TSD")).otherwise(pl.lit("ST")))
    whole = plans.with_columns(pl.when(pl.col("part") == "A001").then("quantity").otherwise(pl.col("quantity") / 1000))
    assert said(irrupt.read(written(table)).schedules) == said(whole)


@pytest.mark.parametrize(
    "above", ["Alle Mengen in Tsd. Stück", "Unit: k pcs;;", "Quantités en milliers", "Quantities in thousands"]
)
def test_a_line_above_the_table_tells_thousands(above: str, plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    for table in (wide(plans), long(plans)):
        read = irrupt.read(written(table, above))
        assert said(read.schedules) == said(plans)


@pytest.mark.parametrize("rename", [{"Teil": "Teil (Mengen in Tsd.)"}, "%s (Tsd.)"])
def test_the_corner_or_the_periods_of_a_matrix_tell_thousands(
    rename: Any, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    table = wide(plans)
    names = rename if isinstance(rename, dict) else {name: rename % name for name in table.columns if "-W" in name}
    read = irrupt.read(written(table.rename(names)))
    assert said(read.schedules) == said(plans)
    assert told(read) == 1


def test_firm_and_foreseen_quantities_in_thousands(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    table = long(plans, "q").with_columns(plans["firm"])
    firm = pl.when("firm").then("q").alias("Firm qty (k)")
    foreseen = pl.when(~pl.col("firm")).then("q").alias("Forecast qty (k)")
    read = irrupt.read(written(table.select(pl.exclude("q", "firm"), firm, foreseen)))
    assert said(read.schedules) == said(plans)


def test_orders_worth_thousands(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,customer,order date,qty,revenue (k€)\n1,A,2026-01-02,1,1.5\n2,B,2026-01-03,2,20\n", encoding="utf-8"
    )
    read = irrupt.read(path).schedules
    assert (read["quantity"].to_list(), read["value"].to_list()) == ([1.0, 2.0], [1500.0, 20_000.0])


@pytest.mark.parametrize("text", ["Thousand Oaks", "Plan 2026", "Bericht über Tausend Teile", "in Arbeit"])
def test_other_lines_above_a_table_tell_no_scale(text: str) -> None:
    assert not tells_scale(text)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "title",
    [
        *("Rolling forecast – quantities in thousand pcs", "Rolling forecast, all figures in thousands"),
        *("Lieferplan Mengen in Tsd. Stück", "Prévisions (quantités en milliers de pièces)"),
        *("Previsión de ventas, cantidades en miles de unidades", "Previsione quantità in migliaia"),
    ],
)
@pytest.mark.parametrize("form", [long, wide])
def test_a_title_may_end_in_how_numbers_are_counted(
    title: str, form: Callable[[pl.DataFrame], pl.DataFrame], plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    read = irrupt.read(written(form(plans), title))
    assert said(read.schedules) == said(plans)
    assert told(read) == 1
