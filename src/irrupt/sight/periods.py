"""The periods in which changes are looked for: weeks or, where there are too few of them, days of work.

Series are counted in them, whichever they are, and what looks at series calls each of them a week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.i18n import ngettext
from irrupt.ledgers import Window
from irrupt.units import DAY, WEEK

FEWEST = 12
"""Periods that are needed."""
_HALF_YEAR = 26
"""Weeks from which on a season may be seen."""
_YEAR = 365.25 / 7
_QUIET = 0.1
"""Part of what is done on the usual day that is less than a day of work: it belongs to the day before."""


@dataclass(frozen=True, eq=False)
class Periods:
    """Periods that follow each other."""

    edges: Floats
    """Seconds since the origin at which they begin; last, the end."""
    daily: bool
    """Days of work, not weeks: a day of rest belongs to the one before."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.edges) - 1

    @property
    def length(self) -> float:
        """Seconds of one of them; of days of work, with the days of rest between them."""
        return float(self.edges[-1] - self.edges[0]) / self.count

    @property
    def in_a_week(self) -> int:
        """How many make up a week."""
        return max(round(WEEK / self.length), 1) if self.count else 1

    def notes(self) -> list[str]:
        """That there are too few of them for changes to be looked for."""
        text = ngettext(
            "rule changes are not looked for: the records hold {n} day of work, and {least} are needed",
            "rule changes are not looked for: the records hold {n} days of work, and {least} are needed",
            self.count,
        )
        return [text.format(n=self.count, least=FEWEST)] if self.count < FEWEST else []

    def of(self, moment: Floats) -> Ints:
        """The number of the period in which each *moment* lies; below 0, or as many as there are, outside of all.

        >>> Periods(np.array([0.0, DAY, 4 * DAY]), daily=True).of(np.array([-1.0, 0.0, 3 * DAY, 4 * DAY, np.nan]))
        array([-1,  0,  1,  2, -1])
        """
        found: Ints = np.searchsorted(self.edges, np.nan_to_num(moment, nan=-np.inf), "right") - 1
        return found

    def begin(self, number: int) -> float:
        """When a period begins. There is no day of work after the last one, yet weeks go on."""
        last = self.count - 1
        return float(self.edges[min(number, last)]) + (0.0 if self.daily else WEEK * max(number - last, 0))

    @property
    def trends(self) -> list[Floats]:
        """What changes by and by from each period to the next: a steady trend and, in half a year, a season."""
        weeks = (self.edges[:-1] - self.edges[0]) / WEEK
        season = [np.sin(2 * np.pi * weeks / _YEAR), np.cos(2 * np.pi * weeks / _YEAR)]
        return [weeks - weeks.mean(), *(season if self.edges[-1] - self.edges[0] >= _HALF_YEAR * WEEK else [])]


def weeks(count: int, begin: float = 0.0) -> Periods:
    """So many weeks from a moment on."""
    return Periods(begin + WEEK * np.arange(count + 1, dtype=np.float64), daily=False)


def periods(window: Window, moments: Floats) -> Periods:
    """Of a *window*: whole weeks, if there are enough; else days, told by the *moments* at which something is done.

    >>> work = DAY * (np.arange(28)[np.arange(28) % 7 < 5, None] + np.linspace(0.3, 0.7, 9)).ravel()
    >>> found = periods(Window(begin=0.0, end=28 * DAY), work)
    >>> found.count, (found.edges[4:7] / DAY).tolist(), periods(Window(begin=0.0, end=12 * WEEK), work).count
    (20, [4.0, 7.0, 8.0], 12)
    """
    if window.whole(WEEK) >= FEWEST:
        return weeks(window.whole(WEEK), window.begin)
    first, last = int(np.ceil(window.begin / DAY)), max(int(window.end // DAY), int(np.ceil(window.begin / DAY)))
    day = np.floor(moments[window.contains(moments)] / DAY).astype(np.int64) - first
    done = np.bincount(day[(day >= 0) & (day < last - first)], minlength=last - first)
    usual = float(np.median(done[done > 0])) if done.any() else 0.0
    begins = first + np.flatnonzero(done > _QUIET * usual)
    return Periods(DAY * np.append(begins, last).astype(np.float64), daily=True)
