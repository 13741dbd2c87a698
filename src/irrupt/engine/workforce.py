"""People, their teams and hours, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from irrupt.engine.columns import ragged
from irrupt.engine.layout import CALENDAR, HOURS, MEMBER, PERSON, Records, records
from irrupt.engine.streams import key_of
from irrupt.organisation.dated import Clock, calendar_clock, clock_of
from irrupt.organisation.model import Choice, Organisation

LONG = 16
"""A team with more members than this keeps a line of those who are idle."""
CHOICES = get_args(Choice)
"""In the order of their codes in `layout`."""


def crews(organisation: Organisation, teams: Sequence[str], names: Sequence[str]) -> list[list[int]]:
    """The members of each team, as numbers in *names*."""
    found: dict[str, list[int]] = {team: [] for team in teams}
    for number, name in enumerate(names):
        for team in set(organisation.people[name].teams):
            found[team].append(number)
    return list(found.values())


def lines_up(organisation: Organisation, team: str, crew: Sequence[str]) -> bool:
    """Whether a line of the idle members of *team* is kept."""
    at_once = all(organisation.people[name].at_once == 1 for name in crew)
    return len(crew) > LONG and organisation.teams[team].choice == CHOICES[0] and at_once


def workforce(
    organisation: Organisation, teams: Sequence[str], names: Sequence[str], calendars: Sequence[str]
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about people, their teams and hours."""
    people = [organisation.people[name] for name in names]
    begin_of_teams, team_at = ragged([sorted({teams.index(team) for team in person.teams}) for person in people])
    _begin, member_at = ragged(crews(organisation, teams, names))
    clocks = [calendar_clock(organisation, name) for name in calendars]
    absent = [person for person in people if person.absent]
    of_people = iter(range(len(clocks), len(clocks) + len(absent)))
    own = [next(of_people) if person.absent else calendars.index(person.calendar) for person in people]
    whose = np.array(own, dtype=np.int64)
    hours, found = hours_of([*clocks, *(clock_of(organisation, person) for person in absent)])
    return {
        "member_at": member_at,
        "members": records(
            MEMBER, len(team_at), team=team_at, person=np.repeat(np.arange(len(people)), np.diff(begin_of_teams))
        ),
        "people": records(
            PERSON,
            len(people),
            key=np.array([key_of("person", name) for name in names], dtype=np.uint64),
            speed=[person.speed for person in people],
            at_once=[person.at_once for person in people],
            team_begin=begin_of_teams[:-1],
            team_end=begin_of_teams[1:],
            **{name: found[name][whose] for name in CALENDAR.names or ()},
        ),
        "calendars": found[: len(calendars)],
        "hours": hours,
    }


def hours_of(clocks: Sequence[Clock]) -> tuple[Records, Records]:
    """All hours of *clocks*, and where in them those of each stand."""
    spans = [[*clock.dated, clock.week(len(clock.dated))] for clock in clocks]
    begin, minutes = ragged([[minute for week in weeks for pair in week for minute in pair] for weeks in spans])
    places = records(CALENDAR, len(clocks), hours_begin=begin[:-1] // 2, hours_end=begin[1:] // 2)
    places["hours_cycle"] = places["hours_end"] - np.array([len(clock.weekly) for clock in clocks], dtype=np.int32)
    seconds = minutes * 60.0
    return records(HOURS, len(seconds) // 2, begin=seconds[0::2], end=seconds[1::2]), places
