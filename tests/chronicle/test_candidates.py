"""Columns that could name the client, or who worked, are named where none is called so."""

from __future__ import annotations

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.candidates import changing_clients, could_be_case, could_name_client, could_name_worker
from irrupt.errors import DataError


@pytest.fixture(scope="module")
def export() -> pl.DataFrame:
    """A ticket export whose columns nobody would know by their names."""
    steps = ("opened", "in work", "fixed")
    rows = [
        {
            "ref": f"R{case}",
            "st": step,
            "upd_ts": f"2024-{1 + case // 28:02d}-{1 + case % 28:02d} {8 + at:02d}:{case % 60:02d}",
            "prio": f"P{case % 2}",
            "u_tenant_x": ("acme", "globex", "hooli")[case % 3],
            "by_usr": f"u{(case + at) % 5}",
            "size": str(case % 7),
            "kind": f"k{at}",
        }
        for case in range(120)
        for at, step in enumerate(steps)
    ]
    return pl.DataFrame(rows)


def test_columns_that_could_name_a_client_are_named_likely_ones_first(export: pl.DataFrame) -> None:
    log = irrupt.read(export)
    assert could_name_client(log.events) == ("u_tenant_x", "prio")
    finding = next(one for one in irrupt.see(log).findings if one.kind == "no client")
    assert "--client" in finding.text
    assert finding.numbers["columns"] == ["u_tenant_x", "prio"]


def test_who_worked_is_asked_for_by_the_name_of_the_column(export: pl.DataFrame) -> None:
    log = irrupt.read(export)
    assert could_name_worker(log.events) == ("by_usr",)
    assert any("by_usr" in note and "--map resource" in note for note in log.notes)
    told = irrupt.read(export, mapping={"resource": "by_usr"})
    assert not any("nobody is named" in note for note in told.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("trade", ["Mécanicien", "Picker", "Infirmière", "Ärztin", "Treating physician", "Fahrer"])
def test_who_worked_is_asked_for_by_his_trade(export: pl.DataFrame, trade: str) -> None:
    """A garage writes “mechanic” where an office writes “user”: without him no team is found, and nobody can pass."""
    names = pl.Series(trade, [("Léa", "Karim", "Jo", "Ali")[(row // 3 + row % 3) % 4] for row in range(export.height)])
    log = irrupt.read(export.drop("by_usr").rename({"st": "status"}).with_columns(names))
    assert any(trade in note and "--map resource" in note for note in log.notes)


def test_nothing_is_named_where_nothing_could(export: pl.DataFrame) -> None:
    log = irrupt.read(export.select("ref", "st", "upd_ts", "size", "kind"))
    assert could_name_client(log.events) == ()
    assert could_name_worker(log.events) == ()
    finding = next(one for one in irrupt.see(log).findings if one.kind == "no client")
    assert "--client" not in finding.text
    assert any(note == "nobody is named who worked" for note in log.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Amy Boyd", "D. Quéré", "Cordes", "Łucja Nowak-Duda", "O'Neil"), ("xyz",)),
        (("BECKER01", "GÄRTNE01", "EBERLE01", "FRANKE01", "DIETZ01"), ("xyz",)),
        (("Ulm", "Graz", "New York", "Lyon", "Gent"), ()),
        (("Pumpe", "Rotor", "Ventil", "Welle", "Filter"), ()),
        (("email", "web chat", "phone", "letter", "fax"), ()),
        (("3 - Low", "2 - Medium", "1 - High", "4 - Plan", "5 - Idle"), ()),
    ],
)
def test_names_of_people_tell_of_them_under_any_heading(
    export: pl.DataFrame, names: tuple[str, ...], found: tuple[str, ...]
) -> None:
    people = pl.Series("xyz", [names[(row // 3 + row % 3) % 5] for row in range(export.height)])
    assert (
        could_name_worker(irrupt.read(export.drop("by_usr").rename({"st": "status"}).with_columns(people)).events)
        == found
    )


def interleaved(identifier: str) -> pl.DataFrame:
    """Cases of four steps, three of them open at any time, in the order in which the steps were done."""
    rows = sorted((5 * case + 15 * at, case, at) for case in range(60) for at in range(4))
    return pl.DataFrame(
        {
            "what it is": [identifier.format(case) for _when, case, _at in rows],
            "status": [f"step {at}" for _when, _case, at in rows],
            "when": [f"2024-01-{1 + when // 24:02d} {when % 24:02d}:00" for when, _case, _at in rows],
            "machine": [f"M{case * 7 % 5}" for _when, case, _at in rows],
            "euros": [f"{case % 9},50" for _when, case, _at in rows],
        }
    )


@pytest.mark.parametrize("identifier", ["EXP/{:04d}-25", "OT{:05d}", "{}", "RE {}", "2024-{}"])
def test_the_column_whose_identifiers_come_and_go_is_named_where_no_name_tells_cases(identifier: str) -> None:
    table = interleaved(identifier)
    with pytest.raises(DataError, match='it is probably what it is: --map "case=what it is"'):
        irrupt.read(table)
    assert irrupt.read(table, mapping={"case": "what it is"}).events["case"].n_unique() == 60
    assert could_be_case(table.cast({"what it is": pl.Categorical})) == "what it is"


def test_no_column_is_named_for_cases_where_none_or_several_could_tell_them() -> None:
    table = interleaved("K{}")
    assert could_be_case(table.drop("what it is")) is None
    assert could_be_case(table.with_columns(pl.Series("other", table["what it is"].to_list()[::-1]))) is None
    assert could_be_case(interleaved("Customer {}")) is None
    assert could_be_case(table.with_columns(pl.Series("what it is", [f"K{at % 60}" for at in range(240)]))) is None


def test_what_is_called_as_clients_are_but_changes_is_told_apart() -> None:
    rows = [(str(case), f"K{case % 3}", f"K{(case + step) % 3}") for case in range(30) for step in range(2)]
    events = pl.DataFrame(rows, schema=["case", "customer", "client (2)"], orient="row")
    assert changing_clients(events) == (("client", 1.0),)
