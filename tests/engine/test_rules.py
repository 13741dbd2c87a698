"""Each rule, by an example small enough to check by hand. Both loops must agree with the hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, FIRST, LAST
from irrupt.engine import Simulation
from irrupt.errors import ModelError
from irrupt.organisation import Calendar, Check, Client, Distribution, Organisation, Person, Route, Step, Team

HOUR = 3600.0
WEEK = 168 * HOUR
DAY = 24 * HOUR
OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
ALWAYS = Calendar(hours=((0, 10080),))
Log = list[SimpleNamespace]


def fixed(hours: float) -> Distribution:
    return Distribution.fixed(hours * HOUR)


def at(hour: int, often: float = 5.0) -> Client:
    """Cases in one hour of the week only."""
    return Client(cases_per_week=often, profile=tuple(float(h == hour) for h in range(168)))


def line(*steps: Step, **parts: Any) -> Organisation:
    """Steps one after the other, named s0, s1, ..., for the clients A and B; one team with Ann, always on duty."""
    names = [f"s{place}" for place in range(len(steps))]
    follow = dict(zip(["start", *names], [*names, "end"], strict=True))
    usual: dict[str, Any] = {
        "name": "line",
        "origin": parts.pop("origin"),
        "clients": {"A": Client(cases_per_week=20.0), "B": Client(cases_per_week=20.0)},
        "steps": dict(zip(names, steps, strict=True)),
        "routes": {place: (Route(to=to, share=1.0),) for place, to in follow.items()},
        "teams": {"desk": Team()},
        "people": {"Ann": Person(teams=("desk",), calendar="always")},
        "calendars": {"always": ALWAYS, "office": OFFICE},
    }
    return Organisation(**{**usual, **parts})


@pytest.fixture(params=[False, True], ids=["compiled", "reference"])
def log(request: pytest.FixtureRequest, make: SimpleNamespace) -> Callable[..., Log]:
    """Rows with names, from either loop."""

    def rows_of(organisation: Organisation, changes: Any = (), **how: Any) -> Log:
        run = Simulation(organisation, **{"seed": 2, "weeks": 1.0, "reference": request.param, **how})
        parts = []
        for until, rules in changes:
            parts.append(make.collected(run.run(until)))
            run.change(rules)
        parts.append(make.collected(run.run()))
        legend = run.legend
        rows = [
            SimpleNamespace(**dict(zip(part._fields, values, strict=True)))
            for part in parts
            for values in zip(*(column.tolist() for column in part), strict=True)
        ]
        for row in rows:
            row.client = legend.clients[row.client]
            row.activity = legend.activities[row.activity] if row.activity >= 0 else None
            row.team = legend.teams[row.team] if row.team >= 0 else None
            row.person = legend.people[row.person] if row.person >= 0 else None
        return rows

    return rows_of


@pytest.fixture
def built(make: SimpleNamespace) -> Callable[..., Organisation]:
    return lambda *steps, **parts: line(*steps, origin=make.origin, **parts)


def histories(rows: Log) -> dict[int, Log]:
    cases: dict[int, Log] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    return cases


def test_a_step_without_a_team_just_takes_time(built: Any, log: Any) -> None:
    rows = log(built(Step(activity="Wait", duration=fixed(2))))
    assert rows
    assert all((r.team, r.person, r.start, r.end) == (None, None, r.ready, r.ready + 2 * HOUR) for r in rows)


def test_a_delay_comes_between_enabled_and_ready(built: Any, log: Any) -> None:
    plain = built(Step(activity="A"), Step(activity="B", client_act=True))
    slow = (Route(to="s1", share=1.0, delay=fixed(3), waits_for="client"),)
    rows = log(replace(plain, routes={**plain.routes, "s0": slow}))
    for first, second in histories(rows).values():
        assert (second.enabled, second.ready) == (first.end, first.end + 3 * HOUR)
        assert (first.flags, second.flags) == (FIRST | BY_ITSELF, LAST | CLIENT_WAIT | CLIENT_ACT)


def test_a_delay_passes_in_the_hours_of_its_calendar(built: Any, log: Any) -> None:
    """Three hours from Friday, half past three, are over on Monday, half past ten; at night, the day after."""
    plain = built(Step(activity="A"), Step(activity="B"))
    slow = (Route(to="s1", share=1.0, delay=fixed(3), hours="office"),)
    rows = log(replace(plain, routes={**plain.routes, "s0": slow}))
    office = [(day * 24 + 9, day * 24 + 17) for day in range(5)]
    for first, second in histories(rows).values():
        passed = sum(
            max(0.0, min(second.ready, week * WEEK + off * HOUR) - max(first.end, week * WEEK + on * HOUR))
            for week in range(int(second.ready // WEEK) + 1)
            for on, off in office
        )
        assert passed == pytest.approx(3 * HOUR)
        assert any(on * HOUR < second.ready % WEEK <= off * HOUR for on, off in office)


def test_skipped_steps_leave_no_trace(built: Any, log: Any) -> None:
    """Their delay neither; the flags are those of the route that is taken in the end."""
    plain = built(*(Step(activity=name, duration=fixed(1)) for name in "PQR"))
    waits = {"s0": (Route(to="s1", share=1.0, delay=fixed(5), waits_for="client"),)}
    plain = replace(
        plain, routes={**plain.routes, **waits}, skips={"A": frozenset({"s1"}), "B": frozenset({"s0", "s2"})}
    )
    for steps in histories(log(plain)).values():
        if steps[0].client == "A":
            assert [(r.activity, r.flags) for r in steps] == [("P", FIRST | BY_ITSELF), ("R", LAST | BY_ITSELF)]
            assert steps[1].enabled == steps[1].ready == steps[0].end
        else:
            assert [(r.activity, r.flags) for r in steps] == [("Q", FIRST | LAST | CLIENT_WAIT | BY_ITSELF)]
            assert steps[0].ready == steps[0].enabled + 5 * HOUR


def test_a_case_on_which_nobody_else_would_work_skips_nothing(built: Any, log: Any) -> None:
    """Half of the cases go on to Q: they skip P. The others would vanish: they go their ordinary way."""
    plain = built(Step(activity="P", duration=fixed(1)), Step(activity="Q", duration=fixed(1)))
    half = (Route(to="s1", share=0.5), Route(to="end", share=0.5))
    plain = replace(plain, routes={**plain.routes, "s0": half})
    before, after = (histories(log(rules)) for rules in (plain, replace(plain, skips={"A": frozenset({"s0"})})))
    assert before.keys() == after.keys()
    for number, steps in before.items():
        kept = [row.activity for row in after[number]]
        if steps[0].client == "A" and len(steps) == 2:
            assert kept == ["Q"]
        else:
            assert kept == [row.activity for row in steps]


def test_what_no_team_does_does_not_count_as_work_on_a_case(built: Any, log: Any) -> None:
    """Closing by itself after a time is no reason to skip the only work there was."""
    rules = built(Step(activity="Solve", team="desk"), Step(activity="Close", duration=fixed(5)))
    rows = log(replace(rules, skips={"A": frozenset({"s0"})}))
    for steps in histories(rows).values():
        assert [row.activity for row in steps] == ["Solve", "Close"]


def test_checks_follow_their_activity_in_the_order_of_their_names(built: Any, log: Any) -> None:
    """Behind every step that bears it, not behind other checks, for the client they are about."""
    steps = [Step(activity=name, duration=fixed(1)) for name in "PQP"]
    checks = {
        "2": Check(after="P", step=Step(activity="for all", duration=fixed(1))),
        "1": Check(after="P", step=Step(activity="for A", client_act=True), client="A"),
        "3": Check(after="P", step=Step(activity="Q", duration=fixed(2))),
        "4": Check(after="Q", step=Step(activity="never behind a check", duration=fixed(1)), client="A"),
    }
    for case in histories(log(built(*steps, checks=checks))).values():
        done = [row.activity for row in case]
        behind_p = ["for A", "for all", "Q"] if case[0].client == "A" else ["for all", "Q"]
        behind_q = ["never behind a check"] if case[0].client == "A" else []
        assert done == ["P", *behind_p, "Q", *behind_q, "P", *behind_p]
        assert all(one.end == other.enabled == other.ready for one, other in pairwise(case))
        assert [bool(row.flags & LAST) for row in case] == [False] * (len(case) - 1) + [True]
        assert all(bool(row.flags & CLIENT_ACT) == (row.activity == "for A") for row in case)


def test_clients_may_have_routes_of_their_own(built: Any, log: Any) -> None:
    plain = built(*(Step(activity=name) for name in "PQ"))
    own = {"A": {"start": (Route(to="s1", share=1.0),)}, "B": {"s0": (Route(to="end", share=1.0),)}}
    for case in histories(log(replace(plain, client_routes=own))).values():
        assert [row.activity for row in case] == (["Q"] if case[0].client == "A" else ["P"])


def test_work_stops_at_the_end_of_hours_and_goes_on_with_the_same_person(built: Any, log: Any) -> None:
    """Ten hours of work from Friday 16:00 to 17:00 on: one on Friday, eight on Monday, the rest on Tuesday."""
    people = {name: Person(teams=("desk",), calendar="office") for name in ("Ann", "Bob")}
    rows = log(built(Step(activity="P", team="desk", duration=fixed(10)), people=people, clients={"A": at(112, 1.0)}))
    (row, *_others) = rows
    assert 4 * DAY + 16 * HOUR <= row.start == row.ready < 4 * DAY + 17 * HOUR
    assert row.end == pytest.approx(row.start + 10 * HOUR + 2 * DAY + 2 * 16 * HOUR)


def test_a_case_at_night_waits_for_the_morning(built: Any, log: Any) -> None:
    people = {"Ann": Person(teams=("desk",), calendar="office")}
    rows = log(built(Step(activity="P", team="desk", duration=fixed(0.1)), people=people, clients={"A": at(1)}))
    assert [row.start for row in rows] == [9 * HOUR + 360.0 * place for place in range(len(rows))]


def test_speed_divides_the_work(built: Any, log: Any) -> None:
    people = {"Ann": Person(teams=("desk",), calendar="always", speed=4.0)}
    rows = log(built(Step(activity="P", team="desk", duration=fixed(2)), people=people))
    assert {round(row.end - row.start, 6) for row in rows} == {0.5 * HOUR}


def test_the_one_who_has_been_idle_longest_is_taken(built: Any, log: Any) -> None:
    """With little to do, three people take turns; nobody is taken while he is off duty."""
    people = {name: Person(teams=("desk",), calendar="always") for name in ("Ann", "Bob", "Cy")}
    people["Dee"] = Person(teams=("desk",), calendar="office")
    step = Step(activity="P", team="desk", duration=fixed(0.001))
    rows = log(built(step, people=people, clients={"A": at(150, 30.0)}))
    assert [row.person for row in rows[:6]] == ["Ann", "Bob", "Cy"] * 2


def test_with_room_for_several_the_least_loaded_is_taken(built: Any, log: Any) -> None:
    people = {name: Person(teams=("desk",), calendar="always", at_once=2) for name in ("Ann", "Bob")}
    rows = log(built(Step(activity="P", team="desk", duration=fixed(50)), people=people, clients={"A": at(0, 8.0)}))
    rows.sort(key=lambda row: row.start)
    assert [row.person for row in rows[:4]] == ["Ann", "Bob", "Ann", "Bob"]
    assert rows[4].start == rows[0].end


def test_somebody_in_two_teams_takes_the_highest_rank_then_the_oldest(built: Any, log: Any) -> None:
    """Ann comes at nine; A's cases wait at the front desk, B's at the back desk since longer, C's rank higher there."""
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(0.1)),
        Step(activity="Q", team="back", duration=fixed(0.1)),
        clients={"A": at(3), "B": at(1), "C": at(5)},
        client_routes={name: {"start": (Route(to="s1", share=1.0),)} for name in "BC"},
        teams={"desk": Team(), "back": Team(priority={"C": 1})},
        people={"Ann": Person(teams=("desk", "back"), calendar="office")},
    )
    both_end = {"s0": (Route(to="end", share=1.0),), "s1": (Route(to="end", share=1.0),)}
    rows = log(replace(organisation, routes={**organisation.routes, **both_end}))
    waited = [row.client for row in rows if row.ready < 9 * HOUR]
    assert waited == sorted(waited, key="CBA".index)
    assert set(waited) == set("ABC")


def test_the_case_goes_on_before_the_person_looks_for_work(built: Any, log: Any) -> None:
    """Ann is alone with both steps: of what is ready, the oldest is next, and her own next step is behind it."""
    step = Step(activity="P", team="desk", duration=fixed(1))
    rows = log(built(step, replace(step, activity="Q"), clients={"A": at(0, 4.0)}))
    rows = [row for row in rows if row.case < 2]
    assert [(row.case, row.activity) for row in rows] == [(0, "P"), (1, "P"), (0, "Q"), (1, "Q")]


# Rules that change while work is in hand


def test_a_new_priority_sorts_what_waits(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(1)),
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(1), "B": at(3)},
    )
    favoured = replace(organisation, teams={"desk": Team(priority={"B": 1})})
    plain, changed = (log(organisation, changes) for changes in ([], [(4 * HOUR, favoured)]))
    first_day = [row.client for row in changed if row.ready < 9 * HOUR]
    assert [row.client for row in plain if row.ready < 9 * HOUR] == sorted(first_day)
    assert first_day == sorted(first_day, reverse=True)
    assert [row.start for row in plain] == [row.start for row in changed]


def test_new_hours_move_the_end_of_work_in_hand(built: Any, log: Any) -> None:
    """Ten hours, begun on Monday at 9:00; from Monday 20:00 on Ann works around the clock: two are left."""
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(10)),
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(1, 1.0)},
    )
    longer = replace(organisation, people={"Ann": Person(teams=("desk",), calendar="always")})
    (row, *_others) = log(organisation, [(20 * HOUR, longer)], seed=4)
    assert (row.start, row.end) == (9 * HOUR, 22 * HOUR)


def test_a_new_speed_holds_for_the_rest_of_the_work(built: Any, log: Any) -> None:
    organisation = built(Step(activity="P", team="desk", duration=fixed(10)), clients={"A": at(0, 1.0)})
    faster = replace(organisation, people={"Ann": Person(teams=("desk",), calendar="always", speed=3.0)})
    (row, *_others) = log(organisation, [(4 * HOUR, faster)], seed=4)
    assert row.end == pytest.approx(4 * HOUR + (row.start + 10 * HOUR - 4 * HOUR) / 3)


def test_somebody_new_begins_at_once_with_what_waits(built: Any, log: Any) -> None:
    organisation = built(Step(activity="P", team="desk", duration=fixed(10)), clients={"A": at(0, 9.0)})
    more = replace(organisation, people={**organisation.people, "Abe": Person(teams=("desk",), calendar="always")})
    rows = sorted(log(organisation, [(4 * HOUR, more)]), key=lambda row: row.start)
    assert (rows[1].person, rows[1].start) == ("Abe", 4 * HOUR)


def test_somebody_who_leaves_finishes_what_he_has_in_hand(built: Any, log: Any) -> None:
    both = {name: Person(teams=("desk",), calendar="always") for name in ("Ann", "Bob")}
    organisation = built(Step(activity="P", team="desk", duration=fixed(10)), clients={"A": at(0, 9.0)}, people=both)
    fewer = replace(organisation, people={"Bob": both["Bob"]})
    rows = log(organisation, [(4 * HOUR, fewer)])
    assert [row.person for row in rows].count("Ann") == 1
    assert next(row for row in rows if row.person == "Ann").start < HOUR


def test_cases_in_the_queue_of_a_bypassed_step_go_on_at_once(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(1)),
        Step(activity="Q", duration=fixed(1)),
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(1), "B": at(1)},
    )
    rows = log(organisation, [(4 * HOUR, replace(organisation, skips={"A": frozenset({"s0"})}))])
    mine = [row for row in rows if row.client == "A"]
    assert mine
    assert all((row.activity, row.start, row.flags) == ("Q", 4 * HOUR, FIRST | LAST | BY_ITSELF) for row in mine)
    assert {row.activity for row in rows if row.client == "B"} == {"P", "Q"}


def test_cases_on_their_way_to_a_bypassed_step_pass_through_when_they_come(built: Any, log: Any) -> None:
    organisation = built(Step(activity="P", duration=fixed(1)), Step(activity="Q", duration=fixed(1)))
    slow = {"start": (Route(to="s0", share=1.0, delay=fixed(30)),)}
    organisation = replace(organisation, routes={**organisation.routes, **slow}, clients={"A": at(0)})
    rows = log(organisation, [(4 * HOUR, replace(organisation, skips={"A": frozenset({"s0"})}))])
    assert rows
    assert all((row.activity, row.start, row.ready) == ("Q", row.enabled + 30 * HOUR, row.start) for row in rows)


def test_cases_in_the_queue_of_a_check_that_is_lifted_go_on_at_once(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P"),
        Step(activity="Q", duration=fixed(1)),
        checks={"check": Check(after="P", step=Step(activity="C", team="desk", duration=fixed(1)))},
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(1)},
    )
    rows = log(organisation, [(4 * HOUR, replace(organisation, checks={}))])
    assert {row.activity for row in rows} == {"P", "Q"}
    assert {row.start for row in rows if row.activity == "Q"} == {4 * HOUR}


def test_an_imposed_check_holds_for_what_is_in_hand(built: Any, log: Any) -> None:
    organisation = built(Step(activity="P", duration=fixed(10)), clients={"A": at(0)})
    check = {"check": Check(after="P", step=Step(activity="C", duration=fixed(1)), client="A")}
    cases = histories(log(organisation, [(4 * HOUR, replace(organisation, checks=check))]))
    assert all([row.activity for row in case] == ["P", "C"] for case in cases.values())


def test_a_step_that_loses_its_team_needs_nobody(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(1)),
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(1)},
    )
    alone = replace(organisation, steps={"s0": Step(activity="P", duration=fixed(1))})
    rows = log(organisation, [(4 * HOUR, alone)])
    assert {(row.person, row.start, row.end) for row in rows} == {(None, 4 * HOUR, 5 * HOUR)}


def test_a_step_with_another_team_takes_its_queue_along(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P", team="desk", duration=fixed(1)),
        teams={"desk": Team(), "night": Team()},
        people={"Ann": Person(teams=("desk",), calendar="office"), "Nat": Person(teams=("night",), calendar="always")},
        clients={"A": at(1)},
    )
    moved = replace(organisation, steps={"s0": Step(activity="P", team="night", duration=fixed(1))})
    rows = log(organisation, [(4 * HOUR, moved)])
    assert [(row.team, row.person, row.start) for row in rows] == [
        ("night", "Nat", (4 + place) * HOUR) for place in range(len(rows))
    ]


def test_cases_of_a_client_who_is_gone_are_finished_by_the_common_rules(built: Any, log: Any) -> None:
    organisation = built(
        Step(activity="P", duration=fixed(10)),
        Step(activity="Q"),
        client_routes={"A": {"s0": (Route(to="end", share=1.0),)}},
    )
    gone = replace(organisation, clients={"B": organisation.clients["B"]}, client_routes={})
    cases = histories(log(organisation, [(3 * DAY, gone)]))
    last = [case for case in cases.values() if case[0].client == "A"]
    assert all(case[0].enabled < 3 * DAY for case in last)
    assert {len(case) for case in last if case[0].end < 3 * DAY} == {1}
    assert {len(case) for case in last if case[0].end > 3 * DAY} == {2}


def test_a_step_with_cases_at_it_cannot_vanish(built: Any, log: Any) -> None:
    organisation = built(Step(activity="P", duration=fixed(10)), Step(activity="Q", duration=fixed(1)))
    ways = {"start": (Route(to="s1", share=1.0),), "s1": (Route(to="end", share=1.0),)}
    without = replace(organisation, steps={"s1": organisation.steps["s1"]}, routes=ways)
    with pytest.raises(ModelError, match=r"steps > s0.*there.*keep the step"):
        log(organisation, [(3 * DAY, without)])
    assert log(organisation, [(0.0, without)])


@pytest.mark.parametrize("waits", [True, False], ids=["waiting", "on its way"])
def test_a_case_with_nothing_left_to_do_is_over(built: Any, log: Any, waits: bool) -> None:
    """At once if it waits for its only step, which its client bypasses now, or when it comes there. A row says so."""
    before = built(
        Step(activity="P", team="desk", duration=fixed(1)),
        people={"Ann": Person(teams=("desk",), calendar="office")},
        clients={"A": at(0)},
    )
    if not waits:
        slow = {"start": (Route(to="s0", share=1.0, delay=fixed(3)),)}
        before = replace(before, routes={**before.routes, **slow})
    rows = log(before, [(2 * HOUR, replace(before, skips={"A": frozenset({"s0"})}))])
    assert rows
    for row in rows:
        end = 2 * HOUR if waits else row.enabled + 3 * HOUR
        assert (row.activity, row.team, row.person) == (None, None, None)
        assert (row.ready, row.start, row.end, row.flags) == (end, end, end, FIRST | LAST | BY_ITSELF)
