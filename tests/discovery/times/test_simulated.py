"""What passes between the steps of simulated cases, of which some go straight on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.discovery.times.simulated import Between, Runs, rounds, stretches
from irrupt.engine import tables
from irrupt.engine.examples import counter
from irrupt.organisation import Distribution, Route, Step


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.0, 0.0), (0.5, 0.5, 0.75), (1.0, 1.0, 1.0)])
def test_whoever_goes_straight_on_is_told_apart_from_whoever_waits(share: float, least: float, most: float) -> None:
    """One serves and files; of the cases that he does not go on with, those count, too, which find nobody before them.
    Where nobody goes straight on, nothing is straight, however soon it begins."""
    step = Step(activity="Serve", team="Desk", duration=Distribution.exponential(1200.0))
    rules = replace(
        counter(cases_per_week=200.0),
        steps={name: replace(step, activity=name) for name in ("Serve", "File")},
        routes={
            "start": (Route(to="Serve", share=1.0),),
            "Serve": (Route(to="File", share=1.0, straight_on=share),),
            "File": (Route(to="end", share=1.0),),
        },
    )
    between = Between({("Serve", "File"): "filed"})
    found = stretches(tables(rules), between, Runs(20.0), 0, seed=1, with_work=False)["filed"]
    assert least <= found.straight / (found.straight + len(found.begin)) <= most
    assert (found.end >= found.begin).all()


@pytest.mark.parametrize(
    ("steps_per_week", "length", "weeks", "number", "warm_up"),
    [
        (1000.0, None, 100.0, 1, 15.0),
        (1e6, None, 2.0, 1, 0.0),
        (1.0, None, 5000.0, 1, 750.0),
        (1000.0, 101.0, 100.0, 1, 15.0),
        (1000.0, 20.0, 24.0, 4, 3.0),
        (1000.0, 80.0, 95.0, 1, 14.0),
        (1000.0, 100.0, 118.0, 1, 17.0),
    ],
)
def test_rounds_take_as_many_runs_as_long_as_the_records_as_there_is_time_for(
    steps_per_week: float, length: float | None, weeks: float, number: int, warm_up: float
) -> None:
    """A hundred thousand steps, of which the first 15 in a hundred do not count, in one run, of two weeks at least; or
    where there are days off in several, each as long as the records, after it has warmed up."""
    runs = rounds(steps_per_week, length)
    assert (*runs, runs.warm_up) == (weeks, number, warm_up)


def test_where_no_case_comes_nothing_passes() -> None:
    rules = tables(counter(cases_per_week=1e-9))
    assert stretches(rules, Between({("Serve", "Serve"): "again"}), Runs(2.0), 0, seed=1, with_work=False) == {}
