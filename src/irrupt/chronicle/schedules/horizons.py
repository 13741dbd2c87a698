"""How far what is announced binds, where a column or a line above the table says it for a whole plan: until a day
(`Firm until`), or for so many weeks (`Frozen weeks`, `Firm zone: 2 weeks`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.hints import plain, word_set
from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules import words
from irrupt.chronicle.schedules.categories import length_in
from irrupt.chronicle.schedules.leads import Lead, begins
from irrupt.chronicle.schedules.numbers import is_text
from irrupt.chronicle.schedules.periods import DAY, MONTH, WEEK, bare_week, read_periods
from irrupt.chronicle.schedules.stems import word_score
from irrupt.chronicle.schedules.words import tells_firm
from irrupt.i18n import gettext as _
from irrupt.wall import local_times

_BINDS = re.compile(
    r"fix|fest(?:e[nrs]?|zone|horizont|schreib\w*)?$|firm|ferme|verbindlich|frozen|freez|gele|gelee|fige|congel|bloqu|"
    r"bevror|vaste?$|zamroz|zmraz|pevn|dondurul"
)
_TILL = word_set("until till to bis jusqu jusque au hasta fino al ate tot do through thru")
_UNTIL = _TILL | word_set("end ends ende fin horizon horizont horizonte orizzonte fence zone zona")
"""Words, in plain form, for what binds, and for how far something reaches."""
_PRICE = re.compile(r"pri[cxsj]|prei[sz]|^prec|^prez|^cen[ay]$|^tari|^rates?$")
"""What may be firm, too, but is no quantity."""
_NUMBER = r"^\s*(\d{1,3})(?:[.,]0)?\s*(?:\pL[\pL ().]*)?$"
_MOST, _SAMPLE = 366, 2_000


def horizon_of(column: pl.Series) -> int | None:
    """How *column* says how far what is announced binds: 0, until a day; else the days in one of the units, so many of
    which it tells; None where it tells no such thing.

    >>> horizon_of(pl.Series("Firm until", ["2025-09-14"])), horizon_of(pl.Series("Frozen weeks", [2, 3]))
    (0, 7)
    >>> horizon_of(pl.Series("Fixzone", ["14 Tage"])), horizon_of(pl.Series("Firm qty", [20, 30]))
    (1, None)
    """
    name = plain(column.name).split()
    if not any(map(_BINDS.match, name)) or any(map(_PRICE.search, name)) or any(map(str.isdigit, "".join(name))):
        return None
    if word_score("quantity", column.name) > 0:
        return None
    some = column.drop_nulls().head(_SAMPLE).unique()
    texts = some.cast(pl.String, strict=False) if not some.dtype.is_nested() else pl.Series([], dtype=pl.String)
    if not len(texts):
        return None
    if texts.str.contains(_NUMBER).all():
        units = {length_in(text) or length_in(column.name) for text in texts}
        unit = units.pop() if len(units) == 1 else None
        fits = unit is not None and bool((texts.str.extract(_NUMBER).cast(pl.Int64) <= _MOST / unit + 1).all())
        if _TILL & set(name) and not any(length_in(text) for text in texts):
            return 0 if fits and unit == WEEK else None
        return unit if fits else None
    days = some.dtype.is_temporal() or (is_text(some) and _UNTIL & set(name) and _are_days(texts))
    return 0 if days else None


def _are_days(texts: pl.Series) -> bool:
    return not read_periods(texts).begin.has_nulls() or all(bare_week(text) is not None for text in texts)


def with_horizon(frame: pl.DataFrame, given: Mapping[str, str]) -> Mapping[str, str]:
    """*given* with the column that tells how far what is announced binds, where no other tells what is firm."""
    free = [name for name in frame.columns if name != ROW and name not in given.values()]
    told = next((name for name in free if horizon_of(frame[name]) is not None), None)
    if told is None or "firm" in given or any(tells_firm(frame[name]) for name in free):
        return given
    return {**given, "firm": told}


def in_line(text: str) -> tuple[str, str] | None:
    """The label in *text*, and the length or day, where it says above a table how far what is announced binds.

    >>> in_line("Firm zone: 2 weeks"), in_line("Firm until 14.09.2025"), in_line("Lead time: 2 weeks")
    (('Firm zone', '2 weeks'), ('Firm until', '14.09.2025'), None)
    """
    whole = text.strip().replace(":", " ")
    for blank in list(re.finditer(r"\s+", whole))[-2:]:
        label, value = whole[: blank.start()], whole[blank.end() :]
        if re.match(r"\d|[^\W\d_]+\W*\d", value) and tells(label, value):
            return label, value
    return None


def tells(label: str, value: str) -> bool:
    """Whether *value*, behind a *label* above a table, says how far what is announced binds."""
    return bool(value) and horizon_of(pl.Series(label, [value])) is not None


class Plan(NamedTuple):
    """Moments of what is announced, all as long: when by whom and for when."""

    client: pl.Series
    issued: pl.Series
    begin: pl.Series


def binds(column: pl.Series, plan: Plan, zone: str, form: str | None) -> pl.Series:
    """Whether each quantity of *plan* is firm, as *column* says, in words or for the whole of each plan."""
    return words.firm(column) if horizon_of(column) is None else within(column, plan, zone, form)


def within(column: pl.Series, plan: Plan, zone: str, form: str | None) -> pl.Series:
    """Whether each quantity of *plan* is for a time until which it binds, as *column* says; null where it does not.

    A number of weeks is counted from the week of the issue on, or from the next one, where the plan begins then; so it
    is with months, and with days.
    """
    unit = horizon_of(column)
    table = pl.DataFrame(
        {"client": plan.client, "issued": local_times(plan.issued, zone), "begin": local_times(plan.begin, zone)}
    )
    if unit:
        number = column.cast(pl.String).str.extract(_NUMBER).cast(pl.Int64)
        step = {DAY: "d", WEEK: "w", MONTH: "mo"}[unit]
        own = pl.col("issued").dt.truncate(f"1{step}")
        later = pl.col("begin").filter(pl.col("begin") >= own).min().over("client", "issued")
        first = pl.min_horizontal(pl.max_horizontal(own, later), own.dt.offset_by(f"1{step}"))
        end = first.dt.offset_by(pl.format(f"{{}}{step}", "number"))
        return table.with_columns(number=number).select(pl.col("begin") < end).to_series()
    read = read_periods(column, zone, form)
    table = table.with_columns(last=local_times(read.begin, zone), days=read.days.fill_null(1))
    if not column.dtype.is_temporal():
        week = column.cast(pl.String).map_elements(
            lambda text: bare_week(text) or bare_week(f"KW {text}"), return_dtype=pl.Int64
        )
        near = begins(pl.col("issued"), pl.col("week"), Lead(0, WEEK, calendar=True))
        table = table.with_columns(week=week).with_columns(last=pl.coalesce("last", near))
    return table.select(pl.col("begin") < pl.col("last") + pl.duration(days=pl.col("days"))).to_series()


def told_of(column: pl.Series) -> Iterator[str]:
    """What to tell of a *column* that says what is firm, where that is a reading."""
    horizon = horizon_of(column)
    notes = (
        (
            horizon == 0,
            _("“{column}” tells until when what is announced is firm: what begins by then is, the rest is not"),
        ),
        (
            bool(horizon),
            _(
                "“{column}” tells for how long what is announced is firm, counted from the week (month, day) in which "
                "a plan is issued, or the next, where it begins then; the rest is not"
            ),
        ),
        (words.zoned(column), _("in {column}, what bears no word is not firm")),
        (words.released(column), _("in {column}, what is released to be made is firm")),
        (words.coded(column), _("in {column}, 1 is firm and 4 foreseen, as in EDIFACT")),
        (words.scheduled_firm(column), _("in {column}, what is called off is firm, what is foreseen is not")),
    )
    yield from (text.format(column=column.name) for told, text in notes if told)
