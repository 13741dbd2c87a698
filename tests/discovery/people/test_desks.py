"""One activity, done by other people for other cases: several desks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.findings import teams_found
from irrupt.discovery.log import read
from irrupt.discovery.people import desks
from irrupt.engine import simulate

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1, 8, tzinfo=UTC)
Who = Callable[[int, str, float], str]


def log_of(made: Callable[..., Chronicle], who: Who, cases: int = 900, told: str = "line") -> Chronicle:
    """Files that somebody takes in and somebody decides: *who*, of the number, the line and luck."""
    random = np.random.default_rng(3)
    rows: list[tuple[object, ...]] = []
    for number in range(cases):
        begin = MONDAY + timedelta(days=number // 6 + number // 30 * 2, minutes=80 * (number % 6))
        line = ("cars", "homes", "boats")[int(random.choice(3, p=(0.5, 0.35, 0.15)))]
        for turn, (activity, name) in enumerate((("Take in", "Zoe"), ("Decide", who(number, line, random.random())))):
            start = begin + timedelta(minutes=30 * turn)
            end = start + timedelta(minutes=float(random.uniform(10, 20)))
            rows.append((str(number), activity, end, start, name, line))
    return made(rows, "start", "resource", told)


def by_line(_number: int, line: str, luck: float) -> str:
    """Cars are Ann's and Ben's; all else is Lena's and Max's, whom Ben helps now and then."""
    if line == "cars":
        return "Ann" if luck < 0.5 else "Ben"
    return "Ben" if luck < 0.08 else "Lena" if luck < 0.6 else "Max"


@pytest.mark.parametrize("told", ["line", "client"])
def test_what_other_people_do_for_other_cases_is_the_work_of_several_desks(
    made: Callable[..., Chronicle], told: str
) -> None:
    """By what cases are like, or by whose they are: all were one team, in which anybody decided."""
    log = log_of(made, by_line, told=told)
    found = discover(log, fidelity=False)
    assert set(found.teams) == {"Take in", "Decide, cars", "Decide, boats, homes"}
    assert {name: set(one.teams) for name, one in found.people.items()} == {
        "Zoe": {"Take in"},
        "Ann": {"Decide, cars"},
        "Ben": {"Decide, cars", "Decide, boats, homes"},
        "Lena": {"Decide, boats, homes"},
        "Max": {"Decide, boats, homes"},
    }
    again = simulate(found, weeks=20, seed=1).events.filter(activity="Decide")
    share = again["team"].value_counts(normalize=True).filter(team="Decide, cars")["proportion"].item()
    assert share == pytest.approx(0.5, abs=0.06)
    if told == "client":
        assert set(again.filter(client="cars")["resource"]) == {"Ann", "Ben"}
        assert "Ann" not in set(again.filter(client="homes")["resource"])
    assert found.learned is not None
    note = f"Done by one team or another, by whose the case is or what it is like: Decide ({told})."
    assert note in found.learned.notes
    assert teams_found(log) == {"Take in": "Take in", "Decide": "Decide, cars"}


def by_skill(_number: int, line: str, luck: float) -> str:
    """All do cars, Ann hardly anything else; boats and homes are Lena's and Max's, who do some cars, too."""
    if line == "cars":
        return "Ann" if luck < 0.78 else "Lena" if luck < 0.89 else "Max"
    return "Lena" if luck < 0.5 else "Max"


OTHERWISE: dict[str, Who] = {
    "some do all, some not": by_skill,
    "whoever is there": lambda _number, _line, luck: ("Ann", "Ben", "Lena")[int(luck * 3)],
    "mostly by line": lambda _n, line, luck: ("Ann" if line == "cars" else "Ben") if luck < 0.6 else "Lena",
    "by when it is": lambda number, _line, luck: ("Ann", "Ben")[int(luck * 2)] if number < 450 else "Lena",
    "many, now and then": lambda number, _line, luck: f"P{(number * 7 + int(luck * 400)) % 400}",
}


@pytest.mark.parametrize("who", OTHERWISE.values(), ids=OTHERWISE)
def test_of_people_who_do_the_same_for_all_nobody_has_a_desk_of_his_own(
    made: Callable[..., Chronicle], who: Who
) -> None:
    log = log_of(made, who)
    assert desks.learn(log, read(log)) == {}


def test_who_comes_when_something_else_does_has_no_desk_of_his_own(made: Callable[..., Chronicle]) -> None:
    """Boats come since the summer, when Lena came for Ann: both hang on the date alone."""
    log = log_of(made, lambda number, _line, luck: "Ben" if luck < 0.3 else "Ann" if number < 600 else "Lena")
    number = pl.col("case").cast(pl.Int64)
    kind = pl.when(number < 590).then(pl.lit("cars")).otherwise(pl.lit("boats")).alias("line")
    log = log.with_events(log.events.with_columns(kind))
    assert desks.learn(log, read(log)) == {}


def test_records_that_name_teams_are_believed(made: Callable[..., Chronicle]) -> None:
    log = log_of(made, by_line)
    named = log.with_events(log.events.with_columns(team=pl.lit("Office")))
    assert desks.learn(named, read(named)) == {}


@pytest.mark.parametrize(("least", "groups"), [(0.7, [0, 0, 1, 2]), (0.2, [0, 0, 0, 1]), (0.16, [0, 0, 0, 0])])
def test_rows_come_together_by_what_all_of_a_group_have_in_common_on_average(least: float, groups: list[int]) -> None:
    """Two rows are all Ann's; of the third half is, as much as it has in common with the last, which is Bob's and Cy's:
    of the group of three, that is a sixth."""
    counts = np.array([[10.0, 0.0, 0.0], [4.0, 0.0, 0.0], [3.0, 3.0, 0.0], [0.0, 6.0, 4.0]])
    assert desks.clustered(counts, least).tolist() == groups
    assert desks.clustered(counts[:0], least).tolist() == []
