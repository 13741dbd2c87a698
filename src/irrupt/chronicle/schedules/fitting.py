"""What a column of a table of schedules can be, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import polars as pl

from irrupt.chronicle.at_once import filled
from irrupt.chronicle.schedules.numbers import dashes, read_numbers
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.words import all_open, firm, kind

NUMERIC = frozenset({"quantity", "actual", "cumulative", "received", "value", "lead"})
"""Roles that numbers play,"""
TIMES = frozenset({"issued", "period", "until"})
"""and those that moments or periods do."""
_SAMPLE = 2_000
_FEW = 500
"""Texts up to which what they came to is kept."""
_MOSTLY = 0.49
"""Share of the cells that can be read, from which on a column called so is taken for it."""
_TOLD = 0.3
"""The same, of words."""
_NUMBER = r"^-?\d{1,5}([.,]\d+)?$"
_MONTHS = r"^\s*(?:0?[1-9]|1[0-2])\.(?:19|20)\d{2}\s*$"
"""`03.2024` is a month."""


def can_be(role: str, column: pl.Series) -> bool:
    """Whether what stands in *column* can be what a role tells. Each way in which planners lay tables out asks this of
    the same columns again: what few texts came to is kept."""
    some = filled(column).head(_SAMPLE)
    if not len(some) or some.dtype.is_nested():
        return False
    asked = "quantity" if role in NUMERIC else "period" if role in TIMES else role
    if asked not in ("quantity", "period", "firm", "kind"):
        return True
    if some.dtype == pl.String and len(some) <= _FEW:
        return _few_can_be(asked, some.name, tuple(some.to_list()))
    return _some_can_be(asked, some)


@lru_cache(maxsize=256)
def _few_can_be(role: str, name: str, texts: tuple[str, ...]) -> bool:
    return _some_can_be(role, pl.Series(name, texts, dtype=pl.String))


def _some_can_be(role: str, some: pl.Series) -> bool:
    if role == "quantity":
        some = some.filter(~dashes(some))
        return len(some) > 0 and _share(some, read_numbers) > _MOSTLY
    if role == "period":
        return some.dtype.is_temporal() or _share(some, lambda series: read_periods(series).begin) > _MOSTLY
    if role == "firm" and all_open(some):
        return False
    return _share(some, firm if role == "firm" else kind) > _TOLD


def _share(column: pl.Series, read: Callable[[pl.Series], pl.Series]) -> float:
    return 1.0 - read(column).null_count() / len(column)


def is_number(column: pl.Series) -> bool:
    """Whether *column* holds plain numbers rather than dates or texts."""
    if column.dtype != pl.String:
        return column.dtype.is_numeric()
    some = filled(column).head(_SAMPLE)
    if not len(some) or not re.match(_NUMBER, some[0]):
        return False
    return bool(some.str.contains(_NUMBER).all() and not some.str.contains(_MONTHS).all())
