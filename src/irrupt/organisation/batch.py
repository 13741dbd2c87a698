"""How cases gather before a step is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from irrupt.organisation.distributions import NONE, Distribution

Doing = Literal["at once", "one by one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Cases that gather until there are enough of them, the first has waited long enough, or a set moment comes; then
    they wait together for a person, at the place of that of the highest rank."""

    size: int | None = None
    """How many are enough. None: however many come by then."""
    longest_wait: float | None = None
    """Seconds after which the first goes with those who have come since."""
    at: str | tuple[int, ...] = ()
    """Minutes from Monday 00:00, sorted, at which all go who have come; or a calendar: whenever its hours begin."""
    done: Doing = "at once"
    """As one piece of work, in the time of one case (each unit of all quantities adds to it); or in order, by one."""
    set_up: str | Distribution = NONE
    """Time of work, before the first."""
