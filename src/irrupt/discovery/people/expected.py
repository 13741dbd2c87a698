"""What each member of a team would have done of its work, had he done his part of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log, counted, hour_of_day
from irrupt.discovery.people.passing_over import passed_over
from irrupt.units import WEEK

_EXPECTED = 25.0
"""Steps of an activity that somebody would have done, at least, had he done his part of it;"""
_STRAY = 0.02
"""and what share of them he may have done all the same: somebody's name stands for another's now and then."""
PASSED = 5
"""Cases with one value that he let wait and took others that came later, at least: else he may merely be seldom there
when they come."""
_CROWD = 40
"""Members of a team from which on it is not looked at whom each lets wait."""
_BY_STAFF = 0.5
"""Share of an activity's steps that people who are reckoned with did, at least: else it is theirs from now on."""
_DESKS = 12
"""Sets of members by whom the activities of one team are done, at most: those with the most steps."""


class Asked:
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

    def chosen(self, kind: Ints, width: int, size: int) -> Floats:
        """[people, kinds of work] how many steps each would have done, had he begun any of those that waited whenever
        he began one of the same activity, and no kind less often than those who do it at all; *width*: kinds of each
        activity. Somebody who is there when nobody else is tells so what he leaves."""
        found = np.zeros((len(self.log.people), size))
        done = self.done(kind, size)
        for number, crew in enumerate(self.crews):
            mine = self.at[(self.team[self.at] == number) & (kind[self.at] >= 0) & self.log.inner[self.at]]
            if 1 < len(crew) <= _CROWD and len(mine):
                his = _among_waiting(self.log, mine, kind[mine], width, found.shape)
                who_do = his[crew] * (done[crew] > 0)
                often = done[crew].sum(axis=0) / np.maximum(who_do.sum(axis=0), 1.0)
                found[crew] += his[crew] * np.minimum(often, 1.0)
        return found

    def done(self, kind: Ints, size: int) -> Floats:
        """[people, kinds of work] how many of the steps each did."""
        at = self.at[kind[self.at] >= 0]
        return counted(self.log.person[at], kind[at], len(self.log.people), size)

    def lacks(self, kind: Ints, expected: Floats, never: Flags | None = None) -> Flags:
        """[people, kinds of work] what somebody does not do, of whom so many steps were *expected*, beside what is
        known that he *never* does; somebody does each."""
        done = self.done(kind, expected.shape[1])
        return self.left(kind, done, hardly(done, expected), never)

    def left(self, kind: Ints, done: Floats, lacks: Flags, never: Flags | None = None) -> Flags:
        """Of what people *lack*, by what they have *done*, that which is done by others who are reckoned with; with
        what they *never* do."""
        told = np.zeros(len(self.log.people), bool)
        told[[person for crew in self.crews for person in crew.tolist()]] = True
        lacks = lacks & (done[told].sum(axis=0) >= _BY_STAFF * done.sum(axis=0))
        if never is not None:
            lacks |= never
        at, every = self.at[kind[self.at] >= 0], np.flatnonzero((self.team >= 0) & (kind >= 0))
        tables = (counted(self.team[some], kind[some], len(self.crews), done.shape[1]) for some in (at, every))
        for crew, counts, occurs in zip(self.crews, *tables, strict=True):
            _fewer(lacks, crew, counts, occurs > 0)
        return lacks if never is None else lacks | never


def hardly(done: Floats, expected: Floats) -> Flags:
    """Where hardly anything was *done* of so much that was to be *expected*."""
    found: Flags = (expected >= _EXPECTED) & (done <= _STRAY * expected)
    return found


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
    came, begun = log.enabled[at], log.start[at]
    for person in crew.tolist() if len(crew) <= _CROWD else ():
        his = np.flatnonzero(log.person[at] == person)
        his = his[np.argsort(begun[his], kind="stable")]
        passed = passed_over(came, begun, came[his], begun[his]) & (log.person[at] != person)
        found[person] = np.bincount(kind[passed], minlength=shape[1])
    return found


def _among_waiting(log: Log, at: Ints, kind: Ints, width: int, shape: tuple[int, int]) -> Floats:
    """[people, kinds of work] of the steps *at*, of one team, how many of each *kind* people would have begun, had each
    taken any of those of the activity that waited."""
    found = np.zeros(shape)
    for activity in np.unique(kind // width).tolist():
        some = np.flatnonzero(kind // width == activity)
        came, begun = log.enabled[at[some]], log.start[at[some]]
        kinds, number = np.unique(kind[some], return_inverse=True)
        waiting = np.empty((len(kinds), len(some)))
        for place in range(len(kinds)):
            one = number == place
            waiting[place] = np.searchsorted(np.sort(came[one]), begun, "right")
            waiting[place] -= np.searchsorted(np.sort(begun[one]), begun, "left")
        share = waiting / np.maximum(waiting.sum(axis=0), 1.0)
        for place, name in enumerate(kinds.tolist()):
            found[:, name] = np.bincount(log.person[at[some]], share[place], shape[0])
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
