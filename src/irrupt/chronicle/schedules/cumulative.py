"""From running totals to the quantities of single periods.

Car makers announce *cumulative quantities*: how much shall have been delivered by the end of each period since the
counting began. The quantity of a period is the difference to the one before; that of the first period is counted from
what has been received. A total that falls to less than half has been set back (new year, new model): it counts from
nothing. One that falls by less is a correction, and its quantity is negative.
"""

from __future__ import annotations

import polars as pl

SERIES = ("kind", "client", "plant", "part", "plan", "issued")
"""What running totals are counted within."""
_RESET = 0.5


def period_quantities(table: pl.DataFrame) -> pl.DataFrame:
    """*table* with `quantity` filled from `cumulative` where it is null, and the columns `reset` and `uncounted`.

    Needs the columns of `SERIES`, `period`, `quantity`, `cumulative`, and `received`, the running total of what had
    been received when the plan was issued (null where nobody says). *uncounted*: the first period of a series whose
    quantity cannot be told, for want of a total to count from.

    >>> frame = pl.DataFrame({"kind": "forecast", "client": "A", "plant": "P", "part": "x", "plan": "1", "issued": 0,
    ...     "period": [1, 2, 3], "quantity": None, "cumulative": [950.0, 1000.0, 40.0], "received": 900.0},
    ...     schema_overrides={"quantity": pl.Float64})
    >>> period_quantities(frame)["quantity"].to_list()
    [50.0, 50.0, 40.0]
    """
    empty = pl.lit(None, dtype=pl.Boolean)
    wanted = table.filter(pl.col("quantity").is_null() & pl.col("cumulative").is_not_null())
    if not wanted.height:
        return table.with_columns(reset=empty, uncounted=empty)
    rest = table.filter(pl.col("quantity").is_not_null() | pl.col("cumulative").is_null())
    before = pl.col("cumulative").shift(1).over(SERIES, order_by="period")
    counted = wanted.with_columns(before=pl.coalesce(before, "received"))
    reset = (pl.col("cumulative") < _RESET * pl.col("before")) & (pl.col("before") > 0)
    counted = counted.with_columns(reset=reset.fill_null(False), uncounted=pl.col("before").is_null())
    quantity = pl.when("reset").then("cumulative").otherwise(pl.col("cumulative") - pl.col("before"))
    counted = counted.with_columns(quantity=quantity).drop("before")
    return pl.concat([rest.with_columns(reset=empty, uncounted=empty), counted])
