"""What clients pay and what people are paid: told where prices and pay are known, in whatever money they are given in.

Real records do not tell either, so all of these stay untold there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.goods import Planned
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, FIRST, GAVE_UP, LAST, Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers import planned_costs
from irrupt.ledgers.definitions import COHEN
from irrupt.ledgers.duty import Members, Past, members_of, summed
from irrupt.ledgers.hours import Hours, OnDuty, hours_known
from irrupt.ledgers.model import Measure, Parties, Window
from irrupt.ledgers.organising import spent
from irrupt.ledgers.worked import Worked, together
from irrupt.organisation.model import Client, Organisation
from irrupt.units import DAY, HOUR

NAN = float("nan")
_LOST = np.uint8(FIRST | GAVE_UP)
"""Flags of cases that were worked on for nothing: as the table of cases has them, which knows when each came."""
Prices = Mapping[str, float]
"""Client -> what each of his cases brings when it is finished."""

TURNOVER = Measure(
    name=mark("turnover"),
    ledger="market",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What the client's cases that finish bring, a week, at the price in force when they do, or, where he orders by "
        "programme, the pieces that are delivered, and what he pays for changes of his schedules; what he gives up "
        "brings nothing. Told only where his price is known."
    ),
    set_by=frozenset({"price", "charges"}),
    matters_least=0.01,
)
PRICE = Measure(
    name=mark("price per case"),
    ledger="market",
    unit=mark("money a case"),
    of="client",
    definition=mark(
        "What the client pays for a case, on average over those that finish, or, where he orders by programme, for a "
        "piece that is delivered. Told only where it is known, and not of cases and pieces together."
    ),
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
LATE = Measure(
    name=mark("cost of lateness"),
    ledger="market",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What the client's cases that finish late cost the firm, a week, at his penalty for each day. Told only where "
        "it is known and cases are due."
    ),
    set_by=frozenset({"due", "penalty"}),
    matters_least=0.01,
    source=COHEN,
)
FOR_NOTHING = Measure(
    name=mark("cost of work for nothing"),
    ledger="organisation",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What work on cases that the client gives up or takes back, up to then, whenever they came, costs a week, at "
        "what those are paid who did it. Told only where their pay is known."
    ),
    set_by=frozenset({"pay"}),
    matters_least=0.01,
    source=COHEN,
)
COST = Measure(
    name=mark("cost of hours"),
    ledger="work",
    unit=mark("money a week"),
    of="team",
    definition=mark(
        "What the hours on duty of the team's people cost, a week, worked or not; where hours follow a plan, with "
        "overtime, temps and supplements for short notice. Told only where their pay is known."
    ),
    set_by=frozenset({"pay", "staff", "calendars", "capacity"}),
    matters_least=0.01,
)


def prices(organisation: Organisation) -> dict[str, float]:
    """Client -> his price, where the rules of *organisation* say it. Of those who order by programme, pieces that are
    delivered bring it, not cases."""
    return {name: one.price for name, one in _by_case(organisation).items() if one.price is not None}


def penalties(organisation: Organisation) -> dict[str, float]:
    """Client -> what a day costs by which a case of his is late, where the rules of *organisation* say it. Of those who
    order by programme, pieces are late, not cases."""
    return {name: one.penalty for name, one in _by_case(organisation).items() if one.penalty is not None}


def _by_case(organisation: Organisation) -> dict[str, Client]:
    """The clients who pay for cases: all but those who order by programme."""
    by_programme = {one.client for one in organisation.programmes.values()}
    return {name: one for name, one in organisation.clients.items() if name not in by_programme}


def has_money(organisation: Organisation) -> bool:
    """Whether the rules of *organisation* tell any price, penalty or pay, or what stock or changes cost."""
    told = [value for one in organisation.clients.values() for value in (one.price, one.penalty)]
    told += [person.pay for person in organisation.people.values()]
    told += [product.holding for product in organisation.products.values()]
    return has_charges(organisation) or any(value is not None for value in told)


def has_charges(organisation: Organisation) -> bool:
    """Whether changes of schedules have a price in the rules of *organisation*."""
    return any(programme.zones for programme in organisation.programmes.values())


@dataclass(slots=True)
class MoneyState:
    """Sums per client, and per person of the legend."""

    window: Window
    price: Floats
    """Per client, in force now; nan: not known."""
    penalty: Floats
    """The same, of what a day of lateness costs."""
    finished: Floats
    brought: Floats
    late: Floats
    """Per client: what his late cases cost."""
    due: bool
    """Whether any case is due."""
    on_duty: Floats
    """Per person: hours on duty in the window, since people belong to the teams to which they do."""
    paid: Floats
    members: Members
    pay: Floats
    """Per person: what an hour is paid now; nan: not known."""
    worked_in: Hours
    spent: Floats
    """Per case: what the work on it cost so far."""
    signs: npt.NDArray[np.uint8]
    """Per case: whether its begin is in the rows, and whether it was given up, as their flags."""
    lost: list[tuple[Ints, Ints32]]
    """Cases that were over, and given up, in the window, and whose they were."""
    legend: Legend
    past: Past = field(default_factory=list)
    planned: Planned | None = None
    """What a plan came to, once it is known."""

    @property
    def pays(self) -> bool:
        """Whether the pay of anybody is known."""
        return bool((self.pay > 0).any())

    def change_usual_hours(self, legend: Legend, before: OnDuty, after: OnDuty, moment: float) -> None:
        """From *moment* on people are on duty, and paid, as in *after*: without hours that follow a plan or what waits,
        whose cost is told apart."""
        begin, end = float(np.clip(moment, self.window.begin, self.window.end)), self.window.end
        self.count(legend, before, begin, end, -1.0)
        members = members_of(legend, after)
        if members != self.members:
            self.past.append((self.members, (self.paid, self.on_duty)))
            self.members, self.paid, self.on_duty = members, np.zeros_like(self.paid), np.zeros_like(self.on_duty)
        self.count(legend, after, begin, end, 1.0)

    def change_hours(self, legend: Legend, _before: OnDuty, after: OnDuty, _moment: float) -> None:
        """From now on people work on cases in the hours of *after*, whatever lets them."""
        self.pay, self.worked_in = pay_of(legend, after), hours_known(legend, after)

    def count(self, legend: Legend, known: OnDuty, begin: float, end: float, times: float) -> None:
        """Add the hours on duty between two moments, and what they cost, so many *times*; none where nobody's pay is
        known."""
        if all(one.pay is None for one in known.values()):
            return
        if not all(one.at_once for one in known.values()):
            known = {name: one for name, one in known.items() if one.at_once}
        hours = hours_known(legend, known).everybody(begin, end)[: len(legend.people)] / HOUR
        hours = hours + spent(legend, known, begin, end) / HOUR
        self.on_duty += times * hours
        self.paid += times * hours * pay_of(legend, known)

    def change_prices(self, legend: Legend, known: Prices, penalty: Prices) -> None:
        """Cases that finish from now on bring what *known* says, and cost the *penalty* for each day they are late."""
        self.price, self.penalty = _each(legend, known), _each(legend, penalty)


def pay_of(legend: Legend, known: OnDuty) -> Floats:
    """Per person of *legend*: what an hour is paid; 0 for whoever is never on duty, nan where it is not known."""
    pay = [known[name].pay if name in known else 0.0 for name in legend.people]
    return np.array([NAN if one is None else one for one in pay], np.float64)


def _each(legend: Legend, known: Prices) -> Floats:
    return np.array([known.get(name, NAN) for name in legend.clients], np.float64)


@dataclass(frozen=True, slots=True)
class MoneyReducer:
    """Turnover and price of each client, what lateness and work for nothing cost, pay and cost of each team."""

    on_duty: OnDuty | None = None
    prices: Prices = field(default_factory=dict)
    penalties: Prices = field(default_factory=dict)
    worked: Worked = field(default_factory=Worked)
    measures: ClassVar[tuple[Measure, ...]] = (TURNOVER, PRICE, LATE, FOR_NOTHING, COST, PAY)

    def begin(self, legend: Legend, window: Window) -> MoneyState:
        """Fresh state."""
        clients, people = len(legend.clients), len(legend.people)
        state = MoneyState(
            window=window,
            price=_each(legend, self.prices),
            penalty=_each(legend, self.penalties),
            finished=np.zeros(clients),
            brought=np.zeros(clients),
            late=np.zeros(clients),
            due=False,
            on_duty=np.zeros(people),
            paid=np.zeros(people),
            members=members_of(legend, self.on_duty or {}),
            pay=pay_of(legend, self.on_duty or {}),
            worked_in=hours_known(legend, self.on_duty),
            spent=np.zeros(0),
            signs=np.zeros(0, np.uint8),
            lost=[],
            legend=legend,
        )
        state.count(legend, self.on_duty or {}, window.begin, window.end, 1.0)
        return state

    def add(self, state: MoneyState, rows: Rows) -> None:
        """Take in the next rows."""
        if state.pays:
            self._spend(state, rows)
        if np.isnan(state.price).all() and np.isnan(state.penalty).all():
            return
        over = ((rows.flags & (LAST | GAVE_UP)) == LAST) & state.window.contains(rows.end)
        who = rows.client[over]
        count = np.bincount(who, minlength=len(state.price)).astype(np.float64)
        state.finished += count
        state.brought += np.where(count > 0, count * state.price, 0.0)
        if len(rows.due):
            days = np.maximum(rows.end[over] - rows.due[over], 0.0) / DAY
            state.due |= bool(np.isfinite(rows.due[over]).any())
            late = np.bincount(who, days, minlength=len(state.price))
            state.late += np.where(late > 0, late * state.penalty, 0.0)

    def _spend(self, state: MoneyState, rows: Rows) -> None:
        """What the work on cases costs, whoever gives them up in the end."""
        most = int(rows.case.max()) + 1
        if most > len(state.spent):
            more = (0, max(most, 2 * len(state.spent)) - len(state.spent))
            state.spent, state.signs = np.pad(state.spent, more), np.pad(state.signs, more)
        done = (rows.person >= 0) & (rows.flags & (CLIENT_ACT | BY_ITSELF) == 0)
        hours = self.worked.of(rows, state.worked_in)[done] / together(rows)[done] / HOUR
        np.add.at(state.spent, rows.case[done], hours * state.pay[rows.person[done]])
        told = rows.flags & _LOST != 0
        np.bitwise_or.at(state.signs, rows.case[told], rows.flags[told] & _LOST)
        over = (rows.flags & LAST != 0) & state.window.full.contains(rows.end)
        lost = over & (state.signs[rows.case] == _LOST)
        if lost.any():
            state.lost.append((rows.case[lost], rows.client[lost]))

    def result(self, state: MoneyState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value."""
        found: dict[str, dict[str, float]] = {one.name: {} for one in self.measures}
        for party, clients in parties.clients.items():
            who = list(clients)
            found[TURNOVER.name][party], found[PRICE.name][party] = _sales(state, who)
            late = bool(len(who)) and state.due and not np.isnan(state.penalty[who]).any()
            found[LATE.name][party] = float(state.late[who].sum()) / state.window.weeks if late else NAN
            found[FOR_NOTHING.name][party] = _for_nothing(state, who)
        for party, teams in parties.teams.items():
            cost, hours = _of_teams(state, teams)
            found[COST.name][party] = cost / state.window.weeks + _flexible(state, teams) if hours else NAN
            found[PAY.name][party] = cost / hours if hours else NAN
        return found


def _sales(state: MoneyState, clients: Sequence[int]) -> tuple[float, float]:
    """What *clients* pay a week, and for a case, or a piece; nan where it is not known."""
    by_programme = set(state.planned.clients) if state.planned is not None else set()
    names = {state.legend.clients[one] for one in clients} & by_programme
    by_case = [one for one in clients if state.legend.clients[one] not in names]
    if not len(clients) or np.isnan(state.price[by_case]).any():
        return NAN, NAN
    bought = float(state.brought[by_case].sum()) / state.window.weeks
    count = float(state.finished[by_case].sum()) / state.window.weeks
    if state.planned is None or not names:
        return bought, bought / count if count else NAN
    sold = planned_costs.sold(state.planned, names, state.window)
    each = sold.brought / sold.pieces if sold.pieces and not by_case else NAN
    return bought + sold.brought + sold.charges, each


def _for_nothing(state: MoneyState, clients: Sequence[int]) -> float:
    """What the work on cases of *clients* cost that were given up in the window, a week."""
    if not (state.pays and len(clients)):
        return NAN
    cost = sum(float(state.spent[cases[np.isin(whose, clients)]].sum()) for cases, whose in state.lost)
    return cost / state.window.full.weeks


def _flexible(state: MoneyState, teams: Sequence[int]) -> float:
    """What hours of *teams* that follow the plan cost in addition, a week."""
    if state.planned is None:
        return 0.0
    names = {state.legend.teams[team] for team in teams}
    planned = [at for at, name in enumerate(state.planned.teams) if name in names]
    return planned_costs.flexible(state.planned, planned, state.window)


def _of_teams(state: MoneyState, teams: Sequence[int]) -> tuple[float, float]:
    cost, hours = summed(state.past, state.members, (state.paid, state.on_duty), teams)
    return cost, hours
