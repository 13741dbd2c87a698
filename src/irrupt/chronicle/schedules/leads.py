"""Tables with a column for each lead: `W+0`, `W+1`, ...; `KW 5`, `KW 6`, ... without a year; `M+1`, `D+1`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.hints import unaccented
from irrupt.chronicle.schedules.periods import bare_week

_UNITS: dict[int, str] = {
    7: "w wk week weeks kw cw woche s sem semaine semana settimana tydzien tyden hafta v vecka uke uge "
    "t lag lead n p per period periode bucket "
    "horizon",
    30: "m month mois monat mes mese maand mnd miesiac",
    1: "d day j jour tag dia giorno dag dzien",
}
_UNIT = {word: days for days, words in _UNITS.items() for word in words.split()}
_CALENDAR = frozenset(
    ("kw", "cw", "woche", "sem", "semaine", "settimana", "semana", "tyden", "hafta", "vecka", "uke", "uge")
)
"""Prefixes behind which a number without a sign is a week of the calendar."""
_WEEK_OR_VERSION = "v"
"""Behind this, numbers that begin with 1 may be those of versions."""
_BEFORE = "fcst|forecast|prev|prevision|plan|qty|qte|menge|prognose|vorschau|demand|bedarf|besoin|need|requirement"
_OPEN = frozenset(("", "p", "per", "period", "periode"))
"""Prefixes that do not tell whether periods are weeks or months."""
_UNSAID = _OPEN | {"n", "t", "lag", "lead", "horizon"}
"""The same, with a sign (`N+1`)."""
_EITHER = {7: _OPEN | {"w", "wk", "week", "weeks", "s"}, 30: frozenset(_UNITS[30].split())}
"""Prefixes behind which a number may be one of the calendar, or of those ahead."""
_PATTERN = re.compile(rf"^(?:(?:{_BEFORE})\W*_?)?([a-z]*)[\s._]*(\+?)\s*(\d{{1,3}})?$")


class Lead(NamedTuple):
    """What a column stands for: so many periods of *days* after the issue, or a week of the calendar."""

    number: int
    days: int
    calendar: bool = False


def leads_across(columns: Sequence[str]) -> dict[str, Lead]:
    """The columns that are named after leads, with these; none where they are fewer than three.

    `Week 1` without a sign, where no `Week 0` is there, is the week of the issue.

    >>> leads_across(["part", "W", "W+1", "W+2"])["W+2"], leads_across(["Week 1", "Week 2", "Week 3"])["Week 1"].number
    (Lead(number=2, days=7, calendar=False), 0)
    >>> leads_across(["KW 51", "KW 52", "KW 1"])["KW 1"]
    Lead(number=1, days=7, calendar=True)
    """
    parsed = {name: found for name in columns if (found := _parsed(name)) is not None}
    kinds = [unit for unit, _sign, number in parsed.values() if number is not None]
    if not kinds:
        return {}
    unit = max(sorted(set(kinds)), key=kinds.count)
    mine = {name: one for name, one in parsed.items() if one[0] == unit}
    numbers = [0 if number is None else number for _unit, _sign, number in mine.values()]
    if len(mine) < 3 or len(set(numbers)) < len(numbers):
        return {}
    signs = any(sign for _unit, sign, _number in mine.values())
    days = _UNIT.get(unit, 7)
    steps = [two - one for one, two in itertools.pairwise(numbers)]
    calendar = (
        days == 7 and not signs and 0 not in numbers and (unit in _CALENDAR or min(numbers) > 1 or min(steps) < 0)
    )
    calendar = calendar and max(numbers) <= 53
    if unit == _WEEK_OR_VERSION and not calendar:
        return {}
    first = 1 if not signs and not calendar and min(numbers) == 1 and unit else 0
    return {name: Lead(number - first, days, calendar) for name, number in zip(mine, numbers, strict=True)}


def ahead_of_plans(columns: Sequence[str]) -> dict[str, int]:
    """The columns that are so many periods ahead, by a sign, and do not say of which length, with these numbers.

    >>> ahead_of_plans(["N", "N+1", "N+2"]), ahead_of_plans(["W", "W+1", "W+2"])
    ({'N': 0, 'N+1': 1, 'N+2': 2}, {})
    """
    parsed = {name: _parsed(name) or ("", "", None) for name in leads_across(columns)}
    signs = any(sign for _unit, sign, _number in parsed.values())
    if not signs or not {unit for unit, _sign, _number in parsed.values()} <= _UNSAID:
        return {}
    return {name: number or 0 for name, (_unit, _sign, number) in parsed.items()}


class Either(NamedTuple):
    """Columns whose numbers may be those of the calendar, or of so many periods ahead, and the days that such a period
    may have."""

    numbers: dict[str, int]
    days: tuple[int, ...] = ()


def either_way(columns: Sequence[str]) -> Either:
    """The columns whose numbers may be those of weeks or months of the calendar, or of so many ahead, with these.

    >>> either_way(["W1", "W2", "W3"]), either_way(["W+1", "W+2", "W+3"]).numbers, either_way(["P1", "P2", "P3"]).days
    (Either(numbers={'W1': 1, 'W2': 2, 'W3': 3}, days=(7,)), {}, (7, 30))
    """
    leads = leads_across(columns)
    parsed = {name: _parsed(name) or ("", "", None) for name in leads}
    if any(lead.calendar for lead in leads.values()) or any(sign for _unit, sign, _number in parsed.values()):
        return Either({})
    numbers = {name: number for name, (_unit, _sign, number) in parsed.items() if number is not None}
    units = {unit for unit, _sign, _number in parsed.values()}
    days = next((lead.days for lead in leads.values()), 0)
    usual = units <= _EITHER.get(days, frozenset()) and len(numbers) == len(leads)
    if not usual or min(numbers.values(), default=0) < 1:
        return Either({})
    return Either(numbers, (7, 30) if units <= _OPEN else (days,))


def _parsed(name: str) -> tuple[str, str, int | None] | None:
    """Unit, sign and number of a name of this kind."""
    match = _PATTERN.match(re.sub(r"[-_/]", " ", unaccented(name).strip().lower()).strip())
    if match is None or (match[1] and match[1] not in _UNIT):
        week = bare_week(name)
        return None if week is None else ("kw", "", week)
    if match[3] is None:
        return (match[1], match[2], None) if len(match[1]) == 1 else None
    return match[1], match[2], int(match[3])


def begins(issued: pl.Expr, number: pl.Expr, lead: Lead) -> pl.Expr:
    """When the period begins that is *number* of *lead*'s kind after *issued*, both as local times."""
    if lead.calendar:
        week, year = issued.dt.week().cast(pl.Int64), issued.dt.iso_year().cast(pl.Int64)
        ahead = number.cast(pl.Int64) - week
        year = year + pl.when(ahead < -26).then(1).when(ahead > 26).then(-1).otherwise(0)
        text = pl.format("{}-W{}-1", year, number.cast(pl.Int64).cast(pl.String).str.zfill(2))
        return text.str.to_date("%G-W%V-%u", strict=False).cast(pl.Datetime("us"))
    if lead.days == 30:
        return issued.dt.truncate("1mo").dt.offset_by(pl.format("{}mo", number.cast(pl.Int64)))
    step = pl.duration(days=lead.days * number)
    return issued.dt.truncate("1w" if lead.days == 7 else "1d") + step
