"""Which client's cases lead a change: those that changed alone, or before all others'.

Each party's weekly shares are a change from one share to another in some week. That a client changed earlier is told by
how much better two dates, his and the others', explain all numbers than one date for all; by chance: the same for
numbers drawn from one change for all (a parametric bootstrap over all clients at once). Cases that come shortly before
a rule changes and take long meet the new one: so one change comes by and by, for all clients alike. That a client
changed alone is told where the others did not change, and his change differs from theirs. Where others follow one by
one, the same is asked of those who are left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.sight.dating import EDGE, Date, around, begun_within, likelihood, spread
from irrupt.special import normal_cdf

LEVEL = 0.05
_AHEAD = 2
"""Weeks by which his change comes before the others', at least."""
_SEEN = 5
"""Chances of his, at least, in the weeks in which he alone has changed: one case that went otherwise leads nobody."""
_PLAIN = 5.5
"""Gain in log likelihood from which on a party surely changed, in whichever week."""
_DRAWS = 199
_SEED = 20120102


class Lead(NamedTuple):
    """Who leads, since when, and since when the others follow (never: None)."""

    at: int
    his: Date
    others: Date | None
    then: tuple[tuple[int, Date], ...] = ()
    """Who of the others followed before all others, one by one."""


def leading(hits: Floats, chances: Floats, clients: Sequence[int], passage: int = 0) -> Lead | None:
    """Who of *clients*, rows of *hits* and *chances* (parties, weeks), leads, and who follows him one by one; cases
    that come *passage* weeks before a change may meet it. Numbers are the same whenever asked."""
    if len(hits) < 2 or not len(clients) or hits.shape[1] < 2 * EDGE + _AHEAD:
        return None
    worth = spread(hits, chances)
    found = None
    for left in range(len(hits), 1, -1):
        known: list[int] = [] if found is None else [found.at, *(at for at, _date in found.then)]
        rest = [one for one in range(len(hits)) if one not in known]
        named = [place for place, one in enumerate(rest) if one in clients]
        if len(rest) < left or not named:
            break
        one = _first(hits[rest] / worth, chances[rest] / worth, named, passage)
        if one is None:
            break
        at = rest[one.at]
        found = (
            one._replace(at=at)
            if found is None
            else found._replace(others=one.others, then=(*found.then, (at, one.his)))
        )
        if one.others is None:
            break
    return found


def _first(hits: Floats, chances: Floats, clients: Sequence[int], passage: int) -> Lead | None:
    alone = _alone(hits, chances, clients)
    return alone if alone is not None else _earlier(hits, chances, clients, passage)


def _alone(hits: Floats, chances: Floats, clients: Sequence[int]) -> Lead | None:
    each = likelihood(hits, chances)
    gains = each[:, :-1].max(axis=1) - each[:, -1]
    at = max(clients, key=lambda one: gains[one])
    rest = likelihood(hits.sum(axis=0) - hits[at], chances.sum(axis=0) - chances[at])
    if gains[at] < _PLAIN or rest[:-1].max() - rest[-1] >= _PLAIN:
        return None
    date = begun_within(around(each[at, :-1], int(each[at, :-1].argmax()) + EDGE), hits[at], chances[at])
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


def _earlier(hits: Floats, chances: Floats, clients: Sequence[int], passage: int) -> Lead | None:
    ahead, his, others = _ahead(hits, chances, clients)
    if ahead.max() <= 0:
        return None
    random = np.random.Generator(np.random.PCG64(_SEED))
    trials = np.rint(chances)
    share = _alike(hits, chances, passage)
    drawn = random.binomial(trials.astype(np.int64), share, (_DRAWS, *hits.shape)).astype(np.float64)
    most = _ahead(drawn, np.broadcast_to(trials, drawn.shape), clients)[0].max(axis=-1)
    surely = (1 + (most[:, None] >= ahead).sum(axis=0)) / (_DRAWS + 1) <= LEVEL
    if not surely.any():
        return None
    # Of several who change before the rest, the first; of those of one week, the plainest.
    at = min(np.flatnonzero(surely).tolist(), key=lambda one: (his[one], -ahead[one]))
    client, rest = hits[clients[at]], hits.sum(axis=0) - hits[clients[at]]
    of_client, of_rest = chances[clients[at]], chances.sum(axis=0) - chances[clients[at]]
    own, whole = likelihood(client, of_client), likelihood(rest, of_rest)
    since, after = int(his[at]), int(others[at])
    if of_client[since:after].sum() < _SEEN:
        return None
    moved = (_change(client, of_client, since)[0], _change(rest, of_rest, after)[0])
    follows = whole[after - EDGE] - whole[-1] >= _PLAIN and moved[0] * moved[1] > 0
    # Each date is as likely as it makes both, of which his comes first.
    both = np.full(len(own) - 1, -np.inf)
    both[:-_AHEAD] = own[: -1 - _AHEAD] + np.maximum.accumulate(whole[::-1])[::-1][_AHEAD:-1]
    theirs = np.full(len(own) - 1, -np.inf)
    theirs[_AHEAD:] = whole[_AHEAD:-1] + np.maximum.accumulate(own[:-1])[:-_AHEAD]
    began = begun_within(around(both, since), client, of_client)
    return Lead(clients[at], began, begun_within(around(theirs, after), rest, of_rest) if follows else None)


def _alike(hits: Floats, chances: Floats, passage: int) -> Floats:
    """Each party's share in each week, were there one change for all: as far on the way in each of the weeks about it
    as all together."""
    weeks = np.arange(hits.shape[1])
    together = int(likelihood(hits, chances)[:, :-1].sum(axis=0).argmax()) + EDGE
    begin, end = max(together - passage, EDGE), min(together + passage + 1, len(weeks) - EDGE)
    sides = weeks < begin, weeks >= end
    old, new = (((hits * side).sum(axis=1) / np.maximum((chances * side).sum(axis=1), 1e-9))[:, None] for side in sides)
    # The part of the change that the weeks between have seen, by least squares over all parties.
    moved = new - old
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = (moved * (hits - chances * old)).sum(axis=0) / (chances * moved**2).sum(axis=0)
    passed = np.where(sides[0], 0.0, np.where(sides[1], 1.0, np.nan_to_num(np.clip(passed, 0, 1), nan=1.0)))
    return np.asarray(np.clip(old + passed * moved, 0, 1))


def _ahead(hits: Floats, chances: Floats, clients: Sequence[int]) -> tuple[Floats, Ints, Ints]:
    """By how much two dates, a client's and a later one for the rest, explain more than one; and which dates.

    Parties and weeks are the last two axes; per client in the last axis of what is returned.
    """
    mine, of_mine = hits[..., list(clients), :], chances[..., list(clients), :]
    rest, of_rest = hits.sum(axis=-2, keepdims=True) - mine, chances.sum(axis=-2, keepdims=True) - of_mine
    his, others = likelihood(mine, of_mine), likelihood(rest, of_rest)
    together = (his + others)[..., :-1].max(axis=-1)
    # The best later date of the rest, for each date of his: a running maximum from behind.
    backward = others[..., ::-1]
    best = np.maximum.accumulate(backward, axis=-1)[..., ::-1]
    apart = his[..., : -1 - _AHEAD] + best[..., _AHEAD:-1]
    date = apart.argmax(axis=-1)
    value = np.take_along_axis(apart, date[..., None], axis=-1)[..., 0] - together
    where = np.arange(others.shape[-1]) >= (date + _AHEAD)[..., None]
    later = np.where(where, others, -np.inf).argmax(axis=-1)
    return value, date + EDGE, later + EDGE
