"""Times between two steps are told by how old the case is by then, where they depend on it, and only there."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.times.older import parts
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Older, Organisation, Person, Route, Step, Team

DAY = 86400.0


def tickets(young: float, old: float, team: str | None = None) -> Organisation:
    """Tickets are solved within twenty days, and closed some days later: *young* ones, and those of ten days."""
    way = Route(
        to="close",
        share=1.0,
        delay=Distribution.gamma(young * DAY, 0.7),
        older=(Older(than=10 * DAY, delay=Distribution.gamma(old * DAY, 0.7)),),
    )
    return Organisation(
        name="tickets",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"All": Client(cases_per_week=100.0)},
        steps={
            "come": Step(activity="come"),
            "solve": Step(activity="solve"),
            "close": Step(activity="close", team=team, duration=Distribution.fixed(600.0 if team else 0.0)),
        },
        routes={
            "start": (Route(to="come", share=1.0),),
            "come": (Route(to="solve", share=1.0, delay=Distribution.uniform(0.0, 20 * DAY)),),
            "solve": (way,),
            "close": (Route(to="end", share=1.0),),
        },
        teams={"Desk": Team()} if team else {},
        people={f"Ann {n}": Person(teams=(team,), calendar="always") for n in range(4)} if team else {},
        calendars={"always": Calendar(hours=((0, 10080),))} if team else {},
    )


def before_close(organisation: Organisation) -> list[tuple[float, float]]:
    """From which age on, and how many days cases take then on average: of the route that leads to the end."""
    (way,) = (route for routes in organisation.routes.values() for route in routes if route.to.startswith("close"))
    ages = [(0.0, way.delay), *((one.than / DAY, one.delay) for one in way.older)]
    return [(than, organisation.distribution(delay).mean / DAY) for than, delay in ages]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("team", [None, "Desk"])
@pytest.mark.parametrize(("young", "old"), [(2.0, 6.0), (6.0, 2.0)])
def test_older_cases_wait_otherwise(young: float, old: float, team: str | None) -> None:
    """Those that are slow in all, and those that are hurried; whether somebody works on the next step or not."""
    found = before_close(discover(simulate(tickets(young, old, team), weeks=30, seed=5), fidelity=False))
    assert 2 <= len(found) <= 4
    for (than, mean), (until, _mean) in zip(found, [*found[1:], (20.0, 0.0)], strict=True):
        late = float(np.clip((until - 10.0) / (until - than), 0.0, 1.0))
        assert mean == pytest.approx(young + (old - young) * late, rel=0.15)


def test_where_ages_say_nothing_all_cases_tell_of_one_delay() -> None:
    assert len(before_close(discover(simulate(tickets(3.0, 3.0), weeks=30, seed=5), fidelity=False))) == 1


def test_chance_is_seldom_taken_for_age() -> None:
    """Of 200 kinds of times that know nothing of ages, a false one in a hundred is allowed."""
    random = np.random.default_rng(3)
    half = np.arange(300) % 2 == 0
    found = [parts(random.exponential(size=300), random.exponential(DAY, 300), half) for _kind in range(200)]
    assert sum(len(one) > 1 for one in found) <= 2


def test_parts_are_of_equal_size_and_hold_every_time_once() -> None:
    random = np.random.default_rng(4)
    ages = random.uniform(0.0, 30 * DAY, 4000)
    found = parts(random.exponential(1.0 + ages / DAY), ages, np.arange(4000) % 2 == 0)
    assert 2 < len(found) <= 4
    assert (np.sum([one.mine for one in found], axis=0) == 1).all()
    assert [one.than for one in found] == sorted({one.than for one in found})
    for one in found:
        assert one.mine.mean() == pytest.approx(1 / len(found), rel=0.1)
        assert ages[one.mine].min() >= one.than
