"""How evenly cases come, or groups of them: as patients with appointments do, as a truck does, or by chance."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.log import HOURS
from irrupt.units import HOUR, WEEK

_IN_A_ROW = (8, 4)
"""Cases in a row whose time is looked at; the second, where cases are few,"""
_FEWEST_ROWS = 10
"""how many such rows there must be, at least,"""
_EVEN = 3.0
"""and by how many standard errors their times must vary less than by chance for arrivals to count as even;"""
_EVEN_OF_FEW = 3.0
"""of few rows, whose variance is never so many below that of chance, by how many of its cube root."""


def told(arrived: Floats, profile: tuple[float, ...], within: Floats) -> float:
    """How evenly cases arrive, between the hours that the *profile* tells: 0 where no more so than by chance. *within*:
    how many times as many as usual come at the time of each.

    Time is counted in cases to be expected, and the time of several cases in a row must vary clearly less than by
    chance, in both halves of the records: as that of patients with appointments does, of whom not all come.
    """
    in_a_row = next((size for size in _IN_A_ROW if (len(arrived) - 1) // size >= _FEWEST_ROWS), None)
    if in_a_row is None:
        return 0.0
    blocks = (len(arrived) - 1) // in_a_row
    weeks = np.floor(arrived / WEEK)
    reached = np.concatenate(([0.0], np.cumsum(profile)))
    expected = weeks * reached[-1] + np.interp((arrived - weeks * WEEK) / HOUR, np.arange(HOURS + 1), reached)
    rows = np.diff(np.sort(expected)[::in_a_row][: blocks + 1]) * within[::in_a_row][:blocks]
    if rows.mean() <= 0:
        return 0.0
    varies = (rows / rows.mean() - 1.0) ** 2 * in_a_row
    error = np.sqrt((2.0 + 6.0 / in_a_row) / blocks)  # Of the variance of gamma-distributed times.
    less = min(varies[: blocks // 2].mean(), 1.0), min(varies[blocks // 2 :].mean(), 1.0)
    if varies.mean() >= _bound(error) or max(less) >= 1.0 - error:
        return 0.0
    return float(np.clip(round(1.0 - np.sqrt(varies.mean()), 2), 0.0, 1.0))


def _bound(error: float) -> float:
    """Below which a variance is clearly less than that of chance, of which this is the standard *error*: by that, or by
    that of its cube root, which is nearly normal (Wilson & Hilferty 1931)."""
    root = error**2 / 9.0
    return float(max(1.0 - _EVEN * error, (1.0 - root - _EVEN_OF_FEW * np.sqrt(root)) ** 3))
