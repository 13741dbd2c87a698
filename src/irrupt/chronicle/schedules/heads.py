"""What all EDIFACT messages about deliveries begin with: whether they can be used, who is who, when."""

from __future__ import annotations

from datetime import UTC, datetime

from irrupt.chronicle.schedules.edifact import Message, Segment
from irrupt.chronicle.schedules.entries import Found, after, day, week
from irrupt.errors import Fault
from irrupt.i18n import gettext as _

# Code list 3035, party function; code list 3227, place.
_CLIENTS, PLANTS = ("BY", "MI", "II", "CA"), ("ST", "DP", "CN", "UD")
LOCATIONS = frozenset({"7", "11"})


def usable(message: Message, name: str, found: Found) -> str:
    """Where *message*, of the file *name*, stands; empty, and its fault added to *found*, where it cannot be used."""
    where = f"{name}, {message.kind} {message.reference}"
    if not message.fault:
        return where
    found.faults.append(Fault(where, message.fault, remedy=_("ask for it again")))
    return ""


def dated(issued: datetime | None, where: str, found: Found) -> bool:
    """Whether it is known when a message was *issued*; that it is not is added to *found*."""
    if issued is None:
        found.faults.append(Fault(where, _("it does not say when it was issued"), "DTM+137"))
    return issued is not None


class Partners:
    """Who orders, and for where, as far as a message has said."""

    def __init__(self, fallback: str) -> None:
        self.fallback = fallback
        self.parties: dict[str, str] = {}
        self.location = ""

    def take(self, segment: Segment) -> None:
        """Understand a segment, if it names a party or a place."""
        if segment.tag == "NAD":
            self.parties[segment.get(0)] = segment.get(1) or segment.get(2) or segment.get(3)
        elif segment.tag == "LOC" and segment.get(0) in LOCATIONS:
            self.location = segment.get(1)

    def _one_of(self, functions: tuple[str, ...]) -> str:
        return next((self.parties[one] for one in functions if self.parties.get(one)), "")

    @property
    def client(self) -> str | None:
        """Who orders."""
        return self._one_of(_CLIENTS) or self.fallback or None

    @property
    def plant(self) -> str | None:
        """Where it goes."""
        return self._one_of(PLANTS) or self.location or None


def moment(value: str, form: str) -> tuple[datetime | None, datetime | None]:
    """The moment in *value*, written in the *form* of code list 2379, and the end where it is a period.

    >>> moment("202405", "616")[0].day, moment("20240105", "102")[0].day, moment("20241399", "102")
    (29, 5, (None, None))
    """
    if form in ("718", "719") and len(value.replace("-", "")) >= 16:
        figures = value.replace("-", "")
        begin, end = day(figures[:8]), day(figures[len(figures) // 2 :][:8])
        return begin, after(end, 1) if end else None
    if form in ("610", "609"):
        begin = day((value if form == "610" else "20" + value) + "01")
        return begin, after(after(begin, 31).replace(day=1), 0) if begin else None
    if form in ("616", "615") and value.isdigit():
        year = int(value[:4]) if form == "616" else 2000 + int(value[:2])
        begin = week(year, int(value[-2:]))
        return begin, after(begin, 7) if begin else None
    begin = day(value[:6] if form in ("101", "201") else value[:8])
    clock = value[8:12] if form in ("203", "204") else value[6:10] if form == "201" else ""
    if begin and len(clock) == 4 and clock.isdigit() and clock < "2400" and clock[2:] < "60":
        begin = datetime(begin.year, begin.month, begin.day, int(clock[:2]), int(clock[2:]), tzinfo=UTC)
    return begin, None
