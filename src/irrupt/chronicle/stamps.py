"""The words of dates: names of months, and the forms of other systems, rewritten as forms that are read."""

from __future__ import annotations

from functools import reduce

import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once
from irrupt.chronicle.model import MOMENT

_EARLIEST, _LATEST = 1e8, 4.2e9
"""Counts of seconds that are taken for a moment: 1973 to 2103."""
LETTER = "[A-Za-zÀ-\u1fff\u3040-\ud7ff]"
"""A letter, in a pattern: those of the scripts in which months are named here, and weekdays before dates. With all that
Unicode calls so, `\\pL`, patterns of dates take ten times as long to compile, and each small table does so anew."""
_MONTHS = (
    "jan|ene|gen|janv|sty|янв|січ|яну|ιαν|oca|ian|tam",
    "feb|fev|fév|fevr|févr|febr|lut|úno|uno|фев|лют|φεβ|şub|sub|hel",
    "mar|mär|mrz|mrt|maa|mars|maart|már|bře|мар|бер|μαρ",
    "apr|avr|abr|kwi|dub|апр|кві|απρ|nis|ápr|huh",
    "may|mai|mei|mag|maj|máj|kvě|kve|май|мая|тра|μαϊ|μαΐ|μάι|tou",
    "jun|juin|giu|juni|cze|июн|чер|юни|ιουν|haz|jún|iun|kes",
    "jul|juil|lug|juli|lip|июл|лип|юли|ιουλ|tem|júl|iul|hei",
    "aug|aou|aoû|ago|août|sie|srp|авг|сер|αυγ|ağu|agu|elo",
    "sep|set|sept|wrz|zář|сен|вер|сеп|σεπ|eyl|szep|syy",
    "oct|okt|out|ott|paź|paz|říj|окт|жов|οκτ|eki|lok",
    "nov|noi|lis|ноя|лис|ное|νοε|νοέ|kas|marr",
    "dec|des|déc|dez|dic|gru|pro|дек|гру|δεκ|ara|jou",
)
"""First letters of the months in the languages of Europe; where three would name two months, four."""
_MONTH_NUMBERS = {word: str(i) for i, words in enumerate(_MONTHS, start=1) for word in words.split("|")}

_ZONES = {
    **dict.fromkeys(("WET", "UT"), "+00:00"),
    **dict.fromkeys(("CET", "MEZ", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+02:00"),
    "EEST": "+03:00",
    **{"EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00"},
    **{"MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00"},
}
"""Zones that their letters name: those of Europe, and those of RFC 822, section 5."""

_REWRITTEN = (
    # Java's Date and C's ctime put the year last: Mon Feb 29 13:55:36 CET 2016.
    (
        rf"^{LETTER}{{3}} ({LETTER}{{3}}) +(\d{{1,2}}) (\d{{1,2}}:\d{{2}}:\d{{2}})"
        rf"((?: {LETTER}{{2,5}}| [+-]\d{{4}})?) (\d{{4}})$",
        "$2 $1 $5 $3$4",
    ),
    # JavaScript names the zone behind its offset: GMT+0100 (Central European Standard Time).
    (r"\s*(?:GMT|UTC)([+-]\d{2}:?\d{2})(?:\s*\(.*\))?$", " $1"),
    # Microsoft's JSON counts thousandths of a second since 1970.
    (r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$", "$1"),
    # DB2 and names of files have no blank before the hour: 2016-02-29-13.55.36, 2016-02-29_13-55-36.
    (r"^(\d{4}-\d{2}-\d{2})[-_](\d{2})[-.:](\d{2})[-.:](\d{2})", "${1}T$2:$3:$4"),
    # Web servers have a colon there: 29/Feb/2016:13:55:36.
    (rf"^(\d{{1,2}}[-/.](?:\d{{1,2}}|{LETTER}{{3}})[-/.]\d{{2,4}}):(\d{{1,2}})", "$1 $2"),
    (r"^(.*\d)\s+[-–|]\s+(\d{1,2}\s?[:.h])", "$1 $2"),
    (r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]", "$1-$2-$3"),
    (r"(?i)\s+(?:de|del)\s+", " "),
    (r"(?i)\s+klo\s+", " "),
    # Spanish systems part the letters of the half of the day: 7:46:01 a. m.
    (r"(?i)(\d)\s*([ap])\.?\s+m\.?(\s|$)", "$1 ${2}m$3"),
    (r"(?i)\s*(?:Uhr|ore|hod\.?|ч\.?|г\.)$", ""),
)


_REWRITING = reduce(lambda texts, one: texts.str.replace_all(*one), _REWRITTEN, TEXT)
_ZONE_LETTERS = r"\d\s+(\p{Lu}{2,4})$"
_OFFSET = TEXT.str.extract(_ZONE_LETTERS).replace_strict(_ZONES, default=None, return_dtype=pl.String)
_ZONE_IN_FIGURES = pl.when(_OFFSET.is_not_null()).then(TEXT.str.replace(r"\p{Lu}{2,4}$", "")).otherwise(
    TEXT
) + _OFFSET.fill_null("")


_MAY_BE_TIME = (
    r"(?s)[0-9][^0-9]+[0-9]+[^0-9]+[0-9]|[^\x00-@].*[0-9][^0-9]+[0-9]|[0-9].*[^\x00-@].*[0-9]"
    r"|[0-9][^0-9]+[0-9].*[^\x00-@]|[0-9]{8}"
)
"""What every text with a date has: three figures, two and a word, or a long one."""
_SOME = 100_000


def may_be_times(texts: pl.Series) -> bool:
    """Whether one of *texts* looks like a date: whatever else is done to them takes longer.

    >>> may_be_times(pl.Series(["part", "5.1.2024"])), may_be_times(pl.Series(["231.0", "4700121"]))
    (True, False)
    """
    first, rest = texts.head(_SOME), texts[_SOME:]
    return bool(first.str.contains(_MAY_BE_TIME).any() or (len(rest) and rest.str.contains(_MAY_BE_TIME).any()))


def rewritten(texts: pl.Series) -> pl.Series:
    """*texts* that are not read as they stand, in a form that is, where it is known which system writes so.

    >>> rewritten(pl.Series(["Mon Feb 29 13:55:36 CET 2016", "29/Feb/2016:13:55:36 +0000", "then"])).to_list()
    ['29 Feb 2016 13:55:36 +01:00', '29/Feb/2016 13:55:36 +0000', 'then']
    """
    texts = at_once(texts, _REWRITING)
    return at_once(texts, _ZONE_IN_FIGURES) if texts.str.contains(_ZONE_LETTERS).any() else texts


def pointed(texts: pl.Series) -> bool:
    """Whether points stand in the dates of *texts* that begin with figures: whoever writes so puts the day first.

    >>> pointed(pl.Series(["01.02.2024", "01.03.2024 10:00"])), pointed(pl.Series(["01/02/2024"]))
    (True, False)
    """
    known = texts.drop_nulls()
    return len(known) > 0 and bool(known.str.contains(r"^\s*\d{1,2}\.\s*\d{1,2}\.\s*\d{2}").all())


def month(name: str) -> pl.Expr:
    """The number of the month that the column *name* names, as text; null where it names none."""
    word = pl.col(name).str.to_lowercase().str.strip_chars(".")
    return pl.coalesce(
        word.str.slice(0, 4).replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.String),
        word.str.slice(0, 3).replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.String),
    )


def month_of(word: str) -> str | None:
    """The same of one *word*.

    >>> month_of("Juil."), month_of("Teil")
    ('7', None)
    """
    word = word.lower().strip(".")
    return _MONTH_NUMBERS.get(word[:4], _MONTH_NUMBERS.get(word[:3]))


_AS_OFFSET = (
    TEXT.str.replace_all(r"[^\d+-]", "")
    .replace("", "+0000")
    .str.pad_end(5, "0")
    .str.replace(r"(?s)^(.{0,3})(.{0,2}).*$", "$1:$2")
)


def offset_texts(offset: pl.Series) -> pl.Series:
    """Offsets as `+hh:mm`.

    >>> offset_texts(pl.Series(["Z", "+0130", "-05"])).to_list()
    ['+00:00', '+01:30', '-05:00']
    """
    return at_once(offset.alias("offset"), _AS_OFFSET)


def counted(column: pl.Series) -> pl.Series:
    """Counts of seconds, or thousandths, millionths, billionths, since 1970."""
    values = column.cast(pl.Float64).fill_nan(None)
    median = values.median()
    scale = 1.0
    if isinstance(median, float):
        scale = next((s for s in (1.0, 1e3, 1e6, 1e9) if _EARLIEST <= median / s <= _LATEST), 0.0)
    if scale == 0.0:
        return pl.Series(column.name, [None] * len(column), dtype=MOMENT)
    micros = column.cast(pl.Int64, strict=False) if column.dtype.is_integer() else None
    if micros is not None and scale > 1.0:
        micros = micros * 1000 if scale == 1e3 else micros if scale == 1e6 else micros // 1000
    else:
        micros = (values * (1e6 / scale)).round().cast(pl.Int64, strict=False)
    inside = (values.abs() / scale) <= 253_402_300_799.0
    return (
        micros.zip_with(inside.fill_null(False), pl.Series([None], dtype=pl.Int64))
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
