"""Days counted as spreadsheets do (46023 is 1 January 2026), left in columns of dates whose form was lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import Raw
from irrupt.chronicle.times import CALENDAR
from irrupt.i18n import gettext as _

_DATED = re.compile(
    r"\b(?:dates?|\w*datum|\w*termin|fecha|data)\b|"
    r"^(?:day|tag|liefertag|jour|giorno|dia|dzien|due|issued|stand|planstand|snapshot|as of|asof|created|erstellt|von|"
    r"bis|ab|echeance|from|to|until|start|end|begin|beginn|ende|du|au|desde|hasta|dal|al)$"
)
"""Names of columns of dates, in plain form."""
_FIGURES = r"^\s*(\d{5}(?:[.,]\d+)?)\s*$"
COUNT = re.compile(r"\d{5}(?:\.0)?")
"""A whole number of days."""
_FIRST, _LAST = 36_526, 54_789
"""2000 to 2049."""
_KNOWN = 0.5
"""How well a name must tell of a time for numbers below it to be taken for dates."""
MIDNIGHT = "T00:00:00"
"""The end of a date without a time of the day."""
_SATURDAY, _NEARLY_ALL = 6, 0.95
"""The first day of a weekend; share of days that are of work."""
_EPOCH = 25_569
"""1 January 1970, counted so."""


def names_days(name: str) -> bool:
    """Whether a column with this *name* is called after dates.

    >>> names_days("Liefertermin"), names_days("Delivery date"), names_days("Due"), names_days("Amount due")
    (True, True, True, False)
    """
    return _DATED.search(plain(name)) is not None


def written_out(texts: pl.Series) -> pl.Series:
    """*texts* with the dates that numbers in them count, if all numbers of five figures are from 2000 to 2049.

    >>> written_out(pl.Series(["46023", "46023.5", "2026-01-05"])).to_list()
    ['2026-01-01T00:00:00', '2026-01-01T12:00:00', '2026-01-05']
    >>> written_out(pl.Series(["46023", "99000"])).to_list()
    ['46023', '99000']
    """
    days = texts.str.extract(_FIGURES).str.replace(",", ".", literal=True).cast(pl.Float64)
    if days.null_count() == len(days) or not days.is_between(_FIRST, _LAST, closed="left").all():
        return texts
    seconds = ((days - _EPOCH) * 86_400).round().cast(pl.Int64)
    dates = pl.from_epoch(seconds, time_unit="s").dt.to_string("%Y-%m-%dT%H:%M:%S")
    return texts.zip_with(days.is_null(), dates)


def counted_days(columns: Iterable[pl.Series]) -> list[str]:
    """What is to be told of those of *columns* in which numbers are read as dates."""
    dated = [column for column in columns if not column.dtype.is_temporal() and names_days(column.name)]
    return [note for column in dated if (note := _told(column)) is not None]


def _told(column: pl.Series) -> str | None:
    texts = column.drop_nulls().unique().cast(pl.String).sort()
    dates = written_out(texts)
    first = (texts != dates).arg_max()
    if first is None or texts[first] == dates[first]:
        return None
    return counts_days(column.name, texts[first], dates[first])


def counts_days(column: str, number: str, date: str) -> str:
    """That numbers in *column* count days, with an example."""
    text = _("numbers in {column} count days as spreadsheets do: {number} is {date}")
    return text.format(column=column, number=number, date=date[:10])


def days_counted(column: pl.Series) -> pl.Series | None:
    """The numbers of days in *column*, where nothing else stands in it, and all are from 2000 to 2049.

    >>> days_counted(pl.Series(["45600,5", ""])).to_list(), days_counted(pl.Series([45600, 70000]))
    ([45600.5, None], None)
    """
    if column.dtype != pl.String and not column.dtype.is_numeric():
        return None
    texts = column.cast(pl.String).str.strip_chars().replace("", None)
    days = texts.str.extract(_FIGURES).str.replace(",", ".", literal=True).cast(pl.Float64)
    if days.null_count() == len(days) or days.null_count() > texts.null_count():
        return None
    return days if days.is_between(_FIRST, _LAST, closed="left").all() else None


def are_worked(days: pl.Series) -> bool:
    """Whether *days*, counted, are whole, and nearly all of them days of work or the first ones of months.

    >>> are_worked(pl.Series([45936.0, 45943.0])), are_worked(pl.Series([45936.5])), are_worked(pl.Series([45942.0]))
    (True, False, False)
    """
    some = days.drop_nulls().unique()
    dates = pl.from_epoch(((some - _EPOCH) * 86_400).cast(pl.Int64), time_unit="s").dt
    told = (dates.weekday() < _SATURDAY) | (dates.day() == 1)
    return bool((some % 1 == 0).all()) and float(told.mean() or 0.0) >= _NEARLY_ALL  # type: ignore[arg-type]


def with_dates(raw: Raw) -> Raw:
    """*raw*, the records of a log, with dates in the columns called after times in which nothing stands but numbers of
    days as spreadsheets count them; they are noted."""
    columns, notes = [], []
    for column in raw.frame.get_columns():
        if column.dtype != pl.String and not column.dtype.is_float():
            continue
        if not (names_days(column.name) or max(name_score(role, column.name) for role in ("end", "start")) > _KNOWN):
            continue
        texts = column.cast(pl.String)
        numbers = texts.str.contains(_FIGURES) | (texts.str.strip_chars() == "")
        note = _told(column) if numbers.all() else None
        if note is not None:
            dates = written_out(texts)
            days = (dates.str.ends_with(MIDNIGHT) | dates.is_null()).all()
            columns.append(dates.str.strip_suffix(MIDNIGHT) if days else dates)
            notes.append(note)
    return replace(raw, frame=raw.frame.with_columns(columns), notes=(*raw.notes, *notes)) if notes else raw


def dates_in_figures(column: pl.Series) -> pl.Series | None:
    """The numbers in *column* as texts, where the figures of all of them are a date: `20260105`, `20260105081530`.

    >>> dates_in_figures(pl.Series([20260105.0, None])).to_list(), dates_in_figures(pl.Series([20261305]))
    (['20260105', None], None)
    """
    if not column.dtype.is_numeric() or column.dtype.is_decimal() or column.null_count() == len(column):
        return None
    whole = column.cast(pl.Int64, strict=False)
    texts = whole.cast(pl.String)
    same = whole.null_count() == column.null_count() and (whole == column).all()
    return texts if same and texts.str.contains(CALENDAR).all() else None
