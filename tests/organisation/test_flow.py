"""Where cases go: against closed forms, conservation of flow, and counting by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.organisation import Client, Organisation, Route, Step
from irrupt.organisation.dead_ends import lost
from irrupt.organisation.flow import graph, loops, reachable, visits


def chain(routes: dict[str, dict[str, float]]) -> Organisation:
    """An organisation without people whose cases follow *routes*."""
    return Organisation(
        name="",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"A": Client(cases_per_week=1.0)},
        steps={name: Step(activity=name) for name in routes if name != "start"},
        routes={name: tuple(Route(to=to, share=share) for to, share in ways.items()) for name, ways in routes.items()},
    )


ways = st.dictionaries(
    st.sampled_from(["start", *"PQRS"]),
    st.sets(st.sampled_from([*"PQRS", "end"]), min_size=1, max_size=3),
    min_size=1,
)


def test_a_loop_is_passed_a_geometric_number_of_times() -> None:
    rules = chain({"start": {"Try": 1.0}, "Try": {"Try": 0.75, "end": 0.25}})
    assert visits(rules, "A") == {"Try": pytest.approx(4.0)}


def test_a_client_with_routes_of_his_own_goes_his_own_way() -> None:
    rules = chain({"start": {"X": 1.0}, "X": {"Y": 0.5, "end": 0.5}, "Y": {"end": 1.0}})
    rules = replace(rules, client_routes={"A": {"X": (Route(to="Y", share=1.0),)}})
    assert visits(rules, "A") == {"X": pytest.approx(1.0), "Y": pytest.approx(1.0)}


def test_steps_that_nobody_comes_to_are_visited_never() -> None:
    rules = chain({"start": {"X": 1.0}, "X": {"end": 1.0}, "Y": {"X": 1.0}})
    assert visits(rules, "A") == {"X": pytest.approx(1.0), "Y": 0.0}
    assert visits(chain({"start": {"end": 1.0}}), "A") == {}
    assert visits(chain({"start": {"end": 1.0}, "Y": {"end": 1.0}}), "A") == {"Y": 0.0}


@settings(max_examples=settings().max_examples // 4, deadline=None)
@given(data=st.data())
def test_every_case_ends_once(data: st.DataObject, organisations: st.SearchStrategy[Organisation]) -> None:
    """What flows into `end` from all steps is one case."""
    rules = data.draw(organisations)
    for client in rules.clients:
        plain = replace(rules, clients={client: replace(rules.clients[client], classes={})})
        often = {"start": 1.0, **visits(plain, client)}
        ended = sum(often[at] * r.share for at in often for r in rules.routes_of(client, at) if r.to == "end")
        assert ended == pytest.approx(1.0)


def test_many_steps_in_a_row_and_a_loop_of_hundreds() -> None:
    """The matrix of all steps at once would have a hundred million entries."""
    row = [f"{number:05d}" for number in range(10_000)]
    routes = {"start": {"00000": 1.0}} | {
        here: {after: 0.5, "end": 0.5} if here == row[0] else {after: 1.0}
        for here, after in zip(row, [*row[1:], "end"], strict=True)
    }
    assert set(visits(chain(routes), "A").values()) == {1.0, 0.5}
    ring = {here: {after: 0.999, "end": 0.001} for here, after in zip(row[:300], [*row[1:300], row[0]], strict=True)}
    often = visits(chain({"start": {row[0]: 1.0}} | ring), "A")
    assert sum(often.values()) == pytest.approx(1000.0)
    assert often[row[7]] == pytest.approx(0.999**7 / (1.0 - 0.999**300))


@settings(deadline=None)
@given(ways)
def test_loops_are_who_can_reach_each_other_in_the_order_of_cases(ways: dict[str, set[str]]) -> None:
    groups = loops(ways, "start")
    of = {place: number for number, group in enumerate(groups) for place in group}
    assert set(of) == reachable(ways, "start")
    for place in of:
        onward = reachable(ways, place)
        assert {other for other in onward if place in reachable(ways, other)} == set(groups[of[place]])
        assert all(of[place] <= of[other] for other in onward)


def test_visits_are_those_of_the_classes_by_their_shares() -> None:
    rules = chain({"start": {"X": 1.0}, "X": {"end": 1.0}, "Y": {"end": 1.0}})
    large = (*rules.routes["X"], Route(to="Y", share=1.0, only="large"))
    shares = {"A": Client(cases_per_week=1.0, classes={"large": 0.25, "small": 0.75})}
    rules = replace(rules, clients=shares, routes={**rules.routes, "X": large})
    assert visits(rules, "A") == {"X": pytest.approx(1.0), "Y": pytest.approx(0.25)}
    assert graph(rules, "A")["X"] == {"Y", "end"}


def test_visits_are_what_walking_counts() -> None:
    rules = chain(
        {
            "start": {"X": 0.6, "Y": 0.4},
            "X": {"Y": 0.5, "X": 0.2, "end": 0.3},
            "Y": {"X": 0.3, "end": 0.7},
        }
    )
    luck = random.Random(7)
    walks, counted = 20_000, {"X": 0, "Y": 0}
    for _ in range(walks):
        place = "start"
        while place != "end":
            routes = rules.routes[place]
            place = luck.choices([route.to for route in routes], [route.share for route in routes])[0]
            if place != "end":
                counted[place] += 1
    for step, expected in visits(rules, "A").items():
        assert counted[step] / walks == pytest.approx(expected, abs=0.04)


@settings(deadline=None)
@given(ways)
def test_a_trap_is_where_no_walk_ends(ways: dict[str, set[str]]) -> None:
    """Against the transitive closure, computed the slow way."""
    steps = [*"PQRS"]
    full = {place: ways.get(place, {"end"}) for place in ("start", *steps)}
    rules = chain({place: dict.fromkeys(targets, 1.0 / len(targets)) for place, targets in full.items()})
    closed = {place: set(targets) | {place} for place, targets in full.items()}
    for _ in closed:
        for targets in closed.values():
            targets |= {more for target in targets for more in closed.get(target, ())}
    expected = {place for place in closed["start"] if place != "end" and "end" not in closed[place]}
    assert lost(rules, "A")[0] == expected
    assert reachable(graph(rules, "A"), "start") == closed["start"]


def test_a_route_with_share_zero_leads_nowhere() -> None:
    rules = chain({"start": {"X": 1.0, "Y": 0.0}, "X": {"X": 1.0, "end": 0.0}, "Y": {"end": 1.0}})
    assert reachable(graph(rules, "A"), "start") == {"start", "X"}
    assert lost(rules, "A")[0] == {"start", "X"}
