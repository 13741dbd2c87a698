"""How many cases wait, watched while a run goes on: it pauses when that crosses a threshold."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from irrupt.compiling import part
from irrupt.engine import layout
from irrupt.engine.desks import team_of
from irrupt.engine.layout import CASES, OVER
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.engine.compiled import Compiled
    from irrupt.engine.reference import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A threshold that a run is watched for: cases that wait for *team* (None: all that are not finished), and the
    number that they come to be *above*, or *below*.

    It is crossed at the end of the first moment at which they are on that side and were not before: what is there
    when a run goes on has to cease first.

    Raises `UsageError` unless one of both numbers is given.

    >>> Crossing(team="Desk", above=5).held(6)
    True
    """

    team: str | None = None
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        given = [bound for bound in (self.above, self.below) if bound is not None]
        if len(given) != 1 or not math.isfinite(given[0]):
            raise UsageError(
                Fault("above, below", f"{self.above}, {self.below}", _("a number of cases for one of both"))
            )

    @property
    def bound(self) -> float:
        """The number of cases."""
        return float(self.above if self.above is not None else self.below or 0.0)

    def held(self, cases: float) -> bool:
        """Whether so many *cases* are on that side."""
        return cases > self.bound if self.above is not None else cases < self.bound

    def check(self, teams: Collection[str]) -> None:
        """Raise `UsageError` when its team is none of *teams*."""
        if self.team is not None and self.team not in teams:
            found = _('no team "{name}"').format(name=self.team)
            raise UsageError(Fault("team", found, remedy=did_you_mean(self.team, sorted(teams))))


class Lookout:
    """What the readable *loop* watches from where it stands: *crossing*; nothing where there is none."""

    def __init__(self, loop: Reference | None = None, crossing: Crossing | None = None) -> None:
        self.crossing = crossing
        self.crossed: float | None = None
        """When it came about."""
        self.held = crossing is not None and loop is not None and crossing.held(_cases(loop, crossing))

    def crosses(self, loop: Reference) -> bool:
        """Whether it has come about, where a moment is over."""
        if self.crossing is None or (loop.anything_left() and loop.events and loop.events[0][0] <= loop.now):
            return False
        before, self.held = self.held, self.crossing.held(_cases(loop, self.crossing))
        self.crossed = loop.now if self.held and not before else None
        return self.crossed is not None


class Alarm:
    """The same for the compiled loop: its record is what the loop looks at."""

    def __init__(self, loop: Compiled | None = None, crossing: Crossing | None = None) -> None:
        self.record = layout.records(layout.WATCH, 1)
        self.crossed: float | None = None
        if crossing is not None and loop is not None:
            desks = [n for n, name in enumerate(loop.tables.desks) if team_of(name) == crossing.team]
            held = crossing.held(_cases(loop, crossing))
            begin, end = (desks[0], desks[-1] + 1) if desks else (-1, -1)
            self.record[0] = (crossing.bound, -math.inf, begin, end, crossing.above is not None, held, 1)

    def told(self, crossed: bool) -> None:
        """The loop has paused, since what is watched has *crossed* its threshold or for another reason."""
        self.crossed = float(self.record["moment"][0]) if crossed else None


def _cases(loop: Reference | Compiled, crossing: Crossing) -> int:
    return loop.in_system if crossing.team is None else loop.waiting_at().get(crossing.team, 0)


@part
def crosses(watch, desks, counts):  # type: ignore[no-untyped-def]
    """Whether a threshold is crossed, now that a moment is over."""
    cases = counts[CASES] - counts[OVER]
    if watch.begin >= 0:
        cases = np.int64(0)
        for desk in range(watch.begin, watch.end):
            cases += desks[desk].queued
    held = cases > watch.bound if watch.above != 0 else cases < watch.bound
    before = watch.held != 0
    watch.held = 1 if held else 0
    return held and not before
