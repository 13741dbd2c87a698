"""People of a team who do not do all that is asked of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Crossing, Simulation
from irrupt.engine.desks import desks, team_of
from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.asked import alone
from irrupt.organisation.guards import above, guard_in

BOTH = pytest.mark.parametrize("reference", [False, True])


def shop(**people: Person) -> Organisation:
    """A team that sells and repairs, both as often; *people* are added to it."""
    plain = counter(0.5)
    steps = {
        "Sell": Step(activity="Sell", team="Desk", duration=Distribution.exponential(900.0)),
        "Repair": Step(activity="Repair", team="Desk", duration=Distribution.exponential(1500.0)),
    }
    return replace(
        plain,
        clients={name: Client(cases_per_week=400.0) for name in plain.clients},
        steps=steps,
        routes={
            "start": (Route(to="Sell", share=0.5), Route(to="Repair", share=0.5)),
            **{name: (Route(to="end", share=1.0),) for name in steps},
        },
        people={"Ann": Person(teams=("Desk",), calendar="always"), **people},
    )


SELLS = Person(teams=("Desk",), calendar="always", does_not=("Repair",))
REPAIRS = Person(teams=("Desk",), calendar="always", does_not=("Sell",))


def assert_two_teams(make: SimpleNamespace, one: Organisation, his: str, reference: bool) -> None:
    """*one* makes the rows of an organisation in which the step that is *his* is that of Bob's own team."""
    people = {name: Person(teams=(team,), calendar="always") for name, team in (("Ann", "Desk"), ("Bob", "Shop"))}
    steps = {**one.steps, his: replace(one.steps[his], team="Shop")}
    two = replace(one, steps=steps, teams={**one.teams, "Shop": Team()}, people=people)
    rows, other = (make.whole(rules, reference=reference) for rules in (one, two))
    assert make.same(rows._replace(team=other.team), other)
    assert set(rows.team.tolist()) == {0}


@pytest.mark.one_in(2)
@BOTH
def test_who_share_no_activity_are_two_teams(make: SimpleNamespace, reference: bool) -> None:
    """The same rows as those of two teams with a queue each, but for the names of the teams."""
    assert_two_teams(make, replace(shop(), people={"Ann": SELLS, "Bob": REPAIRS}), "Repair", reference)


@pytest.mark.one_in(2)
@BOTH
def test_nobody_does_what_he_does_not_do(make: SimpleNamespace, reference: bool) -> None:
    organisation = shop(Bob=SELLS)
    legend = Simulation(organisation, seed=1, weeks=0.0).legend
    rows = make.whole(organisation, weeks=6.0, reference=reference)
    his = rows.activity[rows.person == legend.people.index("Bob")]
    assert len(his) > 50
    assert set(his.tolist()) == {legend.activities.index("Sell")}


@pytest.mark.one_in(2)
@BOTH
def test_a_skill_that_is_missing_makes_others_wait(make: SimpleNamespace, reference: bool) -> None:
    """Repairs wait longer where one of two does none; whoever does them leaves sales to the other."""
    waits = {}
    for bob in (SELLS, replace(SELLS, does_not=())):
        rows = make.whole(shop(Bob=bob), weeks=4.0 if reference else 20.0, reference=reference)
        waits[bob.does_not] = [float(np.mean((rows.start - rows.ready)[rows.activity == n])) for n in (0, 1)]
    (repairs, sales), (_all, _sales) = waits["Repair",], waits[()]
    assert repairs > 1.3 * sales
    assert repairs > 1.3 * waits[()][0]


@pytest.mark.one_in(2)
@BOTH
@pytest.mark.parametrize("lacks", ["not_of_class", "not_for_client", "not_when"])
def test_who_share_no_cases_are_two_teams(make: SimpleNamespace, reference: bool, lacks: str) -> None:
    """Cases of two classes, of two clients, or above and below a limit, each with somebody of their own, are those of
    two queues."""
    client = Client(cases_per_week=500.0)
    plain = shop()
    whose_not: dict[str, Any] = {"red": ("red",), "blue": ("blue",)}
    if lacks == "not_when":
        asks = Distribution.lognormal(5.0, 1.0)
        whose = {name: replace(client, quantity=asks) for name in plain.clients}
        start = {"start": (Route(to="Red", share=1.0, when=above(5.0)), Route(to="Blue", share=1.0))}
        own: dict[str, Any] = {}
        whose_not = {"red": above(5.0), "blue": guard_in("quantity <= 5")}
    elif lacks == "not_of_class":
        whose = {name: replace(client, classes={"red": 0.3, "blue": 0.7}) for name in plain.clients}
        red, blue = Route(to="Red", share=1.0, only="red"), Route(to="Blue", share=1.0, only="blue")
        start, own = {"start": (red, blue)}, {}
    else:
        whose = {"blue": client, "red": client}
        start, own = {"start": (Route(to="Blue", share=1.0),)}, {"red": {"start": (Route(to="Red", share=1.0),)}}
    sell = plain.steps["Sell"]
    one = replace(
        plain,
        clients=whose,
        steps={"Red": sell, "Blue": sell},
        routes={**start, "Red": (Route(to="end", share=1.0),), "Blue": (Route(to="end", share=1.0),)},
        client_routes=own,
        people={
            name: Person(teams=("Desk",), calendar="always", **{lacks: {"Sell": whose_not[other]}})  # type: ignore[arg-type]
            for name, other in (("Ann", "red"), ("Bob", "blue"))
        },
    )
    assert_two_teams(make, one, "Red", reference)


@pytest.mark.one_in(2)
@BOTH
def test_who_does_it_for_nobody_does_not_do_it(make: SimpleNamespace, reference: bool) -> None:
    """All classes, or all clients, one by one are the whole of it, to the bit; so is whatever a case is like."""
    plain = shop(Bob=SELLS)
    classes = {name: replace(one, classes={"red": 0.3, "blue": 0.7}) for name, one in plain.clients.items()}
    plain = replace(plain, clients=classes)
    found = [
        make.whole(replace(plain, people={**plain.people, "Bob": bob}), reference=reference)
        for bob in (
            SELLS,
            replace(SELLS, does_not=(), not_of_class={"Repair": ("red", "blue")}),
            replace(SELLS, does_not=(), not_for_client={"Repair": tuple(plain.clients)}),
            replace(SELLS, does_not=(), not_when={"Repair": guard_in("class is red or class is blue")}),
            replace(SELLS, does_not=(), not_when={"Repair": guard_in("quantity <= 3 or quantity > 2 and due > 1 h")}),
        )
    ]
    assert all(make.same(one, found[0]) for one in found[1:])


@pytest.mark.one_in(2)
@BOTH
def test_what_is_done_for_a_client_no_more_is_left_to_others_where_it_waits(
    make: SimpleNamespace, reference: bool
) -> None:
    plain = shop(Bob=replace(SELLS, does_not=()))
    plain = replace(plain, clients={name: Client(cases_per_week=300.0) for name in ("A", "B")})
    bob = replace(plain.people["Bob"], not_for_client={"Repair": ("B",)})
    after = replace(plain, people={**plain.people, "Bob": bob})
    legend = Simulation(after, seed=1, weeks=0.0, reference=reference).legend
    rows = make.whole(plain, pauses=[(604800.0, after)], reference=reference, weeks=3.0)
    his = (rows.activity == legend.activities.index("Repair")) & (rows.person == legend.people.index("Bob"))
    theirs = his & (rows.client == legend.clients.index("B"))
    assert (rows.start[theirs] < 604800.0).all()
    assert theirs.sum() > 20
    assert (rows.start[his] >= 604800.0).sum() > 20


def test_what_nobody_of_a_team_is_asked_for_changes_nothing(make: SimpleNamespace) -> None:
    plain = shop(Bob=replace(SELLS, does_not=()))
    assert make.same(make.whole(plain), make.whole(shop(Bob=replace(SELLS, does_not=("Audit",)))))


@pytest.mark.one_in(2)
@BOTH
def test_the_queues_of_a_team_count_as_one(make: SimpleNamespace, reference: bool) -> None:
    """A threshold on what waits for the team is about all of it; the desks are not named anywhere."""
    run = Simulation(shop(Bob=SELLS), seed=1, weeks=8.0, reference=reference)
    for _rows in run.run(watch=Crossing(team="Desk", above=6)):
        pass
    assert run.crossed
    assert run.waiting == {"Desk": 7}
    assert run.legend.teams == ("Desk",)


@pytest.mark.one_in(2)
@BOTH
@pytest.mark.parametrize("limit", [1, 2])
def test_a_limit_is_about_all_that_waits_for_a_team(make: SimpleNamespace, reference: bool, limit: int) -> None:
    """Whoever hands over keeps the case while the queues together are full."""
    plain = shop(Bob=SELLS)
    first = Step(activity="Greet", team="Door", duration=Distribution.exponential(300.0))
    rules = replace(
        plain,
        steps={**plain.steps, "Greet": first},
        routes={**plain.routes, "start": (Route(to="Greet", share=1.0),), "Greet": plain.routes["start"]},
        teams={"Desk": Team(limit=limit), "Door": Team()},
        people={**plain.people, "Dan": Person(teams=("Door",), calendar="always")},
    )
    run = Simulation(rules, seed=1, weeks=4.0 if reference else 20.0, reference=reference)
    for _rows in run.run(watch=Crossing(team="Desk", above=limit)):
        pass
    assert not run.crossed


def test_the_desks_of_a_team_stand_together() -> None:
    found = desks(replace(shop(Bob=SELLS, Cid=REPAIRS), teams={"Desk": Team(), "Desk 2": Team(), "Des": Team()}))
    assert [team_of(name) for name in found.names] == ["Des", "Desk", "Desk", "Desk", "Desk 2"]
    assert found.names[found.first["Desk"]] == "Desk"
    assert {found.of("Desk", "Sell"), found.of("Desk", "Repair")} == {2, 3}


def test_an_activity_that_nobody_does_is_refused() -> None:
    with pytest.raises(ModelError, match=r'steps > Repair > team.*nobody in Desk does "Repair"'):
        Simulation(replace(shop(), people={"Ann": SELLS}), seed=1, weeks=1.0)
    lone = replace(shop(Bob=SELLS), people={"Ann": replace(SELLS, does_not=(), not_for_client={"Sell": ("Public",)})})
    with pytest.raises(ModelError, match=r'steps > Sell > team.*nobody in Desk does "Sell" in cases of Public'):
        Simulation(lone, seed=1, weeks=1.0)
    with pytest.raises(ModelError, match=r"people > Ann > does not > 1.*did you mean"):
        Simulation(replace(shop(), people={"Ann": replace(SELLS, does_not=("Repare",))}), seed=1, weeks=1.0)


@BOTH
def test_nobody_is_asked_for_a_class_that_a_client_has_no_cases_of(make: SimpleNamespace, reference: bool) -> None:
    """A shop whose cases are small alone was refused for want of somebody who does large ones of it."""
    plain = shop(Bob=replace(SELLS, does_not=(), not_of_class={"Sell": ("large",)}))
    clients = {
        "A": Client(cases_per_week=200.0, classes={"small": 1.0}),
        "B": Client(cases_per_week=200.0, classes={"small": 0.5, "large": 0.5}),
    }
    ann = replace(plain.people["Ann"], not_for_client={"Sell": ("A",)})
    rules = replace(plain, clients=clients, people={**plain.people, "Ann": ann})
    rows = make.whole(rules, reference=reference)
    legend = Simulation(rules, seed=1, weeks=0.0, reference=reference).legend
    sold = rows.activity == legend.activities.index("Sell")
    his = sold & (rows.client == legend.clients.index("A"))
    assert his.any()
    assert set(rows.person[his].tolist()) == {legend.people.index("Bob")}
    assert set(rows.person[sold & ~his].tolist()) == {0, 1}
    clients = {**clients, "A": replace(clients["A"], classes={"small": 0.5, "large": 0.5})}
    with pytest.raises(ModelError, match='nobody in Desk does "Sell" in cases of A of the class large;'):
        Simulation(replace(rules, clients=clients), seed=1, weeks=1.0)


@BOTH
def test_nobody_is_asked_for_a_class_that_no_route_brings(make: SimpleNamespace, reference: bool) -> None:
    """A team that lacks a class was refused though such cases go elsewhere."""
    plain = shop(Bob=replace(SELLS, does_not=(), not_of_class={"Sell": ("large",)}))
    ann = replace(plain.people["Ann"], not_of_class={"Sell": ("large",)})
    mixed = {
        name: replace(client, cases_per_week=100.0, classes={"small": 0.5, "large": 0.5})
        for name, client in plain.clients.items()
    }
    elsewhere = Route(to="Repair", share=1.0, when=guard_in("class is large"))
    routes = {**plain.routes, "start": (elsewhere, Route(to="Sell", share=1.0)), "Sell": (Route(to="end", share=1.0),)}
    rules = replace(plain, clients=mixed, people={**plain.people, "Ann": ann}, routes=routes)
    rows = make.whole(rules, reference=reference)
    legend = Simulation(rules, seed=1, weeks=0.0, reference=reference).legend
    assert set(rows.activity.tolist()) >= {legend.activities.index("Sell"), legend.activities.index("Repair")}
    bob = replace(plain.people["Bob"], not_of_class={})
    assert not alone(replace(rules, people={**rules.people, "Bob": bob}), "Desk")
    back = {**routes, "Repair": (Route(to="Sell", share=0.5), Route(to="end", share=0.5))}
    with pytest.raises(ModelError, match='nobody in Desk does "Sell" in cases of the class large;'):
        Simulation(replace(rules, routes=back), seed=1, weeks=1.0)
    assert alone(replace(rules, routes=back, people={**rules.people, "Bob": bob}), "Desk") == {
        "Bob": [("Sell", (None, "large"))]
    }


@pytest.mark.one_in(2)
@BOTH
def test_who_has_a_limit_leaves_what_is_above_it_to_others(make: SimpleNamespace, reference: bool) -> None:
    """Also what waits when the limit is set, and none of what he did before; and when routes ask for other limits."""
    plain = shop(Bob=replace(SELLS, does_not=()))
    asks = Distribution.lognormal(5.0, 1.0)
    big, mid, small = (
        Route(to=to, share=1.0, when=when) for to, when in (("Big", above(5.0)), ("Mid", above(3.0)), ("Small", None))
    )
    seen = {
        route.to: Step(activity=route.to, team=None, duration=Distribution.fixed(0.0)) for route in (big, mid, small)
    }
    routes = {"start": (big, mid, small), **dict.fromkeys(seen, (Route(to="Repair", share=1.0),))}
    plain = replace(
        plain,
        clients={name: replace(one, quantity=asks, cases_per_week=300.0) for name, one in plain.clients.items()},
        steps={"Repair": plain.steps["Repair"], **seen},
        routes={**routes, "Repair": plain.routes["Repair"]},
    )
    bob = replace(plain.people["Bob"], not_when={"Repair": above(5.0)})
    after = replace(plain, people={**plain.people, "Bob": bob})
    lower = replace(after, people={**plain.people, "Bob": replace(bob, not_when={"Repair": above(3.0)})})
    huge = Route(to="Big", share=1.0, when=above(8.0))
    other = replace(lower, routes={**plain.routes, "start": (huge, big, mid, small)})
    legend = Simulation(after, seed=1, weeks=0.0, reference=reference).legend
    week = 604800.0
    pauses = [(week, after), (2 * week, lower), (3 * week, other)]
    rows = make.whole(plain, pauses=pauses, reference=reference, weeks=4.0)
    number = {name: legend.activities.index(name) for name in legend.activities}
    size_of = {case: name for name in seen for case in rows.case[rows.activity == number[name]].tolist()}
    his = (rows.activity == number["Repair"]) & (rows.person == legend.people.index("Bob"))
    for number_of_week, does in enumerate(({"Big", "Mid", "Small"}, {"Mid", "Small"}, {"Small"}, {"Small"})):
        begin = number_of_week * week
        mine = his & (rows.start >= begin) & (rows.start < begin + week)
        assert {size_of[case] for case in rows.case[mine].tolist()} == does


def test_a_limit_that_leaves_a_case_to_nobody_is_refused() -> None:
    plain = shop(Bob=SELLS)
    clients = {name: replace(one, quantity=Distribution.uniform(1.0, 6.0)) for name, one in plain.clients.items()}
    ann = replace(plain.people["Ann"], not_when={"Repair": above(5.0)})
    wrong = replace(plain, clients=clients, people={**plain.people, "Ann": ann})
    with pytest.raises(ModelError, match='nobody in Desk does "Repair" in cases with a quantity of 6'):
        Simulation(wrong, seed=1, weeks=1.0)
    odd = replace(ann, not_when={"Repair": guard_in("class is huge")})
    with pytest.raises(ModelError, match=r'people > Ann > not when > Repair.*no class "huge"'):
        Simulation(replace(wrong, people={**plain.people, "Ann": odd}), seed=1, weeks=1.0)
    small = {name: replace(one, quantity=Distribution.uniform(1.0, 4.0)) for name, one in clients.items()}
    Simulation(replace(wrong, clients=small), seed=1, weeks=1.0)
