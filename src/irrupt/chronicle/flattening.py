"""Columns of any type as the few types that text formats know."""

from __future__ import annotations

import polars as pl


def flattened(events: pl.DataFrame) -> pl.DataFrame:
    """*events* with text, numbers, truth values and moments only.

    Lists and records become JSON, spans seconds, bytes hexadecimal figures; all else becomes text.

    >>> flattened(pl.DataFrame({"x": [[1, 2], None]}))["x"].to_list()
    ['[1,2]', None]
    """
    return events.with_columns([_flat(events[name]) for name in events.columns])


def texts_of(column: pl.Series) -> pl.Series:
    """*column* as text, whatever it holds.

    >>> import datetime as dt
    >>> texts_of(pl.Series("took", [dt.timedelta(minutes=1)])).to_list()
    ['60.0']
    """
    return _flat(column).cast(pl.String)


def _flat(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype.is_nested():
        return _json(column)
    if dtype == pl.Duration:
        return column.dt.total_microseconds() / 1e6
    if dtype == pl.Binary:
        return column.bin.encode("hex")
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.Float64)
    if dtype == pl.Date:
        return column.cast(pl.Datetime("us", "UTC"))
    if isinstance(dtype, pl.Datetime):
        return column if dtype.time_zone else column.dt.replace_time_zone("UTC")
    if dtype.is_numeric() or dtype == pl.Boolean or dtype == pl.String:
        return column
    return column.cast(pl.String)


def _json(column: pl.Series) -> pl.Series:
    whole = column.to_frame("x").select(pl.struct("x").struct.json_encode()).to_series()
    texts = whole.str.slice(len('{"x":')).str.head(-1)
    return texts.zip_with(column.is_not_null(), pl.Series([None], dtype=pl.String)).alias(column.name)
