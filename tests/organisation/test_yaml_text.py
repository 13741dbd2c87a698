"""YAML that we write means the same to every reader."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation.yaml_text import scalar, yaml_text
from irrupt.yaml_marks import read_text

values = st.recursive(
    st.text(max_size=8) | st.floats(allow_nan=False) | st.integers(-(10**18), 10**18) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(
    st.text(max_size=12) | st.sampled_from(["y", "N", "off", "1:30", "0o7", "1e3", "+1", "---", "...", "? a", ": b"])
)
def test_every_text_stays_a_text(text: str) -> None:
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text]
    assert read_text(f"- {scalar(text)}\n", "").data == [text]
    assert yaml.safe_load(f"{{{scalar(text)}: {scalar(text)}}}") == {text: text}


@given(st.floats(allow_nan=False))
def test_every_number_stays_that_number(value: float) -> None:
    read = yaml.safe_load(scalar(value))
    assert isinstance(read, int | float)
    assert read == value


def test_not_a_number_stays_none() -> None:
    assert math.isnan(yaml.safe_load(scalar(math.nan)))


@given(st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_every_reader_reads_back_what_was_written(data: dict[str, Any]) -> None:
    if data:
        assert yaml.safe_load(yaml_text(data)) == data


@given(st.lists(st.floats(allow_nan=False), min_size=30, max_size=60), st.text("ab", min_size=500, max_size=1500))
def test_long_lists_and_long_names_are_read_back(numbers: list[float], name: str) -> None:
    data = {"a": {name: numbers, "rows": [numbers, numbers]}, name: {"x": [1]}, "texts": [name, [name]]}
    assert yaml.safe_load(yaml_text(data)) == data


def test_a_sentence_with_a_number_stands_as_people_read_it() -> None:
    """`0\\u202f% of cases` stood in rulebooks."""
    assert scalar("in 11\u202f% of cases") == '"in 11\u202f% of cases"'


@pytest.mark.parametrize(
    "text", ["Hospital A", "Caller 4514", "é", "12 min", "Mon-Fri 09:00-17:00", "Group 39 (night)"]
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert scalar(text) == text
