"""Work counts in the hours of who did it; where that is not recorded, in those of whoever may have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.findings import find
from irrupt.discovery.people.loads import of_teams
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
    loads = of_teams(named)
    assert {"Desk", "Experts"} == set(loads)
    for team, load in of_teams(lacking).items():
        assert load == pytest.approx(loads[team], rel=0.03)


def test_where_names_are_missing_queues_do_not_tell_the_load(desk: Organisation) -> None:
    log = simulate(desk, weeks=40, seed=3)
    assert find(log, None).workforce.sure == {"Desk", "Experts"}
    assert find(nameless(log, 0.3), None).workforce.sure == frozenset()
    assert find(nameless(log, 0.01), None).workforce.sure == {"Desk", "Experts"}


def test_a_pause_at_noon_is_no_work(desk: Organisation) -> None:
    noon = Calendar(
        hours=tuple((day * 1440 + begin, day * 1440 + begin + 240) for day in range(5) for begin in (480, 780))
    )
    log = simulate(replace(desk, calendars={**desk.calendars, "early": noon}), weeks=40, seed=3)
    found = find(log, None)
    over_noon = (found.log.start % 86400 < 43200) & (found.log.end % 86400 > 46800) & (found.log.end % 86400 > 0)
    mine = over_noon & (found.log.person == found.log.people.index("Ann")) & (found.log.end - found.log.start < 7200)
    assert mine.sum() > 50
    assert (found.work[mine] <= (found.log.end - found.log.start)[mine] - 3590).all()
