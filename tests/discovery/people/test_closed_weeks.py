"""Weeks in which nobody works and no cases come are no weeks of little demand."""

from __future__ import annotations

import datetime as dt

import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.engine import simulate
from irrupt.organisation import Organisation

from ..conftest import MONDAY, as_read

pytestmark = pytest.mark.usefixtures("few_steps")

_CLOSED = (10, 11, 25)


def shut(desk: Organisation, seed: int) -> Chronicle:
    """Forty weeks of the desk, in three of which nothing is done: neither do cases come."""
    log = as_read(simulate(desk, weeks=40 - len(_CLOSED), seed=seed))
    rows = log.events.to_dicts()
    begins = {row["case"]: row["start"] for row in reversed(rows)}
    # what came before a closed week was over before it, and all that came later came a week later still
    kept = [row for row in rows if (row["end"] - MONDAY) // dt.timedelta(weeks=1) == _week(begins[row["case"]])]
    for row in kept:
        later = dt.timedelta(weeks=_later(_week(row["end"])))
        row["start"], row["end"] = row["start"] + later, row["end"] + later
    return log.with_events(log.events.__class__(kept, schema=log.events.schema), starts="measured")


def _week(moment: dt.datetime) -> int:
    return (moment - MONDAY) // dt.timedelta(weeks=1)


def _later(week: int) -> int:
    """By how many weeks what happened in this one of those that are open is later."""
    opened = [number for number in range(40) if number not in _CLOSED]
    return opened[week] - week if week < len(opened) else len(_CLOSED)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_demand_is_that_of_open_weeks(desk: Organisation, seed: int) -> None:
    """They were counted: demand, and how busy people are, came out a thirteenth too low, and weeks as bursts."""
    log = shut(desk, seed)
    found = discover(log, fidelity=False)
    table = read(log)
    all_weeks = demand.learn(table, completeness(table, table.activity))
    rate = sum(client.cases_per_week for client in found.clients.values())
    counted = sum(client.cases_per_week for client in all_weeks.clients.values())
    assert rate == pytest.approx(counted * 40 / 37, rel=0.01)
    assert found.learned is not None
    assert any("nobody worked" in note for note in found.learned.notes)
    assert not any("bursts" in note for note in found.learned.notes)
