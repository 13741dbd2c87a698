"""Quantities of plans one by one: what versions change of them, and what is bought in the end.

`instability` adds up the same for its measures; here each quantity stands by itself, so that those can be named which
are not as agreed. Quantities that were announced for a longer period, and are only spread over this one, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Ints
from irrupt.ledgers.instability import notice_of, said_before
from irrupt.ledgers.plans import Plans

CHANGES: Mapping[str, pl.DataType] = {
    "version": pl.Int64(),
    "period": pl.Int64(),
    "ahead": pl.Int64(),
    "notice": pl.Float64(),
    "before": pl.Float64(),
    "after": pl.Float64(),
    "moved": pl.Boolean(),
}
OUTCOMES: Mapping[str, pl.DataType] = {
    "version": pl.Int64(),
    "period": pl.Int64(),
    "before": pl.Float64(),
    "after": pl.Float64(),
}


def changes(plans: Plans, versions: Ints, tolerance: float) -> pl.DataFrame:
    """Each quantity that one of *versions* announces and the version before it did, too.

    `version`, `period` (their numbers), `ahead` (how many periods ahead it was when it was announced before), `notice`
    (days from the change to the period), `before`, `after`, `moved` (whether by more than *tolerance*).
    """
    found = []
    for lead in range(plans.leads):
        after, before = plans.announced[versions, lead], said_before(plans, versions, lead)
        pair = ~np.isnan(after) & ~np.isnan(before) & ~plans.spread[versions, lead]
        rows, after, before = versions[pair], after[pair], before[pair]
        found.append(
            {
                "version": rows,
                "period": plans.base[rows] + lead,
                "ahead": lead + plans.base[rows] - plans.base[rows - 1],
                "notice": notice_of(plans, rows, lead),
                "before": before,
                "after": after,
                "moved": np.abs(after - before) > tolerance * np.abs(before),
            }
        )
    return _frame(found, CHANGES)


def outcomes(plans: Plans, versions: Ints, lead: int) -> pl.DataFrame:
    """Each quantity that *versions* announce *lead* periods ahead: `version`, `period`, `before` (what was announced)
    and `after` (what was bought; null where that is not known yet)."""
    if not 0 <= lead < plans.leads:
        return _frame([], OUTCOMES)
    known = ~np.isnan(plans.announced[versions, lead]) & ~plans.spread[versions, lead]
    rows = versions[known]
    period = plans.base[rows] + lead
    bought = plans.bought[plans.of[rows], period - plans.first]
    said = plans.announced[rows, lead]
    return _frame([{"version": rows, "period": period, "before": said, "after": bought}], OUTCOMES)


def _frame(found: Sequence[Mapping[str, npt.NDArray[Any]]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    empty: list[Any] = []
    joined = {name: np.concatenate([one[name] for one in found]) if found else empty for name in columns}
    return pl.DataFrame(joined, schema=columns).with_columns(pl.col("before", "after").fill_nan(None))
