"""Who is there: crews that nobody of is on duty any more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from irrupt.organisation import dated
from irrupt.organisation.asked import Whose, asked_of_teams, comes_to, crews, guards_on
from irrupt.organisation.dated import Clock
from irrupt.organisation.hours import shared
from irrupt.organisation.model import Organisation
from irrupt.organisation.staff import Person

ANY: Whose = (None, None)
YEAR = 52
"""Weeks for which nobody is there before it is said that nobody ever is."""


def all_away(organisation: Organisation, crew: Iterable[str]) -> bool:
    """Whether all of a *crew* are absent whenever they have hours, in the year from the origin on."""
    members = [organisation.people[name] for name in crew]
    if not all(person.absent and person.calendar in organisation.calendars for person in members):
        return False
    try:
        clocks = [dated.clock_of(organisation, person) for person in members]
    except (KeyError, ValueError, TypeError):  # faults of their own
        return False
    return not any(clock.week(number) for clock in clocks for number in range(YEAR))


def meets(organisation: Organisation, person: Person, calendar: str) -> bool:
    """Whether any hours of *person* lie in those of a *calendar*, in the year from the origin on."""
    try:
        his, others = dated.clock_of(organisation, person), dated.calendar_clock(organisation, calendar)
    except (KeyError, ValueError, TypeError):  # faults of their own
        return True
    return any(shared(his.week(number), others.week(number)) for number in range(YEAR))


def left(organisation: Organisation, weeks: float) -> dict[tuple[str, str, Whose], datetime]:
    """Of each team with each activity that is asked of it, and in whose cases: when the last hours end of those who do
    it, where nobody of them has any until so many *weeks* are over, nor for a year after them. Of a team of which this
    holds for all that is asked of it, once, with the activity "". Moments are on the clock of the organisation.

    >>> from irrupt.engine.examples import counter
    >>> left(counter(), 13)
    {}
    """
    known: dict[frozenset[str], float] = {}
    found: dict[tuple[str, str, Whose], float] = {}
    asked = sorted(asked_of_teams(organisation))
    for team, activity in asked:
        guards = guards_on(organisation, team, activity)
        for whose, crew in crews(organisation, team, activity).items():
            if crew not in known:
                known[crew] = _last(organisation, crew, weeks)
            if math.isfinite(known[crew]) and comes_to(organisation, team, activity, whose, guards):
                found[team, activity, whose] = known[crew]
    for team in {team for team, _activity, _whose in found}:
        mine = {(team, activity, ANY) for one, activity in asked if one == team}
        if mine <= found.keys():
            last = max(found[one] for one in mine)
            found = {one: end for one, end in found.items() if one[0] != team} | {(team, "", ANY): last}
    begin = organisation.timeline.begin
    return {one: begin + timedelta(minutes=end) for one, end in sorted(found.items(), key=lambda item: item[0][:2])}


def _last(organisation: Organisation, crew: Iterable[str], weeks: float) -> float:
    """The minute from which on nobody of *crew* is there up to the end of *weeks* and a year after; infinite: somebody
    is."""
    people = [organisation.people[name] for name in crew]
    if not all(one.absent or organisation.calendars[one.calendar].closed for one in people):
        return math.inf
    end, last = math.ceil(weeks), 0.0 if people else math.inf
    for one in people:
        clock = dated.clock_of(organisation, one)
        if any(clock.week(number) for number in range(end, end + YEAR)):
            return math.inf
        last = max(last, _end(clock, end))
    return last


def _end(clock: Clock, weeks: int) -> float:
    """When the last hours of *clock* in so many *weeks* end, in minutes; 0: there are none."""
    hours: Sequence[tuple[int, int]] = ()
    for number in reversed(range(weeks)):
        if hours := clock.week(number):
            return float(hours[-1][1])
    return 0.0
