"""The number of a party and its name in two columns: they are one client."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.stems import MOST, tells_receiver

_NAMES = re.compile(
    r"n?(?:names?|nom|nombre|nome|naam|nazwa) ?1?|n?bezeichnung|bez|descri\w*|designation|denominazione|libelle|"
    r"omschrijving"
)
_LINKS = frozenset(("of", "the", "de", "du", "des", "del", "della", "der", "do", "van"))
"""Words between a name and whose it is."""
_FIGURES = r"^\d+(?:\.0)?$"


def of_one_party(frame: pl.DataFrame, roles: Mapping[str, str], free: Sequence[str]) -> dict[str, str]:
    """*roles* where a client whose column holds his number (`Ship-to party`) is called by his name, if that stands in a
    column of *free* ones (`Name`, `Ship-to party name`); where who receives what another party orders is his plant; and
    where the number of a client is no plant.

    >>> frame = pl.DataFrame({"Auftragg.": ["101", "102"], "Name": ["Alpha", "Beta"]})
    >>> of_one_party(frame, {"client": "Auftragg."}, ["Name"])
    {'client': 'Name'}
    """
    now = dict(roles)
    number = now.get("client")
    if number is not None and frame[number].cast(pl.String).str.contains(_FIGURES).all():
        beside = (name for name in free if _tells_name(name) or _names(number, name))
        now["client"] = next((name for name in beside if _one_to_one(frame, number, name)), number)
    plant, client = now.get("plant"), now.get("client")
    if plant is None and client is not None and not tells_receiver(client):
        places = (
            name for name in free if tells_receiver(name) and not _tells_name(name) and not _same(frame, name, client)
        )
        place = next((name for name in places if not read_periods(frame[name]).begin.count()), None)
        return now if place is None else {**now, "plant": place}
    if plant is None or client is None or not _within(plant, client) or name_score("client", plant) <= MOST:
        return now
    return {role: name for role, name in now.items() if role != "plant" or not _one_to_one(frame, plant, client)}


def _names(number: str, other: str) -> bool:
    """Whether the column *other* is called as the names beside the *number* of a client are."""
    return _within(number, other) and _tells_name(plain(other).replace(plain(number), " "))


def _tells_name(text: str) -> bool:
    words = [word for word in plain(text).split() if word not in _LINKS]
    return _NAMES.fullmatch(" ".join(words)) is not None


def _within(one: str, other: str) -> bool:
    return one != other and plain(one) in plain(other)


def _same(frame: pl.DataFrame, one: str, other: str) -> bool:
    return frame[one].cast(pl.String).equals(frame[other].cast(pl.String))


def _one_to_one(frame: pl.DataFrame, one: str, other: str) -> bool:
    pairs = frame.select(one, other).unique()
    return pairs.height == pairs[one].n_unique() == pairs[other].n_unique()
