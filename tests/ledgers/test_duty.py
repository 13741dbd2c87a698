"""Share of time at work: hours worked over hours on duty."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import FIRST, LAST
from irrupt.ledgers import Duty, Ledgers, Window, measure, on_duty, parties_of
from irrupt.ledgers.hours import hours_known
from irrupt.ledgers.teams import TeamReducer
from irrupt.ledgers.worked import Worked, as_read
from irrupt.organisation import Calendar, Client, Organisation, Person, Route, Step, Team
from irrupt.organisation.dated import Clock, spans_in
from irrupt.units import WEEK

HOUR = 3600.0
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
NIGHT = ((0, 360), (1320, 1440), (10_000, 10_080))
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def share(build, legend, steps, duties, window):
    return measure([build.rows(steps)], legend, window, parties_of(legend), on_duty=duties)["share of time at work"]


def step(person, start, end, team=0):
    return (0, 0, 0, team, person, start, start, start, end, FIRST | LAST)


def test_work_paused_over_night_counts_only_within_hours(build, legend):
    duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE)}
    work = step(0, 16 * HOUR, 34 * HOUR)  # Monday 16:00 to Tuesday 10:00: one hour each day
    found = share(build, legend, [work], duties, Window(begin=0, end=WEEK))
    assert found["team 0"] == 2 / 40
    assert math.isnan(found["team 1"])
    assert found["all teams"] == 2 / 40


def test_members_of_two_teams_count_whole_in_each_and_once_in_all(build, legend):
    duties = {
        "person 0": Duty(teams=("team 0", "team 1"), hours=OFFICE),
        "person 1": Duty(teams=("team 1",), hours=OFFICE),
    }
    steps = [step(0, 9 * HOUR, 11 * HOUR, team=0), step(0, 11 * HOUR, 13 * HOUR, team=1)]
    found = share(build, legend, steps, duties, Window(begin=0, end=WEEK))
    assert found == {"team 0": 4 / 40, "team 1": 4 / 80, "all teams": 4 / 80}


def test_several_steps_at_once_are_capacity_too(build, legend):
    duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE, at_once=2)}
    steps = [step(0, 9 * HOUR, 17 * HOUR), step(0, 9 * HOUR, 17 * HOUR)]
    assert share(build, legend, steps, duties, Window(begin=0, end=WEEK))["team 0"] == 16 / 80


@quick
@given(
    hours=st.sampled_from([OFFICE, NIGHT, ((0, 10_080),)]),
    begin=st.floats(0, 2 * WEEK),
    length=st.floats(HOUR, 3 * WEEK),
)
def test_somebody_who_always_works_is_at_work_all_his_time(build, legend, hours, begin, length):
    duties = {"person 0": Duty(teams=("team 0",), hours=hours)}
    window = Window(begin=begin, end=begin + length)
    found = share(build, legend, [step(0, 0.0, 6 * WEEK)], duties, window)["team 0"]
    assert math.isnan(found) or found == pytest.approx(1.0)


def test_people_without_known_hours_are_left_out(build, legend):
    duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE), "stranger": Duty(teams=("team 0",), hours=OFFICE)}
    steps = [step(0, 9 * HOUR, 13 * HOUR), step(1, 9 * HOUR, 17 * HOUR), step(-1, 9 * HOUR, 17 * HOUR)]
    assert share(build, legend, steps, duties, Window(begin=0, end=WEEK))["team 0"] == 4 / 40


def office():
    return Organisation(
        name="office",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"A": Client(cases_per_week=1.0)},
        steps={"do": Step(activity="do", team="Desk")},
        routes={"start": (Route(to="do", share=1.0),), "do": (Route(to="end", share=1.0),)},
        teams={"Desk": Team()},
        people={"Ann": Person(teams=("Desk",), calendar="office", at_once=3)},
        calendars={"office": Calendar(hours=OFFICE)},
    )


def test_hours_come_from_the_rules(legend):
    assert on_duty(office()) == {"Ann": Duty(teams=("Desk",), hours=OFFICE, at_once=3)}


def test_a_week_with_a_holiday_has_fewer_hours(build, legend):
    """Closed on the Tuesday of the second week; work that waits over it is not work on it."""
    calendar = Calendar(hours=OFFICE, closed=spans_in("2024-01-09"), extra=spans_in("2024-01-13 09:00-11:00"))
    rules = replace(office(), calendars={"office": calendar}, teams={"team 0": Team()})
    rules = replace(rules, people={"person 0": Person(teams=("team 0",), calendar="office")})
    steps = [step(0, WEEK + 16 * HOUR, WEEK + 58 * HOUR)]  # Monday 16:00 to Wednesday 10:00
    windows = [Window(begin=week * WEEK, end=(week + 1) * WEEK) for week in range(3)]
    duties = on_duty(rules)
    found = [share(build, legend, steps, duties, window)["team 0"] for window in windows]
    assert found == [0.0, 2 / (40 - 8 + 2), 0.0]
    hours = hours_known(legend, duties)
    assert [hours.everybody(one.begin, one.end)[0] / HOUR for one in windows] == [40.0, 34.0, 40.0]
    assert hours.everybody(-WEEK, 3 * WEEK)[0] == 154 * HOUR


@quick
@given(
    dated=st.lists(st.sampled_from([OFFICE, NIGHT, ()]), max_size=3),
    begin=st.integers(-10_080 // 30, 4 * 10_080 // 30),
    length=st.integers(1, 2 * 10_080 // 30),
)
def test_hours_of_weeks_that_are_not_as_usual_are_counted_minute_by_minute(build, legend, dated, begin, length):
    weeks = tuple(tuple((w * 10_080 + a, w * 10_080 + b) for a, b in week) for w, week in enumerate(dated))
    hours = hours_known(legend, {"person 1": Duty(teams=("team 0",), hours=OFFICE, dated=weeks)})
    first, last = 30 * begin, 30 * (begin + length)

    def on(minute):
        week = minute // 10_080
        return any(a <= minute % 10_080 < b for a, b in (dated[week] if 0 <= week < len(dated) else OFFICE))

    expected = 60.0 * sum(map(on, range(first, last)))
    assert hours.everybody(60.0 * first, 60.0 * last)[1] == expected
    rows = build.rows([step(1, 60.0 * first, 60.0 * last, team=-1)])
    assert Worked().of(as_read(rows), hours).tolist() == [expected]


def test_a_working_day_of_work_that_waits_over_a_holiday_is_no_longer(build, legend):
    """The work days of somebody who works on through a closed Tuesday are Monday and Wednesday."""
    duties = {"person 0": Duty(teams=("team 0",), hours=OFFICE, dated=((OFFICE[0], *OFFICE[2:]),))}
    steps = [step(0, 9 * HOUR, 58 * HOUR)]  # Monday 9:00 to Wednesday 10:00
    found = measure([build.rows(steps)], legend, Window(begin=0, end=WEEK), parties_of(legend), on_duty=duties)
    reducer = TeamReducer(duties)
    state = reducer.begin(legend, Window(begin=0, end=WEEK))
    reducer.add(state, build.rows(steps))
    assert found["share of time at work"]["team 0"] == 9 / 32
    assert state.people.spans[: state.people.used].tolist() == [[9 * HOUR, 17 * HOUR], [57 * HOUR, 58 * HOUR]]


@quick
@given(
    hours=st.sampled_from([OFFICE, NIGHT, tuple((at, at + 60) for at in range(30, 10_080, 120))]),
    begin=st.integers(0, 3 * 10_080 // 30),
    length=st.integers(1, 10_080 // 30),
)
def test_hours_worked_are_those_counted_minute_by_minute(build, legend, hours, begin, length):
    first, last = 30 * begin, 30 * (begin + length)
    worked = sum(any(a <= minute % 10_080 < b for a, b in hours) for minute in range(first, last))
    duties = {"person 0": Duty(teams=("team 0",), hours=hours)}
    found = share(build, legend, [step(0, first * 60.0, last * 60.0)], duties, Window(begin=0, end=5 * WEEK))
    assert found["team 0"] == pytest.approx(worked / (5 * sum(b - a for a, b in hours)))


def test_hours_that_were_asked_for_lately_are_those_of_whoever_asks(legend):
    """However many ask in between, and although what is asked with is thrown away each time."""
    from irrupt.ledgers.hours import hours_known

    for minutes in range(1, 200):
        known = {"person 0": Duty(teams=("team 0",), hours=((0, minutes),))}
        assert hours_known(legend, known).per_week[0] == 60.0 * minutes
        assert hours_known(legend, known) is hours_known(legend, known)
        assert hours_known(legend).per_week[0] == 0.0


def test_who_comes_into_a_team_counts_there_from_then_on_and_who_leaves_one_until_then(build, legend):
    """He was counted there from the begin, and went on being counted: hours, what they cost, and hours on rules."""
    alone = Duty(teams=("team 0",), hours=OFFICE, pay=20.0, organising=Clock(((540, 600),)))
    both, other = replace(alone, teams=("team 0", "team 1")), replace(alone, teams=("team 1",))
    always = {"person 1": Duty(teams=("team 1",), hours=OFFICE, pay=10.0)}
    window = Window(begin=0.0, end=4 * WEEK)
    ledgers = Ledgers(legend, window, on_duty={"person 0": alone, **always}, changes=())
    monday = [week * WEEK + 9 * HOUR for week in range(4)]
    steps = [(n, 0, 0, int(n > 0), 0, at, at, at, at + 8 * HOUR, FIRST | LAST) for n, at in enumerate(monday)]
    for week, duty in enumerate((None, both, both, other)):
        if duty is not None:
            ledgers.on_duty_from(week * WEEK, {"person 0": duty, **always})
        ledgers.add(build.rows(steps[week : week + 1]))
    found = ledgers.result(parties_of(legend))
    hours = {"team 0": 3 * 40, "team 1": 4 * 40 + 3 * 40, "all teams": 8 * 40}
    worked = {"team 0": 3 * 8, "team 1": 3 * 8, "all teams": 4 * 8}
    assert found["share of time at work"] == pytest.approx({team: worked[team] / hours[team] for team in hours})
    assert found["organising work"] == pytest.approx({"team 0": 3 / 4, "team 1": 3 / 4, "all teams": 4 / 4})
    paid = {"team 0": 3 * 41 * 20, "team 1": 4 * 400 + 3 * 41 * 20, "all teams": 4 * 400 + 4 * 41 * 20}
    assert found["cost of hours"] == pytest.approx({team: cost / 4 for team, cost in paid.items()})
