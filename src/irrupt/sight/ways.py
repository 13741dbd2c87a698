"""What cases go through: variants, activities and teams met, activities done again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Flags, Ints, Ints32
from irrupt.chronicle.rows import Legend, Rows, distinct
from irrupt.i18n import gettext as _

ARROW = " → "


def activity_name(legend: Legend, number: int) -> str:
    """The name of an activity, or words for one that the records do not name."""
    return legend.activities[number] if number >= 0 else _("unknown activity")


def by_case(rows: Rows, at: Ints | None = None) -> Rows:
    """*rows*, or those that stand *at* some places, case by case, each in the order in which its steps ended."""
    order = np.argsort(rows.case if at is None else rows.case[at], kind="stable")
    order = order if at is None else at[order]
    return Rows._make(column[order] for column in rows)


def first_of_case(ordered: Rows) -> Ints:
    """Where each case begins in rows that stand case by case."""
    if len(ordered.case) == 0:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.diff(ordered.case, prepend=ordered.case[0] - 1))


def lasts_of_cases(ordered: Rows) -> Flags:
    """Which rows, that stand case by case, are the last of their case."""
    lasts: Flags = np.diff(ordered.case, append=-1) != 0
    return lasts


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers scattered over 64 bits (the finaliser of splitmix64)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def variants(ordered: Rows, legend: Legend, most: int) -> tuple[list[tuple[str, int]], int]:
    """The *most* frequent ways through with their numbers of cases, and how many different ways there are.

    Ways are told apart by a 64-bit sum over (activity, place in the case). Of equally frequent ones, that of the
    earliest case comes first.
    """
    begin = first_of_case(ordered)
    if len(begin) == 0:
        return [], 0
    length = np.diff(np.append(begin, len(ordered.case)))
    place = np.arange(len(ordered.case)) - np.repeat(begin, length)
    key = (ordered.activity + 1).astype(np.uint64) << np.uint64(32) | place.astype(np.uint64)
    way = np.add.reduceat(_mixed(key), begin)
    _ways, example, count = np.unique(way, return_index=True, return_counts=True)
    shown = []
    for at in np.lexsort((example, -count))[:most]:
        first = begin[example[at]]
        steps = ordered.activity[first : first + length[example[at]]]
        shown.append((ARROW.join(activity_name(legend, int(step)) for step in steps), int(count[at])))
    return shown, len(count)


def met(rows: Rows, what: Ints32, kinds: int, clients: int) -> Ints:
    """How many cases of each client meet each kind of thing: shape (clients, kinds). Negative numbers are nothing."""
    known = what >= 0
    pairs = distinct(rows.case[known] * max(kinds, 1) + what[known])
    case, kind = np.divmod(pairs, max(kinds, 1))
    client = client_of_case(rows)[case]
    flat = np.bincount(client * max(kinds, 1) + kind, minlength=clients * max(kinds, 1))
    return flat.reshape(clients, max(kinds, 1))[:, :kinds]


def client_of_case(rows: Rows) -> Ints:
    """The client of each case, by the number of the case; 0 for numbers without rows."""
    clients = np.zeros(int(rows.case.max()) + 1 if len(rows.case) else 0, np.int64)
    clients[rows.case] = rows.client
    return clients


def done_again(rows: Rows, activities: int) -> Ints:
    """In how many cases each activity is done more than once."""
    known = rows.activity >= 0
    pairs = rows.case[known] * max(activities, 1) + rows.activity[known]
    pairs, count = np.unique(pairs, return_counts=True)
    return np.bincount(pairs[count > 1] % max(activities, 1), minlength=activities)


def firsts(case: Ints, activity: Ints32, cases: int, names: int) -> Ints32:
    """(cases, activities): the row in which each case first meets each activity; -1: it does not.

    >>> firsts(np.array([0, 0, 0, 1]), np.array([1, 0, 1, 1], np.int32), 2, 2).tolist()
    [[1, 0], [-1, 3]]
    """
    known = np.flatnonzero(activity >= 0)
    met, at = np.unique(case[known] * names + activity[known], return_index=True)
    first = np.full(cases * names, -1, np.int32)
    first[met] = known[at]
    return first.reshape(cases, names)
