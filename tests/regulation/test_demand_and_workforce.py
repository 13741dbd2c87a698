"""Volume, shifts and leaving: each edits what it says, for whom it says."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine import simulate
from irrupt.engine.examples import counter, workshop
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.organisation import (
    Calendar,
    Distribution,
    Hands,
    Organisation,
    Person,
    Route,
    Step,
    Team,
    amended,
    difference,
    faults,
)
from irrupt.organisation.batch import Batch
from irrupt.organisation.hours import hours_data, hours_in, reduced
from irrupt.organisation.model import END
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Programme, Queue, Temps
from irrupt.organisation.returns import Return
from irrupt.regulation import (
    Appointment,
    FlexibilityDemand,
    LateChange,
    OrganisingTime,
    StaffLeave,
    Volume,
    act_from,
    kind,
    touched,
)
from irrupt.regulation.acts.demand import DueDate, LevelledCallOff
from irrupt.regulation.acts.workforce import joined
from irrupt.regulation.verbs import verbs

NOW = datetime(2024, 1, 29, tzinfo=UTC)
intervals = st.tuples(st.integers(0, 10079), st.integers(1, 4000)).map(lambda i: (i[0], min(i[0] + i[1], 10080)))


def refusal(act: object, rules: Organisation) -> list[str]:
    with pytest.raises(ModelError) as caught:
        act.changes(rules, NOW)  # type: ignore[attr-defined]
    return [str(fault) for fault in caught.value.faults]


def test_volume_changes_how_much_and_not_when(desk: Organisation) -> None:
    (change,) = Volume(client="Hospital B", change=-0.25).changes(desk, NOW)
    after = amended(desk, [change])
    assert after.clients["Hospital B"] == replace(desk.clients["Hospital B"], cases_per_week=22.5)
    assert change.rule == "25 % fewer cases from Hospital B"
    assert Volume(client="Hospital B", change=0.0).changes(desk, NOW) == ()
    assert act_from("volume", {"client": "A", "change": "12.5 %"}).changes  # type: ignore[truthy-function]
    assert act_from("volume", {"client": "A", "change": "-12.5 %"}) == Volume(client="A", change=-0.125)


def test_so_many_cases_a_week_are_so_many_from_then_on(desk: Organisation) -> None:
    """They grew by a share of what they had been at the origin: of 50 a week from the tenth on, 77 came."""
    grows = replace(desk.clients["Hospital B"], cases_per_week=100.0, growth=0.05, evenness=1.0)
    rules = replace(desk, clients={**desk.clients, "Hospital B": grows})
    moment = rules.origin + timedelta(weeks=6)
    changes = Volume(client="Hospital B", cases_per_week=50).changes(rules, moment)
    events = simulate(rules, weeks=10, seed=1, changes=changes).events.filter(client="Hospital B", activity="Triage")
    weeks = events.group_by((pl.col("ready") - rules.origin).dt.total_days() // 7).len().sort("ready")["len"]
    assert (weeks[:6] > 100).all()
    assert weeks[6:10].to_list() == pytest.approx([50] * 4, abs=1)
    (change,) = Volume(client="Hospital B", change=0.2).changes(rules, moment)
    assert amended(rules, [change]).clients["Hospital B"].growth == 0.05, "a share more is a share of what grows"


@pytest.mark.parametrize("change", [-1.5, float("nan"), float("inf")])
def test_volume_cannot_fall_below_nothing(change: float) -> None:
    with pytest.raises(ModelError, match=r"^volume: change  .*expected a share, -1 or more$"):
        Volume(client="A", change=change)


def test_a_client_who_left_comes_back_by_a_number_of_cases(desk: Organisation) -> None:
    """A share of none is none."""
    back = Volume(client="Hospital B", cases_per_week=30)
    gone = amended(desk, Volume(client="Hospital B", change=-1.0).changes(desk, NOW))
    assert Volume(client="Hospital B", change=2.0).changes(gone, NOW) == ()
    (change,) = back.changes(gone, NOW)
    assert amended(gone, [change]) == desk
    assert change.rule == "Cases from Hospital B: 30 a week"
    assert back.changes(desk, NOW) == ()
    assert act_from("volume", {"client": "A", "cases per week": 7.5}) == Volume(client="A", cases_per_week=7.5)
    leaves = Volume(client="Hospital B", cases_per_week=0)
    assert (leaves.claim.expects, back.claim.expects) == ("fall", "rise")
    for wrong in ({}, {"change": 0.1, "cases_per_week": 3.0}, {"cases_per_week": -1.0}, {"cases_per_week": math.inf}):
        with pytest.raises(ModelError, match=r"^volume: "):
            Volume(client="Hospital B", **wrong)
    assert (
        "the programme of Carmaker says how much"
        in refusal(Volume(client="Carmaker", cases_per_week=3.0), workshop())[0]
    )


def test_dates_move_by_so_much_or_are_set(desk: Organisation) -> None:
    due = replace(desk.clients["Hospital A"], due=Distribution.fixed(10 * 86400.0))
    dated = replace(desk, clients={**desk.clients, "Hospital A": due})
    (change,) = DueDate(client="Hospital A", times=0.8).changes(dated, NOW)
    assert amended(dated, [change]).clients["Hospital A"] == replace(due, due=Distribution.fixed(8 * 86400.0))
    assert change.rule == "Cases of Hospital A are due after 80 % of the time"
    (change,) = DueDate(client="Hospital B", due="3 days").changes(dated, NOW)
    assert amended(dated, [change]).clients["Hospital B"].due == Distribution.fixed(3 * 86400.0)
    assert (change.rule, verbs(change)) == ("Cases of Hospital B are due after 3 days", ("manage",))
    assert DueDate(client="Hospital A", due="10 days").changes(dated, NOW) == ()
    by_class = replace(dated.clients["Hospital A"], classes={"a": 1.0}, due_by_class={"a": Distribution.fixed(100.0)})
    told_apart = replace(dated, clients={**dated.clients, "Hospital A": by_class})
    (change,) = DueDate(client="Hospital A", times=0.8).changes(told_apart, NOW)
    assert change.edits[0].after.due_by_class == {"a": Distribution.fixed(80.0)}
    (change,) = DueDate(client="Hospital A", due="10 days").changes(told_apart, NOW)
    assert change.edits[0].after.due_by_class == {}
    assert "are not due at any time" in refusal(DueDate(client="Hospital B", times=0.8), dated)[0]
    for wrong in ({}, {"due": "3 days", "times": 0.8}, {"times": -1.0}, {"due": "soon"}):
        with pytest.raises(ModelError, match=r"^due date: "):
            DueDate(client="Hospital A", **wrong)


def test_a_date_counts_from_when_a_case_comes_and_may_be_at_once(desk: Organisation) -> None:
    """It counted from the begin of the day where the old one did, and none of the time was all of it."""
    due = replace(
        desk.clients["Hospital A"],
        classes={"a": 1.0},
        due=Distribution.fixed(86400.0),
        due_by_class={"a": Distribution.fixed(100.0)},
        due_from="working day",
    )
    dated = replace(desk, clients={**desk.clients, "Hospital A": due})
    (change,) = DueDate(client="Hospital A", due="1 day").changes(dated, NOW)
    after = amended(dated, [change]).clients["Hospital A"]
    assert (after.due, after.due_from, after.due_by_class) == (Distribution.fixed(86400.0), "arrival", {})
    assert {touch.aspect for touch in touched(change.edits, dated)} == {"due"}
    (change,) = DueDate(client="Hospital A", times=0.0).changes(dated, NOW)
    after = amended(dated, [change]).clients["Hospital A"]
    assert (after.due, after.due_from) == (Distribution.fixed(0.0), "working day")
    assert after.due_by_class == {"a": Distribution.fixed(0.0)}
    assert DueDate(client="Hospital A", times=1.0).changes(dated, NOW) == ()
    plain = replace(desk, clients={**desk.clients, "Hospital A": replace(due, classes={}, due_by_class={})})
    assert DueDate(client="Hospital A", due="1 day").changes(plain, NOW) != ()


@pytest.mark.parametrize(("order", "passes"), [("earliest due", True), ("first come", False)])
def test_dates_are_felt_where_the_earliest_due_is_taken_first(order: Any, passes: bool) -> None:
    """On time and lateness follow by construction, whatever the order; waits emerge, where it is by dates."""
    usual = counter(load=0.9, cases_per_week=600.0)
    half = replace(usual.clients["Public"], cases_per_week=300.0, due=Distribution.fixed(6 * 3600.0))
    rules = replace(usual, clients={"A": half, "B": half}, teams={"Desk": Team(order=order)})
    effects = compare(rules, DueDate(client="A", times=0.1), weeks=10, warm_up_weeks=4, replications=10).effects
    rows = {(row["measure"], row["party"]): row for row in effects.to_dicts()}
    waits = [rows["waiting for us", party] for party in ("A", "other clients")]
    assert [row["verdict"] for row in waits] == (["falls", "rises"] if passes else ["no measurable effect"] * 2)
    assert all(row["difference"] == 0.0 for row in waits) != passes
    kinds = [(rows["on time", party]["kind"], rows["lateness", party]["kind"]) for party in ("A", "other clients")]
    assert kinds == [("by construction",) * 2, ("emergent",) * 2]
    assert rows["on time", "A"]["verdict"] == "falls"


def test_shifts_are_added_for_everybody_in_the_team_and_nobody_else(desk: Organisation) -> None:
    """Ann and Cid are the first line, Bob keeps the same calendar and is not in it."""
    (change,) = FlexibilityDemand(team="First line", shifts="Sat 9-12").changes(desk, NOW)
    after = amended(desk, [change])
    week = {name: after.calendars[person.calendar].minutes_per_week for name, person in after.people.items()}
    assert week == {"Ann": 2580, "Bob": 2400, "Cid": 2580}
    assert faults(after) == []
    assert change.rule == "Everybody at First line also works Sat 09:00-12:00"
    touches = touched(change.edits, desk)
    assert {(touch.aspect, team) for touch in touches for team in touch.teams} == {
        ("calendars", "First line"),
        ("calendars", "Servers"),
    }


def test_a_calendar_that_only_they_keep_is_edited_itself(desk: Organisation) -> None:
    own = replace(
        desk,
        people={**desk.people, "Bob": Person(teams=("Network",), calendar="late")},
        calendars={**desk.calendars, "late": Calendar(hours=((840, 1320),))},
    )
    (change,) = FlexibilityDemand(team="Network", shifts="Mon 20:00-24:00").changes(own, NOW)
    (edit,) = change.edits
    assert (edit.part, edit.key, edit.after.hours) == ("calendars", "late", ((840, 1440),))
    inside = FlexibilityDemand(team="Network", shifts="Mon 15:00-16:00")
    assert inside.changes(own, NOW) == ()


@pytest.mark.parametrize("what", ["delay", "client's delay", "batch", "temps", "hours of one team"])
def test_hours_of_people_change_no_delay_and_no_batch(desk: Organisation, what: str) -> None:
    """A delay ended two days sooner, but not where somebody of another team kept the same calendar."""
    bob = Person(teams=("Network",), calendar="late")
    late = Calendar(hours=((840, 1320),))
    own = replace(desk, people={**desk.people, "Bob": bob}, calendars={**desk.calendars, "late": late})
    slow = (Route(to="Close", share=1.0, delay=Distribution.fixed(3600.0), hours="late"),)
    gathers = replace(desk.steps["Close"], batch=Batch(at="late"))
    others: dict[str, dict[str, Any]] = {
        "delay": {"routes": {**desk.routes, "Confirm": slow}},
        "client's delay": {"client_routes": {"Hospital A": {"Confirm": slow}}},
        "batch": {"steps": {**desk.steps, "Close": gathers}},
        "temps": {"capacity": {"Servers": Capacity(temps=Temps(most=1, calendar="late", when=Queue(cases=9)))}},
        "hours of one team": {
            "people": {**own.people, "Cid": replace(own.people["Cid"], team_hours={"Servers": "late"})}
        },
    }
    rules = replace(own, **others[what])
    assert not faults(rules)
    for act in (
        FlexibilityDemand(team="Network", shifts="Mon 20:00-24:00"),
        OrganisingTime(team="Network", shifts="Mon 14-15"),
    ):
        after = amended(rules, act.changes(rules, NOW))
        assert after.calendars["late"] == late
        assert after.people["Bob"].calendar == "late (Network)"
        again = amended(after, act.changes(after, NOW))
        assert {*again.calendars} == {*after.calendars}


def test_a_calendar_of_their_own_takes_a_free_name(desk: Organisation) -> None:
    taken = replace(desk, calendars={**desk.calendars, "office (Network)": Calendar(hours=((0, 60),))})
    (change,) = FlexibilityDemand(team="Network", shifts="Sat 9-12").changes(taken, NOW)
    assert change.edits[0].key == "office (Network) 2"
    assert amended(taken, [change]).people["Bob"].calendar == "office (Network) 2"


@settings(deadline=None)
@given(hours=st.lists(intervals, min_size=1, max_size=6))
def test_hours_that_are_joined_cover_the_same_minutes_once(hours: list[tuple[int, int]]) -> None:
    minutes = {minute for begin, end in hours for minute in range(begin, end)}
    pieces = joined(hours)
    assert sum(end - begin for begin, end in pieces) == len(minutes)
    assert all(minute in minutes for begin, end in pieces for minute in (begin, end - 1))
    assert all(before[1] <= after[0] for before, after in pairwise(pieces))


@pytest.mark.parametrize("shifts", ["soon", (), ("Sat 9-12", "later"), "Sat 9-12:75"])
def test_shifts_that_are_no_hours_are_refused(shifts: str | tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match=r"^flexibility demand: shifts  "):
        FlexibilityDemand(team="A", shifts=shifts)


def test_hours_may_follow_what_waits(desk: Organisation) -> None:
    """The rule says when they are longer, until when, with what notice, and how much nobody is asked for."""
    act = act_from(
        "flexibility demand",
        {"team": "Network", "daily": 2, "above": 25, "below": 10, "oldest": "3 days", "notice": "2 days", "most": 8},
    )
    (change,) = act.changes(desk, NOW)
    assert change.rule == (
        "When more than 25 cases wait or one waits longer than 3 days at Network, each day is up to 2.0 h longer, at "
        "most 8.0 h a week, with 2 days of notice, until fewer than 10 wait"
    )
    rules = amended(desk, [change])
    when, until = Queue(cases=25, oldest=3 * 86400.0), Queue(cases=10)
    overtime = Overtime(daily=2, most=8, when=when, until=until, notice=2)
    assert rules.capacity["Network"] == Capacity(overtime=overtime, author="Management")
    assert faults(rules) == []
    assert act.changes(rules, NOW) == ()
    assert {touch.aspect for touch in touched(change.edits, desk)} == {"capacity"}


def test_hours_more_a_week_are_spread_over_the_working_days(desk: Organisation) -> None:
    """As the planner says it; to the minute, whatever the days."""
    (change,) = FlexibilityDemand(team="Network", hours="+6 a week").changes(desk, NOW)
    after = amended(desk, [change])
    for name in desk.members("Network"):
        before, longer = (rules.calendars[rules.people[name].calendar] for rules in (desk, after))
        assert longer.minutes_per_week - before.minutes_per_week == 360
        ends = {begin // 1440: end for begin, end in before.hours}
        assert set(longer.hours) - set(before.hours) == {(end, end + 72) for end in ends.values()}
    assert change.rule == "Everybody at Network also works 6.0 h a week, at the end of working days"
    (odd,) = FlexibilityDemand(team="Network", hours="61 min").changes(desk, NOW)
    (edit,) = (edit for edit in odd.edits if edit.part == "calendars")
    assert sum(end - begin for begin, end in edit.after.hours) - before.minutes_per_week == 61
    with pytest.raises(ModelError, match="leave no room"):
        FlexibilityDemand(team="Network", hours=100).changes(desk, NOW)


def test_hours_are_added_behind_those_of_work_on_rules(desk: Organisation) -> None:
    """They were added in the middle of them, and the run was refused."""
    friday, saturday = (4 * 1440 + 1020, 4 * 1440 + 1080), (5 * 1440 + 480, 5 * 1440 + 540)
    meets = replace(desk.calendars["office"], organising=(friday, saturday))
    rules = replace(desk, calendars={"office": meets})
    for terms, more in (
        ({"hours": 5}, [*[(1020, 1080)] * 4, (1080, 1140)]),
        ({"shifts": "Sat 8-12"}, [(540, 720)]),
    ):
        after = amended(rules, FlexibilityDemand(team="Network", **terms).changes(rules, NOW))
        assert not faults(after)
        his = after.calendars[after.people["Bob"].calendar]
        new = reduced(his.hours, meets.hours)
        assert [(begin % 1440, end % 1440) for begin, end in new] == more
    planned = replace(workshop(), capacity={})
    (team,) = planned.teams
    for name in {planned.people[person].calendar for person in planned.members(team)}:
        hours = planned.calendars[name].hours
        end = max(end for _begin, end in hours)
        planned = replace(
            planned, calendars={**planned.calendars, name: Calendar(hours=hours, organising=((end, end + 30),))}
        )
    act = FlexibilityDemand(team=team, hours=5, notice=7)
    rule = amended(planned, act.changes(planned, planned.origin)).capacity[team]
    assert rule.overtime is not None
    assert max(begin for shift in rule.overtime.shifts for begin, _end in shift) == end + 30


def test_hours_more_a_week_follow_the_plan_or_what_waits(desk: Organisation) -> None:
    planned = replace(workshop(), capacity={})
    (change,) = FlexibilityDemand(team="Assembly", hours=6, notice="3 days").changes(planned, NOW)
    (edit,) = change.edits
    assert [shift for (shift,) in edit.after.overtime.shifts] == [
        ((day * 24 + 14) * 60, (day * 24 + 14) * 60 + 72) for day in range(5)
    ]
    assert edit.after.overtime.notice == 3
    (change,) = FlexibilityDemand(team="Network", hours=5, above=25).changes(desk, NOW)
    rule = change.edits[0].after.overtime
    assert (rule.daily, rule.most) == (1.0, 5.0)
    (change,) = FlexibilityDemand(team="Network", hours=5, above=25, given_back="4 weeks").changes(desk, NOW)
    assert change.edits[0].after.modulation.daily == 1.0
    with pytest.raises(ModelError, match="hours  daily, or shifts, say when they are worked; expected one of these"):
        FlexibilityDemand(team="Network", hours=5, daily=1, above=25)
    other = replace(workshop(), calendars={**workshop().calendars, "late": Calendar(hours=((600, 900),))})
    other = replace(other, people={**other.people, "Eve": Person(teams=("Assembly",), calendar="late")})
    with pytest.raises(ModelError, match="the people of Assembly work at different hours"):
        FlexibilityDemand(team="Assembly", hours=6, notice=3).changes(other, NOW)


def test_lengths_of_time_may_bear_their_unit() -> None:
    said = {"team": "Network", "above": 20, "temps": 1}
    words = {"daily": "1h30", "given back": "6 weeks", "weeks": "14 days", "notice": "1 week"}
    numbers = {"daily": 1.5, "given back": 6, "weeks": 2, "notice": 7}
    assert act_from("flexibility demand", said | words) == act_from("flexibility demand", said | numbers)
    with pytest.raises(ModelError) as caught:
        act_from("flexibility demand", said | {"notice": "36 h"})
    assert str(caught.value).endswith('notice  "36 h" is not a whole number of days')


def test_hours_may_follow_the_work_that_waits(desk: Organisation) -> None:
    act = act_from("flexibility demand", {"team": "Network", "shifts": "Sat 9-12", "load": "95 %"})
    (change,) = act.changes(desk, NOW)
    assert change.edits[0].after.overtime.when == Queue(load=0.95)
    assert change.rule == ("When more than 95 % of a week’s work waits at Network, everybody also works Sat 9-12")
    with pytest.raises(ModelError, match="load  -1"):
        replace(act, load=-1.0)


def test_hours_of_a_team_in_which_nobody_is_known_follow_nothing(desk: Organisation) -> None:
    """Third parties have none, in organisations learned from logs: temps were to keep the hours of nobody."""
    rules = replace(desk, teams={**desk.teams, "Vendor": desk.teams["Network"]})
    for more in ({"temps": 1, "notice": 1}, {"daily": 2}, {"hours": 5}):
        act = FlexibilityDemand(team="Vendor", above=3, **more)
        with pytest.raises(ModelError, match="nobody is known who works in Vendor; expected a team in which somebody"):
            act.changes(rules, NOW)


def test_hours_that_are_given_back_and_temps_for_a_term_stand_in_one_rule(desk: Organisation) -> None:
    banked = FlexibilityDemand(team="Network", daily=1, above=20, given_back=6)
    hired = FlexibilityDemand(team="Network", temps=2, above=40, weeks=2, notice=3)
    rules = desk
    for act in (banked, hired):
        rules = amended(rules, act.changes(rules, NOW))
    capacity = rules.capacity["Network"]
    assert list(capacity.kinds) == ["modulation", "temps"]
    assert capacity.modulation == Modulation(daily=1, within_weeks=6, when=Queue(cases=20))
    assert capacity.temps == Temps(most=2, calendar="office", weeks=2, notice=3, when=Queue(cases=40))
    assert "2 temps come for 2 weeks, with 3 days of notice" in hired.changes(desk, NOW)[0].rule
    assert "each day is up to 1.0 h longer, given back within 6 weeks" in banked.changes(desk, NOW)[0].rule


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"daily": 2}, "daily  it is not said when; expected above: 25"),
        ({"shifts": "Sat 9-12", "most": 8}, "most  it is not said when"),
        ({"daily": 2, "above": 5, "weeks": 2}, "weeks  nobody is hired"),
        ({"daily": 2, "above": 5, "given_back": 4, "most": 8}, "most  hours that are given back have no cap a week"),
        ({"shifts": "Sat 9-12", "above": 5, "given_back": 4}, "given back  no day is longer; expected daily: 1"),
        ({"above": 5}, "shifts  there are none"),
        ({"daily": 2, "oldest": "soon"}, "oldest  "),
    ],
)
def test_what_makes_no_sense_alone_is_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match="flexibility demand: ") as caught:
        FlexibilityDemand(team="Network", **terms)
    assert message in str(caught.value)


@pytest.mark.parametrize("waits", [False, True])
def test_what_a_demand_cannot_say_of_hours_stays_as_it_was(desk: Organisation, *, waits: bool) -> None:
    """Overtime lost its premium, and temps what they were paid, to a demand for other hours."""
    rules, team = (desk, "Network") if waits else (workshop(), "Assembly")
    terms: dict[str, Any] = {"notice": 2} | ({"above": 9} if waits else {})
    late = {**rules.calendars, "late": Calendar(hours=((600, 900),))}
    when = Queue(cases=40) if waits else None
    overtime = Overtime(shifts=(((600, 900),),), premium=0.25, when=when)
    temps = Temps(most=1, calendar="late", speed=0.8, pay=28.0, also=(team,), when=when)
    capacity = Capacity(overtime=overtime, temps=temps)
    if waits:
        capacity = replace(capacity, modulation=Modulation(daily=1, account=12.0, less=(((700, 800),),), when=when))
    rules = replace(rules, calendars=late, capacity={team: capacity})
    asked = FlexibilityDemand(team=team, shifts="Sat 9-12", temps=3, **terms)
    (change,) = asked.changes(rules, NOW)
    after = amended(rules, [change]).capacity[team]
    assert after.overtime is not None
    assert (after.overtime.premium, after.overtime.notice, len(after.overtime.shifts)) == (0.25, 2, 1 if waits else 2)
    assert after.temps == replace(temps, most=3, notice=2, when=Queue(cases=9) if waits else None)
    if waits:
        banked = FlexibilityDemand(team=team, daily=2, given_back=6, **terms)
        (change,) = banked.changes(rules, NOW)
        given = amended(rules, [change]).capacity[team].modulation
        assert given is not None
        assert (given.daily, given.account, given.less, given.within_weeks) == (2, 12.0, (((700, 800),),), 6)


def test_hours_are_added_to_the_overtime_that_the_plan_has_already() -> None:
    """Whoever demanded six hours more a week took away a Saturday of eight."""
    rules, day = workshop(), 1440
    evenings, saturday = tuple((at * day + 840, at * day + 900) for at in range(5)), (5 * day + 360, 5 * day + 720)
    overtime = Overtime(shifts=(evenings, (saturday,)), notice=7)
    rules = replace(rules, capacity={"Assembly": Capacity(overtime=overtime)})
    more = FlexibilityDemand(team="Assembly", hours=6, notice=3)
    after = amended(rules, more.changes(rules, NOW))
    found = after.capacity["Assembly"].overtime
    assert found is not None
    assert found.shifts == (*overtime.shifts, *(((at * day + 900, at * day + 972),) for at in range(5)))
    assert not faults(after)
    shifts = FlexibilityDemand(team="Assembly", shifts=("Sat 6-14", "Sun 6-8"), notice=3)
    once = amended(rules, shifts.changes(rules, NOW))
    found = once.capacity["Assembly"].overtime
    assert found is not None
    assert found.shifts[2:] == (((5 * day + 720, 5 * day + 840),), ((6 * day + 360, 6 * day + 480),))
    assert shifts.changes(once, NOW) == ()


def test_hours_that_follow_the_plan_do_not_follow_what_waits_too() -> None:
    act = FlexibilityDemand(team="Assembly", daily=1, above=5)
    assert refusal(act, workshop()) == ["flexibility demand: above  the hours of Assembly follow the plan"]


def test_who_leaves_is_gone_from_all_his_teams(desk: Organisation) -> None:
    more = {**desk.people, "Dot": Person(teams=("Servers",), calendar=desk.people["Cid"].calendar)}
    (change,) = StaffLeave(person="Cid", team="First line").changes(replace(desk, people=more), NOW)
    assert change.rule == "Cid leaves Servers, First line and is not replaced"
    assert "Cid" not in amended(replace(desk, people=more), [change]).people
    assert refusal(StaffLeave(person="Cid", team="First line"), desk) == [
        "staff leave: person  nobody would be left in Servers; expected a team of at least two people"
    ]


def test_who_leaves_one_team_may_go_on_in_the_others(desk: Organisation) -> None:
    (change,) = StaffLeave(person="Cid", team="First line", stays=True).changes(desk, NOW)
    after = amended(desk, [change])
    assert after.people["Cid"].teams == ("Servers",)
    assert faults(after) == []
    assert change.rule == "Cid leaves First line and is not replaced"
    assert change.author == "Management"


def test_who_alone_does_something_cannot_leave(desk: Organisation) -> None:
    team = "First line"
    (activity, *_more) = sorted({step.activity for step in desk.steps.values() if step.team == team})
    people = {
        name: replace(one, does_not=(activity,)) if name != "Ann" and team in one.teams else one
        for name, one in desk.people.items()
    }
    told = refusal(StaffLeave(person="Ann", team=team), replace(desk, people=people))
    assert told[0].startswith(f'staff leave: person  nobody would be left in {team} who does "{activity}"')


def test_who_leaves_one_team_keeps_the_hours_of_the_others(desk: Organisation) -> None:
    calendar = desk.people["Cid"].calendar
    cid = replace(desk.people["Cid"], team_hours={"First line": calendar, "Servers": calendar})
    rules = replace(desk, people={**desk.people, "Cid": cid})
    (change,) = StaffLeave(person="Cid", team="First line", stays=True).changes(rules, NOW)
    after = amended(rules, [change])
    assert after.people["Cid"].team_hours == {"Servers": calendar}
    assert not faults(after)


def test_nobody_leaves_without_whom_nobody_is_left_for_what_others_must_not_do(desk: Organisation) -> None:
    """Of two who triage and close, either may have triaged."""
    rules = replace(desk, hands={"four eyes": Hands(activity="Close", not_by_who_did=("Triage",))})
    for stays, who in ((False, "Ann"), (True, "Cid")):
        people = {**desk.people, "Dot": Person(teams=("Servers",), calendar="office")}
        told = refusal(StaffLeave(person=who, team="First line", stays=stays), replace(rules, people=people))
        assert told[0].startswith('staff leave: person  nobody else in First line does "Close" where ')
    more = {**desk.people, "Eve": desk.people["Ann"]}
    assert StaffLeave(person="Ann", team="First line").changes(replace(rules, people=more), NOW)


def test_who_alone_does_something_for_a_client_cannot_leave_where_he_asks_for_it(desk: Organisation) -> None:
    """It was said of classes, too, that the client has no cases of."""
    clients = {**desk.clients, "Hospital B": replace(desk.clients["Hospital B"], classes={"large": 1.0})}
    ann = desk.people["Ann"]
    people = {
        **desk.people,
        "Cid": replace(desk.people["Cid"], not_for_client={"Close": ("Hospital A",)}),
        "Dot": replace(ann, not_of_class={"Close": ("large",)}),
    }
    rules = replace(desk, clients=clients, people={**people, "Ann": ann})
    assert faults(rules) == []
    assert not faults(amended(rules, StaffLeave(person="Ann", team="First line").changes(rules, NOW)))
    both = {name: replace(one, classes={"large": 1.0}) for name, one in desk.clients.items()}
    assert refusal(StaffLeave(person="Ann", team="First line"), replace(rules, clients=both)) == [
        'staff leave: person  nobody would be left in First line who does "Close" in cases of Hospital A of the class '
        "large; expected somebody whose work others do as well"
    ]


def test_who_leaves_his_only_team_is_gone(desk: Organisation) -> None:
    (change,) = StaffLeave(person="Ann", team="First line").changes(desk, NOW)
    after = amended(desk, [change])
    assert [edit.key for edit in difference(desk, after)] == ["Ann"]
    assert "Ann" not in after.people


def test_nobody_leaves_who_is_not_there_or_is_the_last(desk: Organisation) -> None:
    assert refusal(StaffLeave(person="Anne", team="Netwrk"), desk) == [
        'staff leave: person  nobody is called "Anne"; did you mean "Ann"?',
        'staff leave: team  no team "Netwrk"; did you mean "Network"?',
    ]
    assert refusal(StaffLeave(person="Ann", team="Network"), desk)[0].startswith(
        "staff leave: person  Ann is not in Network"
    )
    assert refusal(StaffLeave(person="Bob", team="Network"), desk) == [
        "staff leave: person  nobody would be left in Network; expected a team of at least two people"
    ]


def test_what_shifts_and_leaving_do_to_waits_is_emergent(desk: Organisation) -> None:
    from irrupt.ledgers import measures

    known = measures()
    for act in (FlexibilityDemand(team="First line", shifts="Sat 9-12"), StaffLeave(person="Ann", team="First line")):
        edits = [edit for change in act.changes(desk, NOW) for edit in change.edits]
        touches = touched(edits, desk)
        assert kind(known["wait at the team"], ["First line"], touches) == "emergent"
        assert kind(known["share of time at work"], ["First line"], touches) == "by construction"


def test_a_late_change_sends_a_share_of_his_cases_back(desk: Organisation) -> None:
    (change,) = LateChange(client="Hospital A", during="Resolve", back_to="Triage", share=0.15).changes(desk, NOW)
    after = amended(desk, [change])
    (found,) = after.returns.values()
    assert found == Return(during="Resolve", back_to="Triage", share=0.15, client="Hospital A")
    assert change.rule == "When Resolve is done for Hospital A, 15 % of the cases go back to Triage"
    assert faults(after) == []
    assert {(touch.aspect, touch.client) for touch in touched(change.edits, desk)} == {("routes", "Hospital A")}


def test_a_late_change_goes_back_to_the_step_that_his_cases_come_to_most(desk: Organisation) -> None:
    """Hospital A is solved at Network mostly, Hospital B at Servers."""
    steps = {
        client: LateChange(client=client, during="Close", back_to="Resolve", share=0.5).changes(desk, NOW)[0]
        for client in desk.clients
    }
    assert [change.edits[0].after.back_to for change in steps.values()] == ["Resolve at Network", "Resolve at Servers"]
    named = LateChange(client="Hospital A", during="Close", back_to="Resolve at Servers", share=0.5)
    assert named.changes(desk, NOW)[0].edits[0].after.back_to == "Resolve at Servers"


def test_a_late_change_goes_where_cases_come_to_again_from_there(desk: Organisation) -> None:
    """What is confirmed goes back to Network, where it goes back, of whichever client it is."""
    for client in desk.clients:
        act = LateChange(client=client, during="Confirm", back_to="Resolve", share=0.5)
        assert act.changes(desk, NOW)[0].edits[0].after.back_to == "Resolve at Network"


def test_a_late_change_goes_where_cases_come_to_again_where_none_comes_from_there(desk: Organisation) -> None:
    """Not to that of the first time, which most come to."""
    sort = replace(desk.steps["Triage"], activity="Sort")
    ask = Step(activity="Ask", client_act=True, duration=Distribution.fixed(600.0))
    routes = {
        **desk.routes,
        "Triage": (Route(to="Ask", share=0.3), *(replace(one, share=0.7 * one.share) for one in desk.routes["Triage"])),
        "Ask": (Route(to="Triage anew", share=1.0),),
        "Triage anew": desk.routes["Triage"],
    }
    asking = replace(
        desk, steps={**desk.steps, "Triage": sort, "Triage anew": sort, "Ask": ask}, routes=routes, client_routes={}
    )
    act = LateChange(client="Hospital A", during="Close", back_to="Sort", share=0.5)
    assert act.changes(asking, NOW)[0].edits[0].after.back_to == "Triage anew"


def test_a_late_change_goes_on_as_for_the_first_time_with_what_was_not_done_before(desk: Organisation) -> None:
    """What is resolved anew was refused by the client: he accepts more often then. Who changes his mind as it is sorted
    has not refused anything."""
    sort, solve = Step(activity="Sort", team="First line"), replace(desk.steps["Resolve at Network"], activity="Solve")
    decide = Step(activity="Decide", client_act=True, duration=Distribution.fixed(600.0))
    routes = {
        "start": (Route(to="Sort 1", share=1.0),),
        "Sort 1": (Route(to="Solve 1", share=1.0),),
        "Solve 1": (Route(to="Decide 1", share=1.0),),
        "Decide 1": (Route(to="Sort 2", share=0.4), Route(to=END, share=0.6)),
        "Sort 2": (Route(to="Solve 2", share=1.0),),
        "Solve 2": (Route(to="Decide 2", share=1.0),),
        "Decide 2": (Route(to="Sort 2", share=0.1), Route(to=END, share=0.9)),
    }
    steps = {f"{step.activity} {time}": step for step in (sort, solve, decide) for time in (1, 2)}
    asking = replace(desk, steps=steps, routes=routes, client_routes={}, skips={}, checks={}, patience={})
    for during, to in (("Solve", "Sort 1"), ("Decide", "Sort 2")):
        act = LateChange(client="Hospital A", during=during, back_to="Sort", share=0.5)
        assert act.changes(asking, NOW)[0].edits[0].after.back_to == to


def test_a_late_change_that_may_mean_several_steps_is_asked_for_one(desk: Organisation) -> None:
    twin = replace(desk, steps={**desk.steps, "Never": Step(activity="Idle"), "Neither": Step(activity="Idle")})
    assert refusal(LateChange(client="Hospital A", during="Close", back_to="Idle", share=0.5), twin) == [
        'late change: back to  several steps of "Idle" are come to equally often: Neither, Never; say which step'
    ]
    assert refusal(LateChange(client="X", during="Closing", back_to="Triaje", share=0.5), desk) == [
        'late change: client  no client "X"; known: Hospital A, Hospital B',
        'late change: during  no activity "Closing"; did you mean "Close"?',
        'late change: back to  no activity "Triaje"; did you mean "Triage"?',
    ]
    with pytest.raises(
        ModelError, match=r"^late change: share  15; expected a share from 0 to 1; write 15 % where that"
    ):
        LateChange(client="Hospital A", during="Resolve", back_to="Triage", share=15)
    with pytest.raises(ModelError, match=r"^late change: share  1.5; expected a share from 0 to 1$"):
        LateChange(client="A", during="X", back_to="Y", share=1.5)


def test_late_changes_are_found_in_the_records_once_a_case_at_most(desk: Organisation) -> None:
    """The share of cases in which Close is done twice is the probability that was said."""
    from irrupt.engine import simulate

    act = LateChange(client="Hospital B", during="Close", back_to="Close", share=0.25)
    events = simulate(desk, weeks=40, seed=3, changes=act.changes(desk, desk.origin)).events
    counts = events.filter(activity="Close").group_by("case", "client").len()
    again = {client: counts.filter(client=client)["len"].to_numpy() for client in desk.clients}
    assert set(again["Hospital A"]) == {1}
    assert set(again["Hospital B"]) == {1, 2}
    assert (again["Hospital B"] == 2).mean() == pytest.approx(0.25, abs=0.05)


def test_cases_by_appointment_come_at_its_slots_as_many_as_before(desk: Organisation) -> None:
    """Each week the same number as without, within Tuesday and Thursday mornings; the other client comes as he did."""
    from irrupt.engine import simulate

    act = Appointment(client="Hospital B", slots=("Tue 9-12", "Thu 9-12"))
    (change,) = act.changes(desk, desk.origin)
    assert change.rule == "Cases of Hospital B come by appointment: Tue 9-12, Thu 9-12"
    assert {(touch.aspect, touch.client) for touch in touched(change.edits, desk)} == {("demand", "Hospital B")}
    with_act, without = (
        simulate(desk, weeks=8, seed=3, changes=changes).events.group_by("case", "client").agg(pl.col("ready").min())
        for changes in ([change], [])
    )

    def come(cases: pl.DataFrame, client: str) -> pl.Series:
        return cases.filter(client=client)["ready"].sort()

    assert come(with_act, "Hospital A").equals(come(without, "Hospital A"))
    slots = come(with_act, "Hospital B")
    assert set(slots.dt.weekday()) == {2, 4}
    assert slots.dt.hour().is_between(9, 11).all()
    weekly = [
        come(cases, "Hospital B").dt.truncate("1w").value_counts().sort("ready")["count"].to_list()
        for cases in (with_act, without)
    ]
    assert weekly[0] == weekly[1]


def test_appointments_are_moments_or_hours(desk: Organisation) -> None:
    def moments(*slots: str) -> tuple[int, ...]:
        (change,) = Appointment(client="Hospital A", slots=slots).changes(desk, NOW)
        return tuple(change.edits[0].after.appointments)

    assert moments("Mon-Tue 09:00", "Fri 14:00 15:30") == (540, 1980, 6600, 6690)
    assert moments("Mon 09:00-09:03", "Mon 09:01") == (540, 541, 542)
    act = Appointment(client="Hospital A", slots="Mon 9-12")
    assert act.changes(amended(desk, act.changes(desk, NOW)), NOW) == ()
    for wrong in ("soon", (), ("Mon 9-12", "Mon 25:00")):
        with pytest.raises(ModelError, match=r"^appointment: slots  "):
            Appointment(client="Hospital A", slots=wrong)


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (Appointment(client="Hospital A", slots="Tue 9-12"), {1: 0.5, 9: 0.5}),
        (LevelledCallOff(client="Hospital A"), {}),
    ],
)
def test_cases_that_came_several_at_a_time_come_one_by_one(
    desk: Organisation, act: Any, left: dict[int, float]
) -> None:
    """By appointment, in a week in which many would have come as many; and where orders are levelled, evenly."""
    clients = {**desk.clients, "Hospital A": replace(desk.clients["Hospital A"], at_a_time={1: 0.5, 9: 0.5})}
    (change,) = act.changes(replace(desk, clients=clients), NOW)
    (edit,) = change.edits
    assert edit.after.at_a_time == left
    assert not faults(replace(desk, clients={**clients, "Hospital A": edit.after}))


@pytest.mark.parametrize(
    ("kept", "added"),
    [
        (["Mon-Sun 22:00-06:00"], "Mon-Sun 06:00-07:00"),
        (["Mon-Sun 16:00-24:00"], "Mon-Sun 00:00-01:00"),
        (["Sun 22:00-24:00", "Mon 00:00-06:00"], "Mon 06:00-13:00"),
    ],
)
def test_hours_a_week_come_at_the_end_of_nights_too(kept: list[str], added: str) -> None:
    longer = FlexibilityDemand(team="T", hours=7)._at_ends(hours_in(kept))
    assert hours_data(Calendar(hours=tuple(longer))) == added


def test_a_minute_a_week_is_the_least_and_is_worked_on_one_day() -> None:
    assert FlexibilityDemand(team="T", hours="1 min")._at_ends(hours_in(["Mon-Fri 09:00-17:00"])) == ((1020, 1021),)
    with pytest.raises(ModelError, match="less than a minute"):
        FlexibilityDemand(team="T", hours="20 s")
    with pytest.raises(ModelError, match="leave no room"):
        FlexibilityDemand(team="T", hours=1)._at_ends(hours_in(["Mon-Sun 00:00-24:00"]))


def test_who_only_orders_by_programme_has_no_appointments(desk: Organisation) -> None:
    """It was a rule of which nothing came, like a due date of his."""
    rules = replace(
        desk,
        clients={**desk.clients, "Hospital A": replace(desk.clients["Hospital A"], cases_per_week=0.0)},
        programmes={"Cover": Programme(client="Hospital A", level=50.0)},
    )
    for act in (Appointment(client="Hospital A", slots="Mon 9"), DueDate(client="Hospital A", due="3 days")):
        with pytest.raises(ModelError, match="the schedule of Hospital A says when"):
            act.changes(rules, NOW)
