"""Which of two figures of a date is the day, and which the month: by evidence from the whole column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

Order = Literal["year", "day", "month"]
"""What comes first in a date."""

_SEVERAL = 3
"""Months from which on dates that are all the first of one are taken for begins of months."""
_DAYS = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1))
"""Month -> its days, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What comes first in the dates of a column, and how sure that is."""

    order: Order = "year"
    certain: bool = True
    mixed: bool = False


def order_of(parts: pl.DataFrame, asked: Order | None) -> Guess:
    """Whether the day or the month comes first, from the figures of the whole column."""
    plain = parts.filter(
        pl.col("c").is_not_null() & (pl.col("a").str.len_chars() <= 2) & ~pl.col("named a") & ~pl.col("named b")
    ).select(pl.col("a", "b", "c", "hour", "minute").cast(pl.Int64), "half")
    if not plain.height:
        return Guess(order=asked or "year")
    # What can be read neither way, such as 13/45/2025, tells nothing.
    day_first = int(((plain["a"] > 12) & _in_turn(plain, "a", "b")).sum())
    month_first = int(((plain["b"] > 12) & _in_turn(plain, "b", "a")).sum())
    if day_first or month_first:
        return Guess(order="day" if day_first >= month_first else "month", mixed=bool(day_first and month_first))
    if asked is not None and asked != "year":
        return Guess(order=asked)
    if (first := _of_months(plain)) is not None:
        return Guess(order=first, certain=False)
    spans = {
        first: plain.select(pl.col("c") * 372 + pl.col(month) * 31 + pl.col(day)).to_series()
        for first, day, month in (("day", "a", "b"), ("month", "b", "a"))
    }
    days, months = (int(np.ptp(span.to_numpy())) for span in spans.values())
    if plain.height > 1 and 2 * months < days:
        return Guess(order="month", certain=months * 4 < days and plain.height > 3)
    if plain.height > 1 and 2 * days < months:
        return Guess(order="day", certain=days * 4 < months and plain.height > 3)
    return Guess(order="month" if plain["half"].is_not_null().any() else "day", certain=False)


def _in_turn(plain: pl.DataFrame, day: str, month: str) -> pl.Series:
    """Which dates there are if *day* is the day, and *month* the month."""
    return plain[day].is_between(1, plain[month].replace_strict(_DAYS, default=0, return_dtype=pl.Int64))


def _of_months(plain: pl.DataFrame) -> Order | None:
    """What comes first in dates of which one figure is always 1, without hours: they are begins of months, rather than
    the first twelve days of a January, which lie closer together."""
    if plain.select(pl.any_horizontal(pl.col("hour", "minute").fill_null(0) != 0).any()).item():
        return None
    orders: tuple[tuple[Order, str, str], ...] = (("day", "a", "b"), ("month", "b", "a"))
    several = (order for order, day, month in orders if plain[day].eq(1).all() and plain[month].n_unique() >= _SEVERAL)
    return next(several, None)
