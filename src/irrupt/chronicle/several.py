"""Several tables read as one: the sheets of a workbook, the files of a folder, each a plan of another day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.actions import names_changes, with_actions
from irrupt.chronicle.schedules.periods import is_period, read_periods
from irrupt.chronicle.schedules.roles import names_issue, periods_across, told_by
from irrupt.chronicle.stamps import LETTER
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

NOT_SAID: Mapping[str, str] = {}
"""Nothing is said of when plans were issued."""
_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_. /]?(0[1-9]|1[0-2])[-_. /]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[-_. ](0?[1-9]|1[0-2])[-_. ]((?:19|20)\d{2})(?!\d)")
_EIGHT = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(20\d{2})(?!\d)")
_MONTH_OR_DAY = re.compile(r"(?<!\d)(\d{1,2})[-_. ](\d{1,2})[-_. ](20\d{2})(?!\d)")
"""A day and a month, either first, and a year."""
_SHORT = re.compile(r"(?<![\d.-])(\d{1,2})([-_.])(\d{1,2})\2(\d{2})(?![\d-]|\.\d)")
"""Day, month and year, in any order, in two figures each."""
_NUMBERED = re.compile(r"(?<![a-z])(?:rev|revision|ver|version|v|lot)[\s._-]*$", re.IGNORECASE)
"""Words before numbers that are dates only where all parts have two figures: `Rev 1.2.10` is none."""
_MONTH = re.compile(r"(?<![\d.-])((?:19|20)\d{2})[-_.](0[1-9]|1[0-2])(?![-_.]?\d)")
_MONTH_FIRST = re.compile(r"(?<![\d.-])(0[1-9]|1[0-2])[-_.]((?:19|20)\d{2})(?![-_.]?\d)")
_DAY_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})"
    rf"(?:[-_. ]+({LETTER}{{3,9}})[-_. ]+((?:19|20)?\d{{2}})|({LETTER}{{3,9}})((?:19|20)\d{{2}}))(?!\d)"
)
_MONTH_NAMED = re.compile(rf"(?<!{LETTER})({LETTER}{{3,9}})[-_. ]*((?:19|20)\d{{2}})(?!\d)")
"""Days and months whose month is a word: `03 Nov 2025`, `avril 2026`."""
_SHOWN, _NUMBER = 5, 5
"""Names that are shown; figures that the number of a part has at least."""
_ORDERS = ((3, 2, 1), (1, 2, 3), (3, 1, 2))
"""Where year, month and day stand, the most usual first."""
_WEEK = re.compile(
    r"(?:(?:19|20)\d{2}[-_. /]?)?(?<![A-Za-z])(?:KW|CW|WK|W|S|SEM|WEEK)[-_. ]?\d{1,2}(?!\d)(?:[-_. ](?:19|20)\d{2})?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Table:
    """One of several tables, with the name of its sheet or file, and when its plan was issued, where users say it."""

    name: str
    raw: Raw
    issued: str | None = None


def dated(name: str) -> str | None:
    """The day or week in the *name* of a sheet or a file.

    >>> dated("plan_20240108.csv"), dated("KW 05-2024"), dated("Programme 8.1.2024"), dated("Data")
    ('2024-01-08', 'KW 05-2024', '2024-01-08', None)
    """
    return dates([name])[0]


def dates(names: Sequence[str]) -> list[str | None]:
    """For each of *names*, the day or week in it. Where a year has two figures only, the days of all names are written
    in one order: of those in which all are days, the one in which they lie closest together, and latest.

    >>> dates(["Plan 12-01-26", "Plan 09-02-26"]), dates(["26-01-12", "26-01-19"]), dates(["Rev 12-40-26"])
    (['2026-01-12', '2026-02-09'], ['2026-01-12', '2026-01-19'], [None])
    >>> dates(["Plan 01-19-2026", "Plan 02-09-2026"])
    ['2026-01-19', '2026-02-09']
    """
    month_first = _month_first(names)
    found = [_plain_date(_MONTH_OR_DAY.sub(r"\2-\1-\3", name) if month_first else name) for name in names]
    short = {at: match for at, name in enumerate(names) if not found[at] and (match := _short(name))}
    orders = [days for order in _ORDERS if (days := _in_order(short.values(), order))]
    if orders:
        best = min(orders, key=lambda days: (max(days) - min(days), -max(days).year))
        for at, day in zip(short, best, strict=True):
            found[at] = day.isoformat()
    return found


def _month_first(names: Sequence[str]) -> bool:
    """Whether a month stands before the day in *names*, as one of them shows and none denies."""
    parts = [match for name in names if (match := _MONTH_OR_DAY.search(name)) and not _DAY.search(name)]
    return any(int(one[2]) > 12 for one in parts) and all(int(one[1]) <= 12 for one in parts)


def months(names: Sequence[str]) -> list[str | None]:
    """For each of *names*, the month in it, with its year.

    >>> months(["2024-01", "Vorschau 02.2024", "Prévisions avril 2024", "Plan 3"])
    ['2024-01', '2024-02', '2024-04', None]
    """
    found = [(_MONTH.search(name), _MONTH_FIRST.search(name)) for name in names]
    return [
        f"{one[1]}-{one[2]}" if one else f"{other[2]}-{other[1]}" if other else _month_named(name)
        for name, (one, other) in zip(names, found, strict=True)
    ]


def _month_named(name: str) -> str | None:
    day = _worded(_MONTH_NAMED.finditer(name))
    return None if day is None else day[1][: len("2024-01")]


def _worded(found: Iterable[re.Match[str]]) -> tuple[str, str] | None:
    """The first of those *found* that is a day or a month, as it is written and as a day in figures."""
    for one in found:
        text = " ".join(filter(None, one.groups()))
        begin = read_periods(pl.Series("", [text])).begin[0] if is_period(text) else None
        if begin is not None:
            return one[0], begin.date().isoformat()
    return None


def _short(name: str) -> re.Match[str] | None:
    found = _SHORT.search(name)
    if found is None or (_NUMBERED.search(name[: found.start()]) and len(found[0]) < len("01.02.26")):
        return None
    return found


def _plain_date(name: str) -> str | None:
    if found := _DAY.search(name):
        return "-".join(found.groups())
    if found := _DAY_FIRST.search(name) or _EIGHT.search(name):
        return "-".join(part.zfill(2) for part in reversed(found.groups()))
    if found_day := _worded(_DAY_NAMED.finditer(name)):
        return found_day[1]
    return next((one[0].strip() for one in _WEEK.finditer(name) if is_period(one[0])), None)


def apart_from_dates(names: Sequence[str]) -> list[str]:
    """What *names* say beside the day or week in them, and beside the words that all of them have.

    >>> apart_from_dates(["Plan Kassel KW01_2026", "Plan Emden KW01_2026", "2026-01-12 Plan Emden"])
    ['Kassel', 'Emden', 'Emden']
    """
    left = _words_beside_dates(names)
    same = set.intersection(*map(set, left)) if left else set()
    return [" ".join(word for word in words if word not in same) for words in left]


def number_in_all(names: Sequence[str]) -> str | None:
    """The number, as those of parts are, that all *names* bear beside the day or week in them, if it is only one.

    >>> number_in_all(["FST_4711-22_2025KW40", "FST_4711-22_2025KW41"]), number_in_all(["Plan 2025-10-06 V2"])
    ('4711-22', None)
    """
    left = [set(words) for words in _words_beside_dates(names)]
    same = sorted(set.intersection(*left)) if left else []
    numbers = [word for word in same if len(re.sub(r"\D", "", word)) >= _NUMBER]
    return numbers[0] if len(numbers) == 1 else None


def _words_beside_dates(names: Sequence[str]) -> list[list[str]]:
    left = []
    for name in names:
        worded = _worded(_DAY_NAMED.finditer(name))
        written = [one[0] for one in _WEEK.finditer(name) if is_period(one[0])] + ([worded[0]] if worded else [])
        for form in (
            _DAY,
            _DAY_FIRST,
            _EIGHT,
            _MONTH_OR_DAY,
            _SHORT,
            *(re.compile(re.escape(text)) for text in written),
        ):
            name = form.sub(" ", name)
        left.append([word for part in re.split(r"[\s_]+", name) if (word := part.strip("-./"))])
    return left


def _in_order(found: Iterable[re.Match[str]], order: tuple[int, int, int]) -> list[date]:
    """The days in *found*, year, month and day standing in this *order*; none where one of them is no day."""
    groups = [(match[1], match[3], match[4]) for match in found]
    try:
        return [date(2000 + int(one[order[0] - 1]), int(one[order[1] - 1]), int(one[order[2] - 1])) for one in groups]
    except ValueError:
        return []


def issues_in(text: str) -> dict[str, str]:
    """Name of a sheet or a file -> the day or week on which its plan was issued, as users write it; nothing where
    *text* is no such list, as where no colon stands before a date.

    >>> issues_in("V1: 2026-01-05, V2: 12.1.2026"), issues_in("Stand: Datum")
    ({'V1': '2026-01-05', 'V2': '2026-01-12'}, {})

    Raises `UsageError` for what is neither a day nor a week.
    """
    pairs = [part.rpartition(":") for part in text.split(",")]
    if not text or not all(colon for _name, colon, _day in pairs):
        return {}
    names, said = ([pair[at].strip() for pair in pairs] for at in (0, 2))
    days = dates(said)
    if not any(days):
        return {}
    wrong = [one for one, day in zip(said, days, strict=True) if day is None]
    if wrong:
        expected = _("a date or a week, as in V1: 2026-01-05, V2: KW 3 2026")
        raise UsageError(Fault("issued", one, expected) for one in wrong)
    return {name: str(day) for name, day in zip(names, days, strict=True)}


def dated_as_said(tables: Sequence[Table], issued: Mapping[str, str]) -> list[Table]:
    """*tables*, each with the day or week on which its plan was *issued*, where it is said. Raises `UsageError` for a
    name that none of them bears."""
    names = {table.name.strip(): table.name for table in tables}
    names |= {name.rpartition(".")[0]: whole for name, whole in names.items() if "." in name}
    unknown = [name for name in issued if name not in names]
    if unknown:
        raise UsageError(Fault("issued", name, remedy=did_you_mean(name, names)) for name in unknown)
    days = {names[name]: day for name, day in issued.items()}
    return [replace(table, issued=days.get(table.name)) for table in tables]


def issues_of(tables: Sequence[Table]) -> list[str | None]:
    """For each of *tables*, when its plan was issued: as users say, else as its name tells; by a month only where each
    has a column for each period, since lists of orders or deliveries of a month are called so, too."""
    names = [table.name for table in tables]
    told = dates(names)
    of_months = months(names)
    if not any(told) and any(of_months) and all(periods_across(table.raw.frame.columns) for table in tables):
        told = of_months
    return [table.issued or day for table, day in zip(tables, told, strict=True)]


def shown(names: Sequence[str]) -> str:
    """The first of *names*, as they stand in a note."""
    return first_of(names, _SHOWN)


def belong_together(tables: Sequence[Table]) -> bool:
    """Whether *tables* are one table in pieces: it is known when each was issued, or all have the same columns."""
    columns = {tuple(table.raw.frame.columns) for table in tables}
    return len(tables) > 1 and (all(issues_of(tables)) or len(columns) == 1)


def in_order(tables: Sequence[Table]) -> list[Table]:
    """*tables* in the order in which their plans were issued, where their names or lines above them tell it of each;
    else as they are. Files come by their names, `KW01_2026` before `KW45_2025`, and periods above columns are to follow
    each other over all plans.

    >>> raw = Raw(frame=pl.DataFrame(), name="", locate=lambda _rows: ())
    >>> [one.name for one in in_order([Table("KW01_2026", raw), Table("KW45_2025", raw)])]
    ['KW45_2025', 'KW01_2026']
    """
    days = [day or _above(table.raw.frame) for day, table in zip(issues_of(tables), tables, strict=True)]
    begins = read_periods(pl.Series("issued", days, dtype=pl.String)).begin.to_list()
    known = [(begin, table) for begin, table in zip(begins, tables, strict=True) if begin is not None]
    whole = len(known) == len(tables)
    return [table for _begin, table in sorted(known, key=lambda one: one[0])] if whole else list(tables)


def _above(frame: pl.DataFrame) -> str | None:
    """When the plan in *frame* was issued, where a line above it says so."""
    return str(frame[ISSUED][0]) if ISSUED in frame.columns and frame.height else None


def joined(tables: Sequence[Table], name: str, notes: tuple[str, ...] = ()) -> Raw:
    """All *tables*, one below the other, by issue where that is known. Where users say when each was issued, or all
    have a date in their name and no column tells it, the column `ISSUED` does."""
    tables = in_order(tables)
    frames = [table.raw.frame.drop(ROW) for table in tables]
    said = all(table.issued for table in tables)
    above = tuple(one for table in tables for one in table.raw.above)
    issues = [day for day in issues_of(tables) if day is not None]
    others = (frame.drop(ISSUED, strict=False) if said else frame for frame in frames)
    if len(issues) == len(tables) and not any(map(names_issue, others)):
        frames = [frame.with_columns(pl.lit(day).alias(ISSUED)) for frame, day in zip(frames, issues, strict=True)]
        above = tuple(one for one in above if one[0] != ISSUED)
        text = _("each was issued as is said: {dates}")
        if not said:
            text = _("when each was issued is read from its name: {dates}")
        notes = (*notes, text.format(dates=shown(issues)))
    frame = pl.concat(_alike(frames), how="diagonal_relaxed")
    if ISSUED in frame.columns and all(names_changes(table.name) for table in tables[1:]):
        columns = [name for name in frame.columns if name != ISSUED]
        quantity = None if periods_across(columns) else told_by("quantity", frame, columns)
        frame = frame if quantity is None else with_actions(frame, quantity, ISSUED)
    begins = np.cumsum([0, *(table.raw.frame.height for table in tables)])

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        places = []
        for row in rows:
            at = int(np.searchsorted(begins, row, "right")) - 1
            inner = int(tables[at].raw.frame[ROW][int(row - begins[at])])
            places.append(f"{tables[at].name}, {tables[at].raw.locate([inner])[0]}")
        return tuple(places)

    problems = tuple(problem for table in tables for problem in table.raw.problems)
    aside = tuple(part for table in tables for part in table.raw.aside)
    return Raw(
        frame=frame.with_row_index(ROW), name=name, locate=locate, notes=notes, problems=problems, above=above,
        aside=aside, sheets=any(table.raw.sheets for table in tables), separator=tables[0].raw.separator,
    )  # fmt: skip


def _alike(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """*frames* where columns of one name that have several types are texts."""
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            types.setdefault(name, set()).add(dtype)
    several = [name for name, kinds in types.items() if len(kinds) > 1]
    return [frame.with_columns(pl.col([c for c in several if c in frame.columns]).cast(pl.String)) for frame in frames]
