"""Ticket systems write a row per edit: rows that only repeat the state before."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.visitors import only_clients_act
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

_MANY = 0.25
_STATE = ("case", "activity", "team")


def merged(table: pl.DataFrame, journal: Journal, wanted: bool | None) -> pl.DataFrame:
    """*table*, sorted, with each run of rows of one case, activity and team made into its first row.

    By default only where more than a quarter of the rows repeat the activity before, no start times tell them apart,
    there is more than one activity, and something else changes from row to row: an edit leaves a trace. Where clients
    do all that is done, each row is an act.
    """
    if wanted is False or ("start" in table.columns and not wanted):
        return table
    if not wanted and table["activity"].n_unique() == 1:
        return table
    if not wanted and (_repeats(table, ("case", "activity")).mean() or 0.0) <= _MANY:  # type: ignore[operator]
        return table
    repeat = _repeats(table, _STATE)
    if not wanted and not (repeat & ~_repeats(table, tuple(set(table.columns) - {ROW, "end"}))).any():
        return table
    if not wanted and only_clients_act(table["activity"].drop_nulls().unique().sort()):
        return table
    count = int(repeat.sum())
    found = ngettext("{n} repeated state row", "{n} repeated state rows", count).format(n=number(count, 0))
    done = _("merged: the first row of each run is kept (--keep-repeats, in Python merge_repeats=False, keeps all)")
    journal.problem("repeated state", table[ROW].filter(repeat), found, done)
    return table.filter(~repeat)


def _repeats(table: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    same = [pl.col(c).eq_missing(pl.col(c).shift(1)) for c in columns if c in table.columns]
    return table.select(pl.all_horizontal(same)).to_series() & (pl.int_range(table.height, eager=True) > 0)
