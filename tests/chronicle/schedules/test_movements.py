"""Requirements lists: stock, what comes, what goes, and what is left then; only what goes to clients is a schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt

NAMES = {
    "German": ("Material", "Datum", "Dispoelement", "Kunde", "Zugang/Bedarf", "Verfügbare Menge"),
    "English": ("Material", "Date", "MRP element", "Customer", "Rec./reqd qty", "Available qty"),
    "French": ("Article", "Date", "Élément", "Client", "Entrée/besoin", "Quantité disponible"),
    "Spanish": ("Material", "Fecha", "Elemento", "Cliente", "Entrada/Nec.", "Ctd. disponible"),
    "Italian": ("Codice", "Data", "Elemento", "Cliente", "Entrata/fabb.", "Qtà disponibile"),
    "signed": ("Item", "Due date", "Order type", "Customer", "Transaction quantity", "Planned balance"),
}
MONDAY = date(2026, 2, 2)


def listed(demand: Sequence[tuple[str, str | None]] = (("K-LPL", "Alpha"),)) -> list[list[Any]]:
    """Three extracts of one part, a week apart: stock, receipts, demand of each week in turn."""
    rows: list[list[Any]] = []
    for week in range(3):
        day, left = MONDAY + timedelta(days=7 * week), 1883 - 90 * week
        rows.append([day, "T-1", day, "W-BEST", None, None, left])
        for step in range(8):
            due = day + timedelta(days=2 + 7 * step)
            if step % 3 == 2:
                left += 840
                rows.append([day, "T-1", due - timedelta(days=1), "PL-AUF", None, 840, left])
            element, client = demand[step % len(demand)]
            left -= 380 + 20 * step
            rows.append([day, "T-1", due, element, client, -380 - 20 * step, left])
    return rows


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[list[Any]], names: Sequence[str], form: Callable[[Any], str], separator: str) -> Path:
        cells = [[one.isoformat() if isinstance(one, date) else form(one) for one in row] for row in rows]
        lines = [separator.join(line) for line in [["Issued", *names], *cells]]
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def behind(cell: Any) -> str:
    """Minus behind, points between thousands."""
    if not isinstance(cell, int):
        return cell or ""
    return f"{abs(cell):,}".replace(",", ".") + "-" * (cell < 0)


def before(cell: Any) -> str:
    return "" if cell is None else str(cell)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", [behind, before])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_only_what_goes_to_clients_is_demand(
    names: tuple[str, ...], form: Callable[[Any], str], written: Callable[..., Path]
) -> None:
    rows = listed()
    read = irrupt.read(written(rows, names, form, ";" if form is behind else "\t"))
    wanted = {(row[0], row[2], -row[5]) for row in rows if (row[5] or 0) < 0}
    told = read.schedules.select(pl.col("issued", "period").dt.date(), "quantity")
    assert set(told.rows()) == wanted
    assert set(read.schedules["client"]) == {"Alpha"}
    assert [(one.code, one.count) for one in read.problems] == [("no demand", len(rows) - len(wanted))]
    assert read.set_aside is not None
    assert names[5] in read.set_aside.columns
    assert sum("only what goes is demand" in note for note in read.notes) == 1


def test_names_tell_where_rows_of_stock_were_left_out(written: Callable[..., Path]) -> None:
    rows = [row for row in listed() if row[3] == "K-LPL"]
    read = irrupt.read(written(rows, NAMES["German"], behind, ";"))
    assert sorted(read.schedules["quantity"]) == sorted(-row[5] for row in rows)
    assert not read.problems


@pytest.mark.parametrize(
    ("own", "client"),
    [("SekBed", "K-AUFT"), ("DepReq", "CusOrd"), ("Besoin dépendant", "Commande client"), ("SichBs", "K-LPL")],
)
def test_demand_of_our_own_is_set_aside(own: str, client: str, written: Callable[..., Path]) -> None:
    rows = listed([(own, None), (client, "Alpha")])
    read = irrupt.read(written(rows, NAMES["English"], before, ";"))
    assert sorted(read.schedules["quantity"]) == sorted(-row[5] for row in rows if row[3] == client)
    assert [one.count for one in read.problems if one.code == "own demand" and own in one.found] == [12]


def test_the_column_that_is_asked_for_is_read_as_it_stands(written: Callable[..., Path]) -> None:
    rows, names = listed(), NAMES["German"]
    read = irrupt.read(written(rows, names, before, ";"), mapping={"quantity": names[5]})
    assert sorted(read.schedules["quantity"]) == sorted(row[6] for row in rows)


def test_orders_taken_back_are_no_movements(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    cells = [f"{n},Alpha,x,2026-02-{n + 1:02},{-n if n % 4 == 0 else n}" for n in range(1, 20)]
    path.write_text("\n".join(["Order no,Customer,Item,Order date,Quantity", *cells]), encoding="utf-8")
    assert irrupt.read(path).schedules["quantity"].min() == -16


def orders(path: Path, names: str, moves: Sequence[float], beside: Sequence[float]) -> Path:
    cells = [
        f"Alpha,x,2026-01-05,{MONDAY + timedelta(days=7 * at)},{move},{more}"
        for at, (move, more) in enumerate(zip(moves, beside, strict=True))
    ]
    path.write_text("\n".join([f"customer,part,issued,date,{names}", *cells]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["cumulative", "cumulative quantity", "running total", "Fortschrittszahl", "total ordered", "so far"]
)
def test_what_was_announced_so_far_is_not_what_is_left(name: str, tmp_path: Path) -> None:
    """One correction below nought turned all signs, and all that was demanded was set aside."""
    moves = [100, -20, 50, 60, 70, 80, 90, 100, 110, 120]
    sums = [sum(moves[: at + 1]) for at in range(len(moves))]
    read = irrupt.read(orders(tmp_path / "plan.csv", f"quantity,{name}", moves, sums))
    told = read.schedules.sort("period")["quantity"].to_list()
    assert set(told) >= {quantity for quantity in moves if quantity > 0}
    assert not any("what goes" in note for note in read.notes)


@pytest.mark.parametrize("name", ["price", "weight per piece"])
def test_what_hardly_changes_is_not_what_is_left(name: str, tmp_path: Path) -> None:
    """Tonnes are small numbers, and what stands beside them changes by less."""
    moves = [0.3, -0.1, 0.25, -0.2, 0.3, -0.1, 0.2, -0.15, 0.3, 0.2]
    beside = [1.2, 1.3] * 5
    read = irrupt.read(orders(tmp_path / "plan.csv", f"quantity,{name}", moves, beside))
    assert 0.3 in read.schedules["quantity"].to_list()
    assert not any("what goes" in note for note in read.notes)


def test_names_of_columns_stand_out_in_what_is_told(written: Callable[..., Path]) -> None:
    read = irrupt.read(written(listed(), NAMES["English"], before, ";"))
    assert any("“Rec./reqd qty” tells what comes" in note and "“Available qty” what is" in note for note in read.notes)


def test_what_stands_above_a_list_that_its_file_dates_is_of_all_of_it(tmp_path: Path) -> None:
    for day in ("20260105", "20260112"):
        rows = [
            "01/05/2026\tStock\t\t\t500",
            "01/12/2026\tSchLne\t55/10\t200-\t300",
            "01/19/2026\tSchLne\t55/10\t90-\t210",
        ]
        head = [
            "Material\t100-4711",
            "Plant\t1000",
            "",
            "Date\tMRP element\tMRP element data\tRec./reqd qty\tAvailable qty",
        ]
        (tmp_path / f"MD04_{day}.txt").write_text("\n".join([*head, *rows]), encoding="utf-8")
    read = irrupt.read(tmp_path).schedules
    assert (set(read["part"]), set(read["plant"]), read.height) == ({"100-4711"}, {"1000"}, 4)
