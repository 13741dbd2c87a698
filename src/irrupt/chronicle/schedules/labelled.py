"""Dates and weeks that stand behind words (`Plan KW 02`, `Prévision du 08/01/2024`), above columns and in cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.leads import Lead, begins
from irrupt.chronicle.schedules.periods import WEEK_WORDS, is_period, read_periods
from irrupt.chronicle.schedules.roles import names_issue, periods_across, score
from irrupt.chronicle.schedules.stems import ends_weeks, is_total
from irrupt.i18n import gettext as _

_WORDS, _FEWEST, _SAMPLE = 4, 3, 2_000
"""Words before a date, at most; columns named so, at least; names of plans that are looked at."""
_CALLED_WEEK = re.compile(rf"(?i)^(?:{WEEK_WORDS})$")
_WEEK = re.compile(rf"(?i)^(?:{WEEK_WORDS})[\s.\-]*(\d{{1,2}})$")


def parted(text: str) -> tuple[str, str] | None:
    """The words before the date or week that *text* ends in, and this; None where there are no words, or no date.

    >>> parted("Plan KW 02"), parted("Stand vom: KW 2/24"), parted("KW 02/2024"), parted("Umsatz")
    (('Plan', 'KW 02'), ('Stand vom', 'KW 2/24'), None, None)
    """
    bare = text.strip().rstrip(")")
    for match in list(re.finditer(r"[\s_:(]+", bare))[:_WORDS]:
        words, rest = bare[: match.start()], bare[match.end() :]
        last = re.split(r"[\s_:]+", words)[-1]
        if not re.match(r"\W*[^\W\d]", words) or not rest:
            return None
        week = _CALLED_WEEK.match(last) and re.fullmatch(r"\d{1,2}(?:\W+\d{2,4})?", rest)
        if not week and (_WEEK.match(rest) or is_period(rest)):
            return words, rest
    return None


def is_bare_week(text: str) -> bool:
    """Whether *text* names a week without its year, maybe behind words.

    >>> is_bare_week("KW 02"), is_bare_week("Stand KW02"), is_bare_week("KW 02/2024")
    (True, True, False)
    """
    return any(_WEEK.match(text[at:]) for at in (0, *(match.end() for match in re.finditer(r"[\s_]+", text))))


def bare_names(frame: pl.DataFrame) -> dict[str, str]:
    """The columns of *frame* that are named after a date behind words, the same before all, and these dates."""
    names = {name: found for name in frame.columns if name != ROW and (found := parted(name)) is not None}
    names = {name: (words, rest) for name, (words, rest) in names.items() if not is_total(words)}
    rests = {name: rest for name, (_words, rest) in names.items()}
    same = len({plain(words) for words, _rest in names.values()}) == 1
    alone = len({*rests.values(), *frame.columns}) == len(rests) + len(frame.columns)
    return rests if same and alone and len(names) >= _FEWEST else {}


def without_words(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw* where columns named after a date behind words are named after the date alone, and where a column
    tells the date behind words in the names of its plans. A week without a year is the one closest to the first period
    that is announced then."""
    frame, notes = raw.frame, list(raw.notes)
    names = bare_names(frame)
    if names:
        frame = frame.rename(_dated(frame, names, notes))
    if "issued" not in mapping:
        frame = _with_issue(frame, notes)
    return raw if frame is raw.frame else replace(raw, frame=frame, notes=tuple(notes))


def _dated(frame: pl.DataFrame, names: Mapping[str, str], notes: list[str]) -> dict[str, str]:
    """Column -> the date that it is named after, weeks with their year where the rows tell for when plans are."""
    if all(map(ends_weeks, names)):
        begin = read_periods(pl.Series(list(names.values()))).begin
        if not begin.has_nulls():
            notes.append(_("the dates above columns end their weeks, which begin on Monday"))
            return dict(zip(names, begin.dt.strftime("%G-W%V"), strict=True))
    period = None if names_issue(frame) else _period(frame)
    if period is None or not all(map(_WEEK.match, names.values())):
        return dict(names)
    begin = read_periods(frame[period]).begin
    first = [begin.filter(frame[name].is_not_null()).min() for name in names]
    weeks = _with_year(list(names.values()), first)
    if weeks is None:
        return dict(names)
    text = _("the year of {periods} is the one that is closest to {issued}")
    notes.append(text.format(periods=f"{next(iter(names))}, …", issued=period))
    return dict(zip(names, weeks, strict=True))


def _period(frame: pl.DataFrame) -> str | None:
    """The column that tells, by its name, for when a quantity is announced."""
    told = [name for name in frame.columns if score("period", name) > score("issued", name)]
    told = [name for name in told if not parted(name) and can_be("period", frame[name])]
    return max(told, key=lambda name: score("period", name), default=None)


def _with_issue(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """*frame* with a column of dates, where one of plans holds dates behind words, or weeks without a year, and no
    other tells when they were issued."""
    if names_issue(frame):
        return frame
    for name in frame.columns:
        if frame.schema[name] != pl.String or not max(score("issued", name), score("plan", name)):
            continue
        texts = frame[name].drop_nulls().head(_SAMPLE).unique().to_list()
        if not texts or not all(_WEEK.match(text) or parted(text) for text in texts):
            continue
        names = frame[name].drop_nulls().unique().sort().to_list()
        rests = [(parted(text) or ("", text))[1] for text in names]
        if any(map(_WEEK.match, rests)):
            weeks = _with_year(rests, _firsts(frame, name, names)) if all(map(_WEEK.match, rests)) else None
            if weeks is None:
                continue
            rests = weeks
            text = _("the year of {periods} is the one that is closest to {issued}")
            notes.append(text.format(periods=name, issued=_("the first period of each")))
        notes.append(_("when each plan was issued stands in its name, in {column}").format(column=name))
        free = next(text for text in (ISSUED, f"{ISSUED} (2)") if text not in frame.columns)
        issued = pl.col(name).replace_strict(names, rests, default=None, return_dtype=pl.String)
        return frame.with_columns(issued.alias(free))
    return frame


def _firsts(frame: pl.DataFrame, plan: str, names: Sequence[str]) -> list[datetime | None]:
    """For each plan of *names*, the first period that it is about."""
    across = periods_across(frame.columns)
    if across:
        long = frame.select(plan, pl.col(across).is_not_null()).unpivot(across, index=plan).filter(pl.col("value"))
        table = pl.DataFrame({"plan": long[plan], "period": read_periods(long["variable"]).begin})
    elif (period := _period(frame)) is not None:
        table = pl.DataFrame({"plan": frame[plan], "period": read_periods(frame[period]).begin})
    else:
        return [None] * len(names)
    first = dict(table.group_by("plan").agg(pl.col("period").min()).rows())
    return [first.get(name) for name in names]


def _with_year(weeks: Sequence[str], near: Sequence[object]) -> list[str] | None:
    """*weeks* with the year in which each is closest to the moment beside it, or to any of them where there is none;
    None where there is none at all."""
    known = [moment for moment in near if moment is not None]
    if not known:
        return None
    figures = [int(match[1]) for match in map(_WEEK.match, weeks) if match is not None]
    moments = pl.Series([moment or known[0] for moment in near], dtype=pl.Datetime("us", "UTC"))
    table = pl.DataFrame({"near": moments.dt.replace_time_zone(None), "week": figures})
    begin = table.select(begins(pl.col("near"), pl.col("week"), Lead(0, 7, calendar=True))).to_series()
    return None if begin.has_nulls() else begin.dt.strftime("%G-W%V").to_list()
