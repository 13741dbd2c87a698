"""Who never does what of his team's work: told by what he does not do while he is there and the others do it.

Of an activity of his team, each member would do his part of what is done in the weeks in which he works, and at his
hours. Who does none of it, where dozens were to be expected, does not do it; nor does who lets dozens of cases wait for
it and takes others that came later, as somebody does who is alone at the weekend. So those who could take a case that
waits are fewer than the team; without that, waits come out too short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log, counted, hour_of_day
from irrupt.discovery.people.passing_over import passed_over
from irrupt.discovery.people.teams import Teams
from irrupt.discovery.people.workforce import Lacks, Workforce
from irrupt.units import WEEK

_EXPECTED = 25.0
"""Steps of an activity that somebody would have done, at least, had he done his part of it;"""
_STRAY = 0.02
"""and what share of them he may have done all the same: somebody's name stands for another's now and then."""
_CROWD = 40
"""Members of a team from which on it is not looked at whom each lets wait."""
_BY_STAFF = 0.5
"""Share of an activity's steps that people who are reckoned with did, at least: else it is theirs from now on."""
_DESKS = 12
"""Sets of members by whom the activities of one team are done, at most: those with the most steps."""


def noted(staff: Workforce, log: Log, teams: Teams, worked: Flags) -> Workforce:
    """*staff*, of whom it is known what they do not do; *worked*: the steps that somebody worked on."""
    at = np.flatnonzero(worked & (teams.team >= 0) & (log.person >= 0))
    number_of = {name: number for number, name in enumerate(log.people) if name in staff.people}
    crews = [
        np.array([number for name, number in number_of.items() if team in staff.people[name].teams], np.int64)
        for team in teams.names
    ]
    lacks = learn(log, teams.team, at, crews)
    does_not = {name: tuple(log.activities[n] for n in np.flatnonzero(lacks[at])) for name, at in number_of.items()}
    people = {name: replace(one, does_not=does_not.get(name, ())) for name, one in staff.people.items()}
    return replace(staff, people=people, lacks=lacks)


def learn(log: Log, team: Ints, at: Ints, crews: Sequence[Ints]) -> Lacks:
    """What each member of the *crews* of teams does not do of what is done there: told by the steps *at*, each of a
    *team*."""
    shape = len(log.people), len(log.activities)
    expected, told = np.zeros(shape), np.zeros(shape[0], bool)
    done = counted(log.person[at], log.activity[at], *shape)
    for number, crew in enumerate(crews):
        mine = at[team[at] == number]
        if len(crew) > 1 and len(mine):
            expected[crew] += np.maximum(_expected(log, mine, shape), _let_wait(log, mine, crew, shape))[crew]
        told[crew] = True
    lacks: Lacks = (expected >= _EXPECTED) & (done <= _STRAY * expected)
    lacks &= done[told].sum(axis=0) >= _BY_STAFF * done.sum(axis=0)
    every = np.flatnonzero(team >= 0)
    tables = (counted(team[some], log.activity[some], len(crews), shape[1]) for some in (at, every))
    for crew, counts, occurs in zip(crews, *tables, strict=True):
        _fewer(lacks, crew, counts, occurs > 0)
    return lacks


def _expected(log: Log, at: Ints, shape: tuple[int, int]) -> Floats:
    """How many of the steps *at*, of one team, each person would have done of each activity, had he done his part of
    what was done in each week, or at each hour, whichever is less."""
    week = np.floor(log.end[at] / WEEK).astype(np.int64)
    found = np.full(shape, np.inf)
    for time in (week - week.min(), hour_of_day(log.end[at])):
        times = int(time.max()) + 1
        his = counted(log.person[at], time, shape[0], times)
        asked = counted(log.activity[at], time, shape[1], times)
        found = np.minimum(found, (his / np.maximum(his.sum(axis=0), 1.0)) @ asked.T)
    return found


def _let_wait(log: Log, at: Ints, crew: Ints, shape: tuple[int, int]) -> Floats:
    """How many of the steps *at*, of one team, that waited for each activity each of its *crew* let wait: he began
    something else meanwhile, which could begin later only."""
    found = np.zeros(shape)
    at = at[log.inner[at]]
    came, begun = log.end[at - 1], log.start[at]
    for person in crew.tolist() if len(crew) <= _CROWD else ():
        his = np.flatnonzero(log.person[at] == person)
        his = his[np.argsort(begun[his], kind="stable")]
        passed = passed_over(came, begun, came[his], begun[his]) & (log.person[at] != person)
        found[person] = np.bincount(log.activity[at[passed]], minlength=shape[1])
    return found


def _fewer(lacks: Lacks, crew: Ints, counts: Floats, occurs: Flags) -> None:
    """Take back, of what a *crew* *lacks*, what then nobody would do, and the rarest where there are many kinds;
    *counts*: its steps of each activity on which somebody worked, of those that *occur* there."""
    mine = lacks[crew] & occurs
    nobody = mine.all(axis=0)
    kinds, kind = np.unique(mine, axis=1, return_inverse=True)
    steps = np.bincount(kind.ravel(), counts, kinds.shape[1])
    kept = np.argsort(-steps, kind="stable")[:_DESKS]
    lacks[np.ix_(crew, np.flatnonzero(occurs & (nobody | ~np.isin(kind.ravel(), kept))))] = False
