"""The columns beyond the roles: text that is plainly numbers, truth values or times gets its type."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.times import read_times

_INT = r"^(0|-?[1-9]\d{0,17})$"
_FLOAT = r"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$"


def typed(column: pl.Series, timezone: str, *, text: bool) -> pl.Series:
    """*column* with the type that all of its values have; unchanged if they have none, or if *text* is meant as text.

    Numbers are taken only where writing them again gives the same number, so `007` stays text.

    >>> typed(pl.Series(["1", "20", None]), "UTC", text=False).dtype, typed(pl.Series(["007"]), "UTC", text=False).dtype
    (Int64, String)
    """
    if isinstance(column.dtype, pl.Datetime | pl.Date):
        return read_times(column, timezone).moments
    if column.dtype.is_numeric():
        return _wide(column)
    if column.dtype != pl.String or text:
        return column
    some = column.drop_nulls().head(200)
    if not len(some):
        return column
    if some.is_in(["true", "false", "True", "False", "TRUE", "FALSE"]).all():
        truth = {"true": True, "false": False}
        read = column.str.to_lowercase().replace_strict(truth, default=None, return_dtype=pl.Boolean)
        return read if read.null_count() == column.null_count() else column
    for pattern, dtype in ((_INT, pl.Int64), (_FLOAT, pl.Float64)):
        if some.str.contains(pattern).all() and column.str.contains(pattern).all():
            number = column.cast(dtype, strict=False)
            return number if number.null_count() == column.null_count() else column
    if some.str.contains(r"\d").all() and not read_times(some.unique(maintain_order=True), timezone).unreadable.any():
        times = read_times(column, timezone)
        return times.moments if not times.unreadable.any() and times.certain else column
    return column


def _wide(column: pl.Series) -> pl.Series:
    """Numbers in the two types used here, where they fit."""
    if column.dtype.is_integer() and column.dtype not in (pl.UInt64, pl.Int128):
        return column.cast(pl.Int64)
    return column.cast(pl.Float64) if column.dtype.is_float() else column
