"""When in the week cases come, hour by hour, of all clients and of each.

Single hours tell little. So all clients' are drawn towards what days of the same kind tell together; a client's own
towards what his days of the same kind tell, and these towards everybody's, as far as clients are alike: as one half of
the weeks tells the other best. Who never comes at night is not taken to because others do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.log import HOURS

_ALIKE = (np.inf, 200.0, 60.0, 20.0, 6.0)
"""Arrivals that the shared profile may count for in what the days of a client tell together."""
_CLEARLY = 5.0
"""Nats by which his weeks must be told better so for him to be less like others, or more, than clients are."""
_OWN = 60.0
"""Arrivals that what his days tell together counts for in his own hours;"""
_SHARED = 40.0
"""the same for all clients."""
_LEAST = 1e-9
_MANY = 200
"""Clients, those with the most cases, of whom it is told how alike they are; of others too little is known."""


def shared(counts: Floats, exposure: Floats) -> Floats:
    """Arrivals per hour in each hour of the week, of which so many were seen (*counts*), each so often (*exposure*)."""
    return _drawn(counts, exposure, _product(counts, exposure), _SHARED)


def of_clients(counts: Floats, exposure: Floats, everybody: Floats) -> Iterator[tuple[float, ...]]:
    """The profile of each client, 1 in the mean. *counts*: [two halves, clients, hours] arrivals in weeks by turns;
    *exposure*: [two halves, hours] how often each hour was seen; *everybody*: arrivals per hour of all clients."""
    alike = _alike(counts, exposure)
    both, time = counts.sum(axis=0), exposure.sum(axis=0)
    for own, strength in zip(both, alike.tolist(), strict=True):
        yield _rounded(_of_client(own, time, everybody * own.sum() / max(both.sum(), _LEAST), strength))


def _of_client(counts: Floats, exposure: Floats, others: Floats, alike: float) -> Floats:
    """Arrivals per hour of a client beside those that he would have with the profile of *others*."""
    days = _product(counts, exposure) * exposure
    usual = others if np.isinf(alike) else _drawn(days, exposure, others, alike)
    return _drawn(counts, exposure, usual, _OWN)


def _alike(counts: Floats, exposure: Floats) -> Floats:
    """Per client, for how many arrivals the shared profile counts: as many as tells the other half of all clients'
    weeks best, or of his own where that is clearly so."""
    told = np.zeros((len(_ALIKE), counts.shape[1]))
    most = np.argsort(-counts.sum(axis=(0, 2)), kind="stable")[:_MANY]
    for part in (0, 1):
        known, later = counts[part], exposure[1 - part]
        whole = known.sum()
        if whole == 0 or not (exposure[part] > 0).all() or not later.all():
            return np.full(counts.shape[1], _ALIKE[0])
        everybody = shared(known.sum(axis=0), exposure[part])
        for client in most.tolist():
            own = known[client]
            others = everybody * own.sum() / whole
            for number, strength in enumerate(_ALIKE):
                expected = _of_client(own, exposure[part], others, strength) * later if own.any() else everybody * later
                share = np.log(np.maximum(expected / expected.sum(), _LEAST))
                told[number, client] += (counts[1 - part, client] * share).sum()
    best = np.full(told.shape[1], 0)
    usual, his = int(told.sum(axis=1).argmax()), told.argmax(axis=0)
    best[most] = np.where(told.max(axis=0) - told[usual] > _CLEARLY, his, usual)[most]
    found: Floats = np.array(_ALIKE)[best]
    return found


def _product(counted: Floats, exposure: Floats) -> Floats:
    """Arrivals per hour that would follow if hours were alike on all working days, and on all days of the weekend.

    A day that is not in the log is taken to be like the mean of those of its kind, or of all.
    """
    counts = counted.reshape(7, 24)
    time = exposure.reshape(7, 24).sum(axis=1) / 24
    smooth = np.zeros((7, 24))
    for days in (slice(0, 5), slice(5, 7)):
        hour = counts[days].sum(axis=0)
        known = time[days].sum() > 0
        usual = hour.sum() / time[days].sum() if known else counts.sum() / max(float(time.sum()), 1e-9)
        by_day = np.where(time[days] > 0, counts[days].sum(axis=1) / np.maximum(time[days], 1e-9), usual)
        shape = hour if known and hour.sum() > 0 else counts.sum(axis=0)
        smooth[days] = by_day[:, None] * shape / max(float(shape.sum()), 1e-9)
    return smooth.ravel()


def _drawn(counts: Floats, exposure: Floats, prior: Floats, strength: float) -> Floats:
    """Arrivals per hour in each hour of the week, drawn towards *prior* as *strength* arrivals would."""
    expected = prior * exposure
    weight = strength / max(float(expected.sum()), 1e-12)
    return np.where(exposure > 0, (counts + weight * expected) / (np.maximum(exposure, 1e-9) * (1 + weight)), prior)


def _rounded(profile: Floats) -> tuple[float, ...]:
    total = profile.sum()
    if total <= 0:
        return (1.0,) * HOURS
    return tuple(float(f"{value:.4g}") for value in profile * HOURS / total)
