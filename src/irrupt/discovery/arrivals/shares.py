"""Whose cases the cases of late are: clients begin, stop, and bring more or fewer while all together bring as many.

How far back a client's share is told is asked as it is of all cases together (see `demand`): by the weeks that predict
those after them best. Shares tell it, so that floods, seasons and closed weeks, which all have, count as no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.arrivals.looks import Looks, looks, of_late

_CLEARLY = 3.0
"""Nats, and the logarithm of the number of clients, by which a memory of his own must predict his weeks better."""
_FEWEST = 20.0
"""Cases of a client that tell whether his share changed."""
_SEEN = 0.9
"""Share of a week that must be in the log for it to tell: long cases, and so some clients, lack at both of its ends."""
_LEAST = 1e-3
"""How many times as many cases a client brings now as all weeks tell, at least: whoever stopped may come back."""
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
    memory = dict(_memories(names, counts, usual, half_lives, list(half_lives).index(shared)))
    if not memory:
        return EVEN
    before = of_late(counts, usual, shared)
    now = before.copy()
    for at, name in enumerate(names):
        if name in memory:
            now[at] = of_late(counts[at], usual[at], memory[name])
    now *= before.sum() / max(float(now.sum()), 1e-12)
    moved = {name: max(float(to / at), _LEAST) for name, to, at in zip(names, now, before, strict=True) if at > 0}
    return Shares(memory, moved)


def whole(weeks: Floats) -> Floats:
    """1 for each of *weeks* of which enough is in the log to tell shares, 0 for others."""
    found: Floats = (weeks >= _SEEN * weeks.max()).astype(np.float64)
    return found


def _memories(
    names: Sequence[str], counts: Floats, usual: Floats, half_lives: Sequence[float], shared: int
) -> Iterator[tuple[str, float]]:
    """The clients of whom another of *half_lives* than the *shared* one clearly predicts better how many of the cases
    of the next fifth of the weeks are their own; and which."""
    tells = (usual > 0).all(axis=0)
    enough = counts[:, tells].sum(axis=1) >= _FEWEST
    own, among = counts[enough][:, tells][:, ::-1], usual[enough][:, tells][:, ::-1]
    ahead = looks(own.shape[1])
    if ahead is None or not enough.any():
        return
    told = np.array([_told(own, among, ahead, half_life) for half_life in half_lives])
    gain = (told - told[shared]) / ahead.ahead / _dispersion(own, among)
    best = gain.argmax(axis=0)
    for at, client in enumerate(np.flatnonzero(enough).tolist()):
        if gain[best[at], at] > _CLEARLY + np.log(len(names)):
            yield names[client], half_lives[best[at]]


def _told(counts: Floats, exposure: Floats, ahead: Looks, half_life: float) -> Floats:
    """Per client, the logarithm of how likely what came after each look was, by what came before it."""
    prior = _ONE * exposure.sum(axis=1) / counts.sum(axis=1)
    rate = (ahead.before(counts, half_life) + _ONE) / (ahead.before(exposure, half_life) + prior[:, None])
    expected = rate * ahead.beyond(exposure)
    return np.asarray((ahead.beyond(counts) * np.log(expected) - expected).sum(axis=1))


def _dispersion(counts: Floats, exposure: Floats) -> Floats:
    """Per client, by how much his weeks vary beside those before and after them, where by chance it is 1; 1 at
    least."""
    rate = counts / exposure
    near = (rate[:, :-2] + rate[:, 2:]) / 2
    by_chance = 1 / exposure[:, 1:-1] + (1 / exposure[:, :-2] + 1 / exposure[:, 2:]) / 4
    chance = counts.sum(axis=1) / exposure.sum(axis=1) * by_chance.sum(axis=1)
    return np.asarray(np.maximum(1.0, ((rate[:, 1:-1] - near) ** 2).sum(axis=1) / chance))
