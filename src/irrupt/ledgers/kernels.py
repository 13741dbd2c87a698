"""The compiled loops of the ledgers: one pass over rows, into arrays that the reducers own.

They take arrays and scalars only and hold no lock. With NUMBA_DISABLE_JIT they run as plain Python and give the same
values. Times are seconds since the origin of the legend.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, FIRST, LAST, WEEK

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

DAY = 86400.0
HOUR = 3600.0

ARRIVAL, FINISH, FOR_US, FOR_CLIENT, UNEXPLAINED, AT_WORK, UNTOLD, UNTIL = range(8)
"""Columns of the times of cases, in seconds. Untold: time that may be work or waiting, for want of a start. Until: the
latest end so far, so that a case never waits while somebody works on it."""
TIMES = 8
CLIENT, TEAM, HANDOVERS, STEPS, STARTS, SIGNS = range(6)
"""Columns of the counts of cases. Starts: steps of ours whose start is known. Signs: what was seen, as bits."""
COUNTS = 6
REWORK = 1
WAITED = 2
DELAYS_TOLD = 4
WORD = 62
"""Activities per word in the table of activities that a case has seen."""

WORK, DONE, OUTSIDE, TIMED, WAIT, WAITS = range(6)
"""Columns of a team's week: seconds at work; steps done, of these outside office hours, of these with a known start;
seconds of waiting, and over how many steps."""
TEAM_COLUMNS = 6


@njit(cache=True, nogil=True)
def add_cases(
    case: Longs,
    client: Ints,
    activity: Ints,
    team: Ints,
    enabled: Floats,
    ready: Floats,
    start: Floats,
    end: Floats,
    flags: Bytes,
    times: Floats,
    counts: Ints,
    seen: Longs,
) -> None:
    """Add rows to the tables of cases: *times* (cases, TIMES), *counts* (cases, COUNTS), *seen* (cases, words)."""
    for i in range(case.size):
        c = case[i]
        flag = flags[i]
        if flag & FIRST:
            times[c, ARRIVAL] = enabled[i]
            counts[c, CLIENT] = client[i]
        if flag & LAST:
            times[c, FINISH] = end[i]
        counts[c, STEPS] += 1

        if activity[i] >= 0:
            word = activity[i] // WORD
            bit = np.int64(1) << np.int64(activity[i] % WORD)
            if seen[c, word] & bit:
                counts[c, SIGNS] |= REWORK
            seen[c, word] |= bit

        if team[i] >= 0:
            if counts[c, TEAM] >= 0 and counts[c, TEAM] != team[i]:
                counts[c, HANDOVERS] += 1
            counts[c, TEAM] = team[i]

        since = enabled[i]
        if times[c, UNTIL] > since:
            since = times[c, UNTIL]
        times[c, UNTIL] = end[i]
        by_client = flag & (CLIENT_WAIT | CLIENT_ACT) != 0
        if flag & CLIENT_WAIT or (by_client and end[i] > since):
            counts[c, SIGNS] |= WAITED
        if not math.isnan(ready[i]):
            counts[c, SIGNS] |= DELAYS_TOLD
            times[c, FOR_CLIENT if by_client else UNEXPLAINED] += max(ready[i] - since, 0.0)
            since = max(ready[i], since)
            by_client = False
        if math.isnan(start[i]):
            client_time = by_client or flag & CLIENT_ACT != 0
            times[c, FOR_CLIENT if client_time else UNTOLD] += max(end[i] - since, 0.0)
        else:
            times[c, FOR_CLIENT if by_client else FOR_US] += max(start[i] - since, 0.0)
            if flag & CLIENT_ACT:
                times[c, FOR_CLIENT] += max(end[i] - start[i], 0.0)
            else:
                times[c, AT_WORK] += max(end[i] - start[i], 0.0)
                counts[c, STARTS] += 1


@njit(cache=True, nogil=True)
def in_office_hours(moment: float) -> bool:
    """Whether *moment* lies within office hours: Monday to Friday, 09:00 to 17:00, both included."""
    rest = moment - math.floor(moment / WEEK) * WEEK
    day = math.floor(rest / DAY)
    clock = rest - day * DAY
    return day < 5 and 9.0 * HOUR <= clock <= 17.0 * HOUR


@njit(cache=True, nogil=True)
def add_teams(
    team: Ints,
    person: Ints,
    enabled: Floats,
    ready: Floats,
    start: Floats,
    end: Floats,
    flags: Bytes,
    begin: float,
    finish: float,
    weeks: Floats,
    last_week: Ints,
    active: Longs,
    n_active: int,
) -> int:
    """Add rows to *weeks* (teams, weeks of the window, TEAM_COLUMNS).

    *last_week* (teams, people) holds the last week in which somebody was seen at work in a team. Each (week, team,
    person) seen is appended to *active* as one number; returns how many there are now. Rows must come by `end`.
    """
    n_teams, n_people = last_week.shape
    last = weeks.shape[1] - 1
    for i in range(team.size):
        t = team[i]
        if t < 0 or flags[i] & CLIENT_ACT:
            continue
        s = start[i]
        d = end[i]
        if begin <= d < finish:
            w = min(int((d - begin) // WEEK), last)
            weeks[t, w, DONE] += 1.0
            if not in_office_hours(d):
                weeks[t, w, OUTSIDE] += 1.0
            if not math.isnan(s):
                weeks[t, w, TIMED] += 1.0
                if not math.isnan(ready[i]):
                    weeks[t, w, WAIT] += max(s - ready[i], 0.0)
                    weeks[t, w, WAITS] += 1.0
                elif not flags[i] & CLIENT_WAIT:
                    weeks[t, w, WAIT] += max(s - enabled[i], 0.0)
                    weeks[t, w, WAITS] += 1.0
            p = person[i]
            if p >= 0 and last_week[t, p] != w:
                last_week[t, p] = w
                active[n_active] = (w * n_teams + t) * n_people + p
                n_active += 1
        if not math.isnan(s) and s < d and s < finish and d > begin:
            a = max(s, begin)
            until = min(d, finish)
            w = min(int((a - begin) // WEEK), last)
            while a < until:
                b = until if w == last else min(until, begin + (w + 1) * WEEK)
                if b > a:
                    weeks[t, w, WORK] += b - a
                    a = b
                w += 1
    return n_active


@njit(cache=True, nogil=True)
def on_duty_seconds(moment: float, hours: Floats, first: int, last: int, per_week: float) -> float:
    """Seconds on duty from the origin to *moment*: rows *first* to *last* of *hours* are (begin, end) in the week."""
    weeks = math.floor(moment / WEEK)
    rest = moment - weeks * WEEK
    total = weeks * per_week
    for k in range(first, last):
        if hours[k, 0] >= rest:
            break
        total += min(rest, hours[k, 1]) - hours[k, 0]
    return total


@njit(cache=True, nogil=True)
def add_duty(
    person: Ints,
    start: Floats,
    end: Floats,
    begin: float,
    finish: float,
    hours: Floats,
    slices: Longs,
    per_week: Floats,
    worked: Floats,
) -> None:
    """Add to *worked* (people) the seconds that each spent at work in his hours, within the window.

    The hours of person p are rows `slices[p]` to `slices[p + 1]` of *hours*, in seconds of the week.
    """
    for i in range(person.size):
        p = person[i]
        if p < 0 or math.isnan(start[i]):
            continue
        a = max(start[i], begin)
        b = min(end[i], finish)
        if a < b:
            first, last = slices[p], slices[p + 1]
            until = on_duty_seconds(b, hours, first, last, per_week[p])
            worked[p] += until - on_duty_seconds(a, hours, first, last, per_week[p])
