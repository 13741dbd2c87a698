"""What is drawn has the mean, the variance and the shape of the distribution it is drawn from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from irrupt.engine import pieces
from irrupt.engine.quantiles import CELLS, cells, distributions, value
from irrupt.organisation import Distribution

WEIGHTS = np.concatenate(
    [np.full(CELLS, CELLS**-1.0), np.full(2 * CELLS, CELLS**-2.0), np.full(2 * CELLS, CELLS**-3.0)]
)
"""Probability of each cell: the tails stand in tables of their own."""
WEIGHTS[[0, CELLS - 1, CELLS, 3 * CELLS - 1]] = 0.0


@pytest.mark.parametrize("kind", ["lognormal", "gamma", "weibull"])
@pytest.mark.parametrize("cv", [1e-4, 0.01, 0.02, 0.3, 1.0, 2.0, 5.0, 8.0])
def test_mean_and_variance_are_exact(kind: str, cv: float) -> None:
    low, rise = cells(kind, cv).T
    middle = low + rise / 2.0
    mean = WEIGHTS @ middle
    variance = WEIGHTS @ ((middle - mean) ** 2 + rise**2 / 12.0)
    assert WEIGHTS.sum() == pytest.approx(1.0, abs=1e-15)
    assert mean == pytest.approx(1.0, abs=1e-12)
    assert variance == pytest.approx(cv**2, rel=5e-4)
    assert low.min() >= 0.0


@pytest.mark.parametrize("kind", ["lognormal", "gamma", "weibull"])
@pytest.mark.parametrize("cv", [1e-4, 0.01, 0.02, 0.05, 0.3, 1.0, 2.0])
def test_the_rise_changes_smoothly_from_cell_to_cell(kind: str, cv: float) -> None:
    """Also where a cell is so narrow that the difference of its moments would be nothing but rounding."""
    for rises in cells(kind, cv)[:, 1].reshape(-1, CELLS):
        assert np.abs(np.diff(np.log(rises[16:-16]), 2)).max() < 0.01


@pytest.mark.parametrize(
    ("time", "law"),
    [
        (Distribution.exponential(3.0), stats.expon(scale=3.0)),
        (Distribution.uniform(2.0, 5.0), stats.uniform(2.0, 3.0)),
        (Distribution.lognormal(3.0, 1.5), stats.lognorm(np.sqrt(np.log(3.25)), scale=3.0 / np.sqrt(3.25))),
        (Distribution.lognormal(3.0, 0.2), stats.lognorm(np.sqrt(np.log(1.04)), scale=3.0 / np.sqrt(1.04))),
        (Distribution.gamma(3.0, 0.5), stats.gamma(4.0, scale=0.75)),
        (Distribution.gamma(3.0, 2.0), stats.gamma(0.25, scale=12.0)),
        (Distribution.weibull(6.0, np.sqrt(5.0)), stats.weibull_min(0.5, scale=3.0)),
        (Distribution.weibull(3.0, np.sqrt(4.0 / np.pi - 1.0)), stats.weibull_min(2.0, scale=6.0 / np.sqrt(np.pi))),
    ],
    ids=lambda one: f"{one.kind} {one.cv:.2g}" if isinstance(one, Distribution) else "",
)
def test_the_shape_is_the_distribution(time: Distribution, law: Any) -> None:
    """At most a few hundredths of a cell away in probability, far out in the tails too."""
    uniform = np.concatenate(
        [np.linspace(0.0005, 0.9995, 1000), 10.0 ** -np.arange(3.0, 7), 1 - 10.0 ** -np.arange(3.0, 7)]
    )
    reached = law.cdf([value(time, u) for u in uniform])
    assert np.abs(reached - uniform).max() < 0.5 / CELLS
    inner = (uniform > 0.02) & (uniform < 0.98)
    assert np.abs(reached - uniform)[inner].max() < 2.5e-4


def test_quantiles_are_joined_by_lines() -> None:
    time = Distribution.quantiles((0.0, 10.0, 10.0, 40.0))
    assert [value(time, u) for u in (0.0, 1 / 6, 0.5, 5 / 6)] == pytest.approx([0.0, 5.0, 10.0, 25.0])
    assert value(time, 1.0 - 2.0**-53) == pytest.approx(40.0)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_both_loops_read_tables_alike(make: SimpleNamespace, data: Any) -> None:
    time = data.draw(make.distributions())
    rules = distributions({time: 0})
    how = rules["times"][0]
    kind = how["kind"]
    uniform = data.draw(
        st.floats(0.0, 1.0 - 2.0**-53)
        | st.floats(0.0, 1e-5)
        | st.floats(0.0, 1e-5).map(lambda u: (1 - u) * (1 - 2.0**-53))
    )
    if kind in (pieces.LINES, pieces.TAILS):
        table = (rules["cells"], int(how["cell"]), int(how["cells"]), kind == pieces.TAILS)
        assert how["a"] * pieces.from_cells(*table, uniform) == value(time, uniform)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), power=st.integers(-8, 8), uniform=st.floats(0.0, 1.0, exclude_max=True))
def test_a_time_rescaled_by_a_power_of_two_is_exactly_rescaled(
    make: SimpleNamespace, data: Any, power: int, uniform: float
) -> None:
    time = data.draw(make.distributions())
    factor = 2.0**power
    scaled = Distribution(
        kind=time.kind,
        mean=time.mean * factor,
        cv=time.cv,
        low=time.low * factor,
        high=time.high * factor,
        points=tuple(point * factor for point in time.points),
    )
    assert value(scaled, uniform) == factor * value(time, uniform)
