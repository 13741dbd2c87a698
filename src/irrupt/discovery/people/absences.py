"""Days on which somebody was away although his team worked: leave, told from the silence of his records.

Had he been there, a share of what his team did in these days would have been his. Days in a row without any of it, too
many for chance, are days away. They tell how few were there when queues were as long as recorded. Where most people are
away at times, they will be again, and as often; that of a few is no forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import by_key
from irrupt.discovery.log import Log
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.closures import days_off, in_a_row, repeated_days
from irrupt.discovery.people.workforce import Workforce
from irrupt.organisation.staff import Span
from irrupt.units import DAY, HOUR

_SURE = 20.0
"""Nats by which days in a row without his work must be too many to be chance,"""
_A_DAY = 6.0
"""and what one day counts at most: what somebody does varies more from day to day than chance."""
_ROUNDS = 2
_AHEAD = 5 * 52
"""Weeks for which days away that come again are written down."""
_ON_DUTY = HOUR
"""Seconds on duty from which a day tells."""


def learn(log: Log, team: Ints, worked: Flags, hours_of: Mapping[int, Hours]) -> dict[int, Floats]:
    """Person -> seconds from the origin to the begin of each day between his first and his last on which he was away.

    *team*: of each step; *hours_of*: the hours of those who are reckoned with, closed days left out.
    """
    at = np.flatnonzero(worked & (log.person >= 0) & (team >= 0))
    if log.daily or not len(at):
        return {}
    day = np.floor(log.end[at] / DAY).astype(np.int64)
    first = int(day.min())
    day, size = day - first, int(day.max()) - first + 1
    begins: Floats = (first + np.arange(size)).astype(float) * DAY
    done = np.zeros((int(team.max()) + 1, size))
    np.add.at(done, (team[at], day), 1.0)
    found, steps_of = {}, by_key(log.person[at], np.arange(len(at)))
    for person, hours in hours_of.items():
        mine = steps_of.get(person)
        if mine is None:
            continue
        own = np.bincount(day[mine], minlength=size).astype(float)
        all_of = done[np.unique(team[at[mine]])].sum(axis=0)
        seen = np.flatnonzero(own)
        there = (np.arange(size) > seen[0]) & (np.arange(size) < seen[-1])
        tells = there & (hours.between(begins, begins + DAY) >= _ON_DUTY)
        away = _away(own, all_of, tells)
        if away.any():
            found[person] = begins[away]
    return found


def noted(staff: Workforce, log: Log, team: Ints, worked: Flags) -> Workforce:
    """*staff* with the days on which each of them was away."""
    known = {number: log.people[number] for number in staff.hours_of if log.people[number] in staff.people}
    found = learn(log, team, worked, {number: staff.hours_of[number] for number in known})
    hours_of, there = dict(staff.hours_of), {}
    begin, end = (np.array([moment]) for moment in (log.since, log.span[1]))
    for number, begins in found.items():
        hours = staff.hours_of[number]
        hours_of[number] = hours._replace(closed=np.union1d(hours.closed, begins))
        there[known[number]] = float(hours_of[number].between(begin, end)[0] / hours.between(begin, end)[0])
    away = {known[number]: begins for number, begins in found.items()}
    return replace(staff, hours_of=hours_of, away=away, there=there)


def _away(own: Floats, all_of: Floats, tells: Flags) -> Flags:
    """The days that *tell* on which somebody was away who did *own* of *all_of* steps."""
    away = np.zeros(len(own), bool)
    silent = tells & (own == 0)
    for _round in range(_ROUNDS):
        usual = tells & ~away
        share = own[usual].sum() / max(all_of[usual].sum(), 1.0)
        if not 0 < share < 1:
            break
        chance = np.minimum(-np.log1p(-share) * all_of[tells], _A_DAY) * silent[tells]
        away[tells] = silent[tells] & (in_a_row(silent[tells], chance) > _SURE + np.log(max(tells.sum(), 1)))
    return away


def again(staff: Workforce) -> bool:
    """Whether most of *staff* are away at times, so that days away are to be expected again."""
    return 2 * len(staff.away) > len(staff.people)


def ahead(staff: Workforce, log: Log, origin: datetime) -> dict[str, tuple[Span, ...]]:
    """Person -> when he will be away after *origin*, a Monday without a zone, where that is to be expected."""
    if not again(staff):
        return {}
    return {name: days_off(repeated_days(begins, log, _AHEAD), origin) for name, begins in staff.away.items()}
