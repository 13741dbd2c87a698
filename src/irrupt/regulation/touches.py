"""What edits of rules set directly, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from irrupt.organisation.model import Step

if TYPE_CHECKING:
    from irrupt.ledgers.model import Aspect

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """An aspect of the rules that edits set directly, and for whom."""

    aspect: Aspect
    client: str | None = None
    """Whose cases; None: everybody's."""
    teams: frozenset[str] = NOBODY
    """The teams whose work it is about."""
    activities: frozenset[str] = NOBODY
    """Of which activities; none: of all that they do."""
    often: bool = False
    """Whether only how often a way is taken changes, and not which ways there are."""


def teams_of(steps: Iterable[Step]) -> frozenset[str]:
    """The teams whose *steps* these are."""
    return frozenset(step.whose for step in steps if step.whose is not None)


def at_steps(steps: Sequence[Step], aspect: Aspect, client: str | None = None) -> Touch:
    """*aspect* of the work at *steps*."""
    activities = frozenset(step.activity for step in steps)
    return Touch(aspect=aspect, client=client, teams=teams_of(steps), activities=activities)
