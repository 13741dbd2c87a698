"""In which hours steps were worked on, where people keep any or starts are estimated; which come by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle import Chronicle, Legend
from irrupt.ledgers import Duty, OnDuty, TeamHours
from irrupt.organisation.dated import NEVER, Clock
from irrupt.organisation.hours import joined
from irrupt.sight.phases import changes_of_hours

if TYPE_CHECKING:
    from irrupt.discovery.begins.starts import Bounds
    from irrupt.discovery.log import Log
    from irrupt.organisation import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """The hours within which time of work was estimated, and the steps that nobody works on."""

    by_itself: Flags
    """Per event: nobody works on it, so that it does not wait for anybody."""
    on_duty: OnDuty = field(default_factory=dict)
    team_hours: TeamHours = field(default_factory=dict)
    """The hours in which a team's steps are worked on, where these are not those of whoever does them; never, where
    people of other teams keep hours, but not its own: then steps tell what is done outside office hours, not time."""
    there: TeamHours = field(default_factory=dict)
    """The hours in which anybody of a team is there."""
    origin: datetime = datetime(1970, 1, 5)
    """The Monday since which hours are counted, on the clock of the organisation."""

    def on(self, legend: Legend) -> Assumed:
        """The same, with hours counted from the origin of *legend*."""
        weeks = (legend.timeline.begin - self.origin) // timedelta(weeks=1)
        clocks = [*(one.clock for one in self.on_duty.values()), *self.team_hours.values(), *self.there.values()]
        if not weeks or not any(clock.dated for clock in clocks):
            return self
        return replace(
            self,
            on_duty={name: replace(one, dated=one.clock.later(weeks).dated) for name, one in self.on_duty.items()},
            team_hours={name: clock.later(weeks) for name, clock in self.team_hours.items()},
            there={name: clock.later(weeks) for name, clock in self.there.items()},
            origin=legend.timeline.begin,
        )

    def marked(self, chronicle: Chronicle) -> Chronicle:
        """*chronicle*, of the same events, where steps that nobody works on wait in no queue."""
        ready = pl.when(pl.Series(self.by_itself)).then(pl.coalesce("start", "end")).alias("ready")
        return chronicle.with_events(chronicle.events.with_columns(ready))


NOTHING_ASSUMED = Assumed(by_itself=np.zeros(0, bool))
"""Of records that have start times of people who keep no hours, or whose start times cannot be estimated."""
Spells = tuple[tuple[float, "Calendar"], ...]
"""From when on, in seconds since the origin, somebody keeps which hours; the first since ever."""
_SELDOM, _NEAR = 0.01, 60.0
"""Share of somebody's steps that may begin outside his hours, by more seconds than so many."""
_MOSTLY = 0.5
"""Share of a team's steps that people do whose hours are known, from which on these are the hours of the team."""
_NEARLY_ALL = 0.95
"""Share of the steps of all, or of a team, of which it must be known who did them in which hours, for these to be gone
by: a few people of many seem to keep hours by chance."""


def kept(chronicle: Chronicle) -> Assumed:
    """The hours that people keep to the minute, in teams in which nearly all do, else those that teams keep as a whole,
    where all do; all time for which others have steps in hand is work of theirs. `NOTHING_ASSUMED` where there are no
    such teams.

    Without them, work that is left in the evening and taken up in the morning counts as work by night.
    """
    found = _kept(chronicle)
    events = chronicle.events
    if found.there or events["team"].null_count() == events.height:
        return found
    whole = _kept(chronicle.with_events(events.with_columns(pl.col("team").alias("resource"))))
    if not whole.there:
        return found
    theirs = {name: clock for name, clock in whole.there.items() if not found.on_duty or name in found.team_hours}
    return replace(whole, on_duty=found.on_duty, team_hours=theirs)


def _kept(chronicle: Chronicle) -> Assumed:
    """The same by what people keep alone."""
    from irrupt.discovery.begins.starts import bounded, weekly_hours
    from irrupt.discovery.keys import by_key

    bounds = bounded(chronicle)
    log, (start, end) = bounds.log, _recorded(chronicle, bounds.log)
    # what ends alone do not tell to be work, as what a case begins with, is known to be some where it has a start
    lasts = (log.person >= 0) & (bounds.teams.team >= 0) & ~log.acts[log.activity] & (end > start)
    works = bounds.works | lasts
    bounds = replace(bounds, works=works, weekly=weekly_hours(log, bounds.teams, works) if works.any() else {})
    hours = _with_begins(bounds, start, end)
    # ends alone may seem to tell that somebody stays: not of whom hours that begins tell as well hold all ends
    ends_of = {who: end[at] for who, at in by_key(log.person, np.flatnonzero(works)).items()}
    goes = [who for who, his in hours.items() if _hold(his, ends_of[who])]
    stays = bounds.finishing & ~np.isin(log.person, goes)
    own = np.isin(log.person, list(hours)) & ~stays
    told = _told(bounds, own)
    if not told.any():
        return NOTHING_ASSUMED
    clocks = {who: _clock(his) for who, his in hours.items()}
    found = assumed(chronicle, replace(bounds, finishing=stays), clocks)
    if told[works].all():
        return replace(found, team_hours={}, there=_with_members(bounds, clocks))
    there = _with_members(replace(bounds, works=told), clocks)
    each, his = (np.bincount(log.person[at & (log.person >= 0)], minlength=len(log.people)) for at in (works, told))
    people = {log.people[who] for who in np.flatnonzero(2 * his > each).tolist()}
    return replace(
        found,
        on_duty={name: duty for name, duty in found.on_duty.items() if name in people},
        team_hours=dict.fromkeys((name for name in log.teams if name not in there), NEVER),
        there={},
    )


def _told(bounds: Bounds, own: Flags) -> Flags:
    """Steps worked on by teams nearly all of whose steps are done in hours of people's *own*; all, where that holds of
    all together."""
    works, team = bounds.works, np.maximum(bounds.teams.team, 0)
    if not works.any() or own[works].mean() >= _NEARLY_ALL:
        return works
    each = np.bincount(team[works], minlength=len(bounds.teams.names))
    theirs = np.bincount(team[works & own], minlength=len(each)) >= _NEARLY_ALL * each
    told: Flags = works & theirs[team]
    return told


def _clock(spells: Spells) -> Clock:
    """The hours of somebody from the origin on."""
    found = Clock(spells[0][1].hours)
    for since, calendar in spells[1:]:
        found = found.until(round(since / 60.0), Clock(calendar.hours))
    return found


def _with_members(bounds: Bounds, hours: Mapping[int, Clock]) -> TeamHours:
    """Recorded team -> the hours of those who do more than a few of its steps, together."""
    log, works = bounds.log, bounds.works & (bounds.log.team >= 0)
    steps = np.zeros((len(log.teams), len(log.people)))
    np.add.at(steps, (log.team[works], log.person[works]), 1.0)
    own = {team: np.flatnonzero(some > _SELDOM * some.sum()).tolist() for team, some in enumerate(steps)}
    return {
        log.teams[team]: _of_all([hours[who] for who in members if who in hours])
        for team, members in own.items()
        if any(who in hours for who in members)
    }


def _of_all(clocks: Sequence[Clock]) -> Clock:
    """The hours in which any of several is there."""
    weeks = range(max(len(one.dated) for one in clocks))
    return Clock(
        joined(span for one in clocks for span in one.weekly),
        tuple(joined(span for one in clocks for span in one.week(number)) for number in weeks),
    )


def _recorded(chronicle: Chronicle, log: Log) -> tuple[Floats, Floats]:
    """When each step of *log* began and ended as *chronicle* says; nan where it does not."""
    start, end = (log.on_clock(chronicle.events[name]).to_numpy()[log.row] for name in ("start", "end"))
    return start, end


def _with_begins(bounds: Bounds, start: Floats, end: Floats) -> dict[int, Spells]:
    """Person -> the hours that the ends of his work tell, if he begins it within them, too; else those that begins and
    ends tell together, as what he did before his hours is work as well. Whoever keeps none is left out."""
    from irrupt.discovery.keys import by_key

    log = bounds.log
    records = log.span[1] - log.span[0]
    found: dict[int, Spells] = {}
    works = np.flatnonzero(bounds.works & (log.person >= 0) & np.isfinite(start) & np.isfinite(end))
    for who, at in by_key(log.person, works).items():
        told = _by_spells(start[at], end[at])
        if told:
            found[who] = told
        elif (always := _held(bounds.kept.get(who), start[at], end[at], records)) is not None:
            found[who] = ((-np.inf, always),)
    return found


def _by_spells(start: Floats, end: Floats) -> Spells:
    """The hours of somebody that become others, told by each spell alone; none where they never do, or he keeps none in
    one of them."""
    from irrupt.discovery.people.kept_hours import kept_hours

    found: list[tuple[float, Calendar]] = []
    for since, until in pairwise([-np.inf, *changes_of_hours(np.concatenate([start, end])), np.inf]):
        if np.isinf(since) and np.isinf(until):
            break
        within = (start >= since) & (end < until)
        told = _held(kept_hours(end[within]), start[within], end[within])
        if told is None:
            return ()
        found.append((since, told))
    return tuple(found)


def _held(told: Calendar | None, start: Floats, end: Floats, records: float = np.inf) -> Calendar | None:
    """The hours *told* by ends of work if it begins (*start*) within them, else those told by both; None where it does
    not begin within these either. *records*: how long they go."""
    from irrupt.discovery.people.kept_hours import Pieces, are_few, kept_hours

    if told is None and are_few(records):
        told = kept_hours(end, records=records)
    if told is not None and _holds(told, start):
        return told
    again = kept_hours(np.concatenate([start, end]), Pieces(start, end), records=records)
    return again if again is not None and _holds(again, start) else None


def _holds(calendar: Calendar, moments: Floats) -> bool:
    """Whether hardly any of the *moments* of somebody's work lie outside his hours."""
    from irrupt.discovery.people.calendars import hours

    outside = hours(calendar).between(moments - _NEAR, moments + _NEAR) <= 0.0
    return not len(moments) or bool(outside.mean() <= _SELDOM)


def _hold(spells: Spells, moments: Floats) -> bool:
    """The same of hours that become others."""
    edges = [since for since, _calendar in spells]
    spell = np.searchsorted(edges, moments, "right") - 1
    return all(_holds(calendar, moments[spell == at]) for at, (_since, calendar) in enumerate(spells))


def assumed(chronicle: Chronicle, bounds: Bounds, kept_by: Mapping[int, Clock] | None = None) -> Assumed:
    """What discovery takes for granted where *chronicle*, in which each event has an end, has no start times.

    *kept_by*: the hours of each person who keeps his own, where they are known better than by ends of work alone.
    """
    log, found, works = bounds.log, bounds.teams, bounds.works
    by_itself = np.zeros(chronicle.events.height, bool)
    if not works.any():
        return Assumed(by_itself=by_itself)
    nobody = ~works & ~log.acts[log.activity]
    nobody[log.begin] = False
    by_itself[log.row] = nobody
    weekly = {team: Clock(calendar.hours) for team, calendar in bounds.weekly.items()}
    finishing = set(log.person[bounds.finishing].tolist())
    known = {who: Clock(calendar.hours) for who, calendar in bounds.kept.items()} if kept_by is None else kept_by
    own = {person: clock for person, clock in known.items() if person not in finishing}
    of_team = _usual(log.team[works], found.team[works])
    of_person = _usual(log.person[works], found.team[works])
    there = _anybody(bounds, own)
    of_teams = {log.teams[team]: weekly[own] for team, own in of_team.items()}
    return Assumed(
        by_itself=by_itself,
        on_duty={log.people[who]: _duty(own.get(who, weekly[team])) for who, team in of_person.items()},
        team_hours=of_teams,
        there={log.teams[team]: there[own] for team, own in of_team.items()},
        origin=log.origin,
    )


def _anybody(bounds: Bounds, own: Mapping[int, Clock]) -> dict[int, Clock]:
    """The hours in which anybody of each team is there: those that its people keep of their *own*, as what is seen of
    all together leaves out hours in which little comes to be done; and what is seen, where others do most steps."""
    log, works = bounds.log, bounds.works & (bounds.log.person >= 0)
    team, person = bounds.teams.team[works], log.person[works]
    found = {}
    for number, calendar in bounds.weekly.items():
        who, steps = np.unique(person[team == number], return_counts=True)
        members = [at for at in range(len(who)) if int(who[at]) in own and steps[at] > _SELDOM * steps.sum()]
        clocks = [own[int(who[at])] for at in members]
        every = np.count_nonzero(bounds.teams.team[bounds.works] == number)
        if steps[members].sum() < _MOSTLY * every:
            clocks.append(Clock(calendar.hours))
        found[number] = _of_all(clocks)
    return found


def _duty(clock: Clock) -> Duty:
    return Duty(teams=(), hours=clock.weekly, dated=clock.dated)


def _usual(who: Ints, team: Ints) -> dict[int, int]:
    """Whoever is recorded (a team, or a person) -> the team that does most of his steps; the first of equals."""
    who, team = who[who >= 0], team[who >= 0]
    size = int(team.max(initial=0)) + 1
    pairs, count = np.unique(who * size + team, return_counts=True)
    whose, own = np.divmod(pairs, size)
    order = np.lexsort((own, -count, whose))
    first = np.flatnonzero(np.diff(whose[order], prepend=-1))
    return {int(whose[order[at]]): int(own[order[at]]) for at in first}
