"""When work on each step began, where the records only say when it ended.

Such records cannot tell work from waiting; they do bound it. A step cannot have begun before the one before it in its
case ended, nor before the same person finished something else, nor before his hours. How near to these bounds work
began is told by how surely people begin at once what waits (see `at_once`). Where they do, work took as long as the
bounds let it, but for the rarest. Where they do not, it is taken to be at most a quantile of the bounds of
like steps, over those that follow another step of the same person closely: what a tenth of them stays within for the
*shortest*, three quarters for the *typical*, nineteen in twenty for the *longest*; in between, both count in part.
So shortest <= typical <= longest for every single step. Time counts in the hours of the person, else of the team.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import get_args

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.clockwork import by_program
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins.at_once import at_once
from irrupt.discovery.begins.either_order import at_a_time
from irrupt.discovery.begins.own_hours import finishers, kept_by_ends, spells_of
from irrupt.discovery.begins.work_limits import CLOSE, Work, limits
from irrupt.discovery.log import Log, last_of_person, read
from irrupt.discovery.people import calendars, desks
from irrupt.discovery.people import teams as people_and_teams
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.teams import Teams
from irrupt.discovery.routes.beside import Ways, ordered, together
from irrupt.discovery.routes.pieces import alike
from irrupt.discovery.routes.winding import Numbers
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation import Calendar
from irrupt.units import HOUR, time_said
from irrupt.wall import local_times, moments_of

_MOMENT = 60.0
_SURER = 0.02
"""By how much surer one of two readings must make it that what waits is begun at once, to be taken."""
_SURE = 0.5
"""How sure it must be that what waits is begun at once for single ends of work to tell more: how long each piece took,
and who finishes in the evening."""
_LEFT = 0.98
"""Share of the time of work that the user says from which the records leave it."""
_SEVERAL, _NEARLY_ALWAYS = 3, 0.8
"""Cases done at one moment that are several, and the share of steps for which it must be so."""
_CONSTANT = 0.02
_AUTOMATIC = HOUR
_OVERTIME = 1800.0


def assume_starts(chronicle: Chronicle, work: Work = "typical") -> Chronicle:
    """*chronicle* with a start for every step, estimated where the records have none.

    *work* chooses the shortest, a typical or the longest plausible time of work. The first step of a case (its
    registration), what the client does himself, what follows automatically after a constant time and what nobody is
    recorded to work on take no time. Logs that have start times are returned as they are.

    Raises `UsageError` for another *work*, `DataError` for a log without times.

    >>> import datetime as dt
    >>> from irrupt.chronicle.model import conform
    >>> morning = dt.datetime(2024, 1, 1, 9, tzinfo=dt.timezone.utc)
    >>> log = Chronicle(events=conform(pl.DataFrame({"case": ["a"], "activity": ["ask"], "end": [morning]})))
    >>> assume_starts(log).starts
    'assumed'
    """
    checked(work)
    return chronicle if chronicle.starts == "measured" else with_starts(chronicle, work, bounds=bounded(chronicle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Within what the work on each step of a log without start times lies."""

    log: Log
    teams: Teams
    works: Flags
    """Steps that somebody of the organisation spends time on."""
    weekly: dict[int, Calendar]
    """The hours of each team that works;"""
    kept: dict[int, Calendar]
    """and of each person who keeps his own to the minute;"""
    finishing: Flags
    """and whether the person of each step finishes what he has in hand before he goes."""
    enabled: Floats
    """When work on each step could begin as far as its case goes."""
    last: Floats
    """When its person last ended something else; nan where that is not known."""
    longest: Floats
    """The longest time that work on each step can have taken."""
    close: Flags
    """Whether it closely follows other work of the same person."""
    beside: tuple[Ways, ...] = ()
    """Activities that cases have done at the same time, by the ways that they make."""
    said: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Activity -> the least and the most that work on it takes on average, where the user says so."""
    at_once: Floats
    """How sure it is that who does it begins at once what waits, from 0 to 1: then it took the longest time. 0 where
    nobody is named."""

    @property
    def timed(self) -> Flags:
        """Steps that are so surely begun at once that more is told of single ones."""
        sure: Flags = self.at_once >= _SURE
        return sure


def bounded(chronicle: Chronicle) -> Bounds:
    """What the records of *chronicle* say of when work on each step can have begun, start times set aside.

    Raises `DataError` for a log without times.
    """
    log = read(replace(chronicle, starts="missing"))
    teams = people_and_teams.find(log, desks.learn(chronicle, log))
    log = people_and_teams.without(log, teams.systems)
    said = {log.activities.index(name): time for name, time in chronicle.work_said.items() if name in log.activities}
    works = worked_on(log, teams)
    works[log.begin] = (teams.team[log.begin] >= 0) & np.isin(log.activity[log.begin], list(said))
    weekly = weekly_hours(log, teams, works) if works.any() else {}
    kept = kept_by_ends(log, works)
    found = _bounds(log, teams, works, weekly, kept)
    # ends tell who finishes in the evening where they tell begins, which takes his hours: they are tried first
    late = finishers(log, np.where(works, teams.team, -1), kept)
    for _round in range(2 if late else 0):
        his = works & np.isin(log.person, list(late))
        found = _bounds(log, teams, works, weekly, kept | late, his)
        late = {person: late[person] for person in np.unique(log.person[his & found.timed]).tolist()}
        if len(late) == len(np.unique(log.person[his])):
            break
    return replace(found, said=said)


def _bounds(
    log: Log,
    teams: Teams,
    works: Flags,
    weekly: dict[int, Calendar],
    kept: dict[int, Calendar],
    finishing: Flags | None = None,
) -> Bounds:
    """The bounds of work in these hours; *finishing*: the steps of those who finish in the evening."""
    late = np.zeros(len(works), bool) if finishing is None else finishing
    spells = tuple(spells_of(log, teams, works, weekly, kept))
    named = np.where(works & (log.person >= 0), teams.team, -1)
    named[log.begin] = -1
    last = last_of_person(log)

    def within(enabled: Floats) -> Bounds:
        longest, close = _longest(log, spells, enabled, last, late)
        return Bounds(
            log=log,
            teams=teams,
            works=works,
            weekly=weekly,
            kept=kept,
            finishing=late,
            enabled=enabled,
            last=last,
            longest=longest,
            close=close,
            at_once=at_once(named, log.person, log.activity, longest, enabled, last, _on_duty(enabled, spells)),
        )

    blocks: tuple[Numbers, ...] = ()
    found = within(_since_the_last(log, log.enabled, last))
    for ways in together(log):
        beside = within(_since_the_last(log, _enabled(log, (*blocks, ways)), last))
        if _are_beside(ways, found, beside):
            blocks, found = (*blocks, ways), beside
    return replace(found, beside=tuple(tuple(tuple(log.activities[a] for a in one) for one in ways) for ways in blocks))


def _since_the_last(log: Log, enabled: Floats, last: Floats) -> Floats:
    """When each step could begin: that which a case begins with, once its person had ended something else (*last*), as
    nothing tells when the case came."""
    found = enabled.copy()
    found[log.begin] = np.where(np.isfinite(last), last, log.end - CLOSE)[log.begin]
    return found


def _are_beside(ways: Numbers, after: Bounds, beside: Bounds) -> bool:
    """Whether activities of *ways* are done at the same time, as *beside* has it, not one after the other, as *after*.

    Where one of the two makes it surer that what waits is begun at once, it is that: when steps could begin is taken
    wrongly where something seems to wait beside somebody who is free. Where none does, queues and times tell.
    """
    log, works = after.log, after.works & np.isfinite(after.last)
    here = works & np.isin(log.activity, [activity for way in ways for activity in way])
    surer = float((beside.at_once - after.at_once)[here].mean()) if here.any() else 0.0
    if abs(surer) >= _SURER:
        return surer > 0
    return at_a_time(log, ways, after.longest, after.last, (after.enabled, beside.enabled), works)


def with_starts(chronicle: Chronicle, work: Work, *, bounds: Bounds) -> Chronicle:
    """*chronicle*, of the same events as that which *bounds* are of, with a start for every step."""
    log = bounds.log
    duration = np.zeros(chronicle.events.height)
    duration[log.row] = log.end - _began(bounds, work)
    micros = pl.Series((duration * 1e6).round().astype(np.int64)).cast(pl.Duration("us"))
    end = chronicle.events.select(pl.coalesce("end", "start").alias("end")).to_series()
    start = moments_of(local_times(end, log.timezone) - micros, log.timezone)
    start = start.zip_with(start < end, end)
    return chronicle.with_events(chronicle.events.with_columns(start.alias("start"), end), starts="assumed")


def not_left(bounds: Bounds) -> tuple[str, ...]:
    """What the user says of how long work takes, where the records of *bounds* do not leave so much, or nobody to do
    it."""
    found, by_nobody = [], []
    for activity, (_least, most) in bounds.said.items():
        here, name = bounds.works & (bounds.log.activity == activity), bounds.log.activities[activity]
        if not here.any():
            by_nobody.append(name)
        elif (left := float(bounds.longest[here].mean())) < _LEFT * most:
            text = _("You say that work on {activity} takes {said}; the records leave it {left} on average, at most.")
            found.append(text.format(activity=name, said=time_said(most), left=time_said(float(round(left, -1)))))
    if by_nobody:
        text = _(
            "As far as the records tell, nobody spends time on {activities}: what you say of how long work on it takes "
            "is not used."
        )
        found.append(text.format(activities=", ".join(by_nobody)))
    return tuple(found)


def checked(work: str) -> None:
    """Raise `UsageError` unless *work* is one that can be assumed."""
    if work not in get_args(Work):
        raise UsageError(Fault("work", work, remedy=did_you_mean(work, get_args(Work))))


def _began(bounds: Bounds, work: Work) -> Floats:
    """When work on each step of a log without start times began: its end where no time was spent on it."""
    log, works = bounds.log, bounds.works
    spent = np.where(works, np.minimum(bounds.longest, limits(bounds, work)), 0.0)
    begin = log.end.copy()
    for at, hours in spells_of(log, bounds.teams, works, bounds.weekly, bounds.kept):
        begin[at] = _back(hours, log.end[at], spent[at], bounds.finishing[at])
    return np.maximum(np.minimum(begin, log.end), np.where(works, bounds.enabled, log.end))


def worked_on(log: Log, teams: Teams) -> Flags:
    """Steps that somebody of the organisation spends time on."""
    works = (teams.team >= 0) & ~log.acts[log.activity]
    if log.daily:
        return np.zeros(len(works), bool)
    # ends alone do not tell how long the first step of a case took
    first = works[log.begin] & (log.end > log.start)[log.begin]
    works[log.begin] = False
    works &= ~_automatic(log, works)
    works[log.begin] = first
    return works


def _automatic(log: Log, works: Flags) -> Flags:
    """Steps of an activity that always comes a constant time after the step before, that a program does, or that is
    done for several cases at one moment."""
    gap = log.end - log.enabled
    constant = (by_program(log.activity, log.end, gap, len(log.activities)) > 0) | _at_one_moment(log)
    for activity in np.unique(log.activity[works]):
        low, middle, high = np.quantile(gap[works & (log.activity == activity)], (0.25, 0.5, 0.75))
        constant[activity] |= middle >= _AUTOMATIC and high - low <= _CONSTANT * middle
    return constant[log.activity]


def _at_one_moment(log: Log) -> Flags:
    """Per activity: whether whoever does it nearly always does it for several cases at one moment."""
    _each, group = alike(log.activity, log.person, log.end)
    several = (np.bincount(group)[group] >= _SEVERAL) & (log.person >= 0)
    names = len(log.activities)
    share = np.bincount(log.activity, several, names) / np.maximum(np.bincount(log.activity, minlength=names), 1)
    told: Flags = share >= _NEARLY_ALWAYS
    return told


def weekly_hours(log: Log, teams: Teams, works: Flags) -> dict[int, Calendar]:
    """The weekly hours of each team that works, as seen from when its people finish what they work on."""
    seen = calendars.presence(log, works, np.maximum(teams.team, 0), max(1, len(teams.names)))
    nobody = np.zeros(seen.shape[1])
    return {int(team): calendars.weekly(nobody, seen[team], 0) for team in np.unique(teams.team[works])}


def _on_duty(moment: Floats, spells: tuple[tuple[Ints, Hours], ...]) -> Flags:
    """Per step: whether its *moment* lies in the hours of who works on it."""
    found = np.zeros(len(moment), bool)
    for at, hours in spells:
        found[at] = hours.between(moment[at], moment[at] + _MOMENT) > 0
    return found


def _longest(
    log: Log, spells: tuple[tuple[Ints, Hours], ...], enabled: Floats, last: Floats, finishing: Flags
) -> tuple[Floats, Flags]:
    """The longest time that work on each step can have taken, and whether it closely follows other work."""
    bound, close = np.zeros(len(enabled)), np.zeros(len(enabled), bool)
    for at, hours in spells:
        end = log.end[at]
        own = _spent(hours, enabled[at], end, finishing[at])
        since = np.where(np.isfinite(last[at]), _spent(hours, np.nan_to_num(last[at]), end, finishing[at]), np.inf)
        bound[at] = np.minimum(own, since)
        close[at] = since <= CLOSE
    return bound, close


def _spent(calendar: Hours, begin: Floats, end: Floats, finishing: Flags) -> Floats:
    """Time on duty between moments, and what somebody *finishing* what he has in hand stays for; of others, where an
    end lies off duty, the time since, at most half an hour."""
    inside = calendar.between(begin, end)
    stayed = end - np.maximum(begin, np.minimum(calendar.closed_until(end), end))
    late = np.where(finishing, inside + stayed, np.maximum(inside, np.minimum(end - begin, _OVERTIME)))
    spent: Floats = np.where(stayed > 0, late, inside)
    return spent


def _back(calendar: Hours, end: Floats, spent: Floats, finishing: Flags) -> Floats:
    """When work began that took what was *spent* until *end*."""
    left = np.minimum(calendar.closed_until(end), end)
    stayed = np.where(finishing, np.minimum(end - left, spent), 0.0)
    begin: Floats = np.where(stayed < spent, calendar.back(end, spent - stayed), end - spent)
    return begin


def _enabled(log: Log, blocks: tuple[Numbers, ...]) -> Floats:
    """When each step could have begun: when all that it has to come after in its case was over."""
    aside = ordered(log, blocks)
    found = np.full(int(log.row.max()) + 1, np.nan)
    found[log.row] = log.enabled
    found[aside.row] = aside.enabled
    enabled: Floats = found[log.row]
    return enabled
