"""Until when cases came of which is known whether they meet a step: also of those that still go on.

Cases that end late lack their last steps, so that the last weeks tell less. Yet of a case that still goes on is known
that it met a step, or that it never will, as it is beyond the place where others meet it. The weeks in which hardly a
case is left of which neither is known tell of that step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.sight.scene import Scene
from irrupt.sight.ways import lasts_of_cases

_NEARLY = 0.95
"""Part of the cases of a week that must be known; and part of early cases within whose time it is known."""
_BEYOND, _FEWEST = 0.02, 20
"""Of cases that meet both of two steps, the part at most, and how many there are at least, in which the second comes
before the first: whoever is at the second is beyond the first."""
_SAMPLE = 10_000
"""Cases that are looked at, evenly spread, for what comes beyond a step and how soon."""


@dataclass(frozen=True)
class Known:
    """What is known of the cases of a scene, numbered as they stand in *first*; moments are inf where it never is."""

    scene: Scene
    arrival: Floats
    """When each case came; nan: it does not count."""
    first: Ints32
    """(cases, activities): the row in which each case first meets each activity; -1: it does not."""
    last: Ints
    """The last row of each case."""

    @cached_property
    def _open(self) -> Flags:
        """Which cases may still go on: they ended with a step after which most do, and not more time has passed since
        than ever before the next step; where days tell, until the last case went on from there, as in a queue that
        grows whoever waits next has waited longer than all before him."""
        rows, ends = self.scene.rows, self.scene.rows.activity[self.last]
        gap = np.where(lasts_of_cases(rows), 0.0, np.roll(rows.end, -1) - rows.end)
        longest = np.zeros(len(self.scene.legend.activities) + 1)
        np.maximum.at(longest, rows.activity, gap)
        goes_on = ~np.append(self.scene.closes, False)[ends]
        until = self._went_on()[ends] if self.scene.periods.daily else rows.end.max()
        return np.asarray(goes_on & (until - rows.end[self.last] < longest[ends]) & self._counts)

    def _went_on(self) -> Floats:
        """When the last case went on after each activity, last one that nobody names; if none does, the end of all."""
        rows = self.scene.rows
        here = np.flatnonzero(~lasts_of_cases(rows))
        last = np.full(len(self.scene.legend.activities) + 1, -np.inf)
        np.maximum.at(last, rows.activity[here], rows.end[here + 1])
        return np.where(np.isfinite(last), last, rows.end.max())

    @cached_property
    def _counts(self) -> Flags:
        return np.isfinite(self.arrival)

    @cached_property
    def _looked_at(self) -> Ints:
        """The open cases, and then early ones, whether over or not: how long it takes until something is known."""
        early = self.arrival <= np.median(self.arrival[self._counts]) if self._counts.any() else self._counts
        return np.concatenate([np.flatnonzero(self._open), _some(np.flatnonzero(early))])

    @cached_property
    def _ends(self) -> Floats:
        return np.append(self.scene.rows.end, np.inf)

    def of_step(self, number: int) -> float:
        """Until when cases came of which is known whether they meet an activity."""
        return self._until(np.minimum(*self._moments(number)))

    def of_order(self, one: int, other: int) -> float:
        """The same of which of two activities they meet first, or that they do not meet both."""
        (met, never), (met_other, never_other) = self._moments(one), self._moments(other)
        return self._until(np.minimum(np.maximum(met, met_other), np.minimum(never, never_other)))

    def of_path(self, number: int) -> float:
        """The same of what follows an activity at once."""
        met, never = self._moments(number)
        at, rows = self._looked_at, self.scene.rows
        goes_on = np.isfinite(met) & (rows.activity[self.last[at]] != number)
        after = np.where(goes_on, self._ends[self.first[at, number] + 1], np.inf)
        return self._until(np.minimum(after, never))

    def _moments(self, number: int) -> tuple[Floats, Floats]:
        """When the cases that are looked at met an activity, or came beyond the place where others do without it."""
        if number not in self._found:
            met = self._ends[self.first[self._looked_at, number]]
            activity, end, begin = self._steps
            beyond = np.minimum.reduceat(np.where(self._beyond(number)[activity], end, np.inf), begin)
            self._found[number] = met, np.where(np.isfinite(met), np.inf, beyond)
        return self._found[number]

    @cached_property
    def _steps(self) -> tuple[Ints32, Floats, Ints]:
        """Activity and end of each step of the cases that are looked at, one case after the other, and where each
        begins: there may be many cases, and many activities that each of them does not meet."""
        begin, end = np.append(0, self.last[:-1] + 1)[self._looked_at], self.last[self._looked_at] + 1
        passed = np.cumsum(end - begin)
        place = passed - (end - begin)
        at = np.repeat(begin - place, end - begin) + np.arange(passed[-1] if len(passed) else 0)
        return self.scene.rows.activity[at], self.scene.rows.end[at], place

    @cached_property
    def _found(self) -> dict[int, tuple[Floats, Floats]]:
        return {}

    def _beyond(self, number: int) -> Flags:
        """Which activities, last those that nobody names, come after an activity wherever both are met, nearly."""
        here = self.first[_some(np.flatnonzero(self.first[:, number] >= 0))]
        both = (here >= 0).sum(axis=0)
        before = ((here >= 0) & (here < here[:, [number]])).sum(axis=0)
        beyond = (both >= _FEWEST) & (before <= _BEYOND * both)
        beyond[number] = False
        return np.append(beyond, False)

    def _until(self, moment: Floats) -> float:
        """Until when cases came of which, but for few, each has ended or something is known since a *moment*, that of
        each case that is looked at."""
        rows, still = self.scene.rows, int(self._open.sum())
        early = self._looked_at[still:]
        over = np.minimum(moment[still:], rows.end[self.last[early]]) - self.arrival[early]
        lasts = float(np.quantile(over, _NEARLY)) if len(early) else 0.0
        unknown = self._looked_at[:still][~np.isfinite(moment[:still])]
        return min(float(rows.end.max()) - lasts, self._hardly_any_until(unknown))

    def _hardly_any_until(self, cases: Ints) -> float:
        """Until when hardly one of these *cases* came: where queues grow, later ones last ever longer."""
        if not self._counts.any():
            return np.inf
        periods = self.scene.periods
        known = np.ones(periods.count + 2, bool)
        for span in (1, periods.in_a_week):
            came, unknown = (self._came(which, span) for which in (np.flatnonzero(self._counts), cases))
            known &= (unknown <= (1 - _NEARLY) * came) & (came > 0)
        some = np.flatnonzero(known)
        return float(np.append(periods.edges, np.inf)[some[-1]]) if len(some) else -np.inf

    def _came(self, cases: Ints, span: int) -> Ints:
        """How many of *cases* came within the last *span* periods, before the first period, in each one and after all:
        a week of days, as that all is known of the few cases of one day is chance."""
        periods = self.scene.periods
        passed = np.cumsum(np.bincount(periods.of(self.arrival[cases]) + 1, minlength=periods.count + 2))
        found: Ints = passed - np.append(np.zeros(span, passed.dtype), passed)[: len(passed)]
        return found


def _some(cases: Ints) -> Ints:
    """Of *cases*, no more than are looked at, evenly spread."""
    return cases[:: len(cases) // _SAMPLE + 1]
