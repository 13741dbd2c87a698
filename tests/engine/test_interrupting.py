"""Cases of a higher rank that interrupt work in hand. Times computed by hand, and what must be equal to the bit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import FIRST, INTERRUPTED, LAST, Rows
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team, faults
from irrupt.units import WEEK

FEW = settings(max_examples=settings().max_examples // 2, deadline=None, suppress_health_check=list(HealthCheck))
LOOPS = pytest.mark.parametrize("reference", [False, True])
HOUR = 3600.0


def at(*minutes: int) -> Client:
    """A client whose cases come at these minutes of the week."""
    return Client(cases_per_week=float(len(minutes)), evenness=1.0, appointments=minutes)


def desk(interrupts: Any, usual: Client, rush: Client, **more: Any) -> Organisation:
    """One desk, where everything takes an hour."""
    plain = counter()
    parts: dict[str, Any] = {
        "clients": {"Rush": rush, "Usual": usual},
        "steps": {"Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(HOUR))},
        "teams": {"Desk": Team(priority={"Rush": 1}, interrupts=interrupts)},
        "people": {"Ann": Person(teams=("Desk",), calendar="always")},
    }
    return replace(plain, **parts | more)


def told(rows: Rows, client: int) -> list[tuple[int, int, bool]]:
    """Minutes of the second week from and to which the cases of a client are worked on, and whether work is left."""
    which = (rows.client == client) & (rows.start >= WEEK)
    spans = zip(rows.start[which], rows.end[which], rows.flags[which], strict=True)
    return [(round((a - WEEK) / 60), round((b - WEEK) / 60), bool(flag & INTERRUPTED)) for a, b, flag in spans]


@LOOPS
def test_what_is_interrupted_is_resumed_or_done_anew(make: SimpleNamespace, reference: bool) -> None:
    """The usual case comes at 0, rush cases at 20 and 90: 20 minutes are done, then 10, and 30 are left; or an hour."""
    usual, rush = at(0), at(20, 90)
    rows = make.whole(desk("resume", usual, rush), reference=reference)
    assert told(rows, 0) == [(20, 80, False), (90, 150, False)]
    assert told(rows, 1) == [(0, 20, True), (80, 90, True), (150, 180, False)]
    rows = make.whole(desk("restart", usual, rush), reference=reference)
    assert told(rows, 1) == [(0, 20, True), (80, 90, True), (150, 210, False)]
    rows = make.whole(desk("never", usual, rush), reference=reference)
    assert told(rows, 1) == [(0, 60, False)]


@LOOPS
def test_a_row_is_written_for_each_stretch_of_work(make: SimpleNamespace, reference: bool) -> None:
    """The case waits in between, from when it was left; only the first row begins it, only the last one ends it."""
    rows = make.whole(desk("resume", at(0), at(20)), reference=reference)
    first, second = np.flatnonzero((rows.client == 1) & (rows.start >= WEEK))
    assert (rows.flags[first], rows.flags[second]) == (FIRST | INTERRUPTED, LAST)
    assert rows.end[first] == rows.enabled[second] == rows.ready[second] == WEEK + 1200.0
    assert rows.start[second] == WEEK + 4800.0


@LOOPS
def test_the_lowest_rank_is_interrupted_and_of_it_what_was_begun_last(make: SimpleNamespace, reference: bool) -> None:
    """Three people; of two usual cases (0, 5) the later one is left for the rush one at 20, and taken up by whoever had
    it, though another one is free before; a rush case is never left for another one."""
    people = {name: Person(teams=("Desk",), calendar="always") for name in ("Ann", "Bob", "Cid")}
    rules = desk("resume", at(0, 5), at(10, 20, 30, 40), people=people)
    rows = make.whole(rules, reference=reference)
    assert told(rows, 1) == [(5, 20, True), (0, 30, True), (90, 120, False), (80, 125, False)]
    mine = (rows.client == 1) & (rows.start >= WEEK)
    second, first, *again = rows.person[mine].tolist()
    assert again == [first, second]
    assert first != second
    assert told(rows, 0) == [(10, 70, False), (20, 80, False), (30, 90, False), (70, 130, False)]


@LOOPS
def test_work_that_waits_for_its_hours_is_left_when_they_begin(make: SimpleNamespace, reference: bool) -> None:
    """Ann is there for an hour a day; the rush case comes at night, between two halves of the usual one."""
    hours = Calendar(hours=tuple((day * 1440, day * 1440 + 60) for day in range(7)))
    people = {"Ann": Person(teams=("Desk",), calendar="mornings")}
    rules = desk("resume", at(30), at(600), people=people, calendars={"mornings": hours})
    rows = make.whole(rules, reference=reference)
    assert told(rows, 0) == [(1440, 1500, False)]
    assert told(rows, 1) == [(30, 1440, True), (1500 + 1380, 1500 + 1410, False)]


@LOOPS
def test_who_hands_a_case_over_does_not_interrupt_a_colleague_with_it(make: SimpleNamespace, reference: bool) -> None:
    """Two steps of one team: who has done the first of a rush case does the second, and Bob goes on."""
    both = desk("resume", at(0), at(1))
    again = replace(
        both,
        steps={**both.steps, "More": replace(both.steps["Serve"], activity="More")},
        routes={
            "start": both.routes["start"],
            "Serve": (replace(both.routes["Serve"][0], to="More"),),
            "More": both.routes["Serve"],
        },
        people={name: Person(teams=("Desk",), calendar="always") for name in ("Ann", "Bob")},
    )
    rows = make.whole(again, reference=reference)
    assert not (rows.flags & INTERRUPTED).any()
    assert told(rows, 0) == [(1, 61, False), (61, 121, False)]


@LOOPS
def test_rules_change_while_work_is_left(make: SimpleNamespace, reference: bool) -> None:
    """At 50: what was left stays so, though nothing is interrupted any more; who is not there any more has left it to
    whoever comes; a change to the same rules is none."""
    before, moment = desk("resume", at(0), at(20)), WEEK + 3000.0
    plain = make.whole(before, reference=reference)
    assert make.same(make.whole(before, pauses=[(moment, replace(before, name="x"))], reference=reference), plain)
    after = replace(before, teams={"Desk": Team()})
    rows = make.whole(before, pauses=[(moment, after)], reference=reference)
    assert told(rows, 1)[:2] == [(0, 20, True), (80, 120, False)]
    others = replace(before, people={"Bob": before.people["Ann"]})
    rows = make.whole(before, pauses=[(moment, others)], reference=reference)
    assert told(rows, 1)[:2] == [(0, 20, True), (50, 90, False)]
    gone = replace(before, skips={"Usual": frozenset({"Serve"})}, clients={**before.clients, "Rush": at(20)})
    rows = make.whole(before, pauses=[(moment, gone)], reference=reference)
    assert told(rows, 1) == [(0, 20, True), (50, 50, False)]


@FEW
@given(data=st.data())
def test_among_equals_nothing_is_interrupted(make: SimpleNamespace, data: Any) -> None:
    """To the bit, where all cases are of one rank, and nobody goes straight on: who may be interrupted does not."""
    rules = make.without_straight(make.without_batches(data.draw(make.organisations())))
    teams = {name: replace(team, priority={}, class_priority={}) for name, team in rules.teams.items()}
    people = {
        name: replace(person, serves="longest waiting") if person.serves == "first come" else person
        for name, person in rules.people.items()
    }
    calm = {name: replace(team, interrupts="never") for name, team in teams.items()}
    never = replace(rules, teams=calm, people=people)
    urgent = {
        name: replace(team, interrupts=data.draw(st.sampled_from(["resume", "restart"])), ageing=None)
        for name, team in never.teams.items()
    }
    plain = {name: replace(team, ageing=None) for name, team in never.teams.items()}
    assert make.same(make.whole(replace(never, teams=urgent)), make.whole(replace(never, teams=plain)))


@pytest.mark.parametrize("interrupts", ["resume", "restart"])
def test_the_highest_rank_is_as_if_alone(make: SimpleNamespace, interrupts: Any) -> None:
    """Three people: the times of rush cases do not change by a bit when there are others, who are interrupted."""
    people = {name: Person(teams=("Desk",), calendar="office") for name in ("Ann", "Bob", "Cid")}
    step = Step(activity="Serve", team="Desk", duration=Distribution.gamma(3000.0, 0.8))
    rush, usual = Client(cases_per_week=60.0), Client(cases_per_week=40.0)
    office = {"office": make.calendars["office"]}
    rules = desk(interrupts, usual, rush, people=people, calendars=office, steps={"Serve": step})
    alone = replace(rules, clients={"Rush": rush})

    def times(organisation: Organisation) -> list[tuple[Any, ...]]:
        rows = make.whole(organisation, weeks=20.0)
        mine = rows.client == 0
        assert not (rows.flags[mine] & INTERRUPTED).any()
        return sorted(zip(*(column[mine].tolist() for column in (rows.ready, rows.start, rows.end)), strict=True))

    assert times(rules) == times(alone)
    assert (make.whole(rules).flags & INTERRUPTED).sum() > 5


def test_one_person_is_as_busy_whatever_is_interrupted(make: SimpleNamespace) -> None:
    """Work that is resumed is not lost: hours at work are the same, in sum and in when they end."""
    step = Step(activity="Serve", team="Desk", duration=Distribution.exponential(HOUR))
    busy, last = {}, {}
    for interrupts in ("never", "resume"):
        rules = desk(interrupts, Client(cases_per_week=70.0), Client(cases_per_week=60.0), steps={"Serve": step})
        rows = make.whole(rules, weeks=30.0)
        busy[interrupts], last[interrupts] = (rows.end - rows.start).sum(), rows.end[-1]
        order = np.argsort(rows.start)
        assert (rows.start[order][1:] >= rows.end[order][:-1]).all()
    assert busy["resume"] == pytest.approx(busy["never"], rel=1e-12)
    assert last["resume"] == pytest.approx(last["never"], rel=1e-12)


def test_the_chronicle_tells_work_that_was_left_from_work_that_was_done() -> None:
    events = simulate(desk("resume", at(0), at(20)), weeks=2, seed=1).events
    assert sorted(events["activity"].to_list()[-3:]) == ["Serve", "Serve", "Serve / suspend"]


def test_ranks_that_rise_interrupt_nobody() -> None:
    rules = desk("resume", at(0), at(20), teams={"Desk": Team(interrupts="resume", ageing=60.0)})
    assert ["ranks rise" in fault.found for fault in faults(rules)] == [True]


@LOOPS
def test_work_that_is_left_and_taken_up_at_one_moment_ends_once(make: SimpleNamespace, reference: bool) -> None:
    """What interrupted it took no time: it ends when it was to end before, and its case waits for its other part."""

    def to(*places: str) -> tuple[Route, ...]:
        return tuple(Route(to=place, share=1.0) for place in places)

    glance = Step(activity="Glance", team="Desk", duration=Distribution.fixed(0.0))
    rules = desk(
        "resume",
        at(540),
        at(570),
        steps={
            "Fork": Step(activity="Fork", split="all"),
            "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(HOUR)),
            "Look up": Step(activity="Look up", duration=Distribution.fixed(5 * HOUR)),
            "Meet": Step(activity="Meet", join=True),
            "Glance": glance,
        },
        routes={
            **{"start": to("Fork"), "Fork": to("Serve", "Look up"), "Serve": to("Meet"), "Look up": to("Meet")},
            **{"Meet": to("end"), "Glance": to("end")},
        },
        client_routes={"Rush": {"start": to("Glance")}},
    )
    rows = make.whole(rules, weeks=3.0, reference=reference)
    spans = told(rows, 1)
    assert spans.count((540, 570, True)) == 1
    assert spans.count((570, 600, False)) == 1
    assert spans.count((840, 840, False)) == 1, "the parts meet when the other is there, and once"
    assert (600, 600, False) not in spans


@LOOPS
def test_who_serves_his_teams_in_order_leaves_work_only_for_the_same_team(
    make: SimpleNamespace, reference: bool
) -> None:
    """Ann serves Post before Desk. A usual case comes to Desk at 0, a letter to Post at 10, a rush case to Desk at 20,
    a letter at 30: the usual case is left at 20 for the rush case; then come both letters, and then what was left."""
    letters = {"Letters": at(10, 30), **desk("resume", at(0), at(20)).clients}
    rules = desk(
        "resume",
        at(0),
        at(20),
        clients=letters,
        steps={
            "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(HOUR)),
            "Open": Step(activity="Open", team="Post", duration=Distribution.fixed(600.0)),
        },
        teams={"Desk": Team(priority={"Rush": 1}, interrupts="resume"), "Post": Team()},
        people={"Ann": Person(teams=("Post", "Desk"), calendar="always", serves="teams in order")},
    )
    to_end = (Route(to="end", share=1.0),)
    rules = replace(
        rules,
        routes={**rules.routes, "Open": to_end},
        client_routes={"Letters": {"start": (Route(to="Open", share=1.0),)}},
    )
    rows = make.whole(rules, reference=reference)
    assert told(rows, 2) == [(0, 20, True), (100, 140, False)]
    assert told(rows, 1) == [(20, 80, False)]
    assert told(rows, 0) == [(80, 90, False), (90, 100, False)]
    by_rank = replace(rules, people={"Ann": replace(rules.people["Ann"], serves="longest waiting")})
    rows = make.whole(by_rank, reference=reference)
    assert told(rows, 2) == [(0, 20, True), (80, 120, False)]


@LOOPS
def test_what_waits_for_somebody_who_serves_another_team_first_interrupts_his_colleague(
    make: SimpleNamespace, reference: bool
) -> None:
    """At 60 Ann hands a rush case on to her own desk and takes a letter: Bob leaves the usual case for it."""
    plain = desk("resume", at(10), at(0))
    rules = replace(
        plain,
        clients={**plain.clients, "Letters": at(30)},
        steps={
            "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(HOUR)),
            "More": Step(activity="More", team="Desk", duration=Distribution.fixed(HOUR)),
            "Open": Step(activity="Open", team="Post", duration=Distribution.fixed(600.0)),
        },
        routes={
            "start": plain.routes["start"],
            "Serve": (Route(to="end", share=1.0),),
            "More": (Route(to="end", share=1.0),),
            "Open": (Route(to="end", share=1.0),),
        },
        client_routes={
            "Letters": {"start": (Route(to="Open", share=1.0),)},
            "Rush": {"Serve": (Route(to="More", share=1.0),)},
        },
        teams={"Desk": Team(priority={"Rush": 1}, interrupts="resume"), "Post": Team()},
        people={
            "Ann": Person(teams=("Post", "Desk"), calendar="always", serves="teams in order"),
            "Bob": Person(teams=("Desk",), calendar="always"),
        },
    )
    rows = make.whole(rules, reference=reference)
    assert told(rows, 1) == [(0, 60, False), (60, 120, False)]
    assert told(rows, 2) == [(10, 60, True), (120, 130, False)]


@pytest.mark.one_in(2)
@LOOPS
@pytest.mark.parametrize("serves", ["teams in order", "first come"])
def test_how_he_serves_his_teams_is_nothing_to_who_is_of_one(
    make: SimpleNamespace, serves: Any, reference: bool
) -> None:
    """To the bit, where work is interrupted: neither what he was interrupted at nor what waits has its turn sooner."""
    people = {name: Person(teams=("Desk",), calendar="office") for name in ("Ann", "Bob")}
    rules = desk(
        "resume", Client(cases_per_week=40.0), Client(cases_per_week=30.0), people=people, calendars=make.calendars
    )
    rules = replace(rules, teams={"Desk": replace(rules.teams["Desk"], priority={"Rush": 2, "Usual": -1})})
    other = replace(rules, people={name: replace(one, serves=serves) for name, one in people.items()})
    assert make.same(make.whole(rules, reference=reference), make.whole(other, reference=reference))


@LOOPS
def test_what_is_in_hand_where_no_team_is_any_more_is_not_interrupted(make: SimpleNamespace, reference: bool) -> None:
    """Bob's work is finished by its time, of whichever team it was; the rush finds nobody else's to interrupt."""
    rules = desk("resume", at(10), at(20))
    rules = replace(
        rules,
        steps={**rules.steps, "Post": Step(activity="Post", team="Zone", duration=Distribution.fixed(5 * HOUR))},
        client_routes={"Usual": {"start": (Route(to="Post", share=1.0),)}},
        routes={**rules.routes, "Post": (Route(to="end", share=1.0),)},
        teams={**rules.teams, "Zone": Team(priority={"Rush": 1}, interrupts="resume")},
        people={**rules.people, "Bob": Person(teams=("Zone",), calendar="always")},
    )
    by_itself = {**rules.steps, "Post": replace(rules.steps["Post"], team=None)}
    moved = {**by_itself, "Serve": replace(rules.steps["Serve"], team="Zone")}
    rows = make.whole(rules, reference=reference, pauses=[(WEEK + 900.0, replace(rules, steps=moved))])
    assert told(rows, 0) == [(310, 370, False)]
    assert told(rows, 1) == [(10, 310, False)]
