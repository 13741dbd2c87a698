"""Who goes straight on is found again, and taken for nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.people.people_notes import _on_straight
from irrupt.discovery.queues.straight import _Chance, _more, _share, _taken_first
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Older, Organisation, Person, Route, Team

pytestmark = pytest.mark.usefixtures("few_steps")

HOUR = 3600.0


def busy(desk: Organisation, to_close: Route, teams: dict[str, Team] | None = None) -> Organisation:
    """The desk with four people and more cases, so that something mostly waits; a sixth of what is done at it is done
    again."""
    rest = (Route(to="Ask", share=0.2), Route(to="Repair", share=0.1, delay=Distribution.fixed(7200.0)))
    people = {f"Dan {n}": Person(teams=("Desk",), calendar="late") for n in range(2)}
    return replace(
        desk,
        clients={name: replace(one, cases_per_week=3.4 * one.cases_per_week) for name, one in desk.clients.items()},
        routes={**desk.routes, "Work": (replace(to_close, to="Close", share=0.7), *rest)},
        client_routes={},
        people={**desk.people, **people},
        teams=desk.teams | (teams or {}),
    )


def straight(found: Organisation) -> dict[tuple[str, str], set[float]]:
    """Activity and next activity -> with what shares people go straight on, where they do."""
    told: dict[tuple[str, str], set[float]] = {}
    for place, routes in found.routes.items():
        for route in routes:
            shares = {route.straight_on, *(one.share(route.straight_on) for one in route.older)} - {0.0}
            if shares:
                told.setdefault((found.steps[place].activity, found.steps[route.to].activity), set()).update(shares)
    return told


def test_with_what_share_is_found_again(desk: Organisation) -> None:
    rules = busy(desk, Route(to="Close", share=1.0, delay=Distribution.fixed(2 * HOUR), straight_on=0.6))
    found = discover(simulate(rules, weeks=30, seed=3), fidelity=False)
    assert {pair: sorted(shares) for pair, shares in straight(found).items()} == {
        ("Work", "Close"): [pytest.approx(0.6, abs=0.05)]
    }
    (way,) = (route for route in found.routes["Work @ Desk"] if route.to.startswith("Close"))
    assert HOUR < found.distribution(way.delay).mean < 2.5 * HOUR  # the delay of those that are handed over
    (note,) = (note for note in found.learned.notes if "goes straight on" in note)
    told = re.search(r"Work > Close \((\d+) %\)", note)
    assert told
    assert 50 <= int(told[1]) <= 75, "of all that could have been"


@pytest.mark.slow
@pytest.mark.parametrize(
    "team",
    [
        Team(),
        Team(order="last come"),
        Team(order="oldest"),
        Team(order="earliest due"),
        Team(priority={"Bell": 1}),
        Team(class_priority={"small": 1}, order="earliest due"),
    ],
    ids=["first come", "last come", "the oldest", "earliest due", "a client first", "a class first, earliest due"],
)
def test_an_order_of_the_queue_is_nothing_else(desk: Organisation, team: Team) -> None:
    """What has just been done may come first of all that waits."""
    rules = busy(desk, Route(to="Close", share=1.0), {"Desk": team})
    kinds, due = {"large": 0.7, "small": 0.3}, Distribution.uniform(86400.0, 9 * 86400.0)
    clients = {name: replace(one, classes=kinds, due=due) for name, one in rules.clients.items()}
    rules = replace(rules, clients=clients)
    found = discover(simulate(rules, weeks=30, seed=3), fidelity=False)
    assert straight(found) == {}
    assert found.teams["Desk"] == team


@pytest.mark.slow
def test_older_cases_may_be_handed_over(desk: Organisation) -> None:
    older = (Older(than=24 * HOUR, straight_on=0.1),)
    found = discover(
        simulate(busy(desk, Route(to="Close", share=1.0, straight_on=0.9, older=older)), weeks=40, seed=3),
        fidelity=False,
    )
    low, high = sorted(straight(found)["Work", "Close"])
    assert low == pytest.approx(0.1, abs=0.1)
    assert high == pytest.approx(0.9, abs=0.05)


def test_ends_alone_tell_it_too(desk: Organisation, without_starts: Callable[[Chronicle], Chronicle]) -> None:
    rules = busy(desk, Route(to="Close", share=1.0, straight_on=0.7))
    found = discover(without_starts(simulate(rules, weeks=30, seed=3)), fidelity=False)
    assert straight(found).keys() == {("Work", "Close")}
    assert all(share == pytest.approx(0.7, abs=0.15) for share in straight(found)["Work", "Close"])


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_what_nobody_else_is_ever_left_is_gone_straight_on_with(desk: Organisation, seed: int) -> None:
    """Where all finish what they began, nothing of it is taken from others' hands: it waited in line in the model."""
    rules = busy(desk, Route(to="Close", share=1.0), {"Desk": Team(activity_priority={"Close": 1})})
    rules = replace(rules, routes={**rules.routes, "Work": (Route(to="Close", share=1.0),)})
    found = discover(simulate(rules, weeks=30, seed=seed), fidelity=False)
    shares = straight(found)["Work", "Close"]
    assert max(shares) > 0.8 or found.teams["Desk"].activity_priority == {"Close": 1}
    waits = simulate(found, weeks=20, seed=seed).events.with_columns(wait=pl.col("start") - pl.col("ready"))
    of = {name: waits.filter(activity=name)["wait"].mean() for name in ("Work", "Close")}
    assert of["Close"] < 0.2 * of["Work"]


def test_the_share_is_that_of_both_kinds_of_cases_by_hand() -> None:
    """Of ten that others waited beside, six; of ten at which nobody did, seven, where four in ten would be by chance:
    half of the rest. Together, eleven of twenty; and nothing where there are none, or where all would be by chance."""
    waited, on = np.repeat([True, False], 10), np.repeat([True, False, True, False], [6, 4, 7, 3])
    straight: Any = SimpleNamespace(waited=waited, on=on)
    hop: Any = SimpleNamespace(alone=0.4)
    every, weight = np.arange(20), np.ones(20)
    assert _share(straight, hop, every, weight) == pytest.approx(0.55)
    assert _share(straight, hop, every[10:], weight) == pytest.approx(0.5)
    assert _share(straight, SimpleNamespace(alone=1.0), every[10:], weight) == 0.0  # type: ignore[arg-type]
    assert _share(straight, hop, every[:0], weight) == 0.0


def test_what_others_than_who_handed_it_over_took_first_by_hand() -> None:
    """Ann (0) hands over two steps and begins three others before Bob (1) takes the first of them; she takes the second
    herself, after him. Whatever is begun at the moment at which a step comes was taken before."""
    log: Any = SimpleNamespace(
        person=np.array([0, 1, 0, 0, 0, 1, 0, 0]),
        start=np.array([0.0, 40.0, 20.0, 25.0, 30.0, 50.0, 0.0, 60.0]),
        inner=np.array([False, True, False, False, False, False, False, True]),
    )
    at = np.array([1, 2, 3, 4, 5, 7])
    came = np.array([10.0, 5.0, 20.0, 5.0, 0.0, 10.0])
    assert _taken_first(log, at, came).tolist() == [True, True, True, False, False, False]


def test_what_is_clearly_more_by_hand() -> None:
    """Of 90 in a hundred, the standard error is 0.03, and four of these are 0.12; of many, a tenth more is enough."""
    hundred, many = _Chance(90.0, 100.0), _Chance(90_000.0, 100_000.0)
    others = {share: _Chance(1e6 * share, 1e6) for share in (0.7, 0.79, 0.81)}
    assert [_more(hundred, [one]) for one in others.values()] == [True, False, False]
    assert [_more(many, [one]) for one in others.values()] == [True, True, False]
    assert not _more(many, [others[0.7], others[0.81]])
    assert not _more(_Chance(19.0, 19.0), [_Chance(0.0, 1e6)])


def test_the_note_counts_all_ways_between_the_same_two_activities_by_hand() -> None:
    hops = {(0, 1): np.arange(0, 6), (0, 2): np.arange(6, 10), (1, 2): np.arange(10, 14)}
    on = np.repeat([True, False, True, False], [3, 3, 5, 3])
    findings: Any = SimpleNamespace(
        log=SimpleNamespace(activities=("Work", "Close")),
        known=SimpleNamespace(activity=(0, 1, 1)),
        straight=SimpleNamespace(hops={pair: SimpleNamespace(steps=steps) for pair, steps in hops.items()}, on=on),
    )
    (note,) = _on_straight(findings)
    assert note.endswith("before all that waits: Work > Close (70 %), Close > Close (25 %).")
