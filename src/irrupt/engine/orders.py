"""Orders that somebody brings into a run at a pause, and what they are like."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from irrupt.engine import streams
from irrupt.engine.attributes import attributes
from irrupt.engine.planning.planner import Release
from irrupt.engine.tables import Tables
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A case that a client brings while a run stands still. What is not said of it is drawn, as for cases of his that
    come by themselves and are so; with all that happens to it, that is a matter of its *name* alone: the same with an
    act and without it. So each order of a run needs a name of its own.
    """

    client: str
    name: str
    kind: str | None = None
    """Its class."""
    quantity: float | None = None
    due: float | None = None
    """Seconds since the origin."""


def released(orders: Sequence[Order], tables: Tables, run: int, now: float, brought: Collection[int]) -> list[Release]:
    """*orders* as cases that come *now*, in the run with that key, beside those of the keys that were *brought*.

    Raises `UsageError` with everything that is wrong with them.
    """
    keys = [streams.client_key(run, streams.key_of("order", order.name)) for order in orders]
    faults = [fault for order in orders for fault in _faults(order, tables, now)]
    again = {order.name for order, key in zip(orders, keys, strict=True) if key in brought}
    again |= {name for name, times in Counter(order.name for order in orders).items() if times > 1}
    faults += [Fault(name, _("it is brought twice"), _("a name of its own for each order")) for name in sorted(again)]
    if faults:
        raise UsageError(faults)
    return [_release(order, key, tables, now) for order, key in zip(orders, keys, strict=True)]


def _release(order: Order, key: int, tables: Tables, now: float) -> Release:
    kind, quantity, due = attributes(tables, order.client, key, now, order)
    return Release(client=order.client, product=kind, quantity=quantity, due=due, key=key)


def _faults(order: Order, tables: Tables, now: float) -> Iterator[Fault]:
    if order.client not in tables.organisation.clients:
        found = _('no client "{name}"').format(name=order.client)
        yield Fault(order.name, found, remedy=did_you_mean(order.client, tables.organisation.clients))
    if order.kind is not None and order.kind not in tables.classes:
        found = _('no class "{name}"').format(name=order.kind)
        yield Fault(order.name, found, remedy=did_you_mean(order.kind, tables.classes))
    if order.quantity is not None and not 0 < order.quantity < math.inf:
        yield Fault(order.name, f"quantity {order.quantity:g}", _("a number above 0"))
    if order.due is not None and not order.due >= now:
        yield Fault(order.name, f"due {order.due:g}", _("{now:g} or more").format(now=now))
