"""What is found at the ends of plausible work, from fewer pairs of runs than the main result has.

These pairs have the luck of its first ones. So by what the first ones are off the mean of all, those at the end are off
about as well: it is taken off, as far as pairs here and there go together (a control variate: Lavenberg & Welch 1981,
A perspective on the use of control variables to increase the efficiency of Monte Carlo simulations).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.experiment.learned import aligned
from irrupt.experiment.model import EFFECT_COLUMNS
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import means
from irrupt.experiment.trials import Trial

FEWEST = 8
"""Pairs from which on it is told how far they go together with those of the main result."""


def found_there(trial: Trial, there: Trial, outcome: Outcome, main: Outcome) -> Floats:
    """The difference in each column of a *trial*, nan where nothing tells it: in the *outcome* of the same trial
    *there*, beside that of the *main* result."""
    mine = main.differences(trial.name)[:, : len(trial.columns)]
    theirs = aligned(outcome.differences(there.name), there, trial)
    return controlled(theirs, mine[: len(theirs)], mine)


def controlled(some: Floats, beside: Floats, every: Floats) -> Floats:
    """The means of *some* rows, nearer to those of many by what the rows *beside* them tell, of which there are as many
    and which are among *every* row; nan counts nowhere.

    >>> every = np.arange(20.0)[:, None]
    >>> controlled(2.0 * every[:10] + 1.0, every[:10], every).tolist()  # 2 * 9.5 + 1, not 2 * 4.5 + 1
    [20.0]
    """
    both = np.isfinite(some) & np.isfinite(beside)
    own, other = means(some, both), means(beside, both)
    far, near = (np.where(both, one - mean, 0.0) for one, mean in ((some, own), (beside, other)))
    varies = (near * near).sum(axis=0)
    told = (both == np.isfinite(some)).all(axis=0) & (both.sum(axis=0) >= FEWEST) & (varies > 0.0)
    slope = (far * near).sum(axis=0) / np.where(told, varies, 1.0)
    found: Floats = means(some, np.isfinite(some))
    return np.where(told, found + slope * (means(every, np.isfinite(every)) - other), found)


def with_bound(effects: pl.DataFrame, end: str, trials: Sequence[Trial], found: Mapping[str, Floats]) -> pl.DataFrame:
    """*effects* of *trials* with the column *end* (`shortest` or `longest`) filled with the differences *found* there,
    scenario by scenario."""
    rows = [
        (trial.name, measure.name, party, measure.of, difference)
        for trial in trials
        for (measure, party), difference in zip(trial.columns, found[trial.name].tolist(), strict=True)
        if difference == difference
    ]
    keys = ["scenario", "measure", "party", "of"]
    other = pl.DataFrame(rows, schema={**dict.fromkeys(keys, pl.String), end: pl.Float64}, orient="row")
    return effects.drop(end).join(other, on=keys, how="left", maintain_order="left").select(*EFFECT_COLUMNS)
