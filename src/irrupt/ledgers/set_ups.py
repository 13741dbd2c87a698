"""Set-ups: the work before a batch, and activities whose name says that something is set up or changed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.hours import Hours, OnDuty, TeamHours, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.worked import Worked, together
from irrupt.units import HOUR

NAN = float("nan")

SET_UPS = Measure(
    name=mark("set-up work"),
    ledger="organisation",
    unit=mark("h a week"),
    of="team",
    definition=mark(
        "Hours a week that the team's people spend on set-ups: in activities whose name says so, and before batches "
        "that are done at once, each as long as the rules have it in the mean. Told only where there are any."
    ),
    set_by=frozenset({"skips", "checks", "routes", "durations", "demand"}),
    matters_least=0.25,
    source=mark(
        "after Goldratt & Cox 1984, The Goal (time of set-ups), and Shingo 1985, A Revolution in Manufacturing"
    ),
)


_WORDS = re.compile(
    r"\bset[ -]?ups?\b|\bchange[ -]?overs?\b|\bretool|\b(um)?rüst|\bréglages?\b"
    r"|\bchangements? (de |d’|d')(série|outil)|\bomstel|\bombouw|\battrezzagg|\bcambios? de (serie|utillaje|útil)",
    re.IGNORECASE,
)


def sets_up(activity: str) -> bool:
    """Whether the name of *activity* says that something is set up or changed over.

    >>> [sets_up(name) for name in ("Set up machine", "Umrüsten", "Changement de série", "Assemble")]
    [True, True, True, False]
    """
    return _WORDS.search(activity) is not None


@dataclass(slots=True)
class SetUpState:
    """Seconds per team of the legend."""

    window: Window
    hours: Hours
    named: Flags
    """Per activity."""
    before: Floats
    """Per activity: seconds before each batch."""
    seconds: Floats

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty as in *after*."""
        self.hours = hours_known(legend, after)


@dataclass(frozen=True, slots=True)
class SetUpReducer:
    """Hours of set-ups of each team."""

    on_duty: OnDuty | None = None
    team_hours: TeamHours | None = None
    worked: Worked = field(default_factory=Worked)
    measures: ClassVar[tuple[Measure, ...]] = (SET_UPS,)

    def begin(self, legend: Legend, window: Window) -> SetUpState:
        """Fresh state."""
        known = dict(legend.set_ups)
        return SetUpState(
            window=window,
            hours=hours_known(legend, self.on_duty, self.team_hours),
            named=np.array([*map(sets_up, legend.activities)], np.bool_),
            before=np.array([known.get(name, 0.0) for name in legend.activities], np.float64),
            seconds=np.zeros(len(legend.teams)),
        )

    def add(self, state: SetUpState, rows: Rows) -> None:
        """Take in the next rows."""
        if not (state.named.any() or state.before.any()):
            return
        done = (rows.activity >= 0) & (rows.team >= 0) & (rows.flags & (CLIENT_ACT | BY_ITSELF) == 0)
        at = np.flatnonzero(done & state.window.contains(rows.end))
        activity, at_once = rows.activity[at], together(rows)[at]
        spent = np.where(state.named[activity], self.worked.of(rows, state.hours)[at], state.before[activity])
        state.seconds += np.bincount(rows.team[at], spent / at_once, minlength=len(state.seconds))

    def result(self, state: SetUpState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> team or group of teams -> value."""
        told = bool(state.named.any() or state.before.any())
        found = {}
        for party, teams in parties.teams.items():
            seconds = state.seconds[[team for team in teams if team < len(state.seconds)]].sum()
            found[party] = float(seconds) / HOUR / state.window.weeks if told else NAN
        return {SET_UPS.name: found}
