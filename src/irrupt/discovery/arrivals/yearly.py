"""Whether numbers of cases come again with the months of the year, beyond what else levels of demand do.

The logarithm of the number of cases is taken for a Gaussian process (Rasmussen & Williams 2006): a level that rises or
falls, drifts and swings, and jumps where the records gain by it more than finding the moment costs; with factors of the
months beside it or without. What each way of it makes of the records is their likelihood, every period foretold from
those before it; ways of one kind are averaged, none is chosen.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.arrivals import factors
from irrupt.discovery.arrivals.factors import Each, Factors, mean

MONTHS = 12
WEEKS = 365.25 / 7.0
"""In a year."""
LENGTHS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.25
"""Of the months, as shares of a year."""
_TOGETHER = (1, 2, 4)
"""Weeks that are counted together: as few as make"""
_ENOUGH, _FEWEST = 10.0, 2.0
"""so many cases to be expected, at least if four weeks do; with fewer than the second then, nothing is told;"""
_MOST = 160
"""and as few as make no more periods than this."""
_NEAR = 4
"""Periods before and after that tell how much is usual then,"""
_OUTLYING = 1.5
"""and by how much, in logarithms, one may differ from it and still tell all of that: a flood, or silence, is one."""
_MEDIAN = 0.4549
"""Of squares of normal numbers."""
_LEVEL, _SLOPE, _JUMP = 1.0, 0.3, 0.7
"""Standard deviations, in logarithms: of the level, of its change in a year, and of a jump of it;"""
_DRIFTS = (0.0, 0.1, 0.4)
"""of its drift in a year; and"""
_SWINGS = ((0.0, 1.0), *product((0.1, 0.2, 0.4), (3.0, 10.0)))
"""of its swings, with the weeks for which these last."""
_NOISES = (1.0, 1.6)
"""How much periods vary, over what their neighbours tell of that: variances."""
_MOST_JUMPS, _APART = 4, 3
"""Jumps at most; and periods before the first one, and after the last."""
_SIZES, _ALIKE = (0.1, 0.2, 0.4, 0.8), (0.3, 0.8)
"""By how much months differ, a standard deviation in logarithms; and how far months next to each other do so alike."""


class Series(NamedTuple):
    """How many cases came in each of some periods, in the order of time."""

    level: Floats
    """The logarithm of cases a week, less the mean of all;"""
    noise: Floats
    """its variance, by chance and as weeks vary;"""
    time: Floats
    """the middle of each period, in weeks;"""
    months: Floats
    """and the share of each that lies in each month: [periods, 12]."""

    def told(self, least: float) -> Factors | None:
        """The season that it shows, if by more than *least* nats."""
        ways = _ways(self)
        found = [_told(self, ways, jumps) for jumps in _jumps(self, ways)]
        best = max(found, key=lambda one: mean(one.beside))
        gain = mean(best.beside) - max(mean(one.without) for one in found)
        return best.factors(_seasons(), LENGTHS) if gain > least else None

    def shared(self, factors: Factors) -> float:
        """By how much a season of these *factors* makes it more likely."""
        beside = self._replace(level=self.level - self.months @ factors.logarithms)
        return beside._without() - self._without()

    def _without(self) -> float:
        """How well it is told without a season."""
        ways = _ways(self)
        return max(mean(_told(self, ways, jumps).without) for jumps in _jumps(self, ways))


def series(counts: Floats, weeks: Floats, months: Floats) -> Series | None:
    """*counts* of cases in so much of each of the *weeks*, the last one first, which lie in these *months*; None where
    they are too few to tell a season."""
    usual = counts.sum() / max(float(weeks.sum()), 1e-9)
    size = next((n for n in _TOGETHER if usual * n >= _ENOUGH and len(counts) <= _MOST * n), _TOGETHER[-1])
    if usual * size < _FEWEST:
        return None
    whole = len(counts) // size * size
    counts, weeks, months = (one[:whole][::-1] for one in (counts, weeks, months * weeks[:, None]))
    counts, seen = (one.reshape(-1, size).sum(axis=1) for one in (counts, weeks))
    months = months.reshape(-1, size, MONTHS).sum(axis=1) / np.maximum(seen, 1e-9)[:, None]
    kept = seen > size / 2
    level, noise = _levels(counts[kept], seen[kept])
    time = (np.arange(len(kept)) + 0.5)[kept] * size
    return Series(level - np.average(level, weights=1.0 / noise), noise, time, months[kept])


def _levels(counts: Floats, weeks: Floats) -> tuple[Floats, Floats]:
    """Logarithms of cases a week, and their variances."""
    level, usual, near = np.log((counts + 0.5) / weeks), np.empty(len(counts)), np.empty(len(counts))
    for at in range(len(counts)):
        window = slice(max(at - _NEAR, 0), at + _NEAR + 1)
        usual[at] = np.median(np.delete(level[window], min(at, _NEAR)))
        near[at] = (counts[window].sum() + 0.5) / weeks[window].sum() * weeks[at]
    level = np.clip(level, usual - _OUTLYING, usual + _OUTLYING)
    chance = 1.0 / np.maximum(near, 1.0)
    apart = (level[1:-1] - (level[:-2] + level[2:]) / 2) ** 2
    apart /= chance[1:-1] + (chance[:-2] + chance[2:]) / 4
    varies = (float(apart.mean()) + float(np.median(apart)) / _MEDIAN) / 2
    return level, chance * max(varies, 1.0)


def _ways(known: Series) -> Floats:
    """Covariances of *known* as its level may move, noise included: [ways, periods, periods]."""
    years = known.time / WEEKS
    centred = years - years.mean()
    apart = np.abs(known.time[:, None] - known.time)
    since = np.minimum.outer(years - years[0], years - years[0])
    steady = _LEVEL**2 + _SLOPE**2 * np.outer(centred, centred)
    found = [
        steady + drift**2 * since + swing**2 * np.exp(-apart / lasting) + np.diag(known.noise * noise)
        for drift, (swing, lasting), noise in product(_DRIFTS, _SWINGS, _NOISES)
    ]
    return np.array(found)


@cache
def _seasons() -> Floats:
    """How seasons may be: by what independent normal numbers are multiplied, [seasons, 12, 12]."""
    apart = np.arange(MONTHS)[:, None] - np.arange(MONTHS)
    smooth = np.exp(-2.0 * np.sin(np.pi * apart / MONTHS) ** 2)
    return factors.roots(smooth, LENGTHS, _SIZES, _ALIKE)


def _jumps(known: Series, ways: Floats) -> list[Floats]:
    """Sets of jumps, each the periods from which on the level is another: none; those that steady levels ask for, or
    the likeliest way does; and those that they ask for beside a season."""
    none = np.zeros((len(known.time), 0))
    steady = _told(known, ways, none)
    way, season = np.unravel_index(int(np.argmax(steady.beside)), steady.beside.shape)
    found: dict[bytes, Floats] = {b"": none}
    for base, root in (
        (ways[int(np.argmax(steady.without))], None),
        (ways[int(way)], _seasons()[int(season)]),
        (ways[0], None),
        (ways[0], _seasons()[int(season)]),
    ):
        asked = base if root is None else base + known.months @ (root @ root.T) @ known.months.T
        jumps = _asked(known, asked)
        for several in range(1, jumps.shape[1] + 1):
            some = jumps[:, np.argsort(jumps[:, :several].sum(axis=0))]
            found[some.tobytes()] = some
    return list(found.values())


def _asked(known: Series, varies: Floats) -> Floats:
    """Jumps, one after the other, each by which *known* gains more than it costs to find: [periods, jumps]."""
    size = len(known.time)
    all_of_them = (np.arange(size)[:, None] >= np.arange(_APART, size - _APART + 1)).astype(float)
    chosen: list[Floats] = []
    while len(chosen) < _MOST_JUMPS:
        solved = np.linalg.solve(varies, all_of_them)
        sure, lies = (all_of_them * solved).sum(axis=0), solved.T @ known.level
        gain = (lies**2 / (sure + _JUMP**-2) - np.log1p(_JUMP**2 * sure)) / 2 - np.log(size)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(all_of_them[:, best])
        varies = varies + _JUMP**2 * np.outer(chosen[-1], chosen[-1])
    return np.stack(chosen, axis=1) if chosen else np.zeros((size, 0))


def _told(known: Series, ways: Floats, jumps: Floats) -> Each:
    """How well *known* is told with these *jumps*, for each of the *ways* of its level."""
    each = factors.each(known.level, known.months, ways + _JUMP**2 * jumps @ jumps.T, _seasons())
    return each.less(jumps.shape[1] * np.log(len(known.level)))
