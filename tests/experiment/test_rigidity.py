"""Rigidity: an organisation with room follows at once, one without follows as far as its capacity, by theory."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.engine.examples import counter
from irrupt.errors import UsageError
from irrupt.experiment import rigidity
from irrupt.experiment.rigidity import FOLLOWED, FOLLOWS_COLUMNS, _ratio, _shares, _within


@pytest.mark.one_in(2)
@pytest.mark.parametrize("change", [0.2, -0.3])
def test_who_has_room_follows_at_once_and_each_case_costs_as_much_as_before(change: float) -> None:
    found = rigidity(counter(load=0.5), change, weeks=8, replications=12)
    assert dict(found.follows.schema) == FOLLOWS_COLUMNS
    assert found.within == (1, 1, 1)
    assert found.follows["share"].mean() == pytest.approx(1.0, abs=0.05)
    usual, more = found.hours
    assert more.value == pytest.approx(usual.value, rel=0.05)
    assert more.low < usual.value < more.high
    assert usual.high - usual.low < more.high - more.low, "a difference is less sure than a level"
    assert found.asked == pytest.approx(change * 1000, rel=0.03)
    assert np.isnan(found.cost.more.value)


@pytest.mark.slow
def test_who_has_no_room_follows_as_far_as_there_is() -> None:
    """At load 0.95 a fifth more takes 1.14 of all hours: of what is asked for, (1 / 0.95 - 1) / 0.2 can be done."""
    found = rigidity(counter(load=0.95), 0.2, weeks=16, replications=12)
    assert found.within == (None, None, None)
    assert found.follows["share"][4:].mean() == pytest.approx((1 / 0.95 - 1) / 0.2, abs=0.06)
    assert found.follows["high"].mean() < FOLLOWED
    waits = found.comparison.effects.filter(measure="cycle time", party="all clients")
    assert waits["verdict"].item() == "rises"


def test_shares_by_hand() -> None:
    """Of ten asked for in addition a week, five come in the first week and ten in the second; so too of fewer."""
    without = np.array([[100.0, 100.0], [90.0, 90.0]])
    with_it = np.add(without, [[5.0, 10.0], [5.0, 10.0]])
    assert _shares(without, with_it, 10.0)["share"].to_list() == [0.5, 1.0]
    less = _shares(without, np.subtract(without, [[4.0, 10.0], [6.0, 10.0]]), -10.0)
    assert less["share"].to_list() == [0.5, 1.0]
    assert less["low"][0] < 0.5 < less["high"][0]


def test_between_which_weeks_output_follows_by_hand() -> None:
    """Two of three pairs follow in the third week, the third pair never does: so do resamples with little of it."""
    shares = np.array([[0.0, 0.0, 1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0, 1.0, 1.0], [0.0] * 6])
    weigh = np.array([[1, 1, 1], [2, 1, 0], [3, 0, 0], [0, 0, 3]]) / 3
    assert _within(shares, weigh[[0, 1, 2, 1]]) == (None, 3, 3)
    assert _within(shares, weigh[[1, 1, 2, 3]]) == (3, 3, None)


def test_what_each_case_more_takes_is_not_told_where_perhaps_none_comes() -> None:
    assert np.isnan(_ratio(np.full(100, 3.0), np.where(np.arange(100) % 10, 1.0, -1.0)).value)
    value, low, high = _ratio(np.full(100, -3.0), np.linspace(-2.0, -1.0, 100))
    assert (value, low) == (1.5, pytest.approx(1.53, abs=0.02)), "less is asked for, and less work is done"
    assert high == pytest.approx(2.93, abs=0.02)


@pytest.mark.parametrize("change", [0.0, -1.0, float("nan")])
def test_nothing_to_follow_is_refused(change: float) -> None:
    with pytest.raises(UsageError, match="above -1, and not 0"):
        rigidity(counter(), change)


def test_all_that_is_too_little_is_told_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        rigidity(counter(), 0.0, weeks=3, replications=1)
    assert [fault.where for fault in refused.value.faults] == ["change", "weeks", "replications"]
