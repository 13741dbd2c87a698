"""VDA 4905 (delivery call-off) and VDA 4915 (detailed call-off): records of 128 characters.

After the recommendations of the Verband der Automobilindustrie, 4905 in its fourth edition (1996) and 4915 (1996):
record 511 or 551 opens a transmission, 512 or 552 names plant and part, 513 and 514 or 554 hold dates with quantities,
519 or 559 closes it with the numbers of records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from irrupt.chronicle.schedules.entries import Entry, Found
from irrupt.chronicle.schedules.words import CALL_OFF, FORECAST, RECEIPT
from irrupt.chronicle.schedules.written import after, day, decimal, week
from irrupt.errors import Fault
from irrupt.i18n import gettext as _

LENGTH, HEADED = 128, 39
"""Characters of a record; and of what opens a transmission at least, up to its date, where blanks at ends are cut."""
_OPEN = {"511": ("4905", "519", FORECAST), "551": ("4915", "559", CALL_OFF)}
_OURS = ("51", "55")
"""What all records of both begin with: those of others, as of delivery notes (4913: 711), are passed over."""
_PARTS = ("512", "552")
"""The records that name a plant, a part, and the number and the day of its call-off."""
_COUNTED = {
    "519": ("511", "512", "513", "514", "517", "518", "519", "515"),
    "559": ("551", "552", "553", "554", "555", "556", "557", "559"),
}
"""The kinds of records that the last record counts, in its order."""
# Values of a date that are none.
_END, _NONE, _BACKLOG, _AT_ONCE, _PERIODS, _REST = "000000", "222222", "333333", "444444", "555555", "999999"

Line = tuple[int, str]
"""Number and text of a record."""


_PIECES = "ST"
"""The unit of record 512, in its columns 104 and 105, that counts pieces; of the other codes no list was at hand."""


def records(text: str) -> list[Line]:
    """The records of *text*, one a line or all without a break."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) <= 2 and len(lines[0]) > LENGTH + 2:
        lines = [text[at : at + LENGTH] for at in range(0, len(text.rstrip()), LENGTH)]
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip("\x1a ")]


def read_transmissions(text: str, name: str, found: Found) -> None:
    """Add the quantities of all transmissions in *text*, from the file *name*, to *found*."""
    inside: list[Line] = []
    for line in records(text):
        if line[1][:3] in _OPEN and inside:
            _transmission(inside, name, found)
            inside = []
        inside.append(line)
        if line[1][:3] in _COUNTED:
            _transmission(inside, name, found)
            inside = []
    if inside:
        _transmission(inside, name, found)


def _transmission(inside: Sequence[Line], name: str, found: Found) -> None:
    number, head = inside[0]
    where = _("{name}, line {n}").format(name=name, n=number)
    if head[:3] not in _OPEN and head[:2] not in _OURS:
        found.skip(_("record {kind}").format(kind=head[:3]))
        return
    if head[:3] not in _OPEN:
        found.faults.append(
            Fault(where, _("a record {kind} stands outside of a transmission").format(kind=head[:3]), "511, 551")
        )
        return
    _kind, closing, meaning = _OPEN[head[:3]]
    if inside[-1][1][:3] != closing:
        why = _("the transmission has no end (record {kind})").format(kind=closing)
        found.faults.append(Fault(where, why, remedy=_("ask for it again")))
        return
    faults = _wrong_counts(inside, closing)
    if faults:
        found.faults.append(Fault(where, faults, remedy=_("ask for it again")))
        return
    entries = _detailed if meaning == CALL_OFF else _planned
    sent = day(head[33:39])
    told = list(entries(inside, head[5:14].strip() or None, sent, name))
    announced = {(one.plant, one.part) for one in told if one.kind != RECEIPT and not _no_demand(one)}
    nothing = [one for one in told if _no_demand(one) and (one.plant, one.part) not in announced]
    found.add((one for one in told if not _no_demand(one)), nothing=nothing)
    found.undated_rest += _rests(inside, name)
    undated = [number for number, line in inside if line[:3] in _PARTS and sent and not day(line[17:23])]
    found.undated += [_("{name}, line {n}").format(name=name, n=number) for number in undated]
    for _number, line in inside:
        unit = line[103:105].strip() if line[:3] == "512" else ""
        if unit not in ("", _PIECES):
            found.written_in.add(unit)
        if line[:3] in ("515", "517", "518", "555", "556", "557"):
            found.skip(_("record {kind}").format(kind=line[:3]))


def _wrong_counts(inside: Sequence[Line], closing: str) -> str:
    """What the last record counts otherwise than there is; empty when all is well or it does not count."""
    counts, last = Counter(line[:3] for _n, line in inside), inside[-1][1]
    for at, kind in enumerate(_COUNTED[closing]):
        said = last[5 + 7 * at : 12 + 7 * at]
        if (
            len(said) == 7
            and said.isdigit()
            and int(said) != counts.get(kind, 0)
            and kind in ("512", "513", "514", "552", "554")
        ):
            text = _("it says that it has {said} records {kind}, and has {n}")
            return text.format(said=int(said), kind=kind, n=counts.get(kind, 0))
    return ""


def _planned(inside: Sequence[Line], client: str | None, sent: datetime | None, name: str) -> Iterator[Entry]:
    """The quantities of a 4905; call-offs without a day are as old as their transmission, *sent* on that day."""
    entry, in_periods, ended = None, False, False
    for number, line in inside:
        place = _("{name}, line {n}").format(name=name, n=number)
        if line[:3] == "512":
            entry = Entry(
                client=client,
                plant=line[5:8].strip() or None,
                part=line[38:60].strip() or None,
                plan=line[8:17].strip() or None,
                issued=day(line[17:23]) or sent,
                kind=FORECAST,
                place=place,
            )
            in_periods = ended = False
        elif entry is not None and line[:3] in ("513", "514"):
            entry = entry._replace(place=place)
            if line[:3] == "513":
                yield from _received(entry, line[5:11], line[25:37])
            for date, amount in _dates(line):
                ended = ended or date in (_END, "      ")
                if ended:
                    break
                in_periods = in_periods or date == _PERIODS
                yield from _due(entry, date, amount, in_periods)


_PAIRS = {"513": (47, 5, 15, 6), "514": (5, 8, 15, 6), "554": (5, 6, 20, 10)}
"""Record -> where its dates with quantities begin, how many and how long they are, and where each quantity begins:
in a 513 behind what was received last, in a 554 behind the time of the day."""


def _dates(line: str) -> Iterator[tuple[str, str]]:
    """The dates of a record, as they are written, each with its quantity."""
    begin, count, step, behind = _PAIRS[line[:3]]
    for at in range(begin, begin + step * count, step):
        if line[at : at + 6]:
            yield line[at : at + 6], line[at + behind : at + behind + 9]


def _rests(inside: Sequence[Line], name: str) -> list[str]:
    """Where quantities stand that are for no date: what remains, or beside the code that announces periods."""
    return [
        _("{name}, line {n}").format(name=name, n=number)
        for number, line in inside
        if line[:3] in _PAIRS
        for date, amount in _dates(line)
        if date in (_REST, _PERIODS) and decimal(amount)
    ]


def _due(entry: Entry, date: str, amount: str, in_periods: bool) -> Iterator[Entry]:
    quantity = decimal(amount)
    if date in (_REST, _PERIODS):
        return
    if date == _NONE:
        yield entry._replace(quantity=0.0, days=0)
        return
    if date == _BACKLOG:
        yield entry._replace(period=entry.issued, days=1, quantity=quantity, backlog=True)
    elif date == _AT_ONCE:
        yield entry._replace(period=entry.issued, days=1, quantity=quantity, firm=True)
    else:
        begin, end, days = _period(date, in_periods)
        yield entry._replace(period=begin, until=end, days=days, quantity=quantity)


def _no_demand(one: Entry) -> bool:
    """Whether *one* tells that there is no demand: it is for no time at all."""
    return one.days == 0


def _period(date: str, in_periods: bool) -> tuple[datetime | None, datetime | None, int | None]:
    """A day (YYMMDD), a month (YYMM00), a week (YY00WW) or weeks from and to (YYWWWW)."""
    if len(date) != 6 or not (date.isascii() and date.isdigit()):
        return None, None, None
    if date[2:4] == "00":
        date = date[:2] + date[4:] * 2
        in_periods = True
    if date[4:] == "00" and "01" <= date[2:4] <= "12":
        return day(date[:4] + "01"), None, 30
    if not in_periods:  # weeks from one to another stand behind the code that announces them only
        return day(date), None, 1
    begin, last = (
        week(2000 + int(date[:2]), int(date[2:4])),
        week(2000 + int(date[:2]), int(date[4:]) or int(date[2:4])),
    )
    if begin and last and last < begin:
        last = week(2001 + int(date[:2]), int(date[4:]))
    return begin, after(last, 7) if last else None, 7


def _received(entry: Entry, date: str, amount: str) -> Iterator[Entry]:
    """What was received last; three decimals."""
    when, quantity = day(date), decimal(amount)
    if when and quantity:
        yield entry._replace(kind=RECEIPT, issued=when, period=when, days=1, quantity=quantity / 1000, plan=None)


def _detailed(inside: Sequence[Line], client: str | None, sent: datetime | None, name: str) -> Iterator[Entry]:
    """The quantities of a 4915; call-offs without a day are as old as their transmission, *sent* on that day."""
    entry = None
    for number, line in inside:
        place = _("{name}, line {n}").format(name=name, n=number)
        if line[:3] == "552":
            entry = Entry(
                client=client,
                plant=line[5:8].strip() or None,
                part=line[23:45].strip() or None,
                plan=line[8:17].strip() or None,
                issued=day(line[17:23]) or sent,
                kind=CALL_OFF,
                place=place,
                firm=True,
            )
        elif entry is not None and line[:3] == "553":
            for at in range(15, 15 + 33 * 3, 33):
                yield from _received(entry._replace(place=place, firm=None), line[at : at + 6], line[at + 20 : at + 32])
        elif entry is not None and line[:3] == "554":
            for date, amount in _dates(line):
                if not date.strip("0 "):
                    break
                yield from _due(entry._replace(place=place), date, amount, False)
