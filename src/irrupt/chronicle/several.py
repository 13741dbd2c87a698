"""Several tables read as one: the sheets of a workbook, the files of a folder, each a plan of another day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.periods import is_period
from irrupt.chronicle.schedules.roles import names_issue
from irrupt.i18n import gettext as _

ISSUED = "snapshot"
"""Column for the date that stands in the name of each sheet or file, where no column tells when it was issued."""
_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_. ]?(0[1-9]|1[0-2])[-_. ]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[-_. ](0?[1-9]|1[0-2])[-_. ]((?:19|20)\d{2})(?!\d)")
_WEEK = re.compile(
    r"(?:(?:19|20)\d{2}[-_. ]?)?(?<![A-Za-z])(?:KW|CW|WK|W|S|SEM|WEEK)[-_. ]?\d{1,2}(?!\d)(?:[-_. ](?:19|20)\d{2})?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Table:
    """One of several tables, with the name of its sheet or file."""

    name: str
    raw: Raw


def dated(name: str) -> str | None:
    """The day or week in the *name* of a sheet or a file.

    >>> dated("plan_20240108.csv"), dated("KW 05-2024"), dated("Programme 8.1.2024"), dated("Data")
    ('2024-01-08', 'KW 05-2024', '2024-01-08', None)
    """
    if found := _DAY.search(name):
        return "-".join(found.groups())
    if found := _DAY_FIRST.search(name):
        return "-".join(part.zfill(2) for part in reversed(found.groups()))
    return next((one[0].strip() for one in _WEEK.finditer(name) if is_period(one[0])), None)


def belong_together(tables: Sequence[Table]) -> bool:
    """Whether *tables* are one table in pieces: each has a date in its name, or all have the same columns."""
    columns = {tuple(table.raw.frame.columns) for table in tables}
    return len(tables) > 1 and (all(dated(table.name) for table in tables) or len(columns) == 1)


def joined(tables: Sequence[Table], name: str, notes: tuple[str, ...] = ()) -> Raw:
    """All *tables*, one below the other. Where all have a date in their name and no column tells when they were issued,
    the column `snapshot` does."""
    frames = [table.raw.frame.drop(ROW) for table in tables]
    dates = [dated(table.name) for table in tables]
    if all(dates) and not any(names_issue(frame) for frame in frames):
        frames = [frame.with_columns(pl.lit(date).alias(ISSUED)) for frame, date in zip(frames, dates, strict=True)]
        notes = (*notes, _("when each was issued is read from its name"))
    frame = pl.concat(_alike(frames), how="diagonal_relaxed")
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
        frame=frame.with_row_index(ROW), name=name, locate=locate, notes=notes, problems=problems, aside=aside,
        sheets=any(table.raw.sheets for table in tables), separator=tables[0].raw.separator,
    )  # fmt: skip


def _alike(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """*frames* where columns of one name that have several types are texts."""
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            types.setdefault(name, set()).add(dtype)
    several = [name for name, kinds in types.items() if len(kinds) > 1]
    return [frame.with_columns(pl.col([c for c in several if c in frame.columns]).cast(pl.String)) for frame in frames]
