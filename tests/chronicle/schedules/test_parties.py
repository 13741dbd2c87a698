"""Who orders, for where, and what binds, in the lists of business systems and portals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history

KEYS = ("client", "part", "issued", "period", "quantity")


@pytest.fixture(scope="module")
def plans() -> pl.DataFrame:
    clients = (Client(name="Alpha", parts=2), Client(name="Beta", parts=2))
    whole = history(clients, weeks=6, horizon=6, seed=9).filter(pl.col("kind") == "forecast")
    numbers = pl.col("client").replace_strict({"Alpha": "0000104711", "Beta": "0000104855"})
    return whole.with_columns(number=numbers, his=pl.lit("4N0 121 ") + pl.col("part"))


@pytest.fixture
def read(plans: pl.DataFrame, tmp_path: Path) -> Callable[..., irrupt.Chronicle]:
    """Reads the plans as a list with these columns: heading -> what stands below."""

    def written(columns: Mapping[str, str | pl.Expr]) -> irrupt.Chronicle:
        dates = {name: pl.col(name).dt.strftime("%d.%m.%Y") for name in ("issued", "period")}
        table = plans.with_columns(**dates).select(
            (pl.col(one) if isinstance(one, str) else one).alias(name) for name, one in columns.items()
        )
        table.write_csv(tmp_path / "list.csv", separator=";")
        return irrupt.read(tmp_path / "list.csv")

    return written


REST = {"Abrufdatum": "issued", "Lieferdatum": "period", "Abrufmenge": "quantity"}
HIS_PARTS = [
    *("Kundenmaterial", "Kundenteilenummer", "Customer part number", "Customer article no.", "Article client"),
    *("Artículo cliente", "Codice articolo cliente", "Teil Kunde"),
]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("his", HIS_PARTS)
@pytest.mark.parametrize("party", ["Auftragg.", "Name des Warenempfängers", "Nom du réceptionnaire", "Sold-to party"])
def test_his_number_for_a_part_is_no_client(his: str, party: str, read: Callable[..., irrupt.Chronicle]) -> None:
    found = read({party: "client", "Material": "part", his: "his", **REST})
    assert found.mapping["client"] == party
    assert set(found.schedules["client"]) == {"Alpha", "Beta"}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("his", HIS_PARTS)
def test_without_a_client_nobody_is_named(his: str, read: Callable[..., irrupt.Chronicle]) -> None:
    assert "client" not in read({"Material": "part", his: "his", **REST}).mapping


@pytest.mark.parametrize(
    ("number", "name"),
    [("Ship-to", "Name of the ship-to party"), ("Ship to", "Ship to name"), ("Ship-to party", "Ship-to party name")],
)
def test_the_number_of_a_party_beside_its_name_is_no_plant(
    number: str, name: str, read: Callable[..., irrupt.Chronicle], plans: pl.DataFrame
) -> None:
    found = read(
        {number: "number", name: "client", "Material": "part", "Issued": "issued"}
        | {"Deliv.Date": "period", "Open Qty": "quantity"}
    )
    assert set(found.schedules.select(KEYS).rows()) == set(plans.select(KEYS).rows())
    assert found.schedules["plant"].null_count() == found.schedules.height


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("plant", "point"),
    [
        ("Customer plant", "Unloading point"),
        ("Kundenwerk", "Abladestelle"),
        ("Usine client", "Point de déchargement"),
        ("Planta cliente", "Punto de descarga"),
        ("Stabilimento cliente", "Punto di scarico"),
        ("Werk", "Abladestelle"),
    ],
)
def test_the_plant_goes_before_the_point_of_unloading(
    plant: str, point: str, read: Callable[..., irrupt.Chronicle]
) -> None:
    where = {point: pl.lit("D1"), plant: pl.col("part").replace_strict({"A001": "Ulm"}, default="Kassel")}
    found = read({"Customer": "client", **where, "Material": "part", **REST})
    assert found.mapping["plant"] == plant
    assert not found.problems


@pytest.mark.parametrize(
    ("orders", "receives"),
    [
        ("Sold-to BP", "Ship-to BP"), ("Sold-To Pt", "Ship-To Pt"), ("Sold-to party", "Ship-to party"),
        ("Auftraggeber", "Warenempfänger"), ("Donneur d'ordre", "Réceptionnaire"), ("Odběratel", "Příjemce"),
    ],
)  # fmt: skip
def test_who_receives_what_another_party_orders_is_his_plant(
    orders: str, receives: str, read: Callable[..., irrupt.Chronicle]
) -> None:
    """Plants were not read, or who receives was taken for who orders."""
    where = pl.col("part").replace_strict({"A001": "P10"}, default="P20")
    found = read({receives: where, orders: "client", "Material": "part", **REST})
    assert {"client": orders, "plant": receives}.items() <= found.mapping.items()
    assert set(found.schedules["plant"]) == {"P10", "P20"}


LEVELS: Sequence[tuple[str, str, str]] = [
    ("Production release", "Material release", "Forecast"),
    ("Fertigungsfreigabe", "Materialfreigabe", "Vorschau"),
    ("Autorisation de fabrication", "Autorisation matière", "Prévision"),
]


@pytest.mark.parametrize("levels", LEVELS)
def test_what_is_released_to_be_made_is_firm(
    levels: tuple[str, str, str], read: Callable[..., irrupt.Chronicle], plans: pl.DataFrame
) -> None:
    lead = (pl.col("period") - pl.col("issued")).dt.total_days() // 7
    level = plans.select(
        pl.when(lead < 2).then(pl.lit(levels[0])).when(lead < 4).then(pl.lit(levels[1])).otherwise(pl.lit(levels[2]))
    ).to_series()
    found = read({"Customer": "client", "Material": "part", **REST, "Level": pl.lit(level)})
    told = found.schedules.select(*KEYS, "firm")
    wanted = plans.select(*KEYS, firm=lead < 2)
    assert set(told.rows()) == set(wanted.rows())
    assert any("released to be made is firm" in note for note in found.notes)


@pytest.mark.parametrize("ahead", [True, False])
def test_codes_of_what_is_firm_stand_before_those_of_what_is_foreseen(
    ahead: bool, read: Callable[..., irrupt.Chronicle], plans: pl.DataFrame
) -> None:
    near = (pl.col("period") - pl.col("issued")).dt.total_days() < 14
    codes = plans.select(pl.when(near == ahead).then(1).otherwise(4)).to_series()
    found = read({"Customer": "client", "Material": "part", **REST, "Art": pl.lit(codes)})
    assert ("firm" in found.mapping) == ahead
    assert any("1 is firm and 4 foreseen" in note for note in found.notes) == ahead


def test_a_refusal_says_how_schedules_are_read(tmp_path: Path) -> None:
    """A table that is neither plainly a log nor plainly a plan."""
    path = tmp_path / "list.csv"
    path.write_text("Material,Open qty,Route,GI\nx,5,R1,2026-02-01\ny,7,R1,2026-02-08\n", encoding="utf-8")
    with pytest.raises(irrupt.errors.DataError, match="or it holds delivery schedules"):
        irrupt.read(path)
    assert irrupt.read(path, mapping={"period": "GI"}).schedules.height == 2


@pytest.mark.parametrize("name", ["customer currency", "customer group", "Customer city"])
def test_what_is_told_of_a_client_is_not_his_name(
    name: str, plans: pl.DataFrame, read: Callable[..., irrupt.Chronicle]
) -> None:
    """Clients were called after their currencies."""
    said = pl.col("client").replace_strict({"Alpha": "EUR", "Beta": "USD"})
    found = read({"customer": "number", name: said, "part": "part", **REST})
    assert found.mapping["client"] == "customer"


@pytest.mark.parametrize("name", ["Name of the customer", "Name", "Name 1", "Customer description"])
def test_names_beside_numbers_are_told_with_the_way_back(name: str, read: Callable[..., irrupt.Chronicle]) -> None:
    found = read({"Customer": "number", name: "client", "part": "part", **REST})
    assert found.mapping["client"] == name
    told = f'clients are called by “{name}”, not by their numbers in “Customer”: --map "client=Customer"'
    assert any(told in note for note in found.notes)
