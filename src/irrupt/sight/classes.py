"""Classes of cases: what an attribute of the records says of each case from its first event to its last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from irrupt.arraytypes import Flags
from irrupt.chronicle import Chronicle
from irrupt.chronicle.hints import plain
from irrupt.chronicle.lexicon import word_list

if TYPE_CHECKING:
    from irrupt.sight.scene import Scene

_ATTRIBUTES = 3
"""Attributes that are looked at."""
_VALUES = 8
"""Values above which an attribute makes no classes that are looked at."""
_CONSTANT = 0.99
"""Share of the cases in which an attribute keeps one value, from which on it is one of cases."""
_FEWEST = 20
"""Cases of a class that it needs."""


class ClassOfCases(NamedTuple):
    """The cases in which an attribute has one value."""

    attribute: str
    value: str
    mine: Flags
    """By the number of the case in the rows."""


def classes(scene: Scene) -> Iterator[ClassOfCases]:
    """The classes of cases, by those attributes first that bear the name of one, then by those with fewest values. Of
    two values the less frequent tells: what it gains, the other loses."""
    table = _of_cases(scene.chronicle)
    named = word_list("classes")
    names = [name for name in table.columns if name not in ("case", "client")]
    names.sort(key=lambda name: (named.isdisjoint(plain(name).split()), table[name].n_unique(), name))
    for name in names[:_ATTRIBUTES]:
        values = table[name].drop_nulls().alias("value")
        counts = values.value_counts(name="cases").sort("cases", "value", descending=[True, False])
        for value, count in counts.rows()[counts.height == 2 :]:
            if count >= _FEWEST:
                yield ClassOfCases(name, value, scene.which(table.filter(pl.col(name) == value)["case"]))


def _of_cases(chronicle: Chronicle) -> pl.DataFrame:
    """Per case its client and the attributes, as text, that have few values and keep them, and say more than who the
    client is."""
    events = chronicle.events
    columns = [name for name in chronicle.attributes if _few(events[name])]
    first = [pl.col(name).drop_nulls().first().cast(pl.String) for name in ("client", *columns)]
    several = [pl.col(name).drop_nulls().n_unique().alias(f"{name}\0") for name in columns]
    table = events.lazy().group_by("case", maintain_order=True).agg(*first, *several).collect()
    kept = [name for name in columns if (table[f"{name}\0"] <= 1).mean() >= _CONSTANT]  # type: ignore[operator]
    return table.select("case", "client", *(name for name in kept if not _told_by_client(table, name)))


def _few(values: pl.Series) -> bool:
    classes = values.dtype in (pl.String, pl.Boolean) or values.dtype.is_integer() or values.dtype == pl.Categorical
    return classes and 1 < values.drop_nulls().n_unique() <= _VALUES


def _told_by_client(table: pl.DataFrame, name: str) -> bool:
    """Whether the client alone says what the value is."""
    known = table.select("client", name).drop_nulls()
    return known.height > 0 and known.n_unique() <= known["client"].n_unique()
