"""What is let go at set moments of the week: payments on Thursdays at nine, lorries on Tuesdays and Fridays.

Between when a case could go on and when work on it began, one of these moments always lies, also where somebody had
time before. Where waits are short and none is without such a moment, chance does not make it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.people.calendars import hours
from irrupt.discovery.procedure import Symbols
from irrupt.discovery.times.delays import AT_ONCE, seen_of
from irrupt.discovery.times.shared_delays import Delay, Moments, hours_matter
from irrupt.organisation import Calendar
from irrupt.units import WEEK

MOMENTS, ENDS = "moments of ", "ends of "
"""What calendars of such moments are called, before the activity: of what is let go at the next of them, and of what
ends at one of them, next or not."""
_FEWEST = 50
"""Times that something must be begun."""
_MOST = 21
"""Moments of a week: three a day."""
_STRAY = 0.01
"""Share of times that may go without a moment."""
_TELLING = 20
"""Waits of less than half of what lies between two moments, all of them over such a moment."""
_UNLIKE = 2
"""Minutes of the week in which cases could go on, for each moment: what always comes at set times goes at set times."""
_LEFT = 0.03
"""Share of times, at least, that somebody had time before. Whoever is there for it alone, on one day of the week, has
time only for what comes on that day, when he is through with all that waited."""
_OPEN = 10
"""Minutes for which the moment at which most ends counts; others for less."""
_MINUTES = round(WEEK / 60.0)
_ONE_MINUTE = 60.0


def mark(findings: Findings, moments: Moments, delays: Sequence[Delay]) -> tuple[dict[str, str], dict[str, Calendar]]:
    """The *delays* before what is let go at set moments of the week, or done at them by itself, which are marked so:
    the calendar of each, by name, and these calendars. What always ends at one of them, though not at the next, is told
    to pass in these."""
    log, known, begins_told = findings.log, findings.known, findings.begins_told
    told = (one for one in delays if (begins_told or not known.worked[one.symbol]) and one.of_one(known))
    before = _by_activity(known, told if not log.daily else ())
    hours_of, calendars = {}, {}
    for activity, some in before.items():
        at = np.concatenate([delay.steps for delay in some])
        if known.worked[known.of_step[at]].any():  # who had time for it is seen where all that he had in hand is
            at = seen_of(at, moments.seen)
        enabled, until, worked = moments.enabled[at], moments.until[at], known.worked[known.of_step[at]]
        calendar = calendar_of(enabled, until, np.where(worked, moments.free[at], until - enabled))
        next_one = calendar is not None and done_at(calendar, enabled[~worked], until[~worked])
        if not next_one:
            calendar = None if worked.any() else ends_of(enabled, until)
        if calendar is not None:
            name = (MOMENTS if next_one else ENDS) + log.activities[activity]
            calendars[name] = calendar
            for delay in some:
                hours_of[delay.name], delay.at_set_moments = name, next_one
                delay.hours = None if next_one else hours(calendar, findings.workforce.closed)
    return hours_of, calendars


class Apart(NamedTuple):
    """Delays of clients for whom alone something is let go at set moments."""

    others: list[Delay]
    """All delays, without theirs."""
    delays: list[Delay]
    """Theirs,"""
    of: dict[str, dict[str, str]]
    """which are called so: delay -> client -> his."""
    hours_of: dict[str, str]
    calendars: dict[str, Calendar]


def apart(findings: Findings, moments: Moments, delays: Sequence[Delay]) -> Apart:
    """*delays* before work, those apart of clients for whose cases alone it is let go at set moments of the week."""
    log, known, found = findings.log, findings.known, Apart([], [], {}, {}, {})
    told = findings.begins_told and not log.daily
    before = _by_activity(known, (one for one in delays if told and known.worked[one.symbol] and one.of_one(known)))
    theirs: dict[str, dict[int, str]] = {}
    for activity, some in before.items():
        at = seen_of(np.concatenate([delay.steps for delay in some]), moments.seen)
        own = _of_clients(moments, at, log.client[log.case[at]])
        names = {number: f"{MOMENTS}{log.activities[activity]} ({log.clients[number]})" for number in sorted(own)}
        found.calendars.update({name: own[number] for number, name in names.items()})
        theirs |= {delay.name: names for delay in some}
    for delay in delays:
        rest = delay.steps
        for number, calendar in theirs.get(delay.name, {}).items():
            his, whose = log.client[log.case[rest]] == number, log.clients[number]
            if his.any():
                mine = replace(delay, name=f"{delay.name}, {whose}", steps=rest[his], at_set_moments=True)
                found.delays.append(mine)
                found.hours_of[mine.name] = calendar
                found.of.setdefault(delay.name, {})[whose] = mine.name
                rest = rest[~his]
        found.others.append(replace(delay, steps=rest) if 0 < len(rest) < len(delay.steps) else delay)
    return found


def _by_activity(known: Symbols, delays: Iterable[Delay]) -> dict[int, list[Delay]]:
    """The *delays* before steps of each activity."""
    before: dict[int, list[Delay]] = {}
    for delay in delays:
        before.setdefault(int(known.activity[delay.symbol]), []).append(delay)
    return before


def _of_clients(moments: Moments, at: Ints, client: Ints) -> dict[int, Calendar]:
    """The moments at which the steps *at* of a *client* are let go, by his number; none where all clients have some, so
    that work just comes at such times."""
    found, others = dict[int, Calendar](), 0
    for number in np.unique(client[client >= 0]).tolist():
        his = at[client == number]
        calendar = calendar_of(moments.enabled[his], moments.until[his], moments.free[his])
        if calendar is None:
            others += len(his)
        else:
            found[number] = calendar
    return found if others >= _FEWEST else {}


def ends_of(begin: Floats, end: Floats) -> Calendar | None:
    """The minutes of the week in which each *end* of what nobody works on lies, where these are few, and some behind
    those in which more end (see `rhythm`); None where there are many, or where it hardly lasts from its *begin*.
    Minutes that are nearer to each other than one is open are one moment.

    >>> morning = np.arange(300) // 5 * WEEK + np.arange(300) % 5 * 86400.0 + 8 * 3600.0
    >>> ends_of(morning - np.arange(300) * 1800.0, morning).hours
    ((480, 490), (1920, 1930), (3360, 3370), (4800, 4810), (6240, 6250))
    """
    minutes, count = np.unique((end // _ONE_MINUTE).astype(np.int64) % _MINUTES, return_counts=True)
    often = np.sort(minutes[np.argsort(-count, kind="stable")[:_MOST]])
    inside = np.isin(minutes, often)
    if len(end) < _FEWEST or count[inside].sum() < (1.0 - _STRAY) * len(end) or not hours_matter(end - begin):
        return None
    first = np.flatnonzero(np.diff(often, prepend=-_OPEN) >= _OPEN)
    moments, count = often[first], np.add.reduceat(count[inside], first)
    width = np.maximum(np.round(_OPEN * count / count.max()), 1).astype(np.int64)
    return Calendar(hours=tuple(zip(moments.tolist(), np.minimum(moments + width, _MINUTES).tolist(), strict=True)))


def calendar_of(begin: Floats, end: Floats, free: Floats) -> Calendar | None:
    """The minutes of the week in which what could go on at each *begin* was let go, and begun by each *end*; None where
    there are none. *free*: seconds for which somebody had time for it.

    >>> monday, friday = np.arange(60) * WEEK + 3600.0 * 9, np.arange(60) * WEEK + 3600.0 * 105
    >>> could = np.concatenate((monday - 3600.0 * (np.arange(60) % 40), friday - 1800.0 * (np.arange(60) % 60)))
    >>> calendar_of(could, np.concatenate((monday, friday)) + 300.0, np.full(120, 900.0)).hours
    ((545, 546), (6305, 6306))
    >>> calendar_of(could, could + 900.0, np.full(120, 900.0)) is None
    True
    """
    if len(begin) < _FEWEST or np.mean(free > AT_ONCE) < _LEFT or np.mean(end - begin < _ONE_MINUTE) > _STRAY:
        return None
    minutes: list[int] = []
    left = np.arange(len(begin))
    while len(left) > _STRAY * len(begin):
        if len(minutes) == _MOST:
            return None
        minutes.append(_commonest(begin[left], end[left]))
        left = left[~_over(begin[left], end[left], minutes[-1:])]
    gaps = np.diff(np.sort(minutes), append=min(minutes) + _MINUTES) * _ONE_MINUTE
    short = end - begin < gaps.min() / 2
    over = _over(begin[short], end[short], minutes)
    if np.count_nonzero(over) < _TELLING or np.mean(~over) > _STRAY:
        return None
    if len(np.unique(begin // _ONE_MINUTE % _MINUTES)) < _UNLIKE * len(minutes):
        return None
    return Calendar(hours=tuple((minute, minute + 1) for minute in sorted(minutes)))


def done_at(calendar: Calendar, begin: Floats, end: Floats) -> bool:
    """Whether what nobody works on and could be done at each *begin* is done in the next of the minutes of *calendar*:
    each *end* lies in one, and none before it was passed by."""
    minutes = np.array([first for first, _after in calendar.hours], np.int64)
    here = np.isin((end // _ONE_MINUTE).astype(np.int64) % _MINUTES, minutes)
    passed = sum(
        np.ceil((end - minute * _ONE_MINUTE) / WEEK + 1e-9) - np.ceil((begin - minute * _ONE_MINUTE) / WEEK)
        for minute in minutes.tolist()
    )
    return not len(end) or bool(np.mean(here & (passed == 1)) >= 1.0 - _STRAY)


def _commonest(begin: Floats, end: Floats) -> int:
    """The minute of the week that lies in most of the times from *begin* to *end*; the last of those."""
    first: Ints = np.ceil(begin / _ONE_MINUTE).astype(np.int64)
    last: Ints = np.minimum(np.floor(end / _ONE_MINUTE).astype(np.int64), first + _MINUTES - 1)
    inside = last >= first
    first, last = first[inside], last[inside]
    if not len(first):
        return 0
    change = np.zeros(2 * _MINUTES + 1, np.int64)
    np.add.at(change, first % _MINUTES, 1)
    np.add.at(change, first % _MINUTES + (last - first) + 1, -1)
    twice = np.cumsum(change)[: 2 * _MINUTES]
    count = twice[:_MINUTES] + twice[_MINUTES:]
    best = int(count.argmax())
    ahead = np.roll(count, -best)
    behind = np.flatnonzero(ahead < ahead[0])
    return (best + (int(behind[0]) if len(behind) else 1) - 1) % _MINUTES


def _over(begin: Floats, end: Floats, minutes: Sequence[int]) -> Flags:
    """Whether one of *minutes* of the week lies in each time from *begin* to *end*."""
    found = np.zeros(len(begin), bool)
    for minute in minutes:
        after = minute * _ONE_MINUTE
        found |= np.floor((end - after) / WEEK) > np.ceil((begin - after) / WEEK) - 1
    return found
