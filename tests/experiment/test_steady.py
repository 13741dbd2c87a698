"""Warm-up and long runs: what is cut off, and intervals that cover as often as they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt import cases
from irrupt.engine import tables
from irrupt.experiment import compare
from irrupt.experiment.horizon import Horizon, chosen, settled, settling
from irrupt.experiment.steady import BATCH, mser, steady
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team, load
from irrupt.regulation import Priority


def wandering(generator: np.random.Generator, runs: int, length: int, memory: float, start: float) -> np.ndarray:
    """Runs of an autoregressive process of mean 0 that begins at *start*."""
    values = np.empty((runs, length))
    now = np.full(runs, start)
    for at in range(length):
        now = memory * now + generator.normal(0, 1, runs)
        values[:, at] = now
    return values


def test_a_slope_at_the_beginning_is_cut_off_and_what_is_level_is_not() -> None:
    generator = np.random.default_rng(2)
    level = generator.normal(10, 1, 1000)
    cut, reached = mser(level)
    assert reached
    assert cut <= 100
    sloping = level + np.concatenate([np.linspace(30, 0, 200), np.zeros(800)])
    cut, reached = mser(sloping)
    assert reached
    assert 130 <= cut <= 260


def test_what_grows_to_the_end_has_not_settled() -> None:
    assert not mser(np.linspace(0, 100, 500) ** 1.5)[1]


@given(st.integers(1, 2000), st.floats(-1e3, 1e3), st.floats(0.01, 1e3))
@settings(max_examples=40, deadline=None)
def test_moving_and_stretching_values_moves_no_cut(seed: int, by: float, times: float) -> None:
    values = wandering(np.random.default_rng(seed), 1, 400, 0.5, 20.0)[0]
    cut, reached = mser(values)
    assert cut % BATCH == 0
    assert (cut, reached) == mser(values * 4.0)
    assert abs(mser(values * times + by)[0] - cut) <= BATCH


@pytest.mark.slow
@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_batch_means_of_a_long_run_cover_94_to_96_percent(memory: float) -> None:
    """2,500 runs of 2,000 values that begin far from their mean."""
    runs = wandering(np.random.default_rng(6), 2500, 2000, memory, 10.0)
    covered = np.mean([found.low <= 0 <= found.high for found in map(steady, runs)])
    assert 0.94 - 0.005 <= covered <= 0.96 + 0.005


@pytest.mark.slow
@pytest.mark.parametrize("memory", [0.0, 0.8, 0.9])
def test_batch_means_cover_as_they_say_over_10_000_runs(memory: float) -> None:
    runs = wandering(np.random.default_rng(7), 10_000, 10_000, memory, 10.0)
    covered = np.mean([found.low <= 0 <= found.high for found in map(steady, runs)])
    assert 0.94 <= covered <= 0.96


def test_too_short_a_run_says_nothing_sure() -> None:
    few = steady(np.arange(7.0))
    assert not few.reached
    assert (few.low, few.high) == (-np.inf, np.inf)


def test_an_organisation_that_keeps_up_settles_and_one_that_does_not_is_told(desk: Organisation) -> None:
    horizon = Horizon(warm_up=4, weeks=8, run_out=2)
    weeks = settling(tables(desk), horizon, seed=1)
    assert weeks is not None
    assert weeks < 6
    few = replace(desk, people={name: one for name, one in desk.people.items() if name not in ("n1", "n2")})
    assert settling(tables(few), horizon, seed=1) is None
    swamped = compare(few, Priority(client="A", team="Network"), replications=2, weeks=8, warm_up_weeks=4)
    assert any("does not settle" in note for note in swamped.notes)
    well = compare(desk, Priority(client="A", team="Network"), replications=2, weeks=8, warm_up_weeks=6)
    assert well.settled_weeks is not None
    assert not any("settle" in note for note in well.notes)


def test_the_warm_up_that_is_chosen_lasts_until_the_number_of_open_cases_settles(desk: Organisation) -> None:
    """Most cases pass in a day; one in thirty stays for half a year, and these fill the organisation slowly."""
    slow = Route(to="Repair", share=0.03, delay=Distribution.fixed(8 * 7 * 86400.0))
    routes = {**desk.routes, "Triage": (slow, Route(to="Repair", share=0.77), Route(to="end", share=0.2))}
    patient = replace(desk, routes=routes)
    rules = tables(patient)
    found = chosen(rules, seed=1, weeks=30)
    assert settled(rules, seed=1, weeks=30).warm_up == found.passed == 4
    assert found.settles is not None
    assert 4 < found.settles <= found.horizon.warm_up < found.settles + 1
    assert found.horizon == replace(settled(rules, seed=1, weeks=30), warm_up=found.horizon.warm_up)
    said = chosen(rules, seed=1, weeks=30, warm_up=4)
    assert (said.horizon.warm_up, said.settles) == (4, found.settles)
    act = Priority(client="A", team="Network")
    taken = compare(patient, act, replications=2, weeks=30)
    assert taken.warm_up_weeks == found.horizon.warm_up
    assert any("settles only after" in note and "The warm-up takes" in note for note in taken.notes)
    short = compare(patient, act, replications=2, weeks=30, warm_up_weeks=4)
    assert any("is short" in note for note in short.notes)


def test_waves_of_a_busy_queue_are_no_warm_up_without_end() -> None:
    """The counter of permits settles within some seven weeks; half of the time it was said not to settle in twenty. A
    queue that grows does not settle."""
    rules = load(Path(cases.__file__).parent / "citizen" / "organisation.yaml")
    compiled = tables(rules)
    found = [settling(compiled, settled(compiled, seed=seed, weeks=13), seed) for seed in range(1, 9)]
    assert sum(one is None for one in found) <= 1
    assert 4 <= np.median([one for one in found if one is not None]) <= 9
    more = {name: replace(one, cases_per_week=1.6 * one.cases_per_week) for name, one in rules.clients.items()}
    busier = tables(replace(rules, clients=more))
    horizon = settled(compiled, seed=1, weeks=13)
    assert all(settling(busier, horizon, seed) is None for seed in range(1, 4))


def test_a_queue_that_forgets_in_a_day_is_not_said_to_need_weeks() -> None:
    """At a load of 0.85, what a queue of one is like is forgotten within 16 hours. One run was all that was looked at
    where it has 20,000 cases, and in 4 of these 16 a warm-up of two weeks was called short."""
    serve = Step(activity="Serve", team="Desk", duration=Distribution.exponential(360.0))
    queue = tables(
        Organisation(
            name="queue",
            origin=datetime(2024, 1, 1, tzinfo=UTC),
            clients={"A": Client(cases_per_week=1428.0)},
            steps={"Serve": serve},
            routes={"start": (Route(to="Serve", share=1.0),), "Serve": (Route(to="end", share=1.0),)},
            teams={"Desk": Team()},
            people={"p": Person(teams=("Desk",), calendar="always")},
            calendars={"always": Calendar(hours=((0, 10080),))},
        )
    )
    horizon = Horizon(warm_up=2, weeks=10, run_out=3)
    found = [settling(queue, horizon, seed) for seed in range(25, 41)]
    assert sum(weeks is None or weeks > horizon.warm_up for weeks in found) <= 1
