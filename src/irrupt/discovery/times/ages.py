"""What happens at an age: delays that count from when the case began, or an earlier step, not from the last one.

A ticket is closed a month after it came, whenever it was solved; a penalty is added sixty days after the notice, paid
in part or not. Whether a delay is such a one is a question to the records: the times between the last step and the
next, and those on the clock of the case, have to predict one half of the records from the other. That the last step was
done at some age says only that the next one comes later: ages are learned from cases that were not that far by then
(left truncation, Lynden-Bell 1971).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.times.timing import Ranked, quantile
from irrupt.organisation import Distribution

_FEWEST = 50
_MOST = 2_000
"""Delays that are judged, at most: so many tell."""
_CANDIDATES = 30
"""Activities, the most frequent ones, with which clocks may begin anew."""
_HEAVY = 0.002
"""Share of all time between steps that a delay must take to be looked at."""
_NARROWER = 0.9
"""How wide ages must spread at most, compared with times since the last step, to be looked at."""
_GAIN, _EACH, _SURE = 10.0, 0.1, 3.0
"""Nats by which ages must predict better: at least, for each delay, and in standard errors."""
_MORE = 0.1
"""By how much a clock that begins anew with another activity must predict better, as a share of what it gains."""
_FINE, _FINEST = 0.01, 60.0
"""As what share of their spread, and seconds at least, times are told apart."""
_BESIDE = 0.01
"""Share of the steps that could begin before the clock did, at most: what is done beside the step with which that
begins does not count from it."""
_STRAY = 0.03
_QUARTERS = np.array([0.25, 0.75])
_MOST_CELLS = 40
_FEWEST_AT_RISK = 0.05
"""Of what all count, that is taken to be at risk at least, among the younger half."""


class Waited(NamedTuple):
    """Delays of one kind."""

    steps: Ints
    """The steps of the log that end them."""
    until: Floats
    """When they were over."""
    rival: float
    """Nats that another way of counting gains over the plain one, for each."""


class OnClock(NamedTuple):
    """Delays that count on the clock of the case."""

    anew: frozenset[int]
    """Activities with which it begins anew."""
    delays: frozenset[str]
    began: Floats
    """Per step of the log: when the clock of its case had begun."""


def learn(log: Log, waited: Mapping[str, Waited]) -> OnClock:
    """Which of the delays that cases *waited* count on their clock, and with which activities that begins anew."""
    judged = _judged(log, waited)
    count = np.bincount(log.activity, minlength=len(log.activities))
    often = [one for one in np.argsort(-count, kind="stable")[:_CANDIDATES].tolist() if count[one] >= _FEWEST]
    best, clock = frozenset[int](), _Clock(log)
    gains = _gains(judged, clock, best)
    while judged:
        tried = []
        for one in often:
            found = _gains(judged, clock, best | {one})
            tried.append((sum(found.values()), best | {one}, found))
        most, more, found = max(tried, key=lambda one: one[0], default=(0.0, best, gains))
        before = sum(gains.values())
        if most < before * (1 + _MORE) + _GAIN:
            break
        best, gains = more, found
    return OnClock(best, frozenset(gains), clock.began(clock.anew(best), np.arange(len(log.case))))


class _Clock:
    """When the clock of each case begins."""

    def __init__(self, log: Log) -> None:
        self.log, self.left = log, log.left

    def anew(self, activities: frozenset[int]) -> Ints:
        """The steps with which it begins anew, those of some *activities*."""
        return np.flatnonzero(np.isin(np.arange(len(self.log.activities)), list(activities))[self.log.activity])

    def began(self, anew: Ints, steps: Ints) -> Floats:
        """Of each of *steps*: when the clock of its case had begun, which begins *anew* with some."""
        return clocks(steps, self.log.begin[self.log.case[steps]], self.log.start, self.left, anew)


def clocks(steps: Ints, first: Ints, came: Floats, left: Floats, anew: Ints) -> Floats:
    """Of each of *steps*, which stand case by case: when the clock of its case had begun, which begins when the case
    comes, and *anew* when some of its steps are *left*. *first*: where the case of each begins; *came*: when the first
    one comes.

    >>> first, anew = np.array([0, 0, 0, 3]), np.array([1])
    >>> clocks(np.arange(4), first, np.arange(4.0), np.arange(4.0) + 0.5, anew).tolist()
    [0.0, 0.0, 1.5, 3.0]
    """
    last = np.append(-1, anew)[np.searchsorted(anew, steps)]
    began: Floats = np.where(last >= first, left[np.maximum(last, 0)], came[first])
    return began


def over_at(age: Ranked, entered: Floats, weight: Floats) -> Distribution:
    """The ages at which delays are over, each of which was seen from the age on at which it *entered*."""
    exits, order = age.values, age.order
    worth, entry = weight[order], np.minimum(entered[order], exits - 1e-6)
    entries = np.argsort(entry, kind="stable")
    gone = np.append(0.0, np.cumsum(worth))
    come = np.append(0.0, np.cumsum(worth[entries]))
    first, last = np.searchsorted(exits, exits, "left"), np.searchsorted(exits, exits, "right")
    at_risk = come[np.searchsorted(entry[entries], exits, "left")] - gone[first]
    young = exits < np.median(exits)
    at_risk = np.where(young, np.maximum(at_risk, _FEWEST_AT_RISK * gone[-1]), at_risk)
    over = gone[last] - gone[first]
    keeps = np.where(first == np.arange(len(exits)), np.clip(1.0 - over / np.maximum(at_risk, over), 0.0, 1.0), 1.0)
    left = np.append(1.0, np.cumprod(keeps))
    mass = np.maximum(left[first] - left[last], 0.0) * worth / over
    mass[-1] += left[-1]
    counted = np.zeros(len(mass))
    counted[order] = mass
    return age.quantiles(counted)


@dataclass(slots=True)
class _Judged:
    """Delays of one kind, as many as tell."""

    steps: Ints
    enabled: Floats
    until: Floats
    rival: float
    spread: float
    plain: Floats | None = None
    """How well times since the last step are predicted, once that was asked."""

    def gain(self, began: Floats) -> float:
        """Nats by which ages predict better, if they surely do; otherwise 0."""
        entry = np.maximum(self.enabled - began, 0.0)
        age = np.maximum(self.until - began, entry)
        if np.mean(began > self.enabled + 1.0) > _BESIDE:
            return 0.0
        if not entry.any() or _spread(age) > _NARROWER * self.spread:
            return 0.0
        fine = max(_FINEST, _FINE * self.spread)
        if self.plain is None:
            self.plain = _predicted(np.zeros(len(age)), self.until - self.enabled, fine)
        each = _predicted(entry, age, fine) - self.plain
        gain, error = float(each.sum()), float(each.std() * np.sqrt(len(each)))
        sure = gain - max(self.rival, 0.0) * len(each) > max(_GAIN + _EACH * len(each), _SURE * error)
        return gain if sure else 0.0


def _judged(log: Log, waited: Mapping[str, Waited]) -> dict[str, _Judged]:
    """What of *waited* takes time enough to matter, and is not before one of several ways that begin together."""
    enabled, beside = log.enabled, log.way_begins
    whole = sum(float((one.until - enabled[one.steps]).sum()) for one in waited.values())
    found = {}
    for name, one in waited.items():
        passed = one.until - enabled[one.steps]
        if len(one.steps) >= _FEWEST and passed.sum() > _HEAVY * whole and not beside[one.steps].any():
            at = np.unique(np.linspace(0, len(one.steps) - 1, _MOST).astype(np.int64))
            steps = one.steps[at]
            found[name] = _Judged(steps, enabled[steps], one.until[at], one.rival, _spread(passed[at]))
    return found


def _gains(judged: Mapping[str, _Judged], clock: _Clock, activities: frozenset[int]) -> dict[str, float]:
    """Of delays that count on clocks that begin anew with some *activities*: nats that this gains."""
    anew = clock.anew(activities)
    gains = {name: one.gain(clock.began(anew, one.steps)) for name, one in judged.items()}
    return {name: gain for name, gain in gains.items() if gain > 0.0}


def _spread(values: Floats) -> float:
    low, high = quantile(values, _QUARTERS)
    return float(high - low)


def _predicted(entry: Floats, exits: Floats, fine: float) -> Floats:
    """Per delay that was over at an age, and seen from another on: how likely that was, in nats, by the other half."""
    found = np.zeros(len(exits))
    half = np.arange(len(exits)) % 2 == 0
    stray = _STRAY / (1.2 * max(float(exits.max()), fine))
    for known in (half, ~half):
        edges, rate = _rates(entry[known], exits[known], fine)
        asked = ~known
        cell = np.clip(np.searchsorted(edges, exits[asked], "right") - 1, 0, len(rate) - 1)
        # what could have been over goes on beyond the last cell as it does in it
        ends = np.append(edges, max(edges[-1], exits.max()) + 1.0)
        passed = np.append(0.0, np.cumsum(np.append(rate, rate[-1]) * np.diff(ends)))
        could = np.interp(exits[asked], ends, passed) - np.interp(entry[asked], ends, passed)
        likely = rate[cell] * np.exp(-could)
        found[asked] = np.log((1 - _STRAY) * likely + stray)
    return found


def _rates(entry: Floats, exits: Floats, fine: float) -> tuple[Floats, Floats]:
    """Edges of cells of ages, and how often delays are over in each of them, for each second that they could be."""
    count = int(np.clip(np.sqrt(len(exits)), 4, _MOST_CELLS))
    marks: list[float] = []
    for mark in quantile(exits, np.linspace(0.0, 1.0, count + 1)).tolist():
        # ages that many cases have lie in the middle of a cell, wherever they are
        if not marks or mark >= marks[-1] + fine:
            marks.append(mark)
    around = np.add.outer(marks, (-fine / 2, fine / 2)).ravel()
    edges = np.unique(np.concatenate(([0.0, float(exits.max()) + fine / 2], np.maximum(around, 0.0))))
    over = np.histogram(exits, edges)[0]
    could = np.diff(_until(exits, edges) - _until(entry, edges))
    width = np.diff(edges)
    return edges, (over + 0.5) / (could + 0.5 * width + 1.0)


def _until(times: Floats, edges: Floats) -> Floats:
    """The sum of *times* that are cut at each of the *edges*."""
    ranked = np.sort(times)
    below = np.searchsorted(ranked, edges, "right")
    found: Floats = np.append(0.0, np.cumsum(ranked))[below] + edges * (len(ranked) - below)
    return found
