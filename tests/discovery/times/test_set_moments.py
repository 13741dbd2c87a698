"""Work that is let go at set moments of the week is told from work that waits for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.times.set_moments import _commonest, _over, ends_of
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Distribution, Organisation, Person, Route, Step, Team
from irrupt.units import WEEK

OFFICE = Calendar(hours=tuple((day * 1440 + 480, day * 1440 + 1020) for day in range(5)))
GATE = Calendar(hours=((1440 + 600, 1440 + 601), (4 * 1440 + 600, 4 * 1440 + 601)))


def yard(gate: Calendar | None, at_work: Calendar = OFFICE) -> Organisation:
    """Machines are painted, then delivered, where there is a *gate* when it opens, by the same people."""
    plain = counter(0.2, cases_per_week=60.0)
    work = Distribution.lognormal(1200.0, 0.5)
    steps = {name: Step(activity=name, team="Yard", duration=work) for name in ("Paint", "Deliver")}
    later = Route(to="Deliver", share=1.0)
    if gate is not None:
        later = replace(later, delay=Distribution.fixed(1.0), hours="gate")
    return replace(
        plain,
        steps=steps,
        routes={
            "start": (Route(to="Paint", share=1.0),),
            "Paint": (later,),
            "Deliver": (Route(to="end", share=1.0),),
        },
        teams={"Yard": Team()},
        people={name: Person(teams=("Yard",), calendar="office") for name in ("Ann", "Bob")},
        calendars={"office": at_work, **({} if gate is None else {"gate": gate})},
    )


@pytest.fixture(scope="module")
def log() -> Chronicle:
    return simulate(yard(GATE), weeks=30, seed=4)


@pytest.fixture(scope="module")
def learned(log: Chronicle) -> Organisation:
    return discover(log, fidelity=False)


def waited(chronicle: Chronicle, activity: str) -> pl.Series:
    """Hours between the step before and each *activity*."""
    ends = chronicle.events.sort("case", "start").with_columns(before=pl.col("end").shift().over("case"))
    hours = (pl.col("start") - pl.col("before")).dt.total_seconds() / 3600.0
    return ends.filter(pl.col("activity") == activity).select(hours).to_series()


def test_the_moments_are_found_to_the_minute_and_told(learned: Organisation) -> None:
    assert learned.calendars["moments of Deliver"].hours == GATE.hours
    assert learned.learned is not None
    said = [note for note in learned.learned.notes if note.startswith("Deliver is begun at set moments")]
    assert said == [
        "Deliver is begun at set moments of the week, whatever waits and whoever has time: Tue 10:00, Fri 10:00."
    ]


def test_what_waits_for_them_waits_as_long_and_makes_others_wait_as_it_did(
    log: Chronicle, learned: Organisation
) -> None:
    again = simulate(learned, weeks=30, seed=9)
    assert waited(again, "Deliver").mean() == pytest.approx(waited(log, "Deliver").mean(), rel=0.05)
    starts = {
        name: one.events.filter(pl.col("activity") == "Paint")["start"]
        for name, one in (("log", log), ("again", again))
    }
    on_tuesday = {name: ((start.dt.weekday() == 2) & (start.dt.hour() == 11)).mean() for name, start in starts.items()}
    assert on_tuesday["again"] == pytest.approx(on_tuesday["log"], abs=0.02)


@pytest.mark.parametrize(
    ("gate", "hours"),
    [
        (None, OFFICE),
        (None, Calendar(hours=((1440 + 600, 1440 + 1080), (4 * 1440 + 600, 4 * 1440 + 1080)))),
        (Calendar(hours=tuple((day * 1440 + 600, day * 1440 + 720) for day in range(5))), OFFICE),
    ],
    ids=["people alone", "people who are there on two days", "hours of two hours a day"],
)
def test_where_people_or_hours_make_cases_wait_there_are_none(gate: Calendar | None, hours: Calendar) -> None:
    rules = yard(gate, hours)
    if hours is not OFFICE:
        rules = replace(rules, people={name: replace(one, speed=2.0) for name, one in rules.people.items()})
    found = discover(simulate(rules, weeks=30, seed=4), fidelity=False)
    assert [name for name in found.calendars if name.startswith("moments of")] == []


@pytest.mark.parametrize("gated", [True, False])
def test_whoever_is_there_on_one_day_alone_takes_what_comes_on_it_or_leaves_it_to_the_next(gated: bool) -> None:
    """Payments are made on Thursdays from nine: what comes on a Thursday at ten waits for a week, or does not."""
    thursday = 3 * 1440
    opens = Calendar(hours=((thursday + 540, thursday + 541),))
    rules = yard(opens if gated else None)
    pay = replace(rules.steps["Deliver"], team="Payments", duration=Distribution.fixed(300.0))
    rules = replace(
        rules,
        steps={**rules.steps, "Deliver": pay},
        teams={**rules.teams, "Payments": Team()},
        people={**rules.people, "Nico": Person(teams=("Payments",), calendar="Thursdays")},
        calendars={**rules.calendars, "Thursdays": Calendar(hours=((thursday + 540, thursday + 960),))},
    )
    log = simulate(rules, weeks=40, seed=4)
    found = discover(log, fidelity=False)
    moments = {name: one.hours for name, one in found.calendars.items() if name.startswith("moments of")}
    assert moments == ({"moments of Deliver": opens.hours} if gated else {})
    again = simulate(found, weeks=40, seed=9)
    assert waited(again, "Deliver").mean() == pytest.approx(waited(log, "Deliver").mean(), rel=0.1)


@pytest.mark.parametrize("before", [False, True])
def test_what_is_in_hand_from_before_the_records_makes_no_moments(before: bool) -> None:
    """An auction ends on Sunday night, so that Monday morning lies in all waits; some of the first lots were offered
    *before* the records begin and are not in them, so that nobody seems to do anything while the others wait."""
    sunday = 6 * 1440 + 1200
    rules = yard(Calendar(hours=((sunday, sunday + 1),)))
    (until_sunday,) = rules.routes["Paint"]
    paint = replace(rules.steps["Paint"], duration=Distribution.lognormal(4000.0, 0.5))
    rules = replace(
        rules,
        steps={"Auction": Step(activity="Auction"), "Paint": paint},
        routes={
            "start": (replace(until_sunday, to="Auction"),),
            "Auction": (Route(to="Paint", share=1.0),),
            "Paint": (Route(to="end", share=1.0),),
        },
    )
    log = simulate(rules, weeks=10, seed=4)
    if before:
        offered = log.events.group_by("case").agg(pl.col("end").min())
        gone = offered.filter((pl.col("end") == pl.col("end").min()) & (pl.col("case").str.to_integer() % 3 == 0))
        assert gone.height > 10
        log = log.with_events(log.events.join(gone, on="case", how="anti"))
    found = discover(log, fidelity=False)
    assert [name for name in found.calendars if name.startswith("moments of")] == []


@pytest.mark.parametrize("every_other", [False, True])
def test_what_nobody_works_on_is_done_at_set_moments_too(every_other: bool) -> None:
    """A robot pays on Fridays at ten: simulated, some was paid at any minute until eleven, and nothing said so."""
    paid = replace(yard(GATE), steps={**yard(GATE).steps, "Deliver": Step(activity="Deliver")})
    log = simulate(paid, weeks=30, seed=4)
    if every_other:
        later = pl.when((pl.col("activity") == "Deliver") & (pl.col("case").hash(1) % 2 == 0)).then(
            pl.duration(hours=30)
        )
        later = later.otherwise(pl.duration())
        log = log.with_events(log.events.with_columns(pl.col("start") + later, pl.col("end") + later))
    found = discover(log, fidelity=False)
    assert ("moments of Deliver" in found.calendars) != every_other
    if every_other:
        ends = found.calendars["ends of Deliver"].hours
        assert [begin for begin, _end in ends] == [2040, 3840, 6360, 8160]
        assert all(end - begin <= 10 for begin, end in ends)
    else:
        assert found.calendars["moments of Deliver"].hours == GATE.hours
        assert found.learned is not None
        assert any(note.startswith("Deliver is begun at set moments") for note in found.learned.notes)
        done = simulate(found, weeks=30, seed=1).events.filter(pl.col("activity") == "Deliver")["end"]
        assert set(done.dt.strftime("%a %H:%M").unique()) == {"Tue 10:00", "Fri 10:00"}


def test_moments_that_are_near_each_other_or_to_the_end_of_the_week_make_hours() -> None:
    """Ends at five to midnight on Sundays, and minutes apart on Mondays: such hours were none that there can be."""
    minutes = np.tile([480, 483, 10075, 10075], 75)
    ends = np.arange(300) // 4 * WEEK + minutes * 60.0
    found = ends_of(ends - np.arange(300) * 1800.0, ends)
    assert found is not None
    assert found.hours == ((480, 490), (10075, 10080))


def test_the_last_of_the_minutes_that_most_times_have_in_common_is_told() -> None:
    """One time goes on into the next week, and one is over within a minute, as all may be."""
    begin, end = np.array([60.0, 120.0, WEEK - 60.0, 65.0]), np.array([300.0, 600.0, WEEK + 240.0, 100.0])
    assert _commonest(begin, end) == 4
    assert _commonest(begin[2:3], end[2:3]) == 4
    assert _commonest(begin[3:], end[3:]) == 0
    assert _over(begin, end, (4, 9)).tolist() == [True, True, True, False]


def test_a_van_that_comes_twice_on_each_of_six_days_ends_what_waits_for_it() -> None:
    """Twelve moments of the week: five of them were left out, and the van came at any time between."""
    random = np.random.default_rng(3)
    asked = np.sort(random.uniform(0.0, 20 * WEEK, 1500))
    moments = [day * 1440 + minute for day in range(6) for minute in (420, 780)]
    comes = np.sort([(week * 10_080 + minute) * 60.0 for week in range(22) for minute in moments])
    found = ends_of(asked, comes[np.searchsorted(comes, asked + random.lognormal(10.6, 0.6, len(asked)))])
    assert found is not None
    assert [begin for begin, _end in found.hours] == moments


def partly(seed: int = 4) -> Chronicle:
    """What is painted for stairs is delivered when the gate opens, all else whenever somebody has time."""
    gated, plain = yard(GATE), yard(None)
    (client,) = plain.clients.values()
    later = {"Paint": gated.routes["Paint"]}
    both = replace(
        gated,
        clients={"Stairs": replace(client, cases_per_week=20.0), "Others": replace(client, cases_per_week=40.0)},
        routes=plain.routes,
        client_routes={"Stairs": later},
    )
    return simulate(both, weeks=40, seed=seed)


def test_moments_of_one_client_alone_are_his() -> None:
    """They are no delay of all, and no rank of the others, whose cases are begun while his wait for the gate."""
    log = partly()
    learned = discover(log, fidelity=False, clients={name: name for name in ("Stairs", "Others")})
    assert learned.calendars["moments of Deliver (Stairs)"].hours == GATE.hours
    assert {team.priority == {} for team in learned.teams.values()} == {True}
    assert learned.learned is not None
    (said,) = [note for note in learned.learned.notes if "is begun at set moments" in note]
    assert said.startswith("Deliver (Stairs) is begun at set moments of the week")
    stairs = [
        waited(each.with_events(each.events.filter(pl.col("client") == "Stairs")), "Deliver").mean()
        for each in (log, simulate(learned, weeks=40, seed=9))
    ]
    assert stairs[1] == pytest.approx(stairs[0], rel=0.15)


def test_where_nobody_has_moments_of_his_own_none_are_found() -> None:
    plain = yard(None)
    (client,) = plain.clients.values()
    clients = {"Stairs": replace(client, cases_per_week=20.0), "Others": replace(client, cases_per_week=60.0)}
    log = simulate(replace(plain, clients=clients), weeks=40, seed=5)
    learned = discover(log, fidelity=False, clients={name: name for name in clients})
    assert not [name for name in learned.calendars if name.startswith("moments of")]


def test_moments_at_which_the_cases_of_all_clients_come_are_nobodys() -> None:
    """Cases that come by the minute, each client's at his own, are let go at no moment: they were there before none."""
    rows, monday = [], datetime(2024, 1, 1, 8, tzinfo=UTC)
    for number in range(400):
        begin = monday + timedelta(days=number // 8 + number // 40 * 2, minutes=50 * (number % 8))
        for turn, (activity, who) in enumerate([("Paint", "Ann"), ("Deliver", "Bob")]):
            start = begin + timedelta(minutes=20 * turn)
            rows.append((str(number), activity, start, start + timedelta(minutes=10), who, "AB"[number % 2]))
    frame = pl.DataFrame(rows, ["case", "activity", "start", "end", "resource", "client"], orient="row")
    learned = discover(read(frame), fidelity=False)
    assert not [name for name in learned.calendars if name.startswith("moments of")]
