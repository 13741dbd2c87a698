"""What waits for teams, out of what waits for steps: cases, since when the first does, and the work that they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from irrupt.engine.planning.capacity import stretch
from irrupt.engine.tables import Tables
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.planning import Queue

Queued = Mapping[tuple[str, str], tuple[int, float]]
"""(step, "") or ("", check) -> how many cases wait for it, and since when the first of them does."""


class Waiting(NamedTuple):
    """What waits for a team at some moment."""

    cases: int = 0
    oldest: float = 0.0
    """Seconds for which the first of them has waited."""
    load: float = 0.0
    """Their work, as it is to be expected, as a share of what the team does in a usual week."""

    def more_than(self, queue: Queue) -> bool:
        """Whether more waits than *queue* says, in any of its ways.

        >>> Waiting(cases=41).more_than(Queue(cases=40, oldest=86400.0))
        True
        """
        return any(has > most for has, most in self._beside(queue))

    def less_than(self, queue: Queue) -> bool:
        """Whether less waits than *queue* says, in all of its ways.

        >>> Waiting(cases=14, oldest=90000.0).less_than(Queue(cases=15, oldest=86400.0))
        False
        """
        return all(has < least for has, least in self._beside(queue))

    def _beside(self, queue: Queue) -> list[tuple[float, float]]:
        pairs = ((self.cases, queue.cases), (self.oldest, queue.oldest), (self.load, queue.load))
        return [(has, said) for has, said in pairs if said is not None]


def _step(organisation: Organisation, place: tuple[str, str]) -> Step:
    step, check = place
    return organisation.checks[check].step if check else organisation.steps[step]


def waiting_for(rules: Tables, team: str, queued: Queued, now: float) -> Waiting:
    """What waits for *team*."""
    mine = [place for place in sorted(queued) if _step(rules.organisation, place).team == team]
    if not mine:
        return Waiting()
    hours = sum(queued[place][0] * _hours(rules, place) for place in mine)
    week = stretch(rules, team).usual
    since = min(queued[place][1] for place in mine)
    return Waiting(sum(queued[place][0] for place in mine), now - since, hours / week if week > 0 else 0.0)


@lru_cache(maxsize=1024)
def _hours(rules: Tables, place: tuple[str, str]) -> float:
    """Hours of work of one case at a step, for a quantity of 1."""
    organisation = rules.organisation
    step = _step(organisation, place)
    times = (organisation.distribution(step.duration).mean, organisation.distribution(step.per_unit).mean)
    return sum(times) / 3600.0
