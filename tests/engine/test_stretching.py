"""Hours that follow what waits: within their caps, told with their notice, over by rule, the same in both loops."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.goods import ADDED, LESS, OVERTIME, TEMPS, USUAL
from irrupt.chronicle.rows import Rows
from irrupt.engine import Order, Simulation
from irrupt.engine.asked import Asked, InQueue
from irrupt.engine.chronicles import simulate
from irrupt.engine.examples import workshop
from irrupt.engine.opening import Opened, OpenPart
from irrupt.engine.planning.days import Changed, added, first, fitting, last, longer, minutes, on_day, shorter
from irrupt.engine.planning.queued import waiting_for
from irrupt.engine.snapshot import load, save
from irrupt.engine.tables import tables
from irrupt.organisation import Batch, Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.dated import clock_of, spans_in
from irrupt.organisation.distributions import NONE
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Queue, Temps
from irrupt.organisation.rules import RuleChange, difference
from irrupt.regulation import History
from irrupt.units import WEEK

DAY = 86400.0
TEAM = "Back Office"
OFFICE_HOURS = tuple(float(9 <= hour % 24 < 17 and hour // 24 < 5) for hour in range(168))
LATE = tuple((day * 1440 + 1020, day * 1440 + 1140) for day in range(5))
"""Two hours more on each working day."""


def desk(per_week: float = 195.0, people: int = 5, **capacity: Any) -> Organisation:
    """Cases of an hour each, for as many people, 40 hours a week; a second team beside them."""
    day = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    rules = Organisation(
        name="Desk",
        origin=datetime.fromisoformat("2024-01-01T00:00:00+00:00"),
        clients={"Anybody": Client(cases_per_week=per_week, profile=OFFICE_HOURS)},
        steps={
            "Register": Step(activity="Register", team="Front", duration=Distribution.fixed(60.0)),
            "Settle": Step(activity="Settle", team=TEAM, duration=Distribution.exponential(3600.0)),
        },
        routes={
            "start": (Route(to="Register", share=1.0),),
            "Register": (Route(to="Settle", share=1.0),),
            "Settle": (Route(to="end", share=1.0),),
        },
        teams={TEAM: Team(), "Front": Team()},
        people={f"Clerk {n}": Person(teams=(TEAM,), calendar="day", pay=20.0) for n in range(1, people + 1)}
        | {"Ann": Person(teams=("Front",), calendar="day")},
        calendars={"day": day},
    )
    return replace(rules, capacity={TEAM: Capacity(**capacity)} if capacity else {})


def run(rules: Organisation, weeks: float = 26, *, reference: bool = False, until: float | None = None) -> Any:
    """The run, and its rows."""
    simulation = Simulation(rules, seed=3, weeks=weeks, reference=reference)
    chunks = [Rows._make(column.copy() for column in rows) for rows in simulation.run(until)]
    return simulation, Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True))


def same(one: Rows, other: Rows) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def hours(simulation: Simulation) -> Any:
    """Hours worked of the team: weeks and kinds."""
    assert simulation.planned is not None
    return simulation.planned.hours.worked[simulation.planned.teams.index(TEAM)]


queues = st.builds(
    Queue,
    cases=st.sampled_from([3, 5, 12, 30]),
    oldest=st.sampled_from([None, 3600.0, 2 * DAY]),
    load=st.sampled_from([None, 0.05]),
)
ends = st.sampled_from([None, Queue(cases=3), Queue(cases=1, oldest=3600.0)])
notices = st.integers(0, 4) | st.integers(7, 11)
overtimes = st.builds(
    Overtime,
    shifts=st.sampled_from([(), (LATE,), (((5 * 1440 + 480, 5 * 1440 + 720),), LATE)]),
    daily=st.sampled_from([0.5, 2.0]),
    most=st.sampled_from([None, 3.0, 8.0]),
    when=queues,
    notice=notices,
)
modulations = st.builds(
    Modulation,
    daily=st.sampled_from([0.5, 2.0]),
    more=st.sampled_from([(), (LATE,)]),
    account=st.sampled_from([3.0, 20.0]),
    within_weeks=st.sampled_from([None, 2, 6]),
    when=queues,
    until=ends,
    notice=notices,
)
hired = st.builds(
    Temps, most=st.integers(1, 3), calendar=st.just("day"), weeks=st.sampled_from([None, 1, 2]), when=queues
)
ways = st.fixed_dictionaries({}, optional={"overtime": overtimes, "modulation": modulations, "temps": hired}).filter(
    bool
)
few = settings(max_examples=settings().max_examples // 10, deadline=None)


@few
@given(rule=overtimes)
def test_overtime_is_never_more_than_its_cap(rule):
    """Of each person, in each week; and the team works it only while too much waits."""
    simulation, _rows = run(desk(overtime=rule), 12)
    worked = hours(simulation)
    most = 5 * (rule.most if rule.most is not None else 10.0 + 10.0 + 4.0)
    assert worked[:, OVERTIME].max() <= most + 1e-9
    assert not worked[:, [ADDED, LESS, TEMPS]].any()
    assert bool(worked[:, OVERTIME].any()) == any(turn.begins for turn in simulation._stretching.turns)


def test_a_cap_a_week_is_reached_to_the_minute_and_trims_the_last_shift():
    rule = Overtime(daily=2.0, most=7.5, when=Queue(cases=0))
    simulation, _rows = run(desk(per_week=600.0, overtime=rule), 6, until=6 * WEEK)
    assert hours(simulation)[1:6, OVERTIME].tolist() == [5 * 7.5] * 5


@few
@given(rule=modulations)
def test_hours_that_were_added_are_given_back(rule):
    """In so many weeks, if the rule says so; when nothing waits any more in any case. Nobody is ahead by more than his
    account."""
    busy = desk(modulation=rule)
    quiet = replace(busy, clients={"Anybody": replace(busy.clients["Anybody"], cases_per_week=0.5)})
    simulation = Simulation(busy, seed=3, weeks=40)
    for day in range(1, 39 * 7):
        if day == 70:
            simulation.change(quiet)
        for _rows in simulation.run(day * DAY):
            pass
        for ahead, since in simulation._stretching._account.values():
            assert 0 < ahead <= 60 * rule.account
            assert rule.within_weeks is None or day - 1 + rule.notice < since + 7 * rule.within_weeks
    balance = np.cumsum(hours(simulation)[:38, [ADDED, LESS]].sum(axis=1))
    assert balance.min() >= -1e-9
    assert balance.max() <= 5 * rule.account + 1e-9
    if rule.when.oldest is None:
        assert balance[-1] == pytest.approx(0.0, abs=1e-9)
        assert not simulation._stretching._account


def test_hours_are_given_back_in_time_although_too_much_waits():
    """From Tuesday of the first week to Monday of the fifth: ten days are longer, ten are shorter, five people each
    time; and then it begins anew."""
    rule = Modulation(daily=2.0, account=40.0, within_weeks=4, when=Queue(cases=0))
    simulation, _rows = run(desk(per_week=600.0, modulation=rule), 8, until=8 * WEEK)
    balance = np.cumsum(hours(simulation)[:8, [ADDED, LESS]].sum(axis=1))
    assert balance.tolist() == [40.0, 90.0, 60.0, 10.0] * 2


def test_temps_come_with_their_notice_and_are_gone_when_their_weeks_are_over():
    rule = Temps(most=3, calendar="day", weeks=2, notice=3, when=Queue(cases=30))
    simulation, rows = run(desk(temps=rule), 26)
    turns = [turn for turn in simulation._stretching.turns if turn.begins]
    temps = np.array([name.startswith(f"{TEAM}, temp") for name in simulation.legend.people])
    of_temps = rows.start[temps[rows.person]]
    assert len(of_temps)
    begin = turns[0].day + 3
    assert of_temps.min() >= begin * DAY
    spans = [(begin, begin + 14)]
    for turn in turns[1:]:
        if turn.day + 3 >= spans[-1][1]:
            spans.append((turn.day + 3, turn.day + 17))
    if len(turns) == 1:
        assert of_temps.max() < spans[0][1] * DAY
    assert hours(simulation)[:26, TEMPS].max() <= 3 * 40.0


def test_temps_may_do_the_work_of_other_teams_too():
    """They register cases beside Ann, in either loop."""
    rule = Temps(most=2, calendar="day", weeks=2, notice=1, when=Queue(cases=20), also=("Front",))
    busy = desk(temps=rule)
    slow = replace(busy.steps["Register"], duration=Distribution.fixed(700.0))
    busy = replace(busy, steps={**busy.steps, "Register": slow})
    simulation, rows = run(busy, 10)
    temps = np.array([name.startswith(f"{TEAM}, temp") for name in simulation.legend.people])
    done = {simulation.legend.activities[one] for one in rows.activity[temps[rows.person]]}
    assert done == {"Register", "Settle"}
    assert same(rows, run(busy, 10, reference=True)[1])


def test_temps_without_a_term_stay_while_too_much_waits():
    rule = Temps(most=1, calendar="day", notice=1, when=Queue(cases=20), until=Queue(cases=3))
    simulation, rows = run(desk(temps=rule), 26)
    turns = simulation._stretching.turns
    temps = np.array([name.startswith(f"{TEAM}, temp") for name in simulation.legend.people])
    spans = [(one.since * DAY, other.since * DAY) for one, other in zip(turns[::2], turns[1::2], strict=False)]
    assert spans
    for start in rows.start[temps[rows.person]]:
        assert any(begin <= start < end for begin, end in spans) or start >= turns[-1].since * DAY


@few
@given(kinds=ways)
def test_a_threshold_that_is_never_met_changes_nothing(kinds):
    """To the bit: not a row, not a number of a person."""
    never = {name: replace(rule, when=Queue(cases=10**6), until=None) for name, rule in kinds.items()}
    simulation, rows = run(desk(**never), 8)
    plain, usual = run(desk(), 8)
    assert same(rows, usual)
    assert not simulation.hours_changed
    people = plain.legend.people
    assert simulation.legend.people[: len(people)] == people


@few
@given(kinds=ways)
def test_both_loops_make_the_same_rows(kinds):
    rules = desk(per_week=240.0, people=4, **kinds)
    rules = replace(rules, teams={TEAM: Team(at_end="finishes"), "Front": Team()})
    compiled, rows = run(rules, 3)
    readable, others = run(rules, 3, reference=True)
    assert same(rows, others)
    assert compiled._stretching.turns == readable._stretching.turns
    assert np.array_equal(hours(compiled), hours(readable))


@settings(max_examples=settings().max_examples // 7, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_loops_make_the_same_rows_whatever_else_there_is(make, data):
    """All other mechanisms, and hours of every team that follow what waits for it."""
    rules = data.draw(make.organisations())
    rules = replace(rules, capacity={team: data.draw(make.hours) for team in rules.teams})
    compiled = make.whole(rules, run_out_weeks=2.0)
    assert same(compiled, make.whole(rules, run_out_weeks=2.0, reference=True))
    assert same(compiled, make.whole(rules, run_out_weeks=2.0, pauses=[(300000.0, None), (900000.0, None)]))


@few
@given(kinds=ways, at=st.floats(0.0, 8 * WEEK))
def test_a_run_that_is_put_down_forked_or_paused_goes_on_the_same(tmp_path_factory, kinds, at):
    rules = desk(per_week=210.0, **kinds)
    whole, rows = run(rules, 8)
    simulation = Simulation(rules, seed=3, weeks=8)
    before = [Rows._make(column.copy() for column in chunk) for chunk in simulation.run(at)]
    file = Path(tmp_path_factory.mktemp("run")) / "run.npz"
    save(simulation, file)
    for one in (simulation.fork(), load(file), simulation):
        chunks = [*before, *(Rows._make(column.copy() for column in chunk) for chunk in one.run())]
        assert same(rows, Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True)))
        assert one._stretching.turns == whole._stretching.turns
        assert all(
            np.array_equal(a, b, equal_nan=True) for a, b in zip(one.hours.hours, whole.hours.hours, strict=True)
        )
        assert [posted[:-1] for posted in one.rosters] == [posted[:-1] for posted in whole.rosters]


def test_nobody_works_when_it_is_closed_or_while_he_is_absent():
    """Extra shifts fall away on holidays, and for whoever is away; neither counts."""
    rule = Overtime(daily=2.0, when=Queue(cases=0))
    rules = desk(per_week=400.0, overtime=rule)
    closed = replace(rules.calendars["day"], closed=spans_in("2024-01-10"))
    away = replace(rules.people["Clerk 1"], absent=spans_in("2024-01-11"))
    rules = replace(rules, calendars={"day": closed}, people={**rules.people, "Clerk 1": away})
    simulation, rows = run(rules, 4, until=4 * WEEK)
    worked = hours(simulation)
    assert worked[1, OVERTIME] == 5 * 2.0 * 4 - 2.0
    assert worked[2, OVERTIME] == 5 * 2.0 * 5
    assert not ((rows.start >= 9 * DAY) & (rows.start < 10 * DAY)).any()


def test_announced_and_worked_rosters_are_kept_apart():
    """Each week is announced once, two weeks ahead, as usual; told anew when it changes; and then it is worked."""
    rule = Overtime(daily=2.0, when=Queue(cases=20), until=Queue(cases=3), notice=2, most=8.0)
    rules = desk(overtime=rule)
    simulation, _rows = run(rules, 26)
    told = simulation.hours.hours
    at = simulation.hours.teams.index(TEAM)
    assert told.worked[at, :26, OVERTIME].any()
    assert not told.announced[at, :26, OVERTIME].any()
    assert told.moved[at, :26].sum(axis=1) == pytest.approx(told.worked[at, :26, OVERTIME])
    assert not told.moved[at, :26, [0, 1, 3]].any()
    kept = simulate(rules, weeks=26, seed=3).rosters
    worked = kept.filter(kept["worked"])
    lasted = (worked["end"] - worked["start"]).dt.total_seconds().sum() / 3600
    ended = worked.height and round((worked["end"].max() - rules.origin).total_seconds() / WEEK + 0.49)
    assert lasted == pytest.approx(told.worked[at, :ended].sum())


def test_what_the_rule_does_stands_in_a_history_of_the_run():
    """With before and after, its author, and what waited; it says which rules were in force at any moment."""
    rule = Overtime(daily=2.0, when=Queue(cases=20), until=Queue(cases=3), notice=1, most=8.0)
    rules = desk(overtime=rule, author="Management")
    simulation, _rows = run(rules, 26)
    changes = simulation.changes
    assert len(changes) == len(simulation.hours_changed) > 2
    assert {change.author for change in changes} == {"Management"}
    history = History(founding=rules, changes=changes)
    for moment, other, _usual in simulation.hours_changed:
        assert history.at(rules.timeline.moment(moment)) == other.organisation
    first_of = next(turn for turn in simulation.turns if turn.begins)
    assert changes[0].rule == f"{TEAM}: 5 people, 240.0 h a week"
    assert changes[0].reason == f"{first_of.waiting.cases} cases wait for {TEAM}"
    assert changes[1].rule == f"{TEAM}: 5 people, 200.0 h a week"
    told = history.rules(rules.origin + timedelta(weeks=30))
    assert told["valid_from"].is_not_null().all()
    assert not run(desk(), 4)[0].changes


def test_flexible_hours_cost_what_they_are_paid():
    rule = Overtime(daily=2.0, when=Queue(cases=20), until=Queue(cases=3), premium=0.5)
    simulation, _rows = run(desk(overtime=rule), 26)
    at = simulation.hours.teams.index(TEAM)
    worked = hours(simulation)[:26, OVERTIME]
    assert simulation.hours.money.flexible[at, :26] == pytest.approx(30.0 * worked)


def test_a_rule_holds_only_while_it_is_valid():
    rule = Overtime(daily=2.0, when=Queue(cases=0))
    valid = spans_in("2024-01-15 - 2024-01-28")
    simulation, _rows = run(desk(per_week=600.0, overtime=rule, valid=valid), 6, until=6 * WEEK)
    assert hours(simulation)[:6, OVERTIME].astype(bool).tolist() == [False, False, True, True, False, False]


def test_a_rule_that_comes_in_the_course_of_a_run_counts_from_then_on():
    """Weeks before were as usual; what was announced by then changes with its notice; taken away, hours are usual."""
    rule = Overtime(daily=2.0, when=Queue(cases=0), notice=1)
    plain, stretched = desk(120.0, people=2), desk(120.0, people=2, overtime=rule)
    found = []
    for reference in (False, True):
        simulation = Simulation(plain, seed=3, weeks=6, reference=reference)
        chunks = [Rows._make(c.copy() for c in rows) for rows in simulation.run(2 * WEEK)]
        simulation.change(stretched)
        chunks += [Rows._make(c.copy() for c in rows) for rows in simulation.run(4 * WEEK)]
        simulation.change(plain)
        chunks += [Rows._make(c.copy() for c in rows) for rows in simulation.run(6 * WEEK)]
        found.append(Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True)))
        worked = hours(simulation)[:6]
        assert worked[:, USUAL].tolist() == [80.0] * 6
        assert worked[:, OVERTIME].tolist() == [0.0, 0.0, 16.0, 20.0, 0.0, 0.0]
        told = simulation.hours.hours
        assert told.announced[0, :6].sum(axis=1).tolist() == [80.0] * 6
        # Those of the fifth Monday were told on Sunday, and fell away with the rule.
        assert told.moved[0, :6].sum(axis=1).tolist() == [0.0, 0.0, 16.0, 20.0, 4.0, 0.0]
    assert same(*found)


def test_hours_of_one_team_follow_a_plan_and_those_of_another_what_waits():
    rules = workshop()
    packing = Step(activity="Pack", team="Packing", per_unit=Distribution.fixed(1500.0))
    rules = replace(
        rules,
        steps={**rules.steps, "Pack": packing},
        routes={**rules.routes, "Assemble": (Route(to="Pack", share=1.0),), "Pack": (Route(to="end", share=1.0),)},
        teams={**rules.teams, "Packing": Team()},
        people={**rules.people, **{f"Packer {n}": Person(teams=("Packing",), calendar="day") for n in range(5)}},
        programmes={name: replace(one, level=1.2 * one.level) for name, one in rules.programmes.items()},
        capacity={**rules.capacity, "Packing": Capacity(overtime=Overtime(daily=2.0, when=Queue(cases=1)))},
    )
    compiled, rows = run(rules, 10)
    _readable, others = run(rules, 10, reference=True)
    assert same(rows, others)
    planned = compiled.hours
    for team in ("Assembly", "Packing"):
        assert planned.hours.worked[planned.teams.index(team), :10, OVERTIME].any()
    assert planned.goods.now[0] > 5


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("rule", "friday"),
    [
        (Overtime(shifts=(), daily=1.0, when=Queue(cases=5)), ((1080, 1140),)),
        (Overtime(shifts=(LATE,), when=Queue(cases=5)), ((1080, 1140),)),
        (Modulation(daily=1.0, account=100.0, when=Queue(cases=5)), ((1080, 1140),)),
        (Modulation(more=(LATE,), less=(LATE,), account=100.0, when=Queue(cases=5)), ((1080, 1140),)),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_days_are_longer_behind_the_hours_of_work_on_rules(rule, friday, before):
    """The run was refused when the first longer day met them, for a calendar that nobody had written."""
    plain = desk(per_week=400.0, **{"overtime" if isinstance(rule, Overtime) else "modulation": rule})
    day = replace(plain.calendars["day"], organising=((4 * 1440 + 1020, 4 * 1440 + 1080),))
    rules = replace(plain, calendars={"day": day})
    assert added(tables(rules), rule, "Clerk 1", 4) == friday
    assert fitting(tables(rules), "Clerk 1", 4, Changed(overtime=((1020, 1140),))).overtime == friday
    simulation = Simulation(rules if before else plain, seed=3, weeks=4.0)
    for _rows in simulation.run(10 * DAY):
        pass
    simulation.change(rules)
    for _rows in simulation.run():
        pass
    kind = OVERTIME if isinstance(rule, Overtime) else ADDED
    assert hours(simulation)[2, kind] == pytest.approx(25.0 if rule.daily else 45.0)


@pytest.mark.slow
def test_a_day_that_ends_at_midnight_is_longer_on_the_next_one():
    """From Monday to Friday until 24:00, while something waits all the time: two hours more from Tuesday's midnight to
    Saturday's, but where Wednesday is closed neither behind Tuesday nor behind it."""
    late = Calendar(hours=tuple((day * 1440 + 960, day * 1440 + 1440) for day in range(5)))
    rules = desk(per_week=400.0, people=1, overtime=Overtime(daily=2.0, when=Queue(cases=0)))
    for dates, worked in (((), [50.0, 50.0]), (spans_in("2024-01-10"), [50.0, 38.0])):
        simulation, _rows = run(replace(rules, calendars={"day": replace(late, closed=dates)}), 2.0)
        assert hours(simulation)[:2].sum(axis=1).tolist() == worked


def test_days_are_longer_and_shorter_at_their_end():
    night, late = ((0, 360), (1320, 1440)), ((540, 720), (960, 1440))
    assert longer(night, 60, night, night) == ((360, 420),)
    assert shorter(night, 60, night) == ((300, 360),)
    assert longer(((0, 1440),), 60, ((0, 1440),), night) == shorter(((0, 1440),), 60, night) == ()
    assert shorter(((540, 720),), 600, ()) == ((540, 720),)
    assert longer(((540, 1410),), 60, (), ()) == ((1410, 1440),)
    assert longer(late, 60, (), late) == ()
    assert longer(late, 60, late, late) == longer((), 60, late, ()) == ((0, 60),)
    assert longer(((540, 720),), 60, late, ()) == ((0, 60), (720, 780))
    assert shorter(late, 60, late) == ((1380, 1440),)
    assert minutes(first(LATE, 150.0)) == minutes(last(LATE, 150.0)) == 150
    assert on_day(LATE, 1) == ((1020, 1140),)


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_rules_of_hours_that_come_and_go_are_followed_alike_whatever_becomes_of_the_run(make, tmp_path_factory, data):
    """Between changes of them and orders that are brought it may be forked, or put down and taken up."""
    rules = data.draw(make.organisations())
    busy = {name: replace(one, cases_per_week=4 * one.cases_per_week + 20) for name, one in rules.clients.items()}
    rules = replace(rules, clients=busy)

    def others() -> Organisation:
        return replace(
            rules, capacity={team: data.draw(make.hours) for team in rules.teams if data.draw(st.booleans())}
        )

    first, moments = others(), sorted(data.draw(st.lists(st.integers(0, 32), min_size=1, max_size=4, unique=True)))
    script = [(half * DAY / 2, others() if data.draw(st.booleans()) else None) for half in moments]
    file = tmp_path_factory.mktemp("run") / "run.npz"

    def put_down(run: Simulation) -> Simulation:
        save(run, file)
        return load(file)

    def played(again: Any, **how: Any) -> tuple[Any, ...]:
        run, chunks = Simulation(first, seed=1, weeks=2.0, run_out_weeks=3.0, **how), []
        for moment, what in (*script, (None, None)):
            chunks += [Rows._make(column.copy() for column in rows) for rows in run.run(moment)]
            if what is not None:
                run.change(what)
            elif moment is not None:
                run.bring([Order(client=min(rules.clients), name=f"{moment:g}, {one}") for one in range(9)])
            run = again(run)
        columns = [np.concatenate(columns).tobytes() for columns in zip(*chunks, strict=True)]
        told = [numbers.tobytes() for numbers in run.hours.hours]
        reasons = [(change.time, change.rule, change.reason) for change in run.changes]
        return columns, run.turns, run.banked, told, reasons, [posted[:-1] for posted in run.rosters]

    expected = played(lambda run: run)
    for how in ({"reference": True}, {"checked": True}, {"chunk": 5}):
        assert played(lambda run: run, **how) == expected
    assert played(Simulation.fork) == expected
    assert played(Simulation.fork, reference=True) == expected
    assert played(put_down) == expected


@pytest.mark.parametrize("reference", [False, True])
def test_a_fork_meets_the_temps_of_rules_that_come_after_it(reference):
    """The readable loop of a fork numbered them apart from its run, and knew none."""
    rule = Temps(most=2, calendar="day", weeks=1, when=Queue(cases=20), notice=1)
    run = Simulation(alone(), seed=1, weeks=2.0, reference=reference).fork()
    run.change(alone(temps=rule))
    run.bring([Order(client="Anybody", name=str(one)) for one in range(90)])
    ends = [float(rows.end.max()) for rows in run.run()]
    assert max(ends) == at(6 + 1, 10)


LONGER = Overtime(daily=2.0, when=Queue(cases=20), until=Queue(cases=10), notice=1)


def alone(**capacity: Any) -> Organisation:
    """One clerk of nine to five, an hour a case, and nobody who brings cases by himself."""
    rules = desk(people=1, **capacity)
    return replace(
        rules,
        clients={"Anybody": Client(cases_per_week=0.0)},
        steps={"Settle": Step(activity="Settle", team=TEAM, duration=Distribution.fixed(3600.0))},
        routes={"start": (Route(to="Settle", share=1.0),), "Settle": (Route(to="end", share=1.0),)},
    )


def brought(first: Organisation, *script: tuple[float, Any], weeks: float = 8.0) -> tuple[Simulation, Rows]:
    """A run in which so many cases are brought at some moments, or other rules come; the same in both loops."""
    found = []
    for how in ({}, {"reference": True}, {"checked": True}):
        simulation, chunks = Simulation(first, seed=1, weeks=weeks, **how), []
        for at, what in (*script, (None, None)):
            chunks += [Rows._make(column.copy() for column in rows) for rows in simulation.run(at)]
            if isinstance(what, int):
                simulation.bring([Order(client="Anybody", name=f"{at:g}, {one}") for one in range(what)])
            elif what is not None:
                simulation.change(what)
        found.append((simulation, Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True))))
    assert same(found[0][1], found[1][1])
    assert same(found[0][1], found[2][1])
    assert found[0][0].turns == found[1][0].turns
    return found[0]


def turned(simulation: Simulation) -> list[tuple[int, bool, int, int]]:
    return [(turn.day, turn.begins, turn.since, turn.waiting.cases) for turn in simulation.turns]


def at(day: int, hour: float) -> float:
    return (24 * day + hour) * 3600.0


@pytest.mark.parametrize("day", [0, 28])
def test_hours_are_those_that_are_reckoned_by_hand(day):
    """Of 50 cases at nine on Monday, 42 wait on Tuesday: from Wednesday on, ten are settled a day. On Saturday four do.

    Also where nobody was expected to bring cases any more."""
    simulation, rows = brought(alone(overtime=LONGER), (at(day, 9), 50), weeks=2.0)
    assert turned(simulation) == [(day + 1, True, day + 2, 42), (day + 5, False, day + 6, 4)]
    assert hours(simulation)[:6, OVERTIME].tolist() == [6.0 * (week == day // 7) for week in range(6)]
    assert hours(simulation)[: day // 7 + 1, USUAL].tolist() == [40.0] * (day // 7 + 1)
    assert rows.end.max() == at(day + 7, 13)


@pytest.mark.parametrize("reference", [False, True])
def test_hours_follow_cases_that_are_taken_up_when_nobody_is_expected_any_more(reference):
    """As those that are brought: 42 of 50 wait on Tuesday."""
    run, moment = Simulation(alone(overtime=LONGER), seed=1, weeks=2.0, reference=reference), at(28, 9)
    for _rows in run.run(moment):
        pass
    part = OpenPart("Settle", 0, 0, moment, moment)
    said = {"kind": None, "quantity": 1.0, "due": math.inf, "seen": Counter(Settle=1), "came": moment, "clock": moment}
    run.open([Opened(client="Anybody", key=number, parts=(part,), **said) for number in range(50)])
    assert max(rows.end.max() for rows in run.run()) == at(28 + 7, 13)
    assert turned(run) == [(29, True, 30, 42), (33, False, 34, 4)]


def test_the_account_of_hours_is_that_which_is_reckoned_by_hand():
    rule = Modulation(daily=2.0, when=Queue(cases=20), until=Queue(cases=10), notice=1)
    simulation, rows = brought(alone(modulation=rule), (at(0, 9), 50))
    assert hours(simulation)[:4, [ADDED, LESS]].tolist() == [[6.0, 0.0], [0.0, -6.0], [0.0, 0.0], [0.0, 0.0]]
    assert rows.end.max() == at(7, 13)


def test_temps_are_there_when_it_is_reckoned_by_hand():
    """Two of them, from Wednesday to Tuesday: eight cases on Monday and on Tuesday, 24 on each day after."""
    rule = Temps(most=2, calendar="day", weeks=1, when=Queue(cases=20), notice=1)
    simulation, rows = brought(alone(temps=rule), (at(0, 9), 90))
    assert hours(simulation)[:3, TEMPS].tolist() == [48.0, 32.0, 0.0]
    assert rows.end.max() == at(7, 10)


def test_a_way_that_is_taken_away_and_comes_again_begins_anew():
    """Not as it was when it was taken away: 15 cases wait then, fewer than it begins with."""
    temps = Temps(most=1, calendar="day", when=Queue(cases=1000))
    both, one = alone(overtime=LONGER, temps=temps), alone(temps=temps)
    script = ((at(0, 9), 50), (at(3, 12), one), (at(14, 9), 23), (at(14, 12), both))
    simulation, rows = brought(both, *script)
    assert turned(simulation) == [(1, True, 2, 42), (3, False, 4, 21)]
    assert [turn.rule_ends for turn in simulation.turns] == [False, True]
    assert rows.end.max() == at(16, 16)


@pytest.mark.parametrize("before", [{}, {"overtime": LONGER}])
def test_a_rule_that_comes_again_keeps_its_notice(before):
    """What waits on Tuesday settles Wednesday, as where there was no such rule before."""
    stretched, plain = alone(overtime=LONGER), alone()
    simulation, rows = brought(alone(**before), (at(3, 12), plain), (at(14, 9), 50), (at(14, 12), stretched))
    assert turned(simulation) == [(15, True, 16, 42), (19, False, 20, 4)]
    assert hours(simulation)[2, OVERTIME] == 6.0
    assert rows.end.max() == at(21, 13)


def test_a_longer_notice_holds_for_all_days_that_are_not_settled():
    longer_notice = alone(overtime=replace(LONGER, notice=3))
    simulation, rows = brought(alone(overtime=LONGER), (at(0, 9), 50), (at(0, 12), longer_notice))
    assert turned(simulation) == [(1, True, 4, 42), (5, False, 8, 8)]
    assert hours(simulation)[:2, OVERTIME].tolist() == [2.0, 2.0]
    assert rows.end.max() == at(7, 17)


@pytest.mark.parametrize("stretches", [True, False])
@pytest.mark.parametrize("put_down", [True, False])
def test_weeks_before_the_first_rule_are_told_as_they_were(stretches: bool, put_down: bool, tmp_path: Path) -> None:
    """Five people until Wednesday evening of the second week, two then, four from the fourth week on."""
    first, fewer, more = (desk(people=people) for people in (5, 2, 4))
    rule = {"overtime": Overtime(daily=2.0, when=Queue(cases=10**6))} if stretches else {}
    simulation = Simulation(first, seed=3, weeks=6)
    for moment, rules in ((1.4 * WEEK, fewer), (3 * WEEK, more), (4.2 * WEEK, desk(people=4, **rule))):
        simulation.rows_until(moment)
        simulation.change(rules)
        if put_down:
            save(simulation, tmp_path / "run.npz")
            simulation = load(tmp_path / "run.npz").fork()
    list(simulation.run())
    told = simulation.hours
    assert told.hours.worked[told.teams.index(TEAM), :6, USUAL].tolist() == [200, 152, 80, 160, 160, 160]
    assert told.hours.announced[told.teams.index(TEAM), :6].sum(axis=1).tolist() == [200, 152, 80, 160, 160, 160]


@pytest.mark.parametrize("reference", [False, True])
def test_teams_may_come_only_with_the_rule(reference):
    """Nobody had hours that could be told before."""
    rules = alone(overtime=LONGER)
    bare = replace(
        rules,
        teams={},
        people={},
        capacity={},
        steps={"Settle": Step(activity="Settle", duration=Distribution.fixed(60.0))},
    )
    run = Simulation(bare, seed=1, weeks=4.0, reference=reference)
    list(run.run(DAY))
    run.change(rules)
    run.bring([Order(client="Anybody", name=str(one)) for one in range(60)])
    ends = sum(len(rows.end) for rows in run.run())
    assert ends == 60
    assert [turn.begins for turn in run.turns] == [True, False]


def with_people(rules: Organisation, **others: Person | None) -> Organisation:
    """*rules* with other people, by the numbers of their names; None: nobody."""
    people = rules.people | {f"Clerk {number[1:]}": person for number, person in others.items()}
    return replace(rules, people={name: person for name, person in people.items() if person is not None})


def test_hours_of_somebody_who_is_away_by_a_rule_are_in_no_books():
    """Two hours on Thursday were settled on Wednesday, before he was given leave for Thursday."""
    rules = alone(overtime=LONGER)
    away = with_people(rules, n1=replace(rules.people["Clerk 1"], absent=spans_in("2024-01-04")))
    simulation, rows = brought(rules, (at(0, 9), 50), (at(2, 12), away))
    assert turned(simulation) == [(1, True, 2, 42), (8, False, 9, 4)]
    assert hours(simulation)[:2, [USUAL, OVERTIME]].tolist() == [[32.0, 4.0], [40.0, 4.0]]
    assert rows.end.max() == at(8, 13)


def test_hours_that_were_settled_for_somebody_who_has_left_the_team_are_in_no_books():
    """Nor do they count against the cap of his week, if he comes back."""
    rules = desk(people=2, overtime=replace(LONGER, most=4.0))
    rules = replace(rules, clients={"Anybody": Client(cases_per_week=0.0)})
    elsewhere = with_people(rules, n2=replace(rules.people["Clerk 2"], teams=("Front",)))
    simulation, _rows = brought(rules, (at(0, 9), 150), (at(2, 12), elsewhere), (at(2, 18), rules))
    # Wednesday and Thursday of the first, Wednesday and Friday of the second.
    assert hours(simulation)[0, [USUAL, OVERTIME]].tolist() == [80.0, 8.0]


def test_what_is_banked_when_its_rule_ends_is_told_and_paid():
    """Two hours more on Wednesday and on Thursday, at noon of which the rule ends; those of Friday fall away."""
    rule = Modulation(daily=2.0, when=Queue(cases=20), until=Queue(cases=10), notice=1)
    for after in (alone(), alone(temps=Temps(most=1, calendar="day", when=Queue(cases=1000)))):
        simulation, rows = brought(alone(modulation=rule), (at(0, 9), 50), (at(3, 12), after))
        assert turned(simulation) == [(1, True, 2, 42), (3, False, 4, 21)]
        assert simulation.banked == [(3, TEAM, "Clerk 1", 240)]
        assert hours(simulation)[:3, [ADDED, LESS]].tolist() == [[4.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
        assert simulation.hours.money.flexible.sum() == 4 * 20.0
        assert rows.end.max() == at(7, 15)


def test_what_somebody_banked_in_a_team_that_he_leaves_is_told():
    rules = desk(people=2, modulation=Modulation(daily=2.0, when=Queue(cases=20), notice=1))
    rules = replace(rules, clients={"Anybody": Client(cases_per_week=0.0)})
    left = with_people(rules, n2=None)
    simulation, _rows = brought(rules, (at(0, 9), 150), (at(3, 12), left))
    assert simulation.banked == [(3, TEAM, "Clerk 2", 240)]


@pytest.mark.slow
def test_hours_are_not_given_back_for_hours_that_are_not_worked_more():
    """Ten days ahead, Friday of the second week is to be longer, and Thursday of the third shorter; then he is given
    leave for that Friday."""
    rules = alone(modulation=Modulation(daily=2.0, when=Queue(cases=20), account=2.0, within_weeks=1, notice=10))
    away = with_people(rules, n1=replace(rules.people["Clerk 1"], absent=spans_in("2024-01-12")))
    plain, _rows = brought(rules, (at(0, 9), 200))
    assert hours(plain)[:3, [ADDED, LESS]].tolist() == [[0.0, 0.0], [2.0, 0.0], [2.0, -2.0]]
    simulation, _rows = brought(rules, (at(0, 9), 200), (at(8, 12), away))
    assert hours(simulation)[:3, [ADDED, LESS]].tolist() == [[0.0, 0.0], [0.0, 0.0], [2.0, 0.0]]


def test_nobody_works_an_extra_shift_while_he_is_away_on_a_day_that_is_usually_free():
    rule = Overtime(shifts=(((5 * 1440 + 540, 5 * 1440 + 780),),), when=Queue(cases=20), notice=1)
    rules = alone(overtime=rule)
    away = with_people(rules, n1=replace(rules.people["Clerk 1"], absent=spans_in("2024-01-06")))
    simulation, rows = brought(away, (at(0, 9), 100))
    assert hours(simulation)[:3, OVERTIME].tolist() == [0.0, 4.0, 0.0]
    assert not ((rows.start >= at(5, 0)) & (rows.start < at(6, 0))).any()


def test_the_week_in_which_a_rule_ends_is_told_as_it_was_worked():
    """Also where the rule comes again in the same week; temps who were there until then are in it."""
    temps = Temps(most=2, calendar="day", weeks=1, when=Queue(cases=20), notice=1)
    rules = desk(per_week=400.0, overtime=LONGER, temps=temps)
    line = rules.timeline

    def changed(*moments: tuple[float, Organisation]) -> tuple[Any, Any]:
        run, before, changes = Simulation(rules, seed=3, weeks=5), rules, []
        for moment, after in moments:
            for _rows in run.run(moment):
                pass
            run.change(after)
            edits = difference(before, after)
            changes.append(RuleChange(time=line.moment(moment), author="A", rule="hours", edits=edits))
            before = after
        for _rows in run.run():
            pass
        return run, simulate(rules, weeks=5, seed=3, changes=changes).rosters

    plain = replace(rules, capacity={})
    for moments, weeks in ((((at(17, 12), plain),), 3), (((at(15, 12), plain), (at(16, 12), rules)), 5)):
        run, rosters = changed(*moments)
        worked = rosters.filter(rosters["worked"])
        week = ((worked["start"] - rules.origin).dt.total_seconds() // WEEK).to_list()
        lasted = (worked["end"] - worked["start"]).dt.total_seconds() / 3600
        for one in range(weeks):
            told = sum(hours_of for hours_of, its in zip(lasted, week, strict=True) if its == one)
            assert told == pytest.approx(hours(run)[one].sum()), one
        assert hours(run)[2, TEMPS] > 0


def test_overtime_is_paid_up_to_the_day_on_which_its_rule_ends():
    rule = replace(LONGER, premium=0.5)
    simulation, _rows = brought(alone(overtime=rule), (at(0, 9), 50), (at(3, 12), alone()))
    assert hours(simulation)[0, OVERTIME] == 4.0
    assert simulation.hours.money.flexible.sum() == 4 * 30.0


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(data=st.data())
def test_books_hold_the_hours_in_which_people_are_there(data):
    """Whatever rules of hours, leave and teams change in the course of a run: of each week, the hours in force."""
    spans = st.sampled_from([(), spans_in("2024-01-10"), spans_in("2024-01-11 - 2024-01-19"), spans_in("2024-01-13")])
    extra = st.sampled_from([(), spans_in("2024-01-09 15:00-19:30"), spans_in("2024-01-12 17:00-18:30")])
    teams = st.sampled_from([(TEAM,), ("Front",), (TEAM, "Front")])

    def others(*, usual: bool = False) -> Organisation:
        rules = desk(per_week=300.0, people=3, **data.draw(ways))
        drawn = {f"n{n}": Person(teams=data.draw(teams), calendar="day", absent=data.draw(spans)) for n in (1, 2)}
        if usual:
            rules = replace(rules, capacity={})
        day = replace(rules.calendars["day"], closed=data.draw(spans), extra=data.draw(extra))
        rules = replace(rules, calendars={"day": day})
        return with_people(rules, **drawn)

    run, days = Simulation(others(), seed=2, weeks=5.0), data.draw(st.sets(st.integers(1, 27), max_size=5))
    there = np.zeros(4)
    for day in range(28):
        for _rows in run.run(at(day, 0.5)):
            pass
        rules = run._tables.organisation
        for name in rules.members(TEAM):
            hours_of_day = on_day(clock_of(rules, rules.people[name]).week(day // 7), day)
            there[day // 7] += minutes(hours_of_day) / 60.0
        if day in days:
            run.change(others(usual=data.draw(st.booleans())))
    assert hours(run)[:4].sum(axis=1) == pytest.approx(there)


BIG = {"classes": {"big": 1.0}}
HOUR, FOUR = Distribution.fixed(3600.0), Distribution.fixed(4 * 3600.0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize(
    ("asks", "step"),
    [
        ({}, {"duration": FOUR}),
        ({}, {"per_unit": FOUR}),
        ({"quantity": Distribution.fixed(16.0)}, {"per_unit": Distribution.fixed(900.0)}),
        (BIG, {"duration": HOUR, "by_class": {"big": 4.0}}),
        (BIG, {"duration": Distribution.fixed(16 * 3600.0), "by_class": {"big": 0.25}}),
        ({}, {"duration": HOUR, "by_client": {"Anybody": 4.0}}),
        ({}, {"duration": HOUR, "batch": Batch(size=1, set_up=Distribution.fixed(3 * 3600.0))}),
        (BIG, {"per_unit": HOUR, "by_class": {"big": 2.0}, "by_client": {"Anybody": 2.0}}),
    ],
)
def test_what_waits_is_as_much_work_as_it_asks_for(asks, step, reference):
    """Of twelve works of four hours, nine wait on Tuesday: 36 hours, in a week of 40. However that is written."""
    rules = alone(overtime=Overtime(daily=2.0, when=Queue(load=0.5)))
    came = Client(cases_per_week=12.0, evenness=1.0, appointments=(540,), **asks)
    steps = {"Settle": replace(rules.steps["Settle"], **{"duration": NONE, **step})}
    simulation, _rows = run(replace(rules, clients={"Anybody": came}, steps=steps), 4, reference=reference)
    told = [(turn.day, turn.begins, round(turn.waiting.load, 9)) for turn in simulation.turns[:2]]
    assert told == [(1, True, 0.9), (3, False, 0.4)]


def test_work_that_waits_is_known_to_come_again_and_batches_to_be_set_up_once():
    """In the queue: a batch done at once, or one by one, and cases that were there before."""
    each, set_up = Distribution.fixed(600.0), Distribution.fixed(7200.0)
    step = Step(activity="Settle", team=TEAM, duration=HOUR, per_unit=each, again=0.5, by_class={"big": 3.0})
    came = Client(cases_per_week=0.0, **BIG)
    rules = replace(alone(overtime=LONGER), clients={"Anybody": came}, steps={"Settle": step})
    new, known = Asked("Anybody", "big", again=False), Asked("Anybody", "big", again=True)
    for batch, asked, least in (
        (None, {new: (2, 5.0), known: (1, 1.0)}, 3 * (2 * 3600.0 + 5 * 600.0) + 1.5 * 4200.0),
        (Batch(size=3, set_up=set_up), {new: (1, 6.0)}, 7200.0 + 3 * (3600.0 + 6 * 600.0)),
    ):
        queue = {("Settle", ""): InQueue(3, 0.0, int(batch is not None), asked)}
        those = tables(replace(rules, steps={"Settle": replace(step, batch=batch)}))
        assert waiting_for(those, TEAM, queue, 0.0).load == pytest.approx(least / 3600.0 / 40.0)
