"""What a plan costs whom: late deliveries, finished stock, hours that follow it. Told where rates are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Ints
from irrupt.chronicle.goods import Goods, Money, Planned
from irrupt.i18n import mark
from irrupt.ledgers.definitions import COHEN
from irrupt.ledgers.model import Measure, Window
from irrupt.units import WEEK

DELAY = Measure(
    name=mark("cost of backlog"),
    ledger="market",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What the pieces that are owed to the client cost, a week, at his penalty for each day. Told only where "
        "it is known."
    ),
    set_by=frozenset({"penalty"}),
    matters_least=0.01,
    source=COHEN,
)
HOLDING = Measure(
    name=mark("cost of stock"),
    ledger="organisation",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What finished pieces in stock cost, a week, at what each costs a day. Told only where it is known of all "
        "products."
    ),
    set_by=frozenset({"planning"}),
    matters_least=0.01,
    source=COHEN,
)
IMPUTED = Measure(
    name=mark("delay over holding, imputed"),
    ledger="organisation",
    unit="",
    of="client",
    definition=mark(
        "How many times as much as holding a piece, owing it must cost, if the firm has weighed the two when it chose "
        "its stock: call-offs delivered in full and on time over the others. Not told where all are, or none."
    ),
    set_by=frozenset(),
    matters_least=0.05,
    source=mark(
        "after Cohen, Ho, Ren & Terwiesch 2003, Measuring Imputed Cost in the Semiconductor Equipment Supply Chain; "
        "Arrow, Harris & Marschak 1951, Optimal Inventory Policy"
    ),
)
FLEXIBLE = Measure(
    name=mark("cost of flexible hours"),
    ledger="work",
    unit=mark("money a week"),
    of="team",
    definition=mark(
        "What overtime, temps and supplements for short notice cost in hours that follow the plan, a week: part of the "
        "cost of hours. Told only where the pay of the team's people is known."
    ),
    set_by=frozenset({"capacity", "pay"}),
    matters_least=0.01,
)
CHARGES = Measure(
    name=mark("cost of changes"),
    ledger="market",
    unit=mark("money a week"),
    of="client",
    definition=mark(
        "What the client pays, a week, for quantities that he changes after he announced them, at the price of the "
        "zone that they lie in: part of his turnover, where that is known. Told only where changes have a price."
    ),
    set_by=frozenset({"charges", "schedule", "demand"}),
    matters_least=0.01,
)
OF_CLIENTS = (DELAY, HOLDING, IMPUTED, CHARGES)
MEASURES = (*OF_CLIENTS, FLEXIBLE)


def whole_weeks(planned: Planned, window: Window) -> slice:
    """The weeks of the plan that lie whole in *window* and have begun."""
    return slice(int(np.ceil(window.begin / WEEK)), min(int(window.end // WEEK), int(planned.hours.now[0])))


def flexible(planned: Planned, teams: list[int], window: Window) -> float:
    """What flexible hours of *teams*, by their numbers in the plan, cost a week."""
    weeks = whole_weeks(planned, window)
    count = weeks.stop - weeks.start
    return float(planned.money.flexible[teams, weeks].sum()) / count if count > 0 else 0.0


def periods_in(goods: Goods, window: Window) -> Ints:
    """The periods that lie whole in *window* and have ended."""
    begin = goods.begin[:-1]
    inside = (begin >= window.begin) & (goods.begin[1:] <= window.end) & (np.arange(len(begin)) < goods.now[0])
    return np.flatnonzero(inside)


class Sold(NamedTuple):
    """What clients who order by programme pay, a week."""

    pieces: float
    """That are delivered to them."""
    brought: float
    """What these bring; nan: not known."""
    charges: float
    """What they pay for changes of their schedules."""


def sold(planned: Planned, clients: set[str], window: Window) -> Sold:
    """What *clients* pay in the periods that lie whole in *window*."""
    goods, periods = planned.goods, periods_in(planned.goods, window)
    products = np.array([at for at, client in enumerate(planned.clients) if client in clients], np.int64)
    if not len(products) or not len(periods):
        return Sold(0.0, 0.0, 0.0)
    which = np.ix_(products, periods)
    weeks = float(goods.begin[periods[-1] + 1] - goods.begin[periods[0]]) / WEEK
    brought = float((goods.delivered[which] * planned.money.price[which]).sum())
    pieces = float(goods.delivered[which].sum())
    return Sold(pieces / weeks, brought / weeks, float(planned.money.charged[which].sum()) / weeks)


def of_clients(goods: Goods, money: Money, which: tuple[npt.NDArray[np.intp], ...], weeks: float) -> dict[str, float]:
    """Measure -> value, over the products and periods *which*, *weeks* long."""
    called = goods.call_off[which]
    asked = called > 0
    full = int(((goods.on_time[which] >= called) & asked).sum())
    late = int(asked.sum()) - full
    return {
        DELAY.name: float((goods.backlog[which] * money.delay[which]).sum()) / weeks,
        HOLDING.name: float((goods.stock[which] * money.holding[which]).sum()) / weeks,
        CHARGES.name: float(money.charged[which].sum()) / weeks,
        IMPUTED.name: full / late if full and late else float("nan"),
    }
