"""Steps that often come a fixed time after the one before: a clock lets them come, whoever is named."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from irrupt.i18n import gettext as _
from irrupt.sight import intervals, words
from irrupt.sight.entries import week_of
from irrupt.sight.intervals import Floats
from irrupt.sight.model import Finding
from irrupt.sight.scene import Scene

_LEAST = 50
"""Times that a pair of steps must follow each other."""
_SHORTEST = 12 * 3600.0
_NEAR = 0.005
"""Gaps this close to the commonest one, as a part of it, are taken for the same."""
_OFTEN = 0.2
_SHOWN = 3


def gaps(scene: Scene) -> tuple[npt.NDArray[np.int64], Floats]:
    """Per row, case by case: a number for the pair of its step and the one before (-1: none); the seconds between."""
    rows, names = scene.rows, len(scene.legend.activities) + 1
    pair = (np.roll(rows.activity, 1).astype(np.int64) + 1) * names + rows.activity + 1
    pair[np.diff(rows.case, prepend=-1) != 0] = -1
    return pair, rows.end - np.roll(rows.end, 1)


def near(gap: Floats, length: float) -> npt.NDArray[np.bool_]:
    """Which of the gaps have this *length*, as nearly as a clock keeps it."""
    return np.abs(gap - length) <= _NEAR * length


def _commonest(gap: Floats) -> float:
    """The length around which most gaps lie."""
    ordered = np.sort(gap)
    until = np.searchsorted(ordered, ordered * (1 + 2 * _NEAR), "right")
    first = int((until - np.arange(len(ordered))).argmax())
    return float(np.median(ordered[first : until[first]]))


def findings(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Pairs of steps of which a fifth at least follow each other after one fixed time, of half a day or more."""
    if scene.days_only or not len(scene.rows.case):
        return
    pair, gap = gaps(scene)
    known, count = np.unique(pair[pair >= 0], return_counts=True)
    found = []
    for number in known[count >= _LEAST].tolist():
        at = np.flatnonzero(pair == number)
        long = gap[at][gap[at] >= _SHORTEST]
        if len(long) < _OFTEN * len(at):
            continue
        length = _commonest(long)
        fixed = near(gap[at], length)
        ends = intervals.of_share(fixed, week_of(scene.rows.end[at], scene.ledgers.window))
        if ends.low >= _OFTEN:
            found.append((number, length, (float(fixed.mean()), ends.low, ends.high), int(fixed.sum())))
    names = ("", *scene.legend.activities)
    for number, length, share, _many in sorted(found, key=lambda one: -one[3])[:_SHOWN]:
        before, after = (names[one] for one in divmod(number, len(names)))
        text = _("“{after}” comes {time} after “{before}” in {share} of the times: a clock lets it come, not work.")
        said = text.format(
            after=after, before=before, time=words.duration(length / 3600.0), share=words.percent(*share)
        )
        numbers = {"pair": number, "before": before, "after": after, "hours": length / 3600.0, "share": list(share)}
        yield 0.5 + 0.4 * share[0], Finding(text=said, kind="fixed delay", numbers=numbers)
