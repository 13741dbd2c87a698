"""Time between steps that nobody's work explains, before it is calibrated.

A case that was in a team's queue would have been taken by whoever of the team was free. So it came into the queue after
the last moment at which a member was on duty, free and did not take it; what passed before that moment no queue
explains (Chapela-Campa, Dumas 2024, "extraneous activity delays").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.discovery.log import WEEK, Flags, Floats, Ints, Log
from irrupt.discovery.workforce import Workforce

_REACTION = 300.0
"""Seconds that somebody may be free without taking the next case: shorter times do not count as free."""
_MOST_EDGES = 4_000_000


class _Free(NamedTuple):
    """When somebody of a team was free and on duty: times of change, how many were free after, and until when somebody
    last was."""

    times: Floats
    free: Ints
    until: Floats


def before_queue(log: Log, team: Ints, worked: Flags, enabled: Floats, workforce: Workforce, names: tuple[str, ...]) -> Floats:
    """Seconds from *enabled* to when each step can have come into its team's queue at the latest.

    For steps that nobody works on, all the time until they start.
    """
    delay = np.maximum(log.start - enabled, 0.0)
    busy = np.flatnonzero(worked & (log.left > log.start))
    for number in np.unique(team[worked & (team >= 0)]):
        at = np.flatnonzero(worked & (team == number) & (delay > 0))
        if not len(at):
            continue
        free = _free(log, busy, workforce, names[number])
        if free is None:
            continue
        place = np.searchsorted(free.times, log.start[at], "left") - 1
        inside = np.maximum(place, 0)
        # somebody is free until the step starts, or was last free at the end of an earlier stretch
        last = np.where(free.free[inside] > 0, log.start[at], free.until[inside])
        last = np.where(place >= 0, last, enabled[at])
        delay[at] = np.clip(last - enabled[at], 0.0, delay[at])
    return delay


def _free(log: Log, busy: Ints, workforce: Workforce, team: str) -> _Free | None:
    """When members of *team* were free; None where nobody of it is recorded, or too much would have to be looked at."""
    begin, end = log.span
    weeks = np.arange(np.floor(begin / WEEK), np.floor(end / WEEK) + 1) * WEEK
    members = [log.people.index(name) for name, p in workforce.people.items() if team in p.teams and name in log.people]
    times, changes = [], []
    edges = 0
    for person in members:
        calendar = workforce.calendars[workforce.people[log.people[person]].calendar]
        mine = busy[log.person[busy] == person]
        limit = workforce.people[log.people[person]].at_once
        on = np.array([b * 60.0 for b, _e in calendar.hours])
        off = np.array([e * 60.0 for _b, e in calendar.hours])
        duty_on, duty_off = (weeks[:, None] + on).ravel(), (weeks[:, None] + off).ravel()
        moment = np.concatenate((duty_on, duty_off, log.start[mine], log.left[mine]))
        order = np.argsort(moment, kind="stable")
        duty = np.cumsum(np.repeat((1, -1, 0, 0), (len(duty_on), len(duty_off), len(mine), len(mine)))[order])
        hand = np.cumsum(np.repeat((0, 0, 1, -1), (len(duty_on), len(duty_off), len(mine), len(mine)))[order])
        moment = moment[order]
        free = (duty > 0) & (hand < limit)
        free &= np.diff(moment, append=moment[-1]) > _REACTION
        change = np.diff(free.astype(np.int64), prepend=0)
        times.append(moment[change != 0])
        changes.append(change[change != 0])
        edges += len(moment)
        if edges > _MOST_EDGES:
            return None
    if not times or not sum(map(len, times)):
        return None
    moments, steps = np.concatenate(times), np.concatenate(changes)
    order = np.argsort(moments, kind="stable")
    moments, number = moments[order], np.cumsum(steps[order])
    # at the begin of each stretch, the end of the last stretch in which somebody was free
    ended = np.where(np.append(0, number[:-1]) > 0, moments, -np.inf)
    return _Free(times=moments, free=number, until=np.maximum.accumulate(ended))
