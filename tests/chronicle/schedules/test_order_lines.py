"""Orders with a row for each line are orders, not logs, and count once; the steps of their handling are a log."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

import irrupt
from irrupt.ledgers.orders import orders

MONDAY = date(2024, 1, 1)
HEADS = {
    "German": ("Auftrag", "Pos", "Kunde", "Auftragsdatum", "Material", "Menge", "Status"),
    "English": ("Order", "Line", "Customer", "Order date", "SKU", "Quantity", "Status"),
    "French": ("N° commande", "Ligne", "Client", "Date de commande", "Article", "Quantité", "Statut"),
    "Spanish": ("Pedido", "Línea", "Cliente", "Fecha de pedido", "Artículo", "Cantidad", "Estado"),
}
STATUS = ("delivered", "open", "cancelled", "delivered", "delivered")


def lines(heads: tuple[str, ...], most: int = 4) -> pl.DataFrame:
    """Orders of 20 weeks, one a day, with one to *most* lines."""
    rows = [
        (f"SO{day:05}", line, "AB"[day % 2], (MONDAY + timedelta(days=day)).strftime("%d.%m.%Y"), f"MAT{line}", 5,
         STATUS[day % 5])
        for day in range(140) for line in range(1, 2 + day % most)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=list(heads), orient="row")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("status", [True, False], ids=["with a status", "without"])
@pytest.mark.parametrize("most", [1, 4], ids=["a row for each order", "a row for each line"])
@pytest.mark.parametrize("language", HEADS)
def test_lines_of_orders_are_orders_and_count_once(language, most, status):
    heads = HEADS[language]
    frame = lines(heads, most) if status else lines(heads, most).drop(heads[-1])
    found = irrupt.read(frame)
    assert (found.events.height, found.schedules.height) == (0, frame.height)
    assert set(found.schedules["kind"]) == {"order"}
    counted = orders(found.schedules)
    assert counted.placed.tolist() == [70, 70]
    assert counted.cancelled.sum() == (28 if status else 0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize("days", [0, 1], ids=["within a day", "over days"])
def test_steps_of_the_handling_of_orders_are_a_log(language, days):
    order, _line, client, day, part, quantity, status = HEADS[language]
    rows = [
        (f"SO{at:05}", "AB"[at % 2], MONDAY + timedelta(days=at + days * step), f"MAT{at % 5}", 5, name)
        for at in range(140) for step, name in enumerate(("received", "confirmed", "shipped"))
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=[order, client, day, part, quantity, status], orient="row")
    found = irrupt.read(frame)
    assert found.schedules.height == 0
    assert found.cases == 140


@pytest.mark.parametrize("column", ["Order", "Auftrag", "Purchase order"])
def test_open_orders_listed_week_after_week_are_one_plan_each_week(column):
    rows = [
        (str(MONDAY + timedelta(weeks=week)), "X", f"{column}{order}", "A", (MONDAY + timedelta(weeks=due)), 10)
        for order, due in enumerate(week // 2 for week in range(40))
        for week in range(max(due - 5, 0), due + 1)
    ]
    frame = pl.DataFrame(rows, schema=["Snapshot", "Customer", column, "Part", "Due date", "Quantity"], orient="row")
    found = irrupt.see(irrupt.read(frame))
    assert (found.of, found.versions) == ("plans", 20)
    assert found.chronicle.problems == ()  # two orders of ten pieces are no row said twice
    assert found.chronicle.schedules["quantity"].sum() == 10 * frame.height
    error = next(one.value for one in found.ledger if one.measure == "error of the plan (WMAPE)")
    assert error == 0.0
