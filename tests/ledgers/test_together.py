"""What people do with several cases at once is counted once for them, and for each case as if it were alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.chronicle.rows import FIRST, LAST
from irrupt.groups import ALL_CLIENTS
from irrupt.ledgers import Duty, Ledgers, Window, parties_of
from irrupt.units import WEEK

HOUR = 3600.0
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
OF_TEAMS = (
    "work done",
    "share of time at work",
    "work outside office hours",
    "work without a pause",
    "moves between posts",
)


@pytest.fixture
def of(build, legend):
    """The ledgers of *count* cases that one person does at once until *end*, and of one that he does before."""

    def made(count, end=13.0, told=None):
        times = (9.5 * HOUR, 9.5 * HOUR, 10 * HOUR, end * HOUR, FIRST | LAST)
        alone = (count, 0, 0, 0, 0, 9 * HOUR, 9 * HOUR, 9 * HOUR, 10 * HOUR, FIRST | LAST)
        rows = build.rows([alone, *((number, number % 2, 1, 0, 0, *times) for number in range(count))])
        rows = rows._replace(together=np.array([1, *[told or count] * count], np.int32))
        duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE)}
        ledgers = Ledgers(legend, Window(begin=0.0, end=2 * WEEK), duties, detail=True)
        ledgers.add(rows)
        return ledgers.result(replace(parties_of(legend), at_teams={"A": ((0,), (0,)), "B": ((1,), (0,))}))

    return made


@pytest.mark.parametrize("end", [13.0, 16.5, 24 * 8 + 11.0])
def test_hours_of_people_count_once_and_those_of_cases_each(of, end):
    """Also where work goes on over nights and a weekend, beyond the week in which it began."""
    one, four = of(1, end), of(4, end)
    for name in OF_TEAMS:
        assert four[name]["team 0"] == pytest.approx(one[name]["team 0"], rel=1e-12), name
    assert one["work done"]["team 0"] > 0
    assert (one["steps done"]["team 0"], four["steps done"]["team 0"]) == (1.0, 2.5)
    assert one["steps side by side"]["team 0"] == four["steps side by side"]["team 0"] == 0
    alone, together = (found["working for him"][ALL_CLIENTS] for found in (one, four))
    assert together == pytest.approx((4 * (2 * alone - 1) + 1) / 5)


def test_clients_share_the_time_of_the_team(of):
    found = of(4)["share of team time for him"]
    assert found["A"] == pytest.approx((1 + 1.5) / 80)
    assert found["B"] == pytest.approx(1.5 / 80)


def test_steps_that_are_not_done_together_count_each(of):
    found = of(4, told=1)
    assert found["work done"]["team 0"] == (1 + 4 * 3) / 2
    assert found["steps side by side"]["team 0"] > 0
