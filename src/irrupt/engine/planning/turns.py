"""What happens when a period begins, for every product: deliver, announce, plan. Compiled; products one after another.

deliver    what was finished comes into stock; what was called off for the period that ends leaves it
announce   the client issues his schedule: call-offs for the frozen periods, forecasts beyond
plan       the firm nets what it expects against what it has and makes, and releases what is due a lead time ahead
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.compiling import compiled

MEMORY = 4
"""Periods whose deliveries clients remember."""
DUST = 1e-9


class Terms(NamedTuple):
    """The rules of programmes and products, one value for each product; see `organisation.planning`."""

    level: Floats
    moves: Floats
    horizon: Ints
    frozen: Ints
    inflation: Floats
    distrust: Floats
    buffer: Floats
    levelled: Ints
    down: Floats
    up: Floats
    ahead: Ints
    """0: no band."""
    late_share: Floats
    late_by: Floats
    late_notice: Ints
    pack: Floats
    on_schedule: Flags
    past: Ints
    lead: Ints
    lot: Floats
    minimum: Floats
    cover: Ints
    safety_stock: Floats
    safety_time: Ints
    freeze: Ints


class Standing(NamedTuple):
    """Where each product stands when a period begins."""

    bound: Ints
    """The first period that is not called off yet."""
    owed: Floats
    """What the client still has to call off for what he needed so far, and for the stock that he wants."""
    stock: Floats
    backlog: Floats
    making: Floats
    """Released and not finished."""
    clients_stock: Floats


@compiled
def deliver(period, finished, goods, standing):  # type: ignore[no-untyped-def]
    """*period* ends, in which *finished* came out of production."""
    for product in range(len(finished)):
        standing.making[product] -= finished[product]
        stock = standing.stock[product] + finished[product]
        called = goods.call_off[product, period]
        wanted = standing.backlog[product] + called
        sent = min(stock, wanted)
        goods.finished[product, period] = finished[product]
        goods.delivered[product, period] = sent
        goods.on_time[product, period] = min(called, max(0.0, sent - standing.backlog[product]))
        standing.stock[product] = stock - sent
        standing.backlog[product] = wanted - sent
        standing.clients_stock[product] += sent - goods.need[product, period]
        goods.stock[product, period] = standing.stock[product]
        goods.backlog[product, period] = standing.backlog[product]
        goods.clients_stock[product, period] = standing.clients_stock[product]


@compiled
def packed(quantity, pack):  # type: ignore[no-untyped-def]
    """The nearest number of whole packs, never below nought."""
    return np.floor(max(0.0, quantity) / pack + 0.5) * pack


@compiled
def believed(product, period, at, terms, news, goods):  # type: ignore[no-untyped-def]
    """What the client believes, when the period *at* begins, he will need in *period*: what he will, without the news
    that are still to come."""
    if period >= goods.need.shape[1]:
        return terms.level[product]
    still = 0.0
    for lead in range(min(period - at, news.shape[2])):
        still += news[product, period, lead]
    return max(0.0, goods.need[product, period] * (1.0 - terms.moves[product] * still))


@compiled
def wanted(product, period, at, behind, terms, news, goods):  # type: ignore[no-untyped-def]
    """What he would call off for *period*: what he believes he needs over as many periods as he evens out, less what is
    called off before (*behind*: by how much that is short), evenly."""
    total = behind
    for ahead in range(terms.levelled[product]):
        total += believed(product, period + ahead, at, terms, news, goods)
    return total / terms.levelled[product]


@compiled
def bound_ahead(product, terms):  # type: ignore[no-untyped-def]
    """How many periods ahead what the client announces binds him by a volume band; 0: there is none."""
    ahead = terms.ahead[product]
    return 0 if ahead == 0 else min(max(ahead, terms.frozen[product]), terms.horizon[product] - 1)


@compiled
def banded(product, period, quantity, terms, goods):  # type: ignore[no-untyped-def]
    """*quantity*, in whole packs, within the volume band around what was announced some periods ahead."""
    ahead = bound_ahead(product, terms)
    quantity = packed(quantity, terms.pack[product])
    if ahead == 0 or period < ahead:
        return quantity
    said = goods.announced[product, period - ahead, ahead]
    if np.isnan(said):
        return quantity
    pack = terms.pack[product]
    low = np.ceil((1.0 - terms.down[product]) * said / pack - DUST) * pack
    high = np.floor((1.0 + terms.up[product]) * said / pack + DUST) * pack
    return max(low, min(max(low, high), quantity))


@compiled
def late_share(product, at, goods):  # type: ignore[no-untyped-def]
    """Of what was called off in the last periods, the share that did not come in time."""
    called, came = 0.0, 0.0
    for period in range(max(0, at - MEMORY), at):
        called += goods.call_off[product, period]
        came += goods.on_time[product, period]
    return 1.0 - came / called if called > 0.0 else 0.0


@compiled
def announce(at, terms, news, late, goods, standing):  # type: ignore[no-untyped-def]
    """The client issues the schedule of the period *at*, which begins."""
    for product in range(len(terms.level)):
        frozen = terms.frozen[product]
        standing.bound[product] = max(at, min(standing.bound[product], at + frozen))
        inflation = terms.inflation[product] + terms.distrust[product] * late_share(product, at, goods)
        behind = standing.owed[product]
        for lead in range(terms.horizon[product]):
            period = at + lead
            quantity = wanted(product, period, at, behind, terms, news, goods)
            said = quantity
            if period < standing.bound[product]:
                said = goods.announced[product, at - 1, lead + 1]
                if lead == terms.late_notice[product] and late[product, period] < terms.late_share[product]:
                    by = terms.late_by[product]
                    said = max((1.0 - by) * said, min((1.0 + by) * said, quantity))
                    said = banded(product, period, said, terms, goods)
                quantity = said
            elif lead < frozen:
                quantity = said = banded(product, period, quantity, terms, goods)
                standing.bound[product] = period + 1
            else:
                quantity = max(0.0, quantity)
                said = packed(quantity * (1.0 + inflation), terms.pack[product])
                if lead < bound_ahead(product, terms):
                    # What he must buy is known to him: neither does he count on less, nor announce it.
                    quantity = banded(product, period, quantity, terms, goods)
                    said = banded(product, period, said, terms, goods)
            goods.announced[product, at, lead] = said
            behind += believed(product, period, at, terms, news, goods) - quantity
        goods.frozen[product, at] = frozen
        goods.call_off[product, at] = goods.announced[product, at, 0]
        standing.owed[product] += goods.need[product, at] - goods.call_off[product, at]


@compiled
def expected(product, at, lead, terms, goods):  # type: ignore[no-untyped-def]
    """What the firm expects to deliver *lead* periods ahead of *at*."""
    if terms.on_schedule[product]:
        return goods.announced[product, at, min(lead, terms.horizon[product] - 1)]
    total = 0.0
    for back in range(1, terms.past[product] + 1):
        total += goods.call_off[product, at - back] if at - back >= 0 else terms.level[product]
    return total / terms.past[product]


@compiled
def plan(at, terms, goods, standing):  # type: ignore[no-untyped-def]
    """The firm plans receipts, and releases those that are due a lead time ahead."""
    for product in range(len(terms.level)):
        horizon = terms.horizon[product] - terms.safety_time[product]
        soonest = terms.lead[product] - 1
        kept = soonest + terms.freeze[product] if at > 0 else 0
        have = standing.stock[product] - standing.backlog[product] + standing.making[product]
        have -= terms.safety_stock[product]
        for lead in range(terms.safety_time[product]):
            have -= expected(product, at, lead, terms, goods)
        for lead in range(horizon):
            have -= expected(product, at, lead + terms.safety_time[product], terms, goods)
            if lead < soonest:
                continue
            quantity = 0.0
            before = np.nan
            if at > 0 and lead + 1 < goods.planned.shape[2]:
                before = goods.planned[product, at - 1, lead + 1]
            if lead < kept and not np.isnan(before):
                quantity = before
            elif have < -DUST:
                quantity = -have
                for more in range(1, terms.cover[product]):
                    quantity += expected(product, at, lead + terms.safety_time[product] + more, terms, goods)
                quantity = max(quantity, terms.minimum[product])
                quantity = np.ceil(quantity / terms.lot[product] - DUST) * terms.lot[product]
            goods.planned[product, at, lead] = quantity
            have += quantity
        goods.released[product, at] = goods.planned[product, at, soonest]
        standing.making[product] += goods.released[product, at]


@compiled
def begin(at, finished, over, terms, news, late, goods, standing):  # type: ignore[no-untyped-def]
    """The period *at* begins, and so the one before ends, in which *finished* came out of production; *over*: it was
    the last one."""
    if at > 0:
        deliver(at - 1, finished, goods, standing)
        goods.now[0] = at
    if not over:
        announce(at, terms, news, late, goods, standing)
        plan(at, terms, goods, standing)


@compiled
def loads(at, work, leads, planned, orders, periods):  # type: ignore[no-untyped-def]
    """Add to *periods*, from *at* on, the hours of work of orders in the making and of planned ones, each evenly over
    the periods from its release to when it is due. *work*: hours for an order, and for each unit, of each product."""
    for product in range(len(work)):
        for due in range(planned.shape[1]):
            quantity = planned[product, due]
            if quantity > 0.0:
                first = max(due - leads[product] + 1, 0)
                hours = work[product, 0] * max(1.0, np.ceil(quantity / work[product, 2])) + work[product, 1] * quantity
                for period in range(first, due + 1):
                    periods[period] += hours / (due + 1 - first)
    for order in range(len(orders.case)):
        product = orders.product[order]
        left = max(orders.due[order] - at, 0) + 1
        hours = work[product, 0] + work[product, 1] * orders.quantity[order]
        for period in range(min(left, len(periods))):
            periods[period] += hours / left
