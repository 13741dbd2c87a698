"""Weeks, months and days that stand without their year (`KW 12`, `3`, `08.01.`): it stands in a column of its own, or
the issue tells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl

from irrupt.chronicle.hints import plain, word_set
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.headings import YEARS, called
from irrupt.chronicle.schedules.issues import issue_in
from irrupt.chronicle.schedules.leads import Lead, begins, leads_across
from irrupt.chronicle.schedules.periods import WEEK_WORDS, bare_week, months_of_one_year, read_periods
from irrupt.chronicle.schedules.roles import periods_across, score
from irrupt.chronicle.several import dated
from irrupt.chronicle.stamps import LETTER, month, month_of
from irrupt.i18n import gettext as _

_WEEK = rf"(?i)^\s*(?:{WEEK_WORDS})?[\s.\-_]*(\d{{1,2}})(?:\.0)?\s*$"
_WEEKS = word_set(
    "week weeks kw cw woche kalenderwoche semaine semana settimana tydzien lieferwoche bedarfswoche sem wk"
)
_MONTHS = word_set("month monat mois mes mese maand miesiac liefermonat bedarfsmonat")
_OTHER = word_set("no number nr nummer numero calendar iso fiscal delivery demand due need requirement")
"""Words that may stand beside these in the name of a column."""
_DAY = r"^\s*(?:[^\W\d_]{2,3}\.?,?\s+)?(\d{1,2})\.\s?(\d{1,2})\.\s*$"
_WORDED = rf"^\s*(\d{{1,2}})[\s./-]+({LETTER}{{3,9}})\.?\s*$"
_MONTH_FIRST = rf"^\s*({LETTER}{{3,9}})\.?[\s-]+(\d{{1,2}})\s*$"
_OF_A_WEEK = re.compile(
    r"(?i)^\s*(?:(?:wk|week|woche|semaine|semana|settimana|tydzie[nń])\.?\s+"
    r"(?:of|commencing|beginning|starting|from|ab|vom|von|du|del|dal|od)|w/[oc]|wc)\.?:?\s+|\s+(?:wk|week)\.?\s*$"
)
"""Words that say of a day that it begins a week: `Wk of 09/29`, `w/c 29 Sep`."""
_SLASHED = r"^\s*(?:[^\W\d_]{2,3}\.?,?\s+)?(\d{1,2})[/-](\d{1,2})\s*$"
"""Days that are taken for such only where each comes as long after the one before as all others, or where they are
days in one order only, and follow each other from week to week at least, or every four or five weeks."""
_FEWEST, _BACK = 3, 60
"""Columns of days that a matrix has at least; days by which the first may lie before the first issue."""
_MOST = {"week": 53, "month": 12}
_CALLED = re.compile(r"(?i)\s*(?:KW|CW)\b|\s*(?:KW|CW)\d")
"""How weeks of the calendar are called, and none that are counted from the issue."""
_MOMENT = f"{ROW} moment"


def with_years(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw* where the weeks, or else the months, of its periods bear their year, if they stand without it in a column
    and no other column tells for when a quantity is announced. The year is that of a column beside it, or else the one
    in which the week is closest to the issue. *mapping*, *form*: as asked, see `irrupt.read`.
    """
    frame = raw.frame
    days = _days_across(raw, mapping, form)
    if days:
        return replace(raw, frame=frame.rename(days))
    for unit, names in (("week", _WEEKS), ("month", _MONTHS)):
        found = [name for name in frame.columns if _called(name, names) and _bare(frame[name], unit) is not None]
        if len(found) != 1 or _told_otherwise(frame, found[0], mapping):
            continue
        figures = _bare(frame[found[0]], unit)
        years = next((name for name in frame.columns if _called(name, YEARS) and _are_years(frame[name])), None)
        issued = None if years is not None or unit == "month" else issue_in(frame, mapping, (found[0],))
        if figures is None or (years is None and issued is None):
            continue
        if years is not None:
            year = frame[years].cast(pl.String).str.extract(r"(\d{4})")
            text = _("the year of {periods} stands in {years}").format(periods=found[0], years=years)
        else:
            moments = read_periods(frame[str(issued)], form=form).begin.dt.replace_time_zone(None)
            table = pl.DataFrame({"issued": moments, "week": figures})
            begin = table.select(begins(pl.col("issued"), pl.col("week"), Lead(0, 7, calendar=True))).to_series()
            year = begin.dt.iso_year().cast(pl.String)
            text = _("the year of {periods} is the one that is closest to {issued}")
            text = text.format(periods=found[0], issued=issued)
        mark = "-W" if unit == "week" else "-"
        whole = pl.select(year + mark + figures.cast(pl.String).str.zfill(2)).to_series().alias(found[0])
        return replace(raw, frame=frame.with_columns(whole), notes=(*raw.notes, text))
    return raw


def with_weeks_beside(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw*, a matrix, where weeks of the calendar that bear no year above columns, beside days, weeks or months that
    do, are the ones that are closest to the issue of each plan."""
    frame = raw.frame
    weeks = {name: week for name in frame.columns if (week := bare_week(name)) and can_be("quantity", frame[name])}
    issued = issue_in(frame, mapping, weeks) if weeks and periods_across(frame.columns) else None
    if issued is None or not _of_calendar(weeks):
        return raw
    moments = read_periods(frame[issued], form=form).begin.dt.replace_time_zone(None)
    own = frame.with_columns(moments.alias(_MOMENT))
    parts = []
    for _issue, plan in own.group_by(_MOMENT, maintain_order=True):
        known = [name for name in weeks if plan[name].null_count() < plan.height]
        near = pl.DataFrame({"week": [weeks[name] for name in known]}, schema={"week": pl.Int64}).with_columns(
            issued=pl.lit(plan[_MOMENT][0])
        )
        begin = near.select(begins(pl.col("issued"), pl.col("week"), Lead(0, 7, calendar=True))).to_series()
        named = dict(zip(known, begin.dt.strftime("%G-W%V"), strict=True))
        if begin.has_nulls() or not frozenset(named.values()).isdisjoint(frame.columns):
            return raw
        parts.append(plan.drop(_MOMENT, *(name for name in weeks if name not in known)).rename(named))
    text = _("the year of {periods} is the one that is closest to {issued}")
    note = text.format(periods=f"{next(iter(weeks))}, …", issued=issued)
    whole = pl.concat(parts, how="diagonal_relaxed").sort(ROW, maintain_order=True)
    return replace(raw, frame=whole, notes=(*raw.notes, note))


def _of_calendar(weeks: Mapping[str, int]) -> bool:
    """Whether *weeks*, the names of columns with their numbers, are those of the calendar rather than so many ahead."""
    leads = leads_across([*weeks])
    ahead = any(not lead.calendar for lead in leads.values()) if leads else min(weeks.values()) == 1
    return not ahead or all(map(_CALLED.match, weeks))


def _days_across(raw: Raw, mapping: Mapping[str, str], form: str | None) -> dict[str, str]:
    """Columns named after days without a year, and these days, from the first issue on, or from the day in the name of
    the sheet or file; none where there are few."""
    frame = raw.frame
    dotted, slashed = _bare_days(frame.columns)
    if max(len(dotted), len(slashed)) < _FEWEST:
        return {}
    issued = issue_in(frame, mapping, (), "plan")
    told = pl.Series([dated(called(raw))], dtype=pl.String) if issued is None else frame[issued]
    first = read_periods(told, form=None if issued is None else form).begin.min()
    if not isinstance(first, datetime):
        return {}
    before = first.date() - timedelta(days=_BACK)
    if len(dotted) >= _FEWEST:
        return {name: day.isoformat() for name, day in _following(dotted, (0, 1), before).items()}
    orders = [days for order in ((0, 1), (1, 0)) if (days := _following(slashed, order, before))]
    for days in orders:
        steps = {after - earlier for earlier, after in itertools.pairwise(days.values())}
        by_weeks = max(steps) <= timedelta(days=7) or steps <= {timedelta(weeks=4), timedelta(weeks=5)}
        if len(steps) == 1 or (len(orders) == 1 and by_weeks):
            return {name: day.isoformat() for name, day in days.items()}
    return {}


def _bare_days(columns: Sequence[str]) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Those of *columns* that are named after days without a year, with their two figures: those that stand with points
    or with a word for the month, day first; and those with other signs."""
    bare = {name: _OF_A_WEEK.sub("", name) for name in columns}
    found = [
        {name: match for name, text in bare.items() if (match := re.match(form, text))}
        for form in (_DAY, _SLASHED, _WORDED)
    ]
    dotted, slashed = ({name: (match[1], match[2]) for name, match in one.items()} for one in found[:2])
    dotted |= {name: (match[1], at) for name, match in found[2].items() if (at := month_of(match[2])) is not None}
    before = {name: match for name, text in bare.items() if (match := re.match(_MONTH_FIRST, text)) is not None}
    if not months_of_one_year(columns):
        dotted |= {name: (match[2], at) for name, match in before.items() if (at := month_of(match[1])) is not None}
    return dotted, slashed


def days_without_year(columns: Sequence[str]) -> bool:
    """Whether *columns* are named after days without a year, which the issue of a plan tells.

    >>> days_without_year(["Item", "28/07", "29/07", "30/07"]), days_without_year(["Item", "1/2"])
    (True, False)
    >>> days_without_year(["Item", "28-juil", "04-août", "11-août"]), days_without_year(["Item", "1-A", "2-B", "3-C"])
    (True, False)
    """
    return bool(named_after_days(columns))


def named_after_days(columns: Sequence[str]) -> list[str]:
    """Those of *columns* that are named after days without a year; none where they are few."""
    most = max(_bare_days(columns), key=len)
    return [*most] if len(most) >= _FEWEST else []


def _following(found: Mapping[str, tuple[str, str]], order: tuple[int, int], before: date) -> dict[str, date]:
    """The days that the names of columns tell, each after the one before it; *order*: where the day stands, and where
    the month. None where one is no day."""
    days: dict[str, date] = {}
    for name, match in found.items():
        try:
            day = date(before.year, int(match[order[1]]), int(match[order[0]]))
            before = day if day >= before else day.replace(year=day.year + 1)
        except ValueError:  # no such day, or not in that year
            return {}
        days[name] = before
    return days


def _called(name: str, words: frozenset[str]) -> bool:
    own = plain(name).split()
    return any(word in words for word in own) and all(word in words or word in _OTHER for word in own)


def _bare(column: pl.Series, unit: str) -> pl.Series | None:
    """The figures of weeks or months in *column*; None where something else stands there."""
    if column.dtype.is_temporal() or column.dtype.is_nested():
        return None
    texts = column.cast(pl.String)
    figures = texts.str.extract(_WEEK).cast(pl.Int64)
    if unit == "month" and figures.null_count() > texts.null_count():
        figures = texts.alias("text").to_frame().select(month("text")).to_series().cast(pl.Int64)
    if figures.null_count() > texts.null_count() or figures.n_unique() < 2:
        return None
    return figures if bool(figures.is_between(1, _MOST[unit]).all()) else None


def _are_years(column: pl.Series) -> bool:
    texts = column.cast(pl.String, strict=False).drop_nulls()
    return len(texts) > 0 and bool(texts.str.contains(r"^\s*(?:19|20)\d{2}(?:\.0)?\s*$").all())


def _told_otherwise(frame: pl.DataFrame, own: str, mapping: Mapping[str, str]) -> bool:
    """Whether a column other than *own* tells for when something is announced."""
    if "period" in mapping:
        return mapping["period"] != own
    others = [name for name in frame.columns if name != own and not _called(name, YEARS | _MONTHS)]
    return any(
        score("period", name) > score("issued", name)
        and mapping.get("issued") != name
        and can_be("period", frame[name])
        for name in others
    )
