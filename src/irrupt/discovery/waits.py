"""How long each client waits before he gives up, from his own waits and from those of all others.

Few cases of one client tell little of him, and clients differ. So what he lost is set beside what he would have lost by
a law for all. The ratio of the two is moved toward that of the others: far where little was to be expected of him, or
where clients are alike; hardly where much was and they are not (ratios of a gamma distribution, whose spread all
clients tell: Clayton 1978). Those who lost nobody tell it, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irrupt.discovery import survival
from irrupt.discovery.log import Flags, Floats, Ints, Log
from irrupt.discovery.patience import GivenUp, too_late
from irrupt.discovery.survival import Law, Times
from irrupt.organisation import Patience

_FEWEST = 5
"""Cases that must have been given up for a patience to be told."""
_NONE = 3.0
"""Whoever lost nobody, where so many were to be expected, has none: chance spares him once in twenty times."""
_OFTEN, _LATE = 0.1, 0.05
"""Share of the cases that something comes next for, for it to be what others waited for; and by how much more of those
who are gone would have left too late, besides twice as many, had they waited for what is commonest."""
_CHANCE = 3.0
"""Standard errors by which the number of cases that are given up may be off by chance."""
_ROUNDS = 3
_SPREADS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)
"""Standard deviations of the ratios of clients that are weighed, over their mean;"""
_USUAL = 0.5
"""the one that they are as likely to exceed as not, before anything is known (half of a Cauchy distribution: Gelman
2006);"""
_MEANS = np.exp(np.linspace(-3.0, 3.0, 121))
"""and the means, over what all clients lost beside what was expected."""


class Unlike(NamedTuple):
    """How unlike clients may be: means of their ratios, how many expected losses of his own weigh as much as the
    others do, and the probability of each such pair."""

    mean: Floats
    worth: Floats
    chance: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Waits before one activity, of cases that were given up and of cases that were served."""

    at: str
    activity: str
    """What records that a case is given up."""
    clients: tuple[str, ...]
    client: Ints
    """Per wait,"""
    case: Ints
    logs: Floats
    """the logarithm of its seconds,"""
    lost: Flags
    """and whether the case was given up."""

    def explains(self, others: Waits) -> bool:
        """Whether as many of *others* were given up as these make expect, but for chance."""
        alike = np.zeros(len(self.clients))
        seen = others.everybody(alike)
        expected = seen.expected(survival.likeliest(self.everybody(alike)))
        return abs(seen.ends - expected) <= _CHANCE * math.sqrt(expected)

    def joined(self, others: Waits) -> Waits:
        """These and *others*."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in ("client", "case", "logs", "lost"))
        client, case, logs, lost = (np.append(one, other) for one, other in pairs)
        return replace(self, client=client, case=case, logs=logs, lost=lost)

    def everybody(self, later: Floats, weight: Floats | None = None) -> Times:
        """The waits of all clients as if nobody waited *later* than others; *weight*: what each case counts."""
        counts = None if weight is None else weight[self.case]
        return survival.times(self.logs - later[self.client], self.lost, counts)

    def each(self, weight: Floats | None = None) -> list[Times]:
        """Those of each client."""
        counts = np.ones(len(self.case)) if weight is None else weight[self.case]
        mine = [self.client == client for client in range(len(self.clients))]
        return [survival.times(self.logs[one], self.lost[one], counts[one]) for one in mine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """Waits, and how long clients bear them."""

    waits: Waits
    law: Law
    """Of all clients,"""
    later: Floats
    """and by how much longer each of them does, as a logarithm."""
    unlike: Unlike
    clients: Ints
    """Those who have a patience."""

    def patience(self) -> Iterator[tuple[str, Patience]]:
        """The patience of each client, by its name."""
        for client in self.clients.tolist():
            yield self._named(client, self.law.later(float(self.later[client])))

    def drawn(self, weight: Floats, random: np.random.Generator) -> Iterator[tuple[str, Patience]]:
        """The same as it may be, too: each case counts as *weight* says, and what other clients tell as is drawn."""
        law = survival.again(self.waits.everybody(self.later, weight), self.law)
        cell = random.choice(len(self.unlike.chance), p=self.unlike.chance)
        worth, mean = float(self.unlike.worth[cell]), float(self.unlike.mean[cell])
        others = random.gamma(worth, size=len(self.waits.clients))
        his = self.waits.each(weight)
        for client in self.clients.tolist():
            seen = his[client]
            expected = seen.expected(law)
            ratio = (seen.ends + others[client]) / (expected + worth / mean)
            yield self._named(client, law.later(survival.moved(seen, law, ratio * expected)))

    def _named(self, client: int, law: Law) -> tuple[str, Patience]:
        name, waits = self.waits.clients[client], self.waits
        rule = Patience(at=waits.at, lasts=law.distribution, activity=waits.activity, client=name)
        return f"{name} before {waits.at}", rule


def learn(log: Log, worked: Flags, given_up: GivenUp | None) -> tuple[Borne, ...]:
    """How long clients bear the waits before each activity that cases waited for in vain.

    Where cases come to it from several others, some may have been on their way for a while before they waited: waits
    count with those on the way that most of them take if as many are given up as these make expect.
    """
    found: dict[str, Waits] = {}
    for waits in sorted(_found(log, worked, given_up), key=lambda one: -len(one.case)) if given_up else ():
        known = found.setdefault(waits.at, waits)
        if known is not waits and known.explains(waits):
            found[waits.at] = known.joined(waits)
    return tuple(borne(waits) for waits in found.values() if waits.lost.sum() >= _FEWEST)


def _found(log: Log, worked: Flags, given_up: GivenUp) -> Iterator[Waits]:
    """The waits after each activity after which cases are given up, for that which they waited for."""
    at = np.flatnonzero(log.inner & worked)
    before = log.activity[at - 1]
    for after in np.unique(given_up.after).tolist():
        served = at[before == after]
        if not len(served):
            continue
        gone = given_up.after == after
        activity = _waited_for(log, served, given_up, gone)
        served = served[log.activity[served] == activity]
        case = np.append(given_up.case[gone], log.case[served])
        waited = np.append(given_up.waited[gone], np.maximum(log.start[served] - log.end[served - 1], 1.0))
        yield Waits(
            at=log.activities[activity],
            activity=log.activities[int(given_up.what[gone][0])],
            clients=log.clients,
            client=log.client[case],
            case=case,
            logs=np.log(waited),
            lost=np.arange(len(case)) < gone.sum(),
        )


def _waited_for(log: Log, served: Ints, given_up: GivenUp, gone: Flags) -> int:
    """What cases that are *gone* waited for, of all that others are *served* next: that which mostly comes next, unless
    the waits for something else are clearly more like theirs. Who leaves a queue leaves before whoever came to it after
    him is served."""
    often = np.bincount(log.activity[served])
    came = log.end[log.last][given_up.case[gone]]
    left = came + given_up.waited[gone]

    usual, late = int(often.argmax()), dict[int, float]()
    for activity in np.flatnonzero(often >= _OFTEN * often.sum()).tolist():
        mine = served[log.activity[served] == activity]
        mine = mine[np.argsort(log.end[mine - 1], kind="stable")]
        late[activity] = too_late(came, left, log.end[mine - 1], log.start[mine])
    best = min(late, key=lambda one: late[one], default=usual)
    return best if late.get(usual, 1.0) > 2 * late.get(best, 1.0) + _LATE else usual


def borne(waits: Waits) -> Borne:
    """How long clients bear *waits*: the law for all and what each is beside it, in turns."""
    his = waits.each()
    lost = np.array([one.ends for one in his])
    later = np.zeros(len(his))
    for _turn in range(_ROUNDS):
        law = survival.likeliest(waits.everybody(later))
        expected = np.array([one.expected(law) for one in his])
        unlike = _unlike(lost, expected)
        for client in np.flatnonzero(expected > 0).tolist():
            means = (lost[client] + unlike.worth) / (expected[client] + unlike.worth / unlike.mean)
            wanted = float((unlike.chance * means).sum()) * expected[client]
            later[client] = survival.moved(his[client], law, wanted)
    clients = np.flatnonzero((lost > 0) | (expected > 0) & (expected < _NONE))
    return Borne(waits=waits, law=law, later=later, unlike=unlike, clients=clients)


def _unlike(lost: Floats, expected: Floats) -> Unlike:
    """How unlike clients are who *lost* so many where so many were *expected*: a Poisson number each, around a ratio of
    his own."""
    there = expected > 0
    means = _MEANS * lost.sum() / expected.sum()
    spreads = np.array(_SPREADS)
    prior = np.gradient(spreads) / (1 + (spreads / _USUAL) ** 2)
    worth = 1 / spreads[:, None] ** 2
    told = np.zeros((len(spreads), len(means)))
    for count, rate in zip(lost[there].tolist(), expected[there].tolist(), strict=True):
        ways = np.array([math.lgamma(count + one) - math.lgamma(one) for one in worth[:, 0].tolist()])
        told += ways[:, None] - worth * np.log1p(rate * means / worth) - count * np.log(rate + worth / means)
    chance = np.exp(told - told.max()) * prior[:, None]
    mean, weighs = np.broadcast_arrays(means, worth)
    return Unlike(mean=mean.ravel(), worth=weighs.ravel(), chance=(chance / chance.sum()).ravel())


def told(every: Iterable[Borne]) -> dict[str, Patience]:
    """The patience of each client before each activity."""
    return {name: rule for one in every for name, rule in one.patience()}
