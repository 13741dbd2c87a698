"""What a search found: who is beaten by nobody, in measures of different parties, and how surely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from irrupt.errors import Fault, UsageError
from irrupt.experiment.candidates import Space
from irrupt.experiment.outputs import Output, output_in, possible
from irrupt.experiment.varied import Interval
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act
from irrupt.showing import in_notebook

EVERY_TEAM, EVERY_CLIENT = "every team", "every client"
"""Parties of a limit that holds for each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is to be low (*sign* -1) or high (1)."""

    output: Output
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What must not be above (*sign* 1) or below (-1) a level."""

    output: Output
    sign: int
    level: float

    @property
    def scale(self) -> float:
        """By what to divide the distance to it, to hold it against that to limits of other measures."""
        return abs(self.level) or 1.0

    def passed(self, value: float) -> float:
        """By which share of it *value* passes it; 0 or less keeps to it."""
        return self.sign * (value - self.level) / self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One candidate: what is done, and what it comes to."""

    acts: tuple[Act, ...]
    """Empty: everything stays as it is."""
    settings: Mapping[str, float]
    """Name of a parameter -> its value."""
    goals: tuple[Interval, ...]
    """With the acts minus without, for each goal."""
    noise: tuple[float, ...]
    """What the noise of the runs makes of half of each of these intervals (`statistics.halves`)."""
    learned: tuple[float, ...]
    """The same for the uncertainty of what was learned; nan: not known."""
    levels: tuple[Interval, ...]
    """With the acts, for each limit."""
    kept: tuple[float, ...]
    """For each limit, the share of resamples of the pairs of runs in which it is kept."""
    first: tuple[float, ...]
    """What the search saw, for each goal: good luck included."""
    on: bool
    """Whether nobody beats it, of those who keep to the limits."""
    share: float
    """Share of resamples of the pairs of runs in which that is so."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Search:
    """What was looked for, and who serves whom best."""

    organisation: Organisation
    space: Space
    goals: tuple[Goal, ...]
    limits: tuple[Limit, ...]
    found: tuple[Served, ...]
    """Those who may be on the front, on it first."""
    tried: int
    impossible: int
    """Candidates that cannot be done."""
    every: bool
    """Whether all there are were tried."""
    again: bool
    """Whether who is found was measured again with other luck; else what is told looks too good."""
    left_out: int
    """Candidates that may be on the front, and were not measured again since there are too many."""
    pairs: int
    """Pairs of runs behind each that is told."""
    weeks: float
    seed: int
    today: tuple[Act, ...] = ()
    """What clients do anyway, whatever is tried."""
    alternatives: int = 0
    """Other organisations that the records support, on which who is told was measured too."""
    seconds: float = 0.0
    interrupted: bool = False
    provenance: dict[str, Any] | None = None

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return f"<Search: {len(self.front)} on the front of {len(self.found)} measured; {self.pairs} pairs of runs>"

    @property
    def front(self) -> tuple[Served, ...]:
        """Those whom nobody beats."""
        return tuple(one for one in self.found if one.on)

    @property
    def nearest(self) -> Served | None:
        """Where nobody keeps to all limits, who comes nearest: of what is measured, its farthest limit is passed least,
        as a share of that limit. None where somebody does, or there are no limits."""
        if self.front or not self.limits:
            return None
        return min(self.found, key=self._passed, default=None)

    def _passed(self, one: Served) -> float:
        passed = [limit.passed(found.value) for limit, found in zip(self.limits, one.levels, strict=True)]
        return max((share for share in passed if math.isfinite(share)), default=math.inf)

    @property
    def table(self) -> pl.DataFrame:
        """One row per candidate found and goal or limit: `candidate`, `acts`, settings, `output`, `unit`, `value`,
        `low`, `high` (a difference for goals, a level for limits), `noise` and `learned` (the parts of the interval of
        a difference), `limit`, `kept`, `on`, `share`."""
        from irrupt.regulation.when import title

        rows = []
        for number, one in enumerate(self.found, 1):
            told = {"candidate": number, "acts": " + ".join(map(title, one.acts))}
            told |= {place.name: one.settings.get(place.name) for place in self.space.parameters}
            state = {"on": one.on, "share": one.share}
            for goal, found, noise, learned in zip(self.goals, one.goals, one.noise, one.learned, strict=True):
                what = {"output": goal.output.name, "unit": goal.output.unit, **found._asdict()}
                parts = {"noise": noise, "learned": learned if math.isfinite(learned) else None}
                rows.append(told | what | parts | {"limit": None, "kept": None} | state)
            for limit, found, kept in zip(self.limits, one.levels, one.kept, strict=True):
                what = {"output": limit.output.name, "unit": limit.output.unit, **found._asdict()}
                parts = {"noise": None, "learned": None}
                rows.append(told | what | parts | {"limit": limit.level, "kept": kept} | state)
        return pl.DataFrame(rows, infer_schema_length=None)


def goals_in(lower: Sequence[str], higher: Sequence[str]) -> tuple[Goal, ...]:
    """The goals in words. Raises `UsageError` for what is no measure."""
    return tuple(
        Goal(output=output_in(text), sign=sign) for texts, sign in ((lower, -1), (higher, 1)) for text in texts
    )


def limits_in(
    at_most: Sequence[tuple[str, float]], at_least: Sequence[tuple[str, float]], organisation: Organisation
) -> tuple[Limit, ...]:
    """The limits in words; `every team` and `every client` are each of those of *organisation*.

    Raises `UsageError` for what is no measure, or no number.
    """
    found = []
    for given, sign in ((at_most, 1), (at_least, -1)):
        for text, level in given:
            if not math.isfinite(level):
                raise UsageError(Fault(text, str(level), _("a number")))
            one = output_in(text)
            possible(one, level)
            who = {EVERY_TEAM: sorted(organisation.teams), EVERY_CLIENT: sorted(organisation.clients)}
            for party in who.get(one.party, [one.party]):
                output = Output(measure=one.measure, party=party, unit=one.unit)
                found.append(Limit(output=output, sign=sign, level=level))
    return tuple(found)
