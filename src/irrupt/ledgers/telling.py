"""The compiled loops that tell what the tables of the ledgers come to; `kernels` fills these tables.

As there, they take arrays and scalars only and hold no lock: while one thread tells its values, others go on working.
Sums are taken in the order of the arrays, so that it does not matter for a single bit who takes them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.compiling import compiled, compiled_from, piece
from irrupt.ledgers import kernels
from irrupt.units import DAY, HOUR, WEEK

FLOATS = 11
ARRIVAL, FINISH, CYCLE, LATE, FOR_US, FOR_CLIENT, UNEXPLAINED, WORKING, UNTOLD, BY_CLIENT, CLIENT_STEPS = range(FLOATS)
"""Rows of what is told of cases, in hours but for the first two, which are in seconds since the origin, and the last,
which is a number."""
INTS = 4
CLIENT, STARTS, STEPS, HANDOVERS = range(INTS)
MARKS = 6
COUNTED, GIVEN_UP, TEAM_TOLD, REWORK, WAITED, DELAYS_TOLD = range(MARKS)

CASE_SUMS = 12
CAME, LEFT, CAME_IN_FULL, THROUGH, OPEN_FOR, FOR_NOTHING, WITH_START, MAY_BE_WORK, OVER, DUE, IN_TIME, HOURS_LATE = (
    range(CASE_SUMS)
)
"""What is added up over the cases of a party: how many came in the window, and of these were given up; came in its full
weeks, and were finished in them; seconds open in them; hours at work on what was given up in them; steps with a known
start; of cases that are over, hours that may be work or waiting, and all hours; of those that count, how many were due,
of these in time, and hours late."""

DAYS, SECONDS, LONG, RESTS, SHORT, NIGHT, WEEKEND, PERSON_WEEKS, LONG_WEEKS = range(9)
"""What is counted of working days, in the week and for the team where each began."""
SUMS = 7
SQUARES, OF_DAYS, LENGTHS, FREEDOM, HIS, HIS_LENGTHS, HIS_DAYS = range(SUMS)
"""Of working days: squares of what their lengths are apart from the mean of their person, their number, their lengths,
and minus the number of persons; of the latest person: one more than where his days begin, their lengths, and their
number."""
NIGHT_BEGINS, NIGHT_ENDS, NIGHT_COUNTS = 22 * HOUR, 5 * HOUR, 2 * HOUR
LONG_DAY, LONG_WEEK = 10 * HOUR, 48 * HOUR


@compiled_from(kernels, *kernels.CONSTANTS)
def by_client(times: Floats, counts: Ints32, place: Ints, order: Ints) -> int:
    """Fill *order* with the cases whose arrival is known, client by client, each client's in the order of their
    numbers; how many they are. *place*: zeros, one more than there are clients with -1."""
    for case in range(len(times)):
        if not math.isnan(times[case, kernels.ARRIVAL]):
            place[counts[case, kernels.CLIENT] + 1] += 1
    begin = 0
    for client in range(len(place)):
        place[client], begin = begin, begin + place[client]
    for case in range(len(times)):
        if not math.isnan(times[case, kernels.ARRIVAL]):
            client = counts[case, kernels.CLIENT] + 1
            order[place[client]] = case
            place[client] += 1
    return begin


@compiled_from(kernels, *kernels.CONSTANTS)
def tell_cases(
    order: Ints,
    times: Floats,
    counts: Ints32,
    due: Floats,
    his: Floats,
    begin: float,
    end: float,
    floats: Floats,
    ints: Ints32,
    marks: Flags,
) -> None:
    """Fill *floats* (FLOATS, cases), *ints* (INTS, cases) and *marks* (MARKS, cases) with what is known of the cases of
    *order*; *begin*, *end*: the window."""
    for at in range(len(order)):
        case = order[at]
        arrival = times[case, kernels.ARRIVAL]
        finish = times[case, kernels.FINISH]
        floats[ARRIVAL, at] = arrival
        floats[FINISH, at] = finish
        floats[CYCLE, at] = (finish - arrival) / HOUR
        floats[LATE, at] = (finish - due[case]) / HOUR if math.isfinite(due[case]) else math.nan
        floats[FOR_US, at] = times[case, kernels.FOR_US] / HOUR
        floats[FOR_CLIENT, at] = times[case, kernels.FOR_CLIENT] / HOUR
        floats[UNEXPLAINED, at] = times[case, kernels.UNEXPLAINED] / HOUR
        floats[WORKING, at] = times[case, kernels.AT_WORK] / HOUR
        floats[UNTOLD, at] = times[case, kernels.UNTOLD] / HOUR
        floats[BY_CLIENT, at] = his[case, 0] / HOUR
        floats[CLIENT_STEPS, at] = his[case, 1]
        ints[CLIENT, at] = counts[case, kernels.CLIENT]
        ints[STARTS, at] = counts[case, kernels.STARTS]
        ints[STEPS, at] = counts[case, kernels.STEPS]
        ints[HANDOVERS, at] = counts[case, kernels.HANDOVERS]
        signs = counts[case, kernels.SIGNS]
        given_up = signs & kernels.GIVEN_UP != 0
        marks[COUNTED, at] = begin <= arrival < end and not math.isnan(finish) and not given_up
        marks[GIVEN_UP, at] = given_up
        marks[TEAM_TOLD, at] = counts[case, kernels.TEAM] >= 0
        marks[REWORK, at] = signs & kernels.REWORK != 0
        marks[WAITED, at] = signs & kernels.WAITED != 0
        marks[DELAYS_TOLD, at] = signs & kernels.DELAYS_TOLD != 0


Bounds = tuple[float, float]


class CaseSums(NamedTuple):
    """What `add_up` adds to, zeros at first."""

    all: Floats
    """(CASE_SUMS,)."""
    weekly: Ints
    """Arrivals in each whole week of the full weeks, and..."""
    daily: Ints
    """... in each whole day."""
    floats: Floats
    """Of the cases that count, sums of each row of what is told of them (FLOATS; 0 for lateness, which may be nan),
    and..."""
    ints: Ints
    """... (INTS), and..."""
    marks: Ints
    """... (MARKS)."""
    cycles: Floats
    """Hours of each of them, one after the other: room for all."""


@piece
def add_arrival(arrival: float, begin: float, end: float, sums: CaseSums) -> None:
    """Add a case that came at *arrival* to *sums*, where that lies in the full weeks from *begin* to *end*."""
    if begin <= arrival < end:
        sums.all[CAME_IN_FULL] += 1.0
        week, day = int((arrival - begin) / WEEK), int((arrival - begin) / DAY)
        if week < sums.weekly.size:
            sums.weekly[week] += 1
        if day < sums.daily.size:
            sums.daily[day] += 1


@piece
def add_counted(at: int, floats: Floats, ints: Ints32, marks: Flags, sums: CaseSums) -> None:
    """Add a case that counts to *sums*."""
    sums.cycles[sums.marks[COUNTED]] = floats[CYCLE, at]
    late = floats[LATE, at]
    if late == late:
        sums.all[DUE] += 1.0
        sums.all[IN_TIME] += int(late <= 0.0)
        sums.all[HOURS_LATE] += max(late, 0.0)
    for row in range(FLOATS):
        sums.floats[row] += floats[row, at] if row != LATE else 0.0
    for row in range(INTS):
        sums.ints[row] += ints[row, at]
    for row in range(MARKS):
        sums.marks[row] += int(marks[row, at])


@compiled_from(kernels, *kernels.CONSTANTS)
def add_up(
    first: Ints, last: Ints, floats: Floats, ints: Ints32, marks: Flags, window: Bounds, full: Bounds, sums: CaseSums
) -> None:
    """Add the cases from each *first* up to its *last*, as `tell_cases` tells them, to *sums*; *window*, *full*: begin
    and end of the window, and of its full weeks."""
    of_all = sums.all
    begin, end = full
    for run in range(first.size):
        for at in range(first[run], last[run]):
            arrival, finish, lost = floats[ARRIVAL, at], floats[FINISH, at], marks[GIVEN_UP, at]
            over = not math.isnan(finish)
            finished_here = begin <= finish < end
            if window[0] <= arrival < window[1]:
                of_all[CAME] += 1.0
                of_all[LEFT] += int(lost)
            add_arrival(arrival, begin, end, sums)
            of_all[THROUGH] += int(finished_here and not lost)
            of_all[OPEN_FOR] += max((min(finish, end) if over else end) - max(arrival, begin), 0.0)
            of_all[FOR_NOTHING] += floats[WORKING, at] if finished_here and lost else 0.0
            of_all[WITH_START] += ints[STARTS, at]
            of_all[MAY_BE_WORK] += floats[UNTOLD, at] if over else 0.0
            of_all[OVER] += floats[CYCLE, at] if over else 0.0
            if marks[COUNTED, at]:
                add_counted(at, floats, ints, marks, sums)


@compiled
def came_per(period: float, arrival: Floats, begin: float, end: float, came: Ints) -> None:
    """Add to *came* the arrivals in each whole *period* (seconds) of the window from *begin* to *end*."""
    for moment in arrival:
        if begin <= moment < end:
            number = int((moment - begin) / period)
            if number < len(came):
                came[number] += 1


@compiled
def people_seen(active: Ints, people: int, among: Flags, latest: Ints, seen: Ints) -> None:
    """Add to *seen* (weeks) how many different people each week shows in the teams *among*. *active*: weeks, teams and
    people as in `kernels.add_teams`, by week; *latest* (people): -1."""
    for key in active:
        person = key % people
        week = key // people // len(among)
        if among[key // people % len(among)] and latest[person] != week:
            latest[person] = week
            seen[week] += 1


@piece
def night_until(moment: float) -> float:
    """Seconds of night, 22:00 to 05:00, from the origin to *moment*."""
    rest = moment % DAY
    whole = moment // DAY
    each = NIGHT_ENDS + DAY - NIGHT_BEGINS
    return whole * each + (min(rest, NIGHT_ENDS) + max(rest - NIGHT_BEGINS, 0.0))


@piece
def at_night(a: float, b: float) -> bool:
    """Whether so much of the time between two moments is night that it counts; most days lie within one day."""
    clock = a - math.floor(a / DAY) * DAY
    if clock >= NIGHT_ENDS and clock + (b - a) <= NIGHT_BEGINS:
        return False
    return bool(night_until(b) - night_until(a) >= NIGHT_COUNTS)


@piece
def at_weekend(moment: float) -> bool:
    """Whether a moment lies on a Saturday or Sunday."""
    rest = moment - math.floor(moment / WEEK) * WEEK
    if HOUR < rest < 5 * DAY - HOUR:
        return False  # what the division rounds does not reach so far
    return moment % WEEK >= 5 * DAY


@compiled_from(kernels, *kernels.CONSTANTS)
def tell_days(
    top: Ints,
    links: Ints,
    order: Ints,
    spans: Floats,
    whose: Ints32,
    begin: float,
    end: float,
    weeks: int,
    who: Ints32,
    week: Ints,
    lasts: Floats,
    marks: Flags,
) -> int:
    """Fill *who* (2, days: person, team), *week*, *lasts* (2, days: length, rest) and *marks* (2, days: night, weekend)
    with the working days that begin in the window; returns how many they are. See `kernels.add_stretch`. *order*: room
    for all days of one person."""
    filled = 0
    for person in range(len(top)):
        of_his = 0
        row = top[person]
        while row >= 0:
            order[of_his] = row
            of_his += 1
            row = links[row]
        before = math.nan
        for at in range(of_his - 1, -1, -1):
            row = order[at]
            a = spans[row, 0]
            b = spans[row, 1]
            rest = a - before
            before = b
            if not begin <= a < end:
                continue
            who[0, filled] = person
            who[1, filled] = whose[row, 1]
            week[filled] = min(int((a - begin) / WEEK), weeks - 1)
            lasts[0, filled] = b - a
            lasts[1, filled] = math.nan if rest > DAY else rest
            marks[0, filled] = at_night(a, b)
            marks[1, filled] = at_weekend(a)
            filled += 1
    return filled


@compiled_from(kernels, *kernels.CONSTANTS)
def count_days(
    who: Ints32,
    week: Ints,
    lasts: Floats,
    marks: Flags,
    place: Ints,
    latest: Ints,
    total: Floats,
    sums: Floats,
    counts: Floats,
) -> None:
    """Count working days, as `tell_days` tells them, into *sums* (SUMS, places) and *counts* (9, places, weeks).

    *place*: of each team; -1: its days are not counted. *latest* (places, weeks): -1; *total* (places, weeks): zeros.
    """
    first = 0
    while first < len(week):
        at = first
        while at < len(week) and who[0, at] == who[0, first]:
            p = place[who[1, at]] if who[1, at] >= 0 else -1
            w = week[at]
            at += 1
            if p < 0:
                continue
            length, rest = lasts[0, at - 1], lasts[1, at - 1]
            counts[DAYS, p, w] += 1.0
            counts[SECONDS, p, w] += length
            counts[LONG, p, w] += 1.0 if length > LONG_DAY else 0.0
            counts[RESTS, p, w] += 0.0 if math.isnan(rest) else 1.0
            counts[SHORT, p, w] += 1.0 if rest < kernels.REST else 0.0
            counts[NIGHT, p, w] += 1.0 if marks[0, at - 1] else 0.0
            counts[WEEKEND, p, w] += 1.0 if marks[1, at - 1] else 0.0
            if latest[p, w] != first:
                latest[p, w] = first
                total[p, w] = 0.0
                counts[PERSON_WEEKS, p, w] += 1.0
            total[p, w] += length
            if sums[HIS, p] != first + 1:
                sums[HIS, p] = first + 1
                sums[HIS_LENGTHS, p] = sums[HIS_DAYS, p] = 0.0
                sums[FREEDOM, p] -= 1.0
            sums[HIS_LENGTHS, p] += length
            sums[HIS_DAYS, p] += 1.0
        for day in range(first, at):
            p = place[who[1, day]] if who[1, day] >= 0 else -1
            if p < 0:
                continue
            if latest[p, week[day]] == first:
                latest[p, week[day]] = -1
                counts[LONG_WEEKS, p, week[day]] += 1.0 if total[p, week[day]] > LONG_WEEK else 0.0
            apart = lasts[0, day] - sums[HIS_LENGTHS, p] / sums[HIS_DAYS, p]
            sums[SQUARES, p] += apart * apart
            sums[OF_DAYS, p] += 1.0
            sums[LENGTHS, p] += lasts[0, day]
        first = at
