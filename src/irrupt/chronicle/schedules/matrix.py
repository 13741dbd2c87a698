"""Tables in matrix form, a column for each period or lead, made long."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.roles import leads_across, periods_across


def lengthened(frame: pl.DataFrame, roles: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """*frame* with a row for each filled cell, and *roles* with what the new columns are; as it is when it is long
    already. Empty cells announce nothing.

    >>> wide = pl.DataFrame({ROW: [0], "part": ["x"], "2024-W05": ["5"], "2024-W06": ["6"], "2024-W07": [None]})
    >>> lengthened(wide, {"part": "x"})[0].rows()
    [(0, 'x', '2024-W05', '5'), (0, 'x', '2024-W06', '6')]
    """
    across = periods_across(frame.columns)
    leads = {} if across else leads_across(frame.columns)
    if not across and not ("issued" in roles and leads):
        return frame, dict(roles)
    named = "period" if across else "lead"
    cells = across or list(leads)
    keep = [name for name in frame.columns if name not in cells]
    free = {name: _free(name, keep) for name in (named, "quantity")}
    text = frame.with_columns(pl.col(cells).cast(pl.String))
    long = text.unpivot(cells, index=keep, variable_name=free[named], value_name=free["quantity"])
    long = long.drop_nulls(free["quantity"]).sort(ROW, maintain_order=True)
    if leads:
        long = long.with_columns(pl.col(free["lead"]).replace_strict(leads, return_dtype=pl.Int64))
    return long, {**roles, named: free[named], "quantity": free["quantity"]}


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += " (2)"
    return name
