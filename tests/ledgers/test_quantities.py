"""Quantities one by one add up to what the measures are ratios of."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.schedules.invented import history
from irrupt.ledgers import instability, quantities
from irrupt.ledgers.plans import Plans, plans


@pytest.fixture(scope="module")
def found() -> Plans:
    return plans(read(history(weeks=25, horizon=6)).schedules)


@pytest.mark.parametrize("since", [0, 12])
def test_changes_one_by_one_are_those_that_are_added_up(found: Plans, since: int) -> None:
    """Also of the later plans alone, whose first ones change what earlier ones had announced."""
    versions = np.flatnonzero(found.base >= found.base.min() + since)
    (sums,) = instability.sums(found, [np.arange(found.series.height)], tolerance=0.1, versions=versions)
    each = quantities.changes(found, versions, 0.1)
    moved = each.filter(pl.col("moved"))
    assert len(each) == sums.compared.sum()
    assert len(moved) == sums.changes.sum()
    assert each["before"].sum() == pytest.approx(sums.before.sum())
    assert (each["after"] - each["before"]).abs().sum() == pytest.approx(sums.moved.sum())
    assert (moved["after"] - moved["before"]).abs().sum() == pytest.approx(sums.notice.sum())
    assert (each["ahead"] >= 1).all()
    assert found.base[versions].min() == found.base.min() + since
    assert set(each["version"]) <= set(versions.tolist())


@pytest.mark.parametrize("lead", [0, 2, 5, 40])
def test_what_is_bought_one_by_one_is_what_is_added_up(found: Plans, lead: int) -> None:
    versions = np.arange(len(found.of))
    (sums,) = instability.sums(found, [np.arange(found.series.height)], band=(0.1, 0.3), versions=versions)
    each = quantities.outcomes(found, versions, lead)
    assert len(each) == (found.of.size if lead < found.leads else 0)
    known = each.drop_nulls("after")
    wide = instability.outside(known["before"].to_numpy(), known["after"].to_numpy(), (0.1, 0.3))
    expected = (sums.counted[lead].sum(), sums.outside[lead].sum()) if lead < found.leads else (0, 0)
    assert (len(known), wide.sum()) == expected


def test_a_band_either_way_is_the_same_as_one_number() -> None:
    said, bought = np.array([100.0, 100.0, 0.0, 50.0]), np.array([80.0, 121.0, 1.0, 61.0])
    one, other = (instability.outside(said, bought, band) for band in (0.2, (0.2, 0.2)))
    assert one.tolist() == other.tolist() == [False, True, True, True]
