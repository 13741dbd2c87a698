"""The answer in short, on a terminal and as JSON: scenarios beside each other, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.text import Text

from irrupt.i18n import gettext as _
from irrupt.reporting.ink import GLUE, batches, frame, line, lines
from irrupt.reporting.sections.effects import number
from irrupt.reporting.sections.grid import Grid, GridCell, GridRow, GridSide

LEAST_NAMES = 18
"""Characters that the names of measures keep where room is scarce."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A grid as wide as the terminal allows; scenarios for which there is no room come in a further table."""

    grid: Grid

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        yield line(_("The answer in short"), style="bold")
        widths = [self._width(at) for at in range(len(self.grid.scenarios))]
        longest = max((cell_len(row.head) + 2 for side in self.grid.sides for row in side.rows), default=0)
        # room for scenarios is what is left when the names of measures are as narrow as they may be
        for begin, end in batches(widths, options.max_width - LEAST_NAMES):
            spare = options.max_width - sum(width + 2 for width in widths[begin:end])
            yield from self._table(begin, end, widths, max(min(longest, spare), LEAST_NAMES))

    def _width(self, at: int) -> int:
        cells = [_text(row.cells[at]).plain for side in self.grid.sides for row in side.rows]
        words = self.grid.scenarios[at].split()
        return max(map(cell_len, [*words, *(part for cell in cells for part in cell.split("\n"))]))

    def _table(self, begin: int, end: int, widths: Sequence[int], names: int) -> Iterator[RenderableType]:
        if begin:
            yield ""
        table = frame(["", *self.grid.scenarios[begin:end]], names)
        for column, width in zip(table.columns[1:], widths[begin:end], strict=True):
            column.width, column.no_wrap = width, False
        for side in self.grid.sides:
            rows = side.rows_in(slice(begin, end))
            table.add_row(line(_headed(side, rows), style="italic"))
            for row in rows:
                table.add_row(Padding(line(row.head), (0, 0, 0, 2)), *map(_text, row.cells[begin:end]))
        yield table


def _headed(side: GridSide, rows: Sequence[GridRow]) -> str:
    return side.head if rows else _("{head}: {said}").format(head=side.head, said=_("nothing moves measurably"))


def _text(cell: GridCell) -> Text:
    if cell.tone == "still":
        return lines((cell.text, "dim"), GLUE)
    party = ("\n" + cell.party + GLUE, "dim") if cell.party else ""
    strong = "bold" if cell.tone == "sure" else ""
    return lines((cell.text, strong), (" " + cell.reach if cell.reach else "", "dim"), cell.sign or GLUE, party)


def grid_json(grid: Grid) -> list[dict[str, Any]]:
    """*grid* for JSON: one entry for each side and measure, with a cell for each scenario."""
    return [
        {
            "side": side.name,
            "measure": row.measure,
            "cells": [_cell_json(name, cell) for name, cell in zip(grid.scenarios, row.cells, strict=True) if cell.row],
        }
        for side in grid.sides
        for row in side.rows
    ]


def _cell_json(scenario: str, cell: GridCell) -> dict[str, Any]:
    assert cell.row is not None
    values = {name: number(cell.row, name) for name in ("difference", "low", "high", "matters")}
    told = {name: cell.row[name] for name in ("party", "unit", "verdict", "kind")}
    return {"scenario": scenario, **told, **values, "surely_matters": cell.tone == "sure"}
