"""Who begins at once what waits is told from who lets it wait; what is done at a time from what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.at_once import at_once
from irrupt.discovery.log import Floats
from irrupt.discovery.starts import assume_starts, bounded
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

Blind = Callable[[Chronicle], Chronicle]
HOUR = 3600.0


def office(delay: float = 0.0, cv: float = 0.8) -> Organisation:
    """Cases that two people look into and three others settle; *delay*: hours that pass before, nobody being busy."""
    day = Calendar(hours=tuple((number * 1440 + 480, number * 1440 + 960) for number in range(5)))
    steps = {"Come": Step(activity="Come")}
    steps |= {
        name: Step(activity=name, team=name, duration=Distribution.lognormal(hours * HOUR, cv))
        for name, hours in (("Look into", 1.2), ("Settle", 1.9))
    }
    left = Distribution.exponential(delay * HOUR) if delay else Distribution.fixed(0.0)
    profile = tuple(1.0 if number < 5 and 8 <= hour < 16 else 0.0 for number in range(7) for hour in range(24))
    return Organisation(
        name="office",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"Public": Client(cases_per_week=45.0, profile=profile)},
        steps=steps,
        routes={
            "start": (Route(to="Come", share=1.0),),
            "Come": (Route(to="Look into", share=1.0, delay=left),),
            "Look into": (Route(to="Settle", share=1.0, delay=left),),
            "Settle": (Route(to="end", share=1.0),),
        },
        teams={"Look into": Team(), "Settle": Team()},
        people={
            f"{name} {number}": Person(teams=(name,), calendar="day")
            for name, count in (("Look into", 2), ("Settle", 3))
            for number in range(count)
        },
        calendars={"day": day},
    )


def mean_hours(log: Chronicle, activity: str) -> float:
    lasts = log.events.filter(pl.col("activity") == activity).select(
        (pl.col("end") - pl.col("start")).dt.total_seconds()
    )
    return float(lasts["end"].mean()) / HOUR  # type: ignore[arg-type]


moments = st.lists(st.tuples(st.floats(0.0, 90_000.0), st.floats(0.0, 30_000.0), st.booleans()), min_size=80)


@given(moments, st.sampled_from((0.0, 86_400.0)), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_the_rows_nor_the_date_counts(
    rows: list[tuple[float, float, bool]], later: float, seed: int
) -> None:
    came, waits, busy = (np.array(column) for column in zip(*rows, strict=True))
    last, one, work = np.where(busy, came + waits, came - waits - 1.0), np.zeros(len(rows), np.int64), waits + 60.0
    found = at_once(one, one, work, came, last, np.full(len(rows), True))
    assert (found >= 0).all()
    assert (found <= 1).all()
    order = np.random.default_rng(seed).permutation(len(rows))
    again = at_once(one, one, work[order], came[order] + later, last[order] + later, np.full(len(rows), True))
    assert again == pytest.approx(found)


def test_a_team_that_nobody_is_told_to_belong_to_is_none() -> None:
    time = np.arange(100) * HOUR
    nobody = np.full(100, -1)
    assert not at_once(nobody, nobody + 1, time, time, time - 60.0, np.full(100, True)).any()


def test_nothing_is_told_where_hardly_anybody_was_ever_free() -> None:
    came = np.arange(1000) * HOUR
    last = np.where(np.arange(1000) < 20, came - 60.0, came + 60.0)
    one = np.zeros(1000, np.int64)
    assert not at_once(one, one, np.full(1000, HOUR), came, last, np.full(1000, True)).any()


def test_the_longer_work_is_left_waiting_the_less_it_is_taken_to_be_begun_at_once(without_starts: Blind) -> None:
    def sure(delay: float) -> float:
        found = bounded(without_starts(simulate(office(delay), weeks=52, seed=5)))
        return float(found.at_once[found.works].mean())

    found = [sure(delay) for delay in (0.0, 2.0, 12.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.9
    assert found[2] < 0.3


@pytest.mark.parametrize("cv", [0.4, 1.0])
def test_what_is_begun_at_once_is_timed_as_if_starts_were_recorded(cv: float, without_starts: Blind) -> None:
    true = simulate(office(cv=cv), weeks=52, seed=7)
    assumed = assume_starts(without_starts(true))
    gap = (assumed.events["start"] - true.events["start"]).dt.total_seconds().abs()
    assert (gap < 60).mean() > 0.98  # type: ignore[operator]
    for activity in ("Look into", "Settle"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.05)


def test_hours_are_kept_where_only_ends_tell(without_starts: Blind) -> None:
    found = bounded(without_starts(simulate(office(), weeks=52, seed=9)))
    assert len(found.kept) == 5
    assert {hours.minutes_per_week for hours in found.kept.values()} == {2400}


def counter_of_two(*, side_by_side: bool) -> Organisation:
    """Orders that are filled and papered at the same time, or one after the other in either order."""
    plain = office()
    hour = Distribution.lognormal(HOUR, 0.6)
    names = ("Check", "Fill", "Paper", "Ship")
    steps = {"Come": Step(activity="Come")} | {name: Step(activity=name, team=name, duration=hour) for name in names}
    routes = {
        "start": (Route(to="Come", share=1.0),),
        "Come": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Fill", share=1.0), Route(to="Paper", share=1.0)),
        "Fill": (Route(to="Ship", share=1.0),),
        "Paper": (Route(to="Ship", share=1.0),),
        "Ship": (Route(to="end", share=1.0),),
    }
    if side_by_side:
        steps |= {"Check": replace(steps["Check"], split="all"), "Ship": replace(steps["Ship"], join=True)}
    else:
        steps |= {"Fill then": steps["Fill"], "Paper then": steps["Paper"]}
        routes |= {
            "Check": (Route(to="Fill", share=0.5), Route(to="Paper", share=0.5)),
            "Fill": (Route(to="Paper then", share=1.0),),
            "Paper": (Route(to="Fill then", share=1.0),),
            "Fill then": (Route(to="Ship", share=1.0),),
            "Paper then": (Route(to="Ship", share=1.0),),
        }
    people = {f"{name} {number}": Person(teams=(name,), calendar="day") for name in names for number in range(2)}
    return replace(plain, steps=steps, routes=routes, teams={name: Team() for name in names}, people=people)


def begun(log: Chronicle) -> Floats:
    """Hours from the end of the check until all that follows it was begun, per case."""
    table = log.events.filter(pl.col("activity").is_in(["Check", "Fill", "Paper"]))
    check = pl.col("end").filter(pl.col("activity") == "Check").first()
    both = pl.col("start").filter(pl.col("activity") != "Check")
    gap = table.group_by("case").agg((both.max() - check).dt.total_seconds().alias("gap")).drop_nulls()
    return gap["gap"].to_numpy() / HOUR


@pytest.mark.parametrize("side_by_side", [True, False])
def test_what_ends_in_any_order_is_timed_as_it_is_done(side_by_side: bool, without_starts: Blind) -> None:
    """Done at a time, both are begun when the check was over; in turn, the second when the first was."""
    true = simulate(counter_of_two(side_by_side=side_by_side), weeks=52, seed=3)
    assumed = assume_starts(without_starts(true))
    for activity in ("Fill", "Paper"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.07)
    assert np.median(begun(assumed)) == pytest.approx(np.median(begun(true)), abs=0.25)
