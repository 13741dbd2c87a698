"""Periods as planners write them: days, calendar weeks, months.

A period is told by its first moment and, where the text says so, by its length: `2024-W05`, `KW 5/2024`, `S05 2024`,
`2024-01`, `Jan 2024`, `M 01.2024`, or any date. Six figures are weeks where one of them could not be a month, or
where their column is called so, else months. Four figures (`2405`, `0524`, `05/24`) are weeks where their column is
called so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once
from irrupt.chronicle.hints import plain
from irrupt.chronicle.model import MOMENT
from irrupt.chronicle.schedules.daycounts import names_days, written_out
from irrupt.chronicle.stamps import LETTER, month_of
from irrupt.chronicle.times import FORMS, read_times
from irrupt.lately import Lately

DAY, WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = 1, 7, 30, 91, 182, 365
"""Usual lengths of periods in days; from months on they are counted by the calendar."""
_BY_CALENDAR = {MONTH: "1mo", QUARTER: "3mo", HALF_YEAR: "6mo", YEAR: "12mo"}

_LONG_WEEKS = (
    "KW|CW|WK|SEM|WOCHE|WEEK|SEMAINE|SEMANA|SETT|TYDZ|T[YÝ]DEN|HAFTA|VECKA|UKE|UGE|H[EÉ]T|VIIKKO|"
    "НЕД(?:ЕЛЯ)?|ТИЖ(?:ДЕНЬ)?|СЕДМ(?:ИЦА)?|ΕΒΔ(?:ΟΜ[ΆΑ]ΔΑ)?"
)
WEEK_WORDS = f"{_LONG_WEEKS}|W|S"
_W = f"(?:{WEEK_WORDS}|SETTIMANA|TYDZIEN|T)"
_WEEK_FIRST = rf"^\s*{_W}[\s.\-_]*(\d{{1,2}})[\s.\-_/']+((?:19|20)?\d{{2}})\s*$"
_WEEK_AFTER = rf"^\s*{_W}[\s.\-_]*((?:19|20)\d{{2}})[\s.\-_/]*(\d{{1,2}})\s*$"
_WEEK_BEFORE = rf"^\s*(\d{{1,2}})\s*[.ªº]?\s*(?:{_LONG_WEEKS})[\s.\-_/']*((?:19|20)\d{{2}})\s*$"
_BARE_WEEK = re.compile(
    rf"\s*(?:(?:{WEEK_WORDS}|KALENDERWOCHE)[\s.\-_]*(\d{{1,2}})|"
    rf"(\d{{1,2}})\s*[.ªº]?\s*(?:{_LONG_WEEKS}|KALENDERWOCHE))\.?\s*",
    re.IGNORECASE,
)
_YEAR_FIRST = rf"^\s*((?:19|20)?\d{{2}})[\s.\-_/]*{_W}[\s.\-_]*(\d{{1,2}})\s*$"
_SIX = r"^\s*((?:19|20)\d{2})(\d{2})(?:\.0)?\s*$"
_MONTH_AFTER = r"^\s*((?:19|20)\d{2})[\-/.](\d{1,2})\s*$"
_MONTH_BEFORE = r"^\s*(\d{1,2})[\-/.]((?:19|20)\d{2})\s*$"
_MONTH_SAID = r"^\s*((?:19|20)\d{2})-M(\d{1,2})\s*$"
_MONTH_NAMED = rf"^\s*({LETTER}{{3,9}})\.?[\s\-_/]*((?:19|20)\d{{2}})\s*$"
_MONTH_BLANK = rf"^\s*({LETTER}{{3,9}})\.? (\d{{2}})\s*$"
_MONTH_CALLED = r"(?i)^\s*(?:M|Monat|Month|Mois|Mes|Mese)[\s.]*(\d{1,2})(?:[\s./-]+20|[/.])(\d{2})\s*$"
_MONTH_WORDED = r"(?i)^\s*(?:Monat|Month|Mois|Mes|Mese)[\s.]*(\d{1,2})[\s./-]+(\d{2})\s*$"
_YEAR_AND_M = r"(?i)^\s*(20\d{2})[\s./-]*M[\s.]*(\d{1,2})\s*$"
_WEEK_LAST = rf"(?i)^\s*(20\d{{2}})[\s./-]+(\d{{1,2}})\s*[.ªº]?\s*(?:{_LONG_WEEKS})\s*$"
_WEEK_EAST = r"^\s*(20\d{2})\s*[年년]?\s*第?\s*(\d{1,2})\s*[週周주]차?\s*$"
_MONTH_EAST = r"^\s*(20\d{2})\s*[年년]\s*(\d{1,2})\s*[月월]\s*$"
_V_LAST = r"(?i)^\s*(20\d{2})[\s./-]*V[\s.]*(\d{1,2})\s*$"
_V_FIRST = r"(?i)^\s*V[\s.]*(\d{1,2})[\s./-]+(20\d{2})\s*$"
_DAY_CALLED = r"(?i)^\s*(?:D|T|J|G|W|Day|Tag|Jour|Giorno)\s+(\d{1,4}[./-]\d{1,2}[./-]\d{2,4})\s*$"
_YEAR_CALLED = r"(?i)^\s*(?:Y(\d{2})[\s.\-]*W(\d{1,2})|W(\d{1,2})[\s.\-]*Y(\d{2}))\s*$"
_MD = r"(20\d{2})(0[1-9]|1[0-2])"
_DAY_CODED = rf"(?i)^\s*(?:[DTJGW]\s*{_MD}([0-3]\d)|{_MD}([0-3]\d)\s*[DTJGW])\s*$"
_MONTH_CODED = rf"(?i)^\s*(?:M\s*{_MD}|{_MD}\s*M)\s*$"
_WEEK_CODED = r"(?i)^\s*(20\d{2})(\d{2})\s*W\s*$"
_CODE_BEHIND = r"(\d)\s*\([DTJGWMdtjgwm]\)\s*$"
"""Letters before or behind figures that say what each period is: `D20251006`, `202540W`, `2025-10-06 (W)`."""
_QUARTER_FIRST = (
    r"(?i)^\s*(?:Q|Quartal|Quarter|Trim\.?|Trimestre|Kwartaal|K[vw]art[aá]l)\s*([1-4])[\s\-_/.']*((?:20)?\d{2})\s*$"
)
_QUARTER_AFTER = (
    r"(?i)^\s*(20\d{2})[\s\-_/.]*(?:Q|Quartal|Quarter|Trim\.?|Trimestre|Kwartaal|K[vw]art[aá]l)\s*([1-4])\s*$"
)
_QUARTER_COUNTED = (
    r"(?i)^\s*([1-4])\s*(?:\.|er|[eè]me|e|[ºª°]|st|nd|rd|th)?\s*"
    r"(?:Quartal|Quarter|Trim\.?|Trimestre|Kwartaal|K[vw]art[aá]l)[\s\-_/.']*((?:20)?\d{2})\s*$"
)
_OF_THREE = r"(?i)^\s*T\s?([1-4])([\s\-_/.']+(?:20)?\d{2})\s*$"
"""A quarter in Romance languages, or a week: quarters where all of several are such."""
_SEVERAL = 3
_FOUR = rf"^\s*(?:{WEEK_WORDS})?[\s.\-_]*(\d{{1,2}})[/-]?(\d{{2}})(?:\.0)?\s*$"
_WORDED = r"^\s*(?:KW|CW|WK|WOCHE|WEEK)[\s.\-_]*\d{4}\s*$"
_LIKE_YEARS = r"^20[1-4]\d(?:\.0)?$"
_MONTH_SHORT = rf"^\s*({LETTER}{{3,9}})\.?[\-/'’]+(\d{{2}})\s*$"

_YEAR_OF_WEEK = re.compile(
    rf"(?i)(?<!\d)((?:19|20)\d{{2}})(?!\d)|^\s*{_W}[\s.\-_]*\d{{1,2}}[\s.\-_/']+(\d{{2}})\s*$|"
    rf"^\s*(\d{{2}})[\s.\-_/]*{_W}[\s.\-_]*\d{{1,2}}\s*$"
)
"""The year of a week, or of a day."""

_OF_WEEKS = re.compile(
    r"\b(?:kw|cw|wk|weeks?|\w*wochen?|semaines?|semanas?|settimanas?|tydzien|tyden|"
    r"hafta|vecka|uke|uge|het|viikko|tyzd\w+|недел\w+|нед|тижд\w+|тижн\w+|седмиц\w+|εβδομαδ\w+)\b|[週周]|주차|주$"
)
_NAMED = re.compile(rf"\d\D+\d|\d{{4}}|{_MONTH_SHORT}")
"""Texts that may name a period."""
_BY_OTHERS = re.compile(rf"(?i:{_WORDED})|\d{{9}}|(?:\D|^)00?(?:\D|$)|00(?:\.0)?\s*$")
"""Texts that others beside them may have read otherwise than alone: weeks of four figures, counts of seconds, months
called 0."""
_TWO_FIGURES = r"\d\D*\d"
"""What every period has."""
_LATELY = Lately["Periods"](most=64)
"""What few texts came to: each role that a column may have asks again."""
_DISTINCT = TEXT.drop_nulls().unique(maintain_order=True)
_KNOWN: dict[str, bool] = {}
"""Text -> whether it names a period."""
_MOST_KNOWN = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """A column of periods."""

    begin: pl.Series
    """UTC; null where the text could not be read."""
    days: pl.Series
    """Length as written: 7 for weeks, 30 for months; null where the text is only a moment."""


def read_periods(
    column: pl.Series, timezone: str = "UTC", form: str | None = None, *, weekly: bool | None = None
) -> Periods:
    """*column* read as periods; distinct texts are read once. What cannot be read is null.

    *form* tells how dates are written, as in `irrupt.chronicle.times.read_times`; *weekly*, whether figures beside a
    year are weeks, where something else than the column and its name tells it.

    >>> found = read_periods(pl.Series(["2024-W05", "KW 6/2024"]))
    >>> found.begin.dt.to_string("%Y-%m-%d").to_list(), found.days.to_list()
    (['2024-01-29', '2024-02-05'], [7, 7])
    """
    if column.dtype.is_temporal():
        begin = read_times(column, timezone).moments
        return Periods(begin=begin, days=pl.Series([None] * len(column), dtype=pl.Int64))
    texts = column.cast(pl.String).alias("text")
    counted = names_days(column.name) and (form is None or form in FORMS)
    weekly = names_weeks(column.name) if weekly is None else weekly
    return _LATELY.of_few(
        texts, lambda: _periods(texts, timezone, form, counted, weekly), timezone, form, counted, weekly
    )


def names_weeks(name: str) -> bool:
    """Whether a column with this *name* is called after weeks.

    >>> names_weeks("Lieferwoche"), names_weeks("Weekly demand")
    (True, False)
    """
    return _OF_WEEKS.search(plain(name)) is not None


def bare_week(text: str) -> int | None:
    """The number of the week that *text* names without its year; None where it names none.

    >>> bare_week("KW 5"), bare_week("31. Hafta"), bare_week("5"), bare_week("KW 5/2024")
    (5, 31, None, None)
    """
    found = _BARE_WEEK.fullmatch(text)
    return None if found is None else int(found[1] or found[2])


def is_period(text: str) -> bool:
    """Whether *text* names a period.

    >>> is_period("2024-W05"), is_period("Jan 2024"), is_period("quantity"), is_period("12")
    (True, True, False, False)
    """
    return bool(periods_among([text]))


def periods_among(texts: Sequence[str]) -> list[str]:
    """Those of *texts* that name a period, each by itself. To read one takes as long as to read them all, so they are
    read together; what is known is kept.

    >>> periods_among(["part", "2024-W05", "Jan 2024", "12"])
    ['2024-W05', 'Jan 2024']
    """
    known = {text: told for text in texts if (told := _KNOWN.get(text)) is not None}
    found = {text: False for text in texts if text not in known}
    asked = [text for text in found if _NAMED.search(text)]
    alone = [[text] for text in asked if _BY_OTHERS.search(text)]
    together = [text for text in asked if not _BY_OTHERS.search(text)]
    for some in [together, *alone] if together else alone:
        begin = _read(pl.Series("text", some), "UTC", None, weekly=False)["begin"]
        found.update(zip(some, begin.is_not_null().to_list(), strict=True))
    if len(_KNOWN) + len(found) > _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN.update(found)
    known |= found
    return [text for text in texts if known[text]]


def months_of_one_year(texts: Iterable[str]) -> list[str]:
    """Those of *texts* that are months with a year of two figures, as in `Jan 24`: days of months do not repeat so.

    >>> months_of_one_year(["Jan 24", "Feb 24", "Mrz 24", "Teil"]), months_of_one_year(["Jan 24", "Jan 31", "Feb 7"])
    (['Jan 24', 'Feb 24', 'Mrz 24'], [])
    >>> months_of_one_year(["KW 3/24", "KW 4/24", "KW 5/24", "Feb 24"])
    ['Feb 24']
    """
    texts = list(texts)
    found = {text: match for text in texts if (match := re.match(_MONTH_BLANK, text)) is not None}
    if not found or any(month_of(match[1]) is None for match in found.values()):
        return []
    months: dict[str, set[str]] = {}
    for match in found.values():
        months.setdefault(match[2], set()).add(match[1])
    if len(found) >= _SEVERAL and _follow_each_other(found.values()):
        return [*found]
    told = _years_told(text for text in texts if text not in found)
    if told and months.keys() <= told:
        return [*found]
    several = {figures for figures, names in months.items() if len(names) >= _SEVERAL}
    near = {f"{int(figures) + step:02}" for figures in several for step in (-1, 0, 1)}
    return [*found] if several and months.keys() <= near else []


def _years_told(texts: Iterable[str]) -> set[str]:
    """The last figures of the years, and of those beside them, that *texts* tell, which are weeks or days for the most
    part, and no fewer than several."""
    found = [match for text in texts if (match := _YEAR_OF_WEEK.search(text)) is not None]
    years = {int((match[1] or match[2] or match[3])[-2:]) for match in found}
    return {f"{year + step:02}" for year in years for step in (-1, 0, 1)} if len(found) >= _SEVERAL else set()


def _follow_each_other(found: Iterable[re.Match[str]]) -> bool:
    """Whether months, each with the last figures of its year, follow each other, as days of them never would."""
    at = sorted(12 * int(match[2]) + int(month_of(match[1]) or 0) for match in found)
    return all(later - earlier == 1 for earlier, later in itertools.pairwise(at))


def _periods(texts: pl.Series, timezone: str, form: str | None, counted: bool, weekly: bool) -> Periods:
    """*texts* read as periods, numbers of days among them too where they are *counted*."""
    distinct = at_once(texts, _DISTINCT)
    table = _read(written_out(distinct) if counted else distinct, timezone, form, weekly)
    if not texts.equals(distinct):
        table = texts.to_frame().join(table.with_columns(distinct), on="text", how="left", maintain_order="left")
    return Periods(begin=table["begin"], days=table["days"])


def _year(form: str) -> pl.Expr:
    return pl.col(form).struct.field(_FORMS[form][1])


def _other(form: str) -> pl.Expr:
    return pl.col(form).struct.field(_FORMS[form][2])


def _century(years: pl.Expr) -> pl.Expr:
    """*years* with four figures."""
    return pl.when(years.str.len_chars() == 2).then("20" + years).otherwise(years)


_WEEKS = {
    "week first": (_WEEK_FIRST, "2", "1"),
    "year first": (_YEAR_FIRST, "1", "2"),
    "week before": (_WEEK_BEFORE, "2", "1"),
    "week after": (_WEEK_AFTER, "1", "2"),
}
_MAYBE_MONTHS = {
    "month after": (_MONTH_AFTER, "1", "2"),
    "month before": (_MONTH_BEFORE, "2", "1"),
    "six figures": (_SIX, "1", "2"),
}
_MONTHS = {**_MAYBE_MONTHS, "month said": (_MONTH_SAID, "1", "2")}
_QUARTERS = {"quarter first": (_QUARTER_FIRST, "2", "1"), "quarter after": (_QUARTER_AFTER, "1", "2")}
_FORMS = {**_WEEKS, **_MONTHS, **_QUARTERS}
"""Forms of periods: their pattern, and which of its groups are the year, and the week, month or quarter."""

_REWRITTEN = (
    TEXT.str.replace(_MONTH_SHORT, "$1 20$2")
    .str.replace(_MONTH_CALLED, "20$2-M$1")
    .str.replace(_MONTH_WORDED, "20$2-M$1")
    .str.replace(_YEAR_AND_M, "$1-M$2")
    .str.replace(_WEEK_LAST, "$1-W$2")
    .str.replace(_WEEK_EAST, "$1-W$2")
    .str.replace(_MONTH_EAST, "$1-M$2")
    .str.replace(_V_LAST, "$1-W$2")
    .str.replace(_V_FIRST, "W$1 $2")
    .str.replace(_CODE_BEHIND, "$1")
    .str.replace(_DAY_CALLED, "$1")
    .str.replace(_DAY_CODED, "$1$4-$2$5-$3$6")
    .str.replace(_MONTH_CODED, "$1$3-M$2$4")
    .str.replace(_WEEK_CODED, "$1-W$2")
    .str.replace(_YEAR_CALLED, "20$1$4-W$2$3")
    .str.replace(_QUARTER_COUNTED, "Q$1 $2")
)
_UPPER = TEXT.str.to_uppercase()
_FOUND = (
    TEXT,
    TEXT.str.extract(_MONTH_NAMED).alias("named"),
    *(_UPPER.str.extract_groups(pattern).alias(form) for form, (pattern, *_groups) in _WEEKS.items()),
    *(TEXT.str.extract_groups(pattern).alias(form) for form, (pattern, *_groups) in (_MONTHS | _QUARTERS).items()),
)
_WEEK_BEGIN = (
    pl.concat_str(pl.col("year_w"), pl.lit("-W"), pl.col("week").str.zfill(2), pl.lit("-1"))
    .str.to_date("%G-W%V-%u", strict=False)
    .alias("week_begin")
)
_MONTH_SOUND = pl.col("month").cast(pl.Int32).is_between(1, 12).all()
_MONTH_BEGIN = pl.date(pl.col("year_m").cast(pl.Int32), pl.col("month").cast(pl.Int32), 1).alias("month_begin")
_NO_MONTH = pl.lit(None, dtype=pl.Date).alias("month_begin")
_QUARTER_BEGIN = pl.date(pl.col("year_q").cast(pl.Int32), 3 * pl.col("quarter").cast(pl.Int32) - 2, 1)
_DAY = pl.coalesce("week_begin", "month_begin", "quarter_begin")
_BEGUN = (
    *("named", "week_begin", "month_begin", "quarter_begin"),
    _DAY.alias("day"),
    pl.when(_DAY.is_null())
    .then(pl.when(pl.col("named").is_not_null()).then("1 " + TEXT).otherwise(TEXT))
    .alias("rest"),
)
_DAYS = (
    pl.when(pl.col("week_begin").is_not_null())
    .then(WEEK)
    .when(pl.col("quarter_begin").is_not_null())
    .then(QUARTER)
    .when(pl.col("month_begin").is_not_null() | (pl.col("named").is_not_null() & pl.col("begin").is_not_null()))
    .then(MONTH)
    .otherwise(None)
    .cast(pl.Int64)
    .alias("days")
)


def _read(texts: pl.Series, timezone: str, form: str | None, weekly: bool) -> pl.DataFrame:
    """*texts*, all different, with where the period of each begins and its days."""
    if not texts.str.contains(_TWO_FIGURES).any():
        nothing = pl.lit(None, dtype=MOMENT).alias("begin"), pl.lit(None, dtype=pl.Int64).alias("days")
        return texts.alias("text").to_frame().with_columns(nothing)
    whole, texts = texts, at_once(texts, _REWRITTEN)
    if len(texts) >= _SEVERAL and texts.str.contains(_OF_THREE).all():
        texts = texts.str.replace(_OF_THREE, "Q$1$2")
    short = months_of_one_year(texts.drop_nulls().to_list())
    texts = texts.replace(list(short), [f"{text[:-2]}20{text[-2:]}" for text in short]) if short else texts
    parts = _figures(texts, weekly)
    month = _MONTH_BEGIN if parts.select_seq(_MONTH_SOUND).item() else _NO_MONTH
    parts = parts.with_columns_seq(_WEEK_BEGIN, month, _QUARTER_BEGIN.alias("quarter_begin")).select_seq(_BEGUN)
    begin, local = read_times(parts["rest"], timezone, form=form).moments, parts["day"]
    if local.null_count() < len(local):
        begin = read_times(local, timezone).moments.zip_with(local.is_not_null(), begin)
    return parts.hstack([whole.alias("text"), begin.cast(MOMENT).alias("begin")]).select_seq("text", "begin", _DAYS)


def _figures(texts: pl.Series, weekly: bool) -> pl.DataFrame:
    """Year and week, year and month, or year and quarter in *texts*. Figures beside a year are weeks where one of them
    could not be a month, or where all are called weeks (*weekly*)."""
    found = texts.alias("text").to_frame().select_seq(_FOUND)
    asked = [(_other(form).cast(pl.Int32) > 12).any().alias(form) for form in _MAYBE_MONTHS]
    *no_months, worded = found.select_seq(*asked, _UPPER.str.contains(_WORDED).all().alias("worded")).row(0)
    called = [form for form, never in zip(_MAYBE_MONTHS, no_months, strict=True) if weekly or never]
    months = [form for form in _MONTHS if form not in called]
    weeks = [(_year(form), _other(form)) for form in (*_WEEKS, *called)]
    if weekly or worded:
        four = _of_four_figures(texts.str.to_uppercase())
        weeks.append((pl.lit(four[0]), pl.lit(four[1])))
    none = pl.lit(None, dtype=pl.String)
    return found.select_seq(
        "text",
        "named",
        _century(pl.coalesce(year for year, _week in weeks)).alias("year_w"),
        pl.coalesce(week for _year, week in weeks).alias("week"),
        pl.coalesce(none, *map(_year, months)).alias("year_m"),
        pl.coalesce(none, *map(_other, months)).alias("month"),
        _century(pl.coalesce(map(_year, _QUARTERS))).alias("year_q"),
        pl.coalesce(map(_other, _QUARTERS)).alias("quarter"),
    )


def _of_four_figures(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Year and week in *texts* of two figures for each, in the order in which all can be both and years are fewest;
    null where they are not all from 2010 to 2049, and where all may be years."""
    first, second = _pair(texts, _FOUR, "1", "2")
    pairs = pl.DataFrame({"first": first.cast(pl.Int64), "second": second.cast(pl.Int64)}).drop_nulls()
    orders = {
        (year, week): pairs[year].n_unique()
        for year, week in (("first", "second"), ("second", "first"))
        if pairs[year].is_between(10, 49).all() and pairs[week].is_between(1, 53).all()
    }
    if not pairs.height or not orders or texts.str.contains(_LIKE_YEARS).all():
        nothing = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
        return nothing, nothing
    year_first = min(orders, key=lambda order: orders[order]) == ("first", "second")
    return (first, second) if year_first else (second, first)


def _pair(texts: pl.Series, pattern: str, year: str, other: str) -> tuple[pl.Series, pl.Series]:
    groups = texts.str.extract_groups(pattern).struct.unnest()
    return groups[year], groups[other]


def ends(begin: str, days: str) -> pl.Expr:
    """The end of each period, from the columns of its first moment and of its length in days: a month is one of the
    calendar, as are quarters, half years and years."""
    counted = pl.col(begin) + pl.duration(days=pl.col(days))
    for length, later in _BY_CALENDAR.items():
        counted = pl.when(pl.col(days) == length).then(pl.col(begin).dt.offset_by(later)).otherwise(counted)
    return counted
