"""Whether numbers of cases come again with the days of the month, as where accounts are closed at its end.

Each day is held against what its day of the week and the weeks around it make usual. The days of all months that are
counted alike, from the begin or from both ends, show how many times as many come on them. They have to make the records
clearly more likely, see `factors`, and more so than months whose days are moved round: what lasts for a week, as a
flood does, moves with them.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, Self

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.arrivals import factors
from irrupt.discovery.arrivals.factors import Each, Factors, Told, mean
from irrupt.discovery.log import Log
from irrupt.organisation.year import FROM_BEGIN, FROM_END, MOST, days_of_year

_HALF = MOST // 2
COUNTED = ((*range(1, _HALF + 1), *range(_HALF - MOST, 0)), tuple(range(1, MOST + 1)))
"""How the days of a month may be counted, each as `Client.days_of_month` has them."""
_PLACES = np.array([np.where(FROM_BEGIN <= _HALF, FROM_BEGIN - 1, MOST + FROM_END), FROM_BEGIN - 1])
"""[ways of counting, days of a year]: which of these each is."""
LENGTHS = np.full(MOST, 1.0 / MOST)
"""Of the days of a month, as shares of it."""
_FEWEST, _DAYS = 4, 20
"""Months of which so many days must be in the log,"""
_FEWEST_CASES = 60
"""and cases in it, for anything to be told."""
_AROUND = 31
"""Days that tell the level of demand: about a month, in which days of it even out."""
_OPEN = 0.5
"""How much of a day must be in the log."""
_OFFSET = 0.01
"""Variance of the logarithm of how many come on all of them."""
_SIZES, _ALIKE = (0.15, 0.3, 0.6, 1.0), (0.0, 0.7, 0.95)
"""By how much days differ, a standard deviation in logarithms; and how far those next to each other do so alike."""
_NEAR = 0.4
"""How far days are alike, in half the radius of a round month."""
_ROUNDS, _MOVED = 2, 400
"""Rounds in which days tell by how much they vary; and times that months are moved round."""


class Month(NamedTuple):
    """By what the number of cases is multiplied on the days of a month."""

    factors: Factors
    counted: tuple[int, ...]
    """Which day each factor is of, as `Client.days_of_month` has them."""

    def of_days(self, factors: Floats) -> dict[int, float]:
        """*factors* as an organisation has them."""
        return {day: float(f"{factor:.4g}") for day, factor in zip(self.counted, factors.tolist(), strict=True)}


class Days(NamedTuple):
    """What the days of a log tell of those of a month."""

    level: Floats
    """[31] logarithms of how many came over what was usual,"""
    noise: Floats
    """and their variances, by chance and as days vary."""
    came: Floats
    """[days of the log]: how many came, as far as it tells,"""
    usual: Floats
    """as many as are usual,"""
    place: Ints
    """which day of a month it is,"""
    month: Ints
    """and of the how manieth month."""

    def beside(self, logarithms: Floats) -> Self:
        """The same where factors with these *logarithms* are taken out."""
        return self._replace(level=self.level - logarithms)

    def without(self) -> float:
        """How well they are told without factors."""
        return mean(self.each().without)

    def told(self) -> Told:
        """How well they are told without factors and with them, and which: no better with them than without where
        months that are moved round show as much."""
        each = self.each()
        told = Told(mean(each.without), mean(each.beside), each.factors(_ways(), LENGTHS))
        if not told.clear():
            return told
        way = _ways()[int(np.argmax(each.beside))]
        moved = np.random.default_rng(0).integers(0, MOST, (_MOVED, self.month[-1] + 1))
        shown = (_shown(self.came, self.usual, (self.place + by[self.month]) % MOST) for by in moved)
        if max(_gain(level, noise, way) for level, noise in shown) < _gain(self.level, self.noise, way):
            return told
        return told._replace(beside=told.without)

    def each(self) -> Each:
        """How well they are told in each way."""
        return factors.each(self.level, np.eye(MOST), (np.diag(self.noise) + _OFFSET)[None], _ways())


def learn(log: Log, came: Floats, seen: Floats, first: int) -> dict[str, Month]:
    """By what the numbers of cases of each client of *log* are multiplied on the days of a month; nobody is named whose
    cases come all over it alike. *came*: [clients, days] cases; *seen*: how much of each day is in the log; *first*:
    how many days after the origin the first one is."""
    number = first + np.arange(len(seen))
    day = days_of_year(np.datetime64(log.origin, "D") + number)
    month = np.cumsum(np.append(0, np.diff(day // MOST) != 0))
    seen = np.where(seen >= _OPEN, seen, 0.0)
    if (np.bincount(month, seen > 0) >= _DAYS).sum() < _FEWEST or came.sum() < _FEWEST_CASES:
        return {}
    counts = (came.sum(axis=0), *came)
    usual = [_usual(one, seen, number % 7) for one in counts]
    ways = [
        [_days(one, often, places[day], month) for one, often in zip(counts, usual, strict=True)] for places in _PLACES
    ]
    best = int(np.argmax([sum(map(_better, known)) for known in ways]))
    everybody, *own = ways[best]
    known = {name: one for name, one, his in zip(log.clients, own, came, strict=True) if his.any()}
    return {name: Month(one, COUNTED[best]) for name, one in factors.of_clients(everybody, known).items()}


def _usual(came: Floats, seen: Floats, weekday: Ints) -> Floats:
    """How many come on each day as often as they do on days of the week and in the weeks around it."""
    share = np.ones(7)
    level = np.ones(len(came))
    for _round in range(_ROUNDS):
        there = seen * level
        share = np.bincount(weekday, came, 7) / np.maximum(np.bincount(weekday, there, 7), 1e-9)
        level = _around(came) / np.maximum(_around(seen * share[weekday]), 1e-9)
    usual: Floats = seen * level * share[weekday]
    return usual


def _around(numbers: Floats) -> Floats:
    """The sum of *numbers* of the days around each."""
    reached = np.append(0.0, np.cumsum(numbers))
    begin = np.clip(np.arange(len(numbers)) - _AROUND // 2, 0, max(len(numbers) - _AROUND, 0))
    total: Floats = reached[np.minimum(begin + _AROUND, len(numbers))] - reached[begin]
    return total


def _days(came: Floats, usual: Floats, place: Ints, month: Ints) -> Days:
    """What days on which so many *came* tell: those of a flood less."""
    times = np.ones(MOST)
    for _round in range(_ROUNDS):
        expected = usual * times[place]
        varies = max(float(((came - expected) ** 2 - expected).sum() / max((expected**2).sum(), 1e-9)), 0.0)
        weight = 1.0 / (1.0 + varies * expected)
        level, noise = _shown(came * weight, usual * weight, place)
        found = Days(level, noise, came * weight, usual * weight, place, month)
        times = found.each().factors(_ways(), LENGTHS).factors
    return found


def _shown(came: Floats, usual: Floats, place: Ints) -> tuple[Floats, Floats]:
    """Logarithms of how many *came* over what was *usual* on each day of a month, and their variances."""
    each, often = np.bincount(place, came, MOST), np.bincount(place, usual, MOST)
    near, around = (one + np.roll(one, 1) + np.roll(one, -1) for one in (each, often))
    return np.log((each + 0.5) / (often + 0.5)), 1.0 / (often * near / np.maximum(around, 1e-9) + 0.5)


def _better(known: Days) -> float:
    each = known.each()
    return mean(each.beside) - mean(each.without)


def _gain(level: Floats, noise: Floats, way: Floats) -> float:
    """By how much days are told better with factors of one *way* than without."""
    plain = np.diag(noise) + _OFFSET
    beside = plain + way @ way.T
    told = [level @ np.linalg.solve(one, level) + np.linalg.slogdet(one)[1] for one in (plain, beside)]
    return float(told[0] - told[1]) / 2


@cache
def _ways() -> Floats:
    apart = np.arange(MOST)[:, None] - np.arange(MOST)
    smooth = np.exp(-2.0 * (np.sin(np.pi * apart / MOST) / _NEAR) ** 2)
    return factors.roots(smooth, LENGTHS, _SIZES, _ALIKE)
