"""Attributes that arrive one by one, gathered as columns."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.limits import Limits, named
from irrupt.i18n import gettext as _

_FILLER = ""


class Columns:
    """Columns of text that grow value by value and are packed into frames from time to time.

    A row that gets a second value for one attribute keeps it in a further column, `name (2)`.
    """

    def __init__(self, limits: Limits, name: str) -> None:
        self.limits = limits
        self.name = name
        self.lists: dict[str, tuple[list[int], list[str]]] = {}
        """Attribute -> rows and values since the last packing. The lists stay the same objects."""
        self.last: dict[str, str] = {}
        """Attribute -> type of its last value: lets the reader skip `put` while nothing changes."""
        self.kinds: dict[str, set[str]] = {}
        self.unlike: dict[str, int] = {}
        """Attribute -> values that are not of the type it declares."""
        self.repeated = 0
        self.base = 0
        self._packed: list[pl.DataFrame] = []

    def put(self, row: int, key: str, kind: str, value: str) -> None:
        """Take one value. Raises `DataError` beyond the limit of columns."""
        if key not in self.lists:
            if len(self.lists) >= self.limits.columns:
                raise named(
                    self.name,
                    _("more than {n} different attributes").format(n=self.limits.columns),
                    remedy=_("raise Limits.columns if you trust the file"),
                )
            self.lists[key] = ([], [])
            self.kinds[key] = set()
        self.kinds[key].add(kind)
        self.last[key] = kind
        rows, values = self.lists[key]
        rows.append(row)
        values.append(value)

    def pack(self, until: int) -> None:
        """Turn what was gathered for the rows before *until* into a frame."""
        size = until - self.base
        columns: dict[str, pl.Series] = {_FILLER: pl.Series([None] * size, dtype=pl.String)}
        for key, (rows, values) in self.lists.items():
            self._place(columns, key, rows, values, size)
        self._packed.append(pl.DataFrame(columns))
        for rows, values in self.lists.values():
            rows.clear()
            values.clear()
        self.base = until

    def _place(self, columns: dict[str, pl.Series], key: str, rows: list[int], values: list[str], size: int) -> None:
        if not rows:
            return
        if len(rows) == size == len(set(rows)):
            columns[key] = pl.Series(key, values, dtype=pl.String)
            return
        cells: list[str | None] = [None] * size
        later: tuple[list[int], list[str]] = ([], [])
        for row, value in zip(rows, values, strict=True):
            if cells[row - self.base] is None:
                cells[row - self.base] = value
            else:
                later[0].append(row)
                later[1].append(value)
        columns[key] = pl.Series(key, cells, dtype=pl.String)
        if later[0]:
            self.repeated += len(later[0])
            self._place(columns, _next_name(key), *later, size)

    def frame(self) -> pl.DataFrame:
        """All columns, each with the type that its attribute declares if all of its values have it."""
        frame = pl.concat(self._packed, how="diagonal").drop(_FILLER)
        return frame.with_columns([self._typed(frame[key]) for key in frame.columns])

    def _typed(self, column: pl.Series) -> pl.Series:
        kinds = self.kinds.get(_first_name(column.name), set())
        if kinds == {"int"}:
            typed = column.str.strip_chars().cast(pl.Int64, strict=False)
        elif kinds and kinds <= {"int", "float"}:
            typed = column.str.strip_chars().cast(pl.Float64, strict=False)
        elif kinds == {"boolean"}:
            truth = {"true": True, "1": True, "false": False, "0": False}
            typed = column.str.to_lowercase().replace_strict(truth, default=None, return_dtype=pl.Boolean)
        else:
            return column
        lost = typed.null_count() - column.null_count()
        if lost:
            self.unlike[column.name] = lost
            return column
        return typed.alias(column.name)


def _first_name(key: str) -> str:
    stem, opened, number = key.rpartition(" (")
    return stem if opened and number[:-1].isdigit() else key


def _next_name(key: str) -> str:
    stem, opened, number = key.rpartition(" (")
    return f"{stem} ({int(number[:-1]) + 1})" if opened and number[:-1].isdigit() else f"{key} (2)"
