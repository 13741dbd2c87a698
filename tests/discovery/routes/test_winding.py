"""Ways on which cases may go back, of logs that tell too little of them, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.routes.beside import _side_by_side
from irrupt.discovery.routes.winding import MOST, _at_a_time, unfinished, winding


def test_of_more_activities_than_can_be_side_by_side_none_are() -> None:
    """Thirty cases do one after the other, each once, behind what they begin with."""
    size = MOST + 1
    number = np.tile(np.arange(size + 1), 30)
    log: Any = SimpleNamespace(
        activity=number,
        activities=tuple(str(one) for one in range(size + 1)),
        case=np.repeat(np.arange(30), size + 1),
        cases=30,
        begin=np.arange(30) * (size + 1),
        last=np.arange(30) * (size + 1) + size,
        start=np.arange(30 * (size + 1)) * 60.0,
        end=np.arange(30 * (size + 1)) * 60.0,
        span=(0.0, 1e9),
        starts="measured",
    )
    free, group = np.ones(len(number), bool), tuple(range(1, size + 1))
    assert _side_by_side(log, group, free)[1] == set()
    assert _side_by_side(log, group[1:], free)[1] == set(group[1:])
    assert winding(log, group, set(), free) == ()


def test_where_no_way_is_gone_none_is_unfinished() -> None:
    log: Any = SimpleNamespace(case=np.arange(3))
    assert unfinished(log, np.full(3, -1)).tolist() == [False] * 3


@pytest.mark.parametrize(("begins", "at_once"), [(8.9, True), (9.0, False), (10.0, False)])
def test_ways_are_gone_at_once_that_overlap_by_more_than_a_second(begins: float, at_once: bool) -> None:
    begin, end = np.array([[0.0], [begins]]), np.array([[10.0], [20.0]])
    assert [bool(_at_a_time(begin, end, *pair)[0]) for pair in ((0, 1), (1, 0))] == [at_once, at_once]
