"""What is still to come in cases that go on when the records stop: they have only not come to it yet.

A client who came lately, or whose cases last longest, has most of them, and would seem to go another way. So a case
that goes on counts as what others met who stood where it stands and went on; where that cannot be said, cases of two
sides are compared as long as hardly any of either goes on. It is the last periods that are left out then, not the cases
that go on: those that are over by then are the short ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.rows import Rows
from irrupt.sight.entries import week_of
from irrupt.sight.ways import firsts, lasts_of_cases

if TYPE_CHECKING:
    from irrupt.sight.scene import Scene

Places = npt.NDArray[np.intp]
Things = Sequence[tuple[Ints32, int]]
"""What cases may meet: columns of the rows, such as their activities, each with how many kinds there are."""
_FEW = 0.02
"""Part of the cases that are compared that may still go on; and chance below which a case is over."""
_PERIODS = 60
"""Periods of when cases came, at most."""
_SAMPLE = 2_000
"""Cases that are looked at, evenly spread, for what comes after a step."""


@dataclass(frozen=True)
class Over:
    """Which cases of a scene are over, those that clients gave up among them."""

    scene: Scene

    @cached_property
    def going_on(self) -> Floats:
        """How likely each case still goes on when the records stop, by its number."""
        return going_on(self.scene.with_given_up, self.scene.size)

    @cached_property
    def period(self) -> Ints32:
        """The week, or the longer period, in which each case came, by its number."""
        scene = self.scene
        week = week_of(np.nan_to_num(scene.arrivals), scene.ledgers.window)
        here = week[scene.cases.number[scene.ended]]
        first, last = (int(end) for end in (here.min(initial=0), here.max(initial=0)))
        return ((week - first) // (-(-(last - first + 1) // _PERIODS))).astype(np.int32)

    @cached_property
    def periods(self) -> int:
        """How many periods there are."""
        return int(self.period[self.scene.cases.number[self.scene.ended]].max(initial=0)) + 1

    def both(self, mine: Places, rest: Places, number: Ints) -> tuple[Places, Places]:
        """Of the cases that stand at *mine* and *rest*, those that came while those of both are over, but for few;
        *number*: that of each case that stands there."""
        until = self.until(number[mine], number[rest])
        return mine[self.period[number[mine]] < until], rest[self.period[number[rest]] < until]

    def until(self, *sides: Ints) -> int:
        """In how many periods, from the first on, the cases of each of several *sides*, given by number, are over, but
        for few in all."""
        known = np.ones(self.periods, bool)
        for side in sides:
            came, still = (np.bincount(self.period[side], worth, self.periods) for worth in (None, self.going_on[side]))
            known &= np.cumsum(still) <= _FEW * np.cumsum(came)
        return int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0

    def to_come(self, things: Things) -> tuple[Ints, Floats]:
        """The cases that may still go on, by number, and the chance that each meets each thing that it has not met yet,
        of shape (cases, things)."""
        still = np.flatnonzero(self.going_on > 0)
        kinds = sum(kinds for _what, kinds in things)
        if not len(still):
            return still, np.zeros((0, kinds))
        rows = self.scene.with_given_up
        last = np.zeros(self.scene.size, np.int64)
        last[rows.case] = np.arange(len(rows.case))  # the last row of a case is written last
        chance = self._later(things)[rows.activity[last[still]]]
        chance[self._firsts(still, things) >= 0] = 0.0
        return still, chance * self.going_on[still][:, None]

    def _later(self, things: Things) -> Floats:
        """Per activity, the last for those that nobody names: the share of the cases that went on after it without
        having met a thing that meet it later; of shape (activities, things)."""
        rows, cases = self.scene.with_given_up, self._early
        first, of_case = self._firsts(cases, things), np.full(self.scene.size, -1)
        of_case[cases] = np.arange(len(cases))
        at = np.flatnonzero((of_case[rows.case] >= 0) & ~lasts_of_cases(rows))
        found = np.zeros((len(self.scene.legend.activities) + 1, first.shape[1]))
        for activity in np.unique(rows.activity[at]):
            here = at[rows.activity[at] == activity]
            met = first[of_case[rows.case[here]]]
            later = met > here[:, None]
            found[activity] = later.sum(axis=0) / np.maximum((later | (met < 0)).sum(axis=0), 1)
        return found

    @cached_property
    def _early(self) -> Ints:
        """Cases that tell what comes after a step, evenly spread: those that came while hardly any goes on."""
        every = np.unique(self.scene.with_given_up.case)
        early = every[self.period[every] < self.until(every)]
        early = early if len(early) else every[self.going_on[every] < 1]
        return early[:: len(early) // _SAMPLE + 1]

    def _firsts(self, cases: Ints, things: Things) -> Ints32:
        """(cases, things): the row in which each case first meets each thing; -1: it does not."""
        rows, place = self.scene.with_given_up, np.full(self.scene.size, -1)
        place[cases] = np.arange(len(cases))
        at = np.flatnonzero(place[rows.case] >= 0)
        found = [firsts(place[rows.case[at]], what[at], len(cases), kinds) for what, kinds in things]
        return np.hstack([np.where(one >= 0, np.append(at, -1)[one], -1).astype(np.int32) for one in found])


def going_on(rows: Rows, cases: int) -> Floats:
    """How likely each case of *rows*, which stand case by case, goes on after its last row, by its number: by how many
    steps of this kind are followed by another one, and how many after a longer time than has passed since.

    Steps after which more time has passed than ever before the next one tell how many are the last of their case.
    """
    found = np.zeros(cases)
    if not len(rows.case):
        return found
    last = lasts_of_cases(rows)
    gap = np.where(last, rows.end.max() - rows.end, np.roll(rows.end, -1) - rows.end)
    order = np.argsort(rows.activity, kind="stable")
    for here in np.split(order, np.flatnonzero(np.diff(rows.activity[order])) + 1):
        ends, waited = here[last[here]], np.sort(gap[here[~last[here]]])
        if not (len(ends) and len(waited)):
            continue
        old = here[rows.end[here] < rows.end.max() - waited[-1]]
        over = float(last[old].mean()) if len(old) else 0.0
        longer = (1 - over) * (1 - np.searchsorted(waited, gap[ends], "right") / len(waited))
        found[rows.case[ends]] = longer / np.maximum(longer + over, np.finfo(float).tiny)
    found[found < _FEW] = 0.0
    return found
