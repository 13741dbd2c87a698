"""What sounds as if a case were given up."""

from __future__ import annotations

from time import process_time

import pytest

from irrupt.chronicle.giving_up import means_giving_up


@pytest.mark.parametrize(
    "activity",
    [
        "Client drops the invention",
        "Case dropped by the applicant",
        "Customer backs out",
        "Buyer loses interest",
        "Tenant changes his mind",
        "Client stops the project",
        "Order revoked by customer",
        "Client drops his building application",
        "Customer calls off the order",
        "Left without being seen",
        "Kunde tritt vom Vertrag zurück",
        "Antragsteller zieht Antrag zurück",
        "Kunde nimmt seine Bestellung zurück",
        "Kunde verzichtet auf den Auftrag",
        "Le client retire sa demande",
        "Klant haakt af",
        "Klant trekt aanvraag in",
        "El cliente retira su solicitud",
        "Il cliente ritira la sua domanda",
        "El cliente se echa atrás",
        "Il cliente abbandona",
        "Klient rezygnuje",
        "Kunden hoppar av",
    ],
)
def test_who_takes_his_case_back_gives_it_up(activity: str) -> None:
    assert means_giving_up(activity)


@pytest.mark.parametrize(
    "activity",
    [
        "Client confirms",
        "Client declines the offer",
        "Driver drops parcel",
        "Customer drops off the car",
        "Parcel dropped off by customer",
        "Stop order",
        "Kunde zieht um",
        "Bestellung aufgegeben",
        "Le client retire le colis",
        "Le client retire son colis",
        "Le client retire ses lunettes",
        "Cliente retira el pedido",
        "El cliente retira su vehículo",
        "Cliente ritira il pacco",
        "Passenger drops baggage",
        "Applicant drops documents at desk",
        "Customer drops by",
        "Patient receives eye drops",
        "Client lets the order go ahead",
        "Customer calls off delivery schedule",
        "Customer pulls out ticket",
        "Kunde nimmt Ware zurück",
        "Antragsteller verzichtet auf Rechtsmittel",
        "Huurder trekt in",
    ],
)
def test_what_only_sounds_like_it_does_not(activity: str) -> None:
    assert not means_giving_up(activity)


def test_a_long_text_is_read_in_no_time() -> None:
    """Words that may stand between two others are looked for over and over, where there is no end to them."""
    begun = process_time()
    means_giving_up("trekt tritt zieht nimmt lasst laat " * 6000)
    assert process_time() - begun < 5.0
