"""What ORDERS (purchase order), ORDCHG (its change) and DESADV (despatch advice) mean.

After the message and code directories of UN/EDIFACT D.96A and D.97A (service.unece.org/trade/untdid/d96a, .../d97a:
trmd/orders_d.htm, ordchg_d.htm, desadv_d.htm; code lists 1225, 1229, 2005, 6063): the segment groups that are read here
are the same in both. An order is not a plan: what is ordered for a day is the sum of all orders as they are known. So
each day on which a client orders or changes something gives a version of his order book for what it is about, from the
week of that day on: firm call-offs, that stand beside plans (DELFOR, DELJIT) as another version of them would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from irrupt.chronicle.schedules.book import CANCELLED, CHANGED, REPLACED, Change
from irrupt.chronicle.schedules.edifact import Marks, Message, Segment
from irrupt.chronicle.schedules.entries import Entry, Found
from irrupt.chronicle.schedules.heads import LOCATIONS, PLANTS, Partners, issue_of, moment, part_of, usable
from irrupt.chronicle.schedules.units import EDIFACT, Multiples
from irrupt.chronicle.schedules.words import DELIVERED
from irrupt.chronicle.schedules.written import decimal
from irrupt.i18n import gettext as _

KINDS = frozenset({"ORDERS", "ORDCHG", "DESADV"})

# Code list 6063, quantity type code qualifier.
_ORDERED, _SPLIT = ("21", "1", "113"), "11"
_DESPATCHED = ("12", "46", "48", "194", "1", "113")
# Code list 2005, date or time or period function code qualifier: the first that is there tells.
_DUE = ("2", "69", "76", "358", "63", "64", "17", "10", "11", "67", "191")
_ARRIVES, _LEAVES = ("35", "17", "132", "2"), ("11", "137")
# Code list 1225, message function; code list 1229, action.
_CANCELS, _COPIES = frozenset({"1", "3", "17"}), frozenset({"7", "31"})
_DELETED = "2"
_ORDER_NUMBER = "ON"


@dataclass(slots=True)
class _Line:
    """A line as the message gives it."""

    number: str
    action: str
    place: int
    part: str | None = None
    plant: str | None = None
    order: str | None = None
    quantities: list[tuple[str, float | None, bool]] = field(default_factory=list)
    """Qualifier, amount, whether it stands in a schedule of the line."""
    dates: dict[int, dict[str, datetime]] = field(default_factory=dict)
    """Quantity that they follow (-1: none) -> qualifier -> date."""


def read_order(message: Message, name: str, signs: Marks, found: Found) -> None:
    """Add what *message*, in the file *name*, orders, changes or delivers to *found*."""
    where = usable(message, name, found)
    issued = issue_of(message, where, found) if where else None
    if issued is None:
        return
    reader = _Reader(message, issued, where, signs)
    for segment in message.segments:
        reader.take(segment)
    if reader.function in _COPIES:
        found.skip(_("{kind}, copies").format(kind=message.kind))
        return
    found.units |= reader.multiples.seen
    found.names |= reader.partners.names
    if message.kind == "DESADV":
        found.deliver(reader.client, reader.document, reader.deliveries(), withdrawn=reader.function in _CANCELS)
        found.despatched += reader.despatched
    else:
        found.change(reader.changes())


class _Reader:
    """Walks through the segments of one message."""

    def __init__(self, message: Message, issued: datetime, where: str, signs: Marks) -> None:
        self.kind, self.issued, self.where, self.signs = message.kind, issued, where, signs
        self.document, self.function, self.order = message.reference, "", ""
        self.partners = Partners(message.receiver if message.kind == "DESADV" else message.sender)
        self.dates: dict[str, datetime] = {}
        self.lines: list[_Line] = []
        self.scheduled = self.ended = False
        self.multiples = Multiples(EDIFACT)
        self.despatched = 0
        """Lines whose arrival is not said."""

    @property
    def client(self) -> str | None:
        """Who orders."""
        return self.partners.client

    def take(self, segment: Segment) -> None:
        """Understand the next segment."""
        line = self.lines[-1] if self.lines and not self.ended else None
        if segment.tag == "BGM":
            self.document, self.function = segment.get(1) or self.document, segment.get(2)
        elif segment.tag == "UNS":
            self.ended = True
        elif segment.tag == "LIN":
            self.scheduled = False
            made = _Line(segment.get(0) or str(len(self.lines) + 1), segment.get(1), segment.number)
            made.part = segment.get(2) or None
            self.lines.append(made)
        elif segment.tag == "RFF" and segment.get(0) == _ORDER_NUMBER:
            self._refer(segment, line)
        elif line is None:
            self._head(segment)
        else:
            self._within(segment, line)

    def _refer(self, segment: Segment, line: _Line | None) -> None:
        if line is None:
            self.order = segment.get(0, 1)
        else:
            line.order = segment.get(0, 1) or None

    def _head(self, segment: Segment) -> None:
        self.partners.take(segment)
        if segment.tag == "DTM":
            begin, _end = moment(segment.get(0, 1), segment.get(0, 2))
            if begin is not None:
                self.dates.setdefault(segment.get(0), begin)

    def _within(self, segment: Segment, line: _Line) -> None:
        if segment.tag == "PIA" and not line.part:
            line.part = part_of(segment)
        elif segment.tag == "SCC":
            self.scheduled = True
        elif segment.tag == "QTY":
            scheduled = self.scheduled or segment.get(0) == _SPLIT
            amount = self.multiples.singly(decimal(segment.get(0, 1), self.signs.decimal), segment.get(0, 2))
            line.quantities.append((segment.get(0), amount, scheduled))
        elif segment.get(0) in {"LOC": LOCATIONS, "NAD": frozenset(PLANTS)}.get(segment.tag, ()):
            line.plant = segment.get(1) or None
        elif segment.tag == "DTM":
            begin, _end = moment(segment.get(0, 1), segment.get(0, 2))
            if begin is not None:
                line.dates.setdefault(len(line.quantities) - 1, {})[segment.get(0)] = begin

    def _plant(self, line: _Line) -> str | None:
        return line.plant or self.partners.plant

    def _dated(self, line: _Line) -> tuple[tuple[datetime | None, float | None], ...]:
        """When how much of *line* is due: its schedule where it has one, else its quantity; nothing where not said."""
        usable = [at for at, (kind, _amount, scheduled) in enumerate(line.quantities) if scheduled or kind in _ORDERED]
        chosen = [at for at in usable if line.quantities[at][2]] or usable[:1]
        usual = _first(line.dates.get(-1, {}), _DUE)
        single = usual or _first(line.dates.get(0, {}), _DUE) or _first(self.dates, _DUE)
        if not chosen:
            return ((single, None),) if single else ()
        return tuple((_first(line.dates.get(at, {}), _DUE) or single, line.quantities[at][1]) for at in chosen)

    def changes(self) -> list[Change]:
        """What the message does to orders."""
        order = self.order if self.kind == "ORDCHG" and self.order else self.document
        cancels, whole = self.function in _CANCELS, self.kind == "ORDERS" or self.function == "5"
        made = []
        if cancels or whole:
            what = CANCELLED if cancels else REPLACED
            made.append(Change(client=self.client, order=order, issued=self.issued, place=self.where, action=what))
        for line in () if cancels else self.lines:
            action = CANCELLED if line.action == _DELETED else CHANGED
            made.append(
                Change(
                    client=self.client,
                    order=(line.order if self.kind == "ORDCHG" else None) or order,
                    issued=self.issued,
                    place=_("{where}, segment {n}").format(where=self.where, n=line.place),
                    action=action,
                    line=line.number,
                    plant=self._plant(line),
                    part=line.part,
                    dated=() if action == CANCELLED else self._dated(line),
                )
            )
        return made

    def deliveries(self) -> list[Entry]:
        """What the message says is delivered: dated by its arrival, or, where that is not said, by its despatch."""
        made = []
        for line in self.lines:
            amounts = {kind: amount for kind, amount, _scheduled in reversed(line.quantities)}
            amount = next((amounts[kind] for kind in _DESPATCHED if kind in amounts), None)
            own = {code: date for dates in line.dates.values() for code, date in dates.items()}
            arrives = _first(own, _ARRIVES) or _first(self.dates, _ARRIVES)
            self.despatched += arrives is None
            day = arrives or _first(own, _LEAVES) or _first(self.dates, _LEAVES)
            made.append(
                Entry(
                    client=self.client,
                    plant=self._plant(line),
                    part=line.part,
                    plan=line.order or self.order or None,
                    issued=day,
                    kind=DELIVERED,
                    place=_("{where}, segment {n}").format(where=self.where, n=line.place),
                    period=day,
                    days=1,
                    quantity=amount,
                )
            )
        return made


def _first(dates: dict[str, datetime], codes: tuple[str, ...]) -> datetime | None:
    return next((dates[code] for code in codes if code in dates), None)
