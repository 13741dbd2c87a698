"""The people of each team, their hours, how many things they do at once, and whether they can cope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key, parts
from irrupt.discovery.log import HOURS, Log
from irrupt.discovery.people import after_hours, calendars, parted_hours, winding_down
from irrupt.discovery.people.able import Skills
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.hands import Tied
from irrupt.discovery.people.idle_ends import NO_WORK, WAITS, has_odd_edges, up_to_usual
from irrupt.discovery.people.kept_hours import Pieces, kept_hours
from irrupt.discovery.people.teams import Teams, members, staff
from irrupt.discovery.routes.pieces import all_but_over, cases_of, pieces
from irrupt.organisation import Calendar, Person
from irrupt.organisation.hours import Interval, shared
from irrupt.organisation.staff import ALWAYS
from irrupt.units import DAY, WEEK

FULL = 0.9
"""Share of a team's hours that its work may take."""
_ANONYMOUS_LOAD = 0.6
_MOST_AT_ONCE = 50
_MOST_ANONYMOUS = 200
_HALF_A_DAY = DAY / 2
_AT_WORK = 60.0
"""Seconds after a begin and before an end in which somebody is on duty."""
_NAMELESS = 0.05
"""Share of a team's steps of which it may be unknown who did them."""
_OFTEN, _NEVER = 0.9, 0.98
"""How often somebody has no more in hand than he may have, and from when on he never has two things."""
_FEWEST_ON_DAY = 5
"""Steps done on a day of the week on which hardly anybody works, for somebody to be there at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workforce:
    """Who works when."""

    people: Mapping[str, Person]
    calendars: Mapping[str, Calendar]
    team_calendars: tuple[Calendar, ...]
    """Per team: hours of the team as a whole."""
    team_hours: tuple[Hours, ...]
    """The same, for sums."""
    hours_of: Mapping[int, Hours]
    """Number of a person in the log -> his hours; those who come and go have the hours of their team."""
    left_out: int
    """People who come and go, whose work the others are taken to do."""
    anonymous: tuple[str, ...]
    """Teams of which no member is recorded."""
    sure: frozenset[str]
    """Teams all of whose members keep hours that are known to the minute, and of whose steps the names are known."""
    finishing: Flags
    """Per team: its people finish what they have in hand before they go."""
    closed: Floats
    """Seconds from the origin of the log to the begin of each day on which nobody is on duty all the same."""
    away: Mapping[str, Floats] = field(default_factory=dict)
    """Person -> the same for days on which he alone was away, where there are any;"""
    there: Mapping[str, float] = field(default_factory=dict)
    """and the share of his hours in which he was there."""
    single: frozenset[str] = frozenset()
    """People who, as their records tell, practically never have two things in hand, and go when their hours end."""
    skills: Skills = field(default_factory=Skills)
    """What somebody does not do of the work of his teams."""
    parted: Mapping[tuple[str, str], Calendar] = field(default_factory=dict)
    """Person and team -> the hours of its own in which he works for it, where there are any."""
    tied: Tied = field(default_factory=Tied)
    """Which steps are in whose hands, by who did others in the case."""

    def parted_teams(self, name: str) -> list[str]:
        """The teams for which somebody works at hours of their own only."""
        return [team for team in self.people[name].teams if (name, team) in self.parted]

    def hours_at(self, name: str, team: str | None) -> tuple[Interval, ...]:
        """The hours of a week in which somebody takes up the work of a *team*; None: of any of his."""
        own = self.calendars[self.people[name].calendar].hours
        return own if team is None or (name, team) not in self.parted else shared(own, self.parted[name, team].hours)

    def weekly_seconds(self, name: str) -> float:
        """Seconds a week that somebody could work."""
        person = self.people[name]
        return self.calendars[person.calendar].minutes_per_week * 60.0 * self.there.get(name, 1.0) * person.at_once


def learn(log: Log, teams: Teams, works: Flags, closed: Floats, timed: Flags) -> Workforce:
    """The people of *log*, from the steps that *works* says somebody worked on.

    *timed*: the steps of which it is told when they began; *closed*: the seconds from its origin to the begin of each
    day on which nobody did.
    """
    here, size, team = works & (teams.team >= 0), max(1, len(teams.names)), np.maximum(teams.team, 0)
    finishing = after_hours.finishing(log, here, team, size, timed)
    # his hours end between the last begin and the last end of what he finishes before he goes
    until = np.where(finishing[team], (log.start + log.end) / 2, log.end)
    of_team = calendars.presence(log, here, team, size, until=until)
    ours = replace(teams, team=np.where(here, teams.team, -1))
    membership, parted = _memberships(log, ours)
    kept, left_out = staff(log, membership)
    named = here & (log.person >= 0)
    of_person = calendars.presence(log, named, np.maximum(log.person, 0), max(1, len(log.people)), until=until)
    steps_of = by_key(log.person, np.flatnonzero(named))
    waited = cache(partial(_waited, log, teams))
    kept_by = _all_kept(log, waited, {person: steps_of[person] for person in kept}, finishing[team], membership)
    team_calendars = _of_teams(log, ours.team, of_team, membership, kept_by)
    rare = _rare_hours(log, named, of_person, kept, team_calendars)
    at_once, single = _at_once(log, named, _OFTEN), _at_once(log, named, _NEVER) == 1
    people, found, own, rank = dict[str, Person](), dict[str, Calendar](), dict[int, Calendar](), Counter[int]()
    for person in sorted(kept, key=lambda p: (-sum(membership[p].values()), log.people[p])):
        places, name, main = membership[person], log.people[person], _main(membership[person])
        usual = calendars.weekly(of_person[person], of_team[main], rank[main], rare.get(person, ()))
        rank[main] += 1
        own[person] = kept_by[person] or _in_shifts(team_calendars[main], usual, log.end[steps_of[person]])
        member_of, calendar = tuple(sorted(teams.names[t] for t in places)), _shared(found, name, own[person])
        people[name] = Person(teams=member_of, calendar=calendar, at_once=max(int(at_once[person]), 1))
    workforce = Workforce(
        people=people,
        calendars=found,
        team_calendars=tuple(team_calendars),
        team_hours=tuple(calendars.hours(calendar, closed) for calendar in team_calendars),
        hours_of={p: calendars.hours(own.get(p, team_calendars[_main(at)]), closed) for p, at in membership.items()},
        left_out=left_out,
        anonymous=(),
        sure=_sure(teams, membership, kept_by) - _nameless(log, teams, here),
        finishing=finishing,
        closed=closed,
        parted=parted,
        single=frozenset(log.people[p] for p in kept if single[p] and not finishing[list(membership[p])].any()),
    )
    on_duty = _winding_down(workforce, log, waited, steps_of, kept_by, membership)
    return _with_anonymous(on_duty, log, teams, here, of_team)


def _winding_down(
    workforce: Workforce,
    log: Log,
    waited: Callable[[frozenset[int]], Pieces],
    steps_of: Mapping[int, Ints],
    known: Mapping[int, Calendar | None],
    membership: Mapping[int, Mapping[int, int]],
) -> Workforce:
    """*workforce*, of which some begin nothing more before their *known* hours end."""
    found = winding_down.of_people(log, steps_of, known, membership, waited)
    those = {log.people[person]: seconds for person, seconds in found.items()}
    people = {name: replace(one, winds_down=those.get(name, 0.0)) for name, one in workforce.people.items()}
    return replace(workforce, people=people)


def _memberships(log: Log, teams: Teams) -> tuple[dict[int, dict[int, int]], dict[tuple[str, str], Calendar]]:
    """Person -> team -> steps done, also of teams for which somebody works at hours of its own, however little that is;
    and these hours."""
    membership, parted = members(log, teams), dict[tuple[str, str], Calendar]()
    for name, team, hours in parted_hours.kept(log, teams):
        parted[name, team] = hours
        person, number = log.people.index(name), teams.names.index(team)
        mine = (log.person == person) & (teams.team == number)
        membership.setdefault(person, {})[number] = int(mine.sum())
    return membership, parted


def _sure(
    teams: Teams, membership: Mapping[int, Mapping[int, int]], hours: Mapping[int, Calendar | None]
) -> frozenset[str]:
    """Teams all of whose members keep *hours* that are known to the minute."""
    unsure = {team for person, own in hours.items() if own is None for team in membership[person]}
    return frozenset(teams.names[team] for person in hours for team in membership[person] if team not in unsure)


def _nameless(log: Log, teams: Teams, here: Flags) -> set[str]:
    """Teams of many of whose steps it is not recorded who did them: when somebody was free is not known."""
    steps = np.bincount(teams.team[here], minlength=len(teams.names))
    nobody = np.bincount(teams.team[here & (log.person < 0)], minlength=len(teams.names))
    return {name for name, some, every in zip(teams.names, nobody, steps, strict=True) if some > _NAMELESS * every}


def _main(places: Mapping[int, int]) -> int:
    """The team in which somebody did most."""
    return max(places, key=lambda team: (places[team], -team))


def _of_teams(
    log: Log,
    team: Ints,
    seen: Floats,
    membership: Mapping[int, Mapping[int, int]],
    hours: Mapping[int, Calendar | None],
) -> list[Calendar]:
    """The hours of each team that does steps, *seen* so often in each hour of the week: all of them, as its people
    have, where these are alike, or where those are the *hours* that each of its people keeps."""
    pausing = {number for person, own in hours.items() if own is not ALWAYS for number in membership[person]}
    around = {number for person in hours for number in membership[person]} - pausing
    return [
        ALWAYS
        if number in around or calendars.at_all_hours(log.end[team == number])
        else calendars.weekly(np.zeros(HOURS), own, 0)
        for number, own in enumerate(seen)
    ]


def _in_shifts(of_team: Calendar, usual: Calendar, ends: Floats) -> Calendar:
    """The hours of somebody whose steps have these *ends*, *usual* for them: a team that works around the clock may do
    so in shifts, or all its people may be there at any hour."""
    return usual if of_team is not ALWAYS or calendars.some_hours(ends) else ALWAYS


def _kept(log: Log, his: Ints, late: Flags) -> Calendar | None:
    """The hours that somebody keeps to the minute, or all of them, where starts and ends of the steps that are *his*
    tell them: the ends of those that may end *late* do not."""
    if log.starts == "missing" or log.daily:
        return None
    if log.starts == "assumed":
        return after_hours.hours_of_finisher(log.end[his]) if late[his].any() else kept_hours(log.end[his])
    lasts = log.end[his] > log.start[his]
    lasting = his[lasts]
    if calendars.never_pauses(log.start[lasting], log.end[lasting]):
        return ALWAYS
    whole = not late[lasting].any()
    work = Pieces(log.start[lasting], log.end[lasting]) if whole else None
    return kept_hours(np.concatenate((log.start[lasting], log.end[his[~(late[his] & lasts)]])), work)


def _all_kept(
    log: Log,
    waited: Callable[[frozenset[int]], Pieces],
    steps_of: Mapping[int, Ints],
    late: Flags,
    membership: Mapping[int, Mapping[int, int]],
) -> dict[int, Calendar | None]:
    """Person -> the hours that he keeps, also where he has nothing to do in them, or None; *steps_of*: those he did;
    *waited*: from when until when steps of some teams did."""
    found: dict[int, Calendar | None] = {}
    for person, his in steps_of.items():
        own = _kept(log, his, late)
        if own is not None and own is not ALWAYS and log.starts == "measured" and has_odd_edges(own):
            own = _up_to_usual(own, waited(frozenset(membership[person])), Pieces(log.start[his], log.end[his]))
        found[person] = own
    return found


def _up_to_usual(own: Calendar, waited: Pieces, work: Pieces) -> Calendar:
    """Somebody's *own* hours, with odd edges of days where they are on others: whoever winds down is there while others
    wait."""
    whole = up_to_usual(own, NO_WORK, work)
    lasts = work.end > work.begin
    if winding_down.winding_down(work.begin[lasts], work.end[lasts], waited, whole):
        return whole
    return up_to_usual(own, waited, work)


def _waited(log: Log, teams: Teams, places: frozenset[int]) -> Pieces:
    """From when until when the steps of some teams waited, for long enough to tell that nobody was there for them."""
    long = np.isin(teams.team, list(places)) & (log.person >= 0) & (log.start - log.enabled > WAITS)
    return Pieces(log.enabled[long], log.start[long])


def _rare_hours(
    log: Log, named: Flags, of_person: Floats, kept: Sequence[int], team_calendars: Sequence[Calendar]
) -> dict[int, tuple[int, ...]]:
    """Person -> an hour on a day of the week on which no team usually works although some work was done.

    Whoever did most of it is there in his busiest hour: no day on which work is done is closed to everybody.
    """
    day = (log.end[named] % WEEK // DAY).astype(np.int64)
    open_on = {
        minute // 1440 for calendar in team_calendars for begin, end in calendar.hours for minute in (begin, end - 1)
    }
    found: dict[int, tuple[int, ...]] = {}
    for number in range(7):
        if number in open_on or np.count_nonzero(day == number) < _FEWEST_ON_DAY or not kept:
            continue
        hours = of_person[kept][:, number * 24 : number * 24 + 24]
        person = kept[int(hours.sum(axis=1).argmax())]
        found[person] = (*found.get(person, ()), number * 24 + int(of_person[person][number * 24 :][:24].argmax()))
    return found


def _shared(found: dict[str, Calendar], name: str, calendar: Calendar) -> str:
    """The name under which *calendar* is kept: people with the same hours share one."""
    known = next((label for label, other in found.items() if other == calendar), None)
    if known is not None:
        return known
    label = f"hours of {name}"
    found[label] = calendar
    return label


def _at_once(log: Log, named: Flags, often: float) -> Floats:
    """Per person: how many pieces of work he has in hand at the same time, at most so *often*; 0 where nothing tells.
    What is all but over when he begins another is not one more."""
    found = np.zeros(len(log.people))
    if log.starts != "measured":
        return found
    working, _piece = pieces(log, np.flatnonzero(named & (log.end > log.start)))
    over = all_but_over(log, working)
    for his in parts(log.person[working]):
        begun, ended = np.sort(log.start[working[his]]), np.sort(over[his])
        in_hand = np.arange(1, len(his) + 1) - np.searchsorted(ended, begun, "right")
        found[log.person[working[his[0]]]] = np.clip(np.quantile(in_hand, often, method="lower"), 1, _MOST_AT_ONCE)
    return found


def _with_anonymous(workforce: Workforce, log: Log, teams: Teams, here: Flags, of_team: Floats) -> Workforce:
    """Members for teams of which none is recorded: as many as their work needs."""
    staffed = {team for person in workforce.people.values() for team in person.teams}
    weeks = max((log.span[1] - log.since) / WEEK, 1.0)
    people, found, added = dict(workforce.people), dict(workforce.calendars), []
    for team in np.unique(teams.team[here]):
        name = teams.names[team]
        if name in staffed:
            continue
        mine = here & (teams.team == team)
        hours = workforce.team_hours[team]
        work = float(hours.between(log.start[mine], log.end[mine]).sum()) / weeks
        count = int(np.clip(np.ceil(work / (_ANONYMOUS_LOAD * max(hours.worked[-1], 60.0))), 1, _MOST_ANONYMOUS))
        for number in range(count):
            member = f"{name}, member {number + 1}"
            calendar = calendars.weekly(np.zeros(of_team.shape[1]), of_team[team], number)
            people[member] = Person(teams=(name,), calendar=_shared(found, member, calendar))
        added.append(name)
    return replace(workforce, people=people, calendars=found, anonymous=tuple(added))


def spent(log: Log, teams: Teams, workforce: Workforce, worked: Flags) -> tuple[Floats, Floats]:
    """Seconds of work on each step of *log* that its person did in his hours, and all of them; each case's part where
    several are *worked* on in one."""
    cases = cases_of(log, worked)
    inside = in_hours(log, teams, workforce)
    return inside / cases, work_time(log, teams, workforce, inside) / cases


def in_hours(log: Log, teams: Teams, workforce: Workforce) -> Floats:
    """Seconds of each step of *log* in the hours of who did it.

    Work done outside his hours counts as long as it took, up to half a day.
    """
    begin, end = log.start, log.left
    spent = np.zeros(len(begin))
    keys = np.where(log.person >= 0, log.person, -2 - teams.team)
    for at in parts(keys):
        hours = workforce.hours_of.get(int(log.person[at[0]])) if log.person[at[0]] >= 0 else None
        if hours is None and teams.team[at[0]] >= 0:
            hours = workforce.team_hours[teams.team[at[0]]]
        whole = end[at] - begin[at]
        if hours is None:
            spent[at] = whole
            continue
        inside = hours.between(begin[at], end[at])
        if log.person[at[0]] < 0:
            inside = _by_somebody(workforce, log, teams.names[teams.team[at[0]]], begin[at], end[at], inside)
        off = (inside < 0.2 * whole) & (whole <= _HALF_A_DAY) & ~_there(hours, begin[at], end[at])
        spent[at] = np.where(off, whole, inside)
    return spent


def _there(hours: Hours, begin: Floats, end: Floats) -> Flags:
    """Whether somebody is on duty at the *begin* of a step and at its *end*, pauses between them aside."""
    there: Flags = (hours.between(begin, begin + _AT_WORK) > 0) & (hours.between(end - _AT_WORK, end) > 0)
    return there


def _by_somebody(workforce: Workforce, log: Log, team: str, begin: Floats, end: Floats, others: Floats) -> Floats:
    """Seconds in the hours of whoever of *team* may have worked from *begin* to *end*, on duty at both: their mean, or
    *others* where nobody was. The team's own hours are longer than anybody's, and nights in hand would count as work.
    """
    total, number = np.zeros(len(begin)), np.zeros(len(begin))
    for person, hours in workforce.hours_of.items():
        known = workforce.people.get(log.people[person])
        if known is not None and team in known.teams:
            there = _there(hours, begin, end)
            total += np.where(there, hours.between(begin, end), 0.0)
            number += there
    return np.where(number > 0, total / np.maximum(number, 1.0), others)


def work_time(log: Log, teams: Teams, workforce: Workforce, inside: Floats) -> Floats:
    """Seconds of work on each step of *log*: those *inside* hours, and those that somebody finishes before he goes."""
    whole = log.left - log.start
    finished = (teams.team >= 0) & workforce.finishing[teams.team] & (whole <= _HALF_A_DAY)
    return np.where(finished, whole, inside)
