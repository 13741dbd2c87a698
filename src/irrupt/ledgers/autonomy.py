"""Who sets how work is done: steps whose order, speed or method no rule of somebody else sets, as they are done.

A rule sets the order of a step by priorities and the order of a queue, its speed by times, its method by routes, skips
and checks. What a team, or somebody in it, has written for itself, and what it has negotiated, is its own. The rules at
the beginning have no author here: what they say counts as nobody else's, so that levels are upper bounds, and only
differences tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.model import Aspect, Measure, Parties, Window

NAN = float("nan")
SET_BY: Mapping[str, frozenset[Aspect]] = {
    "order": frozenset({"priority"}),
    "speed": frozenset({"durations"}),
    "method": frozenset({"routes", "skips", "checks"}),
}
"""What a rule can set of a step, and by which aspects."""

Bound = npt.NDArray[np.bool_]
"""(order, speed, method; clients; teams), as numbered in a legend: whether somebody else's rule sets it."""


def _measure(name: str, of: str, definition: str) -> Measure:
    return Measure(
        name=name,
        ledger="work",
        unit="share",
        of="team",
        definition=definition,
        set_by=SET_BY[of],
        matters_least=0.005,
        source="after Karasek 1979, Job Demands, Job Decision Latitude, and Mental Strain; Terssac 1992",
    )


OWN_ORDER = _measure(
    mark("own order"),
    "order",
    mark(
        "Share of the steps that the team's people do whose order no rule of somebody else sets: no priority and no "
        "order of the queue that others wrote while the work was observed. What the team wrote itself or negotiated is "
        "its own. Told only where the authors of rules are known."
    ),
)
OWN_SPEED = _measure(
    mark("own speed"),
    "speed",
    mark(
        "Share of the steps that the team's people do whose time no rule of somebody else sets. What the team wrote "
        "itself or negotiated is its own. Told only where the authors of rules are known."
    ),
)
OWN_METHOD = _measure(
    mark("own method"),
    "method",
    mark(
        "Share of the steps that the team's people do whose way no rule of somebody else sets: no route, skipped step "
        "or check that others wrote while the work was observed. What the team wrote itself or negotiated is its own. "
        "Told only where the authors of rules are known."
    ),
)


def unbound(legend: Legend) -> Bound:
    """Nothing is set by rules of somebody else."""
    return np.zeros((len(SET_BY), len(legend.clients), len(legend.teams)), np.bool_)


@dataclass(slots=True)
class AutonomyState:
    """Steps per team, and how many of these are its own in each respect."""

    window: Window
    bound: Bound | None
    done: npt.NDArray[np.float64]
    own: npt.NDArray[np.float64]
    """(order, speed, method; teams)."""


@dataclass(frozen=True, slots=True)
class AutonomyReducer:
    """What teams set themselves. *bound*: None where nobody knows who wrote the rules."""

    bound: Bound | None = None
    measures: ClassVar[tuple[Measure, ...]] = (OWN_ORDER, OWN_SPEED, OWN_METHOD)

    def begin(self, legend: Legend, window: Window) -> AutonomyState:
        """Fresh state."""
        teams = len(legend.teams)
        return AutonomyState(window, self.bound, np.zeros(teams), np.zeros((len(SET_BY), teams)))

    def add(self, state: AutonomyState, rows: Rows) -> None:
        """Take in the next rows."""
        if state.bound is None:
            return
        counted = (rows.person >= 0) & (rows.team >= 0) & (rows.client >= 0) & state.window.contains(rows.end)
        counted &= rows.flags & (CLIENT_ACT | BY_ITSELF) == 0
        client, team = rows.client[counted], rows.team[counted]
        state.done += np.bincount(team, minlength=len(state.done))
        for what, bound in enumerate(state.bound):
            state.own[what] += np.bincount(team[~bound[client, team]], minlength=len(state.done))

    def result(self, state: AutonomyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        found: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        for party, teams in parties.teams.items():
            who = [team for team in teams if team < len(state.done)]
            done = float(state.done[who].sum())
            for measure, own in zip(self.measures, state.own, strict=True):
                told = done > 0 and state.bound is not None
                found[measure.name][party] = float(own[who].sum()) / done if told else NAN
        return found
