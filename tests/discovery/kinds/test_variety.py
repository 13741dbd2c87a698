"""Classes, quantities and due dates of cases are found again, with what follows from them; and nothing that is not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import building, discover
from irrupt.discovery.times import sizes, timing
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

pytestmark = pytest.mark.usefixtures("few_steps")

SHARES = {"Ames": {"large": 0.3, "small": 0.7}, "Bell": {"large": 0.6, "small": 0.4}}


@pytest.fixture(scope="module")
def varied(desk: Organisation) -> Organisation:
    """The desk, with cases that differ: large ones go to the experts more often, and take them half as long again."""
    clients = {
        name: replace(
            client,
            classes=SHARES[name],
            quantity=Distribution.uniform(10.0, 100.0),
            due=Distribution.uniform(86400.0, 3 * 86400.0),
        )
        for name, client in desk.clients.items()
    }
    work = (
        Route(to="Close", share=0.3, only="large"),
        Route(to="Repair", share=0.7, only="large"),
        Route(to="Close", share=0.7, only="small"),
        Route(to="Ask", share=0.2, only="small"),
        Route(to="Repair", share=0.1, only="small"),
        Route(to="Close", share=0.8),
        Route(to="Ask", share=0.2),
    )
    steps = {
        **desk.steps,
        "Work": replace(desk.steps["Work"], per_unit=Distribution.lognormal(20.0, 0.5)),
        "Repair": replace(desk.steps["Repair"], by_class={"large": 1.5}),
    }
    routes = {**desk.routes, "Work": work}
    return replace(desk, clients=clients, steps=steps, routes=routes, client_routes={})


@pytest.fixture(scope="module")
def found(varied: Organisation) -> Organisation:
    return discover(simulate(varied, weeks=52, seed=3), fidelity=False)


def only(organisation: Organisation, activity: str) -> str:
    return next(name for name, step in organisation.steps.items() if step.activity == activity)


def test_each_client_brings_as_many_cases_of_each_class(found: Organisation) -> None:
    for name, shares in SHARES.items():
        assert found.clients[name].classes == pytest.approx(shares, abs=0.05)


def test_cases_of_each_class_go_their_own_ways(found: Organisation) -> None:
    name = only(found, "Work")
    for case_class, repaired in (("large", 0.7), ("small", 0.1)):
        routes = found.routes_of(None, name, case_class)
        share = {found.steps[r.to].activity if r.to != "end" else "end": r.share for r in routes}
        assert sum(share.values()) == pytest.approx(1.0)
        assert share["Repair"] == pytest.approx(repaired, abs=0.04)


def test_work_grows_with_the_quantity_and_the_class(found: Organisation) -> None:
    work = found.steps[only(found, "Work")]
    base, each = found.distribution(work.duration).mean, found.distribution(work.per_unit).mean
    assert each / base == pytest.approx(20.0 / 1200.0, rel=0.25)
    repair = found.steps[only(found, "Repair")]
    assert repair.by_class["large"] / repair.by_class["small"] == pytest.approx(1.5, rel=0.08)
    assert found.steps[only(found, "Close")].per_unit == Distribution.fixed(0.0)
    assert not found.steps[only(found, "Close")].by_class


def test_a_quantity_tells_though_more_is_asked_for_where_work_is_shorter(varied: Organisation) -> None:
    """Cases of the one class are large and their work is short: over all of them, work shrank as the quantity grew."""
    asks = {"large": Distribution.uniform(40.0, 100.0), "small": Distribution.uniform(5.0, 40.0)}
    clients = {name: replace(client, quantity_by_class=asks) for name, client in varied.clients.items()}
    shorter = replace(
        varied.steps["Repair"],
        duration=Distribution.gamma(5400.0, 0.2),
        per_unit=Distribution.fixed(54.0),
        by_class={"large": 0.3},
    )
    rules = replace(varied, clients=clients, steps={**varied.steps, "Repair": shorter})
    found = discover(simulate(rules, weeks=52, seed=3), fidelity=False)
    repair = found.steps[only(found, "Repair")]
    base, each = found.distribution(repair.duration).mean, found.distribution(repair.per_unit).mean
    assert each / base == pytest.approx(54.0 / 5400.0, rel=0.25)
    assert repair.by_class["large"] / repair.by_class["small"] == pytest.approx(0.3, rel=0.1)


@pytest.mark.slow
def test_each_class_asks_for_its_own_quantities(varied: Organisation) -> None:
    """Those of all were drawn, whatever the class: small cases took as long as large ones."""
    asks = {"large": Distribution.uniform(60.0, 100.0), "small": Distribution.uniform(5.0, 15.0)}
    clients = {
        "Ames": replace(varied.clients["Ames"], quantity_by_class=asks),
        "Bell": replace(varied.clients["Bell"], quantity_by_class={k: v.times(2.0) for k, v in asks.items()}),
    }
    found = discover(simulate(replace(varied, clients=clients), weeks=52, seed=3), fidelity=False)
    for name, times in (("Ames", 1.0), ("Bell", 2.0)):
        for kind, asked in asks.items():
            assert found.clients[name].quantity_by_class[kind].mean == pytest.approx(times * asked.mean, rel=0.05)


def test_classes_that_ask_for_the_same_have_no_quantities_of_their_own(found: Organisation) -> None:
    assert all(not client.quantity_by_class for client in found.clients.values())


def test_two_attributes_tell_where_cases_go_each_after_its_own_step(desk: Organisation) -> None:
    """What breaks says whether it is repaired, and how long it takes to look at; how urgent it is, how long the repair
    takes, whether the client is asked, and how long he takes."""
    kinds, urgencies = ("pipe", "wire"), ("high", "low")
    repaired, asked, hours = {"pipe": 0.8, "wire": 0.2}, {"high": 0.1, "low": 0.9}, {"high": 0.5, "low": 1.5}
    both = {f"{kind}, {urgency}": (kind, urgency) for kind in kinds for urgency in urgencies}
    routes: dict[str, tuple[Route, ...]] = {
        "start": (Route(to="Register", share=1.0),),
        "Register": (Route(to="Work", share=1.0),),
        "Repair": (Route(to="Close", share=1.0),),
        "Close": (Route(to="end", share=1.0),),
        "Confirm": (Route(to="end", share=1.0),),
    }
    for place, shares, at, ways in (
        ("Work", repaired, 0, ("Repair", "Close")),
        ("Close", asked, 1, ("Confirm", "end")),
    ):
        routes[place] = tuple(
            Route(to=to, share=share, only=name)
            for name, values in both.items()
            for to, share in zip(ways, (shares[values[at]], 1 - shares[values[at]]), strict=True)
        )
    confirm = Step(
        activity="Confirm",
        duration=Distribution.lognormal(20 * 3600.0, 0.5),
        client_act=True,
        by_class={name: hours[urgency] for name, (_kind, urgency) in both.items()},
    )
    client = Client(cases_per_week=90.0, profile=desk.clients["Ames"].profile, classes=dict.fromkeys(both, 0.25))
    looked = {name: 1.5 if kind == "pipe" else 1.0 for name, (kind, _urgency) in both.items()}
    mended = {name: 0.6 if urgency == "high" else 1.2 for name, (_kind, urgency) in both.items()}
    steps = {name: one for name, one in desk.steps.items() if name != "Ask"} | {
        "Confirm": confirm,
        "Work": replace(desk.steps["Work"], by_class=looked),
        "Repair": replace(desk.steps["Repair"], by_class=mended),
    }
    rules = replace(desk, clients={"Ames": client}, client_routes={}, steps=steps, routes=routes)
    log = simulate(rules, weeks=40, seed=4)
    parts = pl.col("class").str.split(", ").list
    told = log.events.with_columns(broken=parts.first(), urgency=parts.last()).drop("class")
    found = discover(log.with_events(told, starts="measured"), fidelity=False)
    classes = found.clients["Ames"].classes  # Which of the two comes first in their names is not said.
    called = {values: next(name for name in classes if {*name.split(", ")} == {*values}) for values in both.values()}
    for values in both.values():
        for place, to, share in (("Work", "Repair", repaired[values[0]]), ("Close", "Confirm", asked[values[1]])):
            for step in (one for one, known in found.steps.items() if known.activity == place):
                ways = found.routes_of("Ames", step, called[values])
                mine = sum(way.share for way in ways if way.to != "end" and found.steps[way.to].activity == to)
                assert mine == pytest.approx(share, abs=0.06)
    for activity, times in (("Confirm", 3.0), ("Repair", 2.0)):
        factors = found.steps[only(found, activity)].by_class
        high, low = factors[called["pipe", "high"]], factors[called["pipe", "low"]]
        assert (high, low) == (factors[called["wire", "high"]], factors[called["wire", "low"]])
        assert low / high == pytest.approx(times, rel=0.15)
    factors = found.steps[only(found, "Work")].by_class
    pipe, wire = factors[called["pipe", "high"]], factors[called["wire", "high"]]
    assert (pipe, wire) == (factors[called["pipe", "low"]], factors[called["wire", "low"]])
    assert pipe / wire == pytest.approx(1.5, rel=0.1)


def test_a_client_whose_work_takes_longer_is_told(desk: Organisation) -> None:
    """Bell's repairs take twice as long, and he takes three times as long to answer; nothing else is his own."""
    steps = {**desk.steps, "Work": replace(desk.steps["Work"], by_client={"Bell": 2.0})}
    slow = {name: tuple(_slower(route) for route in routes) for name, routes in desk.routes.items()}
    own = {name: routes for name, routes in slow.items() if routes != desk.routes[name]}
    assert own
    rules = replace(desk, steps=steps, client_routes={"Bell": own})
    found = discover(simulate(rules, weeks=52, seed=3), fidelity=False)
    factor = found.steps[only(found, "Work")].by_client
    assert factor["Bell"] / factor["Ames"] == pytest.approx(2.0, rel=0.12)
    assert not found.steps[only(found, "Close")].by_client
    answers = {client: _answer(found, client) for client in ("Ames", "Bell")}
    assert answers["Bell"] / answers["Ames"] == pytest.approx(3.0, rel=0.2)


@pytest.mark.slow
def test_what_the_client_tells_is_not_told_by_his_classes_too(varied: Organisation) -> None:
    """Ames, whose cases are small, takes half the time at Close: small cases seem shorter there, until it is known
    whose they are. Both were told, and the work of all others with them."""
    small = {"Ames": {"large": 0.03, "small": 0.97}, "Bell": {"large": 0.6, "small": 0.4}}
    clients = {name: replace(client, classes=small[name]) for name, client in varied.clients.items()}
    amounts = {"Ames": Distribution.uniform(5.0, 15.0), "Bell": Distribution.uniform(10.0, 100.0)}
    clients = {name: replace(client, quantity=amounts[name]) for name, client in clients.items()}
    steps = {**varied.steps, "Close": replace(varied.steps["Close"], by_client={"Ames": 0.5})}
    log = simulate(replace(varied, clients=clients, steps=steps), weeks=52, seed=3)
    organisation = discover(log, fidelity=False)
    close = organisation.steps[only(organisation, "Close")]
    assert close.by_client["Ames"] / close.by_client["Bell"] == pytest.approx(0.5, rel=0.08)
    assert not close.by_class
    assert close.per_unit == Distribution.fixed(0.0)


def _slower(route: Route) -> Route:
    """A client who takes three times as long."""
    if route.waits_for != "client":
        return route
    assert isinstance(route.delay, Distribution)
    return replace(route, delay=route.delay.times(3.0))


def _answer(found: Organisation, client: str) -> float:
    """How long he takes to answer."""
    ways = {**found.routes, **found.client_routes.get(client, {})}
    (delay,) = {found.distribution(r.delay).mean for routes in ways.values() for r in routes if r.waits_for == "client"}
    return delay


@pytest.mark.slow
def test_few_numbers_may_be_a_quantity(varied: Organisation, desk: Organisation) -> None:
    """A lorry has two axles or five; but that who is called five takes longer than who is called four is chance."""
    clients = {
        name: replace(one, quantity=Distribution.uniform(0.5, 5.5), due=None) for name, one in varied.clients.items()
    }
    steps = {**varied.steps, "Work": replace(desk.steps["Work"], per_unit=Distribution.lognormal(300.0, 0.5))}
    log = simulate(replace(varied, clients=clients, steps=steps), weeks=40, seed=3)
    log = log.with_events(log.events.with_columns(pl.col("quantity").round().cast(pl.Int64)))
    assert set(log.events["quantity"]) == {1, 2, 3, 4, 5}
    found = discover(log, fidelity=False)
    work = found.steps[only(found, "Work")]
    assert found.distribution(work.duration).mean == pytest.approx(1200.0, rel=0.15)
    assert found.distribution(work.per_unit).mean == pytest.approx(300.0, rel=0.15)
    assert found.clients["Ames"].classes == pytest.approx(SHARES["Ames"], abs=0.05)
    labels = pl.col("quantity").replace_strict({1: 4, 2: 5, 3: 1, 4: 2, 5: 3})
    found = discover(log.with_events(log.events.with_columns(labels)), fidelity=False)
    assert found.clients["Ames"].quantity is None


def test_due_dates_at_one_time_of_the_day_count_from_the_begin_of_a_day(desk: Organisation) -> None:
    """Whoever takes first what is due first takes those that are due at one moment as they came."""
    due = Distribution.fixed(86400.0 * 3 + 17 * 3600.0)
    clients = {name: replace(one, due=due, due_from="day") for name, one in desk.clients.items()}
    clients["Bell"] = replace(clients["Bell"], due=Distribution.fixed(86400.0 * 9 + 17 * 3600.0))
    found = discover(simulate(replace(desk, clients=clients), weeks=12, seed=5), fidelity=False)
    assert {client.due_from for client in found.clients.values()} == {"day"}
    again = simulate(found, weeks=4, seed=6).events
    assert (again["due"].dt.hour() == 17).mean() > 0.95


@pytest.mark.slow
def test_due_dates_that_count_working_days_are_told_so(desk: Organisation) -> None:
    """As days they look like a mixture: two, or four over a weekend."""
    due = Distribution.fixed(86400.0 * 2 + 17 * 3600.0)
    clients = {name: replace(one, due=due, due_from="working day") for name, one in desk.clients.items()}
    found = discover(simulate(replace(desk, clients=clients), weeks=12, seed=5), fidelity=False)
    for client in found.clients.values():
        assert client.due_from == "working day"
        assert found.distribution(client.due) == due
    by_day = {name: replace(one, due_from="day") for name, one in clients.items()}
    found = discover(simulate(replace(desk, clients=by_day), weeks=12, seed=5), fidelity=False)
    assert {client.due_from for client in found.clients.values()} == {"day"}


def test_quantities_and_due_dates_are_those_of_the_client(found: Organisation) -> None:
    for client in found.clients.values():
        assert client.quantity is not None
        assert client.quantity.mean == pytest.approx(55.0, rel=0.05)
        assert client.due is not None
        assert client.due_from == "arrival"
        assert found.distribution(client.due).mean == pytest.approx(2 * 86400.0, rel=0.05)


@pytest.mark.slow
def test_attributes_that_tell_nothing_change_nothing(desk: Organisation) -> None:
    log = simulate(desk, weeks=52, seed=4)
    random = np.random.default_rng(5)
    cases = log.events["case"].unique(maintain_order=True)
    noise = pl.DataFrame(
        {
            "case": cases,
            "colour": random.choice(["red", "green", "blue"], len(cases)),
            "number": random.uniform(0.0, 9.0, len(cases)),
        }
    )
    with_noise = log.with_events(log.events.join(noise, on="case", how="left", maintain_order="left"))
    plain, noisy = (discover(one, fidelity=False) for one in (log, with_noise))
    assert noisy.routes == plain.routes
    assert noisy.steps == plain.steps
    assert noisy.clients == plain.clients


def errors(desk: Organisation, weeks: int, seed: int) -> tuple[float, float]:
    """By how much a speed and a share that were found differ from the true ones."""
    found = discover(simulate(desk, weeks=weeks, seed=seed), fidelity=False)
    routes = found.routes_of("Ames", only(found, "Work"))
    share = {found.steps[r.to].activity if r.to != "end" else "end": r.share for r in routes}
    ratio = found.people["Ann"].speed / found.people["Ben"].speed
    return np.log(ratio), share["Close"] - 0.5


@pytest.mark.slow
def test_errors_fall_with_the_root_of_the_length_of_the_log(desk: Organisation) -> None:
    short, long = (np.array([errors(desk, weeks, seed) for seed in range(4)]) for weeks in (4, 64))
    assert np.sqrt((long**2).mean()) < 0.6 * np.sqrt((short**2).mean())
    assert np.abs(long).max() < 0.06


@pytest.mark.slow
def test_odd_attributes_are_left_alone(desk_log: Chronicle) -> None:
    size = desk_log.events.height
    odd = desk_log.events.with_columns(
        pl.lit(None, pl.String).alias("nothing"),
        pl.Series("changing", np.arange(size) % 3),
        pl.lit(float("nan")).alias("no number"),
        pl.lit("same").alias("same"),
        pl.col("end").alias("past"),
    )
    assert discover(desk_log.with_events(odd), fidelity=False).steps == discover(desk_log, fidelity=False).steps


def test_what_is_recorded_on_the_way_is_no_class(varied: Organisation) -> None:
    """The experts note what kind it was: that cases with a note went to them is no prediction."""
    log = simulate(varied, weeks=30, seed=4)
    noted = pl.when(pl.col("activity") == "Repair").then(pl.col("class")).alias("class")
    found = discover(log.with_events(log.events.with_columns(noted)), fidelity=False)
    assert not any(client.classes for client in found.clients.values())


@pytest.mark.slow
def test_routes_of_classes_fade_as_others_do(varied: Organisation) -> None:
    """In the last third of the year nobody is asked any more, whatever his class."""
    changed = replace(
        varied,
        routes={
            **varied.routes,
            "Work": (
                Route(to="Close", share=0.3, only="large"),
                Route(to="Repair", share=0.7, only="large"),
                Route(to="Close", share=0.9, only="small"),
                Route(to="Repair", share=0.1, only="small"),
                Route(to="Close", share=1.0),
            ),
        },
    )
    before, after = simulate(varied, weeks=36, seed=5).events, simulate(changed, weeks=16, seed=6).events
    later = pl.col("start", "end", "ready") + pl.duration(weeks=36)
    events = pl.concat([before, after.with_columns(later, pl.concat_str(pl.lit("later "), "case").alias("case"))])
    log = simulate(varied, weeks=1, seed=7).with_events(events.drop("due") if "due" in events.columns else events)
    found = discover(log, fidelity=False)
    assert found.learned is not None
    assert found.learned.present is not None
    assert found.clients["Ames"].classes
    again = simulate(found, weeks=20, seed=8)
    recorded, learned = (float((one.events["activity"] == "Ask").sum()) / one.cases for one in (log, again))
    assert learned < 0.6 * recorded


@pytest.mark.parametrize(("spread", "error"), [(0.0, 0.025), (0.2, 0.06)])
def test_people_are_told_apart_by_speed_as_far_as_they_differ(spread: float, error: float) -> None:
    """Four people who are alike were told to differ by a twelfth, by the luck of their cases alone."""
    luck, wrong = np.random.default_rng(5), []
    for _log in range(20):
        slow = luck.normal(0.0, spread, 4)
        person, kind = luck.integers(0, 4, 800), luck.integers(0, 3, 800)
        work = 600.0 * np.exp(slow[person] + luck.normal(0.0, 0.7, 800))
        log: Any = SimpleNamespace(person=person, people=("A", "B", "C", "D"))
        found = np.log(list(sizes._speeds(log, kind, work, np.arange(800)).values()))
        wrong.append(((found - found.mean() + slow - slow.mean()) ** 2).mean())
    assert np.sqrt(np.mean(wrong)) < error


@given(seed=st.integers(0, 10**6), bend=st.sampled_from([0.5, 1.0, 1.5]))
def test_all_work_together_is_what_it_was_however_it_grows(seed: int, bend: float) -> None:
    """Where work does not grow in proportion, all of it was a thirtieth less, and waits a quarter shorter."""
    luck = np.random.default_rng(seed)
    longer, weight = luck.uniform(1.0, 20.0, 200), luck.uniform(0.1, 1.0, 200)
    work = longer**bend * luck.lognormal(5.0, 0.5, 200)
    findings: Any = SimpleNamespace(work=work, weight=weight)
    times = timing.ranked(work / longer)
    factor = building._in_all(findings, times, np.arange(200))
    usual = factor * np.average(work / longer, weights=weight)
    assert np.average(usual * longer, weights=weight) == pytest.approx(np.average(work, weights=weight))
