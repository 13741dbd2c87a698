"""Changes that come late: cases that go back while they are worked on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A change that comes late: when an activity is done, the case goes back to a step, once at most in each case."""

    during: str
    """An activity: the case goes back from any of `Organisation.steps` that bears it, after its checks."""
    back_to: str
    share: float
    """Probability, each time that the activity is done in a case that was not sent back yet."""
    client: str | None = None
    """None: for all clients."""
