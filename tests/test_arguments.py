"""Arguments are held against annotations: all that are of another kind are told, and what serves as well is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from inspect import isfunction, signature
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt.arguments import as_annotated
from irrupt.engine.examples import counter
from irrupt.errors import UsageError
from irrupt.organisation import Organisation

FUNCTIONS = [name for name in irrupt.__all__ if isfunction(getattr(irrupt, name)) and not name.startswith("load")]
"""All but those that read a file, which is looked at where it is opened."""


@as_annotated
def called(
    *names: str,
    count: int = 1,
    share: float = 0.5,
    sure: bool = True,
    path: str | Path | None = None,
    since: date | None = None,
    limits: Sequence[tuple[str, float]] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    others: Sequence[Organisation] = (),
    kind: Literal["grid", "drawn"] = "grid",
    frame: LibraryNotThere | None = None,  # type: ignore[name-defined]  # noqa: F821
    **more: int,
) -> str:
    return "called"


@pytest.mark.parametrize(
    "said",
    [
        {"count": np.int64(3), "share": np.float32(0.5), "sure": np.bool_(False)},
        {"share": 1, "path": Path("x"), "since": date(2024, 1, 1)},
        {"limits": [["a", 1], ("b", np.float64(2))], "groups": {"a": pl.Series(["b"]), "c": np.array(["d"])}},
        {"others": [counter()], "kind": "no grid", "frame": 3, "anything": "else"},
    ],
)
def test_what_serves_as_well_is_taken(said: dict[str, Any]) -> None:
    assert called("a", "b", **said) == "called"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"count": 1.5}, "count  a value of type float; expected int"),
        ({"share": "much"}, "share  a value of type str; expected float"),
        ({"sure": "no"}, "sure  a value of type str; expected bool"),
        ({"path": b"x"}, r"path  a value of type bytes; expected str \| Path \| None"),
        ({"since": "2024-01-01"}, "since  a value of type str; expected date"),
        ({"limits": "ab"}, "limits  a value of type str; expected Sequence"),
        ({"limits": ["ab"]}, "limits > 1  a value of type str; expected Sequence"),
        ({"limits": [("a", 1), ("b", None)]}, "limits > 2 > 2  a value of type NoneType"),
        ({"limits": iter(())}, "limits  a value of type tuple_iterator"),
        ({"limits": np.array(3)}, "limits  a value of type ndarray"),
        ({"groups": ["a"]}, "groups  a value of type list; expected Mapping"),
        ({"groups": {"a": ["b", 3]}}, "groups > a > 2  a value of type int"),
        ({"others": ["x"]}, r"others > 1  a value of type str; .*; irrupt\.discover makes one"),
        ({"kind": 3}, "kind  a value of type int; expected Literal"),
    ],
)
def test_what_is_of_another_kind_is_told_with_its_place(said: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=f"^{told}"):
        called(**said)


def test_all_is_told_at_once() -> None:
    with pytest.raises(UsageError) as wrong:
        called("a", 3, count="x", share=None)  # type: ignore[arg-type]
    assert [fault.where for fault in wrong.value.faults] == ["names > 2", "count", "share"]


def test_what_is_missing_or_too_much_is_told_by_python_itself() -> None:
    with pytest.raises(TypeError, match="weeks"):
        irrupt.simulate(counter(), seed=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_that_users_call_are_held_to_their_annotations(name: str) -> None:
    function = getattr(irrupt, name)
    if signature(function).parameters:
        assert function.__wrapped__.__name__ == name
