"""Who begins nothing more shortly before his hours end: no job in the last quarter of an hour, no visit after eleven.

It is told by what he left: he was free, something that he does had waited for him since before then, and he took it up
only when he came again. Had he begun other things as shortly before he went, he would not be winding down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.people.calendars import in_weeks
from irrupt.discovery.people.kept_hours import Pieces
from irrupt.organisation import Calendar
from irrupt.organisation.staff import ALWAYS
from irrupt.units import HOUR

_STEP, _LONGEST = 300.0, 2 * HOUR
"""Seconds: of these lengths one is looked for, up to the longest."""
_FEWEST = 10
"""Ends of his hours before which he must have left something,"""
_SELDOM = 0.02
"""and what is begun so late, for each of these, at most."""
_RARELY = 0.1
"""and in that time, as a share of what is begun in as long before it, where others of the team wind down."""
_MOMENT = 60.0


def of_people(
    log: Log,
    steps_of: Mapping[int, Ints],
    known: Mapping[int, Calendar | None],
    teams_of: Mapping[int, Collection[int]],
    waited: Callable[[frozenset[int]], Pieces],
) -> dict[int, float]:
    """Person -> the seconds before his *known* hours end in which he begins nothing; those who do are left out.

    *waited*: from when until when steps of some teams waited. Where at least half of a team so end their hours, others
    of it who tell nothing else do as well.
    """
    if log.starts != "measured" or log.daily:
        return {}
    works = {person: steps_of[person] for person in known}
    works = {person: at[log.end[at] > log.start[at]] for person, at in works.items()}
    found = {
        person: winding_down(log.start[at], log.end[at], waited(frozenset(teams_of[person])), hours)
        for person, at in works.items()
        if (hours := known[person]) is not None and hours != ALWAYS and len(at)
    }
    for team in sorted({team for person in found for team in teams_of[person]}):
        crew = [person for person in found if team in teams_of[person]]
        those = Counter(found[person] for person in crew if found[person])
        usual = max(those, key=lambda seconds: (those[seconds], seconds), default=np.inf)
        for person in crew if 2 * those.total() >= len(crew) else ():
            hours = known[person]
            if found[person] < usual and hours is not None and _as_others(log.start[works[person]], hours, usual):
                found[person] = usual
    return {person: seconds for person, seconds in found.items() if seconds}


def _as_others(begins: Floats, known: Calendar, seconds: float) -> bool:
    """Whether somebody begins hardly anything so many *seconds* before his hours end, and more in as many before."""
    left = _left(begins, *_edges(known, begins, begins))
    before = np.count_nonzero((left >= seconds) & (left < 2 * seconds))
    return bool(before >= _FEWEST and np.count_nonzero(left < seconds) <= _RARELY * before)


def winding_down(begins: Floats, ends: Floats, waited: Pieces, known: Calendar) -> float:
    """Seconds before the ends of somebody's *known* hours in which he begins nothing; 0 where nothing tells that.

    *begins*, *ends*: of his work; *waited*: from when until when steps that he does did. Seconds since a Monday.

    >>> from irrupt.units import WEEK
    >>> hours = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    >>> day = np.arange(0.0, 40 * WEEK, 86400.0)
    >>> day = day[day % WEEK < 5 * 86400.0]
    >>> begins = (day[:, None] + np.arange(9, 16.7, 0.25) * 3600.0).ravel()
    >>> waiting = Pieces(day + 15 * 3600.0, day + 33 * 3600.0)
    >>> winding_down(begins, begins + 900.0, waiting, hours)
    1800.0
    >>> winding_down(begins, begins + 900.0, Pieces(day, day), hours)
    0.0
    """
    goes, comes = _edges(known, begins, ends)
    left = _left(begins, goes, comes)
    free = _free_before(begins, ends, goes, waited)
    lengths = np.arange(_STEP, _LONGEST + _STEP / 2, _STEP)
    begun = np.array([np.count_nonzero(left < length) for length in lengths])
    kept = np.array([np.count_nonzero(free < length) for length in lengths])
    found = np.flatnonzero((kept >= _FEWEST) & (begun <= _SELDOM * kept))
    return float(lengths[found[-1]]) if len(found) else 0.0


def _edges(known: Calendar, begins: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """When the *known* hours end in the weeks of somebody's work, where they do not go on, and when those that so end
    begin."""
    last = float(ends.max(initial=0.0))
    comes, goes = in_weeks(known, float(begins.min(initial=last)), last)
    over = np.append(comes[1:] > goes[:-1], True)
    return goes[over], np.append(comes[:1], comes[1:][over[:-1]])[: int(over.sum())]


def _left(moments: Floats, goes: Floats, comes: Floats) -> Floats:
    """How long before he goes each of the *moments* is that lie in his hours."""
    at = np.minimum(np.searchsorted(goes, moments, "right"), len(goes) - 1)
    inside = (comes[at] <= moments) & (moments < goes[at])
    left: Floats = (goes[at] - moments)[inside]
    return left


def _free_before(begins: Floats, ends: Floats, goes: Floats, waited: Pieces) -> Floats:
    """For each time that he goes before which he was free, while something waited: for how long."""
    order = np.argsort(begins)
    begins, over = begins[order], np.maximum.accumulate(ends[order])
    last = np.searchsorted(begins, goes) - 1
    goes, last = goes[last >= 0], last[last >= 0]
    free = goes - over[last]
    seen = (free > _MOMENT) & (free <= _LONGEST)
    goes, free = goes[seen], free[seen]
    # something had come before he was free, and was begun only after he had gone
    by_begin = np.argsort(waited.begin)
    came, latest = waited.begin[by_begin], np.maximum.accumulate(np.append(-np.inf, waited.end[by_begin]))
    waits = latest[np.searchsorted(came, goes - free - _MOMENT)] > goes
    found: Floats = free[waits]
    return found
