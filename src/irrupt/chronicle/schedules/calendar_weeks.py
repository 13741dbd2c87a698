"""Columns called `W1`, `W2`, ... that are weeks of the calendar, rather than so many weeks ahead of each plan.

Their names do not tell. What tells is where the cells of each plan begin: with the first column in all of them, where
columns are weeks ahead; with the week of its issue, or so many weeks later, where they are those of the calendar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from irrupt.chronicle.journal import Raw
from irrupt.chronicle.schedules.leads import either_way, leads_across
from irrupt.chronicle.schedules.periods import WEEK, read_periods
from irrupt.chronicle.schedules.roles import told_by
from irrupt.i18n import gettext as _

_WEEKS, _MONTHS = 52, 12
_MOST = 0.8
"""Share of the plans that begin as long after their issue as most of them, but for one week or month."""
_EARLIEST, _LATEST = -2, 12
"""How long after their issue plans may begin."""
_MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_calendar(raw: Raw, mapping: Mapping[str, str], form: str | None = None) -> Raw:
    """*raw* whose columns bear the names of weeks (`KW 1`), or months, of the calendar where they stand for these,
    though their names could tell of so many ahead as well. *mapping*, *form*: as asked, see `irrupt.read`."""
    frame, numbers = raw.frame, either_way(raw.frame.columns)
    issued = _issued(frame, numbers, mapping) if numbers else None
    if issued is None:
        return raw
    weekly = next(iter(leads_across(frame.columns).values())).days == WEEK
    turn = _WEEKS if weekly else _MONTHS
    moments = read_periods(frame[issued], form=form).begin.alias("issued")
    filled = (
        frame.select(moments, pl.col(numbers).is_not_null()).drop_nulls("issued").group_by("issued").agg(pl.all().any())
    )
    begun = [
        (begin, (begin - _number(moment, weekly) - _EARLIEST) % turn + _EARLIEST)
        for moment, *cells in filled.iter_rows()
        if (begin := _begin((n for n, some in zip(numbers.values(), cells, strict=True) if some), turn)) is not None
    ]
    if not _move_on(begun):
        return raw
    named = {name: f"KW {n}" if weekly else _MONTH[n - 1] for name, n in numbers.items() if weekly or n <= _MONTHS}
    if len(named) < len(numbers) or set(named.values()) & (set(frame.columns) - set(named)):
        return raw
    note = _(
        "{first}, … are numbers of the calendar, not of periods ahead: plans begin with other columns, each as long "
        "after its issue"
    )
    return replace(raw, frame=frame.rename(named), notes=(*raw.notes, note.format(first=next(iter(named)))))


def _issued(frame: pl.DataFrame, numbers: Mapping[str, int], mapping: Mapping[str, str]) -> str | None:
    if mapping.get("issued") in frame.columns:
        return mapping["issued"]
    others = [name for name in frame.columns if name not in numbers]
    return told_by("issued", frame, others) or told_by("plan", frame, others)


def _number(moment: datetime, weekly: bool) -> int:
    return moment.isocalendar().week if weekly else moment.month


def _begin(filled: Iterable[int], turn: int) -> int | None:
    """The number behind the longest gap among those that are *filled*, where they turn with the year; None where there
    is none.

    >>> _begin([1, 2, 3, 51, 52], 52), _begin(range(1, 53), 52)
    (51, None)
    """
    numbers = sorted(min(one, turn) for one in set(filled))
    gaps = {one: (one - before) % turn for one, before in zip(numbers, numbers[-1:] + numbers[:-1], strict=True)}
    widest = max(gaps, key=lambda one: gaps[one], default=None)
    return widest if widest is not None and gaps[widest] > 1 else None


def _move_on(begun: list[tuple[int, int]]) -> bool:
    """Whether plans begin with different numbers, nearly all of them as long after their issue."""
    usual, _times = Counter(later for _first, later in begun).most_common(1)[0] if begun else (0, 0)
    near = sum(abs(later - usual) <= 1 for _first, later in begun)
    return len({first for first, _later in begun}) > 1 and usual <= _LATEST and near >= _MOST * len(begun)
