"""Events that will never happen leave the heap, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine import Simulation, checked, layout
from irrupt.engine.compiled import Compiled
from irrupt.engine.examples import counter
from irrupt.engine.sweeping import MANY, sweep
from irrupt.organisation import Distribution, Patience

RANDOM = settings(max_examples=settings().max_examples // 5, deadline=None, suppress_health_check=list(HealthCheck))
FOREVER = Distribution.fixed(1e12)


def swept(run: Simulation) -> int:
    """How many events of a run that stands leave the heap."""
    loop = run._loop
    assert isinstance(loop, Compiled)
    rules, counts = loop.tables.rules, loop.state.counts
    before = int(counts[layout.PENDING])
    sweep(bool(rules.most_rows or counts[layout.STOPPED]), loop.state)
    checked.check(loop.state, rules, run.now)
    return before - int(counts[layout.PENDING])


@RANDOM
@given(data=st.data())
def test_what_is_swept_out_is_not_missed(make: SimpleNamespace, data: Any) -> None:
    """All mechanisms mixed: the rows are those of a run in which nothing is swept."""
    organisation = data.draw(make.stretched())
    seed = data.draw(st.integers(0, 3))
    run = Simulation(organisation, seed=seed, weeks=2.0, run_out_weeks=60.0)
    parts = []
    for until in np.arange(20000.0, 1e6, 20000.0):
        parts.append(make.collected(run.run(float(until))))
        swept(run)
    parts.append(make.collected(run.run()))
    full = [part for part in parts if len(part.case)]
    found = make.collected(full) if full else parts[-1]
    assert make.same(found, make.whole(organisation, seed=seed))


def test_patience_that_never_ends_takes_no_room() -> None:
    """An event for every case that ever waited would."""
    patience = {"gone": Patience(at="Serve", lasts=FOREVER, activity="Gone")}
    run = Simulation(replace(counter(0.8, cases_per_week=5000.0), patience=patience), seed=1, weeks=4.0)
    rows = sum(len(rows.case) for rows in run.run(4 * 604800.0))
    loop = run._loop
    assert isinstance(loop, Compiled)
    assert rows > 4 * MANY
    assert len(loop.state.events) <= 2 * MANY


def test_patience_that_never_ends_is_as_none() -> None:
    whole = counter(0.8, cases_per_week=5000.0)
    patience = {
        "gone": Patience(at="Serve", lasts=FOREVER, activity="Gone"),
        "off": Patience(lasts=FOREVER, activity="Off"),
    }
    runs = [Simulation(replace(whole, patience=each), seed=1, weeks=3.0) for each in ({}, patience)]
    one, other = (np.concatenate([rows.end.copy() for rows in run.run(4 * 604800.0)]) for run in runs)
    assert one.tobytes() == other.tobytes()
    assert [swept(run) for run in runs][1] > 0


def test_many_people_whose_work_can_be_cut_short_have_room() -> None:
    """More events can come of one than there is room for at first."""
    plain = counter(0.8, cases_per_week=5000.0)
    ann = next(iter(plain.people.values()))
    crowd = {f"{number:04d}": ann for number in range(2 * MANY)}
    patience = {"off": Patience(lasts=FOREVER, activity="Off")}
    run = Simulation(replace(plain, people=crowd, patience=patience), seed=1, weeks=1.0)
    assert sum(len(rows.case) for rows in run.run(604800.0)) > 4000
