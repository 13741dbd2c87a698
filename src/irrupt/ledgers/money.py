"""What clients pay and what people are paid: told where prices and pay are known, in whatever money they are given in.

Real records do not tell either, so both measures of clients and both of teams stay untold there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import GAVE_UP, LAST, Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers.duty import members_of
from irrupt.ledgers.hours import OnDuty, hours_known
from irrupt.ledgers.kernels import HOUR
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.organising import spent
from irrupt.organisation.model import Organisation

Floats = npt.NDArray[np.float64]
NAN = float("nan")
Prices = Mapping[str, float]
"""Client -> what each of his cases brings when it is finished."""

TURNOVER = Measure(
    name=mark("turnover"),
    ledger="market",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What the client's cases that finish bring, a week, at the price in force when they do; what he gives up "
        "brings nothing. Told only where his price is known."
    ),
    set_by=frozenset({"price"}),
    matters_least=0.01,
)
PRICE = Measure(
    name=mark("price per case"),
    ledger="market",
    unit=mark("money a case"),
    of="client",
    definition=mark("What the client pays for a case, on average over those that finish. Told only where it is known."),
    set_by=frozenset({"price"}),
    matters=0.01,
    matters_least=0.0001,
)
PAY = Measure(
    name=mark("pay"),
    ledger="work",
    unit=mark("money an hour"),
    of="team",
    definition=mark("What an hour on duty is paid, on average over the team's people. Told only where it is known."),
    set_by=frozenset({"pay", "staff", "calendars"}),
    matters=0.01,
    matters_least=0.0001,
)
COST = Measure(
    name=mark("cost of hours"),
    ledger="work",
    unit=mark("money a week"),
    of="team",
    definition=mark(
        "What the hours on duty of the team's people cost, a week, worked or not. Told only where their pay is known."
    ),
    set_by=frozenset({"pay", "staff", "calendars"}),
    matters_least=0.01,
)


def prices(organisation: Organisation) -> dict[str, float]:
    """Client -> his price, where the rules of *organisation* say it."""
    return {name: one.price for name, one in organisation.clients.items() if one.price is not None}


def has_money(organisation: Organisation) -> bool:
    """Whether the rules of *organisation* tell any price or pay."""
    return bool(prices(organisation)) or any(person.pay is not None for person in organisation.people.values())


@dataclass(slots=True)
class MoneyState:
    """Sums per client, and per person of the legend."""

    window: Window
    price: Floats
    """Per client, in force now; nan: not known."""
    finished: Floats
    brought: Floats
    hours: Floats
    """Per person: hours on duty in the window."""
    paid: Floats
    members: dict[int, list[int]]

    def change_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty, and paid, as in *after*."""
        begin, end = float(np.clip(moment, self.window.begin, self.window.end)), self.window.end
        self.count(legend, before, begin, end, -1.0)
        self.count(legend, after, begin, end, 1.0)
        for team, people in members_of(legend, after).items():
            self.members[team] = sorted({*self.members.get(team, ()), *people})

    def count(self, legend: Legend, known: OnDuty, begin: float, end: float, times: float) -> None:
        """Add the hours on duty between two moments, and what they cost, so many *times*; none where nobody's pay is
        known."""
        if all(one.pay is None for one in known.values()):
            return
        hours = hours_known(legend, known).everybody(begin, end)[: len(legend.people)] / HOUR
        hours = hours + spent(legend, known, begin, end) / HOUR
        pay = [known[name].pay if name in known else 0.0 for name in legend.people]
        self.hours += times * hours
        self.paid += times * hours * np.array([NAN if one is None else one for one in pay], np.float64)

    def change_prices(self, legend: Legend, known: Prices) -> None:
        """Cases that finish from now on bring what *known* says."""
        self.price = _each(legend, known)


def _each(legend: Legend, known: Prices) -> Floats:
    return np.array([known.get(name, NAN) for name in legend.clients], np.float64)


@dataclass(frozen=True, slots=True)
class MoneyReducer:
    """Turnover and price of each client, pay and cost of each team."""

    on_duty: OnDuty | None = None
    prices: Prices = field(default_factory=dict)
    measures: ClassVar[tuple[Measure, ...]] = (TURNOVER, PRICE, COST, PAY)

    def begin(self, legend: Legend, window: Window) -> MoneyState:
        """Fresh state."""
        clients, people = len(legend.clients), len(legend.people)
        state = MoneyState(
            window=window,
            price=_each(legend, self.prices),
            finished=np.zeros(clients),
            brought=np.zeros(clients),
            hours=np.zeros(people),
            paid=np.zeros(people),
            members=members_of(legend, self.on_duty or {}),
        )
        state.count(legend, self.on_duty or {}, window.begin, window.end, 1.0)
        return state

    def add(self, state: MoneyState, rows: Rows) -> None:
        """Take in the next rows."""
        if np.isnan(state.price).all():
            return
        over = (rows.flags & (LAST | GAVE_UP)) == LAST
        who = rows.client[over & state.window.contains(rows.end)]
        count = np.bincount(who, minlength=len(state.price)).astype(np.float64)
        state.finished += count
        state.brought += np.where(count > 0, count * state.price, 0.0)

    def result(self, state: MoneyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value."""
        found: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        for party, clients in parties.clients.items():
            who = list(clients)
            money, cases = float(state.brought[who].sum()), float(state.finished[who].sum())
            told = len(who) > 0 and not np.isnan(state.price[who]).any()
            found[TURNOVER.name][party] = money / state.window.weeks if told else NAN
            found[PRICE.name][party] = money / cases if told and cases else NAN
        for party, teams in parties.teams.items():
            cost, hours = _of_teams(state, teams)
            found[COST.name][party] = cost / state.window.weeks if hours else NAN
            found[PAY.name][party] = cost / hours if hours else NAN
        return found


def _of_teams(state: MoneyState, teams: Sequence[int]) -> tuple[float, float]:
    people = sorted({person for team in teams for person in state.members.get(team, ())})
    return float(state.paid[people].sum()), float(state.hours[people].sum())
