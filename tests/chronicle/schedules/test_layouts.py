"""Tables as planners in many houses lay them out: what is read is what was written, whatever the layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.recognising import looks_like_schedules
from irrupt.errors import UsageError

KEYS = ("client", "plant", "part", "issued", "period", "quantity")


@pytest.fixture(scope="module")
def plans() -> pl.DataFrame:
    clients = (Client(name="Alpha", parts=2, plants=2), Client(name="Beta", parts=2, moves=0.2))
    return history(clients, weeks=8, horizon=6, seed=4).filter(pl.col("kind") == "forecast")


def said(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(frame.select(KEYS).with_columns(pl.col("issued", "period").dt.date()).rows())


def day(name: str, form: str) -> pl.Expr:
    return pl.col(name).dt.strftime(form)


NAMES = {
    "fr": ("Client", "Site de livraison", "Réf. article", "Date d'émission", "Semaine de livraison", "Quantité prévue"),
    "de": ("Kunde", "Werk", "Sachnummer", "Abrufdatum", "Lieferdatum", "Abrufmenge"),
    "es": ("Cliente", "Planta", "Referencia", "Fecha de emisión", "Fecha de entrega", "Cantidad"),
    "it": ("Cliente", "Stabilimento", "Codice articolo", "Data emissione", "Data consegna", "Quantità"),
    "nl": ("Klant", "Fabriek", "Artikelnummer", "Uitgiftedatum", "Leverdatum", "Aantal"),
    "pt": ("Cliente", "Fábrica", "Código do artigo", "Data de emissão", "Data de entrega", "Quantidade"),
    "pl": ("Klient", "Zakład", "Nr części", "Data wydania", "Data dostawy", "Ilość"),
    "sap": ("KUNNR", "WERKS", "MATNR", "ABRDT", "EDATU", "WMENG"),
    "words": ("Sold-to party", "Plant", "Material", "Release date", "Delivery date", "Schedule line quantity"),
    "foreign": ("kund", "fabrik", "artnr", "utfärdad", "leverans", "antal"),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("language", NAMES)
def test_columns_are_known_by_words_and_by_what_stands_in_them(language: str, plans: pl.DataFrame) -> None:
    dates = plans.with_columns(day("issued", "%d.%m.%Y"), day("period", "%d.%m.%Y")).select(KEYS)
    assert said(irrupt.read(dates.rename(dict(zip(KEYS, NAMES[language], strict=True)))).schedules) == said(plans)


@pytest.mark.parametrize("words", [("Ferme", "Prévisionnel"), ("Fermo", "Previsione"), ("F", "P"), ("fix", "Vorschau")])
def test_a_column_of_words_for_firm_and_forecast_is_no_activity(words: tuple[str, str], plans: pl.DataFrame) -> None:
    told = plans.select(*KEYS, Status=pl.when("firm").then(pl.lit(words[0])).otherwise(pl.lit(words[1])))
    read = irrupt.read(told).schedules.sort(KEYS)
    assert read["firm"].to_list() == plans.sort(KEYS)["firm"].to_list()


def wide(plans: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    ordered = plans.sort("period").with_columns(name.alias("name"), day("issued", "%Y-%m-%d"))
    return ordered.pivot("name", index=["client", "plant", "part", "issued"], values="quantity")


AHEAD = (pl.col("period") - pl.col("issued")).dt.total_days() // 7
ACROSS: dict[str, pl.Expr] = {
    "dates": day("period", "%d.%m.%Y"),
    "named days": day("period", "%d-%b-%y"),
    "weeks and short years": day("period", "W%V-%y"),
    "weeks and years": day("period", "KW%V.%Y"),
    "leads": pl.format("W+{}", AHEAD),
    "first lead without number": pl.when(AHEAD == 0).then(pl.lit("S")).otherwise(pl.format("S+{}", AHEAD)),
    "numbered weeks": pl.format("Week {}", AHEAD + 1),
    "forecast columns": pl.format("Fcst_{}", AHEAD),
}


@pytest.mark.parametrize("layout", ACROSS)
def test_columns_across_are_periods_or_leads_in_many_spellings(layout: str, plans: pl.DataFrame) -> None:
    assert said(irrupt.read(wide(plans, ACROSS[layout])).schedules) == said(plans)


def test_weeks_without_a_year_are_those_nearest_to_the_issue() -> None:
    frame = pl.DataFrame({"part": ["x"], "issued": ["2023-12-18"], "KW 51": [5], "KW 52": [6], "KW 1": [7]})
    assert [str(one)[:10] for one in irrupt.read(frame).schedules["period"]] == [
        "2023-12-18",
        "2023-12-25",
        "2024-01-01",
    ]


def test_months_and_days_ahead_are_months_and_days() -> None:
    frame = pl.DataFrame({"part": ["x"], "issued": ["2024-01-31"], "M": [5], "M+1": [6], "M+2": [7]})
    table = irrupt.read(frame).schedules
    assert [str(one)[:10] for one in table["period"]] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert str(table["until"][1])[:10] == "2024-03-01"
    assert leads_across(["D+1", "D+2", "D+3"])["D+1"].days == 1


def test_sums_are_set_aside_and_told(plans: pl.DataFrame) -> None:
    across = wide(plans, ACROSS["dates"])
    sums = across.filter(pl.col("part") == "A001").with_columns(client=pl.lit("Total"), plant=None, part=None)
    both = pl.concat([across, sums]).with_columns(Total=pl.lit(9.0))
    read = irrupt.read(both)
    assert said(read.schedules) == said(plans)
    assert [one.count for one in read.problems if one.code == "sum"] == [sums.height]


def test_blank_cells_below_a_name_belong_to_it(plans: pl.DataFrame) -> None:
    across = wide(plans, ACROSS["dates"]).sort("client", "plant", "part", "issued")
    new = ~pl.struct("client", "plant", "part").is_first_distinct()
    blank = across.with_columns(
        pl.when(new).then(None).otherwise(pl.col(c)).alias(c) for c in ("client", "plant", "part")
    )
    assert said(irrupt.read(blank).schedules) == said(plans)


def test_a_workbook_with_a_sheet_for_each_plan(plans: pl.DataFrame, workbook: Callable[..., Path]) -> None:
    sheets = {}
    for (issued,), rows in plans.group_by("issued", maintain_order=True):
        across = wide(rows, ACROSS["dates"]).drop("issued")
        sheets[f"KW {issued:%V}-{issued:%G}"] = [across.columns, *map(list, across.rows())]
    read = irrupt.read(workbook(sheets))
    assert said(read.schedules) == said(plans)
    assert any("8" in note and "KW 01-2023" in note for note in read.notes)


@pytest.mark.parametrize("blanks", [False, True])
def test_a_header_of_two_rows_with_merged_cells(
    plans: pl.DataFrame, workbook: Callable[..., Path], blanks: bool
) -> None:
    """Weeks stand under their months, names beside the months; weeks that are over are blank in later sheets."""
    across = wide(plans, day("period", "KW %V"))
    sheets = {}
    for (issued,), rows in across.group_by("issued", maintain_order=True):
        table = rows.drop("issued")
        table = table if blanks else table[[column.name for column in table if column.null_count() < table.height]]
        weeks = [name for name in table.columns if name.startswith("KW")]
        above = ["März 2023" if at % 5 == 0 else None for at in range(len(weeks))]
        names = [name for name in table.columns if name not in weeks]
        sheets[f"Stand {issued}"] = [
            ["Bedarfsvorschau"],
            [*names, *above],
            [*([None] * len(names)), *weeks],
            *map(list, table.select(*names, *weeks).rows()),
        ]
    assert said(irrupt.read(workbook(sheets)).schedules) == said(plans)


def test_a_year_above_months_belongs_to_them(workbook: Callable[..., Path]) -> None:
    rows = [
        ["Part", "Issued", "2023", None, "2024"],
        [None, None, "Nov", "Dec", "Jan"],
        ["x", "2023-11-02", 5.0, 6.0, 7.0],
        ["x", "2023-12-04", None, 8.0, 9.0],
    ]
    read = irrupt.read(workbook({"Plan": rows})).schedules
    assert read["period"].dt.strftime("%Y-%m").to_list() == ["2023-11", "2023-12", "2024-01", "2023-12", "2024-01"]


ORDERS = {
    "French": ["N° commande", "Date de commande", "Client", "Article", "Qté commandée", "Montant HT"],
    "German": ["Auftragsnummer", "Auftragsdatum", "Kunde", "Artikel", "Auftragsmenge", "Nettowert"],
    "Spanish": ["Nº de pedido", "Fecha de pedido", "Cliente", "Artículo", "Cantidad pedida", "Importe"],
    "Polish": ["Nr zamówienia", "Data zamówienia", "Klient", "Towar", "Ilość", "Wartość"],
}


@pytest.mark.parametrize("names", ORDERS.values(), ids=ORDERS)
def test_orders_are_known_by_what_their_columns_are_called(names: list[str]) -> None:
    rows = [(f"C{n}", f"2024-01-{1 + n % 28:02d}", "ABC"[n % 3], "x", 5 + n, 2.5 * n) for n in range(40)]
    read = irrupt.read(pl.DataFrame(rows, schema=names, orient="row"))
    assert set(read.schedules["kind"]) == {"order"}
    assert read.schedules["quantity"].sum() == sum(5 + n for n in range(40))


def test_a_status_beside_all_that_a_plan_has_makes_no_log_of_it(plans: pl.DataFrame) -> None:
    status = pl.Series("Status", ["delivered", "fix", "Vorschau"] * plans.height).head(plans.height)
    assert irrupt.read(plans.with_columns(status)).schedules.height
    assert not irrupt.read(plans.drop("issued").with_columns(status)).schedules.height


def test_a_folder_of_tables_with_dates_in_their_names(plans: pl.DataFrame, tmp_path: Path) -> None:
    for (issued,), rows in plans.group_by("issued", maintain_order=True):
        wide(rows, ACROSS["dates"]).drop("issued").write_csv(tmp_path / f"plan_{issued:%Y%m%d}.csv")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    assert said(irrupt.read(tmp_path).schedules) == said(plans)


def test_pieces_of_a_log_in_a_folder_are_one_log(tmp_path: Path) -> None:
    for name in ("a", "b"):
        rows = pl.DataFrame({"case": [name, name], "activity": ["open", "close"], "end": ["2024-01-01", "2024-01-02"]})
        rows.write_csv(tmp_path / f"{name}.csv")
    assert irrupt.read(tmp_path).cases == 2


def test_the_last_week_before_months_is_a_week() -> None:
    days = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-03-01", "2024-04-01"]
    table = irrupt.read(pl.DataFrame({"part": "x", "issued": "2024-01-01", "period": days, "quantity": 5})).schedules
    assert (table["until"] - table["period"]).dt.total_days().to_list() == [7, 7, 7, 31, 30]


def test_backlog_in_the_place_of_a_period_is_backlog_of_the_issue() -> None:
    frame = pl.DataFrame(
        {"part": "x", "issued": "2024-01-01", "period": ["Rückstand", "2024-01-01"], "quantity": [3, 5]}
    )
    read = irrupt.read(frame)
    assert sorted(read.schedules.select("quantity", "backlog").rows()) == [(3.0, True), (5.0, False)]
    assert not read.problems
    assert "1 quantity is told to be backlog: it is kept apart from what is announced" in read.notes


def test_a_running_total_is_no_quantity() -> None:
    days = ["2024-01-01", "2024-01-08"]
    frame = pl.DataFrame(
        {"Article": "x", "Date programme": "2024-01-01", "Date livraison": days, "Cumul demandé": [910, 950]}
    )
    table = irrupt.read(frame.with_columns(pl.lit(900).alias("Cumul reçu"))).schedules
    assert table["quantity"].to_list() == [10.0, 40.0]


def test_the_last_day_before_weeks_is_a_day() -> None:
    days = ["2024-01-09", "2024-01-10", "2024-01-15", "2024-01-22"]
    table = irrupt.read(pl.DataFrame({"part": "x", "issued": "2024-01-08", "period": days, "quantity": 5})).schedules
    assert (table["until"] - table["period"]).dt.total_days().to_list() == [1, 1, 7, 7]


def test_a_log_of_orders_with_an_activity_by_an_unknown_name_stays_a_log() -> None:
    frame = pl.DataFrame(
        {
            "Order": [1, 1, 2, 2], "Aktivnost": ["take", "ship", "take", "ship"], "Created": "2024-01-01",
            "Delivery date": "2024-02-01", "Product": "x", "Qty": 5,
            "Moment": ["2024-01-01 09:12", "2024-01-02 10:31", "2024-01-01 11:05", "2024-01-03 15:47"],
        }
    )  # fmt: skip
    assert not looks_like_schedules(frame, {})
    assert looks_like_schedules(frame.drop("Moment"), {})


def drawn(frame: pl.DataFrame, *, pages: int = 30) -> str:
    """*frame* as SAP lists a table: bars beside padded cells, rules, titles, the header again on every page."""
    names = frame.columns
    cells = [[f"{value:<14}" for value in row] for row in frame.cast(pl.String).rows()]
    bar, head = "-" * (15 * len(names) + 1), "|" + "|".join(f"{name:<14}" for name in names) + "|"
    lines = []
    for at in range(0, len(cells), pages):
        lines += [f"Lieferplan Einteilungen   Seite: {at // pages + 1}", bar, head, bar]
        lines += ["|" + "|".join(row) + "|" for row in cells[at : at + pages]]
        lines += [bar, ""]
    return "\n".join(lines)


def test_a_list_with_bars_and_pages_is_a_table(plans: pl.DataFrame, tmp_path: Path) -> None:
    german = (
        pl.col("quantity")
        .round(0)
        .cast(pl.Int64)
        .map_elements(lambda value: f"{value:,}".replace(",", ".") + ",00", return_dtype=pl.String)
    )
    table = plans.with_columns(
        day("issued", "%d.%m.%Y"), day("period", "%d.%m.%Y"), german.alias("quantity"), pl.lit("17.250").alias("FZ")
    ).select(*KEYS, "FZ")
    (tmp_path / "list.txt").write_text(drawn(table.rename(dict(zip(KEYS, NAMES["de"], strict=True)))))
    read = irrupt.read(tmp_path / "list.txt")
    assert said(read.schedules) == said(plans.with_columns(pl.col("quantity").round(0)))
    assert set(read.schedules["cumulative"]) == {17250.0}, "points group where others have a decimal comma"
    assert any("drawn with bars" in note for note in read.notes)


def test_a_log_drawn_with_bars_is_read_and_told_by_its_own_lines(tmp_path: Path) -> None:
    lines = ["Events", "+----+----+----+", "| case | activity | time |", "+----+----+----+"]
    lines += [f"| c{at} | Ask | 2024-01-{1 + at:02d} 09:00 |" for at in range(9)] + ["| c9 | Ask | never |"]
    (tmp_path / "log.txt").write_text("\n".join([*lines, "+----+----+----+", ""]))
    read = irrupt.read(tmp_path / "log.txt")
    assert read.events.height == 9
    assert [place for problem in read.problems for place in problem.places] == ['line 14, column "time": "never"']


def test_bars_alone_are_a_separator(tmp_path: Path) -> None:
    rows = "".join(f"|{at}|Ask|2024-01-01|\n" for at in range(3))
    (tmp_path / "log.csv").write_text("|case|activity|time|\n" + rows)
    assert irrupt.read(tmp_path / "log.csv").events.height == 3


@pytest.mark.one_in(2)
@pytest.mark.parametrize("before", ["", ";;", "Report\n\n", "Report\n\n;;"])
@pytest.mark.parametrize("behind", ["", ";", ";;;"])
def test_blank_columns_beside_a_table_are_no_columns(before: str, behind: str, tmp_path: Path) -> None:
    own = before.rpartition("\n")[2]
    rows = "".join(f"{own}{at};Ask;2024-01-01{behind}\n" for at in range(3))
    (tmp_path / "log.csv").write_text(f"{before}case;activity;time{behind}\n{rows}")
    read = irrupt.read(tmp_path / "log.csv")
    assert read.events.height == 3
    assert not read.problems


STATES = {
    "Statut": ("annulée", "livrée"), "Status": ("cancelled", "shipped"), "Zustand": ("storniert", "geliefert"),
    "Estado": ("cancelado", "entregado"), "Stato": ("annullato", "consegnato"),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_orders_in_a_row_each_keep_their_status_and_tell_what_is_cancelled(name: str, tmp_path: Path) -> None:
    """An export of orders has a status; it was taken for a log that lacks its cases."""
    gone, done = STATES[name]
    lines = [
        f"A{at};K{at % 3};{1 + at % 28:02d}/0{1 + at // 28}/2022;R{at % 4};{at};{at * 12.5:.2f};" for at in range(84)
    ]
    rows = [line + (gone if at % 7 == 0 else done) for at, line in enumerate(lines)]
    head = f"N° commande;Code client;Date commande;Référence;Quantité;Montant HT;{name}"
    (tmp_path / "orders.csv").write_text("\n".join([head, *rows, ""]))
    read = irrupt.read(tmp_path / "orders.csv").schedules
    assert read.height == 84
    assert read.filter(firm=False).height == 12
    assert set(read["kind"]) == {"order"}


def test_steps_of_orders_with_a_status_are_a_log() -> None:
    rows = [(f"A{at}", "K1", f"2022-01-{1 + at:02d}", at, step) for at in range(20) for step in ("new", "cancelled")]
    names = ["order number", "customer", "order date", "quantity", "status"]
    assert irrupt.read(pl.DataFrame(rows, schema=names, orient="row")).events.height == 40


def matrix(plans: pl.DataFrame, cells: str) -> pl.DataFrame:
    keys = ("client", "plant", "part", "issued")
    dated = plans.sort("period").with_columns(day("issued", "%Y-%m-%d"), day("period", "%G-W%V"))
    return dated.pivot("period", index=keys, values=cells, sort_columns=False)


def totals(plans: pl.DataFrame, before: float) -> pl.DataFrame:
    running = pl.col("quantity").cum_sum().over("client", "plant", "part", "issued", order_by="period")
    return plans.with_columns(total=running + before)


@pytest.mark.parametrize("before", [0.0, 500_000.0])
def test_running_totals_across_are_taken_apart(before: float, plans: pl.DataFrame) -> None:
    """The cells of a matrix have no name: what tells is that no row falls, and how unevenly it rises."""
    read = irrupt.read(matrix(totals(plans, before), "total"))
    assert any("running totals" in note for note in read.notes)
    assert read.mapping["cells"] == "cumulative"
    wanted = plans if before == 0 else plans.filter(pl.col("period") > pl.col("period").min().over("issued"))
    assert said(read.schedules) == said(wanted)
    kept = irrupt.read(matrix(totals(plans, before), "total"), mapping={"cells": "quantity"}).schedules
    assert kept["cumulative"].is_null().all()


def test_running_totals_across_go_on_from_what_was_received(plans: pl.DataFrame) -> None:
    wide = matrix(totals(plans, 40_000.0), "total").with_columns(pl.lit(40_000).alias("Eingangs-FZ"))
    assert said(irrupt.read(wide).schedules) == said(plans)


@pytest.mark.parametrize("beside", [{}, {"EFZ": (5000, 3000)}])
def test_running_totals_that_are_set_back_within_a_plan_are_taken_apart(beside: dict[str, tuple[int, int]]) -> None:
    cells = {"KW51/25": (5100, 3050), "KW52/25": (5200, 3100), "KW01/26": (10, 40), "KW02/26": (120, 80)}
    later = {"KW03/26": (130, 130), "KW04/26": (240, 170), "KW05/26": (310, 190), "KW06/26": (420, 230)}
    head: dict[str, tuple[object, ...]] = {"Teil": ("A", "B"), "Ausgestellt": ("2025-12-15", "2025-12-15")}
    read = irrupt.read(pl.DataFrame(head | beside | cells | later))
    assert read.mapping["cells"] == "cumulative"
    ends = read.schedules.filter(part="A", cumulative=10)["quantity"].to_list()
    assert ends == [10]
    assert read.schedules.filter(part="B", cumulative=3100)["quantity"].to_list() == [50]


def test_a_week_without_deliveries_sets_no_running_total_back() -> None:
    cells = {f"KW{week}/25": (500 + 9 * week, 300 + 3 * week) for week in range(44, 52)} | {"KW52/25": (0, 0)}
    cells |= {f"KW{week:02}/26": (1000 + 9 * week, 500 + 3 * week) for week in range(1, 7)}
    head: dict[str, tuple[object, ...]] = {"Teil": ("A", "B"), "Ausgestellt": ("2025-10-27", "2025-10-27")}
    assert irrupt.read(pl.DataFrame(head | cells)).schedules["cumulative"].is_null().all()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("shape", ["as they are", "levelled", "growing", "seasonal"])
def test_quantities_across_are_not_taken_for_running_totals(shape: str, plans: pl.DataFrame) -> None:
    ahead = (pl.col("period") - pl.col("issued")).dt.total_days() / 7
    made = {
        "as they are": pl.col("quantity"),
        "levelled": pl.lit(400.0),
        "growing": 1000.0 * 1.02**ahead,
        "seasonal": (1000 + 300 * (ahead / 3).sin()).round(0),
    }[shape]
    wide = matrix(plans.with_columns(made.alias("quantity")), "quantity")
    for table in (wide, wide.with_columns(pl.lit(90).alias("Eingangs-FZ"))):
        assert irrupt.read(table).schedules["cumulative"].is_null().all()


def test_rows_of_running_totals_beside_rows_of_quantities_are_set_aside(plans: pl.DataFrame) -> None:
    """They were added up with the quantities."""
    rows = [
        matrix(totals(plans, 0.0), cells).with_columns(Angabe=pl.lit(name))
        for cells, name in (("quantity", "Bedarf"), ("total", "FZ kumuliert"))
    ]
    read = irrupt.read(pl.concat(rows))
    assert said(read.schedules) == said(plans)
    assert [one.code for one in read.problems] == ["not quantities"]
    assert "FZ kumuliert" in read.problems[0].found
    assert read.set_aside is not None
    assert read.set_aside.height == rows[1].height


def test_what_the_cells_are_is_asked_for_in_known_words(plans: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="quantity, cumulative"):
        irrupt.read(matrix(plans, "quantity"), mapping={"cells": "cumulated"})


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", ["Sous-total {}", "{} Total", "Total {}", "Summe {}", "Zwischensumme"])
def test_sums_of_a_client_are_no_client(name: str, plans: pl.DataFrame, tmp_path: Path) -> None:
    sums = plans.group_by("client", "issued", "period").agg(pl.col("quantity").sum()).sort("client", "issued")
    sums = sums.with_columns(pl.format(name, "client") if "{}" in name else pl.lit(name).alias("client"))
    both = pl.concat([plans.select(KEYS), sums.with_columns(plant=pl.lit(None), part=pl.lit(None)).select(KEYS)])
    both.write_csv(tmp_path / "plans.csv")
    chronicle = irrupt.read(tmp_path / "plans.csv")
    assert said(chronicle.schedules) == said(plans)
    assert next(one.count for one in chronicle.problems if one.code == "sum") == sums.height


@pytest.mark.parametrize("name", ["Date", "KW", "Delivery week"])
def test_of_two_dates_of_a_matrix_the_one_before_is_the_issue(name: str, plans: pl.DataFrame, tmp_path: Path) -> None:
    one = plans.filter(pl.col("part") == plans["part"][0], pl.col("plant") == plans["plant"][0])
    one = one.with_columns(day("issued", "%G-W%V"), day("period", "%G-W%V"))
    rows, across = ("period", "issued") if name == "Delivery week" else ("issued", "period")
    table = one.pivot(across, index=["client", "plant", "part", rows], values="quantity", sort_columns=True)
    table.rename({rows: name}).write_csv(tmp_path / "plan.csv")
    read = irrupt.read(tmp_path / "plan.csv")
    assert said(read.schedules) == {row for row in said(plans) if row[:3] == said(read.schedules).pop()[:3]}
    assert any("columns are plans" in note for note in read.notes) == (rows == "period")


@pytest.mark.parametrize(
    "title", ["Lieferabruf;;;;;", '"Report, April";;;;;\nStand:;12.04.2024;;;;\n;;;;;', "Lieferabruf"]
)
def test_titles_above_a_list_are_passed_over(title: str, plans: pl.DataFrame, tmp_path: Path) -> None:
    text = (
        plans.select(KEYS).with_columns(day("issued", "%d.%m.%Y"), day("period", "%d.%m.%Y")).write_csv(separator=";")
    )
    (tmp_path / "plan.csv").write_text(title + "\n" + text, encoding="utf-8")
    assert said(irrupt.read(tmp_path / "plan.csv").schedules) == said(plans)


def test_units_behind_quantities_are_passed_over(plans: pl.DataFrame) -> None:
    told = plans.select(*KEYS[:-1], Menge=pl.format("{} St.", pl.col("quantity").cast(pl.Int64)))
    assert said(irrupt.read(told).schedules) == said(plans)


@pytest.mark.parametrize(
    ("names", "quantity", "value"),
    [
        ("Auftragsnr;Auftragsdatum;Kunde;Menge;Nettowert;Status", "1.200", "12.345,60 €"),
        ("Order No.;Order Date;Customer;Qty;Amount;Status", "1,200", "$12,345.60"),
        ("N° commande;Date de commande;Client;Qté commandée;Montant HT (€);Statut", "1 200", "EUR 12345,60"),
    ],
)
def test_orders_are_known_by_shortened_names_and_values_by_their_currency(
    names: str, quantity: str, value: str, tmp_path: Path
) -> None:
    status = ("cancelled", "shipped")
    days = [f"{1 + n % 28:02}.{1 + n // 28:02}.2024" for n in range(60)]
    rows = [
        f'A{n};{day};{"XY"[n % 2]};"{quantity if n % 3 else n + 1}";"{value}";{status[n % 5 > 0]}'
        for n, day in enumerate(days)
    ]
    (tmp_path / "orders.csv").write_text("\n".join([names, *rows]), encoding="utf-8")
    table = irrupt.read(tmp_path / "orders.csv").schedules
    assert set(table["kind"]) == {"order"}
    assert table["value"].to_list() == [12345.6] * 60
    assert sorted(set(table["quantity"]))[-1] == 1200.0
    assert table.filter(firm=False).height == 12


@pytest.mark.one_in(2)
@pytest.mark.parametrize("column", ["client", "part"])
@pytest.mark.parametrize(
    "name",
    ["Total général", "Total general", "Totale complessivo", "Suma końcowa", "Eindtotaal", "Total Geral", "Ensemble"],
)
def test_the_sum_of_all_rows_is_no_client_and_no_part(name: str, column: str, plans: pl.DataFrame) -> None:
    """Where no word for a sum is known, its numbers tell: in every plan, they are those of all others."""
    sums = plans.group_by("issued", "period").agg(pl.col("quantity").sum()).sort("issued", "period")
    sums = sums.with_columns(pl.lit(None, pl.String).alias(one) for one in ("client", "plant", "part"))
    both = pl.concat([plans.select(KEYS), sums.with_columns(pl.lit(name).alias(column)).select(KEYS)])
    chronicle = irrupt.read(both)
    assert said(chronicle.schedules) == said(plans)
    (told,) = (one for one in chronicle.problems if one.code == "sum")
    assert (told.count, name in told.found) == (sums.height, True)


def test_the_sum_of_a_clients_parts_is_no_part_of_his(plans: pl.DataFrame) -> None:
    keys = ["client", "issued", "period"]
    sums = plans.group_by(keys).agg(pl.col("quantity").sum(), pl.lit("Alles").alias("part")).sort(keys)
    both = pl.concat([plans.select(KEYS), sums.with_columns(plant=pl.lit(None, pl.String)).select(KEYS)])
    assert said(irrupt.read(both).schedules) == said(plans)


def test_articles_that_are_the_sums_of_others_are_kept_where_the_user_says_so(plans: pl.DataFrame) -> None:
    """A set of a left and a right one, say: that it is set aside is a note, with what keeps it."""
    one = plans.filter(pl.col("plant") == plans["plant"][0]).select(KEYS)
    keys = ["client", "plant", "issued", "period"]
    sets = one.group_by(keys).agg(pl.col("quantity").sum(), part=pl.lit("SET")).sort(keys).select(KEYS)
    both = pl.concat([one, sets])
    chronicle = irrupt.read(both)
    assert said(chronicle.schedules) == said(one)
    (note,) = (note for note in chronicle.notes if "--map sums=kept" in note)
    assert "SET" in note
    (told,) = (problem for problem in chronicle.problems if problem.code == "sum")
    assert "--map sums=kept" in told.done
    kept = irrupt.read(both, mapping={"sums": "kept"})
    assert said(kept.schedules) == said(both)
    assert not [problem for problem in kept.problems if problem.code == "sum"]
    assert kept.mapping["sums"] == "kept"
    with pytest.raises(UsageError, match=r"\(?kept"):
        irrupt.read(both, mapping={"sums": "keep"})


def test_a_part_that_is_as_much_as_two_others_together_stays_in_a_levelled_plan(plans: pl.DataFrame) -> None:
    levels = {part: 100.0 * (n + 1) for n, part in enumerate(sorted(plans["part"].unique()))}
    level = pl.col("part").replace_strict(levels, return_dtype=pl.Float64)
    one = plans.filter(pl.col("plant") == plans["plant"][0]).with_columns(quantity=level).select(KEYS)
    more = one.group_by("client", "plant", "issued", "period").agg(pl.col("quantity").sum(), part=pl.lit("Z"))
    both = pl.concat([one, more.select(KEYS)])
    assert said(irrupt.read(both).schedules) == said(both)


@pytest.mark.parametrize(
    "names",
    [
        "Numero ordine;Data ordine;Codice cliente;Quantità;Stato;Annullato",
        "Número de pedido;Fecha de pedido;Cliente;Cantidad;Estado;Cancelado",
        "Nº pedido;Fecha pedido;Código cliente;Cantidad pedida;Estado;Anulado",
        "Nr zamówienia;Data zamówienia;Klient;Ilość;Stan;Anulowane",
        "Numer zamówienia;Data zamówienia;Kontrahent;Ilość;Status;Anulowano",
        "Ordernummer;Orderdatum;Klant;Aantal;Status;Geannuleerd",
        "Bestelnummer;Besteldatum;Klantnummer;Hoeveelheid;Status;Geannuleerd",
        "N.º do pedido;Data do pedido;Cliente;Quantidade;Situação;Cancelado",
        "Ordernr;Orderdatum;Kund;Antal;Status;Makulerad",
    ],
)
def test_orders_with_a_status_are_orders_in_any_language(names: str, tmp_path: Path) -> None:
    *columns, cancelled = names.split(";")
    days = [f"{1 + n % 28:02}/{1 + n // 28:02}/2024" for n in range(60)]
    rows = [f"O-{n};{day};K{n % 3};{n + 1};{'other' if n % 5 else cancelled}" for n, day in enumerate(days)]
    (tmp_path / "orders.csv").write_text("\n".join([";".join(columns), *rows]), encoding="utf-8")
    table = irrupt.read(tmp_path / "orders.csv").schedules
    assert (set(table["kind"]), table.height, table.filter(firm=False).height) == ({"order"}, 60, 12)
