"""Which part of the past describes the present.

Where ways of working change, old cases mislead. How fast the past should fade is a question to the records: each
candidate is asked to predict later cases from earlier ones, and the slowest one that is not clearly beaten is taken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.arrivals.censoring import HEAVIEST, Completeness
from irrupt.discovery.keys import parts
from irrupt.discovery.log import Log
from irrupt.discovery.routes.turns import Turn
from irrupt.discovery.times.turned import Turned
from irrupt.units import WEEK

_SHARES = (1 / 2, 1 / 4, 1 / 8, 1 / 16)
"""Half-lives tried, as shares of the length of the log."""
_BLOCKS = 5
_FEWEST_CASES = 100
_PRIOR = 0.5
_GAIN = 2.0
"""Nats per predicted block, on average, by which a faster fading must win..."""
_RELATIVE = 0.002
"""... and its least share of what is to be predicted."""
_SURE = 1.2
"""Standard errors of that average, over blocks, that it must be at least: queues that happen to be long for a while are
no change."""
_CLEAR = 2.0
"""The same among cases that found as many others waiting: there it has to be clear."""
_TIME_BINS = 12
_FOLLOWED = 0.9
"""Share of the cases whose length the time after the last arrivals must exceed for all cases to have been followed."""


class Memory(NamedTuple):
    """Half-lives in weeks; infinite where the whole past counts alike."""

    routes: float
    times: float
    turns: tuple[Turn, ...] = ()
    """Steps after which cases go another way than they did: what was before does not count at all;"""
    turned: tuple[Turned, ...] = ()
    """and steps that take another time."""


def learn(log: Log, symbols: Ints, complete: Completeness, queue: Ints | None = None) -> Memory:
    """How fast the past should fade for routes and for times between steps.

    *queue* says per step for which team it waits, -1: for none; None: it is not known. Queues grow long by chance, and
    after days on which nobody worked, and stay long for weeks: no way of working has changed. So times have to have
    changed among cases, too, that found about as many others waiting.

    Cases that were not over when the records stop did not end there: they would look like a new way of working. So
    would late cases in a log of those that ended between two days: these are the short ones.
    """
    length = (log.arrivals_end - log.since) / WEEK
    if log.cases < _FEWEST_CASES or length <= 2 or complete.ended_since is not None:
        return Memory(np.inf, np.inf)
    candidates = (np.inf, *(share * length for share in _SHARES if share * length >= 1.0))
    width = int(symbols.max()) + 2
    following = np.append(symbols[1:], width - 1)
    following[log.last] = width - 1
    told, inner = np.ones((2, len(symbols)), bool)
    told[log.last] = complete.ends
    inner[log.last] = False
    gap = np.append(log.start[1:] - log.end[:-1], 0.0) if log.starts == "measured" else np.append(np.diff(log.end), 0.0)
    moves, lasting = symbols * width + following, _binned(gap[inner], gap)
    times = _best(log, candidates, moves, lasting, inner)
    if np.isfinite(times) and queue is not None and log.starts == "measured":
        times = max(times, _best(log, candidates, _found(log, moves, queue), lasting, inner, _CLEAR))
    return Memory(routes=_best(log, candidates, symbols, following, told), times=times)


def _found(log: Log, moves: Ints, queue: Ints) -> Ints:
    """*moves* from each step to the next, told apart by how many others wait where they lead to, on a scale on which
    twice as many are two levels up."""
    waiting = np.zeros(len(moves), np.int64)
    enabled = log.enabled
    for team in range(int(queue.max(initial=-1)) + 1):
        mine = np.flatnonzero(queue == team)
        came, left = np.sort(enabled[mine]), np.sort(log.start[mine])
        ahead = np.searchsorted(came, enabled[mine], "left") - np.searchsorted(left, enabled[mine], "right")
        waiting[mine] = np.maximum(ahead, 0)
    level = np.append(np.floor(2.0 * np.log2(waiting[1:] + 1.0)).astype(np.int64), 0)
    found: Ints = moves * (int(level.max()) + 1) + level
    return found


def present(log: Log, past: Memory) -> float | None:
    """The moment from which on the records count for three quarters of what was learned; None: all count alike."""
    shortest = min(past.routes, past.times)
    since = log.arrivals_end - 2 * shortest * WEEK
    return since if np.isfinite(shortest) and since > log.since else None


class Weights(NamedTuple):
    """How much the records of a move count."""

    arrival: Floats
    """Per case: how it begins."""
    move: Floats
    """Per step: what follows it, and when."""

    def into(self, log: Log) -> Floats:
        """Per step: the move that leads to it."""
        before = np.append(self.arrival[0], self.move[:-1])
        before[log.begin] = self.arrival
        return before


def weights(log: Log, complete: Completeness, half_life: float) -> Weights:
    """How much each case and each move counts; their mean is such that they sum to the number that all are worth.

    Where the records stop in the middle of cases, each move counts for itself, and fades by when it began: what ends
    lately may be what is left of another way of working. Of moves that began lately only the short ones may be over: a
    long one makes up for those that are not. Where the log holds whole cases only, a case counts as a whole.
    """
    follow_up = log.span[1] - log.arrivals_end
    spans = log.over - log.start[log.begin]
    followed = follow_up > 0 and follow_up >= np.quantile(spans, _FOLLOWED)
    if complete.complete_only or followed or not np.isfinite(half_life):
        cases = of_cases(log, complete, half_life)
        whole = complete.complete_only or complete.ended_since is not None
        alike = np.ones(len(log.case))
        return Weights(arrival=cases, move=cases[log.case] if whole else cases[log.case] / _caught(log, alike))
    fades = 0.5 ** (np.maximum(log.arrivals_end - log.end, 0.0) / WEEK / half_life)
    fades /= _caught(log, fades)
    arrives = 0.5 ** (np.maximum(log.arrivals_end - log.start[log.begin], 0.0) / WEEK / half_life)
    return Weights(arrival=_worth(arrives), move=_worth(fades))


def _caught(log: Log, fades: Floats) -> Floats:
    """Per step: the share of such steps in the records, each counting as it *fades*, that ended so early that what
    followed is there too, had it come as much later (the correction for truncation of Lynden-Bell 1971, where all
    begins are known)."""
    later = np.append(np.maximum(np.diff(log.end), 0.0), 0.0)
    later[log.last] = 0.0
    caught = np.ones(len(later))
    for at in parts(log.activity):
        order = at[np.argsort(log.end[at], kind="stable")]
        so_far = np.append(0.0, np.cumsum(fades[order]))
        caught[at] = so_far[np.searchsorted(log.end[order], log.span[1] - later[at], "right")] / so_far[-1]
    return np.maximum(caught, 1.0 / HEAVIEST)


def of_cases(log: Log, complete: Completeness, half_life: float) -> Floats:
    """How much each case counts as a whole.

    Cases fade by when they ended: those that end in a stretch of time are a fair sample, while of those that began
    lately only the short ones may be in the log. Only where cases were followed long after the last arrivals is it the
    other way round. Where cases of some lengths can be in the log less than others, each makes up for those missing.
    """
    begin, end = log.span
    over = log.over
    arrived = log.start[log.begin]
    follow_up = end - log.arrivals_end
    if follow_up > 0 and follow_up >= np.quantile(over - arrived, _FOLLOWED):
        fade, missing_half_life = 0.5 ** ((end - arrived) / WEEK / half_life), np.inf
    else:
        fade, missing_half_life = 0.5 ** ((end - over) / WEEK / half_life), half_life * WEEK
    if complete.complete_only or (follow_up > 0 and np.isfinite(missing_half_life)):
        fade = fade * complete.missing(over - arrived, end - begin, follow_up, missing_half_life)
    return _worth(fade)


def _worth(fade: Floats) -> Floats:
    """Weights in proportion to *fade* that sum to the number of equal ones that tell as much (Kish 1965)."""
    scaled = fade / fade.max()
    worth: Floats = scaled * (scaled.sum() / (scaled**2).sum())
    return worth


def _binned(sample: Floats, values: Floats) -> Ints:
    if not len(sample):
        return np.zeros(len(values), np.int64)
    edges = np.unique(np.quantile(sample, np.linspace(0, 1, _TIME_BINS + 1)[1:-1]))
    return np.searchsorted(edges, values, "right")


def _best(
    log: Log, candidates: tuple[float, ...], context: Ints, outcome: Ints, usable: Flags, surely: float = _SURE
) -> float:
    """The half-life whose weighted shares of *outcome* in each *context* predict later cases best, by as many standard
    errors as *surely* says."""
    size = int(outcome.max()) + 1
    pairs, pair = np.unique(context * size + outcome, return_inverse=True)
    owner = np.unique(pairs // size, return_inverse=True)[1]
    arrived = log.start[log.begin]
    order = np.arange(log.cases)
    edges = np.linspace(0.5, 1.0, _BLOCKS + 1) * log.cases
    gains = np.zeros((len(candidates), _BLOCKS))
    scale = 0.0
    for block in range(_BLOCKS):
        first, last = int(edges[block]), int(edges[block + 1])
        # only what had happened by then, of cases that had begun
        now = arrived[min(first, log.cases - 1)]
        past = usable & (order[log.case] < first) & (log.end <= now)
        ahead = usable & (order[log.case] >= first) & (order[log.case] < last)
        count = np.bincount(pair[ahead], minlength=len(pairs))
        for number, half_life in enumerate(candidates):
            weight = np.where(np.isfinite(half_life), 0.5 ** ((now - log.end[past]) / WEEK / half_life), 1.0)
            seen = np.bincount(pair[past], weight, len(pairs))
            total = np.bincount(owner, seen)
            kinds = np.bincount(owner)
            share = (seen + _PRIOR) / (total[owner] + _PRIOR * kinds[owner])
            gains[number, block] = float(count @ np.log(share))
        scale += abs(float(gains[0, block]))
    least = max(_GAIN, _RELATIVE * scale / _BLOCKS)
    best = 0
    for number in range(1, len(candidates)):
        more = gains[number] - gains[best]
        sure = max(least, surely * float(more.std(ddof=1)) / np.sqrt(_BLOCKS))
        if more.mean() > sure and (gains[number] > gains[0]).mean() > 0.5:
            best = number
    return candidates[best]
