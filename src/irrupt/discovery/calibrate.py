"""Delays made to fit: simulated times between steps come to agree with recorded ones.

What passes between two steps is a delay, a wait in the team's queue, and (where starts are assumed) the work itself.
Queues follow from the model. So the model is run, its times are set beside the recorded ones quantile by quantile, and
the delays take up the difference; a few rounds are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from irrupt.chronicle.rows import FIRST, Rows
from irrupt.discovery.log import Floats, Ints
from irrupt.discovery.timing import as_distribution
from irrupt.engine import Simulation
from irrupt.organisation import Distribution, Organisation

ROUNDS = 4
_DAMPED = 0.8
_FEWEST = 12
_STEPS = 100_000
"""Steps to simulate in each round, about."""
_FEWEST_STEPS = 12_000
_WARM_UP = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The recorded times between two symbols: what a delay and the queue behind it have to make together."""

    wanted: Floats
    """Quantiles of the recorded times, at equally spaced probabilities."""
    delay: Floats
    """Quantiles of the delay to begin with, at the same probabilities."""


def fitted(
    organisation: Organisation,
    targets: Mapping[str, Target],
    groups: Mapping[tuple[str, str], str],
    *,
    with_work: bool,
    expected_steps: float,
    seed: int,
) -> Organisation:
    """*organisation* with the delays named in *targets* changed until simulated times agree with the wanted ones.

    *groups*: step and next step -> name of the delay between them. *with_work*: times count to the end of the next
    step rather than to its start. *expected_steps*: steps that one week of the organisation makes.
    """
    if not targets:
        return organisation
    delays = {name: target.delay for name, target in targets.items()}
    weeks = float(np.clip(max(_STEPS, _FEWEST_STEPS) / max(expected_steps, 1e-6), 2.0, 5_000.0))
    for turn in range(ROUNDS):
        organisation = _with(organisation, delays)
        seen = times_between(organisation, groups, weeks=weeks, seed=seed, replication=turn, with_work=with_work)
        for name, target in targets.items():
            values = seen.get(name)
            if values is None or len(values) < _FEWEST:
                continue
            level = np.linspace(0.0, 1.0, len(target.wanted))
            found = np.quantile(values, level)
            change = _DAMPED * (target.wanted - found)
            # the outermost quantiles of a sample are extremes: they follow their neighbours
            change[0], change[-1] = change[1], change[-2] if len(values) < 50 * len(level) else change[-1]
            delays[name] = np.maximum.accumulate(np.maximum(delays[name] + change, 0.0))
    return _with(organisation, delays)


def _with(organisation: Organisation, delays: Mapping[str, Floats]) -> Organisation:
    distributions: dict[str, Distribution] = dict(organisation.distributions)
    distributions.update({name: as_distribution(points) for name, points in delays.items()})
    return replace(organisation, distributions=distributions)


def times_between(
    organisation: Organisation,
    groups: Mapping[tuple[str, str], str],
    *,
    weeks: float,
    seed: int,
    replication: int,
    with_work: bool,
) -> dict[str, Floats]:
    """Name of a delay -> simulated seconds from the end of the step before it to the start (or end) of the one after."""
    # each step bears its own name as its activity, so that rows tell which step they are
    steps = {name: replace(step, activity=name) for name, step in organisation.steps.items()}
    run = Simulation(replace(organisation, steps=steps, learned=None), seed=seed, replication=replication, weeks=weeks)
    chunks = [Rows(*(column.copy() for column in rows)) for rows in run.run()]
    if not chunks:
        return {}
    rows = Rows(*(np.concatenate(columns) for columns in zip(*chunks, strict=True)))
    order = np.argsort(rows.case, kind="stable")
    case, node = rows.case[order], rows.activity[order].astype(np.int64)
    passed = (rows.end if with_work else rows.start)[order] - rows.enabled[order]
    after = np.flatnonzero((rows.flags[order] & FIRST == 0) & (case >= _WARM_UP * run.arrived))
    after = after[after > 0]
    return _by_group(run.legend.activities, groups, node[after - 1], node[after], passed[after])


def _by_group(
    names: tuple[str, ...], groups: Mapping[tuple[str, str], str], before: Ints, here: Ints, passed: Floats
) -> dict[str, Floats]:
    number = {name: i for i, name in enumerate(names)}
    labels = sorted(set(groups.values()))
    place = {label: i for i, label in enumerate(labels)}
    table = np.full((len(names), len(names)), -1, np.int64)
    for (a, b), label in groups.items():
        if a in number and b in number:
            table[number[a], number[b]] = place[label]
    group = table[before, here]
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(labels) + 1))
    return {
        label: passed[order[bounds[i] : bounds[i + 1]]] for i, label in enumerate(labels) if bounds[i + 1] > bounds[i]
    }
