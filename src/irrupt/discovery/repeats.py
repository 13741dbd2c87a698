"""Work that is done again for a case, and takes another time than at first: a file that was read once is read faster.

Told within cases: what is done again for large cases takes long because they are large, the first time as well.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from irrupt.discovery.log import Flags, Floats, Ints, Log
from irrupt.organisation import Organisation, Step
from irrupt.organisation.model import START

_FEWEST = 30
"""Cases in which an activity must be done again."""
_CLEARLY = 5.0
"""Standard errors by which it must take longer or shorter,"""
_MUCH = 0.1
"""and by how much, as a logarithm."""


def unlike_first(log: Log, time: Floats, told: Flags) -> tuple[Floats, dict[int, float]]:
    """By what the *time* of each step is longer than that of its activity when it is first done in its case; and this
    factor of each activity for which it is not 1. *told*: steps of which the time is known.

    >>> from irrupt import bundled
    >>> from irrupt.discovery.log import read
    >>> log = read(bundled())
    >>> unlike_first(log, log.end - log.start, log.end > log.start)[1]
    {}
    """
    key = log.case * len(log.activities) + log.activity
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), bool)
    again[order] = np.diff(key[order], prepend=-1) == 0
    first, later, activity = _pairs(key, again, time, order[told[order] & (time[order] > 0)], len(log.activities))
    longer = np.log(later) - np.log(first)
    factors = {}
    for one in np.unique(activity).tolist():
        mine = activity == one
        count, mean = int(mine.sum()), float(longer[mine].mean())
        factor = float(later[mine].sum() / first[mine].sum())
        if count < _FEWEST or abs(mean) < _CLEARLY * float(longer[mine].std(ddof=1)) / np.sqrt(count):
            continue
        # in the sum as in the middle, where a few do not make it
        if min(mean * np.sign(factor - 1.0), abs(np.log(factor))) > _MUCH:
            factors[one] = round(factor, 4)
    table = np.ones(len(log.activities))
    table[list(factors)] = list(factors.values())
    return np.where(again, table[log.activity], 1.0), factors


def _pairs(key: Ints, again: Flags, time: Floats, used: Ints, activities: int) -> tuple[Floats, Floats, Ints]:
    """For each case and activity of which the time of the first step and of another one is known (of those *used*, by
    *key*): the first time, the mean of the later ones, and the activity."""
    if not len(used):
        return np.empty(0), np.empty(0), np.empty(0, np.int64)
    begin = np.flatnonzero(np.diff(key[used], prepend=-1))
    many = np.diff(np.append(begin, len(used)))
    both = (many > 1) & ~again[used[begin]]
    at, more = begin[both], many[both] - 1
    total = np.append(0.0, np.cumsum(time[used]))
    return time[used[at]], (total[at + more + 1] - total[at + 1]) / more, key[used[at]] % activities


def told_again(organisation: Organisation) -> dict[str, Step]:
    """The steps of *organisation*, of which those that cases come to only after others of their activity take by
    themselves the time that they take again."""
    leads: dict[str, set[str]] = {}
    for routes in (organisation.routes, *organisation.client_routes.values()):
        for name, some in routes.items():
            leads.setdefault(name, set()).update(route.to for route in some)
    found = dict(organisation.steps)
    for activity in sorted({step.activity for step in found.values() if step.again != 1.0}):
        mine = {name for name, step in found.items() if step.activity == activity}
        reached, new = set[str](), {START}
        while new:
            reached |= new
            new = set().union(*(leads.get(name, ()) for name in new - mine)) - reached
        for name in mine - reached:
            step = found[name]
            factors = {client: step.by_client.get(client, 1.0) * step.again for client in organisation.clients}
            found[name] = replace(step, by_client=factors, again=1.0)
    return found
