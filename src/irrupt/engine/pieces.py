"""Pieces of the work loop that are functions of their own: draws, times, calendars, ordered queues.

They are called by `kernel.work` and by what changes its state between two runs. Compiled code is kept in a cache that
looks only at the file of the function that is called; so what is compiled here uses nothing from elsewhere, and what is
compiled from it elsewhere puts a hash of this file (`compiling.text_of`) into its own key.
"""

from __future__ import annotations

import math

import numpy as np

from irrupt.compiling import compiled, part, piece

WEEK, DAY, HOUR = 604800.0, 86400.0, 3600.0
NO_CASE = 1e-9
"""Cases to be expected that are the rounding of sums: what is due when hours end is due then."""
AWAY = 8.0 * WEEK
"""Whoever has no hours for longer than that does not keep work in hand for so long: he finishes it before he goes."""

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
ROOT = 0x0006A09E667F3BCD
"""The fraction of the root of two, in bits; and of that of one half."""
ARRIVALS = np.uint64(0x6A09E667F3BCC909)
SIZES = np.uint64(0xBB67AE8584CAA73B)
CYCLE = 10227
"""Days, after which dates come round with their weekdays: 28 years, but for 2100."""
FOR_DURATION = np.uint64(0)
FOR_ROUTE = np.uint64(1)
FOR_DELAY = np.uint64(2)
FOR_CASE = np.uint64(3)
"""What a case is like (with the key of `start`)."""


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
def taken(below, at, end, u):  # type: ignore[no-untyped-def]
    """The first, from *at* on, that *u* is *below*; the one before *end* if no other. They rise, so that it is looked
    for by halves: there may be a hundred, and it is not to be guessed how far a search one by one would go."""
    left = end - at
    while left > 1:
        half = left >> 1
        at += half * (u >= below[at + half - 1])
        left -= half
    return at


@compiled
def logarithm(x):  # type: ignore[no-untyped-def]
    """`streams.logarithm`, with the parts of *x* taken from its bits, without a branch."""
    bits = np.float64(x).view(np.int64) - ROOT
    exponent = np.float64((bits >> 52) - 1022)
    fraction = np.int64((bits & 0x000FFFFFFFFFFFFF) + (0x3FE0000000000000 + ROOT)).view(np.float64)
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
def size_of(client, arrival, asks, sizes):  # type: ignore[no-untyped-def]
    """`streams.size_luck`, and how many cases come at a time then."""
    if asks.size_begin == asks.size_end:
        return np.int64(1)
    u = unit(mix(mix(client ^ SIZES) + GOLDEN * (np.uint64(arrival) + U1)))
    at = asks.size_begin
    while u >= sizes[at].below:
        at += 1
    return sizes[at].count


@piece
def pace_of(rate, dated, dates, growth, hour):  # type: ignore[no-untyped-def]
    """Arrivals a second of a client in an *hour* since the origin."""
    rising = max(0.0, 1.0 + growth * ((hour + 0.5) / 168.0))
    return rate[hour % 168] * rising * dated[dates[hour // 24 % CYCLE]]


@compiled
def next_arrival(rate, dated, dates, growth, time, need, limit):  # type: ignore[no-untyped-def]
    """When *need* more arrivals of a client with this *rate* are expected after *time*; infinite from *limit* on."""
    hour = int(time / HOUR)
    while time < limit:
        pace = pace_of(rate, dated, dates, growth, hour)
        turn = (hour + 1) * HOUR
        room = pace * (turn - time)
        if need <= room + NO_CASE and pace > 0.0:
            time = min(time + need / pace, turn)
            break
        need -= room
        time = turn
        hour += 1
    return time if time < limit else math.inf


@compiled
def expected(rate, dated, dates, growth, begin, end):  # type: ignore[no-untyped-def]
    """How many arrivals of a client with this *rate* are expected between two times."""
    total = 0.0
    hour = int(begin / HOUR)
    while begin < end:
        pace = pace_of(rate, dated, dates, growth, hour)
        turn = min((hour + 1) * HOUR, end)
        total += pace * (turn - begin)
        begin = turn
        hour += 1
    return total


@compiled
def hours_at(hours, whose, time):  # type: ignore[no-untyped-def]
    """Which of somebody's hours (or of a calendar's) are the first that are not over at *time*; and the weeks, in
    seconds, to be added to them."""
    at = whose.hours_cycle
    week = (math.floor(time / WEEK) - math.floor(hours[at].begin / WEEK)) * WEEK
    if week < 0.0:
        # Among the hours of weeks that are not as usual.
        week = 0.0
        behind = at
        at = whose.hours_begin
        while at < behind:
            middle = (at + behind) >> 1
            if hours[middle].end > time:
                behind = middle
            else:
                at = middle + 1
    while week + hours[at].end <= time:
        at += 1
        if at == whose.hours_end:
            at = whose.hours_cycle
            week += WEEK
    return at, week


@compiled
def on_duty(hours, whose, begin, end):  # type: ignore[no-untyped-def]
    """Seconds on duty between two times, in the hours of somebody."""
    total = 0.0
    at, week = hours_at(hours, whose, begin)
    while week + hours[at].begin < end:
        total += min(end, week + hours[at].end) - max(begin, week + hours[at].begin)
        at += 1
        if at == whose.hours_end:
            at = whose.hours_cycle
            week += WEEK
    return total


@compiled
def passes(hours, whose, time, left, away):  # type: ignore[no-untyped-def]
    """When what is *left* at *time* has passed in these hours; beyond them where none come for longer than *away*."""
    if left <= 0.0:
        return time
    at, week = hours_at(hours, whose, time)
    left_off = time
    begin = max(time, week + hours[at].begin)
    end = week + hours[at].end
    while begin - left_off <= away:
        if left <= end - begin:
            return begin + left
        left -= end - begin
        left_off = end
        at += 1
        if at == whose.hours_end:
            at = whose.hours_cycle
            week += WEEK
        begin = week + hours[at].begin
        end = week + hours[at].end
    return left_off + left


@compiled
def work_ends(hours, whose, time, left):  # type: ignore[no-untyped-def]
    """When somebody with these hours, who goes on with a work at *time*, has done what is *left* of it."""
    return passes(hours, whose, time, left, math.inf)


@compiled
def done_by(hours, whose, time, left):  # type: ignore[no-untyped-def]
    """The same, for people: in his hours, or beyond them where he is then `AWAY`."""
    return passes(hours, whose, time, left, AWAY)


@compiled
def goes_on_at(hours, whose, time):  # type: ignore[no-untyped-def]
    """When somebody who has more to do at *time* goes on: at once, or when his hours begin, but for who is `AWAY`."""
    at, week = hours_at(hours, whose, time)
    begin = max(time, week + hours[at].begin)
    return begin if begin - time <= AWAY else time


@compiled
def worked(hours, whose, begin, end):  # type: ignore[no-untyped-def]
    """Seconds that somebody works between two times on what is done by the second (`done_by`, the other way round)."""
    total = 0.0
    at, week = hours_at(hours, whose, begin)
    left_off = begin
    here = week + hours[at].begin
    while here < end and here - left_off <= AWAY:
        left_off = week + hours[at].end
        total += min(end, left_off) - max(begin, here)
        at += 1
        if at == whose.hours_end:
            at = whose.hours_cycle
            week += WEEK
        here = week + hours[at].begin
    if end > left_off and here - left_off > AWAY:
        total += end - left_off
    return total


@compiled
def seconds(times, cells, time, u):  # type: ignore[no-untyped-def]
    """The value of distribution *time* at *u*."""
    how = times[time]
    if how.kind == FIXED:
        return how.a
    if how.kind == UNIFORM:
        return how.a + how.b * u
    if how.kind == EXPONENTIAL:
        return how.a * -logarithm(1.0 - u)
    return how.a * from_cells(cells, how.cell, how.cells, how.kind == TAILS, u)


@piece
def beyond(times, cells, time, u, passed):  # type: ignore[no-untyped-def]
    """The value at *u* among those of a distribution that are greater than what has *passed*; that, if none is."""
    if passed > 0.0 and seconds(times, cells, time, 0.0) <= passed:
        low, high = 0.0, 1.0
        for _i in range(48):
            middle = 0.5 * (low + high)
            if seconds(times, cells, time, middle) <= passed:
                low = middle
            else:
                high = middle
        u = min(high + u * (1.0 - high), 1.0 - 2.0**-53)
    return max(seconds(times, cells, time, u), passed)


@piece
def pace_of_work(me, node, rules):  # type: ignore[no-untyped-def]
    """By what the work on a case at a *node* is multiplied."""
    return rules.pace[node.pace, me.client, me.kind, min(me.occurrence, 1)] if node.pace >= 0 else 1.0


@compiled
def work_of(times, cells, time, unit_time, quantity, pace, u):  # type: ignore[no-untyped-def]
    """Work at speed 1 on a case: a time, and one for each unit of its quantity, times its pace."""
    work = seconds(times, cells, time, u)
    if unit_time > 0:
        work += quantity * seconds(times, cells, unit_time, u)
    return work * pace


@piece
def group(rate, dated, dates, asks, sizes, asker, arrival, time, limit):  # type: ignore[no-untyped-def]
    """When those come of which an *arrival* is the first, after others that came at a *time*; the rest is `behind`."""
    asker.since = time
    asker.need = asks.mean_size * gap(asker.key, arrival, asks.evenness)
    asker.behind = size_of(asker.key, arrival, asks, sizes) - 1
    return next_arrival(rate, dated, dates, asks.growth, time, asker.need, limit)


@compiled
def appointment(rate, dated, dates, clients, sizes, slot_from, askers, client, index, limit):  # type: ignore[no-untyped-def]
    """When the case *index* of a *client* with appointments comes: one by one, those that would come together, too."""
    asks = clients[client]
    asker = askers[client]
    # The week in which the run ends is whole, too: what comes of it before the end must not depend on the end.
    last = limit + WEEK
    if asker.left == 0:
        time = asker.raw
        asker.first = min(time, last)
        asker.of_week = 0
        if time >= last:
            return math.inf
        if time < asker.appointed:
            asker.behind -= 1
            if asker.behind < 0:
                asker.raw = group(rate[client], dated[asks.year], dates, asks, sizes, asker, index + 1, time, last)
            return time
        asker.monday = math.floor(time / WEEK) * WEEK
        while time < asker.monday + WEEK:
            asker.of_week += asker.behind + 1
            time = group(rate[client], dated[asks.year], dates, asks, sizes, asker, index + asker.of_week, time, last)
        asker.raw = time
        asker.left = asker.of_week
    asker.left -= 1
    return place_in_week(asks, asker, slot_from)


@piece
def place_in_week(asks, asker, slot_from):  # type: ignore[no-untyped-def]
    """When the case with an appointment comes after which so many are `left` of its week: in the middle of its part."""
    number = asker.of_week - asker.left - 1
    place = (2 * number + 1) * (asks.slot_end - asks.slot_begin) // (2 * asker.of_week)
    return asker.monday + slot_from[asks.slot_begin + place]


@part
def way_of(case, rules):  # type: ignore[no-untyped-def]
    """The way of a case: whose it is, of which class, and in which cell (`guards.cell`) if guards of routes ask."""
    at = 0
    for number in range(rules.quantities.shape[0]):
        at += int(case.quantity > rules.quantities[number]) + int(case.quantity >= rules.quantities[number])
    at *= 2 * rules.givens.shape[0] + 1
    given = case.due if case.due == math.inf else math.floor((case.due - case.came) * 1000.0 + 0.5)
    for number in range(rules.givens.shape[0]):
        at += int(given > rules.givens[number]) + int(given >= rules.givens[number])
    return rules.clients[case.client].way + rules.class_way[case.kind] + at
