"""Ledgers of simulated records against queueing theory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.chronicle import rows as rows_of
from irrupt.engine import Simulation, simulate
from irrupt.engine.examples import counter
from irrupt.ledgers import Ledgers, Window, measure, on_duty, parties_of
from irrupt.organisation import Calendar, Team
from irrupt.units import WEEK


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
    assert found["cases waiting at the team"] == pytest.approx(load**2 / (1 - load), rel=0.06)
    assert found["cycle time, 90th percentile"] == pytest.approx(cycle * 2.302585, rel=0.04)
    assert found["work in progress"] == pytest.approx(load / (1 - load), rel=0.05)
    assert found["share of time at work"] == pytest.approx(load, rel=0.02)
    assert found["dispersion of arrivals"] == pytest.approx(1.0, abs=4 * (2 / weeks) ** 0.5)


def test_the_work_done_for_clients_is_the_work_of_the_teams_within_their_hours():
    """Hours of work: cases a week x hours per case = hours a week, at any load; and what is worked is the service."""
    load, weeks = 0.6, 60
    organisation = replace(counter(load=load), calendars={"always": Calendar(hours=((0, 2400), (4000, 10_080)))})
    run = Simulation(organisation, seed=5, weeks=weeks + 20)
    ledgers = Ledgers(run.legend, Window(begin=10 * WEEK, end=(10 + weeks) * WEEK), on_duty(organisation))
    for rows in run.run():
        ledgers.add(rows)
    found = {name: list(values.values())[-1] for name, values in ledgers.result(parties_of(run.legend)).items()}
    assert found["working for him"] == pytest.approx(load * 168 / 1000, rel=0.03)
    assert found["working for him"] * found["throughput"] == pytest.approx(found["work done"], rel=0.005)
    assert found["wait at the team"] == pytest.approx(found["waiting for us"], rel=0.01)
    assert found["share of time at work"] == pytest.approx(load * 168 / (168 - 1600 / 60), rel=0.03)


def test_a_run_kept_as_a_chronicle_is_measured_as_the_run_itself():
    organisation = counter(load=0.7)
    run = Simulation(organisation, seed=7, weeks=12)
    window, duties = Window(begin=2 * WEEK, end=9 * WEEK), on_duty(organisation)
    direct = measure(run.run(), run.legend, window, parties_of(run.legend), on_duty=duties)
    chronicle = simulate(organisation, weeks=12, seed=7)
    kept, legend = rows_of(chronicle, {name: name for name in run.legend.clients})
    found = measure([kept], legend, window, parties_of(legend), on_duty=duties)
    for name, values in direct.items():
        assert found[name] == pytest.approx(values, rel=1e-6, nan_ok=True), name


def test_work_that_is_interrupted_is_counted_once():
    """The same hours of work and steps done as without interruptions, by one person; the one whose work is left waits
    for longer, and each time counts as a step beside another one."""
    plain = counter(load=0.7)
    each = {name: replace(plain.clients["Public"], cases_per_week=350.0) for name in ("Rush", "Usual")}
    found = {}
    for interrupts in ("never", "resume"):
        desk = {"Desk": Team(priority={"Rush": 1}, interrupts=interrupts)}
        rules = replace(plain, clients=each, teams=desk)
        run = Simulation(rules, seed=5, weeks=30)
        window, duties = Window(begin=0.0, end=40 * WEEK), on_duty(rules)
        found[interrupts] = measure(run.run(), run.legend, window, parties_of(run.legend), on_duty=duties)
    for name in ("work done", "steps done", "share of time at work", "rework", "handovers", "steps per case"):
        values = {key: found[key][name] for key in found if name in found[key]}
        assert len(values) != 1
        for party, value in values.get("never", {}).items():
            assert values["resume"][party] == pytest.approx(value, rel=1e-9), (name, party)
    for name in ("working for him", "throughput"):
        assert found["resume"][name]["Usual"] == pytest.approx(found["never"][name]["Usual"], rel=1e-9)
    assert found["resume"]["waiting for us"]["Rush"] < found["never"]["waiting for us"]["Rush"]
    assert found["resume"]["waiting for us"]["Usual"] > found["never"]["waiting for us"]["Usual"]
    for name in ("steps side by side", "interruptions"):
        assert found["resume"][name]["Desk"] > found["never"][name]["Desk"] == 0.0
