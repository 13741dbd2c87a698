"""Work that is done again for a case, and takes another time than at first: a file that was read once is read faster.

Told within cases: what is done again for large cases takes long because they are large, the first time as well.
"""

from __future__ import annotations

import numpy as np

from irrupt.discovery.log import Flags, Floats, Log

_FEWEST = 30
"""Cases in which an activity must be done again."""
_CLEARLY = 5.0
"""Standard errors by which it must take longer or shorter,"""
_MUCH = 0.1
"""and by how much, as a logarithm."""


def unlike_first(log: Log, time: Floats, told: Flags) -> Flags:
    """Per step: whether its activity is done again in its case, where that takes another *time* than at first; *told*:
    steps of which the time is known.

    >>> from irrupt import bundled
    >>> from irrupt.discovery.log import read
    >>> log = read(bundled())
    >>> int(unlike_first(log, log.end - log.start, log.end > log.start).sum())
    0
    """
    key = log.case * len(log.activities) + log.activity
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), bool)
    again[order] = np.diff(key[order], prepend=-1) == 0
    used = order[told[order] & (time[order] > 0)]
    later = again[used]
    begin = np.flatnonzero(np.diff(key[used], prepend=-1)) if len(used) else np.empty(0, np.int64)
    many = np.diff(np.append(begin, len(used)))
    # cases of which the first time and another one are known
    both = begin[(many > 1) & ~later[begin]]
    number = many[(many > 1) & ~later[begin]] - 1
    logs = np.log(time[used])
    sums = np.append(0.0, np.cumsum(logs))
    more = (sums[both + number + 1] - sums[both + 1]) / number - logs[both]
    activity, size = log.activity[used[both]], len(log.activities)
    count = np.bincount(activity, minlength=size)
    mean = np.bincount(activity, more, size) / np.maximum(count, 1)
    spread = np.bincount(activity, (more - mean[activity]) ** 2, size) / np.maximum(count - 1, 1)
    unlike = (count >= _FEWEST) & (np.abs(mean) > np.maximum(_CLEARLY * np.sqrt(spread / np.maximum(count, 1)), _MUCH))
    found: Flags = again & unlike[log.activity]
    return found
