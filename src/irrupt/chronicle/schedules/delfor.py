"""What DELFOR (delivery schedule) and DELJIT (just in time delivery) mean.

After the message and code directories of UN/EDIFACT (service.unece.org/trade/untdid), D.96A to D.04A and later. In
some directories the scheduling conditions (SCC) stand before the quantities that they are for, in others behind each
quantity: which of both each line of a message tells itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from irrupt.chronicle.schedules.edifact import Marks, Message, Segment
from irrupt.chronicle.schedules.entries import Entry, Found
from irrupt.chronicle.schedules.heads import Partners, issue_of, moment, part_of, prepared, usable
from irrupt.chronicle.schedules.periods import DAY, HALF_YEAR, MONTH, QUARTER, WEEK, YEAR
from irrupt.chronicle.schedules.replacing import Head
from irrupt.chronicle.schedules.scopes import Received, counted_by_lines, of_lines
from irrupt.chronicle.schedules.units import EDIFACT, Multiples
from irrupt.chronicle.schedules.words import CALL_OFF, FORECAST, RECEIPT
from irrupt.chronicle.schedules.written import after, decimal
from irrupt.i18n import gettext as _

KINDS = {"DELFOR": FORECAST, "DELJIT": CALL_OFF}

# Code list 6063, quantity type code qualifier.
_DUE = frozenset({"1", "21", "66", "113", "131"})
_RUNNING = frozenset({"3", "78"})
_RECEIVED, _BEFORE = "70", "79"
_BACKLOG, _URGENT = "83", "84"
_ARRIVED = frozenset({"12", "46", "48", "194"})
_ASIDE = frozenset({"17", "18", "20", "31", "32", "33", "40", "47", "52", "53", "54", "59", "71", "72", "74", "75"})
"""Quantities about something else than what is due: on hand, of a year, of a package, at least and at most; totals of
last year, and totals once all that is ordered or scheduled will have come."""
# Code list 2005, date or time or period function code qualifier.
_LEAVES = frozenset({"10", "11", "200", "234", "235"})
"""Shipment requested, despatch, collection, from and to: where goods also have a day on which they come, it counts."""
_HORIZON = "158"
_BEGIN = frozenset({"2", "17", "50", "64", "67", "69", "76", "191", "358", _HORIZON}) | _LEAVES - {"235"}
_END = frozenset({"63", "159", "206", "235"})
_COUNTED_TO = "52"
"""The day up to which a running total is counted."""
# Code list 4017, delivery plan commitment level: firm, first time reported firm, immediate; for manufacturing, for
# material, forecast, pilot, planning, proposed. What was delivered short is due at once, as what is immediate.
_FIRM = {"1": True, "15": True, "10": True, "2": False, "3": False, "4": False, "11": False, "12": False, "26": False}
_SHORT = "5"
_AT_ONCE = frozenset({"10", _SHORT})
# Code list 2013, frequency code: days.
_EVERY = {"D": DAY, "Y": DAY, "W": WEEK, "T": 28, "M": MONTH, "Q": QUARTER, "S": HALF_YEAR, "A": YEAR}
# Code list 1225, message function: what was announced is taken back; only what is added or changed is named.
_CANCELS, _CHANGES = frozenset({"1", "3", "17"}), frozenset({"2", "4", "36"})
_REPLACES = "5"
# Code list 1229, action request: the line is deleted.
_DELETED = "2"
_OWN_DATES = frozenset({"RFF", "LIN", "SEQ", "SCC", "QTY"})
"""Segments whose dates follow them."""


@dataclass(slots=True)
class _Quantity:
    """A quantity that waits for its dates."""

    qualifier: str
    amount: float | None
    number: int
    begin: datetime | None = None
    end: datetime | None = None
    dated_by: str = ""
    """The qualifier of its date; empty where it has none. One that cannot be read leaves it without a begin."""
    level: str = ""
    """How far it commits (code list 4017): whether it is firm, and due at once unless dates say otherwise."""
    days: int | None = None
    total: float | None = None
    """The running total that stands beside it."""


def read_message(message: Message, name: str, signs: Marks, found: Found) -> None:
    """Add the quantities of *message*, in the file *name*, to *found*."""
    if message.kind not in KINDS:
        found.skip(message.kind or "?")
        return
    where = usable(message, name, found)
    issued = issue_of(message, where, found) if where else None
    if issued is None:
        return
    reader = _Reader(message, issued, where, signs)
    tags = [segment.tag for segment in message.segments]
    own = of_lines(tags, ("NAD", "LOC"), ("QTY",))
    for at, segment in enumerate(message.segments):
        reader.take(segment, of_line=at in own)
    reader.close()
    entries = counted_by_lines(reader.entries, reader.begins)
    announced = {(one.client, one.plant, one.part) for one in entries if one.kind != RECEIPT}
    nothing = [one for one in reader.deleted if (one.client, one.plant, one.part) not in announced]
    head = Head(where, reader.replaces, reader.cancelled, prepared(message))
    if reader.cancelled and not tags.count("LIN"):
        found.withdraw(reader.whole())
    elif reader.changes:
        found.amend(entries, head=head, nothing=nothing)
    else:
        found.add(entries, head=head, nothing=nothing)
    found.unread += reader.unread
    found.units |= reader.multiples.seen
    found.names |= reader.partners.names


def _scc_first(segments: Sequence[Segment]) -> list[bool]:
    """Whether scheduling conditions stand before their quantities: before the first line, and in each line.

    Conditions right behind a quantity, and not right before another, belong to what is behind them; the other way round
    to what is before them. A line that does not tell goes with the others of its message.
    """
    votes = [0]
    for before, one, behind in zip(segments, segments[1:], segments[2:], strict=False):
        if one.tag == "LIN":
            votes.append(0)
        elif one.tag == "SCC":
            votes[-1] += (behind.tag == "QTY") - (before.tag == "QTY")
    followed = next((two.tag for one, two in itertools.pairwise(segments) if one.tag == "SCC"), "QTY")
    usual = sum(votes) or (1 if followed == "QTY" else -1)
    return [(vote or usual) > 0 for vote in votes]


class _Reader:
    """Walks through the segments of one message."""

    def __init__(self, message: Message, issued: datetime, where: str, signs: Marks) -> None:
        self.kind = KINDS[message.kind]
        self.issued, self.where, self.signs = issued, where, signs
        self.in_each = iter(_scc_first(message.segments))
        self.first = next(self.in_each)
        """Whether scheduling conditions stand before their quantities: before the first line, then in each."""
        tags = [segment.tag for segment in message.segments if segment.tag in ("LIN", "SEQ")]
        self.nested = tags[:1] == ["LIN"]
        """Whether sequences (SEQ) stand within lines, instead of lines within sequences as in the directories."""
        self.multiples = Multiples(EDIFACT)
        self.entries: list[Entry] = []
        self.unread: list[str] = []
        """Places where a quantity should stand that is none, or none that is known."""
        self.conditions: int | None = None
        """The segment of conditions for which no quantity has come yet."""
        self.plan: str | None = message.reference or None
        self.partners = Partners(message.sender)
        self.part: str | None = None
        self.received, self.begins = Received(), [0]
        """What had been received of the part of this line, and where the entries of each line begin."""
        self.sequence: tuple[datetime | None, datetime | None] = (None, None)
        self.of_another = False
        """Whether the next dates are those of a reference, or of a quantity that is not due."""
        self.cancelled = self.changes = self.replaces = False
        """Whether the message takes back what was announced, names only what changes of it, or stands instead of it."""
        self.deletes, self.deleted = 0, list[Entry]()
        """The segment that opens this line, if it deletes it, and what all such lines announce no more."""
        self.level = ""
        self.days: int | None = None
        self.pending: _Quantity | None = None
        self.in_lines = False
        self.told: dict[tuple[bool, str | None, datetime | None, datetime | None], int] = {}
        """Whether it is a running total, plant, begin and end -> where the entry of a line stands among all."""
        self.alike: list[tuple[int, _Quantity]] = []
        """Where the entries stand that were told under the present conditions, or in this line where these stand
        behind."""

    def take(self, segment: Segment, *, of_line: bool) -> None:
        """Understand the next segment; a party or a place counts for this line only where it is *of_line*."""
        if segment.tag in _OWN_DATES:
            self.of_another = segment.tag == "RFF"
        if segment.tag == "BGM":
            self.plan = segment.get(1) or self.plan
            self.cancelled, self.changes = segment.get(2) in _CANCELS, segment.get(2) in _CHANGES
            self.replaces = self.cancelled or segment.get(2) == _REPLACES
        elif segment.tag == "NAD":
            self.flush()
            self.partners.take(segment, of_line=of_line)
        elif segment.tag == "LOC":
            self.partners.take(segment, of_line=of_line)
        elif segment.tag == "SEQ":
            self.flush()
            self.sequence = (None, None)
            if not self.nested:
                self.part, self.in_lines = None, False
        elif segment.tag == "LIN":
            self._line(segment)
        elif segment.tag == "PIA" and not self.part:
            self.part = part_of(segment)
        elif segment.tag == "SCC":
            self._conditions(segment)
        elif segment.tag == "QTY":
            self._quantity(segment)
        elif segment.tag == "DTM":
            self._date(segment)

    def _line(self, segment: Segment) -> None:
        self.close()
        self.first = next(self.in_each)
        self.partners.next_line()
        self.received = Received(self.partners.plant)
        self.begins.append(len(self.entries))
        self.part = segment.get(2) or None
        self.deletes = segment.number if segment.get(1) == _DELETED else 0
        self.level, self.days = "", None
        self.in_lines, self.told, self.alike = True, {}, []

    def _conditions(self, segment: Segment) -> None:
        level, days = segment.get(0), _EVERY.get(segment.get(2).upper())
        if not self.first and self.pending is not None:
            self.pending.level, self.pending.days = level, days
            return
        self.flush()
        self.alike = []
        self.level, self.days = level, days
        self.conditions = segment.number if self.first else None

    def _quantity(self, segment: Segment) -> None:
        qualifier, amount = segment.get(0), decimal(segment.get(0, 1), self.signs.decimal)
        amount = self.multiples.singly(amount, segment.get(0, 2))
        if self._beside(qualifier, amount):
            return
        self.flush()
        if qualifier in (_RECEIVED, _BEFORE):
            self.received.tell(self.partners.plant, amount, again=qualifier != _BEFORE)
        elif qualifier in _DUE | _RUNNING | _ARRIVED | {_BACKLOG, _URGENT}:
            now = self.issued if qualifier in (_BACKLOG, _URGENT) else None
            level, days = (self.level, self.days) if self.first else ("", None)
            self.pending = _Quantity(qualifier, amount, segment.number, begin=now, level=level, days=days)
        elif qualifier not in _ASIDE:
            self._unread(segment.number)
        self.of_another = self.pending is None
        self.conditions = None

    def _beside(self, qualifier: str, amount: float | None) -> bool:
        """Whether this is the total beside a quantity, or the quantity beside a total, that waits for the same date."""
        one = self.pending
        if one is None or one.begin is not None or one.dated_by:
            return False
        if one.qualifier in _DUE and one.total is None and qualifier in _RUNNING:
            one.total = amount
        elif one.qualifier in _RUNNING and qualifier in _DUE and self._right_before(one, None, None, True) is None:
            one.qualifier, one.amount, one.total = qualifier, amount, one.amount
        else:
            return False
        return True

    def _unread(self, segment: int) -> None:
        self.unread.append(_("{where}, segment {n}").format(where=self.where, n=segment))

    def _date(self, segment: Segment) -> None:
        one = self.pending
        if self.of_another and (one is None or one.begin is not None or one.level in _AT_ONCE):
            return
        qualifier = segment.get(0)
        begin, end = moment(segment.get(0, 1), segment.get(0, 2))
        if self.conditions is not None and self.pending is None and qualifier in _BEGIN | _END:
            self._unread(segment.number)
            self.conditions = None
        if one is not None:
            if qualifier in _LEAVES and one.dated_by and one.dated_by not in _LEAVES:
                return
            if qualifier in _BEGIN and (begin is not None or not one.dated_by):
                one.begin, one.end, one.dated_by = begin, end or one.end, qualifier
            elif qualifier in _END or (qualifier == _COUNTED_TO and one.qualifier in _RUNNING):
                one.end, one.dated_by = after(begin, 1) if begin else one.end, one.dated_by or qualifier
        elif qualifier in _BEGIN - {_HORIZON} and (self.nested or not self.in_lines):
            self.sequence = (begin, end)

    def whole(self) -> Entry:
        """The plan of this message, for no part and no time."""
        return Entry(self.partners.client, None, None, self.plan, self.issued, self.kind, self.where, days=0)

    def close(self) -> None:
        """Keep what waits at the end of a line, whose totals may be told behind its quantities."""
        self.flush()
        self.received.fill(self.entries, self.begins[-1])
        if self.deletes:
            self._delete()

    def _delete(self) -> None:
        """Announce nothing of a line that is deleted, whatever stands in it, nor of what the plan before announced."""
        begin = self.begins[-1]
        self.entries[begin:] = [one for one in self.entries[begin:] if one.kind == RECEIPT]
        self.deleted.append(self._of_line(self.deletes)._replace(days=0))

    def _of_line(self, number: int) -> Entry:
        """What segment *number* tells of the part of this line, without any quantity."""
        return Entry(
            client=self.partners.client,
            plant=self.partners.plant,
            part=self.part,
            plan=self.plan,
            issued=self.issued,
            kind=self.kind,
            place=_("{where}, segment {n}").format(where=self.where, n=number),
        )

    def flush(self) -> None:
        """Keep the quantity that waits, with the dates that it has got."""
        one, self.pending = self.pending, None
        if one is None:
            return
        begin, end = (one.begin, one.end) if one.begin or one.dated_by else self.sequence
        at_once = begin is None and one.level in _AT_ONCE and not one.dated_by
        if begin is None:
            one.days = 1 if at_once else one.days
            ends = one.dated_by in _END or one.dated_by == _COUNTED_TO
            begin = after(end, -1) if end is not None and ends else self.issued if at_once else None
        arrived, running = one.qualifier in _ARRIVED, one.qualifier in _RUNNING
        nothing = self.cancelled and not arrived
        backlog = True if one.qualifier == _BACKLOG or (one.level == _SHORT and not arrived) else None
        if (running or one.qualifier in _DUE) and not at_once and self._same(one, begin, end, running):
            return
        self.entries.append(
            self._of_line(one.number)._replace(
                issued=begin if arrived else self.issued,
                kind=RECEIPT if arrived else self.kind,
                period=begin,
                until=end if end is not None and begin is not None and end > begin else None,
                days=1 if backlog or one.qualifier == _URGENT or arrived else one.days,
                quantity=0.0 if nothing else None if running else one.amount,
                cumulative=None if nothing else one.amount if running else one.total,
                received=self.received.of(self.partners.plant),
                firm=True if one.qualifier == _URGENT else None if arrived else _FIRM.get(one.level),
                backlog=backlog,
            )
        )

    def _same(self, one: _Quantity, begin: datetime | None, end: datetime | None, running: bool) -> bool:
        """Whether *one* is the total beside a quantity of its line that is told already, or the other way round: both
        are one entry then, with the dates of the quantity."""
        if not self.in_lines:
            return False
        plant = self.partners.plant
        known = self.told.get((not running, plant, begin, end)) if begin else None
        known = self._right_before(one, begin, end, running) if known is None else known
        if known is None:
            self.told[running, plant, begin, end] = len(self.entries)
            self.alike.append((len(self.entries), one))
            return False
        entry = self.entries[known]
        if running and entry.cumulative is None:
            self.entries[known] = entry._replace(cumulative=one.amount)
        elif not running and entry.quantity is None:
            self.entries[known] = entry._replace(
                quantity=one.amount,
                firm=_FIRM.get(one.level) if entry.firm is None else entry.firm,
                period=begin,
                until=end if end is not None and begin is not None and end > begin else None,
                days=one.days or entry.days,
            )
        else:
            return False
        return True

    def _right_before(self, one: _Quantity, begin: datetime | None, end: datetime | None, running: bool) -> int | None:
        """Where the quantity stands whose total *one* is, or the other way round, though their dates differ: right
        before, under the same conditions, the total within the period of the quantity, or without a date; or both are
        all that these conditions are for."""
        at, before = self.alike[-1] if self.alike else (-1, one)
        entry = self.entries[at] if at >= 0 else None
        if entry is None or (before.qualifier in _RUNNING) == running or entry.plant != self.partners.plant:
            return None
        if (entry.cumulative if running else entry.quantity) is not None or before.level != one.level:
            return None
        if running and begin is None:
            return None if one.dated_by else at
        first, until, days = (entry.period, entry.until, entry.days) if running else (begin, end, one.days)
        total = begin if running else entry.period
        if first is None or total is None or total < first:
            return None
        behind = until if until is not None and until > first else after(first, 31 if days == MONTH else days or 1)
        return at if total < behind or (self.first and self.level and len(self.alike) == 1) else None
