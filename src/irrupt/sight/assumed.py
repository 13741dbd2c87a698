"""In which hours steps were worked on, where people keep any or starts are estimated; which come by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle import Chronicle
from irrupt.ledgers import Duty, OnDuty, TeamHours

if TYPE_CHECKING:
    from irrupt.discovery.starts import Bounds

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """The hours within which time of work was estimated, and the steps that nobody works on."""

    by_itself: npt.NDArray[np.bool_]
    """Per event: nobody works on it, so that it does not wait for anybody."""
    on_duty: OnDuty = field(default_factory=dict)
    team_hours: TeamHours = field(default_factory=dict)

    def marked(self, chronicle: Chronicle) -> Chronicle:
        """*chronicle*, of the same events, where steps that nobody works on wait in no queue."""
        ready = pl.when(pl.Series(self.by_itself)).then(pl.coalesce("start", "end")).alias("ready")
        return chronicle.with_events(chronicle.events.with_columns(ready))


NOTHING_ASSUMED = Assumed(by_itself=np.zeros(0, bool))
"""Of records that have start times of people who keep no hours, or whose start times cannot be estimated."""
_NEARLY_ALL = 0.95
"""Share of the steps worked on of which it must be known who did them in which hours, for these to be gone by."""


def kept(chronicle: Chronicle) -> Assumed:
    """The hours that people keep to the minute, where nearly all who work do; `NOTHING_ASSUMED` else.

    Without them, work that is left in the evening and taken up in the morning counts as work by night.
    """
    from irrupt.discovery.starts import bounded

    bounds = bounded(chronicle)
    own = np.isin(bounds.log.person, list(bounds.kept)) & ~bounds.finishing
    if not bounds.works.any() or own[bounds.works].mean() < _NEARLY_ALL:
        return NOTHING_ASSUMED
    return assumed(chronicle, bounds)


def assumed(chronicle: Chronicle, bounds: Bounds) -> Assumed:
    """What discovery takes for granted where *chronicle*, in which each event has an end, has no start times."""
    log, found, works = bounds.log, bounds.teams, bounds.works
    by_itself = np.zeros(chronicle.events.height, bool)
    if not works.any():
        return Assumed(by_itself=by_itself)
    nobody = ~works & ~log.acts[log.activity]
    nobody[log.begin] = False
    by_itself[log.row] = nobody
    weekly = {team: calendar.hours for team, calendar in bounds.weekly.items()}
    finishing = set(log.person[bounds.finishing].tolist())
    own = {person: calendar.hours for person, calendar in bounds.kept.items() if person not in finishing}
    of_team = _usual(log.team[works], found.team[works])
    of_person = _usual(log.person[works], found.team[works])
    return Assumed(
        by_itself=by_itself,
        on_duty={log.people[who]: Duty(teams=(), hours=own.get(who, weekly[team])) for who, team in of_person.items()},
        team_hours={log.teams[team]: weekly[own] for team, own in of_team.items()},
    )


def _usual(who: Ints, team: Ints) -> dict[int, int]:
    """Whoever is recorded (a team, or a person) -> the team that does most of his steps; the first of equals."""
    who, team = who[who >= 0], team[who >= 0]
    size = int(team.max(initial=0)) + 1
    pairs, count = np.unique(who * size + team, return_counts=True)
    whose, own = np.divmod(pairs, size)
    order = np.lexsort((own, -count, whose))
    first = np.flatnonzero(np.diff(whose[order], prepend=-1))
    return {int(whose[order[at]]): int(own[order[at]]) for at in first}
