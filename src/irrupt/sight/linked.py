"""Which changes of series are one change of a rule: those of which one follows mechanically from the other.

A step that appears makes the paths around it appear, and the path on which it stands die; two steps that change places
change the paths around both; a step that takes the place of another one ends it, and one that appears brings the steps
to which it leads; what a team does more of in one part of the week it does less of in another; where a class of cases
passes, others are passed; and whoever is served first is so at several teams. What comes at the same time and does not
follow so is a change of its own, also for the same client.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.sight.dating import Date
from irrupt.sight.drift import Drift
from irrupt.sight.leading import Lead
from irrupt.sight.series import Kind, Series

Path = tuple[str, ...]

_NEW, _USED = 0.01, 0.03
"""A share below the first is none, one above the second is some."""
_TOGETHER = 2
"""Weeks within which changes come together."""
_OF_ORDER = 0.5
"""Part of a path's change that the change of an order reaches that says it."""

_ALIKE = 0.2
"""Part of the larger one of two changes by which they differ at most, where one step takes the place of another."""
_PASSING = {"priority", "class priority"}
_OF_PASSING = 0.5
"""Part of its change that a priority must have without the cases of another one, to be one of its own."""
_FEW = 10
"""Chances before, and after, below which nothing tells so."""


class Seen(NamedTuple):
    """A change of a series, with who leads it."""

    drift: Drift
    series: Series
    leads: str
    lead: Lead | None
    date: Date
    then: tuple[tuple[str, Date], ...]
    """Who followed before all others, one by one."""


class Beside(NamedTuple):
    """What else is known where two changes are set beside each other."""

    paths: Collection[Path] = ()
    """Those that are taken."""
    found: Sequence[Seen] = ()
    """All changes."""
    ways: Collection[Path] = ()
    """All that is followed at once by something else, also where it always is."""


def appears(drift: Drift) -> bool:
    """Whether there was none of it before."""
    return drift.before <= _NEW and drift.after >= _USED


def dies(drift: Drift) -> bool:
    """Whether there is none of it any more."""
    return drift.after <= _NEW and drift.before >= _USED


def change_of(drift: Drift) -> float:
    """By how much a share changes, up or down."""
    return abs(drift.after - drift.before)


def whole_step(one: Seen) -> bool:
    """A step that appears or is given up says more than the paths that it changes: it is told first."""
    return one.series.kind == "activity" and (appears(one.drift) or dies(one.drift))


def follows(one: Seen, found: Sequence[Seen]) -> bool:
    """Whether another change that is *found* says it, so that this is told first."""
    if _of_a_step(one, found) or any(_replaces(known, one) and _at_once(known, one) for known in found):
        return True
    return any(_gives_way(one, known) or _seems_to_pass(one, known, found) for known in found)


def _of_a_step(path: Seen, found: Sequence[Seen]) -> bool:
    """Whether a path changes for the client for whom a step at one of its ends does, and no more than this, or for whom
    such a step comes in another order."""
    ends = path.series.what if path.series.kind == "path" else ()
    least = {"activity": 1.0, "order": _OF_ORDER}
    return any(
        one.leads == path.leads
        and not set(one.series.what).isdisjoint(ends)
        and change_of(one.drift) >= least.get(one.series.kind, np.inf) * change_of(path.drift)
        for one in found
    )


def linked(known: Seen, one: Seen, beside: Beside) -> bool:
    """Whether *one* follows mechanically from what is *known* or the other way round, when and for whom it does."""
    alike = _LINKED.get((known.series.kind, one.series.kind)) or _LINKED.get((one.series.kind, known.series.kind))
    same = known.series.what == one.series.what and known.series.kind == one.series.kind
    return _at_once(known, one) and (same or (alike is not None and alike(known, one, beside)))


def _dates(one: Seen) -> Mapping[str, Date]:
    """Since when it is so in the cases of each client who changes by himself; of all others under no name."""
    others = {} if one.lead is None or one.lead.others is None else {"": one.lead.others}
    return others | dict(one.then) | {one.leads: one.date}


def _at_once(known: Seen, one: Seen) -> bool:
    """Whether both come at the same time for somebody, as far as can be told of their dates."""
    mine, his = _dates(one), _dates(known)
    if {one.series.kind, known.series.kind} <= _PASSING:
        mine, his = {"": one.date}, {"": known.date}
    return any(
        abs(mine[who].week - his[who].week) <= _TOGETHER or mine[who].first <= his[who].week <= mine[who].last
        for who in mine.keys() & his.keys()
    )


def _share_a_step(known: Seen, one: Seen, _beside: Beside) -> bool:
    return not set(known.series.what).isdisjoint(one.series.what)


def _around(known: Seen, one: Seen, beside: Beside) -> bool:
    """Whether a step and a path, in either order, are so: the path leads to or from it, or past it and becomes rarer
    where the step does not."""
    step, path = (known, one) if known.series.kind == "activity" else (one, known)
    (name,), (begin, end) = step.series.what, path.series.what
    past = (begin, name) in beside.paths or (name, end) in beside.paths
    return name in (begin, end) or (past and _rises(step) != _rises(path))


def _of_one_place(known: Seen, one: Seen, beside: Beside) -> bool:
    """Whether one step takes the place of the other in the same cases; or one that comes or goes leads to the other."""
    if known.leads != one.leads:
        return False
    (first,), (second,) = known.series.what, one.series.what
    if _rises(known) == _rises(one):
        return _brings(known, second, one, beside) or _brings(one, first, known, beside)

    def beside_it(step: str) -> tuple[set[str], set[str]]:
        return {end for end, name in beside.ways if name == step}, {name for end, name in beside.ways if end == step}

    same = any(not mine.isdisjoint(his) for mine, his in zip(beside_it(first), beside_it(second), strict=True))
    return same and (_replaces(known, one) or _replaces(one, known))


def _replaces(new: Seen, one: Seen) -> bool:
    """Whether a step becomes more common in the same cases by about what another *one* becomes rarer."""
    steps = one.series.kind == new.series.kind == "activity" and one.leads == new.leads
    if not steps or not _rises(new) or _rises(one):
        return False
    smaller, larger = sorted((_in_all(one), _in_all(new)))
    return larger - smaller <= _ALIKE * larger


def _brings(step: Seen, to: str, one: Seen, beside: Beside) -> bool:
    """Whether a whole *step* comes or goes that leads *to* another one, which changes no more than it does."""
    (name,) = step.series.what
    more = _in_all(one) <= (1 + _ALIKE) * _in_all(step)
    return whole_step(step) and (name, to) in beside.ways and more


def _in_all(one: Seen) -> float:
    """By how much a share changes in the cases of all clients together."""
    hits, chances = (side.sum(axis=0) for side in (one.series.hits, one.series.chances))
    sides = slice(one.drift.week), slice(one.drift.week, None)
    before, after = (float(hits[side].sum() / max(chances[side].sum(), 1.0)) for side in sides)
    return abs(after - before)


def _by_way_of(known: Seen, one: Seen, beside: Beside) -> bool:
    """Whether a step comes or goes by way of which one of two others comes before the other."""
    step, order = (known, one) if known.series.kind == "activity" else (one, known)
    (name,), (first, second) = step.series.what, order.series.what
    if known.leads != one.leads or not whole_step(step):
        return False
    before, after = (first, second) if _rises(step) == _rises(order) else (second, first)
    return (before, name) in beside.ways and (name, after) in beside.ways


def _by_one_rule(known: Seen, one: Seen, _beside: Beside) -> bool:
    """Whether the same cases pass others, or no more, at several teams."""
    return known.series.what[:-1] == one.series.what[:-1] and _rises(known) == _rises(one)


def _of_one_team(known: Seen, one: Seen, _beside: Beside) -> bool:
    return known.series.what[0] == one.series.what[0]


def _handed_over(known: Seen, one: Seen, _beside: Beside) -> bool:
    """Whether two teams do more and less of the same activity, or one team comes or goes in both."""
    comes, goes = (all(what(each.drift) for each in (known, one)) for what in (appears, dies))
    same_team = known.series.what[1] == one.series.what[1]
    return known.series.what[0] == one.series.what[0] or (same_team and (comes or goes))


def _in_one_queue(known: Seen, one: Seen, beside: Beside) -> bool:
    """Whether some classes pass where others are passed, or the same one passes at several teams."""
    return known.series.what[-1] == one.series.what[-1] or _by_one_rule(known, one, beside)


def _gives_way(one: Seen, known: Seen) -> bool:
    """Whether a class of cases passes fewer since another one, which is *known*, passes more."""
    of_classes = one.series.kind == known.series.kind == "class priority"
    return of_classes and _rises(known) > _rises(one) and known.series.what[-1] == one.series.what[-1]


def _one_seems_to_pass(known: Seen, one: Seen, beside: Beside) -> bool:
    return _seems_to_pass(one, known, beside.found) or _seems_to_pass(known, one, beside.found)


def _seems_to_pass(one: Seen, known: Seen, found: Sequence[Seen]) -> bool:
    """Whether a client only seems to pass others since many of his cases are of classes that do, of which one is
    *known*, or a class since many of its cases are those of clients who do: without the cases of all of them that are
    *found* to pass at that time, it hardly changes."""
    if {one.series.kind, known.series.kind} != _PASSING or one.series.what[-1] != known.series.what[-1]:
        return False
    all_of_them = [other for other in found if _passes_beside(other, known) and _at_once(one, other)] or [known]
    hits, chances = _without(one.series, [other.series for other in all_of_them])
    sides = slice(one.drift.week), slice(one.drift.week, None)
    if min(chances[side].sum() for side in sides) < _FEW:
        return True
    before, after = (hits[side].sum() / chances[side].sum() for side in sides)
    return bool(abs(after - before) < _OF_PASSING * change_of(one.drift))


def _passes_beside(other: Seen, known: Seen) -> bool:
    """Whether *other* passes in the same queue as who is *known*: other clients, or other values of the same attribute,
    so that no case is of both."""
    mine, his = known.series, other.series
    of_one_kind = mine.kind == his.kind == "priority" or mine.what[0] == his.what[0]
    return mine.kind == his.kind and mine.what[-1] == his.what[-1] and of_one_kind


def _without(one: Series, others: Sequence[Series]) -> tuple[Floats, Floats]:
    """Hits and chances per week of a client's cases that are of none of these classes, or of a class's that are of none
    of these clients."""
    hits, chances = one.hits, one.chances
    for other in others:
        his, of_class = (one, other) if one.kind == "priority" else (other, one)
        both = his.chances.any(axis=1, keepdims=True)
        hits, chances = hits - both * of_class.hits, chances - both * of_class.chances
    return hits.sum(axis=0), chances.sum(axis=0)


def _rises(one: Seen) -> bool:
    return one.drift.after > one.drift.before


_LINKED: Mapping[tuple[Kind, Kind], Callable[[Seen, Seen, Beside], bool]] = {
    ("activity", "activity"): _of_one_place,
    ("activity", "order"): _by_way_of,
    ("activity", "path"): _around,
    ("order", "path"): _share_a_step,
    ("order", "order"): _share_a_step,
    ("path", "path"): _share_a_step,
    ("hours", "hours"): _of_one_team,
    ("team", "team"): _handed_over,
    ("priority", "priority"): _by_one_rule,
    ("class priority", "class priority"): _in_one_queue,
    ("class priority", "priority"): _one_seems_to_pass,
}
"""By the kinds of two changes, in either order, whether one follows from the other."""
