"""Who works, and in which team: as recorded, or found from who does what.

Activities done by the same people share a team (the overlap of their people, merged by average linkage); where the
log names teams, those are taken. Machines that never sleep and work in no time are not people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import ranks
from irrupt.discovery.log import Log, hour_of_day
from irrupt.discovery.people.desks import Desks, clustered, number
from irrupt.groups import GROUPS, as_team
from irrupt.units import DAY, HOUR, WEEK

OTHER_TEAMS = "other teams"
_RARE_STEPS = 15
_RARE_SHARE = 2e-4
_SAME_PEOPLE = 0.5
_HALF, _SOME, _ENOUGH = 0.5, 0.2, 20
"""Share of an activity's steps that have a name, for all to be worked on; share and number from which on hours tell."""
_NOW_AND_THEN, _SAME_HOURS = 0.01, 0.95
"""Share of the steps with a name that make an hour theirs; share of the others that come in such hours."""
_NEARLY_ALL = 0.95
"""Share of an activity that a team is known to do, for it to do what nobody is named for: more is left to programs."""
_MEMBER_SHARE, _TEAM_SHARE, _OFTEN = 0.05, 0.1, 0.05
"""Share of what somebody does, or of what a team does, or of one of the activities that it often does, from which on he
belongs to it; and what share of its steps is often,"""
_MEMBER_STEPS = 3
"""and how many steps it must be."""
_TEAMS = 400
_PAIRS = 600
_SEVERAL, _REST = 5, 10 * HOUR
"""Steps of a day that tell whether somebody took a rest, and how long that is, nights included;"""
_FEWEST_DAYS, _MOST_DAYS = 10, 0.7
"""days that tell, at least, and on what share of them there is none for a name to be nobody's."""
_GONE_STEPS, _GONE_WEEKS = 0.2, 5
"""Share of all steps that come after the last week in which somebody is seen, and weeks since, for him to have left."""
_EVEN = 0.1
"""Share of the steps of a machine in each third of the day, at least, where it is not known how long they take."""
_IN_ONE_HOUR = 0.5
"""Share of the steps of a program that runs at night in the hour in which it does; a shift has several."""
_INSTANT, _SOME_WORK = 60.0, 0.1
"""Seconds that a step takes at most at which nobody works, and what share of steps may take longer all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Which team does each step of the log."""

    names: tuple[str, ...]
    team: Ints
    """Per step; -1: nobody works on it."""
    recorded: bool
    """True when the log names the teams."""
    systems: tuple[str, ...]
    """Resources that are no people."""
    desks: tuple[tuple[str, str], ...] = ()
    """Activities that are the work of several teams, each with what tells whose a case is."""


def find(log: Log, desks: Mapping[int, Desks] | None = None) -> Teams:
    """The teams of *log*, where activities that have several *desks* are the work of more than one."""
    systems = _systems(log)
    nobody = log.acts[log.activity]
    if systems.any():
        nobody |= (log.person >= 0) & systems[log.person]
    named = tuple(log.people[i] for i in np.flatnonzero(systems))
    if log.teams:
        team, names = _folded(np.where(nobody, -1, _completed(log, nobody)), log.teams)
        team, names = _fewer_pairs(log, team, names)
        return Teams(names=names, team=team, recorded=True, systems=named)
    if not log.people:
        return Teams(names=(), team=np.full(len(log.case), -1), recorded=False, systems=())
    works = ~nobody & (log.person >= 0)
    team, names = _by_people(log, works, desks or {})
    does = works | (~nobody & _staffed(log, works, ~nobody)[log.activity])
    told = tuple((log.activities[activity], one.by) for activity, one in (desks or {}).items())
    return Teams(names=names, team=np.where(does, team, -1), recorded=False, systems=named, desks=told)


def _staffed(log: Log, named: Flags, ours: Flags) -> Flags:
    """Per activity: a step without a name was worked on by somebody who was not recorded. So it is where half of the
    steps of its kind have a name; or where several have one, and those without come in the same hours."""
    size = len(log.activities)
    known = np.bincount(log.activity[named], minlength=size)
    share = known / np.maximum(np.bincount(log.activity[ours], minlength=size), 1)
    found: Flags = share >= _HALF
    if log.daily:
        return found
    hour = hour_of_day(log.end)
    for activity in np.flatnonzero((share >= _SOME) & ~found & (known >= _ENOUGH)):
        of_it = log.activity == activity
        usual = np.bincount(hour[of_it & named], minlength=48) >= _NOW_AND_THEN * known[activity]
        found[activity] = usual[hour[of_it & ours & ~named]].mean() >= _SAME_HOURS
    return found


def without(log: Log, systems: tuple[str, ...]) -> Log:
    """*log* with what *systems* did recorded as done by nobody."""
    if not systems:
        return log
    gone = np.array([name in systems for name in log.people])
    return replace(log, person=np.where((log.person >= 0) & gone[log.person], -1, log.person))


def _systems(log: Log) -> Flags:
    """Per person: works evenly around the clock and the week, never takes a rest, or does most in one hour of the
    nights of all days, and takes no time."""
    size = len(log.people)
    if not size or log.daily:
        return np.zeros(size, bool)
    by = log.person >= 0
    count = np.bincount(log.person[by], minlength=size)
    hour = log.end % DAY / HOUR
    night = np.bincount(log.person[by & ((hour < 6) | (hour >= 22))], minlength=size)
    weekend = np.bincount(log.person[by & (log.end % WEEK >= 5 * DAY)], minlength=size)
    longest = np.zeros(size)
    at_any_hour = np.ones(size, bool)
    if log.starts == "measured":
        np.maximum.at(longest, log.person[by], (log.end - log.start)[by])
    else:
        # whether work takes time is not known: who is there at night and at weekends only may be on a shift
        third = np.minimum(hour[by] // 8, 2).astype(np.int64)
        parts_of_day = np.bincount(log.person[by] * 3 + third, minlength=3 * size).reshape(size, 3)
        at_any_hour = parts_of_day.min(axis=1) >= _EVEN * count
    enough = (count >= 50) & (longest <= _INSTANT) & (weekend >= 0.15 * count)
    around = enough & at_any_hour & (night >= 0.2 * count)
    hours = np.bincount(log.person[by] * 24 + hour[by].astype(np.int64), minlength=24 * size).reshape(size, 24)
    around |= enough & (weekend <= 0.5 * count) & (hours[:, [*range(6), 22, 23]].max(axis=1) > _IN_ONE_HOUR * count)
    return around | ((count >= 50) & _never_leave(log))


def _never_leave(log: Log) -> Flags:
    """Per resource: on most days on which it is seen at several steps, without a pause as long as everybody takes, at
    steps that take no time: a machine, or a name that many people share."""
    size = len(log.people)
    at = np.flatnonzero((log.person >= 0) & ~log.acts[log.activity])
    at = at[np.lexsort((log.end[at], log.person[at]))]
    if not len(at):
        return np.zeros(size, bool)
    whose, moment = log.person[at], log.end[at]
    begins = np.flatnonzero(np.diff(whose, prepend=-1) | np.diff(np.floor(moment / DAY), prepend=-np.inf).astype(bool))
    ends = np.append(begins[1:], len(at)) - 1
    pause = np.append(0.0, np.diff(moment))
    pause[begins] = DAY - (moment[ends] - moment[begins])
    rests = np.maximum.reduceat(pause, begins) > _REST
    tells = ends - begins + 1 >= _SEVERAL
    seen = np.bincount(whose[begins[tells]], minlength=size)
    never = np.bincount(whose[begins[tells & ~rests]], minlength=size)
    takes = (log.end - log.start)[at] > _INSTANT if log.starts == "measured" else np.zeros(len(at))
    at_work = np.bincount(whose, takes, size) > _SOME_WORK * np.bincount(whose, minlength=size)
    return ~at_work & (seen >= _FEWEST_DAYS) & (never >= _MOST_DAYS * seen)


def _completed(log: Log, nobody: Flags) -> Ints:
    """The recorded team; where it is missing but the person is known, the person's usual one; where neither is, the one
    that does nearly all of the activity."""
    team = log.team.copy()
    lacks = (team < 0) & (log.person >= 0) & ~nobody
    if lacks.any():
        pairs = np.zeros((len(log.people), len(log.teams)), np.int64)
        both = (team >= 0) & (log.person >= 0)
        np.add.at(pairs, (log.person[both], team[both]), 1)
        usual = np.where(pairs.sum(axis=1) > 0, pairs.argmax(axis=1), -1)
        team[lacks] = usual[log.person[lacks]]
    lacks = (team < 0) & (log.person < 0) & ~nobody
    if lacks.any():
        each = np.zeros((len(log.activities), len(log.teams)), np.int64)
        np.add.at(each, (log.activity[team >= 0], team[team >= 0]), 1)
        done = np.bincount(log.activity[~nobody], minlength=len(log.activities))
        usual = np.where(each.max(axis=1) >= _NEARLY_ALL * np.maximum(done, 1), each.argmax(axis=1), -1)
        team[lacks] = usual[log.activity[lacks]]
    return team


def _folded(team: Ints, names: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Teams that did too little to be told apart become one."""
    count = np.bincount(team[team >= 0], minlength=len(names))
    least = max(_RARE_STEPS, _RARE_SHARE * len(team))
    if len(names) > _TEAMS:
        least = max(least, float(np.sort(count)[-_TEAMS]))
    rare = (count > 0) & (count < least)
    rare &= rare.sum() > 1
    kept = np.flatnonzero((count > 0) & ~rare)
    renumbered = np.full(len(names), -1)
    renumbered[kept] = np.arange(len(kept))
    found = [names[i] for i in kept]
    if rare.any():
        renumbered[rare] = len(kept)
        found.append(OTHER_TEAMS if OTHER_TEAMS not in found else OTHER_TEAMS + " (rare)")
    return np.where(team >= 0, renumbered[team], -1), tuple(found)


def _fewer_pairs(log: Log, team: Ints, names: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """What a team rarely does counts as done by other teams, where there is too much to be told apart."""
    size = len(names) + 1
    _pairs, pair, count = np.unique(log.activity * size + team, return_inverse=True, return_counts=True)
    if len(count) <= _PAIRS:
        return team, names
    least = np.sort(count)[-_PAIRS]
    rare = (count < least)[pair] & (team >= 0)
    if OTHER_TEAMS in names:
        return np.where(rare, names.index(OTHER_TEAMS), team), names
    return _folded(np.where(rare, len(names), team), (*names, OTHER_TEAMS))


def _by_people(log: Log, works: Flags, desks: Mapping[int, Desks]) -> tuple[Ints, tuple[str, ...]]:
    """Per step, the team that does what is done there (-1: nobody), and the teams' names."""
    desk = number(log, desks)
    several = int(desk.max(initial=0)) + 1
    parts, part = np.unique(log.activity * several + desk), ranks(log.activity * several + desk)
    counts = np.zeros((len(parts), len(log.people)))
    np.add.at(counts, (part[works], log.person[works]), 1.0)
    active = np.flatnonzero(counts.sum(axis=1) > 0)
    labels = clustered(counts[active], _SAME_PEOPLE)
    of_part = np.full(len(parts), -1)
    of_part[active] = labels
    names: list[str] = []
    for label in range(labels.max(initial=-1) + 1):
        mine = active[labels == label]
        called = [_called(log, desks, *divmod(one, several)) for one in parts[mine].tolist()]
        names.append(_named(log, counts[mine], called, names))
    return of_part[part], tuple(names)


def _called(log: Log, desks: Mapping[int, Desks], activity: int, desk: int) -> tuple[bool, str]:
    """Whether an activity is the work of several desks, and what that of one of them is called."""
    name = log.activities[activity]
    return activity in desks, f"{name}, {desks[activity].names[desk]}" if activity in desks else name


def _named(log: Log, counts: Floats, called: list[tuple[bool, str]], taken: list[str]) -> str:
    """What the members' names have in common, or the activity that the team does most, of those that it does alone."""
    heads = Counter[str]()
    for person in np.flatnonzero(counts.sum(axis=0) > 0):
        heads[log.people[person].rstrip("0123456789").rstrip(" -_#.")] += int(counts[:, person].sum())
    head, weight = max(heads.items(), key=lambda item: (item[1], item[0]))
    several = (counts.sum(axis=0) > 0).sum() > 1
    parties = GROUPS.union(log.clients)
    free = head not in taken and head not in log.people and head not in parties
    if several and len(head) >= 3 and weight >= 0.9 * counts.sum() and free:
        return head
    done = counts.sum(axis=1).tolist()
    first = called[min(range(len(called)), key=lambda at: (called[at][0], -done[at], at))][1]
    name = first = as_team(first) if first in parties else first
    count = 2
    while name in taken:
        name, count = f"{first} ({count})", count + 1
    return name


def members(log: Log, teams: Teams) -> dict[int, dict[int, int]]:
    """Person -> team -> steps done, without teams in which he only ever helped out and others do the work."""
    by = (log.person >= 0) & (teams.team >= 0)
    base = len(teams.names) + 1
    pairs, counts = np.unique(log.person[by] * base + teams.team[by], return_counts=True)
    person, team = pairs // base, pairs % base
    his, its = np.bincount(person, counts, len(log.people)), np.bincount(team, counts, base)
    regular = (counts >= _MEMBER_SHARE * his[person]) | (counts >= _TEAM_SHARE * its[team])
    regular |= np.isin(pairs, _main_doers(log, teams, by, its))
    regular &= counts >= _MEMBER_STEPS
    for keys in (person, team):
        most = np.zeros(int(keys.max(initial=0)) + 1)
        np.maximum.at(most, keys, counts)
        # everybody is somewhere; and where nobody is regular, whoever did most of it is
        regular |= (counts == most[keys]) & ((keys is person) | ~np.isin(team, team[regular]))
    found: dict[int, dict[int, int]] = {}
    for i in np.flatnonzero(regular).tolist():
        found.setdefault(int(person[i]), {})[int(team[i])] = int(counts[i])
    return found


def _main_doers(log: Log, teams: Teams, by: Flags, its: Ints) -> Ints:
    """Who (as `person * base + team`) does much of an activity that is often done in a team."""
    base, size = len(its), len(log.people)
    of_it, number = np.unique(log.activity[by] * base + teams.team[by], return_inverse=True)
    done = np.bincount(number)
    pairs, counts = np.unique(number * size + log.person[by], return_counts=True)
    which, person = pairs // size, pairs % size
    team = of_it[which] % base
    much = (counts >= _TEAM_SHARE * done[which]) & (done[which] >= _OFTEN * its[team])
    doers: Ints = person[much] * base + team[much]
    return doers


def staff(log: Log, membership: dict[int, dict[int, int]]) -> tuple[list[int], int]:
    """The people to reckon with, and how many are left out.

    Where many people come and go, only as many as are there in a usual week are kept: of each team those who did most,
    and nobody who left for good while others stayed.
    """
    weeks = np.floor(log.end / WEEK).astype(np.int64)
    weeks -= weeks.min()
    size = int(weeks.max()) + 1
    by = log.person >= 0
    present = np.unique(log.person[by] * size + weeks[by])
    # a usual week is that of a step picked at random: weeks in which little is left to do count little
    busy = np.bincount(weeks, minlength=size) / len(weeks)
    active = np.bincount(present // size, busy[present % size], len(log.people))
    last = np.zeros(len(log.people), np.int64)
    np.maximum.at(last, present // size, present % size)
    later = np.append(np.cumsum(busy[::-1])[::-1], 0.0)[last + 1]
    gone = (later >= _GONE_STEPS) & (size - 1 - last >= _GONE_WEEKS)
    by_team: dict[int, list[int]] = {}
    for person, places in membership.items():
        by_team.setdefault(max(places, key=lambda team: (places[team], -team)), []).append(person)
    kept: set[int] = set()
    for people in by_team.values():
        needed = int(np.ceil(sum(active[p] for p in people) - 1e-9))
        ranked = sorted(people, key=lambda p: (bool(gone[p]), -sum(membership[p].values()), log.people[p]))
        stay = len(people) - int(gone[people].sum())
        kept.update(ranked[: max(1, min(needed, stay))])
    served = {team for p in kept for team in membership[p]}
    for team in sorted({team for places in membership.values() for team in places} - served):
        kept.add(max((p for p in membership if team in membership[p]), key=lambda p: (membership[p][team], -p)))
    return sorted(kept), len(membership) - len(kept)
