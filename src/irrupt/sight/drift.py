"""When shares change for good: one test over many weekly series at once, with the date and its interval.

Each series is a share: a number of hits among a number of chances, week by week. Its deviation from the overall share
is summed up week after week (CUSUM; Page 1954, Csörgő & Horváth 1997), divided by what chance would make of it. The
largest value over all weeks and all series is set against those of the same weeks in another order: blocks of weeks
are exchanged, of all series together, so that the 5 % hold for all of them at once, however they hang together (max-T,
stepped down: what is found does not count against the others; Westfall & Young 1993). Where one client comes more
often, his share counts for more: `alike` takes that out. What a season or a steady trend explains as well as a change
from one week to the next is none: `sudden` tells.

Where few blocks are on one side of a change, many orders of them are as large. What hardly ever was and then always is,
or the other way round, is told by itself instead: no week of one side is like any of the other, and the two shares are
further apart than chance takes them, for all series and weeks that were looked at (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.sight.dating import EDGE, Date, dated, likelihood, spread
from irrupt.sight.periods import FEWEST

LEVEL = 0.05
"""How often a log without any change is said to have one, at most."""
_EDGE = 3
"""Weeks before and after that a change needs at least."""
_BLOCKS = 8
"""Blocks of weeks at least: fewer have too few orders for any of them to be rare."""
_ORDERS = 399
_AT_ONCE = 1 << 15
"""Weeks of series, in so many orders, that are looked at in one go."""
_SEED = 20120101
_PLAIN = 3.5
"""Standardised sum of one series from which on its change is plain by itself."""
_VARIES = 0.02
"""Variance of a share that is taken for it at least."""
_NONE = 0.01
"""A share below it is none."""
_EACH, _SOME = 6, 3
"""Weeks of each side, and cases in each of them, that tell that no week of one side is like any of the other."""


class Drift(NamedTuple):
    """A change of one series."""

    series: int
    week: int
    """The first week after the change."""
    first: int
    last: int
    """Interval of that week: tests find it to hold the true one in 95 % of cases."""
    before: float
    after: float
    size: float
    """The test statistic."""
    p: float


def drifts(hits: Floats, chances: Floats) -> list[Drift]:
    """The series whose share changes; *hits* and *chances* have a row per series and a column per week.

    Numbers are the same whenever it is asked: the orders of the weeks come from one fixed seed.
    """
    weeks = hits.shape[1]
    if weeks < FEWEST or not len(hits):
        return []
    values = _largest(*_residuals(hits, chances))
    p = _stepped_down(values, _drawn(hits, chances))
    found = [
        _drift(series, hits[series], chances[series], float(values[series]), float(p[series]))
        for series in np.flatnonzero((values > 0) & (p <= LEVEL)).tolist()
    ]
    for series in np.flatnonzero((values > 0) & (p > LEVEL)).tolist():
        by_itself = _apart(hits[series], chances[series]) * hits.size
        if by_itself <= LEVEL:
            found.append(_drift(series, hits[series], chances[series], float(values[series]), by_itself))
    return sorted(found, key=lambda one: (-one.size, one.series))


def _drawn(hits: Floats, chances: Floats) -> Floats:
    """The test statistics (orders, series) of the same weeks in other orders."""
    rest, _chances, scale = _residuals(hits, chances)
    orders, some = _orders(hits.shape[1]), max(_AT_ONCE // hits.size, 1)
    drawn = [
        _largest(rest[:, few], chances[:, few], scale[:, None])
        for few in (orders[at : at + some] for at in range(0, _ORDERS, some))
    ]
    return np.concatenate(drawn, axis=1).T


def least_new(hits: Floats, chances: Floats, weeks: int, cases: float) -> float:
    """In what share of so many *cases* in each of so many *weeks* something is that was in none in the first half of
    them, where it is found as often as not beside these series; more than one: not even in all.

    Its sum in the middle is a quarter of that share of all cases, its scale is made of the step between the halves and
    of what chance does in the second one; they are set against the largest of all series in one of twenty orders.
    """
    largest = np.sort(_drawn(hits, chances).max(axis=1))[-int(LEVEL * (_ORDERS + 1))]
    beyond = weeks - largest**2
    return float(largest**2 / (largest**2 + cases * beyond / 2)) if beyond > 0 else np.inf


def _apart(hits: Floats, chances: Floats) -> float:
    """How likely chance makes two sides of a series as far apart as they are, in one given week: 1 unless there is
    nothing on one of them, and no week of it is like any of the other."""
    hits = np.clip(hits, 0.0, chances)
    tells = chances >= _SOME
    each = likelihood(hits, chances)
    week = int(each[:-1].argmax()) + EDGE
    sides = [tells & side for side in (np.arange(len(hits)) < week, np.arange(len(hits)) >= week)]
    if min(side.sum() for side in sides) < _EACH:
        return 1.0
    low, high = sorted(sides, key=lambda side: float(hits[side].sum() / chances[side].sum()))
    none = hits[low].sum() <= _NONE * chances[low].sum()
    if not none or (hits[low] / chances[low]).max() >= (hits[high] / chances[high]).min():
        return 1.0
    worth = spread(hits[None], chances[None])
    return float(np.exp((each[-1] - each[:-1].max()) / worth))


def _stepped_down(values: Floats, drawn: Floats) -> Floats:
    """How likely chance alone makes any of the series that are left as large as each of *values*, as *drawn* (orders,
    series) tells: those that are found do not count against the others (Westfall & Young 1993, step-down)."""
    p, left = np.ones(len(values)), np.ones(len(values), bool)
    least = 0.0
    while left.any():
        most = np.sort(drawn[:, left].max(axis=1))
        beyond = len(most) - np.searchsorted(most, values[left], "left")
        p[left] = np.maximum((1 + beyond) / (len(most) + 1), least)
        found = left & (p <= LEVEL)
        if not found.any():
            break
        least, left = float(p[found].max()), left & ~found
    return p


def alike(hits: Floats, chances: Floats) -> tuple[Floats, Floats]:
    """Hits and chances per week, as if each row (a client) always had the share that all have together.

    What is left of how the weeks differ is what happened to the shares, not who came.

    >>> one = np.array([[1.0, 1.0, 3.0], [9.0, 9.0, 9.0]]), np.array([[10.0, 10.0, 30.0], [10.0, 10.0, 10.0]])
    >>> hits, chances = alike(*one)
    >>> (hits / chances).round(2).tolist()
    [0.4, 0.4, 0.4]
    """
    own = hits.sum(axis=1) / np.maximum(chances.sum(axis=1), 1.0)
    total = chances.sum(axis=0)
    rest = hits.sum(axis=0) - own @ chances
    return rest + hits.sum() / max(chances.sum(), 1.0) * total, total


def beside(hits: Floats, chances: Floats, others: Floats, of_others: Floats) -> tuple[Floats, Floats]:
    """Hits and chances per week, without what becomes of all others' shares too.

    >>> hits, chances = beside(np.array([1.0, 3.0]), np.full(2, 4.0), np.array([2.0, 6.0]), np.full(2, 8.0))
    >>> (hits / chances).tolist()
    [0.5, 0.5]
    """
    usual = others.sum() / max(of_others.sum(), 1.0)
    share = np.where(of_others > 0, others / np.maximum(of_others, 1.0), usual)
    return hits - chances * (share - usual), chances


def sudden(hits: Floats, chances: Floats, week: int, trends: Sequence[Floats]) -> bool:
    """Whether a change in *week* explains the shares better than how much there is to do and *trends* do."""
    return all_sudden([(hits, chances, week)], trends)


def all_sudden(changes: Iterable[tuple[Floats, Floats, int]], trends: Sequence[Floats]) -> bool:
    """The same for several series (hits, chances), each with its week, together."""
    steps, smooth = np.sum([_unexplained(*one, trends) for one in changes], axis=0)
    return bool(steps < smooth)


def _unexplained(hits: Floats, chances: Floats, week: int, trends: Sequence[Floats]) -> tuple[float, float]:
    """What a change in *week* leaves unexplained, and what the load and *trends* do."""
    after, always = np.arange(len(hits)) >= week, np.ones(len(hits))
    certain = _certain(hits, chances, after)
    step, smooth = [always, after.astype(np.float64)], [always, chances, *trends]
    return _left(hits, chances, certain, step), _left(hits, chances, certain, smooth)


def _certain(hits: Floats, chances: Floats, after: Flags) -> Floats:
    """How certain the share of each week is, where one share holds before a change and one after: next to nought or to
    one, a share hardly varies by chance."""
    certain = np.empty(len(hits))
    for side in (after, ~after):
        share = hits[side].sum() / max(chances[side].sum(), 1.0)
        certain[side] = chances[side] / max(share * (1 - share), _VARIES)
    return certain


def _left(hits: Floats, chances: Floats, certain: Floats, terms: list[Floats]) -> float:
    """What the *terms* leave unexplained of the shares (weighted least squares)."""
    weight = np.sqrt(certain)
    table = np.column_stack(terms) * weight[:, None]
    share = hits / np.maximum(chances, 1.0) * weight
    found = np.linalg.lstsq(table, share, rcond=None)[0]
    return float(((share - table @ found) ** 2).sum())


def _residuals(hits: Floats, chances: Floats) -> tuple[Floats, Floats, Floats]:
    """What is left of hits beside the overall share, the chances, and what chance makes of their sums."""
    total = chances.sum(axis=1)
    share = hits.sum(axis=1) / np.maximum(total, 1.0)
    rest = hits - share[:, None] * chances
    return rest, chances, np.sqrt((rest**2).sum(axis=1))


def _largest(rest: Floats, chances: Floats, scale: Floats) -> Floats:
    """The largest standardised sum of each series; or of each in several orders, the last axis being weeks."""
    sums = np.cumsum(rest, axis=-1)[..., _EDGE - 1 : -_EDGE]
    passed = np.cumsum(chances, axis=-1)
    share = passed[..., _EDGE - 1 : -_EDGE] / np.maximum(passed[..., -1:], 1.0)
    spread = scale[..., None] * np.sqrt(share * (1 - share))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((spread > 0) & (share > 0.05) & (share < 0.95), np.abs(sums) / spread, 0.0)
    return np.asarray(value.max(axis=-1))


@lru_cache(maxsize=8)
def _orders(weeks: int) -> Ints:
    """The orders of so many *weeks*, of shape (orders, weeks): the same each time."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    block = max(min(round(weeks ** (1 / 3)), weeks // _BLOCKS), 1)
    orders = np.array([_exchanged(weeks, block, random) for _number in range(_ORDERS)])
    orders.flags.writeable = False
    return orders


def _exchanged(weeks: int, block: int, random: np.random.Generator) -> Ints:
    """The weeks with their blocks in another order, the first block of random length."""
    start = int(random.integers(block)) if block > 1 else 0
    cuts = np.unique(np.concatenate([[0], np.arange(start, weeks, block), [weeks]]))
    blocks = [np.arange(a, b) for a, b in pairwise(cuts) if b > a]
    order: Ints = np.concatenate([blocks[number] for number in random.permutation(len(blocks))]).astype(np.int64)
    return order


def of_itself(series: int, hits: Floats, chances: Floats, p: float) -> Drift:
    """The change of a series that is known by something else than its shares, as likely by chance as *p*."""
    return _drift(series, hits, chances, 0.0, p)


def _drift(series: int, hits: Floats, chances: Floats, size: float, p: float) -> Drift:
    date = dated(hits, chances, _EDGE)
    before, after = (
        float(hits[part].sum() / max(chances[part].sum(), 1.0)) for part in (slice(date.week), slice(date.week, None))
    )
    return Drift(series, *date, before, after, size, p)


def own_date(hits: Floats, chances: Floats) -> Date | None:
    """The week at which one series changes, with its interval, where the change is plain; for comparing parties."""
    if len(hits) < FEWEST or chances.sum() == 0:
        return None
    return dated(hits, chances, _EDGE) if _largest(*_residuals(hits[None], chances[None]))[0] >= _PLAIN else None
