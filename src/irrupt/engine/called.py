"""How cases are given up, and how they and parts of them are called off, in the readable loop: `calling.py`, for people
to read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CUT_SHORT, FIRST, GAVE_UP
from irrupt.engine import parts, streams, together
from irrupt.engine.cast import CALL_OFF, DONE, READY, Case
from irrupt.organisation.model import END, Route

if TYPE_CHECKING:
    from irrupt.engine.reference import Reference


def given_up(loop: Reference, case: Case) -> None:
    """It leaves the queue; a row is written; it goes where its patience sends it. Where that is out, nothing else goes
    on with it."""
    found = loop.rules.patience(case.client, case.place)
    assert found is not None
    rule, team, queued = found[1], loop.team(case), case in loop.waiting
    case.lot = 0
    if queued:
        loop.waiting.remove(case)
    else:
        together.leave(loop, case)
    if rule.to == END:
        end_others(loop, case)
    comes_true(loop, case.number)
    if queued:
        loop.room_in(team)
    case.row |= {"activity": loop.numbers.activities[rule.activity], "team": loop.numbers.teams[team], "person": -1}
    case.start = loop.now
    loop.write(case, case.flags | CLIENT_ACT | GAVE_UP)
    at, case.flags, case.enabled = len(loop.rows) - 1, 0, loop.now
    loop.send_on(case, Route(to=rule.to, share=1.0))
    loop.close(case, at)


def expect(loop: Reference, case: Case, last: float = -math.inf) -> None:
    """Plan when a case will be called off, if it is not over by then: as if the rules had been these since it came, and
    what comes by the *last* event had come."""
    for number, (name, rule) in enumerate(sorted(loop.rules.organisation.patience.items())):
        if rule.at is not None or rule.lasts is None or rule.client not in (None, case.client):
            continue
        key = streams.key_of("patience", name)
        if streams.draw(case.key, key, 0, streams.ROUTE) < rule.share:
            lasts = loop.rules.seconds(rule.lasts, streams.draw(case.key, key, 0, streams.DELAY))
            time = case.came + lasts * rule.by_client.get(case.client or "", 1.0)
            if time >= loop.now and time > last:
                loop.put(time, CALL_OFF, name, case.number, number)


def off(loop: Reference, case: Case, name: str) -> None:
    """A case is called off, and this part of it goes where the rule sends it: a row is written."""
    rule = loop.rules.organisation.patience[name]
    end_others(loop, case)
    stop(loop, case)
    case.row |= {"activity": loop.numbers.activities[rule.activity], "team": -1, "person": -1}
    case.start = loop.now
    loop.write(case, case.flags | CLIENT_ACT | (GAVE_UP if rule.to == END else 0))
    at, case.flags, case.enabled = len(loop.rows) - 1, 0, loop.now
    loop.send_on(case, Route(to=rule.to, share=1.0))
    loop.close(case, at)


def may_be_off(loop: Reference, number: int, name: str) -> None:
    """A case is called off, if it is not over; what is in a batch is done with the others before."""
    if loop.calls.get(number) == name:
        del loop.calls[number]
    going = [part for part in parts.parts_of(loop, number) if not part.ends]
    if in_batch(loop, number):
        if number not in loop.calls:
            loop.late.setdefault(number, name)
    elif going:
        loop.last = loop.now
        off(loop, going[0], name)
        loop.let_go()


def in_batch(loop: Reference, number: int) -> bool:
    """Whether a part of a case is in a batch, but for those with whose batches they are over."""
    return any(part.lot and not part.ends for part in loop.cases.get(number, []))


def comes_true(loop: Reference, number: int) -> None:
    """A case is called off now, if that had to wait for a batch, and the batch is done."""
    if number in loop.late and not in_batch(loop, number):
        loop.calls[number] = loop.late.pop(number)
        plan_call(loop, number)


def plan_call(loop: Reference, number: int) -> None:
    """It is among the events of this moment that a case is called off."""
    name = loop.calls[number]
    loop.put(loop.now, CALL_OFF, name, number, sorted(loop.rules.organisation.patience).index(name))


def comes_in(loop: Reference, case: Case, kept: bool) -> bool:
    """Whether a case comes to its step: not if it is called off at this moment. Where it goes on alone, all its other
    parts are over. *kept* for want of room, it leaves that to the next."""
    if case.number in loop.calls:
        case.what, case.ready = DONE, loop.now
        if kept:
            loop.room_in(loop.team(case))
        return False
    case.takers = loop.rules.takers(case)
    if loop.rules.step(case.place, case.check).alone:
        end_others(loop, case)
    return True


def gives(loop: Reference, case: Case, kept: bool) -> None:
    """Whoever has a case in hand, or has *kept* it, hands it over, unless others of its batch, or other parts that he
    handed over with it, keep him."""
    person = case.by = case.person
    stays = case.keeps or (kept and keeps_others(loop, case))
    loop.giver, loop.keeper = None if stays else person, person if stays and kept else None
    case.person, case.keeps = None, False


def is_kept(loop: Reference, case: Case, team: str) -> bool:
    """Whether whoever hands over a case that comes keeps it, as there is no room in the queue of the *team*. Of several
    parts, all but the first take no hand of his."""
    person = loop.keeper if loop.giver is None else loop.giver
    if person is None or loop.room(team) > 0:
        return False
    case.person, case.keeps, case.what = person, loop.giver is None, DONE
    loop.giver, loop.keeper = None, person
    loop.held.append(case)
    return True


def keeps_others(loop: Reference, case: Case) -> bool:
    """Whether whoever has kept a case for want of room keeps other parts that he handed over with it: his hand is then
    taken by one of these."""
    if case.person is None or case.keeps:
        return case.keeps
    for part in parts.parts_of(loop, case.number):
        kept = part.keeps and (part in loop.held or part.on_its_way)
        if part is not case and kept and (part.person, part.enabled) == (case.person, case.enabled):
            part.keeps = False
            return True
    return False


def handed_over(loop: Reference, case: Case, ticket: int) -> None:
    """A case that was kept for want of room, and had that *ticket*, has come: if there is none after all it is kept on,
    before those that came after it; if it needs none, the next one may have it."""
    team = loop.team(case)
    if case in loop.held:
        case.ticket = ticket
        loop.held.sort(key=lambda kept: kept.ticket)
    elif team and case not in loop.waiting and loop.room(team) > 0:
        loop.room_in(team)


def call_in(loop: Reference, person: str) -> None:
    """Of the cases kept for teams in whose queues none has room, he has as many handed over as he can take."""
    teams = loop.rules.organisation.teams
    kept = [case for case in loop.held if loop.rules.does(person, case) and teams[loop.team(case)].limit == 0]
    for case in kept[: loop.rules.person(person).at_once - loop.workers[person].in_hand]:
        loop.held.remove(case)
        loop.plan(case, loop.now, READY)


def end_others(loop: Reference, case: Case) -> None:
    """All other parts of a case are over; those in batches, when these are done."""
    for part in parts.parts_of(loop, case.number):
        if part is case:
            continue
        if part.lot:
            part.ends = True
        else:
            stop(loop, part)
            case.flags |= part.flags & FIRST
            parts.end(loop, part)


def stop(loop: Reference, case: Case) -> None:
    """What is going on with a case is cut short. Who worked on it, or kept it, is free."""
    person = case.person
    if together.gathers(loop, case):
        together.leave(loop, case)
    stays = next((stay for stay in (loop.waiting, loop.held, loop.piled) if case in stay), None)
    if stays is not None:
        stays.remove(case)
    elif case.joined or case.what != DONE:
        case.ready = loop.now if case.flags & CLIENT_WAIT else case.enabled
        if person is not None:
            # It was kept for want of room, and about to come: the next may.
            loop.room_in(loop.team(case))
    elif person is not None:
        loop.write(case, case.flags | CUT_SHORT)
        case.flags, case.enabled, case.ready = 0, loop.now, loop.now
    if stays is loop.waiting:
        loop.room_in(loop.team(case))
    kept = stays is loop.held or case.what != DONE
    if person is not None and stays is not loop.piled and not (kept and keeps_others(loop, case)):
        loop.workers[person].in_hand -= 1
        loop.workers[person].touched = loop.now
        loop.freed.append(person)
    case.person, case.keeps = None, False
    case.due, case.rest, case.joined = math.inf, 0.0, False
