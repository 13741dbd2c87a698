"""Who never does what of his team's work, or not in cases of some: told by what he does not do while he is there and
the others do it.

Of an activity of his team, each member would do his part of what is done in the weeks in which he works, and at his
hours. Who does none of it, where dozens were to be expected, does not do it; nor does who lets dozens of cases wait for
it and takes others that came later, as somebody does who is alone at the weekend. So those who could take a case that
waits are fewer than the team; without that, waits come out too short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.log import Log, counted, hour_of_day
from irrupt.discovery.people.able import Skills, whose
from irrupt.discovery.people.passing_over import passed_over
from irrupt.discovery.people.teams import Teams
from irrupt.discovery.people.workforce import Workforce
from irrupt.units import WEEK

_EXPECTED = 25.0
"""Steps of an activity that somebody would have done, at least, had he done his part of it;"""
_STRAY = 0.02
"""and what share of them he may have done all the same: somebody's name stands for another's now and then."""
_PASSED = 5
"""Cases with one value that he let wait and took others that came later, at least: else he may merely be seldom there
when they come."""
_CROWD = 40
"""Members of a team from which on it is not looked at whom each lets wait."""
_BY_STAFF = 0.5
"""Share of an activity's steps that people who are reckoned with did, at least: else it is theirs from now on."""
_DESKS = 12
"""Sets of members by whom the activities of one team are done, at most: those with the most steps."""


def noted(staff: Workforce, log: Log, teams: Teams, worked: Flags, kinds: Sequence[Attribute]) -> Workforce:
    """*staff*, of whom it is known what they do not do; *worked*: the steps that somebody worked on; *kinds*: what may
    tell cases apart."""
    at = np.flatnonzero(worked & (teams.team >= 0) & (log.person >= 0))
    number_of = {name: number for number, name in enumerate(log.people) if name in staff.people}
    crews = [
        np.array([number for name, number in number_of.items() if team in staff.people[name].teams], np.int64)
        for team in teams.names
    ]
    found = learn(log, teams.team, at, crews, kinds)
    does_not = {name: tuple(log.activities[n] for n in found.activities(at)) for name, at in number_of.items()}
    people = {name: replace(one, does_not=does_not.get(name, ())) for name, one in staff.people.items()}
    return replace(staff, people=people, skills=found)


def learn(log: Log, team: Ints, at: Ints, crews: Sequence[Ints], kinds: Sequence[Attribute] = ()) -> Skills:
    """What each member of the *crews* of teams does not do of what is done there: told by the steps *at*, each of a
    *team*. *kinds*: what may tell cases apart, some of which somebody may not do."""
    asked = _Asked(log, team, at, crews)
    expected = np.maximum(*asked.expected(log.activity, len(log.activities)))
    plain = asked.lacks(log.activity, expected)
    told = [_told(asked, plain, kind) for kind in kinds]
    of_classes = max(told, key=lambda one: float(one.weight.sum()), default=None)
    of_clients = _told(asked, plain, whose(log))
    kind, lacks = log.activity.copy(), [plain]
    first, by = dict[int, int](), dict[int, Attribute]()
    for activity in range(len(log.activities)):
        one = max((one for one in (of_classes, of_clients) if one is not None), key=lambda one: one.weight[activity])
        if one.weight[activity] > 0.0:
            first[activity], by[activity] = sum(each.shape[1] for each in lacks), one.by
            value = one.by.of_case[log.case]
            kind = np.where((log.activity == activity) & (value >= 0), first[activity] + value, kind)
            lacks.append(one.lacks[:, activity])
    return Skills(np.concatenate(lacks, axis=1), kind, first, by)


class _Told(NamedTuple):
    """What is told of who does which cases, by an attribute."""

    by: Attribute
    lacks: Flags
    """[people, activities, values]"""
    weight: Floats
    """Per activity: how many steps people would have done that they did not."""


def _told(asked: _Asked, plain: Flags, by: Attribute) -> _Told:
    """In cases of which values of an attribute people do not do what they do else; *plain*: what they never do."""
    log, width = asked.log, len(by.values)
    value = by.of_case[log.case]
    cell = np.where(value >= 0, log.activity * width + value, -1)
    expected, let_wait = asked.expected(cell, len(log.activities) * width)
    never = np.repeat(plain, width, axis=1)
    sure = np.where(let_wait >= _PASSED, expected, 0.0)
    lacks = asked.lacks(cell, sure, never) & ~never
    shape = len(log.people), len(log.activities), width
    weight = np.where(lacks, expected, 0.0).reshape(shape).sum(axis=(0, 2))
    return _Told(by, (lacks | never).reshape(shape), weight)


class _Asked:
    """What was asked of the *crews* of teams: the steps *at*."""

    def __init__(self, log: Log, team: Ints, at: Ints, crews: Sequence[Ints]) -> None:
        self.log, self.team, self.at, self.crews = log, team, at, crews

    def expected(self, kind: Ints, size: int) -> tuple[Floats, Floats]:
        """[people, kinds of work] how many steps each would have done, had he done his part; and how many he let wait;
        *kind*: of each step of the log, -1: of none."""
        shape = len(self.log.people), size
        expected, waited = np.zeros(shape), np.zeros(shape)
        for number, crew in enumerate(self.crews):
            mine = self.at[(self.team[self.at] == number) & (kind[self.at] >= 0)]
            if len(crew) > 1 and len(mine):
                expected[crew] += _expected(self.log, mine, kind[mine], shape)[crew]
                waited[crew] += _let_wait(self.log, mine, kind[mine], crew, shape)[crew]
        return expected, waited

    def lacks(self, kind: Ints, expected: Floats, never: Flags | None = None) -> Flags:
        """[people, kinds of work] what somebody does not do, of whom so many steps were *expected*, beside what is
        known that he *never* does; somebody does each."""
        log, at = self.log, self.at[kind[self.at] >= 0]
        size = expected.shape[1]
        done = counted(log.person[at], kind[at], *expected.shape)
        told = np.zeros(len(log.people), bool)
        told[[person for crew in self.crews for person in crew.tolist()]] = True
        lacks: Flags = (expected >= _EXPECTED) & (done <= _STRAY * expected)
        lacks &= done[told].sum(axis=0) >= _BY_STAFF * done.sum(axis=0)
        if never is not None:
            lacks |= never
        every = np.flatnonzero((self.team >= 0) & (kind >= 0))
        tables = (counted(self.team[some], kind[some], len(self.crews), size) for some in (at, every))
        for crew, counts, occurs in zip(self.crews, *tables, strict=True):
            _fewer(lacks, crew, counts, occurs > 0)
        return lacks if never is None else lacks | never


def _expected(log: Log, at: Ints, kind: Ints, shape: tuple[int, int]) -> Floats:
    """How many of the steps *at*, of one team, each person would have done of each *kind*, had he done his part of
    what was done in each week, or at each hour, whichever is less."""
    week = np.floor(log.end[at] / WEEK).astype(np.int64)
    found = np.full(shape, np.inf)
    for time in (week - week.min(), hour_of_day(log.end[at])):
        times = int(time.max()) + 1
        his = counted(log.person[at], time, shape[0], times)
        asked = counted(kind, time, shape[1], times)
        found = np.minimum(found, (his / np.maximum(his.sum(axis=0), 1.0)) @ asked.T)
    return found


def _let_wait(log: Log, at: Ints, kind: Ints, crew: Ints, shape: tuple[int, int]) -> Floats:
    """How many of the steps *at*, of one team, that waited for each *kind* of work each of its *crew* let wait: he
    began something else meanwhile, which could begin later only."""
    found = np.zeros(shape)
    inner = log.inner[at]
    at, kind = at[inner], kind[inner]
    came, begun = log.end[at - 1], log.start[at]
    for person in crew.tolist() if len(crew) <= _CROWD else ():
        his = np.flatnonzero(log.person[at] == person)
        his = his[np.argsort(begun[his], kind="stable")]
        passed = passed_over(came, begun, came[his], begun[his]) & (log.person[at] != person)
        found[person] = np.bincount(kind[passed], minlength=shape[1])
    return found


def _fewer(lacks: Flags, crew: Ints, counts: Floats, occurs: Flags) -> None:
    """Take back, of what a *crew* *lacks*, what then nobody would do, and the rarest where there are many kinds;
    *counts*: its steps of each activity on which somebody worked, of those that *occur* there."""
    mine = lacks[crew] & occurs
    nobody = mine.all(axis=0)
    kinds, kind = np.unique(mine, axis=1, return_inverse=True)
    steps = np.bincount(kind.ravel(), counts, kinds.shape[1])
    kept = np.argsort(-steps, kind="stable")[:_DESKS]
    lacks[np.ix_(crew, np.flatnonzero(occurs & (nobody | ~np.isin(kind.ravel(), kept))))] = False
