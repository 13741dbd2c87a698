"""ANSI X12: the transaction sets 830 (planning schedule) and 862 (shipping schedule).

After the segment tables of ASC X12, releases 002001 to 006010: BFR or BSS opens a schedule, LIN names the part, UIT its
unit, FST announces a quantity, SDQ behind it how much of it for which plant, SHP tells what was shipped or received,
ATH from which total running totals count.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from irrupt.chronicle.schedules.edifact import unwrapped
from irrupt.chronicle.schedules.entries import Entry, Found
from irrupt.chronicle.schedules.envelopes import X12 as ENVELOPE
from irrupt.chronicle.schedules.envelopes import incomplete
from irrupt.chronicle.schedules.heads import made
from irrupt.chronicle.schedules.periods import DAY, HALF_YEAR, MONTH, QUARTER, WEEK, YEAR
from irrupt.chronicle.schedules.replacing import Head
from irrupt.chronicle.schedules.scopes import Received, counted_by_lines, of_lines
from irrupt.chronicle.schedules.units import X12, Multiples
from irrupt.chronicle.schedules.words import CALL_OFF, FORECAST, RECEIPT
from irrupt.chronicle.schedules.written import after, day, decimal
from irrupt.errors import Fault
from irrupt.i18n import gettext as _

KINDS = {"830": FORECAST, "862": CALL_OFF}
# Code list 680, forecast qualifier.
_FIRM = {"A": True, "C": True, "B": False, "D": False}
# Code list 681, forecast timing qualifier: days.
_EVERY = {"C": DAY, "D": DAY, "W": WEEK, "X": WEEK, "T": 28, "M": MONTH, "Q": QUARTER, "S": HALF_YEAR, "A": YEAR}
# Code list 353, transaction set purpose: what was announced is taken back; only what is added or changed is named.
_CANCELS, _CHANGES = frozenset({"01", "03", "17"}), frozenset({"02", "04"})
_REPLACES = "05"
# The element of each first segment that tells when the schedule was issued.
_ISSUED = {"BFR": 8, "BSS": 3}
_CLIENTS, _PLANTS = ("BY", "MI", "BT", "PO"), ("ST", "DA", "CN")
_ROUNDED = 1e-6
"""By how much sums differ at most that are the same."""
_PARTS = ("BP", "IN", "PN", "CB", "VP", "UP", "EN", "MG")


class Segment(NamedTuple):
    """One segment; elements are counted from 1, as the tables do."""

    tag: str
    elements: Sequence[str]
    number: int

    def get(self, element: int) -> str:
        """An element; empty where it is not there."""
        return self.elements[element - 1].strip() if element <= len(self.elements) else ""


def segments(text: str) -> tuple[list[Segment], str]:
    """The segments of *text*, and what is left behind the last terminator: empty in a whole interchange.

    The first segment tells the marks: what stands behind ISA parts elements, what stands behind its sixteenth element
    ends segments.
    """
    mark = text[3]
    heads = text.split(mark, 16)
    last = heads[16] if len(heads) > 16 else ""
    terminator = "\n" if last[1:3] == "\r\n" else last[1:2] or "\n"
    pieces = unwrapped(text, terminator).split(terminator)
    rest = pieces.pop().strip()
    found = []
    for number, piece in enumerate(pieces, start=1):
        tag, *elements = piece.strip("\r\n ").split(mark)
        found.append(Segment(tag.upper(), elements, number))
    return found, rest


def read_interchange(text: str, name: str, found: Found) -> None:
    """Add the quantities of all 830 and 862 in *text*, from the file *name*, to *found*."""
    inside, rest = segments(text)
    opened, sender, sent, clock = -1, "", "", ""
    cut = bool(rest) or [one.tag for one in inside if one.tag in ("ST", "SE")][-1:] == ["ST"]
    found.incomplete += incomplete([(one.tag, one.get(1)) for one in inside], ENVELOPE, name, cut=cut)
    for at, segment in enumerate(inside):
        if segment.tag == "ISA":
            sender, sent, clock = segment.get(6), segment.get(9), segment.get(10)
        elif segment.tag == "GS":
            sent, clock = (segment.get(4), segment.get(5)) if segment.get(4) else (sent, clock)
        elif segment.tag == "ST":
            if opened >= 0:
                _unended(inside[opened], name, found)
            opened = at
        elif segment.tag == "SE" and opened >= 0:
            _transaction(inside[opened : at + 1], (sender, day(sent), made(sent, clock)), name, found)
            opened = -1
    if opened >= 0:
        _unended(inside[opened], name, found)
    elif rest:
        found.faults.append(Fault(name, _("ends in the middle of a segment: “{text}”").format(text=rest[:40])))


def _unended(head: Segment, name: str, found: Found) -> None:
    where = f"{name}, {head.get(1)} {head.get(2)}"
    found.faults.append(Fault(where, _("it has no end (SE)"), remedy=_("ask for it again")))


_Sent = tuple[str, datetime | None, datetime | None]


def _transaction(inside: Sequence[Segment], sent: _Sent, name: str, found: Found) -> None:
    """Add the quantities of one transaction set to *found*; its interchange was *sent* by whom, on which day, when."""
    head, tail = inside[0], inside[-1]
    where = f"{name}, {head.get(1)} {head.get(2)}"
    if head.get(1) not in KINDS:
        found.skip(head.get(1) or "?")
        return
    fault = ""
    if tail.get(1).isdigit() and int(tail.get(1)) != len(inside):
        fault = _("it says that it has {said} segments, and has {n}").format(said=tail.get(1), n=len(inside))
    elif tail.get(2) != head.get(2):
        fault = _("it begins as message {one} and ends as {other}").format(one=head.get(2), other=tail.get(2))
    said = next((day(one.get(_ISSUED[one.tag])) for one in inside if one.tag in _ISSUED), None)
    issued = said or sent[1]
    if not fault and issued is None:
        fault = _("it does not say when it was issued")
    if fault or issued is None:
        found.faults.append(Fault(where, fault, remedy=_("ask for it again")))
        return
    reader = _Reader(KINDS[head.get(1)], sent[0], issued, where)
    own = of_lines([segment.tag for segment in inside], ("N1",), ("FST",))
    for at, segment in enumerate(inside):
        reader.take(segment, of_line=at in own)
    reader.close()
    entries = counted_by_lines(reader.entries, reader.begins)
    told = Head(where, reader.replaces, reader.cancelled, sent[2])
    if reader.changes:
        found.amend(entries, head=told)
    else:
        found.add(entries, head=told)
    found.undated += [] if said else [where]
    found.unread += reader.unread
    found.unequal += reader.unequal
    found.unsure += reader.unsure
    found.units |= reader.multiples.seen
    found.names |= reader.names


class _Reader:
    """Walks through the segments of one transaction set."""

    def __init__(self, kind: str, sender: str, issued: datetime, where: str) -> None:
        self.kind, self.issued, self.where = kind, issued, where
        self.entries: list[Entry] = []
        self.plan: str | None = None
        self.running = False
        self.cancelled = self.changes = self.replaces = False
        """Whether it takes back what was announced, names only what changes of it, or stands instead of it."""
        self.parties: dict[str, str] = {"": sender}
        self.of_line: dict[str, str] = {}
        """Parties that count for the present line only."""
        self.names: dict[str, str] = {}
        """Number -> name of those who order, where both are said."""
        self.part: str | None = None
        self.received, self.begins = Received(), [0]
        """What had been received of the part of this line, and where the entries of each line begin."""
        self.forecast: Entry | None = None
        """What was announced last: it waits for what is told of it for each plant."""
        self.shares: float | None = None
        """How much of it is told for plants; None where it is not."""
        self.unread: list[str] = []
        """Places of shares of plants behind no forecast, or without a plant or a quantity."""
        self.unequal: list[str] = []
        """Places of forecasts that are not the sum of what is told for each plant."""
        self.unsure: list[str] = []
        """Places of forecasts in a code that does not tell whether they are firm."""
        self.unit = ""
        self.multiples = Multiples(X12)

    def take(self, segment: Segment, *, of_line: bool) -> None:
        """Understand the next segment; a party counts for this line only where it is *of_line*."""
        if segment.tag in _ISSUED:
            self.cancelled, self.changes = segment.get(1) in _CANCELS, segment.get(1) in _CHANGES
            self.replaces = self.cancelled or segment.get(1) == _REPLACES
        if segment.tag == "BFR":
            self.plan = segment.get(3) or segment.get(2) or None
            self.running = segment.get(5) == "C"
        elif segment.tag == "BSS":
            self.plan = segment.get(7) or segment.get(2) or None
            self.running = segment.get(11) == "C"
        elif segment.tag == "N1":
            name, identifier = segment.get(2).strip(), segment.get(4).strip()
            (self.of_line if of_line else self.parties)[segment.get(1)] = identifier or name
            if name and identifier and segment.get(1) in _CLIENTS:
                self.names[identifier] = name
        elif segment.tag == "LIN":
            pairs = dict(zip(segment.elements[1::2], segment.elements[2::2], strict=False))
            known = (pairs[one] for one in _PARTS if pairs.get(one))
            self.part = next(known, next(iter(pairs.values()), "")).strip() or None
            self.close()
            self.unit, self.of_line = "", {}
            self.received = Received(self.plant)
            self.begins.append(len(self.entries))
        elif segment.tag == "UIT":
            self.unit = segment.get(1)
        elif segment.tag == "ATH" and segment.get(1) == "PQ":
            self.received.tell(self.plant, self._amount(segment.get(3)))
        elif segment.tag == "SHP":
            self._shipped(segment)
        elif segment.tag == "FST":
            self._forecast(segment)
        elif segment.tag == "SDQ":
            self._for_plants(segment)

    def close(self) -> None:
        """End a line, whose totals may be told behind its quantities."""
        self._end_forecast()
        self.received.fill(self.entries, self.begins[-1])

    @property
    def plant(self) -> str | None:
        """Where it goes."""
        return self._party(_PLANTS)

    def _party(self, functions: Sequence[str]) -> str | None:
        said = {**self.parties, **self.of_line}
        return next((said[one].strip() for one in functions if said.get(one)), None)

    def _amount(self, text: str, unit: str = "") -> float | None:
        return self.multiples.singly(decimal(text), (unit or self.unit)[:2])

    def _place(self, segment: Segment) -> str:
        return _("{where}, segment {n}").format(where=self.where, n=segment.number)

    def _shipped(self, segment: Segment) -> None:
        self._end_forecast()
        amount = self._amount(segment.get(2))
        if segment.get(1) == "02":
            self.received.tell(self.plant, amount, again=False)
        elif segment.get(1) == "01" and segment.get(3) in ("011", "050", "035"):
            when = day(segment.get(4))
            self.entries.append(self._entry(segment, when, amount)._replace(kind=RECEIPT, issued=when, days=1))

    def _forecast(self, segment: Segment) -> None:
        begin, end = day(segment.get(4)), day(segment.get(5))
        entry = self._entry(segment, begin, 0.0 if self.cancelled else self._amount(segment.get(1)))
        if self.running and not self.cancelled:
            entry = entry._replace(quantity=None, cumulative=entry.quantity, received=self.received.of(self.plant))
        self._end_forecast()
        self.unsure += [entry.place] if segment.get(2) and segment.get(2) not in _FIRM else []
        self.forecast = entry._replace(
            until=after(end, 1) if begin and end and end >= begin else None,
            days=_EVERY.get(segment.get(3)),
            firm=_FIRM.get(segment.get(2)),
        )

    def _for_plants(self, segment: Segment) -> None:
        """What was announced, for each plant: ten pairs of a plant and a quantity at most."""
        one, place = self.forecast, self._place(segment)
        pairs = itertools.zip_longest(segment.elements[2:22:2], segment.elements[3:22:2], fillvalue="")
        told = [(plant.strip(), self._amount(text, segment.get(1))) for plant, text in pairs if plant or text]
        known = [(plant, amount) for plant, amount in told if plant and amount is not None]
        self.unread += [place] if one is None or len(known) < len(told) else []
        if one is None:
            return
        for plant, amount in known:
            self.shares = (self.shares or 0.0) + amount
            share = one._replace(plant=plant, place=place, received=None)
            counted = self.running and not self.cancelled
            quantity = 0.0 if self.cancelled else amount
            self.entries.append(share._replace(cumulative=amount) if counted else share._replace(quantity=quantity))
            self.received.tell(plant, None, again=False)

    def _end_forecast(self) -> None:
        """Keep what was announced last, unless it is told for each plant: then tell where the sum differs."""
        one, shares = self.forecast, self.shares
        if one is not None and shares is None:
            self.entries.append(one)
        elif one is not None and shares is not None:
            whole = shares if self.cancelled else one.cumulative if self.running else one.quantity
            self.unequal += [one.place] if whole is not None and abs(whole - shares) > _ROUNDED else []
        self.forecast = self.shares = None

    def _entry(self, segment: Segment, begin: datetime | None, amount: float | None) -> Entry:
        return Entry(
            client=self._party((*_CLIENTS, "")),
            plant=self.plant,
            part=self.part,
            plan=self.plan,
            issued=self.issued,
            kind=self.kind,
            place=self._place(segment),
            period=begin,
            quantity=amount,
        )
