"""What somebody does not do of the work of his team is found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import bundled
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.log import read
from irrupt.discovery.people.skills import learn
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, Person
from irrupt.organisation.validate import faults

from ..conftest import as_read

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def staffed(desk: Organisation, **lacks: tuple[str, ...]) -> Organisation:
    """The desk with three more people, of whom some do not do this or that."""
    usual = {name: Person(teams=("Desk",), calendar=hours) for name, hours in (("Cy", "early"), ("Di", "late"))}
    people = {**desk.people, **usual}
    return replace(desk, people={name: replace(one, does_not=lacks.get(name, ())) for name, one in people.items()})


@pytest.mark.parametrize("lacks", [{}, {"Cy": ("Ask",)}, {"Ann": ("Close",), "Ben": ("Close",), "Eve": ()}])
def test_who_lacks_what_is_found(desk: Organisation, lacks: dict[str, tuple[str, ...]]) -> None:
    found = discover(simulate(staffed(desk, **lacks), weeks=52, seed=7), fidelity=False)
    told = {name: one.does_not for name, one in found.people.items() if one.does_not}
    assert told == {name: activities for name, activities in lacks.items() if activities}
    assert any("Cy (Ask)" in note for note in notes_of(found)) == ("Cy" in lacks)


def notes_of(found: Organisation) -> tuple[str, ...]:
    assert found.learned is not None
    return found.learned.notes


def test_who_is_alone_at_the_weekend_and_lets_cases_wait_lacks_it(desk: Organisation) -> None:
    """Nobody else is there then, so nothing of it is done that would be his part; but it waits, and he takes others."""
    weekend = Calendar(hours=tuple((day * 1440 + 480, day * 1440 + 840) for day in (5, 6)))
    clients = {name: replace(one, profile=(1.0,) * 168) for name, one in desk.clients.items()}
    rules = replace(desk, calendars={**desk.calendars, "weekend": weekend}, clients=clients)
    for lacks in ((), ("Ask",)):
        people = {**desk.people, "Dina": Person(teams=("Desk",), calendar="weekend", does_not=lacks)}
        log = simulate(replace(rules, people=people), weeks=52, seed=7)
        assert discover(log, fidelity=False).people["Dina"].does_not == lacks


def test_who_does_it_now_and_then_does_it(desk: Organisation) -> None:
    """A twentieth of his part is more than a stray name."""
    log = simulate(staffed(desk, Cy=("Ask",)), weeks=52, seed=7)
    rows = log.events.with_row_index()
    asked = rows.filter(activity="Ask")["index"].to_list()
    his = set(asked[:: len(asked) // 8])
    named = [("Cy" if at in his else who) for at, who in enumerate(rows["resource"].to_list())]
    events = rows.drop("index").with_columns(resource=rows["resource"].__class__("resource", named))
    assert not discover(log.with_events(events, starts="measured"), fidelity=False).people["Cy"].does_not


def test_work_of_who_has_left_falls_to_the_others(desk: Organisation) -> None:
    """Those who did most of it are gone: it is not known who does it now."""
    others = {name: replace(desk.people["Ben"], does_not=()) for name in ("Di", "Ed", "Flo")}
    people = {**staffed(desk, Ben=("Close",), Cy=("Close",)).people, **others}
    log = simulate(replace(desk, people=people), weeks=52, seed=7)
    left = pl.col("resource").is_in([*others]) & (pl.col("end") > MONDAY + timedelta(weeks=30))
    found = discover(log.with_events(log.events.filter(~left), starts="measured"), fidelity=False).people
    assert not others.keys() & found.keys()
    assert not any(one.does_not for one in found.values())


def told_apart(desk: Organisation, **lacks: dict[str, dict[str, tuple[str, ...]]]) -> Organisation:
    """The desk, whose cases are of three classes, with three more people, of whom some do not do this or that of
    some."""
    staff = staffed(desk).people
    staff = {**staff, "Ed": replace(staff["Ben"], calendar="early"), "Flo": staff["Ben"]}
    classes = {"red": 0.3, "green": 0.3, "blue": 0.4}
    return replace(
        desk,
        clients={name: replace(one, classes=classes, cases_per_week=80.0) for name, one in desk.clients.items()},
        people={name: replace(one, **lacks.get(name, {})) for name, one in staff.items()},  # type: ignore[arg-type]
    )


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "lacks",
    [
        {"Cy": {"not_of_class": {"Work": ("red",)}}, "Di": {"not_of_class": {"Work": ("red",)}}},
        {},
        {"Cy": {"not_of_class": {"Work": ("blue", "red")}}, "Di": {"not_for_client": {"Close": ("Ames",)}}},
        {"Ben": {"not_for_client": {"Work": ("Bell",), "Close": ("Bell",)}}},
    ],
)
def test_in_whose_cases_who_lacks_what_is_found(desk: Organisation, lacks: dict[str, dict[str, Any]]) -> None:
    planted = told_apart(desk, **lacks)
    found = discover(as_read(simulate(planted, weeks=26, seed=7)), fidelity=False)
    told = {name: (one.not_of_class, one.not_for_client) for name, one in found.people.items() if one.lacks}
    assert told == {name: (one.not_of_class, one.not_for_client) for name, one in planted.people.items() if one.lacks}
    assert not faults(found)
    assert {team.order for team in found.teams.values()} == {"first come"}
    notes, rules = " ".join(notes_of(found)), [rule for one in lacks.values() for rule in one.values()]
    assert ("only some of the team in some cases" in notes) == bool(lacks)
    assert all(f"{what} ({', '.join(of)}: not " in notes for rule in rules for what, of in rule.items())


@pytest.mark.parametrize("beside", [False, True])
def test_who_never_takes_a_case_of_one_class_that_waits_does_not_do_these(
    beside: bool, made: Callable[..., Chronicle]
) -> None:
    """Each day a red case comes and two blue ones. Ann takes a blue one first; Ben, who comes later, the red one, and
    the other blue one. So it is where something that comes by itself later on is awaited beside."""
    rows: list[tuple[object, ...]] = []
    for day in range(120):
        for at, (comes, begins, who) in enumerate(((0, 30, "Ben"), (10, 20, "Ann"), (60, 70, "Ben"))):
            nine = MONDAY + timedelta(days=day, hours=9)
            came, start = (nine + timedelta(minutes=minutes) for minutes in (comes, begins))
            rows.append((f"{day:03}{at}", "Come", came, came, None))
            rows.append((f"{day:03}{at}", "Work", start + timedelta(minutes=8), start, who))
    log = read(made(rows, "start", "resource"))
    if beside:
        two, later = np.repeat(np.arange(0, 720, 2), 3), np.tile([0, 0, 1], 360)
        columns = ("case", "activity", "team", "person", "start", "end", "row")
        moved = {name: getattr(log, name)[two + later] for name in columns}
        moved["person"][1::3] = -1
        for name in ("start", "end"):
            moved[name][1::3] += 86_400.0
        log = replace(log, **moved, begin=np.arange(0, 1080, 3), way=np.tile([0, 1, 2], 360))
    worked = log.person >= 0
    classes = Attribute(name="colour", values=("red", "blue"), of_case=np.tile([0, 1, 1], 120))
    crew = np.arange(2)
    found = learn(log, np.where(worked, 0, -1), np.flatnonzero(worked), [crew], [classes])
    told = [[(log.activities[what], by.name, of.tolist()) for what, by, of in found.values(one)] for one in (0, 1)]
    assert log.people == ("Ann", "Ben")
    assert told == [[("Work", "colour", [0])], []]
    assert not learn(log, np.where(worked, 0, -1), np.flatnonzero(worked), [crew]).by


@pytest.mark.parametrize("red", [True, False])
def test_who_does_not_do_some_cases_needs_fewer_others_to_be_told(red: bool, made: Callable[..., Chronicle]) -> None:
    """Of the rare green cases Ann would have done a dozen, and lets them wait: that alone may be chance."""
    rows: list[tuple[object, ...]] = []
    colour = list[int]()
    for day in range(120):
        nine = MONDAY + timedelta(days=day, hours=9)
        plan = [
            (10, 20, "Ann", 1),
            (60, 70, "Ben", 1),
            *[(0, 30, "Ben", 0)] * red,
            *[(5, 40, "Ben", 2)] * (day % 3 == 0),
        ]
        for at, (comes, begins, who, kind) in enumerate(sorted(plan)):
            came, start = (nine + timedelta(minutes=minutes) for minutes in (comes, begins))
            colour.append(kind)
            rows.append((f"{day:03}{at}", "Come", came, came, None))
            rows.append((f"{day:03}{at}", "Work", start + timedelta(minutes=8), start, who))
    log = read(made(rows, "start", "resource"))
    worked = log.person >= 0
    classes = Attribute(name="colour", values=("red", "blue", "green"), of_case=np.array(colour))
    found = learn(log, np.where(worked, 0, -1), np.flatnonzero(worked), [np.arange(2)], [classes])
    assert [of.tolist() for _what, _by, of in found.values(0)] == ([[0, 2]] if red else [])


@pytest.mark.parametrize("both", [False, True])
def test_who_is_there_when_others_are_gone_tells_by_what_he_leaves(both: bool, made: Callable[..., Chronicle]) -> None:
    """A red and a blue case of each day are left for the evening, when nobody but Ben is there. He takes the blue one,
    though the red one came before it, which Ann takes next morning; or the one and the other in turn."""
    rows: list[tuple[object, ...]] = []
    for day in range(120):
        nine = MONDAY + timedelta(days=day, hours=9)
        his = 2 if both and day % 2 else 3
        for at in range(4):
            begun = nine + (timedelta(minutes=20 + 30 * at) if at < 2 else timedelta(hours=9 if at == his else 24))
            came = nine + timedelta(minutes=at)
            rows.append((f"{day:03}{at}", "Come", came, came, None))
            rows.append((f"{day:03}{at}", "Work", begun, begun + timedelta(minutes=8), "Ben" if at == his else "Ann"))
    log = read(made(rows, "start", "resource"))
    worked = log.person >= 0
    classes = Attribute(name="colour", values=("red", "blue"), of_case=np.tile([0, 1, 0, 1], 120))
    found = learn(log, np.where(worked, 0, -1), np.flatnonzero(worked), [np.arange(2)], [classes])
    told = [[(log.activities[what], by.name, of.tolist()) for what, by, of in found.values(one)] for one in (0, 1)]
    assert log.people == ("Ann", "Ben")
    assert told == [[], [] if both else [("Work", "colour", [0])]]


@pytest.mark.slow
def test_who_does_some_cases_does_not_hide_how_long_others_take(desk: Organisation) -> None:
    """Where one attribute told who does cases, it was not asked whether another one tells how long they take."""
    log = as_read(simulate(told_apart(desk, Cy={"not_of_class": {"Work": ("red",)}}), weeks=26, seed=7))
    big = pl.col("case").hash(5) % 3 == 0
    size = pl.when(big).then(pl.lit("big")).otherwise(pl.lit("tiny")).alias("size")
    longer = pl.when(big & (pl.col("activity") == "Close")).then(pl.duration(minutes=9)).otherwise(pl.duration())
    found = discover(log.with_events(log.events.with_columns(size, pl.col("end") + longer)), fidelity=False)
    assert found.people["Cy"].not_of_class == {"Work": ("red, big", "red, tiny")}
    (factors,) = (step.by_class for step in found.steps.values() if step.by_class)
    for kind in ("red", "green", "blue"):
        assert factors[f"{kind}, big"] / factors[f"{kind}, tiny"] == pytest.approx(840 / 300, rel=0.1)


def test_what_people_do_who_are_seldom_there_when_it_comes_is_not_missing(desk: Organisation) -> None:
    """Cases of one class come in the morning, before some of the team do: they leave hardly any."""
    early = tuple(1.0 if hour % 24 in (8, 9) and hour < 120 else 0.0 for hour in range(168))
    plain = told_apart(desk)
    clients = {
        "Ames": replace(plain.clients["Ames"], classes={"blue": 1.0}),
        "Bell": replace(plain.clients["Bell"], classes={"red": 1.0}, profile=early, cases_per_week=30.0),
    }
    people = {name: replace(one, calendar="noon") if name == "Flo" else one for name, one in plain.people.items()}
    noon = Calendar(hours=tuple((day * 1440 + 780, day * 1440 + 1080) for day in range(5)))
    rules = replace(plain, clients=clients, people=people, calendars={**plain.calendars, "noon": noon})
    found = discover(as_read(simulate(rules, weeks=26, seed=3)), fidelity=False)
    assert not any(one.lacks for one in found.people.values())


@pytest.mark.slow
def test_what_waits_at_a_team_for_nobodys_work_is_still_done_by_its_members() -> None:
    """Of a fortnight of the bundled log, one who is in two teams lacked what a step of the smaller one, at which nobody
    worked, is called: the organisation could not run."""
    log = bundled().between(datetime(2016, 3, 28), datetime(2016, 4, 11))
    found = discover(log, fidelity=False)
    assert not faults(found)
