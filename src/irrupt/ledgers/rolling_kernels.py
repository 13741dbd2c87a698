"""Compiled passes over the rows of a run that is reviewed: sums per period, and whether conditions are met.

They are to `rolling` what `kernels` is to the ledgers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, FIRST, INTERRUPTED, LAST, Rows
from irrupt.compiling import compiled_from, piece
from irrupt.ledgers import kernels
from irrupt.ledgers.hours import Hours
from irrupt.ledgers.kernels import (
    ARRIVAL,
    AT_WORK,
    BUSY_UNTIL,
    CLIENT,
    FINISH,
    FOR_CLIENT,
    FOR_US,
    GIVEN_UP,
    HANDOVERS,
    NOT_COUNTED,
    NOT_TOLD,
    REWORK,
    SIGNS,
    STARTS,
    STEPS,
    TEAM,
    UNEXPLAINED,
    UNTIMED_AT_MOST,
    UNTOLD,
    VISITED,
    WAITED,
    WEEK_OF_VISIT,
    CaseTables,
    add_cases,
    at_work_between,
    whose_hours,
)
from irrupt.units import HOUR, WEEK

(CAME, LOST, COUNTED, CYCLE, DUE, ON_TIME, LATE, OURS, CLIENTS, NOBODYS, WORKED, VAGUE, STARTED, TAKEN, PASSED,
 WITH_TEAM, REDONE, KEPT, GONE, PRESENT) = range(20)  # fmt: skip
"""Columns of the sums of `Rolling`, over the cases that arrived in a period: their number, and how many were given up;
of those that are finished and were not given up, their number, seconds of cycle time, how many were due and on time,
seconds late, seconds that passed for us, for the client, for nobody, at work, untold, steps with a start, steps,
handovers, how many name a team, were reworked, waited for the client. The last two are over time itself: cases that
finished in the period, and seconds for which cases were there in it that are finished."""
ROLLING = 20
(STEPS_HERE, TIMED_HERE, WORK_HERE, VISITS_HERE, WAIT_HERE, BUSY, ON_DUTY) = range(7)
"""Columns of the sums of `Teams`, over the steps that ended in a period: their number, how many have a start; over time
itself: seconds of work; over the visits that began in it: their number, seconds of waiting; of the people of the teams,
over time itself: seconds at work in whichever team, seconds on duty."""
TEAM_SUMS = 7
RATIO, RATE, OPEN, NINE_IN_TEN, TEAM_RATIO, TEAM_RATE = range(6)
"""How a term of a condition is made: of two sums, of one and of weeks, of the cases that are there, of cycle times; of
two sums of teams, of one and of weeks."""
ANYBODY, TIMED_ONLY, TEAMS_ONLY = range(3)
"""When a ratio is told: always, where starts are known, where some team is named."""
VAGUE_AT_MOST = 0.05


class Rolling(NamedTuple):
    """What is kept to tell measures of groups of clients over the last periods; see `rolling`."""

    anchor: float
    """When the first period begins, and..."""
    period: float
    """... how long each lasts, in seconds."""
    member: Flags
    """(groups, clients)."""
    sums: Floats
    """(groups, periods, ROLLING)."""
    open_case: Ints
    """The cases that are there, in no order..."""
    place: Ints
    """... where each case stands among these; -1: nowhere..."""
    finished: Ints
    """... and those that are finished, in this order."""
    used: Ints
    """How many cases are there, and how many are finished."""
    spare: Floats
    """Room for a number of each case."""


class Teams(NamedTuple):
    """The same of groups of teams."""

    member: Flags
    """(groups, teams)."""
    people: Flags
    """(groups, people): who belongs to them now."""
    sums: Floats
    """(groups, periods, TEAM_SUMS)."""
    visits: Floats
    """(cases, VISIT_COLUMNS): where each case is; the week of a visit is its period."""
    timed: Flags
    """Whether any step had a start: one flag."""


class Terms(NamedTuple):
    """The terms of conditions, one after the other."""

    kind: Ints
    above: Ints
    below: Ints
    guard: Ints
    scale: Floats
    group: Ints
    periods: Ints
    least: Flags
    """Whether the value has to be above the bound, not below."""
    equal: Flags
    """Whether it may be the bound."""
    bound: Floats
    way: Ints
    """Terms of one way must hold all..."""
    condition: Ints
    """... and one way of a condition."""


@piece
def add_finished(c: int, due: float, r: Rolling, times: Floats, counts: Ints32) -> None:
    """A case is over: out of those that are there, into the sums."""
    at = r.place[c]
    r.used[0] -= 1
    moved = r.open_case[r.used[0]]
    r.open_case[at] = moved
    r.place[moved] = at
    r.place[c] = -1
    r.finished[r.used[1]] = c
    r.used[1] += 1
    arrival, finish = times[c, ARRIVAL], times[c, FINISH]
    first = math.floor((arrival - r.anchor) / r.period)
    last = math.floor((finish - r.anchor) / r.period)
    lost = counts[c, SIGNS] & GIVEN_UP != 0
    for g in range(r.member.shape[0]):
        if not r.member[g, counts[c, CLIENT]]:
            continue
        for p in range(max(first, 0), last + 1):
            begin = r.anchor + p * r.period
            r.sums[g, p, PRESENT] += min(finish, begin + r.period) - max(arrival, begin)
        if last >= 0 and not lost:
            r.sums[g, last, GONE] += 1.0
        if first < 0:
            continue
        of = r.sums[g, first]
        if lost:
            of[LOST] += 1.0
            continue
        of[COUNTED] += 1.0
        of[CYCLE] += finish - arrival
        if due < math.inf:
            of[DUE] += 1.0
            of[ON_TIME] += 1.0 if finish <= due else 0.0
            of[LATE] += max(finish - due, 0.0)
        of[OURS] += times[c, FOR_US]
        of[CLIENTS] += times[c, FOR_CLIENT]
        of[NOBODYS] += times[c, UNEXPLAINED]
        of[WORKED] += times[c, AT_WORK]
        of[VAGUE] += times[c, UNTOLD]
        of[STARTED] += counts[c, STARTS]
        of[TAKEN] += counts[c, STEPS]
        of[PASSED] += counts[c, HANDOVERS]
        of[WITH_TEAM] += 1.0 if counts[c, TEAM] >= 0 else 0.0
        of[REDONE] += 1.0 if counts[c, SIGNS] & REWORK else 0.0
        of[KEPT] += 1.0 if counts[c, SIGNS] & WAITED else 0.0


@compiled_from(kernels, *kernels.CONSTANTS)
def add_rolling(first: int, last: int, rows: Rows, r: Rolling, times: Floats, counts: Ints32) -> None:
    """Take in *rows* from *first* up to *last*, which `add_cases` has put into *times* and *counts*."""
    case, client, enabled, flags = rows.case, rows.client, rows.enabled, rows.flags
    for i in range(first, last):
        c = case[i]
        if flags[i] & FIRST:
            r.open_case[r.used[0]] = c
            r.place[c] = r.used[0]
            r.used[0] += 1
            p = math.floor((enabled[i] - r.anchor) / r.period)
            for g in range(r.member.shape[0]):
                if p >= 0 and r.member[g, client[i]]:
                    r.sums[g, p, CAME] += 1.0
        if flags[i] & LAST and r.place[c] >= 0:
            add_finished(c, rows.due[i] if rows.due.size > 0 else math.inf, r, times, counts)


@piece
def add_work_here(i: int, rows: Rows, worked: Floats, r: Rolling, teams: Teams, hours: Hours) -> None:
    """Add the seconds of work on row *i* to the periods in which they fall: of its team, and of whoever did it."""
    t, p, s, d = rows.team[i], rows.person[i], rows.start[i], rows.end[i]
    number = whose_hours(p, t, hours.people, hours.per_week)
    on_duty = p >= 0 and hours.per_week[p] > 0.0
    here = t >= 0 and rows.flags[i] & (CLIENT_ACT | BY_ITSELF) == 0
    together = rows.together[i] if rows.together.size > 0 else 1
    last = math.floor((d - r.anchor) / r.period)
    for q in range(max(math.floor((s - r.anchor) / r.period), 0), last + 1):
        a = max(s, r.anchor + q * r.period)
        b = min(d, r.anchor + (q + 1) * r.period)
        if not a < b:
            continue
        work = worked[i] if a == s and b == d else b - a if number < 0 else at_work_between(a, b, number, t, hours)
        for g in range(teams.member.shape[0]):
            if here and teams.member[g, t]:
                teams.sums[g, q, WORK_HERE] += work / together
            if on_duty and teams.people[g, p]:
                teams.sums[g, q, BUSY] += work / together


@piece
def add_wait_here(i: int, q: int, rows: Rows, worked: Floats, busy_until: float, teams: Teams) -> None:
    """Add what the case of row *i*, which ends in period *q*, waited at its team to the period in which its visit
    there began. *busy_until*: the end of its step before."""
    c, t, s, d, flag = rows.case[i], rows.team[i], rows.start[i], rows.end[i], rows.flags[i]
    visits = teams.visits
    if visits[c, VISITED] != t:
        visits[c, VISITED] = t
        visits[c, WEEK_OF_VISIT] = NOT_TOLD
    knows_ready = not math.isnan(rows.ready[i])
    if math.isnan(s) or flag & BY_ITSELF or not (knows_ready or flag & CLIENT_WAIT == 0):
        return
    begins = visits[c, WEEK_OF_VISIT] == NOT_TOLD
    if begins:
        visits[c, WEEK_OF_VISIT] = q if q >= 0 else NOT_COUNTED
    v = int(visits[c, WEEK_OF_VISIT])
    if v < 0:
        return
    since = max(rows.ready[i] if knows_ready else rows.enabled[i], busy_until)
    wait = max(s - since, 0.0) + max(d - s - worked[i], 0.0)
    for g in range(teams.member.shape[0]):
        if teams.member[g, t]:
            teams.sums[g, v, VISITS_HERE] += 1.0 if begins else 0.0
            teams.sums[g, v, WAIT_HERE] += wait


@piece
def add_teams_rolling(
    first: int, last: int, rows: Rows, worked: Floats, r: Rolling, teams: Teams, hours: Hours
) -> None:
    """Take in *rows* from *first* up to *last* for teams, as `add_teams` does for their weeks."""
    groups = teams.member.shape[0]
    if groups == 0:
        return
    for i in range(first, last):
        c, t, s, d, flag = rows.case[i], rows.team[i], rows.start[i], rows.end[i], rows.flags[i]
        if s < d and d > r.anchor:
            add_work_here(i, rows, worked, r, teams, hours)
        if not math.isnan(s):
            teams.timed[0] = True
        busy_until = teams.visits[c, BUSY_UNTIL]
        teams.visits[c, BUSY_UNTIL] = d
        if t < 0 or flag & CLIENT_ACT:
            continue
        q = math.floor((d - r.anchor) / r.period)
        for g in range(groups if q >= 0 and flag & INTERRUPTED == 0 else 0):
            if teams.member[g, t]:
                teams.sums[g, q, STEPS_HERE] += 1.0
                teams.sums[g, q, TIMED_HERE] += 0.0 if math.isnan(s) else 1.0
        add_wait_here(i, q, rows, worked, busy_until, teams)


@piece
def value_of_teams(t: int, first: int, now: int, terms: Terms, weeks: float, teams: Teams) -> float:
    """The value of term *t*, which is about teams, over the periods from *first* up to *now*, which are so many
    *weeks*."""
    above = below = steps = timed = 0.0
    for p in range(first, now):
        of = teams.sums[terms.group[t], p]
        above += of[terms.above[t]]
        below += of[terms.below[t]]
        steps += of[STEPS_HERE]
        timed += of[TIMED_HERE]
    known = teams.timed[0] and timed >= (1.0 - UNTIMED_AT_MOST) * steps
    if terms.guard[t] == TIMED_ONLY and not known:
        return math.nan
    if terms.kind[t] == TEAM_RATE:
        return float(above / weeks * terms.scale[t])
    return float(above / below * terms.scale[t]) if below > 0.0 else math.nan


@compiled_from(kernels, *kernels.CONSTANTS)
def rolling_value(t: int, now: int, terms: Terms, r: Rolling, teams: Teams, times: Floats, counts: Ints32) -> float:
    """The value of term *t* when period *now* begins, over the periods before; nan where it is not told."""
    first = now - terms.periods[t]
    g = terms.group[t]
    if first < 0:
        return math.nan
    begin, end = r.anchor + first * r.period, r.anchor + now * r.period
    kind = terms.kind[t]
    if kind >= TEAM_RATIO:
        return float(value_of_teams(t, first, now, terms, (end - begin) / WEEK, teams))
    if kind == NINE_IN_TEN:
        return float(nine_in_ten(begin, g, r, times, counts))
    above = below = cycle = vague = started = named = 0.0
    for p in range(first, now):
        of = r.sums[g, p]
        above += of[terms.above[t]]
        below += of[terms.below[t]]
        cycle += of[CYCLE]
        vague += of[VAGUE]
        started += of[STARTED]
        named += of[WITH_TEAM]
    told = math.nan
    if kind == OPEN:
        for k in range(r.used[0]):
            c = r.open_case[k]
            if r.member[g, counts[c, CLIENT]]:
                above += end - max(times[c, ARRIVAL], begin)
        told = above / (end - begin)
    elif kind == RATE:
        told = above / ((end - begin) / WEEK)
    elif below > 0.0:
        guard = terms.guard[t]
        unclear = guard == TIMED_ONLY and (started == 0.0 or vague > VAGUE_AT_MOST * cycle)
        if not (unclear or (guard == TEAMS_ONLY and named == 0.0)):
            told = above / below * terms.scale[t]
    return told


@piece
def nine_in_ten(begin: float, g: int, r: Rolling, times: Floats, counts: Ints32) -> float:
    """Hours of cycle time that nine in ten do not exceed, of cases of group *g* that arrived from *begin* on."""
    found = r.spare
    n = 0
    for k in range(r.used[1] - 1, -1, -1):
        c = r.finished[k]
        if times[c, FINISH] < begin:
            break
        if times[c, ARRIVAL] >= begin and r.member[g, counts[c, CLIENT]] and not counts[c, SIGNS] & GIVEN_UP:
            found[n] = times[c, FINISH] - times[c, ARRIVAL]
            n += 1
    if n == 0:
        return math.nan
    rank = (n - 1) * 0.9 + 1.0
    place = int(rank) - 1
    low, high = 0, n - 1
    while low < high:  # Hoare's selection: what is at the place comes to stand there, larger ones behind
        pivot = found[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while found[i] < pivot:
                i += 1
            while found[j] > pivot:
                j -= 1
            if i <= j:
                found[i], found[j] = found[j], found[i]
                i += 1
                j -= 1
        low, high = (low, j) if place <= j else (i, high) if place >= i else (place, place)
    above = found[place]
    if place + 1 < n:
        above = found[place + 1]
        for k in range(place + 2, n):
            above = min(above, found[k])
    rest = rank - (place + 1)
    told: float = (found[place] * (1.0 - rest) + above * rest) / HOUR
    return told


@compiled_from(kernels, *kernels.CONSTANTS)
def any_met(
    now: int, terms: Terms, pending: Flags, met: Flags, r: Rolling, teams: Teams, times: Floats, counts: Ints32
) -> bool:
    """Mark in *met* the *pending* conditions that hold when period *now* begins. Of periods before the run nothing is
    known, and what is not known meets nothing."""
    found = False
    t = 0
    while t < terms.kind.size:
        way, condition = terms.way[t], terms.condition[t]
        holds = bool(pending[condition])
        while t < terms.kind.size and terms.way[t] == way:
            if holds:
                value, bound = rolling_value(t, now, terms, r, teams, times, counts), terms.bound[t]
                beyond = value > bound if terms.least[t] else value < bound
                begun = r.anchor + (now - terms.periods[t]) * r.period > -1.0
                holds = begun and (beyond or (terms.equal[t] and value == bound))
            t += 1
        if holds:
            met[condition] = True
            found = True
    return found


@compiled_from(kernels, *kernels.CONSTANTS)
def take_in_teams(first: int, last: int, rows: Rows, worked: Floats, r: Rolling, teams: Teams, hours: Hours) -> None:
    """Take in *rows* from *first* up to *last* for teams."""
    add_teams_rolling(first, last, rows, worked, r, teams, hours)


@compiled_from(kernels, *kernels.CONSTANTS)
def first_met(
    rows: Rows,
    worked: Floats,
    now: int,
    until: int,
    r: Rolling,
    teams: Teams,
    hours: Hours,
    terms: Terms,
    pending: Flags,
    met: Flags,
    tables: CaseTables,
    known: int,
) -> tuple[int, int, int]:
    """Take in *rows* period by period, and look at the beginning of each period from *now* + 1 to *until* whether
    conditions are met: the first at which one is, or else *until*; how many rows ended before it; and how many
    cases are *known*."""
    a = 0
    for p in range(now + 1, until + 1):
        moment = r.anchor + p * r.period
        b = a
        while b < rows.end.size and rows.end[b] < moment:
            b += 1
        known = add_cases(a, b, rows, worked, tables, known)
        add_rolling(a, b, rows, r, tables.times, tables.counts)
        add_teams_rolling(a, b, rows, worked, r, teams, hours)
        a = b
        if any_met(p, terms, pending, met, r, teams, tables.times, tables.counts):
            return p, a, known
    return until, a, known
