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

_CLOCK = (
    r"(?i)^\s*(\d{1,2})\s?(?:[:.h]\s?([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d+)?)?|h|uhr)"
    r"\s*([ap])?\.?(?:m\.?)?(?:uhr)?\s*$"
)
_MINUTES = r"\d\s?[:.hH]\s?\d"
_FIGURES = r"^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$"
"""As business software stores times, `081530`."""
_PART = r"^0?[.,]\d+$|^0$"
"""As spreadsheets count times that have lost their form: half a day is `0,5`."""
_ROUND, _SIX, _DAY = 4, 60_000, 86_400
"""Characters of `0.25`; six o'clock in figures; seconds."""
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
    if not len(some) or column.dtype.is_temporal() or column.dtype.is_nested():
        return False
    texts = _texts(some)
    texts = texts.filter(texts != "")
    read = _stored(texts)
    # `8h` is a time of the day beside `8h05`, and else a duration
    return bool(read.str.contains(_MINUTES).any() and read.str.contains(_CLOCK).sum() >= _NEARLY_ALL * len(texts))


def _texts(column: pl.Series) -> pl.Series:
    """*column* as texts, whole numbers without decimals."""
    return column.cast(pl.String).str.strip_chars().str.replace(r"^(\d+)\.0$", "$1")


def _stored(texts: pl.Series) -> pl.Series:
    """*texts* with colons where they are times of the day as software stores them: in figures, or as parts of a day.

    Numbers of minutes or hours are none: half of all times of the day are after six, and few parts of a day are round.

    >>> _stored(pl.Series(["81530", "143000"])).to_list(), _stored(pl.Series(["5", "815", "1430"])).to_list()
    (['08:15:30', '14:30:00'], ['00:05:00', '08:15:00', '14:30:00'])
    >>> _stored(pl.Series(["0,34375", "0,604"])).to_list(), _stored(pl.Series(["0.5", "0.25"])).to_list()
    (['08:15:00', '14:29:46'], ['0.5', '0.25'])
    """
    some = texts.filter((texts != "").fill_null(False)).head(_SAMPLE)
    length = some.str.len_chars()
    if some.str.contains(_PART).all():
        if (length > _ROUND).sum() < len(some) / 2:
            return texts
        part = texts.str.extract(_PART, 0).str.replace(",", ".", literal=True).cast(pl.Float64)
        seconds = (part * _DAY).round().clip(0, _DAY - 1).cast(pl.Int64)
        return (seconds * 1_000_000_000).cast(pl.Time).dt.to_string("%H:%M:%S").fill_null(texts)
    if not some.str.contains(r"^\d{1,6}$").all():
        return texts
    short = length.max() <= len("1430")  # type: ignore[operator]

    def padded(figures: pl.Series) -> pl.Series:
        return figures.str.zfill(4) + "00" if short else figures.str.zfill(6)

    told, late = padded(some).str.contains(_FIGURES).all(), padded(some).cast(pl.Int64, strict=False).median()
    if not told or (length.min() < len("81530") and (late is None or late < _SIX)):  # type: ignore[operator]
        return texts
    read = padded(texts)
    return read.str.replace(_FIGURES, "$1:$2:$3").zip_with(read.str.contains(_FIGURES), texts)


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
        texts = _stored(_texts(clocks))
        parts = texts.str.extract_groups(_CLOCK).struct.unnest()
        hour, minute, second, half = (parts[str(at)] for at in (1, 2, 3, 4))
        half = half.str.to_uppercase()
        minute, second = minute.fill_null("00"), second.fill_null("00")
        table = pl.DataFrame({"h": hour.str.zfill(2), "m": minute, "s": second, "half": half + "M"})
        bare = table.select(pl.concat_str("h", "m", "s", separator=":") + (" " + pl.col("half")).fill_null(""))
        # What is no time of the day makes no moment with its date, and is told as such.
        texts = bare.to_series().fill_null(texts.replace("", None))
    days = dates if dates.dtype == pl.String else dates.dt.strftime("%Y-%m-%d")
    days = days.str.strip_chars().str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    whole = pl.DataFrame({"day": days, "time": texts.fill_null("00:00:00")})
    return whole.select(pl.col("day") + " " + pl.col("time")).to_series().alias(dates.name)
