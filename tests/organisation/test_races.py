"""How likely each of several delays is the shortest, against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation import Distribution
from irrupt.organisation.races import quantiles, soonest

HOUR = 3600.0


def test_exponential_delays_win_by_their_rates() -> None:
    means = [1.0, 2.0, 5.0]
    shares = soonest([Distribution.exponential(mean * HOUR) for mean in means])
    rates = np.array([1.0 / mean for mean in means])
    assert shares == pytest.approx((rates / rates.sum()).tolist(), abs=1e-3)


def test_an_answer_comes_before_a_fixed_time_with_its_probability() -> None:
    shares = soonest([Distribution.fixed(HOUR), Distribution.exponential(HOUR)])
    assert shares == pytest.approx([math.exp(-1.0), 1.0 - math.exp(-1.0)], abs=1e-3)


def test_of_equal_delays_the_first_wins() -> None:
    assert soonest([Distribution.fixed(HOUR)] * 3) == [1.0, 0.0, 0.0]
    assert soonest([Distribution.fixed(2 * HOUR), Distribution.fixed(HOUR)]) == [0.0, 1.0]
    assert soonest([Distribution.uniform(0.0, HOUR)] * 2) == pytest.approx([0.5, 0.5], abs=1e-3)


@given(data=st.data())
def test_quantiles_rise_and_have_the_mean_of_the_distribution(
    data: st.DataObject, distributions: st.SearchStrategy[Distribution]
) -> None:
    time = data.draw(distributions.filter(lambda one: one.cv < 2.0))
    values = quantiles(time, (np.arange(4000) + 0.5) / 4000)
    assert np.all(np.diff(values) >= 0)
    assert values.mean() == pytest.approx(time.mean, rel=0.02, abs=1e-9)
