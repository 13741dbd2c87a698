"""The weekly series in which changed rules would show: shares per week, of each party and of all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import CLIENT_ACT, Rows
from irrupt.sight.known import Known
from irrupt.sight.scene import Scene
from irrupt.sight.ways import firsts
from irrupt.units import HOUR

Kind = Literal["activity", "path", "order", "hours", "priority", "class priority", "team"]

_ACTIVITIES = 60
_PATHS = 40
_ORDERED = 10
_TEAMS = 8
_SHARED = 40
_LEAST = 60
"""Chances that a series needs over all weeks."""
_OVER = 0.95
"""Part of the cases within whose time the first ones after the records begin may have come before."""
_MANY = 400
"""Activities above which there are too many to tell rules by them."""
_BEGIN = 0.01
"""Part of the cases that begin with a step, from which on cases are taken to begin with it."""
RARE = 10
"""Hits, and misses, that it needs at least."""
WEEKEND = ("Sat", "Sun")
_PARTS_OF_WEEK = ("0-7", "7-10", "10-13", "13-16", "16-19", "19-24", *WEEKEND)
"""Hours of a day from Monday to Friday that are looked at together; Saturday and Sunday are one each."""
_EDGE = 0.1
"""Part of the steps of weekdays that the first hours in which any are done have at most, or the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A share per week and client: hits among chances, both of shape (clients, weeks)."""

    kind: Kind
    what: tuple[str, ...]
    """Of an activity its name; of a path or an order both names; of hours team and part of the week; of priority the
    client and the team; of priority of a class attribute, value and team; of who does it activity and team."""
    hits: Floats
    chances: Floats
    rest: tuple[Floats, Floats] | None = None
    """Of a priority, hits and chances per week of all others in the same queues."""

    def tells(self) -> bool:
        """Whether there is enough of it, and whether it could change."""
        hits, chances = self.hits.sum(), self.chances.sum()
        return bool(chances >= _LEAST and min(hits, chances - hits) >= RARE)


def of_clients(one: Series, clients: Sequence[int]) -> Series:
    """*one* of the cases of some *clients* only, as those of one."""
    hits, chances = (side[list(clients)].sum(axis=0, keepdims=True) for side in (one.hits, one.chances))
    return replace(one, hits=hits, chances=chances)


def beside_others(shown: Sequence[Series], favoured: Collection[tuple[str, ...]]) -> list[Series]:
    """*shown*, with each priority beside that of all others but those that are *favoured* at the same team."""
    found = []
    for one in shown:
        apart = [side for side in shown if side.kind == "priority" and side.what in favoured]
        apart = [side for side in apart if side.what[0] != one.what[0] and side.what[1] == one.what[-1]]
        if one.rest is not None and apart:
            hits = one.rest[0] - np.sum([side.hits.sum(axis=0) for side in apart], axis=0)
            chances = one.rest[1] - np.sum([side.chances.sum(axis=0) for side in apart], axis=0)
            found.append(replace(one, rest=(hits, chances)))
        else:
            found.append(one)
    return found


def series(scene: Scene) -> list[Series]:
    """All series of *scene* that tell something, in the periods in which changes are looked for."""
    weeks = scene.periods.count
    found = [*_of_cases(scene, weeks), *_by_teams(scene, weeks)]
    if not scene.days_only:
        found += [*_hours(scene, weeks), *_priority(scene, weeks)]
    return [one for one in found if one.tells()]


def _counted(client: Ints, week: Ints, clients: int, weeks: int, worth: Floats | None = None) -> Floats:
    inside = (week >= 0) & (week < weeks)
    weights = None if worth is None else worth[inside]
    flat = np.bincount(client[inside] * weeks + week[inside], weights, clients * weeks)
    return flat.reshape(clients, weeks).astype(np.float64)


def _of_cases(scene: Scene, weeks: int) -> Iterator[Series]:
    """Activities met, paths taken, and which of two activities comes first."""
    rows, legend = scene.rows, scene.legend
    if not len(rows.case) or not weeks:
        return
    clients, names = len(legend.clients), legend.activities
    case, at = np.unique(rows.case, return_inverse=True)
    if len(names) > _MANY:
        return
    first = firsts(at, rows.activity, len(case), len(names))
    client = np.zeros(len(case), np.int64)
    client[at] = rows.client
    came = scene.arrivals
    known = Known(scene, came[case], first, np.flatnonzero(np.diff(at, append=-1) != 0))
    came[_on_their_way(scene, came)] = np.nan
    arrival = came[case]
    arrived = scene.periods.of(arrival)

    def counted(which: Ints, until: float) -> Floats:
        """Cases, by their numbers, per client and week: those that came *until* then."""
        some = which[arrival[which] <= until]
        return _counted(client[some], arrived[some], clients, weeks)

    common = np.argsort(-(first >= 0).sum(axis=0), kind="stable")
    for number in common[:_ACTIVITIES].tolist():
        until = known.of_step(number)
        yield Series(
            kind="activity",
            what=(names[number],),
            hits=counted(np.flatnonzero(first[:, number] >= 0), until),
            chances=counted(np.arange(len(case)), until),
        )
    for a, b in combinations(common[:_ORDERED].tolist(), 2):
        both = np.flatnonzero((first[:, a] >= 0) & (first[:, b] >= 0))
        until = known.of_order(a, b)
        yield Series(
            kind="order",
            what=(names[a], names[b]),
            hits=counted(both[first[both, a] < first[both, b]], until),
            chances=counted(both, until),
        )
    yield from _paths(scene, at, known, counted)


def _on_their_way(scene: Scene, arrival: Floats) -> Flags:
    """Cases that came before the records begin, and lack their first steps: early ones of which the first step in the
    records is one with which hardly any later case begins."""
    found = np.zeros(scene.size, bool)
    case, at = np.unique(scene.rows.case, return_index=True)
    first, came = scene.rows.activity[at], arrival[case]
    early = came < scene.ledgers.window.begin + HOUR * float(np.quantile(scene.cases.cycle, _OVER))
    later = first[~early & np.isfinite(came)]
    if len(later) >= _LEAST:
        begin = np.bincount(later + 1, minlength=len(scene.legend.activities) + 1) >= _BEGIN * len(later)
        found[case[early & ~begin[first + 1]]] = True
    return found


def _paths(scene: Scene, at: Ints, known: Known, counted: Callable[[Ints, float], Floats]) -> Iterator[Series]:
    """What follows what at once, of all that a step is followed by: also nothing, as cases may come to end there."""
    rows, names = scene.rows, scene.legend.activities
    follows = np.diff(at, append=-1) == 0
    then = np.append(rows.activity[1:], -1)
    left_by = np.flatnonzero((rows.activity >= 0) & (~follows | (then >= 0)))
    here = left_by[follows[left_by]]
    source, target = rows.activity[here].astype(np.int64), rows.activity[here + 1].astype(np.int64)
    pairs, count = np.unique(source * len(names) + target, return_counts=True)
    left = {}
    for pair in pairs[np.argsort(-count, kind="stable")][:_PATHS].tolist():
        a, b = divmod(pair, len(names))
        if a not in left:
            until = known.of_path(a)
            left[a] = until, counted(at[left_by[rows.activity[left_by] == a]], until)
        until, chances = left[a]
        hits = counted(at[here[(source == a) & (target == b)]], until)
        yield Series(kind="path", what=(names[a], names[b]), hits=hits, chances=chances)


def followed(scene: Scene) -> frozenset[tuple[str, str]]:
    """What is followed at once by what, in some cases."""
    rows, names = scene.rows, scene.legend.activities
    here = np.flatnonzero((np.diff(rows.case) == 0) & (rows.activity[:-1] >= 0) & (rows.activity[1:] >= 0))
    pairs, count = np.unique(
        rows.activity[here].astype(np.int64) * len(names) + rows.activity[here + 1], return_counts=True
    )
    return frozenset((names[pair // len(names)], names[pair % len(names)]) for pair in pairs[count >= RARE].tolist())


def _by_teams(scene: Scene, weeks: int) -> Iterator[Series]:
    """Which team does what several do; of the one that does most of it the others tell: what it loses, they gain."""
    rows, legend = scene.rows, scene.legend
    known = np.flatnonzero((rows.team >= 0) & (rows.activity >= 0))
    client, week = rows.client[known].astype(np.int64), scene.periods.of(rows.end[known])
    shape = len(legend.clients), weeks
    does, count = np.unique(np.stack([rows.activity[known], rows.team[known]]), axis=1, return_counts=True)
    busiest = np.argsort(-count, kind="stable")
    most: set[int] = set()
    shared = 0
    for activity, team in does[:, busiest].T.tolist():
        if activity not in most or shared == _SHARED:
            most.add(activity)
            continue
        shared += 1
        mine = rows.activity[known] == activity
        hit = mine & (rows.team[known] == team)
        yield Series(
            kind="team",
            what=(legend.activities[activity], legend.teams[team]),
            hits=_counted(client[hit], week[hit], *shape),
            chances=_counted(client[mine], week[mine], *shape),
        )


def _teams(rows: Rows, teams: tuple[str, ...]) -> list[int]:
    """The teams with most steps; -1 where the records name none."""
    counts = np.bincount(rows.team[rows.team >= 0], minlength=len(teams)) if len(teams) else np.empty(0)
    if not counts.any():
        return [-1]
    return [int(team) for team in np.argsort(-counts, kind="stable")[:_TEAMS] if counts[team]]


def _hours(scene: Scene, weeks: int) -> Iterator[Series]:
    """In which part of the week the steps of a team end; clients keep hours of their own."""
    rows, legend = scene.rows, scene.legend
    clients = len(legend.clients)
    week = scene.periods.of(rows.end)
    hour = local_hours(rows)
    for team in _teams(rows, legend.teams):
        mine = done_by(rows, team)
        chances = _counted(rows.client[mine].astype(np.int64), week[mine], clients, weeks)
        name = legend.teams[team] if team >= 0 else ""
        for label in _parts(hour[mine]):
            hit = mine & in_part_of_week(hour, label)
            hits = _counted(rows.client[hit].astype(np.int64), week[hit], clients, weeks)
            yield Series(kind="hours", what=(name, label), hits=hits, chances=chances)


def done_by(rows: Rows, team: int) -> Flags:
    """Which steps people of a *team* do; -1: people of whom no team is named."""
    known = (rows.person >= 0) | (rows.team >= 0)
    return np.asarray((rows.team == team) & known & (rows.flags & CLIENT_ACT == 0))


def local_hours(rows: Rows) -> Ints:
    """The hour of the week, from Monday 00:00, in which each step ends on the organisation's clock."""
    micros = np.rint(np.nan_to_num(rows.end) * 1e6).astype(np.int64)
    hours: Ints = micros // 3_600_000_000 % 168
    return hours


def in_part_of_week(hour: Ints, part: str) -> Flags:
    """Whether each *hour* of the week lies in a *part* of it, as series of hours name them.

    >>> in_part_of_week(np.array([8, 32, 5 * 24 + 8]), "7-10").tolist()
    [True, True, False]
    """
    day, clock = np.divmod(hour, 24)
    if part in WEEKEND:
        return np.asarray(day == 5 + WEEKEND.index(part))
    begin, end = map(int, part.split("-"))
    return np.asarray((day < 5) & (clock >= begin) & (clock < end))


def _parts(hour: Ints) -> tuple[str, ...]:
    """The parts of the week that are looked at, each from the first hour of it in which a step is done to the last; and
    the edges of the day."""
    used = np.flatnonzero(np.bincount(hour[hour < 5 * 24] % 24, minlength=24))
    found = dict.fromkeys(WEEKEND)
    for begin, end in (map(int, part.split("-")) for part in _PARTS_OF_WEEK if part not in WEEKEND):
        some = used[(used >= begin) & (used < end)]
        if len(some):
            found[f"{some[0]}-{some[-1] + 1}"] = None
    return tuple(found | dict.fromkeys(_edges(hour)))


def _edges(hour: Ints) -> Iterator[str]:
    """The hours before and after which hardly a step is done on weekdays, over all weeks: where hours of work are moved
    by one or two, what is new lies there, and parts of the day that are always the same mix it with what is usual."""
    steps = np.bincount(hour[hour < 5 * 24] % 24, minlength=24)
    used = np.flatnonzero(steps)
    if not len(used):
        return
    passed = np.cumsum(steps) / steps.sum()
    begin, end = int(used[0]), int(used[-1]) + 1
    early = int(np.searchsorted(passed, _EDGE, "right"))
    late = int(np.searchsorted(passed, 1 - _EDGE, "left")) + 1
    for part in (f"{begin}-{early}" if begin < early else "", f"{late}-{end}" if late < end else ""):
        if part:
            yield part


def _priority(scene: Scene, weeks: int) -> Iterator[Series]:
    """How many of those who wait the steps of a client pass, or those of a class of cases, where others wait when they
    begin."""
    rows, legend = scene.rows, scene.legend
    number = {name: at for at, name in enumerate(legend.clients)}
    whose: list[tuple[Kind, tuple[str, ...], Flags]] = [
        ("priority", (name,), rows.client == number[name]) for name in scene.named
    ]
    whose += [("class priority", (one.attribute, one.value), one.mine[rows.case]) for one in scene.classes]
    if not whose:
        return
    fared, week = scene.queues, scene.periods.of(rows.start)

    def counted(which: Flags) -> tuple[Floats, Floats]:
        """Those whom *which* rows pass, as shares of those who wait, and these rows, per client and week."""
        client, shape = rows.client[which].astype(np.int64), (len(legend.clients), weeks)
        return _counted(client, week[which], *shape, fared.passes[which]), _counted(client, week[which], *shape)

    for team in _teams(rows, legend.teams):
        here = fared.busy & (rows.team == team)
        every = [side.sum(axis=0) for side in counted(here)]
        for kind, what, mine in whose:
            hits, chances = counted(here & mine)
            yield Series(
                kind=kind,
                what=(*what, legend.teams[team] if team >= 0 else ""),
                hits=hits,
                chances=chances,
                rest=(every[0] - hits.sum(axis=0), every[1] - chances.sum(axis=0)),
            )
