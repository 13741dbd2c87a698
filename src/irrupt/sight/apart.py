"""How far the cases of each client follow another procedure than those of all others.

Where one client goes another way, all others are apart from "everybody else" as well, since he is among these: who is
no further away from those of whom nothing is told is not told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.rows import Rows
from irrupt.sight import intervals
from irrupt.sight.model import Apart
from irrupt.sight.scene import Scene
from irrupt.sight.ways import first_of_case, lasts_of_cases
from irrupt.special import normal_cdf

FAR = 0.1
"""Distance beyond chance from which on a procedure is told to be another one."""


def distances(scene: Scene, orders: int = 199, most: int = 2000) -> tuple[Apart, ...]:
    """How far the procedure of each named client lies from all others'.

    The distance is the total variation between the shares of steps that follow each other: 0 where they go the same
    ways, 1 where they share none. By chance: the same number of cases drawn from all (permutation test). At most *most*
    cases of a side are drawn, with a fixed seed.
    """
    if not scene.named or not len(scene.with_given_up.case):
        return ()
    cases = _Cases.of(scene)
    number = {name: at for at, name in enumerate(scene.legend.clients)}
    random = np.random.Generator(np.random.PCG64(len(cases.begin)))

    def beside(name: str, without: Sequence[str] = ()) -> Apart | None:
        """*name* beside all others, but for those *without* whom he is looked at."""
        his = cases.client == number[name]
        rest = ~his & ~np.isin(cases.client, [number[one] for one in without])
        sides = scene.over.both(np.flatnonzero(his), np.flatnonzero(rest), cases.case)
        if min(map(len, sides)) < intervals.FEWEST:
            return None
        mine, others = (side if len(side) <= most else random.choice(side, most, replace=False) for side in sides)
        real, drawn = cases.distance(mine, others, random, orders)
        return Apart(client=name, distance=real, chance=float(drawn.mean()), p=_beyond(real, drawn))

    found = [one for name in scene.named if (one := beside(name)) is not None]
    told: list[str] = []
    for at in far(found):
        name = found[at].client
        again = beside(name, told) if told else found[at]
        if again is not None and again.p <= 1 - intervals.LEVEL and again.distance - again.chance >= FAR:
            told.append(name)
        else:
            found[at] = replace(found[at], echo=True)
    return tuple(found)


def far(apart: Sequence[Apart]) -> list[int]:
    """Which of *apart* follow another procedure, all clients taken together, the furthest first."""
    real = intervals.of_clients([one.p for one in apart])
    kept = [at for at, one in enumerate(apart) if real[at] and one.distance - one.chance >= FAR and not one.echo]
    return sorted(kept, key=lambda at: apart[at].chance - apart[at].distance)


class _Cases(NamedTuple):
    """Cases one after the other, each with the steps that follow each other in it."""

    kind: Ints
    """Per row: a number for the pair of its step and the next."""
    begin: Ints
    """The first row of each case."""
    length: Ints
    client: Ints32
    case: Ints

    @classmethod
    def of(cls, scene: Scene) -> _Cases:
        rows = scene.with_given_up
        begin = first_of_case(rows)
        kind = followed(rows, len(scene.legend.activities))
        return cls(kind, begin, np.diff(np.append(begin, len(rows.case))), rows.client[begin], rows.case[begin])

    def distance(self, mine: Ints, rest: Ints, random: np.random.Generator, orders: int) -> tuple[float, Floats]:
        """Of the cases at *mine* from those at *rest*; and of as many drawn from both, in so many *orders*."""
        both = np.concatenate([mine, rest])
        whole, fewer = self._counts(both), slice(len(mine))
        if len(rest) < len(mine):  # Whose are counted makes no difference: the others are all that are left.
            fewer = slice(len(mine), None)
        real = _variation(self._counts(both[fewer]), whole)
        drawn = np.empty(orders)
        for at in range(orders):
            drawn[at] = _variation(self._counts(random.permutation(both)[fewer]), whole)
        return real, drawn

    def _counts(self, cases: Ints) -> Floats:
        """How often steps follow each other in *cases*, by the number of the pair."""
        length = self.length[cases]
        at = np.repeat(self.begin[cases] - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
        size = int(self.kind.max()) + 1
        counts: Floats = np.bincount(self.kind[at + np.arange(len(at))], minlength=size).astype(np.float64)
        return counts


def _beyond(real: float, drawn: Floats) -> float:
    """How seldom chance comes as far as *real*: by counting; beyond all that was drawn, by a normal tail."""
    counted = (1 + int((drawn >= real).sum())) / (len(drawn) + 1)
    spread = float(drawn.std(ddof=1))
    if real <= drawn.max() or spread == 0:
        return counted
    return min(counted, float(normal_cdf(-(real - drawn.mean()) / spread)))


def followed(rows: Rows, activities: int) -> Ints:
    """Per row, case by case: a number for the pair of its step and the one that follows it (or the end)."""
    names = activities + 2
    follows = np.where(lasts_of_cases(rows), names - 1, np.roll(rows.activity, -1) + 1)
    kind: Ints = np.unique((rows.activity.astype(np.int64) + 1) * names + follows, return_inverse=True)[1]
    return kind


def _variation(counts: Floats, whole: Floats) -> float:
    """The distance of some cases, of these *counts*, from the others of the *whole*."""
    shares = [side / max(side.sum(), 1.0) for side in (counts, whole - counts)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
