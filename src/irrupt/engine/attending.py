"""Whom a team has at which hours: somebody of several teams may take up the work of one of them at hours of that team
only. What he has begun he goes on with in all of his hours.

At those moments the rules of a run are exchanged for others in which he is at no desk of that team; all else is shared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from irrupt.engine import forms
from irrupt.engine.tables import Away, Tables
from irrupt.engine.workforce import may_go_straight_on
from irrupt.organisation.dated import Clock, calendar_clock
from irrupt.organisation.hours import WEEK_MINUTES


class Attendance:
    """Who is at which of his teams in a run, under *rules* from *now* (seconds since the origin) on.

    `next` is when that is another; infinite: never.
    """

    def __init__(self, rules: Tables, now: float) -> None:
        self._clocks = _clocks(rules)
        self._meet(now)

    def _meet(self, now: float) -> None:
        minute = math.floor(now / 60.0)
        self.away: Away = frozenset(who for who, clock in self._clocks.items() if not _open(clock, minute))
        self.next = min((_turns(clock, minute) for clock in self._clocks.values()), default=math.inf) * 60.0

    def values(self) -> dict[str, Any]:
        """What a run that is put down keeps of it, as plain values."""
        return {"away": sorted(map(list, self.away)), "next": self.next}

    @classmethod
    def taken_up(cls, rules: Tables, told: Mapping[str, Any]) -> Attendance:
        """The attendance of which *told* are the `values`."""
        found = cls(rules, 0.0)
        found.away, found.next = frozenset((name, team) for name, team in told["away"]), float(told["next"])
        return found

    def review(self, *, over: bool) -> None:
        """What is `next` has come. *over*: no case is left, and none will come."""
        self._meet(self.next)
        if over:
            self.next = math.inf

    def wake(self, now: float) -> None:
        """Cases come *now*, though none were expected any more."""
        if math.isinf(self.next):
            self._meet(now)


def begun(rules: Tables, now: float) -> Attendance | None:
    """The attendance under *rules* from *now* on; None: nobody works for a team at hours of its own only."""
    kept = any(person.team_hours for person in rules.organisation.people.values())
    return Attendance(rules, now) if kept else None


def on(attendance: Attendance | None, rules: Tables) -> Tables:
    """*rules* with whoever is there now."""
    return attended(rules, attendance.away) if attendance is not None and attendance.away else rules


def _clocks(rules: Tables) -> dict[tuple[str, str], Clock]:
    organisation = rules.organisation
    return {
        (name, team): calendar_clock(organisation, calendar)
        for name, person in sorted(organisation.people.items())
        for team, calendar in sorted(person.team_hours.items())
    }


def _open(clock: Clock, minute: int) -> bool:
    return any(begin <= minute < until for begin, until in clock.week(minute // WEEK_MINUTES))


def _turns(clock: Clock, minute: int) -> float:
    """The first minute after *minute* at which hours of *clock* begin or end; infinite: none do any more."""
    return next((edge for edge in _edges(clock, minute // WEEK_MINUTES) if edge > minute), math.inf)


def _edges(clock: Clock, week: int) -> Iterator[int]:
    """When hours begin and end, from a *week* on, as long as any differ from the week before."""
    for number in range(week, max(week, len(clock.dated)) + 2):
        for hours in clock.week(number):
            yield from hours


@lru_cache(maxsize=256)
def attended(rules: Tables, away: Away) -> Tables:
    """*rules* under which those who are *away* from a team are at none of its desks. Kept, since hours come round."""
    desk_of = np.array(rules.ties.desks.teams)
    number = {name: at for at, name in enumerate(rules.people)}
    gone = np.zeros((len(rules.people), len(rules.desks)), bool)
    for name, team in away:
        gone[number[name], desk_of == team] = True
    found = rules.rules
    members, people, teams = found.members, found.people.copy(), found.teams.copy()
    there = ~gone[members["person"], members["team"]]
    ends = np.append(0, np.cumsum(there))
    people["team_begin"], people["team_end"] = ends[people["team_begin"]], ends[people["team_end"]]
    of_desk = np.repeat(np.arange(len(teams)), teams["member_end"] - teams["member_begin"])
    stays = ~gone[found.member_at, of_desk]
    ends = np.append(0, np.cumsum(stays))
    teams["member_begin"], teams["member_end"] = ends[teams["member_begin"]], ends[teams["member_end"]]
    parts = {"members": members[there], "people": people, "teams": teams, "member_at": found.member_at[stays]}
    parts["straight"] = may_go_straight_on(found._asdict() | parts)
    return replace(rules, rules=forms.RULES(found._replace(**parts)), away=away)
