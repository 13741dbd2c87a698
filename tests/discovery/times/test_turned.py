"""Times that turned: what was before some week does not count, and nothing turns where nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.log import read
from irrupt.discovery.study import Study
from irrupt.discovery.times import turned
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation

from ..conftest import as_read

pytestmark = pytest.mark.usefixtures("few_steps")

Joined = Callable[[Organisation, int, int], Chronicle]


@pytest.fixture(scope="module")
def joined(desk: Organisation) -> Joined:
    """A log of the desk, with cases that come from some week on under other rules."""

    def made(other: Organisation, week: int, seed: int) -> Chronicle:
        before, after = (
            as_read(simulate(rules, weeks=45, seed=seed + turn)) for turn, rules in enumerate((desk, other))
        )
        cut = before.events["end"].min() + timedelta(weeks=week)  # type: ignore[operator]
        late = (pl.col("end").min().over("case") >= cut).alias("late")
        first = before.events.with_columns(late, case=pl.col("case").cast(pl.String))
        then = after.events.with_columns(late, case=pl.col("case").cast(pl.String) + " then")
        events = pl.concat([first.filter(~pl.col("late")), then.filter(pl.col("late"))]).drop("late").sort("end")
        return before.with_events(events)

    return made


def slower(desk: Organisation, times: float) -> Organisation:
    work = replace(desk.steps["Work"], duration=Distribution.lognormal(1200.0 * times, 0.5))
    return replace(desk, steps={**desk.steps, "Work": work})


@pytest.mark.parametrize(("times", "week"), [(1.6, 20), (0.6, 20), pytest.param(1.6, 40, marks=pytest.mark.slow)])
def test_work_that_turned_is_as_it_is_since(desk: Organisation, joined: Joined, times: float, week: int) -> None:
    log = joined(slower(desk, times), week, 3)
    study = Study(log)
    findings, _plain = study.found("typical")
    (turn,) = findings.memory.turned
    assert findings.log.activities[findings.known.activity[turn.symbol]] == "Work"
    assert abs(turn.since - findings.log.since - week * 604800) < 604800
    assert (turn.was, turn.now) == (pytest.approx(1200.0, rel=0.05), pytest.approx(1200.0 * times, rel=0.1))
    found = discover(study, fidelity=False)
    (step,) = (step for step in found.steps.values() if step.activity == "Work")
    speeds = [person.speed for person in found.people.values() if step.team in person.teams]
    assert found.distribution(step.duration).mean / np.mean(speeds) == pytest.approx(1200.0 * times, rel=0.08)
    assert found.learned is not None
    (note,) = (note for note in found.learned.notes if "take another time" in note)
    assert "“Work” since the week of" in note


@pytest.mark.one_in(5)
@pytest.mark.parametrize("seed", range(5))
def test_nothing_turns_where_nothing_changes(desk: Organisation, joined: Joined, seed: int) -> None:
    findings, _plain = Study(joined(desk, 20, 10 + 2 * seed)).found("typical")
    assert not findings.memory.turned


@pytest.mark.slow
def test_a_client_who_answers_later_is_told(desk: Organisation, joined: Joined) -> None:
    later = replace(desk.routes["Ask"][0], delay=Distribution.exponential(400_000.0))
    log = joined(replace(desk, routes={**desk.routes, "Ask": (later,)}), 20, 5)
    findings, _plain = Study(log).found("typical")
    (turn,) = findings.memory.turned
    activities = findings.known.activity
    assert [findings.log.activities[activities[one]] for one in (turn.behind, turn.symbol)] == ["Ask", "Work"]
    gone = turned.gone(findings.log, findings.known.of_step, findings.memory.turned)
    before = np.append(-1, findings.known.of_step[:-1])
    assert set(before[gone].tolist()) == {turn.behind}
    assert findings.weight[gone].max() < 1e-4 < findings.weight[~gone].min()


def test_loads_are_told_as_work_is_now(desk: Organisation, joined: Joined) -> None:
    findings, _plain = Study(joined(slower(desk, 1.6), 20, 3)).found("typical")
    log, symbols = findings.log, findings.known.of_step
    now = turned.as_now(log, symbols, findings.memory.turned, findings.in_hours)
    work = findings.worked & (log.activity == log.activities.index("Work"))
    late = log.end >= findings.memory.turned[0].since
    assert now[work & ~late].mean() == pytest.approx(now[work & late].mean(), rel=0.05)
    assert (now[~work] == findings.in_hours[~work]).all()


def test_how_long_a_client_took_to_answer_is_told_by_ends_where_starts_are_assumed(
    made: Callable[..., Chronicle],
) -> None:
    """He answered within 12 to 24 hours, and since the tenth week within 36 to 48; work is assumed to begin when what
    is before it has ended."""
    rows = []
    for case in range(200):
        asked = datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(days=0.7 * case)
        answered = asked + timedelta(hours=12 + case * 5 % 13 + 24 * (case >= 100))
        rows += [(case, "Ask", asked, asked, "Ann"), (case, "Work", answered, asked, "Ann")]
    log = read(made(rows, "start", "resource", starts="assumed", waits_for_client=frozenset({"Ask"})))
    nobody, every = np.zeros(len(rows), bool), SimpleNamespace(complete_only=False, ended_since=None)
    found = turned.learn(log, log.activity, nobody, np.zeros(len(rows)), every)  # type: ignore[arg-type]
    ((symbol, behind, since, was, now),) = found
    assert (log.activities[symbol], log.activities[behind], since / 604800) == ("Work", "Ask", pytest.approx(10, abs=1))
    assert (was / 3600, now / 3600) == (pytest.approx(18.0, abs=1.0), pytest.approx(42.0, abs=1.0))
