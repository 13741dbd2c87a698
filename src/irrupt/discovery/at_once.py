"""Whether people begin what waits as soon as they are free, told by when they finish it alone.

Who comes to work that waits, from other work, ends it after the time of work. Who has nothing to do when work comes
ends it after the time of work and whatever he lets it wait. Where both take as long, nobody lets work wait, and what
lies between two completions of one person, or between a step and the next, is work.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.beside import Numbers
from irrupt.discovery.log import Flags, Floats, Ints, Log

_FEWEST = 30
"""Steps of each kind that there must be to compare them."""
_ALIKE, _APART = 0.05, 0.2
"""By how much what nobody waited for may be above, or below, what waited more often than half of the time: up to the
first, both are alike; from the second on, work is left waiting."""
_SHORTER = 0.03
"""By how much more often than half of the time what ends first must be the shorter."""
_NOBODY_WAITED = 0.9
"""Share of the steps behind no other work from which there is nothing to compare, and no queue."""
_LONG, _TAIL = 0.9, 15.0
"""How many times the median the longest tenth takes where it is still work; from twice as many on, it is waiting."""


def at_once(activity: Ints, team: Ints, bound: Floats, waited: Flags, known: Flags) -> Floats:
    """Per step: how sure it is that its *team* (-1: none) begins what waits as soon as somebody is free, from 0 to 1.

    *bound*: the time since the step could begin, both for its case and for its person; *waited*: whether the person
    had other work to end first, where it is *known* what he did before.

    >>> rng = np.random.default_rng(1)
    >>> work, waited = rng.gamma(2.0, 600.0, 400), np.arange(400) % 2 == 0
    >>> one, all_known = np.zeros(400, np.int64), np.ones(400, bool)
    >>> float(at_once(one, one, work, waited, all_known)[0])
    1.0
    >>> float(at_once(one, one, np.where(waited, work, 5 * work), waited, all_known)[0])
    0.0
    """
    found = np.zeros(len(team))
    for one in np.unique(team[team >= 0]):
        at = np.flatnonzero((team == one) & known)
        if len(at) >= _FEWEST:
            found[team == one] = _sure(activity[at], bound[at], waited[at])
    return found


def _sure(activity: Ints, bound: Floats, waited: Flags) -> float:
    more, weights, tail = 0.0, 0.0, 0.0
    for one in np.unique(activity):
        here = activity == one
        behind, fresh = bound[here & waited], bound[here & ~waited]
        tail += here.mean() * float(np.quantile(bound[here], _LONG)) / max(float(np.median(bound[here])), 1.0)
        weight = min(len(behind), len(fresh))
        if weight:
            more += weight * _more_often(behind, fresh)
            weights += weight
    work = float(np.clip(2.0 - tail / _TAIL, 0.0, 1.0))
    if weights < _FEWEST:
        return work if (~waited).mean() >= _NOBODY_WAITED else 0.0
    # less its standard error, as if few of them stood beside many
    apart = abs(more / weights - 0.5) - 1.0 / np.sqrt(12.0 * weights)
    return work * float(np.clip((_APART - apart) / (_APART - _ALIKE), 0.0, 1.0))


def _more_often(one: Floats, other: Floats) -> float:
    """How often a value of *other* is more than one of *one*, ties half (Mann and Whitney 1947)."""
    ordered = np.sort(one)
    below = np.searchsorted(ordered, other, "left") + np.searchsorted(ordered, other, "right")
    return float(below.mean()) / (2.0 * len(one))


def at_a_time(log: Log, ways: Numbers, bound: Floats, behind: Flags) -> bool:
    """Whether activities of different *ways*, which end in any order, are done at the same time, and not one after the
    other: then those that end first are the shorter ones.

    *bound*: the longest time that work on each step can have taken where one comes after the other; *behind*: steps
    that somebody came to from other work, and of which it is the time that work took.
    """
    inside = np.isin(log.activity, [activity for way in ways for activity in way])
    second = np.append(False, inside[:-1])
    second[log.begin] = False
    longer, weights = 0.0, 0.0
    for activity in (way[0] for way in ways):
        here = behind & (log.activity == activity)
        first, later = bound[here & ~second], bound[here & second]
        weight = min(len(first), len(later))
        if weight:
            longer += weight * _more_often(first, later)
            weights += weight
    return weights >= _FEWEST and longer / weights > 0.5 + max(_SHORTER, 2.0 / np.sqrt(12.0 * weights))
