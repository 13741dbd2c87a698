"""Dates and times of the day in columns of their own, taken together."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import polars as pl

from irrupt.chronicle.at_once import filled
from irrupt.chronicle.durations import names_duration
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.times import read_times
from irrupt.i18n import gettext as _

_CLOCK = r"(?i)^\s*(\d{1,2})\s?[:.h]\s?([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?(?:uhr)?\s*$"
_FIGURES = r"^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$"
"""As business software stores times, `081530`."""
_CALLED = re.compile(
    r"\b(?:time|(?:uhr|start|end|beginn|anfangs|erfassungs|buchungs|anderungs|ereignis)?zeit|heure|hora|ora|tijd|"
    r"(?:start|eind)tijd|czas|godzina|erzet|cputm|utime|udtime)\b"
)
_LASTS = re.compile(
    r"duration|processing|waiting|lead|cycle|response|elapsed|spent|handling|setup|resolution|work|total"
)
"""Words beside these in the names of columns of how long something takes."""
_SAMPLE = 2_000
_NEARLY_ALL = 0.95
"""Share of the values of a column that must be times of the day: a line of titles may stand again among them."""


def with_clocks(raw: Raw, asked: Collection[str] = ()) -> Raw:
    """*raw* where times of the day that stand in a column of their own are taken into the dates that stand before it;
    where several such columns follow each other, into as many dates. Columns that are *asked* for stay as they are.

    >>> frame = pl.DataFrame({ROW: [0], "Date": ["16.02.2026"], "Time": ["8:05"]})
    >>> with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame["Date"].to_list()
    ['16.02.2026 08:05:00']
    """
    days: list[str] = []
    clocks: list[str] = []
    pairs: list[tuple[str, str]] = []
    for name in [*(name for name in raw.frame.columns if name != ROW), None]:
        if name is not None and name not in asked and not names_duration(name) and _is_clock(raw.frame[name]):
            clocks.append(name)
            continue
        if clocks:
            pairs += zip(days[-len(clocks) :], clocks, strict=False) if len(clocks) <= len(days) else []
            days, clocks = [], []
        if name is not None and _are_days(raw.frame[name]):
            days.append(name)
    frame, notes = raw.frame, list(raw.notes)
    for date, clock in pairs:
        frame = frame.with_columns(_together(frame[date], frame[clock])).drop(clock)
        text = _('the times of the day in "{times}" belong to the dates in "{dates}"')
        notes.append(text.format(times=clock, dates=date))
    return replace(raw, frame=frame, notes=tuple(notes)) if pairs else raw


def _is_clock(column: pl.Series) -> bool:
    """Whether *column* holds times of the day, and hardly anything else."""
    if column.dtype == pl.Time:
        return column.null_count() < len(column)
    name = plain(column.name)
    if not _CALLED.search(name) or _LASTS.search(name):
        return False
    some = filled(column).head(_SAMPLE)
    if not len(some) or column.dtype.is_temporal() or column.dtype.is_nested() or column.dtype.is_float():
        return False
    texts = some.cast(pl.String).str.strip_chars()
    texts = texts.filter(texts != "")
    stored = texts.str.contains(r"^\d{5,6}$").all() and texts.str.zfill(6).str.contains(_FIGURES).all()
    return len(texts) > 0 and bool(texts.str.contains(_CLOCK).sum() >= _NEARLY_ALL * len(texts) or stored)


def _are_days(column: pl.Series) -> bool:
    """Whether *column* holds dates without a time of the day."""
    some = filled(column).head(_SAMPLE)
    if not len(some) or column.dtype == pl.Time:
        return False
    if column.dtype == pl.String and some.str.contains(r"^\s*[^:]{6,14}\s*$").sum() < _NEARLY_ALL * len(some):
        return False
    if column.dtype not in (pl.String, pl.Date) and not isinstance(column.dtype, pl.Datetime):
        return False
    moments = read_times(some).moments
    return moments.null_count() < len(some) / 2 and bool((moments.drop_nulls().dt.time() == _MIDNIGHT).all())


_MIDNIGHT = pl.Series([0]).cast(pl.Time)[0]


def _together(dates: pl.Series, clocks: pl.Series) -> pl.Series:
    """*dates* with the times of *clocks*; midnight where there is none."""
    if clocks.dtype == pl.Time:
        texts = clocks.dt.strftime("%H:%M:%S")
    else:
        texts = clocks.cast(pl.String).str.strip_chars()
        figures = texts.str.zfill(6).str.extract_groups(_FIGURES).struct.unnest()
        parts = texts.str.extract_groups(_CLOCK).struct.unnest()
        hour, minute, second = (parts[str(at)].fill_null(figures[str(at)]) for at in (1, 2, 3))
        half = parts["4"].str.to_uppercase()
        table = pl.DataFrame({"h": hour.str.zfill(2), "m": minute, "s": second.fill_null("00"), "half": half + "M"})
        bare = table.select(pl.concat_str("h", "m", "s", separator=":") + (" " + pl.col("half")).fill_null(""))
        # What is no time of the day makes no moment with its date, and is told as such.
        texts = bare.to_series().fill_null(texts.replace("", None))
    days = dates if dates.dtype == pl.String else dates.dt.strftime("%Y-%m-%d")
    days = days.str.strip_chars().str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    whole = pl.DataFrame({"day": days, "time": texts.fill_null("00:00:00")})
    return whole.select(pl.col("day") + " " + pl.col("time")).to_series().alias(dates.name)
