"""Which client's cases lead a change: those that changed alone, or before all others'.

Each party's weekly shares are a change from one share to another in some week. That a client changed earlier is told by
how much better two dates, his and the others', explain all numbers than one date for all; by chance: the same for
numbers drawn from one date for all (a parametric bootstrap over all clients at once). That he changed alone is told
where the others did not change, and his change differs from theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.special import normal_cdf

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

LEVEL = 0.05
_EDGE = 2
"""Weeks before and after that a change needs at least,"""
_AHEAD = 2
"""and by how many his comes before the others'."""
_SEEN = 5
"""Chances of his, at least, in the weeks in which he alone has changed: one case that went otherwise leads nobody."""
_PLAIN = 5.5
"""Gain in log likelihood from which on a party surely changed, in whichever week."""
_WITHIN = 3.68
"""Dates whose log likelihood is so much less, at most, make up the interval of a date (-log(1 - sqrt(0.95)); Siegmund
1988)."""
_DRAWS = 199
_SEED = 20120102


class Date(NamedTuple):
    """The first week after a change, and between which weeks it may lie."""

    week: int
    first: int
    last: int


class Lead(NamedTuple):
    """Who leads, since when, and since when the others follow (never: None)."""

    at: int
    his: Date
    others: Date | None


def leading(hits: Floats, chances: Floats, clients: Sequence[int]) -> Lead | None:
    """Who of *clients*, rows of *hits* and *chances* (parties, weeks), leads; numbers are the same whenever asked."""
    if len(hits) < 2 or not len(clients) or hits.shape[1] < 2 * _EDGE + _AHEAD:
        return None
    worth = _spread(hits, chances)
    hits, chances = hits / worth, chances / worth
    alone = _alone(hits, chances, clients)
    return alone if alone is not None else _earlier(hits, chances, clients)


def _likelihood(hits: Floats, chances: Floats) -> Floats:
    """Log likelihood of a change in each week from _EDGE on; last, of none. Weeks are the last axis."""
    before, of = np.cumsum(hits, axis=-1)[..., _EDGE - 1 : -_EDGE], np.cumsum(chances, axis=-1)[..., _EDGE - 1 : -_EDGE]
    total, whole = hits.sum(axis=-1, keepdims=True), chances.sum(axis=-1, keepdims=True)
    changed = _best(before, of) + _best(total - before, whole - of)
    return np.concatenate([changed, _best(total, whole)], axis=-1)


def _best(hits: Floats, chances: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / chances
        found = hits * np.log(share) + (chances - hits) * np.log1p(-share)
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def _shares(hits: Floats, chances: Floats, weeks: Longs) -> Floats:
    """Each party's share in each week, where it changes in one of the *weeks*, its own."""
    since = np.arange(hits.shape[1]) >= weeks[:, None]
    share = np.empty_like(hits)
    for side in (since, ~since):
        some = (hits * side).sum(axis=1) / np.maximum((chances * side).sum(axis=1), 1e-9)
        share = np.where(side, some[:, None], share)
    return np.clip(share, 0, 1)


def _spread(hits: Floats, chances: Floats) -> float:
    """How many times more than by chance the weeks vary, at least once: steps of one case go together."""
    share = _shares(hits, chances, _likelihood(hits, chances)[:, :-1].argmax(axis=1) + _EDGE)
    expected = chances * share * (1 - share)
    tells = expected > 0
    if not tells.any():
        return 1.0
    return max(float(((hits - chances * share)[tells] ** 2).sum() / expected[tells].sum()), 1.0)


def _alone(hits: Floats, chances: Floats, clients: Sequence[int]) -> Lead | None:
    each = _likelihood(hits, chances)
    gains = each[:, :-1].max(axis=1) - each[:, -1]
    at = max(clients, key=lambda one: gains[one])
    rest = _likelihood(hits.sum(axis=0) - hits[at], chances.sum(axis=0) - chances[at])
    if gains[at] < _PLAIN or rest[:-1].max() - rest[-1] >= _PLAIN:
        return None
    date = _date(each[at, :-1], int(each[at, :-1].argmax()) + _EDGE)
    own = _change(hits[at], chances[at], date.week)
    other = _change(hits.sum(axis=0) - hits[at], chances.sum(axis=0) - chances[at], date.week)
    error = np.sqrt(own[1] + other[1])
    p = 2 * float(normal_cdf(-abs(own[0] - other[0]) / error)) if error > 0 else 1.0
    return Lead(at, date, None) if p * len(clients) <= LEVEL and abs(own[0]) > 2 * abs(other[0]) else None


def _change(hits: Floats, chances: Floats, week: int) -> tuple[float, float]:
    """The share since *week* minus that before, and its variance (Agresti & Caffo 2000)."""
    value, variance = 0.0, 0.0
    for sign, side in ((-1, slice(week)), (1, slice(week, None))):
        count = float(chances[side].sum()) + 2
        share = (float(hits[side].sum()) + 1) / count
        value += sign * share
        variance += share * (1 - share) / count
    return value, variance


def _earlier(hits: Floats, chances: Floats, clients: Sequence[int]) -> Lead | None:
    ahead, his, others = _ahead(hits, chances, clients)
    at = int(ahead.argmax())
    if ahead[at] <= 0:
        return None
    random = np.random.Generator(np.random.PCG64(_SEED))
    trials = np.rint(chances)
    together = int(_likelihood(hits, chances)[:, :-1].sum(axis=0).argmax()) + _EDGE
    share = _shares(hits, chances, np.full(len(hits), together))
    drawn = random.binomial(trials.astype(np.int64), share, (_DRAWS, *hits.shape)).astype(np.float64)
    most = _ahead(drawn, np.broadcast_to(trials, drawn.shape), clients)[0].max(axis=-1)
    if (1 + int((most >= ahead[at]).sum())) / (_DRAWS + 1) > LEVEL:
        return None
    client, rest = hits[clients[at]], hits.sum(axis=0) - hits[clients[at]]
    of_client, of_rest = chances[clients[at]], chances.sum(axis=0) - chances[clients[at]]
    own, whole = _likelihood(client, of_client), _likelihood(rest, of_rest)
    since, after = int(his[at]), int(others[at])
    if of_client[since:after].sum() < _SEEN:
        return None
    moved = (_change(client, of_client, since)[0], _change(rest, of_rest, after)[0])
    follows = whole[after - _EDGE] - whole[-1] >= _PLAIN and moved[0] * moved[1] > 0
    # Each date is as likely as it makes both, of which his comes first.
    both = np.full(len(own) - 1, -np.inf)
    both[:-_AHEAD] = own[: -1 - _AHEAD] + np.maximum.accumulate(whole[::-1])[::-1][_AHEAD:-1]
    theirs = np.full(len(own) - 1, -np.inf)
    theirs[_AHEAD:] = whole[_AHEAD:-1] + np.maximum.accumulate(own[:-1])[:-_AHEAD]
    return Lead(clients[at], _date(both, since), _date(theirs, after) if follows else None)


def _ahead(hits: Floats, chances: Floats, clients: Sequence[int]) -> tuple[Floats, Longs, Longs]:
    """By how much two dates, a client's and a later one for the rest, explain more than one; and which dates.

    Parties and weeks are the last two axes; per client in the last axis of what is returned.
    """
    mine, of_mine = hits[..., list(clients), :], chances[..., list(clients), :]
    rest, of_rest = hits.sum(axis=-2, keepdims=True) - mine, chances.sum(axis=-2, keepdims=True) - of_mine
    his, others = _likelihood(mine, of_mine), _likelihood(rest, of_rest)
    together = (his + others)[..., :-1].max(axis=-1)
    # The best later date of the rest, for each date of his: a running maximum from behind.
    backward = others[..., ::-1]
    best = np.maximum.accumulate(backward, axis=-1)[..., ::-1]
    apart = his[..., : -1 - _AHEAD] + best[..., _AHEAD:-1]
    date = apart.argmax(axis=-1)
    value = np.take_along_axis(apart, date[..., None], axis=-1)[..., 0] - together
    where = np.arange(others.shape[-1]) >= (date + _AHEAD)[..., None]
    later = np.where(where, others, -np.inf).argmax(axis=-1)
    return value, date + _EDGE, later + _EDGE


def _date(likelihood: Floats, week: int) -> Date:
    """*week* with the interval of those that are nearly as likely; *likelihood* begins with week _EDGE."""
    near = np.flatnonzero(likelihood >= likelihood[week - _EDGE] - _WITHIN) + _EDGE
    return Date(week, min(int(near[0]), week), max(int(near[-1]), week))
