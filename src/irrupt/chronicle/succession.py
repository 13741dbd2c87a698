"""What follows what within a case, also where the rows of several cases lie between each other.

Told by numbers of cases and the rows beside each other: windows over names would take several times as much room as the
rows themselves.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from irrupt.arraytypes import Ints


def in_order(events: pl.DataFrame) -> bool:
    """Whether each row of *events* has a case and an end, and they stand by case, then by end.

    >>> in_order(pl.DataFrame({"case": ["a", "a", "b"], "end": [1, 2, 1]}))
    True
    """
    case, end = events["case"], events["end"]
    if case.null_count() or end.null_count():
        return False
    before = case.shift(1)
    wrong = (case < before) | ((case == before) & (end < end.shift(1)))
    return not wrong.any()


def sorted_by_case(events: pl.DataFrame) -> pl.DataFrame:
    """*events* by case, then by end, equal ones as they stood; none of them is without either."""
    if in_order(events):
        return events
    end = events["end"].to_physical().to_numpy()
    return events[np.lexsort((end, events["case"].rank("dense").to_numpy()))]


def steps_within(case: pl.Series, moments: pl.Series) -> Ints:
    """From each of the *moments*, in the order of the rows, to the next one of the same case that is known.

    >>> steps_within(pl.Series(["a", "b", "a", "a"]), pl.Series([5, 7, None, 4])).tolist()
    [-1]
    """
    known = moments.is_not_null()
    if not known.all():
        case, moments = case.filter(known), moments.filter(known)
    number, value = case.rank("dense").to_numpy(), moments.to_physical().to_numpy()
    if (number[1:] < number[:-1]).any():
        order = np.argsort(number, kind="stable")
        number, value = number[order], value[order]
    found: Ints = np.diff(value)[number[1:] == number[:-1]]
    return found


def behind_earlier(events: pl.DataFrame, column: str) -> pl.Series:
    """Which rows stand behind one of their case whose *column* is later; only where the row before has one, too."""
    none = pl.repeat(False, events.height, eager=True)
    if not (steps_within(events["case"], events[column]) < 0).any():
        return none
    running = pl.col(column).cum_max().shift(1).over("case")
    return events.select((pl.col(column) < running).fill_null(False)).to_series()


def first_rows(case: pl.Series) -> Ints:
    """Where each case begins, if the cases stand one after the other in the order of their names; else nothing.

    >>> first_rows(pl.Series(["a", "a", "b"])).tolist(), first_rows(pl.Series(["b", "a"])).tolist()
    ([0, 2], [])
    """
    before = case.shift(1)
    if case.null_count() or (case < before).any():
        return np.empty(0, np.int64)
    return np.flatnonzero((case != before).fill_null(True).to_numpy()).astype(np.int64)


def extremes(first: Ints, moments: pl.Series, which: np.ufunc) -> pl.Series:
    """The earliest (`np.minimum`) or latest (`np.maximum`) of the *moments* of each case, which begins at *first*; null
    where it has none."""
    bounds = np.iinfo(np.int64)
    none = bounds.max if which is np.minimum else bounds.min
    found = which.reduceat(moments.to_physical().fill_null(none).to_numpy(), first)
    return pl.Series(moments.name, found).replace(none, None).cast(moments.dtype)


def first_known(first: Ints, column: pl.Series) -> pl.Series:
    """The first of the values of each case, which begins at *first*, that is known; null where none is.

    >>> first_known(np.array([0, 2]), pl.Series([None, "b", None])).to_list()
    ['b', None]
    """
    size = len(column)
    places = np.minimum.reduceat(np.where(column.is_null().to_numpy(), size, np.arange(size)), first)
    return column.gather(pl.Series(places).replace(size, None).cast(pl.UInt32))


def begins(events: pl.DataFrame, first: Ints) -> pl.Series:
    """The first moment of each case of *events*, whose rows begin at *first*."""
    moments = events.select(pl.coalesce("start", "end")).to_series()
    return extremes(first, moments, np.minimum).alias("begin")


def begins_of_cases(events: pl.DataFrame) -> pl.Series:
    """When each case of *events* begins, in any order of cases."""
    first = first_rows(events["case"])
    if len(first):
        return begins(events, first)
    return events.group_by("case").agg(pl.coalesce("start", "end").min().alias("begin"))["begin"]


def moments_of_cases(events: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """When each case of *events* begins and when it is over, in any order of cases."""
    first = first_rows(events["case"])
    if not len(first):
        begin, over = pl.coalesce("start", "end").min().alias("begin"), pl.coalesce("end", "start").max().alias("over")
        cases = events.group_by("case").agg(begin, over)
        return cases["begin"], cases["over"]
    ends = events.select(pl.coalesce("end", "start")).to_series()
    return begins(events, first), extremes(first, ends, np.maximum).alias("over")
