"""Steps that are done in batches, as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from irrupt.engine.layout import ANY_QUEUE, BATCH, Records, records
from irrupt.organisation.batch import Batch
from irrupt.organisation.dated import Clock, begins, calendar_clock
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import Organisation


def moments(organisation: Organisation, batch: Batch) -> Clock:
    """The moments at which a batch goes, each as the begin of a minute.

    >>> from irrupt.engine.examples import counter
    >>> moments(counter(), Batch(at=(540, 1980))).weekly
    ((540, 541), (1980, 1981))
    """
    if isinstance(batch.at, str):
        return begins(calendar_clock(organisation, batch.at))
    return Clock(tuple((moment, moment + 1) for moment in batch.at))


def batched(organisation: Organisation, nodes: Sequence[str]) -> list[tuple[int, Batch]]:
    """The nodes (`start`, then the steps) that are done in batches, by number."""
    steps = [None, *(organisation.steps[name] for name in nodes[1:])]
    return [(node, step.batch) for node, step in enumerate(steps) if step is not None and step.batch is not None]


def clocks(organisation: Organisation, nodes: Sequence[str]) -> list[Clock]:
    """The hours at whose begin batches go, in the order of nodes."""
    return [moments(organisation, batch) for _node, batch in batched(organisation, nodes) if batch.at]


def batches(
    organisation: Organisation,
    nodes: Sequence[str],
    calendars: int,
    time: Callable[[str | Distribution], int],
) -> tuple[list[int], Records]:
    """The number of the batch of each node (-1: none), and `layout.Rules.batches`.

    The clocks of batches stand behind so many *calendars*. *time*: the number of a distribution.
    """
    found = batched(organisation, nodes)
    number = [-1] * len(nodes)
    hours = []
    for at, (node, batch) in enumerate(found):
        number[node] = at
        hours.append(calendars if batch.at else -1)
        calendars += bool(batch.at)
    rules = [batch for _node, batch in found]
    return number, records(
        BATCH,
        len(rules),
        wait=[math.inf if batch.longest_wait is None else batch.longest_wait for batch in rules],
        size=[ANY_QUEUE if batch.size is None else batch.size for batch in rules],
        calendar=hours,
        set_up=[time(batch.set_up) for batch in rules],
        in_turn=[batch.done == "one by one" for batch in rules],
    )
