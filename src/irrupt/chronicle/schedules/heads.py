"""What all EDIFACT messages about deliveries begin with: whether they can be used, who is who, when."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from irrupt.chronicle.schedules.edifact import Message, Segment
from irrupt.chronicle.schedules.entries import Found
from irrupt.chronicle.schedules.written import after, day, week
from irrupt.errors import Fault
from irrupt.i18n import gettext as _

# Code list 3035, party function; code list 3227, place.
_CLIENTS, PLANTS = ("BY", "MI", "II", "CA"), ("ST", "DP", "CN", "UD")
LOCATIONS, _PLACE = frozenset({"7", "11"}), "place"
# Code list 2005, date or time or period function; segments that open lines.
_ISSUED, _LINES = "137", ("LIN", "SEQ")
# Code list 7143, item type identification: numbers of the client go first, those of drawings, versions, lots, single
# pieces, colours and tariffs name no part.
_OWN_NUMBERS = ("IN", "BP")
_NO_PARTS = frozenset({"DR", "EC", "RY", "RN", "NB", "BB", "SN", "CL", "HS", "PV"})


def usable(message: Message, name: str, found: Found) -> str:
    """Where *message*, of the file *name*, stands; empty, and its fault added to *found*, where it cannot be used."""
    where = f"{name}, {message.kind} {message.reference}"
    if not message.fault:
        return where
    found.faults.append(Fault(where, message.fault, remedy=_("ask for it again")))
    return ""


def issue_of(message: Message, where: str, found: Found) -> datetime | None:
    """When *message* was issued: as it says above its lines, else the day on which its interchange was sent.

    That it does not say so, or that neither is known, is added to *found*.
    """
    head = itertools.takewhile(lambda segment: segment.tag not in _LINES, message.segments)
    dates = (moment(one.get(0, 1), one.get(0, 2))[0] for one in head if one.tag == "DTM" and one.get(0) == _ISSUED)
    said = next((date for date in dates if date), None)
    issued = said or day(message.sent)
    if issued is None:
        found.faults.append(Fault(where, _("it does not say when it was issued"), "DTM+137"))
    elif said is None:
        found.undated.append(where)
    return issued


def prepared(message: Message) -> datetime | None:
    """When the interchange of *message* was made; None where it does not say so."""
    return made(message.sent, message.clock)


def made(date: str, clock: str) -> datetime | None:
    """The moment of a *date* of six or eight figures and a time, as envelopes name it; None when there is no such day.

    >>> str(made("240108", "0930")), str(made("20240108", ""))
    ('2024-01-08 09:30:00+00:00', '2024-01-08 00:00:00+00:00')
    """
    return moment(date + clock[:4], "203" if len(date) == 8 else "201")[0]


def part_of(segment: Segment) -> str | None:
    """The number of a part among those that PIA names; None where there is none."""
    pairs = [(segment.get(at, 1), segment.get(at)) for at in range(1, len(segment.elements)) if segment.get(at)]
    own = (number for one in _OWN_NUMBERS for code, number in pairs if code == one)
    return next(own, next((number for code, number in pairs if code not in _NO_PARTS), None))


class Partners:
    """Who orders, and for where, as far as a message has said."""

    def __init__(self, fallback: str) -> None:
        self.fallback = fallback
        self.parties: dict[str, str] = {}
        self.of_line: dict[str, str] = {}
        """Those that count for the present line only."""
        self.names: dict[str, str] = {}
        """Number -> name of those who order, where both are said."""

    def take(self, segment: Segment, *, of_line: bool = False) -> None:
        """Understand a segment, if it names a party or a place: for the present line only where it is *of_line*."""
        parties = self.of_line if of_line else self.parties
        if segment.tag == "NAD":
            number, name = segment.get(1), segment.get(3) or segment.get(2)
            parties[segment.get(0)] = number or name
            if number and name and segment.get(0) in _CLIENTS:
                self.names[number] = name
        elif segment.tag == "LOC" and segment.get(0) in LOCATIONS:
            parties[_PLACE] = segment.get(1)

    def next_line(self) -> None:
        """Forget what counted for the line before only."""
        self.of_line = {}

    def _one_of(self, functions: tuple[str, ...]) -> str:
        said = {**self.parties, **self.of_line}
        return next((said[one] for one in functions if said.get(one)), "")

    @property
    def client(self) -> str | None:
        """Who orders."""
        return self._one_of(_CLIENTS) or self.fallback or None

    @property
    def plant(self) -> str | None:
        """Where it goes."""
        return self._one_of((*PLANTS, _PLACE)) or None


# Code list 2379, date or time or period format: of months and weeks, from one to another, and of moments.
_UNITS = {"609": "yymm", "610": "yyyymm", "615": "yyww", "616": "yyyyww"}
_SPANS = {"710": "yyyymm", "711": "yyyymmdd", "713": "yymmdd", "715": "yyww", "716": "yyyyww", "717": "yymmdd"}
_SPANS |= {"718": "yyyymmdd", "719": "yyyymmdd"}
_MOMENTS = frozenset({"", "2", "3", "101", "102", "201", "202", "203", "204", "205", "301", "303", "304"})


def _one(text: str, unit: str) -> datetime | None:
    """The begin of the day, week or month that *text* names, written as in *unit*."""
    if not text[: len(unit)].isdigit():
        return None
    if unit.endswith("ww"):
        year = text[:-2] if unit == "yyyyww" else "20" + text[:2]
        return week(int(year), int(text[-2:]))
    return day((text + "01")[:6] if unit == "yymm" else (text + "01")[:8] if unit == "yyyymm" else text[: len(unit)])


def _behind(begin: datetime, unit: str) -> datetime:
    """The end of the day, week or month that begins at *begin*."""
    if unit.endswith("mm"):
        return after(begin, 31).replace(day=1)
    return after(begin, 7 if unit.endswith("ww") else 1)


def moment(value: str, form: str) -> tuple[datetime | None, datetime | None]:
    """The moment in *value*, written in the *form* of code list 2379, and the end where it is a period.

    >>> moment("202405", "616")[0].day, moment("20240105", "102")[0].day, moment("20241399", "102")
    (29, 5, (None, None))
    >>> [one.day for one in moment("2401050800-2401091200", "713")], moment("202405-202407", "716")[1].day
    ([5, 10], 19)
    """
    if form in _SPANS:
        unit, figures = _SPANS[form], value.replace("-", "")
        half = max(len(figures) // 2, len(unit))
        begin, last = _one(figures[:half], unit), _one(figures[half:], unit)
        return begin, _behind(last, unit) if begin and last else None
    if form in _UNITS:
        begin = _one(value, _UNITS[form])
        return begin, _behind(begin, _UNITS[form]) if begin else None
    if form not in _MOMENTS and not (len(value) == 8 and value[:2] in ("19", "20")):
        return None, None
    if form in ("2", "3"):
        first, second = value[:2], value[2:4]
        value = value[4:6] + (second + first if form == "2" else first + second)
    short = form in ("2", "3", "101", "201", "202", "301")
    begin = day(value[:6] if short else value[:8])
    clock = value[8:12] if form in ("203", "204", "205", "303", "304") else value[6:10] if short else ""
    if begin and len(clock) == 4 and clock.isdigit() and clock < "2400" and clock[2:] < "60":
        begin = datetime(begin.year, begin.month, begin.day, int(clock[:2]), int(clock[2:]), tzinfo=UTC)
    return begin, None
