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
from irrupt.experiment.trials import Trial

FEWEST = 8
"""Pairs from which on it is told how far they go together with those of the main result."""


def found_there(trial: Trial, there: Trial, outcome: Outcome, main: Outcome) -> Floats:
    """The difference in each column of a *trial*, nan where nothing tells it: in the *outcome* of the same trial
    *there*, beside that of the *main* result."""
    mine = _differences(main, trial)
    theirs = aligned(_differences(outcome, there), there, trial)
    return controlled(theirs, mine[: len(theirs)], mine)


def _differences(outcome: Outcome, trial: Trial) -> Floats:
    """Of each replication, nan where it was not run."""
    columns = slice(len(trial.columns))
    differences: Floats = outcome.with_act[trial.name][:, columns] - outcome.without[trial.name][:, columns]
    return differences


def controlled(some: Floats, beside: Floats, every: Floats) -> Floats:
    """The means of *some* rows, nearer to those of many by what the rows *beside* them tell, of which there are as many
    and which are among *every* row; nan counts nowhere.

    >>> every = np.arange(20.0)[:, None]
    >>> controlled(2.0 * every[:10] + 1.0, every[:10], every).tolist()  # 2 * 9.5 + 1, not 2 * 4.5 + 1
    [20.0]
    """
    both = np.isfinite(some) & np.isfinite(beside)
    count = np.maximum(both.sum(axis=0), 1)
    own, other = (np.where(both, one, 0.0).sum(axis=0) / count for one in (some, beside))
    far, near = (np.where(both, one - mean, 0.0) for one, mean in ((some, own), (beside, other)))
    varies = (near * near).sum(axis=0)
    told = (both == np.isfinite(some)).all(axis=0) & (count >= FEWEST) & (varies > 0.0)
    slope = np.where(told, (far * near).sum(axis=0) / np.where(told, varies, 1.0), 0.0)
    found: Floats = _means(some) + slope * (_means(every) - other)
    return found


def _means(rows: Floats) -> Floats:
    """The mean of what is finite in each column; nan of nothing."""
    there = np.isfinite(rows)
    count = there.sum(axis=0)
    means: Floats = np.where(count > 0, np.where(there, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return means


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
