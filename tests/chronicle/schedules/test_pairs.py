"""Several columns for each period, side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.errors import DataError


@pytest.fixture(scope="module")
def plan() -> pl.DataFrame:
    """The plan of one day, of two parts."""
    whole = history((Client(name="Alpha", parts=2),), weeks=9, horizon=8, seed=5)
    return whole.filter(pl.col("kind") == "forecast", pl.col("issued") == pl.col("issued").max())


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(table: pl.DataFrame, *above: str, name: str = "plan.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([*above, table.write_csv(separator=";")]), encoding="utf-8")
        return path

    return write


def beside(plan: pl.DataFrame, first: str, second: str, form: str) -> pl.DataFrame:
    """The plan with a column for each kind and week: the second kind is one less, up to the fourth week."""
    rows = plan.with_columns(week=pl.col("period").dt.strftime(form), at=pl.col("period").rank("dense"))
    table = rows.select("part", "client").unique(maintain_order=True)
    for (week, at), own in rows.group_by("week", "at", maintain_order=True):
        for kind, less in ((first, 0), (second, 1)):
            cells = own.select("part", (pl.col("quantity") - less).alias(kind.format(week)))
            if at > 4 and less:
                cells = cells.with_columns(pl.lit(None).alias(kind.format(week)))
            table = table.join(cells, on="part", how="left")
    return table.rename({"part": "Teil", "client": "Kunde"})


def said(frame: pl.DataFrame, kind: str) -> set[tuple[Any, ...]]:
    rows = frame.filter(pl.col("kind") == kind)
    return set(rows.select("client", "part", pl.col("period").dt.date(), "quantity").rows())


NAMES = (
    ("Plan {}", "Ist {}", "W%V/%G"),
    ("Forecast {}", "Actual {}", "%G-W%V"),
    ("{} Prévision", "{} Réel", "S%V %G"),
    ("Menge Plan ({})", "Istmenge ({})", "KW %V/%G"),
    ("{}_Plan", "{}_Ist", "%d.%m.%Y"),
)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("first", "second", "form"), NAMES)
def test_plans_and_what_was_delivered_stand_side_by_side(
    first: str, second: str, form: str, plan: pl.DataFrame, written: Callable[..., Path]
) -> None:
    read = irrupt.read(written(beside(plan, first, second, form)))
    assert said(read.schedules, "forecast") == said(plan, "forecast")
    near = plan.filter(pl.col("period").rank("dense") <= 4).with_columns(pl.col("quantity") - 1)
    assert said(read.schedules, "delivered") == said(near, "forecast")
    assert any("nothing tells when" in note for note in read.notes)
    assert not read.problems


def test_weeks_without_a_year_count_from_the_issue_and_what_is_over_is_no_backlog(
    plan: pl.DataFrame, written: Callable[..., Path]
) -> None:
    table = beside(plan, "Plan {}", "Ist {}", "W%V")
    issued = plan["period"].unique().sort()[4]
    read = irrupt.read(written(table.with_columns(Stand=pl.lit(f"{issued:%d.%m.%Y}"))))
    assert said(read.schedules, "forecast") == said(plan.filter(pl.col("period") >= issued), "forecast")
    assert said(read.schedules, "delivered") == said(
        plan.filter(pl.col("period") < issued).with_columns(pl.col("quantity") - 1), "forecast"
    )
    assert [(one.code, one.count) for one in read.problems] == [("over", 8)]


def test_the_issue_may_stand_above_columns_side_by_side(plan: pl.DataFrame, written: Callable[..., Path]) -> None:
    issued = plan["period"].unique().sort()[4]
    read = irrupt.read(written(beside(plan, "Plan {}", "Ist {}", "%G-W%V"), f"Stand: {issued:%d.%m.%Y}"))
    assert said(read.schedules, "forecast") == said(plan.filter(pl.col("period") >= issued), "forecast")


def test_firm_and_foreseen_side_by_side(plan: pl.DataFrame, written: Callable[..., Path]) -> None:
    rows = plan.with_columns(week=pl.col("period").dt.strftime("%G-W%V"), Stand=pl.lit("2023-02-27"))
    wide = [
        rows.with_columns(
            pl.when(pl.col("firm") == binds).then("quantity").otherwise(0.0), week=pl.lit(word) + pl.col("week")
        )
        for word, binds in (("Firm ", True), ("Forecast ", False))
    ]
    read = irrupt.read(written(pl.concat(wide).pivot("week", index=["client", "part", "Stand"], values="quantity")))
    order = ["part", "period"]
    assert read.schedules.sort(order)["quantity"].to_list() == plan.sort(order)["quantity"].to_list()
    assert read.schedules.sort(order)["firm"].to_list() == plan.sort(order)["firm"].to_list()


@pytest.mark.parametrize(("old", "new", "apart"), [("Plan alt ", "Plan neu ", "Abweichung "), ("alt ", "neu ", "Δ ")])
def test_the_plan_before_and_the_difference_are_set_aside(
    old: str, new: str, apart: str, plan: pl.DataFrame, written: Callable[..., Path]
) -> None:
    rows = plan.with_columns(week=pl.col("period").dt.strftime("%G-W%V"), Stand=pl.lit("2023-02-27"))
    wide = [
        rows.with_columns(pl.col("quantity") + more, week=pl.lit(word) + pl.col("week"))
        for word, more in ((old, 7), (new, 0), (apart, -9))
    ]
    read = irrupt.read(written(pl.concat(wide).pivot("week", index=["client", "part", "Stand"], values="quantity")))
    assert said(read.schedules, "forecast") == said(plan, "forecast")
    assert [one.code for one in read.problems] == ["not quantities"]


def test_plans_and_actuals_in_rows_without_an_issue_are_no_orders(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "Part,Customer,Month,Forecast,Actual\nx,A,2026-01,10,9\nx,A,2026-02,11,\n", encoding="utf-8"
    )
    read = irrupt.read(tmp_path / "f.csv").schedules
    assert read.select("kind", "quantity").rows() == [("forecast", 10.0), ("delivered", 9.0), ("forecast", 11.0)]
    (tmp_path / "f.csv").write_text(
        "Order date,Customer,Item,Ordered qty,Delivered qty\n2026-01-05,A,x,10,9\n2026-02-05,A,x,11,11\n",
        encoding="utf-8",
    )
    assert "forecast" not in set(irrupt.read(tmp_path / "f.csv").schedules["kind"])


def test_merged_periods_above_both_columns_of_a_sheet(workbook: Callable[..., Path]) -> None:
    head = [
        [None, None, "KW 8/2026", None, "KW 9/2026", None, "KW 10/2026", None],
        ["Teil", "Kunde", *["Plan", "Ist"] * 3],
    ]
    rows = [["A1", "X", 100, 97, 80, 70, 90, None], ["A2", "X", 10, 9, 8, 7, 9, None]]
    read = irrupt.read(workbook([*head, *rows])).schedules
    assert dict(read.group_by("kind").agg(pl.col("quantity").sum()).rows()) == {"forecast": 297.0, "delivered": 183.0}


@pytest.mark.parametrize(
    ("firm", "forecast"),
    [("Cantidad firme", "Cantidad prevista"), ("Quantità confermata", "Quantità prevista"), ("Fest", "Geplant")],
)
def test_firm_quantities_in_other_languages(firm: str, forecast: str, tmp_path: Path) -> None:
    """Those that are foreseen were lost."""
    rows = ["A1;X;02/02/2026;2026-W08;100;0", "A1;X;02/02/2026;2026-W09;0;80"]
    head = f"Codice;Cliente;Emis;Semana;{firm};{forecast}"
    (tmp_path / "plan.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    read = irrupt.read(tmp_path / "plan.csv").schedules.sort("period")
    assert read.select("quantity", "firm").rows() == [(100.0, True), (80.0, False)]


def test_orders_and_what_was_shipped(tmp_path: Path) -> None:
    """They were read as an event log, what was shipped being the case."""
    rows = ["2026-01-05,P1,A,10,9", "2026-01-06,P1,B,5,5", "2026-02-06,P2,B,7,5"]
    (tmp_path / "orders.csv").write_text("\n".join(["Date,Product,Customer,Ordered,Shipped", *rows]), encoding="utf-8")
    read = irrupt.read(tmp_path / "orders.csv").schedules
    assert read.filter(pl.col("kind") == "order")["quantity"].to_list() == [10.0, 5.0, 7.0]
    assert read.filter(pl.col("kind") == "delivered")["quantity"].to_list() == [9.0, 5.0, 5.0]


@pytest.mark.parametrize("before", ["Besoin", "Bedarf", "Menge", "Requirement"])
def test_a_word_may_stand_before_leads(before: str, tmp_path: Path) -> None:
    heads = ";".join(f"{before} S+{at}" for at in range(3))
    (tmp_path / "plan.csv").write_text(f"Part;Client;Émis le;{heads}\nA1;X;02/02/2026;1;2;3\n", encoding="utf-8")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read["period"].dt.strftime("%V").to_list() == ["06", "07", "08"]


def test_other_quantities_that_are_not_read_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        "Teil;Kunde;Stand;Woche;Menge;Menge Zusatz\nA1;X;02.02.2026;2026-W08;5;2\n", encoding="utf-8"
    )
    notes = irrupt.read(tmp_path / "plan.csv").notes
    assert "numbers below Menge Zusatz are not read, though quantities may stand there" in notes


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("marks", ["F P P", "Firm Fcst Fcst"])
def test_a_row_of_marks_beside_the_weeks_tells_which_are_firm(above: bool, marks: str, tmp_path: Path) -> None:
    for day, weeks in (("2026-01-05", "02 03 04"), ("2026-01-12", "03 04 05")):
        rows = [["Plant", "Part", *(f"2026-W{week}" for week in weeks.split())], ["", "", *marks.split()]]
        rows = [*(rows[::-1] if above else rows), ["10", "A", "5", "6", "7"], ["10", "B", "8", "9", "7"]]
        text = "\n".join(map(";".join, rows))
        (tmp_path / f"plan {day}.csv").write_text(text, encoding="utf-8")
    read = irrupt.read(tmp_path)
    assert read.schedules.filter("firm")["quantity"].sort().to_list() == [5.0, 5.0, 8.0, 8.0]
    assert read.schedules["firm"].null_count() == 0
    assert not read.problems


def test_marks_below_weeks_are_not_read_where_a_week_bears_none(tmp_path: Path) -> None:
    path = tmp_path / "plan 2026-01-05.csv"
    text = "Part;2026-W02;2026-W03;2026-W04;2026-W05\n;F;P;P;\nA;5;6;7;8\n"
    path.write_text(text, encoding="utf-8")
    assert irrupt.read(path).schedules["quantity"].sum() == 26


BELOW = (
    ("Netto", "Kum", "KW %V/%G"),
    ("Net", "Cum", "%d/%m/%Y"),
    ("Qté", "CA", "S%V/%G"),
    ("Balení", "Kusy", "%d.%m.%Y"),
    ("Opak.", "Szt.", "%d.%m.%Y"),
    ("Nb UC", "Pièces", "%d/%m/%Y"),
    ("Qty", "Pallets", "W%V %G"),
    ("Menge", "Umsatz", "KW %V/%G"),
)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(("first", "second", "form"), BELOW)
def test_totals_packages_and_values_below_each_period_are_set_aside(
    first: str, second: str, form: str, again: bool, tmp_path: Path
) -> None:
    """They were read as an event log, or added to the quantities."""
    days = [date(2026, 1, 5) + timedelta(weeks=at) for at in range(5)]
    heads = [f"{day:{form}}" for day in days]
    counts = {"A1": [96, 48, 0, 192, 96], "A2": [48, 48, 96, 48, 0]}
    others = first in ("Balení", "Opak.", "Nb UC")
    rows = [["", "", *(cell for head in heads for cell in (head, head if again else ""))]]
    rows.append(["Teil", "Kunde", *[first, second] * 5])
    for part, own in counts.items():
        pairs = [
            (count, sum(own[: at + 1]) if second in ("Kum", "Cum") else count // 48) for at, count in enumerate(own)
        ]
        rows.append([part, "X", *(str(cell) for pair in pairs for cell in (pair[::-1] if others else pair))])
    path = tmp_path / "plan 2026-01-05.csv"
    path.write_text("\n".join(map(";".join, rows)), encoding="utf-8")
    read = irrupt.read(path)
    found = read.schedules.select("part", pl.col("period").dt.date(), "quantity").rows()
    assert found == [(part, day, own) for part, some in counts.items() for day, own in zip(days, some, strict=True)]
    assert [one.code for one in read.problems] == ["not quantities"]


def test_a_total_behind_each_period_in_one_line(tmp_path: Path) -> None:
    """The first line was said to be no header, for its dates."""
    text = "Part;Customer;2026-01-05;Cum;2026-01-12;Cum;2026-01-19;Cum\nA1;X;5;5;6;11;7;18\n"
    (tmp_path / "plan 2026-01-05.csv").write_text(text, encoding="utf-8")
    assert irrupt.read(tmp_path / "plan 2026-01-05.csv").schedules["quantity"].to_list() == [5.0, 6.0, 7.0]


@pytest.mark.parametrize("names", [("Kassel", "Emden"), ("Amount", "Cum"), ("Bedarf", "Menge")])
def test_columns_side_by_side_of_which_nothing_is_known_are_asked_about(names: tuple[str, str], tmp_path: Path) -> None:
    heads = [f"{name} KW {week}/2026" for week in (2, 3, 4) for name in names]
    text = "\n".join([";".join(["Teil", "Kunde", *heads]), "A1;X;5;6;7;8;9;10", ""])
    (tmp_path / "plan 2026-01-05.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=f"which of them are quantities is not known: {', '.join(names)}"):
        irrupt.read(tmp_path / "plan 2026-01-05.csv")
