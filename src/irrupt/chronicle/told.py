"""What a label can tell of whose act it is."""

from __future__ import annotations

from typing import NamedTuple

from irrupt.chronicle.model import Role

ACT: Role = "client act"
TOWARD: Role = "toward the client"
WAITING: Role = "waiting for the client"
INSIDE: Role = "inside"
UNKNOWN: Role = "unknown"
ROLES: tuple[Role, ...] = (ACT, TOWARD, WAITING, INSIDE)
"""The four answers, beside `unknown`."""


class Told(NamedTuple):
    """What a label tells."""

    role: Role
    sure: float
    """How often a label of this kind is what it seems, from 0 to 1: a judgement, checked against known logs."""
    asks: bool = False
    """It asks the client for something: the organisation waits for him afterwards."""
