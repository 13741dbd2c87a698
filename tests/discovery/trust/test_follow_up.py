"""How long records go on after their last arrivals is told from the number of cases that are held out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.study import Study
from irrupt.discovery.trust.fidelity import in_swing
from irrupt.discovery.trust.follow_up import follow_up
from irrupt.discovery.trust.held_out import SHARE
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)
WEEKS, LAST_ARRIVALS = 60, 52
AGAIN = Distribution.exponential(7 * 86400.0)

ADVICE = Organisation(
    name="advice",
    origin=ORIGIN,
    clients={"All": Client(cases_per_week=120.0)},
    steps={"come": Step(activity="come"), "advise": Step(activity="advise")},
    routes={
        "start": (Route(to="come", share=1.0),),
        "come": (Route(to="advise", share=1.0, delay=AGAIN),),
        "advise": (Route(to="advise", share=0.7, delay=AGAIN), Route(to="end", share=0.3)),
    },
)
SPAN = 1 / 0.3
"""Weeks that a case takes: one for each piece of advice."""


def told(kept: pl.Expr) -> float:
    """Weeks of follow-up, as told of the records of cases that are *kept*, cut after four fifths of their events."""
    log = simulate(ADVICE, weeks=WEEKS, seed=2)
    begin, over = pl.col("start").min().over("case"), pl.col("end").max().over("case")
    events = log.events.with_columns(begin=begin, over=over).filter(kept).sort("end")
    cut = events["end"][int(SHARE * (events.height - 1))]
    held = events.filter(pl.col("begin") > cut)
    start = held["begin"].min()
    assert isinstance(start, datetime)
    train = events.filter(pl.col("over") <= cut).drop("begin", "over")
    study = Study(Chronicle(events=train, source="advice.csv", starts="missing"))
    swing = in_swing(discover(study, fidelity=False), start)
    found = follow_up(study.found("typical")[0], swing, start, held["case"].n_unique())
    return found / timedelta(weeks=1)


def test_records_that_stop_with_their_last_arrivals_are_told_from_those_that_follow_all_cases() -> None:
    """Of cases that are over by a day, the short ones are held out; of those that came until eight weeks before, all.
    What came before the cut does not tell which it is. Half a span is what is believed beforehand."""
    until = ORIGIN + timedelta(weeks=LAST_ARRIVALS)
    stopped = told(pl.col("over") <= until)
    followed = told(pl.col("begin") <= until)
    assert stopped < 0.6 * SPAN
    assert followed > 0.9 * SPAN
