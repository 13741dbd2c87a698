"""How cases are given up, and how they and parts of them are called off, in the readable loop: `calling.py`, for people
to read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, FIRST, GAVE_UP, INTERRUPTED
from irrupt.engine import parts, streams, together
from irrupt.engine.cast import CALL_OFF, DONE, Case
from irrupt.organisation.model import END, Route

if TYPE_CHECKING:
    from irrupt.engine.reference import Reference


def given_up(loop: Reference, case: Case) -> None:
    """It leaves the queue; a row is written; it goes where its patience sends it."""
    found = loop.rules.patience(case.client, case.place)
    assert found is not None
    rule, team = found[1], loop.team(case)
    case.lot = 0
    if case in loop.waiting:
        loop.waiting.remove(case)
        loop.room_in(team)
    else:
        together.leave(loop, case)
    case.row |= {"activity": loop.numbers.activities[rule.activity], "team": loop.numbers.teams[team], "person": -1}
    case.start = loop.now
    loop.write(case, case.flags | CLIENT_ACT | GAVE_UP)
    at, case.flags, case.enabled = len(loop.rows) - 1, 0, loop.now
    loop.send_on(case, Route(to=rule.to, share=1.0))
    loop.close(case, at)


def expect(loop: Reference, case: Case) -> None:
    """Plan when a case will be called off, if it is not over by then: as if the rules had been these since it came."""
    for number, (name, rule) in enumerate(sorted(loop.rules.organisation.patience.items())):
        if rule.at is not None or rule.lasts is None or rule.client not in (None, case.client):
            continue
        key = streams.key_of("patience", name)
        if streams.draw(case.key, key, 0, streams.ROUTE) < rule.share:
            time = case.came + loop.rules.seconds(rule.lasts, streams.draw(case.key, key, 0, streams.DELAY))
            if time >= loop.now:
                loop.put(time, CALL_OFF, name, case.number, number)


def off(loop: Reference, number: int, name: str) -> None:
    """A case is called off: a row is written, and it goes where the rule sends it."""
    rule = loop.rules.organisation.patience[name]
    case = parts.parts_of(loop, number)[0]
    end_others(loop, case)
    stop(loop, case)
    case.row |= {"activity": loop.numbers.activities[rule.activity], "team": -1, "person": -1}
    case.start = loop.now
    loop.write(case, case.flags | CLIENT_ACT | (GAVE_UP if rule.to == END else 0))
    at, case.flags, case.enabled = len(loop.rows) - 1, 0, loop.now
    loop.send_on(case, Route(to=rule.to, share=1.0))
    loop.close(case, at)


def can_be(loop: Reference, number: int) -> bool:
    """Whether a case is there, and no part of it in a batch: rules in which both can be are refused, but a batch may be
    left of other ones."""
    return number in loop.cases and not any(part.lot for part in loop.cases[number])


def end_others(loop: Reference, case: Case) -> None:
    """All other parts of a case are over, but those that are in a batch."""
    for part in parts.parts_of(loop, case.number):
        if part is not case and not part.lot:
            stop(loop, part)
            case.flags |= part.flags & FIRST
            parts.end(loop, part)


def stop(loop: Reference, case: Case) -> None:
    """What is going on with a case is cut short. Who worked on it, or kept it, is free."""
    person, case.person = case.person, None
    stays = next((stay for stay in (loop.waiting, loop.held, loop.piled) if case in stay), None)
    if stays is not None:
        stays.remove(case)
    elif case.joined or case.what != DONE:
        case.ready = loop.now if case.flags & CLIENT_WAIT else case.enabled
    elif person is not None:
        loop.write(case, case.flags | INTERRUPTED)
        case.flags, case.enabled, case.ready = 0, loop.now, loop.now
    if stays is loop.waiting:
        loop.room_in(loop.team(case))
    if person is not None and stays is not loop.piled:
        loop.workers[person].in_hand -= 1
        loop.workers[person].touched = loop.now
        loop.freed.append(person)
    case.due, case.rest, case.joined = math.inf, 0.0, False
