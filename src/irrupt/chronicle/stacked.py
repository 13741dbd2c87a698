"""Several tables below each other in one file, each below lines and a header of its own: a plan, and the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.journal import ROW, unique_names
from irrupt.chronicle.schedules.pairs import tells_when
from irrupt.chronicle.titles import Said, said, with_said
from irrupt.i18n import gettext as _

_CELLS, _TITLES, _FILLED = 3, 6, 2
"""Cells of a header at least; lines above it at most; cells of each of these at most."""
_FIGURES = re.compile(r"\d+")


class Block(NamedTuple):
    """A table among several."""

    above: Sequence[Sequence[str]]
    """The lines above it, each a list of cells."""
    frame: pl.DataFrame


def each_with_said(
    frame: pl.DataFrame, above: Sequence[Sequence[str]], notes: list[str]
) -> tuple[pl.DataFrame, tuple[Said, ...]]:
    """The table in *frame* with what the lines *above* it say (`with_said`); where there are several, each with what is
    said above it, as one."""
    blocks = below_each_other(frame, above)
    if len(blocks) < 2:
        return with_said(frame, above, notes)
    told: list[str] = []
    found = [with_said(block.frame, block.above, told) for block in blocks]
    if not all(said_of for _frame, said_of in found):
        return with_said(frame, above, notes)
    notes.append(_("{n} tables stand below each other, and are read as one").format(n=len(blocks)))
    notes += dict.fromkeys(told)
    whole = pl.concat([one for one, _said in found], how="diagonal_relaxed")
    return whole, tuple(one for _frame, said_of in found for one in said_of)


def below_each_other(frame: pl.DataFrame, above: Sequence[Sequence[str]]) -> list[Block]:
    """The tables in *frame*, of texts: wherever what is called as its first column stands in this, beside other names
    of its columns or of periods, another begins, with the lines of few cells before.

    >>> lines = {ROW: [0, 1, 2, 3], "Part": ["x", "Plan of 2026-01-12", "Part", "x"], "W02": ["1", None, "W03", "3"],
    ...          "W03": ["2", None, "W04", "4"]}
    >>> [block.frame.columns[2:] for block in below_each_other(pl.DataFrame(lines), [["Plan of 2026-01-05"]])]
    [['W02', 'W03'], ['W03', 'W04']]
    """
    names = [name for name in frame.columns if name != ROW]
    if len(names) < _CELLS or frame.schema[names[0]] != pl.String:
        return []
    candidates = (frame[names[0]].str.strip_chars() == names[0]).arg_true().to_list()
    heads = [at for at in candidates if _is_header(_cells(frame, names, at), names)]
    begins = [_begin(frame, names, at) for at in heads]
    if not heads or all(begin == at for begin, at in zip(begins, heads, strict=True)):
        return []
    blocks = [Block(above, frame[: begins[0]])]
    for begin, at, end in zip(begins, heads, [*begins[1:], frame.height], strict=True):
        cells = _cells(frame, names, at)
        used = [name for name, cell in zip(names, cells, strict=True) if cell]
        titles = [[cell for cell in _cells(frame, names, line) if cell] for line in range(begin, at)]
        renamed = dict(zip(used, unique_names([cell for cell in cells if cell]), strict=True))
        blocks.append(Block(titles, frame[at + 1 : end].select(ROW, *used).rename(renamed)))
    return blocks


def _cells(frame: pl.DataFrame, names: Sequence[str], at: int) -> list[str]:
    row = frame.row(at, named=True)
    return ["" if row[name] is None else str(row[name]).strip() for name in names]


def _is_header(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether *cells* are called as the columns are, but for figures, or as periods are."""
    filled, forms = [cell for cell in cells if cell], {_FIGURES.sub("#", name) for name in names}
    alike = (_FIGURES.sub("#", cell) in forms and not cell[0].isdigit() for cell in filled)
    return len(filled) >= _CELLS and all(one or tells_when(cell) for one, cell in zip(alike, filled, strict=True))


def _begin(frame: pl.DataFrame, names: Sequence[str], head: int) -> int:
    """Where the lines above a header begin."""
    at = head
    while at > max(head - _TITLES, 0):
        filled = [cell for cell in _cells(frame, names, at - 1) if cell]
        if len(filled) > _FILLED or not filled or (len(filled) > 1 and not said([filled])):
            break
        at -= 1
    return at
