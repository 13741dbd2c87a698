"""Periods above columns that are told twice (`KW 12 (16.03.)`), or by their first and last day (`03.11. - 09.11.`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.periods import bare_week, is_period, periods_among, read_periods

_FEWEST = 3
_DAY = r"\d{1,2}[./]\s?\d{1,2}\.?(?:[./]?(?:20)?\d{2})?"
_TO = r"\s*(?:-|–|—|to|bis|au|a|al|tot|do)\s*"
_SPAN = re.compile(rf"\s*(?:du\s+|from\s+|von\s+|vom\s+)?({_DAY}){_TO}({_DAY})\s*", re.IGNORECASE)
_WITH_DAYS = re.compile(
    rf"(.*?\d)(?:\s[-–—]|[\s:,;|/])*[\s(\[:/|]\s*(?:du\s+|from\s+|von\s+|vom\s+|ab\s+|le\s+)?({_DAY})(?:{_TO}{_DAY})?\s*[)\]]?\s*"
)
_NUMBERED = re.compile(
    r"\s*[^\W\d_]{1,9}[\s.#]*\d{1,3}\s*[-–—:,;/|]?\s*[\s(\[]\s*(\S+)[)\]]|"
    r"\s*[^\W\d_]{1,9}[\s.#]*\d{1,3}\s*[-–—:,;/|]?\s+(\S+)"
)
_PIECES = 2
"""Figures and words of a day with its year: more than so many."""
_YEAR = re.compile(r"\D((?:20)?\d{2})$")
"""The year of a day, behind its month."""


def told_once(raw: Raw) -> Raw:
    """*raw* where columns that are named after a week and its days are named after the week, and those named after the
    first and the last day of a period after the first."""
    columns = raw.frame.columns
    names = called_once(columns)
    return raw if names == columns else replace(raw, frame=raw.frame.rename(dict(zip(columns, names, strict=True))))


def called_once(columns: Sequence[str]) -> list[str]:
    """The names of *columns*, with the period told once in each where it stands twice in several.

    >>> called_once(["Teil", "KW 12 (16.03.)", "KW 13 (23.03.)", "KW 14 (30.03.)"])
    ['Teil', 'KW 12', 'KW 13', 'KW 14']
    """
    columns = list(columns)
    for found in (_weeks, _numbered_days, _first_days):
        names = found(columns)
        others = set(columns) - set(names)
        if len(names) >= _FEWEST and len({*names.values(), *others}) == len(columns):
            columns = [names.get(name, name) for name in columns]
    return columns


def _weeks(columns: Sequence[str]) -> dict[str, str]:
    """The columns named after a week and days of it, and this week, with its year where the day has one.

    >>> _weeks(["Teil", "KW 12 (16.03.)", "KW 13 (23.03.2026)", "KW 14/2026 30.03.-05.04."])
    {'KW 12 (16.03.)': 'KW 12', 'KW 13 (23.03.2026)': '2026-W13', 'KW 14/2026 30.03.-05.04.': 'KW 14/2026'}
    """
    found = {}
    for name in columns:
        match = _WITH_DAYS.fullmatch(name) if name != ROW else None
        if match is None or not (bare_week(match[1]) or (re.search(r"[^\W\d_]", match[1]) and is_period(match[1]))):
            continue
        dated = bare_week(match[1]) is not None and _YEAR.search(match[2][3:]) is not None and is_period(match[2])
        begin = read_periods(pl.Series([match[2]])).begin[0] if dated else None
        found[name] = match[1].strip() if begin is None else f"{begin:%G-W%V}"
    return found


def _numbered_days(columns: Sequence[str]) -> dict[str, str]:
    """The columns named after a number and a day with its year, and this day.

    >>> _numbered_days(["Part", "P41 (06-Oct-25)", "P42 13.10.2025", "Part 7"])
    {'P41 (06-Oct-25)': '06-Oct-25', 'P42 13.10.2025': '13.10.2025'}
    """
    matches = {name: match for name in columns if (match := _NUMBERED.fullmatch(name)) is not None}
    dated = {name: match[1] or match[2] for name, match in matches.items() if name != ROW}
    known = {*periods_among([*dated.values()])}
    return {name: day for name, day in dated.items() if day in known and len(re.findall(r"[^\W_]+", day)) > _PIECES}


def _first_days(columns: Sequence[str]) -> dict[str, str]:
    """The columns named after the first and the last day of a period, and the first, with its year where it has one.

    >>> _first_days(["Teil", "03.11.-07.11.", "29.12. - 04.01.2026", "du 05/01 au 11/01"])
    {'03.11.-07.11.': '03.11.', '29.12. - 04.01.2026': '29.12.2025', 'du 05/01 au 11/01': '05/01'}
    """
    found = {}
    for name in columns:
        match = _SPAN.fullmatch(name) if name != ROW else None
        if match is None:
            continue
        first, last = (re.findall(r"\d+", day) for day in match.groups())
        if len(first) > 2 or len(last) < 3:
            found[name] = match[1]
        else:
            year = int(last[2]) % 100 + 2000 - (int(first[1]) > int(last[1]))
            found[name] = f"{first[0]}.{first[1]}.{year}"
    return found
