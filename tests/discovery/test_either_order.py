"""What is done at a time is told from what is done in turn, by ends alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.log import Floats
from irrupt.discovery.starts import assume_starts
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Person, Route, Step, Team

HOUR = 3600.0


def mean_hours(log: Chronicle, activity: str) -> float:
    lasts = log.events.filter(pl.col("activity") == activity).select(
        (pl.col("end") - pl.col("start")).dt.total_seconds()
    )
    return float(lasts["end"].mean()) / HOUR  # type: ignore[arg-type]


def shop(plain: Organisation, *, side_by_side: bool) -> Organisation:
    """Orders that are filled and papered at the same time, or one after the other in either order."""
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
@pytest.mark.parametrize("order", ["first come", "last come"])
def test_what_ends_in_any_order_is_timed_as_it_is_done(
    side_by_side: bool,
    order: Literal["first come", "last come"],
    office: Callable[..., Organisation],
    without_starts: Callable[[Chronicle], Chronicle],
) -> None:
    """Done at a time, both are begun when the check was over; in turn, the second when the first was."""
    plain = shop(office(), side_by_side=side_by_side)
    teams = {name: replace(team, order=order) for name, team in plain.teams.items()}
    true = simulate(replace(plain, teams=teams), weeks=52, seed=3)
    assumed = assume_starts(without_starts(true))
    for activity in ("Fill", "Paper"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.07)
    assert np.median(begun(assumed)) == pytest.approx(np.median(begun(true)), abs=0.25)
