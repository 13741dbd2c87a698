"""Whoever keeps hours for one of his teams takes up its work in these only. Hours computed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation, snapshot
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team

HOUR, DAY = 3600.0, 86400.0
LOOPS = pytest.mark.parametrize("reference", [True, False])
FRIDAY = Calendar(hours=((4 * 1440 + 540, 4 * 1440 + 1020),))


def firm(make: SimpleNamespace, *, hours: float = 1.0, **people: Any) -> Organisation:
    """Each Monday at 10:00 a case comes to the officers: Bob's, who is a clerk but on Fridays."""
    return Organisation(
        name="Firm",
        origin=make.origin,
        clients={"A": Client(cases_per_week=1.0, evenness=1.0, appointments=(600,))},
        steps={"Sign": Step(activity="Sign", team="Officers", duration=Distribution.fixed(hours * HOUR))},
        routes={"start": (Route(to="Sign", share=1.0),), "Sign": (Route(to="end", share=1.0),)},
        teams={"Clerks": Team(), "Officers": Team()},
        people={"Bob": bob(), **people},
        calendars={"office": make.calendars["office"], "Friday": FRIDAY},
    )


def bob(**how: Any) -> Person:
    return Person(teams=("Clerks", "Officers"), calendar="office", **{"team_hours": {"Officers": "Friday"}, **how})


def signed(make: SimpleNamespace, rules: Organisation, **how: Any) -> list[tuple[float, float]]:
    """Hours from the Monday of each week after the first until the case of that week is begun and done."""
    rows = make.whole(rules, **{"weeks": 4.0, **how})
    weeks = range(1, 1 + len(rows.start))
    return [
        ((a - w * 7 * DAY) / HOUR, (b - w * 7 * DAY) / HOUR)
        for a, b, w in zip(rows.start, rows.end, weeks, strict=True)
    ]


@LOOPS
def test_it_waits_for_the_hours_of_the_team(make: SimpleNamespace, reference: bool) -> None:
    assert set(signed(make, firm(make), reference=reference)) == {(4 * 24 + 9.0, 4 * 24 + 10.0)}
    always = firm(make, Bob=bob(team_hours={}))
    assert set(signed(make, always, reference=reference)) == {(10.0, 11.0)}


@LOOPS
def test_what_is_begun_goes_on_in_all_of_his_hours(make: SimpleNamespace, reference: bool) -> None:
    found = signed(make, firm(make, hours=10.0), weeks=2.0, reference=reference)
    assert found == [(4 * 24 + 9.0, 7 * 24 + 11.0)]


@LOOPS
def test_others_of_the_team_are_there_meanwhile(make: SimpleNamespace, reference: bool) -> None:
    others = firm(make, Cid=Person(teams=("Officers",), calendar="office"))
    assert set(signed(make, others, reference=reference)) == {(10.0, 11.0)}


@LOOPS
def test_hours_of_all_of_his_are_no_hours_of_their_own(make: SimpleNamespace, reference: bool) -> None:
    rules = firm(make, Ann=Person(teams=("Officers",), calendar="office"))
    same = replace(rules, people={**rules.people, "Bob": bob(team_hours={"Officers": "office", "Clerks": "office"})})
    plain = replace(rules, people={**rules.people, "Bob": bob(team_hours={})})
    assert make.same(*(make.whole(one, weeks=6.0, reference=reference) for one in (same, plain)))


@LOOPS
def test_he_keeps_them_from_the_moment_of_the_rule_on(make: SimpleNamespace, reference: bool) -> None:
    """The case of the second week is signed at once, that of the third on its Friday; then it is taken back."""
    plain = firm(make, Bob=bob(team_hours={}))
    pauses = [(14 * DAY, firm(make)), (21 * DAY, plain)]
    found = signed(make, plain, weeks=4.0, pauses=pauses, reference=reference)
    assert [begin for begin, _end in found] == [10.0, 4 * 24 + 9.0, 10.0]


@pytest.mark.parametrize("at", [3 * DAY, 11 * DAY + 9 * HOUR, 11 * DAY + 9.5 * HOUR, 40 * DAY])
def test_a_run_forks_and_is_put_down_at_any_of_them(make: SimpleNamespace, tmp_path: Path, at: float) -> None:
    run = Simulation(firm(make), seed=1, weeks=5.0)
    make.collected(run.run(at))
    fork = run.fork()
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert again.rules == run.rules == firm(make)
    rest = [make.collected(one.run()) for one in (run, fork, again)]
    assert make.same(rest[0], rest[1])
    assert make.same(rest[0], rest[2])
    assert run.changes == ()


def test_who_comes_when_none_were_expected_any_more_waits_for_them_too(make: SimpleNamespace) -> None:
    from irrupt.engine.orders import Order

    run = Simulation(firm(make), seed=1, weeks=1.0, run_out_weeks=20.0)
    make.collected(run.run(70 * DAY))
    run.bring([Order(client="A", name="late")])
    rows = make.collected(run.run())
    assert np.array_equal(rows.start, [74 * DAY + 9 * HOUR])
