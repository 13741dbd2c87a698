"""A folder with cases in one table and their events in another, and whatever else tells more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import irrupt
from irrupt.errors import DataError

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
