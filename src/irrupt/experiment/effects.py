"""From measured pairs of runs to effects: differences, intervals, and what each is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from irrupt.experiment.model import EFFECT_COLUMNS
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import paired
from irrupt.experiment.trials import Trial
from irrupt.ledgers.model import Measure
from irrupt.regulation import Found, found, kind, verdict


def effects_of(trials: Sequence[Trial], outcome: Outcome) -> pl.DataFrame:
    """One row per scenario, measure and party: `EFFECT_COLUMNS`. Measures that no run could tell are left out."""
    rows = [row for trial in trials for row in _rows(trial, outcome)]
    return pl.DataFrame(rows, schema=EFFECT_COLUMNS, orient="row")


def _rows(trial: Trial, outcome: Outcome) -> list[dict[str, object]]:
    result = paired(outcome.without[trial.name][outcome.done], outcome.with_act[trial.name][outcome.done])
    rows: list[dict[str, object]] = []
    for index, (measure, party) in enumerate(trial.columns):
        without, with_act = float(result.without[index]), float(result.with_act[index])
        low, high = float(result.low[index]), float(result.high[index])
        if np.isnan(without) and np.isnan(with_act):
            continue
        matters = smallest(measure, without)
        rows.append(
            {
                "scenario": trial.name,
                "ledger": measure.ledger,
                "measure": measure.name,
                "party": party,
                "of": measure.of,
                "unit": measure.unit,
                "without": without,
                "with": with_act,
                "difference": float(result.difference[index]),
                "low": low,
                "high": high,
                "matters": matters,
                "verdict": verdict(low, high, matters),
                "kind": kind(measure, trial.members[party], trial.touches, at=trial.places.get(party, ())),
                "shortest": None,
                "longest": None,
            }
        )
    return rows


def smallest(measure: Measure, without: float) -> float:
    """The smallest effect that matters, in the measure's unit, beside a baseline of *without*."""
    return max(measure.matters * abs(without), measure.matters_least) if np.isfinite(without) else measure.matters_least


def with_bound(effects: pl.DataFrame, end: str, at_the_end: pl.DataFrame) -> pl.DataFrame:
    """*effects* with the column *end* (`shortest` or `longest`) filled with the differences found there."""
    keys = ["scenario", "measure", "party", "of"]
    other = at_the_end.select(*keys, pl.col("difference").alias(end))
    return effects.drop(end).join(other, on=keys, how="left", maintain_order="left").select(*EFFECT_COLUMNS)


def found_of(trial: Trial, outcome: Outcome) -> tuple[Found, ...]:
    """Each act's claim beside what was found for the party and measure that it names."""
    result = paired(outcome.without[trial.name][outcome.done], outcome.with_act[trial.name][outcome.done])
    places = {(measure.name, party): index for index, (measure, party) in enumerate(trial.columns)}
    answers = []
    for act in trial.acts:
        index = places[(act.claim.measure, act.claim.party)]
        measure = trial.columns[index][0]
        without = float(result.without[index])
        answers.append(
            found(
                act.claim,
                difference=float(result.difference[index]),
                low=float(result.low[index]),
                high=float(result.high[index]),
                without=without,
                unit=measure.unit,
                matters=smallest(measure, without),
            )
        )
    return tuple(answers)
