"""What is said of the records has the numbers that were found in them."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery import notes
from irrupt.units import DAY, HOUR

MONDAY = datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("lasts", "daily", "said"),
    [
        (0.0, False, "All records bear one time, 2024-01-01 08:00"),
        (1.0, False, "All records lie within 1 hour:"),
        (HOUR, False, "All records lie within 1 hour:"),
        (HOUR + 1.0, False, "All records lie within 2 hours:"),
        (DAY - 1.0, False, "All records lie within 24 hours:"),
        (DAY - 1.0, True, None),
        (DAY, False, None),
    ],
)
def test_of_less_than_a_day_it_is_said_how_many_hours_it_touches(lasts: float, daily: bool, said: str | None) -> None:
    log: Any = SimpleNamespace(origin=MONDAY, span=(8 * HOUR, 8 * HOUR + lasts), daily=daily)
    found = notes._on_the_day(log)
    assert len(found) == (said is not None)
    assert said is None or found[0].startswith(said)


@pytest.mark.parametrize("given_up", [None, np.array([3, 3])])
def test_cases_that_are_not_whole_are_counted_and_how_the_records_were_cut_is_said(
    given_up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of five cases three were not over, of which one was given up, and one had begun before."""
    monkeypatch.setattr(notes.change_notes, "told", lambda _findings: [])
    complete = SimpleNamespace(
        ends=np.array([True, True, False, False, False]),
        begins=np.array([False, True, True, True, True]),
        ended_since=9 * DAY,
        complete_only=True,
    )
    lost = None if given_up is None else SimpleNamespace(case=given_up)
    findings: Any = SimpleNamespace(complete=complete, given_up=lost, log=SimpleNamespace(origin=MONDAY))
    still, early, since, over = notes._on_cases(findings)
    assert still.startswith("3 cases were not over" if given_up is None else "2 cases were not over")
    assert early.startswith("1 case had begun before the records do")
    assert since.startswith("The records hold cases that ended since 10 Jan 2024")
    assert over.startswith("The records hold only cases that were over")
    whole = SimpleNamespace(ends=complete.begins | True, begins=complete.begins | True, ended_since=None)
    whole.complete_only = False
    findings.complete, findings.given_up = whole, None
    assert notes._on_cases(findings) == []
