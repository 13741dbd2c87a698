"""Months above columns that hold the sums of the weeks beside them, left out of a matrix."""

from __future__ import annotations

import itertools
from dataclasses import replace

import polars as pl

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import MONTH, read_periods
from irrupt.chronicle.schedules.roles import periods_across
from irrupt.i18n import gettext as _

_NEARLY_ALL, _ROUNDED = 0.95, 0.5
"""Share of the rows in which a sum must be right, and by how much it may be off."""


def without_sums_of_months(raw: Raw) -> Raw:
    """*raw*, if it is a matrix, without the months that hold the sums of the shorter periods before or behind them, up
    to the next month; they are told."""
    frame = raw.frame
    across = periods_across(frame.columns)
    lengths = read_periods(pl.Series(across)).days.to_list() if across else []
    if MONTH not in lengths or not any(length != MONTH for length in lengths):
        return raw
    cells = frame.select(read_numbers(frame[name]).fill_null(0.0).alias(name) for name in across)
    runs = [
        (is_month, [name for name, _length in run])
        for is_month, run in itertools.groupby(zip(across, lengths, strict=True), key=lambda one: one[1] == MONTH)
    ]
    sums = []
    for at, (is_month, names) in enumerate(runs):
        beside = [runs[place][1] for place in (at - 1, at + 1) if 0 <= place < len(runs)]
        if is_month and len(names) == 1 and any(_holds_sum(cells, names[0], parts) for parts in beside):
            sums += names
    if not sums:
        return raw
    note = _("months that hold the sums of the weeks beside them are left out: {names}").format(names=", ".join(sums))
    return replace(raw, frame=frame.drop(sums), notes=(*raw.notes, note))


def _holds_sum(cells: pl.DataFrame, name: str, parts: list[str]) -> bool:
    """Whether the column *name* holds the sum of *parts* in nearly all rows, and some numbers."""
    right = (cells[name] - cells.select(pl.sum_horizontal(parts)).to_series()).abs() < _ROUNDED
    return bool((cells[name] != 0).any()) and float(right.mean() or 0.0) >= _NEARLY_ALL  # type: ignore[arg-type]
