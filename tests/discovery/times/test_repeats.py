"""Work that is done again takes its own time, where that differs within cases."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.discovery import discover
from irrupt.discovery.log import Flags, Log, read
from irrupt.discovery.times.repeats import Again, _pairs, told_again, unlike_first
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Distribution, Organisation, Route, Step

pytestmark = pytest.mark.usefixtures("few_steps")


def desk(again: float) -> Organisation:
    """Three cases in ten are checked anew, which takes *again* hours instead of one."""
    plain = counter(0.2, cases_per_week=60.0)
    (team,) = plain.teams
    steps = {
        name: Step(activity="Check", team=team, duration=Distribution.lognormal(3600.0 * hours, 0.5))
        for name, hours in (("Check", 1.0), ("Check anew", again))
    }
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Check anew", share=0.3), Route(to="end", share=0.7)),
        "Check anew": (Route(to="end", share=1.0),),
    }
    return replace(plain, steps=steps, routes=routes)


def ever(log: Log) -> Flags:
    return np.ones(len(log.case), bool)


def simulated_means(rules: Organisation) -> tuple[float, float]:
    """Seconds of work when cases are first checked, and again."""
    events = simulate(rules, weeks=40, seed=3).events.sort("case", "start")
    worked = events.with_columns(
        again=pl.int_range(pl.len()).over("case") > 0, took=(pl.col("end") - pl.col("start")).dt.total_seconds()
    )
    mean = dict(worked.group_by("again").agg(pl.col("took").mean()).rows())
    return mean[False], mean[True]


def test_what_takes_half_the_time_when_done_again_does_so_in_what_is_learned() -> None:
    learned = discover(simulate(desk(0.5), weeks=40, seed=1), fidelity=False)
    (work,) = [time.mean for name, time in learned.distributions.items() if name.startswith("work")]
    assert work == pytest.approx(3600.0, rel=0.06)
    assert [step.again for step in learned.steps.values()] == pytest.approx([0.5] * len(learned.steps), rel=0.08)
    assert simulated_means(learned) == pytest.approx((3600.0, 1800.0), rel=0.08)
    assert learned.learned is not None
    said = [note for note in learned.learned.notes if note.startswith("Done again")]
    assert [re.sub(r"0\.(4[6-9]|5\d?)", "half", note) for note in said] == [
        "Done again for the same case, these take another time than at first: Check (half times as long)."
    ]


def test_what_takes_as_long_is_not_told_apart() -> None:
    for seed in range(5):
        log = read(simulate(desk(1.0), weeks=40, seed=seed))
        assert unlike_first(log, log.end - log.start, ever(log), ever(log))[1] == Again(
            {log.activities.index("Check"): 1.0}
        )


def test_large_cases_that_alone_are_checked_anew_do_not_make_that_longer() -> None:
    """Only cases of the slow client are checked anew: it is he who takes long, not the second check."""
    plain = desk(1.0)
    (demand,) = plain.clients.values()
    once = {"Quick": {"Check": (Route(to="end", share=1.0),)}}
    steps = {name: replace(step, by_client={"Slow": 2.0}) for name, step in plain.steps.items()}
    rules = replace(plain, clients={"Quick": demand, "Slow": demand}, client_routes=once, steps=steps)
    rules = replace(rules, people={name: replace(one, speed=4.0) for name, one in rules.people.items()})
    log = read(simulate(rules, weeks=40, seed=3))
    assert unlike_first(log, log.end - log.start, ever(log), ever(log))[1] == Again(
        {log.activities.index("Check"): 1.0}
    )


def test_steps_that_come_only_after_others_of_their_activity_take_by_themselves_what_they_take_again() -> None:
    plain = desk(1.0)
    steps = {name: replace(step, again=0.5, by_client={"A": 3.0}) for name, step in plain.steps.items()}
    (demand,) = plain.clients.values()
    rules = replace(plain, steps=steps, clients={"A": demand, "B": demand})
    found = told_again(rules)
    assert found["Check"] == rules.steps["Check"]
    assert found["Check anew"] == replace(rules.steps["Check anew"], by_client={"A": 1.5, "B": 0.5}, again=1.0)
    aside = {"B": {"start": (Route(to="Check anew", share=1.0),)}}
    assert told_again(replace(rules, client_routes=aside)) == dict(rules.steps)


def line(*again: float) -> Organisation:
    """Cases are opened, then go through as many steps as there are factors *again*, each of which may send them back to
    the step before, and are closed."""
    plain = desk(1.0)
    (team,) = plain.teams
    names = ["Open", *(f"Step {number}" for number in range(len(again)))]
    work = Distribution.lognormal(600.0, 0.5)
    steps = {
        name: Step(activity=name, team=team, duration=work, again=factor)
        for name, factor in zip([*names, "Close"], (again[0], *again, 1.0), strict=True)
    }
    routes = {"start": (Route(to="Open", share=1.0),), "Open": (Route(to="Step 0", share=1.0),)}
    for before, name, after in zip(names[:-1], names[1:], [*names[2:], "Close"], strict=True):
        routes[name] = (Route(to=before, share=0.2), Route(to=after, share=0.8))
    routes["Close"] = (Route(to="end", share=1.0),)
    return replace(plain, steps=steps, routes=routes)


@pytest.mark.parametrize(
    ("again", "elsewhere"),
    [((0.5, 0.5, 0.5), 0.5), ((0.3, 1.0, 3.0), 1.0), ((1.0, 1.0, 1.0), 1.0)],
    ids=["all alike", "each otherwise", "none"],
)
def test_what_is_never_done_again_is_taken_to_do_as_others_where_these_agree(
    again: tuple[float, ...], elsewhere: float
) -> None:
    learned = discover(simulate(line(*again), weeks=30, seed=2), fidelity=False)
    (closing,) = [step for step in learned.steps.values() if step.activity == "Close"]
    assert closing.again == pytest.approx(elsewhere, rel=0.12)
    assert learned.learned is not None
    said = " ".join(learned.learned.notes)
    assert ("What the records hardly ever show done again" in said) == (elsewhere != 1.0)


def test_first_times_are_held_against_the_mean_of_later_ones_by_hand() -> None:
    """Of two cases with two activities: one checked for one hour, then three and five; codes once; the other codes for
    two and four, and has its first check unknown."""
    key, time = np.array([0, 0, 0, 1, 2, 2, 3, 3]), np.array([1.0, 3.0, 5.0, 9.0, 7.0, 8.0, 2.0, 4.0])
    again = np.array([False, True, True, False, False, True, False, True])
    used = np.array([0, 1, 2, 3, 5, 6, 7])
    first, later, activity = _pairs(key, again, time, used, 2)
    assert (first.tolist(), later.tolist(), activity.tolist()) == ([1.0, 2.0], [4.0, 4.0], [0, 1])
    assert [one.tolist() for one in _pairs(key, again, time, used[:0], 2)] == [[], [], []]


@pytest.mark.parametrize(
    ("longer", "spread", "told"), [(0.15, 0.1, True), (0.15, 0.3, False), (-0.15, 0.1, True), (0.08, 0.01, False)]
)
def test_work_takes_longer_again_where_that_is_much_and_beyond_chance(longer: float, spread: float, told: bool) -> None:
    """By a tenth, and by five standard errors: of 36 cases the logarithm is as often *spread* above as below."""
    again = 600.0 * np.exp(longer + spread * np.tile([1.0, -1.0], 18))
    time = np.column_stack((np.full(36, 600.0), again)).ravel()
    log: Any = SimpleNamespace(case=np.repeat(np.arange(36), 2), activity=np.zeros(72, np.int64), activities=("Check",))
    factor = np.exp(longer) * np.cosh(spread) if told else 1.0
    assert unlike_first(log, time, ever(log), ever(log))[1] == Again({0: pytest.approx(factor, abs=1e-4)})
