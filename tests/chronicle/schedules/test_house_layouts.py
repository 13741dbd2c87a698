"""Tables as planners keep them for themselves: dates behind words, dashes, what stands above a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history

KEYS = ("client", "plant", "part", "issued", "period", "quantity")
UNSAID = ("part", "issued", "period", "quantity")


@pytest.fixture(scope="module")
def plans() -> pl.DataFrame:
    whole = history((Client(name="Alpha", parts=2),), weeks=8, horizon=6, seed=4)
    return whole.filter(pl.col("kind") == "forecast")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table, with lines above it, as a CSV."""

    def write(table: pl.DataFrame, above: Sequence[str] = ()) -> Path:
        path = tmp_path / "plan.csv"
        path.write_text("\n".join([*above, table.write_csv(separator=";")]), encoding="utf-8")
        return path

    return write


def said(frame: pl.DataFrame, columns: Sequence[str] = KEYS) -> set[tuple[Any, ...]]:
    return set(frame.select(columns).with_columns(pl.col("issued", "period").dt.date()).rows())


def day(name: str, form: str) -> pl.Expr:
    return pl.col(name).dt.strftime(form)


def told(chronicle: irrupt.Chronicle, text: str) -> int:
    return sum(text in note for note in chronicle.notes)


HEADS = (
    "Plan KW %V",
    "Plan KW %V/%G",
    "Stand %d.%m.%Y",
    "Prévision du %d/%m/%Y",
    "Snapshot W%V-%G",
    "As of %Y-%m-%d",
    "Plan_%Y-%m-%d",
)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("across", ["plans", "weeks"])
def test_a_waterfall_names_its_plans_by_words_and_a_date(
    head: str, across: str, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    one = plans.filter(pl.col("part") == plans["part"][0]).sort("issued", "period")
    texts = one.select("part", "quantity", Version=day("issued", head), Woche=day("period", "%Y-%m-%d"))
    on, rows = ("Version", "Woche") if across == "plans" else ("Woche", "Version")
    read = irrupt.read(written(texts.pivot(on, index=["part", rows], values="quantity", sort_columns=False)))
    assert said(read.schedules, UNSAID) == said(one, UNSAID)
    assert told(read, "the year of") == (head == "Plan KW %V")


def test_weeks_of_plans_without_a_year_turn_with_it(written: Callable[..., Path]) -> None:
    rows = pl.DataFrame({"Teil": ["x"] * 3, "KW": ["2023-W52", "2024-W01", "2024-W02"]})
    columns = {"Plan KW 51": [5, 6, None], "Plan KW 52": [5, 7, 8], "Plan KW 1": [None, 7, 9]}
    read = irrupt.read(written(rows.with_columns(**{name: pl.Series(cells) for name, cells in columns.items()})))
    assert sorted(set(read.schedules["issued"].dt.strftime("%G-W%V"))) == ["2023-W51", "2023-W52", "2024-W01"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("dash", ["-", "–", "—", " - ", "- €"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_dash_for_a_quantity_is_nought(
    dash: str, wide: bool, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    inner = pl.col("period").is_between(pl.col("issued") + pl.duration(days=7), pl.col("issued") + pl.duration(days=21))
    truth = plans.with_columns(quantity=pl.when(inner & (pl.col("part") == "A001")).then(0.0).otherwise("quantity"))
    texts = pl.when(pl.col("quantity") == 0).then(pl.lit(dash)).otherwise(pl.col("quantity").cast(pl.String))
    table = truth.sort("period").select(
        "client", "plant", "part", day("issued", "%Y-%m-%d"), period=day("period", "%G-W%V"), quantity=texts
    )
    table = table.pivot("period", index=list(KEYS[:4]), values="quantity") if wide else table
    read = irrupt.read(written(table))
    assert said(read.schedules) == said(truth)
    assert told(read, "read as nought") == 1
    assert not read.problems


def test_dashes_outside_of_what_a_plan_is_about_announce_nothing(
    plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    table = plans.sort("period").with_columns(day("issued", "%Y-%m-%d"), day("period", "%G-W%V"))
    wide = table.pivot("period", index=list(KEYS[:4]), values="quantity")
    texts = wide.with_columns(pl.col("^\\d.*$").cast(pl.String).fill_null("-"))
    read = irrupt.read(written(texts))
    assert said(read.schedules) == said(plans)
    assert told(read, "announce nothing") == 1


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "firm", "forecast"),
    [
        ("Einteilungstyp", "Lieferabruf", "Prognose"),
        ("Art", "Fixabruf", "Vorschau"),
        ("Nature", "Commande ferme", "Prévision"),
        ("Type", "Ferme", "Non ferme"),
        ("Zeilenart", "Fest bestellt", "Vorschau Folgemonat"),
    ],
)
def test_a_column_of_types_tells_what_is_firm(
    name: str, firm: str, forecast: str, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    table = plans.select(*KEYS, pl.when("firm").then(pl.lit(firm)).otherwise(pl.lit(forecast)).alias(name))
    read = irrupt.read(written(table))
    assert read.schedules.sort(KEYS)["firm"].to_list() == plans.sort(KEYS)["firm"].to_list()
    assert told(read, "called off is firm") == (firm == "Lieferabruf")


def test_detailed_call_offs_beside_delivery_schedules_are_kinds(
    plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    kinds = pl.when("firm").then(pl.lit("Feinabruf")).otherwise(pl.lit("Lieferabruf"))
    read = irrupt.read(written(plans.select(*KEYS, Abrufart=kinds))).schedules
    assert read.filter(pl.col("kind") == "call-off").height == plans["firm"].sum() == read["firm"].sum()


@pytest.mark.parametrize(
    "above",
    [
        ["Kunde: Alpha"],
        ["Kunde: Alpha;;;"],
        ["Kunde;Alpha;;"],
        ["Client : Alpha", ""],
        ["Lieferplan", "", "Customer:;Alpha;;"],
    ],
)
def test_the_client_stands_above_a_list(above: list[str], plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    table = plans.select(Teil="part", Stand=day("issued", "%d.%m.%Y"), Woche=day("period", "%G-W%V"), Menge="quantity")
    read = irrupt.read(written(table, above))
    assert set(read.schedules["client"]) == {"Alpha"}
    assert said(read.schedules, UNSAID) == said(plans, UNSAID)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("head", ["Stand: %d.%m.%Y", "Date : %d/%m/%Y", "Plan vom %d.%m.%Y", "As of;%Y-%m-%d"])
def test_when_and_for_which_part_a_plan_is_stands_above_it(
    wide: bool, head: str, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    one = plans.filter(pl.col("part") == "A001", pl.col("issued") == plans["issued"].max())
    table = one.select(Werk="plant", ME=pl.lit("Stk"), Woche=day("period", "%G-W%V"), Menge="quantity")
    table = table.pivot("Woche", index=["Werk", "ME"], values="Menge") if wide else table
    read = irrupt.read(written(table, [one["issued"][0].strftime(head), "Kunde: Alpha", "Teil-Nr.: A001"]))
    assert said(read.schedules) == said(one)


def test_a_date_above_orders_is_the_day_of_a_report(written: Callable[..., Path]) -> None:
    rows = [(f"C{n}", f"2024-01-{1 + n % 28:02d}", "ABC"[n % 3], 5 + n) for n in range(40)]
    table = pl.DataFrame(rows, schema=["Auftragsnummer", "Auftragsdatum", "Kunde", "Auftragsmenge"], orient="row")
    read = irrupt.read(written(table, ["Auftragsliste", "erstellt am: 05.02.2024"]))
    assert set(read.schedules["kind"]) == {"order"}


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [("Menge alt", "Menge neu", "Abweichung"), ("Ancienne quantité", "Nouvelle quantité", "Écart")],
)
def test_the_quantity_of_the_plan_before_is_not_announced(
    before: str, now: str, change: str, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    earlier = (pl.col("quantity") + 7).alias(before)
    table = plans.select(*KEYS[:-1], earlier, pl.col("quantity").alias(now), pl.lit(-7).alias(change))
    assert said(irrupt.read(written(table)).schedules) == said(plans)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("empty", [None, 0.0])
@pytest.mark.parametrize(
    ("firm", "forecast"),
    [("Firm Qty", "Forecast Qty"), ("Festmenge", "Prognosemenge"), ("Qté ferme", "Qté prévisionnelle")],
)
def test_firm_quantities_in_a_column_of_their_own(
    firm: str, forecast: str, empty: float | None, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    binds = pl.when("firm").then("quantity").otherwise(empty).alias(firm)
    foreseen = pl.when("firm").then(empty).otherwise("quantity").alias(forecast)
    read = irrupt.read(written(plans.select(*KEYS[:-1], binds, foreseen)))
    assert said(read.schedules) == said(plans)
    assert read.schedules.sort(KEYS)["firm"].to_list() == plans.sort(KEYS)["firm"].to_list()
    assert told(read, "are firm, those in") == 1


def test_firm_quantities_within_forecasts_are_asked_for(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    read = irrupt.read(written(plans.select(*KEYS[:-1], pl.col("quantity").alias("Forecast"), Firm=pl.lit(5))))
    assert told(read, "say which is meant") == 1


@pytest.mark.one_in(2)
@pytest.mark.parametrize("last", [4, 5, 6])
def test_dates_may_end_their_weeks(last: int, plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    shifted = plans.sort("period").with_columns(day("issued", "%m/%d/%Y"), pl.col("period").dt.offset_by(f"{last}d"))
    long = shifted.with_columns(day("period", "%m/%d/%Y")).select(KEYS).rename({"period": "Week Ending"})
    wide = shifted.with_columns(day("period", "W/E %m/%d/%y")).pivot("period", index=list(KEYS[:4]), values="quantity")
    for table in (long, wide):
        read = irrupt.read(written(table))
        assert said(read.schedules) == said(plans)
        assert told(read, "end their weeks") == 1


@pytest.mark.parametrize("numbers", [("A001", "A002"), ("4700121", "4700137"), ("8K0.941.003", "8K0-941-004 C")])
def test_a_column_for_each_part(numbers: tuple[str, str], plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    renamed = plans.with_columns(pl.col("part").replace(["A001", "A002"], numbers))
    table = renamed.select(
        "part", "quantity", Kunde="client", Werk="plant", Stand=day("issued", "%d.%m.%Y"), Woche=day("period", "%G-W%V")
    )
    read = irrupt.read(written(table.pivot("part", index=["Kunde", "Werk", "Stand", "Woche"], values="quantity")))
    assert said(read.schedules) == said(renamed)
    assert told(read, "named after parts") == 1


def test_a_column_for_each_part_below_client_and_date(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    one = plans.filter(pl.col("issued") == plans["issued"].max())
    table = one.select("part", "quantity", KW=day("period", "KW %V/%G")).pivot("part", index="KW", values="quantity")
    read = irrupt.read(written(table, ["Kunde: Alpha;;", f"Stand: {one['issued'][0]:%d.%m.%Y};;"]))
    assert said(read.schedules, ("client", *UNSAID)) == said(one, ("client", *UNSAID))


def test_numbers_with_codes_beside_quantities_are_no_parts(plans: pl.DataFrame, written: Callable[..., Path]) -> None:
    table = plans.filter(pl.col("part") == "A001").with_columns(ZZ01=pl.lit(3), ZZ02=pl.lit(4))
    read = irrupt.read(written(table.select(*KEYS, "ZZ01", "ZZ02").drop("part")))
    assert read.schedules["quantity"].sum() == table["quantity"].sum()
    assert not told(read, "named after parts")


@pytest.mark.parametrize("anew", [False, True])
def test_the_first_of_running_totals_is_counted_from_the_plan_before(
    anew: bool, plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    """What is due in the first week of each plan is delivered before the next one comes."""
    ordered = plans.sort("part", "issued", "period")
    first = pl.col("quantity").first().over("part", "issued")
    due = ordered.filter(pl.struct("part", "issued").is_first_distinct())
    due = due.select("part", "issued", before=1000 + pl.col("quantity").cum_sum().over("part") - pl.col("quantity"))
    before = pl.lit(0.0) if anew else pl.col("before")
    totals = ordered.join(due, on=["part", "issued"]).with_columns(
        Fortschrittszahl=before + pl.col("quantity").cum_sum().over("part", "issued")
    )
    read = irrupt.read(written(totals.select(*KEYS[:-1], "Fortschrittszahl")))
    truth = (
        said(ordered)
        if anew
        else said(ordered.filter((pl.col("issued") > plans["issued"].min()) | (pl.col("quantity") != first)))
    )
    assert said(read.schedules) == truth
    assert told(read, "each plan begins anew") == anew
    assert told(read, "plans before say") == (not anew)
    assert sum(one.count for one in read.problems if one.code == "first total") == (0 if anew else 2)


@pytest.mark.parametrize(
    "names",
    [("Bedarf", "Bestand", "Liefermenge"), ("Besoin", "Stock", "Livré"), ("Demand", "On-hand inventory", "Shipped")],
)
def test_rows_of_stock_and_deliveries_are_set_aside(
    names: tuple[str, ...], plans: pl.DataFrame, written: Callable[..., Path]
) -> None:
    rows = pl.concat(plans.with_columns(pl.col("quantity") + at, Zeile=pl.lit(name)) for at, name in enumerate(names))
    table = rows.sort("period").with_columns(day("issued", "%Y-%m-%d"), day("period", "%G-W%V"))
    read = irrupt.read(written(table.pivot("period", index=[*KEYS[:4], "Zeile"], values="quantity")))
    assert said(read.schedules) == said(plans)
    assert [one.code for one in read.problems] == ["not quantities"]


def test_days_of_the_week_may_stand_before_days(written: Callable[..., Path]) -> None:
    days = {f"{name} {8 + at:02}.01.": [at + 1] for at, name in enumerate(("Mo", "Di", "Mi", "Do", "Fr"))}
    read = irrupt.read(written(pl.DataFrame({"Teil": ["x"], "Stand": ["05.01.2024"], **days}))).schedules
    assert read["period"].dt.strftime("%m-%d").to_list() == [f"01-{8 + at:02}" for at in range(5)]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "above", [["Kunde:;Alpha", "Stand:;{}"], ["Client :;Alpha", "Émis le :;{}"], ["Customer: Alpha", "As of: {}"]]
)
@pytest.mark.parametrize("files", [1, 2])
def test_days_without_a_year_below_lines_that_name_client_and_issue(
    above: list[str], files: int, tmp_path: Path
) -> None:
    for at in range(files):
        lines = [line.format(f"{12 + at}.01.2026 06:00") for line in above]
        days = [f"{word} {12 + at + more}.01." for more, word in enumerate(("Mo", "Di", "Mi", "Do"))]
        rows = [";".join(["Teil", "Benennung", *days]), f"x;Blende;{at}1;{at}2;{at}3;{at}4"]
        path = tmp_path / f"Feinabruf_2026-01-{12 + at}.csv"
        path.write_text("\n".join([*lines, *rows]), encoding="utf-8")
    read = irrupt.read(tmp_path if files > 1 else tmp_path / "Feinabruf_2026-01-12.csv")
    assert set(read.schedules["client"]) == {"Alpha"}
    assert read.schedules["quantity"].to_list() == [10 * at + n for at in range(files) for n in (1, 2, 3, 4)]
    assert [f"{when:%m-%d}" for when in read.schedules["period"].head(4)] == ["01-12", "01-13", "01-14", "01-15"]
