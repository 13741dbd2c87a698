"""Where an organisation came from that was learned from records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from irrupt.special import student_quantile

SIMULATIONS = 10
"""Simulations whose distances to held-out records are measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far simulated records are from records that were held out, beside a plain replay of the past."""

    name: str
    unit: str
    model: float
    """Mean over simulations."""
    spread: float
    """Standard deviation over simulations."""
    replay: float
    """The same distance for the last cases before the cut, moved by whole weeks."""
    floor: float
    """The same distance for held-out cases drawn with replacement: what chance alone makes."""

    @property
    def half(self) -> float:
        """Half of the 95 % interval of `model`, which is a mean; 0 where the spread is not known.

        >>> round(Distance(name="arrivals", unit="h", model=11.3, spread=5.1, replay=13.9, floor=2.0).half, 1)
        3.6
        """
        if not math.isfinite(self.spread):
            return 0.0
        return float(student_quantile(0.975, SIMULATIONS - 1)) * self.spread / math.sqrt(SIMULATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Where an organisation came from and how far to trust it."""

    source: str
    cases: int
    events: int
    begin: datetime
    end: datetime
    starts: Literal["measured", "assumed", "missing"]
    work: Literal["measured", "shortest", "typical", "longest"] = "measured"
    """Which service times were assumed where the records have no start times."""
    told: bool = False
    """Whether ends alone tell when nearly all work began: then times of work are as good as recorded."""
    present: datetime | None = None
    """From when on the records describe the present, where ways of working changed: three quarters of what was learned
    comes from then on. None: the whole past counts alike."""
    notes: tuple[str, ...] = ()
    """What was assumed, and what could not be learned."""
    fidelity: tuple[Distance, ...] = ()
