"""A case of theory, what is checked in it, and what was found."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints32
from irrupt.organisation.model import Organisation

UNIT = 60.0
"""Seconds in the unit of time of all cases: the mean work of a step."""
LIMIT = 4.0
"""A check fails when it is more standard errors away from theory than this, twice."""


class Steps(NamedTuple):
    """Steps done in the middle of a run, one value for each; times in units."""

    wait: Floats
    """From coming into the queue until somebody takes it up, or until it is given up."""
    work: Floats
    """From then to the end."""
    came: Floats
    """When the step before was done; for the first step, the arrival."""
    client: Ints32
    """Numbers in the order of names, as of activities."""
    activity: Ints32
    person: Ints32
    flags: npt.NDArray[np.uint8]
    """As in `irrupt.chronicle.rows`, as is the next."""
    together: Ints32


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A mean over steps that theory knows."""

    name: str
    expected: float
    values: Callable[[Steps], npt.NDArray[np.floating | np.bool_]]
    """What is averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An organisation about which theory knows something."""

    key: str
    """Its luck depends on this, whatever the language."""
    name: str
    source: str
    """Where the formula stands."""
    organisation: Organisation
    checks: tuple[Check, ...]
    going_round: int = 0
    """How many are there from the beginning and never leave; 0: cases come and go."""
    rounds: float = 1.0
    """How many of these are done in a unit of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: expected beside found."""

    case: str
    check: str
    expected: float
    found: float
    """Mean over runs."""
    error: float
    """Its standard error."""
    runs: int
    steps: int
    """How many values were averaged."""
    tries: int
    """1, or 2 when the first sample was too far away."""

    @property
    def z(self) -> float:
        """How many standard errors *found* is away from *expected*."""
        if self.error > 0:
            return (self.found - self.expected) / self.error
        return 0.0 if math.isclose(self.found, self.expected, rel_tol=1e-9) else math.inf

    @property
    def holds(self) -> bool:
        """Whether theory and simulation agree."""
        return abs(self.z) <= LIMIT
