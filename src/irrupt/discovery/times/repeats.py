"""Work that is done again for a case, and takes another time than at first: a file that was read once is read faster.

Told within cases: what is done again for large cases takes long because they are large, the first time as well. What
the records hardly ever show done again, an act may let be done again: it is then taken to be as with other activities,
where these agree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.organisation import Organisation, Step
from irrupt.organisation.flow import graph, only_again

_FEWEST = 30
"""Cases in which an activity must be done again."""
_CLEARLY = 5.0
"""Standard errors by which it must take longer or shorter,"""
_MUCH = 0.1
"""and by how much, as a logarithm."""
_SEVERAL = 3
"""Activities that must agree for others to be taken to do as they do."""


class Again(NamedTuple):
    """By what work takes longer that is done again for its case."""

    factors: dict[int, float]
    """Activity -> factor; 1 where it is not told to be another."""
    elsewhere: float = 1.0
    """Of activities that are hardly ever done again, and that somebody works on."""

    def of_steps(self, log: Log, worked: Flags, nth: Flags) -> Floats:
        """The factor of each step; *nth*: those that are done again; *worked*: those that somebody works on."""
        known = np.isin(log.activity, list(self.factors))
        table = np.ones(len(log.activities))
        table[list(self.factors)] = list(self.factors.values())
        return np.where(~nth, 1.0, np.where(known, table[log.activity], np.where(worked, self.elsewhere, 1.0)))


ONCE = Again({})
"""Nothing is told of that."""


def unlike_first(log: Log, time: Floats, told: Flags, worked: Flags) -> tuple[Floats, Again]:
    """By what the *time* of each step is longer than that of its activity when it is first done in its case; and by
    what that of each activity is. *told*: steps of which the time is known; *worked*: those that somebody works on.

    >>> from irrupt import bundled
    >>> from irrupt.discovery.log import read
    >>> log = read(bundled())
    >>> unlike_first(log, log.end - log.start, log.end > log.start, log.person >= 0)[1]
    Again(factors={}, elsewhere=1.0)
    """
    key = log.case * len(log.activities) + log.activity
    order = np.argsort(key, kind="stable")
    nth = np.zeros(len(key), bool)
    nth[order] = np.diff(key[order], prepend=-1) == 0
    first, later, activity = _pairs(key, nth, time, order[told[order] & (time[order] > 0)], len(log.activities))
    longer = np.log(later) - np.log(first)
    factors, told_of, unsure = dict[int, float](), list[float](), list[float]()
    for one in np.unique(activity).tolist():
        mine = activity == one
        if mine.sum() < _FEWEST:
            continue
        mean, error = float(longer[mine].mean()), float(longer[mine].std(ddof=1)) / float(np.sqrt(mine.sum()))
        factor = float(later[mine].sum() / first[mine].sum())
        # in the sum as in the middle, where a few do not make it
        clear = abs(mean) >= _CLEARLY * error and min(mean * np.sign(factor - 1.0), abs(np.log(factor))) > _MUCH
        factors[one] = round(factor, 4) if clear else 1.0
        if worked[log.activity == one].any():
            told_of.append(float(np.log(factor)))
            unsure.append(error)
    found = Again(factors, _elsewhere(np.array(told_of), np.array(unsure)))
    return found.of_steps(log, worked, nth), found


def _elsewhere(longer: Floats, error: Floats) -> float:
    """The factor of others, where those of several activities agree (DerSimonian, Laird 1986); their logarithms are
    *longer*, with their standard *error*."""
    if len(longer) < _SEVERAL:
        return 1.0
    weight = 1.0 / np.maximum(error, 1e-6) ** 2
    mean = float((weight * longer).sum() / weight.sum())
    beyond = float((weight * (longer - mean) ** 2).sum()) - (len(longer) - 1)
    between = max(beyond, 0.0) / float(weight.sum() - (weight**2).sum() / weight.sum())
    weight = 1.0 / (1.0 / weight + between)
    mean = float((weight * longer).sum() / weight.sum())
    sure = 2.0 * np.sqrt(between + 1.0 / weight.sum())
    return round(float(np.exp(mean)), 4) if abs(mean) > max(sure, _MUCH) else 1.0


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
    found = dict(organisation.steps)
    activities = sorted({step.activity for step in found.values() if step.again != 1.0})
    ways = [graph(organisation, client) for client in (None, *organisation.client_routes)] if activities else []
    for activity in activities:
        for name in only_again(ways, [name for name, step in found.items() if step.activity == activity]):
            step = found[name]
            factors = {client: step.by_client.get(client, 1.0) * step.again for client in organisation.clients}
            found[name] = replace(step, by_client=factors, again=1.0)
    return found
