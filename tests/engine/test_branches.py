"""Cases that are at several steps at once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step, Team, faults
from irrupt.organisation.flow import visits
from irrupt.organisation.guards import guard_in

END = (Route(to="end", share=1.0),)


def fork(split: Any = "all", shares: tuple[float, ...] = (1.0, 1.0), **steps: Any) -> Organisation:
    """A split to A and B, of other lengths, and a join; A and Join can be replaced."""
    plain = counter(0.5)
    names = "ABCD"[: len(shares)]
    made = {name: Step(activity=name, duration=Distribution.exponential(600.0 * n)) for n, name in enumerate(names, 1)}
    routes = {name: (Route(to="Join", share=1.0),) for name in names}
    routes["Serve"] = tuple(Route(to=name, share=share) for name, share in zip(names, shares, strict=True))
    serve = replace(plain.steps["Serve"], split=split)
    join = Step(activity="Join", join=True, duration=Distribution.fixed(60.0))
    return replace(
        plain,
        steps={**plain.steps, "Serve": serve, **made, "Join": join, **steps},
        routes={**plain.routes, **routes, "Join": END},
    )


def lives(make: SimpleNamespace, organisation: Organisation, **how: Any) -> dict[int, dict[str, tuple[float, ...]]]:
    """For each case: activity -> when it was enabled, begun and done."""
    names = Simulation(organisation, seed=1, weeks=0.0).legend.activities
    rows = make.whole(organisation, weeks=0.2, **how)
    found: dict[int, dict[str, tuple[float, ...]]] = {}
    for case, activity, *times in zip(rows.case, rows.activity, rows.enabled, rows.start, rows.end, strict=True):
        assert names[activity] not in found.setdefault(int(case), {})
        found[int(case)][names[activity]] = tuple(times)
    return found


@pytest.mark.parametrize("reference", [False, True])
def test_all_parts_are_done_and_the_join_once_when_the_last_is(make: SimpleNamespace, reference: bool) -> None:
    for life in lives(make, fork(shares=(1.0, 1.0, 1.0)), reference=reference).values():
        assert set(life) == {"Serve", "A", "B", "C", "Join"}
        assert all(life[name][0] == life["Serve"][2] for name in "ABC")
        assert life["Join"][0] == life["Join"][1] == max(life[name][2] for name in "ABC")


def test_some_parts_are_done_and_the_join_waits_for_these_only(make: SimpleNamespace) -> None:
    sets = []
    for life in lives(make, fork("some", (0.5, 0.2, 0.1))).values():
        parts = set(life) - {"Serve", "Join"}
        sets.append(frozenset(parts))
        assert life["Join"][0] == max(life[name][2] for name in parts)
    assert frozenset() not in sets
    assert len(set(sets)) == 7


def test_a_part_that_ends_elsewhere_lets_the_others_go_on(make: SimpleNamespace) -> None:
    """B goes to the end half of the time: then the join begins when A and the end of B are there."""
    organisation = fork()
    ways = (Route(to="end", share=0.5), Route(to="Join", share=0.5))
    for life in lives(make, replace(organisation, routes={**organisation.routes, "B": ways})).values():
        assert life["Join"][1] == max(life["A"][2], life["B"][2])


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize("quantity", [5.0, 20.0, 30.0])
def test_a_part_is_waited_for_only_where_what_the_case_is_like_lets_it_come(
    make: SimpleNamespace, reference: bool, quantity: float
) -> None:
    """From B, cases that ask for more than 20 come to the join; for others it begins when A is done. So it does when
    rules change meanwhile."""
    ways = Route(to="Join", share=1.0, when=guard_in("quantity > 20")), Route(to="end", share=1.0)
    plain = fork()
    client = Client(cases_per_week=1000.0, quantity=Distribution.fixed(quantity))
    rules = replace(plain, clients={"Public": client}, routes={**plain.routes, "B": ways})
    change = [(60000.0, replace(rules, teams={"Desk": Team(order="last come")}))]
    for pauses in ([], change):
        for life in lives(make, rules, reference=reference, pauses=pauses).values():
            assert life["Join"][1] == (max(life["A"][2], life["B"][2]) if quantity > 20.0 else life["A"][2])


def test_a_skipped_join_still_brings_parts_together(make: SimpleNamespace) -> None:
    after = Step(activity="Close", duration=Distribution.fixed(1.0))
    organisation = fork(Close=after)
    routes = {**organisation.routes, "Join": (Route(to="Close", share=1.0),), "Close": END}
    client = next(iter(organisation.clients))
    for life in lives(make, replace(organisation, routes=routes, skips={client: frozenset({"Join"})})).values():
        assert set(life) == {"Serve", "A", "B", "Close"}
        assert life["Close"][0] == max(life["A"][2], life["B"][2])


def test_parts_meet_after_the_rules_have_no_split_any_more(make: SimpleNamespace) -> None:
    one = fork()
    other = replace(one, steps={**one.steps, "Serve": replace(one.steps["Serve"], split="one")})
    other = replace(other, routes={**one.routes, "Serve": (Route(to="A", share=1.0),)})
    rows = make.whole(one, pauses=[(20_000.0, other)], weeks=0.2)
    names = Simulation(one, seed=1, weeks=0.0).legend.activities
    joins, done = (int((rows.activity == names.index(name)).sum()) for name in ("Join", "Serve"))
    assert joins == done
    assert 0 < int((rows.activity == names.index("B")).sum()) < done


def test_a_split_of_one_way_is_a_way(make: SimpleNamespace) -> None:
    """A split of which all lead on by one way, or a join to which one part comes, changes nothing, to the bit."""
    plain = fork("one", (0.5, 0.5))
    steps = dict(plain.steps)
    for place in ("A", "Join"):
        steps[place] = replace(steps[place], split="all")
    assert make.same(make.whole(replace(plain, steps=steps), weeks=0.3), make.whole(plain, weeks=0.3))


def test_visits_are_those_that_are_found(make: SimpleNamespace) -> None:
    organisation = fork("some", (0.5, 0.2))
    client = next(iter(organisation.clients))
    again = (Route(to="B", share=0.25), Route(to="Join", share=0.75))
    over = (Route(to="Serve", share=0.1), Route(to="end", share=0.9))
    organisation = replace(organisation, routes={**organisation.routes, "B": again, "Join": over})
    assert faults(organisation) == []
    run = Simulation(organisation, seed=1, weeks=20.0)
    count = np.zeros(8)
    for rows in run.run():
        count += np.bincount(rows.activity, minlength=8)
    expected = visits(organisation, client)
    for name, often in expected.items():
        at = run.legend.activities.index(name)
        assert count[at] / run.arrived == pytest.approx(often, rel=0.03)
    assert expected["Join"] == pytest.approx(expected["Serve"]) == pytest.approx(1.0 / 0.9)
    assert expected["A"] == pytest.approx((0.5 + 0.5 * 0.8) / 0.9)


def test_every_event_makes_room_for_its_parts(make: SimpleNamespace) -> None:
    """More cases in the system than slots at first, each in four parts."""
    organisation = fork(shares=(1.0,) * 4)
    slow = {name: replace(organisation.steps[name], duration=Distribution.fixed(400_000.0)) for name in "ABCD"}
    run = Simulation(replace(organisation, steps={**organisation.steps, **slow}), seed=1, weeks=1.0)
    rows = make.collected(run.run())
    assert len(rows.case) == 6 * run.arrived
    assert run.in_system == 0
    assert tables(organisation).rules.most_parts > 4
