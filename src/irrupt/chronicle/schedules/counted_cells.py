"""Days counted as spreadsheets do (45936), below names that tell of weeks or deliveries rather than of dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from irrupt.chronicle.at_once import filled
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.daycounts import are_worked, counts_days, days_counted, names_days, written_out
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.periods import names_weeks, read_periods
from irrupt.chronicle.schedules.roles import score

_NUMBERS = re.compile(r"\b(?:no|nr|num|number|numero|numer|nummer|id|note|\w*schein\w*|bl|cislo)\b")
"""Words in the names of columns that number something."""
_ROLES, _SAMPLE = ("period", "issued"), 100
"""What days may tell; cells that are looked at first."""
_AHEAD, _SOON, _WEEK = 0.95, timedelta(days=62), timedelta(days=7)
"""Share of the rows in which an issue lies before its period; how soon behind it its first one begins."""


def with_days_in_cells(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw*, where it has columns of parts and quantities, with the days that numbers count below names of periods or
    issues; those of issues only where they lie a little before the periods of their rows. It is noted. *mapping*: as
    asked, see `irrupt.read`."""
    frame = raw.frame
    names = [name for name in frame.columns if name != ROW]
    if not all(any(score(role, name) > 0 for name in names) for role in ("part", "quantity")):
        return raw
    called = {role: [one for one in names if one == mapping.get(role) or _is_called(role, one)] for role in _ROLES}
    periods = [name for name in called["period"] if _may_be_days(frame[name])]
    issues = [name for name in called["issued"] if name not in periods and _may_be_days(frame[name])]
    if not periods and not issues:
        return raw
    table = frame.with_columns(_dates(frame[name]) for name in (*periods, *issues))
    known = periods or [name for name in names if score("period", name) > 0 and can_be("period", table[name])]
    told = [*periods, *(name for name in issues if known and _lies_before(table, name, known[0]))]
    told = [name for name in told if not names_days(name)]  # these are read so anyway
    if not told:
        return raw
    notes = []
    for name in told:
        number = frame[name].drop_nulls().cast(pl.String).sort()[0].removesuffix(".0")
        notes.append(counts_days(name, number, str(table[name].drop_nulls().sort()[0])))
    return replace(raw, frame=frame.with_columns(table[name] for name in told), notes=(*raw.notes, *notes))


def may_count_days(column: pl.Series) -> bool:
    """Whether numbers in *column*, called as periods or issues are, may be days that are counted so.

    >>> may_count_days(pl.Series("Livraison", [45936.0])), may_count_days(pl.Series("Menge", [45936.0]))
    (True, False)
    """
    return any(_is_called(role, column.name) for role in _ROLES) and _may_be_days(column)


def _may_be_days(column: pl.Series) -> bool:
    if days_counted(filled(column).head(_SAMPLE)) is None:
        return False
    days = days_counted(column)
    return days is not None and are_worked(days)


def _is_called(role: str, name: str) -> bool:
    """Whether a column of this *name* is called as those of a *role* are, rather than as those of any other; the
    versions of plans may be called after the days on which they were issued."""
    if _NUMBERS.search(plain(name)):
        return False
    own = max(score(role, name), float(names_weeks(name)) if role == "period" else score("plan", name))
    return own > 0 and own >= max(score(other, name) for other in ("part", "quantity", "client", "plant", "period"))


def _dates(column: pl.Series) -> pl.Series:
    return written_out(column.cast(pl.String)).str.slice(0, 10).alias(column.name)


def _lies_before(table: pl.DataFrame, issue: str, period: str) -> bool:
    """Whether the days of *issue* lie before those of *period*, and the first of these behind each of them soon."""
    ahead = pl.DataFrame(
        {"issue": table[issue], "ahead": read_periods(table[period]).begin - read_periods(table[issue]).begin}
    )
    first = ahead.drop_nulls().group_by("issue").agg(pl.col("ahead").min())
    before = float((ahead["ahead"].drop_nulls() >= -_WEEK).mean() or 0.0)  # type: ignore[arg-type]
    return bool(first.height) and before >= _AHEAD and bool((first["ahead"] <= _SOON).all())
