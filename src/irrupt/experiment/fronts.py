"""Who is beaten by nobody, and how surely: of many candidates, in several goals, within limits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.experiment.statistics import resampled

RESAMPLES = 1000
EQUAL = 1e-9
"""Differences below this share of the level come from the order of sums."""
AT_ONCE = 1 << 16
"""Numbers that are held against each other in one go: to do so for each resample takes longer where these are few."""


class Standing(NamedTuple):
    """One entry per candidate."""

    on: Flags
    """Whether it is on the front, by the means."""
    share: Floats
    """Share of resamples of the pairs of runs in which it is."""
    kept: Floats
    """(limits, candidates): share of resamples in which the mean keeps to each limit."""


def standing(
    goals: Floats, over: Floats, *, seed: int = 1, resamples: int = RESAMPLES, moved: Floats | None = None
) -> Standing:
    """Which candidates nobody beats, of those that keep to the limits.

    *goals*, of shape (goals, candidates, pairs): less is better. *over*, of shape (limits, candidates, pairs): by how
    much each limit is passed; 0 or less keeps to it. One candidate beats another where it is at least as good in every
    goal and better in one; goals are never added up. Pairs of runs are drawn again with replacement, the same for all
    candidates, as they share their luck. A candidate of which something is not known is not on the front. *moved*
    (resamples, goals and limits, candidates): by how much all of it may be off for want of records (`varied.shifts`).

    >>> found = standing(np.array([[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [[2.0, 2.0], [1.0, 1.0], [2.0, 2.0]]]),
    ...                  np.zeros((0, 3, 2)))
    >>> found.on.tolist(), found.share.tolist()
    ([True, True, False], [1.0, 1.0, 0.0])
    """
    known: Flags = np.isfinite(np.concatenate([goals, over])).all(axis=(0, 2))
    goals, over = np.where(known[:, None], goals, 0.0), np.where(known[:, None], over, 0.0)
    if not goals.size:
        return Standing(known, np.zeros(goals.shape[1]), np.zeros(over.shape[:2]))
    count = goals.shape[2]
    weights = resampled(count, resamples, seed).T
    again, limits = goals @ weights, over @ weights
    if moved is not None:
        off = np.moveaxis(moved, 0, -1)
        again, limits = again + off[: len(goals)], limits + off[len(goals) :]
    size = EQUAL * np.maximum(np.abs(goals).max(axis=(1, 2), initial=0.0), 1e-300)[:, None]
    points = np.ascontiguousarray(np.moveaxis(-np.round(again / size[:, :, None]), -1, 0))
    within = (limits.max(axis=0, initial=-np.inf) <= 0).T & known
    share, some = np.zeros(len(known)), max(AT_ONCE // (len(goals) * len(known) ** 2), 1)
    for at in range(0, resamples, some):
        share += unbeaten(points[at : at + some], within[at : at + some]).sum(axis=0)
    means = -np.round(goals.mean(axis=2) / size)
    on = unbeaten(means, known & (over.mean(axis=2).max(axis=0, initial=-np.inf) <= 0))
    return Standing(on, share / resamples, np.where(known, (limits <= 0).mean(axis=2), np.nan))


def unbeaten(means: Floats, allowed: Flags) -> Flags:
    """Which points no other that is *allowed* beats; *means* of shape (..., goals, points), more is better."""
    one, other = means[..., :, None], means[..., None, :]
    better = (one >= other).all(axis=-3) & (one > other).any(axis=-3)
    found: Flags = allowed & ~(better & allowed[..., None]).any(axis=-2)
    return found
