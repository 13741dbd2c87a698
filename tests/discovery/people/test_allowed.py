"""Up to what amount somebody does an activity is found again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.people.allowed import told
from irrupt.discovery.routes.limits import Amount
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Person
from irrupt.organisation.guards import above, guard_in
from irrupt.organisation.validate import faults

from ..conftest import as_read

pytestmark = pytest.mark.usefixtures("few_steps")


def claims(desk: Organisation, **limits: dict[str, Any]) -> Organisation:
    """The desk with more people and cases of some amount, of whom some do this or that only within limits."""
    people = {**desk.people, **{name: Person(teams=("Desk",), calendar="early") for name in ("Cy", "Ed")}}
    people |= {name: Person(teams=("Desk",), calendar="late") for name in ("Di", "Flo")}
    asks = Distribution.lognormal(400.0, 1.0)
    return replace(
        desk,
        clients={name: replace(one, quantity=asks, cases_per_week=80.0) for name, one in desk.clients.items()},
        people={name: replace(one, not_when=limits.get(name, {})) for name, one in people.items()},
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"Cy": {"Work": above(500.0)}, "Di": {"Work": above(500.0)}},
        {"Cy": {"Work": above(800.0), "Close": above(300.0)}, "Flo": {"Work": above(200.0)}},
        {"Ed": {"Close": guard_in("quantity <= 200")}},
    ],
)
def test_up_to_what_amount_who_does_what_is_found(desk: Organisation, limits: dict[str, Any]) -> None:
    planted = claims(desk, **limits)
    found = discover(as_read(simulate(planted, weeks=20, seed=7)), fidelity=False)
    told = {name: one for name, one in found.people.items() if one.lacks}
    assert told.keys() == limits.keys()
    for name, one in told.items():
        assert one.not_when.keys() == limits[name].keys()
        for activity, guard in one.not_when.items():
            (term,), (planted_term,) = guard.terms, limits[name][activity].terms
            assert term.relation == planted_term.relation
            assert term.value == pytest.approx(planted_term.value, rel=0.04)
    assert not faults(found)
    assert {team.order for team in found.teams.values()} == {"first come"}
    notes = "" if found.learned is None else " ".join(found.learned.notes)
    assert ("quantity" in notes) == bool(limits)
    assert bool(limits) == any(client.quantity is not None for client in found.clients.values())


def test_where_no_case_has_an_amount_nobody_is_kept_from_any() -> None:
    asked: Any = SimpleNamespace(log=SimpleNamespace(activities=("Work", "Close")))
    found = told(asked, np.zeros((2, 2), bool), Amount("claim", np.full(3, np.nan)))
    assert (found.by, found.lacks, found.weight.tolist()) == ({}, {}, [0.0, 0.0])
