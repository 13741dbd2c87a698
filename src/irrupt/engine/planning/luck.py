"""What clients will need and how their beliefs move: drawn beforehand, by product, period and purpose.

Nothing here depends on what is done: two runs that differ by an act need the same and learn the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.compiling import compiled_from, piece
from irrupt.engine import pieces, streams
from irrupt.engine.pieces import GOLDEN, mix, unit

NEED, NEWS, LATE = 0, 1, 2
"""Purposes of a draw."""
LINES = 128
"""Leads for which there is room in the numbering of draws."""


class Luck(NamedTuple):
    """Standard normals (all but *late*), per product and period."""

    need: Floats
    """(products, periods)"""
    news: Floats
    """(products, periods, leads): what changes the belief about the period so many periods before it."""
    late: Floats
    """(products, periods): uniform."""


def luck(products: Sequence[str], run: int, periods: int, leads: int) -> Luck:
    """The luck of a run. *run* is its key."""
    keys = np.array([streams.client_key(run, streams.key_of("product", name)) for name in products], np.uint64)
    found = Luck(np.empty((len(keys), periods)), np.empty((len(keys), periods, leads)), np.empty((len(keys), periods)))
    _fill(keys, *found)
    return found


@compiled_from(pieces)
def _fill(keys, need, news, late):  # type: ignore[no-untyped-def]
    for product in range(len(keys)):
        for period in range(need.shape[1]):
            need[product, period] = _normal(keys[product], period, NEED, 0)
            late[product, period] = _uniform(keys[product], period, LATE, 0, 0)
            for lead in range(news.shape[2]):
                news[product, period, lead] = _normal(keys[product], period, NEWS, lead)


@piece
def _normal(key, period, purpose, lead):  # type: ignore[no-untyped-def]
    """A sum of twelve uniforms, less six: variance 1, and the same bits on every machine (no logarithm)."""
    total = 0.0
    for nth in range(12):
        total += _uniform(key, period, purpose, lead, nth)
    return total - 6.0


@piece
def _uniform(key, period, purpose, lead, nth):  # type: ignore[no-untyped-def]
    number = ((period * 3 + purpose) * 128 + lead) * 12 + nth
    return unit(mix(key + mix(GOLDEN * np.uint64(number + 1))))


def needs(luck_: Floats, level: Floats, varies: Floats, correlation: Floats, pack: Floats) -> Floats:
    """What is needed in each period: a first-order autoregression around the level, in whole packs, never below
    nought."""
    state = np.zeros(len(luck_))
    found = np.empty_like(luck_)
    fresh = np.sqrt(1.0 - correlation**2)
    for period in range(luck_.shape[1]):
        state = correlation * state + fresh * luck_[:, period] if period else luck_[:, 0]
        found[:, period] = np.floor(np.maximum(0.0, level * (1.0 + varies * state)) / pack + 0.5) * pack
    return found


def begins(period: str, weeks: float) -> Floats:
    """When periods begin in a run of *weeks*, and when the last one ends, in seconds since the origin.

    >>> (begins("week", 2) / 86400.0).tolist(), (begins("day", 1) / 86400.0).tolist()
    ([0.0, 7.0, 14.0], [0.0, 1.0, 2.0, 3.0, 4.0, 7.0])
    """
    working = np.arange(5 * math.ceil(weeks) + 1)
    days = 7.0 * (working // 5) + working % 5
    return np.asarray(86400.0 * (days[::5] if period == "week" else days), np.float64)
