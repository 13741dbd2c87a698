"""Who is named as the one who acts: the client, a department of his, or a team that serves him."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from irrupt.chronicle.himself import he_acts, is_client, shares_of_him
from irrupt.chronicle.reading import read
from irrupt.sight import see

CLIENTS = ("Acme Ltd", "Brown GmbH", "Clark")


def log(teams: Mapping[str, str], *, people: bool = False, lasts: bool = False, cases: int = 60) -> pl.DataFrame:
    """Cases that come to a desk, to who looks at them by turns, to `Inspection` and back to the desk. *teams*: by whom
    the last but one is done, by client; *people*: somebody is named for it; *lasts*: so is when each begins."""
    rows = []
    for case in range(cases):
        client, moment = CLIENTS[case % 3], datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(days=case)
        his = teams[client], f"{client[0]}-1" if people else None
        looks = his if case % 2 else ("Desk", "Ann")
        for activity, (team, who) in zip(
            ("Intake", "Comment", "Assess", "Inspection", "Close"),
            (("Desk", "Ann"), looks, ("Office", "Bob"), his, ("Desk", "Ann")),
            strict=True,
        ):
            moment += timedelta(hours=1)
            begun = moment - timedelta(minutes=20) if lasts else moment
            rows.append((f"c{case}", activity, begun, moment, who, team, client))
    names = ["case", "activity", "start", "end", "resource", "team", "client"]
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"resource": pl.String})


@pytest.mark.parametrize(
    "name",
    [
        "Client – purchasing", "Kunde (Einkauf)", "Customer - QA", "Client: works", "Customer's purchasing",
        "Einkauf des Kunden", "Achats du client", "Cliente – compras", "Klient – dział zakupów", "Klant - kwaliteit",
        "Kund – inköp", "Kunde - Werk 2", "Käufer – Technik",
    ],
)  # fmt: skip
def test_a_department_of_one_client_is_he(name: str) -> None:
    assert is_client(name)


@pytest.mark.parametrize(
    "name",
    [
        "Customer service", "Kundendienst", "Client relations", "Client – relations", "Customer – support",
        "Customers – north", "Kunden – Süd", "Customer quality", "Customer/Supplier", "Complaints (customer)",
        "Relation client", "Kunden-Hotline", "Kunde-Service", "Biuro Obsługi Klienta", "Service du client",
        "Customer – returns", "Sales (client)", "Clients Pro", "Customer line 2", "Kundeservice",
    ],
)  # fmt: skip
def test_a_team_that_serves_clients_is_none(name: str) -> None:
    assert not is_client(name)


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize("called", ["Client – purchasing", "{}", "{} purchasing", "{} (Quality)", "Achats de {}"])
def test_what_a_clients_own_department_does_is_his(called: str, people: bool) -> None:
    """His teams were shown as teams of the organisation, with their work and their hours."""
    sight = see(read(log({client: called.format(client) for client in CLIENTS}, people=people)))
    assert sight.chronicle.client_acts == {"Inspection", "Comment (client)"}
    assert set(sight.teams) == {"Desk", "Office"}


def test_companies_are_known_without_how_the_law_calls_them() -> None:
    events = log({"Acme Ltd": "ACME", "Brown GmbH": "Brown", "Clark": "clark"})
    assert shares_of_him(events)["Inspection"] == 1.0


def test_a_team_that_works_for_one_client_and_is_called_as_he_is_none() -> None:
    """It is recorded to spend time on it, acts for others as well, or does most of what is done in his cases."""
    own = dict(zip(CLIENTS, CLIENTS, strict=True))
    assert not he_acts(log(own, lasts=True)).any()
    turned = dict(zip(CLIENTS, (*CLIENTS[1:], CLIENTS[0]), strict=True))
    assert not he_acts(log(turned)).any()
    most = log(own).with_columns(team=pl.when(pl.col("activity") == "Close").then("team").otherwise("client"))
    assert not he_acts(most).any()


def test_codes_that_recur_among_clients_and_staff_name_no_client() -> None:
    """Anonymised logs name both `Value 1`, each by themselves: whoever is met by chance is not he."""
    rows = [(f"{at}", "check", f"Value {at % 7}", f"Value {at % 5}") for at in range(70)]
    events = pl.DataFrame(rows, schema=["case", "activity", "client", "resource"], orient="row")
    assert not he_acts(events).any()


def test_what_clients_and_others_are_named_for_is_told_apart() -> None:
    read_ = read(log(dict.fromkeys(CLIENTS, "Customer")))
    assert read_.activities() == ["Assess", "Close", "Comment", "Comment (client)", "Inspection", "Intake"]
    assert "what both clients and others are named for is told apart: Comment (client)" in read_.notes


def test_what_is_his_whoever_writes_it_down_has_one_name() -> None:
    """A clerk who takes a claim down is named for it, and the client where he filed it himself."""
    events = log(dict.fromkeys(CLIENTS, "Customer portal"))
    filed = read(events.with_columns(pl.col("activity").replace("Comment", "Application filed by client")))
    assert not [name for name in filed.activities() if name.endswith("(client)")]
