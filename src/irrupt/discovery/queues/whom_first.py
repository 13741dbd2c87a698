"""Whom somebody of several teams serves first: told from what he takes while cases of another of his teams wait.

He may take the case of the highest rank, of those that are first in their queues; or the one that waits longest,
whatever its rank there; or serve one team before another. Each of these says of which team he takes a case, whenever
one waits at either of two.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.queues.choices import at_once_or_queued
from irrupt.discovery.queues.queue_order import moments_at, ranks_at
from irrupt.units import WEEK

if TYPE_CHECKING:
    from irrupt.discovery.findings import Findings
    from irrupt.organisation import Person

_FEWEST = 30
"""Choices from which it is told what he looks at,"""
_WRONG = 0.05
"""the share of them that must not contradict it, at most,"""
_MORE = 5
"""and how many more of them another rule must contradict."""
_SAME = 1.0
"""Seconds within which cases have come at the same time."""
_MOST = 2_000
"""Cases that are asked, at most."""


class _Queue(NamedTuple):
    """Steps of one team that came into its queue, in the order of their begin."""

    begun: Floats
    came: Floats
    rank: Ints
    """What is taken the earlier, the higher this is,"""
    order: Floats
    """and among those of one rank the lower."""

    def only(self, those: Flags) -> _Queue:
        """The queue of *those* alone."""
        return _Queue(self.begun[those], self.came[those], self.rank[those], self.order[those])


class _Choices(NamedTuple):
    """Cases that somebody took at one team while others waited at another, and how many of them one rule or another
    would have left for the first of these."""

    number: int
    by_rank: int
    by_coming: int


def of_people(findings: Findings) -> Findings:
    """*findings* in which it is known who serves his teams in order, and in which; and who looks at no ranks."""
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
    at = np.flatnonzero(findings.worked & findings.timed & ~findings.straight.on)
    tells = np.zeros(len(findings.log.case), bool)
    tells[at] = at_once_or_queued(findings.log, findings.known, at)
    return tells


def _served(findings: Findings, person: Person, number: int, tells: Flags) -> Person:
    """*person*, who is *number* in the log, with his teams in the order in which he serves them, if there is one; or as
    somebody who takes what came first, whatever its rank, where ranks do not tell better what he takes."""
    log = findings.log
    queues = {name: _queue(findings, name, tells) for name in person.teams}
    mine = {name: log.person[queue[1]] == number for name, queue in queues.items()}
    skills = findings.workforce.skills
    his = {name: queue.only(skills.may(np.full(len(at), number), at)) for name, (queue, at) in queues.items()}
    wins, told, asked = dict.fromkeys(person.teams, 0), False, _Choices(0, 0, 0)
    for one, other in combinations(person.teams, 2):
        forth, back = (
            _passed_over(queues[a][0], mine[a] & _there(findings, number, b, queues[a][0].begun), his[b])
            for a, b in ((one, other), (other, one))
        )
        both = _Choices(*(a + b for a, b in zip(forth, back, strict=True)))
        asked = _Choices(*(a + b for a, b in zip(asked, both, strict=True)))
        wrong = min(forth.number, back.number)
        if both.number < _FEWEST:
            continue
        if wrong <= _WRONG * both.number and wrong + _MORE <= min(both.by_rank, both.by_coming):
            wins[one if wrong == back.number else other] += 1
            told = True
        elif told:
            return person
    if told:
        teams = tuple(sorted(person.teams, key=lambda team: -wins[team]))
        return replace(person, teams=teams, serves="teams in order")
    return replace(person, serves="first come") if asked.by_coming <= asked.by_rank else person


def _there(findings: Findings, person: int, team: str, moments: Floats) -> Flags:
    """At which *moments* somebody takes up the work of a *team*: what he takes at others tells nothing of it."""
    parted = findings.workforce.parted.get((findings.log.people[person], team))
    if parted is None:
        return np.ones(len(moments), bool)
    begin, end = np.array(parted.hours, float).T * 60.0
    within: Flags = ((moments[:, None] % WEEK >= begin) & (moments[:, None] % WEEK < end)).any(axis=1)
    return within


def _queue(findings: Findings, name: str, tells: Flags) -> tuple[_Queue, Ints]:
    """The queue of a team, and its steps, where they tell."""
    log, team = findings.log, findings.orders[name]
    at = np.flatnonzero(tells & (findings.teams.team == findings.teams.names.index(name)))
    at = at[np.argsort(log.start[at], kind="stable")]
    kind = findings.variety.cells.classes if findings.variety.cells is not None else None
    rank, moments = ranks_at(findings, at, team, [] if kind is None else [kind]), moments_at(findings, at)
    came = log.enabled[at]
    order = moments[team.order] if team.order in ("oldest", "earliest due") else came
    return _Queue(log.start[at], came, rank, order), at


def _passed_over(queue: _Queue, mine: Flags, other: _Queue) -> _Choices:
    """What of the cases in a *queue* that are *mine* was taken while any waited in the *other*."""
    waited = other.begun - other.came > _SAME
    other = other.only(waited)
    at = np.flatnonzero(mine)
    if not len(other.begun) or not len(at):
        return _Choices(0, 0, 0)
    at = at[np.linspace(0, len(at) - 1, min(len(at), _MOST)).astype(np.int64)]
    longest = float((other.begun - other.came).max())
    first = np.searchsorted(other.begun, queue.begun[at], "right")
    until = np.searchsorted(other.begun, queue.begun[at] + longest, "right")
    number, by_rank, by_coming = 0, 0, 0
    for one, begin, end in zip(at.tolist(), first.tolist(), until.tolist(), strict=True):
        there = begin + np.flatnonzero(other.came[begin:end] + _SAME <= queue.begun[one])
        if len(there):
            head = there[np.lexsort((other.came[there], other.order[there], -other.rank[there]))[0]]
            older = bool(other.came[head] + _SAME < queue.came[one])
            higher = other.rank[head] - queue.rank[one]
            number += 1
            by_rank += higher > 0 or (higher == 0 and older)
            by_coming += older
    return _Choices(number, int(by_rank), int(by_coming))
