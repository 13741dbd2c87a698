"""Work that was assumed too long is cut until queues are as long as recorded, and not far below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import numpy as np
import polars as pl
import pytest

from irrupt.discovery import discover
from irrupt.discovery.times import calibrate
from irrupt.discovery.times.calibrate import Recorded, Sure, Target, _at_loads, _queues, _tuned, fitted
from irrupt.discovery.times.simulated import Between, Runs
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

HOUR = 3600.0


def desk(work: float) -> Organisation:
    """A hundred cases a week, and one person who works on each for *work* seconds on average."""
    return Organisation(
        name="desk",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"All": Client(cases_per_week=100.0)},
        steps={"come": Step(activity="come"), "do": Step(activity="do", team="Desk", duration="work")},
        routes={
            "start": (Route(to="come", share=1.0),),
            "come": (Route(to="do", share=1.0, delay="delay"),),
            "do": (Route(to="end", share=1.0),),
        },
        teams={"Desk": Team()},
        people={"Ann": Person(teams=("Desk",), calendar="always")},
        calendars={"always": Calendar(hours=((0, 10080),))},
        distributions={"work": Distribution.quantiles((0.0, 2 * work)), "delay": Distribution.fixed(0.0)},
    )


@pytest.mark.slow
@pytest.mark.parametrize("load", [0.7, 0.8])
@pytest.mark.parametrize("times", [1.2, 1.25, 1.35])
def test_work_that_makes_too_long_queues_comes_near_to_what_it_was(load: float, times: float) -> None:
    work = load * 1.68 * HOUR
    events = simulate(desk(work), weeks=300, seed=2).events.filter(pl.col("activity") == "do")
    took = (events["end"] - events["ready"]).dt.total_seconds().to_numpy()
    found = fitted(
        desk(work * times),
        {"delay": Target(wanted=np.quantile(took, np.linspace(0, 1, 33)), delay=np.zeros(33), team="Desk")},
        Between({("come", "do"): "delay"}),
        Recorded(loads={"Desk": load * times}, with_work=True),
        runs=Runs(500.0),
        seed=1,
    )
    learned = found.organisation.distributions["work"].mean
    assert learned == pytest.approx(found.relieved.get("Desk", 1.0) * work * times, rel=1e-4)
    assert 0.88 < learned / work < 1.12


def test_nothing_is_cut_where_queues_are_as_recorded() -> None:
    events = simulate(desk(HOUR), weeks=300, seed=2).events.filter(pl.col("activity") == "do")
    took = (events["end"] - events["ready"]).dt.total_seconds().to_numpy()
    wanted = Target(wanted=np.quantile(took, np.linspace(0, 1, 33)), delay=np.zeros(33), team="Desk")
    between, recorded = Between({("come", "do"): "delay"}), Recorded(loads={"Desk": 0.6}, with_work=True)
    found = fitted(desk(HOUR), {"delay": wanted}, between, recorded, runs=Runs(500.0), seed=1)
    assert found.relieved == {}
    assert found.organisation.distributions["work"] == desk(HOUR).distributions["work"]


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.96, 1.04])
def test_where_hours_are_sure_the_queue_tells_a_third_of_what_the_load_of_a_busy_team_may_be_off(error: float) -> None:
    """However sure a queue seems, it is made of the same work: what it tells is no surer than what the work does."""
    work = 0.9 * 1.68 * HOUR
    events = simulate(desk(work), weeks=1000, seed=2).events.filter(pl.col("activity") == "do")
    waited = (events["start"] - events["ready"]).dt.total_seconds().to_numpy()
    wanted = Target(wanted=np.quantile(waited, np.linspace(0, 1, 33)), delay=np.zeros(33), team="Desk")
    found = fitted(
        desk(work * error),
        {"delay": wanted},
        Between({("come", "do"): "delay"}),
        Recorded(loads={"Desk": 0.9 * error}, with_work=False, sure={"Desk": Sure(load=0.05, queue=0.05)}),
        runs=Runs(1000.0),
        seed=1,
    )
    wanted_work = error + (1.0 - error) / 3.0
    assert found.organisation.distributions["work"].mean / work == pytest.approx(wanted_work, abs=0.006)
    assert found.organisation.distributions["delay"].mean < 0.3 * waited.mean()
    assert found.organisation.people["Ann"].at_once == 1


def test_a_queue_is_told_by_what_comes_into_it_at_once() -> None:
    work = 0.42 * 1.68 * HOUR
    plain = desk(work)
    answer = Distribution.exponential(50 * HOUR)
    asked = replace(
        plain,
        steps={**plain.steps, "again": Step(activity="again", team="Desk", duration="work")},
        routes={**plain.routes, "do": (Route(to="again", share=1.0, delay="answer"),), "again": plain.routes["do"]},
        distributions={**plain.distributions, "answer": answer},
    )
    events = simulate(asked, weeks=1000, seed=2).events.sort("case", "end")
    since = pl.when(pl.col("activity") == "again").then(pl.col("end").shift(1).over("case")).otherwise(pl.col("ready"))
    took = events.with_columns(took=(pl.col("start") - since).dt.total_seconds()).partition_by("activity", as_dict=True)
    points = {name[0]: np.quantile(rows["took"].to_numpy(), np.linspace(0, 1, 33)) for name, rows in took.items()}
    found = fitted(
        asked,
        {
            "delay": Target(wanted=points["do"], delay=np.zeros(33), team="Desk"),
            # nobody saw when the answer came: somebody was free until half of the time had passed
            "answer": Target(wanted=points["again"], delay=points["again"] / 2, team="Desk"),
        },
        Between({("come", "do"): "delay", ("do", "again"): "answer"}),
        Recorded(loads={"Desk": 0.84}, with_work=False, sure={"Desk": Sure(load=0.05, queue=0.05)}),
        runs=Runs(1000.0),
        seed=1,
    )
    assert found.tuned["Desk"] == pytest.approx(1.0, abs=0.015)


@pytest.mark.slow
def test_a_team_gets_more_hands_only_where_its_queue_is_too_long_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy team may have bad luck in one run: with a second hand each nobody waited for it any more."""
    log = simulate(desk(900.0), weeks=20, seed=2)
    now_and_then = pl.int_range(pl.len()) % 50 == 1
    sooner = pl.when(now_and_then).then(pl.col("start") - pl.duration(hours=2)).otherwise("start")
    log = log.with_events(log.events.with_columns(pl.when(pl.col("activity") == "do").then(sooner).otherwise("start")))
    monkeypatch.setattr(calibrate, "_BUSY", 0.0)
    monkeypatch.setattr(calibrate, "_SENSITIVE", 1.0)

    def hands(late: Callable[[int], bool]) -> int:
        turns = count()
        monkeypatch.setattr(calibrate, "_late", lambda *_told: {"Desk"} if late(next(turns)) else set())
        return max(person.at_once for person in discover(log, fidelity=False).people.values())

    assert hands(lambda turn: turn % 2 == 1) == 1
    assert hands(lambda _turn: True) > 1


def test_who_is_never_seen_with_two_things_in_hand_is_given_no_second_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its queue says: a team whose lunch was not found had twice its people, and half its load."""
    office = Calendar(hours=tuple((day * 1440 + 480, day * 1440 + 960) for day in range(5)))
    log = simulate(replace(desk(900.0), calendars={"always": office}), weeks=20, seed=2)
    monkeypatch.setattr(calibrate, "_BUSY", 0.0)
    monkeypatch.setattr(calibrate, "_SENSITIVE", 1.0)
    plain = discover(log, fidelity=False)
    monkeypatch.setattr(calibrate, "_late", lambda *_told: {"Desk"})
    found = discover(log, fidelity=False)
    assert [person.at_once for person in found.people.values()] == [1]
    work, before = (one.distribution(one.steps["do @ Desk"].duration).mean for one in (found, plain))
    assert work < 0.95 * before
    assert found.learned is not None
    assert any("hardly fits in the hours found of Desk" in note for note in found.learned.notes)
    assert not any("more at once" in note for note in found.learned.notes)


def test_work_is_scaled_as_its_team_is_tuned_and_what_teams_share_as_they_are_on_average() -> None:
    plain = {name: Distribution.exponential(mean) for name, mean in (("own", 60.0), ("shared", 600.0), ("other", 90.0))}
    done = (("Open", "Desk", "own"), ("Close", "Desk", "shared"), ("Test", "Lab", "shared"), ("Send", "Post", "other"))
    steps = {name: Step(activity=name, team=team, duration=duration) for name, team, duration in done}
    rules = replace(desk(60.0), steps=steps, distributions=plain)
    found = _at_loads(rules, plain, {"Desk": 0.5, "Lab": 2.0})
    means = {name: one.mean for name, one in found.distributions.items()}
    assert means == pytest.approx({"own": 30.0, "shared": 750.0, "other": 90.0})
    assert _at_loads(found, plain, {}) is found


@pytest.mark.slow
def test_a_queue_is_told_by_what_comes_into_it_at_once_where_anything_does() -> None:
    """Twenty steps waited for an hour and are simulated to wait for two, of each of three kinds: at the desk one comes
    at once and one after a delay of half of it; at the laboratory all come after such a delay, of which the simulation
    has a quarter of an hour; of what is done seldom nothing is told."""
    hour, half, none = (np.full(33, HOUR * part) for part in (1.0, 0.5, 0.0))
    targets = {
        "direct": Target(wanted=hour, delay=none, team="Desk"),
        "delayed": Target(wanted=hour, delay=half, team="Desk"),
        "later": Target(wanted=hour, delay=half, team="Lab"),
        "seldom": Target(wanted=hour, delay=none, team="Yard"),
    }
    seen = {name: np.full(5 if name == "seldom" else 20, 2.0 * HOUR) for name in targets}
    delays = {"direct": none, "delayed": half, "later": half / 2, "seldom": none}
    found = {team: tuple(time / HOUR for time in times) for team, times in _queues(targets, seen, delays).items()}
    assert found == {"Desk": pytest.approx((20.0, 40.0)), "Lab": pytest.approx((10.0, 35.0))}


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [
        (0.5, 0.5, [0.0, 25.0, 50.0, 75.0, 100.0]),
        (0.5, 1.0, [0.0, 25.0, 50.0, 75.0, 100.0]),
        (0.0, 0.5, [50.0, 62.5, 75.0, 87.5, 100.0]),
        (0.2, 0.6, [50.0, 62.5, 75.0, 87.5, 100.0]),
        (0.5, 0.2, [0.0, 0.0, 20.0, 60.0, 100.0]),
    ],
)
def test_what_people_go_straight_on_with_was_the_shortest_of_all(
    before: float, now: float, wanted: list[float]
) -> None:
    """Of times that lie evenly from nothing to a hundred, beside so many with which people went straight on. If they do
    so with more, these are the shortest; if with less, as many more of the others take no time."""
    target = Target(wanted=np.linspace(0.0, 100.0, 5), delay=np.zeros(5), team="Desk", straight=before)
    assert target.beside(now).wanted == pytest.approx(wanted)


@pytest.mark.parametrize(("queue", "wanted"), [(0.0, (2 * 0.9 + 27 / 29) / 3), (1.0, 0.0)])
def test_a_load_lies_between_what_work_and_the_queue_tell_by_how_well_they_do(queue: float, wanted: float) -> None:
    """Queues half as long again as simulated tell odds half as high again: of nine to one, 27 to two. However sure they
    seem, the variance of what they tell is twice that of what work does; where they are unsure, more."""
    own, seen = (0.05 * 0.9) ** 2, (queue**2 + 0.01) * 0.09**2
    wanted = wanted or (0.9 * seen + 27 / 29 * own) / (seen + own)
    for turn, part in ((0, 0.8), (2, 0.4)):
        found = _tuned({"Desk": 1.0}, {"Desk": 0.9}, {"Desk": (1.5, 1.0)}, {"Desk": Sure(0.05, queue)}, turn)
        assert found["Desk"] == pytest.approx(1.0 + part * (wanted - 0.9) / 0.9)
    assert _tuned({"Desk": 0.97}, {"Desk": 0.9}, {}, {}, 0) == {"Desk": 0.97}
