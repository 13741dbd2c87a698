"""Tables of one issue that hold quantities of the same parts and periods, as an old copy of a plan does: added up, each
would count twice."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.roles import by_names, periods_across, told_by
from irrupt.chronicle.several import Table, issues_of
from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_SAME, _SHOWN = 0.5, 5
"""Share of the quantities of a table that another one of its issue has, too, from which on one of both is a copy."""
_KEYS = ("client", "plant", "part", "plan", "kind", "firm")


def without_copies(tables: Sequence[Table], name: str) -> None:
    """Raise `DataError` where some of *tables*, of the source *name*, are of one issue and tell of the same parts and
    periods for the most part."""
    by_issue: dict[str, list[Table]] = {}
    for table, day in zip(tables, issues_of(tables), strict=True):
        issue = day or _issue(table.raw.frame)
        if issue is not None:
            by_issue.setdefault(issue, []).append(table)
    faults = []
    for issue, same in by_issue.items():
        copies = _copies(same) if len(same) > 1 else []
        if copies:
            found = _("{names} hold the plan of one day ({issue}), for the same parts and periods")
            faults.append(Fault(name, found.format(names=first_of(copies, _SHOWN), issue=issue), remedy=_remedy()))
    if faults:
        raise DataError(faults)


def _remedy() -> str:
    return _("leave only the one that counts: hide the sheet of the other, or move the file out of the folder")


def _issue(frame: pl.DataFrame) -> str | None:
    """When the plan in *frame* was issued, where a column tells one day for all of it."""
    column = told_by("issued", frame, (name for name in frame.columns if name != ROW))
    days = [] if column is None else frame[column].drop_nulls().cast(pl.String).unique().to_list()
    return days[0] if len(days) == 1 else None


def _copies(tables: Sequence[Table]) -> list[str]:
    """The names of those of *tables* whose quantities others have, too, for the most part."""
    cells = [one.with_columns(at=pl.lit(at)) for at, table in enumerate(tables) if (one := _cells(table)) is not None]
    if len(cells) < 2:
        return []
    keys = [*_KEYS, "period"]
    again = pl.concat(cells).with_columns(again=pl.col("at").n_unique().over(keys) > 1)
    if not again.filter("again").select((pl.col("value").n_unique().over(keys) > 1).any()).item():
        return []  # what is the same in all of them counts once
    shares = again.group_by("at", maintain_order=True).agg(pl.col("again").mean())
    return [tables[at].name for at, share in shares.iter_rows() if share >= _SAME]


def _cells(table: Table) -> pl.DataFrame | None:
    """Whose each quantity of *table* is, and for when; None where no part is named."""
    frame = table.raw.frame
    roles = by_names(frame, {})
    across = periods_across(frame.columns)
    if "part" not in roles or not (across or {"period", "quantity"} <= roles.keys()):
        return None
    whose = [(pl.col(roles[role]) if role in roles else pl.lit(None)).cast(pl.String).alias(role) for role in _KEYS]
    if not across:
        long = {"period": pl.col(roles["period"]), "value": pl.col(roles["quantity"])}
        return frame.select(*whose, **long).with_columns(pl.col(*long).cast(pl.String)).unique()
    wide = frame.select(*whose, pl.col(across).cast(pl.String))
    return wide.unpivot(across, index=_KEYS, variable_name="period").drop_nulls("value").unique()
