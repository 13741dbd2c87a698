"""Whether people begin what waits as soon as they are free, told by when they finish it alone.

Where they do, work that finds somebody free finds nothing waiting: else it would have been begun before. So how much
waits at a team when work comes to somebody who is free, beside how much waits when somebody goes from one piece of work
to the next, says whether what waits, waits for people. Where it does, what lies between two completions of one person,
or between a step and the next, is work. What somebody never does waits for others, however free he is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import counted

_FEWEST = 30
"""Steps whose person was free that there must be for what waited then to tell."""
_SURE, _NOT = 0.1, 0.5
"""How much may wait beside somebody free, as a share of what waits for people, for it to be sure that they begin it at
once; and from when on it is not."""
_MOMENT = 60.0
"""Seconds from which something waits."""
_STRAY = 0.02
"""Share of what somebody would do of an activity, had he done his part of it, up to which he does not do it."""
_NOTHING = 0.02
"""Cases waiting that are as good as none."""
_LONG, _TAIL = 0.9, 15.0
"""How many times the median the longest tenth takes where it is still work; from twice as many on, it is waiting."""


def at_once(
    team: Ints, person: Ints, activity: Ints, bound: Floats, enabled: Floats, last: Floats, on_duty: Flags
) -> Floats:
    """Per step: how sure it is that its *team* (-1: none) begins what waits as soon as somebody is free who does it,
    from 0 to 1.

    *bound*: the longest time that work on it can have taken; *enabled*: when it could begin; *last*: when its person
    last ended something else, nan where that is not known; *on_duty*: whether he was there when it could begin.

    >>> came = np.arange(0.0, 4000.0) * 3600.0
    >>> for_people = np.where(np.arange(4000) % 2 == 0, came - 1800.0, came + 1200.0)
    >>> alone = (*np.zeros((3, 4000), np.int64), np.full(4000, 1800.0))
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
            waits = [
                (len(who), *_sides(enabled[who], enabled[what], last[what]))
                for who, what in _by_skill(person, activity, at, free, behind)
            ]
            found[team == one] = _sure(np.array(waits)) * _is_work(activity[at], bound[at])
    return found


def _by_skill(person: Ints, activity: Ints, at: Ints, free: Ints, behind: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Of a team's steps *at*: those of people who do the same activities whose person was *free*, and those *behind*
    other work that they might have done."""
    people, who = np.unique(person[at], return_inverse=True)
    kinds, what = np.unique(activity[at], return_inverse=True)
    done = counted(who.ravel(), what.ravel(), len(people), len(kinds))
    does = done > _STRAY * done.sum(axis=1, keepdims=True) * done.sum(axis=0) / done.sum()
    skills, of_person = np.unique(does, axis=0, return_inverse=True)
    for number, able in enumerate(skills):
        theirs = free[np.isin(person[free], people[of_person.ravel() == number])]
        if len(theirs):
            yield theirs, behind[np.isin(activity[behind], kinds[able])]


def _sides(free: Floats, came: Floats, begun: Floats) -> tuple[float, float]:
    """How many of what *came*, until it is *begun*, wait when work finds somebody *free*, and when it is begun."""
    return _waiting(free, came, begun), _waiting(begun, came, begun) if len(begun) else 0.0


def _sure(waits: Floats) -> float:
    """How sure it is that what waits, waits for people, from rows of `_sides` behind how much each counts."""
    beside, usual = (float(np.average(side, weights=waits[:, 0])) for side in waits[:, 1:].T)
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
