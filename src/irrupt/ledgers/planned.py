"""What a plan did to whom: the client's schedule and stock, the firm's plan and stock, the hours of teams.

Periods and weeks are counted that lie whole in the window. Stocks and backlogs are told in weeks of what is called off,
or needed, so that products add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.goods import LESS, OVERTIME, TEMPS, USUAL, Goods, Money, Planned
from irrupt.chronicle.rows import Legend, Rows
from irrupt.i18n import mark
from irrupt.ledgers import foresight, notice, planned_costs
from irrupt.ledgers.foresight import ratio
from irrupt.ledgers.instability import frozen, weights_of
from irrupt.ledgers.model import Aspect, Ledger, Measure, Of, Parties, Window
from irrupt.ledgers.money import MoneyReducer
from irrupt.ledgers.schedules import EFFECTIVE_FROZEN, NERVOUSNESS
from irrupt.units import WEEK

NAN = float("nan")


def _measure(
    ledger: Ledger,
    name: str,
    unit: str,
    definition: str,
    least: float,
    *set_by: Aspect,
    of: Of = "client",
    source: str = "",
    of_whole: bool = True,
    of_employment: bool = False,
) -> Measure:
    return Measure(
        name=name,
        ledger=ledger,
        unit=unit,
        of=of,
        definition=definition,
        set_by=frozenset(set_by),
        matters_least=least,
        source=source,
        of_whole=of_whole,
        of_employment=of_employment,
    )


IN_FULL = _measure(
    "market",
    mark("call-offs delivered in full and on time"),
    "share",
    mark("Share of the call-offs, one for each product and period, whose whole quantity is delivered at its end."),
    0.01,
)
BACKLOG = _measure(
    "market",
    mark("backlog of deliveries"),
    mark("weeks"),
    mark("What was called off and is not delivered at the end of a period, in weeks of what is called off."),
    0.02,
)
LACKING = _measure(
    "market",
    mark("lacking at the client"),
    mark("weeks"),
    mark("What the client needed by the end of a period and has not got, in weeks of what he needs."),
    0.02,
)
HIS_STOCK = _measure(
    "market",
    mark("stock at the client"),
    mark("weeks"),
    mark("What the client got by the end of a period and did not need yet, in weeks of what he needs."),
    0.02,
)
CALL_OFFS = _measure(
    "market",
    mark("bullwhip of call-offs"),
    "",
    mark(
        "Variance of what is called off per period over that of what the client needs: above one, his schedule makes "
        "waves; below one, it takes them out."
    ),
    0.1,
    "schedule",
    source="Chen, Drezner, Ryan & Simchi-Levi 2000, Quantifying the Bullwhip Effect in a Simple Supply Chain",
)
STOCK = _measure(
    "organisation",
    mark("finished stock"),
    mark("weeks"),
    mark("Finished goods at the end of a period, after delivery, in weeks of what is called off."),
    0.02,
    "planning",
)
PRODUCTION = _measure(
    "organisation",
    mark("bullwhip of production"),
    "",
    mark("Variance of what is released per period over that of what is called off."),
    0.1,
    source="Chen, Drezner, Ryan & Simchi-Levi 2000, Quantifying the Bullwhip Effect in a Simple Supply Chain",
)
RESCHEDULING = _measure(
    "organisation",
    mark("nervousness of the production plan"),
    "share",
    mark(
        "How much of what one version of the firm's own plan had planned the next one changes, each week ahead, or "
        "period where it is longer, weighing half as much as the one before it."
    ),
    0.005,
    source=NERVOUSNESS.source,
    of_whole=False,
)
ORDERS = _measure(
    "organisation",
    mark("production orders released"),
    mark("orders a week"),
    mark("Production orders, each with its set-up, a week."),
    0.5,
    "planning",
)
IN_ROSTER = _measure(
    "work",
    mark("overtime in the roster"),
    mark("h a week"),
    mark(
        "Hours a week of overtime, all people of the team together, in weeks whose hours follow the plan, or what "
        "waits."
    ),
    0.5,
    of="team",
)
BY_TEMPS = _measure(
    "work",
    mark("hours by temps"),
    "share",
    mark("Share of the hours in the roster that are those of temps hired for the plan, or for what waits."),
    0.005,
    of="team",
    of_employment=True,
)
GUARANTEED = _measure(
    "work",
    mark("hours guaranteed"),
    "share",
    mark(
        "Share of the hours in the roster that are the usual ones of those who are not temps, whatever the plan says."
    ),
    0.005,
    of="team",
    of_employment=True,
)
POSTS_ENDED = _measure(
    "work",
    mark("posts of temps that end"),
    "share",
    mark(
        "Of the hours that temps have in a week, the share that there is no more in the week after: the chance, from "
        "one week to the next, that a temp loses the post. Told only where there are temps."
    ),
    0.01,
    of="team",
    of_employment=True,
)
VARIED_WEEKS = _measure(
    "work",
    mark("variation of weekly hours"),
    "",
    mark("Standard deviation, over weeks, of the hours of those who are not temps, over their mean."),
    0.005,
    of="team",
)
CHANGED = _measure(
    "work",
    mark("weeks changed after they were announced"),
    "share",
    mark("Share of weeks whose hours are changed after they were announced in the roster."),
    0.01,
    of="team",
)
SHIFT_NOTICE = _measure(
    "work",
    mark("notice of changed weeks"),
    mark("days"),
    mark("Days from the last change of a week's hours, after they were announced, to the begin of that week."),
    1.0,
    "capacity",
    of="team",
)
OTHERWISE = _measure(
    "work",
    mark("hours other than announced"),
    "share",
    mark("Hours that come in addition to those announced, or are taken away from them, over the hours worked."),
    0.005,
    of="team",
    of_whole=False,
)


def known_for(
    measure: Measure, *, planned: bool, stretched: bool = False, priced: bool = True, charged: bool = True
) -> bool:
    """Whether *measure* can be told where goods are *planned*, or not, where hours are *stretched* by what waits, or
    not, where prices or pay are known, or not, and where changes of schedules have a price, or not."""
    if measure == planned_costs.CHARGES and not charged:
        return False
    told = planned or (stretched and measure in OF_HOURS) or measure not in _PLANNED
    return told and (priced or measure not in _OF_MONEY)


OF_HOURS = frozenset((
    IN_ROSTER, BY_TEMPS, GUARANTEED, POSTS_ENDED, VARIED_WEEKS, CHANGED, SHIFT_NOTICE, OTHERWISE, *notice.CLASSES,
    planned_costs.FLEXIBLE,
))  # fmt: skip
"""What can be told of hours wherever they are stretched, by a plan or by what waits."""
_OF_MONEY = frozenset((*MoneyReducer.measures, planned_costs.DELAY, planned_costs.HOLDING, planned_costs.FLEXIBLE))


@dataclass(slots=True)
class PlannedState:
    """What was planned, once it is known."""

    legend: Legend
    window: Window
    planned: Planned | None = None


class PlannedReducer:
    """Measures what a plan came to. It reads no rows: `PlannedState.planned` is set when it is known."""

    measures = (
        IN_FULL, BACKLOG, LACKING, HIS_STOCK, CALL_OFFS, NERVOUSNESS, EFFECTIVE_FROZEN, STOCK, PRODUCTION,
        RESCHEDULING, ORDERS, IN_ROSTER, BY_TEMPS, GUARANTEED, POSTS_ENDED, VARIED_WEEKS, CHANGED, SHIFT_NOTICE,
        OTHERWISE, *notice.CLASSES, *foresight.MEASURES, *planned_costs.MEASURES,
    )  # fmt: skip

    def begin(self, legend: Legend, window: Window) -> PlannedState:
        """Fresh state."""
        return PlannedState(legend, window)

    def add(self, state: PlannedState, rows: Rows) -> None:
        """Nothing is read from rows."""

    def result(self, state: PlannedState, parties: Parties) -> dict[str, dict[str, float]]:
        """Measure -> party -> value; nan where nothing was planned."""
        found: dict[str, dict[str, float]] = {one.name: dict.fromkeys(parties.of(one.of), NAN) for one in self.measures}
        planned = state.planned
        if planned is None:
            return found
        for party, who in parties.clients.items():
            names = {state.legend.clients[number] for number in who}
            products = np.array([at for at, client in enumerate(planned.clients) if client in names], np.int64)
            for name, value in _of_client(planned.goods, planned.money, products, state.window).items():
                found[name][party] = value
        for party, who in parties.teams.items():
            names = {state.legend.teams[number] for number in who}
            teams = [at for at, team in enumerate(planned.teams) if team in names]
            for name, value in _of_team(planned, teams, state.window).items():
                found[name][party] = value
        return found


_PLANNED = frozenset(PlannedReducer.measures)


def _of_client(goods: Goods, money: Money, products: Ints, window: Window) -> dict[str, float]:
    """Measure -> value, for some products together."""
    periods = planned_costs.periods_in(goods, window)
    if not len(products) or len(periods) < 2:
        return {}
    which = np.ix_(products, periods)
    called, need, released = goods.call_off[which], goods.need[which], goods.released[which]
    weeks = float(goods.begin[periods[-1] + 1] - goods.begin[periods[0]]) / WEEK
    stock = goods.clients_stock[which]
    per_week, needed = called.sum() / weeks, need.sum() / weeks
    asked = called > 0
    days = 7.0 * float(np.median(np.diff(goods.begin))) / WEEK
    moved, drift = _moves(goods.announced, products, periods, days), _drift(goods, products, periods)
    return (
        {
            IN_FULL.name: ratio((goods.on_time[which] >= called)[asked].sum(), asked.sum()),
            BACKLOG.name: ratio(goods.backlog[which].sum(axis=0).mean(), per_week),
            LACKING.name: ratio(np.maximum(-stock, 0.0).sum(axis=0).mean(), needed),
            HIS_STOCK.name: ratio(np.maximum(stock, 0.0).sum(axis=0).mean(), needed),
            CALL_OFFS.name: ratio(called.var(axis=1).sum(), need.var(axis=1).sum()),
            NERVOUSNESS.name: moved,
            EFFECTIVE_FROZEN.name: float(frozen(drift)),
            STOCK.name: ratio(goods.stock[which].sum(axis=0).mean(), per_week),
            PRODUCTION.name: ratio(released.var(axis=1).sum(), called.var(axis=1).sum()),
            RESCHEDULING.name: _moves(goods.planned, products, periods, days),
            ORDERS.name: float(goods.orders[which].sum() / weeks),
        }
        | foresight.foresight(goods, products, periods)
        | planned_costs.of_clients(goods, money, which, weeks)
    )


def _moves(versions: Floats, products: Ints, periods: Ints, days: float) -> float:
    """How much versions of a plan change from one to the next, near periods, of so many *days*, weighing more; see
    `instability`."""
    later = periods[periods > 0]
    now, before = versions[np.ix_(products, later)][:, :, :-1], versions[np.ix_(products, later - 1)][:, :, 1:]
    known = ~np.isnan(now) & ~np.isnan(before)
    weights = weights_of(now.shape[2], days)
    moved = np.where(known, np.abs(now - before), 0.0).sum(axis=(0, 1))
    return ratio(weights @ moved, weights @ np.where(known, before, 0.0).sum(axis=(0, 1)))


def _drift(goods: Goods, products: Ints, periods: Ints) -> Floats:
    """Per lead: how far what was announced is from what was called off in the end, over what was announced."""
    leads = goods.announced.shape[2]
    found = np.full(leads, np.inf)
    for lead in range(min(leads, len(periods))):
        issue = periods[: len(periods) - lead]
        said = goods.announced[np.ix_(products, issue)][:, :, lead]
        called = goods.call_off[np.ix_(products, issue + lead)]
        known = ~np.isnan(said)
        if known.any() and said[known].sum() > 0:
            found[lead] = np.abs(said - called)[known].sum() / said[known].sum()
    return found


def _of_team(planned: Planned, teams: list[int], window: Window) -> dict[str, float]:
    """Measure -> value, for those of some teams whose hours follow the plan."""
    hours = planned.hours
    weeks = planned_costs.whole_weeks(planned, window)
    first, last = weeks.start, weeks.stop
    teams = [team for team in teams if hours.worked[team].any()]
    if not teams or last - first < 2:
        return {}
    announced, worked, told = (array[teams, first:last] for array in (hours.announced, hours.worked, hours.notice))
    total = worked.sum()
    temps = worked[:, :, TEMPS]
    own = np.delete(worked, TEMPS, axis=2).sum(axis=2)
    changed = ~np.isnan(told)
    differs = np.abs(worked - announced).sum()
    return {
        IN_ROSTER.name: float(worked[:, :, OVERTIME].sum() / (last - first)),
        BY_TEMPS.name: ratio(temps.sum(), total),
        GUARANTEED.name: ratio((worked[:, :, USUAL] + worked[:, :, LESS]).sum(), total),
        POSTS_ENDED.name: ratio(np.maximum(-np.diff(temps, axis=1), 0.0).sum(), temps[:, :-1].sum()),
        VARIED_WEEKS.name: ratio(float(np.sqrt(own.var(axis=1).sum())), float(own.mean(axis=1).sum())),
        CHANGED.name: float(changed.mean()),
        SHIFT_NOTICE.name: 7.0 * float(told[changed].mean()) if changed.any() else NAN,
        OTHERWISE.name: ratio(differs, total),
        planned_costs.FLEXIBLE.name: planned_costs.flexible(planned, teams, window),
    } | notice.by_notice(hours.moved[teams, first:last].sum(axis=(0, 1)).tolist(), float(total))
