"""Cases that are given up, and changes that come late."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.rows import CLIENT_ACT, FIRST, GAVE_UP, LAST
from irrupt.engine import Simulation, layout
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Patience, Person, Return, Route, Step, Team

HOUR = 3600.0
LOOPS = pytest.mark.parametrize("reference", [False, True], ids=["compiled", "reference"])


def fixed(hours: float) -> Distribution:
    return Distribution.fixed(hours * HOUR)


def rush(**patience: Patience) -> Organisation:
    """Eight cases or so within one hour, for one person who takes five hours for each."""
    burst = Client(cases_per_week=8.0, profile=tuple(float(hour == 30) for hour in range(168)))
    steps = {
        "Serve": Step(activity="Serve", team="Desk", duration=fixed(5)),
        "Mail": Step(activity="Mail", duration=fixed(1)),
    }
    routes = {
        place: (Route(to=to, share=1.0),) for place, to in (("start", "Serve"), ("Serve", "end"), ("Mail", "end"))
    }
    return replace(counter(), clients={"A": burst, "B": burst}, steps=steps, routes=routes, patience=patience)


def named(organisation: Organisation, make: Any, **how: Any) -> list[SimpleNamespace]:
    run = Simulation(organisation, **{"seed": 3, "weeks": 1.0, **how})
    rows = make.collected(run.run())
    found = [SimpleNamespace(**dict(zip(rows._fields, v, strict=True))) for v in zip(*rows, strict=True)]
    for row in found:
        row.client, row.activity = run.legend.clients[row.client], run.legend.activities[row.activity]
    return found


@LOOPS
@pytest.mark.parametrize("order", ["first come", "last come", "earliest due", "shortest"])
def test_who_waits_too_long_is_given_up(make: Any, reference: bool, order: Any) -> None:
    """Not those who are served by then; and the client has done it, not the team."""
    rules = rush(Gone=Patience(at="Serve", lasts=fixed(12), activity="Gone"))
    rules = replace(rules, teams={"Desk": Team(order=order)})
    rows = named(rules, make, reference=reference)
    gone = [row for row in rows if row.activity == "Gone"]
    served = [row for row in rows if row.activity == "Serve"]
    assert gone
    assert len(served) == 3
    assert all(row.start == row.end == row.ready + 12 * HOUR for row in gone)
    assert all(row.person == -1 and row.team >= 0 and row.flags == FIRST | LAST | CLIENT_ACT | GAVE_UP for row in gone)
    assert all(row.start <= row.ready + 12 * HOUR for row in served)


@LOOPS
def test_a_client_may_have_a_patience_of_his_own_and_cases_go_where_it_says(make: Any, reference: bool) -> None:
    rules = rush(
        Usual=Patience(at="Serve", lasts=fixed(12), activity="Left"),
        Own=Patience(at="Serve", lasts=fixed(2), activity="Gone", to="Mail", client="B"),
    )
    rows = named(rules, make, reference=reference)
    assert {row.activity for row in rows if row.client == "A"} == {"Serve", "Left"}
    ways: dict[int, list[SimpleNamespace]] = {}
    for row in rows:
        if row.client == "B":
            ways.setdefault(row.case, []).append(row)
    assert {tuple(row.activity for row in way) for way in ways.values()} == {("Serve",), ("Gone", "Mail")}
    for way in ways.values():
        if len(way) == 2:
            assert (way[1].enabled, way[1].start, way[1].end) == (way[0].end, way[0].end, way[0].end + HOUR)


@LOOPS
def test_a_new_patience_holds_for_those_who_wait_and_one_that_is_lifted_holds_no_more(
    make: Any, reference: bool
) -> None:
    calm, short = rush(), rush(Gone=Patience(at="Serve", lasts=fixed(2), activity="Gone"))
    for before, after in ((calm, short), (short, calm)):
        run = Simulation(before, seed=3, weeks=1.0, reference=reference)
        rows = list(make.collected(run.run(31.5 * HOUR)).end)
        run.change(after)
        late = make.collected(run.run())
        gone = late.activity == list(run.legend.activities).index("Gone")
        assert gone.any() == (after is short)
        if after is short:
            assert np.allclose(late.end[gone], late.ready[gone] + 2 * HOUR)
        assert len(rows) + len(late.end) == run.arrived


@pytest.mark.parametrize("order", ["first come", "last come", "earliest due", "shortest"])
def test_queues_hold_when_rules_change_while_cases_wait_and_are_given_up_later(make: Any, order: Any) -> None:
    """The lists are made anew at a change: those who leave from their middle must find their neighbours."""
    patience = Patience(at="Serve", lasts=Distribution.uniform(4 * HOUR, 30 * HOUR), activity="Gone")
    rules = replace(rush(Gone=patience), teams={"Desk": Team(order=order)})
    other = replace(rules, teams={"Desk": Team(order=order, priority={"A": 1})})
    runs = [
        make.whole(rules, pauses=[(31.5 * HOUR, other)], seed=3, weeks=1.0, reference=reference)
        for reference in (False, True)
    ]
    assert make.same(*runs)
    assert len(set(runs[0].case.tolist())) == (runs[0].flags & LAST > 0).sum()
    assert (runs[0].flags & GAVE_UP > 0).sum() > 5


@pytest.mark.one_in(2)
@LOOPS
def test_events_of_giving_up_find_room(make: Any, reference: bool) -> None:
    """Hardly anybody waits in vain, and each leaves an event behind that is due in a year."""
    plain = counter(0.9, cases_per_week=500.0)
    rules = replace(plain, patience={"Gone": Patience(at="Serve", lasts=fixed(8760), activity="Zone")})
    run = Simulation(rules, seed=1, weeks=2.0, reference=reference)
    rows = make.collected(run.run())
    assert len(rows.end) > 900
    assert make.same(rows, make.whole(plain, seed=1, weeks=2.0))
    if not reference:
        assert run._loop.state.counts[layout.VOID] == 0


def line(**returns: Return) -> Organisation:
    steps = {name: Step(activity=name, team="Desk", duration=fixed(0.1)) for name in ("Ask", "Do", "Bill")}
    order = ["start", *steps, "end"]
    routes = {here: (Route(to=to, share=1.0),) for here, to in pairwise(order)}
    clients = {name: Client(cases_per_week=150.0) for name in "AB"}
    return replace(counter(), clients=clients, steps=steps, routes=routes, returns=returns)


@pytest.mark.one_in(2)
@LOOPS
def test_a_late_change_sends_a_case_back_once(make: Any, reference: bool) -> None:
    rules = line(late=Return(during="Do", back_to="Ask", share=0.4, client="A"))
    ways: dict[tuple[str, int], str] = {}
    for row in named(rules, make, reference=reference):
        ways[row.client, row.case] = ways.get((row.client, row.case), "") + row.activity[0]
    assert {way for (client, _), way in ways.items() if client == "B"} == {"ADB"}
    mine = Counter(way for (client, _), way in ways.items() if client == "A")
    # The second time that the activity is done it may send back as well, if the first did not: it is done once only.
    assert mine.keys() == {"ADB", "ADADB"}
    assert mine["ADADB"] / mine.total() == pytest.approx(0.4, abs=0.12)


@pytest.mark.one_in(2)
@LOOPS
def test_each_return_is_made_once_and_others_keep_their_luck(make: Any, reference: bool) -> None:
    always = {
        "one": Return(during="Do", back_to="Ask", share=1.0),
        "two": Return(during="Bill", back_to="Do", share=1.0),
    }
    ways: dict[int, str] = {}
    for row in named(line(**always), make, reference=reference):
        ways[row.case] = ways.get(row.case, "") + row.activity[0]
    assert set(ways.values()) == {"ADADBDB"}
    plain, sometimes = (
        named(line(**returns), make, reference=reference)
        for returns in ({}, {"one": Return(during="Do", back_to="Ask", share=0.0)})
    )
    assert plain == sometimes


def test_erlang_a() -> None:
    """M/M/2 with impatience (Palm 1957): the share of cases given up, from the birth-death equations."""
    load, servers, patience = 2.2, 2, 1.5
    weight, total, lost = 1.0, 1.0, 0.0
    for present in range(1, 200):
        weight *= load / (min(present, servers) + max(0, present - servers) / patience)
        total += weight
        lost += weight * max(0, present - servers) / patience
    plain = counter(load)
    mean = plain.steps["Serve"].duration.mean
    rules = replace(
        plain,
        people={f"Ann {n}": Person(teams=("Desk",), calendar="always") for n in range(servers)},
        patience={"Gone": Patience(at="Serve", lasts=Distribution.exponential(patience * mean), activity="Gone")},
    )
    shares = []
    for replication in range(30):
        run = Simulation(rules, seed=5, replication=replication, weeks=10.0)
        gone = sum(int((rows.person < 0).sum()) for rows in run.run())
        shares.append(gone / run.arrived)
    expected = lost / total / load
    error = np.std(shares, ddof=1) / np.sqrt(len(shares))
    assert error < 0.02 * expected
    assert abs(np.mean(shares) - expected) < 4 * error
