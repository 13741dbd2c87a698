"""Runs that pause when what waits crosses a threshold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.engine import Crossing, Simulation
from irrupt.engine.examples import counter, workshop
from irrupt.errors import UsageError
from irrupt.organisation import Organisation

RANDOM = settings(max_examples=settings().max_examples // 10, deadline=None, suppress_health_check=list(HealthCheck))


def waiting_after(rows: Rows) -> tuple[Any, Any]:
    """The moments of a run of the counter, and how many cases wait when each is over."""
    moments = np.unique(np.concatenate([rows.ready, rows.start]))
    come = np.searchsorted(np.sort(rows.ready), moments, side="right")
    return moments, come - np.searchsorted(np.sort(rows.start), moments, side="right")


@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize(("team", "extra"), [("Desk", 0), (None, 1)])
def test_it_pauses_at_the_first_moment_and_at_each_after(
    make: SimpleNamespace, reference: bool, team: str | None, extra: int
) -> None:
    """What waits, by the rows of a whole run, tells when."""
    weeks = 0.2 if reference else 2.0
    moments, waiting = waiting_after(make.whole(counter(0.9), weeks=weeks))
    cases = waiting + extra * (waiting > 0)
    rises = moments[1:][(cases[1:] > 4) & (cases[:-1] <= 4)]
    run, found = Simulation(counter(0.9), seed=1, weeks=weeks, reference=reference), []
    watched = Crossing(team=team, above=4)
    parts = [make.collected(run.run(watch=watched))]
    while run.crossed:
        found.append(run.now)
        assert (run.waiting["Desk"] if team else run.in_system) == 5
        parts.append(make.collected(run.run(watch=watched)))
    assert len(rises) > 3
    assert found == rises.tolist()
    assert make.same(make.collected(part for part in parts if len(part.case)), make.whole(counter(0.9), weeks=weeks))


@RANDOM
@given(data=st.data())
def test_both_loops_pause_alike_and_go_on_as_if_they_had_not(make: SimpleNamespace, data: Any) -> None:
    rules: Organisation = data.draw(make.organisations())
    above, bound = data.draw(st.booleans()), data.draw(st.sampled_from([0, 1, 2, 5, 12]))
    team = data.draw(st.sampled_from([None, *rules.teams]))
    watched = Crossing(team=team, **{"above" if above else "below": bound})
    how = {"seed": 1, "weeks": 2.0, "run_out_weeks": 60.0}
    runs = [Simulation(rules, chunk=7, **how), Simulation(rules, reference=True, **how)]
    checked = Simulation(rules, checked=True, **how)
    parts: list[list[Rows]] = [[], []]
    for _pause in range(6):
        for run, rows in zip(runs, parts, strict=True):
            rows.append(make.collected(run.run(watch=watched)))
        list(checked.run(watch=watched))
        assert len({(run.now, run.crossed, run.in_system) for run in (*runs, checked)}) == 1
        assert runs[0].waiting == runs[1].waiting
        if not runs[0].crossed:
            break
        cases = runs[0].in_system if team is None else runs[0].waiting.get(team, 0)
        assert cases > bound if above else cases < bound
    expected = make.whole(rules, reference=True)
    for run, rows in zip(runs, parts, strict=True):
        rows.append(make.collected(run.run()))
        kept = [part for part in rows if len(part.case)]
        assert make.same(make.collected(kept) if kept else rows[-1], expected)


def test_what_is_there_already_has_to_cease_first() -> None:
    run = Simulation(counter(0.9), seed=1, weeks=1)
    list(run.run(watch=Crossing(team="Desk", above=3)))
    first = run.now
    list(run.run(watch=Crossing(team="Desk", above=2)))
    between = Simulation(counter(0.9), seed=1, weeks=1)
    list(between.run(first))
    list(between.run(watch=Crossing(team="Desk", below=3)))
    assert first < between.now < run.now


def test_it_pauses_at_a_time_or_a_threshold_whichever_comes_first() -> None:
    run = Simulation(counter(0.9), seed=1, weeks=1)
    list(run.run(10.0, watch=Crossing(team="Desk", above=3)))
    assert (run.now, run.crossed) == (10.0, False)
    list(run.run(1e6, watch=Crossing(above=10_000)))
    assert (run.now, run.crossed) == (1e6, False)
    assert run.in_system == 0


def test_a_run_with_a_plan_pauses_between_its_reviews(make: SimpleNamespace) -> None:
    run, whole = (Simulation(workshop(), seed=1, weeks=6) for _ in range(2))
    parts, pauses = [make.collected(run.run(watch=Crossing(team="Assembly", above=2)))], []
    while run.crossed:
        pauses.append(run.now)
        parts.append(make.collected(run.run(watch=Crossing(team="Assembly", above=2))))
    assert len(pauses) > 2
    assert make.same(make.collected(part for part in parts if len(part.case)), make.collected(whole.run()))


def test_thresholds_that_say_nothing_are_refused() -> None:
    for wrong in ({}, {"above": 1, "below": 2}, {"above": float("nan")}):
        with pytest.raises(UsageError, match="one of both"):
            Crossing(**wrong)
    run = Simulation(counter(), seed=1, weeks=1)
    with pytest.raises(UsageError, match=r'no team "Dsk".*Desk'):
        run.run(watch=Crossing(team="Dsk", above=1))
