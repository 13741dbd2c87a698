"""OCEL 2.0 as XML, read as a stream: without a tree, and without document types or entities, as XES is."""

from __future__ import annotations

from collections.abc import Iterable

from irrupt.chronicle.limits import named
from irrupt.chronicle.markup import parse, safe_parser
from irrupt.chronicle.ocel.gathered import Gathered
from irrupt.i18n import gettext as _

_RELATIONS = frozenset({"relationship", "relobj", "object"})
"""Elements within the `objects` of an event or object: as the specification, its first draft, and some tools write."""


class _Reader:
    """The parser, and where in the text it stands."""

    def __init__(self, made: Gathered) -> None:
        self.made = made
        self.path: list[str] = []
        self.item: str | None = None
        """Name of the event or object that it is in."""
        self.attribute: tuple[str, str | None] | None = None
        self.value: list[str] = []
        self.parser = safe_parser(made.name)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Handle the begin of an element."""
        made, path = self.made, self.path
        within = "/".join(path[1:4])
        path.append(tag)
        if len(path) > made.limits.depth:
            text = _("elements nested more than {n} deep").format(n=made.limits.depth)
            raise named(made.name, text, remedy=_("raise Limits.depth if you trust the file"))
        if within in ("object-types", "event-types"):
            (made.object_types if within == "object-types" else made.event_types).add(given.get("name", ""))
        elif (within, tag) == ("objects", "object"):
            self.item = given.get("id") or None
            made.objects.append((self.item, given.get("type") or None))
        elif (within, tag) == ("events", "event"):
            self.item = given.get("id") or _("event {n}").format(n=len(made.events) + 1)
            made.events.append((self.item, given.get("type") or None, given.get("time") or None))
        elif tag == "attribute" and within in ("events/event/attributes", "objects/object/attributes"):
            self.attribute, self.value = (given.get("name", ""), given.get("time") or None), []
        elif tag in _RELATIONS and within in ("events/event/objects", "objects/object/objects"):
            relations = made.of_events if within.startswith("events") else made.of_objects
            relations.append((self.item, given.get("object-id") or None, given.get("qualifier") or None))

    def text(self, text: str) -> None:
        """Take text within an attribute."""
        if self.attribute is not None:
            self.value.append(text)

    def end(self, _tag: str) -> None:
        """Handle the end of an element."""
        kind = self.path[1] if len(self.path) > 1 else ""
        self.path.pop()
        if self.attribute is None or _tag != "attribute":
            return
        (name, since), value = self.attribute, "".join(self.value).strip()
        self.attribute = None
        if kind == "events":
            self.made.put(len(self.made.events) - 1, name, value)
        elif self.item and name and value:
            self.made.object_values.append((self.item, name, since, value))


def gather_markup(chunks: Iterable[bytes], made: Gathered) -> Gathered:
    """All that the XML says. Raises `DataError` where it is not well formed."""
    reader = _Reader(made)
    parse(reader.parser, chunks, made.name)
    return made
