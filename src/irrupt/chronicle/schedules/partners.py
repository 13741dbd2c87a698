"""The number of a party and its name in two columns: they are one client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.schedules.stems import MOST

_NAMES = frozenset({"name", "name 1", "name1", "nom", "nombre", "nome", "naam", "nazwa"})
_FIGURES = r"^\d+(?:\.0)?$"


def of_one_party(frame: pl.DataFrame, roles: Mapping[str, str], free: Sequence[str]) -> dict[str, str]:
    """*roles* where a client whose column holds his number (`Ship-to party`) is called by his name, if that stands in a
    column of *free* ones (`Name`, `Ship-to party name`); and where the number of a client is no plant.

    >>> frame = pl.DataFrame({"Auftragg.": ["101", "102"], "Name": ["Alpha", "Beta"]})
    >>> of_one_party(frame, {"client": "Auftragg."}, ["Name"])
    {'client': 'Name'}
    """
    now = dict(roles)
    number = now.get("client")
    if number is not None and frame[number].cast(pl.String).str.contains(_FIGURES).all():
        beside = (name for name in free if plain(name) in _NAMES or _within(number, name))
        now["client"] = next((name for name in beside if _one_to_one(frame, number, name)), number)
    plant, client = now.get("plant"), now.get("client")
    if plant is None or client is None or not _within(plant, client) or name_score("client", plant) <= MOST:
        return now
    return {role: name for role, name in now.items() if role != "plant" or not _one_to_one(frame, plant, client)}


def _within(one: str, other: str) -> bool:
    return one != other and plain(one) in plain(other)


def _one_to_one(frame: pl.DataFrame, one: str, other: str) -> bool:
    pairs = frame.select(one, other).unique()
    return pairs.height == pairs[one].n_unique() == pairs[other].n_unique()
