"""Hours go on where somebody has nothing to do before they end, and nowhere where something waits for him."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery import discover
from irrupt.discovery.people.idle_ends import has_odd_edges, up_to_usual
from irrupt.discovery.people.kept_hours import Pieces
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Client, Distribution, Person, Route, Step, Team
from irrupt.organisation.model import END, START
from irrupt.units import HOUR, WEEK

NOTHING = Pieces(*np.zeros((2, 0)))
WEEKS = np.arange(20) * WEEK


def days(*edges: tuple[int, int]) -> Calendar:
    """First and last minute of each day from Monday on."""
    return Calendar(hours=tuple((day * 1440 + first, day * 1440 + last) for day, (first, last) in enumerate(edges)))


def edges(calendar: Calendar) -> list[tuple[int, int]]:
    return [(begin % 1440, (end - 1) % 1440 + 1) for begin, end in calendar.hours]


def test_the_end_of_a_day_is_that_of_the_others() -> None:
    assert edges(up_to_usual(days((540, 1020), (540, 1020), (540, 865)), NOTHING, NOTHING))[2] == (540, 1020)
    assert edges(up_to_usual(days((540, 1020), (540, 1020), (625, 1020)), NOTHING, NOTHING))[2] == (540, 1020)


def test_an_end_that_only_one_other_day_has_is_none_that_is_usual() -> None:
    assert edges(up_to_usual(days((540, 1020), (540, 865)), NOTHING, NOTHING))[1] == (540, 870)


def test_round_times_are_taken_as_they_are() -> None:
    own = days((540, 1020), (540, 1020), (540, 960), (570, 990), (540, 1020))
    assert up_to_usual(own, NOTHING, NOTHING) == own
    assert not has_odd_edges(own)


@pytest.mark.parametrize(("wait", "until"), [(0.0, 1020), (4.0, 1020), (600.0, 870)])
def test_where_something_waits_for_him_he_has_gone(wait: float, until: int) -> None:
    """But for what is begun at once."""
    ready = WEEKS + 2 * 86400.0 + 16 * HOUR
    found = up_to_usual(days((540, 1020), (540, 1020), (540, 865)), Pieces(ready, ready + wait), NOTHING)
    assert edges(found)[2] == (540, until)


@pytest.mark.parametrize(("back", "until"), [(40.0, 870), (1.0, 1020)])
def test_where_something_in_his_hand_waits_until_he_comes_again_he_has_gone(back: float, until: int) -> None:
    begin = WEEKS + 2 * 86400.0 + 14 * HOUR
    work = Pieces(begin, begin + back * HOUR)
    found = up_to_usual(days((540, 1020), (540, 1020), (540, 865)), NOTHING, work)
    assert edges(found)[2] == (540, until)


@given(
    st.lists(st.tuples(st.integers(1, 700), st.integers(720, 1430)), min_size=1, max_size=7),
    st.lists(st.tuples(st.floats(0, 10 * WEEK), st.floats(0, 20 * HOUR)), max_size=30),
)
def test_hours_only_grow_and_to_quarters(own: list[tuple[int, int]], waits: list[tuple[float, float]]) -> None:
    ready, lasts = np.array(waits, float).reshape(-1, 2).T
    found = up_to_usual(days(*own), Pieces(ready, ready + lasts), NOTHING)
    assert all(a <= b and c >= d for (a, c), (b, d) in zip(found.hours, days(*own).hours, strict=True))
    assert all(edge % 15 == 0 or edge in sum(own, ()) for pair in edges(found) for edge in pair)


def test_who_has_nothing_left_on_fridays_is_there_all_the_same() -> None:
    """Nothing comes to the second desk after the first closes at noon on Fridays."""
    early = Calendar(hours=(*(((day * 24 + 8) * 60, (day * 24 + 18) * 60) for day in range(4)), (6240, 6480)))
    late = Calendar(hours=tuple(((day * 24 + 8) * 60, (day * 24 + 18) * 60) for day in range(5)))
    profile = (float(any(begin <= hour * 60 < end for begin, end in early.hours)) for hour in range(168))
    steps = (("Take", "First"), ("Do", "Second"))
    short = Distribution.lognormal(900.0, 0.4)
    organisation = replace(
        counter(),
        teams={"First": Team(), "Second": Team()},
        people={
            "Ann": Person(teams=("First",), calendar="early"),
            "Bob": Person(teams=("Second",), calendar="late"),
        },
        calendars={"early": early, "late": late},
        steps={name: Step(activity=name, team=team, duration=short) for name, team in steps},
        routes={at: (Route(to=then, share=1.0),) for at, then in ((START, "Take"), ("Take", "Do"), ("Do", END))},
        clients={"A": Client(cases_per_week=100.0, profile=tuple(profile))},
    )
    found = discover(simulate(organisation, weeks=40, seed=3), fidelity=False)
    assert found.calendars[found.people["Bob"].calendar].hours == late.hours
    assert found.calendars[found.people["Ann"].calendar].hours == early.hours
