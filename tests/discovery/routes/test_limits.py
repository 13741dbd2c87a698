"""Where cases go another way above an amount: the number is found, and none where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.discovery import discover
from irrupt.discovery.routes.limits import Amount, _roundest, limits
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Route
from irrupt.organisation.guards import Like, guard_in

SEEDS = st.integers(0, 10**6)


def claims(seed: int, number: int = 800) -> tuple[np.ndarray, np.random.Generator]:
    luck = np.random.default_rng(seed)
    return np.exp(luck.normal(7.0, 1.0, number)).round(2), luck


@given(seed=SEEDS, at=st.sampled_from([500.0, 1000.0, 2500.0]))
@settings(max_examples=settings().max_examples // 2)
def test_a_round_limit_is_found_to_the_number(seed: int, at: float) -> None:
    amount, luck = claims(seed)
    following = (luck.random(len(amount)) < np.where(amount > at, 0.95, 0.05)).astype(int)
    (found,) = limits(amount, following)
    assert found == pytest.approx(at, rel=0.1)


@given(seed=SEEDS)
def test_no_limit_is_found_where_amounts_tell_nothing(seed: int) -> None:
    amount, luck = claims(seed)
    assert limits(amount, luck.integers(0, 4, len(amount))) == ()


@given(seed=SEEDS)
def test_limits_stay_when_moves_are_told_in_another_order_or_twice(seed: int) -> None:
    amount, luck = claims(seed)
    following = np.where(amount <= 500.0, 0, np.where(amount > 3000.0, 2, 1))
    order = luck.permutation(len(amount))
    assert limits(amount, following) == (500.0, 3000.0)
    assert limits(amount[order], following[order]) == (500.0, 3000.0)
    assert limits(np.repeat(amount, 2), np.repeat(following, 2)) == (500.0, 3000.0)


def test_between_numbers_that_many_have_a_limit_lies_in_the_middle() -> None:
    """A distribution goes from one to the next by a line, half of which is above."""
    pieces = np.random.default_rng(1).integers(1, 9, 600).astype(float)
    assert limits(pieces, (pieces > 5).astype(int)) == (5.5,)


@given(seed=SEEDS, few=st.lists(st.sampled_from([0.0, -3.0, 1e-9, 1e300, np.nan]), max_size=50))
def test_odd_amounts_are_borne(seed: int, few: list[float]) -> None:
    amount, luck = claims(seed, 50)
    amount = np.append(amount, few)
    for limit in limits(amount, luck.integers(0, 2, len(amount))):
        assert np.isfinite(limit)


def test_each_case_is_above_so_many_limits() -> None:
    claim = Amount("claim", np.array([10.0, 10.5, 700.0, np.nan]))
    assert claim.beyond((10.0, 500.0), np.array([0, 1, 2, 3])).tolist() == [0, 1, 2, -1]


@pytest.fixture(scope="module")
def limited(desk: Organisation) -> Organisation:
    """The desk, where what asks for more than 60 is repaired, and among the rest no class goes as another does."""
    kinds = {"plain": 0.7, "odd": 0.3}
    asks = Distribution.uniform(10.0, 100.0)
    clients = {name: replace(client, classes=kinds, quantity=asks) for name, client in desk.clients.items()}
    large = guard_in("quantity > 60")
    work = (
        Route(to="Repair", share=0.9, when=large),
        Route(to="Close", share=0.1, when=large),
        Route(to="Close", share=0.8, only="odd"),
        Route(to="Ask", share=0.2, only="odd"),
        Route(to="Repair", share=0.9, when=large, only="odd"),
        Route(to="Close", share=0.1, when=large, only="odd"),
        Route(to="Close", share=1.0),
    )
    steps = {**desk.steps, "Work": replace(desk.steps["Work"], per_unit=Distribution.lognormal(20.0, 0.5))}
    return replace(desk, clients=clients, steps=steps, routes={**desk.routes, "Work": work}, client_routes={})


@pytest.mark.usefixtures("few_steps")
def test_a_limit_of_the_procedure_is_found_in_its_records(limited: Organisation) -> None:
    """Cases that ask for more were sent on as the others, whatever the records said."""
    found = discover(simulate(limited, weeks=52, seed=3), fidelity=False)
    assert found.learned is not None
    assert any(
        note.startswith("Where cases go depends on quantity, too: after Work, above 6") for note in found.learned.notes
    )
    works = [name for name, step in found.steps.items() if step.activity == "Work"]
    for work, kind, size in product(works, ("plain", "odd"), (12.0, 59.0, 61.0, 99.0)):
        ways = found.routes_of("Ames", work, Like(kind, size))
        repaired = sum(way.share for way in ways if way.to != "end" and found.steps[way.to].activity == "Repair")
        assert repaired == pytest.approx(0.9 if size > 60.0 else 0.0, abs=0.05), (kind, size)


@pytest.mark.usefixtures("few_steps")
def test_where_no_limit_is_none_is_found(desk: Organisation) -> None:
    asks = Distribution.uniform(10.0, 100.0)
    clients = {name: replace(client, quantity=asks) for name, client in desk.clients.items()}
    steps = {**desk.steps, "Work": replace(desk.steps["Work"], per_unit=Distribution.lognormal(20.0, 0.5))}
    rules = replace(desk, clients=clients, steps=steps)
    assert discover(simulate(rules, weeks=52, seed=3), fidelity=False).guards() == ()


@pytest.mark.usefixtures("few_steps")
def test_numbers_of_a_register_are_no_amount(desk: Organisation) -> None:
    """Since autumn everything is repaired: cases went by their number, and drew one of a year ago."""
    first, then = simulate(desk, weeks=26, seed=3).events, desk.routes
    then = {**then, "Work": (Route(to="Repair", share=1.0),)}
    later = simulate(replace(desk, routes=then, client_routes={}), weeks=26, seed=4).events
    shift = pl.col("start", "end") + timedelta(weeks=26)
    events = pl.concat([first, later.with_columns(shift, pl.concat_str(pl.lit("later "), "case").alias("case"))])
    number = events.group_by("case").agg(pl.col("start").min()).sort("start").with_row_index("register", offset=5000)
    events = events.join(number.select("case", "register"), on="case")
    found = discover(read(events), fidelity=False)
    assert found.guards() == ()
    assert all(client.quantity is None for client in found.clients.values())


def test_few_moves_or_alike_ones_tell_no_limit() -> None:
    """Twenty on either side are few enough; of cases that all ask for as much, none asks for more."""
    number = np.arange(1.0, 41.0)
    assert limits(number, (number > 20).astype(int)) == (20.5,)
    assert limits(number[1:], (number[1:] > 20).astype(int)) == ()
    assert limits(np.full(400, 5.0), np.arange(400) % 2) == ()
    assert limits(np.full(400, np.nan), np.arange(400) % 2) == ()


def test_where_no_round_number_lies_between_the_best_is_taken() -> None:
    """Numbers that are as close to each other as can be."""
    low, high = np.array([1.00000001, 1.00000003]), np.array([1.00000002, 1.00000004])
    assert _roundest(low, high, np.array([5.0, 6.0])) == 1.00000003
