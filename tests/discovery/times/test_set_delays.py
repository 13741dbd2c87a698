"""What always takes as long is told from what does so on average, though much of it ends while nobody is there."""

from __future__ import annotations

import pytest

from irrupt.discovery import discover
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Person, Route, Step, Team

from ..conftest import MONDAY, as_read, hours, office_profile

_HOUR = 3600.0


def workshop(delay: Distribution, passes_in: str | None = None) -> Organisation:
    """What is cast in a workshop is looked at after a *delay*."""
    return Organisation(
        name="workshop",
        origin=MONDAY,
        clients={"Ames": Client(cases_per_week=60.0, profile=office_profile())},
        steps={
            "Cast": Step(activity="Cast", team="Shop", duration=Distribution.lognormal(1500.0, 0.5)),
            "Look": Step(activity="Look", team="Shop", duration=Distribution.lognormal(600.0, 0.5)),
        },
        routes={
            "start": (Route(to="Cast", share=1.0),),
            "Cast": (Route(to="Look", share=1.0, delay=delay, hours=passes_in),),
            "Look": (Route(to="end", share=1.0),),
        },
        teams={"Shop": Team()},
        people={name: Person(teams=("Shop",), calendar="day") for name in ("Ann", "Ben")},
        calendars={
            "day": hours(8, 17),
        },
    )


def learned(rules: Organisation, seed: int) -> tuple[Distribution, str | None, tuple[object, ...]]:
    """The delay between the two steps, in which hours it passes, and what depends on the age of cases."""
    found = discover(as_read(simulate(rules, weeks=30, seed=seed)), fidelity=False)
    (route,) = (one for ways in found.routes.values() for one in ways if one.to.startswith("Look"))
    assert isinstance(route.delay, str)
    return found.distributions[route.delay], route.hours, route.older


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("length", [24.0, 14 * 24.0])
def test_what_always_takes_as_long_is_found_to(length: float, seed: int) -> None:
    """A day of drying came out as 18 hours: what was dry at night had waited since the evening, or so it seemed."""
    delay, passes_in, older = learned(workshop(Distribution.fixed(length * _HOUR)), seed)
    assert delay.mean == pytest.approx(length * _HOUR, abs=60)
    assert delay.cv == 0
    assert (delay.kind, passes_in, older) == ("fixed", None, ())


def test_it_may_pass_in_hours() -> None:
    delay, passes_in, _older = learned(workshop(Distribution.fixed(6 * _HOUR), "day"), 4)
    assert passes_in is not None
    assert (delay.kind, delay.mean) == ("fixed", pytest.approx(6 * _HOUR, abs=120))


@pytest.mark.parametrize("delay", [Distribution.uniform(20 * _HOUR, 28 * _HOUR), Distribution.exponential(24 * _HOUR)])
def test_what_varies_is_no_set_time(delay: Distribution) -> None:
    assert learned(workshop(delay), 5)[0].kind == "quantiles"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("length", [1.0, 2.0])
def test_short_delays_around_the_clock_are_told_from_those_in_hours(length: float, seed: int) -> None:
    """What is ready in the evening waits until the morning: nights counted as delays made hours the likelier ones."""
    short = Distribution.lognormal(length * _HOUR, 0.3)
    assert learned(workshop(short), seed)[1] is None
    assert learned(workshop(short, "day"), seed)[1] is not None
