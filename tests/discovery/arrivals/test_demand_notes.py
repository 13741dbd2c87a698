"""What is said of demand has the numbers that were learned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.arrivals.demand_notes import told
from irrupt.organisation import Client


@pytest.mark.parametrize(
    ("growth", "bursts", "said"),
    [
        (0.0, 0.15, []),
        (0.0, 0.5, ["their number varies by 50 % from week to week"]),
        (-0.0125, 0.0, ["changes by -1.2 % a week"]),
        (0.02, 0.37, ["changes by 2.0 % a week", "their number varies by 37 % from week to week"]),
    ],
)
def test_growth_and_bursts_are_said_in_per_cent(growth: float, bursts: float, said: list[str]) -> None:
    demand = SimpleNamespace(
        clients={},
        growth=growth,
        bursts=bursts,
        half_life=np.inf,
        dated=SimpleNamespace(seasons={}, months={}),
        shares=SimpleNamespace(memory={}),
    )
    findings: Any = SimpleNamespace(log=SimpleNamespace(clients=("A", "B")), demand=demand, borne=())
    notes = told(findings)
    assert [part in note for part, note in zip(said, notes, strict=True)] == [True] * len(said), notes


def test_who_brings_several_cases_at_a_time_and_who_stays_is_said() -> None:
    """From a twentieth more than one on average on; whoever may leave again is not told of."""
    sizes = {"A": {1: 0.5, 4: 0.5}, "B": {1: 0.96, 2: 0.04}, "C": {1: 0.95, 2: 0.05}, "D": {}}
    demand = SimpleNamespace(
        clients={name: Client(cases_per_week=1.0, at_a_time=several) for name, several in sizes.items()},
        usual=4.0,
        growth=0.0,
        bursts=0.0,
        half_life=np.inf,
        dated=SimpleNamespace(seasons={}, months={}),
        shares=SimpleNamespace(memory={}),
    )
    borne = tuple(
        SimpleNamespace(waits=SimpleNamespace(at=at), again=again)
        for at, again in (("Repair", False), ("Ask", True), ("Look", False), ("Look", False))
    )
    findings: Any = SimpleNamespace(log=SimpleNamespace(clients=tuple("ABCD")), demand=demand, borne=borne)
    several, stay = told(findings)
    assert several.endswith(": A (2.5 on average), C (1.1 on average).")
    assert stay.endswith(": Look, Repair.")
    alone: Any = SimpleNamespace(
        log=SimpleNamespace(clients=("A",)),
        demand=SimpleNamespace(**{**vars(demand), "clients": {}}),
        borne=(),
    )
    assert told(alone) == ["Only one client, or group of clients, can be told apart."]
