"""Whether people begin what waits as soon as they are free, told by when they finish it alone.

Where they do, work that finds somebody free finds nothing waiting: else it would have been begun before. So how much
waits at a team when work comes to somebody who is free, beside how much waits when somebody goes from one piece of work
to the next, says whether what waits, waits for people. Where it does, what lies between two completions of one person,
or between a step and the next, is work.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints

_FEWEST = 30
"""Steps whose person was free that there must be for what waited then to tell."""
_SURE, _NOT = 0.1, 0.5
"""How much may wait beside somebody free, as a share of what waits for people, for it to be sure that they begin it at
once; and from when on it is not."""
_MOMENT = 60.0
"""Seconds from which something waits."""
_NOTHING = 0.02
"""Cases waiting that are as good as none."""
_LONG, _TAIL = 0.9, 15.0
"""How many times the median the longest tenth takes where it is still work; from twice as many on, it is waiting."""


def at_once(team: Ints, activity: Ints, bound: Floats, enabled: Floats, last: Floats, on_duty: Flags) -> Floats:
    """Per step: how sure it is that its *team* (-1: none) begins what waits as soon as somebody is free, from 0 to 1.

    *bound*: the longest time that work on it can have taken; *enabled*: when it could begin; *last*: when its person
    last ended something else, nan where that is not known; *on_duty*: whether he was there when it could begin.

    >>> came = np.arange(0.0, 4000.0) * 3600.0
    >>> for_people = np.where(np.arange(4000) % 2 == 0, came - 1800.0, came + 1200.0)
    >>> alone = (np.zeros(4000, np.int64), np.zeros(4000, np.int64), np.full(4000, 1800.0))
    >>> float(at_once(*alone, came, for_people, np.full(4000, True))[0])
    1.0
    >>> for_nobody = np.where(np.arange(4000) % 2 == 0, came - 1800.0, came + 36000.0)
    >>> float(at_once(*alone, came, for_nobody, np.full(4000, True))[0])
    0.0
    """
    found = np.zeros(len(team))
    for one in np.unique(team[team >= 0]):
        at = np.flatnonzero((team == one) & np.isfinite(last))
        behind = at[last[at] >= enabled[at]]
        free = at[(last[at] < enabled[at]) & on_duty[at]]
        if len(free) >= _FEWEST:
            sure = _sure(enabled[free], enabled[behind], last[behind]) * _is_work(activity[at], bound[at])
            found[team == one] = sure
    return found


def _sure(free: Floats, came: Floats, begun: Floats) -> float:
    """How sure it is that what *came* waits for people, until it is *begun*; *free*: when work found one who was."""
    beside, usual = _waiting(free, came, begun), _waiting(begun, came, begun) if len(begun) else 0.0
    if beside <= _NOTHING:
        return 1.0
    return float(np.clip((_NOT - beside / max(usual, _NOTHING)) / (_NOT - _SURE), 0.0, 1.0))


def _waiting(moments: Floats, came: Floats, begun: Floats) -> float:
    """How many wait, on average over *moments*, of those that *came* and had not *begun*, a moment ago and since."""
    long = begun - came > 2.0 * _MOMENT
    came, begun = np.sort(came[long]), np.sort(begun[long])
    here = np.searchsorted(came, moments - _MOMENT, "left") - np.searchsorted(begun, moments + _MOMENT, "right")
    return float(np.maximum(here, 0).mean())


def _is_work(activity: Ints, bound: Floats) -> float:
    """How well the longest times of each *activity* can all be work, from 0 to 1."""
    tail = 0.0
    for one in np.unique(activity):
        own = bound[activity == one]
        tail += len(own) / len(bound) * float(np.quantile(own, _LONG)) / max(float(np.median(own)), 1.0)
    return float(np.clip(2.0 - tail / _TAIL, 0.0, 1.0))
