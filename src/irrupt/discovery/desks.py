"""To whose desk a case comes may hang on what it is like, or on whose it is: then one activity is the work of several,
with people of their own. Told where records name people, but no teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.attributes import Attribute, case_table
from irrupt.discovery.log import Log

CLIENT = "client"
_FEWEST = 50
"""Steps by which it is told who does an activity for cases of one value."""
_APART = 0.25
"""How far people of two desks may be the same, at most: what their shares in the work have in common;"""
_BY_CHANCE = 0.6
"""and what they must have in common, at least, where nobody looks at what cases are like."""
_PERIODS = 12
"""In so many parts of the records cases are dealt out by chance, so that people who come and go are no desks."""
_SHUFFLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Whose work an activity is."""

    by: str
    """The attribute on which it hangs; "client": whose the case is."""
    of_case: Ints
    """Per case: number of the desk to which it comes; of what is not known, to the first."""
    names: tuple[str, ...]
    """What the cases of each desk are like."""


def learn(chronicle: Chronicle, log: Log) -> dict[int, Desks]:
    """Activity -> its desks, where it has several; none where *log*, which was read from *chronicle*, names teams."""
    if log.teams or not log.people:
        return {}
    whose = Attribute(name=CLIENT, values=log.clients, of_case=log.client)
    kinds = (*case_table(chronicle, log).kinds, whose)
    by = (log.person >= 0) & ~log.acts[log.activity]
    found = {}
    for activity in np.flatnonzero(
        np.bincount(log.activity[by], minlength=len(log.activities)) >= 2 * _FEWEST
    ).tolist():
        steps = np.flatnonzero(by & (log.activity == activity))
        told = [(apart, desks) for kind in kinds for apart, desks in [_told(log, kind, steps)] if desks is not None]
        if told:
            found[activity] = min(told, key=lambda one: one[0])[1]
    return found


def number(log: Log, desks: Mapping[int, Desks]) -> Ints:
    """Per step: the number of its desk."""
    found = np.zeros(len(log.case), np.int64)
    for activity, one in desks.items():
        here = log.activity == activity
        found[here] = one.of_case[log.case[here]]
    return found


def _told(log: Log, kind: Attribute, steps: Ints) -> tuple[float, Desks | None]:
    """How far people of different desks are the same at most, and these; None where there are none."""
    value = kind.of_case[log.case[steps]]
    counts = np.bincount(value[value >= 0], minlength=len(kind.values))
    known = np.isin(value, np.flatnonzero(counts >= _FEWEST))
    if (counts >= _FEWEST).sum() < 2:
        return 1.0, None
    steps, value = steps[known], value[known]
    _people, who = np.unique(log.person[steps], return_inverse=True)
    group = _grouped(value, who, len(kind.values))
    if group.max() < 1:
        return 1.0, None
    apart = _most_in_common(group[value], who)
    if apart > _APART or _chance(log, steps, group[value], who) < _BY_CHANCE:
        return 1.0, None
    large = np.bincount(group[value], minlength=group.max() + 1).argmax()
    of_case = np.append(np.where(group >= 0, group, large), large)[kind.of_case]
    names = tuple(
        ", ".join(kind.values[at] for at in np.flatnonzero(group == desk)) for desk in range(int(group.max()) + 1)
    )
    return apart, Desks(by=kind.name, of_case=of_case, names=names)


def _shares(group: Ints, who: Ints) -> Floats:
    """(groups, people): who does which share of the steps of each."""
    counts = np.zeros((int(group.max()) + 1, int(who.max()) + 1))
    np.add.at(counts, (group, who), 1.0)
    shares: Floats = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    return shares


def _common(shares: Floats) -> Floats:
    """(groups, groups): what the shares of two have in common; of one with itself, nothing."""
    common: Floats = np.minimum(shares[:, None], shares[None]).sum(axis=2)
    np.fill_diagonal(common, 0.0)
    return common


def clustered(counts: Floats, least: float) -> Ints:
    """Groups of rows whose people overlap: rows are merged while the mean overlap of two groups is *least* or more."""
    size = len(counts)
    if size == 0:
        return np.zeros(0, np.int64)
    shares = counts / counts.sum(axis=1, keepdims=True)
    overlap = np.array([np.minimum(row, shares).sum(axis=1) for row in shares])
    np.fill_diagonal(overlap, -1.0)
    weight = np.ones(size)
    group = np.arange(size)
    while overlap.max() >= least:
        i, j = sorted(divmod(int(overlap.argmax()), size))
        overlap[i] = overlap[:, i] = (weight[i] * overlap[i] + weight[j] * overlap[j]) / (weight[i] + weight[j])
        overlap[j] = overlap[:, j] = overlap[i, i] = -1.0
        weight[i] += weight[j]
        group[group == j] = i
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _grouped(value: Ints, who: Ints, values: int) -> Ints:
    """Per value, the group of values whose cases the same people work on; -1: too few steps tell."""
    seen, of_seen = np.unique(value, return_inverse=True)
    counts = np.zeros((len(seen), int(who.max()) + 1))
    np.add.at(counts, (of_seen, who), 1.0)
    found = np.full(values, -1)
    found[seen] = clustered(counts, _APART)
    return found


def _most_in_common(group: Ints, who: Ints) -> float:
    return float(_common(_shares(group, who)).max())


def _chance(log: Log, steps: Ints, group: Ints, who: Ints) -> float:
    """What they would have in common at least if who does a step hung on when it is done, and on nothing else."""
    random = np.random.default_rng(0)
    period = np.argsort(np.argsort(log.end[steps], kind="stable")) * _PERIODS // len(steps)
    least = 1.0
    for _turn in range(_SHUFFLES):
        order = np.lexsort((random.random(len(steps)), period))
        dealt = np.empty_like(group)
        dealt[np.argsort(period, kind="stable")] = group[order]
        common = _common(_shares(dealt, who))
        pairs: Flags = ~np.eye(len(common), dtype=bool)
        least = min(least, float(common[pairs].min()))
    return least
