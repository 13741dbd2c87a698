"""Whose turn it was before an act of the client that nobody asked him for: nobody's, where the case was over or done;
not his, where he cancels what was ours to go on with, or asks how far it is, and we go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Ints32
from irrupt.chronicle.giving_up import means_giving_up
from irrupt.chronicle.lexicon import begins_with, tells, words_of
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CLOCK, LAST, Rows

_OVER = 0.5
"""Share of the steps of an activity that end their case, for the case to be over after it; the same of those after
which nothing or no more than the end comes, and of those after which we go on."""


class Turns(NamedTuple):
    """Per row, case by case, whose turn it was until then, where that was not the client's though it is his act."""

    rest: Flags
    """Nobody's: the case was over, or all was done, and he takes it up again."""
    stopped: Flags
    """Ours, who would have gone on; he cancels, or chases us."""


def turns(ordered: Rows, activities: Sequence[str], closes: Flags | None = None) -> Turns:
    """Whose turn it was before each of the rows; *closes*: per activity, whether cases are over after it, as far as
    these rows tell when not said."""
    size = len(activities)
    closes = closing(ordered, size) if closes is None else closes
    if not len(ordered.case):
        return Turns(np.zeros(0, bool), np.zeros(0, bool))
    first = np.diff(ordered.case, prepend=ordered.case[0] - 1) != 0
    act = ordered.flags & CLIENT_ACT != 0
    unasked = act & ~first & (ordered.flags & CLIENT_WAIT == 0)
    before = np.roll(ordered.activity, 1)
    ends, by_clock, ours = _what_follows(ordered, first, closes)
    appeals, gives_up = _said(activities, protests), _said(activities, cancels)
    done = unasked & ~gives_up[ordered.activity] & _mostly(ordered, ends, size)[before]
    again = appeals[ordered.activity] | (_mostly(ordered, by_clock, size)[before] & _done_again(ordered, before, done))
    stopped = unasked & gives_up[ordered.activity] & _mostly(ordered, ours, size)[before]
    stopped |= unasked & _said(activities, chases)[ordered.activity] & ours
    return Turns((act & taken_up(ordered.activity, first, closes)) | (done & again), stopped)


def _what_follows(ordered: Rows, first: Flags, closes: Flags) -> tuple[Flags, Flags, Flags]:
    """Per row: nothing follows but the end of the case; a clock brings it, or nothing comes at all; work of ours
    follows."""
    none = np.roll(first, -1) | (ordered.flags & LAST != 0)
    flags = np.roll(ordered.flags, -1)
    end = ~none & np.append(closes, False)[np.roll(ordered.activity, -1)] & (flags & CLIENT_ACT == 0)
    return none | end, none | (end & (flags & CLOCK != 0)), ~none & (flags & (CLIENT_ACT | CLIENT_WAIT | CLOCK) == 0)


def _mostly(rows: Rows, happens: Flags, size: int) -> Flags:
    """Per activity, and False for none: whether it *happens* at most of its steps."""
    known = rows.activity >= 0
    count = np.bincount(rows.activity[known], minlength=size)
    found = (np.bincount(rows.activity[known], happens[known], size) >= _OVER * count) & (count > 0)
    return np.append(found, False)


def _done_again(ordered: Rows, before: Ints32, at: Flags) -> Flags:
    """Per row, of those *at* which the step before was done: whether this is mostly done once more afterwards, after
    such an act."""
    where = np.flatnonzero(at)
    if not len(where):
        return at
    many = np.int64(ordered.activity.max(initial=0) + 3)
    key = ordered.case * many + ordered.activity + 2
    order = np.argsort(key, kind="stable")
    last = order[np.searchsorted(key[order], ordered.case[where] * many + before[where] + 2, "right") - 1]
    pair = (before[where].astype(np.int64) + 2) * many + ordered.activity[where] + 2
    each, number = np.unique(pair, return_inverse=True)
    share = np.bincount(number, last > where, len(each)) / np.bincount(number, minlength=len(each))
    found = np.zeros(len(at), bool)
    found[where] = (share >= _OVER)[number]
    return found


def _said(activities: Sequence[str], said: Callable[[str], bool]) -> Flags:
    return np.array([*map(said, activities), False], bool)


def protests(label: str) -> bool:
    """Whether *label* tells of an appeal, or that something is opened again."""
    return begins_with(label, "reopening") or any("protest" in tells(word) for word in words_of(label, {}))


def cancels(label: str) -> bool:
    """Whether *label* tells that something is cancelled or given up."""
    return means_giving_up(label) or begins_with(label, "cancelling")


def chases(label: str) -> bool:
    """Whether *label* tells that somebody presses, or asks how far it is.

    >>> chases("Client calls to ask for status"), chases("Customer chases"), chases("Customer sends documents")
    (True, True, False)
    """
    return begins_with(label, "chasing")


def closing(rows: Rows, activities: int) -> Flags:
    """Per activity: whether a case is over after it, as far as most of its cases tell; *rows* in any order."""
    return _mostly(rows, rows.flags & LAST != 0, activities)[:-1]


def taken_up(activity: Ints32, first: Flags, closes: Flags) -> Flags:
    """Per row, case by case: the case seemed over after the step before. *first*: the first row of each case."""
    before = np.roll(activity, 1)
    over: Flags = ~first & np.append(closes, False)[before]
    return over


def rested(rows: Rows, activities: Sequence[str]) -> Rows:
    """*rows*, in any order, where a case that was over waits for nobody until the client takes it up again, nor for him
    until he cancels what was ours to go on with.

    The time is neither waiting for him nor for us, nor unexplained: his step counts from when it begins.
    """
    order = np.argsort(rows.case, kind="stable")
    told = turns(Rows._make(column[order] if len(column) else column for column in rows), activities)
    at = order[told.rest | told.stopped]
    flags, ready, enabled = rows.flags.copy(), rows.ready.copy(), rows.enabled.copy()
    flags[at] &= np.uint8(255 - CLIENT_WAIT)
    ready[at] = enabled[at] = np.where(np.isnan(rows.start[at]), rows.end[at], rows.start[at])
    return rows._replace(flags=flags, ready=ready, enabled=enabled)
