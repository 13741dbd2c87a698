"""What clients ask for and when, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from irrupt.arraytypes import Ints32
from irrupt.engine.columns import bounds, drawn_sizes, hourly, mean_size, ragged
from irrupt.engine.layout import CLIENT, COUNTED, LOT, SIZE, Records, records
from irrupt.engine.pieces import CYCLE
from irrupt.organisation import year
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import Client, Organisation


def demand(
    organisation: Organisation,
    names: Sequence[str],
    kind: Mapping[str, int],
    ways: Sequence[int],
    time: Callable[[str | Distribution], int],
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about clients, in the order of their *names*.

    *kind*: the number of a class of cases; *ways*: of each client, for `Rules.class_way`; *time*: the number of a
    distribution.
    """
    clients = [organisation.clients[name] for name in names]
    slots, minutes = ragged([sorted(client.appointments) for client in clients])
    lots = [_lots(client, kind, time) for client in clients]
    sizes = [_sizes(client) for client in clients]
    dated = [(client.season, _named(client.days_of_month), _named(client.working_days_of_month)) for client in clients]
    years = {one: number for number, one in enumerate(dict.fromkeys(dated))}
    classes, of_sizes = (np.cumsum([0, *map(len, each)]) for each in (lots, sizes))
    made = records(CLIENT, len(clients) + 1)
    for name, values in {
        "way": ways,
        "growth": [client.growth for client in clients],
        "year": [years[one] for one in dated],
        "evenness": [client.evenness for client in clients],
        "mean_size": [mean_size(client.at_a_time) for client in clients],
        "slot_begin": slots[:-1],
        "slot_end": slots[1:],
        "class_begin": classes[:-1],
        "class_end": classes[1:],
        "size_begin": of_sizes[:-1],
        "size_end": of_sizes[1:],
        "by_quantity": [len(client.by_quantity) > 0 for client in clients],
        "quantity": [-1 if client.quantity is None else time(client.quantity) for client in clients],
        "due": [-1 if client.due is None else time(client.due) for client in clients],
        "due_unit": [time(client.due_per_unit) for client in clients],
        "counted": [COUNTED.index(client.due_from) for client in clients],
    }.items():
        made[name][:-1] = values
    rates = [hourly(client.cases_per_week, client.profile) for client in clients]
    return {
        "clients": made,
        "client_rate": np.array(rates, np.float64).reshape(-1, 168),
        "dated": np.array([year.factors(*one) for one in years]).reshape(-1, year.DAYS),
        "dates": dates_from(organisation.timeline.begin),
        "slot_from": minutes * 60.0,
        "lots": _stacked(lots, LOT),
        "sizes": _stacked(sizes, SIZE),
    }


def _named(days: Mapping[int, float]) -> tuple[tuple[int, float], ...]:
    return tuple(sorted(days.items()))


@lru_cache
def dates_from(begin: datetime) -> Ints32:
    """Which day of a year each of the days from *begin* on is, until they come round."""
    return year.days_of_year(year.dates(begin, np.arange(CYCLE))).astype(np.int32)


def drawn_classes(client: Client) -> list[tuple[str, float]]:
    """The classes of his cases in the order in which a draw passes them, each with its share."""
    names = client.by_quantity or sorted(client.classes)
    return [(name, client.classes[name]) for name in names if client.classes[name] > 0.0]


def _lots(
    client: Client, kind: Mapping[str, int], time: Callable[[str | Distribution], int]
) -> list[tuple[float, int, int, int]]:
    shares = drawn_classes(client)
    asked = [client.quantity_by_class.get(name, client.quantity) for name, _share in shares]
    due = [client.due_by_class.get(name, client.due) for name, _share in shares]
    below = bounds([share for _name, share in shares])
    return [
        (one, kind[name], -1 if much is None else time(much), -1 if until is None else time(until))
        for one, (name, _share), much, until in zip(below, shares, asked, due, strict=True)
    ]


def _sizes(client: Client) -> list[tuple[float, int]]:
    sizes = drawn_sizes(client.at_a_time)
    return list(zip(bounds([share for _count, share in sizes]), (count for count, _share in sizes), strict=True))


def _stacked(lists: Sequence[Sequence[tuple[float, ...]]], kind: np.dtype[np.void]) -> Records:
    """The lists one behind the other."""
    return np.array([one for each in lists for one in each], kind)
