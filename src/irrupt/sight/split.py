"""Who waits for whom: the time of each case, from arrival to end, split into parts that add up to it exactly.

Times are whole microseconds, so that nothing is lost in adding: of each case, the parts make up the time from its
arrival to its end to the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CLOCK, Rows, distinct
from irrupt.i18n import mark
from irrupt.ledgers.hours import Weekly
from irrupt.organisation.dated import NEVER, Clock
from irrupt.sight import phases
from irrupt.sight.turns import Turns
from irrupt.sight.turns import turns as turns_of
from irrupt.sight.ways import first_of_case
from irrupt.units import DAY

WORK = mark("work")
PERSON = mark("waiting for a person")
HOURS = mark("waiting for hours of work")
BATCH = mark("waiting for a batch")
CLOCK_TIME = mark("waiting for a set time")
CLIENT = mark("waiting for the client")
REST = mark("over, then taken up again")
UNEXPLAINED = mark("unexplained")
PARTS = (WORK, PERSON, HOURS, BATCH, CLIENT, REST, CLOCK_TIME, UNEXPLAINED)
"""What the time of a case is spent on. `waiting for hours of work`: nobody of the team is on duty; `waiting for a set
time`: a clock lets the next step come."""
_AT = {name: number for number, name in enumerate(PARTS)}

MICRO = 1_000_000
_MINUTE = 60 * MICRO
_BATCH_GAP = 60.0
"""Seconds between two steps of a batch, at most,"""
_BATCH_CLOSE = 0.1
"""and this part of the mean time between two steps: the rush of a busy day is no batch."""
_BATCH_LEAST = 3
_AROUND, _CROWD = 15, 5.0
"""Days on both sides of a day, and how many times as many steps as on one of them it has where a batch is done."""
_BATCHED = 0.5
"""Share of an activity's steps that are done in batches, for it to wait for them."""
_BY_CLOCK = 0.1
"""Share of an activity's steps that a clock lets come, for it not to be done in batches."""
_BLOCK = 1 << 17
"""Rows whose time is split at a time, about."""


class Batches(NamedTuple):
    """Of each row in a batch, in microseconds; 0 where it is in none, or in the first."""

    full: Ints
    """When the last case of its batch could begin."""
    before: Ints
    """When that of the batch before could: a case that was there by then waits for something else as well."""
    batched: Flags
    """Per activity: whether it is done in batches."""


class Split(NamedTuple):
    """Microseconds per row and part, rows case by case as given."""

    parts: Ints
    """(rows, parts)."""
    batched: Flags
    """Per activity: whether it is done in batches."""

    def of_cases(self, case: Ints, cases: int) -> Ints:
        """(cases, parts): sums over the rows of each case."""
        total = np.zeros((cases, len(PARTS)), np.int64)
        np.add.at(total, case, self.parts)
        return total


def split(
    ordered: Rows,
    hours: Mapping[int, Clock],
    *,
    activities: int,
    within: bool,
    days: bool = False,
    worked: Floats | None = None,
    turns: Turns | None = None,
) -> Split:
    """The time before and during each of the rows, which stand case by case in the order of their ends.

    *hours*: team (-1: no team) -> the hours in which somebody is on duty. *within*: work passes only within them, as
    estimated work does; measured work lasts from start to end. *worked*: the seconds of work on each row then, where
    the hours of people are known. *days*: times are days. *turns*: whose turn it was before acts of the client; when
    not said, as these rows tell. What passes before a step whose start is not known, and that no client is waited for,
    is `unexplained`, unless it waits for a batch or a clock.
    """
    full, before, batched = (batches_of_days if days else batches)(ordered, activities)
    by_clock = np.append(_by_clock(ordered, activities), False)[ordered.activity]
    full[by_clock] = before[by_clock] = 0
    told = turns_of(ordered, [""] * activities) if turns is None else turns
    parts = np.zeros((len(PARTS), len(ordered.case)), np.int64).T  # what has no part takes no room
    for at in _blocks(ordered):
        rows = Rows._make(column[at] for column in ordered)
        spent = None if worked is None else worked[at]
        of_rows = Turns(told.rest[at], told.stopped[at])
        _fill(parts[at], rows, full[at], before[at], of_rows, hours, within=within, days=days, worked=spent)
    return Split(parts, batched)


def _blocks(ordered: Rows) -> list[slice]:
    """The rows in blocks of whole cases: what is in hand of one takes little room."""
    begin = first_of_case(ordered)
    turns = np.unique(np.searchsorted(begin, np.arange(0, len(ordered.case), _BLOCK)))
    edges = [*begin[turns[turns < len(begin)]].tolist(), len(ordered.case)]
    return [slice(one, other) for one, other in pairwise(edges)]


def _fill(
    parts: Ints,
    ordered: Rows,
    full: Ints,
    before: Ints,
    turns: Turns,
    hours: Mapping[int, Clock],
    *,
    within: bool,
    days: bool,
    worked: Floats | None,
) -> None:
    """Fill *parts* for rows of whole cases; *full* and *before*: as in `Batches`."""
    since, ready, start, end = _moments(ordered)
    known, told = ~np.isnan(ordered.start), ~np.isnan(ordered.ready)
    his = ordered.flags & (CLIENT_WAIT | CLIENT_ACT) != 0
    act, clock = ordered.flags & CLIENT_ACT != 0, ordered.flags & CLOCK != 0
    rest, stopped = turns
    asked = ~(rest | stopped)
    nobody = told & (ordered.team < 0) & (ordered.person < 0)
    apart = by_themselves(ordered) & ~his & ~rest & ~stopped & ~clock & (full != 0)
    together = np.where(apart, np.diff(_gathering(before, full, since, ready), axis=0)[0], 0)
    _add(parts, together, [(BATCH, apart)])
    _add(
        parts,
        ready - since - together,
        [
            (REST, rest),
            (CLIENT, his & asked),
            (CLOCK_TIME, ~his & clock),
            (UNEXPLAINED, (~his & ~clock) | (stopped & ~rest)),
        ],
    )
    client = his & (~told | (act & ~known))
    ours = ~client & known
    waiting = start - ready
    alone, gone = _gathering(before, full, ready, start)
    gathered = np.where(ours | (days & ~client), gone - alone, 0)
    left = waiting - np.where(known, 0, gathered)
    no_turn = (~client & ~known) | (client & stopped & ~rest)
    _add(parts, left, [(REST, client & rest), (CLIENT, client & asked), (UNEXPLAINED, no_turn)])
    _add(parts, gathered, [(BATCH, gathered != 0)])
    off = off_duty(ready, alone, ordered.team, hours) + off_duty(gone, start, ordered.team, hours)
    off[~ours] = 0
    parts[:, _AT[HOURS]] += off
    parts[:, _AT[PERSON]] += np.where(ours, waiting - gathered - off, 0)
    doing = end - start
    _add(parts, doing, [(CLIENT, act), (UNEXPLAINED, ~act & nobody)])
    working = ~act & ~nobody
    spent = _spent(start, end, ordered, hours, worked) if within else doing
    pause = np.where(working, doing - spent, 0)
    parts[:, _AT[HOURS]] += pause
    parts[:, _AT[WORK]] += np.where(working, doing - pause, 0)


def _gathering(before: Ints, full: Ints, begin: Ints, end: Ints) -> Ints:
    """From when to when the batch of each row gathers between two moments."""
    since = np.clip(before, begin, end)
    return np.stack([since, np.clip(full, since, end)])


def by_themselves(ordered: Rows) -> Flags:
    """Rows of which only the end is known: they are taken to be ready and begun then, as nobody is seen to work on them
    one by one. They may be done together."""
    found: Flags = (ordered.ready >= ordered.end) & (ordered.start >= ordered.end)
    return found


def _moments(ordered: Rows) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each row, since when its case waits for it, and when it was ready, begun and done, each after the other; where
    it is not known, ready since then, and begun when done."""
    first = np.zeros(len(ordered.case), bool)
    first[first_of_case(ordered)] = True
    end = _micros(ordered.end)
    since = np.where(first, _micros(ordered.enabled), np.roll(end, 1))
    since = np.minimum(since, end)
    ready = np.where(~np.isnan(ordered.ready), np.clip(_micros(ordered.ready), since, end), since)
    start = np.where(~np.isnan(ordered.start), np.clip(_micros(ordered.start), ready, end), end)
    return since, ready, start, end


def _spent(start: Ints, end: Ints, ordered: Rows, hours: Mapping[int, Clock], worked: Floats | None) -> Ints:
    """Time of work between *start* and *end*: as *worked*, or else within the hours of teams."""
    lasts: Ints = end - start
    spent: Ints = lasts - off_duty(start, end, ordered.team, hours) if worked is None else _micros(worked)
    return np.minimum(spent, lasts)


def _micros(seconds: Floats) -> Ints:
    whole: Ints = np.rint(np.nan_to_num(seconds) * MICRO).astype(np.int64)
    return whole


def _add(parts: Ints, time: Ints, shares: list[tuple[str, Flags]]) -> None:
    for name, where in shares:
        if where.any():
            parts[:, _AT[name]] += np.where(where, time, 0)


def _by_clock(ordered: Rows, activities: int) -> Flags:
    """Per activity: whether a clock is seen to let it come. Cases that one run of a program deals with are no batch:
    they do not wait for each other, but each for its time."""
    known = ordered.activity >= 0
    clock = np.bincount(ordered.activity[known], ordered.flags[known] & CLOCK != 0, activities)
    found: Flags = clock >= _BY_CLOCK * np.maximum(np.bincount(ordered.activity[known], minlength=activities), 1)
    return found


def batches(ordered: Rows, activities: int) -> Batches:
    """The batches in which steps are done.

    A batch is three cases or more whose steps of one activity, done by one person or team, follow each other within a
    minute; or cases with which a step is known to be done at once. An activity is batched when half of its steps are.
    Where starts are not known, ends tell: what three cases end together did not begin before the last of them came.
    Cf. Martin et al. (2017), batch processing in event logs.
    """
    moment = np.where(np.isnan(ordered.start), ordered.end, ordered.start)
    order = np.lexsort((moment, ordered.person, ordered.team, ordered.activity))
    moment, at_once = moment[order], ordered.together[order] > 1
    other = np.ones(len(order), bool)
    other[1:] = False
    for column in (ordered.activity, ordered.team, ordered.person):
        other[1:] |= np.diff(column[order]) != 0
    new = other.copy()
    gap = np.diff(moment)
    new[1:] |= gap > np.minimum(_BATCH_GAP, _BATCH_CLOSE * _usual_gap(moment, new))[1:]
    new[1:] |= at_once[1:] & (gap > 0)
    del moment, gap
    group = np.cumsum(new) - 1
    cases = _different(group, _dense(ordered)[order])
    full = np.full(len(cases), np.iinfo(np.int64).min)
    came = np.where(by_themselves(ordered), ordered.enabled, np.fmax(ordered.enabled, ordered.ready))
    np.maximum.at(full, group, _micros(came)[order])
    inside = np.zeros(len(order), bool)
    inside[order] = at_once | (cases[group] >= _BATCH_LEAST)
    somebody = (ordered.activity >= 0) & ((ordered.person >= 0) | (ordered.team >= 0))
    inside &= somebody
    counts = np.bincount(ordered.activity[somebody], minlength=activities)
    batched = (counts > 0) & (
        np.bincount(ordered.activity[somebody], inside[somebody], activities) >= _BATCHED * np.maximum(counts, 1)
    )
    before = _before(full, np.cumsum(other)[new], np.bincount(group, inside[order]) > 0)
    where = inside & np.append(batched, False)[ordered.activity]
    waits, gone = np.zeros((2, len(order)), np.int64)
    waits[order], gone[order] = full[group], before[group]
    return Batches(np.where(where, waits, 0), np.where(where, gone, 0), batched)


def _before(full: Ints, kind: Ints, batch: Flags) -> Ints:
    """Per group of steps, of which some are a *batch*: what is *full* of the last batch before it of its *kind*."""
    found = np.zeros(len(full), np.int64)
    at = np.flatnonzero(batch)
    found[at[1:]] = np.where(np.diff(kind[at]) == 0, full[at[:-1]], 0)
    return found


def batches_of_days(ordered: Rows, activities: int) -> Batches:
    """The same where times are days: a batch is done on a day that has so many more steps than those around it."""
    day = np.floor(np.nan_to_num(ordered.end) / DAY).astype(np.int64)
    waits, gone = np.zeros((2, len(day)), np.int64)
    batched = np.zeros(activities, bool)
    enabled = _micros(ordered.enabled)
    for activity in range(activities):
        at = np.flatnonzero(ordered.activity == activity)
        if not len(at):
            continue
        begin = day[at].min()
        counts = np.bincount(day[at] - begin)
        sums = np.concatenate([[0], np.cumsum(np.pad(counts, _AROUND))])
        around = (sums[2 * _AROUND + 1 :] - sums[: -2 * _AROUND - 1]) / (2 * _AROUND + 1)
        crowd = (counts >= _BATCH_LEAST) & (counts >= _CROWD * around)
        if counts[crowd].sum() < _BATCHED * len(at):
            continue
        batched[activity] = True
        full = np.full(len(counts), np.iinfo(np.int64).min)
        np.maximum.at(full, day[at] - begin, enabled[at])
        before = _before(full, np.zeros(len(full), np.int64), crowd)
        inside = crowd[day[at] - begin]
        waits[at[inside]], gone[at[inside]] = (of_day[(day[at] - begin)[inside]] for of_day in (full, before))
    return Batches(waits, gone, batched)


def _usual_gap(moment: Floats, new: Flags) -> Floats:
    """Per row, the mean time between two steps of its kind; rows stand kind by kind, in the order of time."""
    if not len(moment):
        return np.empty(0)
    begin = np.flatnonzero(new)
    count = np.diff(np.append(begin, len(moment)))
    span = moment[begin + count - 1] - moment[begin]
    gap: Floats = np.repeat(span / np.maximum(count - 1, 1), count)
    return gap


def _dense(ordered: Rows) -> Ints:
    """Per row, which case it is of, counted from 0."""
    found = np.zeros(len(ordered.case), np.int64)
    found[first_of_case(ordered)[1:]] = 1
    return np.cumsum(found, out=found)


def _different(group: Ints, case: Ints) -> Ints:
    """How many different cases there are in each group; both are numbered from 0."""
    many = np.int64(len(case) + 1)
    pairs = group * many
    pairs += case
    return np.bincount(distinct(pairs) // many, minlength=int(group[-1]) + 1 if len(group) else 0)


def off_duty(begin: Ints, end: Ints, team: Ints32, hours: Mapping[int, Clock]) -> Ints:
    """Time between moments at which nobody of the team is on duty; none where its hours are not known."""
    off = np.zeros(len(begin), np.int64)
    for number, clock in hours.items():
        at = np.flatnonzero((team == number) & (end > begin))
        if clock != NEVER and len(at):
            off[at] = end[at] - begin[at] - (_on_duty(end[at], clock) - _on_duty(begin[at], clock))
    return off


def _on_duty(moment: Ints, clock: Clock) -> Ints:
    """Time on duty since the origin, which is a Monday at midnight."""
    if not clock.dated:
        return _usually(moment, clock.weekly)
    week = 7 * 1440 * _MINUTE
    since = np.array([len(clock.dated) * week])
    bounds = _MINUTE * np.array([one for dated in clock.dated for one in dated], np.int64).reshape(-1, 2)
    before = np.concatenate([[0], np.diff(bounds).ravel().cumsum()])
    place = np.searchsorted(bounds[:, 0], moment, "right")
    last = bounds[np.maximum(place - 1, 0), 1] if len(bounds) else np.zeros_like(moment)
    dated = before[place] - np.where(place > 0, np.maximum(last - moment, 0), 0)
    usually: Ints = np.where(moment > since, _usually(moment, clock.weekly) - _usually(since, clock.weekly), 0)
    return dated + usually


def _usually(moment: Ints, weekly: Weekly) -> Ints:
    """The same where all weeks are alike."""
    weeks, rest = np.divmod(moment, 7 * 1440 * _MINUTE)
    spent: Ints = weeks * sum(b - a for a, b in weekly) * _MINUTE
    for begin, stop in weekly:
        spent += np.clip(rest - begin * _MINUTE, 0, (stop - begin) * _MINUTE)
    return spent


def nights(rows: Rows, hours: Mapping[int, Clock], known: Flags) -> float:
    """Seconds in which nobody is on duty from start to end of steps, but of those by people whose hours are *known*."""
    start, end = _micros(rows.start), _micros(rows.end)
    timed = ~np.isnan(rows.start) & (rows.flags & CLIENT_ACT == 0) & _named(rows)
    theirs = timed & ~np.append(known, False)[rows.person]
    return float(off_duty(start[theirs], end[theirs], rows.team[theirs], hours).sum()) / MICRO


def nameless(rows: Rows) -> bool:
    """Whether no row names who worked."""
    return not _named(rows).any()


def _named(rows: Rows) -> Flags:
    found: Flags = (rows.team >= 0) | (rows.person >= 0)
    return found


def hours_seen(ordered: Rows, least: int = 50) -> dict[int, Clock]:
    """Team (-1: none) -> the hours of the week in which it begins or ends steps, for teams with *least* steps; where
    they become others, those of each stretch.

    An hour counts when it has a tenth of the traffic of the team's usual hour, or lies alone between two that do.
    Where nobody is named, the hours are those of all steps but the client's.
    """
    found: dict[int, Clock] = {}
    ours = (ordered.flags & CLIENT_ACT == 0) & (_named(ordered) | nameless(ordered))
    for team in np.unique(ordered.team[ours]).tolist():
        mine = ours & (ordered.team == team)
        moments = np.concatenate([ordered.start[mine], ordered.end[mine]])
        moments = moments[~np.isnan(moments)]
        if len(moments) >= 2 * least:
            found[team] = phases.clock(moments)
    return found
