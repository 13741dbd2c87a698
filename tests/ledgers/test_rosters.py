"""Rosters, measured: by hand, and as the runs that made them are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from irrupt.chronicle.model import ROSTER_COLUMNS
from irrupt.engine import Simulation
from irrupt.engine.examples import counter, workshop
from irrupt.engine.planning.planner import planned_people
from irrupt.engine.planning.records import rosters as rosters_of
from irrupt.ledgers import Ledgers, Window, parties_of
from irrupt.ledgers.notice import CLASSES
from irrupt.ledgers.rosters import MEASURES, rosters
from irrupt.organisation import Calendar, Organisation
from irrupt.organisation.planning import Capacity, Overtime, Queue, Temps
from irrupt.units import WEEK

MONDAY = datetime(2024, 1, 8, tzinfo=UTC)


def shift(person: str, day: float, begin: float, end: float, *, told: float, worked: bool = False, team: str = "T"):
    start = MONDAY + timedelta(days=day)
    moments = (start + timedelta(hours=begin), start + timedelta(hours=end))
    return (person, team, MONDAY - timedelta(days=told), *moments, worked)


def table(*shifts):
    return pl.DataFrame(list(shifts), schema=ROSTER_COLUMNS, orient="row")


def test_hours_by_hand() -> None:
    """Ann was to work 8 to 16 and worked 8 to 18, announced anew two days before; Bob worked as announced; the week
    after both did. A temp came for ten hours. What was only worked, or only announced, does not count."""
    told = table(
        shift("Ann", 0, 8, 16, told=14),
        shift("Ann", 0, 8, 18, told=2),
        shift("Ann", 0, 8, 18, told=2, worked=True),
        *(shift("Bob", 1, 8, 16, told=14, worked=worked) for worked in (False, True)),
        shift("Temp", 2, 8, 18, told=2, worked=True),
        *(shift(who, 7, 8, 16, told=14, worked=worked) for who in ("Ann", "Bob") for worked in (False, True)),
        shift("Cid", 0, 8, 16, told=0, worked=True, team="U"),
        shift("Cid", 14, 8, 16, told=0, team="U"),
    )
    found = rosters(told, temps=["Temp"])
    assert set(found) == {one.name for one in MEASURES}
    assert found["hours other than announced"] == pytest.approx({"T": 12 / 44, "all teams": 12 / 44})
    assert found["weeks changed after they were announced"]["T"] == 1 / 2
    assert found["notice of changed weeks"]["T"] == pytest.approx(2.0)
    assert found["hours by temps"]["T"] == pytest.approx(10 / 44)
    # Ann's two hours on Monday and the temp's ten on Wednesday: the last announcement came on Saturday.
    assert found["hours changed days before"]["T"] == pytest.approx(12 / 44)
    assert found["variation of weekly hours"]["T"] == pytest.approx(1 / 17)
    unknown = rosters(told)
    assert math.isnan(unknown["hours by temps"]["T"])
    assert unknown["hours other than announced"] == found["hours other than announced"]


def test_a_shift_that_is_moved_differs_by_what_is_added_and_what_is_taken_away() -> None:
    told = table(shift("Ann", 0, 8, 16, told=7), shift("Ann", 0, 10, 18, told=7, worked=True))
    assert rosters(told)["hours other than announced"]["T"] == pytest.approx(4 / 8)


@pytest.mark.parametrize(
    ("told", "kind"),
    [(None, "the same day"), (0, "the same day"), (0.1, "the day before"), (1.5, "days before"), (12.9, "days before"),
     (13.5, "weeks before")],
)  # fmt: skip
def test_how_long_before_its_day_a_change_is_told(told, kind) -> None:
    """Of a shift on Monday that grows by two hours: announced three weeks ahead, and again, or not."""
    again = [] if told is None else [shift("Ann", 0, 8, 18, told=told)]
    found = rosters(table(shift("Ann", 0, 8, 16, told=21), *again, shift("Ann", 0, 8, 18, told=0, worked=True)))
    shares = {one.name: found[one.name]["T"] for one in CLASSES}
    assert shares == {name: (0.2 if name == f"hours changed {kind}" else 0.0) for name in shares}


def test_each_day_has_the_notice_of_what_changed_it() -> None:
    """Thursday is told on Tuesday to be longer, and Friday on Thursday; Tuesday and Wednesday stay as they were."""
    days = [datetime(2024, 1, day, 8, tzinfo=UTC) for day in range(8, 13)]
    told = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 9, 11)]

    def week(longer: Sequence[int], announced: datetime, worked: bool = False) -> list[tuple[Any, ...]]:
        ends = [day + timedelta(hours=10 if at in longer else 8) for at, day in enumerate(days)]
        return [("Ann", "T", announced, day, end, worked) for day, end in zip(days, ends, strict=True)]

    rows = [*week([], told[0]), *week([3], told[1]), *week([3, 4], told[2]), *week([3, 4], told[0], worked=True)]
    found = rosters(table(*rows))
    assert [found[one.name]["T"] * 44 for one in CLASSES] == pytest.approx([0.0, 2.0, 2.0, 0.0])
    assert found["notice of changed weeks"]["T"] == 0.0


def test_weeks_are_those_of_the_organisations_clock() -> None:
    """Sunday 23:30 in London is Monday in Paris."""
    early = table(*(shift("Ann", 6, 23.5, 30, told=7, worked=worked) for worked in (False, True)))
    late = table(shift("Ann", 7, 8, 16, told=7), shift("Ann", 7, 8, 17, told=7, worked=True))
    both = pl.concat([early, late])
    assert rosters(both)["weeks changed after they were announced"]["T"] == 1 / 2
    assert rosters(both, "Europe/Paris")["weeks changed after they were announced"]["T"] == 1.0


def test_without_rosters_nothing_is_told() -> None:
    assert rosters(table()) == {one.name: {} for one in MEASURES}


def by_queue() -> Organisation:
    """One who serves in office hours, longer on the next day when five wait, and two temps, for a week each time, when
    fifteen do."""
    rules = counter(0.22, cases_per_week=200.0)
    office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    (name,) = rules.people
    rule = Capacity(
        overtime=Overtime(daily=2.0, most=8.0, when=Queue(cases=5), notice=1),
        temps=Temps(most=2, calendar="office", weeks=1, notice=3, when=Queue(cases=15)),
    )
    people = {name: replace(rules.people[name], calendar="office")}
    return replace(rules, people=people, calendars={"office": office}, capacity={"Desk": rule})


@pytest.mark.parametrize(("rules", "team"), [(workshop(), "Assembly"), (by_queue(), "Desk")])
def test_a_run_is_measured_as_the_rosters_that_it_leaves(rules: Organisation, team: str) -> None:
    weeks = 26
    run = Simulation(rules, seed=2, weeks=weeks)
    ledgers = Ledgers(run.legend, Window(begin=0.0, end=weeks * WEEK))
    for rows in run.run((weeks + 1) * WEEK):
        ledgers.add(rows)
    ledgers.plan(run.planned)
    by_run = ledgers.result(parties_of(run.legend))
    read = rosters_of(run.rosters, rules.timeline).filter(pl.col("start") < rules.origin + timedelta(weeks=weeks))
    found = rosters(read, rules.timezone, temps=planned_people(rules))
    names = ("hours other than announced", "weeks changed after they were announced", "hours by temps")
    for name in (*names, "notice of changed weeks", *(one.name for one in CLASSES)):
        assert found[name][team] == pytest.approx(by_run[name][team], abs=1e-9), name
    assert found["variation of weekly hours"][team] == pytest.approx(by_run["variation of weekly hours"][team])
    assert team == "Assembly" or found["hours by temps"][team] > 0
