"""Paired intervals: the few statistics that a comparison needs."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.special import student_cdf, student_quantile

Looks = Literal["once", "always"]
"""Whether an interval is for one look, planned beforehand, or holds at all looks together, whenever one stops."""

MISS = 0.05
"""Share of intervals that may miss the true value."""
SCALE = 0.1
"""Intervals for all looks together are narrowest when there are some 80 pairs: 8 over this."""
EVEN = 6.0
"""Pairs that would make the skewness of normal values as uncertain as skewness is beforehand, about 1: its variance is
this over the number of pairs."""


NO_STEP = 1e-9
"""Share of the level below which a difference comes from the order of sums."""
STEP = 1e4
"""How many times as large a step must be at least, to be one."""
MOST_LOOKED_AT = 32
"""Pairs of runs that tell by which steps a measure comes."""
FACTOR = 0.5
"""Standard deviation of what was learned, as a share of a difference, up to which it is taken to be that of a factor;
beyond, the less so, the less sure it is to which side the difference lies."""
MODEL = 0.04
"""Standard error of any difference in a learned organisation, as a share of it, however long the records are."""


class Spread(NamedTuple):
    """How an effect varies over organisations that the records support alike; one entry per column."""

    error: Floats
    """Standard deviation of the difference; nan where it is not known."""
    freedom: Floats
    """Degrees of freedom of that."""
    alternatives: int
    """How many organisations tell it."""
    near: Floats = np.array(1.0)
    """Which share of it lies on the side of zero: below 1 where most of it is away from zero."""


class Paired(NamedTuple):
    """Means over replications, and the interval of the mean paired difference; arrays of one entry per column."""

    without: Floats
    with_act: Floats
    difference: Floats
    low: Floats
    high: Floats
    pairs: Ints
    """Replications in which both values exist."""
    error: Floats
    """Standard error of the difference."""
    lean: Floats
    """Skewness of the mean difference: above 0, a few pairs lie far above the others, below 0 far below."""

    @property
    def freedom(self) -> Floats:
        """Degrees of freedom of the standard error."""
        return np.maximum(self.pairs - 1, 0).astype(float)


def paired(without: Floats, with_act: Floats, *, level: float = 1 - MISS) -> Paired:
    """Compare two arrays of shape (replications, columns), row by row: the mean difference and its interval (`ends`).

    A pair counts where both values are finite. Fewer than two pairs, or no pair, give an infinite or undefined
    interval, never a narrow one. A column whose differences are all exactly zero gets [0, 0]: with common random
    numbers that is a finding, not an accident.

    Source: Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1 (paired-t confidence interval).

    >>> result = paired(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [3.0], [4.0]]))
    >>> float(result.difference[0]), float(result.low[0]), float(result.high[0])
    (1.0, 1.0, 1.0)
    """
    both = np.isfinite(without) & np.isfinite(with_act)
    pairs = both.sum(axis=0)
    count = np.maximum(pairs, 1)
    difference = np.where(both, with_act - without, 0.0)
    mean = difference.sum(axis=0) / count
    residual = np.where(both, difference - mean, 0.0)
    error = np.sqrt((residual**2).sum(axis=0) / np.maximum(pairs - 1, 1) / count)
    error = np.where(pairs >= 2, error, np.inf)
    lean = _lean(residual, pairs)
    mean = np.where(pairs == 0, np.nan, mean)
    low, high = ends(mean, error, pairs - 1.0, lean, np.full(pairs.shape, 1 - level))
    return Paired(
        without=means(without, both),
        with_act=means(with_act, both),
        difference=mean,
        low=low,
        high=high,
        pairs=pairs,
        error=error,
        lean=lean,
    )


def unseen(without: Floats, with_act: Floats, miss: Floats) -> Floats:
    """How far from 0 the mean difference may lie in columns in which no pair differs; arrays as in `paired`.

    What comes in steps, such as a number of cases, is taken to differ by single steps that come at random. So many
    pairs alike leave room for some steps a pair: of more, with probability *miss* at most, none would have been seen.
    What moves continuously shows it in every pair: there is no room.

    Source: Garwood 1936, Fiducial limits for the Poisson distribution, Biometrika 28; Hanley & Lippman-Hand 1983, If
    nothing goes wrong, is everything all right?

    >>> same = np.array([[3.0], [4.0], [6.0], [3.0], [5.0], [4.0], [7.0], [3.0], [6.0], [4.0]])
    >>> unseen(same, same, np.array([0.05])).round(2), unseen(np.sqrt(same), np.sqrt(same), np.array([0.05])).round(2)
    (array([0.37]), array([0.]))
    """
    pairs = (np.isfinite(without) & np.isfinite(with_act)).sum(axis=0)
    room: Floats = -np.log(miss / 2) / np.maximum(pairs, 1) * _step(np.concatenate([without, with_act]))
    return room


def _step(values: Floats) -> Floats:
    """The largest step of which all *values* of a column are multiples, but for one constant; 0 where there is none."""
    values = np.sort(values[: 2 * MOST_LOOKED_AT], axis=0)
    scale = np.nanmax(np.abs(values), axis=0, initial=0.0) * NO_STEP
    step = np.zeros(values.shape[1])
    for gap in np.nan_to_num(np.diff(values, axis=0)):
        rest = np.where(gap > scale, gap, 0.0)
        while rest.any():  # Euclid's algorithm, with the nearest remainder
            some = rest > 0
            left = np.abs(step - np.rint(step / np.where(some, rest, 1.0)) * rest)
            step, rest = np.where(some, rest, step), np.where(some & (left > scale), left, 0.0)
    return np.where(step > STEP * scale, step, 0.0)


def resampled(pairs: int, resamples: int, seed: int) -> Floats:
    """How much each of so many *pairs* of runs weighs in each of *resamples* with replacement: (resamples, pairs).

    >>> resampled(4, 3, 1).sum(axis=1).tolist()
    [1.0, 1.0, 1.0]
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return generator.multinomial(pairs, np.full(pairs, 1 / pairs), resamples) / pairs


def mean_of(values: Floats) -> tuple[float, float, float]:
    """The mean of *values* and its 95 % interval (`ends`); infinite where there are fewer than two.

    >>> mean_of(np.array([1.0, 1.0, 1.0]))
    (1.0, 1.0, 1.0)
    """
    found = paired(np.zeros((len(values), 1)), values[:, None])
    return float(found.difference[0]), float(found.low[0]), float(found.high[0])


def _lean(residual: Floats, pairs: Ints) -> Floats:
    """Skewness of the mean of each column, drawn towards 0 where there are few pairs to tell it."""
    count = np.maximum(pairs, 1)
    largest = np.abs(residual).max(axis=0, initial=0.0)
    apart = residual / np.where(largest > 0, largest, 1.0)
    variance = (apart**2).sum(axis=0) / count
    skewness = (apart**3).sum(axis=0) / count / np.where(variance > 0, variance, 1.0) ** 1.5
    lean: Floats = skewness * count / (count + EVEN) / np.sqrt(count)
    return lean


def means(values: Floats, both: Flags) -> Floats:
    """Mean of each column over those rows that are in *both* of two tables; where none is, over what there is."""
    use = np.where(both.any(axis=0), both, np.isfinite(values))
    count = use.sum(axis=0)
    total = np.where(use, values, 0.0).sum(axis=0)
    mean: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def ends(
    difference: Floats, error: Floats, freedom: Floats, lean: Floats, miss: Floats, *, looks: Looks = "once"
) -> tuple[Floats, Floats]:
    """Both ends of the interval of each *difference* that misses with probability *miss*.

    Student's interval (`half_width`) supposes that means are spread evenly to both sides. Where a few pairs differ far
    more than the others, or most do not differ at all, the mean of the pairs that happen to be there mostly lies on the
    near side of the truth, and with it the standard error is too small. So on the side to which the differences *lean*
    the interval is longer: by the transformation that takes the skewness out of Student's t. On the other side it is
    Student's, never shorter: what is told apart from 0 is told apart by Student's t as well.

    Source: Hall 1992, On the removal of skewness by transformation, Journal of the Royal Statistical Society B 54
    (the monotone cubic, with Student's quantiles in place of the normal ones).

    >>> one = np.ones(1)
    >>> low, high = ends(10 * one, one, 99 * one, 0.3 * one, 0.05 * one)
    >>> low.round(2), high.round(2)
    (array([8.02]), array([12.7]))
    """
    half = half_width(error, freedom, miss, looks=looks)
    some = np.isfinite(half) & (half > 0)
    size, reach = np.where(some, error, 1.0), np.where(some, half, 0.0)
    far = np.where(some, np.maximum(reach, _longer(reach / size, np.abs(lean)) * size), half)
    return difference - np.where(lean < 0, far, half), difference + np.where(lean > 0, far, half)


def _longer(times: Floats, lean: Floats) -> Floats:
    """How many standard errors the longer side takes where the other one takes *times*."""
    root = np.cbrt(1 - lean * (times + lean / 6))
    longer: Floats = 3 * (times + lean / 6) / (1 + root + root**2)
    return longer


def _shorter(times: Floats, lean: Floats) -> Floats:
    """The inverse of `_longer`: what *times* standard errors on the longer side are worth on the other one."""
    shorter: Floats = times - lean * times**2 / 3 + lean**2 * times**3 / 27 - lean / 6
    return np.maximum(np.minimum(times, shorter), 0.0)


def half_width(error: Floats, freedom: Floats, miss: Floats, *, looks: Looks = "once") -> Floats:
    """Half of the interval that misses with probability *miss*, for a standard error with *freedom* degrees of freedom.

    *looks* = `once`: Student's t. `always`: wide enough to hold at all looks together, however many there are and
    whatever makes one stop (Wang & Ramdas 2023, Anytime-valid t-tests and confidence sequences for Gaussian means with
    unknown variance, with effects mixed over a Gaussian of scale `SCALE`); half as wide again at 100 pairs. Arrays of
    one shape; infinite where nothing can be told.

    >>> one = np.ones(1)
    >>> half_width(one, 99 * one, 0.05 * one).round(2), half_width(one, 99 * one, 0.05 * one, looks="always").round(2)
    (array([1.98]), array([3.1]))
    """
    known = (freedom >= 1) & np.isfinite(error)
    freedom = np.where(known, freedom, 1.0)
    if looks == "once":
        times = -student_quantile(miss / 2, freedom)
    else:
        spread = 1 + (freedom + 1) * SCALE
        bar = (spread / miss**2) ** (1 / (freedom + 1))
        room = np.where(bar < spread, 1 - bar / spread, np.nan)
        times = np.sqrt(freedom * (bar - 1) / room)
        times = np.where(np.isnan(times), np.inf, times)
    some = known & (error > 0)
    half: Floats = np.where(some, times * np.where(some, error, 1.0), np.where(known, 0.0, np.inf))
    return half


def learned_error(difference: Floats, spread: Spread, *, near: bool = False) -> Floats:
    """The standard error of each *difference* for what was learned: its *spread*, and what no other weeks would tell.

    Alternatives differ in what is counted anew; hours, people and ways of working are the same in all of them. In
    worlds whose truth is known (`benchmarks/worlds.py`), differences come out further off than alternatives say, by a
    share of their size (`MODEL`). Where these do not differ at all, it is set by the act. nan where nothing is known.
    *near*: on the side of zero.

    >>> learned_error(np.array([75.0, 75.0]), Spread(np.array([4.0, 0.0]), np.array([11.0, 11.0]), 12))
    array([5., 0.])
    """
    size = np.abs(difference)
    seen = spread.error * spread.near if near else spread.error
    found: Floats = np.where(spread.error > NO_STEP * size, np.hypot(seen, MODEL * size), spread.error)
    return found


def together(result: Paired, spread: Spread) -> tuple[Floats, Floats, Floats]:
    """The standard error that the noise of the runs and *spread* make together on the side of zero, its degrees of
    freedom, and its lean.

    Third moments of independent errors add up.

    Source: Welch 1947, The generalization of "Student's" problem when several different population variances are
    involved; Satterthwaite 1946.
    """
    error, freedom, seen = result.error, result.freedom, np.nan_to_num(spread.error * spread.near)
    learned = np.nan_to_num(learned_error(result.difference, spread, near=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.hypot(error, learned)
        weight = error**4 / np.maximum(freedom, 1.0) + seen**4 / np.maximum(spread.freedom, 1.0)
        shared = np.where(weight > 0, both**4 / weight, freedom)
        known = np.isfinite(both) & (learned > 0)
        lean = np.where(known, result.lean * (error / both) ** 3, result.lean)
    return both, np.where(known, shared, freedom), lean


def ends_together(result: Paired, spread: Spread, miss: Floats, *, looks: Looks = "once") -> tuple[Floats, Floats]:
    """Both ends of the interval of each difference of *result* that holds the noise of the runs and *spread*.

    A queue grows faster than its load. A load that was learned too low by chance therefore hides more of what an act
    does than one that was learned too high adds to it: the error is one of a factor. So away from 0 what was learned
    reaches as far as on a logarithmic scale: for a standard deviation of a share s of the difference, to exp(t s) times
    it. Towards 0 it would reach less far than Student's interval, and is left at that (as in `ends`), with what the
    alternatives say of that side (`Spread.near`).

    >>> one = np.array([[9.0], [11.0]] * 50)
    >>> spread = Spread(np.array([2.0]), np.array([1e6]), 12)
    >>> low, high = ends_together(paired(0 * one, one), spread, np.array([0.05]))
    >>> low.round(1), high.round(1)
    (array([6.]), array([14.9]))
    """
    error, freedom, lean = together(result, spread)
    difference = result.difference
    low, high = ends(difference, error, freedom, lean, miss, looks=looks)
    learned = np.nan_to_num(learned_error(difference, spread))
    known = (learned > 0) & np.isfinite(low) & np.isfinite(high) & (difference != 0)
    times = np.where(known, half_width(np.ones_like(error), freedom, miss, looks=looks), 1.0)
    share = np.where(known, learned, 1.0) / np.where(known, np.abs(difference), 1.0)
    share = np.minimum(share, FACTOR**2 / share)
    # beyond any number where hardly anything is known: then there is no end
    with np.errstate(over="ignore"):
        longer = np.expm1(times * share) / (times * share)
        near = np.nan_to_num(learned_error(difference, spread, near=True))
        further = np.where(known, times * np.sqrt((learned * longer) ** 2 - near**2), 0.0)
    low = np.where(known & (difference < 0), difference - np.hypot(difference - low, further), low)
    high = np.where(known & (difference > 0), difference + np.hypot(high - difference, further), high)
    return low, high


def halves(half: Floats, error: Floats, learned: Floats | None) -> tuple[Floats, Floats]:
    """What the noise of the runs, with its standard *error*, and what was *learned*, with its own, each make of *half*
    of an interval.

    Their squares add up to its square, so that each says how much narrower the interval would be without it. The second
    is nan where it is not known.

    >>> noise, learned = halves(np.array([5.0]), np.array([3.0]), np.array([4.0]))
    >>> noise.round(9), learned.round(9)
    (array([3.]), array([4.]))
    """
    if learned is None:
        return half, np.full(half.shape, np.nan)
    known = np.isfinite(learned) & np.isfinite(half)
    both = np.hypot(error, learned)
    share = np.where(known & (both > 0), learned, 0.0) / np.where(known & (both > 0), both, 1.0)
    noise: Floats = np.where(known, half * np.sqrt(1 - share**2), half)
    return noise, np.where(known, np.where(known, half, 0.0) * share, np.nan)


def chance(difference: Floats, error: Floats, freedom: Floats, lean: Floats, *, looks: Looks = "once") -> Floats:
    """The smallest probability of missing at which the interval of `ends` leaves out 0: a p-value.

    1 where nothing can be told, and where the difference is exactly 0.
    """
    known = (freedom >= 1) & np.isfinite(error) & np.isfinite(difference)
    freedom = np.where(known, freedom, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.where(known, difference, 0.0)) / np.where(known, error, 1.0)
    ratio = np.where(np.isnan(ratio), 0.0, ratio)
    towards_0 = difference * lean < 0
    ratio = np.where(towards_0, _shorter(np.minimum(ratio, 1e100), np.abs(lean)), ratio)
    if looks == "once":
        found = 2 * student_cdf(-ratio, freedom)
    else:
        count, square = freedom + 1, np.minimum(ratio, 1e100) ** 2 / freedom
        spread = 1 + count * SCALE
        bayes = -0.5 * np.log(spread) + 0.5 * count * (np.log1p(square) - np.log1p(square / spread))
        found = np.exp(-np.maximum(bayes, 0.0))
    result: Floats = np.where(known, np.minimum(found, 1.0), 1.0)
    return result


def miss_among(chances: Floats, share: float = MISS) -> float:
    """How rarely each of many intervals must miss, so that of those that leave out 0 at most *share* miss, on average.

    The rule of Benjamini & Hochberg (1995) finds how many differences are told apart; intervals that miss with
    probability *share* times their number over the number of all are those of Benjamini & Yekutieli (2005, False
    discovery rate-adjusted multiple confidence intervals for selected parameters). One interval alone misses with
    probability *share*. An interval of this width leaves out 0 exactly where the rule tells a difference apart.

    >>> round(miss_among(np.array([0.001, 0.002, 0.6, 0.7])), 3), miss_among(np.array([0.2]))
    (0.025, 0.05)
    """
    if not len(chances):
        return share
    bars = share * np.arange(1, len(chances) + 1) / len(chances)
    passed = np.flatnonzero(np.sort(chances) <= bars)
    return float(bars[passed[-1]] if len(passed) else bars[0])
