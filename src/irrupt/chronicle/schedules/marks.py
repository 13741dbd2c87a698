"""Rows of a matrix that hold no quantities, but say which of the periods above them are firm: `F F P P P P`."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.roles import periods_across
from irrupt.chronicle.schedules.words import binds_or_not

_SAYS = {True: "Firm", False: "Forecast"}
_FEWEST, _OTHERS = 3, 1
"""Cells of such a row, at least; names that stand before them, at most."""


def with_marks_above(raw: Raw) -> Raw:
    """*raw* with columns called after their periods and what a row below them says of these, which holds for all rows
    down to the next one like it, in the place of that row; as it is where some quantities stand below no mark."""
    frame, across = raw.frame, periods_across(raw.frame.columns)
    texts = [name for name in across if frame.schema[name] == pl.String]
    few = frame.select(ROW, *texts).filter(pl.any_horizontal(pl.col(texts).str.contains(r"^\s*\pL"))) if texts else None
    marks = {} if few is None else {row[0]: told for row in few.iter_rows() if (told := _marks(row[1:], texts))}
    others = [name for name in frame.columns if name not in (ROW, *across)]
    begins = sorted(row for row in marks if _bare(frame.filter(pl.col(ROW) == row).select(others).row(0)))
    if not begins or begins[0] != frame[ROW][0]:
        return raw
    pieces = []
    for begin, end in zip(begins, [*begins[1:], frame[ROW][-1] + 1], strict=True):
        own = frame.filter(pl.col(ROW) > begin, pl.col(ROW) < end)
        blank = [name for name in across if name not in marks[begin]]
        if any(own[name].null_count() < own.height for name in blank):
            return raw
        pieces.append(own.drop(blank).rename({name: f"{name} {_SAYS[firm]}" for name, firm in marks[begin].items()}))
    return replace(raw, frame=pl.concat(pieces, how="diagonal_relaxed"))


def _marks(cells: tuple[str | None, ...], names: list[str]) -> dict[str, bool]:
    """Column -> whether it is firm, where all *cells* of a row say that, and not all the same; nothing where not."""
    filled = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None and cell.strip()}
    told = {name: None if cell.strip().isdigit() else binds_or_not(plain(cell)) for name, cell in filled.items()}
    sure = {name: firm for name, firm in told.items() if firm is not None}
    return sure if len(sure) == len(filled) >= _FEWEST and len(set(sure.values())) > 1 else {}


def _bare(cells: tuple[object, ...]) -> bool:
    return sum(cell is not None and str(cell).strip() != "" for cell in cells) <= _OTHERS + 1
