"""What is found out of the records of a log, where others told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.findings import _each_way
from irrupt.discovery.log import read

from .conftest import MONDAY


@pytest.mark.parametrize("lasting", [(), ("Fill",), ("Fill", "Paper")], ids=", ".join)
def test_ways_that_ends_told_count_where_a_step_on_them_has_no_start(
    made: Callable[..., Chronicle], lasting: tuple[str, ...]
) -> None:
    """Orders are filled and papered, by turns which is done first. Where both are seen to take time, and never to be
    done at the same time, they follow one another."""
    rows = []
    for case in range(60):
        begin = MONDAY + timedelta(hours=3 * case)
        done = ("Come", *(("Fill", "Paper") if case % 2 else ("Paper", "Fill")), "Ship")
        for turn, name in enumerate(done):
            end = begin + timedelta(minutes=30 * turn)
            rows.append((f"{case:02}", name, end, end - timedelta(minutes=20 * (name in lasting)), "Ann"))
    log = read(made(rows, "start", "resource"))
    ways = ("Fill",), ("Paper",)
    found, _teams, blocks, cut = _each_way(log, (ways,), {})
    told = [tuple(tuple(log.activities[one] for one in way) for way in block) for block in blocks]
    assert told == ([] if len(lasting) == 2 else [ways])
    assert not len(cut)
    names = np.array(log.activities)[found.activity].reshape(60, 4)
    assert (names[:, 1] == "Fill").sum() == (30 if len(lasting) == 2 else 60)
