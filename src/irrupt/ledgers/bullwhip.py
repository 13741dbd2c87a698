"""Bullwhip: orders that vary more than the demand behind them."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Floats


def bullwhip(orders: Floats, demand: Floats, over: int = 1) -> float:
    """Variance of *orders* over that of *demand*, each divided by its squared mean so that units cancel.

    *over*: periods that are added up first; longer ones hide the ratio (Chen & Lee 2012). nan where demand does not
    vary.

    >>> bullwhip(np.array([0.0, 20.0, 0.0, 20.0]), np.array([5.0, 15.0, 5.0, 15.0]))
    4.0
    """
    whole = len(orders) // over * over
    if len(orders) != len(demand) or whole < 2 * over:
        return float("nan")
    one, other = (series[:whole].reshape(-1, over).sum(axis=1) for series in (orders, demand))
    return float(relative_variance(one) / relative_variance(other)) if relative_variance(other) > 0 else float("nan")


def relative_variance(series: Floats) -> float:
    """Variance over squared mean; nan for less than two values or a mean of nought."""
    mean = series.mean() if len(series) else 0.0
    return float(series.var(ddof=1) / mean**2) if len(series) > 1 and mean != 0 else float("nan")


def order_up_to(lead_time: float, periods: int, correlation: float) -> float:
    """The bullwhip ratio of an order-up-to policy with a moving average over *periods* and AR(1) demand with this
    *correlation*, at zero safety factor (Chen, Drezner, Ryan & Simchi-Levi 2000).

    >>> [round(order_up_to(*case), 3) for case in ((2, 5, 0.0), (3, 5, 0.5), (4, 10, -0.3))]
    [2.12, 2.86, 2.12]
    """
    p = periods
    return 1 + (2 * lead_time / p + 2 * lead_time**2 / p**2) * (1 - correlation**p)


def orders_up_to(demand: Floats, lead_time: int, periods: int) -> Floats:
    """The orders of an order-up-to policy that forecasts by a moving average over *periods*, with no safety stock.

    >>> orders_up_to(np.array([4.0, 4.0, 4.0, 6.0]), 2, 2)
    array([4., 8.])
    """
    window = np.convolve(demand, np.ones(periods) / periods, mode="valid")
    level = lead_time * window
    return level[1:] - level[:-1] + demand[periods:]
