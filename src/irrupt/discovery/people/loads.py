"""How busy teams are: their work over the hours of those who can do it.

Somebody of several teams, or of whom not all do the same, gives his hours where they are needed most, whatever he does
first: so hours are divided until nobody could make two kinds of his work more alike in how busy they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.times import turned

if TYPE_CHECKING:
    from irrupt.discovery.findings import Findings

_ROUNDS = 200


def of_teams(findings: Findings) -> dict[str, float]:
    """Team -> work a week over hours a week, at the present rate of arrivals."""
    log, staff, worked = findings.log, findings.workforce, findings.worked
    now = sum(client.cases_per_week for client in findings.demand.clients.values()) / log.cases
    skills = staff.skills
    what, width = (skills.kind, skills.lacks.shape[1]) if skills.lacks.size else (log.activity, len(log.activities))
    kinds, of_step = np.unique(findings.teams.team[worked] * width + what[worked], return_inverse=True)
    seconds = turned.as_now(log, findings.known.of_step, findings.memory.turned, findings.in_hours)
    work = np.bincount(of_step, seconds[worked], len(kinds)).astype(np.float64) * now
    names = [findings.teams.names[team] for team in (kinds // width).tolist()]
    asked: dict[str, list[tuple[int, int]]] = {}
    for kind, (name, one) in enumerate(zip(names, (kinds % width).tolist(), strict=True)):
        if work[kind] > 0:
            asked.setdefault(name, []).append((kind, one))
    lacks = {name: skills.lacks[at] for at, name in enumerate(log.people)} if skills.lacks.size else {}
    pairs = [
        (number, kind)
        for number, (who, person) in enumerate(staff.people.items())
        for team in person.teams
        for kind, one in asked.get(team, ())
        if who not in lacks or not lacks[who][one]
    ]
    hours = np.array([staff.weekly_seconds(name) for name in staff.people], np.float64)
    return _over(names, work, divided(work, hours, np.array(pairs, np.int64).reshape(-1, 2)))


def _over(names: list[str], work: Floats, given: Floats) -> dict[str, float]:
    """Team -> its work over the hours that are given to it."""
    asked, there = dict.fromkeys(sorted({*names}), 0.0), dict.fromkeys(names, 0.0)
    for name, seconds, capacity in zip(names, work.tolist(), given.tolist(), strict=True):
        asked[name] += seconds
        there[name] += capacity
    return {name: seconds / there[name] for name, seconds in asked.items() if seconds > 0 and there[name] > 0}


def divided(work: Floats, hours: Floats, pairs: Ints) -> Floats:
    """How many of the *hours* of people go to each kind of *work*; *pairs*: who (first) does what.

    >>> work, hours = np.array([10.0, 30.0]), np.array([20.0, 30.0])
    >>> divided(work, hours, np.array([(0, 0), (0, 1), (1, 1)])).round(1).tolist()
    [12.5, 37.5]
    """
    person, kind = pairs[:, 0], pairs[:, 1]
    share = work[kind]
    for _turn in range(_ROUNDS):
        share *= (hours / np.maximum(np.bincount(person, share, len(hours)), 1e-300))[person]
        given = np.bincount(kind, share, len(work))
        share = share * np.sqrt(work / np.maximum(given, 1e-300))[kind]
    share *= (hours / np.maximum(np.bincount(person, share, len(hours)), 1e-300))[person]
    return np.bincount(kind, share, len(work)).astype(np.float64)
