"""In which of their hours people begin something. Pieces of the work loop."""

from __future__ import annotations

from irrupt.compiling import compiled_from, piece
from irrupt.engine import pieces
from irrupt.engine.pieces import WEEK, hours_at


@compiled_from(pieces)
def set_hours(people, hours, workers, time):  # type: ignore[no-untyped-def]
    """Set everybody's hours to those in which he begins something at *time*, or next."""
    for number in range(len(workers)):
        look_at_hours(workers[number], people[number], hours, time)


@piece
def look_at_hours(worker, person, hours, now):  # type: ignore[no-untyped-def]
    """Whether somebody begins something *now*; his hours are those in which he does, or does next."""
    at, week = hours_at(hours, person, now)
    stand_in(worker, person, hours, at, week)
    roll(worker, person, hours, now)
    return worker.on_from <= now


@piece
def stand_in(worker, person, hours, at, week):  # type: ignore[no-untyped-def]
    """Somebody's hours are those at a place of *hours*, in a *week*; what goes on with the next ones does not end."""
    worker.on_week = week
    worker.on_interval = at
    worker.on_from = week + hours[at].begin
    worker.on_until = week + hours[at].end
    if person.spare > 0.0:
        at, week = following(person, at, week)
        if week + hours[at].begin > worker.on_until:
            worker.on_until -= person.spare


@piece
def following(person, at, week):  # type: ignore[no-untyped-def]
    """The place and the week of the hours behind those at a place."""
    at += 1
    if at == person.hours_end:
        return person.hours_cycle, week + WEEK
    return at, week


@piece
def roll(worker, person, hours, now):  # type: ignore[no-untyped-def]
    """Go on to the hours of somebody in which he begins something that are not over *now*."""
    while now >= worker.on_until:
        at, week = following(person, worker.on_interval, worker.on_week)
        stand_in(worker, person, hours, at, week)
