"""Periods of a year of accounts above columns (`FW41 2025`, `P1 FY25`), called as those of the calendar are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from irrupt.chronicle.journal import Raw
from irrupt.i18n import gettext as _

_WEEK = re.compile(r"(?:fw|fiscal w(?:ee)?k)[\s.\-]*(\d{1,2})(?:[\s/.'’\-]+(?:fy)?\s*((?:20)?\d{2}))?", re.IGNORECASE)
_P = r"p(?:er(?:iod|iode|\.)?)?[\s.\-]*(\d{1,2})"
_FY = r"(?:fy|gj|ex)\s*['’]?((?:20)?\d{2})"
_PERIOD = re.compile(rf"{_P}[\s/.\-]*{_FY}|{_FY}[\s/.\-]*{_P}", re.IGNORECASE)
_FEWEST, _MONTHS = 3, 12


def by_calendar(columns: Sequence[str]) -> list[str]:
    """The names of *columns*, where several are periods of a year of accounts, as those of the calendar with these
    numbers: weeks; months, without their year where it is one for all, since it may begin with another month.

    >>> by_calendar(["Part", "FW41 2025", "FW42 2025", "FW43 2025"])
    ['Part', 'KW 41/2025', 'KW 42/2025', 'KW 43/2025']
    >>> by_calendar(["Part", "P1 FY25", "P2 FY25", "P3 FY25"]), by_calendar(["P11 FY25", "P12 FY25", "P1 FY26"])
    (['Part', 'P1', 'P2', 'P3'], ['2025-11', '2025-12', '2026-01'])
    """
    for named in (_weeks(columns), _months(columns)):
        names = [named.get(name, name) for name in columns]
        if len(named) >= _FEWEST and len(set(names)) == len(names):
            return names
    return list(columns)


def _weeks(columns: Sequence[str]) -> dict[str, str]:
    found = {name: match for name in columns if (match := _WEEK.fullmatch(name.strip())) is not None}
    return {name: f"KW {match[1]}" + (f"/{match[2]}" if match[2] else "") for name, match in found.items()}


def _months(columns: Sequence[str]) -> dict[str, str]:
    found = {name: match for name in columns if (match := _PERIOD.fullmatch(name.strip())) is not None}
    numbered = {name: (int(one[2] or one[3]), int(one[1] or one[4])) for name, one in found.items()}
    if any(not 1 <= number <= _MONTHS for _year, number in numbered.values()):
        return {}
    if len({year for year, _number in numbered.values()}) == 1:
        return {name: f"P{number}" for name, (_year, number) in numbered.items()}
    return {name: f"{year % 100 + 2000}-{number:02}" for name, (year, number) in numbered.items()}


def with_calendar_names(raw: Raw) -> Raw:
    """*raw* with its columns called as periods of the calendar where they are those of a year of accounts; noted."""
    columns = raw.frame.columns
    names = by_calendar(columns)
    named = {old: new for old, new in zip(columns, names, strict=True) if old != new}
    if not named:
        return raw
    first, name = next(iter(named.items()))
    text = _("{first} is read as {period} of the calendar, and so on: a year of accounts may begin at another time")
    return replace(raw, frame=raw.frame.rename(named), notes=(*raw.notes, text.format(first=first, period=name)))
