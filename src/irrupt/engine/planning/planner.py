"""The planner of one run: when a period begins, goods are delivered, schedules issued, orders released, hours set."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.goods import KINDS, Goods, Hours, Money, Planned
from irrupt.engine import streams
from irrupt.engine.planning import turns
from irrupt.engine.planning.capacity import (
    Level,
    Levels,
    flexible_cost,
    hours_by_day,
    moved,
    special_weeks,
    stretch,
    stretched,
    temps_of,
    work_of,
)
from irrupt.engine.planning.charges import charged
from irrupt.engine.planning.luck import begins, luck, needs
from irrupt.engine.planning.turns import Standing, Terms
from irrupt.engine.tables import Tables
from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import PERIODS_A_WEEK, LateChanges
from irrupt.units import DAY, WEEK

MOST_ORDERS = 4096
"""For which there are numbers in each period, one product."""
LOOK_AHEAD = 12
"""Weeks for which hours are planned, at most."""


class Release(NamedTuple):
    """A production order that is released, or another case that the run is to bring."""

    client: str
    product: str | None
    """Its class."""
    quantity: float
    due: float
    """Seconds since the origin."""
    key: int
    """Of its luck."""


class Orders(NamedTuple):
    """Production orders in the making."""

    case: Ints
    product: Ints
    quantity: Floats
    due: Ints
    """The period at whose end its goods are to be there."""

    def of(self, which: Flags) -> Orders:
        """Some of them."""
        return Orders._make(column[which] for column in self)


class Roster(NamedTuple):
    """The hours of a team in one week, as announced or as they were in the end."""

    team: str
    week: int
    level: Level
    announced: float
    """When, in seconds since the origin."""
    worked: bool
    rules: Tables


def planned_people(organisation: Organisation) -> list[str]:
    """Everybody whom the plan may hire."""
    most = {team: one.temps.most for team, one in organisation.capacity.items() if one.temps is not None}
    return [name for team in sorted(most) for name in temps_of(team, most[team])]


class Planner:
    """Plans one run of *weeks* under the rules *usual*; *run* is the run's key.

    `next` is when it is to be asked again. Raises `ModelError` when rules that it is to follow have other products.
    """

    def __init__(self, usual: Tables, run: int, weeks: float) -> None:
        rules = usual.organisation
        self.products = tuple(sorted(rules.products))
        self.teams = usual.teams
        self._limit = weeks * WEEK
        self._period = next(rules.programmes[name].period for name in self.products)
        begin = begins(self._period, weeks)
        leads = max(rules.programmes[name].horizon for name in self.products)
        self._keys = [streams.client_key(run, streams.key_of("product", name)) for name in self.products]
        self._luck = luck(self.products, run, len(begin) - 1 + leads, leads)
        self._run = run
        self.goods = Goods.empty(len(self.products), begin, leads)
        ends = math.ceil(weeks) + 1
        shape = (len(self.teams), ends + LOOK_AHEAD)
        self.hours = Hours.empty(*shape)
        unknown = np.full((len(self.products), len(begin) - 1), np.nan)
        charges = np.zeros(unknown.shape)
        delay, holding, price = (unknown.copy() for _rate in range(3))
        self.money = Money(delay=delay, holding=holding, price=price, flexible=np.zeros(shape), charged=charges)
        self._said = np.zeros((*shape, 7, KINDS))
        self._levels = {team: [Level()] * shape[1] for team in self.teams}
        self._ahead = dict.fromkeys(self.teams, 0.0)
        none = np.zeros(0, np.int64)
        self._orders = Orders(none, none, np.zeros(0), none)
        self._released: list[tuple[int, float]] = []
        self.rosters: list[Roster] = []
        self._begun = 0
        self._start(usual)

    def _start(self, usual: Tables) -> None:
        self._usual = usual
        terms = self._terms = terms_of(usual, self.products)
        self.goods.need[:] = self._needs()
        count = len(self.products)
        opening = np.ceil(terms.safety_stock + terms.lead * terms.level)
        self._standing = Standing(
            bound=np.zeros(count, np.int64),
            owed=np.zeros(count),
            stock=opening,
            backlog=np.zeros(count),
            making=np.zeros(count),
            clients_stock=terms.buffer.copy(),
        )

    def _needs(self) -> Floats:
        programmes = [self._usual.organisation.programmes[name] for name in self.products]
        varies, correlation = (
            np.array([getattr(one, name) for one in programmes]) for name in ("varies", "correlation")
        )
        return needs(self._luck.need, self._terms.level, varies, correlation, self._terms.pack)

    @property
    def next(self) -> float:
        """When the next period begins, or the last one ends; infinite: never."""
        begin = self.goods.begin
        return float(begin[self._begun]) if self._begun < len(begin) else math.inf

    def review(self, in_system: Ints) -> list[Release]:
        """A period begins: what is to be released. *in_system*: numbers of the cases that are not over."""
        at = self._begun
        over = at == len(self.goods.begin) - 1 or self.goods.begin[at] >= self._limit
        finished = self._finished(in_system)
        turns.begin(at, finished, over, self._terms, self._luck.news, self._luck.late, self.goods, self._standing)
        self._begun = len(self.goods.begin) if over else at + 1
        self._released = []
        if over:
            return []
        late, held, self.money.price[:, at] = _rates(self._usual, self.products)
        days = (self.goods.begin[at + 1] - self.goods.begin[at]) / DAY
        self.money.delay[:, at], self.money.holding[:, at] = late * days, held * days
        self.money.charged[:, at] = charged(self._usual, self.products, self.goods, at)
        if self.goods.begin[at] % WEEK == 0.0:
            self._settle_hours(at)
        return self._releases(at)

    def released(self, cases: Iterable[int]) -> None:
        """Remember the *cases* that what was released last became."""
        product = np.array([product for product, _quantity in self._released], np.int64)
        quantity = np.array([quantity for _product, quantity in self._released], np.float64)
        due = self._begun - 2 + self._terms.lead[product]
        new = (np.fromiter(cases, np.int64), product, quantity, due)
        self._orders = Orders._make(np.concatenate(pair) for pair in zip(self._orders, new, strict=True))

    def _finished(self, in_system: Ints) -> Floats:
        known = np.append(np.sort(in_system), -1)
        over = known[np.searchsorted(known[:-1], self._orders.case)] != self._orders.case
        made = self._orders.of(over)
        self._orders = self._orders.of(~over)
        return np.bincount(made.product, made.quantity, len(self.products)).astype(np.float64)

    def _releases(self, at: int) -> list[Release]:
        """What is released, in an order that chance sets: no product is always the last."""
        programmes, begin = self._usual.organisation.programmes, self.goods.begin
        found: list[tuple[Release, int]] = []
        for product in np.flatnonzero(self.goods.released[:, at] > 0).tolist():
            name = self.products[product]
            due = float(begin[min(at + int(self._terms.lead[product]), len(begin) - 1)])
            left = float(self.goods.released[product, at])
            largest = self._usual.organisation.products[name].largest or left
            before = len(found)
            while left > 0:
                key = streams.case_key(self._keys[product], at * MOST_ORDERS + len(found) - before)
                found.append((Release(programmes[name].client, name, min(left, largest), due, key), product))
                left -= min(left, largest)
            self.goods.orders[product, at] = len(found) - before
        found.sort(key=lambda release: release[0].key)
        self._released = [(product, release.quantity) for release, product in found]
        return [release for release, _product in found]

    # Hours

    def _settle_hours(self, at: int) -> None:
        """A week begins: its hours are settled, those of later weeks are planned, and those of one are announced."""
        week = round(float(self.goods.begin[at]) / WEEK)
        for number, team in enumerate(self.teams):
            if team in self._stretched:
                self._plan_hours(number, team, at, week)
            else:
                usual = _hours(self._usual, team, Level(), self._special(week))
                self.hours.announced[number, week] = self.hours.worked[number, week] = usual.sum(axis=0)
        self.hours.now[0] = week + 1

    def _plan_hours(self, number: int, team: str, at: int, week: int) -> None:
        levels, ahead = self._levels[team], self._ahead[team]
        announced = self._usual.organisation.capacity[team].roster_weeks
        carried = 0.0
        for weeks, load in enumerate(self._loads(team, at)):
            before = levels[week + weeks]
            load += carried
            reach = stretch(self._usual, team, self._special(week + weeks))
            level = reach.choose(load, reach.allowed(before), weeks, ahead)
            carried = max(0.0, load - reach.hours(level))
            ahead += reach.modulated(level)
            levels[week + weeks] = level
            if level != before and weeks < announced and week > 0:
                self.hours.notice[number, week + weeks] = weeks
                self._tell(team, week + weeks, at, worked=False)
        self._ahead[team] += stretch(self._usual, team, self._special(week)).modulated(levels[week])
        first = 0 if week == 0 else announced
        for weeks in range(first, announced + 1):
            if week + weeks < len(levels):
                said = _hours(self._usual, team, levels[week + weeks], self._special(week + weeks))
                self._said[number, week + weeks] = said
                self.hours.announced[number, week + weeks] = said.sum(axis=0)
                self._tell(team, week + weeks, at, worked=False)
        self._work_hours(number, team, week)
        self._tell(team, week, at, worked=True)

    def _work_hours(self, number: int, team: str, week: int) -> None:
        """The hours of a *week* are worked as they are settled; what has changed since they were announced, and what it
        costs, is known."""
        worked = _hours(self._usual, team, self._levels[team][week], self._special(week))
        notice = float(np.nan_to_num(self.hours.notice[number, week]))
        changed = moved(self._said[number, week], worked, notice)
        self.hours.worked[number, week], self.hours.moved[number, week] = worked.sum(axis=0), changed
        cost = flexible_cost(self._usual.organisation, team, worked.sum(axis=0), changed)
        self.money.flexible[number, week] = cost

    @property
    def _stretched(self) -> list[str]:
        """The teams whose hours follow the plan, in the order of names."""
        capacity = self._usual.organisation.capacity
        return [team for team in self.teams if team in capacity and not capacity[team].follows_queue]

    def _special(self, week: int) -> int | None:
        """*week*, if any hours may not be as usual in it."""
        return week if week < special_weeks(self._usual) else None

    def _tell(self, team: str, week: int, at: int, *, worked: bool) -> None:
        level, moment = self._levels[team][week], float(self.goods.begin[at])
        self.rosters.append(Roster(team, week, level, moment, worked, self._usual))

    def _loads(self, team: str, at: int) -> list[float]:
        """Hours of work of *team* in this week and the next ones."""
        per_week = PERIODS_A_WEEK[self._period]
        planned = self.goods.planned[:, at]
        periods = np.zeros(-(-planned.shape[1] // per_week) * per_week)
        work = _work(self._usual, team, self.products)
        turns.loads(at, work, self._terms.lead, planned, self._orders, periods)
        found: list[float] = periods.reshape(-1, per_week).sum(axis=1)[:LOOK_AHEAD].tolist()
        return found

    # Rules

    @property
    def planned(self) -> Planned:
        """What it came to so far."""
        programmes = self._usual.organisation.programmes
        clients = tuple(programmes[name].client for name in self.products)
        return Planned(self.goods, clients, self.hours, self.teams, self.money)

    @property
    def levels(self) -> Levels:
        """How hours are stretched this week."""
        week = max(int(self.hours.now[0]) - 1, 0)
        found = ((team, self._levels[team][week]) for team in self._stretched)
        return tuple((team, level) for team, level in found if level != Level())

    @property
    def rules(self) -> Tables:
        """The rules with the hours of this week."""
        return stretched(self._usual, self.levels)

    def follow(self, usual: Tables) -> None:
        """From now on, plan under other rules; what is called off, released and settled stays so."""
        rules = usual.organisation
        if tuple(sorted(rules.products)) != self.products or self._other_period(rules):
            found = _("other products, or another period, than before")
            raise ModelError(Fault("products", found, _("the same for the whole run")))
        self._usual, self._terms = usual, terms_of(usual, self.products)
        leads = int(self._terms.horizon.max())
        if leads > self.goods.announced.shape[2]:
            self._widen(leads)
        self.goods.need[:, self._begun :] = self._needs()[:, self._begun :]
        for team in self._stretched:
            self._levels[team] = [stretch(usual, team).allowed(level) for level in self._levels[team]]

    def _other_period(self, rules: Organisation) -> bool:
        return any(rules.programmes[name].period != self._period for name in self.products)

    def _widen(self, leads: int) -> None:
        more = ((0, 0), (0, 0), (0, leads - self.goods.announced.shape[2]))
        wider = {
            name: np.pad(getattr(self.goods, name), more, constant_values=np.nan) for name in ("announced", "planned")
        }
        need = np.pad(self.goods.need, more[1:])
        self.goods = self.goods._replace(need=need, **wider)
        self._luck = luck(self.products, self._run, need.shape[1], leads)

    def fork(self) -> Planner:
        """The same as it stands; neither disturbs the other."""
        other = copy.copy(self)
        other.goods = Goods._make(array.copy() for array in self.goods)
        other.hours = Hours._make(array.copy() for array in self.hours)
        other.money = Money._make(array.copy() for array in self.money)
        other._said = self._said.copy()
        other._standing = Standing._make(array.copy() for array in self._standing)
        other._levels = {team: list(levels) for team, levels in self._levels.items()}
        other._ahead, other.rosters = dict(self._ahead), list(self.rosters)
        return other


@lru_cache(maxsize=512)
def _work(usual: Tables, team: str, products: tuple[str, ...]) -> Floats:
    """Per product: hours of work of *team* for an order and for each unit, and the largest order."""
    rules = usual.organisation
    return np.array(
        [(*work_of(rules, team, name), rules.products[name].largest or math.inf) for name in products], np.float64
    )


@lru_cache(maxsize=64)
def _rates(usual: Tables, products: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """Per product: what a day costs by which a piece is late, and by which it is in stock, and what one that is
    delivered brings; nan: not known."""
    rules = usual.organisation
    clients = [rules.clients[rules.programmes[name].client] for name in products]
    holding = [rules.products[name].holding for name in products]
    told = [one.penalty for one in clients], holding, [one.price for one in clients]
    late, held, brought = (np.array([math.nan if one is None else one for one in each]) for each in told)
    return late, held, brought


@lru_cache(maxsize=1024)
def _hours(usual: Tables, team: str, level: Level, week: int | None) -> Floats:
    return hours_by_day(usual.organisation, team, level, week)


@lru_cache(maxsize=64)
def terms_of(usual: Tables, products: tuple[str, ...]) -> Terms:
    """The rules of *products* as arrays. Kept: nobody writes into them."""
    programmes = [usual.organisation.programmes[name] for name in products]
    rules = [usual.organisation.products[name] for name in products]
    bands = [one.band for one in programmes]
    late = [one.late_changes or LateChanges(share=0.0, by=0.0) for one in programmes]

    def floats(values: Iterable[float]) -> Any:
        return np.array(list(values), np.float64)

    def longs(values: Iterable[int]) -> Any:
        return np.array(list(values), np.int64)

    of_programme = ("level", "moves", "inflation", "distrust", "buffer", "pack")
    plain = {name: floats(getattr(one, name) for one in programmes) for name in of_programme}
    plain |= {name: floats(getattr(one, name) for one in rules) for name in ("lot", "minimum", "safety_stock")}
    plain |= {name: longs(getattr(one, name) for one in programmes) for name in ("horizon", "frozen", "levelled")}
    plain |= {
        name: longs(getattr(one, name) for one in rules) for name in ("past", "lead", "cover", "safety_time", "freeze")
    }
    return Terms(
        **plain,
        down=floats(0.0 if band is None else band.down for band in bands),
        up=floats(0.0 if band is None else band.up for band in bands),
        ahead=longs(0 if band is None else band.ahead for band in bands),
        late_share=floats(one.share for one in late),
        late_by=floats(one.by for one in late),
        late_notice=longs(one.notice for one in late),
        on_schedule=np.array([one.plans_on == "schedule" for one in rules]),
    )
