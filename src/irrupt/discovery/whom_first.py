"""Whom somebody of several teams serves first: told from what he takes while cases of another of his teams wait.

Whoever serves one team before another never takes a case of the second while any of the first waits; and he takes those
of the first even where one of the second has waited longer. Whoever takes the case that waits longest does neither.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.discovery.log import Flags, Floats, Ints
from irrupt.discovery.queue_order import delayed, waits_for_client

if TYPE_CHECKING:
    from irrupt.discovery.findings import Findings
    from irrupt.organisation import Person

_FEWEST = 30
"""Cases taken while others waited at another team, from which it is told which of both comes first,"""
_OLDER, _OFTEN = 10, 0.1
"""of these, while one had waited longer there, at least: a number, and a share;"""
_EVER = 0.02
"""and how often, as a share of them, a case of the second may be taken before one of the first."""
_SAME = 1.0
"""Seconds within which cases have come at the same time."""
_MOST = 2_000
"""Cases that are asked, at most."""


class _Taken(NamedTuple):
    """Cases taken from one team while others waited at another."""

    before: int
    older: int
    """Those of them of which one had waited longer there."""


def of_people(findings: Findings) -> Findings:
    """*findings* in which it is known who serves his teams in order, and in which."""
    if findings.log.daily or not findings.begins_told:
        return findings
    people, told = dict(findings.workforce.people), None
    for number, name in enumerate(findings.log.people):
        person = people.get(name)
        if person is not None and len(person.teams) > 1:
            told = _tells(findings) if told is None else told
            people[name] = _served(findings, person, number, told)
    return findings if told is None else replace(findings, workforce=replace(findings.workforce, people=people))


def _tells(findings: Findings) -> Flags:
    """Steps before which nothing passes but the wait in a queue."""
    at = np.flatnonzero(findings.worked & findings.timed)
    tells = np.zeros(len(findings.log.case), bool)
    tells[at] = ~waits_for_client(findings, at) & ~delayed(findings, at)
    return tells


def _served(findings: Findings, person: Person, number: int, tells: Flags) -> Person:
    """*person*, who is *number* in the log, with his teams in the order in which he serves them, if there is one."""
    log, names = findings.log, findings.teams.names
    waiting = {name: np.flatnonzero(tells & (findings.teams.team == names.index(name))) for name in person.teams}
    wins = dict.fromkeys(person.teams, 0)
    told = False
    for one, other in combinations(person.teams, 2):
        forth, back = (
            _taken(log.enabled, log.start, waiting[a][log.person[waiting[a]] == number], waiting[b])
            for a, b in ((one, other), (other, one))
        )
        if _first(forth, back):
            wins[one] += 1
        elif _first(back, forth):
            wins[other] += 1
        elif forth.before + back.before >= _FEWEST:
            return person
        else:
            continue
        told = True
    if not told:
        return person
    teams = tuple(sorted(person.teams, key=lambda team: -wins[team]))
    return replace(person, teams=teams, serves="teams in order")


def _first(one: _Taken, other: _Taken) -> bool:
    """Whether the team of which cases were taken as *one* says comes before that of the *other*."""
    often = one.older >= max(_OLDER, _OFTEN * one.before)
    return one.before >= _FEWEST and often and other.before <= _EVER * one.before


def _taken(enabled: Floats, start: Floats, mine: Ints, others: Ints) -> _Taken:
    """How often somebody took one of *mine* while one of *others* waited."""
    waited = others[start[others] - enabled[others] > _SAME]
    if not len(waited) or not len(mine):
        return _Taken(0, 0)
    if len(mine) > _MOST:
        mine = mine[np.linspace(0, len(mine) - 1, _MOST).astype(np.int64)]
    waited = waited[np.argsort(start[waited], kind="stable")]
    begun, came = start[waited], enabled[waited] + _SAME
    longest = float((begun - came).max())
    first = np.searchsorted(begun, start[mine], "right")
    until = np.searchsorted(begun, start[mine] + longest, "right")
    oldest = np.array([came[a:b].min(initial=np.inf) for a, b in zip(first.tolist(), until.tolist(), strict=True)])
    return _Taken(int((oldest <= start[mine]).sum()), int((oldest < enabled[mine]).sum()))
