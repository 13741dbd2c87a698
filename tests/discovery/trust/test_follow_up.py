"""How long records go on after their last arrivals is told from the number of cases that are held out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.study import Study
from irrupt.discovery.trust.fidelity import in_swing
from irrupt.discovery.trust.follow_up import _open, follow_up
from irrupt.discovery.trust.held_out import SHARE
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Route, Step
from irrupt.units import DAY

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


def test_records_of_cases_that_ended_between_two_days_are_not_followed_up() -> None:
    findings: Any = SimpleNamespace(complete=SimpleNamespace(ended_since=0.0))
    nothing: Any = None
    assert follow_up(findings, nothing, ORIGIN, 10) == timedelta(0)


@pytest.mark.parametrize("long", [2.0, 30.0])
def test_as_much_is_open_at_the_end_as_at_other_moments(long: float) -> None:
    """A case a day, each of which is over *long* days later and has an event a day until then: at any moment as many
    are open, half of whose events are over. Where cases take as long as the records but for a few days, moments in the
    middle of these tell it."""
    cases, days = 40, np.arange(int(long) + 1)
    begin = np.arange(cases) * (days.size)
    end = DAY * (np.arange(cases)[:, None] + 0.5 + days).ravel()
    log: Any = SimpleNamespace(
        begin=begin, start=end, end=end, over=end[begin + int(long)], case=np.repeat(np.arange(cases), days.size)
    )
    found = _open(log, 7.0)
    within = found.before / (found.before + found.after)
    assert found.before + found.after == pytest.approx(long * (long + 1), rel=0.1)
    assert within == pytest.approx(0.5, abs=0.1)
    twice = _open(log, 14.0)
    assert (twice.before, twice.after) == (pytest.approx(2 * found.before), pytest.approx(2 * found.after))
    assert twice.unsure > found.unsure > 0.1
