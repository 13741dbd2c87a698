"""What sounds as if a case were given up."""

from __future__ import annotations

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
        "Left without being seen",
        "Kunde tritt vom Vertrag zurück",
        "Antragsteller zieht Antrag zurück",
        "Le client retire sa demande",
        "Klant haakt af",
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
    ],
)
def test_what_only_sounds_like_it_does_not(activity: str) -> None:
    assert not means_giving_up(activity)
