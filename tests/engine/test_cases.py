"""Classes, quantities and due dates of cases, and the orders in which cases are taken from a queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation, simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step, Team
from irrupt.organisation.distributions import NONE
from irrupt.organisation.model import Order

HOUR = 3600.0
TWO = {"large": 0.25, "small": 0.75}


def at(hour: int, often: float = 5.0, **more: Any) -> Client:
    """Cases in one hour of the week only."""
    return Client(cases_per_week=often, profile=tuple(float(h == hour) for h in range(168)), **more)


@pytest.fixture(params=[False, True], ids=["compiled", "reference"])
def log(request: pytest.FixtureRequest, make: SimpleNamespace) -> Callable[..., list[SimpleNamespace]]:
    """Rows with names, from either loop."""

    def rows_of(organisation: Organisation, **how: Any) -> list[SimpleNamespace]:
        run = Simulation(organisation, **{"seed": 2, "weeks": 1.0, "reference": request.param, **how})
        rows = make.collected(run.run())
        named = [SimpleNamespace(**dict(zip(rows._fields, v, strict=True))) for v in zip(*rows, strict=True)]
        for row in named:
            row.client, row.activity = run.legend.clients[row.client], run.legend.activities[row.activity]
        return named

    return rows_of


def desk(team: Team, **clients: Client) -> Organisation:
    """All cases come within one hour and take a day: their order is that of the queue."""
    steps = {"Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(24 * HOUR))}
    return replace(counter(), clients=clients, steps=steps, teams={"Desk": team})


def taken(rows: list[SimpleNamespace]) -> list[SimpleNamespace]:
    """In the order in which they were taken, without the first, which found the desk free."""
    return sorted(rows, key=lambda row: row.start)[1:]


def test_last_come_first_served(log: Any) -> None:
    ready = [row.ready for row in taken(log(desk(Team(order="last come"), A=at(30, 8.0))))]
    assert len(ready) > 3
    assert ready == sorted(ready, reverse=True)


def test_the_earliest_due_date_is_taken_first(log: Any) -> None:
    """B's cases are due after three hours, A's after two days: within the hour, B's are all due before A's."""
    soon, late = (Distribution.fixed(hours * HOUR) for hours in (3, 48))
    rows = taken(log(desk(Team(order="earliest due"), A=at(30, due=late), B=at(30, due=soon), C=at(30))))
    assert "".join(row.client for row in rows) == "".join(sorted((row.client for row in rows), key="BAC".index))
    for client in "ABC":
        ready = [row.ready for row in rows if row.client == client]
        assert ready == sorted(ready)


def test_the_shortest_work_is_taken_first(log: Any) -> None:
    rules = desk(Team(order="shortest"), A=at(30, 9.0))
    long = replace(rules.steps["Serve"], duration=Distribution.uniform(24 * HOUR, 48 * HOUR))
    spent = [row.end - row.start for row in taken(log(replace(rules, steps={"Serve": long})))]
    assert len(spent) > 4
    assert spent == sorted(spent)


@pytest.mark.parametrize("order", ["smallest", "largest"])
def test_the_smallest_or_the_largest_is_taken_first(log: Any, order: Order) -> None:
    """Work is as long as a case is large."""
    rules = desk(Team(order=order), A=at(30, 9.0, quantity=Distribution.uniform(24.0, 48.0)))
    sized = replace(rules.steps["Serve"], duration=NONE, per_unit=Distribution.fixed(HOUR))
    spent = [row.end - row.start for row in taken(log(replace(rules, steps={"Serve": sized})))]
    assert len(spent) > 4
    assert spent == sorted(spent, reverse=order == "largest")


def test_a_client_s_work_may_take_longer(log: Any) -> None:
    """Half as long again, on top of what his class makes of it."""
    rules = desk(Team(), A=at(30, 6.0, classes=TWO), B=at(30, 6.0, classes=TWO))
    serve = replace(rules.steps["Serve"], duration=Distribution.fixed(HOUR), by_class={"large": 2.0})
    rows = log(replace(rules, steps={"Serve": replace(serve, by_client={"B": 1.5})}))
    spent = {
        client: {round((row.end - row.start) / HOUR, 6) for row in rows if row.client == client} for client in "AB"
    }
    assert spent == {"A": {1.0, 2.0}, "B": {1.5, 3.0}}


def test_what_is_done_again_may_take_less_time(log: Any) -> None:
    """Half of it, at another step of the same activity as well as at the same one; work elsewhere changes nothing."""
    rules = desk(Team(), A=at(60, 6.0))
    serve = replace(rules.steps["Serve"], duration=Distribution.fixed(HOUR), again=0.5)
    steps = {"Serve": serve, "Then": serve, "Other": replace(serve, activity="Other")}
    routes = {
        "start": (Route(to="Serve", share=1.0),),
        "Serve": (Route(to="Other", share=1.0),),
        "Other": (Route(to="Then", share=1.0),),
        "Then": (Route(to="Then", share=0.5), Route(to="end", share=0.5)),
    }
    rows = sorted(log(replace(rules, steps=steps, routes=routes)), key=lambda row: (row.case, row.start))
    spent = {
        case: [round((r.end - r.start) / HOUR, 6) for r in rows if r.case == case] for case in {r.case for r in rows}
    }
    assert {tuple(times[:3]) for times in spent.values()} == {(1.0, 1.0, 0.5)}
    assert {time for times in spent.values() for time in times[3:]} == {0.5}


def test_the_client_ranks_before_the_class_and_the_class_before_the_order(log: Any) -> None:
    """C first, since he ranks first; then the large cases, which take twice as long; each the last come first."""
    team = Team(priority={"C": 1}, class_priority={"large": 2, "small": -1}, order="last come")
    rules = desk(team, A=at(30, 12.0, classes=TWO), C=at(30, 6.0))
    long = replace(rules.steps["Serve"], by_class={"large": 2.0})
    rows = taken(log(replace(rules, steps={"Serve": long})))
    kinds = ["C" if row.client == "C" else "large" if row.end - row.start > 30 * HOUR else "small" for row in rows]
    assert Counter(kinds).keys() == {"C", "large", "small"}
    assert kinds == sorted(kinds, key=["C", "large", "small"].index)
    for kind in set(kinds):
        ready = [row.ready for row, of in zip(rows, kinds, strict=True) if of == kind]
        assert ready == sorted(ready, reverse=True)


def test_a_class_goes_its_own_way(log: Any) -> None:
    """Large cases are checked, the others are not; B has no classes and his own routes."""
    steps = {name: Step(activity=name) for name in ("Look", "Check")}
    end = Route(to="end", share=1.0)
    routes = {
        "start": (Route(to="Look", share=1.0),),
        "Look": (end, Route(to="Check", share=1.0, only="large")),
        "Check": (end,),
    }
    own = {"B": {"start": (Route(to="Check", share=1.0),)}}
    clients = {"A": Client(cases_per_week=400.0, classes=TWO), "B": Client(cases_per_week=40.0)}
    rules = replace(counter(), clients=clients, steps=steps, routes=routes, client_routes=own, teams={}, people={})
    cases: dict[tuple[str, int], str] = {}
    for row in log(rules):
        cases[row.client, row.case] = cases.get((row.client, row.case), "") + row.activity[0]
    assert {way for (client, _case), way in cases.items() if client == "B"} == {"C"}
    ways = Counter(way for (client, _case), way in cases.items() if client == "A")
    assert ways.keys() == {"L", "LC"}
    assert ways["LC"] / ways.total() == pytest.approx(0.25, abs=0.08)


def test_work_grows_with_the_quantity(log: Any) -> None:
    """An hour, two for each unit, and half as much again for what is large."""
    steps = {
        "Do": Step(
            activity="Do",
            duration=Distribution.fixed(HOUR),
            per_unit=Distribution.fixed(2 * HOUR),
            by_class={"large": 1.5},
        )
    }
    routes = {"start": (Route(to="Do", share=1.0),), "Do": (Route(to="end", share=1.0),)}
    shops = Client(cases_per_week=300.0, quantity=Distribution.uniform(3.0, 5.0), classes=TWO)
    rules = replace(counter(), clients={"Shops": shops}, steps=steps, routes=routes, teams={}, people={})
    hours = np.array([(row.end - row.start) / HOUR for row in log(rules)])
    small, large = hours[hours <= 11.0], hours[hours > 11.0]
    assert small.min() >= 7.0 - 1e-6
    assert hours.mean() == pytest.approx((1 + 2 * 4) * (0.75 + 0.25 * 1.5), rel=0.05)
    assert large.max() <= 16.5 + 1e-6


def test_a_chronicle_tells_what_its_cases_are_like() -> None:
    shops = Client(cases_per_week=200.0, classes=TWO, quantity=Distribution.uniform(3.0, 5.0))
    due = Client(cases_per_week=100.0, due=Distribution.fixed(HOUR))
    plain = counter()
    slow = {"Serve": replace(plain.steps["Serve"], by_class={"large": 0.0})}
    events = simulate(replace(plain, clients={"Shops": shops, "Town": due}, steps=slow), weeks=1, seed=1).events
    assert {"class", "quantity", "due"} < set(events.columns)
    large = events.filter(events["class"] == "large")
    assert len(large) > 20
    assert (large["start"] == large["end"]).all()
    town = events.filter(events["client"] == "Town")
    assert town["class"].null_count() == len(town)
    assert (town["quantity"] == 1.0).all()
    assert (events["due"].is_null() == (events["client"] == "Shops")).all()


def test_cases_may_be_due_at_a_time_of_the_day() -> None:
    """Whenever they come that day, at 10:00 or at 20:00: what would be due before it comes is due at once."""
    town = Client(cases_per_week=60.0, appointments=(600, 1200), due=Distribution.fixed(17 * HOUR), due_from="day")
    events = simulate(replace(counter(), clients={"Town": town}), weeks=2, seed=1).events
    assert set(events["due"].dt.hour().unique()) == {17, 20}
    assert events["due"].dt.minute().sum() == 0


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
def test_larger_cases_are_of_another_class(make: SimpleNamespace, reference: bool) -> None:
    """The tenth that is largest goes to the engineers: as a guard on the quantity would send it."""
    rules = counter(0.5)
    asks = Client(
        cases_per_week=400.0,
        classes={"usual": 0.9, "a lot": 0.1},
        quantity=Distribution.exponential(10.0),
        by_quantity=("usual", "a lot"),
    )
    note = Step(activity="Note", duration=Distribution.fixed(0.0), per_unit=Distribution.fixed(1.0))
    rules = replace(
        rules,
        clients={"A": asks},
        steps={name: replace(note, activity=name) for name in ("Desk", "Engineers")},
        routes={
            "start": (
                Route(to="Desk", share=1.0, only="usual"),
                Route(to="Engineers", share=1.0, only="a lot"),
                Route(to="Desk", share=1.0),
            ),
            **{name: (Route(to="end", share=1.0),) for name in ("Desk", "Engineers")},
        },
        teams={},
        people={},
    )
    rows = make.whole(rules, weeks=5, reference=reference)
    quantity, engineers = rows.end - rows.start, rows.activity == 1
    assert quantity[engineers].min() >= 10.0 * np.log(10.0) - 1e-6 >= quantity[~engineers].max() - 2e-6
    assert abs(engineers.mean() - 0.1) < 4 * np.sqrt(0.09 / len(quantity))
    # A quantity of each class is that of its cases, with the same luck.
    own = {"a lot": Distribution.fixed(2.0)}
    rows = make.whole(replace(rules, clients={"A": replace(asks, by_quantity=(), quantity_by_class=own)}), weeks=5)
    assert set(np.round(rows.end - rows.start, 6)[rows.activity == 1]) == {2.0}
    assert np.isin(np.round(rows.end - rows.start, 6)[rows.activity == 0], np.round(quantity, 6)).all()
    # The class of a case tells nothing else of it, and its quantity is what it was.
    plain = replace(rules, clients={"A": replace(asks, by_quantity=())})
    assert np.allclose(np.sort(make.whole(plain, weeks=5).end - make.whole(plain, weeks=5).start), np.sort(quantity))
