"""Who works for one of his teams at hours of its own only: at proofs in the morning, at the counter in the afternoon.

In the other halves of the days of a week he does hardly any of it, and has nothing in hand while it waits. That tells
it from a team which he merely serves last, whenever nothing else is left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people.teams import Teams
from irrupt.units import DAY, WEEK

_STEPS = 25
"""Steps of a team that somebody did, at least; and that he would have done in the other halves, at his usual share."""
_STRAY, _PART = 0.02, 0.2
"""Share of what he does in the others that may be of the team all the same; and the least share of the team's steps
that he did which he would have done there."""
_IDLE, _PAUSE = 10, 120.0
"""How often he was idle while it waited, at least, and for how many seconds each time."""
_HALVES = 14


def kept(log: Log, teams: Teams, people: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each of *people* who works for a team at hours of its own only, and the team."""
    if log.daily or log.starts != "measured" or len(teams.names) < 2:
        return
    named = np.flatnonzero((log.person >= 0) & (teams.team >= 0))
    steps_of, number_of = by_key(log.person, named), {name: at for at, name in enumerate(log.people)}
    for name in people:
        mine = steps_of.get(number_of.get(name, -1), np.zeros(0, np.int64))
        counts = np.bincount(teams.team[mine], minlength=len(teams.names))
        several = np.flatnonzero(counts >= _STEPS)
        for team in several.tolist() if len(several) > 1 else ():
            if team != counts.argmax() and _at_hours_of_its_own(log, teams, mine, team):
                yield name, teams.names[team]


def _at_hours_of_its_own(log: Log, teams: Teams, mine: Ints, team: int) -> bool:
    """Whether somebody, whose steps are *mine*, works for a *team* at hours of its own only."""
    mine = mine[np.argsort(log.start[mine], kind="stable")]
    half, of_it = _half(log.start[mine]), teams.team[mine] == team
    every, its = (np.bincount(half[some], minlength=_HALVES) for some in (slice(None), of_it))
    others = (its <= _STRAY * every) & (every > 0)
    missing = float(every[others].sum()) * its.sum() / every.sum()
    if missing < max(_STEPS, _PART * its.sum()):
        return False
    return _idle_while_it_waits(log, mine, others, _queue(log, teams, mine[of_it], team)) >= _IDLE


def _half(seconds: Floats) -> Ints:
    """The number of the half of a day of the week, from Monday morning on."""
    return np.floor(seconds % WEEK / (DAY / 2)).astype(np.int64)


def _queue(log: Log, teams: Teams, his: Ints, team: int) -> Ints:
    """The steps of a *team* that waited, of the activities that somebody does there: *his* steps tell these."""
    waited: Flags = (teams.team == team) & (log.start > log.enabled)
    return np.flatnonzero(waited & np.isin(log.activity, np.unique(log.activity[his])))


def _idle_while_it_waits(log: Log, mine: Ints, others: Flags, queue: Ints) -> int:
    """How often somebody, whose steps in order of begin are *mine*, had ended one in the *others* of the halves and had
    no more to do until the next one came, on the same day, while some of a *queue* waited all the time."""
    ended, came = log.end[mine[:-1]], log.enabled[mine[1:]]
    idle = (came > ended + _PAUSE) & (came // DAY == ended // DAY) & others[_half(ended)] & others[_half(came)]
    waits, begun = np.sort(log.enabled[queue]), np.sort(log.start[queue])
    there = np.searchsorted(waits, ended[idle], "right") - np.searchsorted(begun, came[idle], "left")
    return int((there > 0).sum())
