"""Searching: fronts that theory knows, limits, honest second measures, and the same answer whoever runs it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.errors import ModelError, UsageError
from irrupt.experiment import Threads, search
from irrupt.experiment.candidates import Space
from irrupt.experiment.designs import parameter_in
from irrupt.experiment.fronts import standing
from irrupt.experiment.optimiser import Proposer
from irrupt.experiment.runs import Plan, Replication, Task
from irrupt.experiment.searched import Search
from irrupt.organisation import Calendar, Organisation
from irrupt.regulation import ImposedCheck, Priority, Volume
from irrupt.regulation.acts import FlexibilityDemand
from irrupt.regulation.acts.signature import Signature
from irrupt.regulation.answers import Answer
from irrupt.reporting.sections.search import done, findings
from irrupt.reporting.words import Unit, with_reach

A_FIRST, B_FIRST = Priority(client="A", team="Desk"), Priority(client="B", team="Desk")
CHECK = ImposedCheck(client="A", after="Serve", activity="Check", team="Desk", duration="10 min")
LESS = Volume(client="B", change=-0.3)
WAITS = ("waiting for us of A", "waiting for us of B")
SHORT = {"weeks": 4, "warm_up_weeks": 1, "run_out_weeks": 2}
PERHOUR = 168.0


@pytest.mark.slow
def test_the_front_of_a_queue_is_that_of_theory(queue: Organisation) -> None:
    """Whoever is served first gains what the other loses (Cobham 1954): to serve nobody first, A first or B first beat
    each other in one wait. A check of A's cases is beaten, and to serve both first is to serve nobody first."""
    found = search(queue, A_FIRST, B_FIRST, CHECK, lower=WAITS, replications=30, weeks=26, warm_up_weeks=4, seed=1)
    assert found.every
    assert found.again
    none, a, b = 0.7 / 0.3, (0.7 / 0.79, 0.7 / 0.79 / 0.3), (0.7 / 0.51 / 0.3, 0.7 / 0.51)
    theory = {(): (0.0, 0.0), (A_FIRST,): (a[0] - none, a[1] - none), (B_FIRST,): (b[0] - none, b[1] - none)}
    assert {one.acts for one in found.front} == set(theory)
    for one in found.front:
        assert one.share > 0.95
        for goal, truth in zip(one.goals, theory[one.acts], strict=True):
            assert abs(goal.value - truth) <= 1.5 * (goal.high - goal.low) / 2 + 1e-12


@pytest.mark.slow
def test_a_limit_leaves_only_who_keeps_to_it(queue: Organisation) -> None:
    """The server is at work 70 % of the time, and 55 % when B brings three cases in ten less."""
    limits = [("share of time at work of every team", 0.65)]
    found = search(queue, A_FIRST, LESS, lower=WAITS, at_most=limits, replications=10, weeks=13, warm_up_weeks=2)
    assert found.front
    assert all(LESS in one.acts for one in found.front)
    assert all(one.kept[0] > 0.95 and one.levels[0].high < 0.65 for one in found.front)
    less = [("throughput of B", 0.4 * PERHOUR)]
    busy = search(queue, LESS, lower=WAITS, at_least=less, replications=8, **SHORT)
    assert all(one.acts == () for one in busy.front)


def test_when_nobody_keeps_a_limit_who_comes_nearest_is_told(queue: Organisation) -> None:
    """The server is at work 70 % of the time, and 55 % when B brings three cases in ten less: neither keeps to 30 %,
    and nothing but "No candidate keeps to the limits." was said."""
    for level, nearest in ((0.3, (LESS,)), (0.65, ())):
        limits = [("share of time at work of every team", level)]
        acts = (LESS,) if nearest else (A_FIRST,)
        none = search(queue, *acts, lower=WAITS, at_most=limits, replications=6, **SHORT)
        assert not none.front
        assert none.nearest is not None
        assert not nearest or none.nearest.acts == nearest
        assert none.nearest.levels[0].low > level
        said = findings(none)[-1]
        assert with_reach(none.nearest.levels[0], Unit(100, "%")) in said
        assert f"at most {level:.0%}".replace("%", "\u202f%") in said
    kept = search(queue, LESS, lower=WAITS, at_most=[("share of time at work of every team", 0.9)], **SHORT)
    assert kept.nearest is None


def test_of_two_limits_that_are_missed_both_are_told(queue: Organisation) -> None:
    """Also one that nobody measures."""
    limits = {"at_most": [("share of time at work of Desk", 0.3)], "at_least": [("throughput of B", 10 * PERHOUR)]}
    said = findings(search(queue, LESS, lower=WAITS, replications=6, **limits, **SHORT))[-1]  # type: ignore[arg-type]
    assert "at most 30" in said
    assert "at least 1,680" in said
    limits["at_least"] = [("on time of A", 0.9)]
    said = findings(search(queue, LESS, lower=WAITS, replications=6, **limits, **SHORT))[-1]  # type: ignore[arg-type]
    assert "could not be measured" in said


def test_a_setting_of_the_organisation_may_stay_as_it_is(queue: Organisation) -> None:
    """Twice the speed is better for both, half of it for nobody."""
    vary = ["people > Ann > speed: 0.5, 2"]
    found = search(queue, vary=vary, lower=WAITS, replications=6, **SHORT)
    assert found.tried == 3
    assert [dict(one.settings) for one in found.front] == [{"people > Ann > speed": 2.0}]


def searched(queue: Organisation, **more: object) -> Search:
    given = {"lower": WAITS, "candidates": 24, "replications": 10, **SHORT, **more}
    return search(queue, A_FIRST, CHECK, vary=["imposed check > duration: 1 min .. 1 h"], **given)  # type: ignore[arg-type]


class Counting:
    """Threads that count what they run."""

    def __init__(self) -> None:
        self.run_before = 0

    at_once = 2

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        for found in Threads(2).run(plan, tasks):
            self.run_before += 1
            yield found


@pytest.mark.slow
def test_a_search_is_the_same_whoever_runs_it_and_goes_on_where_it_was_ended(
    queue: Organisation, tmp_path: Path
) -> None:
    plain = searched(queue, workers=1)
    assert not plain.every
    store = tmp_path / "kept.sqlite"

    def stop(done: int, total: int) -> None:
        if done >= 150:
            raise KeyboardInterrupt

    ended = searched(queue, store=store, progress=stop)
    assert ended.interrupted
    assert not ended.again
    assert ended.found
    counted = [Counting(), Counting()]
    again = [searched(queue, store=store, executor=one) for one in counted]
    assert all(one.table.equals(plain.table, null_equal=True) for one in again)
    assert counted[0].run_before > 0
    assert counted[1].run_before == 0
    # What the search saw of the best is not what is told of them.
    moved = [one for one in plain.front if one.acts]
    assert moved
    assert all(seen != told.value for one in moved for seen, told in zip(one.first, one.goals, strict=True))


@dataclass
class Many:
    """As many workers as anybody could wish for, and how many tasks they had at a time."""

    at_once: int
    had: list[int] = field(default_factory=list)

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        listed = list(tasks)
        self.had.append(len(listed))
        yield from Threads(2).run(plan, listed)


@pytest.mark.slow
def test_more_workers_than_pairs_of_runs_are_kept_busy_and_change_nothing(queue: Organisation) -> None:
    few, many = Many(2), Many(48)
    one, other = (searched(queue, executor=executor) for executor in (few, many))
    assert one.table.equals(other.table, null_equal=True)
    assert few.had[:2] == [8, 8]
    assert min(many.had[:2]) >= 48


@pytest.mark.slow
def test_ctrl_c_in_the_first_batch_leaves_what_was_seen(queue: Organisation) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 3 * 16:
            raise KeyboardInterrupt

    found = searched(queue, progress=stop)
    assert found.interrupted
    assert not found.again
    assert found.tried == 16
    assert 3 <= found.pairs < 8
    assert found.found
    with pytest.raises(KeyboardInterrupt):
        searched(queue, progress=lambda done, total: stop(100, total))


@pytest.mark.slow
def test_the_optimiser_finds_what_theory_knows(queue: Organisation) -> None:
    """Two goals of x and y in [0, 1], with an act that is bad for both: x + 9 (y - 0.3)^2 and 1 - x + 9 (y - 0.3)^2. On
    the front y = 0.3 and nobody acts. A limit leaves x below a half."""
    vary = [parameter_in("people > p > x: 0 .. 1"), parameter_in("people > p > y: 0 .. 1")]
    space = Space(organisation=queue, acts=(A_FIRST,), parameters=tuple(vary))
    proposer = Proposer(space, 2, 96, 1)
    far: list[float] = []
    while len(far) < 96:
        for one in proposer.ask(16):
            x, y = (one.settings.get(place.name, 0.9) for place in vary)
            off = 9 * (y - 0.3) ** 2 + (A_FIRST in one.acts) / 2
            far.append(off + max(x - 0.5, 0.0))
            proposer.tell(one, [x + off, 1 - x + off], [x - 0.5])
    assert np.median(far[64:]) < np.median(far[:16]) / 4


def test_equal_candidates_are_one(queue: Organisation) -> None:
    """A parameter of an act that is not done, an answer to it, and an act that is refused leave no trace."""
    back = Volume(client="A", change=-0.1)
    space = Space(
        organisation=queue,
        acts=(A_FIRST, CHECK),
        answers=(Answer(party="Management", to="priority", act=back),),
        parameters=(parameter_in("imposed check > duration: 5 min, 10 min"),),
    )
    every = space.every(100)
    assert every is not None
    # Priority in or out, or with what is asked in return; no check, or one of two.
    assert len(every) == 3 * 3
    assert space.every(5) is None


@given(st.integers(0, 1000), st.permutations(range(6)))
@settings(max_examples=25, deadline=None)
def test_neither_order_nor_who_is_beaten_changes_the_front(seed: int, order: list[int]) -> None:
    goals = np.random.default_rng(seed).normal(size=(2, 6, 12))
    over = np.zeros((0, 6, 12))
    plain, turned = standing(goals, over, resamples=50), standing(goals[:, order], over, resamples=50)
    assert plain.on[order].tolist() == turned.on.tolist()
    assert np.allclose(plain.share[order], turned.share)
    worse = np.concatenate([goals, goals[:, :1] + 1.0], axis=1)
    more = standing(worse, np.zeros((0, 7, 12)), resamples=50)
    assert more.on.tolist() == [*plain.on.tolist(), False]
    assert more.share[6] == 0.0


def test_how_surely_is_told_as_often_as_it_holds() -> None:
    """Of 300 pairs of candidates that are truly alike in one goal, and differ in nothing else, the share that says
    which is better is evenly spread: below a fifth in a fifth of them."""
    generator = np.random.default_rng(5)
    shares = []
    for at in range(300):
        goals = np.stack([generator.normal(size=(2, 30))])
        shares.append(standing(goals, np.zeros((0, 2, 30)), seed=at, resamples=200).share[0])
    assert abs(np.mean(np.array(shares) < 0.2) - 0.2) < 0.08
    assert abs(np.mean(shares) - 0.5) < 0.05


def test_few_candidates_need_no_optimiser_and_many_say_which(
    queue: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert search(queue, A_FIRST, lower=WAITS, replications=4, **SHORT).tried == 2
    with pytest.raises(UsageError, match=r"irrupt\[search\]"):
        searched(queue)


def test_what_is_not_understood_is_refused(queue: Organisation) -> None:
    with pytest.raises(UsageError) as refused:
        search(queue, replications=1, candidates=0)
    assert len(refused.value.faults) == 4
    with pytest.raises(UsageError, match="nothing to search for"):
        search(queue, A_FIRST)
    with pytest.raises(UsageError, match="cycle time"):
        search(queue, A_FIRST, lower=["cycle tme of A"])
    with pytest.raises(ModelError, match="imposed check"):
        search(queue, CHECK, vary=["imposed chek > duration: 1 min .. 2 min"], lower=WAITS)
    with pytest.raises(UsageError, match="not measured for"):
        search(queue, A_FIRST, lower=["cycle time of Z"], **SHORT)


@pytest.mark.slow
def test_hours_that_follow_what_waits_are_measured_also_where_a_candidate_has_none(queue: Organisation) -> None:
    """They were refused, for to leave everything as it is has no such hours. Acts of one name are told apart."""
    longer = FlexibilityDemand(team="Desk", daily=2, above=3, signed=Signature(author="Desk"))
    temps = FlexibilityDemand(team="Desk", temps=1, above=3, weeks=1)
    lower = ["waiting for us of A", "overtime in the roster of Desk", "hours by temps of Desk"]
    hours = tuple((1440 * day, 1440 * day + 1200) for day in range(7))
    rules = replace(queue, calendars={name: Calendar(hours=hours) for name in queue.calendars})
    found = search(rules, longer, temps, lower=lower, replications=4, **SHORT)
    by_acts = {one.acts: [goal.value for goal in one.goals] for one in found.found}
    assert by_acts[()][1:] == [0.0, 0.0]
    assert by_acts[(longer,)][1] > 0.0 == by_acts[(longer,)][2]
    assert by_acts[(temps,)][2] > 0.0
    told = [done(found, one) for one in found.found]
    assert len(set(told)) == len(told)
    assert any("1 temp" in one for one in told)
