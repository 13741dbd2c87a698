"""What acts bring a party, by the measures that it watches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.experiment.answering import Question
from irrupt.experiment.effects import smallest
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import mean_of
from irrupt.groups import ALL_CLIENTS, all_teams
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Gain


def gained(asked: Question, outcome: Outcome, party: Party) -> Gain:
    """What the one scenario of *asked* brings *party*: over the pairs of runs in which all that it watches is known, of
    what is known in any."""
    (trial,) = asked.trials
    places = {(measure.name, who): (at, measure) for at, (measure, who) in enumerate(trial.columns)}
    done = outcome.done
    parts: list[Floats] = []
    untold: list[str] = []
    priced = replace(asked.organisation, programmes=trial.rules.programmes)  # A price that is asked is weighed, too.
    whose = (party.name, ALL_CLIENTS, all_teams(trial.rules.teams))
    for name, weight in party.watches(priced).items():
        who = next((one for one in whose if (name, one) in places), None)
        if not weight:
            continue
        if who is None:
            untold.append(name)
            continue
        at, measure = places[name, who]
        without = outcome.without[trial.name][done][:, at]
        moved = outcome.with_act[trial.name][done][:, at] - without
        if not np.isfinite(moved).any():
            untold.append(name)
            continue
        better = 1.0 if party.wish(name) == "rise" else -1.0
        parts.append(better * weight * moved / smallest(measure, float(np.nanmean(without))))
    total = np.sum(parts, axis=0) if parts else np.empty(0)
    total = total[np.isfinite(total)]
    mean, low, high = mean_of(total) if len(total) > 1 else (0.0, -np.inf, np.inf)
    said = tuple(untold) if party.stakes is not None and party.stakes.watches else ()
    return Gain(mean=mean, low=low, high=high, pairs=len(total) if len(total) > 1 else 0, untold=said)
