"""The main path of `see` for orders without plans: who orders how unevenly, and who moves the total."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle import Chronicle
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers import orders as demand
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.grid import moment_of
from irrupt.ledgers.orders import Orders
from irrupt.sight import serial, terms, words
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.intervals import wilson
from irrupt.sight.model import Entry, Finding
from irrupt.sight.terms import Value
from irrupt.wall import aware

SHOWN = 8
FEW = 10
"""The largest clients that are told of together."""
MATTERS = 0.02
"""Difference between a client's part in the total and in its ups and downs, from which on it is told of."""


def see_orders(chronicle: Chronicle) -> ScheduleSight:
    """See who orders what in *chronicle*: how each client's orders vary, how concentrated they are, who moves the
    total, what is cancelled. Raises `DataError` for less than three whole periods of orders."""
    found = demand.orders(chronicle.schedules, chronicle.timezone)
    groups = _groups(found)
    totals = found.quantity.sum(axis=1)
    ledger = [entry for name, members in groups for entry in _entries(found, name, members)]
    ledger += _spread(totals, found)
    days = [moment_of(day, chronicle.timezone) for day in found.begin]
    return ScheduleSight(
        chronicle=chronicle,
        of="orders",
        step=found.step,
        rows=chronicle.schedules.height,
        versions=found.whole.orders,
        clients=found.whole.clients,
        parts=chronicle.schedules["part"].drop_nulls().n_unique(),
        plants=chronicle.schedules["plant"].drop_nulls().n_unique(),
        begin=aware(found.whole.begin, chronicle.timezone),
        end=aware(found.whole.end, chronicle.timezone),
        used_versions=found.used.orders,
        used_begin=aware(found.used.begin, chronicle.timezone),
        used_end=aware(found.used.end, chronicle.timezone),
        parties={name: float(totals[members].sum()) for name, members in groups},
        sources={},
        ledger=tuple(entry for entry in ledger if entry.value == entry.value),
        by_part=(),
        curves={},
        triangles=(),
        series={name: found.quantity[members].sum(axis=0).tolist() for name, members in groups},
        periods=days,
        findings=_findings(found, ledger, totals),
        band=0.0,
        tolerance=0.0,
    )


def _groups(found: Orders) -> list[tuple[str, Ints]]:
    n = len(found.clients)
    shown = n if n <= SHOWN + 1 else SHOWN
    groups = [(ALL_CLIENTS, np.arange(n))] if n > 1 else []
    groups += [(found.clients[at], np.array([at])) for at in range(shown)]
    if shown < n:
        groups.append((OTHER_CLIENTS, np.arange(shown, n)))
    return groups


def _entries(found: Orders, name: str, members: Ints) -> list[Entry]:
    mine, total = found.quantity[members].sum(axis=0), found.quantity.sum(axis=0)
    made = [Entry.valued(measure.VARIABILITY, name, variability(mine))]
    if name != ALL_CLIENTS:
        low, high = serial.of_serial_ratio(mine, total)
        made.append(
            Entry.valued(measure.SHARE, name, (_ratio(mine, total), low if low != low else max(low, 0.0), high))
        )
        made.append(Entry.valued(measure.CONTRIBUTION, name, _contribution(mine, total)))
    placed, back = float(found.placed[members].sum()), float(found.cancelled[members].sum())
    if found.cancelled.any() and placed:
        made.append(Entry.valued(measure.CANCELLED, name, (back / placed, *wilson(back / placed, placed))))
    return made


def _ratio(one: Floats, other: Floats) -> float:
    return float(one.sum() / other.sum()) if other.sum() > 0 else float("nan")


def variability(series: Floats) -> Value:
    """How much a *series* of quantities varies from period to period, with its interval."""

    def of(periods: Ints) -> float:
        mean = float(series[periods].mean())
        return float(series[periods].std(ddof=1)) / mean if mean > 0 else float("nan")

    n = len(series)
    return of(np.arange(n)), *serial.of_periods(of, n)


def _contribution(mine: Floats, total: Floats) -> Value:
    """Covariance with the total over its variance; the interval from resampled periods."""

    def of(periods: Ints) -> float:
        one, all_of_it = mine[periods], total[periods]
        away = all_of_it - all_of_it.mean()
        spread = float(away @ away)
        return float((one - one.mean()) @ away) / spread if spread > 0 else float("nan")

    n = len(total)
    return of(np.arange(n)), *serial.of_periods(of, n)


def _spread(totals: Floats, found: Orders) -> list[Entry]:
    known = totals[[name != demand.UNKNOWN for name in found.clients]]
    known = known[known > 0]
    if len(known) < 2:
        return []
    return [
        Entry.valued(measure.CONCENTRATION, ALL_CLIENTS, (demand.gini(known), *serial.of_members(demand.gini, known))),
        Entry.valued(
            measure.HERFINDAHL,
            ALL_CLIENTS,
            (demand.effective_number(known), *serial.of_members(demand.effective_number, known)),
        ),
    ]


def _findings(found: Orders, ledger: list[Entry], totals: Floats) -> tuple[Finding, ...]:
    known = {(e.measure, e.party): (e.value, e.low, e.high) for e in ledger}
    weighed = [*_few(found, totals), *_movers(found, known), *_variations(found, known), *_cancelled(found, known)]
    if not weighed:
        text = _("There are too few orders to tell anything with an interval: at least eight whole periods are needed.")
        return (Finding(text=text, kind="too few"),)
    return tuple(finding for _weight, finding in sorted(weighed, key=lambda one: -one[0]))


def _few(found: Orders, totals: Floats) -> Iterator[tuple[float, Finding]]:
    """How much of the total the largest clients order."""
    named = [at for at, name in enumerate(found.clients) if name != demand.UNKNOWN]
    few = min(FEW, len(named) // 2)
    if few < 1:
        return
    mine, total = found.quantity[named[:few]].sum(axis=0), found.quantity[named].sum(axis=0)
    value = (_ratio(mine, total), *serial.of_serial_ratio(mine, total))
    if not terms.known(value):
        return
    text = (
        _("The largest of {n} clients orders {share} of {total}; the Gini coefficient is {gini}.")
        if few == 1
        else _("The {few} largest of {n} clients order {share} of {total}; the Gini coefficient is {gini}.")
    )
    inside = totals[named][totals[named] > 0]
    gini = (demand.gini(inside), *serial.of_members(demand.gini, inside))
    told = {"share": terms.share(value), "gini": terms.number(gini, 2), "total": _total(found)}
    said = text.format(few=few, n=words.count(len(named)), **told)
    yield 0.8, Finding(text=said, kind="concentration", numbers={"share": list(value), "gini": list(gini), "few": few})


def _total(found: Orders) -> str:
    """What is added up over clients and periods: pieces, or money."""
    return _("the total value") if found.in_value else _("the total quantity")


def _movers(found: Orders, known: dict[tuple[str, str], Value]) -> Iterator[tuple[float, Finding]]:
    """Clients who move the total more than their part in it, one by one, or less, all together."""
    less: list[tuple[str, Value, Value]] = []
    for name in found.clients[:SHOWN]:
        moved, share = known.get((measure.CONTRIBUTION.name, name)), known.get((measure.SHARE.name, name))
        if moved is None or share is None or not terms.known(moved) or name == demand.UNKNOWN:
            continue
        if abs(moved[0] - share[0]) < MATTERS or moved[1] <= share[0] <= moved[2]:
            continue
        if moved[0] < share[0]:
            less.append((name, moved, share))
            continue
        text = _("{client}: {share} of {total} that is ordered, and {moved} of its ups and downs.")
        told = {"share": words.percent(share[0]), "moved": terms.share(moved), "total": _total(found)}
        numbers = {"party": name, "contribution": list(moved), "share": list(share)}
        said = text.format(client=_called(name), **told)
        yield 0.6 + moved[0] - share[0], Finding(text=said, kind="moves the total", numbers=numbers)
    if less:
        yield _steady(found, less)


def _steady(found: Orders, less: list[tuple[str, Value, Value]]) -> tuple[float, Finding]:
    """Clients who move the total *less* than their part in it: each with how much of its ups and downs is his, and of
    what is ordered."""
    one = _("{client}: {share} of {total} that is ordered, but a smaller part in its ups and downs: {moved}.")
    several = _("Smaller parts in the ups and downs of {total} than in what is ordered: {list}.")
    each = [
        {"client": _called(name), "share": words.percent(share[0]), "moved": terms.share(moved)}
        for name, moved, share in less
    ]
    item = _("{client} ({moved}, not {share})")
    listed = _("; ").join(item.format(**told) for told in each)
    said = (
        one.format(**each[0], total=_total(found))
        if len(less) == 1
        else several.format(total=_total(found), list=listed)
    )
    numbers = {
        "clients": [{"party": name, "contribution": list(moved), "share": list(share)} for name, moved, share in less]
    }
    weight = 0.4 + max(share[0] - moved[0] for _name, moved, share in less)
    return weight, Finding(text=said, kind="moves the total", numbers=numbers)


def _called(client: str) -> str:
    """*client* as a sentence calls him: a bare number is no name to begin it with."""
    return _("Client {number}").format(number=client) if client.isdigit() else client


def _variations(found: Orders, known: dict[tuple[str, str], Value]) -> Iterator[tuple[float, Finding]]:
    total = known.get((measure.VARIABILITY.name, ALL_CLIENTS)) or known.get(
        (measure.VARIABILITY.name, found.clients[0])
    )
    if total is None or not terms.known(total):
        return
    unit = {"day": _("From day to day"), "week": _("From week to week"), "month": _("From month to month")}[found.step]
    text = _("{unit}, {total} that is ordered varies by {share} around its mean.")
    said = text.format(unit=unit, share=terms.share(total), total=_total(found))
    yield 0.7, Finding(text=said, kind="variability", numbers={"variability": list(total)})


def _cancelled(found: Orders, known: dict[tuple[str, str], Value]) -> Iterator[tuple[float, Finding]]:
    party = ALL_CLIENTS if len(found.clients) > 1 else found.clients[0]
    value = known.get((measure.CANCELLED.name, party))
    if value is None or not terms.known(value):
        return
    text = _("{share} of the orders cancel or take back.").format(share=terms.share(value))
    yield 0.65, Finding(text=text, kind="cancellations", numbers={"share": list(value)})
    worst = [
        (name, mine)
        for name in found.clients[:SHOWN]
        if (mine := known.get((measure.CANCELLED.name, name))) and terms.known(mine) and mine[1] > value[2]
    ]
    for name, mine in worst[:2]:
        text = _("Of the orders of {client}, {share} are cancelled or taken back, more than of the others.")
        said = text.format(client=_called(name), share=terms.share(mine))
        yield 0.64, Finding(text=said, kind="cancellations", numbers={"party": name, "share": list(mine)})
