"""When cases are due: by their class, and by how much they ask for, as far as these tell it.

What takes long is promised late. Without that, large cases would be late far more often than they are, and a team that
takes first what is due first would take them too early.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.kinds.attributes import FEWEST, Attribute, telling
from irrupt.discovery.times import timing
from irrupt.organisation import Distribution
from irrupt.organisation.model import DueFrom
from irrupt.organisation.promised import working_days
from irrupt.units import DAY

_FEW = 10
"""Cases of a class of a client's from which its own dates are told."""
_TOLD = 0.1
"""Part of what is left of the spread of times that a class, or the quantity, must explain to count."""
_TIMES_OF_DAY = 0.01
"""Times of the day at which cases are due, over the number of cases, at most, for these to be times that are set."""
_WEEKENDS, _STEADIER = 0.02, 0.5
"""Share of the cases, at most, that may be due on a Saturday or a Sunday where working days count; and what is left of
the spread of times, at most, when these are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Times until the cases of a client are due, each unit of the quantity left out."""

    left: Floats
    """Of the cases that tell them,"""
    cases: Ints
    """which these are,"""
    kind: Ints
    """and the class of each; -1: none that counts."""
    names: tuple[str, ...]
    """Of the classes."""
    per_unit: float

    def spread(self, counts: Floats | None) -> Distribution:
        """Of all of them; *counts*: what each case of the log does."""
        return timing.quantiles(self.left, None if counts is None else counts[self.cases])

    def by_class(self, counts: Floats | None) -> dict[str, Distribution]:
        """Of each class."""
        found = {}
        for number in np.unique(self.kind[self.kind >= 0]).tolist():
            mine = self.kind == number
            worth = None if counts is None else counts[self.cases[mine]]
            found[self.names[number]] = timing.quantiles(self.left[mine], worth)
        return found


def counted(came: Floats, after: Floats, client: Ints, classes: Attribute | None) -> tuple[DueFrom, Floats]:
    """How the time counts until cases are due, and these times, of cases that *came* at a moment and are due so many
    seconds *after* it, nan where that is not known. Those that are due at few times of the day are due so long after
    the begin of the day on which they come; and so many working days after it where that is steadier, for one client
    and class."""
    known = np.isfinite(after)
    due, day = came[known] + after[known], np.floor(came[known] / DAY).astype(np.int64)
    times, count = np.unique(np.round(due % DAY), return_counts=True)
    if not len(due) or len(times) > _TIMES_OF_DAY * count.sum():
        return "arrival", after
    until = np.floor(due / DAY).astype(np.int64)
    by_day, by_working_day = after.copy(), after.copy()
    by_day[known] = due - day * DAY
    by_working_day[known] = working_days(day, until) * DAY + due % DAY
    alike = client[known]
    if classes is not None:
        alike = alike * (len(classes.values) + 1) + classes.of_case[known]
    alike = np.unique(alike, return_inverse=True)[1]
    left, usual = (_within(each[known], alike).var() for each in (by_working_day, by_day))
    if np.mean(until % 7 > 4) > _WEEKENDS or left >= _STEADIER * usual:
        return "day", by_day
    return "working day", by_working_day


def learn(after: Floats, mine: Flags, classes: Attribute | None, amount: Floats | None) -> Dates:
    """The dates of a client whose cases are *mine*, or of everybody where he has few; *after*: seconds until each case
    is due, nan where it is not known. The classes and the *amount* of all cases, where there are any."""
    cases = np.flatnonzero(telling(after, mine))
    left = after[cases]
    nobody = np.full(len(cases), -1)
    plain = Dates(left=left, cases=cases, kind=nobody, names=(), per_unit=0.0)
    if len(cases) < FEWEST or left.std() == 0.0:
        return plain
    kind, names = _kinds(cases, classes)
    by_class = _within(left, kind)
    told = by_class.var() <= (1.0 - _TOLD) * left.var()
    kind = kind if told else nobody
    far = by_class if told else left - left.mean()
    per_unit = _per_unit(far, cases, kind, amount)
    if per_unit > 0.0 and amount is not None:
        left = np.maximum(left - per_unit * amount[cases], 0.0)
    return Dates(left=left, cases=cases, kind=kind, names=names, per_unit=per_unit)


def _kinds(cases: Ints, classes: Attribute | None) -> tuple[Ints, tuple[str, ...]]:
    """The class of each of *cases*, and the names of classes; -1 where few are of it."""
    if classes is None:
        return np.full(len(cases), -1), ()
    kind = classes.of_case[cases]
    count = np.bincount(kind[kind >= 0], minlength=len(classes.values))
    return np.where((kind >= 0) & (np.append(count, 0)[kind] >= _FEW), kind, -1), classes.values


def _within(values: Floats, kind: Ints) -> Floats:
    """How far each of *values* is from the mean of its kind."""
    count, total = np.bincount(kind + 1), np.bincount(kind + 1, values)
    found: Floats = values - (total / np.maximum(count, 1))[kind + 1]
    return found


def _per_unit(far: Floats, cases: Ints, kind: Ints, amount: Floats | None) -> float:
    """By how much each unit of the *amount* makes cases due later, beside what their class does; 0: it does not."""
    if amount is None or not np.isfinite(amount[cases]).all():
        return 0.0
    much = _within(amount[cases], kind)
    if not much.any() or not far.any():
        return 0.0
    slope = float((much * far).sum() / (much**2).sum())
    return slope if slope > 0.0 and (far - slope * much).var() <= (1.0 - _TOLD) * far.var() else 0.0
