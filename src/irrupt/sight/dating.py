"""When a share changed: the week that makes all numbers most likely, with the interval of those nearly as likely.

Shares are those before a week, and from it on; in the week before it some days may already be after the change.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints

EDGE = 2
"""Weeks before and after that a change needs at least."""
_WITHIN = 3.68
"""Dates whose log likelihood is so much less, at most, make up the interval of a date (-log(1 - sqrt(0.95)); Siegmund
1988)."""
_A_DAY, _MOST = 1 / 7, 0.5


class Date(NamedTuple):
    """The first week after a change, and between which weeks it may lie."""

    week: int
    first: int
    last: int


def likelihood(hits: Floats, chances: Floats) -> Floats:
    """Log likelihood of a change in each week from EDGE on; last, of none. Weeks are the last axis."""
    before, of = np.cumsum(hits, axis=-1)[..., EDGE - 1 : -EDGE], np.cumsum(chances, axis=-1)[..., EDGE - 1 : -EDGE]
    total, whole = hits.sum(axis=-1, keepdims=True), chances.sum(axis=-1, keepdims=True)
    changed = _best(before, of) + _best(total - before, whole - of)
    return np.concatenate([changed, _best(total, whole)], axis=-1)


def _within(hits: Floats, chances: Floats) -> tuple[Floats, Floats]:
    """The same of a change on some day of each week, and the part of the week that is after it, one day at least; nan
    where the shares before and after do not tell."""
    here = slice(EDGE, len(hits) - EDGE + 1)
    now, of_now = hits[here], chances[here]
    before, of = np.cumsum(hits)[EDGE - 1 : -EDGE], np.cumsum(chances)[EDGE - 1 : -EDGE]
    after, of_after = hits[::-1].cumsum()[::-1][EDGE + 1 :], chances[::-1].cumsum()[::-1][EDGE + 1 :]
    old, new = _share(before, of), _share(after, of_after)
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = np.clip((_share(now, of_now) - old) / (new - old), _A_DAY, 1.0)
        share = old + passed * (new - old)
        some = np.where(now > 0, now * np.log(share), 0.0)
        others = np.where(of_now > now, (of_now - now) * np.log1p(-share), 0.0)
    return _best(before, of) + _best(after, of_after) + some + others, passed


def _share(hits: Floats, chances: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return hits / chances


def _best(hits: Floats, chances: Floats) -> Floats:
    share = _share(hits, chances)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = hits * np.log(share) + (chances - hits) * np.log1p(-share)
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def shares(hits: Floats, chances: Floats, weeks: Ints) -> Floats:
    """Each party's share in each week, where it changes in one of the *weeks*, its own."""
    since = np.arange(hits.shape[1]) >= weeks[:, None]
    share = np.empty_like(hits)
    for side in (since, ~since):
        some = (hits * side).sum(axis=1) / np.maximum((chances * side).sum(axis=1), 1e-9)
        share = np.where(side, some[:, None], share)
    return np.clip(share, 0, 1)


def spread(hits: Floats, chances: Floats) -> float:
    """How many times more than by chance the weeks vary, at least once: steps of one case go together. The week before
    a change, that may have some of it, is left out."""
    since = likelihood(hits, chances)[:, :-1].argmax(axis=1) + EDGE
    share = shares(hits, chances, since)
    expected = chances * share * (1 - share)
    tells = (expected > 0) & (np.arange(hits.shape[1]) != since[:, None] - 1)
    if not tells.any():
        return 1.0
    return max(float(((hits - chances * share)[tells] ** 2).sum() / expected[tells].sum()), 1.0)


def around(each: Floats, week: int) -> Date:
    """*week* with the interval of those that are nearly as likely; *each* begins with week EDGE."""
    near = np.flatnonzero(each >= each[week - EDGE] - _WITHIN) + EDGE
    return Date(week, min(int(near[0]), week), max(int(near[-1]), week))


def begun_within(date: Date, hits: Floats, chances: Floats) -> Date:
    """*date* with an interval that holds the week before it too, where some days of that may be after the change."""
    before = date.first - 1 - EDGE
    if before < 0:
        return date
    nearly = likelihood(hits, chances)[date.week - EDGE] - _WITHIN
    return date._replace(first=date.first - 1) if _within(hits, chances)[0][before] >= nearly else date


def dated(hits: Floats, chances: Floats, edge: int = EDGE) -> Date:
    """The week from which on one series most likely is another one, or of which most is after the change, *edge* weeks
    from its ends at least; in the interval, any week some days of which may be.

    >>> dated(np.array([0.0, 0, 0, 0, 30, 90, 90, 90, 90]), np.full(9, 100.0))
    Date(week=5, first=4, last=5)
    """
    hits = np.clip(hits, 0.0, chances)
    worth = spread(hits[None], chances[None])
    at_once = likelihood(hits / worth, chances / worth)[:-1]
    within, passed = _within(hits / worth, chances / worth)
    each = np.fmax(at_once, within)
    each[: edge - EDGE] = each[len(each) - (edge - EDGE) :] = -np.inf
    best = int(each.argmax())
    late = within[best] > at_once[best] and passed[best] < _MOST and best + 1 < len(each) - (edge - EDGE)
    return around(each, best + late + EDGE)
