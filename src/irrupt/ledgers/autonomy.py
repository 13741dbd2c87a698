"""Who sets how work is done: steps whose order, speed or method no rule of somebody else sets, as they are done; and
who asks people to move between posts.

A rule sets the order of a step by priorities and the order of a queue, its speed by times, its method by routes, skips
and checks. What a team, or somebody in it, has written for itself, and what it has negotiated, is its own. Who wrote
the rules at the beginning, the organisation may say; where it does not, they count as nobody else's, so that levels are
upper bounds, and only differences tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, INTERRUPTED, Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.model import Aspect, Measure, Parties, Window
from irrupt.organisation.authorship import RESPECTS, Respect

NAN = float("nan")
SET_BY: Mapping[Respect, frozenset[Aspect]] = {
    "order": frozenset({"priority"}),
    "speed": frozenset({"durations"}),
    "method": frozenset({"routes", "skips", "checks"}),
}
"""What a rule can set of a step, and by which aspects."""
METHOD = RESPECTS.index("method")
NOWHERE = np.iinfo(np.int64).min

NOBODYS, OWN, THEIRS = range(3)
"""Whose rule something is: nobody's that is known, of those who do the work, somebody else's."""


class Bound(NamedTuple):
    """Whose rule sets what, one of these three, as numbered in a legend."""

    work: npt.NDArray[np.int8]
    """(order, speed, method; clients; activities; teams)."""
    posts: npt.NDArray[np.int8]
    """(people, teams): that somebody works there, who did not before."""

    def copy(self) -> Bound:
        """The same, to be changed."""
        return Bound(self.work.copy(), self.posts.copy())


def _measure(name: str, of: Respect, definition: str) -> Measure:
    return Measure(
        name=name,
        ledger="work",
        unit="share",
        of="team",
        definition=definition,
        set_by=SET_BY[of] | {"authors"},
        matters_least=0.005,
        source=mark("after Karasek 1979, Job Demands, Job Decision Latitude, and Mental Strain; Terssac 1992"),
    )


OWN_ORDER = _measure(
    mark("own order"),
    "order",
    mark(
        "Share of the steps that the team's people do whose order no rule of somebody else sets: no priority and no "
        "order of the queue that is known to be written by others. What the team wrote itself or negotiated is its "
        "own. Told only where the authors of rules are known."
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
        "Share of the steps that the team's people do whose way no rule of somebody else sets: no way of working, "
        "route, skipped step or check that is known to be written by others. What the team wrote itself or negotiated "
        "is its own. Told only where the authors of rules are known."
    ),
)


BY_DOERS = Measure(
    name=mark("method written by those who do it"),
    ledger="organisation",
    unit="share",
    of="team",
    definition=mark(
        "Of the steps that the team's people do whose method a rule with a known author sets, the share where the team "
        "wrote it, somebody in it, or both sides together: how near those who write are to the work. Told only where "
        "the authors of rules are known."
    ),
    set_by=SET_BY["method"] | {"authors"},
    matters_least=0.005,
    source=mark(
        "after Segrestin 1997, L'entreprise à l'épreuve des normes de marché (certification written by operatives)"
    ),
)


ASKED_TO_MOVE = Measure(
    name=mark("moves that others ask for"),
    ledger="work",
    unit="share",
    of="team",
    definition=mark(
        "Of the moves between posts of the team, the share into a team, or out of one, in which somebody else's rule "
        "has whoever moves work: neither he nor a team of his made it or agreed to it. 0 where nobody moves. Told only "
        "where the authors of rules are known."
    ),
    set_by=frozenset({"staff", "authors"}),
    matters_least=0.01,
)


def unbound(legend: Legend) -> Bound:
    """Nothing is set by rules that somebody is known to have written."""
    shape = (len(RESPECTS), len(legend.clients), len(legend.activities), len(legend.teams))
    return Bound(np.zeros(shape, np.int8), np.zeros((len(legend.people), len(legend.teams)), np.int8))


@dataclass(slots=True)
class AutonomyState:
    """Steps per team, and how many of these are whose in each respect."""

    window: Window
    bound: Bound | None
    steps: Floats
    """(order, speed, method; whose; teams)."""
    moves: Floats
    """(all, those that others ask for; teams)."""
    latest: Ints
    """(people): the post of each, an activity in a team; `NOWHERE`: none so far."""


@dataclass(frozen=True, slots=True)
class AutonomyReducer:
    """What teams set themselves. *bound*: None where nobody knows who wrote the rules."""

    bound: Bound | None = None
    measures: ClassVar[tuple[Measure, ...]] = (OWN_ORDER, OWN_SPEED, OWN_METHOD, BY_DOERS, ASKED_TO_MOVE)

    def begin(self, legend: Legend, window: Window) -> AutonomyState:
        """Fresh state."""
        teams = len(legend.teams)
        steps, moves = np.zeros((len(RESPECTS), 3, teams)), np.zeros((2, teams))
        return AutonomyState(window, self.bound, steps, moves, np.full(len(legend.people), NOWHERE))

    def add(self, state: AutonomyState, rows: Rows) -> None:
        """Take in the next rows."""
        if state.bound is None:
            return
        add_moves(state, rows, state.bound.posts)
        counted = (rows.person >= 0) & (rows.team >= 0) & (rows.client >= 0) & state.window.contains(rows.end)
        counted &= rows.flags & (CLIENT_ACT | BY_ITSELF | INTERRUPTED) == 0
        team = rows.team[counted].astype(np.int64)
        _respects, _clients, activities, teams = state.bound.work.shape
        place = (rows.client[counted].astype(np.int64) * activities + rows.activity[counted]) * teams + team
        for what, bound in enumerate(state.bound.work):
            whose = bound.ravel()[place].astype(np.int64) * teams + team
            state.steps[what] += np.bincount(whose, minlength=3 * teams).reshape(3, teams)

    def result(self, state: AutonomyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        found: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        for party, teams in parties.teams.items():
            who = [team for team in teams if team < state.steps.shape[2]]
            steps = state.steps[:, :, who].sum(axis=2)
            for measure, (nobodys, own, theirs) in zip(self.measures, steps, strict=False):
                found[measure.name][party] = _share(nobodys + own, nobodys + own + theirs)
            found[BY_DOERS.name][party] = _share(steps[METHOD, OWN], steps[METHOD, OWN:].sum())
            moves, asked = state.moves[:, who].sum(axis=1)
            told = 0.0 if state.bound is not None and who else NAN
            found[ASKED_TO_MOVE.name][party] = _share(asked, moves) if moves > 0 else told
        return found


def add_moves(state: AutonomyState, rows: Rows, posts: npt.NDArray[np.int8]) -> None:
    """Count the moves in *rows*, where *posts* says who has people work where; as the ledger of people counts them."""
    theirs = (rows.person >= 0) & (rows.team >= 0) & (rows.flags & CLIENT_ACT == 0)
    order = np.flatnonzero(theirs)[np.argsort(rows.person[theirs], kind="stable")]
    person, team = rows.person[order].astype(np.int64), rows.team[order].astype(np.int64)
    teams = posts.shape[1]
    post = rows.activity[order].astype(np.int64) * teams + team
    first = np.ones(len(order), np.bool_)
    first[1:] = person[1:] != person[:-1]
    before = np.where(first, state.latest[person], np.roll(post, 1))
    last = np.roll(first, -1)
    state.latest[person[last]] = post[last]
    moved = (before != post) & (before != NOWHERE) & state.window.contains(rows.end[order])
    asked = moved & ((posts[person, team] == THEIRS) | (posts[person, before % teams] == THEIRS))
    for at, one in enumerate((moved, asked)):
        state.moves[at] += np.bincount(team[one], minlength=teams)


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else NAN
