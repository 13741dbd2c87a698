"""Times as people write them, read as moments.

The form is guessed per column: ISO first, then dates in figures or with names of months, then counts of seconds since
1970. Which of two figures is the day is decided by evidence from the whole column, unless the user says how times are
written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once, filled
from irrupt.chronicle.day_or_month import Guess, Order, order_of
from irrupt.chronicle.model import MOMENT
from irrupt.chronicle.stamps import LETTER, counted, may_be_times, month, offset_texts, pointed, rewritten
from irrupt.lately import Lately
from irrupt.wall import local_times, moments_of

_CLOCK = (
    r"(?:(?:T|[\s,]+(?:(?:at|à|um|om)\s+)?)(\d{1,2})\s?(?:[:.hH]\s?(\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?|[hH])"
    r"\s*([AaPp]\.?[Mm]\.?)?)?"
)
_OFFSET = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[^\]]*\])?"
_WRITTEN = (
    rf"^(?:{LETTER}{{2,14}}\.?,?\s+)??(\d{{1,4}}|{LETTER}{{3,14}}\.?)(?:\.\s+|[-/.\s])"
    rf"(\d{{1,2}}|{LETTER}{{3,14}}\.?),?(?:\.\s+|[-/.\s])\s*(\d{{1,4}})\.?" + _CLOCK + _OFFSET + "$"
)
_COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2})(\d{2})(?:(\d{2})(?:[.,]?(\d{1,9}))?)?()?)?" + _OFFSET + "$"
CALENDAR = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])[0-5]\d([0-5]\d)?)?$"
"""Figures that are a date, and perhaps a time of the day, rather than a count of seconds."""
_PARTS = ("a", "b", "c", "hour", "minute", "second", "fraction", "half", "offset")

_FIGURES = r"^\D{0,12}\d{1,2}[-/.\s]\s*\d{1,2}[-/.\s]\s*\d{1,4}"
"""Dates in figures that do not begin with the year."""
_TWO_FIGURES = r"^\D{0,12}(\d{1,2})[-/.\s]\s*(\d{1,2})[-/.\s]"
_CLOCK_MARKS = ("%H", "%I", "%T", "%R", "%r", "%X", "%c", "%k", "%l", "%s")
"""Marks of a pattern that tells the hour."""
FORMS: Mapping[str, Order] = {"day first": "day", "month first": "month"}
"""How users name what comes first in a date."""

_BLOCK = 1 << 18
"""Rows whose texts are read at a time."""

_LATELY = Lately[Any](most=64)
"""What few texts came to: while a file is understood, the same ones are read again."""
_Reader = Callable[[pl.Series, str, str], pl.DataFrame]
"""From distinct texts, a zone and a pattern to a table text -> moment, offset, counted, skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A column of moments, and what was seen while reading it."""

    moments: pl.Series
    """UTC; null where the text could not be read."""
    offsets: pl.Series
    """The offset that each text carried, as text; null where it carried none."""
    order: Order = "year"
    certain: bool = True
    """Whether the evidence decides between day and month first."""
    unsure: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Boolean))
    """True where day and month could be exchanged; empty where the evidence decides, for all of them alike."""
    mixed: bool = False
    """Whether some rows can only be day first and others only month first."""
    skipped: int = 0
    """Local times that the clock leapt over in spring: taken to be at the leap."""
    naive: int = 0
    """Times without an offset, read in the zone that was asked for."""
    unreadable: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Boolean))
    """True where there is a text that could not be read."""

    def without_offsets(self) -> Times:
        """The same, where nobody asks for offsets any more."""
        return replace(self, offsets=self.offsets.clear())


def read_times(column: pl.Series, timezone: str = "UTC", order: Order | None = None, form: str | None = None) -> Times:
    """*column* read as moments; local times are on the clock of *timezone*.

    *order* settles what comes first in dates such as 3/4/2020 where this column does not tell. *form* settles it
    whatever the column tells: `day first`, `month first`, or a pattern of C's strptime such as `%d.%m.%y %H:%M`.
    Distinct texts are read once. Raises nothing: what cannot be read is null and marked.

    >>> read_times(pl.Series(["29/2/2016 01:16", "1/3/2016 00:00"])).moments.dt.to_string("%Y-%m-%d %H:%M").to_list()
    ['2016-02-29 01:16', '2016-03-01 00:00']
    """
    if column.dtype.is_temporal() or column.dtype == pl.Null:
        return _typed(column, timezone)
    if column.dtype.is_numeric():
        return _plain(column, counted(column))
    read = _by_pattern if form and form not in FORMS else _read_iso
    blocks = [_block(column[at : at + _BLOCK], timezone, form, read) for at in range(0, max(len(column), 1), _BLOCK)]
    rest = pl.concat([filled(texts) for _found, texts in blocks])
    guess = Guess()
    if len(rest) and read is _read_iso:
        asked = FORMS[form] if form else order
        distinct, how = rest.unique(maintain_order=True), (timezone, asked, form is not None)
        table, guess = _LATELY.of_few(distinct, lambda: _read_written(distinct, *how), how)
        blocks = [(_with_written(found, texts, table), texts) for found, texts in blocks]
    found = pl.concat([found for found, _texts in blocks])
    skipped, naive = found.select_seq(_SKIPPED_AND_NAIVE).row(0)
    return Times(
        moments=found["moment"].alias(column.name),
        offsets=found["offset"],
        order=guess.order,
        certain=guess.certain,
        unsure=_unsure(column, guess, found["figures"]),
        mixed=guess.mixed,
        skipped=int(skipped),
        naive=int(naive),
        unreadable=found["unreadable"],
    )


def _unsure(column: pl.Series, guess: Guess, figures: pl.Series) -> pl.Series:
    """In which rows of a *column* day and month could be exchanged, *figures*: where its dates are in figures. Where
    some can only be day first and others only month first, the rest can be either, unless both figures are the same."""
    if not guess.certain:
        return figures
    if not guess.mixed:
        return pl.Series([], dtype=pl.Boolean)
    parts = column.cast(pl.String).str.extract_groups(_TWO_FIGURES).struct
    first, second = (parts.field(part).cast(pl.Int64, strict=False) for part in "12")
    return figures & (first.is_between(1, 12) & second.is_between(1, 12) & (first != second)).fill_null(value=False)


def _block(column: pl.Series, timezone: str, form: str | None, read: _Reader) -> tuple[pl.DataFrame, pl.Series]:
    """Some rows of a column of texts read: their moment, offset, whether they are counted or skipped, and whether they
    have figures of a date; and the texts that *read* does not read, null elsewhere, nothing where there are none. Whole
    columns of times that are nearly all different would take several times as much room."""
    texts, form = at_once(column.cast(pl.String).alias("text"), _STRIPPED), form or ""
    distinct = at_once(texts, _DISTINCT)
    found = _looked_up(texts, _LATELY.of_few(distinct, lambda: read(distinct, timezone, form), read, timezone, form))
    unread = found["unreadable"]
    return found, texts.zip_with(unread, pl.Series([None], dtype=pl.String)) if unread.any() else texts.clear()


_SKIPPED_AND_NAIVE = (
    pl.col("skipped").sum(),
    (pl.col("moment").is_not_null() & pl.col("offset").is_null() & ~pl.col("counted")).sum().alias("naive"),
)
_STRIPPED = TEXT.str.strip_chars().replace("", None)
_DISTINCT = TEXT.drop_nulls().unique(maintain_order=True)
_LOOKED_UP = (
    pl.col("moment", "offset"),
    pl.col("counted", "skipped").fill_null(False),
    (TEXT.is_not_null() & pl.col("moment").is_null()).alias("unreadable"),
    TEXT.str.contains(_FIGURES).fill_null(False).alias("figures"),
)


def _looked_up(texts: pl.Series, table: pl.DataFrame) -> pl.DataFrame:
    """What *table* tells of each of *texts*, which of them are unreadable, and which have figures of a date."""
    if not texts.equals(table["text"]):
        table = texts.to_frame().join(table, on="text", how="left", maintain_order="left")
    return table.select_seq(_LOOKED_UP)


def _with_written(found: pl.DataFrame, texts: pl.Series, table: pl.DataFrame) -> pl.DataFrame:
    """*found* with what *table* tells of *texts* that are not ISO."""
    if texts.is_empty():
        return found
    told, new = _looked_up(texts, table), found["unreadable"]
    return found.with_columns(told[name].zip_with(new, found[name]) for name in told.columns)


def is_form(text: str) -> bool:
    """Whether *text* says how times are written: `day first`, `month first`, or a pattern that tells at least the date.

    >>> is_form("month first"), is_form("%d.%m.%y %H:%M"), is_form("american")
    (True, True, False)
    """
    if text in FORMS:
        return True
    sample = pl.Series([datetime(2024, 3, 31, 10, 20, 30, tzinfo=UTC)]).dt.convert_time_zone("UTC")
    try:
        written = sample.dt.strftime(text)
        read = _by_pattern(written, "UTC", text)["moment"].dt.date()
        return "%" in text and bool(read.eq_missing(sample.dt.date()).all())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def readable_share(column: pl.Series, sample: int = 200) -> float:
    """Share of a sample of the distinct values in *column* that can be read as times."""
    if column.dtype.is_temporal():
        return float(column.dtype in (pl.Date, pl.Datetime))
    if column.dtype.is_numeric():
        values = column.drop_nulls()
        return float(counted(values).is_not_null().mean() or 0.0) if len(values) else 0.0  # type: ignore[arg-type]
    if column.dtype != pl.String:
        return 0.0
    values = column.drop_nulls().str.strip_chars()
    values = values.filter(values != "").head(50_000).unique(maintain_order=True).head(sample)
    return float(readable(values).mean() or 0.0)  # type: ignore[arg-type]


def readable(texts: pl.Series) -> pl.Series:
    """Which of *texts* can be read as times; none of them where none looks like one."""
    return read_times(texts).moments.is_not_null() if may_be_times(texts) else texts != texts


def _plain(column: pl.Series, moments: pl.Series) -> Times:
    none = pl.Series("offset", [None] * len(column), dtype=pl.String)
    return Times(moments=moments, offsets=none, unreadable=column.is_not_null() & moments.is_null())


def _typed(column: pl.Series, timezone: str) -> Times:
    if column.dtype == pl.Null:
        return _plain(column, column.cast(MOMENT))
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None:
        return _plain(column, column.cast(pl.Datetime("us", column.dtype.time_zone)).dt.convert_time_zone("UTC"))
    if column.dtype not in (pl.Date, pl.Datetime):
        return _plain(column, pl.Series(column.name, [None] * len(column), dtype=MOMENT))
    local = column.cast(pl.Datetime("us"))
    moments, skipped = _localised(local, timezone)
    none = pl.Series("offset", [None] * len(column), dtype=pl.String)
    return Times(
        moments=moments,
        offsets=none,
        skipped=int(skipped.sum()),
        naive=len(local) - local.null_count(),
        unreadable=local.is_not_null() & moments.is_null(),
    )


def _localised(local: pl.Series, timezone: str) -> tuple[pl.Series, pl.Series]:
    """Local times as moments, and which of them the clock leaps over."""
    found = moments_of(local, timezone)
    return found, local.is_not_null() & (local_times(found, timezone) != local)


def _by_pattern(texts: pl.Series, timezone: str, pattern: str) -> pl.DataFrame:
    """A table text -> moment, offset, counted, skipped, as `_read_iso` gives it, of times written so."""
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    no = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(texts))
    if re.search(r"%:?z|%#z", pattern):
        zoned = texts.str.to_datetime(pattern, time_unit="us", strict=False).dt.convert_time_zone("UTC")
        offset = texts.str.extract(r"(Z|[+-]\d{2}:?\d{2})$")
        return pl.DataFrame({"text": texts, "moment": zoned, "offset": offset, "counted": no, "skipped": no})
    if any(mark in pattern for mark in _CLOCK_MARKS):
        local = texts.str.to_datetime(pattern, time_unit="us", strict=False)
    else:
        local = texts.str.to_date(pattern, strict=False).cast(pl.Datetime("us"))
    moments, skipped = _localised(local, timezone)
    return pl.DataFrame({"text": texts, "moment": moments, "offset": nothing, "counted": no, "skipped": skipped})


def _nothing(texts: pl.Series) -> pl.DataFrame:
    """A table text -> moment, offset, counted, skipped, of *texts* that are no times."""
    no = pl.lit(False)
    moment, offset = pl.lit(None, dtype=MOMENT), pl.lit(None, dtype=pl.String)
    return texts.alias("text").to_frame().with_columns(moment=moment, offset=offset, counted=no, skipped=no)


_ISO = TEXT.str.replace(" ", "T", literal=True)
_AS_ISO = (
    "text",
    pl.col("iso").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).alias("local"),
    pl.col("iso").str.extract(r"(?:\d)(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$").alias("offset"),
    pl.col("iso")
    .str.replace("Z$", "+00:00")
    .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False)
    .dt.convert_time_zone("UTC")
    .alias("zoned"),
)


def _read_iso(texts: pl.Series, timezone: str, _form: str) -> pl.DataFrame:
    """A table text -> moment, offset, counted, skipped for distinct *texts*, as far as they are ISO."""
    if not may_be_times(texts):
        return _nothing(texts)
    found = texts.alias("text").to_frame().select_seq(TEXT, _ISO.alias("iso")).select_seq(_AS_ISO)
    moments, skipped = _localised(found["local"], timezone)
    return found.select_seq(
        "text",
        pl.lit(moments).fill_null(pl.col("zoned")).alias("moment"),
        pl.when(pl.col("zoned").is_not_null()).then("offset").alias("offset"),
        pl.lit(False).alias("counted"),
        pl.lit(skipped).alias("skipped"),
    )


_COUNTS = TEXT.str.contains(r"^-?\d{9,19}(\.\d+)?$") & ~TEXT.str.contains(CALENDAR)
_MINUTES = (TEXT.str.slice(1, 2).cast(pl.Int64) * 60 + TEXT.str.slice(4, 2).cast(pl.Int64)) * (
    pl.when(TEXT.str.starts_with("-")).then(-1).otherwise(1)
)


def _read_written(texts: pl.Series, timezone: str, order: Order | None, settled: bool) -> tuple[pl.DataFrame, Guess]:
    if not may_be_times(texts):
        return _nothing(texts), Guess(order=order or "year")
    frame = texts.alias("text").to_frame()
    texts, parts = _understood(texts)
    digits = at_once(texts, _COUNTS)
    guess = Guess(order=order) if settled and order else order_of(parts, "day" if pointed(texts) else order)
    stamp = _canonical(parts, guess.order)
    local = stamp.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    offset = offset_texts(parts["offset"])
    moments, skipped = _localised(local, timezone)
    if offset.null_count() < len(offset):
        moments = _minus_minutes(local, at_once(offset, _MINUTES)).zip_with(offset.is_not_null(), moments)
        skipped &= offset.is_null()
    if digits.any():
        counts = texts.zip_with(digits, pl.Series([None], dtype=pl.String)).cast(pl.Float64, strict=False)
        moments = counted(counts).fill_null(moments)
    return frame.with_columns(moment=moments, offset=offset, counted=digits, skipped=skipped), guess


def _understood(texts: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """*texts*, those in forms of other systems rewritten as forms that are read, and the parts of their dates."""
    parts = _split(texts)
    strange = parts["a"].is_null()
    before = texts.filter(strange)
    if before.is_empty() or (after := rewritten(before)).equals(before):
        return texts, parts
    texts = texts.scatter(strange.arg_true(), after)
    return texts, _split(texts)


def _minus_minutes(local: pl.Series, minutes: pl.Series) -> pl.Series:
    micros = local.cast(pl.Int64) - minutes * 60_000_000
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _part(name: str, group: str) -> pl.Expr:
    part = pl.coalesce(pl.col(form).struct.field(group) for form in ("written", "compact"))
    return part.replace("", None).alias(name)


_GROUPS = (TEXT.str.extract_groups(_WRITTEN).alias("written"), TEXT.str.extract_groups(_COMPACT).alias("compact"))
_COALESCED = tuple(_part(name, str(at)) for at, name in enumerate(_PARTS, start=1))
_WORDED: tuple[pl.Expr | str, ...] = (
    *(pl.when(pl.col(name).str.contains(LETTER)).then(month(name)).otherwise(name).alias(name) for name in ("a", "b")),
    *_PARTS[2:],
    *(pl.col(name).str.contains(LETTER).fill_null(False).alias(f"named {name}") for name in ("a", "b")),
)


def _split(texts: pl.Series) -> pl.DataFrame:
    """The parts of dates in figures or with a month's name; null where *texts* are no dates."""
    return texts.alias("text").to_frame().select_seq(_GROUPS).select_seq(_COALESCED).select_seq(_WORDED)


def _canonical(parts: pl.DataFrame, order: Order) -> pl.Series:
    """ISO texts from *parts*; a figure above 12 is never a month, whatever the *order*."""
    a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
    first, second = a.cast(pl.Int64, strict=False), b.cast(pl.Int64, strict=False)
    year_first = a.str.len_chars() >= 3
    beyond = (second > 12).fill_null(value=False)  # a word that names no month is none, either
    month_first = pl.col("named a") | beyond | ((first <= 12) & ~pl.col("named b") & pl.lit(order == "month"))
    year = pl.when(year_first).then(a).otherwise(c).cast(pl.Int64, strict=False)
    short = ~year_first & (c.str.len_chars() <= 2)
    year = pl.when(short).then(year + pl.when(year < 70).then(2000).otherwise(1900)).otherwise(year)
    month = pl.when(year_first | ~month_first).then(b).otherwise(a)
    day = pl.when(year_first).then(c).when(month_first).then(b).otherwise(a)
    hour = pl.col("hour").cast(pl.Int64, strict=False)
    half = pl.col("half").str.slice(0, 1).str.to_lowercase()
    hour = pl.when(half.is_not_null()).then(hour % 12 + pl.when(half == "p").then(12).otherwise(0)).otherwise(hour)

    def two(figure: pl.Expr) -> pl.Expr:
        return figure.cast(pl.String).fill_null("0").str.zfill(2)

    return parts.select(
        pl.concat_str(
            year.cast(pl.String).str.zfill(4),
            pl.lit("-"),
            month.str.zfill(2),
            pl.lit("-"),
            day.str.zfill(2),
            pl.lit("T"),
            two(hour),
            pl.lit(":"),
            two(pl.col("minute")),
            pl.lit(":"),
            two(pl.col("second")),
            pl.lit("."),
            pl.col("fraction").fill_null("0"),
        )
    ).to_series()
