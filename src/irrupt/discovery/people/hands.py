"""Who does a step by who did another in the case before: told by how often he does it, beside how often he would.

Whoever did one activity does another one of the case in nearly all cases, also where it waits, while colleagues take
others that came later: it is in his hands. Where nobody else is on duty, that tells nothing. He does hardly any, though
at these hours he does his part of all others', and takes others that came later while such a case waits: it is in other
hands. People who never did the one, or who are gone, tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log, hour_of_day
from irrupt.discovery.people.passing_over import passed_over
from irrupt.discovery.people.teams import Teams
from irrupt.organisation import Hands, Organisation
from irrupt.organisation.hands import doers
from irrupt.organisation.validate_hands import hands as faults_of_hands
from irrupt.organisation.validate_hands import idle

_FEWEST = 20
"""Steps that whoever did the other may have done, or not, at least;"""
_EXPECTED = 12.0
"""and how many of them he would have done, or others would, if it did not matter who did the other."""
_SAME, _OTHER = 0.95, 0.02
"""Of these, the share that he does, at least; and that he does of those to be expected, at most."""
_PASSED = 5
"""Cases that he, or his colleagues, let wait, and took others that came later."""
_WAITED = 60.0
"""Seconds after which somebody else could have begun it."""
_ACTIVITIES = 60
"""Activities of which it is asked whether it matters who did them, at most: the commonest."""
_PARTS, _HOURS = 8, 3
"""Parts of the records, and hours of the day, in which people may do other parts of the work."""
_NAMED = 2
"""Activities that keep their doers from another one, at most."""


class Tied(NamedTuple):
    """Which steps are in whose hands."""

    rules: tuple[Hands, ...] = ()
    whose: Ints = np.zeros((0, _NAMED), np.int64)
    """[steps, 2] who did, last in the case, what each rests on; -1: nobody, or it rests on nothing."""
    same: Flags = np.zeros(0, bool)
    """Whether he does it; otherwise, that he does not."""

    def may(self, person: Ints, step: Ints) -> Flags:
        """Whether each *person* may do each *step*."""
        if not self.rules:
            return np.ones(len(step), bool)
        one, other = self.whose[step].T
        his = (one == person) | (other == person)
        allowed: Flags = np.where(self.same[step], his | ((one < 0) & (other < 0)), ~his)
        return allowed

    def apart(self, step: Ints) -> Iterator[Ints]:
        """The steps *step* by whose hands they are in."""
        if not self.rules or not len(step):
            yield step
            return
        kinds, kind = np.unique(np.column_stack((self.whose[step], self.same[step])), axis=0, return_inverse=True)
        for number in range(len(kinds)):
            yield step[kind.ravel() == number]


class _Told(NamedTuple):
    """What steps tell of each activity, where it matters who did one other."""

    counted: Floats
    """How many steps."""
    his: Floats
    """How many of them whoever did the other did."""
    expected: Floats
    """How many of them he would have done."""


def learn(log: Log, teams: Teams, worked: Flags) -> Tied:
    """Which activities are in the hands of whoever did others, or in other hands."""
    at = np.flatnonzero(worked & (teams.team >= 0) & (log.person >= 0))
    if not len(at):
        return Tied()
    parts = _Parts(log, teams, at)
    who_did: dict[int, Ints] = {}
    same: dict[int, tuple[float, float, int]] = {}
    other: dict[int, list[tuple[float, int]]] = {}
    for first in parts.commonest():
        who = _last(log, at, first)
        who_did[first] = who
        apart = parts.told(who, parts.later(who))
        kept = _same(apart)
        for activity in np.flatnonzero(kept).tolist():
            if parts.passed(who, activity, same=True) < _PASSED:
                continue
            told = float(apart.his[activity] / apart.counted[activity]), float(apart.counted[activity]), first
            same[activity] = max(same.get(activity, told), told)
        for activity in np.flatnonzero(_other(every := parts.told(who, who >= 0))).tolist():
            if parts.passed(who, activity, same=False) >= _PASSED:
                other.setdefault(activity, []).append((float(every.expected[activity]), first))
    return _tied(log, parts, who_did, same, other)


def applied(organisation: Organisation, tied: Tied) -> Organisation:
    """*organisation* with those of the rules that can be kept there."""
    kept: dict[str, Hands] = {}
    who = doers(organisation) if tied.rules else {}
    for rule in tied.rules:
        more = kept | {f"{rule.activity} after {rule.rests_on[0]}": rule}
        if not any(idle((), rule, who)) and not any(faults_of_hands(replace(organisation, hands=more))):
            kept = more
    return replace(organisation, hands=kept) if kept else organisation


def _same(told: _Told) -> Flags:
    """The activities that whoever did the other does."""
    found: Flags = (told.counted >= _FEWEST) & (told.his >= _SAME * told.counted)
    return found & (told.counted - told.expected >= _EXPECTED)


def _other(told: _Told) -> Flags:
    """The activities that whoever did the other does not do."""
    found: Flags = (told.counted >= _FEWEST) & (told.expected >= _EXPECTED) & (told.his <= _OTHER * told.expected)
    return found


def _tied(
    log: Log,
    parts: _Parts,
    who_did: dict[int, Ints],
    same: dict[int, tuple[float, float, int]],
    other: dict[int, list[tuple[float, int]]],
) -> Tied:
    """The likeliest rule of each activity, and whose hands it means in each step."""
    whose, by = np.full((len(log.case), _NAMED), -1), np.zeros(len(log.case), bool)
    rules = []
    for activity in sorted({*same, *other}):
        mine = np.flatnonzero(log.activity[parts.at] == activity)
        steps, name = parts.at[mine], log.activities[activity]
        if activity in same:
            first = same[activity][-1]
            whose[steps, 0], by[steps] = who_did[first][mine], True
            rules.append(Hands(activity=name, by_who_did=(log.activities[first],)))
            continue
        named = list(
            _apart(parts, activity, who_did, [first for _most, first in sorted(other[activity], reverse=True)])
        )
        for place, first in enumerate(named):
            whose[steps, place] = who_did[first][mine]
        rules += [Hands(activity=name, not_by_who_did=(log.activities[first],)) for first in named]
    return Tied(tuple(rules), whose, by)


def _apart(parts: _Parts, activity: int, who_did: dict[int, Ints], firsts: list[int]) -> Iterator[int]:
    """Of the activities that may keep their doers from another one, those that do so by themselves."""
    named: list[int] = []
    for first in firsts:
        who = who_did[first]
        alone = np.all([who != who_did[one] for one in named], axis=0) if named else np.ones(len(who), bool)
        if len(named) < _NAMED and _other(parts.told(who, (who >= 0) & alone))[activity]:
            named.append(first)
            yield first


def _last(log: Log, at: Ints, first: int) -> Ints:
    """Of each of the steps *at*: who did the activity *first* last in its case before; -1: nobody who is named."""
    did = np.where((log.activity == first) & (log.person >= 0), np.arange(len(log.case)), -1)
    before = np.append(-1, np.maximum.accumulate(did)[:-1])[at]
    inside = before >= log.begin[log.case[at]]
    return np.where(inside, log.person[before], -1)


class _Parts:
    """Which part of the work people do, by part of the records and hour of the day."""

    def __init__(self, log: Log, teams: Teams, at: Ints) -> None:
        self.log, self.at = log, at
        self.activity, self.person, self.team = log.activity[at], log.person[at], teams.team[at]
        begin, end = log.span
        part = np.minimum((log.start[at] - begin) / max(end - begin, 1.0) * _PARTS, _PARTS - 1).astype(np.int64)
        hour = hour_of_day(log.start[at]) // _HOURS
        cells = ((self.team * len(log.activities) + self.activity) * _PARTS + part) * (48 // _HOURS) + hour
        _cells, self.cell = np.unique(cells, return_inverse=True)
        self.cell = self.cell.ravel()
        self.size = np.bincount(self.cell)
        self.people = len(log.people)
        self.codes, self.counts = np.unique(self.cell * self.people + self.person, return_counts=True)
        self.gone = np.full(self.people, -np.inf)
        np.maximum.at(self.gone, self.person, log.start[at])

    def commonest(self) -> list[int]:
        """The commonest activities that people do, the commonest first."""
        counts = np.bincount(self.activity, minlength=len(self.log.activities))
        order = np.argsort(-counts, kind="stable")[:_ACTIVITIES]
        return [int(one) for one in order if counts[one] >= _FEWEST]

    def later(self, who: Ints) -> Flags:
        """Steps that waited, so that others than *who* could have begun them, while he was still there."""
        later: Flags = (who >= 0) & (self.log.start[self.at] - self.log.enabled[self.at] > _WAITED)
        return later & (self.log.start[self.at] <= self.gone[np.maximum(who, 0)])

    def told(self, who: Ints, among: Flags) -> _Told:
        """What the steps *among* these tell, where *who* did another activity."""
        some = np.flatnonzero(among)
        cell, his = self.cell[some], who[some] == self.person[some]
        code = cell * self.people + who[some]
        place = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        count = np.where(self.codes[place] == code, self.counts[place], 0)
        # What he did there beside this one, of all that was done there beside it.
        part = np.maximum(count - his, 0) / np.maximum(self.size[cell] - 1, 1)
        number = len(self.log.activities)
        sums = [np.bincount(self.activity[some], one, number) for one in (np.ones(len(some)), his.astype(float), part)]
        return _Told(*(each.astype(np.float64) for each in sums))

    def passed(self, who: Ints, activity: int, *, same: bool) -> int:
        """How many cases waited for an *activity* until somebody else than *who* did the other began it (he himself,
        for the *same* hands), and he (his colleagues) took another one that came later; no more than are needed."""
        mine = np.flatnonzero(self.activity == activity)
        came, begun = self.log.enabled[self.at[mine]], self.log.start[self.at[mine]]
        found = 0
        for person in np.unique(who[mine][who[mine] >= 0]).tolist():
            waits = np.flatnonzero(
                (who[mine] == person) & ((self.person[mine] == person) == same) & (begun - came > _WAITED)
            )
            teams = self.team[mine[waits]]
            his = mine[((self.person[mine] == person) != same) & np.isin(self.team[mine], teams)]
            his = his[np.argsort(self.log.start[self.at[his]], kind="stable")]
            others = self.log.enabled[self.at[his]], self.log.start[self.at[his]]
            found += int(passed_over(came[waits], begun[waits], *others).sum())
            if found >= _PASSED:
                break
        return found
