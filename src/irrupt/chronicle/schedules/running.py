"""Whether the cells of a matrix are running totals (cumulative quantities) rather than quantities of each period.

No column of a matrix says so: its cells have no name. What tells is that a row never falls. A levelled plan does not
fall either, nor one that grows week by week, so that something else has to fit too: totals go on from what has been
received, or begin with about nothing, or are set back within a plan (at New Year) and stay low, or rise in steps as
uneven as orders are.
"""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.cumulative import RESET
from irrupt.chronicle.schedules.numbers import read_numbers

CELLS = "cells"
"""The role that says what the cells of a matrix are: one of `KINDS`."""
KINDS = ("quantity", "cumulative")
_FEWEST, _FEW, _CELLS = 12, 6, 4
"""Steps from one cell to the next that are needed, those where it is known what was received, and cells of a row."""
_FALLS, _RISES = 0.01, 0.5
_NEAR = 3.0
"""Steps by which a row begins above what was received, or above nothing, at most."""
_MANY, _UNEVEN, _TURNS = 60, 0.15, 0.3
"""Steps from which on uneven ones suffice, their spread over their mean, and how often longer and shorter ones take
turns (a season rises smoothly)."""


def running(long: pl.DataFrame, quantity: str, received: str | None, grouped: bool = False) -> tuple[bool, bool]:
    """Whether the cells in the column *quantity* of *long*, a row each, are running totals, and whether these begin
    with nothing. *received*: the column of what had been received before; *grouped*: points group thousands.

    >>> cells = [90, 180, 310, 390, 520, 600, 12, 25, 33, 45, 60, 70, 80, 99]
    >>> long = pl.DataFrame({ROW: [0] * 6 + [1] * 8, "q": cells})
    >>> running(long, "q", None), running(long.with_columns(q=pl.lit(100)), "q", None)
    ((True, True), (False, False))
    """
    table = pl.DataFrame({ROW: long[ROW], "cell": read_numbers(long[quantity], grouped)})
    table = table.with_columns(_known(long, received, grouped).alias("received"))
    table = table.drop_nulls("cell").with_columns(step=pl.col("cell").diff().over(ROW))
    table = table.filter(pl.len().over(ROW) >= _CELLS)
    before = pl.col("cell").shift(1).over(ROW)
    table = table.with_columns(back=pl.when(pl.col("cell") < RESET * before).then(before))
    table = table.with_columns(step=pl.when(pl.col("back").is_null()).then("step"))
    steps = table["step"].drop_nulls()
    fewest = _FEWEST if received is None else _FEW
    if len(steps) < fewest or (steps < 0).mean() > _FALLS or (steps > 0).mean() < _RISES:  # type: ignore[operator]
        return False, False
    rows = table.group_by(ROW, maintain_order=True).agg(
        first=pl.col("cell").first(),
        last=pl.col("cell").last(),
        back=pl.col("back").drop_nulls().first(),
        times=pl.col("back").count(),
        usual=pl.col("step").mean(),
        spread=pl.col("step").std() / pl.col("step").mean(),
        turns=(pl.col("step").diff() * pl.col("step").diff().shift(1) < 0).mean(),
        received=pl.col("received").first(),
    )
    known = rows.filter(pl.col("received") > 0).with_columns(before=pl.col("first") - pl.col("received"))
    if known.height > rows.height / 2:
        goes_on = (pl.col("before") >= 0) & (pl.col("before") <= _NEAR * pl.col("usual"))
        return bool(known.select(goes_on.mean() > 0.5).item()), False
    if rows.select((pl.col("first") <= _NEAR * pl.col("usual")).mean() > 0.5).item():
        return True, True
    stays_low = (pl.col("times") == 1) & (pl.col("last") < RESET * pl.col("back"))
    if rows.select(stays_low.fill_null(value=False).mean() > 0.5).item():
        return True, False
    uneven = rows.select((pl.col("spread").median() > _UNEVEN) & (pl.col("turns").mean() > _TURNS)).item()
    return len(steps) >= _MANY and bool(uneven), False


def _known(long: pl.DataFrame, received: str | None, grouped: bool) -> pl.Series:
    if received is None:
        return pl.Series("received", [None] * long.height, dtype=pl.Float64)
    return read_numbers(long[received], grouped)
