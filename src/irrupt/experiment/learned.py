"""How much an effect depends on what the records happened to show: the same acts on alternative organisations.

An organisation learned from a log is one of many that the log supports. The acts are tried on some of these too, with
the luck of the first replications of the main result. By how much an effect differs from one organisation to the next,
beyond the noise of the runs, is the uncertainty of what was learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from irrupt.experiment.answering import Question, question
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.statistics import Spread
from irrupt.experiment.trials import Trial
from irrupt.organisation.model import Organisation

Values = npt.NDArray[np.float64]
PAIRS = 2
"""Pairs of runs on each alternative."""


def spreads(
    others: Sequence[Organisation],
    asked: Question,
    outcome: Outcome,
    executor: Executor,
    done: Callable[[int], None] | None = None,
) -> dict[str, Spread]:
    """Scenario -> spread over *others* of the differences that *outcome* tells of the organisation itself.

    *done* is called with the number of alternatives that are done.
    """
    pairs = min(PAIRS, len(outcome.done))
    own = {
        one.name: (outcome.with_act[one.name] - outcome.without[one.name])[:pairs, : len(one.columns)]
        for one in asked.trials
    }
    found: dict[str, list[tuple[Values, Values]]] = {trial.name: [] for trial in asked.trials}
    for number, other in enumerate(others):
        there = question(other, asked.chosen, asked.horizon, asked.seed, detail=asked.detail)
        result = Outcome.none(there.plan)
        for replication in executor.run(there.plan, result.missing(pairs)):
            result.put(replication)
        for trial, mine in zip(asked.trials, there.trials, strict=True):
            drawn = result.with_act[mine.name] - result.without[mine.name]
            found[trial.name].append(_moved(_aligned(drawn, mine, trial), own[trial.name]))
        if done is not None:
            done(number + 1)
    return {name: _spread(moved) for name, moved in found.items() if moved}


def _aligned(drawn: Values, theirs: Trial, trial: Trial) -> Values:
    """The columns of *trial*, taken from those of *theirs*; nan where it has none."""
    place = {(measure.name, party): index for index, (measure, party) in enumerate(theirs.columns)}
    indices = [place.get((measure.name, party), -1) for measure, party in trial.columns]
    padded = np.concatenate([drawn, np.full((len(drawn), 1), np.nan)], axis=1)
    aligned: Values = padded[:, indices]
    return aligned


def _moved(drawn: Values, own: Values) -> tuple[Values, Values]:
    """By how much the difference is another, squared, and the share of that which is noise of the runs."""
    moved = drawn - own
    known = np.isfinite(moved)
    count = known.sum(axis=0)
    mean = np.where(known, moved, 0.0).sum(axis=0) / np.maximum(count, 1)
    residual = np.where(known, moved - mean, 0.0)
    noise = (residual**2).sum(axis=0) / np.maximum(count - 1, 1) / np.maximum(count, 1)
    missing = count < 2
    return np.where(missing, np.nan, mean**2), np.where(missing, np.nan, noise)


def _spread(moved: Sequence[tuple[Values, Values]]) -> Spread:
    squares, noise = (np.array(part) for part in zip(*moved, strict=True))
    known = np.isfinite(squares)
    count = np.maximum(known.sum(axis=0), 1)
    variance = (np.where(known, squares, 0.0).sum(axis=0) - np.where(known, noise, 0.0).sum(axis=0)) / count
    error = np.where(known.any(axis=0), np.sqrt(np.maximum(variance, 0.0)), np.nan)
    return Spread(error=error, alternatives=len(moved))
