"""How the readable loop interrupts work in hand: `interrupting.py`, for people to read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from irrupt.chronicle.rows import INTERRUPTED
from irrupt.engine.cast import DONE, READY, Case
from irrupt.engine.pieces import AWAY
from irrupt.engine.tables import signs

if TYPE_CHECKING:
    from irrupt.engine.reference import Reference
    from irrupt.engine.written import Rank


def interrupts(loop: Reference, case: Case) -> bool:
    """Whether somebody leaves his work for a case that came, since it ranks higher: he takes it up.

    Nobody does when who hands it over is of the team, on duty, and about to look for work, or whose work was cut short
    at this moment: he `presses` afterwards.
    """
    team = loop.team(case)
    if loop.rules.organisation.teams[team].interrupts == "never":
        return False
    giver = loop.giver
    free = [
        name
        for name in loop.rules.people
        if loop.rules.does(name, case) and name in loop.freed and loop.rules.begins(name, loop.now)
    ]
    looks = giver is not None and loop.rules.does(giver, case) and loop.rules.begins(giver, loop.now)
    if (free or looks) and loop.room(team) > 0:
        if free:
            loop.pressers.add(free[-1])
        else:
            loop.presser = giver
        return False
    work = weakest(loop, case)
    if work is None:
        return False
    person = work.person
    leave(loop, work)
    loop.begin(case, person)
    return True


def weakest(loop: Reference, case: Case, person: str | None = None) -> Case | None:
    """The work in hand of its team that a case interrupts: that of the lowest rank, and of these the one begun last, of
    people on duty who do what the case waits for; or, of work of one *person*, whether he is on duty or not. What ends
    now is finished."""
    team, rank = loop.team(case), loop.rank(case)
    found = [
        work
        for work in in_hand(loop)
        if loop.team(work) == team and loop.rank(work) > rank and work.due > loop.now and person in (None, work.person)
    ]
    found = [work for work in found if loop.rules.does(work.person or "", case)]
    if person is None:
        found = [work for work in found if loop.rules.begins(work.person or "", loop.now)]
    return min(found, key=lambda work: ([-part for part in loop.rank(work)], -work.start, *whose(work)), default=None)


def whose(work: Case) -> tuple[str, int, int]:
    """By which work of one rank that was begun at one moment is told apart."""
    return work.person or "", work.number, work.part


def in_hand(loop: Reference) -> list[Case]:
    """What somebody works on, but for batches."""
    parts = [part for parts in loop.cases.values() for part in parts]
    kept = [*loop.held, *loop.piled]
    begun = [part for part in parts if part.person is not None and part.what == DONE and part not in kept]
    return [part for part in begun if not part.lot]


def leave(loop: Reference, work: Case) -> None:
    """Work is left until later. A row is written: what was done of it so far."""
    person = work.person or ""
    step = loop.rules.step(work.place, work.check)
    loop.write(work, work.flags | INTERRUPTED)
    work.rest = 0.0
    if loop.rules.organisation.teams[step.team or ""].interrupts == "resume":
        work.rest = loop.rules.worked(person, loop.now, work.due, work.stays) * loop.rules.person(person).speed
    work.enabled, work.ready, work.due = loop.now, loop.now, math.inf
    work.flags, work.ticket = signs(step), loop.tickets
    loop.tickets += 1
    loop.piled.append(work)
    loop.workers[person].in_hand -= 1


def presses(loop: Reference, person: str, *, only_his: bool) -> bool:
    """Whether a case that waits for *person* interrupts work: his own only, or anybody's."""
    for first in firsts(loop, person):
        team = loop.team(first)
        work = weakest(loop, first, person if only_his else None)
        if work is not None:
            who = work.person
            leave(loop, work)
            loop.waiting.remove(first)
            for _case in (first, *first.fellows):
                loop.room_in(team)
            loop.begin(first, who)
            return True
    return False


def firsts(loop: Reference, person: str) -> Iterator[Case]:
    """Of the cases that wait for *person*: the first in each of his teams that interrupt work, in his order or that of
    names, of those that the same others of the team do not do."""
    his = loop.rules.person(person)
    for team in his.teams if his.serves == "teams in order" else sorted(his.teams):
        if loop.rules.organisation.teams[team].interrupts == "never":
            continue
        mine = [case for case in loop.waiting if loop.team(case) == team and loop.rules.does(person, case)]
        others = [name for name in loop.rules.people if team in loop.rules.person(name).teams]
        idle = {case: [name for name in others if not loop.rules.does(name, case)] for case in mine}
        for missing in sorted(map(list, {tuple(names) for names in idle.values()})):
            yield min((case for case in mine if idle[case] == missing), key=loop.precedence)


def press_on(loop: Reference, person: str) -> None:
    """Whatever waits for *person*, whose work was cut short, interrupts others as far as it can."""
    while person in loop.pressers and presses(loop, person, only_his=False):
        pass


def top_of_pile(loop: Reference, person: str) -> Case | None:
    """Of what *person* was interrupted at: what has its turn first and, of these, was interrupted first."""
    pile = [case for case in loop.piled if case.person == person]
    return min(pile, key=lambda case: (*turn(loop, case, person), case.ticket), default=None)


def leaves_pile(loop: Reference, person: str) -> None:
    """What *person* was interrupted at is left to others, where he is away for long: it comes into its queue."""
    begin = loop.rules.begins_at(person, loop.now)
    if begin - loop.now > AWAY and loop.workers[person].in_hand < loop.rules.person(person).at_once:
        for case in [case for case in loop.piled if case.person == person]:
            loop.piled.remove(case)
            case.person = None
            loop.plan(case, loop.now, READY)


def turn(loop: Reference, case: Case, person: str, rank: Rank | None = None) -> tuple[int, Rank]:
    """By which *person* takes cases, of which one has this *rank*, or one that does not rise: by the order of his
    teams, if he serves them in order, then by rank, unless he takes what came first."""
    who, team = loop.rules.person(person), loop.team(case)
    place = who.teams.index(team) if loop.rules.at_team(person, team) else len(who.teams)
    if who.serves == "first come" and len({*who.teams}) > 1:
        return 0, (0, 0, 0)
    return place if who.serves == "teams in order" else 0, plain_rank(loop, case) if rank is None else rank


def plain_rank(loop: Reference, case: Case) -> Rank:
    """The rank of a case that does not rise."""
    client, kind, activity = loop.rules.rank(case)
    return -client, -kind, -activity
