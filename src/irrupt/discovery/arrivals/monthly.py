"""Whether numbers of cases come again with the days of the month, as where accounts are closed at its end.

Each day is held against what its day of the week and the weeks around it make usual. The days of all months that are
counted alike, from the begin or from both ends, or as working days, show how many times as many come on them. They have
to make the records clearly more likely, see `factors`, and more so than months whose days are moved round: what lasts
for a week, as a flood does, moves with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.arrivals import factors
from irrupt.discovery.arrivals.factors import Each, Factors, mean, written
from irrupt.i18n import gettext as _
from irrupt.organisation import Client
from irrupt.organisation.year import DAY, LONGEST, MONTH, MOST_WORKING, WORKING_DAY, days_of_year

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
"""Rounds in which days of the week and levels are told from each other; and times that months are moved round."""


class Counted(NamedTuple):
    """A way to count the days of a month."""

    working: bool
    """Only those from Monday to Friday."""
    days: tuple[int, ...]
    """As a `Client` has them."""
    place: Ints
    """Of each day of a year, which of these it is; -1: none."""

    def called(self, at: int) -> str:
        """One of its days in words, counted from the begin of a month or from its end."""
        day = self.days[at]
        texts = (
            (_("working day {n}"), _("the last working day"), _("working day {n} from the end"))
            if self.working
            else (_("day {n}"), _("the last day"), _("day {n} from the end"))
        )
        return texts[1 if day == -1 else 0 if day > 0 else 2].format(n=abs(day))


def _from_both_ends(working: bool, days: tuple[Ints, Ints], most: int) -> Counted:
    half = most // 2
    place = np.where(days[0] <= -days[1], days[0] - 1, most + days[1])
    return Counted(working, (*range(1, half + 1), *range(half - most, 0)), np.where(days[0] > 0, place, -1))


COUNTED = (
    _from_both_ends(False, DAY, LONGEST),
    Counted(False, tuple(range(1, LONGEST + 1)), DAY[0] - 1),
    _from_both_ends(True, WORKING_DAY, MOST_WORKING),
)


class Month(NamedTuple):
    """By what the number of cases is multiplied on the days of a month."""

    factors: Factors
    counted: Counted

    def put(self, client: Client, factors: Floats) -> Client:
        """*client* with such *factors*."""
        days = dict(zip(self.counted.days, written(factors), strict=True))
        return (
            replace(client, working_days_of_month=days) if self.counted.working else replace(client, days_of_month=days)
        )


class Days(NamedTuple):
    """What the days of a log tell of those of a month, counted in one way."""

    counted: Counted
    level: Floats
    """Logarithms of how many came over what was usual,"""
    noise: Floats
    """and their variances, by chance and as days vary."""
    each: Each
    """How well these are told in each way."""
    came: Floats
    """[days of the log]: how many came, as far as it tells,"""
    usual: Floats
    """as many as are usual,"""
    place: Ints
    """which day of a month it is,"""
    month: Ints
    """and of which month of the log, from 0."""

    @property
    def gain(self) -> float:
        """By how much factors make them more likely."""
        return _gain(self.each)

    @property
    def factors(self) -> Factors:
        """What factors there may be."""
        many = len(self.level)
        return self.each.factors(_ways(many), _lengths(many))

    def shared(self, logarithms: Floats) -> float:
        """The gain of factors with these *logarithms*."""
        beside = _each(self.level - logarithms, self.noise, _ways(len(self.level)))
        return mean(beside.without) - mean(self.each.without)

    def by_chance(self) -> bool:
        """Whether months that are moved round may show as much."""
        many = len(self.level)
        way = _ways(many)[[int(np.argmax(self.each.beside))]]
        moved = np.random.default_rng(0).integers(0, many, (_MOVED, self.month[-1] + 1))
        shown = (_shown(self.came, self.usual, (self.place + by[self.month]) % many, many) for by in moved)
        here = _gain(_each(self.level, self.noise, way))
        return max(_gain(_each(level, noise, way)) for level, noise in shown) >= here


class Known(NamedTuple):
    """What the records of a client, or of all, tell of the days of a month."""

    ways: tuple[Days, ...]
    """In each of the ways to count them."""

    def told(self, least: float) -> Month | None:
        """The factors that they show, if by more than *least* nats and more than chance does."""
        best = max(self.ways, key=lambda one: one.gain)
        return None if best.gain <= least or best.by_chance() else Month(best.factors, best.counted)

    def shared(self, month: Month) -> float:
        """By how much factors make them more likely that all clients have."""
        return next(one for one in self.ways if one.counted is month.counted).shared(month.factors.logarithms)


def learn(names: Sequence[str], came: Floats, seen: Floats, dates: NDArray[np.datetime64]) -> dict[str, Month]:
    """By what the numbers of cases of clients are multiplied on the days of a month; nobody is named whose cases come
    all over it alike. *came*: [clients, days] cases; *seen*: how much of each day is in the records; *dates*: of these
    days."""
    day = days_of_year(dates)
    seen = np.where(seen >= _OPEN, seen, 0.0)
    month = np.cumsum(np.append(0, np.diff(MONTH[day]) != 0))
    if (np.bincount(month, seen > 0) >= _DAYS).sum() < _FEWEST or came.sum() < _FEWEST_CASES:
        return {}

    def known(came: Floats) -> Known:
        usual = _usual(came, seen, dates.astype(np.int64) % 7)
        return Known(tuple(_days(counted, came, usual, day, month) for counted in COUNTED))

    own = {name: known(his) for name, his in zip(names, came, strict=True) if his.any()}
    return factors.of_clients(known(came.sum(axis=0)), own)


def _usual(came: Floats, seen: Floats, weekday: Ints) -> Floats:
    """How many come on each day as often as they do on days of the week and in the weeks around it."""
    share = np.ones(7)
    level = np.ones(len(came))
    for _round in range(_ROUNDS):
        share = np.bincount(weekday, came, 7) / np.maximum(np.bincount(weekday, seen * level, 7), 1e-9)
        level = _around(came) / np.maximum(_around(seen * share[weekday]), 1e-9)
    usual: Floats = seen * level * share[weekday]
    return usual


def _around(numbers: Floats) -> Floats:
    """The sum of *numbers* of the days around each."""
    reached = np.append(0.0, np.cumsum(numbers))
    begin = np.clip(np.arange(len(numbers)) - _AROUND // 2, 0, max(len(numbers) - _AROUND, 0))
    total: Floats = reached[np.minimum(begin + _AROUND, len(numbers))] - reached[begin]
    return total


def _days(counted: Counted, came: Floats, usual: Floats, day: Ints, month: Ints) -> Days:
    """What days on which so many *came* tell: those of a flood less, beside the factors that all show."""
    tells = counted.place[day] >= 0
    place, month, came, usual = counted.place[day][tells], month[tells], came[tells], usual[tells]
    many = len(counted.days)

    def beside(times: Floats) -> Days:
        expected = usual * times[place]
        varies = max(float(((came - expected) ** 2 - expected).sum() / max((expected**2).sum(), 1e-9)), 0.0)
        weight = 1.0 / (1.0 + varies * expected)
        level, noise = _shown(came * weight, usual * weight, place, many)
        each = _each(level, noise, _ways(many))
        return Days(counted, level, noise, each, came * weight, usual * weight, place, month)

    return beside(beside(np.ones(many)).factors.factors)


def _shown(came: Floats, usual: Floats, place: Ints, many: int) -> tuple[Floats, Floats]:
    """Logarithms of how many *came* over what was *usual* on each day of a month, and their variances."""
    each, often = np.bincount(place, came, many), np.bincount(place, usual, many)
    near, around = (one + np.roll(one, 1) + np.roll(one, -1) for one in (each, often))
    return np.log((each + 0.5) / (often + 0.5)), 1.0 / (often * near / np.maximum(around, 1e-9) + 0.5)


def _each(level: Floats, noise: Floats, ways: Floats) -> Each:
    """How well the *level* of each day is told, with factors in these *ways* and without."""
    return factors.each(level, np.eye(len(level)), (np.diag(noise) + _OFFSET)[None], ways)


def _gain(each: Each) -> float:
    return mean(each.beside) - mean(each.without)


def _lengths(many: int) -> Floats:
    """Of so *many* days of a month, as shares of it."""
    return np.full(many, 1.0 / many)


@cache
def _ways(many: int) -> Floats:
    apart = np.arange(many)[:, None] - np.arange(many)
    smooth = np.exp(-2.0 * (np.sin(np.pi * apart / many) / _NEAR) ** 2)
    return factors.roots(smooth, _lengths(many), _SIZES, _ALIKE)
