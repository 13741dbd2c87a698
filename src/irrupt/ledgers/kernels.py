"""The compiled loops of the ledgers: one pass over rows, into arrays that the reducers own.

They take arrays and scalars only and hold no lock. With NUMBA_DISABLE_JIT they run as plain Python and give the same
values. Times are seconds since the origin of the legend.
"""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt import units
from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.rows import (
    BY_ITSELF,
    CLIENT_ACT,
    CLIENT_WAIT,
    CLOCK,
    CUT_SHORT,
    FIRST,
    GAVE_UP,
    INTERRUPTED,
    LAST,
    NO_STEP,
    Rows,
)
from irrupt.compiling import compiled, compiled_from, part, piece
from irrupt.ledgers.hours import Dated, Hours
from irrupt.units import DAY, HOUR, WEEK

CONSTANTS = (sys.modules[Rows.__module__], units)
"""The files of which constants are compiled in; the package of the first has a function of the same name."""

Bytes = npt.NDArray[np.uint8]


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
GIVEN_UP = 8
WORD = 62
"""Activities per word in the table of activities that a case has seen."""

WORK, DONE, DONE_OUTSIDE, TIMED, WAIT, VISITS, IN_HOURS, HOURS_OUTSIDE, BY_PEOPLE, PRESSED, DOUBLY = range(11)
"""Columns of a team's week: seconds at work; steps done, of these outside office hours, of these with a known start;
seconds of waiting, and over how many visits, in the week in which the visit's first step was done; seconds at work of
people whose hours are known, of these outside office hours; steps that somebody works on, what presses him in these,
added up, and steps in which a client and a date do at once."""
TEAM_COLUMNS = 11
VISITED, WEEK_OF_VISIT, BUSY_UNTIL, LAST_PERSON = range(4)
"""Columns of the visits of cases: the team that does the case's latest steps, the week in which they count, the
latest end of a step so far, and who did the latest; -1: nobody of ours, `HIMSELF`: the client, `GOES_ON`: it was
interrupted."""
HIMSELF = -0.5
GOES_ON = -2.0
VISIT_COLUMNS = 4
ASKED, MOVES, POSTS, POSTS_ANEW, SIDE_BY_SIDE, AT_STEPS, UNBROKEN, CHECKING, PUT_ASIDE = range(9)
"""Columns of the tallies of a team's week: steps that a client asks for directly; steps of another post than the one
before of the same person; activities that somebody does for the team for the first time in the week, and of these those
that he has not done for another in it; steps begun while another was in hand, which may have been left for them;
seconds at work, none counted twice, of these what follows on an hour without a pause, and what is spent on checks and
records; steps for which another one was put aside."""
TALLIES = 9
LAST_END, LAST_POST, STRETCH, AT_IT, IN_A_ROW, IDLE, GAP, OLDEST_GAP, NEXT_BEGUN, BEGUN = range(10)
"""Columns of the latest of each person: the end of a step; his post (an activity in a team); the seconds that he has
worked without a pause; all seconds at work so far, how many of these came after an hour without a pause, and all
between steps; one more than the number of his latest gap between steps, and the number of the
oldest that is kept; from `BEGUN` on, when each of his last steps was begun, without those that are known to lie within
another, and which of these places is filled next."""
REMEMBERED = 8
LATEST = BEGUN + REMEMBERED
GAP_BEGINS, GAP_ENDS, STRETCH_THEN, AT_IT_THEN, ROW_THEN, IDLE_THEN = range(6)
"""Columns of the gaps between steps of a person, in which he has none in hand: from when until when, and what of his
latest was so at its begin."""
GAP_COLUMNS = 6
GAPS = 8
LAST_GAP = GAPS - 1
"""Gaps of each person that are kept, a power of two, each in the place that the bits of the last tell."""
MASK = 31
"""Teams per word in the table of activities that somebody has done."""
REST = 11.0 * HOUR
"""Rest between two working days that the law asks for."""
BREAK = 6.0 * HOUR
"""What passes without a sign of work between two working days, at least."""
AT_ONCE = 60.0
"""What the client does so soon after the step before was not waited for."""
PAUSE = 60.0
STRETCH_FROM = HOUR
"""After how much work without a pause what follows counts."""
TINY = 1e-6
"""Seconds that come of rounding."""
UNTIMED_AT_MOST = 0.05
"""Share of a team's steps that may lack a start before its work is not told."""
NOT_TOLD = -2
"""Week of a visit of which no wait is told so far."""
NOT_COUNTED = -1
"""Week of a visit that began outside the window."""


@piece
def in_week(a: float, b: float, week: int, dated: Dated) -> float:
    """Seconds on duty from *a* to *b* in a *week* that is not as usual, by its row of `Dated.weeks`."""
    total = 0.0
    for k in range(dated.weeks[week], dated.weeks[week + 1]):
        total += max(min(b, dated.bounds[k, 1]) - max(a, dated.bounds[k, 0]), 0.0)
    return total


@part
def on_duty_between(a: float, b: float, number: int, bounds: Floats, slices: Ints, first: Ints, dated: Dated) -> float:
    """Seconds on duty of a person or team, by *number*, from *a* to *b*; for the arrays see `Hours`."""
    week = math.floor(a / WEEK) * WEEK
    special = (dated.slices[number + 1] - dated.slices[number] - 1) * WEEK
    begin = a - week
    end = b - week
    total = 0.0
    while True:
        if 0.0 <= week < special:
            total += in_week(a, b, dated.slices[number] + int(week / WEEK), dated)
        else:
            k = first[number, min(int(begin / HOUR), 167)]
            while k < slices[number + 1] and bounds[k, 0] < end:
                total += max(min(end, bounds[k, 1]) - max(begin, bounds[k, 0]), 0.0)
                k += 1
        if end <= WEEK:
            return total
        begin = 0.0
        end -= WEEK
        week += WEEK


@piece
def whose_hours(person: int, team: int, people: int, per_week: Floats) -> int:
    """The number in `Hours` of whom a step is worked on by: the team, else the person; -1 where neither is known."""
    if team >= 0 and per_week[people + team] > 0.0:
        return people + team
    if person >= 0 and per_week[person] > 0.0:
        return person
    return -1


@part
def at_work_between(a: float, b: float, number: int, team: int, hours: Hours) -> float:
    """Seconds of work on a step of a *team* from *a* to *b*, in the hours of *number* or beyond them."""
    if team >= 0 and hours.finishes[team]:
        return b - a
    return float(on_duty_between(a, b, number, hours.bounds, hours.slices, hours.first, hours.dated))


@compiled_from(*CONSTANTS)
def add_worked(rows: Rows, hours: Hours, worked: Floats) -> None:
    """Put into *worked* the seconds of work on each of *rows*: within the hours of who works on it, or all its time
    where these are not known; none where its start is not known."""
    people, per_week = hours.people, hours.per_week
    for i in range(worked.size):
        a = rows.start[i]
        b = rows.end[i]
        worked[i] = 0.0
        if not a < b:
            continue
        number = whose_hours(rows.person[i], rows.team[i], people, per_week)
        if number < 0:
            worked[i] = b - a
        else:
            worked[i] = at_work_between(a, b, number, rows.team[i], hours)


class CaseTables(NamedTuple):
    """What `add_cases` fills, a row per case."""

    times: Floats
    """(cases, TIMES)."""
    counts: Ints32
    """(cases, COUNTS)."""
    seen: Ints
    """(cases, words): activities that the case has seen."""
    due: Floats
    """When it is due, in seconds since the origin; infinite: never, or not told."""
    his: Floats
    """(cases, 2): seconds that the client works on it himself, and steps that he does."""


@compiled_from(*CONSTANTS)
def add_cases(first: int, last: int, rows: Rows, worked: Floats, tables: CaseTables, known: int) -> int:
    """Add *rows* from *first* up to *last* to the *tables*, in which so many cases are *known*; how many now are.

    *worked*: seconds of work on each step. Cases are numbered as they arrive, so that their rows are made ready here,
    shortly before they are filled.
    """
    case, client, activity, team, _person, enabled, ready, start, end, flags, due_at, _together = rows
    times, counts, seen, due, his = tables
    for i in range(first, last):
        c = case[i]
        flag = flags[i]
        while known <= c:
            for column in range(TIMES):
                times[known, column] = 0.0
            times[known, ARRIVAL] = times[known, FINISH] = math.nan
            times[known, UNTIL] = -math.inf
            for column in range(COUNTS):
                counts[known, column] = 0
            counts[known, CLIENT] = counts[known, TEAM] = -1
            for word in range(seen.shape[1]):
                seen[known, word] = 0
            due[known] = math.inf
            his[known, 0] = his[known, 1] = 0.0
            known += 1
        if due_at.size > 0:
            due[c] = due_at[i]
        if flag & FIRST:
            times[c, ARRIVAL] = enabled[i]
            counts[c, CLIENT] = client[i]
        if flag & LAST:
            times[c, FINISH] = end[i]
        if flag & GAVE_UP:
            counts[c, SIGNS] |= GIVEN_UP
        if flag & CLIENT_ACT:
            his[c, 0] += 0.0 if math.isnan(start[i]) else end[i] - start[i]
            his[c, 1] += 1.0
        nothing = activity[i] == NO_STEP
        done = flag & INTERRUPTED == 0 and not nothing
        counts[c, STEPS] += 1 if done else 0

        if done and activity[i] >= 0:
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
        nobody = flag & BY_ITSELF != 0
        if flag & CLIENT_WAIT or (by_client and end[i] > since + AT_ONCE):
            counts[c, SIGNS] |= WAITED
        if not math.isnan(ready[i]):
            counts[c, SIGNS] |= DELAYS_TOLD
            whose = FOR_CLIENT if by_client else UNEXPLAINED if nobody else FOR_US
            if by_client or flag & CUT_SHORT != CLOCK:
                times[c, whose] += max(ready[i] - since, 0.0)
            since = max(ready[i], since)
            by_client = False
        if nothing:
            continue
        if math.isnan(start[i]):
            client_time = by_client or flag & CLIENT_ACT != 0
            times[c, FOR_CLIENT if client_time else UNTOLD] += max(end[i] - since, 0.0)
            continue
        times[c, FOR_CLIENT if by_client else UNEXPLAINED if nobody else FOR_US] += max(start[i] - since, 0.0)
        lasts = max(end[i] - start[i], 0.0)
        if flag & CLIENT_ACT:
            times[c, FOR_CLIENT] += lasts
        elif nobody:
            times[c, UNEXPLAINED] += lasts
        else:
            times[c, AT_WORK] += worked[i]
            times[c, FOR_US] += max(lasts - worked[i], 0.0)
            counts[c, STARTS] += 1 if done else 0
    return known


@piece
def all_in_office_hours(begin: float, end: float) -> bool:
    """Whether the time between two moments lies within office hours of one day."""
    rest = begin - math.floor(begin / WEEK) * WEEK
    day = math.floor(rest / DAY)
    clock = rest - day * DAY
    return day < 5 and clock >= 9.0 * HOUR and clock + (end - begin) <= 17.0 * HOUR


@piece
def outside_office(a: float, b: float, work: float, number: int, in_office: Hours) -> float:
    """How many of the seconds of *work* from *a* to *b* lie outside office hours."""
    if all_in_office_hours(a, b):
        return 0.0
    _people, bounds, slices, _per_week, first, dated, _finishes = in_office
    work -= on_duty_between(a, b, number, bounds, slices, first, dated)
    return work if work > TINY else 0.0


@piece
def add_over_weeks(
    start: float,
    end: float,
    worked: float,
    person: int,
    team: int,
    together: int,
    begin: float,
    finish: float,
    hours: Hours,
    in_office: Hours,
    own_hours: bool,
    weeks: Floats,
) -> None:
    """Add the seconds at work of a step to the weeks of the window from *begin* to *finish* in which they fall."""
    people, per_week, dated = hours.people, hours.per_week, hours.dated
    of_week = in_office.per_week
    last = weeks.shape[1] - 1
    a = max(start, begin)
    until = min(end, finish)
    number = whose_hours(person, team, people, per_week)
    w = min(int((a - begin) / WEEK), last)
    while a < until:
        b = until if w == last else min(until, begin + (w + 1) * WEEK)
        if b > a:
            work = b - a
            if a == start and b == end:
                work = worked
            elif number >= 0:
                work = at_work_between(a, b, number, team, hours)
            weeks[team, w, WORK] += work / together
            if own_hours and 0 <= number < people:
                weeks[team, w, IN_HOURS] += work / together
                inside = dated.slices[number] == dated.slices[number + 1] and of_week[number] == per_week[number]
                if not inside or hours.finishes[team]:
                    weeks[team, w, HOURS_OUTSIDE] += outside_office(a, b, work, number, in_office) / together
            a = b
        w += 1


@compiled_from(*CONSTANTS)
def add_duty(rows: Rows, worked: Floats, begin: float, finish: float, hours: Hours, at_work: Floats) -> None:
    """Add to *at_work* (people) the seconds that each spent at work in his hours, within the window.

    *worked*: seconds of work on each step, within *hours*, which are those of people only; a share of them counts where
    several were done together.
    """
    for i in range(worked.size):
        p = rows.person[i]
        if p < 0 or math.isnan(rows.start[i]) or not hours.per_week[p] > 0.0:
            continue
        together = rows.together[i] if rows.together.size > 0 else 1
        a = max(rows.start[i], begin)
        b = min(rows.end[i], finish)
        if a == rows.start[i] and b == rows.end[i]:
            at_work[p] += worked[i] / together
        elif a < b:
            at_work[p] += at_work_between(a, b, p, rows.team[i], hours) / together


@compiled_from(*CONSTANTS)
def add_pairs(
    rows: Rows,
    begin: float,
    finish: float,
    hours: Hours,
    in_office: Hours,
    counted: Bytes,
    waits: Floats,
    work: Floats,
    by_person: Floats,
) -> None:
    """Add *rows* to *waits* (clients, activities, 2: seconds waited, steps), to *work* (clients, teams, 2: seconds at
    work in the window, of these outside office hours) and to *by_person* (people, clients: seconds at work in his
    hours). *counted* (cases): whether the case arrived in the window."""
    case, client, activity, team, person, enabled, ready, start, end, flags, _due, at_once = rows
    people, per_week = hours.people, hours.per_week
    _people, of_bounds, of_slices, _of_week, of_first, of_dated, _finishes = in_office
    for i in range(case.size):
        if flags[i] & FIRST and begin <= enabled[i] < finish:
            counted[case[i]] = 1
        if team[i] < 0 or client[i] < 0 or flags[i] & CLIENT_ACT or math.isnan(start[i]):
            continue
        since = ready[i] if flags[i] & CLIENT_WAIT else enabled[i]
        if counted[case[i]] and activity[i] >= 0 and not math.isnan(since):
            waits[client[i], activity[i], 0] += max(start[i] - since, 0.0)
            waits[client[i], activity[i], 1] += 0.0 if flags[i] & INTERRUPTED else 1.0
        a = max(start[i], begin)
        b = min(end[i], finish)
        number = whose_hours(person[i], team[i], people, per_week)
        if number < 0 or not a < b:
            continue
        together = at_once[i] if at_once.size > 0 else 1
        spent = at_work_between(a, b, number, team[i], hours)
        outside = spent - on_duty_between(a, b, number, of_bounds, of_slices, of_first, of_dated)
        if 0 <= person[i] < by_person.shape[0] and per_week[person[i]] > 0.0:
            by_person[person[i], client[i]] += spent / together
        work[client[i], team[i], 0] += spent / together
        work[client[i], team[i], 1] += outside / together if outside > TINY else 0.0


@piece
def apart(end: float, begin: float) -> bool:
    """Whether work that ends and work that begins later belong to two working days: eleven hours lie between them, or
    six and a midnight."""
    gap = begin - end
    return gap >= REST or (gap >= BREAK and math.floor(end / DAY) < math.floor(begin / DAY))


@piece
def add_stretch(
    a: float, b: float, person: int, team: int, spans: Floats, links: Ints, whose: Ints32, top: Ints, n: int
) -> int:
    """Put the time from *a* to *b*, in which *person* works, into his working days; returns how many rows are in use.

    *spans* (rows, 2) holds begin and end of each working day, nan where it was joined with another; *links* the day
    before of the same person; *whose* (rows, 2) person and team of its last step; *top* (people) his latest day.
    """
    later = np.int64(-1)
    k = top[person]
    while k >= 0 and apart(b, spans[k, 0]):
        later = k
        k = links[k]
    row = np.int64(-1)
    last = b
    while k >= 0 and not apart(spans[k, 1], a):
        if whose[k, 1] >= 0 and (team < 0 or spans[k, 1] > last):
            team = whose[k, 1]
            last = spans[k, 1]
        a = min(a, spans[k, 0])
        b = max(b, spans[k, 1])
        spans[k, 0] = math.nan
        row = k
        k = links[k]
    if row < 0:
        row = np.int64(n)
        n += 1
    spans[row, 0] = a
    spans[row, 1] = b
    whose[row, 0] = person
    whose[row, 1] = team
    links[row] = k
    if later < 0:
        top[person] = row
    else:
        links[later] = row
    return n


@part
def add_day(
    a: float,
    b: float,
    person: int,
    team: int,
    hours: Hours,
    spans: Floats,
    links: Ints,
    whose: Ints32,
    top: Ints,
    n: int,
) -> int:
    """Put a step from *a* to *b* into the working days of *person* (see `add_stretch`); returns how many days are in
    use, or -1 where there is no room left."""
    people, bounds, slices, per_week, _first, dated, finishes = hours
    number = whose_hours(person, team, people, per_week)
    if b - a < BREAK or (number < 0 and b - a <= REST) or (team >= 0 and finishes[team]):
        return -1 if n + 1 > links.size else int(add_stretch(a, b, person, team, spans, links, whose, top, n))
    if number < 0:
        if n + 2 > links.size:
            return -1
        n = add_stretch(a, a, person, team, spans, links, whose, top, n)
        return int(add_stretch(b, b, person, team, spans, links, whose, top, n))
    week = math.floor(a / WEEK)
    of_number = dated.slices[number]
    special = dated.slices[number + 1] - of_number - 1
    room = (int((b - week * WEEK) / WEEK) + 1) * (slices[number + 1] - slices[number])
    if special > 0:
        room += dated.weeks[of_number + special] - dated.weeks[of_number]
    if n + room > links.size:
        return -1
    while week * WEEK < b:
        if 0 <= week < special:
            at = of_number + week
            for k in range(dated.weeks[at], dated.weeks[at + 1]):
                x = max(a, dated.bounds[k, 0])
                y = min(b, dated.bounds[k, 1])
                if x < y:
                    n = add_stretch(x, y, person, team, spans, links, whose, top, n)
        else:
            for k in range(slices[number], slices[number + 1]):
                x = max(a, week * WEEK + bounds[k, 0])
                y = min(b, week * WEEK + bounds[k, 1])
                if x < y:
                    n = add_stretch(x, y, person, team, spans, links, whose, top, n)
        week += 1
    return n


@piece
def beside_others(
    p: int, s: float, d: float, until: float, worked: float, latest: Floats, gaps: Floats
) -> tuple[float, float, float]:
    """What a step of person *p* from *s* to *d*, of so many seconds of work, adds where others overlap it, the last of
    which ended at *until*: seconds at work that are none of theirs; and what he had been at work when it began, in all
    and after an hour without a pause. The gaps that it fills are gone."""
    gap = int(latest[p, GAP])
    oldest = max(int(latest[p, OLDEST_GAP]), gap - GAPS)
    latest[p, OLDEST_GAP] = oldest
    free = d - until
    spent = latest[p, AT_IT]
    row = latest[p, IN_A_ROW]
    idle = latest[p, IDLE]
    ended = s
    while gap > oldest and gaps[p, (gap - 1) & LAST_GAP, GAP_ENDS] >= s:
        gap -= 1
        k = gap & LAST_GAP
        ended = gaps[p, k, GAP_BEGINS]
        free += gaps[p, k, GAP_ENDS] - max(ended, s)
        spent = gaps[p, k, AT_IT_THEN]
        row = gaps[p, k, ROW_THEN]
        idle = gaps[p, k, IDLE_THEN]
        latest[p, STRETCH] = gaps[p, k, STRETCH_THEN] if s - ended <= PAUSE else 0.0
    if gap == oldest > 0 and s < ended:
        # Of what was before, only sums are known: it was as busy all the time.
        behind = min((ended - s) / max(spent + idle, TINY), 1.0)
        free += idle * behind
        spent -= spent * behind
        row -= row * behind
        idle -= idle * behind
        latest[p, STRETCH] = 0.0
    if s - ended > 1.0:
        gaps[p, gap & LAST_GAP, GAP_ENDS] = s
        idle += s - ended if ended > -math.inf else 0.0
        gap += 1
    latest[p, GAP] = gap
    latest[p, IDLE] = idle
    return max(min(worked - (latest[p, AT_IT] - spent), free), 0.0), spent, row


class TeamTables(NamedTuple):
    """What `add_teams` fills of teams."""

    weeks: Floats
    """(teams, weeks of the window, TEAM_COLUMNS)."""
    visits: Floats
    """(cases, VISIT_COLUMNS)."""
    last_week: Ints32
    """(teams, people): the last week in which somebody was seen at work in a team."""
    active: Ints
    """Each week, team and person seen, as one number."""


class PeopleTables(NamedTuple):
    """What `add_teams` fills of people."""

    tallies: Floats
    """(teams, weeks of the window, TALLIES)."""
    latest: Floats
    """(people, LATEST)."""
    filled: Ints32
    """(people, activities, 1 + words): the last week in which somebody did it, and for which teams, as bits; none of
    size where there would be too many."""
    gaps: Floats
    """(people, GAPS, GAP_COLUMNS)."""
    checks: Floats
    """Of each activity, the share of its time that goes into checks and records."""
    spans: Floats
    """Working days, and..."""
    links: Ints
    whose: Ints32
    top: Ints
    """... see `add_stretch` for these three."""


@compiled_from(*CONSTANTS)
def add_teams(
    first_row: int,
    rows: Rows,
    worked: Floats,
    begin: float,
    finish: float,
    hours: Hours,
    in_office: Hours,
    own_hours: bool,
    of: TeamTables,
    by: PeopleTables,
    n_active: int,
    n_days: int,
    n_cases: int,
) -> tuple[int, int, int, int]:
    """Add *rows* from *first_row* on, which come by `end`, to the tables *of* teams and those of people, *by* whom they
    are done.

    *worked*: seconds of work on each step, a share of which counts where several were done together. *own_hours*:
    those of people whose own hours are known are told apart, with what does not lie *in_office* hours. Returns the next
    row, which is not the last where there is no room left, and how many of `active`, days and cases are in use.
    """
    case, _client, activity, team, person, enabled, ready, start, end, flags, due, at_once = rows
    weeks, visits, last_week, active = of
    tallies, latest, filled, gaps, checks, spans, links, whose, top = by
    per_week, special, of_week = hours.per_week, hours.dated.slices, in_office.per_week
    n_teams, n_people = last_week.shape
    last = weeks.shape[1] - 1
    w = 0
    week_begins = week_ends = -math.inf  # of week w, but for what rounds: most steps end in that of the one before
    opens = closes = day_begins = day_ends = -math.inf  # office hours of the latest day
    for i in range(first_row, team.size):
        t = team[i]
        c = case[i]
        p = person[i]
        s = start[i]
        d = end[i]
        flag = flags[i]
        timed = not math.isnan(s)
        if p >= 0 and flag & CLIENT_ACT == 0:
            a = min(s, d) if timed else d
            k = top[p]
            if k >= 0 and d - a < BREAK and spans[k, 0] <= a < spans[k, 1] + BREAK and d >= spans[k, 1]:
                spans[k, 1] = d  # Nearly all steps go on with the working day: a call for each costs too much.
                if t >= 0:
                    whose[k, 1] = t
            else:
                used = add_day(a, d, p, t, hours, spans, links, whose, top, n_days)
                if used < 0:
                    return i, n_active, n_days, n_cases
                n_days = used
        while n_cases <= c:
            visits[n_cases, VISITED] = visits[n_cases, WEEK_OF_VISIT] = visits[n_cases, LAST_PERSON] = -1.0
            visits[n_cases, BUSY_UNTIL] = -math.inf
            n_cases += 1
        busy_until = visits[c, BUSY_UNTIL]
        visits[c, BUSY_UNTIL] = d
        handed_by = visits[c, LAST_PERSON]
        visits[c, LAST_PERSON] = GOES_ON if flag & CUT_SHORT == INTERRUPTED else HIMSELF if flag & CLIENT_ACT else p
        if t < 0 or flag & CLIENT_ACT:
            continue

        counts = begin <= d < finish
        if counts and not week_begins <= d < week_ends:
            w = min(int((d - begin) / WEEK), last)
            week_begins = begin + w * WEEK + TINY
            week_ends = finish if w == last else begin + (w + 1) * WEEK - TINY
        if counts and d >= day_ends:
            day = math.floor(d / DAY)
            day_begins, day_ends = day * DAY, (day + 1) * DAY
            opens, closes = (day_begins + 9.0 * HOUR, day_begins + 17.0 * HOUR) if day % 7 < 5 else (day_ends, day_ends)
        by_hand = flag & BY_ITSELF == 0
        together = at_once[i] if at_once.size > 0 else 1
        if by_hand and s < d:
            if counts and s >= week_begins and d < week_ends:
                share = worked[i] if together == 1 else worked[i] / together
                weeks[t, w, WORK] += share
                if own_hours and p >= 0 and per_week[p] > 0.0:
                    weeks[t, w, IN_HOURS] += share
                    other = of_week[p] != per_week[p] or special[p] != special[p + 1] or hours.finishes[t]
                    if other and not (opens <= s and d <= closes):
                        outside = worked[i]
                        if (s < closes and opens < d) or s < day_begins:
                            outside = outside_office(s, d, outside, p, in_office)
                        weeks[t, w, HOURS_OUTSIDE] += outside / together if outside > TINY else 0.0
            elif d > begin and s < finish:
                add_over_weeks(s, d, worked[i], p, t, together, begin, finish, hours, in_office, own_hours, weeks)
        asked = flag & (FIRST | CLIENT_WAIT) != 0 or (handed_by == HIMSELF and not s < busy_until)
        goes_on = flag & CUT_SHORT == INTERRUPTED
        if counts:
            if flag & INTERRUPTED == 0:
                weeks[t, w, DONE] += 1.0
                if not opens <= d <= closes:
                    weeks[t, w, DONE_OUTSIDE] += 1.0
                if timed:
                    weeks[t, w, TIMED] += 1.0
            if p >= 0 and last_week[t, p] != w:
                last_week[t, p] = w
                active[n_active] = (w * n_teams + t) * n_people + p
                n_active += 1
            if p >= 0 and handed_by >= -1.0 and by_hand:
                dated = due.size > 0 and due[i] < math.inf
                handed = not asked and handed_by >= 0.0 and handed_by != p
                weeks[t, w, BY_PEOPLE] += 1.0
                weeks[t, w, PRESSED] += int(asked) + int(dated) + int(handed) + int(flag & CUT_SHORT == CLOCK)
                if asked and dated:
                    weeks[t, w, DOUBLY] += 1.0
            if asked:
                tallies[t, w, ASKED] += 1.0
            if goes_on:
                tallies[t, w, SIDE_BY_SIDE] += 1.0
                tallies[t, w, PUT_ASIDE] += 1.0

        if visits[c, VISITED] != t:
            visits[c, VISITED] = t
            visits[c, WEEK_OF_VISIT] = NOT_TOLD
        knows_ready = not math.isnan(ready[i])
        if timed and by_hand and (knows_ready or flag & CLIENT_WAIT == 0):
            v = int(visits[c, WEEK_OF_VISIT])
            if v == NOT_TOLD:
                v = w if counts else NOT_COUNTED
                visits[c, WEEK_OF_VISIT] = v
                if v >= 0:
                    weeks[t, v, VISITS] += 1.0
            if v >= 0:
                since = max(ready[i] if knows_ready else enabled[i], busy_until)
                weeks[t, v, WAIT] += max(s - since, 0.0)
                weeks[t, v, WAIT] += max(d - s - worked[i], 0.0)

        if p < 0:
            continue
        a = activity[i]
        post = float(a * n_teams + t)
        if counts:
            # Without a branch here and below: which way it goes is anybody's guess, and a wrong one costs more.
            moves = (latest[p, LAST_POST] != post) & (latest[p, LAST_POST] > -math.inf)
            tallies[t, w, MOVES] += int(moves)
            if filled.size > 0 and a >= 0:
                if filled[p, a, 0] != w:
                    filled[p, a, 0] = w
                    for k in range(1, filled.shape[2]):
                        filled[p, a, k] = 0
                    tallies[t, w, POSTS_ANEW] += 1.0
                k = 1 + t // MASK
                bit = np.int64(1) << np.int64(t % MASK)
                if filled[p, a, k] & bit == 0:
                    filled[p, a, k] |= bit
                    tallies[t, w, POSTS] += 1.0
        latest[p, LAST_POST] = post
        if not timed:
            continue
        until = latest[p, LAST_END]
        latest[p, LAST_END] = max(until, d)
        spent = worked[i]
        at_it = latest[p, AT_IT]
        row = latest[p, IN_A_ROW]
        if s < until - 1.0:
            if counts and (together == 1 or d != until):
                tallies[t, w, SIDE_BY_SIDE] += 1.0
            spent, at_it, row = beside_others(p, s, d, until, spent, latest, gaps)
            for k in range(BEGUN, LATEST):
                if latest[p, k] > s + 1.0:  # It was begun later and has ended: he put this step aside for it.
                    latest[p, k] = -math.inf
                    if counts:
                        tallies[t, w, PUT_ASIDE] += 1.0
        elif s - until > 1.0:
            gap = int(latest[p, GAP])
            k = gap & LAST_GAP
            gaps[p, k, GAP_BEGINS] = until
            gaps[p, k, GAP_ENDS] = s
            gaps[p, k, STRETCH_THEN] = latest[p, STRETCH]
            gaps[p, k, AT_IT_THEN] = at_it
            gaps[p, k, ROW_THEN] = row
            gaps[p, k, IDLE_THEN] = latest[p, IDLE]
            latest[p, IDLE] += s - until if gap > 0 else 0.0
            latest[p, GAP] = gap + 1
        if together == 1 or d != until:
            k = int(latest[p, NEXT_BEGUN])
            latest[p, k] = s
            latest[p, NEXT_BEGUN] = k + 1.0 if k + 1 < LATEST else BEGUN
        before = latest[p, STRETCH] * int(s - until <= PAUSE)
        stretch = (before + (latest[p, AT_IT] - at_it) + spent) * int(d - s <= worked[i] + PAUSE)
        unbroken = max(max(stretch, STRETCH_FROM) - max(before, STRETCH_FROM) - (latest[p, IN_A_ROW] - row), 0.0)
        latest[p, STRETCH] = stretch
        latest[p, AT_IT] += spent
        latest[p, IN_A_ROW] += unbroken
        if counts:
            tallies[t, w, AT_STEPS] += spent
            if a >= 0:
                tallies[t, w, CHECKING] += spent * checks[a]
            tallies[t, w, UNBROKEN] += unbroken
    return team.size, n_active, n_days, n_cases


def later_ones(rank: Ints) -> Ints:
    """Per place, how many places before it have a higher *rank* (from 0, less than their number)."""
    found, tree = np.zeros(len(rank), np.int64), np.zeros(len(rank) + 1, np.int64)
    count_later(rank, tree, found)
    return found


@compiled
def count_later(rank: Ints, tree: Ints, found: Ints) -> None:
    """Fill *found* as `later_ones` says, with a *tree* of partial sums (Fenwick 1994): `n log n`."""
    for at in range(rank.size):
        lower = 0
        place = rank[at] + 1
        while place > 0:
            lower += tree[place]
            place -= place & -place
        found[at] = at - lower
        place = rank[at] + 1
        while place <= rank.size:
            tree[place] += 1
            place += place & -place
