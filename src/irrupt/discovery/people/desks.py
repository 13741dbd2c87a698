"""To whose desk a case comes may hang on what it is like, or on whose it is: then one activity is the work of several,
with people of their own. Told where records name people, but no teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.kinds.attributes import Attribute, case_table
from irrupt.discovery.log import Log
from irrupt.discovery.people.able import whose

_FEWEST = 50
"""Steps by which it is told who does an activity for cases of one value."""
_APART = 0.25
"""How far people of two desks may be the same, at most: what their shares in the work have in common;"""
_BY_CHANCE = 0.6
"""and what they must have in common, at least, where nobody looks at what cases are like."""
_HELP = 0.05
"""Share in the work of a desk from which on somebody is one of its people;"""
_OWN = 0.25
"""and what share of it is done by people who are at no other, at least. Where all are at another as well, there is one
team, some of which do not do the work of some cases."""
_PERIODS = 12
"""In so many parts of the records cases are dealt out by chance, so that people who come and go are no desks."""
_SHUFFLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Whose work an activity is."""

    by: str
    """The attribute on which it hangs; "client": whose the case is."""
    of_case: Ints
    """Per case: number of the desk to which it comes; of what is not known, to that with most steps."""
    names: tuple[str, ...]
    """What the cases of each desk are like."""
    common: float
    """What the people of two desks have in common, at most."""


def learn(chronicle: Chronicle, log: Log) -> dict[int, Desks]:
    """Activity -> its desks, where it has several; none where *log*, which was read from *chronicle*, names teams."""
    if log.teams or not log.people:
        return {}
    kinds = (*case_table(chronicle, log).kinds, whose(log))
    by = (log.person >= 0) & ~log.acts[log.activity]
    often = np.bincount(log.activity[by], minlength=len(log.activities)) >= 2 * _FEWEST
    found = {}
    for activity in np.flatnonzero(often).tolist():
        steps = np.flatnonzero(by & (log.activity == activity))
        told = [desks for kind in kinds if (desks := _told(log, kind, steps)) is not None]
        if told:
            found[activity] = min(told, key=lambda one: one.common)
    return found


def number(log: Log, desks: Mapping[int, Desks]) -> Ints:
    """Per step: the number of its desk."""
    found = np.zeros(len(log.case), np.int64)
    for activity, one in desks.items():
        here = log.activity == activity
        found[here] = one.of_case[log.case[here]]
    return found


def _told(log: Log, kind: Attribute, steps: Ints) -> Desks | None:
    """The desks to which cases come by a *kind* of theirs; None where there are none."""
    value = kind.of_case[log.case[steps]]
    often = np.flatnonzero(np.bincount(value[value >= 0], minlength=len(kind.values)) >= _FEWEST)
    if len(often) < 2:
        return None
    known = np.isin(value, often)
    steps, value = steps[known], value[known]
    _people, who = np.unique(log.person[steps], return_inverse=True)
    desk = np.full(len(kind.values), -1)
    desk[often] = clustered(_counted(np.searchsorted(often, value), who), _APART)
    counts = _counted(desk[value], who)
    common = float(_overlap(counts).max())
    if len(counts) < 2 or common > _APART or _own(counts) < _OWN:
        return None
    if _chance(log, steps, desk[value], who) < _BY_CHANCE:
        return None
    most = counts.sum(axis=1).argmax()
    names = tuple(", ".join(kind.values[at] for at in np.flatnonzero(desk == one)) for one in range(len(counts)))
    of_case = np.append(np.where(desk >= 0, desk, most), most)[kind.of_case]
    return Desks(by=kind.name, of_case=of_case, names=names, common=common)


def clustered(counts: Floats, least: float) -> Ints:
    """Groups of rows whose people overlap: rows are merged while the mean overlap of two groups is *least* or more."""
    size = len(counts)
    if size == 0:
        return np.zeros(0, np.int64)
    overlap = _overlap(counts)
    weight = np.ones(size)
    group = np.arange(size)
    while overlap.max() >= least:
        i, j = sorted(divmod(int(overlap.argmax()), size))
        overlap[i] = overlap[:, i] = (weight[i] * overlap[i] + weight[j] * overlap[j]) / (weight[i] + weight[j])
        overlap[j] = overlap[:, j] = overlap[i, i] = -1.0
        weight[i] += weight[j]
        group[group == j] = i
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _counted(group: Ints, who: Ints) -> Floats:
    """(groups, people): how many steps of each everybody does."""
    counts = np.zeros((int(group.max()) + 1, int(who.max()) + 1))
    np.add.at(counts, (group, who), 1.0)
    return counts


def _overlap(counts: Floats) -> Floats:
    """(rows, rows): what the shares of people in the work of two have in common; of one with itself, -1."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    overlap = np.array([np.minimum(row, shares).sum(axis=1) for row in shares])
    np.fill_diagonal(overlap, -1.0)
    return overlap


def _own(counts: Floats) -> float:
    """What share of the work of a desk is done by people who are at no other, of that where it is least."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    at_one = (shares >= _HELP).sum(axis=0) < 2
    return float(shares[:, at_one].sum(axis=1).min())


def _chance(log: Log, steps: Ints, desk: Ints, who: Ints) -> float:
    """What they would have in common at least if who does a step hung on when it is done, and on nothing else."""
    random = np.random.default_rng(0)
    in_time = np.argsort(log.end[steps], kind="stable")
    period = np.arange(len(steps)) * _PERIODS // len(steps)
    least = 1.0
    for _turn in range(_SHUFFLES):
        dealt = np.empty_like(desk)
        dealt[in_time] = desk[in_time][np.lexsort((random.random(len(steps)), period))]
        overlap = _overlap(_counted(dealt, who))
        least = min(least, float(overlap[~np.eye(len(overlap), dtype=bool)].min()))
    return least
