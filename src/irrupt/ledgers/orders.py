"""What moves demand: orders per client and week, how unevenly they are spread, and who moves the total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.chronicle.schedules.steps import Step
from irrupt.errors import DataError
from irrupt.i18n import gettext as _
from irrupt.ledgers.grid import begins, number_of, whole
from irrupt.wall import local_times

UNKNOWN = "unknown client"
_SEVERAL = 3
"""Days, at least, from which it is told that they stand for the periods in which they lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Orders in weeks, or in months, where there are years of them or all bear the first or last day of theirs; only
    whole ones."""

    step: Step
    clients: tuple[str, ...]
    """By quantity, the largest first; orders without a client are those of `unknown client`, last."""
    quantity: Floats
    """Client × period -> quantity as it was ordered, but what is wholly taken back within the period; else what cancels
    or takes back is counted apart."""
    placed: Floats
    """Client -> orders, those that cancel others included."""
    cancelled: Floats
    """Client -> those that were cancelled or taken back."""
    begin: Floats
    """Period -> days since 1970 at which it begins."""
    in_value: bool
    """Whether worth stands for quantities, for want of these."""
    whole: Extent
    """All orders in the records."""
    used: Extent
    """Those in whole periods, which all else is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many orders there are of how many clients, and from when to when."""

    orders: int
    clients: int
    """Those with a name."""
    begin: datetime
    """On the organisation's clock."""
    end: datetime


def orders(table: pl.DataFrame, timezone: str = "UTC", step: Step | None = None) -> Orders:
    """The orders in a schedules *table*. Raises `DataError` when there are none, or less than three whole periods."""
    placed, in_value = _placed(table, timezone)
    days = placed["moment"].dt.date().unique().sort()
    step = step or _step(days)
    placed = placed.with_columns(at=number_of(pl.col("moment"), step))
    first, last = whole(days, step)
    if last - first < 2:
        raise DataError(_("less than three whole periods of orders: too few to tell how they vary"))
    inside = placed.filter(pl.col("at").is_between(first, last))
    names = _by_size(inside)
    number = pl.DataFrame({"client": names, "number": np.arange(len(names))})
    cells = inside.join(number, on="client", how="left")
    shape = (len(names), last - first + 1)
    sold = _kept(cells)
    flat = sold["number"].to_numpy() * shape[1] + sold["at"].to_numpy() - first
    quantity = np.bincount(flat, sold["amount"].to_numpy(), shape[0] * shape[1]).reshape(shape).astype(np.float64)
    counted, back = _counts(cells, len(names))
    return Orders(
        step=step,
        clients=tuple(names),
        quantity=quantity,
        placed=counted,
        cancelled=back,
        begin=begins(np.arange(first, last + 1), step),
        in_value=in_value,
        whole=_extent(placed),
        used=_extent(inside),
    )


def _extent(placed: pl.DataFrame) -> Extent:
    ends: Any = (placed["moment"].min(), placed["moment"].max())
    return Extent(
        orders=_single(placed, "client").height,
        clients=placed["client"].filter(placed["client"] != UNKNOWN).n_unique(),
        begin=ends[0],
        end=ends[1],
    )


def _placed(table: pl.DataFrame, timezone: str) -> tuple[pl.DataFrame, bool]:
    """`client`, `order`, `moment`, `amount`, `back` (cancels or takes back); and whether the amounts are worth."""
    rows = table.filter(pl.col("kind") == "order")
    if not rows.height:
        raise DataError(_("there are no orders in these records"))
    in_value = rows["quantity"].null_count() == rows.height
    amount = pl.col("value" if in_value else "quantity").fill_null(0.0)
    numbered = rows["plan"].null_count() == 0
    placed = rows.select(
        client=pl.col("client").fill_null(UNKNOWN),
        order=pl.col("plan") if numbered else pl.int_range(pl.len()).cast(pl.String),
        moment=local_times(rows["period"], timezone),
        amount=amount,
        back=(pl.col("firm").fill_null(True).not_()) | (amount < 0),
    )
    return placed, in_value


def _kept(cells: pl.DataFrame) -> pl.DataFrame:
    """The orders of *cells*, without those of which just the same is taken back by their client in their period."""
    key = ("number", "at", "amount")
    place = pl.int_range(pl.len()).over(key).alias("place")
    sold = cells.filter(~pl.col("back")).with_columns(place)
    undone = cells.filter(pl.col("back") & (pl.col("amount") < 0)).with_columns(-pl.col("amount")).with_columns(place)
    return sold.join(undone, on=[*key, "place"], how="anti")


def _by_size(placed: pl.DataFrame) -> pl.Series:
    """The clients, the largest first; those without a name last."""
    totals = _kept(placed.with_columns(number=pl.col("client"))).group_by("client").agg(pl.col("amount").sum())
    known = placed.select("client").unique().join(totals, on="client", how="left")
    return known.sort(pl.col("client") == UNKNOWN, -pl.col("amount").fill_null(0), "client")["client"]


def _counts(cells: pl.DataFrame, clients: int) -> tuple[Floats, Floats]:
    """Client -> orders and cancelled ones."""
    cells = _single(cells, "number")
    number, back = cells["number"].to_numpy(), cells["back"].to_numpy().astype(float)
    counts = np.bincount(number, minlength=clients).astype(np.float64)
    return counts, np.bincount(number, back, clients).astype(np.float64)


def _single(placed: pl.DataFrame, client: str) -> pl.DataFrame:
    """A row for each order, and whether it is cancelled: lines of one order count once."""
    return placed.group_by(client, "order").agg(pl.col("back").any())


def _step(days: pl.Series) -> Step:
    """The periods in which orders of these *days* are counted."""
    if _stand_for(days, "month"):
        return "month"
    span = (days[-1] - days[0]).days
    return "month" if span > 5 * 365 else "week" if span >= 42 or _stand_for(days, "week") else "day"


def _stand_for(days: pl.Series, step: Step) -> bool:
    """Whether each of several *days* stands for its whole month, as its first or last, or for its week, as always the
    same day of it."""
    if len(days) < _SEVERAL or step == "day":
        return False
    if step == "week":
        return days.dt.weekday().n_unique() == 1
    return bool((days == days.dt.month_start()).all() or (days == days.dt.month_end()).all())


def gini(totals: Floats) -> float:
    """How unevenly *totals* are spread: 0 equally, towards 1 when one has all.

    >>> gini(np.array([1.0, 1.0, 1.0])), round(gini(np.array([0.0, 0.0, 1.0])), 3)
    (0.0, 0.667)
    """
    ordered = np.sort(np.maximum(totals, 0.0))
    whole, n = ordered.sum(), len(ordered)
    if whole <= 0:
        return float("nan")
    return float(max((2.0 * np.arange(1, n + 1) - n - 1) @ ordered / (n * whole), 0.0))


def effective_number(totals: Floats) -> float:
    """One over the sum of squared shares.

    >>> effective_number(np.array([1.0, 1.0]))
    2.0
    """
    shares = np.maximum(totals, 0.0) / np.maximum(totals, 0.0).sum()
    return float(1 / (shares**2).sum())
