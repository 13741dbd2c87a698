"""When acts that wait were done in a run, and what was changed then."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.experiment.watching import Course, Done
from irrupt.organisation.rules import RuleChange, amended, difference

Weeks = Floats
"""When each act that waits was done, in weeks after the warm-up; nan: never."""


class Turn(NamedTuple):
    """Acts that were done at one review."""

    week: float
    before: tuple[int, ...]
    """What had been done before, in order."""
    together: tuple[int, ...]

    @property
    def key(self) -> str:
        """What a store calls it: whatever the week, the same is changed."""
        return json.dumps([self.before, self.together])


def turns(met: Weeks) -> Iterator[Turn]:
    """The reviews of one run at which something was done.

    >>> [turn.together for turn in turns(np.array([3.0, np.nan, 1.0, 3.0]))]
    [(2,), (0, 3)]
    """
    order = sorted((float(week), at) for at, week in enumerate(met) if np.isfinite(week))
    done = tuple[int, ...]()
    for week, group in groupby(order, key=lambda one: one[0]):
        together = tuple(at for _week, at in group)
        yield Turn(week, done, together)
        done += together


def changed_at(course: Course, turn: Turn) -> Sequence[RuleChange]:
    """What is changed at *turn*, at whatever time, act by act. Where an act takes back what was done before, its last
    change does so; what is taken back as soon as it is done changes nothing."""
    gone = course.gone(turn.before + turn.together)
    done, made = turn.before, list[RuleChange]()
    for act in sorted(turn.together, key=lambda number: number in gone):
        before, after = course.after(done), course.after((*done, act))
        made += _changed(course, before, after)
        done = (*done, act)
    return made


def _changed(course: Course, before: Done, after: Done) -> Sequence[RuleChange]:
    """What one act more has changed."""
    known = len(before[1])
    if after[1][:known] == before[1]:
        return after[1][known:]
    *others, last = after[1]
    taken = difference(before[0], amended(course.organisation, others))
    return [replace(last, edits=(*taken, *last.edits))]
