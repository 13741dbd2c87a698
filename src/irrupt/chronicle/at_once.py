"""Steps that are taken with a column at once: polars plans each step of a column as a query of its own, which takes
longer than the step itself where texts are few."""

from __future__ import annotations

import polars as pl

TEXT = pl.col("text")
"""The column, in steps."""


def at_once(column: pl.Series, steps: pl.Expr) -> pl.Series:
    """What *steps* make of `TEXT` where that is *column*; it keeps its name.

    >>> at_once(pl.Series("part", [" a "]), TEXT.str.strip_chars().str.to_uppercase()).to_list()
    ['A']
    """
    return column.alias("text").to_frame().select_seq(steps.alias(column.name)).to_series()


def filled(column: pl.Series) -> pl.Series:
    """*column* without what is null."""
    return column.drop_nulls() if column.null_count() else column
