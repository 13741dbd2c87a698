"""Guards of routes in both loops: by hand, and what must be the same to the bit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine import Order, Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step
from irrupt.organisation.guards import guard_in

FEW = settings(max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=list(HealthCheck))
LOOPS = pytest.mark.parametrize("reference", [False, True])
DAY = 86400.0
MET_BY_ALL, MET_BY_NOBODY = guard_in("quantity >= 0"), guard_in("quantity < 0")
QUANTITY = Distribution.uniform(0.0, 20.0)


def desk(routes: tuple[Route, ...], **client: Any) -> Organisation:
    """Whoever comes is served as usual, or in another way."""
    plain = counter()
    steps = {name: Step(activity=name, team="Desk", duration=Distribution.fixed(60.0)) for name in ("Usual", "Other")}
    ends = {name: (Route(to="end", share=1.0),) for name in steps}
    who = Client(cases_per_week=60.0, **client)
    return replace(plain, clients={"Public": who}, steps=steps, routes={"start": routes, **ends})


def other(when: str) -> tuple[Route, ...]:
    return Route(to="Other", share=1.0, when=guard_in(when)), Route(to="Usual", share=1.0)


def first_made(rules: Organisation, orders: list[Order], reference: bool) -> dict[float, str]:
    """Of orders that are brought to an empty desk: when they are due -> where they went first."""
    run = Simulation(
        replace(rules, clients={"Public": replace(rules.clients["Public"], cases_per_week=0.0)}),
        seed=1,
        weeks=1,
        reference=reference,
    )
    run.bring(orders)
    return {
        float(due): run.legend.activities[activity]
        for rows in run.run()
        for due, activity in zip(rows.due, rows.activity, strict=True)
    }


@LOOPS
def test_orders_go_where_their_quantity_and_their_time_send_them(reference: bool) -> None:
    asked = [(5.0, 1.0 * DAY), (15.0, 1.5 * DAY), (15.5, 2.0 * DAY), (20.0, 3.0 * DAY)]
    orders = [Order(client="Public", name=str(due), quantity=quantity, due=due) for quantity, due in asked]
    rules = desk(other("quantity > 15 and due <= 2 days or due < 25 h"))
    assert first_made(rules, orders, reference) == {
        1.0 * DAY: "Other",
        1.5 * DAY: "Usual",
        2.0 * DAY: "Other",
        3.0 * DAY: "Usual",
    }


def test_a_guard_on_the_class_is_a_route_for_it_only(make: SimpleNamespace) -> None:
    two = {"small": 0.5, "large": 0.5}
    by_guard = desk(other("class is large"), classes=two)
    only = desk((Route(to="Other", share=1.0, only="large"), Route(to="Usual", share=1.0)), classes=two)
    rows = make.whole(by_guard)
    assert make.same(rows, make.whole(only))
    assert 0 < (rows.activity == 0).sum() < len(rows.activity)


def test_a_guard_on_the_quantity_is_that_of_a_class_that_goes_by_it(make: SimpleNamespace) -> None:
    halves: dict[str, Any] = {"classes": {"small": 0.5, "large": 0.5}, "by_quantity": ("small", "large")}
    rows = make.whole(desk(other("quantity >= 10"), quantity=QUANTITY, **halves))
    assert make.same(rows, make.whole(desk(other("class is large"), quantity=QUANTITY, **halves)))


@pytest.mark.one_in(2)
@LOOPS
def test_what_is_due_just_then_is_so_whatever_rounding_does(make: SimpleNamespace, reference: bool) -> None:
    """A case comes at any moment, and is due five days later."""
    for when, name in (("due <= 5 days", "Other"), ("due < 5 days", "Usual"), ("due >= 5 days", "Other")):
        run = Simulation(desk(other(when), due=Distribution.fixed(5 * DAY)), seed=1, weeks=8, reference=reference)
        assert {run.legend.activities[one] for rows in run.run() for one in rows.activity.tolist()} == {name}


def again(rules: Organisation, routes: Any) -> Organisation:
    return replace(
        rules,
        routes={place: routes(there) for place, there in rules.routes.items()},
        client_routes={
            name: {place: routes(there) for place, there in own.items()} for name, own in rules.client_routes.items()
        },
    )


@FEW
@given(data=st.data())
def test_guards_that_all_meet_or_nobody_does_change_nothing(make: SimpleNamespace, data: Any) -> None:
    """To the bit: routes that all may take, beside others for nobody; and guards that are written otherwise."""
    rules = data.draw(make.organisations())
    plain = again(rules, lambda routes: tuple(route for route in routes if route.when is None))
    rows = make.whole(plain)

    def all_and_nobody(routes: tuple[Route, ...]) -> tuple[Route, ...]:
        for_all = [replace(route, when=MET_BY_ALL) for route in routes]
        whose = dict.fromkeys(route.only for route in routes)
        return (*(Route(to="end", share=1.0, only=only, when=MET_BY_NOBODY) for only in whose), *for_all, *routes)

    assert make.same(rows, make.whole(again(plain, all_and_nobody)))
    twice = {guard: guard_in(f"{guard} or {guard}") for guard in rules.guards()}
    otherwise = again(rules, lambda routes: tuple(replace(one, when=twice.get(one.when)) for one in routes))
    assert make.same(make.whole(rules), make.whole(otherwise))


@FEW
@given(data=st.data())
def test_both_loops_follow_guards_that_change(make: SimpleNamespace, data: Any) -> None:
    """While cases wait and are on their way; also with all that must hold looked at after every event."""
    drawn = data.draw(make.organisations())
    busy = {name: replace(one, cases_per_week=one.cases_per_week + 20) for name, one in drawn.clients.items()}
    rules = replace(drawn, clients=busy)
    texts = st.sampled_from(["quantity > 0.7", "due < 1 day", "quantity < 0.2 or due > 4 days"])
    new = {guard: guard_in(f"{data.draw(texts)} or quantity > {at + 3}") for at, guard in enumerate(rules.guards())}
    changed = again(rules, lambda routes: tuple(replace(one, when=new.get(one.when)) for one in routes))
    pauses = [(100000.0, changed), (200000.0, rules), (300000.0, replace(changed, skips={})), (651600.0, rules)]
    rows = make.whole(rules, pauses=pauses)
    assert make.same(rows, make.whole(rules, pauses=pauses, reference=True))
    assert make.same(rows, make.whole(rules, pauses=pauses, checked=True))


def test_what_a_case_is_like_is_told_from_a_run_as_from_the_numbers(make: SimpleNamespace) -> None:
    """Of all that come, those above 15 go the other way."""
    run = Simulation(desk(other("quantity > 15"), quantity=QUANTITY), seed=3, weeks=200)
    share = np.mean(np.concatenate([rows.activity.copy() for rows in run.run()]) == 0)
    assert share == pytest.approx(0.25, abs=0.02)
