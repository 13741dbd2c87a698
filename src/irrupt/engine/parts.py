"""How the parts of cases go on in the readable loop, split, and come together: `branches.py`, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from irrupt.chronicle.rows import CLIENT_WAIT, FIRST
from irrupt.engine import streams
from irrupt.engine.cast import DONE, READY, Case
from irrupt.engine.tables import signs
from irrupt.organisation.model import END, Route

if TYPE_CHECKING:
    from irrupt.engine.reference import Reference


def move(loop: Reference, pile: list[tuple[Case, Route]], number: int) -> None:
    """Parts of a case go along ways, and along further ones through steps that are skipped; at joins they come
    together. Then they go into their steps, or the delays of their ways begin."""
    entering = []
    while True:
        while pile:
            part, way = pile.pop()
            arrived, further = walk(loop, part, way)
            entering += [part] if arrived else []
            pile += further
        one = come_together(loop, number)
        if one is None:
            break
        if loop.skips(one):
            pile = ways(loop, one)
        else:
            one.what = DONE
            entering.append(one)
    for part in entering:
        if part not in loop.cases.get(number, []):
            continue  # Another one has called it off.
        if part.due > loop.now and part.on_its_way:
            loop.plan(part, part.due, READY)
        else:
            loop.take_up_or_wait(part)


def ways(loop: Reference, case: Case, way: Route | None = None) -> list[tuple[Case, Route]]:
    """The ways that a part takes from its place, the first one last; new parts take the lowest numbers left."""
    if case.ends:
        return [(case, Route(to=END, share=1.0))]
    if way is not None:
        return [(case, way)]
    split = loop.rules.split(case.place)
    luck = (case.key, loop.rules.key(case.place), case.occurrence, streams.ROUTE)
    if split == "one":
        return [(case, loop.rules.route(case, case.place, streams.draw(*luck)))]
    if split == "first":
        return [(case, loop.rules.soonest(case, loop.now))]
    first, *more = loop.rules.taken_together(case)
    found = [(case, first)]
    for route in more:
        numbers = {part.part for part in parts_of(loop, case.number)}
        part = case.another(min(set(range(len(numbers) + 1)) - numbers))
        loop.cases[case.number].append(part)
        found.append((part, route))
    return found[::-1]


def walk(loop: Reference, case: Case, way: Route) -> tuple[bool, list[tuple[Case, Route]]]:
    """A part goes along a way: whether it is to come to its step, and the ways further on when it skips that. Where the
    first delay to be over decides, it passes all the same."""
    case.check, case.rest = "", 0.0
    races = loop.rules.split(case.place) == "first"
    key = loop.rules.delay_key(case.place, way)
    uniform = streams.draw(case.key, key, case.occurrence, streams.DELAY)
    luck = streams.draw(case.key, loop.rules.key(case.place), case.occurrence, streams.CASE)
    if way.to == END:
        end(loop, case)
        return False, []
    step = loop.rules.step(way.to, "")
    case.place, case.occurrence = way.to, case.seen[step.activity]
    case.seen[step.activity] += 1
    case.flags = case.flags & FIRST | signs(step)
    joins = loop.rules.joins(way.to) and len(parts_of(loop, case.number)) > 1
    skips = not joins and loop.skips(case)
    if skips and not races:
        return False, ways(loop, case)
    case.flags |= CLIENT_WAIT if way.waits_for == "client" else 0
    age = loop.now - case.clock
    case.straight = False
    if loop.giver is not None and not joins and loop.rules.begins(loop.giver, loop.now):
        case.straight = loop.rules.goes_straight(loop.giver, case, way, luck, age)
    delay = 0.0 if case.straight else loop.rules.delay(way, uniform, age)
    case.due, case.what = loop.now, DONE
    if delay > 0.0:
        case.due, case.what = loop.rules.passed(way.hours, loop.now, delay), READY
        case.within = way.hours
    if skips and not case.due > loop.now:
        return False, ways(loop, case)
    case.joined = joins and not case.due > loop.now
    return not case.joined, []


def parts_of(loop: Reference, number: int) -> list[Case]:
    """The parts of a case that are not over, in order."""
    return sorted(loop.cases.get(number, []), key=lambda part: part.part)


def end(loop: Reference, case: Case) -> None:
    """A part is over, and with the last one the case."""
    loop.cases[case.number].remove(case)
    if not loop.cases[case.number]:
        del loop.cases[case.number]
        loop.late.pop(case.number, None)
        loop.calls.pop(case.number, None)


def come_together(loop: Reference, number: int) -> Case | None:
    """The part that goes on from the first join at which no other part can come any more.

    Joins that wait for each other (rules that changed can make such) go on in the order of names.
    """
    parts = parts_of(loop, number)
    waiting = [part for part in parts if part.joined]
    ready = [part for part in waiting if not any(awaits(loop, part, other) for other in parts)]
    if not ready and len(waiting) == len(parts):
        ready = sorted(waiting, key=lambda part: part.place)
    if not ready:
        return None
    first, *others = [part for part in waiting if part.place == ready[0].place]
    first.joined = False
    for other in others:
        first.enabled = max(first.enabled, other.enabled)
        first.occurrence = min(first.occurrence, other.occurrence)
        first.flags |= other.flags
        end(loop, other)
    return first


def awaits(loop: Reference, case: Case, other: Case) -> bool:
    """Whether a part at a join waits for an *other* one."""
    if other.ends or (other.joined and other.place == case.place):
        return False
    coming = other.place == case.place and other not in loop.waiting and other.on_its_way
    return coming or loop.rules.leads(case, other.place, case.place)
