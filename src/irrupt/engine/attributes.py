"""What a case is like of which something is known: the rest is drawn as for cases that come by themselves."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from irrupt.engine import pieces, streams
from irrupt.engine.layout import Records
from irrupt.engine.tables import Tables
from irrupt.organisation.model import START
from irrupt.organisation.promised import due_by


class Known(Protocol):
    """What is known of a case; None: that is not."""

    @property
    def kind(self) -> str | None:
        """Its class."""

    @property
    def quantity(self) -> float | None:
        """How much it asks for."""

    @property
    def due(self) -> float | None:
        """When it is due, in seconds since the origin."""


def attributes(rules: Tables, client: str, key: int, came: float, known: Known) -> tuple[str | None, float, float]:
    """Class, quantity and due date of the case with that *key* of a *client*, which *came* at some time. What is drawn
    is such as it is for cases that are as far alike as is known."""
    asks, numbers, lots = rules.organisation.clients[client], *_demand(rules, client)
    kind, quantity, due = kind_known(rules, client, known), 1.0, known.due
    much = luck(key, streams.QUANTITY)
    if kind is None and asks.classes:
        drawn = lots["kind"][np.argmax((much if asks.by_quantity else luck(key, streams.CLASS)) < lots["below"])]
        kind = rules.classes[int(drawn) - 1]
    number = 0 if kind is None else rules.classes.index(kind) + 1
    of_kind = lots[lots["kind"] == number]
    asked, until = (int(of_kind[name][0] if len(of_kind) else numbers[name]) for name in ("quantity", "due"))
    if asked >= 0:
        # Where it tells the class, it is one of those that make this one.
        much = _within(lots, number, much) if asks.by_quantity and known.kind is not None else much
        quantity = value(rules, asked, much)
    quantity = quantity if known.quantity is None else known.quantity
    if due is None and until >= 0:
        late = luck(key, streams.DUE)
        after = value(rules, until, late) + quantity * value(rules, int(numbers["due_unit"]), late)
        due = due_by(asks.due_from, came, after)
    return kind, quantity, math.inf if due is None else due


def kind_known(rules: Tables, client: str, known: Known) -> str | None:
    """The class of a case, or that which its quantity makes it, where nothing but that tells."""
    if known.kind is not None or known.quantity is None or not rules.organisation.clients[client].by_quantity:
        return known.kind
    numbers, lots = _demand(rules, client)
    least, beyond = 0.0, 1.0
    for _half in range(48):
        middle = 0.5 * (least + beyond)
        less = value(rules, int(numbers["quantity"]), middle) <= known.quantity
        least, beyond = (middle, beyond) if less else (least, middle)
    return rules.classes[int(lots["kind"][np.argmax(least < lots["below"])]) - 1]


def _demand(rules: Tables, client: str) -> tuple[Records, Records]:
    """What a client asks for, and the classes of his cases."""
    numbers = rules.rules.clients[rules.clients.index(client)]
    return numbers, rules.rules.lots[numbers["class_begin"] : numbers["class_end"]]


def _within(lots: Records, number: int, much: float) -> float:
    """A luck that makes the class of a *number*, where the same one decides on class and quantity."""
    bounds = [0.0, *lots["below"].tolist()]
    of_kind = next((at for at, kind in enumerate(lots["kind"].tolist()) if kind == number), None)
    if of_kind is None:
        return much
    begin, end = bounds[of_kind], min(bounds[of_kind + 1], 1.0)
    return float(min(begin + much * (end - begin), 1.0 - 2.0**-53))


def luck(key: int, what: int) -> float:
    """The uniform number that says something of the case with a *key*."""
    return streams.draw(key, streams.key_of("place", START), what, streams.CASE)


def value(rules: Tables, time: int, uniform: float) -> float:
    """The value of the distribution with a number."""
    return float(pieces.seconds(rules.rules.times, rules.rules.cells, time, uniform))
