"""Queues whose waits are known: |z| under 4, with standard errors of 0.3 to 2 per cent."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Team

RUNS = 40
PER_RUN = 60_000
WEEK = 604800.0


def waits(organisation: Organisation) -> np.ndarray:
    """Mean wait in units of the mean service, of each client (columns) in each run (rows), after a warm-up."""
    compiled = tables(organisation)
    total = sum(client.cases_per_week for client in organisation.clients.values())
    service = organisation.steps["Serve"].duration.mean
    means = np.zeros((RUNS, len(organisation.clients)))
    for run in range(RUNS):
        count, waited = np.zeros((2, len(organisation.clients)))
        for rows in Simulation(compiled, seed=11, replication=run, weeks=PER_RUN / total).run():
            late = rows.case >= PER_RUN // 20
            count += np.bincount(rows.client[late], minlength=len(count))
            waited += np.bincount(rows.client[late], (rows.start - rows.ready)[late], len(count))
        means[run] = waited / count / service
    return means


def z(means: np.ndarray, expected: float) -> float:
    """How many standard errors the mean of runs is away from what is expected."""
    error = means.std(ddof=1) / math.sqrt(len(means))
    assert error < 0.03 * max(expected, 1.0)
    return float((means.mean() - expected) / error)


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c; *load* per server."""
    offered = servers * load
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(offered**k / math.factorial(k) for k in range(servers)) + last)


@pytest.mark.parametrize("load", [0.5, pytest.param(0.8, marks=pytest.mark.slow)])
def test_one_server(load: float) -> None:
    """M/M/1."""
    assert abs(z(waits(counter(load))[:, 0], load / (1 - load))) < 4


def test_several_servers() -> None:
    """M/M/3 (Erlang C)."""
    plain = counter(0.85 * 3)
    people = {f"Ann {n}": Person(teams=("Desk",), calendar="always") for n in range(3)}
    expected = erlang_c(3, 0.85) / (3 * 0.15)
    assert abs(z(waits(replace(plain, people=people))[:, 0], expected)) < 4


@pytest.mark.slow
def test_one_server_with_several_tasks_at_once_is_several_servers() -> None:
    """M/M/3 again: one person with three cases in hand."""
    plain = counter(0.85 * 3)
    people = {"Ann": Person(teams=("Desk",), calendar="always", at_once=3)}
    assert abs(z(waits(replace(plain, people=people))[:, 0], erlang_c(3, 0.85) / (3 * 0.15))) < 4


@pytest.mark.parametrize(
    "time",
    [
        Distribution.lognormal(0.0, 1.5),
        pytest.param(Distribution.gamma(0.0, 0.5), marks=pytest.mark.slow),
        pytest.param(Distribution.fixed(0.0), marks=pytest.mark.slow),
    ],
)
def test_any_service_time(time: Distribution) -> None:
    """M/G/1 (Pollaczek and Khinchine), at load 0.7."""
    plain = counter(0.7)
    mean = plain.steps["Serve"].duration.mean
    steps = {"Serve": replace(plain.steps["Serve"], duration=replace(time, mean=mean))}
    expected = 0.7 * (1 + time.cv**2) / (2 * 0.3)
    assert abs(z(waits(replace(plain, steps=steps))[:, 0], expected)) < 4


@pytest.mark.parametrize(
    ("rush", "first", "others"),
    [
        (0.1, 0.93, 6.19),
        pytest.param(0.3, 1.14, 7.61, marks=pytest.mark.slow),
        pytest.param(0.7, 2.10, 13.99, marks=pytest.mark.slow),
    ],
)
def test_priority_is_paid_for_by_the_others(rush: float, first: float, others: float) -> None:
    """M/M/1 at load 0.85 with non-preemptive priority (Cobham 1954)."""
    plain = counter(0.85)
    clients = {"Rush": Client(cases_per_week=1000 * rush), "Usual": Client(cases_per_week=1000 * (1 - rush))}
    means = waits(replace(plain, clients=clients, teams={"Desk": Team(priority={"Rush": 1})}))
    exact = 0.85 / (1 - 0.85 * rush)
    assert exact == pytest.approx(first, abs=0.005)
    assert exact / 0.15 == pytest.approx(others, abs=0.005)
    assert abs(z(means[:, 0], exact)) < 4
    assert abs(z(means[:, 1], exact / 0.15)) < 4
    assert abs(z(means @ [rush, 1 - rush], 0.85 / 0.15)) < 4


def test_everybody_waits_for_the_doors_to_open() -> None:
    """Somebody on duty in a tiny part of each week does all work of the week then: nobody is served outside it."""
    plain = counter(0.001, cases_per_week=200.0)
    hours = {"always": Calendar(hours=((5000, 5400),))}
    rows = np.concatenate([r.start.copy() for r in Simulation(replace(plain, calendars=hours), seed=1, weeks=20).run()])
    minute = rows % WEEK / 60
    assert minute.min() >= 5000
    assert minute.max() <= 5400
