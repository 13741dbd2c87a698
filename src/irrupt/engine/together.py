"""How cases gather in the readable loop, and are done together: `batches.py`, for people to read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from irrupt.engine import streams
from irrupt.engine.cast import CLOSE, DONE, LEAVE, READY, Case
from irrupt.engine.choosing import patience_ends
from irrupt.engine.urgent import plain_rank
from irrupt.organisation.model import Order

if TYPE_CHECKING:
    from irrupt.engine.reference import Reference
    from irrupt.engine.written import Written
    from irrupt.organisation.batch import Batch


def gather(loop: Reference, case: Case) -> bool:
    """Whether the case waits for others before its step, or goes on with those who did."""
    batch = batch_of(loop.rules, case)
    if batch is None:
        return False
    if batch.size == 1:
        case.lot, case.since, case.rest = 1, loop.now, 0.0
        return False
    case.ready, case.due, case.what, case.leaves, case.rest = loop.now, math.inf, DONE, math.inf, 0.0
    case.ticket = loop.tickets
    loop.tickets += 1
    line = loop.gathering.setdefault(case.place, [])
    line.append(case)
    if batch.size is not None and len(line) >= batch.size:
        leader = together(loop, case.place, batch)
        if line:
            plan_closing(loop, case.place)
        loop.take_up(leader)
        return True
    if loop.team(case):
        case.leaves = patience_ends(loop, case)
        if case.leaves < math.inf:
            loop.put(case.leaves, LEAVE, case)
    if line[0] is case:
        plan_closing(loop, case.place)
    return True


def batch_of(rules: Written, case: Case) -> Batch | None:
    """The batch for which a case that is to be worked on has to gather."""
    return None if case.check else rules.step(case.place, "").batch


def gathers(loop: Reference, case: Case) -> bool:
    """Whether it waits for others to come."""
    return case in loop.gathering.get(case.place, [])


def plan_closing(loop: Reference, place: str) -> None:
    """Of the cases that gather for a step, of which one is there at least: when they go, whatever comes."""
    line, batch = loop.gathering[place], loop.rules.step(place, "").batch
    assert batch is not None
    moment = loop.now if len(line) >= (batch.size or math.inf) else _moment(loop, line[0], batch)
    loop.closes[place] = (moment, line[0])
    if moment < math.inf:
        loop.put(moment, CLOSE, place, line[0].number, line[0].part)


def _moment(loop: Reference, first: Case, batch: Batch) -> float:
    wait = math.inf if batch.longest_wait is None else batch.longest_wait
    moment = max(loop.now, first.ready + wait)
    return min(moment, loop.rules.next_moment(batch, loop.now)) if batch.at else moment


def close(loop: Reference, place: str, opener: tuple[int, int]) -> None:
    """Those who have gathered go, unless they have gone."""
    line = loop.gathering.get(place, [])
    if not line or loop.closes[place] != (loop.now, line[0]) or opener != (line[0].number, line[0].part):
        return
    loop.last = loop.now
    batch = loop.rules.step(place, "").batch
    assert batch is not None
    leader = together(loop, place, batch)
    if line:
        plan_closing(loop, place)
    loop.take_up(leader)


def together(loop: Reference, place: str, batch: Batch) -> Case:
    """Make a batch of those who came first, as many as are enough: the case that stands for it.

    That is the first of the highest rank; the others stand behind it, first come.
    """
    line = loop.gathering[place]
    cases = line[: batch.size]
    del line[: len(cases)]
    team = loop.team(cases[0])
    leader = min(cases, key=lambda case: plain_rank(loop, case)) if team else cases[0]
    leader.fellows = [case for case in cases if case is not leader]
    leader.behind = cases.index(leader)
    leader.since = loop.now
    for case in cases:
        case.lot = len(cases)
        case.leaves = math.inf if len(cases) > 1 else case.leaves
    return leader


def leave(loop: Reference, case: Case) -> None:
    """A case that gathers is given up."""
    line = loop.gathering[case.place]
    first = line[0] is case
    line.remove(case)
    if first and line:
        plan_closing(loop, case.place)


def work(loop: Reference, leader: Case) -> float:
    """What is to be done with the batch that a case stands for."""
    step = loop.rules.step(leader.place, "")
    assert step.batch is not None
    at_once = step.batch.done == "at once"
    quantity = leader.quantity
    for case in leader.fellows if at_once else ():
        quantity += case.quantity
    total = _set_up(loop, leader, step.batch) + own_work(loop, leader, quantity)
    for case in leader.fellows if not at_once else ():
        total += own_work(loop, case)
    return total


def begins_with(loop: Reference, leader: Case) -> tuple[Case, float]:
    """The case with which work on one, or on the batch for which that stands, begins, and what is to be done until it
    is done: of cases that are done one by one, the first that came."""
    batch = batch_of(loop.rules, leader) if leader.lot else None
    if batch is None:
        return leader, own_work(loop, leader)
    if batch.done == "at once":
        return leader, work(loop, leader)
    cases = [*leader.fellows[: leader.behind], leader, *leader.fellows[leader.behind :]]
    first, leader.fellows = cases[0], []
    first.fellows = cases[1:]
    return first, _set_up(loop, leader, batch) + own_work(loop, first)


def _set_up(loop: Reference, leader: Case, batch: Batch) -> float:
    luck = (leader.key, loop.rules.work_key(leader), leader.occurrence)
    return loop.rules.seconds(batch.set_up, streams.draw(*luck, streams.CASE))


def urgency(case: Case, order: Order) -> float:
    """By what a case stands in a queue of that *order*: when it is due, or came, or how much it asks for."""
    if order in ("earliest due", "oldest"):
        return case.deadline if order == "earliest due" else case.came
    return {"smallest": 1.0, "largest": -1.0}.get(order, 0.0) * case.quantity


def most_urgent(case: Case, order: Order) -> float:
    """By what it stands there with the others of its batch, of whom the first counts."""
    return min([urgency(one, order) for one in (case, *case.fellows)])


def own_work(loop: Reference, case: Case, quantity: float | None = None) -> float:
    """What is to be done with a case, without the others; or with one like it that asks for a *quantity*."""
    uniform = streams.draw(case.key, loop.rules.work_key(case), case.occurrence, streams.DURATION)
    step = loop.rules.step(case.place, case.check)
    return loop.rules.work(step, case, case.quantity if quantity is None else quantity, uniform)


def begin_others(loop: Reference, leader: Case) -> None:
    """The others of a batch, if it is one, are begun behind the first, whose end is planned."""
    batch = batch_of(loop.rules, leader) if leader.lot else None
    if batch is None:
        return
    cases = [leader, *leader.fellows]
    leader.fellows = []
    last = max(cases, key=lambda case: (case.number, case.part)) if batch.done == "at once" else cases[-1]
    until = leader.due
    for case in cases:
        case.keeps = case is not last
        if batch.done == "one by one":
            case.lot = 1
        if case is leader:
            continue
        case.person, case.start, case.stays = leader.person, leader.start, leader.stays
        case.row |= {name: leader.row[name] for name in ("activity", "team", "person")}
        if batch.done == "one by one":
            case.start = until
            until = _ends(loop, case, until)
            if case.person is not None and not case.stays:
                case.start = min(loop.rules.goes_on_at(case.person, case.start), until)
        loop.plan(case, until, DONE)


def _ends(loop: Reference, case: Case, begin: float) -> float:
    if case.person is None:
        return begin + own_work(loop, case)
    left = own_work(loop, case) / loop.rules.person(case.person).speed
    return loop.rules.work_ends(case.person, begin, left, case.stays)


def carry_over(loop: Reference) -> None:
    """What new rules mean for cases that gather, and for batches that wait for a person."""
    loop.gathering = {place: line for place, line in loop.gathering.items() if line}
    for place, line in loop.gathering.items():
        batch = loop.rules.step(place, "").batch
        for case in list(line):
            if batch is None or loop.skips(case):
                line.remove(case)
                case.due, case.what, case.since = loop.now, READY, loop.now
    for leader in list(loop.waiting):
        cases = [leader, *leader.fellows]
        apart = batch_of(loop.rules, leader) is None or not loop.team(leader) or any(map(loop.skips, cases))
        if leader.fellows and apart:
            loop.waiting.remove(leader)
            leader.fellows = []
            for case in cases:
                case.lot, case.due, case.what, case.since = 0, loop.now, READY, loop.now


def plan_all(loop: Reference) -> None:
    """When cases that gather are given up, and when they go."""
    for place in sorted(loop.gathering):
        for case in loop.gathering[place]:
            case.leaves = patience_ends(loop, case, comes=False) if loop.team(case) else math.inf
            if case.leaves < math.inf:
                loop.put(case.leaves, LEAVE, case)
        if loop.gathering[place]:
            plan_closing(loop, place)
