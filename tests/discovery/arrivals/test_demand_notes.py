"""What is said of demand has the numbers that were learned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.arrivals.demand_notes import told


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
