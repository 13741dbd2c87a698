"""Who works for one of his teams at hours of its own only: at proofs in the morning, at the counter in the afternoon.

In the other halves of the days of a week he does hardly any of it, and has nothing in hand while it waits. That tells
it from a team which he merely serves last, whenever nothing else is left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people.teams import Teams
from irrupt.organisation.staff import Calendar
from irrupt.units import DAY, WEEK

_STEPS = 25
"""Steps of a team that somebody did, at least; and that he would have done in the other halves, at his usual share."""
_STRAY, _PART = 0.02, 0.03
"""Share of what he does in the others that may be of the team all the same; and the least share of the team's steps
that he did which he would have done there."""
_IDLE, _PAUSE = 6, 120.0
"""How often he was idle while it waited, at least, and for how many seconds each time."""
_TIMES = 4
"""By how much that is more often, of the times that he is idle, than in the hours of the team."""
_HALVES = 14
_EDGE, _STEP, _NOON = 0.01, 30, 720
"""Share of the steps that he begins which may lie beyond the hours of a team; and, in minutes of the day, how finely
these are told."""


class _Asked(NamedTuple):
    """A team of somebody who hardly ever works for it in some halves of the days of a week."""

    others: Flags
    """These halves."""
    its: Ints
    """The steps that he does of it,"""
    queue: Ints
    """and those of the same activities that waited, whoever did them."""


def kept(log: Log, teams: Teams) -> Iterator[tuple[str, str, Calendar]]:
    """Whoever works for a team at hours of its own only, the team, and these hours.

    Who has them for one team, and in these hardly ever works for another, though it waits, has hours for that, too: he
    divides his week.
    """
    if log.daily or log.starts != "measured" or len(teams.names) < 2:
        return
    named = np.flatnonzero((log.person >= 0) & (teams.team >= 0))
    for person, mine in sorted(by_key(log.person, named).items()):
        mine = mine[np.argsort(log.start[mine], kind="stable")]
        asked = dict(_asked(log, teams, mine))
        told = {team for team, one in asked.items() if _leaves_it(log, mine, one)}
        parts = {team for team, one in asked.items() if any(_parts(log, one, asked[other]) for other in told - {team})}
        for team in sorted(told | parts):
            yield log.people[person], teams.names[team], _hours(log.start[asked[team].its], asked[team].others)


def _asked(log: Log, teams: Teams, mine: Ints) -> Iterator[tuple[int, _Asked]]:
    """The teams of somebody, whose steps are *mine*, in question."""
    counts = np.bincount(teams.team[mine], minlength=len(teams.names))
    several = np.flatnonzero(counts >= _STEPS)
    for team in several.tolist() if len(several) > 1 else ():
        of_it = teams.team[mine] == team
        others = _others(_half(log.start[mine]), of_it)
        if others.any():
            yield team, _Asked(others, mine[of_it], _queue(log, teams, mine[of_it], team))


def _others(half: Ints, of_it: Flags) -> Flags:
    """The halves of the days of a week in which somebody works, but hardly ever for a team, by those in which he begins
    steps, and which of these are *of it*; none, where they are too few to tell."""
    every, its = (np.bincount(half[some], minlength=_HALVES) for some in (slice(None), of_it))
    others: Flags = (its <= _STRAY * every) & (every > 0)
    missing = float(every[others].sum()) * its.sum() / every.sum()
    return others if missing >= max(_STEPS, _PART * its.sum()) else np.zeros(_HALVES, bool)


def _hours(begun: Floats, others: Flags) -> Calendar:
    """The hours of a team at which somebody has *begun* steps of it: none of the *others* of the halves. Where only one
    half of a day is of the team, up to when, or from when on, he begins any, to half an hour."""
    half, of_day, there = _half(begun), begun % DAY / 60.0, ~others
    alone = there[half] & others[half ^ 1]
    early, late = of_day[alone & (half % 2 == 0)], of_day[alone & (half % 2 == 1)]
    until = (int(np.quantile(early, 1.0 - _EDGE)) // _STEP + 1) * _STEP if len(early) else _NOON
    since = int(np.quantile(late, _EDGE)) // _STEP * _STEP if len(late) else _NOON
    found = [
        (1440 * day + (0 if morning else since), 1440 * day + (1440 if afternoon else until))
        for day, (morning, afternoon) in enumerate(there.reshape(-1, 2).tolist())
        if morning or afternoon
    ]
    return Calendar(hours=tuple(found))


def _half(seconds: Floats) -> Ints:
    """The number of the half of a day of the week, from Monday morning on."""
    return np.floor(seconds % WEEK / (DAY / 2)).astype(np.int64)


def _queue(log: Log, teams: Teams, his: Ints, team: int) -> Ints:
    """The steps of a *team* that waited, of the activities that somebody does there: *his* steps tell these."""
    waited: Flags = (teams.team == team) & (log.start > log.enabled)
    return np.flatnonzero(waited & np.isin(log.activity, np.unique(log.activity[his])))


def _leaves_it(log: Log, mine: Ints, one: _Asked) -> bool:
    """Whether somebody, whose steps in order of begin are *mine*, leaves the queue of *one* team in its other halves:
    he has ended a step and has no more to do until the next one comes, on the same day, while some of it waits
    meanwhile; and hardly ever does so in its own halves."""
    ended, came = log.end[mine[:-1]], log.enabled[mine[1:]]
    idle = (came > ended + _PAUSE) & (came // DAY == ended // DAY)
    left = idle & (_waiting(log, one.queue, ended, came) > 0)
    in_others = one.others[_half(ended)] & one.others[_half(came)]
    its = ~one.others[_half(ended)] & ~one.others[_half(came)]
    if (found := int((left & in_others).sum())) < _IDLE:
        return False
    return found * int((idle & its).sum()) >= _TIMES * int((left & its).sum()) * int((idle & in_others).sum())


def _parts(log: Log, one: _Asked, other: _Asked) -> bool:
    """Whether the other halves of *one* team are all of the *other*, for which somebody works in them although some of
    the one waits."""
    if (one.others & other.others).any():
        return False
    begun = log.start[other.its[one.others[_half(log.start[other.its])]]]
    return int((_waiting(log, one.queue, begun, begun) > 0).sum()) >= _STEPS


def _waiting(log: Log, queue: Ints, since: Floats, until: Floats) -> Ints:
    """How many steps of a *queue* wait *since* each moment, and *until* another one at least."""
    waits, begun = np.sort(log.enabled[queue]), np.sort(log.start[queue])
    return np.searchsorted(waits, since, "right") - np.searchsorted(begun, until, "left")
