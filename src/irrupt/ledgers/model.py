"""What a measure is, and who it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.rows import Legend, Rows
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.units import WEEK, number_text

SUMMER_TIME = 3600.0
"""Seconds that a week of the calendar may be short of."""

Ledger = Literal["market", "organisation", "work", "power"]
Aspect = Literal[
    "demand",
    "due",
    "routes",
    "ending",
    "skips",
    "checks",
    "priority",
    "interrupts",
    "durations",
    "delays",
    "calendars",
    "staff",
    "hands",
    "schedule",
    "planning",
    "capacity",
    "price",
    "penalty",
    "charges",
    "pay",
    "authors",
    "organising",
]
"""A part of the rules that an act can edit."""
Of = Literal["client", "team", "client at team", "client at activity"]
Pair = tuple[Sequence[int], Sequence[int]]
"""Numbers of clients, and numbers of teams or activities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure, defined once for real and simulated records alike."""

    name: str
    """English, in lower case: identifies it everywhere and is the key of its translation."""
    ledger: Ledger
    unit: str
    """`h`, `cases`, `cases a week`, `h a week`, `steps`, `steps a week`, `handovers`, `people`, `share`, or empty for
    a plain ratio."""
    of: Of
    """Whose measure it is."""
    definition: str
    """One sentence, English, translated where shown."""
    set_by: frozenset[Aspect] = frozenset()
    """Aspects of the rules that fix this measure directly for a party: an effect through them is by construction."""
    matters: float = 0.05
    """Smallest effect that matters, as a share of the baseline's value."""
    matters_least: float = 0.0
    """The same, at least this much, in the measure's unit."""
    source: str = ""
    """Whose measure it is, English; what it says beside names of works is translated where shown."""
    of_whole: bool = True
    """Of a share: whether it is one of a whole, so that it lies between nought and 100 %. Others are told in per cent
    of something that they are no part of."""
    of_employment: bool = False
    """Of the work ledger: whether it is one of the conditions of employment (status, guarantee, protection), and not of
    those at work."""

    def __post_init__(self) -> None:
        said = [("ledger", self.ledger, Ledger), ("of", self.of, Of), *(("set by", one, Aspect) for one in self.set_by)]
        for name, value, known in said:
            if value not in get_args(known):
                remedy = did_you_mean(str(value), get_args(known))
                raise UsageError(Fault(f"{self.name}: {name}", f'"{value}"', remedy=remedy))

    def impossible(self, value: float) -> str:
        """What is wrong with *value* where this measure, a share of a whole, can never come to it; empty where nothing
        is."""
        if self.unit != "share" or not self.of_whole or 0 <= value <= 1:
            return ""
        found = _("{value} % is not possible: {measure} is a share of a whole; write 0 to 100 %")
        return found.format(value=number_text(round(100 * value, 6)), measure=_(self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that is measured, in seconds since the origin: cases that arrive in it, work done in it."""

    begin: float
    end: float
    cut: tuple[int, int] = (0, 0)
    """How many weeks at its begin and at its end are there in part only, since the records begin or end in them."""

    def __post_init__(self) -> None:
        # compiled loops are compiled once more for whole numbers
        object.__setattr__(self, "begin", float(self.begin))
        object.__setattr__(self, "end", float(self.end))

    @property
    def weeks(self) -> float:
        """Length in weeks."""
        return (self.end - self.begin) / WEEK

    @property
    def full(self) -> Window:
        """The weeks that are there as a whole: what is told per week is counted in them."""
        if not any(self.cut):
            return self
        return Window(begin=self.begin + WEEK * self.cut[0], end=self.end - WEEK * self.cut[1])

    @property
    def full_weeks(self) -> slice:
        """Those among its weeks."""
        return slice(self.cut[0], -self.cut[1] or None)

    def whole(self, period: float) -> int:
        """How many whole periods of so many seconds it has; an hour that summer time takes away is not missed."""
        return int((self.end - self.begin + min(SUMMER_TIME, period / 24)) // period)

    def contains(self, moment: Floats) -> Flags:
        """Which moments lie in it; nan does not."""
        return (moment >= self.begin) & (moment < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Names of parties, each with the numbers (in the legend) of the clients or teams that it stands for."""

    clients: Mapping[str, Sequence[int]] = field(default_factory=dict)
    teams: Mapping[str, Sequence[int]] = field(default_factory=dict)
    at_teams: Mapping[str, Pair] = field(default_factory=dict)
    """Clients at teams, and..."""
    at_activities: Mapping[str, Pair] = field(default_factory=dict)
    """... clients at activities: asked for only where the detail is."""

    def of(self, whose: Of) -> Mapping[str, object]:
        """The parties whose measures are *whose*."""
        return {
            "client": self.clients,
            "team": self.teams,
            "client at team": self.at_teams,
            "client at activity": self.at_activities,
        }[whose]


@runtime_checkable
class Reducer(Protocol):
    """Reads rows once, in chunks ordered by `end`, and yields the values of some measures.

    State is plain arrays; `add` must not hold the GIL for long (compiled), so that replications run on threads.
    """

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures whose values it yields."""

    def begin(self, legend: Legend, window: Window) -> Any:
        """Fresh state."""

    def add(self, state: Any, rows: Rows) -> None:
        """Take in the next rows."""

    def result(self, state: Any, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value; nan where the records do not tell."""
