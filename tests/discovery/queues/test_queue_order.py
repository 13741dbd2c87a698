"""The order in which a team takes cases is found again; first come is believed without need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.discovery import discover
from irrupt.discovery.people.hands import Tied
from irrupt.discovery.people.skills import Skills
from irrupt.discovery.queues import choices
from irrupt.discovery.queues.queue_order import _could_choose, _not_straight, _Queue, ranks_at
from irrupt.discovery.queues.straight import Hop, Straight
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Hands, Organisation, Route, Team
from irrupt.organisation.model import Order

pytestmark = pytest.mark.usefixtures("few_steps")


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


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "order",
    [
        Team(),
        Team(order="last come"),
        Team(order="earliest due"),
        Team(order="oldest"),
        Team(priority={"Bell": 1}),
        Team(class_priority={"small": 1}),
        Team(activity_priority={"Ask": 1, "Work": 1}),
        Team(class_priority={"small": 1}, activity_priority={"Work": 1}, order="earliest due"),
    ],
    ids=[
        "first come",
        "last come",
        "earliest due",
        "the oldest",
        "a client first",
        "a class first",
        "an activity last",
        "a class, then an activity first, earliest due",
    ],
)
def test_the_order_is_found_again(busy: Organisation, order: Team) -> None:
    log = simulate(replace(busy, teams={"Desk": order, "Experts": Team()}), weeks=24, seed=7)
    found = discover(log, fidelity=False)
    assert found.teams["Desk"] == order
    assert found.teams["Experts"] == Team()
    assert any("do not take first" in note for note in notes_of(found)) == (order != Team())


def notes_of(found: Organisation) -> tuple[str, ...]:
    assert found.learned is not None
    return found.learned.notes


def test_classes_that_only_an_order_depends_on_are_kept(busy: Organisation) -> None:
    steps = {name: replace(step, by_class={}) for name, step in busy.steps.items()}
    order = Team(class_priority={"small": 1})
    log = simulate(replace(busy, steps=steps, teams={"Desk": order, "Experts": Team()}), weeks=24, seed=7)
    found = discover(log, fidelity=False)
    assert found.teams["Desk"] == order
    assert set(found.clients["Ames"].classes) == {"large", "small"}


@pytest.mark.parametrize("order", ["smallest", "largest"])
def test_the_smallest_or_the_largest_may_be_first(busy: Organisation, order: Order) -> None:
    """Though no work grows with what is asked for."""
    clients = {name: replace(one, quantity=Distribution.uniform(1.0, 500.0)) for name, one in busy.clients.items()}
    sized = replace(busy, clients=clients, teams={"Desk": Team(order=order), "Experts": Team()})
    found = discover(simulate(sized, weeks=24, seed=7), fidelity=False)
    assert {name: team.order for name, team in found.teams.items()} == {"Desk": order, "Experts": "first come"}
    assert found.clients["Ames"].quantity is not None


def test_the_smallest_may_be_first_among_cases_of_one_rank(busy: Organisation) -> None:
    """Ranks and sizes were told one or the other."""
    clients = {name: replace(one, quantity=Distribution.uniform(1.0, 500.0)) for name, one in busy.clients.items()}
    steps = {**busy.steps, "Work": replace(busy.steps["Work"], per_unit=Distribution.fixed(1.0))}
    order = Team(class_priority={"large": 1}, order="smallest")
    sized = replace(busy, clients=clients, steps=steps, teams={"Desk": order, "Experts": Team()})
    found = discover(simulate(sized, weeks=24, seed=7), fidelity=False)
    assert found.teams == {"Desk": order, "Experts": Team()}


@pytest.mark.parametrize("called", ["urgent", "small"])
def test_ranks_may_hang_on_another_attribute_than_ways_do(busy: Organisation, called: str) -> None:
    """Work hangs on how large a case is; who is first on what is urgent, soon or late, whatever its size, and even
    where a value of the one is called like one of the other."""
    kinds = {f"{size} {when}": part * share for size, part in SIZES.items() for when, share in WHENS.items()}
    clients = {name: replace(one, classes=kinds) for name, one in busy.clients.items()}
    ranks = {name: RANKS[name.split()[1]] for name in kinds if RANKS[name.split()[1]]}
    steps = {
        **busy.steps,
        "Work": replace(busy.steps["Work"], by_class={name: 2.0 for name in kinds if name.startswith("large")}),
    }
    routes = {**busy.routes, "Work": _by_size(busy.routes["Work"], tuple(kinds))}
    teams = {"Desk": Team(class_priority=ranks), "Experts": Team()}
    log = simulate(replace(busy, clients=clients, steps=steps, routes=routes, teams=teams), weeks=24, seed=7)
    apart = pl.col("class").str.split(" ").list
    log = log.with_events(
        log.events.with_columns(size=apart.get(0), when=apart.get(1).replace("urgent", called)).drop("class")
    )
    found = discover(log, fidelity=False)
    names = found.clients["Ames"].classes
    calls = {"urgent": called}
    assert set(names) == {f"{size}, {calls.get(when, when)}" for size in SIZES for when in WHENS}
    expected = {f"{size}, {calls.get(when, when)}": rank for size in SIZES for when, rank in RANKS.items() if rank}
    assert found.teams["Desk"].class_priority == expected
    (told,) = (note for note in notes_of(found) if "do not take first" in note)
    assert told.endswith(f"Desk ({', '.join(sorted((called, 'soon')))} first).")
    for work in (step for step in found.steps.values() if step.activity == "Work"):
        assert {work.by_class[f"large, {calls.get(when, when)}"] for when in WHENS} == {work.by_class["large, late"]}


def test_ranks_of_another_attribute_tell_more_than_a_class_that_comes_first(busy: Organisation) -> None:
    """What is repaired comes before all else, and of that what is worst: all of it had one rank, as no more teams rank
    by how bad it is than by what it is."""
    kinds = {"repair worst": 0.15, "repair bad": 0.25, "repair minor": 0.2, "order plain": 0.4}
    ranks = {"repair worst": 3, "repair bad": 2, "repair minor": 1}
    clients = {name: replace(one, classes=kinds) for name, one in busy.clients.items()}
    steps = {**busy.steps, "Work": replace(busy.steps["Work"], by_class={"order plain": 0.4})}
    routes = {
        **busy.routes,
        "Work": (*busy.routes["Work"], replace(busy.routes["Work"][0], share=1.0, only="order plain")),
    }
    teams = {"Desk": Team(class_priority=ranks), "Experts": Team()}
    log = simulate(replace(busy, clients=clients, steps=steps, routes=routes, teams=teams), weeks=24, seed=7)
    apart = pl.col("class").str.split(" ").list
    log = log.with_events(log.events.with_columns(kind=apart.get(0), how=apart.get(1)).drop("class"))
    found = discover(log, fidelity=False).teams["Desk"].class_priority
    assert {name.split(", ")[-1]: rank for name, rank in found.items()} == {"worst": 3, "bad": 2, "minor": 1}


SIZES = {"large": 0.4, "small": 0.6}
WHENS = {"urgent": 0.2, "soon": 0.3, "late": 0.5}
RANKS = {"urgent": 2, "soon": 1, "late": 0}


def _by_size(routes: tuple[Route, ...], kinds: tuple[str, ...]) -> tuple[Route, ...]:
    """Large cases go where the first of *routes* leads, always; small ones as they would."""
    large = [replace(routes[0], share=1.0, only=name) for name in kinds if name.startswith("large")]
    return (*routes, *large)


def test_the_order_of_a_team_where_nothing_ever_begins_at_once_is_found(
    busy: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "_AT_ONCE", 1.1)
    due = Team(order="earliest due")
    log = simulate(replace(busy, teams={"Desk": due, "Experts": Team()}), weeks=24, seed=7)
    assert discover(log, fidelity=False).teams["Desk"] == due


def test_an_order_that_is_often_broken_is_believed_where_first_come_is_far_more_often(busy: Organisation) -> None:
    """One case of twenty is taken as if it were due five days later than recorded."""
    log = simulate(replace(busy, teams={"Desk": Team(order="earliest due"), "Experts": Team()}), weeks=24, seed=7)
    some = pl.col("case").str.extract(r"(\d+)$").cast(pl.Int64) % 20 == 0
    due = pl.when(some).then(pl.col("due") - pl.duration(days=5)).otherwise("due").alias("due")
    found = discover(log.with_events(log.events.with_columns(due)), fidelity=False)
    assert {name: team.order for name, team in found.teams.items()} == {"Desk": "earliest due", "Experts": "first come"}


@pytest.mark.parametrize("small", [{}, {"small": -1}], ids=["some classes", "all classes"])
def test_who_asks_counts_first_then_the_class_and_then_what_is_done(small: dict[str, int]) -> None:
    """One case of each client, or of none, and of each class, or of none, waits for either activity."""
    team = Team(priority={"A": 2, "C": -1}, class_priority={"large": 1, **small}, activity_priority={"Do": 3})
    clients, classes, activities = ("A", "B", "C", ""), ("large", "small", ""), ("Do", "Redo")
    cases = [(client, kind) for client in clients for kind in classes]
    log = SimpleNamespace(
        case=np.repeat(np.arange(len(cases)), 2),
        client=np.array([clients.index(client) if client else -1 for client, _kind in cases]),
        clients=clients[:-1],
        activity=np.tile([0, 1], len(cases)),
        activities=activities,
    )
    of_case = np.array([classes.index(kind) if kind else -1 for _client, kind in cases])
    kinds: list[Any] = [SimpleNamespace(values=names, of_case=of_case) for names in (("1", "2"), classes[:-1])]
    findings: Any = SimpleNamespace(log=log)
    found = ranks_at(findings, np.arange(len(log.case)), team, kinds)
    by_hand = [
        (
            team.priority.get(client or "", 0),
            team.class_priority.get(kind or "", 0),
            team.activity_priority.get(what, 0),
        )
        for client, kind in cases
        for what in activities
    ]
    assert [by_hand[at] for at in np.argsort(found, kind="stable")] == sorted(by_hand)
    assert len(set(zip(found.tolist(), by_hand, strict=True))) == len(set(found.tolist())) == len(set(by_hand))


@pytest.mark.parametrize(
    ("lacks", "rules", "left"),
    [(False, 0, [1, 2, 3, 1]), (True, 0, [2, 3, 1]), (False, 1, [1, 3, 1]), (True, 1, [3, 1])],
)
def test_nobody_passes_over_what_he_does_not_do(*, lacks: bool, rules: int, left: list[int]) -> None:
    """Ann takes step 0 while others wait: 1, of an activity that she does not do; 2, which is in the hands of somebody
    else; and 3. Nobody knows who takes step 4."""
    tied = Tied((Hands(activity="Check", by_who_did=("Code",)),) * rules, np.full((5, 2), -1), np.ones(5, bool))
    tied.whose[2, 0] = 1
    skills = Skills(np.array([[False, lacks], [False, False]]), np.array([0, 1, 0, 0, 0]))
    findings: Any = SimpleNamespace(
        workforce=SimpleNamespace(skills=skills, tied=tied), log=SimpleNamespace(person=np.array([0, 1, 1, 1, -1]))
    )
    plain = choices.Choices(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 4]), np.array([1, 2, 3, 1]), 2)
    found = _could_choose(findings, np.arange(5), plain)
    assert (found.passed.tolist(), found.size, found.number.max()) == (left, 2, 1)


@dataclass
class Found:
    """What an order tells of who goes straight on, of all findings."""

    log: Any
    known: Any
    straight: Straight
    variety: Any


def test_nobody_goes_straight_on_with_what_comes_first_in_the_order_of_his_team() -> None:
    """At each of four teams one case was taken at once while one that came before it, or at the last team behind it,
    waited: at the first, that of the client who is first there, and at the second the other one, though he is. At the
    third the smallest is first, and at the last whoever comes first."""
    first = Team(priority={"A": 1})
    orders = {"Desk": first, "Lab": first, "Yard": Team(order="smallest"), "Gate": Team()}
    log = SimpleNamespace(
        case=np.tile([0, 1], 4),
        client=np.array([0, 1]),
        clients=("A", "B"),
        begin=np.array([0, 1]),
        enabled=np.array([10.0, 0.0, 0.0, 10.0, 10.0, 0.0, 0.0, 10.0]),
        activity=np.zeros(8, np.int64),
        activities=("Work",),
    )
    taken = np.array([0, 3, 4, 6])
    known = SimpleNamespace(of_step=np.repeat([2, 3, 4, 5], 2), team=np.array([-1, -1, 0, 1, 2, 3]))
    on, hop = np.isin(np.arange(8), taken), Hop(taken, 0.5)
    straight = Straight(on=on, waited=on, hops={(1, symbol): hop for symbol in (2, 3, 4, 5)})
    nothing = choices.Choices(*(np.zeros(0, np.int64) for _ in range(3)), 0)
    queues: dict[str, _Queue | None] = {
        name: _Queue(np.array([one, one ^ 1]), nothing, choices.Choices(*(np.array([at]) for at in (0, 0, 1)), 1))
        for name, one in zip(orders, taken.tolist(), strict=True)
    }
    findings: Any = Found(log, known, straight, SimpleNamespace(table=SimpleNamespace(due=None)))
    found = _not_straight(findings, queues, orders, []).straight
    assert sorted(found.hops) == [(1, 3), (1, 4), (1, 5)]
    assert np.flatnonzero(found.on).tolist() == [3, 4, 6]
    assert _not_straight(findings, dict.fromkeys(orders), orders, []).straight is straight
