"""How long work on a step is taken to last at most, where the records only say when it ended (see `starts`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.units import HOUR

if TYPE_CHECKING:
    from irrupt.discovery.begins.starts import Bounds

Work = Literal["typical", "shortest", "longest"]

CLOSE = 4 * HOUR
"""Two completions of one person this close, in seconds, are taken to follow one another."""
_FEWEST = 8
_BACK_TO_BACK = {"shortest": 0.1, "typical": 0.75, "longest": 0.95}
_AT_ONCE = {"shortest": 0.75, "typical": 0.99, "longest": 1.0}
_NOBODY_NAMED = {"shortest": 0.05, "typical": 0.25, "longest": 0.5}
"""The quantiles: of steps close behind others, of those that are begun at once (for the shortest, of those of them that
are close behind others), and of those of which nobody is named."""
_ALL_BUT_SURE, _SPARED = 0.9, 3.0
"""How sure it must be for longer works than those of the quantiles to count, and how many times the typical one they
may take, where it is quite sure; the shortest once."""


def limits(bounds: Bounds, work: Work) -> Floats:
    """Per step, the longest time of work allowed."""
    named = bounds.log.person >= 0
    seen = bounds.works & (bounds.longest > 0)
    limit = np.full(len(seen), np.inf)
    for level, usable, steps in (
        (_BACK_TO_BACK[work], seen & bounds.close, bounds.works & named),
        (_NOBODY_NAMED[work], seen & ~named, bounds.works & ~named),
    ):
        limit[steps] = np.minimum(_quantile(bounds, usable, steps, level)[steps], CLOSE)
    sure = bounds.at_once
    at, usable = sure > 0, seen & (bounds.close if work == "shortest" else named)
    at_once, usual = (
        _quantile(bounds, one, at, _AT_ONCE[kind])[at] for one, kind in ((usable, work), (seen & named, "typical"))
    )
    # cut off, the longest works would leave people idle beside what waits: where it is all but sure, nothing usual is
    more = np.maximum(usual * (1.0 if work == "shortest" else _SPARED) - at_once, 0.0)
    at_once += more * np.clip((sure[at] - _ALL_BUT_SURE) / (1.0 - _ALL_BUT_SURE), 0.0, 1.0)
    limit[at] = (1.0 - sure[at]) * limit[at] + sure[at] * at_once
    for activity, (least, most) in bounds.said.items():
        here = bounds.works & (bounds.log.activity == activity)
        mean = {"shortest": least, "typical": (least + most) / 2.0, "longest": most}[work]
        limit[here] = _limit_of_mean(bounds.longest[here], mean)
    return limit


def _limit_of_mean(bound: Floats, mean: float) -> float:
    """The limit at which the *bound* of each step, cut there, has this *mean*; none where it is shorter without."""
    rising = np.sort(bound)
    left = len(rising) - np.arange(len(rising))
    # the mean where the limit is each of them in turn
    cut = (np.cumsum(rising) - rising + left * rising) / max(len(rising), 1)
    place = int(np.searchsorted(cut, mean))
    if place == len(rising):
        return np.inf
    below = float(rising[:place].sum())
    return (mean * len(rising) - below) / (len(rising) - place)


def _quantile(bounds: Bounds, usable: Flags, steps: Flags, level: float) -> Floats:
    """Per one of *steps*, a quantile over the *usable* like steps, else over those of the activity, else over all."""
    found = np.full(len(steps), np.inf)
    if not steps.any():
        return found
    log, bound = bounds.log, bounds.longest
    if not usable.any():
        usable = steps & (bound > 0)
    found[steps] = float(np.quantile(bound[usable], level)) if usable.any() else 0.0
    for keys in (log.activity, log.activity * (len(bounds.teams.names) + 1) + bounds.teams.team):
        _by_kind(found, bound, usable, steps, keys, level)
    return found


def _by_kind(limit: Floats, bound: Floats, usable: Flags, steps: Flags, keys: Ints, level: float) -> None:
    """Set the limit of steps whose kind was seen often enough to the quantile of its own bounds."""
    size = int(keys.max()) + 1
    seen = np.flatnonzero(usable)
    order = seen[np.lexsort((bound[seen], keys[seen]))]
    count = np.bincount(keys[order], minlength=size)
    first = np.cumsum(count) - count
    place = first + np.floor(level * np.maximum(count - 1, 0)).astype(np.int64)
    enough = count >= _FEWEST
    found = np.full(size, np.inf)
    found[enough] = bound[order[place[enough]]]
    limit[steps] = np.where(enough[keys[steps]], found[keys[steps]], limit[steps])
