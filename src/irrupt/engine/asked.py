"""What waits in queues at a pause of a run, as far as it says how much work that is; either loop tells it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

Place = tuple[str, str]
"""(step, "") or ("", check)."""


class Asked(NamedTuple):
    """What a case is like, as far as it says for how long it is worked on."""

    client: str
    """"": he is gone."""
    kind: str
    """Its class; "": none."""
    again: bool
    """Whether it was at the activity before."""


class Work(NamedTuple):
    """A case that waits, or a batch of cases."""

    place: Place
    cases: int
    since: float
    """When the first of these came there."""
    set_up: bool
    """Whether there is work before the first of them."""
    asked: tuple[tuple[Asked, float], ...]
    """Like which cases it is, and of what quantity: one for all that is done at once."""


class InQueue(NamedTuple):
    """What waits for a step, or for a check."""

    cases: int
    since: float
    """Since when the first of the cases does."""
    set_ups: int
    """Works that are set up first."""
    asked: Mapping[Asked, tuple[int, float]]
    """Like which cases works are -> how many of them are so, and the quantity of all these."""


def in_queues(works: Iterable[Work]) -> dict[Place, InQueue]:
    """What waits, by what it waits for: the same in whichever order *works* are told.

    >>> one = Work(("Do", ""), 1, 60.0, False, ((Asked("A", "", False), 2.0),))
    >>> in_queues([one, one._replace(since=30.0)])["Do", ""].asked
    {Asked(client='A', kind='', again=False): (2, 4.0)}
    """
    by_place: dict[Place, list[Work]] = {}
    for work in works:
        by_place.setdefault(work.place, []).append(work)
    return {place: _together(found) for place, found in by_place.items()}


def _together(works: list[Work]) -> InQueue:
    quantities: dict[Asked, list[float]] = {}
    for work in works:
        for like, quantity in work.asked:
            quantities.setdefault(like, []).append(quantity)
    return InQueue(
        cases=sum(work.cases for work in works),
        since=min(work.since for work in works),
        set_ups=sum(work.set_up for work in works),
        asked={like: (len(each), math.fsum(each)) for like, each in sorted(quantities.items())},
    )
