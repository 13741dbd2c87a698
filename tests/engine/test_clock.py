"""Delays on the clock of a case: they end at an age, whatever was done before, and never before it can go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Older, Organisation, Route, Step

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)

HOUR, DAY = 3600.0, 86400.0
LAST = 40.0


def tickets(age: Distribution, *, solved: Distribution, anew: bool = False) -> Organisation:
    """Tickets are solved at some time, and closed at an *age*; *anew*: which counts since they are solved."""
    return Organisation(
        name="tickets",
        origin=ORIGIN,
        clients={"All": Client(cases_per_week=400.0)},
        steps={
            "come": Step(activity="come"),
            "solve": Step(activity="solve", clock=anew),
            "close": Step(activity="close"),
        },
        routes={
            "start": (Route(to="come", share=1.0),),
            "come": (Route(to="solve", share=1.0, delay=solved),),
            "solve": (Route(to="close", share=1.0, delay=age, since="clock"),),
            "close": (Route(to="end", share=1.0),),
        },
    )


def days(organisation: Organisation) -> tuple[np.ndarray, np.ndarray]:
    """Ages at which cases were solved, and closed."""
    events = simulate(organisation, weeks=10, seed=3).events
    came = pl.col("end").min().over("case")
    ages = events.with_columns(((pl.col("end") - came).dt.total_microseconds() / 1e6 / DAY).alias("age"))
    return tuple(ages.filter(pl.col("activity") == name).sort("case")["age"].to_numpy() for name in ("solve", "close"))  # type: ignore[return-value]


def test_a_case_gets_one_of_the_ages_that_it_has_not_reached() -> None:
    """Ages between 20 and 40 days: whoever is solved at the age of 30 is closed, evenly, between 30 and 40."""
    solved, closed = days(
        tickets(Distribution.uniform(20 * DAY, LAST * DAY), solved=Distribution.exponential(20 * DAY))
    )
    late = solved >= LAST
    assert 0.1 < late.mean() < 0.2
    assert closed[late] == pytest.approx(solved[late], abs=1e-6)
    least = np.maximum(solved[~late], 20.0)
    level = (closed[~late] - least) / (LAST - least)
    assert level.min() >= -1e-6
    assert level.max() <= 1 + 1e-6
    assert level.mean() == pytest.approx(0.5, abs=4 * np.sqrt(1 / 12 / len(level)))
    assert np.mean(level < 0.25) == pytest.approx(0.25, abs=4 * np.sqrt(0.1875 / len(level)))


def test_an_exponential_age_is_a_plain_delay() -> None:
    """It has no memory: what is left of it does not depend on the age."""
    solved, closed = days(tickets(Distribution.exponential(5 * DAY), solved=Distribution.uniform(0.0, 30 * DAY)))
    left = closed - solved
    for part in (solved < 10, solved > 20):
        assert left[part].mean() == pytest.approx(5.0, abs=4 * 5 / np.sqrt(part.sum()))


def test_a_clock_that_begins_anew_with_the_step_before_is_a_plain_delay_to_the_bit() -> None:
    made = tickets(Distribution.gamma(9 * DAY, 0.5), solved=Distribution.exponential(DAY), anew=True)
    plain = replace(made, routes={**made.routes, "solve": (replace(made.routes["solve"][0], since="step"),)})
    assert simulate(made, weeks=4, seed=1).events.equals(simulate(plain, weeks=4, seed=1).events)


def aged(older: tuple[Older, ...], *, anew: bool = False) -> Organisation:
    """Tickets are solved within twenty days, evenly, and closed a day later; *older* ones otherwise."""
    made = tickets(Distribution.fixed(DAY), solved=Distribution.uniform(0.0, 20 * DAY), anew=anew)
    way = Route(to="close", share=1.0, delay=Distribution.fixed(DAY), older=older)
    return replace(made, routes={**made.routes, "solve": (way,)})


def test_older_cases_have_the_delay_of_their_age() -> None:
    """None from ten days on, five days from fifteen on: just those that are solved so late."""
    solved, closed = days(aged((Older(than=10 * DAY), Older(than=15 * DAY, delay=Distribution.fixed(5 * DAY)))))
    assert closed - solved == pytest.approx(np.select([solved < 10, solved < 15], [1.0, 0.0], 5.0), abs=1e-6)
    assert 0.2 < np.mean(solved >= 15) < 0.3


def test_cases_are_as_old_as_their_clock_says(make: SimpleNamespace) -> None:
    """Where it begins anew with the step before, none is older; and both loops say so."""
    older = (Older(than=10 * DAY, delay=Distribution.exponential(DAY)),)
    solved, closed = days(aged(older, anew=True))
    assert closed - solved == pytest.approx(np.ones(len(solved)), abs=1e-6)
    for rules in (aged(older), aged(older, anew=True)):
        assert make.same(make.whole(rules), make.whole(rules, reference=True))


def test_delays_that_are_alike_at_all_ages_are_one_delay_to_the_bit() -> None:
    made = aged(
        (Older(than=3 * DAY, delay=Distribution.fixed(DAY)), Older(than=9 * DAY, delay=Distribution.fixed(DAY)))
    )
    assert simulate(made, weeks=4, seed=1).events.equals(simulate(aged(()), weeks=4, seed=1).events)


def twice_at_once() -> Organisation:
    """Two things begin at once, whichever is done first ends the other, and that twice; the clock begins each time."""
    made: dict[str, Step] = {}
    routes: dict[str, tuple[Route, ...]] = {"start": (Route(to="fork 1", share=1.0),)}
    for name, then in (("1", "fork 2"), ("2", "close")):
        made[f"fork {name}"] = Step(activity="fork", split="all", clock=True, duration=Distribution.fixed(HOUR))
        made[f"long {name}"] = Step(activity="long", duration=Distribution.fixed(99 * HOUR))
        made[f"short {name}"] = Step(activity="short", duration=Distribution.fixed(5 * HOUR))
        made[f"meet {name}"] = Step(activity="meet", alone=True)
        routes[f"fork {name}"] = (Route(to=f"long {name}", share=1.0), Route(to=f"short {name}", share=1.0))
        routes[f"long {name}"] = routes[f"short {name}"] = (Route(to=f"meet {name}", share=1.0),)
        routes[f"meet {name}"] = (Route(to=then, share=1.0, delay=Distribution.fixed(10 * HOUR), since="clock"),)
    return Organisation(
        name="twice",
        origin=ORIGIN,
        clients={"All": Client(cases_per_week=5.0)},
        steps={**made, "close": Step(activity="close")},
        routes={**routes, "close": (Route(to="end", share=1.0),)},
    )


def test_the_clock_of_a_case_is_kept_when_it_splits_again(make: SimpleNamespace) -> None:
    """Whatever part goes on, and whatever slot it stands in, there is one clock: here, of the second time."""
    rules = twice_at_once()
    assert make.same(make.whole(rules), make.whole(rules, reference=True))
    events = simulate(rules, weeks=3, seed=1).events
    closed = events.filter(pl.col("activity") == "close")["end"]
    assert len(closed) > 5
    forked = events.filter(pl.col("activity") == "fork").group_by("case", maintain_order=True).agg(pl.col("end").max())
    hours = (closed.sort() - forked["end"].sort()).dt.total_seconds() / 3600.0
    assert hours.to_list() == pytest.approx([10.0] * len(closed))
