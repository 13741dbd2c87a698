"""Tables that are read as one, whose columns are called otherwise in each: those of one role get one name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.lines import ACTUAL, FIRM, OTHER, meaning
from irrupt.chronicle.schedules.roles import by_names, periods_across
from irrupt.chronicle.several import Table, issues_of
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_SHOWN = 5
_APART = (FIRM, ACTUAL, OTHER)
"""What the names of two columns of quantities may say that tells them from each other."""


def called_alike(tables: Sequence[Table], notes: list[str]) -> list[Table]:
    """*tables* of plans, each with a day in its name, with one name for the columns of each role, that which the first
    of them has; what is called so is told in *notes*. Other tables stay as they are."""
    frames = [table.raw.frame for table in tables]
    if len({frozenset(frame.columns) for frame in frames}) == 1 or not all(issues_of(tables)):
        return list(tables)
    shared = set.intersection(*(set(frame.columns) for frame in frames))
    roles = [by_names(frame, {}) for frame in frames]
    if not all(_are_of_plans(frame, own) for frame, own in zip(frames, roles, strict=True)):
        return list(tables)
    first: dict[str, str] = {}
    told: dict[str, None] = {}
    found = []
    for table, own in zip(tables, roles, strict=True):
        names = {}
        for role, column in own.items():
            name = first.setdefault(role, column)
            if column not in shared and name not in table.raw.frame.columns and _say_the_same(column, name):
                names[column] = name
        told |= dict.fromkeys(f"{column} = {name}" for column, name in names.items())
        found.append(replace(table, raw=replace(table.raw, frame=table.raw.frame.rename(names))))
    if told:
        notes.append(
            _("columns that are called otherwise in each are taken for the same: {names}").format(
                names=first_of(list(told), _SHOWN)
            )
        )
    return found


def _are_of_plans(frame: pl.DataFrame, roles: Mapping[str, str]) -> bool:
    across = periods_across([name for name in frame.columns if name != ROW])
    return bool(across) or {"period", "quantity"} <= roles.keys()


def _say_the_same(column: str, name: str) -> bool:
    """Whether neither name says what the other one does not: that quantities are firm, or delivered.

    >>> _say_the_same("Qty", "Menge"), _say_the_same("Firm qty", "Forecast qty")
    (True, False)
    """
    one, other = (said if (said := meaning(text)) in _APART else None for text in (column, name))
    return one == other
