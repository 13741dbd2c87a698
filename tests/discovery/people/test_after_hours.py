"""Whether people finish in the evening what they have in hand is found again, and their hours with it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.people.after_hours import _at_the_end, _by_ends
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, Team
from irrupt.units import DAY, WEEK

pytestmark = pytest.mark.usefixtures("few_steps")


def log_of(desk: Organisation, weeks: int = 40, **at_end: str) -> Chronicle:
    teams = {name: Team(at_end=at_end.get(name, "pauses")) for name in desk.teams}  # type: ignore[arg-type]
    return simulate(replace(desk, teams=teams), weeks=weeks, seed=11)


@pytest.fixture(scope="module")
def late(desk: Organisation) -> Organisation:
    """What is learned where the experts, whose repairs take an hour and a half, finish them, and the desk does not."""
    return discover(log_of(desk, Experts="finishes"), fidelity=False)


def test_who_finishes_is_found_and_who_does_not(late: Organisation) -> None:
    assert late.teams["Experts"].at_end == "finishes"
    assert late.teams["Desk"].at_end == "pauses"


def test_nobody_is_said_to_finish_who_leaves_work_until_the_next_day(desk: Organisation) -> None:
    found = discover(log_of(desk), fidelity=False)
    assert {team.at_end for team in found.teams.values()} == {"pauses"}


def test_whose_queue_is_empty_before_he_goes_does_not_finish(desk: Organisation) -> None:
    """Experts who meet for a long Thursday are busy, and have nothing left in the evening."""
    board = Calendar(hours=((3 * 1440 + 480, 3 * 1440 + 1320),))
    people = {"Eve": replace(desk.people["Eve"], calendar="board")}
    few = {"Ames": replace(desk.clients["Ames"], cases_per_week=30.0)}
    meeting = replace(
        desk,
        clients=few,
        client_routes={},
        people={"Ann": desk.people["Ann"], "Ben": desk.people["Ben"], **people},
        calendars={**desk.calendars, "board": board},
    )
    found = discover(log_of(meeting, weeks=60), fidelity=False)
    assert {team.at_end for team in found.teams.values()} == {"pauses"}


@pytest.mark.slow
def test_who_is_busy_in_the_morning_and_leaves_what_is_late_does_not_finish() -> None:
    """She clears what came overnight, and on Thursdays what is released at nine: by noon there is little to leave. What
    was late was always left, and hours were said to end at ten."""
    luck, rows, moments = random.Random(2), [], []
    for day in (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(364) if day % 7 < 5):
        thursday, friday = day.weekday() == 3, day.weekday() == 4
        for first, many in ((8, 5 if day.weekday() == 0 else 2), (9, 14 if thursday else 0)):
            begin = day + timedelta(hours=first)
            for _one in range(many):
                moments.append((begin, begin + timedelta(minutes=luck.uniform(7, 12))))
                begin = moments[-1][1]
        for hour in range(12 if thursday else 10, 16):
            if luck.random() < 0.06:
                begin = day + timedelta(hours=hour + luck.uniform(0, 0.8))
                moments.append((begin, begin + timedelta(minutes=luck.uniform(8, 12))))
        if luck.random() < 0.05:
            night = timedelta(hours=16, days=2 * friday)
            moments.append((day + timedelta(hours=15.9), day + timedelta(hours=16.08) + night))
    for number, (begin, end) in enumerate(moments):
        rows += [(f"{number:05}", "Come", begin, begin, None), (f"{number:05}", "Register", begin, end, "Ada")]
    log = read(pl.DataFrame(rows, schema=["case", "activity", "start", "end", "resource"], orient="row"))
    found = discover(log, fidelity=False)
    assert {team.at_end for team in found.teams.values()} == {"pauses"}


def test_hours_are_those_in_which_work_is_begun(late: Organisation, desk: Organisation) -> None:
    true = desk.calendars[desk.people["Eve"].calendar]
    assert late.calendars[late.people["Eve"].calendar].hours == true.hours


def test_work_after_hours_is_work(late: Organisation, desk: Organisation) -> None:
    (step,) = (one for one in late.steps.values() if one.activity == "Repair")
    learned = late.distributions[step.duration] if isinstance(step.duration, str) else step.duration
    assert learned is not None
    # as she works at a speed of 1.25
    assert learned.mean / late.people["Eve"].speed == pytest.approx(5400.0 / 1.25, rel=0.06)


def test_the_organisation_found_leaves_no_repair_for_the_night(late: Organisation, desk: Organisation) -> None:
    def overnight(log: Chronicle) -> float:
        repairs = log.events.filter(pl.col("activity") == "Repair")
        return float((repairs["end"].dt.date() > repairs["start"].dt.date()).mean())  # type: ignore[arg-type]

    assert overnight(simulate(late, weeks=20, seed=1)) == 0.0
    assert overnight(log_of(desk)) > 0.05


def test_it_is_told(late: Organisation) -> None:
    assert late.learned is not None
    (note,) = (note for note in late.learned.notes if "before they go" in note)
    assert "Experts" in note
    assert "Desk" not in note


def test_without_start_times_nobody_is_said_to_finish(desk: Organisation) -> None:
    log = log_of(desk, Experts="finishes", Desk="finishes")
    ends = log.with_events(log.events.with_columns(start=pl.lit(None, pl.Datetime("us", "UTC"))))
    found = discover(ends, fidelity=False)
    assert {team.at_end for team in found.teams.values()} == {"pauses"}


def test_who_is_there_around_the_clock_never_goes() -> None:
    start = np.arange(10) * 7200.0
    late, later = _at_the_end(start, start + 3600.0, Calendar(hours=((0, 7 * 1440),)))
    assert not late.any()
    assert not later.any()


def test_ends_alone_tell_who_finishes_what_he_has_in_hand() -> None:
    """On two hundred days one is last seen at five or up to two hours later, and the other, in his hours, at five at
    the latest. A team finishes if most of its steps are done by those who do."""
    day = np.arange(10 * 3600.0, 17 * 3600.0, 600.0)
    begins = [number // 5 * WEEK + number % 5 * DAY for number in range(200)]
    late = np.concatenate([begin + np.append(day, 17 * 3600.0 + 240.0 * (n % 37)) for n, begin in enumerate(begins)])
    kept = np.concatenate([begin + np.append(day, 17 * 3600.0) for begin in begins])
    count = len(late)
    log: Any = SimpleNamespace(person=np.repeat([0, 1], count), end=np.append(late, kept))
    works, place = np.ones(2 * count, bool), np.arange(2 * count)
    assert _by_ends(log, works, np.repeat([0, 1], count), 2).tolist() == [True, False]
    assert _by_ends(log, works, np.where(place < 1.9 * count, 0, 1), 2).tolist() == [True, False]
    assert _by_ends(log, works, np.where(place > 0.1 * count, 0, 1), 2).tolist() == [False, True]
