"""Batches beside what interrupts work and what calls cases off. Times computed by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from irrupt.chronicle.rows import FIRST, INTERRUPTED, LAST
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Batch, Client, Distribution, Organisation, Patience, Person, Route, Step, Team
from irrupt.units import WEEK

LOOPS = pytest.mark.parametrize("reference", [True, False])
DAY = 86400.0
TOLD = FIRST | LAST | INTERRUPTED
END = (Route(to="end", share=1.0),)


def minutes(n: float) -> Distribution:
    return Distribution.fixed(60.0 * n)


def kiln(batch: Batch, *, a: tuple[int, ...], b: tuple[int, ...], **more: Any) -> Organisation:
    """Ann fires for an hour what A brings, in batches, and mends for an hour what B brings, one by one. *a*, *b*:
    minutes of the week at which they come, from the second week on."""
    brings = {
        name: Client(cases_per_week=float(len(came)), evenness=1.0, appointments=came)
        for name, came in (("A", a), ("B", b))
    }
    parts: dict[str, Any] = {
        "clients": brings,
        "steps": {
            "Fire": Step(activity="Fire", team="Kiln", duration=minutes(60), batch=batch),
            "Mend": Step(activity="Mend", team="Kiln", duration=minutes(60)),
        },
        "routes": {"start": (Route(to="Fire", share=1.0),), "Fire": END, "Mend": END},
        "client_routes": {"B": {"start": (Route(to="Mend", share=1.0),)}},
        "teams": {"Kiln": Team()},
        "people": {"Ann": Person(teams=("Kiln",), calendar="always")},
    }
    return replace(counter(), **parts | more)


def told(make: SimpleNamespace, rules: Organisation, reference: bool) -> list[tuple[str, str, int, int]]:
    """Of the second week: whose case, what is done, from which minute to which."""
    return [row[:4] for row in flagged(make, rules, reference)]


def flagged(make: SimpleNamespace, rules: Organisation, reference: bool) -> list[tuple[str, str, int, int, int]]:
    rows = make.whole(rules, reference=reference)
    legend = Simulation(rules, seed=1, weeks=0.0).legend
    names = (rows.client, rows.activity, rows.start, rows.end, rows.flags)
    return [
        (legend.clients[c], legend.activities[a], round((s - WEEK) / 60), round((e - WEEK) / 60), int(flags) & TOLD)
        for c, a, s, e, flags in zip(*names, strict=True)
        if WEEK <= e < 2 * WEEK
    ]


@LOOPS
def test_a_batch_that_is_begun_is_finished(make: SimpleNamespace, reference: bool) -> None:
    """Whoever ranks higher waits for it; one by one, for the last of it."""
    pressed = {"Kiln": Team(priority={"B": 1}, interrupts="resume")}
    found = told(make, kiln(Batch(size=2, longest_wait=DAY), a=(0, 10), b=(20,), teams=pressed), reference)
    assert found == [("A", "Fire", 10, 70), ("A", "Fire", 10, 70), ("B", "Mend", 70, 130)]
    found = told(
        make, kiln(Batch(size=2, longest_wait=DAY, done="one by one"), a=(0, 10), b=(20,), teams=pressed), reference
    )
    assert found == [("A", "Fire", 10, 70), ("A", "Fire", 70, 130), ("B", "Mend", 130, 190)]


@LOOPS
def test_a_batch_interrupts_what_ranks_lower(make: SimpleNamespace, reference: bool) -> None:
    pressed = {"Kiln": Team(priority={"A": 1}, interrupts="resume")}
    found = flagged(make, kiln(Batch(size=2, longest_wait=DAY), a=(5, 10), b=(0,), teams=pressed), reference)
    assert [row[:4] for row in found] == [
        ("B", "Mend", 0, 10),
        ("A", "Fire", 10, 70),
        ("A", "Fire", 10, 70),
        ("B", "Mend", 70, 120),
    ]
    assert found[0][4] == FIRST | INTERRUPTED


@LOOPS
def test_a_case_in_a_batch_is_called_off_when_that_is_done(make: SimpleNamespace, reference: bool) -> None:
    """After 30 minutes, when the batch is in the kiln until 70: then, before anything else is done. Who is over by then
    is not called off any more."""
    off = {"Withdrawn": Patience(lasts=minutes(30), activity="Withdrawn")}
    steps = {"Post": Step(activity="Post", duration=minutes(5))}
    rules = kiln(Batch(size=2, longest_wait=DAY), a=(0, 10), b=(500,), patience=off)
    way = {"Fire": (Route(to="Post", share=1.0),), "Post": END}
    longer = replace(rules, steps={**rules.steps, **steps}, routes={**rules.routes, **way})
    found = [row for row in told(make, longer, reference) if row[0] == "A"]
    assert found == [
        ("A", "Fire", 10, 70),
        ("A", "Fire", 10, 70),
        ("A", "Withdrawn", 70, 70),
        ("A", "Withdrawn", 70, 70),
    ]
    found = [row for row in told(make, rules, reference) if row[0] == "A"]
    assert found == [("A", "Fire", 10, 70), ("A", "Fire", 10, 70)]


@LOOPS
def test_nothing_is_begun_with_a_case_that_a_batch_kept_from_being_called_off(
    make: SimpleNamespace, reference: bool
) -> None:
    """Neither by Bea, who is free, nor by itself, in no time."""
    off = {"Withdrawn": Patience(lasts=minutes(30), activity="Withdrawn")}
    rules = kiln(Batch(size=2, longest_wait=DAY), a=(0, 10), b=(500,), patience=off)
    note = Step(activity="Note", duration=minutes(0))
    post = Step(activity="Post", team="Post", duration=minutes(5))
    whole = replace(
        rules,
        steps={**rules.steps, "Note": note, "Post": post},
        teams={**rules.teams, "Post": Team()},
        people={**rules.people, "Bea": Person(teams=("Post",), calendar="always")},
    )
    for first in ("Post", "Note"):
        way = {"Fire": (Route(to=first, share=1.0),), "Note": (Route(to="Post", share=1.0),), "Post": END}
        found = [row for row in told(make, replace(whole, routes={**rules.routes, **way}), reference) if row[0] == "A"]
        assert found == [
            ("A", "Fire", 10, 70),
            ("A", "Fire", 10, 70),
            ("A", "Withdrawn", 70, 70),
            ("A", "Withdrawn", 70, 70),
        ]


@LOOPS
def test_who_gathers_is_called_off_at_once_and_the_next_is_the_first(make: SimpleNamespace, reference: bool) -> None:
    """A's case of 0 is called off at 30; so B's, which came at 20, goes when it has waited for 50 minutes itself."""
    off = {"Withdrawn": Patience(lasts=minutes(30), activity="Withdrawn", client="A")}
    rules = kiln(Batch(size=3, longest_wait=3000.0), a=(0,), b=(20,), patience=off, client_routes={})
    assert told(make, rules, reference) == [("A", "Withdrawn", 30, 30), ("B", "Fire", 70, 130)]


@LOOPS
def test_a_part_in_a_batch_that_nobody_waits_for_any_more_is_over_with_it(
    make: SimpleNamespace, reference: bool
) -> None:
    """Of three ways to serve A the first that is done counts: at 40, when one part is in the kiln, and one in hand."""
    rules = kiln(Batch(size=1), a=(0,), b=(500,))
    steps = {
        "Ask": Step(activity="Ask", split="all"),
        "Buy": Step(activity="Buy", duration=minutes(40)),
        "Make": Step(activity="Make", duration=minutes(90)),
        "Have": Step(activity="Have", alone=True, duration=minutes(5)),
    }
    have = (Route(to="Have", share=1.0),)
    ways = {
        "start": (Route(to="Ask", share=1.0),),
        "Ask": tuple(Route(to=to, share=1.0) for to in ("Fire", "Buy", "Make")),
        **{"Fire": have, "Buy": have, "Make": have, "Have": END},
    }
    found = flagged(make, replace(rules, steps={**rules.steps, **steps}, routes={**rules.routes, **ways}), reference)
    assert [row[1:] for row in found if row[0] == "A"] == [
        ("Ask", 0, 0, FIRST),
        ("Buy", 0, 40, 0),
        ("Have", 40, 45, 0),
        ("Fire", 0, 60, LAST),
    ]


@LOOPS
def test_a_batch_of_one_leaves_nothing_behind(make: SimpleNamespace, reference: bool) -> None:
    """It is in hand when batches are given up: whoever comes after it is called off like all others."""
    fired = replace(
        counter(0.9), steps={"Serve": Step(activity="Serve", team="Desk", duration=minutes(9), batch=Batch(size=1))}
    )
    left = Patience(activity="Leave", lasts=minutes(5), to="end", share=1.0)
    plain = replace(
        counter(), steps={"Serve": Step(activity="Serve", team="Desk", duration=minutes(9))}, patience={"Leave": left}
    )
    run = Simulation(fired, seed=1, weeks=0.2, reference=reference)
    done = make.collected(run.run(20_000.0))
    while not run.in_system:
        done = make.collected(run.run(run.now + 60.0))
    arrived = run.arrived
    run.change(plain)
    rows = make.collected(run.run())
    later = rows.case >= arrived
    assert len(done.case) + later.sum() > 50
    assert (rows.end - rows.enabled)[later].max() <= 300.0 + 1e-6
