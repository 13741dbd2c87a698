"""Overtaking: whose cases pass whom at which team, and what it costs the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.groups import ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.sight import intervals, words
from irrupt.sight.entries import week_of
from irrupt.sight.model import Finding, Passing
from irrupt.sight.queues import Queues
from irrupt.sight.scene import Scene
from irrupt.units import HOUR

_FEWEST = 20
"""Steps that begin while others wait, which a client needs at a team."""
_TEAMS = 12


def passings(scene: Scene) -> tuple[Passing, ...]:
    """Each named client at each of the teams with most steps, where there is enough to compare.

    Where the records name no team, all are one.
    """
    rows, legend = scene.rows, scene.legend
    if not scene.named:
        return ()
    fared = scene.queues
    week = week_of(np.nan_to_num(rows.start), scene.ledgers.window)
    counts = np.bincount(rows.team[rows.team >= 0], minlength=len(legend.teams))
    number = {name: at for at, name in enumerate(legend.clients)}
    found = []
    teams = np.argsort(-counts, kind="stable")[:_TEAMS].tolist() if counts.any() else [-1]
    for team in teams:
        here = (rows.team == team) & fared.waits
        for name in scene.named:
            his = here & (rows.client == number[name])
            theirs = here & (rows.client != number[name])
            if min(int((his & fared.busy).sum()), int((theirs & fared.busy).sum())) >= _FEWEST:
                found.append(_of_client(name, legend.teams[team] if team >= 0 else ALL_TEAMS, fared, week, his, theirs))
    return tuple(found)


def findings(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Cases that stand in no queue, as they wait for something else than for us."""
    names = scene.legend.activities
    for before, after, seconds in scene.queues.elsewhere if scene.named else ():
        text = _(
            "After “{before}”, “{after}” never begins within {time}: such cases wait for something else first, and are "
            "left out of who passes whom."
        )
        hours = seconds / HOUR
        said = text.format(before=names[before], after=names[after], time=words.duration(hours))
        numbers = {"before": names[before], "after": names[after], "hours": hours}
        yield 0.5, Finding(text=said, kind="not in the queue", numbers=numbers)


def _of_client(name: str, team: str, fared: Queues, week: Ints, his: Flags, theirs: Flags) -> Passing:
    sides = [np.flatnonzero(side & fared.busy) for side in (his, theirs)]
    values = [(fared.passes[at], week[at]) for at in sides]
    difference = intervals.of_difference(values[0], values[1])
    gained = _mean(-fared.lost[his], week[his])
    # Over a queue, gains and losses add up to nothing: what he gains is what all others lose together.
    return Passing(
        client=name,
        team=team,
        share=float(values[0][0].mean()),
        others=float(values[1][0].mean()),
        difference=(difference.low, difference.high),
        p=difference.p,
        gained=gained,
        cost=tuple(one * float(his.sum()) / float(theirs.sum()) for one in gained),  # type: ignore[arg-type]
    )


def _mean(values: Floats, week: Ints) -> tuple[float, float, float]:
    """Mean with its interval; both may be negative."""
    mean = float(values.mean())
    error, freedom = intervals.error_of_mean(values, week)
    half = intervals.student(freedom) * error
    return mean, mean - half, mean + half
