"""How fast people are, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.times.sizes import _speeds, learn


def test_speeds_are_drawn_together_by_as_much_as_people_are_alike() -> None:
    """Of two who did fifty like steps each, one takes half as much again; times of both vary by a factor of 1.35 either
    way. Speeds are the means of one-way analysis of variance with random effects."""
    away, within, each = np.log(1.5) / 2.0, np.log(1.35), 50
    spread = (2 * each * away**2 - within**2) / each
    slow = away * spread / (spread + within**2 / each)
    logs = np.tile([within, -within], each) + np.repeat([-away, away], each)
    log: Any = SimpleNamespace(person=np.repeat([0, 2], each), people=("Ann", "Bob", "Cy"))
    found = _speeds(log, np.zeros(2 * each, np.int64), 600.0 * np.exp(logs), np.arange(2 * each))
    assert found == {0: pytest.approx(np.exp(slow), abs=1e-4), 2: pytest.approx(np.exp(-slow), abs=1e-4)}


def test_people_who_only_vary_by_chance_are_as_fast() -> None:
    work = 600.0 * np.exp(np.tile([0.3, -0.3], 50))
    log: Any = SimpleNamespace(person=np.repeat([0, 1], 50), people=("Ann", "Bob"))
    assert _speeds(log, np.zeros(100, np.int64), work, np.arange(100)) == {0: 1.0, 1: 1.0}


def test_everybody_has_a_speed_whose_work_is_known() -> None:
    """Also the first of all; neither whom nobody names nor what takes no time."""
    log: Any = SimpleNamespace(
        case=np.arange(6),
        folds=np.arange(6) % 2,
        client=np.zeros(6, np.int64),
        person=np.array([0, 1, 1, -1, 2, 2]),
        people=("Ann", "Bob", "Cy"),
    )
    table: Any = SimpleNamespace(kinds=(), amounts={})
    work = np.array([60.0, 60.0, 60.0, 60.0, 0.0, 60.0])
    judged = np.array([True] * 5 + [False])
    assert learn(log, np.zeros(6, np.int64), work, judged, table, ()).speeds == {0: 1.0, 1: 1.0}
