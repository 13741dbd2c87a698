"""Guards of routes: read, written and refused; who meets them, and how many do."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.engine.written import value
from irrupt.errors import ModelError
from irrupt.organisation import Client, Distribution, Organisation, Route, Step, faults
from irrupt.organisation.described import organisation_in
from irrupt.organisation.flow import visits
from irrupt.organisation.guards import Guard, Like, cell, cells, guard_in
from irrupt.organisation.likes import _below, likes
from irrupt.yaml_marks import read_text

DAY = 86400.0


def to(*routes: tuple[str, str | None], share: float = 1.0) -> tuple[Route, ...]:
    return tuple(Route(to=name, share=share, when=None if when is None else guard_in(when)) for name, when in routes)


def guarded(*routes: tuple[str, str | None], **client: Any) -> Organisation:
    """Whoever comes is led by guards to one of three steps."""
    plain = counter()
    steps = {name: Step(activity=name, team="Desk", duration=Distribution.fixed(60.0)) for name in ("A", "B", "C")}
    ends = {name: (Route(to="end", share=1.0),) for name in steps}
    who = Client(cases_per_week=30.0, **client)
    return replace(plain, clients={"Public": who}, steps=steps, routes={"start": to(*routes), **ends})


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("quantity>10", "quantity > 10"),
        ("Quantity ≥ 2.5 AND due < 48 h", "quantity >= 2.5 and due < 2 days"),
        ("class is large or class is not very small", "class is large or class is not very small"),
        ('class is "R and D" and quantity <= 1', 'class is "R and D" and quantity <= 1'),
    ],
)
def test_it_is_read_and_written(text: str, same: str) -> None:
    assert str(guard_in(text)) == same
    assert guard_in(same) == guard_in(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("quantity", "no condition"),
        ("quantity > ", "no condition"),
        ("quantity > many", "not a number"),
        ("quantity > 1e400", "not a number"),
        ("due < 1e400 days", "no time"),
        ("quantity is 3", "write class is"),
        ("due < 3", "no time"),
        ("class > large", "write class is"),
        ("quantty > 3", "did you mean"),
        ("__import__('os').system('x') > 3", "no condition"),
        (3, "no condition"),
    ],
)
def test_what_is_none_is_refused(text: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        guard_in(text)


bounds = st.lists(st.sampled_from([0.5, 1.0, 2.0, 7.0]), max_size=3, unique=True).map(sorted).map(tuple)
relations = st.sampled_from(["<", "<=", ">", ">="])


@given(bounds, bounds.map(lambda days: tuple(86400000.0 * day for day in days)), st.data())
def test_all_cases_in_a_cell_meet_the_same_guards(
    quantities: tuple[float, ...], dues: tuple[float, ...], data: Any
) -> None:
    quantity = data.draw(st.sampled_from([0.0, 0.5, 0.7, 1.0, 1.5, 2.0, 7.0, 9.0]))
    due = data.draw(st.sampled_from([0.1, 0.5, 1.0, 3.0, 7.0, math.inf])) * DAY
    other = cells(quantities, dues)[cell(quantities, dues, quantity, due)]
    for bound in quantities:
        guard = guard_in(f"quantity {data.draw(relations)} {bound:g}")
        assert guard.holds(Like(None, quantity, due)) == guard.holds(Like(None, *other))
    for bound in dues:
        guard = guard_in(f"due {data.draw(relations)} {bound / 86400000.0:g} days")
        assert guard.holds(Like(None, quantity, due)) == guard.holds(Like(None, *other))


@pytest.mark.parametrize(
    "asked",
    [
        Distribution.fixed(2.0),
        Distribution.uniform(1.0, 4.0),
        Distribution.exponential(2.0),
        Distribution.lognormal(2.0, 0.7),
        Distribution.gamma(2.0, 0.7),
        Distribution.quantiles((0.0, 1.0, 2.0, 2.0, 2.0, 9.0)),
    ],
)
def test_shares_of_cases_are_those_that_luck_gives(asked: Distribution) -> None:
    luck = np.array([value(asked, uniform) for uniform in (np.arange(20000) + 0.5) / 20000])
    for bound in (0.5, 1.0, 2.0, 3.3, 12.0):
        assert _below(asked, bound) == pytest.approx(((luck < bound).mean(), (luck <= bound).mean()), abs=2e-3)


def test_the_first_guard_that_is_met_decides_and_visits_are_those_of_the_cells() -> None:
    """A quarter of the cases is urgent, and of the others a quarter is large. By hand."""
    rules = guarded(
        ("A", "due < 48 h"),
        ("B", "quantity > 15"),
        ("C", None),
        quantity=Distribution.uniform(0.0, 20.0),
        due=Distribution.uniform(DAY, 5 * DAY),
    )
    assert visits(rules, "Public") == pytest.approx({"A": 0.25, "B": 0.75 * 0.25, "C": 0.75 * 0.75})
    found = simulate(rules, weeks=60, seed=1).events
    urgent = (found["due"] - found["ready"]).dt.total_seconds() < 2 * DAY
    large = found["quantity"] > 15
    assert ((found["activity"] == "A") == urgent).all()
    assert ((found["activity"] == "B") == (large & ~urgent)).all()


def test_of_a_class_that_goes_by_the_quantity_shares_are_those_within_it() -> None:
    """Large are the upper half, above 10; above 15 is half of these."""
    rules = guarded(
        ("A", "class is large and quantity > 15"),
        ("B", None),
        quantity=Distribution.uniform(0.0, 20.0),
        classes={"small": 0.5, "large": 0.5},
        by_quantity=("small", "large"),
    )
    assert visits(rules, "Public") == pytest.approx({"A": 0.25, "B": 0.75, "C": 0.0})
    shares = {like: share for like, share in likes(rules, "Public").items() if share > 0}
    assert {(like.name, like.quantity > 15): share for like, share in shares.items() if isinstance(like, Like)} == {
        ("small", False): 0.5,
        ("large", False): pytest.approx(0.25),
        ("large", True): pytest.approx(0.25),
    }


def test_who_meets_no_guard_needs_a_route_and_nobody_may_be_trapped_by_one() -> None:
    shut = guarded(("A", "quantity > 15"), ("B", "quantity < 15"))
    assert ["meet none of the conditions" in str(fault) for fault in faults(shut)] == [True]
    whole = guarded(("A", "quantity > 15"), ("B", "quantity <= 15"))
    assert not faults(whole)
    again = replace(whole, routes={**whole.routes, "A": to(("A", "quantity > 15"), ("end", None))})
    assert [str(fault).split("  ")[0] for fault in faults(again)] == ["routes > A", "routes > start"]
    unknown = guarded(("A", "class is huge"), ("B", None))
    assert any('no class "huge"' in str(fault) for fault in faults(unknown))
    short = replace(whole, routes={**whole.routes, "start": to(("A", "quantity > 15"), ("B", None), share=0.5)})
    assert sum("shares sum to" in str(fault) for fault in faults(short)) == 2


FILE = """
name: G
clients: {A: {cases per week: 5, quantity: 3}}
steps: {Serve: {duration: 1 h}, Ask: {duration: 1 h}}
routes:
  start:
    - {when: "quantity > 10", to: Ask, share: 0.4}
    - {when: "quantity > 10", to: Serve}
    - {to: Serve}
  Serve: [{to: end}]
  Ask: [{to: end}]
"""


def test_a_file_says_it_and_what_is_not_said_is_left_by_those_of_the_same_guard() -> None:
    rules = organisation_in(read_text(FILE, "g.yaml"))
    assert [(route.share, str(route.when)) for route in rules.routes["start"]] == [
        (0.4, "quantity > 10"),
        (0.6, "quantity > 10"),
        (1.0, "None"),
    ]
    assert all(isinstance(guard, Guard) for guard in rules.guards())
    with pytest.raises(ModelError, match=r"g\.yaml:7:\d+ .*no condition such as"):
        organisation_in(read_text(FILE.replace("quantity > 10", "lots", 1), "g.yaml"))


def test_cases_that_may_be_of_another_class_already_may_so_once() -> None:
    """A relay that was set anew for as many cases changed the guards, which grew by the same words each time."""
    for text in ("class is large and quantity > 3", "class is not large", "class is large or quantity > 3"):
        once = guard_in(text).also({"large": "huge"})
        assert once != guard_in(text)
        assert once.also({"large": "huge"}) == once
