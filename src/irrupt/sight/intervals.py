"""95 % intervals of what was measured once: over cases, and over weeks where there are enough of them.

Cases of one week share its queues, so they tell less than as many independent cases: where there are eight weeks or
more, the spread between weeks is looked at too, and the wider interval is taken.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.special import chi_squared_quantile, normal_cdf, normal_quantile, student_cdf, student_quantile

LEVEL = 0.95
ENOUGH_WEEKS = 8
"""Weeks from which on their spread is used."""
LEAST_WEEKS = 4
FEWEST = 10
"""Cases that a client needs, and all others, for him to be compared with them."""
FAMILIES = 6
"""Kinds of comparisons of clients with all others: waits, activities and teams met, deeds, queues, procedures, and how
far they follow a written one."""
_OF_MEANS = 0.8
"""Part of what is allowed that the means of hours have, beside their ranks."""


class Interval(NamedTuple):
    """Two ends; nan where nothing can be said."""

    low: float
    high: float


UNKNOWN = Interval(math.nan, math.nan)


@lru_cache(maxsize=4096)
def student(freedom: float, level: float = LEVEL) -> float:
    """How many standard errors an interval reaches on each side.

    >>> round(student(9), 3)
    2.262
    """
    return float(student_quantile(0.5 + level / 2, freedom))


def _spread_of_weeks(values: Floats, week: Ints, mean: float) -> tuple[float, int]:
    """Variance of the mean of *values* from the spread between weeks (ratio estimator), and the number of weeks."""
    weeks = len(np.unique(week))
    if weeks < 2:
        return math.nan, weeks
    residual = np.bincount(week - week.min(), weights=values - mean)
    return float(np.square(residual).sum() * weeks / (weeks - 1) / len(values) ** 2), weeks


def error_of_mean(values: Floats, week: Ints) -> tuple[float, float]:
    """Standard error of the mean of *values* that belong to cases arriving in *week*, and its degrees of freedom."""
    count = len(values)
    if count < 2:
        return math.nan, math.nan
    variance, freedom = float(values.var(ddof=1)) / count, count - 1.0
    between, weeks = _spread_of_weeks(values, week, float(values.mean()))
    if weeks >= ENOUGH_WEEKS and between > variance:
        variance, freedom = between, weeks - 1.0
    return math.sqrt(variance), freedom


def of_mean(values: Floats, week: Ints) -> Interval:
    """Interval of the mean of *values* >= 0, one per case, that arrived in *week*.

    >>> of_mean(np.array([1.0, 2.0, 3.0]), np.array([0, 0, 0]))
    Interval(low=0.0, high=4.48...)
    """
    error, freedom = error_of_mean(values, week)
    if math.isnan(error):
        return UNKNOWN
    mean, half = float(values.mean()), student(freedom) * error
    return Interval(max(mean - half, 0.0), mean + half)


def _worth(values: Floats, week: Ints) -> float:
    """As how many independent cases *values* (0 or 1) count."""
    count, share = len(values), float(values.mean())
    alone = share * (1 - share) / count
    between, weeks = _spread_of_weeks(values, week, share)
    if weeks >= ENOUGH_WEEKS and between > alone > 0:
        return count * alone / between
    return float(count)


def wilson(share: float, count: float, level: float = LEVEL) -> Interval:
    """Interval of a share found in *count* cases (Wilson 1927).

    >>> wilson(0.5, 100)
    Interval(low=0.403..., high=0.596...)
    """
    if not count > 0:
        return UNKNOWN
    z = float(normal_quantile(0.5 + level / 2))
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    low = 0.0 if share == 0 else max(centre - half, 0.0)
    return Interval(low, 1.0 if share == 1 else min(centre + half, 1.0))


def of_share(happens: Flags, week: Ints) -> Interval:
    """Interval of the share of cases in which something happens."""
    if len(happens) == 0:
        return UNKNOWN
    values = happens.astype(np.float64)
    return wilson(float(values.mean()), _worth(values, week))


def of_quantile(values: Floats, week: Ints, share: float) -> Interval:
    """Interval of a quantile, between two of the ordered *values* (binomial ranks)."""
    if len(values) < 2:
        return UNKNOWN
    ordered = np.sort(values)
    count = len(ordered)
    below = (values <= np.quantile(ordered, share)).astype(np.float64)
    worth = _worth(below, week)
    half = 1.959964 * math.sqrt(share * (1 - share) / worth)
    if share + half >= 1 or share - half <= 0:
        return UNKNOWN
    low = ordered[max(math.floor((share - half) * count), 1) - 1]
    high = ordered[min(math.ceil((share + half) * count), count - 1)]
    return Interval(float(low), float(high))


def of_weeks(series: Floats, value: float) -> Interval:
    """Interval around *value*, the mean of a weekly *series*, wider where a week resembles the one before."""
    weeks = len(series)
    if weeks < LEAST_WEEKS or math.isnan(value):
        return UNKNOWN
    away = series - series.mean()
    total = float(np.square(away).sum())
    memory = min(max(float((away[1:] * away[:-1]).sum()) / total, 0.0), 0.9) if total > 0 else 0.0
    half = student(weeks - 1) * math.sqrt(total / (weeks - 1) / weeks * (1 + memory) / (1 - memory))
    return Interval(max(value - half, 0.0), value + half)


def of_independent_ratio(above: Floats, below: Floats) -> Interval:
    """Interval of the sum of *above* over the sum of *below*, both given per week."""
    weeks = len(above)
    total = float(below.sum())
    if weeks < LEAST_WEEKS or total <= 0:
        return UNKNOWN
    ratio = float(above.sum()) / total
    residual = above - ratio * below
    half = student(weeks - 1) * math.sqrt(float(np.square(residual).sum()) * weeks / (weeks - 1)) / total
    return Interval(max(ratio - half, 0.0), ratio + half)


def of_dispersion(value: float, weeks: int) -> Interval:
    """Interval of an index of dispersion over *weeks* counts (chi-squared; Cox & Lewis 1966)."""
    if math.isnan(value) or weeks < LEAST_WEEKS:
        return UNKNOWN
    tail = (1 - LEVEL) / 2
    scaled = (weeks - 1) * value
    least, most = chi_squared_quantile([tail, 1 - tail], weeks - 1).tolist()
    return Interval(scaled / most, scaled / least)


class Difference(NamedTuple):
    """One group of cases minus another: the difference of their means, its interval, and its p-value."""

    value: float
    low: float
    high: float
    p: float


NO_DIFFERENCE = Difference(math.nan, math.nan, math.nan, math.nan)


def of_difference(one: tuple[Floats, Ints], other: tuple[Floats, Ints]) -> Difference:
    """The mean of *one* minus that of the *other*, each (values, week of arrival); what weeks share cancels out.

    The test is the stricter of two: one with the spread that each group shows, which may by luck be small where values
    are rare or uneven, and one with the spread of both together, which they have if they do not differ.
    """
    (a, week_a), (b, week_b) = one, other
    if len(a) < 2 or len(b) < 2:
        return NO_DIFFERENCE
    value = float(a.mean() - b.mean())
    parts = (float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b))
    variance = sum(parts)
    freedom = min(len(a), len(b)) - 1.0
    if variance > 0:
        freedom = variance**2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    first = min(week_a.min(), week_b.min())
    size = int(max(week_a.max(), week_b.max()) - first) + 1
    residual = np.bincount(week_a - first, weights=(a - a.mean()) / len(a), minlength=size)
    residual -= np.bincount(week_b - first, weights=(b - b.mean()) / len(b), minlength=size)
    weeks = len(np.union1d(week_a, week_b))
    between = float(np.square(residual).sum()) * weeks / max(weeks - 1, 1)
    if weeks >= ENOUGH_WEEKS and between > variance:
        variance, freedom = between, weeks - 1.0
    error = math.sqrt(variance)
    half = student(freedom) * error
    p = 2 * float(student_cdf(-abs(value) / error, freedom)) if error > 0 else float(value == 0)
    return Difference(value, value - half, value + half, max(p, _if_alike(a, b)))


def _if_alike(a: Floats, b: Floats) -> float:
    """p-value of the difference of two means whose values are spread as all of them are."""
    error = float(np.concatenate([a, b]).std(ddof=1)) * math.sqrt(1 / len(a) + 1 / len(b))
    return 2 * float(normal_cdf(-abs(a.mean() - b.mean()) / error)) if error > 0 else 1.0


def of_hours(one: tuple[Floats, Ints], other: tuple[Floats, Ints]) -> Difference:
    """The same of hours that are waited, in some cases far longer than in most: that they differ is told by their ranks
    as well, those of the cases in which anything is waited. The means have most of what is allowed: ranks, where these
    differ at all, differ plainly.

    >>> quick, slow = np.array([1.0, 2, 3, 4, 5, 6, 7, 300]), np.array([11.0, 12, 13, 14, 15, 16, 17, 900])
    >>> week = np.zeros(8, np.int64)
    >>> round(of_difference((slow, week), (quick, week)).p, 2), round(of_hours((slow, week), (quick, week)).p, 2)
    (0.49, 0.04)
    >>> of_hours((quick, week), (quick, week)).p
    1.0
    """
    difference = of_difference(one, other)
    waited = [(values[values > 0], week[values > 0]) for values, week in (one, other)]
    rank = pl.Series(np.concatenate([values for values, _week in waited])).rank().to_numpy()
    mine, others = np.split(rank, [len(waited[0][0])])
    by_rank = of_difference((mine, waited[0][1]), (others, waited[1][1]))
    told = by_rank.p if by_rank.value * difference.value > 0 else 1.0
    return difference._replace(p=min(difference.p / _OF_MEANS, told / (1 - _OF_MEANS), 1.0))


def of_shares(hits: tuple[float, float], counts: tuple[float, float]) -> Difference:
    """The share of the first group minus that of the second: interval by Newcombe (1998, method 10), pooled z-test."""
    (a, b), (n, m) = hits, counts
    if not (n and m):
        return NO_DIFFERENCE
    p, q = a / n, b / m
    one, other = wilson(p, n), wilson(q, m)
    value = p - q
    low = value - math.hypot(p - one.low, other.high - q)
    high = value + math.hypot(one.high - p, q - other.low)
    pooled = (a + b) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return Difference(value, low, high, 2 * float(normal_cdf(-abs(value) / error)) if error > 0 else 1.0)


def holm(p: list[float], level: float = 1 - LEVEL) -> list[bool]:
    """Which of several tests find something, all taken together (Holm 1979). A test without p-value finds nothing.

    >>> holm([0.01, 0.04, 0.03])
    [True, False, False]
    """
    found = [False] * len(p)
    known = sorted((value, at) for at, value in enumerate(p) if not math.isnan(value))
    for rank, (value, at) in enumerate(known):
        if value > level / (len(known) - rank):
            break
        found[at] = True
    return found


def of_clients(p: list[float]) -> list[bool]:
    """Which comparisons of clients with all others, of one kind, find something: one kind's part of the 5 %, so that of
    twenty logs in which all clients are alike one at most has any such finding."""
    return holm(p, (1 - LEVEL) / FAMILIES)


def of_share_of(part: Floats, whole: Floats, week: Ints) -> Interval:
    """Interval of the sum of *part* over the sum of *whole*, both given per case that arrived in *week*.

    >>> of_share_of(np.array([1.0, 1.0, 2.0]), np.array([2.0, 2.0, 4.0]), np.array([0, 1, 2]))
    Interval(low=0.5, high=0.5)
    """
    total = float(whole.sum())
    if len(part) < 2 or total <= 0:
        return UNKNOWN
    share = float(part.sum()) / total
    residual = part - share * whole
    error, freedom = error_of_mean(residual, week)
    half = student(freedom) * error * len(part) / total
    return Interval(max(share - half, 0.0), min(share + half, 1.0))
