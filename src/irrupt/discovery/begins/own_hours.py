"""The hours of single people, told by when they end work alone, and which steps were worked on in which hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people import calendars
from irrupt.discovery.people.after_hours import hours_but_for_the_last
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.kept_hours import kept_hours
from irrupt.discovery.people.teams import Teams
from irrupt.organisation import Calendar


def kept_by_ends(log: Log, works: Flags) -> dict[int, Calendar]:
    """Person -> the weekly hours that he keeps to the minute, as far as his ends of work tell."""
    found = {}
    at = np.flatnonzero(works & (log.person >= 0) & (not log.daily))
    for person, his in by_key(log.person, at).items():
        hours = kept_hours(log.end[his])
        if hours is not None:
            found[person] = hours
    return found


def finishers(log: Log, team: Ints, kept: dict[int, Calendar]) -> dict[int, Calendar]:
    """Person of a *team* (-1: none) -> the hours of somebody who finishes what he has in hand before he goes; *kept*:
    the hours of those who keep any with all that they do there (`kept_by_ends`).

    Where most of a team do so, those who are seen too rarely to tell keep the hours of who is seen most.
    """
    found: dict[int, Calendar] = {}
    at = np.flatnonzero((team >= 0) & ~np.isin(log.person, list(kept)) & (log.person >= 0))
    for person, his in by_key(log.person, at).items():
        hours = hours_but_for_the_last(log.end[his])
        if hours is not None:
            found[person] = hours
    for of_team in by_key(team, at).values():
        people = log.person[of_team]
        late = np.isin(people, list(found))
        if late.mean() > 0.5:
            busiest = found[int(np.bincount(people[late]).argmax())]
            found |= dict.fromkeys(np.unique(people[~late]).tolist(), busiest)
    return found


def spells_of(
    log: Log, teams: Teams, works: Flags, weekly: dict[int, Calendar], kept: dict[int, Calendar]
) -> Iterator[tuple[Ints, Hours]]:
    """Steps that are worked on in the same hours, and these: the person's own where he keeps any, else the team's."""
    own = np.isin(log.person, list(kept))
    for team, hours in weekly.items():
        yield np.flatnonzero(works & (teams.team == team) & ~own), calendars.hours(hours)
    for person, his in by_key(log.person, np.flatnonzero(works & own)).items():
        yield his, calendars.hours(kept[person])
