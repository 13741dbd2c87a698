"""A row for each case, a column of dates for each step."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.milestones import with_steps
from irrupt.errors import DataError

ROWS = [(f"O{n}", f"K{n % 2}", *(f"2026-02-{1 + n + at:02}" for at in range(4))) for n in range(8)]


def written(path: Path, head: str, rows: list[tuple[str, ...]] = ROWS) -> Path:
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "head",
    [
        "Order,Customer,Order created,Confirmed,Shipped,Invoiced",
        "Auftrag,Kunde,Angelegt am,Bestätigt am,Geliefert am,Berechnet am",
        "Vorgang,Kunde,Eingang am,Prüfung begonnen,Prüfung beendet,Versandt am",
        "N° dossier,Client,Date de dépôt,Date d'instruction,Date de décision,Date de notification",
    ],
)
def test_each_column_of_dates_is_a_step(head: str, tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "cases.csv", head))
    assert (log.cases, log.events.height) == (8, 32)
    assert log.activities() == sorted(head.split(",")[2:])
    assert log.events["client"].unique().sort().to_list() == ["K0", "K1"]
    assert any("each row is a case" in note for note in log.notes)


def test_a_step_that_was_not_done_is_none(tmp_path: Path) -> None:
    rows = [(*row[:5], "") if at % 2 else row for at, row in enumerate(ROWS)]
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Customer,Created,Confirmed,Shipped,Invoiced", rows))
    assert log.events.height == 28
    assert not log.problems


def test_a_case_of_which_nothing_was_done_is_told(tmp_path: Path) -> None:
    rows = [*ROWS, ("idle", "K", "", "", "", "")]
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Customer,Created,Confirmed,Shipped,Invoiced", rows))
    (told,) = (problem for problem in log.problems if problem.code == "case without events")
    assert (told.count, told.found, told.places) == (1, "1 case has no event", (f"line {len(rows) + 1}",))
    assert "idle" not in log.events["case"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("due", "last"),
    [
        ("Due by time", "Last update time"),
        ("Fällig am", "Zuletzt geändert"),
        ("Date d'échéance", "Dernière modification"),
        ("Fecha de vencimiento", "Última actualización"),
        ("Data prevista", "Ultima modifica"),
        ("Geplande datum", "Laatste wijziging"),
        ("Requested delivery date", "Updated"),
        ("ETA", "sys_updated_on"),
        ("Liefertermin zugesagt", "Geändert am"),
        ("Wunschtermin", "Last viewed"),
        ("Délai demandé", "Modifié le"),
        ("Valid until", "Birth date"),
    ],
)
def test_nothing_is_done_on_dates_that_are_due_or_of_the_last_change(due: str, last: str, tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "cases.csv", f"Order,Customer,Opened,{due},Closed,{last}"))
    assert log.activities() == ["Closed", "Opened"]
    assert {due, last} <= set(log.events.columns)
    assert any(f"are no steps: {due}, {last}" in note for note in log.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "deed", ["Updated by client", "Requested", "Confirmed", "Delivery date", "Zielprüfung", "Auftrag geändert"]
)
def test_what_only_sounds_like_a_date_that_is_due_is_a_step(deed: str, tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "cases.csv", f"Order,Customer,Ordered,{deed},Produced,Delivered"))
    assert deed in log.activities()


def test_that_something_was_planned_is_a_step(tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Customer,Ordered,Planned,Produced,Delivered"))
    assert log.events.height == 32


STATED = [(*row[:2], ("open", "closed")[at > 2], *row[2:]) for at, row in enumerate(ROWS)]


@pytest.mark.parametrize(
    "head",
    [
        "Number,Caller,State,Opened at,Work start,Resolved at,Closed at",
        "Ticketnummer,Kunde,Status,Eröffnet am,Zugewiesen am,Gelöst am,Geschlossen am",
        "Numéro demande,Demandeur,Statut,Ouvert le,Pris en charge le,Résolu le,Clos le",
        "Expediente,Solicitante,Estado,Fecha de alta,Fecha de asignación,Fecha de resolución,Fecha de cierre",
        "Opportunity ID,Account name,Stage,Created,Qualified,Proposed,Closed",
        "Order,Customer,Order status,Created,Confirmed,Shipped,Invoiced",
    ],
)
def test_the_state_in_which_cases_are_now_is_no_step(head: str, tmp_path: Path) -> None:
    """A row for each case, with the state that it has today beside the dates of its steps."""
    log = irrupt.read(written(tmp_path / "cases.csv", head, STATED))
    names = head.split(",")
    assert (log.cases, log.events.height) == (8, 32)
    assert log.activities() == sorted(names[3:])
    assert log.events[names[2]].unique().sort().to_list() == ["closed", "open"]


def test_states_of_cases_in_several_rows_are_steps() -> None:
    columns = ["Ticket", "Client", "Status", "Opened", "Due", "Changed", "Closed"]
    rows = [(f"T{at // 2}", *row[1:]) for at, row in enumerate(STATED)]
    raw = Raw(frame=pl.DataFrame(rows, schema=columns, orient="row").with_row_index(ROW), name="", locate=lambda _: ())
    assert with_steps(raw, {}) is raw


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("row", "case"),
    [("id", "order"), ("Ref", "job"), ("key", "claim"), ("id", "shipment"), ("key", "Projekt"), ("id", "Auftrag")],
)
def test_a_history_of_states_may_have_numbers_of_its_rows(row: str, case: str, tmp_path: Path) -> None:
    """Each row was taken for a case, and the state that was reached for the one of now."""
    states = ("ordered", "made", "sent", "paid")
    rows = [
        (f"{4 * n + at}", f"A{n}", state, *(f"2026-02-{day:02}" for day in (1 + n + at, 1 + n, 6 + n)))
        for n in range(10)
        for at, state in enumerate(states)
    ]
    log = irrupt.read(written(tmp_path / "log.csv", f"{row},{case},status,changed on,order date,delivery date", rows))
    assert (log.mapping["case"], log.mapping["activity"], log.events.height) == (case, "status", 40)


def test_two_dates_or_cases_in_several_rows_are_no_such_table() -> None:
    columns = ["Order", "Customer", "Created", "Confirmed", "Shipped", "Invoiced"]
    table = pl.DataFrame(ROWS, schema=columns, orient="row").with_row_index(ROW)
    twice = table.with_columns(Order=pl.format("O{}", pl.int_range(pl.len()) // 2))
    for frame in (table.drop("Confirmed", "Invoiced"), twice, table.rename({"Customer": "Activity"})):
        raw = Raw(frame=frame, name="", locate=lambda _rows: ())
        assert with_steps(raw, {}) is raw


COUNTED = [
    (f"O{n}", f"K{n % 2}", *(str(45_600 + 3 * n + days) for days in (0, 1 + n % 4, 9)), str(45_000 + 97 * n))
    for n in range(40)
]


def test_days_that_spreadsheets_count_are_dates_under_any_name(tmp_path: Path) -> None:
    """Quantities of the same size beside them do not go with them, and stay numbers."""
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Customer,A10,A20,A30,Weight", COUNTED))
    assert log.activities() == ["A10", "A20", "A30"]
    assert log.events["end"].min().date().isoformat() == "2024-11-04"  # type: ignore[union-attr]
    assert log.events["Weight"][0] == 45_000
    assert any("count days as spreadsheets do" in note for note in log.notes)


def test_counted_days_stand_beside_written_ones(tmp_path: Path) -> None:
    rows = [(row[0], f"2024-11-{1 + n % 4:02}", *row[3:]) for n, row in enumerate(COUNTED)]
    rows = [(row[0], row[1], str(45_601 + n % 4), str(45_604 + n % 4), row[-1]) for n, row in enumerate(rows)]
    log = irrupt.read(written(tmp_path / "cases.csv", "Order,Opened,A20,A30,Weight", rows))
    assert log.activities() == ["A20", "A30", "Opened"]
    assert log.mapping["case"] == "Order"
    assert not log.problems


def test_numbers_that_do_not_go_together_are_no_days(tmp_path: Path) -> None:
    rows = [(f"O{n}", *(str(40_000 + n * step) for step in (13, 170, 301))) for n in range(30)]
    with pytest.raises(DataError):
        irrupt.read(written(tmp_path / "cases.csv", "Number,Width,Height,Depth", rows))


def test_numbers_of_requests_are_no_quantities(tmp_path: Path) -> None:
    """`demande` is demand, too: a list of requests with a few dates was read as schedules, and their numbers added."""
    days = [(1 + n, 6 + n // 4 * 4, 7 + n // 4 * 4, 9 + n // 4 * 4) for n in range(16)]
    rows = [(str(1000 + n), f"K{n % 2}", *(f"2026-02-{day:02}" for day in own)) for n, own in enumerate(days)]
    head = "N° demande,Service,Date Demande reçue,Date Planification,Date Examen,Date Envoi"
    log = irrupt.read(written(tmp_path / "demandes.csv", head, rows))
    assert (log.cases, log.schedules.height) == (16, 0)
