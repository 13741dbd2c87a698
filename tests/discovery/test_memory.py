"""Old records fade where ways of working changed, and not where only a queue became long."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read as read_log
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import change_notes, discover, memory
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Distribution, Organisation, Person, Route, Step, Team


def served(load: float, cases_per_week: float = 60.0) -> Organisation:
    """Clients are let in, one after the other, and served at a counter that has so much *load*."""
    plain = counter(load, cases_per_week)
    return replace(
        plain,
        steps={"Let in": Step(activity="Let in", team="Door", duration=Distribution.fixed(60.0)), **plain.steps},
        routes={
            "start": (Route(to="Let in", share=1.0),),
            "Let in": (Route(to="Serve", share=1.0),),
            "Serve": (Route(to="end", share=1.0),),
        },
        teams={**plain.teams, "Door": Team()},
        people={**plain.people, "Bob": Person(teams=("Door",), calendar="always")},
    )


def learned(organisation: Organisation) -> tuple[memory.Memory, memory.Memory]:
    """What is learned without knowing who waits where, and with it."""
    log = read(simulate(organisation, weeks=40, seed=1))
    complete = completeness(log, log.activity)
    return memory.learn(log, log.activity, complete), memory.learn(log, log.activity, complete, log.team)


def test_a_queue_that_grows_is_no_change_of_ways() -> None:
    seen, known = learned(served(1.1))
    assert np.isfinite(seen.times)
    assert known.times == np.inf


@pytest.mark.parametrize("load", [0.8, 1.0])
def test_a_team_that_loses_one_of_two_people_has_changed(load: float) -> None:
    alone = served(load)
    gone = alone.origin.replace(tzinfo=None) + timedelta(weeks=20)
    other = replace(alone.people["Ann"], absent=((gone, gone + timedelta(weeks=60)),))
    _seen, known = learned(replace(alone, people={**alone.people, "Cy": other}))
    assert np.isfinite(known.times)


def test_cases_of_less_than_a_day_are_told_in_hours() -> None:
    """“Took 0.0 days on average, those since 0.0” said nothing."""
    slow, fast = (simulate(served(load, cases_per_week=20.0), seed=1, weeks=20).events for load in (0.4, 0.1))
    later = [(pl.col(name) + timedelta(weeks=20)).alias(name) for name in ("start", "end")]
    both = pl.concat([slow, fast.with_columns(pl.format("x{}", "case").alias("case"), *later)], how="diagonal")
    found = discover(
        read_log(both.select("case", "activity", "start", "end", "resource", "team", "client")), fidelity=False
    )
    assert found.learned is not None
    (note,) = [note for note in found.learned.notes if "Ways of working changed" in note]
    assert re.search(r"took \d\.\d h on average, those since [01]\.\d:", note), note


def cut_short(weeks: int = 30) -> Chronicle:
    """Half of the cases come back at once, half after three weeks in the mean; and what the records of *weeks* show."""
    plain = served(0.3, cases_per_week=400.0)
    later = Distribution.exponential(3.0 * 604_800.0)
    client = {name: Step(activity=name, client_act=True) for name in ("Answer", "Thank")}
    ways = (Route(to="Answer", share=0.5, delay=later), Route(to="Thank", share=0.5, delay=Distribution.fixed(60.0)))
    back = {name: (Route(to="end", share=1.0),) for name in client}
    rules = replace(plain, steps={**plain.steps, **client}, routes={**plain.routes, "Serve": ways, **back})
    whole = simulate(rules, weeks=weeks, seed=1)
    return whole.with_events(whole.events.filter(pl.col("end") < rules.origin + timedelta(weeks=weeks)))


def test_what_takes_long_makes_up_for_what_is_not_over_when_the_records_stop() -> None:
    """Shares and times are those of all, not of those who were quick enough to be seen."""
    log = read(cut_short())
    answered = log.activities.index("Answer")
    gap = np.append(0.0, log.end[1:] - log.end[:-1])[log.activity == answered]
    complete = completeness(log, log.activity)
    assert not complete.complete_only
    counts = memory.weights(log, complete, np.inf).into(log)
    seen = log.activity == answered
    assert gap.mean() < 0.93 * 3 * 604_800.0
    assert np.average(gap, weights=counts[seen]) == pytest.approx(3 * 604_800.0, rel=0.05)
    share = counts[seen].sum() / counts[seen | (log.activity == log.activities.index("Thank"))].sum()
    assert seen.sum() / np.isin(log.activity, [answered, log.activities.index("Thank")]).sum() < 0.475
    assert share == pytest.approx(0.5, abs=0.02)


@pytest.mark.slow
def test_what_is_left_of_another_way_of_working_ends_late_and_tells_nothing_of_this_one() -> None:
    """Since three months clients answer at once; before, they took months. What of that ends now is of then."""
    plain = served(0.3, cases_per_week=400.0)
    client = {"Answer": Step(activity="Answer", client_act=True)}
    logs = []
    for number, delay in enumerate((Distribution.exponential(12.0 * 604_800.0), Distribution.fixed(60.0))):
        ways = {"Serve": (Route(to="Answer", share=1.0, delay=delay),), "Answer": (Route(to="end", share=1.0),)}
        rules = replace(plain, steps={**plain.steps, **client}, routes={**plain.routes, **ways})
        events = simulate(rules, weeks=52, seed=1).events
        change = rules.origin + timedelta(weeks=40)
        came = events.group_by("case").agg(pl.col("end").min().alias("came"))
        events = events.join(came, on="case").filter((pl.col("came") >= change) == bool(number)).drop("came")
        logs.append(events.with_columns(pl.col("case") + f" {number}"))
    stops = rules.origin + timedelta(weeks=52)
    whole = simulate(rules, weeks=1, seed=1).with_events(pl.concat(logs).filter(pl.col("end") < stops))
    log = read(whole)
    complete = completeness(log, log.activity)
    counts = memory.weights(log, complete, 2.0).into(log)
    answers = log.activity == log.activities.index("Answer")
    gap = np.append(0.0, log.end[1:] - log.end[:-1])[answers]
    assert (counts[answers] * (gap > 86400.0)).sum() / counts[answers].sum() < 0.06


@pytest.mark.parametrize(
    ("routes", "times", "told"), [(1.5, 6.0, "1.5"), (np.inf, 2.6, "2.6"), (26.0, 13.0, "13"), (np.inf, np.inf, None)]
)
def test_how_fast_the_past_fades_is_told_in_weeks(routes: float, times: float, told: str | None) -> None:
    """In tenths below ten weeks: what halves in one and a half does not halve in two."""
    log = SimpleNamespace(
        begin=np.arange(2), start=np.zeros(2), over=np.ones(2), span=(0.0, 1.0), arrivals_end=1.0, since=0.0
    )
    findings: Any = SimpleNamespace(log=log, memory=SimpleNamespace(routes=routes, times=times))
    notes = change_notes._on_memory(findings)
    assert [re.findall(r"after each (\S+) weeks", note) for note in notes] == ([] if told is None else [[told]])


def test_cases_weigh_as_they_fade_and_are_worth_the_number_of_equal_ones_that_tell_as_much() -> None:
    """Also where some are so old that nothing is left of them."""
    fade = 0.5 ** np.array([3.0, 4.0, 2000.0])
    assert memory._worth(fade).tolist() == [1.2, 0.6, 0.0]
    assert memory._worth(np.full(7, 0.25)).tolist() == [1.0] * 7
