"""Where an organisation came from that was learned from records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from irrupt.special import student_quantile

Trust = Literal["chance", "better", "equal", "worse", "much worse", "unknown"]
"""How a model's distance to held-out records stands beside that of a replay of the past."""
SIMULATIONS = 10
"""Simulations whose distances to held-out records are measured."""
SLIGHT = 0.01
"""Difference of two shares that no what-if turns on: one step in a hundred elsewhere."""


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
        return self._within(1.0 / SIMULATIONS)

    @property
    def apart(self) -> float:
        """By how much `replay` may differ from `model` where the past is only one more run: the replay is a single one,
        and lies as far from the mean as single simulations do; 0 where the spread is not known."""
        return self._within(1.0 + 1.0 / SIMULATIONS)

    def _within(self, variance: float) -> float:
        """The 95 % interval of what has so much of the *variance* of single simulations: half of it."""
        if not math.isfinite(self.spread):
            return 0.0
        return float(student_quantile(0.975, SIMULATIONS - 1)) * self.spread * math.sqrt(variance)


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


def trust(distance: Distance) -> Trust:
    """How well the model predicts, judged by its distance to held-out records.

    Up to 1.1 times the floor is what chance alone makes. Beside the replay of the past, or the floor where the replay
    came closer by luck: below 0.9 times is better, up to 1.1 times about as well, up to twice not as well, beyond that
    much worse; and about as well where the replay lies among single simulations, or where the two are shares that
    differ by no more than `SLIGHT`: a ratio of what is hardly there tells nothing.
    """
    model, replay = distance.model, distance.replay
    if not math.isfinite(model):
        return "unknown"
    if model <= 1.1 * distance.floor:
        return "chance"
    if not math.isfinite(replay):
        return "unknown"
    past = max(replay, distance.floor) if math.isfinite(distance.floor) else replay
    if distance.unit == "share" and abs(model - past) <= SLIGHT:
        return "equal"
    if 0.9 * past <= model <= 1.1 * past or abs(model - past) <= distance.apart:
        return "equal"
    if model < past:
        return "better"
    return "worse" if model <= 2 * past else "much worse"
