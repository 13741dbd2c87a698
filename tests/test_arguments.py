"""Arguments are held against annotations: all that are of another kind are told, and what serves as well is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from inspect import isfunction, signature
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt.arguments import Held, as_annotated
from irrupt.engine.examples import counter
from irrupt.errors import UsageError
from irrupt.organisation import Claim, Organisation, RuleChange
from irrupt.regulation import When, check_act
from irrupt.regulation.acts import BUILT_IN
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Proposal, Remembering, Reply, check_policy

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
        ({"limits": ["ab"]}, "limits > 1  a value of type str; expected tuple\\[str, float\\]"),
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


FIELDS = [(kind, one.name) for kind in BUILT_IN for one in fields(kind) if one.init]  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda one: getattr(one, "name", one))
def test_acts_are_made_of_what_their_annotations_name(kind: Any, name: str) -> None:
    """Most fields were first used when the changes of an act were asked for, and ended there as AttributeError."""
    with pytest.raises(UsageError, match=f"^{kind.name}: {name.replace('_', ' ')}  a value of type object; expected "):
        kind(**{name: object()})


def test_all_fields_of_other_kinds_are_told_as_files_call_them() -> None:
    with pytest.raises(UsageError) as wrong:
        irrupt.acts.Audit(client="A", after="Serve", share=None, team=["B"], back_to=3, signed="imposed")  # type: ignore[arg-type]
    assert [fault.where for fault in wrong.value.faults] == [
        "audit: share",
        "audit: team",
        "audit: back to",
        "audit: signed",
    ]
    told = "audit: share  a value of type NoneType; expected float | str"
    assert [str(fault) for fault in wrong.value.faults][::3] == [
        told,
        "audit: signed  a value of type str; expected Signature; irrupt.acts.Signature makes one",
    ]


def test_what_annotations_say_is_taken_as_well_is_taken() -> None:
    relay = irrupt.acts.Relay(client="A", team="B", at="C", discretion="30 %")  # type: ignore[arg-type]
    assert relay.discretion == 0.3
    assert irrupt.acts.Signature(visible_to="A").visible_to == ("A",)  # type: ignore[arg-type]
    assert irrupt.acts.FlexibilityDemand(team="A", shifts="Sat 6-12", notice=2.0, temps="2").temps == 2  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"agreed by > 2  a value of type int; expected str"):
        irrupt.acts.Signature(agreed_by=("A", 3))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Hire:
    """An act of somebody else, which inherits nothing."""

    name: ClassVar[str] = "hire"
    team: str
    person: str = None  # type: ignore[assignment]
    place: NotThere = None  # type: ignore[name-defined]  # noqa: F821
    hours: "how many" = 0  # type: ignore[valid-type]  # noqa: F722
    client: None = None

    @property
    def claim(self) -> Claim:
        text = "One more in " + self.team
        return Claim(author="A", aim="rigidity", measure="rework", party="A", expects="fall", text=text)

    def changes(self, rules: Organisation, moment: datetime) -> list[RuleChange]:
        raise NotImplementedError


def test_acts_of_others_are_held_to_their_own_annotations() -> None:
    """Whatever stands in annotations that mean nothing here is left alone, as is a default that they do not name."""
    with pytest.raises(UsageError, match=r"^acts > 1 > team  a value of type int; expected str$"):
        irrupt.compare(counter(), Hire(team=3))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^scenarios > a > 2 > team  a value of type int; expected str$"):
        irrupt.compare(counter(), scenarios={"a": [Hire("A"), Hire(team=3)]})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^act > team  a value of type int; expected str$"):
        check_act(Hire(team=3), counter())  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^rules  a value of type int; expected Organisation"):
        check_act(Hire("A"), 3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^policy > forgives  a value of type str; expected int$"):
        check_policy(Forgiving(forgives="two"), Hire("A"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^when: act > person  a value of type int; expected str$"):
        When(act=Hire(team="A", person=3))  # type: ignore[arg-type]
    assert When(act=Hire("A", place=3)).client is None
    with pytest.raises(UsageError, match=r"^when: act  a value of type type; expected Act$"):
        When(act=irrupt.acts.Volume)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Forgiving:
    """A policy of somebody else."""

    name: ClassVar[str] = "forgiving"
    forgives: int = 0

    def reply(self, proposal: Proposal) -> Reply:
        raise NotImplementedError


@dataclass(frozen=True)
class Kept(Held):
    """What may be given without its name."""

    first: str
    second: int = 0


def test_fields_that_are_given_in_order_are_looked_at_too() -> None:
    assert Kept("a", 2) == Kept(first="a", second=2)
    with pytest.raises(UsageError, match=r"^second  a value of type str; expected int$"):
        Kept("a", "b")  # type: ignore[arg-type]


def test_what_waits_is_made_of_what_annotations_name() -> None:
    with pytest.raises(UsageError) as wrong:
        When(act=3, condition=4, lag="2 weeks")  # type: ignore[arg-type]
    assert [str(fault) for fault in wrong.value.faults] == [
        "when: act  a value of type int; expected Act",
        "when: condition  a value of type int; expected Condition | str | None",
        "when: lag  a value of type str; expected float",
    ]


def test_parties_and_their_policies_are_made_of_what_annotations_name() -> None:
    with pytest.raises(UsageError, match=r"^policy  a value of type str; expected Policy$"):
        Party(name="A", policy="calculate")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^remember: forgives  a value of type str; expected int$"):
        Remembering(as_long_as="rework < 5 % over 4 weeks", forgives="two")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^author  a value of type int; expected str$"):
        Claim(author=3, aim="rigidity", measure="rework", party="A", expects="fall")  # type: ignore[arg-type]
