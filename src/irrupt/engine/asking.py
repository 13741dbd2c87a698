"""When clients bring their next cases, under a demand that begins or changes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from irrupt.compiling import compiled_from, piece
from irrupt.engine import layout, pieces
from irrupt.engine.layout import ASKER, Bytes, Floats, Longs, Records, Rules, Words
from irrupt.engine.pieces import WEEK, appointment, expected, gap, mix, next_arrival, size_of


class Demand(NamedTuple):
    """Those of the rules on which it depends when cases come."""

    clients: Records
    rate: Floats
    season: Floats
    months: Bytes
    sizes: Records
    slot_from: Floats


def demand_in(rules: Rules) -> Demand:
    """The demand that *rules* set."""
    return Demand(rules.clients, rules.client_rate, rules.client_season, rules.months, rules.sizes, rules.slot_from)


@piece
def begins(client, need, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    """When a client brings his next case under a *demand* that begins or changes *now*: when *need* more are expected;
    infinite from *limit* on."""
    asks = demand.clients[client]
    asker = askers[client]
    arrival = asker.arrivals - 1
    asker.since = now
    asker.need = need
    asker.behind = size_of(asker.key, arrival, asks, demand.sizes) - 1
    months = demand.months
    time = next_arrival(demand.rate[client], demand.season[client], months, asks.growth, now, need, limit)
    if asks.slot_begin < asks.slot_end:
        asker.raw = time
        asker.left = 0
        asker.appointed = math.ceil(now / WEEK) * WEEK
        sizes, slots = demand.sizes, demand.slot_from
        time = appointment(
            demand.rate, demand.season, months, demand.clients, sizes, slots, askers, client, arrival, limit
        )
    return time if time < limit else math.inf


@piece
def starts(client, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    """The same for a client who begins: a gap before his next case is still to pass."""
    asks = demand.clients[client]
    need = asks.mean_size * gap(askers[client].key, askers[client].arrivals - 1, asks.evenness)
    return begins(client, need, now, limit, demand, askers)


@piece
def goes_on(client, before, old, demand, now, limit, askers):  # type: ignore[no-untyped-def]
    """The same for a client, *before* of another number, whose *old* demand ends: when the new one has brought what was
    still needed of his gap. Where he had appointments, his week begins; where the gap itself is another, the same share
    of it is still needed."""
    asker = askers[client]
    asked = old.clients[before]
    asks = demand.clients[client]
    if asked.slot_begin < asked.slot_end:
        return starts(client, now, limit, demand, askers)
    passed = expected(old.rate[before], old.season[before], old.months, asked.growth, asker.since, min(now, limit))
    need = max(0.0, asker.need - passed)
    if asked.evenness != asks.evenness or asked.mean_size != asks.mean_size:
        drawn = asks.mean_size * gap(asker.key, asker.arrivals - 1, asks.evenness)
        need = drawn * (need / (asked.mean_size * gap(asker.key, asker.arrivals - 1, asked.evenness)))
    return begins(client, need, now, limit, demand, askers)


@compiled_from(layout, pieces)
def start(client, now, limit, demand, askers):  # type: ignore[no-untyped-def]
    return starts(client, now, limit, demand, askers)


@compiled_from(layout, pieces)
def follow(client, before, old, demand, now, limit, askers):  # type: ignore[no-untyped-def]
    return goes_on(client, before, old, demand, now, limit, askers)


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


def met(known: Records, old: Longs, keys: Words, run: int, now: float) -> Records:
    """The clients of other rules, with their *keys*; who is new begins. *old*: the number that each had; -1: none."""
    askers = np.zeros(len(old), ASKER)
    know(old, keys, np.uint64(run), now, known, askers)
    return askers
