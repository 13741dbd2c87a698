"""The work loop, compiled. `reference.py` is the same loop for people to read; their logs are equal to the bit.

Everything compiled stands in this one file, constants included: Numba's cache looks at the file of the function that is
called, so anything imported from elsewhere could go stale. The loop allocates nothing and raises nothing; it returns a
code, and Python makes room and calls it again. It is one function because helpers that are handed arrays cost more than
what they do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

WEEK = 604800.0
HOUR = 3600.0

FIRST, LAST = 1, 2
"""Flags of rows, as in `irrupt.chronicle.rows`."""

WAKE, PASS, READY, ARRIVE, DONE = 0, 1, 2, 3, 4
"""Kinds of events, in the order in which they happen when they happen at one time; then the lower number goes first (of
the person, the client or the case). Whoever becomes free sees all that is ready by then."""
KIND_SHIFT = 56

DELAYED, QUEUED, BEGUN, GONE = 0, 1, 2, 3
"""Where a case stands: on its way to a step, in its queue, at it, out."""

FIXED, UNIFORM, EXPONENTIAL, LINES, TAILS = 0, 1, 2, 3, 4
"""Kinds of distributions: constant, a + b u, by logarithm, one table of cells, a table with nested tails."""

PAUSED, FINISHED, LOG_FULL, SLOTS_FULL = 0, 1, 2, 3
"""What the loop returns."""

PENDING, FREE, LOGGED, CASES, OVER, TICKET = 0, 1, 2, 3, 4, 5
"""Places in `State.counts`: events pending, free slots, rows logged, cases arrived, cases over, next ticket."""

U1 = np.uint64(1)
U2 = np.uint64(2)
U11 = np.uint64(11)
U27 = np.uint64(27)
U30 = np.uint64(30)
U31 = np.uint64(31)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX1 = np.uint64(0xBF58476D1CE4E5B9)
MIX2 = np.uint64(0x94D049BB133111EB)
ARRIVALS = np.uint64(0x6A09E667F3BCC909)
FOR_DURATION = np.uint64(0)
FOR_ROUTE = np.uint64(1)
FOR_DELAY = np.uint64(2)


class Rules(NamedTuple):
    """The rules in force, as arrays. C clients, K classes of clients with equal routes and skips, N nodes (`start` and
    the steps), A activities, J teams, Q queues, P people, D distributions. Index -1: none."""

    client_rate: Floats
    """[C, 168] cases a second in each hour of the week, without growth."""
    client_growth: Floats
    client_class: Ints
    """[C + 1]; the last stands for clients who are gone."""
    node_activity: Ints
    node_key: Words
    """Key of the node's activity, for draws."""
    node_team: Ints
    node_time: Ints
    """Distribution of its duration."""
    node_flags: Bytes
    row_of: Ints
    """[K, N] row of routes."""
    skip: Bytes
    """[K, N]"""
    skips: Bytes
    """[K] 0: the class skips nothing; 1: steps that no team does; 2: work of teams."""
    route_begin: Ints
    """[rows + 1]"""
    route_below: Floats
    """Taken when the uniform is below this, and not below the one before."""
    route_to: Ints
    route_time: Ints
    route_calendar: Ints
    """In whose hours the delay passes."""
    route_flags: Bytes
    check_begin: Ints
    """[A + 1] into `check_at`."""
    check_at: Ints
    check_client: Ints
    check_key: Words
    check_team: Ints
    check_time: Ints
    check_flags: Bytes
    level: Ints
    """[J, C + 1] which of the team's queues; 0 is served first."""
    queue_begin: Ints
    """[J + 1]"""
    queue_rank: Longs
    """[Q]"""
    member_begin: Ints
    """[J + 1]"""
    member_at: Ints
    team_begin: Ints
    """[P + 1]"""
    team_at: Ints
    speed: Floats
    at_once: Ints
    calendar_begin: Ints
    """First interval of each calendar, and one past the last."""
    hours_begin: Ints
    """[P] first interval of the person's calendar."""
    hours_end: Ints
    """[P] one past its last."""
    hours_from: Floats
    """Seconds in the week."""
    hours_until: Floats
    time_kind: Ints
    """[D]; distribution 0 is "no time"."""
    time_a: Floats
    time_b: Floats
    time_at: Ints
    """First cell."""
    time_cells: Ints
    """Cells of one table."""
    cells: Floats
    """[., 2] value at the lower end and rise, of each cell."""


class Names(NamedTuple):
    """Numbers in the legend of what the rules number."""

    client: Ints
    node: Ints
    """Activity of each node."""
    check: Ints
    """Activity of each check."""
    team: Ints
    person: Ints


class State(NamedTuple):
    """All that changes while work goes on. A slot holds a case in the system."""

    counts: Longs
    clock: Floats
    """[1] time of the last event of a case."""
    event_time: Floats
    """A binary heap, with the two below: earliest (time, key) first."""
    event_key: Longs
    """kind << 56 | number of the person, client or case: with the time, a total order that no slot, and no order in
    which events were planned, has a part in."""
    event_item: Ints
    """Person, client or slot."""
    arrivals: Longs
    """[C] cases that each client has brought, the pending one included."""
    client_key: Words
    """[C] his key in this run."""
    since: Floats
    """[C] from when `need` counts."""
    need: Floats
    """[C] expected arrivals from `since` until the pending one."""
    in_hand: Ints
    """[P]"""
    touched: Floats
    """[P] when he last took up or ended something; -1: never."""
    wakes: Bytes
    """[P] whether his next hours are in the events."""
    on_from: Floats
    """[P] hours on duty, current or next, with the three below."""
    on_until: Floats
    on_week: Floats
    """Begin of their week."""
    on_interval: Ints
    room: Ints
    """[J] members who can take more."""
    queued: Ints
    """[J] cases waiting."""
    head: Ints
    """[Q]"""
    tail: Ints
    free: Ints
    """Slots to hand out, last first."""
    next: Ints
    """Who is behind, in a queue."""
    status: Bytes
    case: Longs
    client: Ints
    key: Words
    """The case's key in this run."""
    node: Ints
    occurrence: Ints
    """Of the node's activity, in this case."""
    check: Ints
    """The check that is being done; -1: the step itself."""
    person: Ints
    ticket: Longs
    """Order of coming into queues."""
    flags: Bytes
    enabled: Floats
    ready: Floats
    start: Floats
    row_client: Ints
    row_activity: Ints
    row_team: Ints
    row_person: Ints
    whole: Bytes
    """Whether the case skips nothing, since nobody else would work on it."""
    seen: Ints
    """[slots, A] how often the case has come to each activity."""


class Log(NamedTuple):
    """A chunk of rows, filled again and again: the columns of `irrupt.chronicle.rows.Rows`."""

    case: Longs
    client: Ints
    activity: Ints
    team: Ints
    person: Ints
    enabled: Floats
    ready: Floats
    start: Floats
    end: Floats
    flags: Bytes


def compiled(function: Callable[..., Any]) -> Any:
    """Compile *function* when it is first called, and keep the result beside the file, or else in the user's cache."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # There is no place that can be written to.
        return njit(nogil=True)(function)


@compiled
def mix(word):  # type: ignore[no-untyped-def]
    """`streams.mix`."""
    word = (word ^ (word >> U30)) * MIX1
    word = (word ^ (word >> U27)) * MIX2
    return word ^ (word >> U31)


@compiled
def unit(word):  # type: ignore[no-untyped-def]
    """`streams.unit`."""
    return np.float64(word >> U11) * 1.1102230246251565e-16


@compiled
def draw(case, activity, occurrence, purpose):  # type: ignore[no-untyped-def]
    """`streams.draw`."""
    return unit(mix(case + mix(activity + GOLDEN * ((np.uint64(occurrence) << U2) + purpose))))


@compiled
def logarithm(x):  # type: ignore[no-untyped-def]
    """`streams.logarithm`, with the parts of *x* taken from its bits."""
    bits = np.float64(x).view(np.int64)
    exponent = np.float64((bits >> 52) - 1023)
    fraction = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    if fraction >= 1.4142135623730951:
        fraction *= 0.5
        exponent += 1.0
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    odd = z * (
        0.6666666666666735130 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860510658591))
    )
    half = 0.5 * f * f
    low = s * (half + (odd + even)) + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - low) - f)


@compiled
def gap(client, arrival):  # type: ignore[no-untyped-def]
    """`streams.gap`."""
    return -logarithm(1.0 - unit(mix(mix(client ^ ARRIVALS) + GOLDEN * (np.uint64(arrival) + U1))))


@compiled
def from_cells(cells, at, count, tails, u):  # type: ignore[no-untyped-def]
    """The value of a table of *count* cells that begins *at*, with *tails* nested in its first and last cell or not."""
    u *= count
    cell = int(u)
    u -= cell
    if tails and (cell == 0 or cell == count - 1):
        at += count if cell == 0 else 2 * count
        outer = cell
        u *= count
        cell = int(u)
        u -= cell
        if cell == outer:
            at += 2 * count
            u *= count
            cell = int(u)
            u -= cell
    return cells[at + cell, 0] + cells[at + cell, 1] * u


@compiled
def next_arrival(rate, growth, client, time, need, limit):  # type: ignore[no-untyped-def]
    """When *need* more arrivals are expected after *time*; infinite from *limit* on."""
    hour = int(time / HOUR)
    while time < limit:
        pace = rate[client, hour % 168] * max(0.0, 1.0 + growth[client] * ((hour + 0.5) / 168.0))
        turn = (hour + 1) * HOUR
        room = pace * (turn - time)
        if need <= room and pace > 0.0:
            time += need / pace
            break
        need -= room
        time = turn
        hour += 1
    return time if time < limit else math.inf


@compiled
def expected(rate, growth, client, begin, end):  # type: ignore[no-untyped-def]
    """How many arrivals of *client* are expected between two times."""
    total = 0.0
    hour = int(begin / HOUR)
    while begin < end:
        pace = rate[client, hour % 168] * max(0.0, 1.0 + growth[client] * ((hour + 0.5) / 168.0))
        turn = min((hour + 1) * HOUR, end)
        total += pace * (turn - begin)
        begin = turn
        hour += 1
    return total


@compiled
def on_duty(hours_from, hours_until, first, behind, begin, end):  # type: ignore[no-untyped-def]
    """Seconds on duty between two times, in the hours of the week from interval *first* to the one before *behind*."""
    total = 0.0
    week = math.floor(begin / WEEK) * WEEK
    interval = first
    while week + hours_from[interval] < end:
        total += max(0.0, min(end, week + hours_until[interval]) - max(begin, week + hours_from[interval]))
        interval += 1
        if interval == behind:
            interval = first
            week += WEEK
    return total


@compiled
def work_ends(hours_from, hours_until, first, behind, time, left):  # type: ignore[no-untyped-def]
    """When somebody with these hours, who goes on with a work at *time*, has done what is *left* of it."""
    week = math.floor(time / WEEK) * WEEK
    interval = first
    while left > 0.0:
        until = week + hours_until[interval]
        begin = max(time, week + hours_from[interval])
        if begin < until:
            if left <= until - begin:
                return begin + left
            left -= until - begin
        interval += 1
        if interval == behind:
            interval = first
            week += WEEK
    return time


@compiled
def set_hours(hours_begin, hours_end, hours_from, hours_until, time, week, interval, start, until):  # type: ignore[no-untyped-def]
    """Set everybody's hours on duty to those that contain *time* or come next."""
    for person in range(week.shape[0]):
        week[person] = math.floor(time / WEEK) * WEEK
        at = hours_begin[person]
        while week[person] + hours_until[at] <= time:
            at += 1
            if at == hours_end[person]:
                at = hours_begin[person]
                week[person] += WEEK
        interval[person] = at
        start[person] = week[person] + hours_from[at]
        until[person] = week[person] + hours_until[at]


@compiled
def work(until, limit, rules, names, state, log):  # type: ignore[no-untyped-def]
    """Handle the events before *until*; clients bring cases until *limit*. Seconds since the origin.

    Each turn of the outer loop is one event, in four parts: what happened; where the case goes on to; who is free for
    it; what this plans. The earliest event stays at the root of the heap until the first one that is planned takes its
    place ("lazy pop").
    """
    client_rate = rules.client_rate
    client_growth = rules.client_growth
    client_class = rules.client_class
    node_activity = rules.node_activity
    node_key = rules.node_key
    node_team = rules.node_team
    node_time = rules.node_time
    node_flags = rules.node_flags
    row_of = rules.row_of
    skip = rules.skip
    skips = rules.skips
    route_begin = rules.route_begin
    route_below = rules.route_below
    route_to = rules.route_to
    route_time = rules.route_time
    route_calendar = rules.route_calendar
    route_flags = rules.route_flags
    check_begin = rules.check_begin
    check_at = rules.check_at
    check_client = rules.check_client
    check_key = rules.check_key
    check_team = rules.check_team
    check_time = rules.check_time
    check_flags = rules.check_flags
    level = rules.level
    queue_begin = rules.queue_begin
    queue_rank = rules.queue_rank
    member_begin = rules.member_begin
    member_at = rules.member_at
    team_begin = rules.team_begin
    team_at = rules.team_at
    speed = rules.speed
    at_once = rules.at_once
    calendar_begin = rules.calendar_begin
    hours_begin = rules.hours_begin
    hours_end = rules.hours_end
    hours_from = rules.hours_from
    hours_until = rules.hours_until
    time_kind = rules.time_kind
    time_a = rules.time_a
    time_b = rules.time_b
    time_at = rules.time_at
    time_cells = rules.time_cells
    cells = rules.cells
    name_client = names.client
    name_node = names.node
    name_check = names.check
    name_team = names.team
    name_person = names.person
    counts = state.counts
    event_time = state.event_time
    event_key = state.event_key
    event_item = state.event_item
    arrivals = state.arrivals
    client_key = state.client_key
    since = state.since
    need_of = state.need
    in_hand = state.in_hand
    touched = state.touched
    wakes = state.wakes
    on_from = state.on_from
    on_until = state.on_until
    on_week = state.on_week
    on_interval = state.on_interval
    room = state.room
    queued = state.queued
    head = state.head
    tail = state.tail
    free = state.free
    following = state.next
    status = state.status
    case = state.case
    client = state.client
    key = state.key
    node = state.node
    occurrence = state.occurrence
    check = state.check
    person_of = state.person
    ticket = state.ticket
    flags = state.flags
    enabled = state.enabled
    ready = state.ready
    start = state.start
    row_client = state.row_client
    row_activity = state.row_activity
    row_team = state.row_team
    row_person = state.row_person
    whole = state.whole
    seen = state.seen
    log_case = log.case
    log_client = log.client
    log_activity = log.activity
    log_team = log.team
    log_person = log.person
    log_enabled = log.enabled
    log_ready = log.ready
    log_start = log.start
    log_end = log.end
    log_flags = log.flags
    log_size = log.end.shape[0]
    pending = counts[PENDING]
    free_count = counts[FREE]
    logged = counts[LOGGED]
    last = state.clock[0]
    code = PAUSED

    while True:
        if pending == 0:
            code = FINISHED
            break
        if event_time[0] >= until:
            break
        kind = event_key[0] >> KIND_SHIFT
        slot = event_item[0]
        if kind == DONE and logged == log_size:
            code = LOG_FULL
            break
        if kind == ARRIVE and free_count == 0:
            code = SLOTS_FULL
            break
        now = event_time[0]
        if kind != WAKE:
            last = now

        # 1. What happened.
        row = -1
        person = -1
        leaving = False
        arriving = -1
        onward = True
        enters = False
        if kind == DONE:
            row = logged
            logged += 1
            log_case[row] = case[slot]
            log_client[row] = row_client[slot]
            log_activity[row] = row_activity[slot]
            log_team[row] = row_team[slot]
            log_person[row] = row_person[slot]
            log_enabled[row] = enabled[slot]
            log_ready[row] = ready[slot]
            log_start[row] = start[slot]
            log_end[row] = now
            log_flags[row] = flags[slot]
            flags[slot] = 0
            enabled[slot] = now
            person = person_of[slot]
            leaving = person >= 0
        elif kind == READY:
            onward = check[slot] < 0 and whole[slot] == 0 and skip[client_class[client[slot]], node[slot]] != 0
            enters = not onward
        elif kind == ARRIVE:
            arriving = slot
            free_count -= 1
            slot = free[free_count]
            case[slot] = counts[CASES]
            counts[CASES] += 1
            client[slot] = arriving
            key[slot] = mix(client_key[arriving] + GOLDEN * np.uint64(arrivals[arriving]))
            node[slot] = 0
            occurrence[slot] = 0
            check[slot] = -1
            flags[slot] = FIRST
            enabled[slot] = now
            row_client[slot] = name_client[arriving]
            for activity in range(seen.shape[1]):
                seen[slot, activity] = 0
            whole[slot] = 0
            row = client_class[arriving]
            if skips[row] != 0:
                # Its luck is known: would anybody work on it? If not, it skips nothing.
                here = 0
                nth = 0
                while True:
                    route = route_begin[row_of[row, here]]
                    u = draw(key[slot], node_key[here], nth, FOR_ROUTE)
                    while u >= route_below[route]:
                        route += 1
                    there = route_to[route]
                    if there < 0:
                        whole[slot] = 1
                        break
                    if skip[row, there] == 0 and (node_team[there] >= 0 or skips[row] == 1):
                        break
                    activity = node_activity[there]
                    nth = seen[slot, activity]
                    seen[slot, activity] = nth + 1
                    here = there
                for activity in range(seen.shape[1]):
                    seen[slot, activity] = 0
            row = -1
        elif kind == WAKE:
            person = slot
            wakes[person] = 0
            onward = False

        # 2. Where the case goes on to: a check, a step (past those that are skipped), or out.
        ready_at = -1.0
        if onward:
            here = node[slot]
            nth = occurrence[slot]
            who = client[slot]
            found = -1
            if kind in (DONE, PASS):
                activity = node_activity[here]
                for at in range(check_begin[activity], check_begin[activity + 1]):
                    other = check_at[at]
                    if other > check[slot] and (check_client[other] < 0 or check_client[other] == who):
                        found = other
                        break
            check[slot] = found
            if found >= 0:
                flags[slot] = check_flags[found]
                enters = True
            else:
                there = -1
                nth_there = 0
                route = 0
                while True:
                    route = route_begin[row_of[client_class[who], here]]
                    u = draw(key[slot], node_key[here], nth, FOR_ROUTE)
                    while u >= route_below[route]:
                        route += 1
                    there = route_to[route]
                    if there < 0:
                        break
                    activity = node_activity[there]
                    nth_there = seen[slot, activity]
                    seen[slot, activity] = nth_there + 1
                    if skip[client_class[who], there] == 0 or whole[slot] != 0:
                        break
                    here = there
                    nth = nth_there
                if there < 0:
                    status[slot] = GONE
                    free[free_count] = slot
                    free_count += 1
                    counts[OVER] += 1
                    if row >= 0:
                        log_flags[row] |= LAST
                else:
                    node[slot] = there
                    occurrence[slot] = nth_there
                    flags[slot] = (flags[slot] & FIRST) | route_flags[route] | node_flags[there]
                    enters = True
                    time = route_time[route]
                    if time > 0:
                        u = draw(key[slot], node_key[here], nth, FOR_DELAY)
                        how = time_kind[time]
                        delay = time_a[time]
                        if how == EXPONENTIAL:
                            delay *= -logarithm(1.0 - u)
                        elif how == UNIFORM:
                            delay += time_b[time] * u
                        elif how >= LINES:
                            delay *= from_cells(cells, time_at[time], time_cells[time], how == TAILS, u)
                        if delay > 0.0:
                            ready_at = now + delay
                            at = route_calendar[route]
                            if at >= 0:
                                ready_at = work_ends(
                                    hours_from, hours_until, calendar_begin[at], calendar_begin[at + 1], now, delay
                                )
                            status[slot] = DELAYED
                            enters = False

        # 3. Who is free for it, and 4. what this plans: at most one new event in each turn.
        rooted = True
        waking = -1
        member = 0
        while True:
            begins = -2
            if ready_at >= 0.0:
                event_at = ready_at
                event_is = (READY << KIND_SHIFT) | case[slot]
                event_of = slot
                ready_at = -1.0
            elif arriving >= 0:
                since[arriving] = now
                need_of[arriving] = gap(client_key[arriving], arrivals[arriving])
                arrivals[arriving] += 1
                event_at = next_arrival(client_rate, client_growth, arriving, now, need_of[arriving], limit)
                event_is = (ARRIVE << KIND_SHIFT) | np.int64(arriving)
                event_of = arriving
                arriving = -1
                if event_at >= limit:
                    continue
            elif enters:
                enters = False
                ready[slot] = now
                team = check_team[check[slot]] if check[slot] >= 0 else node_team[node[slot]]
                if team < 0:
                    begins = -1
                else:
                    if room[team] > 0:
                        # The one with the least in hand, then the one who has been idle longest.
                        for at in range(member_begin[team], member_begin[team + 1]):
                            other = member_at[at]
                            if in_hand[other] < at_once[other]:
                                while now >= on_until[other]:
                                    interval = on_interval[other] + 1
                                    if interval == hours_end[other]:
                                        interval = hours_begin[other]
                                        on_week[other] += WEEK
                                    on_interval[other] = interval
                                    on_from[other] = on_week[other] + hours_from[interval]
                                    on_until[other] = on_week[other] + hours_until[interval]
                                if on_from[other] <= now and (
                                    begins < 0
                                    or in_hand[other] < in_hand[begins]
                                    or (in_hand[other] == in_hand[begins] and touched[other] < touched[begins])
                                ):
                                    begins = other
                    if begins < 0:
                        status[slot] = QUEUED
                        ticket[slot] = counts[TICKET]
                        counts[TICKET] += 1
                        following[slot] = -1
                        queue = queue_begin[team] + level[team, client[slot]]
                        if head[queue] < 0:
                            head[queue] = slot
                        else:
                            following[tail[queue]] = slot
                        tail[queue] = slot
                        queued[team] += 1
                        if room[team] > 0:
                            waking = team
                            member = member_begin[team]
                        continue
            elif waking >= 0:
                # Members with room are all off duty: wake them when their hours begin.
                while member < member_begin[waking + 1]:
                    other = member_at[member]
                    if in_hand[other] < at_once[other] and wakes[other] == 0:
                        break
                    member += 1
                if member == member_begin[waking + 1]:
                    waking = -1
                    continue
                wakes[other] = 1
                event_at = on_from[other]
                event_is = np.int64(other)
                event_of = other
            elif person >= 0:
                if leaving:
                    leaving = False
                    if in_hand[person] == at_once[person]:
                        for at in range(team_begin[person], team_begin[person + 1]):
                            room[team_at[at]] += 1
                    in_hand[person] -= 1
                    touched[person] = now
                # The first of his teams' queues: highest rank, then the one who waits longest.
                best = -1
                team = -1
                if in_hand[person] < at_once[person]:
                    for at in range(team_begin[person], team_begin[person + 1]):
                        other = team_at[at]
                        if queued[other] > 0:
                            queue = queue_begin[other]
                            while head[queue] < 0:
                                queue += 1
                            if (
                                best < 0
                                or queue_rank[queue] > queue_rank[best]
                                or (queue_rank[queue] == queue_rank[best] and ticket[head[queue]] < ticket[head[best]])
                            ):
                                best = queue
                                team = other
                if best < 0:
                    person = -1
                    continue
                while now >= on_until[person]:
                    interval = on_interval[person] + 1
                    if interval == hours_end[person]:
                        interval = hours_begin[person]
                        on_week[person] += WEEK
                    on_interval[person] = interval
                    on_from[person] = on_week[person] + hours_from[interval]
                    on_until[person] = on_week[person] + hours_until[interval]
                if on_from[person] <= now:
                    slot = head[best]
                    head[best] = following[slot]
                    queued[team] -= 1
                    begins = person
                elif wakes[person] == 0:
                    wakes[person] = 1
                    event_at = on_from[person]
                    event_is = np.int64(person)
                    event_of = person
                    person = -1
                else:
                    person = -1
                    continue
            else:
                break

            if begins >= -1:
                if check[slot] >= 0:
                    row_activity[slot] = name_check[check[slot]]
                    time = check_time[check[slot]]
                    word = check_key[check[slot]]
                else:
                    row_activity[slot] = name_node[node[slot]]
                    time = node_time[node[slot]]
                    word = node_key[node[slot]]
                event_at = time_a[time]
                how = time_kind[time]
                if how != FIXED:
                    u = draw(key[slot], word, occurrence[slot], FOR_DURATION)
                    if how == EXPONENTIAL:
                        event_at *= -logarithm(1.0 - u)
                    elif how == UNIFORM:
                        event_at += time_b[time] * u
                    else:
                        event_at *= from_cells(cells, time_at[time], time_cells[time], how == TAILS, u)
                status[slot] = BEGUN
                start[slot] = now
                person_of[slot] = begins
                if begins < 0:
                    row_team[slot] = -1
                    row_person[slot] = -1
                    event_at += now
                else:
                    row_team[slot] = name_team[team]
                    row_person[slot] = name_person[begins]
                    touched[begins] = now
                    in_hand[begins] += 1
                    if in_hand[begins] == at_once[begins]:
                        for at in range(team_begin[begins], team_begin[begins + 1]):
                            room[team_at[at]] -= 1
                    # He works on it through his hours.
                    left = event_at / speed[begins]
                    begin = now
                    end = on_until[begins]
                    if left > end - begin:
                        interval = on_interval[begins]
                        week = on_week[begins]
                        while left > end - begin:
                            left -= end - begin
                            interval += 1
                            if interval == hours_end[begins]:
                                interval = hours_begin[begins]
                                week += WEEK
                            begin = week + hours_from[interval]
                            end = week + hours_until[interval]
                        if at_once[begins] == 1:
                            on_interval[begins] = interval
                            on_week[begins] = week
                            on_from[begins] = begin
                            on_until[begins] = end
                    event_at = begin + left
                event_is = (DONE << KIND_SHIFT) | case[slot]
                event_of = slot

            if rooted:
                rooted = False
                at = 0
                while True:
                    below = 2 * at + 1
                    if below >= pending:
                        break
                    other = below + 1
                    if other < pending and (
                        event_time[other] < event_time[below]
                        or (event_time[other] == event_time[below] and event_key[other] < event_key[below])
                    ):
                        below = other
                    if event_at < event_time[below] or (event_at == event_time[below] and event_is < event_key[below]):
                        break
                    event_time[at] = event_time[below]
                    event_key[at] = event_key[below]
                    event_item[at] = event_item[below]
                    at = below
            else:
                at = pending
                pending += 1
                while at > 0:
                    above = (at - 1) >> 1
                    if event_time[above] < event_at or (event_time[above] == event_at and event_key[above] < event_is):
                        break
                    event_time[at] = event_time[above]
                    event_key[at] = event_key[above]
                    event_item[at] = event_item[above]
                    at = above
            event_time[at] = event_at
            event_key[at] = event_is
            event_item[at] = event_of

        if rooted:
            # Nothing was planned: the last event of the heap sinks from the root.
            pending -= 1
            event_at = event_time[pending]
            event_is = event_key[pending]
            event_of = event_item[pending]
            at = 0
            while True:
                below = 2 * at + 1
                if below >= pending:
                    break
                other = below + 1
                if other < pending and (
                    event_time[other] < event_time[below]
                    or (event_time[other] == event_time[below] and event_key[other] < event_key[below])
                ):
                    below = other
                if event_at < event_time[below] or (event_at == event_time[below] and event_is < event_key[below]):
                    break
                event_time[at] = event_time[below]
                event_key[at] = event_key[below]
                event_item[at] = event_item[below]
                at = below
            event_time[at] = event_at
            event_key[at] = event_is
            event_item[at] = event_of

    counts[PENDING] = pending
    counts[FREE] = free_count
    counts[LOGGED] = logged
    state.clock[0] = last
    return code
