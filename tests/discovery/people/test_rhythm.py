"""Hours of the week in which something is done more or less often: told, and kept in what is simulated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import Study, discover, distances
from irrupt.discovery.log import HOURS, Floats, read
from irrupt.discovery.people import rhythm
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.times.passing import clearly, evidence
from irrupt.engine import simulate
from irrupt.organisation import Organisation
from irrupt.organisation.files import dump, load
from irrupt.units import WEEK

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
MORNING = np.full(24, 0.1)
MORNING[6:9] = (1.0, 0.8, 0.3)
"""A laboratory: most results early, some at any hour."""


def passing(begin: Floats, length: Floats, day: Floats) -> Floats:
    """When delays are over that pass at the pace of each hour of the *day*."""
    edges = np.arange(60 * HOURS + 1) * 3600.0
    reached = np.append(0.0, np.cumsum(np.tile(day, 60 * 7))) * 3600.0
    found: Floats = np.interp(np.interp(begin, edges, reached) + length, reached, edges)
    return found


def results(cases: int, seed: int, day: Floats) -> list[tuple[str, str, dt.datetime]]:
    rng = np.random.default_rng(seed)
    begin = rng.random(cases) * 30 * WEEK
    end = passing(begin, rng.gamma(1.5, 6 * 3600.0, cases), day)
    rows = [(f"c{i}", "sample", MONDAY + dt.timedelta(seconds=float(at))) for i, at in enumerate(begin)]
    return rows + [(f"c{i}", "result", MONDAY + dt.timedelta(seconds=float(at))) for i, at in enumerate(end)]


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), min_size=HOURS, max_size=HOURS).filter(lambda counts: sum(counts) >= 100))
def test_an_hour_is_open_for_its_share_of_the_busiest(counts: list[int]) -> None:
    shares = rhythm.shares(np.repeat(np.arange(HOURS), counts))
    assert shares.max() == pytest.approx(1.0)
    assert np.abs(shares - np.array(counts) / max(counts)).max() <= 0.05 + 60.0 / sum(counts)
    minute = np.zeros(HOURS * 60, bool)
    for begin, end in rhythm.calendar(shares).hours:
        assert 0 <= begin < end <= HOURS * 60
        minute[begin:end] = True
    assert minute.reshape(HOURS, 60).sum(axis=1) == pytest.approx(60 * shares)


def test_an_hour_opens_in_part_beside_the_busier_one() -> None:
    shares = np.zeros(HOURS)
    shares[8:12] = (0.5, 1.0, 1.0, 0.25)
    assert rhythm.calendar(shares).hours == ((510, 675),)


def test_delays_that_pass_at_the_pace_of_the_hours_are_told_from_others(made: Callable[..., Chronicle]) -> None:
    log = read(made(results(400, 1, MORNING)))
    result = log.activities.index("result")
    known = rhythm.learn(log, {result})[result]
    steps = np.flatnonzero(log.activity == result)
    apart = rhythm.halves(log.case)[steps], known.first, known.second

    def told(end: Floats) -> float:
        return evidence(log.enabled[steps], end, known.hours, waits=False, apart=apart).gain

    assert told(log.end[steps]) > 50
    assert told(log.enabled[steps] + np.random.default_rng(2).gamma(1.5, 6 * 3600.0, len(steps))) < 0


def test_hours_told_by_the_same_cases_are_not_believed(made: Callable[..., Chronicle]) -> None:
    """Few cases around the clock: what their hours look like by chance says nothing of the others."""
    rng = np.random.default_rng(3)
    for seed in range(5):
        log = read(made(results(110, seed, np.ones(24))))
        result = log.activities.index("result")
        known = rhythm.learn(log, {result})[result]
        steps = np.flatnonzero(log.activity == result)
        steps = steps[rng.random(len(steps)) < 0.9]
        apart = rhythm.halves(log.case)[steps], known.first, known.second
        found = evidence(log.enabled[steps], log.end[steps], known.hours, waits=False, apart=apart)
        assert not clearly(found, found._replace(gain=0.0))


def test_shorter_records_have_no_rhythm(made: Callable[..., Chronicle]) -> None:
    rows = [(f"c{i}", "ask", MONDAY + dt.timedelta(minutes=50 * i)) for i in range(200)]
    assert rhythm.learn(read(made(rows)), {0}) == {}


@pytest.fixture(scope="module")
def laboratory(made: Callable[..., Chronicle]) -> tuple[Chronicle, Organisation]:
    log = made(results(1500, 4, MORNING))
    return log, discover(log, fidelity=False)


def test_results_come_in_the_hours_in_which_they_came(laboratory: tuple[Chronicle, Organisation]) -> None:
    log, learned = laboratory
    assert any(route.hours == "rhythm of result" for routes in learned.routes.values() for route in routes)
    again = simulate(learned, weeks=40, seed=1)
    far = distances(log, again, ends_only=True)
    assert far["CED"] < 0.6
    assert far["CTD"] < 2.0
    hour = again.events.filter(again.events["activity"] == "result")["end"].dt.hour()
    before = log.events.filter(log.events["activity"] == "result")["end"].dt.hour()
    for first, last in ((6, 9), (9, 18), (18, 24)):
        assert hour.is_between(first, last - 1).mean() == pytest.approx(
            before.is_between(first, last - 1).mean(), abs=0.06
        )


def test_rhythms_are_written_and_read(laboratory: tuple[Chronicle, Organisation], tmp_path: Path) -> None:
    _log, learned = laboratory
    dump(learned, tmp_path / "laboratory.yaml")
    assert load(tmp_path / "laboratory.yaml") == learned


def test_time_in_an_hour_counts_as_its_share() -> None:
    shares = np.tile(MORNING, 7)
    clock: Hours = rhythm.as_hours(shares)
    day = 24 * 3600.0
    assert clock.between(np.array([0.0]), np.array([day]))[0] == pytest.approx(MORNING.sum() * 3600.0)
    assert clock.between(np.array([6 * 3600.0]), np.array([6.5 * 3600.0]))[0] == pytest.approx(1800.0)
    assert clock.between(np.array([8 * 3600.0]), np.array([9 * 3600.0 + 7 * day]))[0] == pytest.approx(
        3600.0 * (0.3 + MORNING.sum() * 7)
    )


@pytest.mark.parametrize("late_one", ["Bell", "others"])
def test_clients_answer_at_hours_of_their_own(made: Callable[..., Chronicle], late_one: str) -> None:
    """One answers in the evening; two from nine to five, a third of them around the clock: these are alike."""
    evening, office = np.zeros(24), np.full(24, 0.2)
    evening[18:23], office[9:17] = 1.0, 1.0
    days = {"Ames": office, late_one: evening, "Cole": office}
    rows = [
        (f"{client} {case}", what, at, client)
        for seed, (client, day) in enumerate(days.items())
        for case, what, at in results(800, seed, day)
    ]
    learned = discover(Study(made(rows, "client"), {name: name for name in days}), fidelity=False)
    (shared,) = {route.hours for route in learned.routes["sample"] if route.to != "end"}
    own = {name: {one.hours for one in routes.get("sample", ())} for name, routes in learned.client_routes.items()}
    assert own[late_one] == {f"rhythm of result, {late_one}"}
    assert all(hours <= {shared} for name, hours in own.items() if name != late_one)
    again = simulate(learned, weeks=60, seed=1)
    answered = again.events.filter(activity="result")
    hour = answered["end"].dt.hour().to_numpy()
    late = (hour >= 18) & (hour < 23)
    assert late[(answered["client"] == late_one).to_numpy()].mean() > 0.95
    assert late[(answered["client"] != late_one).to_numpy()].mean() < 0.2


@pytest.mark.one_in(5)
@pytest.mark.parametrize("seed", range(5))
def test_who_answers_at_the_hours_of_all_has_none_of_his_own(made: Callable[..., Chronicle], seed: int) -> None:
    """All have the same office hours: what those of one look like by chance is not his."""
    office = np.zeros(24)
    office[9:17] = 1.0
    names = [f"client {number}" for number in range(8)]
    rows = [
        (f"{client} {case}", what, at, client)
        for number, client in enumerate(names)
        for case, what, at in results(300, 100 * seed + number, office)
    ]
    learned = discover(Study(made(rows, "client"), {name: name for name in names}), fidelity=False)
    assert not [name for name in learned.calendars if name.startswith("rhythm of result, ")]
