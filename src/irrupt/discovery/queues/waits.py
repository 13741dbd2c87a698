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

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.queues import survival
from irrupt.discovery.queues.patience import GivenUp, too_late
from irrupt.discovery.queues.survival import Law, Times
from irrupt.organisation import Patience
from irrupt.special import poisson_quantile

_FEWEST = 5
"""Cases that must have been given up for a patience to be told."""
_NONE = 3.0
"""Whoever lost nobody, where so many were to be expected, has none: chance spares him once in twenty times."""
_OFTEN, _LATE = 0.1, 0.05
"""Share of the cases that something comes next for, for it to be what others waited for; and by how much more of those
who are gone would have left too late, besides twice as many, had they waited for what is commonest."""
_CHANCE = 3.0
"""Standard errors by which the number of cases that are given up may be off by chance."""
_RARELY, _HARDLY = 0.01, 0.25
"""Chance of so few, and their share at most of those to be expected, where whoever had something done before is not
given up while he waits to have it done again."""
_OF_WAITS = ("client", "case", "logs", "lost", "again")
"""What `Waits` tells of each."""
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
    """whether the case was given up,"""
    again: Flags
    """and whether the activity had been done in it before."""

    def explains(self, others: Waits) -> bool:
        """Whether as many of *others* were given up as these make expect, but for chance."""
        ends, expected = others.beside(self)
        return abs(ends - expected) <= _CHANCE * math.sqrt(expected)

    def beside(self, others: Waits) -> tuple[float, float]:
        """How many of these were given up, and how many *others* make expect."""
        told = borne(others)
        of_each = zip(self.each(), told.later.tolist(), strict=True)
        return float(self.lost.sum()), sum(his.expected(told.law.later(later)) for his, later in of_each)

    def joined(self, others: Waits) -> Waits:
        """These and *others*."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in _OF_WAITS)
        client, case, logs, lost, again = (np.append(one, other) for one, other in pairs)
        return replace(self, client=client, case=case, logs=logs, lost=lost, again=again)

    def of(self, some: Flags) -> Waits:
        """*some* of these."""
        client, case, logs, lost, again = (getattr(self, name)[some] for name in _OF_WAITS)
        return replace(self, client=client, case=case, logs=logs, lost=lost, again=again)

    @property
    def ends_when_done(self) -> bool:
        """Whether hardly anybody is given up who had the activity done before, where many were to be expected."""
        first, later = self.of(~self.again), self.of(self.again)
        if first.lost.sum() < _FEWEST or not self.again.any():
            return False
        ends, expected = later.beside(first)
        return ends < poisson_quantile(_RARELY, expected) and ends <= _HARDLY * expected

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
    again: bool
    """Whether it is lost, too, before the activity is done again."""

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
        rule = Patience(at=waits.at, lasts=law.distribution, activity=waits.activity, client=name, again=self.again)
        return f"{name} before {waits.at}", rule


def learn(log: Log, worked: Flags, given_up: GivenUp | None) -> tuple[tuple[Borne, ...], dict[int, str]]:
    """How long clients bear the waits before each activity that cases waited for in vain; and per such case, by its
    number, for which it did.

    Where cases come to it from several others, some may have been on their way for a while before they waited: waits
    count with those on the way that most of them take if as many are given up as these make expect. And what others
    already were given up before, as often as these make expect, is what they waited for.
    """
    if given_up is None:
        return (), {}
    seen = _Seen(log, worked, given_up.behind(log))
    found: dict[str, list[Waits]] = {}
    waited_for: dict[int, str] = {}
    for some in sorted(seen.in_vain(), key=lambda some: (len(some) > 1, -len(some[0].case))):
        known = (one for one in some if any(other.explains(one) for other in found.get(one.at, ())))
        waits = next(known, some[0])
        waited_for |= dict.fromkeys(waits.case[waits.lost].tolist(), waits.at)
        found.setdefault(waits.at, []).append(waits)
    alike = map(_alike, found.values())
    every = [_with_others(waits, seen) for waits in alike if waits.lost.sum() >= _FEWEST]
    told = {waits.at for waits in every}
    in_vain = {case: activity for case, activity in waited_for.items() if activity in told}
    return tuple(borne(waits) for waits in every), in_vain


def _alike(several: list[Waits]) -> Waits:
    """Of *several* waits for one activity, behind one each, those of most cases that tell a patience, and all that
    these explain."""
    waits, *others = sorted(several, key=lambda one: (one.lost.sum() < _FEWEST, -len(one.case)))
    for other in others:
        waits = waits.joined(other) if waits.explains(other) else waits
    return waits


def _with_others(waits: Waits, seen: _Seen) -> Waits:
    """*waits* with those for the same activity after others after which no case is given up."""
    others = seen.never_in_vain(waits.at)
    first = others.of(~others.again)
    waits = waits.joined(first) if waits.explains(first) else waits
    return waits.joined(others.of(others.again))


class _Seen:
    """The steps of a log that cases waited for, and the cases that were given up."""

    def __init__(self, log: Log, worked: Flags, given_up: GivenUp) -> None:
        self.log, self.given_up, self.waited = log, given_up, given_up.waited(log)
        self.at = np.flatnonzero(log.inner & worked)
        self.after = log.activity[log.follows[self.at]]
        done = log.case * len(log.activities) + log.activity
        self.done, first, which = np.unique(done, return_index=True, return_inverse=True)
        self.again = first[which] < np.arange(len(done))

    def in_vain(self) -> Iterator[list[Waits]]:
        """The waits after each activity after which cases are given up, for whatever they may have waited for: first
        for what they most likely did."""
        for after in np.unique(self.given_up.after).tolist():
            served = self.at[self.after == after]
            if len(served):
                gone = np.flatnonzero(self.given_up.after == after)
                likely = _waited_for(self.log, served, self.given_up, gone)
                yield [self.waits(one, served[self.log.activity[served] == one], gone) for one in likely]

    def never_in_vain(self, at: str) -> Waits:
        """The waits for the activity *at* after others after which no case is given up."""
        activity = self.log.activities.index(at)
        mine = (self.log.activity[self.at] == activity) & ~np.isin(self.after, self.given_up.after)
        return self.waits(activity, self.at[mine], np.array([], np.int64))

    def waits(self, activity: int, served: Ints, gone: Ints) -> Waits:
        """The waits for an *activity*, of steps at which it was *served* and of cases that are *gone*."""
        log, lost = self.log, self.given_up
        case = np.append(lost.case[gone], log.case[served])
        waited = np.append(self.waited[gone], np.maximum(log.start[served] - log.enabled[served], 1.0))
        done = np.isin(lost.case[gone] * len(log.activities) + activity, self.done)
        return Waits(
            at=log.activities[activity],
            activity=log.activities[int(lost.what[gone[0] if len(gone) else 0])],
            clients=log.clients,
            client=log.client[case],
            case=case,
            logs=np.log(waited),
            lost=np.arange(len(case)) < len(gone),
            again=np.append(done, self.again[served]),
        )


def _waited_for(log: Log, served: Ints, given_up: GivenUp, gone: Ints) -> list[int]:
    """What cases that are *gone* may have waited for, of all that others are *served* next: that which mostly comes
    next, unless the waits for something else are clearly more like theirs; then whatever often does. Who leaves a queue
    leaves before whoever came to it after him is served."""
    often = np.bincount(log.activity[served])
    came, left = log.over[given_up.case[gone]], given_up.left[gone]
    usual, late = int(often.argmax()), dict[int, float]()
    for activity in np.flatnonzero(often >= _OFTEN * often.sum()).tolist():
        mine = served[log.activity[served] == activity]
        mine = mine[np.argsort(log.enabled[mine], kind="stable")]
        late[activity] = too_late(came, left, log.enabled[mine], log.start[mine])
    best = min(late, key=lambda one: late[one], default=usual)
    first = best if late.get(usual, 1.0) > 2 * late.get(best, 1.0) + _LATE else usual
    return [first, *(activity for activity in late if activity != first)]


def borne(waits: Waits) -> Borne:
    """How long clients bear *waits*: the law for all and what each is beside it, in turns."""
    again = not waits.ends_when_done
    waits = waits if again else waits.of(~waits.again)
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
    return Borne(waits=waits, law=law, later=later, unlike=unlike, clients=clients, again=again)


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
