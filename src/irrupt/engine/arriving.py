"""How cases come into the readable loop: `coming.py`, for people to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from irrupt.engine import called, streams
from irrupt.engine.cast import PASS, READY, Case
from irrupt.organisation.model import END, START
from irrupt.organisation.parallel import splits

if TYPE_CHECKING:
    from irrupt.engine.legends import Numbers
    from irrupt.engine.opening import Opened
    from irrupt.engine.planning.planner import Release
    from irrupt.engine.reference import Reference


def client_brings_case(loop: Reference, client: str) -> None:
    loop.last, asker = loop.now, loop.askers[client]
    key = streams.case_key(asker.key, asker.brought)
    case = Case(loop.arrived, client, key, enabled=loop.now, came=loop.now, clock=loop.now)
    case.kind, case.quantity, case.deadline = loop.rules.attributes(client, case.key, loop.now)
    case.row["client"] = loop.numbers.clients[client]
    loop.cases[case.number] = [case]
    loop.arrived += 1
    asker.brought += 1
    case.whole = not somebody_works_on(loop, case)
    called.expect(loop, case)
    loop.send_on(case)
    loop.tell_end(case)
    loop.plan_next_case(client)
    loop.let_go()


def bring(loop: Reference, releases: Sequence[Release], numbers: Numbers, now: float) -> range:
    """Cases that a plan releases come *now*, such as they are said to be; their numbers."""
    loop.now, first = now, loop.arrived
    for release in releases:
        case_comes(loop, release, numbers.clients[release.client], now)
    return range(first, loop.arrived)


def case_comes(loop: Reference, release: Release, client: int, now: float) -> None:
    case = Case(loop.arrived, release.client, release.key, enabled=now, came=now, clock=now)
    case.kind, case.quantity, case.deadline = release.product, release.quantity, release.due
    case.row["client"] = client
    loop.cases[case.number] = [case]
    loop.arrived += 1
    case.whole = not somebody_works_on(loop, case)
    called.expect(loop, case)
    loop.plan(case, now, PASS)


def take_up(loop: Reference, opened: Sequence[Opened], numbers: Numbers, now: float) -> range:
    """Take up cases that are open already *now*; their numbers."""
    loop.now, first = now, loop.arrived
    for one in opened:
        case = Case(loop.arrived, one.client, one.key, enabled=now, kind=one.kind, quantity=one.quantity)
        case.deadline, case.seen, case.done, case.flags = one.due, Counter(one.seen), set(one.done), 0
        case.came, case.clock, case.row["client"] = one.came, one.clock, numbers.clients[one.client]
        case.did = dict(one.did)
        parts = [case, *(case.another(number) for number in range(1, len(one.parts)))]
        loop.cases[case.number] = parts
        loop.arrived += 1
        called.expect(loop, case, loop.last)
        for part, at in zip(parts, one.parts, strict=True):
            part.place, part.occurrence, part.flags = at.place, at.occurrence, at.flags
            part.enabled, part.within = at.enabled, at.within
            loop.plan(part, at.ready, READY)
    return range(first, loop.arrived)


def somebody_works_on(loop: Reference, case: Case) -> bool:
    """Whether anybody would, if the case skipped what its client skips: its routes are a matter of its luck alone.

    Where no team does what is skipped, any step will do. Where steps split, it is not asked.
    """
    skipped = loop.rules.organisation.skips.get(case.client or "", frozenset())
    if not skipped or splits(loop.rules.organisation):
        return True
    by_team = any(loop.rules.step(name, "").team is not None for name in skipped)
    place, occurrence, seen = START, 0, Counter[str]()
    while True:
        uniform = streams.draw(case.key, loop.rules.key(place), occurrence, streams.ROUTE)
        place = loop.rules.route(case, place, uniform).to
        if place == END:
            return False
        step = loop.rules.step(place, "")
        if place not in skipped and (step.team is not None or not by_team):
            return True
        occurrence = seen[step.activity]
        seen[step.activity] += 1
