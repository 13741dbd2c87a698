"""Deliveries that name another place than the plans, or none: put together where only one can be meant, else told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.schedules.meeting import meeting
from irrupt.ledgers.plans import Plans, plans

Key = tuple[str | None, str | None, str]
WEEKS, AHEAD = 10, 3
A: Key = ("A", "PA", "P1")


def records(planned: Sequence[Key], bought: Sequence[Key], kind: str = "delivered") -> Chronicle:
    """1,000 are announced for each week, three weeks ahead; 900 come under each key."""
    monday = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(WEEKS + AHEAD)]
    rows = [
        (*key, monday[week], monday[week + lead], 1000, "forecast")
        for key in planned
        for week in range(WEEKS)
        for lead in range(AHEAD)
    ]
    rows += [(*key, monday[week], monday[week], 900, kind) for key in bought for week in range(WEEKS)]
    columns = ["client", "plant", "part", "issued", "period", "quantity", "kind"]
    return irrupt.read(pl.DataFrame(rows, schema=columns, orient="row"))


def of(found: Plans, key: Key) -> list[float]:
    """What was bought of a series, week by week, as far as weeks have come."""
    (at,) = [number for number, one in enumerate(found.series.rows()) if one == key]
    return found.bought[at, :WEEKS].tolist()


TOGETHER: dict[str, tuple[list[Key], list[Key], float]] = {
    "the same": ([A], [A], 900),
    "no plant": ([A], [("A", None, "P1")], 900),
    "another plant": ([A], [("A", "DOCK", "P1")], 900),
    "two docks": ([A], [("A", "D1", "P1"), ("A", "D2", "P1")], 1800),
    "plans without plants": ([("A", None, "P1")], [("A", "PA", "P1"), ("A", "PB", "P1")], 1800),
    "some without a plant": ([A], [A, ("A", None, "P1")], 1800),
    "another plant besides": ([A], [A, ("A", "PB", "P1")], 900),
    "no client": ([A], [(None, "PA", "P1")], 900),
    "no client in plans": ([(None, "PA", "P1")], [("A", "PA", "P1")], 900),
    "neither client nor plant": ([A], [(None, None, "P1")], 900),
    "some without a client": ([A], [A, (None, "PA", "P1")], 1800),
    "another client with plans": ([A, ("B", "PA", "P2")], [A, ("B", "PA", "P2")], 900),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("case", TOGETHER)
@pytest.mark.parametrize("kind", ["delivered", "call-off"])
def test_what_can_only_belong_to_one_plan_is_bought_of_it(case: str, kind: str) -> None:
    planned, bought, quantity = TOGETHER[case]
    read = records(planned, bought, kind)
    found = plans(read.schedules)
    assert set(found.sources.values()) == {kind}
    for key in planned:
        assert of(found, key) == [quantity] * WEEKS
    others = set(bought) - set(planned)
    assert any("only this one can be meant" in one or "only these can be meant" in one for one in read.notes) == (
        bool(others) and case != "another plant besides"
    )
    assert [one.code for one in read.problems] == (["not announced"] if case == "another plant besides" else [])


APART: dict[str, tuple[list[Key], list[Key], list[str]]] = {
    "one plant of two": ([A, ("A", "PB", "P1")], [A], ["A / PB / P1"]),
    "no plant of two": ([A, ("A", "PB", "P1")], [("A", None, "P1")], ["A / PA / P1, A / PB / P1", "A / – / P1"]),
    "another part": ([A], [("A", "PA", "P2")], ["A / PA / P1", "A / PA / P2"]),
    "noughts": ([A], [("A", "PA", "0P1")], ["A / PA / P1", "A / PA / 0P1", "P1 – 0P1"]),
    "no client of two": (
        [A, ("B", "PA", "P1")], [(None, "PA", "P1")], ["A / PA / P1, B / PA / P1", "– / PA / P1"],
    ),
    "another client": ([A], [("Z", "PA", "P1")], ["A / PA / P1", "Z / PA / P1"]),
}  # fmt: skip


@pytest.mark.one_in(2)
@pytest.mark.parametrize("case", APART)
@pytest.mark.parametrize("kind", ["delivered", "call-off"])
def test_what_belongs_to_nothing_is_not_known_instead_of_nothing_and_told(case: str, kind: str) -> None:
    """All of it counted as nothing bought: every week left every band, and nobody was told why."""
    planned, bought, names = APART[case]
    read = records(planned, bought, kind)
    found = plans(read.schedules)
    for key in planned:
        assert of(found, key) == [900.0] * WEEKS or np.isnan(of(found, key)).all()
        assert key in bought or np.isnan(of(found, key)).all()
    codes = ["not delivered", "not announced", "noughts of parts"]
    if case == "one plant of two":
        codes = codes[:1]
    assert [one.code for one in read.problems] == codes[: len(names)]
    assert all(one.found.endswith(f": {name}") for one, name in zip(read.problems, names, strict=True))
    assert all(one.places[0].startswith("row ") for one in read.problems)


def test_a_client_who_gets_no_deliveries_is_measured_by_his_last_plan_as_before() -> None:
    found = plans(records([A, ("B", "PA", "P2")], [A]).schedules)
    assert found.sources == {"A": "delivered", "B": "last plan"}
    assert of(found, ("B", "PA", "P2")) == [1000.0] * WEEKS


def test_what_is_announced_for_later_than_the_last_delivery_lacks_none() -> None:
    read = records([A], [A])
    new = read.schedules.filter(kind="forecast").with_columns(part=pl.lit("NEW"), quantity=pl.lit(0.0))
    assert meeting(pl.concat([read.schedules, new])).unbought.is_empty()
    later = new.with_columns(pl.col("issued", "period", "until").dt.offset_by("52w"), quantity=pl.lit(5.0))
    assert meeting(pl.concat([read.schedules, later])).unbought.is_empty()
    assert meeting(pl.concat([read.schedules, new.with_columns(quantity=pl.lit(5.0))])).unbought.height == 1


def test_the_last_call_off_of_each_dock_counts() -> None:
    """They are called off on different days, and both belong to the one plant that is planned."""
    read = records([A], [("A", "D1", "P1"), ("A", "D2", "P1")], "call-off")
    earlier = pl.col("issued").dt.offset_by("-1d")
    table = read.schedules.with_columns(issued=pl.when(pl.col("plant") == "D2").then(earlier).otherwise("issued"))
    again = table.filter(pl.col("plant") == "D2").with_columns(earlier, quantity=pl.lit(5.0))
    assert of(plans(pl.concat([table, again])), A) == [1800.0] * WEEKS


def test_orders_have_nothing_to_do_with_plans() -> None:
    read = irrupt.read(pl.DataFrame({"customer": ["a", "b"], "date": ["2024-01-01", "2024-01-02"], "quantity": [1, 2]}))
    assert read.problems == ()
    assert meeting(read.schedules).sources == {}


@pytest.mark.parametrize(("step", "told"), [("weekly", False), ("monthly", True)])
def test_deliveries_for_longer_than_the_periods_of_the_plans_are_told(step: str, told: bool) -> None:
    weeks = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(9)]
    planned = [("forecast", f"{one:%Y-%m-%d}", f"{one:%G-W%V}", 1000.0) for one in weeks]
    months = [("delivered", "2024-03-04", f"2024-{month:02}", 4000.0) for month in (1, 2)]
    made = months if told else [("delivered", "2024-03-04", f"{one:%G-W%V}", 900.0) for one in weeks]
    frame = pl.DataFrame([*planned, *made], schema=["kind", "issued", "period", "quantity"], orient="row")
    problems = irrupt.read(frame.with_columns(part=pl.lit("x"))).problems
    assert [(one.code, one.count) for one in problems] == ([("longer than plans", 2)] if told else [])
