"""Which cases are over, of those that nothing has followed yet."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery.arrivals.censoring import _final
from irrupt.units import HOUR


@pytest.mark.parametrize(("waited", "over"), [(0.1, False), (0.9, False), (50.0, True)])
def test_a_case_is_over_where_nearly_all_would_have_gone_on_by_then(waited: float, over: bool) -> None:
    """Behind one step 90 cases went on within two hours, and ten stand there; behind the other one none ever did."""
    symbol = np.repeat([0, 1], [10, 100])
    elapsed = np.where(symbol == 0, waited, 1.0) * HOUR
    continued, gaps = np.zeros(90, np.int64), np.linspace(0.5, 2.0, 90) * HOUR
    found = _final(symbol, elapsed, continued, gaps)
    assert found.tolist() == [over] * 10 + [True] * 100


def test_some_end_where_others_go_on_and_time_tells_which() -> None:
    """A hundred stand where as many others went on within two hours: all are over where these had gone on by then, and
    none where all have just come."""
    symbol, continued = np.zeros(100, np.int64), np.zeros(100, np.int64)
    gaps = np.linspace(0.0, 2.0, 100) * HOUR
    late, soon = (_final(symbol, np.full(100, hours * HOUR), continued, gaps) for hours in (1.9, 0.001))
    assert late.all()
    assert not soon.any()
