"""Whose cases the cases of late are: clients begin, stop, and bring more or fewer while all together bring as many.

How far back a client's share is told is asked as it is of all cases together (see `demand`): by the weeks that predict
those after them best. Shares tell it, so that floods, seasons and closed weeks, which all have, count as no change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints

_CLEARLY = 3.0
"""Nats, and the logarithm of the number of clients, by which a memory of his own must predict his weeks better."""
_FEWEST = 20.0
"""Cases of a client that tell whether his share changed."""
_SEEN = 0.9
"""Share of a week that must be in the log for it to tell: long cases, and so some clients, lack at both of its ends."""
_ONE = 0.5
"""Cases for which his share in all of the records counts, so that whoever was never there may still come."""


class Shares(NamedTuple):
    """How clients' shares of the cases changed."""

    memory: Mapping[str, float]
    """Client -> weeks after which a week weighs half for his share; only those whose shares changed."""
    moved: Mapping[str, float]
    """Client -> how many times as many cases he brings now as all weeks, weighed as those of all clients together are,
    tell. Empty where nobody's share changed."""


EVEN = Shares({}, {})
"""Nobody's share changed."""


def learn(names: Sequence[str], counts: Floats, usual: Floats, half_lives: Sequence[float], shared: float) -> Shares:
    """Whose share of the cases changed. *counts*: [clients, weeks], the last one first, cases that came; *usual*:
    the same, in which all clients' cases of a week are so many, of each as often as he brings one where all bring one;
    *half_lives* of which one may be a client's, *shared* that of all."""
    memory = {}
    for name, own, among in zip(names, counts, usual, strict=True):
        best = _memory(own, among, half_lives, list(half_lives).index(shared), len(names))
        if half_lives[best] != shared:
            memory[name] = half_lives[best]
    if not memory:
        return EVEN
    before = np.array([_share(own, among, shared) for own, among in zip(counts, usual, strict=True)])
    now = np.array(
        [_share(own, among, memory.get(name, shared)) for name, own, among in zip(names, counts, usual, strict=True)]
    )
    now *= before.sum() / max(float(now.sum()), 1e-12)
    return Shares(memory, {name: float(to / at) for name, to, at in zip(names, now, before, strict=True) if at > 0})


def whole(weeks: Floats) -> Floats:
    """1 for each of *weeks* of which enough is in the log to tell shares, 0 for others."""
    found: Floats = (weeks >= _SEEN * weeks.max()).astype(np.float64)
    return found


def _share(own: Floats, among: Floats, half_life: float) -> float:
    weight = 0.5 ** (np.arange(len(own)) / half_life)
    return float((own * weight).sum() / max(float((among * weight).sum()), 1e-12))


def _memory(own: Floats, among: Floats, half_lives: Sequence[float], shared: int, clients: int) -> int:
    """Which of *half_lives* predicts best how many of the cases of the next fifth of the weeks are his *own*; the
    *shared* one unless another does so clearly."""
    tells = among > 0
    counts, exposure = own[tells][::-1], among[tells][::-1]
    size = len(counts)
    ahead, first = max(1, size // 5), max(4, size // 3)
    if counts.sum() < _FEWEST or size < first + 4 + ahead:
        return shared
    looks = np.arange(first, size - ahead + 1)
    came, time = (np.append(0.0, np.cumsum(values)) for values in (counts, exposure))
    after, during = came[looks + ahead] - came[looks], time[looks + ahead] - time[looks]
    told = [_told(counts, exposure, looks, after, during, half_life) / ahead for half_life in half_lives]
    gain = (np.array(told) - told[shared]) / _dispersion(counts, exposure)
    best = int(gain.argmax())
    return best if gain[best] > _CLEARLY + np.log(clients) else shared


def _told(counts: Floats, exposure: Floats, looks: Ints, after: Floats, during: Floats, half_life: float) -> float:
    """The logarithm of how likely what came *after* each of *looks* was, by what came before it."""
    weight = 0.5 ** (np.arange(len(counts)) / half_life)
    prior = _ONE / (counts.sum() / exposure.sum())
    before = [weight[now - 1 :: -1] if now > 1 else weight[:1] for now in looks]
    rate = np.array(
        [
            ((counts[:now] * fades).sum() + _ONE) / ((exposure[:now] * fades).sum() + prior)
            for now, fades in zip(looks, before, strict=True)
        ]
    )
    expected = rate * during
    return float((after * np.log(expected) - expected).sum())


def _dispersion(counts: Floats, exposure: Floats) -> float:
    """By how much a client's weeks vary beside those before and after them, where by chance it is 1; 1 at least."""
    rate = counts / exposure
    near = (rate[:-2] + rate[2:]) / 2
    chance = counts.sum() / exposure.sum() * (1 / exposure[1:-1] + (1 / exposure[:-2] + 1 / exposure[2:]) / 4)
    return max(1.0, float(((rate[1:-1] - near) ** 2).sum() / chance.sum()))
