"""Months and weeks above columns that stand without their year (`Jan`, `Feb`, ...; `KW 8`, `KW 9`, ...): a column of
years tells it, a version, the name of the file, or when plans were issued. Weeks and days above columns that are
written in figures only."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import compress

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.daycounts import COUNT, are_worked, written_out
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.issues import issue_in
from irrupt.chronicle.schedules.periods import bare_week, read_periods
from irrupt.chronicle.schedules.roles import ROLES, names_issue, periods_across, score
from irrupt.chronicle.several import dated
from irrupt.chronicle.stamps import month_of
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _

YEAR = "year"
"""Column for the year that stands above a table, where no column of its own tells it."""
YEARS = frozenset({"year", "jahr", "annee", "ano", "anno", "jaar", "rok", "kalenderjahr", "lieferjahr"})
"""Names of columns of years, in plain form."""
_MONTH = re.compile(r"[^\W\d_]{3,10}\.?")
_FOUR = r"(?:^|\D)((?:19|20)\d{2})(?:\D|$)"
_FIGURES = re.compile(r"\d{4}")
_FEWEST = 3
_MONTH_DAYS, _APART = (28, 31), 92
"""Days of a month; days by which periods above columns are apart, at most."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Columns named after months or weeks without their year, each with the number of it and of years since the first
    one."""

    unit: str
    columns: dict[str, tuple[int, int]]

    def named(self, year: int) -> dict[str, str]:
        """Column -> period, where the first one is of *year*."""
        mark = "-W" if self.unit == "week" else "-"
        return {name: f"{year + later}{mark}{at:02}" for name, (at, later) in self.columns.items()}

    @property
    def turns(self) -> bool:
        """Whether a year ends within the columns."""
        return any(later for _at, later in self.columns.values())

    def span(self, year: int) -> tuple[date, date]:
        """The first day of all, and the one after the last, where the first one is of *year*."""
        (first, _none), *_others, (last, later) = self.columns.values()
        if self.unit == "week":
            return _monday(year, first), _monday(year + later, last) + timedelta(days=7)
        return date(year, first, 1), date(year + later + last // 12, last % 12 + 1, 1)


def _monday(year: int, week: int) -> date:
    return date.fromisocalendar(year, 1, 1) + timedelta(days=7 * (week - 1))


def bare_across(frame: pl.DataFrame) -> Bare | None:
    """The columns of *frame* that are named after months that follow each other, or weeks, without their year.

    >>> bare_across(pl.DataFrame(schema=["Teil", "Nov", "Dez", "Jan"])).named(2025)["Jan"]
    '2026-01'
    """
    names = [name for name in frame.columns if name != ROW]
    words = [name for name in names if _MONTH.fullmatch(name)]
    months = [(name, int(number)) for name in words if (number := month_of(name)) is not None]
    if len(months) >= _FEWEST and all((b - a) % 12 == 1 for (_n, a), (_m, b) in itertools.pairwise(months)):
        return Bare("month", _counted(months))
    weeks = [(name, week) for name in names if (week := bare_week(name)) is not None]
    steps = [b - a for (_n, a), (_m, b) in itertools.pairwise(weeks)]
    if len(weeks) >= _FEWEST and all(0 < week <= 53 for _name, week in weeks) and sum(step <= 0 for step in steps) <= 1:
        return Bare("week", _counted(weeks))
    return None


def with_weeks_across(raw: Raw) -> Raw:
    """*raw* with the weeks above its columns that are written in four figures (`2608`, `2609`, ...) named as such: four
    of them at least that follow each other, beside a column of parts."""
    frame = raw.frame
    names = [name for name in frame.columns if _FIGURES.fullmatch(name)]
    if len(names) <= _FEWEST or not any(score("part", name) > 0 for name in frame.columns if name not in names):
        return raw
    weeks = read_periods(pl.Series("week", names)).begin
    if weeks.has_nulls() or set(weeks.diff().drop_nulls()) != {timedelta(days=7)}:
        return raw
    named = dict(zip(names, weeks.dt.to_string("%G-W%V"), strict=True))
    text = _("columns are weeks: {first} is {week}").format(first=names[0], week=named[names[0]])
    return replace(raw, frame=frame.rename(named), notes=(*raw.notes, text))


def with_days_across(raw: Raw) -> Raw:
    """*raw* with the days above its columns that are counted as spreadsheets do (`46027`, `46034`, ...) named as such:
    four of them at least, each as long after the one before as all others or by a month, beside a column of parts or
    clients; or each later than the one before, on days of work or the first ones of months, beside one of parts."""
    frame = raw.frame
    names = [name for name in frame.columns if COUNT.fullmatch(name)]
    others = [name for name in frame.columns if name not in names]
    if len(names) <= _FEWEST or not any(score(role, name) > 0 for name in others for role in ("part", "client")):
        return raw
    counts = [float(name) for name in names]
    steps = {after - before for before, after in itertools.pairwise(counts)}
    days = written_out(pl.Series(names))
    even = (len(steps) == 1 and min(steps) > 0) or (min(steps) >= _MONTH_DAYS[0] and max(steps) <= _MONTH_DAYS[1])
    parts = any(score("part", name) > 0 and not can_be("period", frame[name]) for name in others)
    if not even and not (parts and min(steps) > 0 and max(steps) <= _APART and are_worked(pl.Series(counts))):
        return raw
    if days[0] == names[0]:
        return raw
    named = dict(zip(names, days.str.slice(0, 10), strict=True))
    text = _("columns are days as spreadsheets count them: {number} is {date}")
    note = text.format(number=names[0], date=named[names[0]])
    return replace(raw, frame=frame.rename(named), notes=(*raw.notes, note))


def unknown_periods(frame: pl.DataFrame, name: str) -> list[Fault]:
    """What to do about most columns of *frame*, from the source *name*, where these are numbers that are called alike
    but for figures and months, beside whose they are and when they were issued; nothing where they are not."""
    others = [name for name in frame.columns if name not in (ROW, ISSUED)]
    forms: dict[str, list[str]] = {}
    for column in others:
        if re.search(r"\d", column) and can_be("quantity", frame[column]):
            words = re.sub(r"[^\W\d_]{3,9}", lambda word: "@" if month_of(word[0]) is not None else word[0], column)
            forms.setdefault(re.sub(r"\d+", "#", words), []).append(column)
    most = max(forms.values(), key=len, default=[])
    whose = any(score(role, column) > 0 for column in others for role in ("part", "client", "plant", "plan"))
    if not names_issue(frame) or not whose or len(most) <= _FEWEST or len(most) <= len(others) / 2:
        return []
    found = _("{first} to {last} stand above columns of numbers, and name no period that is known")
    remedy = _("call them as weeks, months or days are called: KW 12/2026, 2026-03, 16.03.2026; or W+0, W+1, … ahead")
    return [Fault(name, found.format(first=most[0], last=most[-1]), remedy=remedy)]


def _counted(numbered: list[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    later, before, found = 0, 0, {}
    for name, at in numbered:
        later += at <= before
        found[name], before = (at, later), at
    return found


def with_years_across(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw* with months and weeks above its columns that bear their year, where something tells it. Weeks without a
    year beside an issue count from it; they are left as they are."""
    bare = bare_across(raw.frame)
    issued = None if bare is None else _issued(raw.frame, mapping, bare)
    if bare is None or (bare.unit == "week" and issued is not None):
        return raw
    told = _told(raw, bare, issued, form)
    if told is None:
        return raw
    years, text = told
    frames = []
    for year in years.unique().drop_nulls().sort():
        own = raw.frame.filter((years == year).fill_null(value=False))
        frames.append(own.rename(bare.named(int(year))))
    frames.append(raw.frame.filter(years.is_null()).drop(bare.columns))
    whole = pl.concat([one for one in frames if one.height], how="diagonal_relaxed").sort(ROW, maintain_order=True)
    return replace(raw, frame=whole, notes=(*raw.notes, text))


def _told(raw: Raw, bare: Bare, issued: str | None, form: str | None) -> tuple[pl.Series, str] | None:
    """The year of the first column, for each row, and what tells it."""
    frame, first = raw.frame, next(iter(bare.columns))
    text = _("the year of {periods} stands in {years}")
    for name in frame.columns:
        if plain(name) in YEARS or (name not in (issued, *bare.columns) and _of_versions(name)):
            years = frame[name].cast(pl.String, strict=False).str.extract(_FOUR).cast(pl.Int64)
            if not years.has_nulls():
                return years, text.format(periods=f"{first}, …", years=name)
    name = called(raw)
    named = {int(year) for year in re.findall(_FOUR, name)}
    if len(named) == 1 and (issued is None or not bare.turns):
        years = pl.repeat(named.pop(), frame.height, dtype=pl.Int64, eager=True)
        return years, text.format(periods=f"{first}, …", years=name)
    day = dated(name)
    if issued is None and day is not None:
        begin = read_periods(pl.Series([day])).begin.dt.date()[0]
        years = pl.repeat(_nearest(bare, begin), frame.height, dtype=pl.Int64, eager=True)
        return years, text.format(periods=f"{first}, …", years=name)
    if issued is None:
        return None
    moments = read_periods(frame[issued], form=form).begin
    firsts = _firsts(frame, moments, bare)
    days = {moment: _nearest(bare, moment.date(), firsts.get(moment)) for moment in moments.drop_nulls().unique()}
    years = pl.Series([days.get(moment) for moment in moments], dtype=pl.Int64)
    note = _("the year of {periods} is the one that is closest to {issued}")
    return years, note.format(periods=f"{first}, …", issued=issued)


def called(raw: Raw) -> str:
    """The name of the sheet of *raw*, where this tells a day or a year, or else of its file."""
    return raw.sheet if dated(raw.sheet) or re.search(_FOUR, raw.sheet) else raw.name


def issued_by_name(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw*, if it is a matrix whose plans nothing in it dates, with the day or week in the name of its sheet or file
    as their issue, where all that is announced is for later."""
    across, day = periods_across(raw.frame.columns), dated(called(raw))
    if not across or day is None or "issued" in mapping or names_issue(raw.frame):
        return raw
    others = [name for name in raw.frame.columns if name not in (ROW, *across)]
    issued = read_periods(pl.Series([day])).begin[0]
    later = read_periods(pl.Series(across)).begin >= issued - timedelta(days=7)
    if not later.all() or any(score("plan", name) > 0 or can_be("period", raw.frame[name]) for name in others):
        return raw
    note = _("when each was issued is read from its name: {dates}").format(dates=day)
    return replace(raw, frame=raw.frame.with_columns(pl.lit(day).alias(ISSUED)), notes=(*raw.notes, note))


def _of_versions(name: str) -> bool:
    return max(score("plan", name), score("issued", name)) > 0


def _firsts(frame: pl.DataFrame, moments: pl.Series, bare: Bare) -> dict[datetime, str]:
    """When plans were issued -> the first of the months above columns that is filled then, where plans begin later and
    later; nothing where they do not."""
    if bare.unit != "month":
        return {}
    filled = frame.select(moments.alias("issued"), pl.col(bare.columns).is_not_null()).drop_nulls("issued")
    plans = filled.group_by("issued").agg(pl.all().any()).sort("issued")
    firsts = {moment: name for moment, *cells in plans.iter_rows() for name in list(compress(bare.columns, cells))[:1]}
    return firsts if len(set(firsts.values())) >= _FEWEST else {}


def _nearest(bare: Bare, day: date, begin: str | None = None) -> int:
    """The year of the first column for which *day* lies between all of them, or else closest to them; where it is known
    with which one the plan of that day *begins*, closest to that."""

    def away(year: int) -> timedelta:
        if begin is not None:
            month, later = bare.columns[begin]
            return abs(date(year + later, month, 1) - day)
        first, end = bare.span(year)
        return max(first - day, day - end + timedelta(days=1), timedelta())

    return min((day.year, day.year + 1, day.year - 1), key=away)


def _issued(frame: pl.DataFrame, mapping: Mapping[str, str], bare: Bare) -> str | None:
    return issue_in(frame, mapping, bare.columns, *(("period",) if bare.unit == "month" else ()))


def with_known_years(raw: Raw, mapping: Mapping[str, str]) -> None:
    """Raise `DataError` where periods above the columns of a table of plans bear no year, and nothing tells it."""
    bare = bare_across(raw.frame)
    if bare is None or any(role not in ROLES for role in mapping):
        return
    others = [name for name in raw.frame.columns if name not in bare.columns]
    whose = any(score(role, name) > 0 for name in others for role in ("part", "client", "plant", "plan"))
    if not whose or not all(can_be("quantity", raw.frame[name]) for name in bare.columns):
        return
    if bare.unit == "week" and _issued(raw.frame, mapping, bare) is not None:
        return
    found = _("{first} to {last} stand above columns without their year")
    first, last = next(iter(bare.columns)), list(bare.columns)[-1]
    remedy = _(
        "add the year: a column “year”, a line above the table (Year: 2026), or the name of the file (plan_2026)"
    )
    raise DataError(Fault(raw.name, found.format(first=first, last=last), remedy=remedy))
