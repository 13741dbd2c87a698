"""Dates of which a spreadsheet exchanged day and month, as it opened a text of other countries.

Opened where months stand first, `06/01/2026` becomes the first of June, and `13/01/2026` stays a text: so that all
dates up to the twelfth of a month are wrong, and all later ones are texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

_WRITTEN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_FEW, _MANY, _TWELFTH = 5, 12, 12
"""Different dates of both kinds at least, and from which on it is no chance; the last day that may be a month."""
_MONTH = timedelta(days=31)


def exchanged(cells: Sequence[Any]) -> list[int]:
    """Where in a column dates stand of which day and month were exchanged: as none of its texts could be, as all of its
    dates could be, and so that they lie among the texts.

    >>> from datetime import datetime
    >>> texts, days = [f"{day}/01/2026" for day in range(13, 31)], range(2, 13)
    >>> len(exchanged([*texts, *(datetime(2026, day, 1) for day in days)]))
    11
    >>> exchanged([*texts, *(datetime(2026, 1, day) for day in days)])
    []
    """
    places = [at for at, cell in enumerate(cells) if isinstance(cell, date)]
    dates = {date(cells[at].year, cells[at].month, cells[at].day) for at in places}
    if len(dates) < _FEW or any(one.day > _TWELFTH for one in dates):
        return []
    months = _months([cell for cell in cells if isinstance(cell, str) and cell.strip()])
    if not months:
        return []
    first, last = min(months) - _MONTH, max(months) + 2 * _MONTH
    before, after = (all(first <= one <= last for one in some) for some in (dates, map(turned, dates)))
    return places if after and (not before or len(dates) >= _MANY) else []


def turned(moment: date) -> date:
    """*moment* with its day for its month."""
    return moment.replace(month=moment.day, day=moment.month)


def _months(texts: Sequence[str]) -> set[date]:
    """The months of dates in *texts*, if these are several, and none of them could have its day for its month."""
    found = {tuple(map(int, told.groups())) for text in texts if (told := _WRITTEN.match(text.strip()))}
    years = {year: year if year > 99 else 2000 + year for _one, _other, year in found}
    for day, month in ((0, 1), (1, 0)):
        if len(found) >= _FEW and all(one[day] > _TWELFTH >= one[month] > 0 for one in found):
            return {date(years[one[2]], one[month], 1) for one in found}
    return set()
