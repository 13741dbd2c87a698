"""One plan as customers in several countries send it: whatever they call its columns, it is the same plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt

START = date(2025, 7, 28)
LONG = {
    "en": ("Customer,Plant,Part No,Issue date,Delivery date,Quantity,Status", "Firm", "Forecast"),
    "es": ("Cliente,Planta,Referencia,Fecha emisión,Fecha de entrega,Cantidad,Tipo", "En firme", "Previsión"),
    "pl": ("Klient,Zakład,Nr części,Data wydania,Data dostawy,Ilość,Status", "potwierdzone", "prognoza"),
    "cs": ("Zákazník,Závod,Číslo dílu,Datum vystavení,Datum dodání,Množství,Typ", "závazné", "výhled"),
    "tr": ("Müşteri,Fabrika,Parça No,Yayın Tarihi,Teslim Tarihi,Miktar,Durum", "Kesin", "Tahmini"),
    "ja": ("Customer,Ship To,Parts No.,Issue Date,Delivery Date,Order Qty,確定/内示", "確定", "内示"),
    "sv": ("Kund,Fabrik,Artikelnummer,Prognosdatum,Leveransdatum,Antal,Status", "Fast", "Prognos"),
    "hu": ("Vevő,Gyár,Cikkszám,Kiadás dátuma,Szállítás,Mennyiség,Típus", "Rögzített", "Előrejelzés"),
    "fi": ("Asiakas,Tehdas,Nimike,Julkaistu,Toimituspäivä,Määrä,Tila", "Vahvistettu", "Ennuste"),
    "ro": ("Client,Fabrica,Reper,Data emiterii,Data livrarii,Cantitate,Stare", "Ferm", "Estimat"),
    "sap": ("Auftraggeber,Werk,Material,Abrufdat.,LiefDatum,Menge,Fix", "X", ""),
}
WIDE = {
    "de": ("Kunde;Teil;Plandatum;Rückstand", "KW {w}"),
    "de, number first": ("Kunde;Teil;Stand;Rückstand", "{w}. KW"),
    "nl": ("Klant;Artikelnummer;Plandatum;Achterstand", "wk {w}"),
    "tr": ("Müşteri;Parça No;Plan Tarihi;Gecikmiş", "{w}. Hafta"),
    "it": ("Cliente;Articolo;Data emissione;Arretrato", "Sett. {w}"),
    "pl": ("Odbiorca;Indeks;Data planu;Zaległości", "{w} tydz."),
    "cs": ("Zákazník;Číslo dílu;Datum vystavení;Skluz", "týden {w}"),
    "en": ("Customer;SKU;Issued;Open/Late", "W{w}-25"),
}


def told(path: Path, *columns: str) -> pl.DataFrame:
    return irrupt.read(path).schedules.select("client", "part", "issued", "period", "quantity", "backlog", *columns)


def long(folder: Path, language: str) -> pl.DataFrame:
    """What a list in a *language* tells."""
    head, firm, soft = LONG[language]
    lines = [head]
    for plan in range(3):
        issued = START + timedelta(weeks=plan)
        for at in range(4):
            due = issued + timedelta(weeks=at, days=2)
            status = firm if at < 2 else soft
            lines.append(f"ACME,P1,X-9,{issued:%d.%m.%Y},{due:%d.%m.%Y},{100 + 7 * plan + at},{status}")
    (folder / "long.csv").write_text("\n".join(lines), encoding="utf-8")
    return told(folder / "long.csv", "plant", "firm")


def wide(folder: Path, language: str) -> pl.DataFrame:
    """What a table with weeks above its columns tells."""
    head, week = WIDE[language]
    weeks = [(START + timedelta(weeks=at)).isocalendar().week for at in range(5)]
    lines = [head + ";" + ";".join(week.format(w=w) for w in weeks)]
    lines += [f"ACME;{part};28.07.2025;40;10;20;0;30;25" for part in ("X-1", "X-2")]
    (folder / "wide.csv").write_text("\n".join(lines), encoding="utf-8")
    return told(folder / "wide.csv")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A list, and a table with weeks above its columns."""
    folder = tmp_path_factory.mktemp("english")
    return long(folder, "en"), wide(folder, "en")


@pytest.mark.parametrize("language", [one for one in LONG if one != "en"])
def test_a_list_says_the_same_in_every_language(
    language: str, english: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path
) -> None:
    assert english[0]["firm"].to_list() == [True, True, False, False] * 3
    assert long(tmp_path, language).equals(english[0])


@pytest.mark.parametrize("language", [one for one in WIDE if one != "en"])
def test_weeks_above_columns_say_the_same_in_every_language(
    language: str, english: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path
) -> None:
    assert english[1].filter("backlog")["quantity"].to_list() == [40.0, 40.0]
    assert wide(tmp_path, language).equals(english[1])


def test_months_with_short_years_are_read_across_the_turn_of_the_year(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Part Number,Forecast Date,Past Due,Nov 25,Dec 25,Jan 26,Feb 26\nA,10/27/2025,0,5,6,7,8\n")
    rows = irrupt.read(path).schedules.filter(quantity=pl.col("quantity")).filter(pl.col("quantity") > 0)
    assert rows["period"].dt.strftime("%Y-%m-%d").to_list() == ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"]


def test_days_without_a_year_are_read_over_the_weekend_where_their_order_is_plain(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Item no;Issued;24/07;25/07;28/07;29/07;Total\nA;2025-07-24;1;2;3;4;10\nB;2025-07-24;1;2;3;4;10\n")
    rows = irrupt.read(path).schedules.filter(part="A")
    assert [(one.month, one.day) for one in rows["period"]] == [(7, 24), (7, 25), (7, 28), (7, 29)]


def test_who_delivers_is_no_client_and_titles_of_plans_are_no_part_of_his_name(tmp_path: Path) -> None:
    head = "T;Lieferdatum;Einteilungsmenge;ME;FZ\n"
    rows = (
        "T;30.07.2025;1.200;ST;1.200\nW;32.2025;2.500;ST;3.700\nW;33.2025;2.400;ST;6.100\nM;09.2025;9.000;ST;15.100\n"
    )
    above = "Lieferant: 100234 Muster GmbH;;;;\nKunde: Kolben GmbH;;;;\nMaterial: A-4711;;;;\nStand: 28.07.2025;;;;\n"
    (tmp_path / "a.csv").write_text(above + head + rows)
    table = told(tmp_path / "a.csv")
    assert set(table["client"]) == {"Kolben GmbH"}
    assert {one.date() for one in table["issued"]} == {START}
    assert [(one.month, one.day) for one in table["period"]] == [(7, 30), (8, 4), (8, 11), (9, 1)]


Rows = Sequence[Sequence[Any]]


def test_a_sheet_in_blocks_is_one_table(workbook: Callable[..., Path]) -> None:
    """A block for each part below its name, with the header again, is the same as a column of parts."""
    blocks: list[list[Any]] = [["Customer: Blockwise Ltd"], ["Issued: 28/07/2025"], []]
    whole: list[list[Any]] = [["Customer: Blockwise Ltd"], ["Issued: 28/07/2025"], [], ["Part", "Week", "Qty"]]
    for k, part in enumerate(("BL-1", "BL-2", "BL-3")):
        own = [[f"W{31 + at}-25", 10.0 * k + at + 1] for at in range(4)]
        blocks += [[f"Part: {part}"], ["Week", "Qty"], *own, []]
        whole += [[part, *row] for row in own]
    tables = [told(workbook(rows, name)) for rows, name in ((blocks, "blocks.xlsx"), (whole, "whole.xlsx"))]
    assert tables[0].height == 12
    assert tables[0].equals(tables[1])


def test_years_above_weeks_are_no_quantities(workbook: Callable[..., Path]) -> None:
    rows = [["Plan vom 15.12.2025"], ["Artikel", 2025, None, 2026], [None, "KW51", "KW52", "KW1"], ["Z", 1, 2, 3]]
    table = told(workbook(rows))
    assert [one.strftime("%G-%V") for one in table["period"]] == ["2025-51", "2025-52", "2026-01"]
    assert table["quantity"].to_list() == [1.0, 2.0, 3.0]


def test_a_sheet_for_each_month_is_a_plan_of_that_month(workbook: Callable[..., Path]) -> None:
    sheets = {
        f"2024-{at:02}": [
            ["Vorschau Monats AG"],
            ["Artikel", *(f"{at + k:02}/2024" for k in range(4))],
            ["M", 1, 2, 3, 4],
        ]
        for at in (1, 2, 3)
    }
    table = told(workbook(sheets))
    assert {one.month for one in table["issued"]} == {1, 2, 3}
    assert set(table["client"]) == {"Monats AG"}


def test_what_was_delivered_in_few_periods_is_told_from_the_plan_of_many(workbook: Callable[..., Path]) -> None:
    head = ["Artikel", "Kunde", "Planstand"] + [f"{kind} {m:02}/2025" for m in range(7, 11) for kind in ("Plan", "Ist")]
    rows = [head, ["A", "K", "28.07.2025", 500, 480, 300, None, 200, None, 100, None]]
    table = irrupt.read(workbook(rows)).schedules
    assert table.filter(kind="delivered")["quantity"].to_list() == [480.0]
    assert table.filter(kind="forecast")["quantity"].to_list() == [500.0, 300.0, 200.0, 100.0]


def test_the_name_of_the_file_dates_one_matrix_and_titles_name_its_part(workbook: Callable[..., Path]) -> None:
    rows = [["Artikel W-17, Kunde Wasserfall KG"], ["Werk", "S31", "S32", "S33"], ["11", 1, 2, 3], ["12", 4, 5, 6]]
    table = irrupt.read(workbook(rows, "Programme_S31_2025.xlsx")).schedules
    assert {one.date() for one in table["issued"]} == {START}
    assert (set(table["part"]), set(table["client"])) == ({"W-17"}, {"Wasserfall KG"})
    later = irrupt.read(workbook(rows, "Programme_S40_2025.xlsx")).schedules
    assert {one.date() for one in later["issued"]} != {date(2025, 9, 29)}


def test_new_quantities_are_told_from_old_ones_and_their_difference(workbook: Callable[..., Path]) -> None:
    head = ["Part", "Customer", "Issued"] + [
        f"{kind} W{31 + at}" for at in range(3) for kind in ("Old", "New", "Delta")
    ]
    table = irrupt.read(workbook([head, ["P", "C", "2025-07-28", 10, 20, 10, 30, 30, 0, 50, 40, -10]])).schedules
    assert table["quantity"].to_list() == [20.0, 30.0, 40.0]
