"""Results for machines: complete, language independent, valid JSON."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt import i18n
from irrupt.regulation import When
from irrupt.reporting.machine import plain, to_json
from irrupt.sight.model import Sight

RESULTS = ("chronicle", "sight", "organisation", "comparison")


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_json_round_trips(result: Any) -> None:
    said = to_json(result)
    assert json.loads(json.dumps(said, allow_nan=False)) == said


def keys(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [(key, keys(entry)) for key, entry in value.items()]
    return [keys(entry) for entry in value] if isinstance(value, list) else []


def test_keys_do_not_depend_on_the_language(result: Any) -> None:
    english = keys(to_json(result))
    i18n.use("fr")
    assert keys(to_json(result)) == english


def test_everything_that_was_seen_is_there(sight: Sight) -> None:
    said = to_json(sight)
    assert {one.name for one in fields(Sight)} - {"chronicle"} <= set(said)
    assert len(said["ledger"]) == len(sight.ledger)
    assert said["log"]["problems"][1]["count"] == 52761


def test_all_effects_with_verdict_and_kind_are_there(comparison: Any) -> None:
    said = to_json(comparison)
    assert said["effects"] == plain(comparison.effects.to_dicts())
    assert {row["kind"] for row in said["effects"]} == {"by construction", "emergent"}
    assert [one["found"][0]["says"] for one in said["scenarios"]] == ["as claimed", "the opposite", "undecided"]
    assert said["scenarios"][0]["acts"][0]["parameters"]["team"] == "Group 70"


def test_an_act_that_waits_is_told_by_its_name_with_what_it_waits_for(comparison: Any) -> None:
    act = comparison.tried[0].acts[0]
    waits = When(act=act, condition="cycle time > 8 h over 1 week", again=2)
    said = to_json(replace(comparison, tried=(replace(comparison.tried[0], acts=(waits,)),)))["scenarios"][0]["acts"]
    plainly = to_json(comparison)["scenarios"][0]["acts"][0]
    assert said == [plainly | {"when": "cycle time > 8 h over 1 week", "again": 2}]


def test_distances_come_with_how_far_to_trust_them(organisation: Any) -> None:
    assert [one["trust"] for one in to_json(organisation)["learned"]["fidelity"]] == [
        *("equal", "better", "worse", "much worse", "chance", "unknown"),
    ]


def test_what_json_cannot_say_is_null_or_text() -> None:
    moment = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
    said = plain({"a": math.nan, "b": math.inf, "c": moment, "d": np.float64(1.5), "e": frozenset("ba"), "f": object})
    assert said | {"f": ""} == {"a": None, "b": None, "c": moment.isoformat(), "d": 1.5, "e": ["a", "b"], "f": ""}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_plain_data_can_always_be_written(data: Any) -> None:
    json.dumps(plain(data), allow_nan=False)
