"""From measured pairs of runs to effects: differences, intervals, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats
from irrupt.experiment.model import EFFECT_COLUMNS
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import (
    MISS,
    Looks,
    Paired,
    Spread,
    chance,
    ends,
    ends_together,
    halves,
    learned_error,
    miss_among,
    paired,
    together,
    unseen,
)
from irrupt.experiment.trials import Trial
from irrupt.ledgers.model import Aspect, Measure
from irrupt.organisation.rules import Claim
from irrupt.regulation import Found, found, kind, verdict
from irrupt.regulation.when import waiting_in

STILL: frozenset[Aspect] = frozenset({"price", "penalty", "charges", "pay", "authors", "organising"})
"""What acts may set of the rules while all work goes on as it would: only what is waited for may be met then."""
NOTHING = 1e-9
"""Differences below this share of the level come from the order of sums."""
MOST_MORE = 1_000_000
"""More pairs of runs than these nobody waits for."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the pairs of runs of one trial tell; arrays of one entry per column of the trial."""

    result: Paired
    low: Floats
    high: Floats
    miss: Floats
    """Probability with which each interval may miss."""
    freedom: Floats
    """Degrees of freedom of each interval."""
    matters: Floats
    kinds: Sequence[str]
    noise: Floats
    """What the noise of the runs makes of half of each interval (`halves`)."""
    learned: Floats
    """The same for the uncertainty of what was learned; nan: not known."""


Spreads = Mapping[str, Spread]
"""Scenario -> how its differences vary over the organisations that the records support."""


def effects_of(trials: Sequence[Trial], said: Mapping[str, Judged]) -> pl.DataFrame:
    """One row per scenario, measure and party: `EFFECT_COLUMNS`. *said*: scenario -> what its pairs tell. What no pair
    of runs could tell, with the act and without, is left out."""
    rows = [row for trial in trials for row in _rows(trial, said[trial.name])]
    return pl.DataFrame(rows, schema=EFFECT_COLUMNS, orient="row")


def judged(trial: Trial, outcome: Outcome, looks: Looks = "once", spread: Spread | None = None) -> Judged:
    """Differences of *trial*, with intervals as wide as the number of questions asks for.

    What the claims name was asked beforehand: one interval misses with 5 %, several share that. All the rest is looked
    through for what moves: there, intervals are so wide that of those that leave out 0, 5 % miss on average
    (`miss_among`). What the act sets by construction and what emerges are two families: the certainty of the first
    lends nothing to the second. What is measured in detail, on request, is apart again. Differences that are
    exactly 0 belong to none: they are certain where nothing of the party differs in any pair, where the act sets
    only what no run looks at, such as prices (`STILL`), and of cases that come, where nothing makes more or fewer
    of them come. Else a pair that was not run may differ here too, and the interval is as long as that leaves open
    (`unseen`). *spread* makes intervals wider by the uncertainty of what was learned, and none narrower: what is
    unsure in two ways is no surer than in one.
    """
    measured = slice(len(trial.columns))
    without, with_act = (side[trial.name][outcome.done, measured] for side in (outcome.without, outcome.with_act))
    result = paired(without, with_act)
    alone = result.error, result.freedom, result.lean
    both = alone if spread is None else together(result, spread)
    kinds = [
        kind(measure, trial.members[party], trial.touches, at=trial.places.get(party, ()))
        for measure, party in trial.columns
    ]
    chances = np.maximum(*(chance(result.difference, *one, looks=looks) for one in (alone, both)))
    miss = _misses(trial, kinds, chances, np.isfinite(result.error) & ~_same(result))
    least, most = ends(result.difference, *alone, miss, looks=looks)
    low, high = ends(result.difference, *alone, miss, looks=looks)
    if spread is not None:
        low, high = ends_together(result, spread, miss, looks=looks)
    some = _perhaps(trial, result)
    room = unseen(without[:, some], with_act[:, some], miss[some])
    least[some], most[some] = 0.0 - room, room
    low, high = np.minimum(low, least), np.maximum(high, most)
    sure = None if spread is None else learned_error(result.difference, spread)
    noise, learned = halves((high - low) / 2, result.error, sure)
    return Judged(
        result=result,
        low=low,
        high=high,
        miss=miss,
        freedom=both[1],
        matters=np.array([smallest(m, result.without[i]) for i, (m, _party) in enumerate(trial.columns)]),
        kinds=kinds,
        noise=noise,
        learned=learned,
    )


def _misses(trial: Trial, kinds: Sequence[str], chances: Floats, uncertain: Flags) -> Floats:
    """How rarely each interval of *trial* must miss: see `judged`."""
    claimed = {(act.claim.measure, act.claim.party) for act in trial.acts}
    named = np.array([(measure.name, party) in claimed for measure, party in trial.columns])
    miss = np.full(len(kinds), MISS)
    miss[named] = MISS / max(len(claimed), 1)
    families = [(one, _detail(measure)) for one, (measure, _party) in zip(kinds, trial.columns, strict=True)]
    for one in sorted(set(families)):
        family = np.array([other == one for other in families]) & ~named
        miss[family] = miss_among(chances[family & uncertain])
    return miss


def _detail(measure: Measure) -> str:
    return measure.of if measure.of not in ("client", "team") else ""


def _same(result: Paired) -> Flags:
    """Which differences are nothing but the order of sums."""
    size = np.maximum(np.abs(result.low), np.abs(result.high))
    same: Flags = size < NOTHING * np.maximum(np.abs(np.nan_to_num(result.without)), 1)
    return same


def _perhaps(trial: Trial, result: Paired) -> Flags:
    """Which differences are 0 in all pairs, while others of the same party are not; none where no run could go
    otherwise."""
    same, aspects = _same(result), {touch.aspect for touch in trial.touches}
    if not trial.waiting and STILL.issuperset(aspects):
        return np.zeros(len(same), bool)
    differs = ~same & np.isfinite(result.difference)
    moved = {party for (_measure, party), one in zip(trial.columns, differs, strict=True) if one}
    room = [
        party in moved and (measure.set_by != {"demand"} or _brought(trial, party)) for measure, party in trial.columns
    ]
    some: Flags = same & np.array(room, bool)
    return some


def _brought(trial: Trial, party: str) -> bool:
    """Whether other cases of *party* may come with the acts than without: also as acts that wait are done or not."""
    asked = {touch.client for touch in trial.touches if touch.aspect == "demand"}
    mine = trial.members[party]
    waits = any(
        one.clients.get(name) != trial.begins.clients.get(name) for one in trial.subsets.values() for name in mine
    )
    return bool(trial.rules.products) or waits or not asked.isdisjoint({None, *mine})


def _rows(trial: Trial, said: Judged) -> list[dict[str, object]]:
    result = said.result
    rows: list[dict[str, object]] = []
    for index, (measure, party) in enumerate(trial.columns):
        without, with_act = float(result.without[index]), float(result.with_act[index])
        if np.isnan(result.difference[index]):
            continue
        difference, low, high = float(result.difference[index]), float(said.low[index]), float(said.high[index])
        matters = float(said.matters[index])
        worth = verdict(low, high, matters)
        pairs = int(result.pairs[index])
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
                "difference": difference,
                "low": low,
                "high": high,
                "noise": float(said.noise[index]),
                "learned": None if np.isnan(said.learned[index]) else float(said.learned[index]),
                "level": 1 - float(said.miss[index]),
                "freedom": float(said.freedom[index]),
                "matters": matters,
                "verdict": worth,
                "kind": said.kinds[index],
                "more": more_pairs(difference, low, high, matters, pairs, float(said.learned[index]))
                if worth == "undecided"
                else None,
                "shortest": None,
                "longest": None,
            }
        )
    return rows


def more_pairs(
    difference: float, low: float, high: float, matters: float, pairs: int, learned: float = math.nan
) -> int | None:
    """About how many more pairs of runs would make the interval leave out 0, or lie within ±*matters*.

    If the difference stays what it is: each side of the interval shrinks with the root of the number of pairs, but for
    what comes of the uncertainty of what was *learned*, which has the same part in both. None where nobody could wait
    for it, or where no run could help.

    >>> more_pairs(1.0, -1.0, 3.0, 0.5, 20), more_pairs(1.0, -1.0, 3.0, 0.5, 20, learned=1.5)
    (60, None)
    >>> more_pairs(1.0, -1.0, 9.0, 0.5, 20), more_pairs(0.0, -1.0, 2.0, 1.0, 20)
    (60, 60)
    """
    below, above = difference - low, high - difference
    apart = [(below if difference > 0 else above, abs(difference))]
    within = [(below, matters + difference), (above, matters - difference)]
    part = 2 * learned / (high - low) if math.isfinite(learned) and high > low else 0.0
    noise = math.sqrt(max(1 - part**2, 0.0))
    found = []
    for way in (apart, within):
        if all(math.isfinite(side) and goal > part * side for side, goal in way):
            widest = max(noise * side / goal / math.sqrt(1 - (part * side / goal) ** 2) for side, goal in way)
            found.append(pairs_for(widest, 1.0, pairs))
    return min((one for one in found if one is not None), default=None)


def pairs_for(half: float, goal: float, pairs: int) -> int | None:
    """How many pairs are missing for half of the interval to shrink from *half* to *goal*; None: too many."""
    needed = pairs * (half / goal) * (half / goal)
    return max(math.ceil(needed) - pairs, 1) if needed - pairs <= MOST_MORE else None


def smallest(measure: Measure, without: float) -> float:
    """The smallest effect that matters, in the measure's unit, beside a baseline of *without*."""
    return max(measure.matters * abs(without), measure.matters_least) if np.isfinite(without) else measure.matters_least


def found_of(trial: Trial, said: Judged, outcome: Outcome) -> tuple[Found, ...]:
    """Each claim beside what was found for the party and measure that it names; one that several acts make, once."""
    places = {(measure.name, party): index for index, (measure, party) in enumerate(trial.columns)}
    answers = []
    for claim in dict.fromkeys(act.claim for act in trial.acts):
        index = places[(claim.measure, claim.party)]
        answers.append(
            found(
                claim,
                difference=float(said.result.difference[index]),
                low=float(said.low[index]),
                high=float(said.high[index]),
                without=float(said.result.without[index]),
                unit=trial.columns[index][0].unit,
                matters=float(said.matters[index]),
                noise=float(said.noise[index]),
                learned=float(said.learned[index]),
                runs=int(outcome.done.sum()),
                done=_done(trial, claim, outcome),
            )
        )
    return tuple(answers)


def _done(trial: Trial, claim: Claim, outcome: Outcome) -> int | None:
    """In how many runs some act that makes the *claim* was done; None: it waits for nothing, and was done in all."""
    acts = [act for act in trial.acts if act.claim == claim]
    waiting = [place for place, act in enumerate(trial.waiting) if act in acts]
    if len(waiting_in(acts)) < len(acts):
        return None
    came = np.isfinite(outcome.with_act[trial.name][outcome.done][:, len(trial.columns) :][:, waiting])
    count = int(came.any(axis=1).sum())
    return None if count == len(came) else count
