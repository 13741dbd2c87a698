"""What was bought in the end of what plans announce: from deliveries, call-offs, or the last plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.chronicle.schedules.meeting import KEYS, LAST, ORIGIN
from irrupt.chronicle.schedules.steps import Step
from irrupt.ledgers.grid import number_of

CALL_OFF, DELIVERED = "call-off", "delivered"


def what_was_bought(
    table: pl.DataFrame, sources: Mapping[str, str], series: pl.DataFrame, last: Floats, first: int, step: Step
) -> Floats:
    """What was bought in each period, as the source of each client tells. Between his first delivery and his last, it
    is nought where none is told, but only of what is ever delivered to him: of anything else it is not known."""
    bought = last.copy()
    client = series["client"].fill_null("")
    taken = table.filter(pl.col("quantity").is_not_null() & ~pl.col("backlog"))
    for name, source in sources.items():
        if source == LAST:
            continue
        bought[(client == name).to_numpy()] = np.nan
        rows = taken.filter((pl.col("client").fill_null("") == name) & (pl.col("kind") == source))
        if source == CALL_OFF:
            rows = last_called(rows)
        cells = rows.join(series, on=KEYS, how="left", nulls_equal=True)
        cells = cells.select("series", number_of(pl.col("period"), step).alias("period"), "quantity")
        cells = cells.group_by("series", "period").agg(pl.col("quantity").sum())
        if not cells.height:
            continue
        at = cells["period"].to_numpy() - first
        inside = (at >= 0) & (at < bought.shape[1])
        ever = cells["series"].unique().to_numpy()
        bought[ever, max(int(at.min()), 0) : int(at.max()) + 1] = 0.0
        bought[cells["series"].to_numpy()[inside], at[inside]] = cells["quantity"].to_numpy()[inside]
    return bought


def last_called(rows: pl.DataFrame) -> pl.DataFrame:
    """Those of call-offs, *rows* of a meeting's table, that are the last for their periods."""
    return rows.filter(pl.col("issued") == pl.col("issued").max().over(*KEYS, ORIGIN, "period"))
