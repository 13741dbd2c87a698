"""Event logs in XES (IEEE 1849), read as a stream.

An expat parser without a tree: it refuses document types and entities, so a file can neither read other files nor grow
in memory. Attributes become columns; those of a trace get the prefix `case:`, nested ones are joined by a dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from irrupt.chronicle.columns import Columns
from irrupt.chronicle.journal import ROW, SHOWN, Raw, cases_without_events
from irrupt.chronicle.limits import Limits, named
from irrupt.chronicle.markup import parse, safe_parser
from irrupt.chronicle.model import Problem
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext

ROLES = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "end": "time:timestamp",
    "start": "start_timestamp",
    "resource": "org:resource",
    "team": "org:group",
    "lifecycle": "lifecycle:transition",
}
"""Roles of the attributes that the standard's extensions define."""

MARK = "irrupt:version"
"""Attribute of the log by which irrupt knows a file of its own."""

STEP = "irrupt:step"
"""Attribute of events by which irrupt joins `start` and `complete` of one step in a file of its own."""

_TYPES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container", "values"})
_CHUNK = 50_000
_NAME = "concept:name"


class _Reader:
    """The parser and what it has gathered. The handlers for events are the hot path of reading."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.events = Columns(limits, name)
        self.traces = Columns(limits, name)
        self.trace_of: list[int] = []
        self.first_event: list[int] = []
        self.logs = 0
        self.own = False
        self.strange: dict[str, int] = {}
        self.parser = safe_parser(name)
        self.parser.ordered_attributes = True
        self.path: list[str] = []
        self.depth = 0
        self.outside()

    def read(self, chunks: Iterable[bytes]) -> None:
        """Parse all *chunks*. Raises `DataError` where the text is not well formed."""
        parse(self.parser, chunks, self.name)
        self.events.pack(len(self.trace_of))
        self.traces.pack(len(self.first_event))

    def deeper(self, depth: int) -> None:
        """Check the nesting of elements."""
        if depth > self.limits.depth:
            raise named(
                self.name,
                _("elements nested more than {n} deep").format(n=self.limits.depth),
                remedy=_("raise Limits.depth if you trust the file"),
            )

    def outside(self) -> None:
        """Handle what stands outside of traces and events."""

        def start(tag: str, attributes: list[str]) -> None:
            self.depth += 1
            self.deeper(self.depth)
            if tag == "trace":
                self.first_event.append(len(self.trace_of))
                self.trace()
            elif tag == "event":
                self.event(-1)
            elif tag == "log":
                self.logs += 1
            elif self.depth == 2 and attributes[1:2] == [MARK]:
                self.own = True

        def end(_tag: str) -> None:
            self.depth -= 1

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end

    def trace(self) -> None:
        """Handle a trace: its attributes, up to its next event or its end."""
        number = len(self.first_event) - 1
        path = self.path

        def start(tag: str, attributes: list[str]) -> None:
            if tag == "event" and not path:
                self.event(number)
            else:
                self.attribute(self.traces, number, tag, attributes)

        def end(_tag: str) -> None:
            if path:
                path.pop()
            else:
                self.depth -= 1
                if number - self.traces.base >= _CHUNK:
                    self.traces.pack(number + 1)
                self.outside()

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end

    def event(self, trace: int) -> None:
        """Handle an event: its attributes, up to its end."""
        number = len(self.trace_of)
        self.trace_of.append(trace)
        path, columns, attribute = self.path, self.events, self.attribute
        lists, last = columns.lists, columns.last

        def start(tag: str, attributes: list[str]) -> None:
            if path or len(attributes) != 4 or attributes[0] != "key" or last.get(attributes[1]) is not tag:
                attribute(columns, number, tag, attributes)
                return
            key = attributes[1]
            path.append(key)
            rows, cells = lists[key]
            rows.append(number)
            cells.append(attributes[3])

        def end(_tag: str) -> None:
            if path:
                path.pop()
            else:
                if number - columns.base >= _CHUNK:
                    columns.pack(number + 1)
                if trace < 0:
                    self.depth -= 1
                    self.outside()
                else:
                    self.trace()

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end

    def attribute(self, columns: Columns, row: int, tag: str, attributes: list[str]) -> None:
        """Take any attribute, nested or new or odd."""
        pairs = dict(zip(attributes[::2], attributes[1::2], strict=True))
        key = pairs.get("key", "")
        self.path.append(key)
        self.deeper(self.depth + len(self.path))
        if tag not in _TYPES:
            self.strange[tag] = self.strange.get(tag, 0) + 1
        value = pairs.get("value")
        if key and value is not None:
            columns.put(row, ".".join(part for part in self.path if part), tag if tag in _TYPES else "string", value)


def read_xes(chunks: Iterable[bytes], name: str, limits: Limits) -> Raw:
    """The events in an XES text. Raises `DataError` when it is not XES or not well formed."""
    reader = _Reader(name, limits)
    reader.read(chunks)
    if not reader.logs or not reader.trace_of or not reader.first_event:
        raise named(
            name,
            _("holds no cases with events") if reader.logs else _("is XML, but not an event log in XES"),
            _("an event log in XES, CSV, Excel or Parquet"),
        )
    traces = reader.traces.frame()
    names, unnamed = _trace_names(traces, len(reader.first_event))
    frame = _joined(reader, traces, names)
    known = {**ROLES, "client": "case:client"} if reader.own else ROLES
    if known["lifecycle"] not in frame.columns:
        known = {**known, "lifecycle": "lifecycle:state"}
    first, trace_of = reader.first_event, reader.trace_of

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(
            _("event {n} outside of any case").format(n=row + 1)
            if trace_of[row] < 0
            else _("case {case}, event {n}").format(case=names[trace_of[row]], n=row - first[trace_of[row]] + 1)
            for row in rows
        )

    dates = {c for c, kinds in reader.events.kinds.items() if kinds == {"date"}}
    dates |= {f"case:{c}" for c, kinds in reader.traces.kinds.items() if kinds == {"date"}}
    return Raw(
        frame=frame,
        name=name,
        locate=locate,
        roles={role: column for role, column in known.items() if column in frame.columns},
        problems=(*_problems_of(reader), *unnamed, *cases_without_events(_idle(reader, names))),
        notes=tuple(
            _("{found}: read as one case").format(found=one.found) for one in unnamed if one.code == "shared case name"
        ),
        dates=frozenset(dates),
        settled=reader.own,
        own=reader.own,
        typed=True,
    )


def _joined(reader: _Reader, traces: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """One row per event: its attributes, and those of its trace."""
    events = reader.events.frame()
    number = pl.Series(reader.trace_of, dtype=pl.Int64)
    if not events.width:
        events = pl.DataFrame({_NAME: pl.Series([None] * len(number), dtype=pl.String)})
    traces = traces.rename({column: f"case:{column}" for column in traces.columns})
    traces = traces.with_columns(names.alias(ROLES["case"]))
    clash = {column: f"{column} (2)" for column in events.columns if column in traces.columns}
    gathered = traces.select(pl.all().gather(number.replace(-1, None)))
    return pl.concat([events.rename(clash), gathered], how="horizontal").with_row_index(ROW)


def _trace_names(traces: pl.DataFrame, count: int) -> tuple[pl.Series, list[Problem]]:
    """A name for each trace, and problems with names."""
    given = traces[_NAME].cast(pl.String) if _NAME in traces.columns else pl.Series([None] * count, dtype=pl.String)
    given = given.replace("", None)
    missing = given.is_null()
    numbered = pl.Series([f"trace {i + 1}" for i in range(count)], dtype=pl.String)
    names = given.zip_with(~missing, numbered)
    problems = []
    if missing.any():
        found = ngettext("{n} case has no name", "{n} cases have no name", int(missing.sum()))
        problems.append(_problem("unnamed case", missing, names, found, _("kept, named by its place in the file")))
    again = given.is_not_null() & ~given.is_first_distinct()
    if again.any():
        found = ngettext(
            "{n} trace has the name of an earlier one", "{n} traces have the name of an earlier one", int(again.sum())
        )
        left = names.n_unique()
        done = ngettext(
            "those of one name are read as one case: {all} traces, {n} case; where they are cases of their own, give "
            "each a concept:name of its own",
            "those of one name are read as one case: {all} traces, {n} cases; where they are cases of their own, give "
            "each a concept:name of its own",
            left,
        )
        problems.append(_problem("shared case name", again, names, found, done.format(all=count, n=left)))
    return names, problems


def _idle(reader: _Reader, names: pl.Series) -> list[str]:
    """The traces that hold no event."""
    busy = {*reader.trace_of}
    return [_("case {case}").format(case=name) for number, name in enumerate(names) if number not in busy]


def _problem(code: str, mask: pl.Series, names: pl.Series, found: str, done: str) -> Problem:
    count = int(mask.sum())
    places = tuple(_("case {case}").format(case=name) for name in names.filter(mask).head(SHOWN))
    return Problem(code=code, count=count, found=found.format(n=count), done=done, places=places)


def _problems_of(reader: _Reader) -> list[Problem]:
    problems = []
    repeated = reader.events.repeated + reader.traces.repeated
    if repeated:
        found = ngettext("{n} attribute is given twice", "{n} attributes are given twice", repeated).format(n=repeated)
        done = _("kept, the later ones in columns that end in (2), (3), …")
        problems.append(Problem(code="repeated attribute", count=repeated, found=found, done=done))
    for tag, count in sorted(reader.strange.items()):
        found = ngettext(
            "{n} attribute of a type that XES does not have: {tag}",
            "{n} attributes of a type that XES does not have: {tag}",
            count,
        )
        problems.append(
            Problem(code="unknown element", count=count, found=found.format(n=count, tag=tag), done=_("read as text"))
        )
    unlike = {**reader.events.unlike, **reader.traces.unlike}
    if unlike:
        count = sum(unlike.values())
        found = ngettext(
            "{n} value is not of the type it declares ({names})",
            "{n} values are not of the type they declare ({names})",
            count,
        )
        names = ", ".join(sorted(unlike)[:8])
        problems.append(
            Problem(code="wrong type", count=count, found=found.format(n=count, names=names), done=_("kept as text"))
        )
    if reader.logs > 1:
        found = _("{n} logs in one file").format(n=reader.logs)
        problems.append(Problem(code="several logs", count=reader.logs, found=found, done=_("read as one log")))
    return problems
