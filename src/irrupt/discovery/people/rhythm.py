"""How often an activity is done in each hour of the week, as a calendar in which delays pass.

Results come in the early morning, orders are entered in the evening, some at any hour. A calendar that knows only on or
off tells such a thing badly. So an hour in which something is done a third as often as in the busiest one is open for a
third of it, beside the busier of its neighbours: where delays pass in these hours, that many end in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import HOURS, Log
from irrupt.discovery.people.calendars import Hours, intervals_of_minutes
from irrupt.organisation import Calendar
from irrupt.units import HOUR, WEEK

_FEWEST = 100
"""Times that an activity must be done for its rhythm to be looked at."""
_LIKE_OTHERS = 60.0
"""Times that hours count for as they are on days of the same kind."""
_FEWEST_WEEKS = 2.0
_ROUND = 5.0
"""Minutes to which hours are rounded that are open for longer."""


class Rhythm(NamedTuple):
    """How often something is done in each hour of the week, as hours in which its share of the time counts."""

    calendar: Calendar
    hours: Hours
    first: Hours
    """The same as told by every second case alone,"""
    second: Hours
    """and by the others."""


def learn(log: Log, activities: Collection[int]) -> Mapping[int, Rhythm]:
    """Activity -> its rhythm, for those of *activities* that are done often enough."""
    found = {activity: of(log, log.activity == activity) for activity in sorted(activities)}
    return {activity: one for activity, one in found.items() if one is not None}


def of(log: Log, done: Flags) -> Rhythm | None:
    """The rhythm of the steps that are *done*; None: they are too few."""
    at = np.flatnonzero(done)
    if log.daily or log.span[1] - log.span[0] < _FEWEST_WEEKS * WEEK or len(at) < _FEWEST:
        return None
    hour, half = (log.end[at] % WEEK // HOUR).astype(np.int64) % HOURS, halves(log.case[at])
    whole, *parts = (shares(hour[these]) for these in (np.ones(len(at), bool), half, ~half))
    return Rhythm(calendar(whole), *(as_hours(told) for told in (whole, *parts)))


def halves(case: Ints) -> Flags:
    """Every second case."""
    even: Flags = case % 2 == 0
    return even


def shares(hour: Ints) -> Floats:
    """How often something is done in each hour of the week, as a share of the busiest, in whole minutes; few times tell
    less of single hours than of the days of their kind."""
    counts = np.bincount(hour, minlength=HOURS).astype(float).reshape(7, 24)
    usual = np.zeros((7, 24))
    for days in (slice(0, 5), slice(5, 7)):
        kind = counts[days]
        usual[days] = kind.sum(axis=1, keepdims=True) * kind.sum(axis=0) / max(float(kind.sum()), 1.0)
    told = counts + _LIKE_OTHERS * usual / max(float(usual.sum()), 1.0)
    minutes = 60.0 * told.ravel() / max(float(told.max()), 1e-12)
    found: Floats = np.where(minutes < _ROUND, np.round(minutes), _ROUND * np.round(minutes / _ROUND)) / 60.0
    return found


def as_hours(often: Floats) -> Hours:
    """Hours in each of which its share of the time counts."""
    edges: Floats = np.arange(HOURS + 1, dtype=np.float64) * HOUR
    return Hours(edges, np.append(0.0, np.cumsum(often)) * HOUR)


def calendar(often: Floats) -> Calendar:
    """Hours of which only their share is open, beside the busier of their neighbours."""
    minutes = np.round(60.0 * often).astype(np.int64)
    on = np.zeros((HOURS, 60), bool)
    for hour in range(HOURS):
        late = often[(hour + 1) % HOURS] > often[hour - 1]
        on[hour, 60 - minutes[hour] :] = late
        on[hour, : minutes[hour]] |= not late
    return Calendar(hours=intervals_of_minutes(on.ravel()))
