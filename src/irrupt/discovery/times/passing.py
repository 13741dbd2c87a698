"""In whose hours a delay passes: around the clock, or only while somebody is at work.

A delay that stands still at night ends by day. One that passes all the time ends at any hour, and what ends outside
working hours waits until they begin. Which of both is true, the hours at which next steps are done tell: each is asked
to predict them from half of the records to the other half, and the likelier one is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.times.timing import Ranked, ranked
from irrupt.units import HOUR

_BIN = HOUR
_CLEAR = 5.0
"""Nats by which hours must be the likelier ones for a delay to pass in them."""
_OPENING = 1.0
"""Seconds of some hours that pass, in addition, before a step that waited until they opened."""
_FEWEST = 25
_MOST = 4_000
"""Delays that are judged, at most: so many tell."""
_STRAY = 0.05
"""Share of delays that are taken to end at any hour, whatever hours are assumed."""
_GOLDEN = 0.6180339887498949
"""By how much further each delay is told than the one before: so they are spread evenly."""
_LEAST_OPEN, _MOST_OPEN = HOUR, 160 * HOUR
"""Seconds a week that hours must be open, at least and at most, to say anything."""


class Evidence(NamedTuple):
    """How much likelier it is, in nats, that delays pass in given hours than that they pass around the clock."""

    gain: float
    judged: int


NO_EVIDENCE = Evidence(0.0, 0)


def times(begin: Floats, end: Floats, hours: Hours | None) -> Ranked:
    """How long it took from each *begin* to its *end*, in *hours* where there are any."""
    return ranked(hours.between(begin, end) if hours is not None else end - begin)


def waits(begin: Floats, end: Floats, hours: Hours | None) -> Ranked:
    """The same before steps that nobody works on. What ends as *hours* open has waited for that: had no more than these
    passed, it would have ended when they closed before."""
    if hours is None:
        return times(begin, end, hours)
    opening = (end - begin > _OPENING) & (hours.between(end - _OPENING, end) <= 0.0)
    return ranked(hours.between(begin, end) + np.where(opening, _OPENING, 0.0))


def evidence(
    begin: Floats,
    end: Floats,
    hours: Hours,
    *,
    waits: bool,
    free: Floats | None = None,
    apart: tuple[Flags, Hours, Hours] | None = None,
) -> Evidence:
    """Whether delays from *begin* to *end* (seconds) pass in *hours* rather than around the clock.

    With *waits* what is ready outside these hours waits until they begin; otherwise it is done when it is ready.
    *free*: seconds until somebody last had time for it, where it may have been ready for long when it was begun. Each
    half of the delays predicts the other: every second one, or those of *apart*, with the hours that are learned from
    these and from the others.
    """
    if len(begin) < _FEWEST or not _LEAST_OPEN <= hours.worked[-1] <= _MOST_OPEN:
        return NO_EVIDENCE
    half = np.arange(len(begin)) % 2 == 0 if apart is None else apart[0]
    ready = end if free is None else np.minimum(begin + free, end)
    if len(begin) > _MOST:
        chosen = np.linspace(0, len(begin) - 1, _MOST).astype(np.int64)
        begin, end, half, ready = begin[chosen], end[chosen], half[chosen], ready[chosen]
    if half.all() or not half.any():
        return NO_EVIDENCE
    if apart is None:
        gain = sum(_told(begin, end, ready, hours, (half, ~half), waits=waits))
    else:
        gain = sum(
            sum(_told(begin, end, ready, own, (known,), waits=waits))
            for own, known in zip(apart[1:], (half, ~half), strict=True)
        )
    return Evidence(gain, len(begin))


def _told(
    begin: Floats, end: Floats, ready: Floats, hours: Hours, knowing: Sequence[Flags], *, waits: bool
) -> list[float]:
    """Nats by which *hours* predict delays better, those that are not known from those that are, for each of
    *knowing*."""
    low = np.maximum(np.floor(ready / _BIN) * _BIN, begin)
    high = np.maximum(np.floor(end / _BIN) * _BIN + _BIN, begin)
    reached, until_low, until_high, until_end = hours.until(np.stack((begin, low, high, end)))
    is_open = until_high > until_low
    plain, open_for = np.maximum(end - begin, 0.0), np.maximum(until_end - reached, 0.0)
    since = np.maximum(np.where(is_open, hours.closed_until(low), low), begin) if waits else low
    stray = _BIN / (float(plain.max()) + _BIN)
    least, most, inner, outer = since - begin, high - begin, until_low - reached, until_high - reached
    lasted = np.where(high - since > 2 * _BIN, np.nan, plain) if waits else plain
    found = []
    for known in knowing:
        asked = ~known
        told = _unwaited(lasted[known], least[known], plain[known]) if waits else plain[known]
        clock = _mass(told, least[asked], most[asked])
        if waits:
            clock = np.where(is_open[asked], clock, 0.0)
        inside = np.where(is_open[asked], _mass(open_for[known], inner[asked], outer[asked]), 0.0)
        found.append(float(np.sum(_logs(inside, stray) - _logs(clock, stray))))
    return found


def _unwaited(lasted: Floats, least: Floats, most: Floats) -> Floats:
    """How long delays *lasted*: those that are not known, as they ended while nobody was there, as long as known ones
    did that lie between their *least* and *most*; or their most where there are none.

    >>> lasted, most = np.array([2.0, np.nan, 3.0, np.nan]), np.array([2.0, 16.0, 3.0, 16.0])
    >>> _unwaited(lasted, np.array([2.0, 2.5, 3.0, 9.0]), most)
    array([ 2.,  3.,  3., 16.])
    """
    known = np.sort(lasted[~np.isnan(lasted)])
    low, high = np.searchsorted(known, least, "left"), np.searchsorted(known, most, "right")
    turn = np.arange(len(lasted)) * _GOLDEN % 1.0
    some = np.append(known, 0.0)[np.minimum(low + ((high - low) * turn).astype(np.int64), len(known))]
    found: Floats = np.where(np.isnan(lasted), np.where(high > low, some, most), lasted)
    return found


def passes_in(own: Evidence, shared: Evidence) -> bool:
    """Whether a delay passes in hours, by its *own* evidence, else by what holds for others like it."""
    if abs(own.gain) > _CLEAR:
        return own.gain > 0
    return shared.gain > _CLEAR


def clearly(own: Evidence, other: Evidence) -> bool:
    """Whether a delay passes in hours by its *own* evidence, more than by the *other*, which is of other hours and
    perhaps of more such delays."""
    rival = max(other.gain, 0.0) * own.judged / max(other.judged, 1)
    return own.gain > rival + _CLEAR


def together(found: list[Evidence]) -> Evidence:
    """What several delays say together."""
    return Evidence(sum(one.gain for one in found), sum(one.judged for one in found))


def _mass(sample: Floats, low: Floats, high: Floats) -> Floats:
    """Share of the delays that end after *low* and until *high*, by the distribution function of *sample*: with lines
    between its values."""
    ranked, value = np.sort(sample), np.concatenate((low, high))
    level = (np.arange(len(ranked)) + 0.5) / len(ranked)
    between = np.interp(value, ranked, level, left=0.0, right=1.0)
    left, right = ranked.searchsorted(value, "left"), ranked.searchsorted(value, "right")
    # of values that it has, those below count below low, all of them up to high
    counted = np.concatenate((left[: len(low)], right[len(low) :])) / len(ranked)
    reached = np.where(right > left, counted, between)
    found: Floats = reached[len(low) :] - reached[: len(low)]
    return found


def _logs(mass: Floats, stray: float) -> Floats:
    found: Floats = np.log((1 - _STRAY) * np.minimum(np.maximum(mass, 0.0), 1.0) + _STRAY * stray)
    return found
