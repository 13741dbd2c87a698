"""Who takes a case that comes, in the readable loop, which case does not wait for anybody, and what waits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from irrupt.engine import streams
from irrupt.engine.asked import Asked, Work

if TYPE_CHECKING:
    from irrupt.engine.cast import Case
    from irrupt.engine.reference import Reference
    from irrupt.organisation import Patience


def preference(loop: Reference, case: Case, team: str, person: str) -> tuple[float, int, float, str]:
    """Who of a team takes a case that comes: the least of these."""
    choice, rules, worth = loop.rules.organisation.teams[team].choice, loop.rules.person(person), 0.0
    if choice == "random":
        key = loop.rules.work_key(case) + streams.key_of("person", person)
        worth = streams.draw(case.key, key, case.occurrence, streams.CASE)
    elif choice == "fastest":
        worth = -rules.speed
    elif choice == "fewest teams":
        worth = len(rules.teams)
    elif choice == "in turn":
        people = loop.rules.people
        last = people.index(loop.turn[team]) if loop.turn.get(team) in people else -1
        worth = (people.index(person) - last - 1) % len(people)
    return worth, loop.workers[person].in_hand, loop.workers[person].touched, person


def goes_straight_on(loop: Reference, case: Case) -> bool:
    """Whether whoever hands over a case begins with it at once."""
    straight, case.straight = case.straight, False
    person = loop.giver
    if not straight or person is None:
        return False
    loop.giver = None
    loop.workers[person].in_hand -= 1
    loop.begin(case, person)
    return True


def patience_ends(loop: Reference, case: Case, comes: bool = True) -> float:
    """When a case has waited too long: now, where one that *comes* is turned away; infinite: never."""
    found = _patience(loop, case)
    if comes and is_turned_away(loop, case):
        return loop.now
    if found is None or found[1].lasts is None:
        return math.inf
    luck = (case.key, streams.key_of("patience", found[0]), case.occurrence, streams.DELAY)
    lasts = loop.rules.seconds(found[1].lasts, streams.draw(*luck))
    return max(loop.now, case.ready + lasts * found[1].by_client.get(case.client or "", 1.0))


def is_turned_away(loop: Reference, case: Case) -> bool:
    """Whether so many wait for the team already that it leaves, unless somebody becomes free at this moment."""
    found = _patience(loop, case)
    if found is None or found[1].longest_queue is None:
        return False
    return loop.queued(loop.team(case)) >= found[1].longest_queue


def _patience(loop: Reference, case: Case) -> tuple[str, Patience] | None:
    """The patience of a case that comes to a queue, with its name."""
    found = None if case.check else loop.rules.patience(case.client, case.place)
    return None if found is None or (found[1].at in case.done and not found[1].again) else found


def waits(loop: Reference, case: Case) -> Work:
    """A case that waits, or the batch for which it stands."""
    cases, batch = [case, *case.fellows], loop.rules.step(case.place, case.check).batch if case.lot else None
    if batch is not None and batch.done == "at once":
        asked = [(_asked(case), math.fsum(one.quantity for one in cases))]
    else:
        asked = [(_asked(one), one.quantity) for one in cases]
    place = ("", case.check) if case.check else (case.place, "")
    return Work(place, len(cases), min(one.ready for one in cases), batch is not None, tuple(asked))


def _asked(case: Case) -> Asked:
    return Asked(case.client or "", case.kind or "", case.occurrence > 0)
