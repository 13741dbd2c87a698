"""Work of which it is not recorded who did it counts in the hours of whoever may have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.building import team_loads
from irrupt.discovery.findings import find
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation


def nameless(log: Chronicle, share: float) -> Chronicle:
    """*log* without the names at a share of its steps."""
    lost = pl.Series(np.random.default_rng(1).random(len(log.events)) < share)
    name = pl.when(lost).then(None).otherwise(pl.col("resource")).alias("resource")
    return log.with_events(log.events.with_columns(name))


def test_nights_in_hand_are_no_work_where_names_are_missing(desk: Organisation) -> None:
    late = Calendar(hours=tuple((day * 1440 + 720, day * 1440 + 1200) for day in range(5)))
    log = simulate(replace(desk, calendars={**desk.calendars, "late": late}), weeks=40, seed=3)
    named, lacking = find(log, None), find(nameless(log, 0.3), None)
    loads = team_loads(named)
    assert {"Desk", "Experts"} == set(loads)
    for team, load in team_loads(lacking).items():
        assert load == pytest.approx(loads[team], rel=0.03)


def test_where_names_are_missing_queues_do_not_tell_the_load(desk: Organisation) -> None:
    log = simulate(desk, weeks=40, seed=3)
    assert find(log, None).workforce.sure == {"Desk", "Experts"}
    assert find(nameless(log, 0.3), None).workforce.sure == frozenset()
    assert find(nameless(log, 0.01), None).workforce.sure == {"Desk", "Experts"}
