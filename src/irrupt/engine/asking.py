"""When clients bring their next cases, under a demand that begins or changes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.compiling import Straight, compiled_from, piece
from irrupt.engine import layout, pieces
from irrupt.engine.layout import ASKER, Records, Rules, Words
from irrupt.engine.pieces import WEEK, appointment, expected, gap, mix, next_arrival, place_in_week, size_of


class Demand(NamedTuple):
    """Those of the rules on which it depends when cases come."""

    clients: Records
    rate: Floats
    dated: Floats
    dates: Ints32
    sizes: Records
    slot_from: Floats


def demand_in(rules: Rules) -> Demand:
    """The demand that *rules* set."""
    return Demand(rules.clients, rules.client_rate, rules.dated, rules.dates, rules.sizes, rules.slot_from)


@piece
def begins(client, need, since, appointed, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    """When a client brings his next case under a *demand* that begins or changes *now*: when *need* more are expected
    than until *since*; infinite from *limit* on. From *appointed* on his cases have appointments, where any have."""
    asks = demand.clients[client]
    asker = askers[client]
    rate, dated, dates = demand.rate, demand.dated, demand.dates
    asker.since = since
    asker.need = need
    asker.behind = size_of(asker.key, asker.arrivals - 1, asks, demand.sizes) - 1
    asker.of_week = 0
    asker.left = 0
    if asks.slot_begin == asks.slot_end:
        time = next_arrival(rate[client], dated[asks.year], dates, asks.growth, since, need, limit)
    else:
        asker.appointed = appointed
        asker.raw = next_arrival(rate[client], dated[asks.year], dates, asks.growth, since, need, limit + WEEK)
        clients, sizes, slots = demand.clients, demand.sizes, demand.slot_from
        time = appointment(rate, dated, dates, clients, sizes, slots, askers, client, asker.arrivals - 1, limit)
        while time < now:
            asker.arrivals += 1
            time = appointment(rate, dated, dates, clients, sizes, slots, askers, client, asker.arrivals - 1, limit)
    return time if time < limit else math.inf


@piece
def starts(client, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    """The same for a client who begins: a gap before his next case is still to pass; where he has appointments, of the
    week at hand those that are still ahead."""
    asks = demand.clients[client]
    need = asks.mean_size * gap(askers[client].key, askers[client].arrivals - 1, asks.evenness)
    since = math.floor(now / WEEK) * WEEK if asks.slot_begin < asks.slot_end else now
    return begins(client, need, since, since, now, limit, demand, askers)


@piece
def same_share(need, arrival, key, asked, asks):  # type: ignore[no-untyped-def]
    """What is still needed of the gap before an *arrival*, of which *need* was: the same share, where it is another."""
    if asked.evenness != asks.evenness or asked.mean_size != asks.mean_size:
        was = asked.mean_size * gap(key, arrival, asked.evenness)
        need = asks.mean_size * gap(key, arrival, asks.evenness) * (need / was)
    return need


@piece
def keeps_week(client, before, old, demand, now, limit, askers):  # type: ignore[no-untyped-def]
    """The same for a client in a week with appointments: it stays as it was planned, and the new demand brings the
    cases of the weeks behind it."""
    asker = askers[client]
    asked = old.clients[before]
    asks = demand.clients[client]
    arrival = asker.arrivals + asker.left
    turn = asker.monday + WEEK
    passed = expected(old.rate[before], old.dated[asked.year], old.dates, asked.growth, asker.since, turn)
    need = same_share(max(0.0, asker.need - passed), arrival, asker.key, asked, asks)
    asker.since = turn
    asker.need = need
    asker.behind = size_of(asker.key, arrival, asks, demand.sizes) - 1
    rate, dated = demand.rate[client], demand.dated[asks.year]
    asker.raw = next_arrival(rate, dated, demand.dates, asks.growth, turn, need, limit + WEEK)
    time = max(place_in_week(asks, asker, demand.slot_from), now)
    return time if time < limit else math.inf


@piece
def goes_on(client, before, old, demand, now, limit, askers):  # type: ignore[no-untyped-def]
    """The same for a client, *before* of another number, whose *old* demand ends: when the new one has brought what was
    still needed of his gap. A week for which he has appointments stays as it is once it has begun; where he has none
    any more, or had none as no case of his came, he begins."""
    asker = askers[client]
    asked = old.clients[before]
    asks = demand.clients[client]
    rate, dated = old.rate[before], old.dated[asked.year]
    arrival = asker.arrivals - 1
    planned = asker.of_week > 0 and (asker.monday < now or asker.left < asker.of_week - 1)
    if planned and asks.slot_begin < asks.slot_end:
        return keeps_week(client, before, old, demand, now, limit, askers)
    if planned or (asked.slot_begin < asked.slot_end and asker.first >= limit + WEEK):
        return starts(client, now, limit, demand, askers)
    since = asker.monday if asker.of_week > 0 else now
    if asked.slot_begin < asked.slot_end:
        need = expected(rate, dated, old.dates, asked.growth, since, asker.first)
    else:
        passed = expected(rate, dated, old.dates, asked.growth, asker.since, min(now, limit))
        need = max(0.0, asker.need - passed)
    need = same_share(need, arrival, asker.key, asked, asks)
    return begins(client, need, since, math.ceil(since / WEEK) * WEEK, now, limit, demand, askers)


@Straight
@compiled_from(layout, pieces)
def start(client, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    return starts(client, now, limit, demand, askers)


@Straight
@compiled_from(layout, pieces)
def follow(client, before, old, demand, now, limit, askers):  # type: ignore[no-untyped-def]
    return goes_on(client, before, old, demand, now, limit, askers)


@Straight
@compiled_from(layout, pieces)
def know(old, keys, run, now, known, askers):  # type: ignore[no-untyped-def]
    """Fill *askers* with those *known*, by the number that each had; who is new begins."""
    for client in range(askers.size):
        if old[client] >= 0:
            askers[client] = known[old[client]]
        else:
            askers[client].key = mix(run + keys[client])
            askers[client].arrivals = 1
            askers[client].since = now


def met(known: Records, old: Ints, keys: Words, run: int, now: float) -> Records:
    """The clients of other rules, with their *keys*; who is new begins. *old*: the number that each had; -1: none."""
    askers = np.zeros(len(old), ASKER)
    know(old, keys, np.uint64(run), now, known, askers)
    return askers
