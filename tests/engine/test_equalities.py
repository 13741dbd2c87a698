"""Other ways to say the same rules give the same history; and more people, less to do or a faster one never make those
wait longer of whom it can be proved."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.engine.examples import counter
from irrupt.organisation import (
    Calendar,
    Check,
    Client,
    Distribution,
    Older,
    Organisation,
    Patience,
    Person,
    Route,
    Step,
    Team,
)
from irrupt.organisation.distributions import NONE

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
END = (Route(to="end", share=1.0),)
WEEK = 604800.0


def to(*ways: tuple[str, float]) -> tuple[Route, ...]:
    return tuple(Route(to=step, share=share) for step, share in ways)


def two_steps(**more: Any) -> Organisation:
    """Cases are opened, worked on, sometimes twice, and closed, by two people who keep different hours."""
    work = Distribution.lognormal(1200.0, 1.0)
    return replace(
        counter(cases_per_week=250.0),
        steps={
            "Open": Step(activity="Open", team="Desk", duration=Distribution.gamma(300.0, 0.5)),
            "Work": Step(activity="Work", team="Back", duration=work),
            "Close": Step(activity="Close", team="Desk", duration=Distribution.exponential(200.0)),
        },
        routes={
            "start": to(("Open", 1.0)),
            "Open": to(("Close", 0.25), ("Work", 0.75)),
            "Work": to(("Close", 0.5), ("Work", 0.25), ("end", 0.25)),
            "Close": END,
        },
        teams={"Desk": Team(), "Back": Team(order="shortest")},
        people={
            "Ann": Person(teams=("Desk",), calendar="day"),
            "Bob": Person(teams=("Desk", "Back"), calendar="always"),
        },
        calendars={"always": Calendar(hours=((0, 10080),)), "day": Calendar(hours=((480, 1080), (1920, 2520)))},
        **more,
    )


@pytest.fixture(scope="module")
def plain(make: SimpleNamespace) -> Rows:
    """What comes of `two_steps`."""
    return make.whole(two_steps())


def told(rows: Rows) -> list[bytes]:
    """All but the numbers that stand for names."""
    return [rows.case.tobytes(), *(column.tobytes() for column in rows[Rows._fields.index("enabled") :])]


@FEW
@given(data=st.data())
def test_what_teams_calendars_and_distributions_are_called_does_not_matter(make: SimpleNamespace, data: Any) -> None:
    """Nothing that is drawn has to do with these names."""
    rules = data.draw(make.organisations())

    def called(name: str | None) -> Any:
        return name and f"the {name}"

    def timed(time: Any) -> Any:
        return called(time) if isinstance(time, str) else time

    def aged(older: tuple[Older, ...]) -> tuple[Older, ...]:
        return tuple(replace(one, delay=timed(one.delay)) for one in older)

    def moved(routes: Any) -> Any:
        return {
            at: tuple(replace(r, hours=called(r.hours), delay=timed(r.delay), older=aged(r.older)) for r in w)
            for at, w in routes.items()
        }

    def dated(one: Client) -> Client:
        by_class = {kind: timed(due) for kind, due in one.due_by_class.items()}
        return replace(one, due=timed(one.due), due_by_class=by_class, due_per_unit=timed(one.due_per_unit))

    def step(one: Step) -> Step:
        times = {"duration": timed(one.duration), "per_unit": timed(one.per_unit)}
        batch = one.batch and replace(one.batch, set_up=timed(one.batch.set_up), at=timed(one.batch.at))
        return replace(one, team=called(one.team), place=called(one.place), batch=batch, **times)

    other = replace(
        rules,
        clients={n: dated(c) for n, c in rules.clients.items()},
        steps={name: step(one) for name, one in rules.steps.items()},
        routes=moved(rules.routes),
        client_routes={client: moved(routes) for client, routes in rules.client_routes.items()},
        checks={name: replace(check, step=step(check.step)) for name, check in rules.checks.items()},
        patience={name: replace(one, lasts=timed(one.lasts)) for name, one in rules.patience.items()},
        teams={called(name): team for name, team in rules.teams.items()},
        people={
            name: replace(
                one,
                teams=tuple(map(called, one.teams)),
                calendar=called(one.calendar),
                team_hours={called(team): called(calendar) for team, calendar in one.team_hours.items()},
            )
            for name, one in rules.people.items()
        },
        calendars={called(name): calendar for name, calendar in rules.calendars.items()},
        distributions={called(name): time for name, time in rules.distributions.items()},
    )
    assert make.same(make.whole(rules), make.whole(other))


@FEW
@given(data=st.data())
def test_routes_that_nobody_takes_and_routes_in_two_halves(make: SimpleNamespace, data: Any) -> None:
    rules = data.draw(make.organisations())
    whole = {name for name, step in rules.steps.items() if step.split == "one"} | {"start"}

    def halved(routes: tuple[Route, ...]) -> tuple[Route, ...]:
        return tuple(half for r in routes for half in 2 * (replace(r, share=r.share / 2),))

    def never(routes: tuple[Route, ...]) -> tuple[Route, ...]:
        kinds = {route.only for route in routes}
        return (*routes, *(Route(to="end", share=0.0, only=kind, delay=Distribution.fixed(9.0)) for kind in kinds))

    usual = make.whole(rules)
    for change in (halved, never):
        ways = {at: change(routes) if at in whole else routes for at, routes in rules.routes.items()}
        assert make.same(make.whole(replace(rules, routes=ways)), usual)


@FEW
@given(data=st.data())
def test_routes_of_a_client_or_a_class_that_are_everybodys(make: SimpleNamespace, data: Any) -> None:
    """Said again for one client, or for one class of cases, they change nothing."""
    rules = data.draw(make.organisations())
    rules = replace(rules, client_routes={})
    assert make.same(make.whole(replace(rules, client_routes={"client 0": rules.routes})), make.whole(rules))
    plain = {at: tuple(route for route in ways if route.only is None) for at, ways in rules.routes.items()}
    again = {at: (*ways, *(replace(route, only="large") for route in ways)) for at, ways in plain.items()}
    assert make.same(make.whole(replace(rules, routes=again)), make.whole(replace(rules, routes=plain)))


@FEW
@given(data=st.data())
def test_a_longer_run_begins_like_a_shorter_one(make: SimpleNamespace, data: Any) -> None:
    rules = data.draw(make.organisations())
    rules = replace(rules, clients={n: replace(c, appointments=()) for n, c in rules.clients.items()})
    runs = [make.whole(rules, weeks=weeks) for weeks in (1.0, 2.0)]
    first = [Rows(*(column[rows.end < WEEK] for column in rows)) for rows in runs]
    assert make.same(*first)


def test_joins_where_nothing_splits_and_splits_with_one_way(make: SimpleNamespace, plain: Rows) -> None:
    rules = two_steps()
    joined = {name: replace(step, join=True) for name, step in rules.steps.items()}
    assert make.same(make.whole(replace(rules, steps=joined)), plain)
    lone = {**rules.steps, "Close": replace(rules.steps["Close"], split="all")}
    assert make.same(make.whole(replace(rules, steps=lone)), plain)


def test_a_step_in_two_copies(make: SimpleNamespace, plain: Rows) -> None:
    """Half of the cases go to each: what is drawn hangs on the activity, and on how often it was done."""
    rules = two_steps()
    steps = {**rules.steps, "Work 2": rules.steps["Work"]}
    ways = {
        **rules.routes,
        "Open": to(("Close", 0.25), ("Work", 0.375), ("Work 2", 0.375)),
        "Work": to(("Close", 0.5), ("Work", 0.125), ("Work 2", 0.125), ("end", 0.25)),
    }
    assert make.same(make.whole(replace(rules, steps=steps, routes={**ways, "Work 2": ways["Work"]})), plain)


def test_a_step_that_all_skip_is_a_step_that_is_not_there(make: SimpleNamespace) -> None:
    rules = two_steps()
    without = {"start": to(("Work", 1.0)), "Work": to(("Work", 0.25), ("end", 0.75))}
    gone = replace(rules, steps={"Work": rules.steps["Work"]}, routes=without)
    between = {"start": to(("Open", 1.0)), "Open": to(("Work", 1.0)), "Work": without["Work"]}
    there = replace(
        rules,
        steps={n: rules.steps[n] for n in ("Open", "Work")},
        routes=between,
        skips={"Public": frozenset({"Open"})},
    )
    assert told(make.whole(there)) == told(make.whole(gone))


def test_a_check_on_all_cases_is_a_step_behind(make: SimpleNamespace) -> None:
    audit = Step(activity="Audit", team="Back", duration=Distribution.fixed(400.0))
    rules = replace(two_steps(), teams={"Desk": Team(), "Back": Team()})
    rules = replace(rules, routes={**rules.routes, "Work": to(("Close", 1.0))})
    checked = replace(rules, checks={"audit": Check(after="Work", step=audit)})
    ways = {**rules.routes, "Work": to(("Audit", 1.0)), "Audit": to(("Close", 1.0))}
    assert make.same(
        make.whole(replace(rules, steps={**rules.steps, "Audit": audit}, routes=ways)), make.whole(checked)
    )


def test_patience_without_end_is_no_patience(make: SimpleNamespace, plain: Rows) -> None:
    gone = Patience(at="Work", lasts=Distribution.fixed(1e12), activity="Gone")
    assert told(make.whole(replace(two_steps(), patience={"gone": gone}))) == told(plain)


def test_time_for_each_unit_of_one_is_time(make: SimpleNamespace, plain: Rows) -> None:
    """So is a class that all cases have, with the factor 1 and a rank of its own, beside one that all activities have;
    and time of which a client's cases take a part and the others' the rest is their own."""
    rules = two_steps()
    units = {name: replace(s, duration=NONE, per_unit=s.duration) for name, s in rules.steps.items()}
    assert make.same(make.whole(replace(rules, steps=units)), plain)
    steps = {name: replace(s, by_class={"all": 1.0}) for name, s in rules.steps.items()}
    everything = dict.fromkeys(rules.activities(), 2)
    clients = {name: replace(client, classes={"all": 1.0}, by_quantity=()) for name, client in rules.clients.items()}
    teams = {
        name: replace(team, class_priority={"all": 3}, activity_priority=everything)
        for name, team in rules.teams.items()
    }
    assert make.same(make.whole(replace(rules, steps=steps, clients=clients, teams=teams)), plain)


def test_a_factor_of_every_client_is_one_of_time(make: SimpleNamespace) -> None:
    """A power of two changes no digit."""
    rules = two_steps()
    longer = {name: replace(s, duration=s.duration.times(2.0)) for name, s in rules.steps.items()}
    factors = {name: replace(s, by_client=dict.fromkeys(rules.clients, 2.0)) for name, s in rules.steps.items()}
    assert make.same(make.whole(replace(rules, steps=factors)), make.whole(replace(rules, steps=longer)))


def test_a_factor_of_what_is_done_again_is_a_step_of_the_same_activity_that_takes_so_long(
    make: SimpleNamespace,
) -> None:
    """And it changes nothing where nothing is done again. A power of two changes no digit."""
    rules = two_steps()
    work = rules.steps["Work"]
    assert isinstance(work.duration, Distribution)
    by_factor = {name: replace(step, again=2.0 if name == "Work" else 3.0) for name, step in rules.steps.items()}
    steps = {**rules.steps, "More work": replace(work, duration=work.duration.times(2.0))}
    leads = to(("Close", 0.5), ("More work", 0.25), ("end", 0.25))
    routes = {**rules.routes, "Work": leads, "More work": leads}
    by_step = make.whole(replace(rules, steps=steps, routes=routes))
    assert make.same(make.whole(replace(rules, steps=by_factor)), by_step)


def test_hours_in_pieces_and_hands_of_two(make: SimpleNamespace) -> None:
    """Hours without a break between them; and two people with one hand each, for one with two."""
    pieces = Calendar(hours=tuple((at, at + 240) for at in range(0, 10080, 240)))
    rules = counter(0.9, cases_per_week=200.0)
    one, other = make.whole(rules), make.whole(replace(rules, calendars={"always": pieces}))
    assert np.allclose(one.end, other.end, rtol=1e-12)
    two = make.whole(replace(rules, people={name: Person(teams=("Desk",), calendar="always") for name in "AB"}))
    hands = {"A": Person(teams=("Desk",), calendar="always", at_once=2)}
    assert told(make.whole(replace(rules, people=hands))) == told(two)


def test_two_teams_with_the_same_people_are_one(make: SimpleNamespace) -> None:
    rules = two_steps()
    people = {name: replace(person, teams=("Back", "Desk")) for name, person in rules.people.items()}
    both = replace(rules, teams={"Desk": Team(), "Back": Team()}, people=people)
    steps = {name: replace(step, team="Desk") for name, step in rules.steps.items()}
    people = {name: replace(person, teams=("Desk",)) for name, person in people.items()}
    one = replace(rules, steps=steps, teams={"Desk": Team()}, people=people)
    assert told(make.whole(both)) == told(make.whole(one))


def starts(rows: Rows) -> np.ndarray:
    """When each case was begun."""
    return rows.start[np.argsort(rows.case)]


def desk(people: int, speed: float = 1.0, load: float = 1.9) -> Organisation:
    """A queue, first come, first served, of cases of two clients."""
    rules = counter(load, cases_per_week=300.0)
    half = replace(next(iter(rules.clients.values())), cases_per_week=150.0)
    staff = {str(number): Person(teams=("Desk",), calendar="always", speed=speed) for number in range(people)}
    return replace(rules, clients={"A": half, "B": half}, people=staff)


def test_more_people_faster_ones_or_less_to_do_never_make_anybody_wait_longer(make: SimpleNamespace) -> None:
    """In one queue that is served as cases come, case by case (Kiefer & Wolfowitz 1955): their waits are an increasing
    function of the work and of the people who are lacking."""
    rows = make.whole(desk(2))
    usual = starts(rows)
    assert np.all(starts(make.whole(desk(3))) <= usual)
    assert np.all(starts(make.whole(desk(2, speed=1.25))) <= usual + 1e-6)
    alone = make.whole(replace(desk(2), clients={"A": desk(2).clients["A"], "B": Client(cases_per_week=0.0)}))
    mine = rows.client[np.argsort(rows.case)] == 0
    assert np.all(starts(alone) <= usual[mine])
    assert (starts(alone) < usual[mine]).any()


@pytest.mark.parametrize("order", ["last come", "shortest", "earliest due"])
def test_whatever_the_order_one_person_is_busy_at_the_same_times(make: SimpleNamespace, order: Any) -> None:
    """Who does not idle while there is work has done it all at the same moment, in whatever order he takes it."""

    def idle(rules: Organisation) -> np.ndarray:
        rows = make.whole(rules)
        begin, end = np.sort(rows.start), np.sort(rows.end)
        return np.concatenate([begin[1:][begin[1:] > end[:-1] + 1e-6], end[-1:]])

    rules = desk(1, load=0.8)
    due = {name: replace(c, due=Distribution.exponential(WEEK)) for name, c in rules.clients.items()}
    other = replace(rules, clients=due, teams={"Desk": Team(order=order, priority={"B": 1})})
    assert np.allclose(idle(other), idle(rules), rtol=1e-12)
    assert not np.allclose(starts(make.whole(other)), starts(make.whole(rules)))
