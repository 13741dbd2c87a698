"""OCEL 1.0 (Ghahfarokhi et al. 2021, ocel-standard.org/1.0): JSON-OCEL and XML-OCEL. Relations have no qualifiers, and
attributes of objects no times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from irrupt.chronicle.limits import named
from irrupt.chronicle.markup import parse, safe_parser
from irrupt.chronicle.ocel.gathered import Gathered, as_text
from irrupt.i18n import gettext as _

_XML = re.compile(rb"<global\s+scope=[\"'](?:log|object)[\"']|<log[^>]*>\s*<events[\s/>]")


def is_earlier_json(data: Any) -> bool:
    """Whether parsed JSON is a log of this version."""
    return isinstance(data, dict) and any(str(key).startswith("ocel:") for key in data)


def is_earlier_xml(first: bytes) -> bool:
    """Whether XML that begins with *first* is a log of this version.

    >>> is_earlier_xml(b'<log><global scope="log">'), is_earlier_xml(b'<log><global scope="trace">')
    (True, False)
    """
    return _XML.search(first) is not None


def gather_json(data: dict[str, Any], made: Gathered) -> Gathered:
    """All that the JSON says; what is no record is left out."""
    declared = _mapping(data.get("ocel:global-log")).get("ocel:object-types")
    made.object_types |= {str(one) for one in _listed(declared)}
    for name, one in _records(data.get("ocel:objects")):
        made.objects.append((name, as_text(one.get("ocel:type"))))
        for attribute, value in _mapping(one.get("ocel:ovmap")).items():
            text = as_text(value)
            if name and text is not None:
                made.object_values.append((name, attribute, None, text))
    for number, (name, one) in enumerate(_records(data.get("ocel:events"))):
        event = name or _("event {n}").format(n=number + 1)
        made.events.append((event, as_text(one.get("ocel:activity")), as_text(one.get("ocel:timestamp"))))
        for attribute, value in _mapping(one.get("ocel:vmap")).items():
            made.put(number, attribute, value)
        made.of_events += [(event, as_text(target), None) for target in _listed(one.get("ocel:omap"))]
    return _declared(made)


def _declared(made: Gathered) -> Gathered:
    """*made* where types of events count as declared: this version declares none."""
    made.event_types |= {kind for _name, kind, _time in made.events if kind}
    return made


def _mapping(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _records(given: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in _mapping(given).items():
        if isinstance(one, dict):
            yield name, one


class _Reader:
    """The parser, and the event or object that it is in."""

    def __init__(self, made: Gathered) -> None:
        self.made = made
        self.path: list[str] = []
        self.own: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.targets: list[str] = []
        self.parser = safe_parser(made.name)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Handle the begin of an element."""
        if len(self.path) >= self.made.limits.depth:
            text = _("elements nested more than {n} deep").format(n=self.made.limits.depth)
            raise named(self.made.name, text, remedy=_("raise Limits.depth if you trust the file"))
        key, value = given.get("key", ""), given.get("value", "")
        place = "/".join(self.path[1:])
        self.path.append(key if tag == "list" else tag)
        if place == "global/object-types":
            self.made.object_types.add(value)
        elif place in ("events", "objects"):
            self.own, self.values, self.targets = {}, {}, []
        elif place in ("events/event", "objects/object") and tag != "list":
            self.own[key] = value
        elif place.endswith("/omap"):
            self.targets.append(value)
        elif place.endswith(("/vmap", "/ovmap")) and value:
            self.values[key] = value

    def end(self, _tag: str) -> None:
        """Handle the end of an element."""
        place = "/".join(self.path[1:])
        self.path.pop()
        if place == "objects/object":
            name = self.own.get("id") or None
            self.made.objects.append((name, self.own.get("type") or None))
            if name:
                self.made.object_values += [(name, key, None, value) for key, value in self.values.items()]
        elif place == "events/event":
            number = len(self.made.events)
            event = self.own.get("id") or _("event {n}").format(n=number + 1)
            self.made.events.append((event, self.own.get("activity") or None, self.own.get("timestamp") or None))
            for key, value in self.values.items():
                self.made.put(number, key, value)
            self.made.of_events += [(event, target or None, None) for target in self.targets]


def gather_xml(chunks: Iterable[bytes], made: Gathered) -> Gathered:
    """All that the XML says. Raises `DataError` where it is not well formed."""
    reader = _Reader(made)
    parse(reader.parser, chunks, made.name)
    return _declared(made)
