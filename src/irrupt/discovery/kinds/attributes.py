"""What the records say of each case beyond its steps: attributes that may be classes, a quantity, a due date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.model import EVENT_COLUMNS, Chronicle
from irrupt.discovery.log import Log
from irrupt.discovery.routes.limits import Amount

_MARKS = re.compile(r", | / ")
"""Between the values of attributes that make classes together."""
_MOST_VALUES = 12
_FEWEST_VALUES = 3
"""Numbers that an attribute must have for these to be a quantity."""
_FEWEST_CASES = 20
_CONSTANT = 0.99
"""Share of the cases in which an attribute must keep one value to be one of cases."""
_UNKNOWN = 0.05
"""Share of the cases whose value may be unknown when they begin."""
_RISING = 0.95
"""Rank correlation with time from which on numbers only say in which order cases came."""
_LATER = 0.95
"""Share of the cases in which a time must lie after the arrival to be a due date."""
FEWEST = 30
"""Cases of a client from which it is told what his own are like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute with few values."""

    name: str
    values: tuple[str, ...]
    of_case: Ints
    """Per case of the log: number of its value; -1: none, or a rare one."""


def telling(values: Floats, mine: Flags) -> Flags:
    """The cases that tell what those of a client are like, which are *mine*: his own, or all where few of his have a
    value."""
    known: Flags = np.isfinite(values)
    own: Flags = known & mine
    return own if own.sum() >= FEWEST else known


def class_of(values: Set[str], classes: Iterable[str]) -> str | None:
    """Which of *classes* a case is of whose attributes have these *values*: the one that is made of most of them, of
    several the first by name; None where it is of none.

    >>> class_of({"tax", "urgent"}, ["tax", "ordinary, tax", "urgent, tax"]), class_of({"tax"}, ["urgent, tax"])
    ('urgent, tax', None)
    """
    found = [
        (-len(parts), name)
        for name in classes
        for parts in ({name}, {*name.split(" / ")}, {*_MARKS.split(name)})
        if parts <= values
    ]
    return min(found)[1] if found else None


def crossed(one: Attribute, other: Attribute) -> tuple[Attribute, Ints, Ints]:
    """What cases are by both attributes, and the values of *one* and of the *other* of each value of that; rare ones
    stay without any.

    >>> kind = Attribute(name="kind", values=("a", "b"), of_case=np.array([0, 1, 1]))
    >>> size = Attribute(name="size", values=("large", "small"), of_case=np.array([1, 1, 0]))
    >>> both, of_kind, of_size = crossed(kind, size)
    >>> both.values, both.of_case.tolist(), of_kind.tolist(), of_size.tolist()
    (('a, small', 'b, large', 'b, small'), [0, 2, 1], [0, 1, 1], [1, 0, 1])
    """
    known = (one.of_case >= 0) & (other.of_case >= 0)
    pairs, number = np.unique(one.of_case[known] * len(other.values) + other.of_case[known], return_inverse=True)
    of_case = np.full(len(known), -1, np.int64)
    of_case[known] = number
    first, second = np.divmod(pairs, len(other.values))
    mark = " / " if any(", " in value for value in (*one.values, *other.values)) else ", "
    values = tuple(
        f"{one.values[a]}{mark}{other.values[b]}" for a, b in zip(first.tolist(), second.tolist(), strict=True)
    )
    return Attribute(name=f"{one.name}, {other.name}", values=values, of_case=of_case), first, second


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """What is known of each case of a log."""

    kinds: tuple[Attribute, ...]
    amounts: dict[str, Floats]
    """Attribute -> number per case, nan where there is none. Few numbers may be classes as well."""
    due: Floats | None
    """Seconds from the arrival of each case until it is due, nan where that is not known."""

    def numbers(self, names: Iterable[str | None]) -> list[Amount]:
        """The amounts with these *names*, in order; None is no name."""
        return [Amount(name, self.amounts[name]) for name in sorted(one for one in names if one is not None)]


def case_table(chronicle: Chronicle, log: Log) -> CaseTable:
    """The attributes of the cases of *log*, which was read from *chronicle*, that keep their value within a case."""
    kinds: list[Attribute] = []
    amounts: dict[str, Floats] = {}
    due: list[Floats] = []
    for column in _candidates(chronicle, log):
        if isinstance(column.dtype, pl.Datetime):
            after = _moments(column, log)
            known = after[np.isfinite(after)]
            if len(known) >= _FEWEST_CASES and (known > 0).mean() >= _LATER:
                due.append(after)
            continue
        values = column.n_unique()
        if column.dtype.is_numeric() and values >= _FEWEST_VALUES:
            number = _of_cases(column.cast(pl.Float64), log).to_numpy().astype(float)
            if not _serial(number, log.start[log.begin]):
                amounts[column.name] = number
        if (not column.dtype.is_numeric() or values <= _MOST_VALUES) and (kind := _kind(column, log)) is not None:
            kinds.append(kind)
    return CaseTable(kinds=tuple(kinds), amounts=amounts, due=due[0] if len(due) == 1 else None)


def _serial(number: Floats, came: Floats) -> bool:
    """Whether a *number* of cases merely rises, or falls, with the time when they *came*, as those of a register do."""
    known = np.isfinite(number)
    if np.count_nonzero(known) < _FEWEST_CASES:
        return False
    ranks = [np.unique(each[known], return_inverse=True)[1].astype(float) for each in (number, came)]
    one, other = ((rank - rank.mean()) / max(float(rank.std()), 1e-12) for rank in ranks)
    return bool(abs((one * other).mean()) > _RISING)


def _candidates(chronicle: Chronicle, log: Log) -> Iterator[pl.Series]:
    """Columns beyond the roles with one value in (nearly) each case, known from its first step on.

    What is recorded later is a result of the way that a case took: it cannot tell which way it will take.
    """
    events, first = chronicle.events, log.row[log.begin]
    more = sorted(set(events.columns) - set(EVENT_COLUMNS))
    known = [name for name in more if events[name].gather(first).null_count() <= _UNKNOWN * len(first)]
    values = events.group_by("case").agg(pl.col(name).drop_nulls().n_unique() for name in known)
    for name in known:
        if (values[name] <= 1).mean() >= _CONSTANT:  # type: ignore[operator]
            yield events[name]


def _of_cases(column: pl.Series, log: Log) -> pl.Series:
    """The first value that each case of *log* has."""
    table = pl.DataFrame({"case": log.case, "value": column.gather(log.row)})
    first = table.group_by("case", maintain_order=True).agg(pl.col("value").drop_nulls().first())
    return first.sort("case")["value"]


def _moments(column: pl.Series, log: Log) -> Floats:
    """Seconds from each case's arrival to its moment in *column*."""
    seconds = _of_cases(log.on_clock(column), log).to_numpy().astype(float)
    after: Floats = seconds - log.start[log.begin]
    return after


def _kind(column: pl.Series, log: Log) -> Attribute | None:
    """*column* as an attribute with few values, none of them that of a client alone."""
    values = _of_cases(column.cast(pl.String), log)
    counts = values.drop_nulls().value_counts(sort=True)
    frequent = counts.filter(pl.col("count") >= _FEWEST_CASES)["value"].to_list()
    if not 2 <= len(frequent) <= _MOST_VALUES:
        return None
    names = tuple(sorted(frequent))
    number = {name: at for at, name in enumerate(names)}
    of_case = np.array([number.get(value, -1) for value in values.to_list()], np.int64)
    return None if _told_by_client(of_case, log) else Attribute(name=column.name, values=names, of_case=of_case)


def _told_by_client(of_case: Ints, log: Log) -> bool:
    """Whether the client alone says what the value is: then it tells nothing more."""
    known: Flags = (of_case >= 0) & (log.client >= 0)
    pairs = np.unique(log.client[known] * (_MOST_VALUES + 1) + of_case[known])
    return len(pairs) <= len(np.unique(log.client[known]))
