"""Where the time between two steps depends on how old the case is by then.

What is late is hurried, or belongs to those that are slow in all they do; what is early waits for a day that others
have reached. So the cases that go on between two steps are parted by their age, into two to four parts of equal size,
where that predicts cases which were not looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.times import histories
from irrupt.discovery.times.timing import quantile
from irrupt.units import DAY, HOUR, MINUTE, written

_PARTS = 4
_FEWEST = 25
"""Times that each part has, at least."""
_MORE, _EACH = 0.1, 2.0
"""By how much another part must predict better: as a share of what fewer gain, and in nats."""
_ROUND = 2
"""Digits of ages that count."""


class Part(NamedTuple):
    """Cases of some age."""

    than: float
    """Seconds on the clock of the case, from which on they are of that part; 0: the youngest."""
    mine: Flags
    """Which of the times are theirs."""

    @property
    def told(self) -> str:
        """The part, as names of delays tell it."""
        return f", from {written(self.than)}" if self.than else ""


def parts(times: Floats, ages: Floats, half: Flags) -> list[Part]:
    """The parts into which *times* between two steps fall by the *ages* of their cases when they could go on, the
    youngest first; one, where ages do not predict each *half* of them from the other."""
    best: list[float] = []
    most = 0.0
    for count in range(2, _PARTS + 1) if len(times) >= 2 * _FEWEST else ():
        edges = _edges(ages, count)
        number = np.searchsorted(edges, ages, "right")
        if len(edges) < count - 1 or np.bincount(number, minlength=count).min() < _FEWEST:
            break
        gain = histories.gained(times, number, half)
        if gain > most * (1 + _MORE) + (_EACH if best else 0.0):
            best, most = edges, gain
    number = np.searchsorted(best, ages, "right")
    return [Part(than, number == one) for one, than in enumerate([0.0, *best])]


def _edges(ages: Floats, count: int) -> list[float]:
    """Ages between parts of equal size, rounded so that people can read them."""
    found: list[float] = []
    for edge in quantile(ages, np.arange(1, count) / count).tolist():
        unit = next((one for one in (DAY, HOUR, MINUTE) if edge >= one), 1.0)
        told = unit * float(f"{edge / unit:.{_ROUND}g}")
        if told > (found[-1] if found else 0.0):
            found.append(told)
    return found
