"""From running totals to the quantities of single periods.

Car makers announce *cumulative quantities*: how much shall have been delivered by the end of each period since the
counting began. The quantity of a period is the difference to the one before; that of the first period is counted from
what has been received and what is told singly to be due by then, which totals contain. A total that falls to less than
half has been set back (new year, new model): it counts from nothing. One that falls by less is a correction, and its
quantity is negative.
"""

from __future__ import annotations

import polars as pl

SERIES = ("kind", "client", "plant", "part", "plan", "issued")
"""What running totals are counted within."""
EARLIER, NOTHING = "earlier", "nothing"
"""What the first period of a plan may be counted from, where no total says what had been received."""
RESET = 0.5
"""Share of the one before it below which a total has been set back."""
_SAME, _ONE = 0.5, 2.0
"""Usual quantities by which totals of two plans that go on from each other differ at most; with which plans begin at
most that each count from nothing."""

_DUE = pl.col("received") + pl.col("quantity").filter(
    pl.col("backlog").fill_null(False) | (pl.col("period") <= pl.col("issued"))
).sum().over(SERIES)
"""What was due when a plan was issued: what had been received, its backlog, and what is due at once."""


def period_quantities(table: pl.DataFrame) -> pl.DataFrame:
    """*table* with `quantity` filled from `cumulative` where it is null, and the columns `reset`, `since` and
    `uncounted`.

    Needs the columns of `SERIES`, `period`, `quantity`, `cumulative`, `backlog`, and `received`, the running total of
    what had been received when the plan was issued (null where nobody says). Where nobody says, the first period is
    counted from what the plan before says is reached by then, or from nothing; *since* tells which of these (`EARLIER`,
    `NOTHING`). *uncounted*: the first period of a series whose quantity cannot be told, for want of a total to
    count from.

    >>> frame = pl.DataFrame({"kind": "forecast", "client": "A", "plant": "P", "part": "x", "plan": "1", "issued": 0,
    ...     "period": [1, 2, 3], "quantity": None, "cumulative": [950.0, 1000.0, 40.0], "received": 900.0,
    ...     "backlog": False},
    ...     schema_overrides={"quantity": pl.Float64})
    >>> period_quantities(frame)["quantity"].to_list()
    [50.0, 50.0, 40.0]
    """
    empty = pl.lit(None, dtype=pl.Boolean)
    unsaid = {"reset": empty, "since": pl.lit(None, dtype=pl.String), "uncounted": empty}
    counts = pl.col("quantity").is_null() & pl.col("cumulative").is_not_null()
    if not table.select(counts.any()).item():
        return table.with_columns(**unsaid)
    wanted, rest = table.with_columns(due=_DUE).filter(counts), table.filter(~counts)
    before = pl.col("cumulative").shift(1).over(SERIES, order_by="period")
    counted = _based(wanted.with_columns(before=pl.coalesce(before, "due")))
    reset = (pl.col("cumulative") < RESET * pl.col("before")) & (pl.col("before") > 0)
    counted = counted.with_columns(reset=reset.fill_null(False), uncounted=pl.col("before").is_null())
    quantity = pl.when("reset").then("cumulative").otherwise(pl.col("cumulative") - pl.col("before"))
    counted = counted.with_columns(quantity=quantity).drop("before")
    return pl.concat([rest.with_columns(**unsaid), counted.select(*rest.columns, *unsaid)])


def _based(counted: pl.DataFrame) -> pl.DataFrame:
    """*counted* where the first period of each plan has a total to count from, as far as plans that follow each other
    tell: the totals of both for this period are about the same, or the later one begins with about one quantity."""
    unsaid = counted.with_columns(since=pl.lit(None, dtype=pl.String))
    table = counted.with_columns(
        at=pl.int_range(pl.len()), usual=pl.col("cumulative").diff().over(SERIES, order_by="period").mean().over(SERIES)
    )
    first = table.filter(pl.col("before").is_null())
    one = [name for name in SERIES if name not in ("plan", "issued")]
    other = table.filter(pl.col("before").is_not_null()).select(
        *one, "period", earlier="issued", said="cumulative", base="before"
    )
    found = first.join(other, on=[*one, "period"], nulls_equal=True).filter(pl.col("earlier") < pl.col("issued"))
    found = found.sort("earlier").unique("at", keep="last").filter(pl.col("usual") > 0)
    if not found.height:
        return unsaid
    apart = (pl.col("cumulative") - pl.col("said")) / pl.col("usual")
    begins = pl.col("cumulative") / pl.col("usual")
    median, size = found.select(apart.abs().median().alias("apart"), begins.median().alias("begins")).row(0)
    if median <= _SAME:
        known = unsaid.with_columns(at=pl.int_range(pl.len())).join(found.select("at", "base"), on="at", how="left")
        known = known.with_columns(
            before=pl.coalesce("before", "base"), since=pl.when(pl.col("base").is_not_null()).then(pl.lit(EARLIER))
        )
        return known.drop("at", "base")
    if size > _ONE:
        return unsaid
    none = pl.col("before").is_null()
    return unsaid.with_columns(before=pl.col("before").fill_null(0.0), since=pl.when(none).then(pl.lit(NOTHING)))
