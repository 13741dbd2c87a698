"""Prescribed against real: how far each case is from the written procedure, and in which steps.

The distance is the number of edits of the cheapest alignment: a step done that is not written there, or a written step
left out, costs one (Levenshtein over all ways that the procedure allows; cf. Adriansyah 2014).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.groups import ALL_CLIENTS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.sight import intervals, words
from irrupt.sight.echoes import Compared, without_echoes
from irrupt.sight.entries import week_of
from irrupt.sight.model import Deviation, Finding, Following, FoundChange, Prescribed
from irrupt.sight.procedure import Procedure
from irrupt.sight.scene import Scene
from irrupt.sight.ways import first_of_case

LEFT_OUT, ADDED, ELSEWHERE = mark("left out"), mark("done though not written"), mark("done at another place")
MOST_WAYS = 5000
_MATTERS = 0.05
_TOLD = 0.02
_SHOWN = 5


class Alignment(NamedTuple):
    """One way through held against the procedure."""

    edits: int
    left_out: tuple[int, ...]
    """Numbers of written steps."""
    added: tuple[int, ...]
    """Places in the way of steps that are not written there."""


def aligned(procedure: Procedure, way: Sequence[int]) -> Alignment:
    """The cheapest alignment of *way*, numbers of steps of *procedure* or -1 for others (Dijkstra's algorithm)."""
    begin = [(0, 0, state) for state in procedure.first]
    best = {(0, state): 0 for state in procedure.first}
    came: dict[tuple[int, int], tuple[tuple[int, int], int, bool]] = {}
    heapq.heapify(begin)
    while begin:
        cost, place, state = heapq.heappop(begin)
        here = (-place, state)
        if cost > best.get(here, cost):
            continue
        if -place == len(way) and state in procedure.over:
            return _traced(here, cost, came)
        for after, more, step, done in _next(procedure, way, -place, state):
            if cost + more < best.get(after, cost + more + 1):
                best[after] = cost + more
                came[after] = (here, step, done)
                heapq.heappush(begin, (cost + more, -after[0], after[1]))
    raise AssertionError("a procedure that comes to an end can always be aligned")


def _next(
    procedure: Procedure, way: Sequence[int], place: int, state: int
) -> Iterator[tuple[tuple[int, int], int, int, bool]]:
    """From here: (place, situation), cost, the step left out (-1: none), whether the step done is added."""
    done = way[place] if place < len(way) else -2
    for step, after in procedure.moves[state]:
        if step < 0:
            yield (place, after), 0, -1, False
            continue
        if step == done:
            yield (place + 1, after), 0, -1, False
        yield (place, after), 1, step, False
    if done > -2:
        yield (place + 1, state), 1, -1, True


def _traced(
    here: tuple[int, int], cost: int, came: dict[tuple[int, int], tuple[tuple[int, int], int, bool]]
) -> Alignment:
    left_out, added = [], []
    while here in came:
        here, step, extra = came[here]
        if step >= 0:
            left_out.append(step)
        if extra:
            added.append(here[0])
    return Alignment(cost, tuple(reversed(left_out)), tuple(reversed(added)))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def held_against(scene: Scene, procedure: Procedure) -> tuple[Prescribed, Floats]:
    """What the cases of *scene* make of *procedure*; and the edits of each case, by its number (nan: not judged)."""
    names = scene.legend.activities
    seen = {_plain(name) for name in names}
    procedure = procedure.recorded(lambda name: _plain(name) in seen)
    number = {_plain(name): at for at, name in enumerate(procedure.steps)}
    step = np.array([number.get(_plain(name), -1) for name in names] + [-1], np.int64)
    rows = scene.with_given_up
    begin = first_of_case(rows)
    ways: dict[tuple[int, ...], list[int]] = {}
    for at, taken in enumerate(np.split(rows.activity, begin[1:])) if len(begin) else ():
        ways.setdefault(tuple(taken.tolist()), []).append(at)
    common = sorted(ways, key=lambda way: -len(ways[way]))[:MOST_WAYS]
    edits = np.full(scene.size, np.nan)
    happens: dict[tuple[str, str], list[Ints]] = {}
    for way in common:
        found = aligned(procedure, [int(step[one]) for one in way])
        cases = rows.case[begin[ways[way]]]
        edits[cases] = found.edits
        for key in _deviates(procedure, names, way, found):
            happens.setdefault(key, []).append(cases)
    steps = tuple(name for name in procedure.steps if name not in procedure.events)
    prescribed = Prescribed(
        name=procedure.name,
        steps=steps,
        never=tuple(name for name in steps if _plain(name) not in seen),
        cases=int((~np.isnan(edits)).sum()),
        following=tuple(_following(scene, edits)),
        deviations=_deviations(scene, edits, happens),
    )
    return prescribed, edits


def _deviates(
    procedure: Procedure, names: tuple[str, ...], way: tuple[int, ...], found: Alignment
) -> set[tuple[str, str]]:
    """Activity or written step, and how it deviates; what is left out here and done there is at another place."""
    left = {procedure.steps[step] for step in found.left_out}
    added = {names[way[place]] for place in found.added if way[place] >= 0}
    moved = {_plain(name) for name in left} & {_plain(name) for name in added}
    return (
        {(name, LEFT_OUT) for name in left if _plain(name) not in moved}
        | {(name, ELSEWHERE) for name in left if _plain(name) in moved}
        | {(name, ADDED) for name in added if _plain(name) not in moved}
    )


def _following(scene: Scene, edits: Floats) -> Iterator[Following]:
    """Share of each party's cases that follow to the letter, its mean edits, and the difference from all others."""
    mine = edits[scene.cases.number]
    judged = ~np.isnan(mine) & scene.ended
    follows = (mine == 0).astype(np.float64)
    for party, clients in scene.parties.clients.items():
        own = np.isin(scene.cases.client, np.asarray(clients))
        at, rest = np.flatnonzero(judged & own), np.flatnonzero(judged & ~own)
        if party in scene.named:
            at, rest = scene.over.both(at, rest, scene.cases.number)
        if not len(at):
            continue
        week = week_of(scene.cases.arrival[at], scene.ledgers.window)
        share, mean = intervals.of_share(follows[at] > 0, week), intervals.of_mean(mine[at], week)
        tested = party in scene.named and min(len(at), len(rest)) >= intervals.FEWEST
        difference = intervals.NO_DIFFERENCE
        if tested:
            difference = intervals.of_difference(scene.per_case(follows, at), scene.per_case(follows, rest))
        yield Following(
            party=party,
            share=(float(follows[at].mean()), share.low, share.high),
            edits=(float(mine[at].mean()), mean.low, mean.high),
            others=float(follows[rest].mean()) if len(rest) else float("nan"),
            difference=(difference.low, difference.high),
            p=difference.p,
        )


def _deviations(scene: Scene, edits: Floats, happens: dict[tuple[str, str], list[Ints]]) -> tuple[Deviation, ...]:
    at = np.flatnonzero(~np.isnan(edits[scene.cases.number]) & scene.ended)
    week = week_of(scene.cases.arrival[at], scene.ledgers.window)
    found = []
    for (name, how), cases in happens.items():
        here = np.zeros(len(edits), bool)
        here[np.concatenate(cases)] = True
        mine = here[scene.cases.number[at]]
        if mine.any():
            ends = intervals.of_share(mine, week)
            found.append(Deviation(step=name, how=how, share=(float(mine.mean()), ends.low, ends.high)))
    return tuple(sorted(found, key=lambda one: (-one.share[0], one.step, one.how)))


def notes(prescribed: Prescribed) -> list[str]:
    """What is to be known of the written procedure: steps that the records never show."""
    if not prescribed.never:
        return []
    listed = ", ".join(f"“{name}”" for name in prescribed.never)
    return [_("written steps that the records never show: {list}").format(list=listed)]


def findings(prescribed: Prescribed) -> Iterator[tuple[float, Finding]]:
    """How many cases follow, where the others deviate most, and whose cases deviate more or less than others'."""
    everybody = prescribed.following[0]
    text = _("{share} of the cases follow the written procedure to the letter; a case leaves it in {edits} steps.")
    edits = words.number_with(*everybody.edits)
    said = text.format(share=words.percent(*everybody.share), edits=edits)
    numbers = {"share": list(everybody.share), "edits": list(everybody.edits)}
    yield 0.92, Finding(text=said, kind="written procedure", numbers=numbers)
    told = [one for one in prescribed.deviations if one.share[0] >= _TOLD][:_SHOWN]
    if told:
        listed = [_hows()[one.how].format(step=one.step, share=words.percent(*one.share)) for one in told]
        text = _("Where cases leave the written procedure most: {list}.").format(list=_("; ").join(listed))
        yield 0.91, Finding(text=text, kind="written procedure", numbers={one.step: list(one.share) for one in told})
    tested = [one for one in prescribed.following if one.p == one.p]
    for one in _differing(tested):
        text = _("Of the cases of {client}, {share} follow it (all others {others}, difference {ends}).").format(
            client=one.party,
            share=words.percent(one.share[0]),
            others=words.percent(one.others),
            ends=words.points(*one.difference),
        )
        his = {"client": one.party, "share": list(one.share), "difference": list(one.difference)}
        yield 0.9, Finding(text=text, kind="written procedure of a client", numbers=his)


def _differing(tested: list[Following]) -> list[Following]:
    """Of the clients, those who follow more or less than all others, by more than chance; most so first."""
    real = intervals.of_clients([one.p for one in tested])
    kept = [one for one, so in zip(tested, real, strict=True) if so and abs(one.share[0] - one.others) >= _MATTERS]
    kept = sorted(kept, key=lambda one: -abs(one.share[0] - one.others))
    values = {one.party: one.share[0] for one in tested}
    shares = [Compared(one.party, one.share[0], one.others, one.difference) for one in kept]
    told = without_echoes(shares, values, _MATTERS)
    return [one for one in kept if one.party in told]


def _hows() -> dict[str, str]:
    return {
        LEFT_OUT: _("“{step}” is left out in {share}"),
        ADDED: _("“{step}” is done though not written in {share}"),
        ELSEWHERE: _("“{step}” is done at another place in {share}"),
    }


def since(scene: Scene, edits: Floats, found: Sequence[FoundChange]) -> Iterator[tuple[float, Finding]]:
    """That cases follow what is written more or less often since a rule changed that their steps show, where the change
    of that share is beyond chance: of all such changes *found*, at the one where most is."""
    moved = []
    for change in found:
        if change.kind not in ("activity", "path", "order") or change.verdict == "refuted":
            continue
        at = scene.cases.of(scene.parties.clients[change.leads or ALL_CLIENTS])
        at = at[~np.isnan(edits[at]) & np.isfinite(scene.cases.arrival[at])]
        late = scene.cases.arrival[at] >= (change.begin - scene.legend.moment(0.0)).total_seconds()
        sides = edits[at[late]] == 0, edits[at[~late]] == 0
        one = intervals.of_shares((int(sides[0].sum()), int(sides[1].sum())), (len(sides[0]), len(sides[1])))
        if min(map(len, sides)) >= intervals.FEWEST and abs(one.value) >= _MATTERS and not one.low <= 0 <= one.high:
            moved.append((abs(one.value), change, float(sides[1].mean()), float(sides[0].mean())))
    if not moved:
        return
    _size, change, before, after = max(moved, key=lambda one: one[0])
    told = _(
        "Of all cases, {after} follow what is written {since}, until then {before}; a rule seems to have changed then."
    )
    if change.leads:
        told = _(
            "Of the cases of {client}, {after} follow what is written {since}, until then {before}; a rule seems to "
            "have changed then."
        )
    shares = {"before": words.percent(before), "after": words.percent(after)}
    moment = words.since(change.begin, scene.chronicle.timezone, daily=bool(change.days))
    said = told.format(client=party_name(change.leads), since=moment, **shares)
    numbers = {"change": change.name, "before": before, "after": after}
    yield 0.905, Finding(text=said, kind="written procedure since a change", numbers=numbers)
