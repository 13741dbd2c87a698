"""When people are on duty: as it is given, and as the compiled loops read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import Legend
from irrupt.lately import Lately
from irrupt.organisation.dated import NEVER, Clock, clock_of, organising_clock
from irrupt.organisation.model import Organisation
from irrupt.units import WEEK

Weekly = tuple[tuple[int, int], ...]
"""Weekly hours in minutes from Monday 00:00, as in `Calendar`."""
Weeks = tuple[Weekly, ...]

OFFICE: Weekly = tuple((day * 1440 + 9 * 60, day * 1440 + 17 * 60) for day in range(5))
"""Office hours: Monday to Friday, 09:00 to 17:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """When somebody is on duty, and for which teams."""

    teams: tuple[str, ...]
    hours: Weekly
    at_once: int = 1
    """How many steps he can have in hand: his hours count that many times."""
    pay: float | None = None
    """What an hour is paid; None: not known."""
    dated: Weeks = ()
    """Hours of each of the first weeks, in minutes since the origin, where these are not all as usual."""
    organising: Clock = NEVER
    """Hours in addition that he spends on rules."""
    finishes: frozenset[str] = frozenset()
    """Those of his teams in which what is begun is finished beyond his hours."""

    @property
    def clock(self) -> Clock:
        """His hours from the origin on."""
        return Clock(self.hours, self.dated)


OnDuty = Mapping[str, Duty]
"""Person -> when he is on duty."""

TeamHours = Mapping[str, Clock]
"""Team -> hours in which its steps are worked on, by whomever: taken where they are known better than people's own."""


def on_duty(organisation: Organisation) -> dict[str, Duty]:
    """Person -> when he is on duty, as the rules of *organisation* have it."""
    found = {}
    for name, person in organisation.people.items():
        clock = clock_of(organisation, person)
        found[name] = Duty(
            teams=person.teams,
            hours=clock.weekly,
            at_once=person.at_once,
            pay=person.pay,
            dated=clock.dated,
            organising=organising_clock(organisation, person),
            finishes=frozenset(team for team in person.teams if organisation.teams[team].at_end == "finishes"),
        )
    return found


def turned(before: OnDuty, after: OnDuty, moment: float) -> OnDuty:
    """On duty as in *after*, and up to *moment* (seconds since the origin, to the minute) as it was *before*: the work
    on a step that is in hand then is counted in the hours of both. Who is gone does what he has in hand in the hours
    that he had, but is in no team any more, and none of his hours are offered.

    >>> ann = {"Ann": Duty(teams=("Desk",), hours=((480, 600),))}
    >>> turned(ann, {"Ann": Duty(teams=("Desk",), hours=((480, 660),))}, 86400.0)["Ann"].clock.week(0)
    ((480, 600),)
    >>> turned(ann, {}, 86400.0)["Ann"].at_once
    0
    """
    minute = round(moment / 60.0) if moment > 0.0 else 0
    found = dict(after)
    for name, was in before.items():
        if name in after:
            clock = was.clock.until(minute, after[name].clock)
            found[name] = replace(after[name], dated=clock.dated)
        elif minute > 0:
            found[name] = replace(was, teams=(), at_once=0, organising=NEVER, finishes=frozenset())
    return after if found == after else found


class Dated(NamedTuple):
    """Hours of the first weeks, of all whose hours are not as usual in all of these."""

    bounds: Floats
    """(stretches, 2): begin and end of each, in seconds since the origin."""
    whose: Ints
    """(stretches): the number of each."""
    slices: Ints
    """The weeks of number n are rows `slices[n]` to `slices[n + 1] - 1` of *weeks*; the last row is their end. No rows:
    all weeks are as usual."""
    weeks: Ints
    """The first stretch of each."""


class Hours(NamedTuple):
    """Weekly hours of all people of a legend, then of all its teams; none where they are not known."""

    people: int
    """How many people: team t is number *people* + t."""
    bounds: Floats
    """(stretches, 2): begin and end of each, in seconds of the week."""
    slices: Ints
    """The stretches of number n are rows `slices[n]` to `slices[n + 1]` of *bounds*."""
    per_week: Floats
    """Seconds on duty in a week."""
    first: Ints
    """(numbers, 168): the first stretch that ends after the begin of each hour of the week, or one past the last."""
    dated: Dated
    finishes: Flags
    """(teams): where what is begun is finished beyond hours, all time of a step is work."""

    def everybody(self, begin: float, end: float) -> Floats:
        """Seconds on duty between two moments, of each number."""
        seconds: Floats = self._until(end) - self._until(begin)
        return seconds

    def _until(self, moment: float) -> Floats:
        """Seconds on duty from the origin to *moment*: in the first weeks as these are, behind them as usual."""
        special = np.maximum(np.diff(self.dated.slices) - 1, 0) * WEEK
        on, off = self.dated.bounds.T
        seconds = np.bincount(self.dated.whose, np.clip(moment - on, 0.0, off - on), minlength=len(special))
        moments = np.full(len(special), moment)
        return seconds + self._usual(moments) - self._usual(np.clip(moments, 0.0, special))

    def _usual(self, moments: Floats) -> Floats:
        """Seconds on duty from the origin to a moment for each number, if all weeks were as usual."""
        on, off = self.bounds.T
        whose = np.repeat(np.arange(len(moments)), np.diff(self.slices))
        weeks, rest = np.divmod(moments, WEEK)
        inside = np.clip(rest[whose] - on, 0.0, off - on)
        seconds: Floats = weeks * self.per_week + np.bincount(whose, inside, minlength=len(moments))
        return seconds


def hours_known(
    legend: Legend, on_duty: OnDuty | None = None, teams: TeamHours | None = None, *, within: Weekly | None = None
) -> Hours:
    """The hours of everybody in *legend*, or only their part that lies *within* other weekly hours.

    >>> from datetime import datetime, timezone
    >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=(), activities=(), teams=("Desk",),
    ...                 people=("Ann",))
    >>> hours = hours_known(legend, {"Ann": Duty(teams=("Desk",), hours=((480, 600),))}, within=OFFICE)
    >>> hours.per_week.tolist(), hours.everybody(0.0, 86400.0).tolist()
    ([3600.0, 0.0], [3600.0, 0.0])
    """
    return _LATELY.of((legend, on_duty, teams), lambda: _known(legend, on_duty or {}, teams or {}, within), within)


_LATELY = Lately[Hours](most=64)


def _known(legend: Legend, people: OnDuty, of_team: TeamHours, within: Weekly | None) -> Hours:
    clocks = [people[name].clock if name in people else Clock(()) for name in legend.people]
    clocks += [of_team.get(name, NEVER) for name in legend.teams]
    finishing = {team for duty in people.values() for team in duty.finishes} if within is None else set()
    return _table(len(legend.people), tuple(clocks), tuple(name in finishing for name in legend.teams), within)


@lru_cache(maxsize=32)
def _table(people: int, clocks: tuple[Clock, ...], finishes: tuple[bool, ...], within: Weekly | None) -> Hours:
    """Kept, since replications ask for the same again; nobody writes into it."""
    if within is not None:
        clocks = tuple(_common(one, Clock(within)) for one in clocks)
    weekly = [one.weekly for one in clocks]
    slices = np.cumsum([0, *(len(one) for one in weekly)], dtype=np.int64)
    first = np.empty((len(weekly), 168), np.int64)
    per_week = []
    for number, one in enumerate(weekly):
        bounds = np.array(one, np.int64).reshape(-1, 2)
        first[number] = slices[number] + np.searchsorted(bounds[:, 1], 60 * np.arange(168), "right")
        per_week.append(60.0 * (bounds[:, 1] - bounds[:, 0]).sum())
    return Hours(
        people=people,
        bounds=_seconds(stretch for one in weekly for stretch in one),
        slices=slices,
        per_week=np.array(per_week, np.float64),
        first=first,
        dated=_dated(clocks),
        finishes=np.array(finishes, np.bool_),
    )


def _dated(clocks: Sequence[Clock]) -> Dated:
    """The first weeks of those of *clocks* for whom they are not as usual."""
    slices, weeks, whose, stretches = [0], list[int](), list[int](), list[tuple[int, int]]()
    for number, clock in enumerate(clocks):
        for week in (*clock.dated, ()) if clock.dated else ():
            weeks.append(len(stretches))
            stretches += week
            whose += [number] * len(week)
        slices.append(len(weeks))
    return Dated(
        bounds=_seconds(stretches),
        whose=np.array(whose, np.int64),
        slices=np.array(slices, np.int64),
        weeks=np.array(weeks, np.int64),
    )


def _seconds(stretches: Iterable[tuple[int, int]]) -> Floats:
    return 60.0 * np.fromiter(chain.from_iterable(stretches), np.float64).reshape(-1, 2)


def _common(one: Clock, other: Clock) -> Clock:
    """The stretches that two share; all weeks of the *other* are as usual."""
    return Clock(
        _shared(one.weekly, other.weekly, 0),
        tuple(_shared(week, other.weekly, number) for number, week in enumerate(one.dated)),
    )


@lru_cache(maxsize=8192)
def _shared(week: Weekly, other: Weekly, number: int) -> Weekly:
    """What the *week* of a number shares with *other* hours, those of every week. Kept, since of the weeks of a run
    only the latest is another where hours change."""
    hours = Clock(other).week(number)
    return tuple((max(a, c), min(b, d)) for a, b in week for c, d in hours if max(a, c) < min(b, d))
