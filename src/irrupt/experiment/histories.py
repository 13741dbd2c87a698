"""The history of rules of one run: what was changed in it, by whom, and at which review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from irrupt.experiment.watching import Course, Done
from irrupt.organisation.rules import RuleChange, difference
from irrupt.regulation.history import History

if TYPE_CHECKING:
    from irrupt.experiment.answering import Question
    from irrupt.experiment.runs import Outcome
    from irrupt.experiment.trials import Trial


def history_of(asked: Question, outcome: Outcome, trial: Trial, number: int) -> History:
    """The rules of the run with the acts of *trial* in the pair of this *number*: founding rules, and each change at
    the moment at which it was made in this run."""
    line, warm_up = asked.organisation.timeline, asked.horizon.warm_up
    course = Course(acts=trial.scheduled, organisation=asked.organisation, moment=line.after(warm_up))
    met = outcome.with_act[trial.name][number][len(trial.columns) :]
    order = sorted((float(week), at) for at, week in enumerate(met) if np.isfinite(week))
    before = course.after(())
    changes, done = list(before[1]), list[int]()
    for week, together in groupby(order, key=lambda one: one[0]):
        done += [at for _week, at in together]
        after = course.after(done)
        changes += _made(before, after, line.after(warm_up + week))
        before = after
    return History(founding=asked.organisation, changes=tuple(changes))


def _made(before: Done, after: Done, moment: datetime) -> Sequence[RuleChange]:
    """What was changed at *moment*. Where an act took back what was done before, its last change does so."""
    known = len(before[1])
    if after[1][:known] == before[1]:
        return [replace(change, time=moment) for change in after[1][known:]]
    edits = difference(before[0], after[0])
    return [replace(after[1][-1], time=moment, edits=edits)]
