"""The order in which a team takes cases is found again; first come is believed without need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.discovery import discover, queue_order
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Team


@pytest.fixture(scope="module")
def busy(desk: Organisation) -> Organisation:
    """The desk, with twice the cases at the experts, classes and due dates: there are queues to choose from."""
    clients = {
        name: replace(
            client,
            cases_per_week=1.1 * client.cases_per_week,
            classes={"large": 0.3, "small": 0.7},
            due=Distribution.uniform(86400.0, 9 * 86400.0),
        )
        for name, client in desk.clients.items()
    }
    steps = {**desk.steps, "Work": replace(desk.steps["Work"], by_class={"large": 2.0, "small": 0.5})}
    return replace(desk, clients=clients, steps=steps)


@pytest.mark.parametrize(
    "order",
    [Team(), Team(order="earliest due"), Team(priority={"Bell": 1}), Team(class_priority={"small": 1})],
    ids=["first come", "earliest due", "a client first", "a class first"],
)
def test_the_order_is_found_again(busy: Organisation, order: Team) -> None:
    log = simulate(replace(busy, teams={"Desk": order, "Experts": Team()}), weeks=40, seed=7)
    found = discover(log, fidelity=False)
    assert found.teams["Desk"] == order
    assert found.teams["Experts"] == Team()


def test_classes_that_only_an_order_depends_on_are_kept(busy: Organisation) -> None:
    steps = {name: replace(step, by_class={}) for name, step in busy.steps.items()}
    order = Team(class_priority={"small": 1})
    log = simulate(replace(busy, steps=steps, teams={"Desk": order, "Experts": Team()}), weeks=40, seed=7)
    found = discover(log, fidelity=False)
    assert found.teams["Desk"] == order
    assert set(found.clients["Ames"].classes) == {"large", "small"}


def test_the_order_of_a_team_where_nothing_ever_begins_at_once_is_found(
    busy: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_order, "_AT_ONCE", 1.1)
    due = Team(order="earliest due")
    log = simulate(replace(busy, teams={"Desk": due, "Experts": Team()}), weeks=40, seed=7)
    assert discover(log, fidelity=False).teams["Desk"] == due
