"""What waits for teams, out of what waits for steps: cases, since when the first does, and the work that they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from irrupt.engine.asked import InQueue, Place
from irrupt.engine.planning.capacity import stretch
from irrupt.engine.tables import Tables
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.planning import Queue
from irrupt.units import HOUR

Queued = Mapping[Place, InQueue]
"""What waits, by what it waits for."""


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


def _step(organisation: Organisation, place: Place) -> Step:
    step, check = place
    return organisation.checks[check].step if check else organisation.steps[step]


def waiting_for(rules: Tables, team: str, queued: Queued, now: float) -> Waiting:
    """What waits for *team*."""
    mine = [place for place in sorted(queued) if _step(rules.organisation, place).team == team]
    if not mine:
        return Waiting()
    hours = sum(_hours(rules, place, queued[place]) for place in mine)
    week = stretch(rules, team).usual
    since = min(queued[place].since for place in mine)
    return Waiting(sum(queued[place].cases for place in mine), now - since, hours / week if week > 0 else 0.0)


def _hours(rules: Tables, place: Place, found: InQueue) -> float:
    """Hours of work, as they are to be expected of what was *found* at a step: what cases are like is known, and what
    they ask for."""
    once, each, set_up = _seconds(rules, place)
    step = _step(rules.organisation, place)
    total = found.set_ups * set_up
    for like, (works, quantity) in found.asked.items():
        pace = step.by_client.get(like.client, 1.0) * step.by_class.get(like.kind, 1.0)
        total += (works * once + quantity * each) * pace * (step.again if like.again else 1.0)
    return total / HOUR


@lru_cache(maxsize=1024)
def _seconds(rules: Tables, place: Place) -> tuple[float, float, float]:
    """Work at a step, in the mean: on a case, for each unit of its quantity, and before a batch."""
    step, time = _step(rules.organisation, place), rules.organisation.distribution
    set_up = 0.0 if step.batch is None else time(step.batch.set_up).mean
    return time(step.duration).mean, time(step.per_unit).mean, set_up
