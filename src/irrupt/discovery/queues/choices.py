"""Whom people take who could take others: what queues tell of the rules by which they are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log

if TYPE_CHECKING:
    from irrupt.discovery.procedure import Symbols

SAME = 1.0
"""Seconds within which cases have come at the same time."""
_MOST = 4_000
_PAIRS = 10
"""Choices between two of which one may always come before the other."""
_NEARLY_ALL = 0.9
_LEFT = 0.3
"""Share of a client's waits in which others' cases begin at once, from which on his are not in the queue."""
_AT_ONCE = 0.02
"""Share of the steps after one another that begin at once, below which something else passes in between."""


class Choices(NamedTuple):
    """Pairs of a step that was taken and one that waited and was passed over, by choice."""

    number: Ints
    taken: Ints
    passed: Ints
    size: int


def made(came: Floats, begun: Floats, taken: Flags | None = None) -> Choices:
    """Whom was passed over when each step was taken after a wait; or when each of those that were *taken* was."""
    order = np.argsort(begun, kind="stable")
    waited = order[begun[order] - came[order] > SAME] if taken is None else order[taken[order]]
    if len(waited) > _MOST:
        waited = waited[np.linspace(0, len(waited) - 1, _MOST).astype(np.int64)]
    longest = float((begun - came).max(initial=0.0))
    ranked, ready, moment = begun[order], came[order], begun[waited]
    later, last = np.searchsorted(ranked, moment, "right"), np.searchsorted(ranked, moment + longest, "right")
    passed = [
        order[begin:end][ready[begin:end] < before]
        for begin, end, before in zip(later.tolist(), last.tolist(), (moment - SAME).tolist(), strict=True)
    ]
    sizes = np.array([len(others) for others in passed], np.int64)
    count = int((sizes > 0).sum())
    if not count:
        nobody = np.zeros(0, np.int64)
        return Choices(nobody, nobody, nobody, 0)
    number = np.repeat(np.arange(count), sizes[sizes > 0])
    return Choices(number, np.repeat(waited, sizes), np.concatenate(passed), count)


def in_queue(log: Log, known: Symbols, every: Ints, fewest: int) -> Ints:
    """Those of *every* step of a team that tell in which order it takes them: before the others, other time passes than
    that in the queue. At a team that is so busy that nothing ever begins at once, all tell it, but those before which
    the client is waited for; so it is where fewer than *fewest* are left."""
    at = every[at_once_or_queued(log, known, every)]
    return at if len(at) >= fewest else every[~_waits_for_client(log, every)]


def at_once_or_queued(log: Log, known: Symbols, at: Ints) -> Flags:
    """Whether nothing but the wait in a queue passes before steps, of anybody in the organisation or of the client."""
    found: Flags = ~_waits_for_client(log, at) & ~_delayed(log, known, at)
    return found


def _waits_for_client(log: Log, at: Ints) -> Flags:
    waits: Flags = log.inner[at] & log.waits.between(log.activity[at - 1], log.activity[at])
    return waits


def _delayed(log: Log, known: Symbols, at: Ints) -> Flags:
    """Whether other time than that in the queue passes before a step: after some steps it never begins at once."""
    before = np.where(log.inner[at], known.of_step[at - 1], 0)
    pairs, pair = np.unique(before * (int(known.of_step.max()) + 1) + known.of_step[at], return_inverse=True)
    gap = log.start[at] - log.enabled[at]
    at_once = np.bincount(pair, gap <= SAME, len(pairs)) / np.maximum(np.bincount(pair, minlength=len(pairs)), 1)
    never: Flags = at_once[pair] < _AT_ONCE
    return never | _left_for_others(log, at, gap, pair, at_once)


def _left_for_others(log: Log, at: Ints, gap: Floats, pair: Ints, at_once: Floats) -> Flags:
    """Which steps are of a client whose cases never begin at once behind the step before, as others' do there, and wait
    while those of others begin at once: whoever had time for these would have taken his, whatever its rank."""
    client = log.client[log.case[at]]
    groups, group = np.unique(pair * (len(log.clients) + 1) + client, return_inverse=True)
    size, once = (np.bincount(group, weight, len(groups)) for weight in (None, gap <= SAME))
    expected = np.bincount(group, at_once[pair], len(groups))
    seldom = (expected >= _PAIRS) & (once < _AT_ONCE * size)
    mine = seldom[group]
    if not mine.any():
        return mine
    giver = np.where(log.inner[at], log.person[at - 1], -1)
    free = np.sort(log.start[at][(gap <= SAME) & (giver != log.person[at])])
    begin, end = log.enabled[at] + SAME, log.start[at] - SAME
    passed = np.searchsorted(free, end) > np.searchsorted(free, begin, "right")
    left: Flags = np.bincount(group, passed, len(groups)) >= _LEFT * size
    return mine & left[group]


def explained(choices: Choices, wrong: Flags) -> float:
    """Share of the choices in which no case that was passed over should have been taken."""
    return 1.0 - len(np.unique(choices.number[wrong])) / choices.size


def late(choices: Choices, moment: Floats) -> Flags:
    """Whether the case that was passed over comes first by *moment*."""
    found: Flags = moment[choices.passed] < moment[choices.taken] - SAME
    return found


def among(choices: Choices, kept: Flags) -> Choices:
    """*choices* with those pairs that are *kept*."""
    number, renumbered = np.unique(choices.number[kept], return_inverse=True)
    return Choices(renumbered, choices.taken[kept], choices.passed[kept], len(number))


def outranked(choices: Choices, rank: Ints | Floats, moment: Floats) -> Flags:
    """Whether the case that was passed over has a higher *rank*, or the same and comes first by *moment*."""
    mine, other = rank[choices.taken], rank[choices.passed]
    wrong: Flags = (other > mine) | ((other == mine) & late(choices, moment))
    return wrong


def behind(above: Ints, rank: Ints) -> Ints:
    """Ranks of which the one *above* counts first, then this *rank*."""
    return above * (int(rank.max(initial=0)) - int(rank.min(initial=0)) + 1) + rank


def always_before(choices: Choices, number: Ints, size: int) -> Ints:
    """Ranks of clients or classes: 0 for the lowest, one more for each that is always passed over by it."""
    wins = np.zeros((size, size))
    np.add.at(wins, (number[choices.taken], number[choices.passed]), 1.0)
    both = wins + wins.T
    beats = (both >= _PAIRS) & (wins >= _NEARLY_ALL * both)
    np.fill_diagonal(beats, False)
    rank = np.zeros(size, np.int64)
    for _turn in range(size):
        rank = np.where(beats, rank[None, :] + 1, 0).max(axis=1)
    return np.minimum(rank, size)
