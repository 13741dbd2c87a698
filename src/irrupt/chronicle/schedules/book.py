"""The order book: orders and their changes, put together day by day as versions of what is ordered for when."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from irrupt.chronicle.schedules.words import CALL_OFF

CHANGED, CANCELLED, REPLACED = "changed", "cancelled", "replaced"
"""What becomes of a line; of a whole order, where the change names none."""

Dated = tuple[tuple[datetime | None, float | None], ...]


class Change(NamedTuple):
    """What a message does to an order, or to one line of it."""

    client: str | None
    order: str
    issued: datetime
    place: str
    action: str
    line: str | None = None
    plant: str | None = None
    part: str | None = None
    dated: Dated = ()
    """When how much is due; a date or quantity that is not said stays as it was."""


class Ordered(NamedTuple):
    """A quantity of a version of the order book."""

    client: str | None
    plant: str | None
    part: str | None
    issued: datetime
    place: str
    day: datetime | None
    quantity: float | None
    backlog: bool | None


Key = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class _Series:
    """What is ordered of one part, for one plant, by one client."""

    due: dict[datetime, float] = field(default_factory=dict)
    days: list[datetime] = field(default_factory=list)
    fresh: set[datetime] = field(default_factory=set)
    """Days that this version changes."""
    place: str = ""

    def add(self, day: datetime, quantity: float) -> None:
        if day not in self.due:
            self.due[day] = 0.0
            insort(self.days, day)
        self.due[day] += quantity
        self.fresh.add(day)


class Book:
    """All orders of all clients, as they are known."""

    kind = CALL_OFF

    def __init__(self) -> None:
        self.lines: dict[tuple[str | None, str, str], tuple[Key, dict[datetime, float]]] = {}
        self.orders: dict[tuple[str | None, str], list[str]] = {}
        self.series: dict[Key, _Series] = {}
        self.touched: dict[Key, None] = {}
        self.strangers: list[str] = []
        """Places of changes of orders that nobody has seen."""
        self.undated: list[Ordered] = []

    def versions(self, changes: Sequence[Change]) -> Iterator[Ordered]:
        """The order book after each moment at which something was changed, for what it is about, from its week on."""
        for issued, together in groupby(sorted(changes, key=lambda one: one.issued), key=lambda one: one.issued):
            for change in together:
                self._take(change)
            yield from self._version(issued)
        yield from self.undated

    def _take(self, change: Change) -> None:
        known = self.orders.get((change.client, change.order))
        if change.line is None:
            if known is None and change.action == CANCELLED:
                self.strangers.append(change.place)
            for line in known or ():
                self._set((change.client, change.order, line), None, {}, change.place)
            self.orders.setdefault((change.client, change.order), [])
            return
        if known is None:
            self.strangers.append(change.place)
            known = self.orders.setdefault((change.client, change.order), [])
        if change.line not in known:
            known.append(change.line)
        name = (change.client, change.order, change.line)
        if change.action == CANCELLED:
            self._set(name, None, {}, change.place)
            return
        before_key, before = self.lines.get(name, (None, {}))
        key = (
            change.client,
            change.plant or (before_key or (None, None))[1],
            change.part or (before_key or (None,) * 3)[2],
        )
        self._set(name, key, self._dated(change, key, before), change.place)

    def _dated(self, change: Change, key: Key, before: dict[datetime, float]) -> dict[datetime, float]:
        """Day -> quantity of a line: what is said, the rest as it was."""
        if not change.dated:
            return before
        now: dict[datetime, float] = {}
        for said_day, said_quantity in change.dated:
            day = said_day if said_day is not None or len(before) != 1 else next(iter(before))
            quantity = said_quantity if said_quantity is not None or not before else sum(before.values())
            if day is None or quantity is None:
                self.undated.append(Ordered(*key, change.issued, change.place, day, quantity, None))
                continue
            now[day] = now.get(day, 0.0) + quantity
        return now

    def _set(
        self, name: tuple[str | None, str, str], key: Key | None, dated: dict[datetime, float], place: str
    ) -> None:
        old_key, old = self.lines.get(name, (None, {}))
        for where, due, sign in ((old_key, old, -1.0), (key, dated, 1.0)):
            if where is not None:
                series = self.series.setdefault(where, _Series())
                series.place = place
                self.touched[where] = None
                for day, quantity in due.items():
                    series.add(day, sign * quantity)
        kept = key or old_key
        if kept is not None:
            self.lines[name] = (kept, dated)

    def _version(self, issued: datetime) -> Iterator[Ordered]:
        day = issued.replace(hour=0, minute=0, second=0, microsecond=0)
        monday = day - timedelta(days=day.weekday())
        for key in self.touched:
            series = self.series[key]
            late = sorted(one for one in series.fresh if one < monday and series.due[one])
            for due in (*late, *series.days[bisect_left(series.days, monday) :]):
                backlog = None if due < monday else False
                yield Ordered(*key, issued, series.place, due, series.due[due], backlog)
            series.fresh.clear()
        self.touched.clear()
