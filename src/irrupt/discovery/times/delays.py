"""Time between steps that nobody's work explains, before it is calibrated.

A case that was in a team's queue would have been taken by whoever of the team was free. So it came into the queue after
the last moment at which a member was on duty, free and did not take it; what passed before that moment no queue
explains (Chapela-Campa, Dumas 2024, "extraneous activity delays").
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people.workforce import Workforce
from irrupt.units import DAY, WEEK

REACTION = 300.0
"""Seconds that somebody may be free without taking the next case: shorter times do not count as free."""
_MOST_EDGES = 4_000_000
_DAYS = 1_000
"""More stretches on duty than there may be at one time."""


AT_ONCE, RARELY = 60.0, 0.03
"""Seconds for which somebody has time and yet does not begin, and the share of steps before which this may happen where
nothing passes but the wait in the queue."""
_NORMAL = 1.96
"""Standard errors from a share to the end of its 95 % interval."""
_OVER, _MOST_HIDDEN = 0.999, 0.25
"""Share of the cases that are over by the time from which everybody's work is seen, and of the records at most until
then."""


_Changes = tuple[Floats, Ints]
"""Moments at which somebody becomes free (+1) or ceases to be (-1)."""


class _Free(NamedTuple):
    """When somebody of a team was free and on duty: times of change, how many were free after, and until when somebody
    last was."""

    times: Floats
    free: Ints
    until: Floats


def before_queue(
    log: Log, team: Ints, worked: Flags, enabled: Floats, workforce: Workforce, names: tuple[str, ...]
) -> Floats:
    """Seconds from *enabled* to when each step can have come into its team's queue at the latest: whoever may do it
    would have taken it.

    For steps that nobody works on, all the time until they start.
    """
    delay = np.maximum(log.start - enabled, 0.0)
    free_of = _free_people(log, np.flatnonzero(worked & (log.left > log.start)), workforce)
    for number in np.unique(team[worked & (team >= 0)]):
        waited = np.flatnonzero(worked & (team == number) & (delay > 0))
        members = [
            n
            for n, name in enumerate(log.people)
            if (name, None) in free_of and names[number] in workforce.people[name].teams
        ]
        if not len(waited) or not members:
            continue
        for at, able in _by_who_does_it(waited, workforce, np.array(members, np.int64)):
            whose = [(log.people[person], names[number]) for person in able.tolist()]
            free_members = [free_of.get((name, its), free_of[name, None]) for name, its in whose]
            if not free_members or sum(len(free[0]) for free in free_members) > _MOST_EDGES:
                continue
            free = _anybody(free_members)
            place = np.searchsorted(free.times, log.start[at], "left") - 1
            inside = np.maximum(place, 0)
            # somebody is free until the step starts, or was last free at the end of an earlier stretch
            last = np.where(free.free[inside] > 0, log.start[at], free.until[inside])
            last = np.where(place >= 0, last, enabled[at])
            delay[at] = np.clip(last - enabled[at], 0.0, delay[at])
    return delay


def _by_who_does_it(at: Ints, staff: Workforce, members: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The steps *at* of a team by those of its *members* who do them."""
    for mine, able in staff.skills.alike(at, members):
        for some in staff.tied.apart(mine):
            yield some, able[staff.tied.may(able, np.full(len(able), some[0]))]


def everybody_seen(log: Log) -> Flags:
    """Steps that come and begin while all that people have in hand is recorded: after the cases that had begun before
    the records do, which are not in them, and before those that were in hand when they stop."""
    begin, end = log.since, log.span[1]
    hidden = _MOST_HIDDEN * (end - begin)
    lasted = log.end[log.last] - log.start[log.begin]
    since = begin + min(float(np.quantile(lasted, _OVER)), hidden)
    until = end - min(float(np.quantile(log.left - log.start, _OVER)), hidden)
    seen: Flags = (log.enabled >= since) & (log.start <= until)
    return seen


def seen_of(steps: Ints, seen: Flags) -> Ints:
    """Those *steps* that are *seen*, or all where none is."""
    return steps[seen[steps]] if seen[steps].any() else steps


def left_waiting(free: Floats) -> int:
    """How many steps somebody left waiting although he had time; *free*: seconds for which somebody had."""
    return int(np.count_nonzero(free > AT_ONCE))


def begun_at_once(waited: Floats, free: Floats, fewest: int) -> bool:
    """Whether steps that *waited* so long, for each of which somebody was *free* for so long, begin whenever somebody
    has time for them: of those that found him or were left by him, hardly any was left, as far as chance tells
    (the lower end of the 95 % interval of a share, Wilson 1927), and *fewest* were not."""
    left, begun = left_waiting(free), int(np.count_nonzero(waited <= AT_ONCE))
    told = left + begun
    # the share is above RARELY by so many of its standard errors: Wilson's interval, solved for its end
    return begun >= fewest and left - RARELY * told <= _NORMAL * math.sqrt(told * RARELY * (1.0 - RARELY))


def _free_people(log: Log, busy: Ints, workforce: Workforce) -> dict[tuple[str, str | None], _Changes]:
    """When each person becomes free or ceases to be; and, with a team that he works for at hours of its own only, when
    he does so for that."""
    steps_of, nothing = by_key(log.person, busy), np.array([], np.int64)
    return {
        (name, team): _free(log, steps_of.get(number, nothing), workforce, name, team)
        for number, name in enumerate(log.people)
        if name in workforce.people
        for team in (None, *workforce.parted_teams(name))
    }


def _free(log: Log, mine: Ints, workforce: Workforce, name: str, team: str | None) -> _Changes:
    """When somebody, whose steps are *mine*, becomes free for a *team*, or for all of his, or ceases to be."""
    begin, end = log.span
    weeks = np.arange(np.floor(begin / WEEK), np.floor(end / WEEK) + 1) * WEEK
    closed = np.union1d(workforce.closed, workforce.away.get(name, ()))
    hours = np.array(workforce.hours_at(name, team), float).reshape(-1, 2) * 60.0
    on, off = (weeks[:, None] + hours[:, 0]).ravel(), (weeks[:, None] + hours[:, 1]).ravel()
    moment = np.concatenate((on, off, log.start[mine], log.left[mine], closed, closed + DAY))
    by_time = np.argsort(moment, kind="stable")
    lengths = (len(on), len(off), len(mine), len(mine), len(closed), len(closed))
    # nobody is on duty on a closed day, or while he is away
    duty = np.cumsum(np.repeat((1, -1, 0, 0, -_DAYS, _DAYS), lengths)[by_time])
    hand = np.cumsum(np.repeat((0, 0, 1, -1, 0, 0), lengths)[by_time])
    moment = moment[by_time]
    at_once = workforce.people[name].at_once
    free = (duty > 0) & (hand < at_once) & (np.diff(moment, append=moment[-1:]) > REACTION)
    change = np.diff(free.astype(np.int64), prepend=0)
    return moment[change != 0], change[change != 0]


def _anybody(members: list[_Changes]) -> _Free:
    """When any of *members* was free."""
    moments = np.concatenate([times for times, _changes in members])
    order = np.argsort(moments, kind="stable")
    moments = moments[order]
    number = np.cumsum(np.concatenate([changes for _times, changes in members])[order])
    if not len(moments):
        return _Free(np.array([-np.inf]), np.array([0]), np.array([-np.inf]))
    # at the begin of each stretch, the end of the last stretch in which somebody was free
    ended = np.where(np.append(0, number[:-1]) > 0, moments, -np.inf)
    return _Free(times=moments, free=number, until=np.maximum.accumulate(ended))
