"""What always takes as long before somebody has time for it: a day of drying, two weeks in which to object.

Of what passes before a step, the records tell bounds: it was ready when somebody last had time and did not begin, at
the earliest, and when it was begun, at the latest. What ends at night has a wide gap between both, so that the least
tells less than passed. Where one time lies between the bounds of all, and many were begun just then, it is that time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.findings import Findings
from irrupt.discovery.times.delays import AT_ONCE, RARELY, REACTION, seen_of
from irrupt.discovery.times.shared_delays import FEWEST, Delay, Moments

_STRAY = 0.01
"""Share of the steps that may have been begun before."""
_JUST = 0.03
"""Share of the steps, at least, that must be begun just then: of those for which nobody was busy or off duty."""


def mark(findings: Findings, moments: Moments, delays: Sequence[Delay]) -> None:
    """Tell those *delays* before work that always last as long: around the clock, or in the hours that they have."""
    known = findings.known
    if not findings.begins_told:
        return
    for delay in delays:
        if delay.always is None and known.worked[delay.symbol] and delay.of_one(known):
            at = seen_of(delay.steps, moments.seen)
            begin, until, ready = moments.enabled[at], moments.until[at], moments.enabled[at] + moments.free[at]
            if delay.hours is not None:
                begin, until, ready = (delay.hours.until(one) for one in (begin, until, ready))
            delay.always = length(ready - begin, until - begin)


def length(least: Floats, most: Floats) -> float | None:
    """The time that lies between what each of some delays took at *least* and at *most*; None where there is none.

    >>> ready = 86400.0 + np.arange(100) % 4 * 7200.0
    >>> length(np.full(100, 80000.0), ready)
    86400.0
    >>> length(ready, ready) is None
    True
    >>> length(np.zeros(100), np.ones(100)) is None  # Nobody waits for a second.
    True
    """
    if len(most) < FEWEST:
        return None
    shortest = float(np.quantile(most, _STRAY, method="lower"))
    just = most[np.abs(most - shortest) <= AT_ONCE]
    if shortest <= REACTION or len(just) < max(FEWEST, _JUST * len(most)):
        return None
    return float(np.median(just)) if np.mean(least > shortest + AT_ONCE) <= RARELY else None
