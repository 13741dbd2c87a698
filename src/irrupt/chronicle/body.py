"""Where the rows of a table begin below its header, told by the dates and times in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

_BELOW = 5
"""Rows below one that hold dates in the same columns, if they are of one table."""
_MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b.*|\d{1,2}\s?[:hH]\s?\d{2}\b.*")


def bodies(rows: Sequence[Sequence[Any]], until: int) -> list[int]:
    """Those of the first rows, *until* one, that are the first to hold dates or times in some columns, as all rows
    below do there: a header of dates has quantities below, and a title of a date its header.

    >>> bodies([["a", "Date"], ["", ""], ["b", "01/02/2026"], ["c", "02/02/2026"], ["d", ""]], 4)
    [2]
    """
    found: list[int] = []
    before: set[int] = set()
    for at, row in enumerate(rows[:until]):
        places = {place for place, cell in enumerate(row) if _is_moment(cell)}
        below = [
            cell
            for other in rows[at + 1 : at + 1 + _BELOW]
            for place in places
            if place < len(other) and (cell := other[place]) not in ("", None)
        ]
        if below and all(map(_is_moment, below)) and not places & before:
            found.append(at)
            before |= places
    return found


def in_two_lines(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first two of *rows* are a header together, that names groups of columns first: several columns of the
    body below have no name but in the second line, and none has none. A name that is said again for each column of its
    group is one of the group.

    >>> body = [["a", "01/02/26", "8:05", "02/02/26", "9:10"]] * 2
    >>> in_two_lines([["Case", "Sent", "", "Paid", ""], ["", "Date", "Time", "Date", "Time"], *body])
    True
    >>> in_two_lines([["Case", "Sent", "Sent", "Paid", "Paid"], ["", "Date", "Time", "Date", "Time"], *body])
    True
    """
    if 2 not in bodies(rows, 3):
        return False
    first, second, body = ([bool(cell.strip()) for cell in row] for row in rows[:3])
    below = [own for named, own, cell in zip(first, second, body, strict=False) if cell and not named]
    if not below and not all(second):
        again = (two.strip() == one.strip() for one, two in itertools.pairwise(rows[0]))
        below = [own for same, own, cell in zip(again, second[1:], body[1:], strict=False) if cell and same]
    return len(below) > 1 and all(below)


def _is_moment(cell: Any) -> bool:
    return isinstance(cell, date | time | timedelta) or (
        isinstance(cell, str) and _MOMENT.fullmatch(cell.strip()) is not None
    )
