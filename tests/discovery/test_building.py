"""What is learned is made into an organisation: by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.arrivals.season import EVEN
from irrupt.discovery.building import _sure, _then
from irrupt.discovery.times.simulated import Runs
from irrupt.engine.examples import counter
from irrupt.units import HOUR, WEEK
from irrupt.wall import aware


def test_how_well_records_tell_load_and_queue_by_twelve_parts_of_them() -> None:
    """Two steps in each hour of twelve: standard errors of means, as shares of these. Of a team that nothing waits for
    nothing is told."""
    random = np.random.default_rng(1)
    start = HOUR * (0.01 + np.repeat(np.arange(12), 2))
    work, wait = random.uniform(100.0, 900.0, 24), random.uniform(100.0, 900.0, 24)
    findings: Any = SimpleNamespace(
        log=SimpleNamespace(span=(0.0, 12 * HOUR), start=np.tile(start, 2), enabled=np.append(start - wait, start)),
        workforce=SimpleNamespace(sure={"Desk", "Lab"}),
        teams=SimpleNamespace(team=np.repeat([0, 1], 24), names=("Desk", "Lab")),
        worked=np.ones(48, bool),
        in_hours=np.tile(work, 2),
    )
    found = _sure(findings)
    each = [one.reshape(12, 2).sum(axis=1) for one in (work, wait)]
    assert found == {"Desk": pytest.approx([part.std(ddof=1) / part.mean() / np.sqrt(12) for part in each])}


@pytest.mark.parametrize(("dated", "weeks"), [(False, 50.0), (True, 50.0), (True, 30.0)])
def test_runs_are_held_against_what_was_asked_for_in_the_records(*, dated: bool, weeks: float) -> None:
    """Of 35 weeks, at the end of which half as much again is asked for as on average. Where runs are long enough they
    begin at the dates of the records, after they have warmed up; else there are no seasons."""
    season = (2.0, *[10 / 11] * 11)
    rules = counter(cases_per_week=90.0)
    (name,) = rules.clients
    rules = replace(rules, clients={name: replace(rules.clients[name], growth=0.01, season=season)})
    origin = datetime(2024, 1, 1)
    findings: Any = SimpleNamespace(
        demand=SimpleNamespace(risen=1.5, shares=SimpleNamespace(moved={}), dated=dated),
        log=SimpleNamespace(origin=origin, timezone="Europe/Paris", since=0.0, arrivals_end=35 * WEEK),
    )
    runs = Runs(weeks)
    found = _then(findings, rules, runs)
    (client,) = found.clients.values()
    assert (client.cases_per_week, client.growth) == (pytest.approx(60.0), 0.0)
    assert client.season == (EVEN if dated and weeks < 35 else season)
    begun = aware(origin - timedelta(weeks=runs.warm_up), "Europe/Paris")
    assert found.origin == (begun if dated else rules.origin)
