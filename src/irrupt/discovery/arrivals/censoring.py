"""Cases that the records show only in part: begun before the first day, not over on the last, or left out for that.

Three kinds of logs exist. Some stop on a day and show what happened until then: cases that are not over look as if they
ended where they stand. Others hold complete cases only: towards the end of the log only the short ones are left, so
arrivals seem to fall and cases to get shorter. Others still hold the cases that ended between two days:
before the first, arrivals seem to rise and cases to get shorter all the time. Each is corrected where the log shows its
trace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.stretch import ended_since
from irrupt.discovery.log import HOURS, Log
from irrupt.units import DAY, HOUR, WEEK

_ROUNDS = 8
HEAVIEST = 4.0
"""For how many a case, or a move, counts at most, to make up for those that are not over."""
_BEGUN_BEFORE = 0.25
"""Share of the cases open at the beginning, as far as can be expected, that must be in the log in part..."""
_FEWEST_BEGUN = 5
"""... and their least number, for it to count as cut by time."""
_CLEAR = 6.0
"""Log likelihood ratio from which arrivals count as falling because unfinished cases were left out."""
_LONG, _LATE = 0.9, 2.0
"""The share of the cases in a log that are over within the time of a long one, and how many of these its end is;"""
_LEAST_LATE = 4 * WEEK
"""so long at least, since arrivals have their days of the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What the log shows of each case, and how it was cut."""

    begins: Flags
    """Per case: its first step is its beginning."""
    ends: Flags
    """Per case: its last step is its end."""
    complete_only: bool
    """True when the log leaves out cases that were not over at its end."""
    clipped: bool
    """True when the log shows what happened between two days, also of cases that began before the first: then those
    that would go on after the last are shown as far as they had come."""
    ended_since: float | None
    """The first of the two days (seconds since the origin) between which all cases ended, in a log of those that did:
    their lengths are a fair sample, and as many arrive as end. None in every other log."""
    spans: Floats
    """Lengths of cases, sorted, seconds..."""
    reached: Floats
    """... and the share of cases that are over within each."""

    def seen(self, left: Floats) -> Floats:
        """Share of the cases that arrive *left* seconds before the end of the log and are in it."""
        if not self.complete_only:
            return np.ones_like(left)
        return np.interp(left, self.spans, self.reached, left=0.0, right=1.0)

    def missing(self, spans: Floats, period: float, follow_up: float, half_life: float) -> Floats:
        """Relative number of cases of each length for each one in the log, which ends *follow_up* after its arrivals
        and in which cases count half as much *half_life* seconds after they are over."""
        return _missing(spans, period, follow_up, half_life)


def completeness(log: Log, symbols: Ints) -> Completeness:
    """Which cases of *log* are whole, and what weight corrects for those that were left out."""
    first, last = log.begin, log.last
    inner = np.ones(len(log.case), bool)
    inner[last] = False
    here = np.flatnonzero(inner)
    gaps = np.maximum(log.end[here + 1] - log.end[here], 0.0)
    begin, end = log.since, log.span[1]
    ends = _final(symbols[last], end - log.end[last], symbols[here], gaps)
    begins = _final(symbols[first], log.start[first] - begin, symbols[here + 1], gaps)
    if not begins.any():
        begins[:] = True
    if not ends.any():
        ends[:] = True
    spans = np.maximum.reduceat(log.end, first) - log.start[first]
    clipped = _clipped(begins, spans, log.arrivals_end - begin)
    plain = Completeness(
        begins=begins,
        ends=ends,
        complete_only=False,
        clipped=clipped,
        ended_since=None if clipped else ended_since(log.start[first], spans, end),
        spans=np.zeros(1),
        reached=np.ones(1),
    )
    if plain.ended_since is not None:
        return replace(plain, ends=np.ones_like(ends))
    follow_up = end - log.arrivals_end
    corrected = _corrected(plain, spans, end - begin, follow_up)
    return corrected if _falls(corrected, log.start[first], (begin, end), follow_up) else plain


def _clipped(begins: Flags, spans: Floats, period: float) -> bool:
    """Whether as many cases had begun before the log as must have been open when it begins (Little's law), about."""
    begun = int((~begins).sum())
    open_then = len(spans) / max(period, 1.0) * float(spans.mean())
    return begun >= max(_FEWEST_BEGUN, _BEGUN_BEFORE * open_then)


def _final(symbol: Ints, elapsed: Floats, continued: Ints, gaps: Floats) -> Flags:
    """Per case: whether what looks final is final, given how long nothing followed.

    A case that stands after *symbol* is over with the share of cases that end there, against the share that goes on
    but takes longer than *elapsed*; both are learned together (expectation and maximisation).
    """
    size = int(max(symbol.max(initial=0), continued.max(initial=0))) + 1
    goes_on = np.bincount(continued, minlength=size).astype(float)
    longer = _survival(symbol, elapsed, continued, gaps, goes_on)
    over = np.ones(len(symbol))
    for _round in range(_ROUNDS):
        final = np.bincount(symbol, over, size)
        pending = np.bincount(symbol, 1.0 - over, size)
        share = final / np.maximum(final + goes_on + pending, 1e-12)
        over = share[symbol] / np.maximum(share[symbol] + (1 - share[symbol]) * longer, 1e-12)
    return over >= 0.5


def _survival(symbol: Ints, elapsed: Floats, continued: Ints, gaps: Floats, goes_on: Floats) -> Floats:
    """Per case: share of the gaps after its symbol that are longer than what has elapsed."""
    order = np.lexsort((gaps, continued))
    bounds = np.concatenate(([0], np.cumsum(goes_on))).astype(np.int64)
    longer = np.zeros(len(symbol))
    for s in np.unique(symbol[goes_on[symbol] > 0]):
        these = symbol == s
        sample = gaps[order[bounds[s] : bounds[s + 1]]]
        longer[these] = 1.0 - np.searchsorted(sample, elapsed[these], "left") / (len(sample) + 0.5)
    return longer


def _corrected(plain: Completeness, spans: Floats, period: float, follow_up: float) -> Completeness:
    """The lengths of cases, had all of them been kept."""
    if period <= follow_up:
        return plain
    weights = _missing(spans, period, follow_up, np.inf)
    order = np.argsort(spans, kind="stable")
    return replace(
        plain,
        ends=np.ones_like(plain.ends),
        complete_only=True,
        spans=spans[order],
        reached=np.cumsum(weights[order]) / weights.sum(),
    )


def _missing(spans: Floats, period: float, follow_up: float, half_life: float) -> Floats:
    """Had cases of one length arrived all the time, they would end from *period* less their length before the end of
    the log on, until the end or their length after the last arrivals: what those ends count in all."""
    oldest = np.maximum(period - spans, 0.0)
    youngest = np.minimum(np.maximum(follow_up - spans, 0.0), oldest)
    if np.isfinite(half_life):
        counted = 0.5 ** (youngest / half_life) - 0.5 ** (oldest / half_life)
    else:
        counted = oldest - youngest
    most = float(counted.max())
    missing: Floats = most / np.maximum(counted, most / HEAVIEST) if most > 0 else np.ones_like(spans)
    return missing


def _falls(corrected: Completeness, arrived: Floats, span: tuple[float, float], follow_up: float) -> bool:
    """Whether arrivals fall towards the end as they do when only complete cases are kept: of the whole log, or of its
    end, where what came long before may have been as rare for other reasons."""
    begin, end = span
    long = float(np.quantile(corrected.spans, _LONG))
    return any(
        _gain(corrected, arrived, (since, end), follow_up) > _CLEAR
        for since in (begin, max(begin, end - follow_up - max(_LATE * long, _LEAST_LATE)))
    )


def _gain(corrected: Completeness, arrived: Floats, span: tuple[float, float], follow_up: float) -> float:
    """Nats by which a rate that falls with the share of cases that could end in time tells the arrivals within a *span*
    better than one that is the same every week. Records that stop on a Sunday evening have no arrivals before that."""
    begin, end = span
    arrived = arrived[arrived >= begin]
    if not corrected.complete_only or len(arrived) < 20 or corrected.spans[-1] <= DAY / 24:
        return 0.0
    usual = np.bincount((arrived % WEEK // HOUR).astype(np.int64) % HOURS, minlength=HOURS).astype(float)
    moments = np.linspace(begin, end - follow_up, max(2001, min(int((end - begin) / 900.0), 100_000)))
    weight = usual[(moments % WEEK // HOUR).astype(np.int64) % HOURS]
    if end - begin < 2 * WEEK or weight.sum() <= 0:
        weight = np.ones(len(moments))
    mean = float(np.average(corrected.seen(end - moments), weights=weight))
    if mean >= 0.999 or mean <= 0:
        return 0.0
    gain = np.log(np.maximum(corrected.seen(end - arrived), 0.5 / len(arrived))) - np.log(mean)
    return float(gain.sum())
