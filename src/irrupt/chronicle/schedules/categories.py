"""Columns that say of each date whether it stands for a day, a week or a month."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.schedules.numbers import is_text
from irrupt.chronicle.schedules.periods import DAY, MONTH, WEEK, Periods, read_periods

_WORDS = {
    DAY: "d day days daily tag tage taglich jour jours journalier quotidien dia dias diario giorno giorni giornaliero "
    "dag dzien j g",
    WEEK: "w week weeks weekly woche wochen wochentlich wk kw semaine semaines hebdo hebdomadaire semana semanas "
    "semanal settimana settimane settimanale tydzien s",
    MONTH: "m month months monthly monat monate monatlich mois mensuel mes meses mensual mese mesi mensile miesiac "
    "maand",
}
_LENGTHS = {word: days for days, words in _WORDS.items() for word in words.split()}
_EITHER = "t"
"""A day in German (Tag), a week in Polish (tydzień), beside `d` for a day."""
_PLAINLY = frozenset("dwtjg")
"""Letters of which one at least stands in a column of letters: sizes are S and M, too."""
_FEW = 6


def length_in(text: str) -> int | None:
    """The days in the unit of time that a word of *text* names; None where none does, or several.

    >>> length_in("Frozen weeks"), length_in("14 Tage"), length_in("Fixed horizon (weeks)"), length_in("Firm M")
    (7, 1, 7, None)
    """
    found = {_LENGTHS[word] for word in plain(text).split() if len(word) > 1 and word in _LENGTHS}
    return found.pop() if len(found) == 1 else None


def _meanings(column: pl.Series) -> dict[str, int | None]:
    texts = column.drop_nulls().cast(pl.String).unique().sort().to_list()
    names = {plain(text) for text in texts}
    of_t = WEEK if "d" in names and "w" not in names else DAY
    return {text: of_t if plain(text) == _EITHER else _LENGTHS.get(plain(text)) for text in texts}


def said_lengths(column: pl.Series) -> dict[str, int]:
    """Text -> length in days, of the texts in *column* that say one.

    >>> said_lengths(pl.Series(["D", "W", "?"]))
    {'D': 1, 'W': 7}
    """
    return {text: days for text, days in _meanings(column).items() if days is not None}


def tells_lengths(column: pl.Series) -> bool:
    """Whether *column* says of dates beside it whether they are days, weeks or months: two of these at least.

    >>> tells_lengths(pl.Series(["D", "W", "M"])), tells_lengths(pl.Series(["Tag", "Woche"]))
    (True, True)
    >>> tells_lengths(pl.Series(["S", "M"])), tells_lengths(pl.Series(["S", "M", "L"]))
    (False, False)
    """
    if not is_text(column) or column.n_unique() > _FEW:
        return False
    found = _meanings(column)
    letters = {plain(text) for text in found}
    sure = bool(letters & _PLAINLY) or any(len(text) > 1 for text in letters)
    return sure and None not in found.values() and len(set(found.values())) > 1


def in_words(column: pl.Series) -> bool:
    """Whether *column* says lengths in words, not in single letters, which may be grades or sizes as well."""
    return any(len(plain(text)) > 1 for text in _meanings(column))


def dates_agree(letters: pl.Series, column: pl.Series) -> bool:
    """Whether the dates in *column* fall as *letters* say: months begin (or end) on one day of the month, weeks on one
    day of the week, or are written without a day; what is said to be shorter is not.

    >>> days = pl.Series(["2026-02-03", "2026-02-05", "2026-03-01", "2026-04-01"])
    >>> dates_agree(pl.Series(["D", "D", "M", "M"]), days), dates_agree(pl.Series(["D", "M", "D", "M"]), days)
    (True, False)
    """
    read = read_periods(column)
    dates = pl.DataFrame({"begin": read.begin, "days": read.days, "says": read_lengths(letters, read.days)})
    dates = dates.filter(pl.col("begin").is_not_null() & pl.col("says").is_not_null())
    written = pl.col("days").fill_null(DAY) == DAY
    kinds = sorted(dates["says"].unique())
    begins = [dates.filter((pl.col("says") == says) & written)["begin"] for says in kinds]
    if len(kinds) < 2 or len(begins[0]) < dates.filter(pl.col("says") == kinds[0]).height:
        return False
    fall = all(_fall(begin, says) for begin, says in zip(begins, kinds, strict=True) if says != DAY)
    return fall and not any(len(begins[at]) > 1 and _fall(begins[at], says) for at, says in enumerate(kinds[1:]))


def _fall(begin: pl.Series, says: int) -> bool:
    """Whether whole dates fall as those of weeks or months do."""
    if says == WEEK:
        return begin.dt.weekday().n_unique() <= 1
    return begin.dt.day().n_unique() <= 1 or bool((begin.dt.offset_by("1d").dt.day() == 1).all())


def read_lengths(column: pl.Series, days: pl.Series) -> pl.Series:
    """The length in days that each cell of *column* says, as a word or a number; *days* where it says none.

    >>> read_lengths(pl.Series(["Week", "M", "14", "?"]), pl.Series([1, 1, 1, 1])).to_list()
    [7, 30, 14, 1]
    """
    texts = column.cast(pl.String)
    known = texts.replace_strict(_meanings(texts), default=None, return_dtype=pl.Int64)
    counted = texts.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    return known.zip_with(known.is_not_null(), counted).zip_with(known.is_not_null() | counted.is_not_null(), days)


def periods_by_lengths(column: pl.Series, lengths: pl.Series, timezone: str, form: str | None) -> Periods:
    """*column* read as periods that are as long as *lengths* say: figures beside a year (`05.2026`) are a week in some
    rows, a month in others."""
    days = read_lengths(lengths, pl.repeat(None, len(column), dtype=pl.Int64, eager=True))
    begins, found = pl.Series([None] * len(column), dtype=pl.Datetime("us", "UTC")), days
    for length in days.unique():
        own = days.eq_missing(length)
        weekly = None if length not in (WEEK, MONTH) else length == WEEK
        read = read_periods(column.set(~own, None), timezone, form, weekly=weekly)
        begins, found = begins.zip_with(~own, read.begin), found.zip_with(days.is_not_null() | ~own, read.days)
    return Periods(begin=begins, days=found)
