"""Whether intervals cover, from the runs of a queue to the end: what no invented numbers can tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.experiment import compare
from irrupt.experiment.answering import question
from irrupt.experiment.executors import Threads
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Outcome
from irrupt.experiment.statistics import paired
from irrupt.organisation import Client, Organisation
from irrupt.regulation import Priority, Volume, When

PAIRS, EXPERIMENTS = 6000, 4000
WEEKS = {"replications": 4, "weeks": 4, "warm_up_weeks": 2, "run_out_weeks": 1, "seed": 3}


@pytest.mark.slow
def test_intervals_of_real_pairs_cover_94_to_96_percent(queue: Organisation) -> None:
    """Priority in a busy queue makes skew differences. Experiments of 20 pairs and of 100, as many as there are when
    nothing is said, out of 6,000 that were run; the truth is their mean, which lies where theory has it (Cobham
    1954)."""
    act = Priority(client="A", team="Desk")
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


def test_few_pairs_do_not_call_certain_what_some_pair_may_show(queue: Organisation) -> None:
    """Priority rarely moves how many cases of A finish within four weeks; where nothing of a party moves, it is
    certain. The act of the second scenario is done to nobody: there are no cases of the client."""
    rules = replace(queue, clients={**queue.clients, "C": Client(cases_per_week=0.0)})
    acts = {
        "some": [Priority(client="A", team="Desk")],
        "none": [Priority(client="C", team="Desk")],
        "more": [Volume(client="A", change=0.5)],
    }
    found = compare(rules, scenarios=acts, **WEEKS).effects
    rows = found.filter(pl.col("measure") == "throughput").to_dicts()
    some = {row["party"]: row for row in rows if row["scenario"] == "some"}
    assert some["A"]["difference"] == 0
    assert some["A"]["low"] == -some["A"]["high"] < 0
    assert some["A"]["noise"] == some["A"]["high"]
    assert all(row["low"] == row["high"] == 0 for row in rows if row["scenario"] == "none")
    come = found.filter(pl.col("measure").str.contains("arrivals") & (pl.col("scenario") == "some"))
    assert come["measure"].n_unique() == 3
    assert (come["high"] == 0).all(), "no act on queues makes another number of cases come"
    more = found.filter((pl.col("measure") == "arrivals") & (pl.col("scenario") == "more"))
    assert [party for party, high in more.select("party", "high").rows() if high == 0] == ["other clients"]


def test_cases_may_come_otherwise_where_what_is_done_today_waits_for_its_moment(queue: Organisation) -> None:
    """With the act it may be done in other runs than without it. An act on queues brings none by waiting itself."""
    never = "arrivals > 100000 for all clients over 4 weeks"
    more = When(act=Volume(client="A", change=0.5), condition=never)
    scenarios = {"at once": [Priority(client="A", team="Desk")], "late": [When(act=Priority(client="A", team="Desk"))]}
    for today in ((), (more,)):
        found = compare(queue, scenarios=scenarios, today=today, **WEEKS).effects
        come = found.filter((pl.col("measure") == "arrivals") & (pl.col("party") == "A"))
        assert come["scenario"].to_list() == ["at once", "late"]
        assert (come["high"] > 0).to_list() == [bool(today)] * 2
