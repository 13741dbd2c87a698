"""Ledgers of simulated records against queueing theory."""

from __future__ import annotations

import pytest

from irrupt.chronicle.rows import WEEK
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of


def test_one_counter_keeps_the_waits_work_and_queue_of_the_theory():
    """M/M/1: wait = load / (1 - load) x service, cases in it = load / (1 - load), 90 % within cycle x ln 10."""
    load, weeks = 0.5, 150
    organisation = counter(load=load)
    service = load * 168 / 1000
    run = Simulation(organisation, seed=3, weeks=weeks + 20)
    ledgers = Ledgers(run.legend, Window(begin=10 * WEEK, end=(10 + weeks) * WEEK), on_duty(organisation))
    for rows in run.run():
        ledgers.add(rows)
    found = {name: list(values.values())[-1] for name, values in ledgers.result(parties_of(run.legend)).items()}
    cycle = service / (1 - load)
    assert ledgers.unfinished == 0
    assert found["working for him"] == pytest.approx(service, rel=0.02)
    assert found["waiting for us"] == pytest.approx(load * cycle, rel=0.05)
    assert found["wait at the team"] == pytest.approx(found["waiting for us"], rel=1e-3)
    assert found["cycle time, 90th percentile"] == pytest.approx(cycle * 2.302585, rel=0.04)
    assert found["work in progress"] == pytest.approx(load / (1 - load), rel=0.05)
    assert found["share of time at work"] == pytest.approx(load, rel=0.02)
    assert found["dispersion of arrivals"] == pytest.approx(1.0, abs=4 * (2 / weeks) ** 0.5)
