"""Who does what of the work of a team, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from irrupt.discovery.people.able import Skills, left_to_somebody
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Team
from irrupt.organisation.guards import above

STEPS = np.arange(5)
KIND = np.array([0, 1, 0, 2, 1])


def test_who_lacks_something_may_not_do_it_and_others_stand_beside_him() -> None:
    """Ann does all; Ben and Cy do nothing of the second kind, and of the third, which Ben does, Cy does nothing."""
    skills = Skills(np.array([[False, False, False], [False, True, False], [False, True, True]]), KIND)
    may = [[bool(skills.may(np.array([one]), np.array([step]))[0]) for step in STEPS] for one in range(3)]
    assert may == [[True] * 5, [True, False, True, True, False], [True, False, True, False, False]]
    found = {tuple(people.tolist()): steps.tolist() for steps, people in skills.alike(STEPS, np.arange(3))}
    assert found == {(0, 1, 2): [0, 2], (0, 1): [3], (0,): [1, 4]}
    assert len(set(skills.sets(STEPS, 3).tolist())) == 3
    assert len(set(skills.sets(np.array([0, 1]), 3).tolist())) == 2


def test_where_nobody_lacks_anything_all_do_all() -> None:
    plain = Skills()
    assert plain.may(np.array([0, 7]), np.array([3, 4])).tolist() == [True, True]
    ((steps, people),) = plain.alike(STEPS, np.array([2, 5]))
    assert (steps.tolist(), people.tolist()) == (STEPS.tolist(), [2, 5])
    assert plain.sets(STEPS, 3).tolist() == [0, 0, 0]


def test_what_nobody_of_a_desk_would_do_anybody_there_does() -> None:
    """Ann and Bob lack tax, by what they do at both desks; at one of them nobody else is. Eve, who is at the other
    alone, goes on lacking it."""
    rules = counter()
    (step,) = (one for one in rules.steps.values() if one.activity == "Serve")
    (client,) = rules.clients
    ann = replace(rules.people["Ann"], not_of_class={"Serve": ("tax",), "Call": ("tax",)})
    other = replace(step, team="Other")
    rules = replace(
        rules,
        clients={client: Client(cases_per_week=10.0, classes={"tax": 0.5})},
        teams={**rules.teams, "Other": Team()},
        steps={**rules.steps, "Serve there": other},
        people={
            "Ann": replace(ann, teams=("Desk", "Other")),
            "Bob": replace(ann, teams=("Desk", "Other"), not_when={"Serve": above(5.0)}),
            "Eve": replace(ann, teams=("Desk",)),
            "Leo": replace(rules.people["Ann"], teams=("Desk",)),
        },
    )
    found = left_to_somebody(rules).people
    assert {name: dict(one.not_of_class) for name, one in found.items()} == {
        "Ann": {"Call": ("tax",)},
        "Bob": {"Call": ("tax",)},
        "Eve": {"Serve": ("tax",), "Call": ("tax",)},
        "Leo": {},
    }
    assert not found["Bob"].not_when
    assert left_to_somebody(counter()) == counter()
