"""What parties watch where nothing else is said: measures that exist, and what is known of the organisation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.cases import case
from irrupt.ledgers.run import measures
from irrupt.organisation import Organisation
from irrupt.regulation import stakes
from irrupt.regulation.parties import RISING, Party
from irrupt.regulation.stakes import FIGURES, MANAGING, ORDERING, PLANNING, WORKING, usual_stakes


@pytest.fixture(scope="module")
def supplier() -> Organisation:
    return case("supplier").organisation


def test_all_that_parties_watch_and_want_are_measures() -> None:
    watched = [*FIGURES.values(), MANAGING, ORDERING, WORKING]
    names = {name for one in watched for name in one.watches}
    names |= {*PLANNING, *stakes.PAYING, *stakes.SELLING, *stakes.EARNING, *RISING}
    assert names <= set(measures())


def test_a_client_who_orders_by_programme_watches_his_deliveries(supplier: Organisation) -> None:
    carmaker = next(iter(supplier.programmes.values())).client
    assert set(ORDERING.watches) <= set(Party(name=carmaker).watches(supplier))
    assert Party(name=carmaker).wish("call-offs delivered in full and on time") == "rise"
    assert Party(name=carmaker).wish("lacking at the client") == "fall"


def test_the_firm_watches_what_costs_it_something_where_that_is_known(supplier: Organisation) -> None:
    bare = replace(
        supplier,
        clients={name: replace(one, price=None, penalty=None) for name, one in supplier.clients.items()},
        people={name: replace(one, pay=None) for name, one in supplier.people.items()},
        products={name: replace(one, holding=None) for name, one in supplier.products.items()},
    )
    planned = {*MANAGING.watches, *PLANNING}
    assert set(usual_stakes(bare, "Management").watches) == planned
    stock = replace(bare, products={name: replace(one, holding=0.1) for name, one in supplier.products.items()})
    assert set(usual_stakes(stock, "Management").watches) == {*planned, *stakes.SELLING, "cost of stock"}
    late = {name: replace(one, penalty=5.0) for name, one in bare.clients.items()}
    watched = set(usual_stakes(replace(bare, clients=late), "Management").watches)
    assert "cost of backlog" in watched
    assert "cost of stock" not in watched
