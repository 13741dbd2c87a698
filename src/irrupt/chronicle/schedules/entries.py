"""What the readers of messages yield: one entry for each quantity, and what is wrong with the messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.journal import ROW, SHOWN, Raw
from irrupt.chronicle.model import SCHEDULE_COLUMNS, Problem
from irrupt.chronicle.schedules.book import Book, Change
from irrupt.chronicle.schedules.net_changes import applied
from irrupt.chronicle.schedules.replacing import Head, Told, replacing, standing
from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _


class Entry(NamedTuple):
    """One quantity in a message; times as it tells them, whose zone is not known."""

    client: str | None
    plant: str | None
    part: str | None
    plan: str | None
    issued: datetime | None
    kind: str
    place: str
    """Where it stands: file, message, segment or line."""
    period: datetime | None = None
    until: datetime | None = None
    days: int | None = None
    """Length of the period, where no end is given: 1, 7, 30 for a month, and what longer ones of the calendar have."""
    quantity: float | None = None
    cumulative: float | None = None
    received: float | None = None
    firm: bool | None = None
    backlog: bool | None = None


@dataclass(slots=True)
class Found:
    """What one or several files held."""

    faults: list[Fault] = field(default_factory=list)
    """Messages that cannot be used, each with its place and reason."""
    ignored: dict[str, int] = field(default_factory=dict)
    """Kinds of messages, segments or records that are no schedules, and how often they occur."""
    incomplete: list[str] = field(default_factory=list)
    """Interchanges that have other numbers of messages than they say, or no end."""
    messages: int = 0
    repeated: int = 0
    """Messages that say what one before them said."""
    changes: list[Change] = field(default_factory=list)
    """What messages do to orders."""
    deliveries: dict[tuple[str | None, str], list[Entry]] = field(default_factory=dict)
    """Client and despatch advice -> what it delivers."""
    despatched: int = 0
    """Deliveries that are dated by their despatch."""
    unread: list[str] = field(default_factory=list)
    """Places where a message has a date without a quantity, or a quantity of a kind that is not known."""
    unequal: list[str] = field(default_factory=list)
    """Places of quantities that are not the sum of what is told for each plant."""
    unsure: list[str] = field(default_factory=list)
    """Places where a message says in a code that is not known whether what it announces is firm."""
    net_changes: list[Told] = field(default_factory=list)
    """What messages change of the plans before them, message by message."""
    baseless: list[str] = field(default_factory=list)
    """Places of changes of plans that are not in the records."""
    never: list[str] = field(default_factory=list)
    """Places where there is no demand for what no plan in the records announced before."""
    withdrawn: list[Entry] = field(default_factory=list)
    """Plans that are taken back by messages without lines."""
    taken_back: list[str] = field(default_factory=list)
    """Messages that take a plan back."""
    undated_rest: list[str] = field(default_factory=list)
    """Places of quantities that are announced for no date: what remains behind all periods."""
    strangers: list[str] = field(default_factory=list)
    """Places of changes of orders that are not in the records."""
    undated: list[str] = field(default_factory=list)
    """Messages that do not say when they were issued; their interchange does."""
    units: dict[str, int] = field(default_factory=dict)
    """Units that are multiples, by their codes, and how many they stand for."""
    written_in: set[str] = field(default_factory=set)
    """Units in which numbers are kept as they are written, by their codes."""
    names: dict[str, str] = field(default_factory=dict)
    """Number of a client -> his name, where both are said."""
    replaced: list[str] = field(default_factory=list)
    """Messages that replace one with the same number and day."""
    _told: list[Told] = field(default_factory=list)
    _seen: dict[tuple[object, ...], int] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry], *, head: Head | None = None, nothing: Iterable[Entry] = ()) -> None:
        """Take in the quantities of a message, and the parts for which it announces *nothing*, unless one like it was
        taken in before; whether one that replaces others says anything new shows once all are read."""
        told = Told(head or Head(), 0, list(entries), list(nothing))
        what = _unplaced([*told.entries, *told.nothing])
        if replacing(told):
            self.messages += 1
        elif not self._new(what):
            return
        self._told.append(told._replace(content=self._seen.setdefault(what, len(self._seen))))

    def amend(self, entries: Iterable[Entry], *, head: Head, nothing: Iterable[Entry] = ()) -> None:
        """Take in what a message changes of the plan before it, unless one like it was taken in before."""
        told = Told(head, 0, list(entries), list(nothing))
        if self._new(_unplaced([*told.entries, *told.nothing])):
            self.net_changes.append(told)

    def withdraw(self, plan: Entry) -> None:
        """Take in that a whole *plan*, of a kind, client, number and day, is taken back, unless it was before."""
        if self._new(_unplaced([plan])):
            self.withdrawn.append(plan)
            self.taken_back.append(plan.place)

    def change(self, changes: Iterable[Change]) -> None:
        """Take in what a message does to orders, unless one like it was taken in before."""
        found = list(changes)
        if self._new(tuple(change._replace(place="") for change in found)):
            self.changes += found

    def deliver(self, client: str | None, number: str, entries: Iterable[Entry], *, withdrawn: bool) -> None:
        """Take in what a despatch advice delivers, instead of what it said before; nothing when it is *withdrawn*."""
        found = list(entries)
        if self._new((withdrawn, number, *(entry._replace(place="") for entry in found))):
            self.deliveries[client, number] = [] if withdrawn else found

    def _new(self, what: tuple[object, ...]) -> bool:
        self.messages += 1
        if what and what in self._seen:
            self.repeated += 1
            return False
        self._seen.setdefault(what, len(self._seen))
        return True

    def settled(self) -> list[Entry]:
        """All quantities, orders as versions of the order book, changes of plans as plans."""
        book = Book()
        ordered = [
            Entry(
                client=one.client, plant=one.plant, part=one.part, plan=None, issued=one.issued, kind=book.kind,
                place=one.place, period=one.day, days=1, quantity=one.quantity, firm=True, backlog=one.backlog,
            )
            for one in book.versions(self.changes)
        ]  # fmt: skip
        self.strangers += book.strangers
        told = standing(self._told)
        self.replaced += told.replaced
        self.taken_back += told.taken_back
        self.repeated += len(told.repeated)
        nothing = [*told.nothing, *self._taken_back(told.entries)]
        planned = applied(told.entries, self.net_changes, nothing)
        self.baseless, self.never = planned.baseless, planned.never
        return [*planned.entries, *ordered, *(entry for entries in self.deliveries.values() for entry in entries)]

    def _taken_back(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """Plans that are taken back as a whole: an entry for each part and plant, or one where none is known."""
        parts: dict[tuple[object, ...], dict[tuple[str | None, str | None], None]] = {}
        for one in entries if self.withdrawn else ():
            parts.setdefault((one.kind, one.client, one.plan), {})[one.plant, one.part] = None
        for whole in self.withdrawn:
            own = parts.get((whole.kind, whole.client, whole.plan), {(None, None): None})
            yield from (whole._replace(plant=plant, part=part) for plant, part in own)

    def skip(self, what: str) -> None:
        """Count something that is not a schedule."""
        self.ignored[what] = self.ignored.get(what, 0) + 1


def _unplaced(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What *entries* say, wherever they stand."""
    return tuple(one._replace(place="") for one in entries)


_COLUMNS = {
    "client": pl.String(), "plant": pl.String(), "part": pl.String(), "plan": pl.String(),
    "issued": SCHEDULE_COLUMNS["issued"], "kind": pl.String(), "place": pl.String(),
    "period": SCHEDULE_COLUMNS["period"], "until": SCHEDULE_COLUMNS["until"], "length": pl.Int64(),
    "quantity": pl.Float64(), "cumulative": pl.Float64(), "received": pl.Float64(), "firm": pl.Boolean(),
    "backlog": pl.Boolean(),
}  # fmt: skip


def raw_of(found: Found, name: str, notes: Sequence[str] = ()) -> Raw:
    """The raw records of *found*. Raises `DataError` with all faults when it holds no quantity."""
    entries = found.settled()
    if not entries:
        text = _("messages of these kinds are not read: {kinds}; ask for DELFOR, DELJIT, 830, 862, 4905 or 4915")
        remedy = text.format(kinds=_kinds(found)) if found.ignored else ""
        raise DataError(found.faults or Fault(name, _("there is no delivery schedule in it"), remedy=remedy))
    frame = pl.DataFrame(entries, schema=_COLUMNS, orient="row").with_row_index(ROW)
    called = _called(found.names, frame["client"])
    frame = frame.with_columns(pl.col("client").replace(called))
    # messages tell local dates and times: of which zone, whoever reads them knows
    frame = frame.with_columns(pl.col("issued", "period", "until").dt.replace_time_zone(None))
    places = frame["place"]

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(str(places[row]) for row in rows)

    used = [name for name in frame.columns if name == ROW or frame[name].null_count() < frame.height]
    return Raw(
        frame=frame.drop("place").select(name for name in used if name != "place"),
        name=name,
        locate=locate,
        problems=_problems(found),
        notes=(*notes, *_notes(found, called)),
        schedules=True,
        settled=True,
        typed=True,
    )


def _notes(found: Found, called: Mapping[str, str]) -> list[str]:
    """What is to be said of how it was read. *called*: number of a client -> name that is shown instead."""
    read = ngettext("{n} message read", "{n} messages read", found.messages).format(n=number(found.messages, 0))
    passed = [read, *([_("passed over: {kinds}").format(kinds=_kinds(found))] if found.ignored else [])]
    if found.net_changes:
        n = len(found.net_changes)
        text = ngettext(
            "{n} message changes the plan before it: what it does not name stays",
            "{n} messages change the plans before them: what they do not name stays",
            n,
        )
        passed.append(text.format(n=number(n, 0)))
    for code, factor in sorted(found.units.items()):
        text = _("numbers are multiplied by {factor} where their unit is {code}")
        passed.append(text.format(factor=number(factor, 0), code=code))
    if found.written_in:
        text = _("numbers are as written, in units called {codes}: what these stand for is not read")
        passed.append(text.format(codes=", ".join(sorted(found.written_in))))
    if called:
        shown = first_of([f"{name} = {told}" for name, told in sorted(called.items())], SHOWN)
        passed.append(_("clients are shown by their names: {names}").format(names=shown))
    if found.despatched:
        text = ngettext(
            "{n} delivery is dated by its despatch: when it arrives is not said",
            "{n} deliveries are dated by their despatch: when they arrive is not said",
            found.despatched,
        )
        passed.append(text.format(n=number(found.despatched, 0)))
    return passed


def _called(names: Mapping[str, str], clients: pl.Series) -> dict[str, str]:
    """Number -> what is shown of each of the *clients* whose name is known: beside his number where others share it.

    >>> _called({"1": "Truck SA", "2": "Audi", "3": "Audi"}, pl.Series(["1", "2", "3", "4"]))
    {'1': 'Truck SA', '2': 'Audi (2)', '3': 'Audi (3)'}
    """
    numbers = clients.drop_nulls().unique().sort().to_list()
    shown = Counter(names.get(number, number) for number in numbers)
    known = {number: names[number] for number in numbers if number in names and names[number] != number}
    return {number: name if shown[name] == 1 else f"{name} ({number})" for number, name in known.items()}


def _problems(found: Found) -> tuple[Problem, ...]:
    n = len(found.faults)
    text = ngettext("{n} message cannot be used: {why}", "{n} messages cannot be used: {why}", n)
    broken = Problem(
        code="broken message",
        count=n,
        found=text.format(
            n=number(n, 0), why=_("; ").join(dict.fromkeys(fault.found for fault in found.faults[:SHOWN]))
        ),
        done=_("left out"),
        places=tuple(fault.where for fault in found.faults[:SHOWN]),
    )
    copies = Problem(
        code="repeated message",
        count=found.repeated,
        found=ngettext(
            "{n} message says again what one before it says",
            "{n} messages say again what one before them says",
            found.repeated,
        ).format(n=number(found.repeated, 0)),
        done=_("counted once"),
    )
    return tuple(
        one for one in (broken, copies, *_placed(found), *_of_quantities(found), *_of_plans_before(found)) if one.count
    )


def _placed(found: Found) -> Iterator[Problem]:
    """What is told with all its places."""
    text = ngettext(
        "{n} change concerns an order that is not in the records",
        "{n} changes concern orders that are not in the records",
        len(found.strangers),
    )
    yield _at("unknown order", found.strangers, text, _("read as orders of that day"))
    text = ngettext(
        "{n} message does not say when it was issued",
        "{n} messages do not say when they were issued",
        len(found.undated),
    )
    yield _at("undated message", found.undated, text, _("taken to be issued on the day on which it was sent"))
    text = ngettext(
        "{n} interchange has no end, or not as many messages as it says",
        "{n} interchanges have no end, or not as many messages as they say",
        len(found.incomplete),
    )
    yield _at("incomplete interchange", found.incomplete, text, _("what is there is read: ask for it again"))
    text = ngettext("{n} message takes a plan back", "{n} messages take a plan back", len(found.taken_back))
    yield _at("plan taken back", found.taken_back, text, _("nothing is announced for the periods that it names"))
    text = ngettext(
        "{n} quantity is announced for no date, such as what remains behind all periods",
        "{n} quantities are announced for no date, such as what remains behind all periods",
        len(found.undated_rest),
    )
    yield _at("quantity without a date", found.undated_rest, text, _("set aside"))


def _of_quantities(found: Found) -> Iterator[Problem]:
    """What is told of single quantities."""
    text = ngettext(
        "{n} quantity is missing in its place, or of a kind that is not known",
        "{n} quantities are missing in their place, or of a kind that is not known",
        len(found.unread),
    )
    yield _at("unread quantity", found.unread, text, _("nothing is read for that date"))
    text = ngettext(
        "{n} quantity is not the sum of what is told for each plant",
        "{n} quantities are not the sums of what is told for each plant",
        len(found.unequal),
    )
    yield _at("unequal sum", found.unequal, text, _("what is told for each plant is used"))
    text = ngettext(
        "{n} quantity has a code that does not tell whether it is firm",
        "{n} quantities have codes that do not tell whether they are firm",
        len(found.unsure),
    )
    yield _at("unknown code", found.unsure, text, _("neither firm nor foreseen"))


def _of_plans_before(found: Found) -> Iterator[Problem]:
    """What is told of plans before: that they are replaced, or that there are none."""
    text = ngettext(
        "{n} message replaces one with the same number and day",
        "{n} messages replace others with the same number and day",
        len(found.replaced),
    )
    yield _at("replaced message", found.replaced, text, _("of each part, what was prepared last is used"))
    text = ngettext(
        "{n} part is changed in a plan that is not in the records",
        "{n} parts are changed in plans that are not in the records",
        len(found.baseless),
    )
    yield _at("unknown plan", found.baseless, text, _("what changes is taken for the whole plan"))
    text = ngettext(
        "{n} part has no demand, and no plan before it is in the records",
        "{n} parts have no demand, and no plans before them are in the records",
        len(found.never),
    )
    yield _at("no demand", found.never, text, _("nothing is read for that plan"))


def _at(code: str, places: Sequence[str], text: str, done: str) -> Problem:
    """A problem that is there once at each of *places*."""
    count = len(places)
    said = text.format(n=number(count, 0))
    return Problem(code=code, count=count, found=said, done=done, places=tuple(places[:SHOWN]))


def _kinds(found: Found) -> str:
    return ", ".join(f"{what} ({count})" for what, count in sorted(found.ignored.items()))
