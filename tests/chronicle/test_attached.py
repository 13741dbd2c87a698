"""A folder with cases in one table and their events in another, and whatever else tells more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError, UsageError

STEPS = [f"A{case};{step};2026-02-{2 + case:02} 0{7 + at}:00" for case in range(6) for at, step in enumerate("xyz")]
HEADS = [
    ("Auftragsnummer", "Schritt;Zeitpunkt", "Kundennummer"),
    ("order_id", "activity;timestamp", "customer_id"),
    ("N° commande", "Étape;Horodatage", "N° client"),
]


def folder(path: Path, key: str, head: str, client: str, cases: int = 6) -> Path:
    """Steps, the orders whose they are, and the clients whose orders these are."""
    files = {
        "steps.csv": [f"{key};{head}", *STEPS],
        "orders.csv": [f"{key};{client};Art", *(f"A{n};K{n % 2};eilig" for n in range(cases))],
        "clients.csv": [f"{client};Name;Ort", "K0;Huber;Ulm", "K1;Ilmer;Graz"],
    }
    for name, lines in files.items():
        (path / name).write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(("key", "head", "client"), HEADS)
def test_what_other_tables_tell_is_put_beside_the_events(tmp_path: Path, key: str, head: str, client: str) -> None:
    log = irrupt.read(folder(tmp_path, key, head, client))
    assert (log.cases, log.events.height, log.mapping["case"]) == (6, 18, key)
    assert log.events["client"].unique().sort().to_list() in (["K0", "K1"], ["Huber", "Ilmer"])
    assert {"Art", "Ort"} <= set(log.events.columns)
    assert sum("tells more of each" in note for note in log.notes) == 2


def test_cases_without_events_are_told_of(tmp_path: Path) -> None:
    log = irrupt.read(folder(tmp_path, *HEADS[1], cases=9))
    assert any("3 rows of it are of none of them" in note for note in log.notes)


def test_problems_are_where_they_stand_in_the_table_of_events(tmp_path: Path) -> None:
    place = folder(tmp_path, *HEADS[1])
    lines = (place / "steps.csv").read_text(encoding="utf-8").splitlines()
    lines[4] = "A1;x;"
    (place / "steps.csv").write_text("\n".join(lines), encoding="utf-8")
    assert [(one.code, one.places) for one in irrupt.read(place).problems] == [("missing time", ("line 5",))]


def test_tables_that_nothing_joins_are_named(tmp_path: Path) -> None:
    place = folder(tmp_path, *HEADS[1])
    (place / "prices.csv").write_text("item;price\na;1\nb;2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"do not belong together: clients\.csv, orders\.csv, prices\.csv, steps\.csv"):
        irrupt.read(place)


def test_a_list_of_clients_may_be_longer_than_the_events(tmp_path: Path) -> None:
    place = folder(tmp_path, *HEADS[1])
    more = [f"K{n};Huber;Ulm" for n in range(2, 60)]
    with (place / "clients.csv").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(more))
    log = irrupt.read(place)
    assert (log.cases, log.events.height) == (6, 18)


def test_broken_rows_of_what_is_put_beside_are_told_of(tmp_path: Path) -> None:
    place = folder(tmp_path, *HEADS[1])
    with (place / "clients.csv").open("a", encoding="utf-8") as file:
        file.write("\nK7;a;b;c;d\nK8;a;b;c;d")
    log = irrupt.read(place)
    assert sum(one.count for one in log.problems) == 2


ORDERS = ["Ordernr;Kund;Status", *(f"A{n};K{n % 2};{'Avslutad' if n % 3 else 'Avbeställd'}" for n in range(6))]
EVENTS = [
    "Ordernr;Händelse;Sluttid;Utförd av;Grupp",
    *(f"{one};P{n % 2};{'El' if n % 2 else 'Mek'}" for n, one in enumerate(STEPS)),
]


def two_tables(kind: str, tmp_path: Path, workbook: Callable[..., Path]) -> Path:
    tables = {"Arbetsordrar": ORDERS, "Händelser": EVENTS}
    if kind == "workbook":
        return workbook({name: [line.split(";") for line in lines] for name, lines in tables.items()})
    for name, lines in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_a_state_told_once_for_each_case_is_no_step(kind: str, tmp_path: Path, workbook: Callable[..., Path]) -> None:
    log = irrupt.read(two_tables(kind, tmp_path, workbook))
    assert log.mapping == {
        "case": "Ordernr", "activity": "Händelse", "end": "Sluttid", "client": "Kund", "resource": "Utförd av",
        "team": "Grupp",
    }  # fmt: skip
    assert (log.cases, log.events.height, sorted(log.events["activity"].unique())) == (6, 18, ["x", "y", "z"])


def test_a_state_beside_unnamed_steps_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("\n".join(ORDERS), encoding="utf-8")
    events = [EVENTS[0].replace("Händelse", "Zzz"), *EVENTS[1:]]
    (tmp_path / "events.csv").write_text("\n".join(events), encoding="utf-8")
    assert irrupt.read(tmp_path).mapping["activity"] == "Zzz"


def test_a_state_that_stays_in_each_row_of_a_case_is_no_step(tmp_path: Path) -> None:
    rows = [f"{event};{'open' if n // 3 % 3 else 'closed'}" for n, event in enumerate(STEPS)]
    (tmp_path / "log.csv").write_text("\n".join(["Case ID;Step name;Time;Status", *rows]), encoding="utf-8")
    assert irrupt.read(tmp_path / "log.csv").mapping["activity"] == "Step name"


def test_the_only_sheet_that_is_read_can_be_said(tmp_path: Path, workbook: Callable[..., Path]) -> None:
    sheets = {"Steps": EVENTS, "Older": EVENTS[:10], "Notes": ["a;b", "1;2", "3;4"]}
    book = workbook({name: [line.split(";") for line in lines] for name, lines in sheets.items()})
    assert any('--map "sheet=' in note for note in irrupt.read(book).notes)
    assert irrupt.read(book, mapping={"sheet": "Older"}).cases == 3
    with pytest.raises(UsageError, match='sheet  "Old"; did you mean "Older"'):
        irrupt.read(book, mapping={"sheet": "Old"})
    with pytest.raises(UsageError, match="a workbook with several sheets"):
        irrupt.read(two_tables("folder", tmp_path, workbook), mapping={"sheet": "Older"})


def test_deliveries_beside_a_plan_are_not_put_into_it(workbook: Callable[..., Path]) -> None:
    """A plan has a row for each part, as a list of cases has one for each case."""
    plan = [["Part", "Customer", "2026-W05", "2026-W06", "2026-W07"], ["A1", "X", 10, 20, 30], ["A2", "X", 5, 6, 7]]
    delivered = [["Part", "Date", "Qty"], *([f"A{1 + n % 2}", f"2026-01-{n + 10}", n] for n in range(9))]
    read = irrupt.read(workbook({"Plan": plan, "Delivered": delivered}))
    assert read.schedules["quantity"].sum() == 78


def changes(path: Path) -> Path:
    """Orders, and changes of them, each with its head and its only position, as SAP keeps them."""
    heads = [
        f"O;{4500000000 + n // 3};{1000000 + n};u{n % 2};2026-02-{1 + n // 3:02} 0{7 + n % 3}:00" for n in range(18)
    ]
    files = {
        "CDHDR": ["OBJECTCLAS;OBJECTID;CHANGENR;USERNAME;UDATE", *heads],
        "CDPOS": ["CHANGENR;FNAME;VALUE_OLD;VALUE_NEW", *(f"{1000000 + n};F{n % 3};;A" for n in range(18))],
    }
    for name, lines in files.items():
        (path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return path


def test_heads_of_changes_and_their_only_positions_belong_together(tmp_path: Path) -> None:
    log = irrupt.read(changes(tmp_path))
    assert (log.cases, sorted(log.events["activity"].unique())) == (6, ["F0 changed", "F1 changed", "F2 changed"])
    assert set(log.events["resource"]) == {"u0", "u1"}


def test_tables_are_joined_by_the_same_long_numbers_whatever_they_are_called(tmp_path: Path) -> None:
    orders = ["VBELN;KUNNR", *(f"{4500000000 + n};K{n % 2}" for n in range(6))]
    (changes(tmp_path) / "VBAK.csv").write_text("\n".join(orders), encoding="utf-8")
    assert set(irrupt.read(tmp_path).events["client"]) == {"K0", "K1"}


def test_the_table_without_which_all_others_belong_together_is_named(tmp_path: Path) -> None:
    place = folder(tmp_path, *HEADS[1])
    (place / "prices.csv").write_text("item;price\na;1\nb;2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"without prices\.csv, the others belong together"):
        irrupt.read(place)


def test_tables_of_a_folder_that_do_not_belong_together_are_each_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is a plan was asked of both for each pair of them, and again for each that may be the odd one: sixty
    tables took more than five minutes."""
    from irrupt.chronicle import attached

    asked: Counter[int] = Counter()

    def tells(frame: pl.DataFrame) -> bool:
        asked[id(frame)] += 1
        return False

    monkeypatch.setattr(attached, "tells_schedules", tells)
    for table in range(6):
        rows = "".join(f"{table}{row},{row % 3},{row}\n" for row in range(40))
        (tmp_path / f"t{table}.csv").write_text(f"id,c{table},d{table}\n{rows}")
    with pytest.raises(DataError, match="do not belong together"):
        irrupt.read(tmp_path)
    assert max(asked.values()) <= 2
