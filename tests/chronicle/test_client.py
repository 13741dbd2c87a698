"""The client's part, told from labels: precision against the truth that publishers and readers of the logs gave."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from irrupt.chronicle import Chronicle
from irrupt.chronicle.client import guess_acts, guess_waits, is_act, is_wait

FILES = {
    "bpic2012": "bpic2012.xes.gz",
    "uci498_servicenow": "uci498_incidents.csv.gz",
    "helpdesk": "helpdesk.xes.gz",
    "receipt_wabo": "receipt.xes.gz",
    "bpic2013_incidents": "bpic2013_incidents.xes.gz",
    "teleclaims": "teleclaims.xes.gz",
}
ROAD = "road_traffic_fines"


def truth(path: Path, log: str) -> dict[str, str]:
    with path.open(encoding="utf-8") as stream:
        return {row["activity_or_rule"]: row["role"] for row in csv.DictReader(stream) if row["log"] == log}


@pytest.mark.parametrize("log", FILES)
def test_what_is_guessed_on_real_logs_is_true(
    log: str, shared: Callable[[str], Path], real: Callable[[str], Chronicle]
) -> None:
    roles = truth(shared("data/client_acts.csv"), log)
    chronicle = real(f"data/{FILES[log]}")
    for act in chronicle.client_acts:
        assert roles.get(act) == "client_act", act
    for wait in chronicle.waits_for_client:
        state = f"lifecycle={wait.split(' / ')[-1]}"
        assert roles.get(wait, roles.get(state)) == "waiting_on_client", wait


@pytest.mark.parametrize("log", [*FILES, ROAD])
def test_labels_of_acts_and_waits_on_record_are_told(log: str, shared: Callable[[str], Path]) -> None:
    """Recall: every label that says it is one is found; those of other parties and of the inside are left alone."""
    for label, role in truth(shared("data/client_acts.csv"), log).items():
        name = label.removeprefix("lifecycle=")
        if role in ("inside", "toward_client", "unknown"):
            assert not is_act(name), name
            assert not is_wait(name) or name == "T06 Determine necessity of stop advice", name
        if role == "waiting_on_client" and label != "Wait":
            assert is_wait(name), name
        if role == "client_act" and log in ("bpic2012", ROAD):
            assert is_act(name), name


WAITS = [
    "Awaiting User Info", "Wait - Customer", "Waiting for client response", "Pending Customer",
    "On hold: customer", "En attente client", "En attente de l'usager", "Attente réponse demandeur",
    "Warten auf Kunden", "Wartet auf Antragsteller", "Wachten op klant", "In afwachting van aanvrager",
    "En espera del cliente", "Pendiente cliente", "Aguardando cliente", "In attesa del cliente",
    "Ask for missing document", "Request additional information", "Demander pièces manquantes",
    "Return application back to applicant", "Fehlende Unterlagen anfordern",
]  # fmt: skip
ACTS = [
    "Payment", "Appeal to Judge", "Applicant supplies document", "Client confirms specification",
    "Caller gives up", "Caller reports fault again", "Applicant completes form", "Application filed",
    "O_ACCEPTED", "O_SENT_BACK", "A_SUBMITTED", "Offer accepted", "Customer complaint", "Place order",
    "Reopened by customer", "Widerspruch", "Réclamation", "Bezwaar", "Request submitted", "Customer reply",
    "Customer order received",
    "Signed by client", "Pay order",
]  # fmt: skip
NEITHER = [
    "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence", "Awaiting Assignment", "Wait", "New", "Active",
    "Resolved", "Closed", "Initiate payment", "Send Appeal to Prefecture",
    "Receive Result Appeal from Prefecture", "Notify Result Appeal to Offender", "A_PARTLYSUBMITTED",
    "A_PREACCEPTED", "O_SENT", "O_CREATED", "Notify applicant", "Check completeness", "Order received",
    "Ticket opened", "Insert ticket", "Create Fine", "Handle complaint", "W_Nabellen offertes",
    "Confirmation of receipt", "Call customer", "Contact client", "Inform customer", "Register customer request",
    "Send invoice to client", "User acceptance test",
    "Customer requests processed", "Client meeting", "", "-", "Check customer payment history",
    "Payment not received", "Release Purchase Order", "Notificacion estudiante",
]  # fmt: skip


@pytest.mark.parametrize("label", WAITS)
def test_waits_in_many_languages(label: str) -> None:
    assert is_wait(label)
    assert not is_act(label)


@pytest.mark.parametrize("label", ACTS)
def test_acts_in_many_languages(label: str) -> None:
    assert is_act(label)
    assert not is_wait(label)


@pytest.mark.parametrize("label", NEITHER)
def test_what_is_not_plainly_the_clients_is_left_alone(label: str) -> None:
    assert not is_act(label)
    assert not is_wait(label)


def events(*labels: str, resource: list[str] | None = None) -> pl.DataFrame:
    return pl.DataFrame({"activity": labels, "resource": resource or [None] * len(labels)})


def test_where_the_organisation_buys_its_payments_are_its_own() -> None:
    assert guess_acts(events("Payment", "Close")) == {"Payment"}
    assert guess_acts(events("Payment", "Create Purchase Order")) == frozenset()


def test_a_resource_called_customer_makes_an_act_of_the_client() -> None:
    log = events("incoming", "incoming", "work", "work", resource=["Customer", "the client", "Customer", "Anna"])
    assert guess_acts(log) == {"incoming"}


def test_guesses_depend_on_labels_alone() -> None:
    log = events("Awaiting User Info", "Active", "Payment")
    assert guess_waits(log) == guess_waits(log.reverse()) == {"Awaiting User Info"}
    assert guess_acts(log) == guess_acts(log.reverse()) == {"Payment"}


@pytest.mark.parametrize(
    ("world", "waits", "acts"),
    [
        ("municipality_permits", {"Ask for missing document"}, {"Application filed", "Applicant supplies document"}),
        ("chemicals_order_to_delivery", set(), {"Client confirms specification"}),
        ("telecom_service_desk", set(), {"Caller reports fault again", "Caller gives up"}),
    ],
)
def test_worlds_of_other_trades(world: str, waits: set[str], acts: set[str], real: Callable[[str], Chronicle]) -> None:
    log = real(f"arena/worlds/{world}/baseline.csv.gz")
    assert (log.waits_for_client, log.client_acts) == (waits, acts)
