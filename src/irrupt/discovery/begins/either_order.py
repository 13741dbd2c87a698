"""Whether activities that end in either order are done at the same time, or one after the other, told by ends alone.

People take what came first first, far more often than not: so it tells when each step came to them. Where it came when
the step before all of them was done, it was done at the same time as the others; where it came when another of them was
done, it was done after that. Where queues do not tell, times do: done at the same time, those that end first are the
shorter ones.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.log import Log
from irrupt.discovery.routes.winding import Numbers

_FEWEST = 30
"""Steps of each kind that there must be to compare them."""
_IN_ORDER = 0.01
"""By how much more of the steps must be taken in the order in which they came, for that to tell."""
_SHORTER = 0.03
"""By how much more often than half of the time what ends first must be the shorter."""


def at_a_time(
    log: Log, ways: Numbers, bound: Floats, last: Floats, enabled: tuple[Floats, Floats], works: Flags
) -> bool:
    """Whether activities of different *ways*, which end in any order, are done at the same time.

    *bound*: the longest time that work on each step can have taken where one comes after the other; *last*: when the
    person last ended something else; *enabled*: when each step could begin where one comes after the other, and where
    all are done at the same time; *works*: the steps that somebody works on.
    """
    heads = [np.flatnonzero(works & (log.activity == way[0])) for way in ways]
    more = _more_in_order(heads, last, enabled)
    if abs(more) >= _IN_ORDER:
        return more > 0
    inside = np.isin(log.activity, [activity for way in ways for activity in way])
    second = np.append(False, inside[:-1])
    second[log.begin] = False
    return _shorter_first(heads, bound, second, last >= enabled[0])


def _more_in_order(heads: list[np.ndarray], last: Floats, enabled: tuple[Floats, Floats]) -> float:
    """How much more of the steps that people came to from other work were taken in the order in which they came, where
    all are done at the same time, than where one comes after the other; 0 where too few were."""
    more, steps = 0.0, 0
    for at in heads:
        behind = at[(last[at] >= enabled[0][at]) & (last[at] >= enabled[1][at])]
        taken = behind[np.argsort(last[behind], kind="stable")]
        after, beside = (np.count_nonzero(np.diff(came[taken]) >= 0) for came in enabled)
        more, steps = more + beside - after, steps + len(taken)
    return more / steps if steps >= _FEWEST else 0.0


def _shorter_first(heads: list[np.ndarray], bound: Floats, second: Flags, behind: Flags) -> bool:
    """Whether those that end first are the shorter ones, of the steps *behind* others of their person, of which the
    *bound* is the time of work in any case."""
    longer, weights = 0.0, 0.0
    for at in heads:
        here = at[behind[at]]
        first, later = bound[here[~second[here]]], bound[here[second[here]]]
        weight = min(len(first), len(later))
        if weight:
            longer += weight * _more_often(first, later)
            weights += weight
    return weights >= _FEWEST and longer / weights > 0.5 + max(_SHORTER, 2.0 / np.sqrt(12.0 * weights))


def _more_often(one: Floats, other: Floats) -> float:
    """How often a value of *other* is more than one of *one*, ties half (Mann and Whitney 1947)."""
    ordered = np.sort(one)
    below = np.searchsorted(ordered, other, "left") + np.searchsorted(ordered, other, "right")
    return float(below.mean()) / (2.0 * len(one))
