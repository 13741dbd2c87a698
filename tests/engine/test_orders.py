"""Orders that are brought into a run at a pause."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine import Order, Simulation, snapshot
from irrupt.engine.examples import counter
from irrupt.errors import UsageError
from irrupt.organisation import Client, Distribution, Organisation

RANDOM = settings(max_examples=settings().max_examples // 10, deadline=None, suppress_health_check=list(HealthCheck))
DAY = 86400.0


def shop() -> Organisation:
    """The counter, with classes, quantities and due dates."""
    asks = Client(
        cases_per_week=500.0,
        classes={"small": 0.5, "large": 0.5},
        quantity=Distribution.exponential(3.0),
        due=Distribution.exponential(DAY),
    )
    return replace(counter(), clients={"Public": asks})


@RANDOM
@given(data=st.data())
def test_both_loops_take_them_up_alike(make: SimpleNamespace, data: Any) -> None:
    rules: Organisation = data.draw(make.organisations())
    clients = st.sampled_from(sorted(rules.clients))
    kinds = sorted({name for client in rules.clients.values() for name in client.classes})
    number = data.draw(st.integers(1, 30))
    orders = [
        Order(
            client=data.draw(clients),
            name=f"order {n}",
            kind=data.draw(st.sampled_from([None, *kinds])),
            quantity=data.draw(st.sampled_from([None, 0.5, 7.0])),
            due=data.draw(st.sampled_from([None, 1e6])),
        )
        for n in range(number)
    ]
    found = []
    for how in ({"chunk": 7}, {"reference": True}, {"checked": True}):
        run = Simulation(rules, seed=1, weeks=2.0, run_out_weeks=60.0, **how)
        before = [part for part in [make.collected(run.run(400_000.0))] if len(part.case)]
        arrived = run.arrived
        run.bring(orders)
        assert run.arrived == arrived + number
        after = [part for part in [make.collected(run.run())] if len(part.case)]
        found.append(make.collected([*before, *after]))
    assert make.same(found[0], found[1])
    assert make.same(found[0], found[2])


def test_what_is_not_said_of_them_is_drawn_as_for_cases_that_are_so() -> None:
    """Quantity and due date are those of the class that is said, and of the quantity."""
    by_class = Client(
        cases_per_week=0.0,
        classes={"small": 0.9, "large": 0.1},
        quantity=Distribution.fixed(1.0),
        quantity_by_class={"large": Distribution.fixed(40.0)},
        due=Distribution.fixed(DAY),
        due_by_class={"large": Distribution.fixed(9 * DAY)},
        due_per_unit=Distribution.fixed(60.0),
    )
    by_quantity = Client(
        cases_per_week=0.0,
        classes={"small": 0.8, "large": 0.2},
        quantity=Distribution.uniform(0.0, 10.0),
        by_quantity=("small", "large"),
    )
    rules = replace(counter(), clients={"Class": by_class, "Quantity": by_quantity})

    def brought(client: str, **said: Any) -> list[tuple[str | None, float, float]]:
        run = Simulation(rules, seed=1, weeks=1)
        run.bring([Order(client=client, name=f"order {n}", **said) for n in range(20)])
        return sorted({(one.product, one.quantity, one.due) for one in run.brought.values()})

    assert brought("Class", kind="large") == [("large", 40.0, 9 * DAY + 2400.0)]
    assert brought("Class", kind="small", quantity=5.0) == [("small", 5.0, DAY + 300.0)]
    assert brought("Class", kind="large", due=DAY) == [("large", 40.0, DAY)]
    assert all(quantity > 8.0 for _kind, quantity, _due in brought("Quantity", kind="large"))
    assert brought("Quantity", quantity=9.0) == [("large", 9.0, math.inf)]


def test_what_is_said_of_them_holds_and_the_rest_is_drawn_by_their_names(make: SimpleNamespace) -> None:
    def dues(names: list[str], seed: int = 1, **said: Any) -> dict[str, float]:
        run = Simulation(shop(), seed=seed, weeks=1)
        list(run.run(DAY))
        first = run.arrived
        run.bring([Order(client="Public", name=name, **said) for name in names])
        rows = make.collected(run.run())
        due = dict(zip(rows.case.tolist(), rows.due.tolist(), strict=True))
        return {name: due[first + at] for at, name in enumerate(names)}

    one, other = dues(["a", "b", "c"]), dues(["c", "a"])
    assert {name: one[name] for name in other} == other
    assert len(set(one.values())) == 3
    assert all(due >= DAY for due in one.values())
    assert set(dues(["a", "b"], due=5 * DAY).values()) == {5 * DAY}
    assert dues(["a"], seed=2) != {"a": one["a"]}


def test_the_luck_of_all_others_stays(make: SimpleNamespace) -> None:
    """By themselves they come at the same moments, beside the orders."""
    plain, more = Simulation(shop(), seed=1, weeks=1), Simulation(shop(), seed=1, weeks=1)
    for run in (plain, more):
        list(run.run(DAY))
    more.bring([Order(client="Public", name=f"rush {n}") for n in range(40)])
    came, also = (make.collected(run.run()) for run in (plain, more))
    beside = np.sort(also.enabled)
    assert len(also.case) == len(came.case) + 40
    assert (beside == DAY).sum() == 40
    assert np.array_equal(beside[beside != DAY], np.sort(came.enabled))
    assert also.start[also.enabled == DAY].max() > DAY


def test_they_are_in_a_snapshot(tmp_path: Path, make: SimpleNamespace) -> None:
    run = Simulation(shop(), seed=1, weeks=1)
    list(run.run(DAY))
    run.bring([Order(client="Public", name="rush", kind="large", quantity=20.0)])
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert again.brought == run.brought
    assert make.same(make.collected(run.run()), make.collected(again.run()))


def test_all_that_is_wrong_with_them_is_told() -> None:
    run = Simulation(shop(), seed=1, weeks=1)
    list(run.run(DAY))
    wrong = [
        Order(client="Pubic", name="first"),
        Order(client="Public", name="second", kind="lage"),
        Order(client="Public", name="third", quantity=0.0, due=1.0),
    ]
    with pytest.raises(UsageError) as refused:
        run.bring(wrong)
    told = str(refused.value)
    assert all(part in told for part in ("Public", "large", "quantity 0", "due 1"))
    assert run.brought == {}


def test_orders_of_one_name_would_share_their_luck_and_are_refused(tmp_path: Path) -> None:
    """At once, one after the other, and where the first was brought before a run was forked or put down."""
    run, rush = Simulation(shop(), seed=1, weeks=1), Order(client="Public", name="rush")
    with pytest.raises(UsageError, match="rush"):
        run.bring([rush, rush])
    other = run.fork()
    run.bring([rush])
    snapshot.save(run, tmp_path / "run.npz")
    for one in (run, run.fork(), snapshot.load(tmp_path / "run.npz")):
        with pytest.raises(UsageError, match="rush"):
            one.bring([rush])
    other.bring([rush])
    assert other.brought == run.brought
