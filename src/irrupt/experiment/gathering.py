"""Pairs of runs are gathered: as many as were asked for, or until intervals are narrow enough.

How precision is reached without breaking the level of the intervals: pairs are added until the *widths* asked for are
there, never until a difference is told apart. For normal differences the width says nothing about the mean, so that
stopping at a width leaves the level what it is but for a trifle (Chow & Robbins 1965; Starr 1966), which the tests
measure. Whoever looks before the end is shown intervals that hold at all looks together (`statistics.half_width`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from irrupt.experiment.effects import Spreads, judged
from irrupt.experiment.precision import Precision, missing_pairs
from irrupt.experiment.runs import Executor, Outcome, Plan, Replication
from irrupt.experiment.trials import Trial

FIRST = 20
"""Pairs after which a first answer is given, and precision is looked at for the first time."""
STEP = 1.25
"""How much more there must be for another answer to be given."""

Kept = Callable[[Replication], None]
"""Called with each replication that was run."""
Told = Callable[[int], None]
"""Called with the number of replications that are there."""


@dataclass(slots=True)
class Gathering:
    """Replications of one plan, as they come in."""

    plan: Plan
    executor: Executor
    outcome: Outcome
    kept: Kept | None = None
    told: Told | None = None
    seen: Callable[[Outcome], None] | None = None
    """Called now and then with the first replications, all finished: whatever order they finish in."""
    shown: int = 0

    def up_to(self, replications: int) -> int:
        """See to it that the first *replications* are there; their number.

        Ctrl-C keeps what is finished, unless that is nothing.
        """
        # a Chronicle of the baseline is written by whoever runs it: by one
        apart = self.executor.at_once if self.plan.chronicles is None else 1
        running = self.executor.run(self.plan, self.outcome.missing(replications, apart))
        try:
            self._tell(replications)
            for found in running:
                self.outcome.put(found)
                if self.kept is not None:
                    self.kept(found)
                self._tell(replications)
                self._show(replications)
        except KeyboardInterrupt:
            self.outcome.interrupted = True
            if self.outcome.done.sum() < 2:
                raise
        finally:
            getattr(running, "close", lambda: None)()
        return replications

    def _tell(self, replications: int) -> None:
        if self.told is not None:
            self.told(int(self.outcome.done[:replications].sum()))

    def _show(self, replications: int) -> None:
        if self.seen is None:
            return
        gaps = np.flatnonzero(~self.outcome.done)
        together = int(gaps[0]) if len(gaps) else len(self.outcome.done)
        if FIRST <= together < replications and together >= STEP * self.shown:
            self.shown = together
            self.seen(self.outcome.first(together))


def until_precise(gathering: Gathering, trials: Sequence[Trial], asked: Sequence[Precision], most: int) -> int:
    """Add pairs until every precision *asked* is there for every one of *trials*, or *most* pairs are; how many.

    The numbers at which it is looked at depend on what the pairs before came to, never on who ran them.
    """
    count = min(FIRST, most)
    while True:
        gathering.up_to(count)
        if gathering.outcome.interrupted or count >= most:
            return count
        more = shortfall(trials, gathering.outcome.first(count), asked)
        if more == 0:
            return count
        wanted = math.inf if more is None else more * 1.03
        count = min(most, count + math.ceil(min(max(wanted, count / 8), count)))


def shortfall(
    trials: Sequence[Trial], outcome: Outcome, asked: Sequence[Precision], spreads: Spreads | None = None
) -> int | None:
    """About how many more pairs of runs it takes for all that is *asked*, where *spreads* tell how sure it is what was
    learned; None: too many, or no run could help."""
    most = 0
    for trial in trials:
        said = judged(trial, outcome, spread=(spreads or {}).get(trial.name))
        for one in asked:
            more = missing_pairs(one, trial, said)
            if more is None:
                return None
            most = max(most, more)
    return most
