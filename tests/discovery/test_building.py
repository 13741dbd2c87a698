"""What is learned is made into an organisation: by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.building import _sure
from irrupt.units import HOUR


def test_how_well_records_tell_load_and_queue_by_twelve_parts_of_them() -> None:
    """Two steps in each hour of twelve: standard errors of means, as shares of these. Of a team that nothing waits for
    nothing is told."""
    random = np.random.default_rng(1)
    start = HOUR * (0.01 + np.repeat(np.arange(12), 2))
    work, wait = random.uniform(100.0, 900.0, 24), random.uniform(100.0, 900.0, 24)
    findings: Any = SimpleNamespace(
        log=SimpleNamespace(span=(0.0, 12 * HOUR), start=np.tile(start, 2), enabled=np.append(start - wait, start)),
        workforce=SimpleNamespace(sure={"Desk", "Lab"}),
        teams=SimpleNamespace(team=np.repeat([0, 1], 24), names=("Desk", "Lab")),
        worked=np.ones(48, bool),
        in_hours=np.tile(work, 2),
    )
    found = _sure(findings)
    each = [one.reshape(12, 2).sum(axis=1) for one in (work, wait)]
    assert found == {"Desk": pytest.approx([part.std(ddof=1) / part.mean() / np.sqrt(12) for part in each])}
