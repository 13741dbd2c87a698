"""In which periods plans are counted, and what is told for longer than one of them."""

from __future__ import annotations

from typing import Literal

import polars as pl

Step = Literal["day", "week", "month"]

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375}
_LENGTH = (pl.col("until") - pl.col("period")).dt.total_hours() / 24
"""Days that a quantity is for."""


def plan_step(planned: pl.LazyFrame) -> Step | None:
    """The periods of what is *planned*: days where all of it is for days and reaches no farther than five weeks, months
    where nearly all is for months, but for what is due at once, else weeks; None where there is nothing."""
    ahead = (pl.col("period") - pl.col("issued")).dt.total_hours() / 24
    later = (_LENGTH > 1.1) | (ahead >= 1)
    row = planned.select(
        (_LENGTH > 25).filter(later).mean().alias("long"), (_LENGTH <= 1.1).all().alias("short"), ahead.max()
    )
    long, short, reach = row.collect().row(0)
    if reach is None:
        return None
    if long is not None and long > 0.9:
        return "month"
    return "day" if short and reach <= 35 else "week"


def is_longer(step: Step) -> pl.Expr:
    """Whether a quantity is for longer than a period."""
    return (_LENGTH / DAYS[step]).round() > 1
