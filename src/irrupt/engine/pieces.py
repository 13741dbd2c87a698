"""Pieces of the work loop that are functions of their own: draws, times, calendars, ordered queues.

They are called by `kernel.work` and by what changes its state between two runs. Compiled code is kept in a cache that
looks only at the file of the function that is called; so this module uses nothing of ours, and what is compiled from it
elsewhere puts a hash of this file (`text_of`) into its own key.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numba import njit
from numba.core import cpu

WEEK = 604800.0
HOUR = 3600.0

FIXED, UNIFORM, EXPONENTIAL, LINES, TAILS = 0, 1, 2, 3, 4
"""Kinds of distributions: constant, a + b u, by logarithm, one table of cells, a table with nested tails."""

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
FOR_CASE = np.uint64(3)
"""What a case is like (with the key of `start`)."""


def uncounted(target: object) -> dict[str, bool]:
    """The option of *target* that leaves out the counting of references to arrays, or none.

    Counting, in each call that is handed arrays, costs ten times what the pieces do; nothing is allocated in them, so
    nothing needs it. The option is not among the documented ones: where it is gone all is slower, and equal.

    >>> uncounted(object())
    {}
    """
    return {"_nrt": False} if hasattr(target, "_nrt") else {}


OPTIONS: dict[str, Any] = {"nogil": True, **uncounted(getattr(cpu, "CPUTargetOptions", None))}


def compiled(function: Callable[..., Any]) -> Any:
    """Compile *function* when it is first called, and keep the result beside the file, or else in the user's cache."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # There is no place that can be written to.
        return njit(**OPTIONS)(function)


def text_of(*modules: ModuleType) -> int:
    """A number that stands for the text of *modules*. Numba's cache looks into the file of a function alone; but what
    a function closes over is part of its key: this, for one that is compiled from other files too.

    >>> from irrupt.engine import layout
    >>> text_of(layout) == text_of(layout)
    True
    """
    texts = b"".join(Path(module.__file__ or "").read_bytes() for module in modules)
    return int.from_bytes(blake2b(texts, digest_size=7).digest())


def piece(function: Callable[..., Any]) -> Any:
    """Compile *function* only as a part of another, whose key in the cache knows its file."""
    return njit(**OPTIONS)(function)


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
def gap(client, arrival, evenness):  # type: ignore[no-untyped-def]
    """`streams.gap`."""
    drawn = -logarithm(1.0 - unit(mix(mix(client ^ ARRIVALS) + GOLDEN * (np.uint64(arrival) + U1))))
    return evenness + (1.0 - evenness) * drawn


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
def seconds(times, cells, time, u):  # type: ignore[no-untyped-def]
    """The value of distribution *time* at *u*. *times*: kinds, a, b, first cells, numbers of cells of distributions."""
    kind, a, b, at, count = times
    how = kind[time]
    if how == FIXED:
        return a[time]
    if how == UNIFORM:
        return a[time] + b[time] * u
    if how == EXPONENTIAL:
        return a[time] * -logarithm(1.0 - u)
    return a[time] * from_cells(cells, at[time], count[time], how == TAILS, u)


@compiled
def work_of(times, cells, time, unit_time, quantity, pace, u):  # type: ignore[no-untyped-def]
    """Work at speed 1 on a case: a time, and one for each unit of its quantity, times its class's pace."""
    work = seconds(times, cells, time, u)
    if unit_time > 0:
        work += quantity * seconds(times, cells, unit_time, u)
    return work * pace


@compiled
def melded(one, other, child, following, before, urgency, ticket):  # type: ignore[no-untyped-def]
    """Two pairing heaps (Fredman et al. 1986) as one: its root. -1: none. Least urgency first, then least ticket."""
    if one < 0 or other < 0:
        return max(one, other)
    if urgency[other] < urgency[one] or (urgency[other] == urgency[one] and ticket[other] < ticket[one]):
        one, other = other, one
    following[other] = child[one]
    if child[one] >= 0:
        before[child[one]] = other
    child[one] = other
    before[other] = one
    return one


@compiled
def without_root(root, child, following, before, urgency, ticket):  # type: ignore[no-untyped-def]
    """What is left of a pairing heap when its *root* is taken: the new root, or -1."""
    pairs = -1
    one = child[root]
    while one >= 0:
        other = following[one]
        rest = following[other] if other >= 0 else -1
        one = melded(one, other, child, following, before, urgency, ticket)
        following[one] = pairs
        pairs = one
        one = rest
    root = -1
    while pairs >= 0:
        rest = following[pairs]
        root = melded(root, pairs, child, following, before, urgency, ticket)
        pairs = rest
    return root


@compiled
def unlink(slot, queue, head, tail, following, before):  # type: ignore[no-untyped-def]
    """Take *slot* out of a *queue* that is a list."""
    if head[queue] == slot:
        head[queue] = following[slot]
    else:
        following[before[slot]] = following[slot]
    if following[slot] >= 0:
        before[following[slot]] = before[slot]
    else:
        tail[queue] = before[slot]


@compiled
def without(slot, root, child, following, before, urgency, ticket):  # type: ignore[no-untyped-def]
    """What is left of a pairing heap when *slot* leaves it: the root, or -1."""
    if slot != root:
        near = before[slot]
        if child[near] == slot:
            child[near] = following[slot]
        else:
            following[near] = following[slot]
        if following[slot] >= 0:
            before[following[slot]] = near
    rest = without_root(slot, child, following, before, urgency, ticket)
    return rest if slot == root else melded(root, rest, child, following, before, urgency, ticket)


@compiled
def appointment(rate, growth, evenness, slots, key, index, limit, raw, of_week, left, monday, appointed, client):  # type: ignore[no-untyped-def]
    """When the case *index* of a *client* with appointments at *slots* comes."""
    if left[client] == 0:
        time = raw[client]
        if time >= limit:
            return math.inf
        if time < appointed[client]:
            raw[client] = next_arrival(rate, growth, client, time, gap(key, index + 1, evenness), limit)
            return time
        monday[client] = math.floor(time / WEEK) * WEEK
        count = 0
        while time < monday[client] + WEEK:
            count += 1
            time = next_arrival(rate, growth, client, time, gap(key, index + count, evenness), limit)
        raw[client] = time
        of_week[client] = count
        left[client] = count
    place = (2 * (of_week[client] - left[client]) + 1) * slots.shape[0] // (2 * of_week[client])
    left[client] -= 1
    return monday[client] + slots[place]


@compiled
def stand_in_line(at, team, touched, team_who, head, tail, following, before):  # type: ignore[no-untyped-def]
    """Put the membership *at* into the line of a *team*'s idle members: behind those who have been idle as long."""
    person = team_who[at]
    last = tail[team]
    while last >= 0 and touched[team_who[last]] == touched[person] and team_who[last] > person:
        last = before[last]
    before[at] = last
    if last >= 0:
        following[at] = following[last]
        following[last] = at
    else:
        following[at] = head[team]
        head[team] = at
    if following[at] >= 0:
        before[following[at]] = at
    else:
        tail[team] = at
