"""Months, quarters and the like above columns that hold the sums of shorter periods beside them, left out of a
matrix."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import MONTH, WEEK, ends, read_periods
from irrupt.chronicle.schedules.roles import periods_across
from irrupt.i18n import gettext as _

_NEARLY_ALL, _ROUNDED, _SHARE, _FLOAT, _DIFFERENT = 0.95, 0.49, 0.01, 1e-9, 2
"""Share of the rows in which a sum must be right; by how much it may be off, and by what share of it; different sums or
parts of it, at least: a single number may be that of a single week by chance."""
_MIDDLE = timedelta(days=3)
"""From Monday to the day that tells to which month a week belongs."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a matrix: its name, and from when to when it is, where its name says so."""

    name: str
    begin: object
    end: object
    days: int


def without_sums_of_periods(raw: Raw) -> Raw:
    """*raw*, if it is a matrix, without the months, quarters and longer periods that hold the sums of the shorter ones
    which lie in them, or stand before or behind them, up to the next one as long; they are told."""
    across = periods_across(raw.frame.columns)
    periods = read_periods(pl.Series(across, dtype=pl.String))
    lengths = periods.days.fill_null(1).to_list()
    if max(lengths, default=0) < MONTH or len(set(lengths)) == 1:
        return raw
    table = pl.DataFrame({"begin": periods.begin, "days": periods.days.fill_null(1)})
    until = table.select(ends("begin", "days")).to_series()
    columns = list(map(_Column, across, periods.begin, until, lengths))
    cells = raw.frame.select(read_numbers(raw.frame[name]).alias(name) for name in across)
    sums: dict[str, pl.Series] = {}
    for column in sorted(columns, key=lambda one: one.days):
        rest = [one for one in columns if one.name not in sums]
        tried = (_sums(cells, column.name, parts) for parts in _parts(column, rest)) if column.days >= MONTH else ()
        found = next((rows for rows in tried if rows is not None), None)
        if found is not None:
            sums[column.name] = found
    if not sums:
        return raw
    frame = raw.frame.with_columns(pl.when(~rows).then(pl.col(name)).alias(name) for name, rows in sums.items())
    frame = frame.drop(name for name in sums if frame[name].null_count() == frame.height)
    note = _("columns that hold the sums of the shorter periods beside them are left out: {names}")
    names = ", ".join(name for name in across if name in sums)
    return replace(raw, frame=frame, notes=(*raw.notes, note.format(names=names)))


def _parts(column: _Column, columns: Sequence[_Column]) -> Iterator[list[str]]:
    """The names of those of *columns*, shorter ones of one length, of which *column* may be the sum: those that begin
    in it, weeks that lie in it for the most part, and those before it or behind it."""
    for days, same in itertools.groupby(sorted(columns, key=lambda one: one.days), key=lambda one: one.days):
        if days >= column.days:
            return
        of_one_length = list(same)
        for later in (timedelta(), _MIDDLE) if days == WEEK else (timedelta(),):
            yield [one.name for one in of_one_length if column.begin <= one.begin + later < column.end]  # type: ignore[operator]
    at = [one.name for one in columns].index(column.name)
    for side in (reversed(columns[:at]), columns[at + 1 :]):
        yield [one.name for one in itertools.takewhile(lambda one: one.days < column.days, side)]


def _sums(cells: pl.DataFrame, name: str, parts: Sequence[str]) -> pl.Series | None:
    """In which rows the column *name* holds the sum of *parts*: in those that have some, if nearly all are right and
    there are several parts or numbers; None where they are not. What lies beyond the parts of a plan is no sum."""
    if not parts:
        return None
    rows = cells.select(pl.col(name).is_not_null() & pl.any_horizontal(pl.col(parts).is_not_null())).to_series()
    known = cells.filter(rows)
    apart = (pl.col(name) - pl.sum_horizontal(pl.col(parts).fill_null(0))).abs()
    off = pl.min_horizontal(pl.lit(_ROUNDED), _SHARE * pl.col(name).abs()) + _FLOAT
    right = known.select(apart <= off).to_series()
    different = known[name].filter(known[name] != 0).n_unique()
    several = different > 0 and max(different, len(parts)) >= _DIFFERENT
    return rows if several and float(right.mean() or 0.0) >= _NEARLY_ALL else None  # type: ignore[arg-type]
