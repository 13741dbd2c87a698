"""What the cases of a client ask for, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery.kinds.attributes import FEWEST, Attribute
from irrupt.discovery.kinds.quantities import Asked
from irrupt.discovery.times.timing import quantiles


def asked(own: int, others: int, apart: float) -> Asked:
    """So many cases of one class of one client, who asks for 1, 2, ..., and of another, who asks *apart* times as much
    and one more for each of his; one case that asks for nothing known, and one of a class of its own."""
    values = np.concatenate([np.arange(1.0, own + 1), np.arange(others) + 10.0, [np.nan, 7.0]])
    client = np.repeat([0, 1, 0, 0], [own, others, 1, 1])
    of_case = np.append(np.zeros(own + others + 1, np.int64), 1)
    kind = Attribute(name="size", values=("large", "small", "none"), of_case=of_case)
    return Asked(values, client, kind, np.array([0.0, np.log(apart)]))


@pytest.mark.parametrize(("own", "others"), [(5, 100), (FEWEST, 100), (FEWEST + 10, 100), (5, 0)])
def test_where_a_client_has_few_cases_of_a_class_those_of_others_stand_in(own: int, others: int) -> None:
    """For as many as he lacks, and as much smaller as his are: one less than half of one more."""
    found = asked(own, others, 2.0).by_class(0, None)
    his, stand_in = np.arange(1.0, own + 1), (np.arange(others) + 11.0) / 2.0 - 1.0
    few = max(FEWEST - own, 0) / max(others, 1)
    used = np.append(his, stand_in) if few else his
    expected = quantiles(used, np.append(np.ones(own), np.full(others, few))[: len(used)])
    # what lies just between two tenths is rounded up or down
    assert found["large"].points == pytest.approx(expected.points, abs=0.11)
    assert found["small"].mean == 7.0
    assert found.keys() == {"large", "small"}


def test_what_each_case_counts_counts() -> None:
    """A case that counts for nothing is not there."""
    told = asked(FEWEST + 4, 0, 1.0).by_class(0, np.append(np.zeros(4), np.ones(FEWEST + 2)))
    assert told["large"] == quantiles(np.arange(5.0, FEWEST + 5))
