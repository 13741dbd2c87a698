"""What tells cases apart, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.arraytypes import Floats
from irrupt.discovery.kinds.attributes import _kind, _serial, class_of

CAME = np.arange(40.0)


@pytest.mark.parametrize(
    ("number", "serial"),
    [
        (1000.0 + CAME**2, True),
        (5.0 - CAME, True),
        (np.where(CAME < 19, CAME, np.nan), False),
        (np.where(CAME < 20, CAME, np.nan), True),
        (CAME % 7, False),
        (np.full(40, 3.0), False),
    ],
    ids=["rising", "falling", "few", "enough", "up and down", "the same"],
)
def test_numbers_that_rise_or_fall_with_the_time_are_those_of_a_register(number: Floats, serial: bool) -> None:
    assert _serial(number, CAME) == serial


@pytest.mark.parametrize(("often", "values"), [((20, 20, 3), ("a", "b")), ((20, 19, 30), ("a", "c")), ((30, 19), None)])
def test_what_some_cases_share_is_a_class_unless_it_says_whose_they_are(
    often: tuple[int, ...], values: tuple[str, ...] | None
) -> None:
    """A class is what twenty are, and nothing where there is one alone."""
    number = np.repeat(np.arange(len(often)), often)
    cases = len(number)
    log: Any = SimpleNamespace(
        row=np.arange(cases), begin=np.arange(cases), case=np.arange(cases), cases=cases, client=np.arange(cases) % 2
    )
    column = pl.Series("size", ["abc"[one] for one in number])
    found = _kind(column, log)
    assert (found and found.values) == values
    assert found is None or found.of_case.tolist() == [
        found.values.index("abc"[one]) if "abc"[one] in found.values else -1 for one in number
    ]
    log.client = number
    assert _kind(column, log) is None


def test_a_case_is_of_the_class_that_is_made_of_most_of_its_values() -> None:
    classes = ["tax", "tax, urgent", "ordinary, tax", "rent", "a, b / urgent"]
    assert class_of({"tax"}, classes) == "tax"
    assert class_of({"tax", "urgent", "rent"}, classes) == "tax, urgent"
    assert class_of({"rent", "tax"}, classes) == "rent"
    assert class_of({"a, b", "urgent"}, classes) == "a, b / urgent"
    assert class_of({"urgent"}, classes) is None
