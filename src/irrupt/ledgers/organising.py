"""Organising work: who changes rules, how often, and the hours that people spend on rules.

Hours of every week that somebody spends on rules, paid and on duty, stand in calendars; what a change takes once, it
says itself. Changes come from the history of a run, or from the rules of a Chronicle, real or agreed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.duty import Members, Past, members_of, summed
from irrupt.ledgers.hours import Duty, OnDuty, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.units import HOUR

NAN = float("nan")
QUARTER = 13.0
"""Weeks."""
RELAY = "relay"

ORGANISING = Measure(
    name=mark("organising work"),
    ledger="organisation",
    unit=mark("h a week"),
    of="team",
    definition=mark(
        "Hours a week, on duty and paid, that the team's people spend on rules instead of cases, and those that "
        "changes of rules take it who made them or agreed to them, or one of them. Told only where hours or changes "
        "are known."
    ),
    set_by=frozenset({"calendars", "organising"}),
    matters_least=0.25,
    source=mark("after Terssac 2012, Le client : co-producteur de l'organisation ? (organising work)"),
)
HIS_ORGANISING = Measure(
    name=mark("organising work of the client"),
    ledger="organisation",
    unit=mark("h a week"),
    of="client",
    definition=mark(
        "Hours a week that changes of rules take the client who made them or agreed to them. Told only where "
        "changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.25,
)
HIS_CHANGES = Measure(
    name=mark("changes of rules by the client"),
    ledger="organisation",
    unit=mark("changes a quarter"),
    of="client",
    definition=mark(
        "Changes of rules in a quarter of a year that the client made or agreed to, or that those who speak for him "
        "carry up. Told only where changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.5,
)
HIS_SHARE = Measure(
    name=mark("share of changes of rules by the client"),
    ledger="organisation",
    unit=mark("share"),
    of="client",
    definition=mark(
        "Of all changes of rules, the share that the client made or agreed to, or that those who speak for him "
        "carry up; 0 where none changes. Told only where changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.01,
)
ITS_CHANGES = Measure(
    name=mark("changes of rules by the team"),
    ledger="organisation",
    unit=mark("changes a quarter"),
    of="team",
    definition=mark(
        "Changes of rules in a quarter of a year that the team, or somebody in it, made or agreed to. Told only "
        "where changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.5,
)


PRESCRIBERS = Measure(
    name=mark("organising work of prescribers"),
    ledger="organisation",
    unit=mark("h a week"),
    of="team",
    definition=mark(
        "Hours a week that changes of rules take whoever makes them or agrees to them and is neither a client nor "
        "in a team: management, methods, planning. Told of all teams together, and only where changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.25,
)
THEIR_CHANGES = Measure(
    name=mark("changes of rules by prescribers"),
    ledger="organisation",
    unit=mark("changes a quarter"),
    of="team",
    definition=mark(
        "Changes of rules in a quarter of a year that somebody made or agreed to who is neither a client nor in a "
        "team: management, methods, planning. Told of all teams together, and only where changes are known."
    ),
    set_by=frozenset({"organising"}),
    matters_least=0.5,
)


class Organised(NamedTuple):
    """A change of rules, as far as it is organising work."""

    moment: float
    """Seconds since the origin of the legend."""
    author: str
    voice: str
    """The client in whose name those speak who carry it up; empty: nobody's."""
    hours: float
    agreed_by: tuple[str, ...] = ()
    """Who else is its author."""

    @property
    def authors(self) -> tuple[str, ...]:
        """All whose change it is."""
        return (self.author, *self.agreed_by)


def organised(changes: Iterable[RuleChange], moment: Callable[[RuleChange], float]) -> list[Organised]:
    """*changes*, each at its *moment*, but what is only learned. Hours of every week that they set stand in calendars,
    and count there."""
    return [
        Organised(
            moment=moment(one),
            author=one.author,
            voice=one.claim.party if one.channel == RELAY and one.claim else "",
            hours=0.0 if any(map(_sets_hours, one.edits)) else one.organising_hours,
            agreed_by=one.agreed_by,
        )
        for one in changes
        if not one.learned
    ]


def _sets_hours(edit: Edit) -> bool:
    if edit.part != "calendars":
        return False
    before, after = (calendar.organising if calendar else () for calendar in (edit.before, edit.after))
    return before != after


def organised_in(rules: pl.DataFrame, legend: Legend) -> list[Organised] | None:
    """The changes in the *rules* of a Chronicle that tell when they were made; None where it has none: then nobody
    knows."""
    if rules.is_empty():
        return None
    return [
        Organised(
            moment=legend.second(row["time"]),
            author=row["author"],
            voice=json.loads(row["claim"])["party"] if row["channel"] == RELAY and row["claim"] else "",
            hours=row["organising_hours"] or 0.0,
            agreed_by=tuple(row.get("agreed_by") or ()),
        )
        for row in rules.iter_rows(named=True)
        if row["time"] is not None and not row.get("learned")
    ]


@dataclass(slots=True)
class OrganisingState:
    """What is known of organising work."""

    legend: Legend
    window: Window
    seconds: Floats | None
    """Per person of the legend: spent on rules in the window; None: nobody is known to."""
    members: Members
    changes: list[Organised] | None = None
    """None: not known."""
    past: Past = field(default_factory=list)

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people spend hours on rules as in *after*."""
        begin, end = float(np.clip(moment, self.window.begin, self.window.end)), self.window.end
        old, new = spent(legend, before, begin, end), spent(legend, after, begin, end)
        seconds = np.zeros(len(legend.people)) if self.seconds is None else self.seconds
        members = members_of(legend, after)
        if members == self.members:
            self.seconds = seconds + new - old
            return
        self.past.append((self.members, (seconds - old,)))
        self.members, self.seconds = members, new

    def people(self, teams: Iterable[int]) -> set[int]:
        """Who belongs to *teams*, or did."""
        teams = tuple(teams)
        known = (self.members, *(members for members, _seconds in self.past))
        return {person for members in known for team in teams for person in members.get(team, ())}


def on_rules(known: OnDuty) -> dict[str, Duty]:
    """When people spend their hours on rules, as hours on duty; nobody who never does."""
    spending = {name: duty for name, duty in known.items() if duty.organising.weekly or duty.organising.dated}
    return {
        name: Duty(teams=duty.teams, hours=duty.organising.weekly, dated=duty.organising.dated, pay=duty.pay)
        for name, duty in spending.items()
    }


def spent(legend: Legend, known: OnDuty, begin: float, end: float) -> Floats:
    """Seconds that each person of *legend* spends on rules between two moments."""
    spending = on_rules(known)
    if not spending:
        return np.zeros(len(legend.people))
    return hours_known(legend, spending).everybody(begin, end)[: len(legend.people)]


@dataclass(frozen=True, slots=True)
class OrganisingReducer:
    """Hours and changes of each client and each team. It reads no rows."""

    on_duty: OnDuty | None = None
    changes: Sequence[Organised] | None = field(default=None)
    measures: ClassVar[tuple[Measure, ...]] = (
        *(ORGANISING, PRESCRIBERS, HIS_ORGANISING, HIS_CHANGES, HIS_SHARE, ITS_CHANGES, THEIR_CHANGES),
    )

    def begin(self, legend: Legend, window: Window) -> OrganisingState:
        """Fresh state."""
        known = self.on_duty or {}
        seconds = spent(legend, known, window.begin, window.end) if on_rules(known) else None
        changes = None if self.changes is None else list(self.changes)
        return OrganisingState(legend, window, seconds, members_of(legend, known), changes)

    def add(self, state: OrganisingState, rows: Rows) -> None:
        """Rows tell nothing of it."""

    def result(self, state: OrganisingState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value."""
        found: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        window, weeks = state.window, state.window.weeks
        told = state.changes is not None
        changes = [one for one in state.changes or () if window.begin <= one.moment < window.end]
        for party, clients in parties.clients.items():
            names = {state.legend.clients[number] for number in clients}
            his = len([one for one in changes if not names.isdisjoint((*one.authors, one.voice))])
            found[HIS_ORGANISING.name][party] = _hours(changes, names) / weeks if told else NAN
            found[HIS_CHANGES.name][party] = his / weeks * QUARTER if told else NAN
            found[HIS_SHARE.name][party] = his / max(len(changes), 1) if told and names else NAN
        for party, teams in parties.teams.items():
            names = {state.legend.teams[team] for team in teams if team < len(state.legend.teams)}
            names |= {state.legend.people[person] for person in state.people(teams)}
            own = [one for one in changes if not names.isdisjoint(one.authors)]
            seconds = () if state.seconds is None else summed(state.past, state.members, (state.seconds,), teams)
            hours = sum(seconds) / HOUR
            known = told or state.seconds is not None
            found[ORGANISING.name][party] = (hours + _hours(changes, names)) / weeks if known else NAN
            found[ITS_CHANGES.name][party] = len(own) / weeks * QUARTER if told else NAN
            elsewhere = _prescribers(state.legend, changes)
            theirs = [one for one in changes if not elsewhere.isdisjoint(one.authors)]
            whole = told and set(range(len(state.legend.teams))) <= set(teams)
            found[PRESCRIBERS.name][party] = _hours(changes, elsewhere) / weeks if whole else NAN
            found[THEIR_CHANGES.name][party] = len(theirs) / weeks * QUARTER if whole else NAN
        return found


def _hours(changes: Iterable[Organised], names: set[str]) -> float:
    """Hours that *changes* take those called *names*, each of whom spends them."""
    return sum(one.hours * len(names.intersection(one.authors)) for one in changes)


def _prescribers(legend: Legend, changes: Iterable[Organised]) -> set[str]:
    """The authors of *changes* who neither ask for work nor do it."""
    return {author for one in changes for author in one.authors} - {*legend.clients, *legend.teams, *legend.people}
