"""Whether intervals cover, from the runs of a queue to the end: what no invented numbers can tell."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.experiment.answering import question
from irrupt.experiment.executors import Threads
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import paired
from irrupt.organisation import Organisation
from irrupt.regulation import Priority

PAIRS, EXPERIMENTS = 6000, 4000


@pytest.mark.slow
def test_intervals_of_real_pairs_cover_94_to_96_percent(queue: Organisation) -> None:
    """Priority in a busy queue makes skew differences. Experiments of 20 pairs and of 100, as many as there are when
    nothing is said, out of 6,000 that were run; the truth is their mean, which lies where theory has it (Cobham
    1954)."""
    act = Priority(client="A", team="Team")
    asked = question(queue, {"priority": (act,)}, Horizon(warm_up=2.0, weeks=4.0, run_out=1.0), 7)
    outcome = Outcome.none(asked.plan)
    for found in Threads().run(asked.plan, outcome.missing(PAIRS)):
        outcome.put(found)
    at = asked.plan.columns["priority"].index(("waiting for us", "A"))
    without, with_act = outcome.without["priority"][:, at], outcome.with_act["priority"][:, at]
    truth = float((with_act - without).mean())
    assert truth == pytest.approx(0.7 / 0.79 - 0.7 / 0.3, rel=0.05)
    for pairs in (20, 100):
        chosen = np.random.default_rng(3).integers(0, PAIRS, (pairs, EXPERIMENTS))
        result = paired(without[chosen], with_act[chosen])
        assert 0.935 <= np.mean((result.low <= truth) & (truth <= result.high)) <= 0.965
