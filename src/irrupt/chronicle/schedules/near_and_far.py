"""Weeks and months above columns that are written alike, as a number and a year: near weeks (`41/25`) before months
that are farther ahead (`12/25`)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.calendar_weeks import ACROSS
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import is_period, read_periods
from irrupt.i18n import gettext as _

_NUMBERED = re.compile(
    r"\s*(?:(?P<number>\d{1,2})[/.\-](?P<year>(?:20)?[2-4]\d)|(?P<before>20[2-4]\d)[/.\-]?(?P<behind>\d{2}))"
    r"(?: \(2\))?\s*"
)
_YEAR_FIRST = re.compile(r"\s*(?P<year>[2-4]\d)[/.\-](?P<number>\d{1,2})(?: \(2\))?\s*")
"""A number and a year; a month that comes again, as the one of a week, bears another number in brackets."""
_FEWEST, _LAST_MONTH, _LAST_WEEK = 3, 12, 53
_WEEK, _MONTH = timedelta(days=7), timedelta(days=38)
"""How long behind the first day of a week the first one of the month may be that follows it, at most."""
_AS_MUCH = 2.0
"""How many times as much as a week a month holds, at least, where it is doubtful which of both a column is."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column named after a number and a year."""

    name: str
    number: int
    year: int

    @property
    def week(self) -> date | None:
        """Its first day, if it is a week."""
        try:
            return date.fromisocalendar(self.year, self.number, 1)
        except ValueError:
            return None

    @property
    def month(self) -> date | None:
        """Its first day, if it is a month."""
        return date(self.year, self.number, 1) if 1 <= self.number <= _LAST_MONTH else None


def with_near_and_far(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw* where weeks before months above columns, each written as a number and its year, are named as such, and
    weeks or months alone that are written so in two figures. What may be either is left as it is, unless *mapping* says
    it (`ACROSS`). Months are noted, where weeks stand before them, and weeks that may be months."""
    doubt = _doubt(raw.frame, _numbered(raw.frame)) if ACROSS not in mapping else ""
    raw = replace(raw, notes=(*raw.notes, doubt)) if doubt else raw
    names, said = [name for name in raw.frame.columns if name != ROW], mapping.get(ACROSS)
    ways = [(columns, _read(columns, names, said)) for columns in _both_ways(raw.frame)]
    columns, found = next(((columns, at) for columns, at in ways if at is not None), ([], None))
    if found is None:
        return raw
    named = {one.name: f"{one.week:%G-W%V}" for one in columns[:found]}
    named |= {one.name: f"{one.month:%Y-%m}" for one in columns[found:]}
    others = set(raw.frame.columns) - named.keys()
    if len({*named.values(), *others}) < len(named) + len(others):
        return raw
    notes = raw.notes
    if 0 < found < len(columns):
        text = _("columns are weeks up to {week}, and months from {month} on: {name} is {period}")
        first = columns[found].name
        notes = (*notes, text.format(week=columns[found - 1].name, month=first, name=first, period=named[first]))
    return replace(raw, frame=raw.frame.rename(named), notes=notes)


def either_of_both(frame: pl.DataFrame) -> list[str]:
    """The columns of *frame* that are named after a number and a year in two figures, and may be weeks as well as
    months; nothing where they are one of these.

    >>> either_of_both(pl.DataFrame({"Part": ["x"], "02/26": 1, "03/26": 2, "04/26": 3}))
    ['02/26', '03/26', '04/26']
    """
    columns = _numbered(frame)
    short = len(columns) >= _FEWEST and not any(is_period(one.name) for one in columns)
    return [one.name for one in columns] if short and _follow(columns, "week") and _follow(columns, "month") else []


def _both_ways(frame: pl.DataFrame) -> list[list[_Column]]:
    """The columns that are named after a number and a year, and those that are after a year of two figures and one."""
    return [_numbered(frame), _numbered(frame, _YEAR_FIRST)]


def _numbered(frame: pl.DataFrame, form: re.Pattern[str] = _NUMBERED) -> list[_Column]:
    """The columns of *frame*, side by side, that are named after a number and a year, in a *form*."""
    found, places = [], []
    for at, name in enumerate(frame.columns):
        match = form.fullmatch(name)
        if match is None or not can_be("quantity", frame[name]):
            continue
        said = {key: text for key, text in match.groupdict().items() if text}
        year, number = said.get("year") or said["before"], said.get("number") or said["behind"]
        found.append(_Column(name, int(number), int(year[-2:]) + 2000))
        places.append(at)
    beside = all(after - before == 1 for before, after in itertools.pairwise(places))
    return found if beside and all(1 <= one.number <= _LAST_WEEK for one in found) else []


def _read(columns: Sequence[_Column], names: Sequence[str], said: str | None) -> int | None:
    """How many of *columns*, the first ones, are weeks, those behind them being months; None where it is not known, or
    known of each by itself. *names*: those of all columns; *said*: what users say that they are."""
    if not columns:
        return None
    alone = not all(is_period(one.name) for one in columns)
    weeks, months = _follow(columns, "week"), _follow(columns, "month")
    if alone and said in ("weeks", "months") and (weeks if said == "weeks" else months):
        return len(columns) if said == "weeks" else 0
    if said == "months" and (at := _new_year(columns)):
        return at
    if not weeks and not months:
        ways = [at for at in range(2, len(columns)) if _turns(columns, at)]
        return ways[0] if len(ways) == 1 else None
    before = names[: names.index(columns[0].name)]
    if alone and months and (not weeks or _behind_weeks(columns[0], before)):
        return 0
    return len(columns) if alone and weeks and not months and len(columns) >= _FEWEST else None


def _follow(columns: Sequence[_Column], unit: str) -> bool:
    """Whether all *columns* are periods of a *unit*, each the next one behind the one before."""
    begins = [one.week if unit == "week" else one.month for one in columns]
    days = [begin for begin in begins if begin is not None]
    if len(days) < len(columns):
        return False
    pairs = itertools.pairwise(days)
    if unit == "week":
        return all(after - before == _WEEK for before, after in pairs)
    return all((after.year - before.year) * 12 + after.month - before.month == 1 for before, after in pairs)


def _new_year(columns: Sequence[_Column]) -> int:
    """The place of the first of *columns*, all weeks, that is of a new year, where those from there on may be months
    as well; 0 where there is none."""
    at = next((at for at, one in enumerate(columns) if at and one.number == 1), 0)
    return at if at and _follow(columns, "week") and _follow(columns[at:], "month") else 0


def _doubt(frame: pl.DataFrame, columns: Sequence[_Column]) -> str:
    """What to tell of *columns* that are read as weeks of a new year, and hold as much as months do; nothing where they
    do not."""
    at = _new_year(columns)
    if not at:
        return ""
    far, near = (
        pl.concat(read_numbers(frame[one.name]).alias("") for one in some).mean()
        for some in (columns[at:], columns[:at])
    )
    if not isinstance(far, float) or not isinstance(near, float) or far < _AS_MUCH * near:
        return ""
    text = _(
        "{first} and those behind it are read as weeks, though they hold as much as months: if they are, say {option}"
    )
    return text.format(first=columns[at].name, option=f'--map "{ACROSS}=months"')


def _turns(columns: Sequence[_Column], at: int) -> bool:
    """Whether *columns* are weeks up to the one at *at*, and months from this on, which come behind them: where no week
    has a number that no month has, behind the last of them."""
    if not (_follow(columns[:at], "week") and _follow(columns[at:], "month")):
        return False
    last, first = columns[at - 1].week, columns[at].month
    if last is None or first is None:
        return False
    plainly = any(one.number > _LAST_MONTH for one in columns[:at])
    begins = (last.replace(day=1) if plainly else last) <= first
    return begins and first <= last + _MONTH and first != columns[at - 1].month


def _behind_weeks(first: _Column, before: Sequence[str]) -> bool:
    """Whether the column *before* the *first* one is a week that is written otherwise, and a month may follow it."""
    if not before or first.month is None or not is_period(before[-1]):
        return False
    told = read_periods(pl.Series([before[-1]]))
    begin: date = told.begin[0].date()
    return bool(told.days[0] == _WEEK.days and begin.replace(day=1) <= first.month <= begin + _MONTH)
