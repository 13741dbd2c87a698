"""Series as they are looked at for changes; and how large a change of short records has to be to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.i18n import gettext as _
from irrupt.sight import words
from irrupt.sight.drift import alike, beside, least_new
from irrupt.sight.scene import Scene
from irrupt.sight.series import RARE, Series, of_clients

OF_CASES = ("activity", "path", "order")
"""Kinds of series that a rule for one client's cases would change."""
_MOSTLY = 1.5
"""Times what is found as often as not that is found in five logs of six."""


class View(NamedTuple):
    """A series as it is looked at: of all cases, whoever came, or of those of one client."""

    series: Series
    client: str
    """Empty: all cases."""
    weekly: tuple[Floats, Floats]


def views(scene: Scene, shown: Sequence[Series]) -> Iterator[View]:
    """Each series of all cases, and of those of each named client where it tells something of them: in all together, a
    change for a few cases a week is lost. Of a priority, what becomes of all others too is none."""
    for one in shown:
        weekly = alike(one.hits, one.chances)
        yield View(one, "", weekly if one.rest is None else beside(*weekly, *one.rest))
    for one in shown:
        for name in scene.named if one.kind in OF_CASES else ():
            own = of_clients(one, scene.parties.clients[name])
            if own.tells():
                yield View(one, name, (own.hits[0], own.chances[0]))


def notes(scene: Scene, shown: Sequence[Series]) -> list[str]:
    """Of short records in whose series, as *shown*, no change is found: that changes were not looked for, or how large
    one has to be."""
    few = scene.periods.notes()
    if few or not scene.periods.daily:
        return few
    looked_at = [one.weekly for one in views(scene, shown)]
    known = [int((one.chances.sum(axis=0) > 0).sum()) for one in shown if one.kind in OF_CASES]
    days = int(np.median(known)) if known else 0
    day = scene.periods.of(scene.arrivals)
    cases = float(((day >= 0) & (day < scene.periods.count)).sum()) / scene.periods.count
    if not days * cases:
        return []
    hits, chances = (np.stack(side) for side in zip(*looked_at, strict=True))
    share = max(_MOSTLY * least_new(hits, chances, days, cases), RARE / (cases * days / 2))
    if share > 1:
        text = _(
            "rule changes are looked for day by day, in {n} days of work in which the steps of nearly all cases are "
            "known: that is little, and even a step that is new in the second half of them may not be told"
        )
    else:
        text = _(
            "rule changes are looked for day by day, in {n} days of work in which the steps of nearly all cases are "
            "known: a step that is new in the second half of them is mostly told if {share} of the cases have it"
        )
    return [text.format(n=days, share=words.percent(share))]
